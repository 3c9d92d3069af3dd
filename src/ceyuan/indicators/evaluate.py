"""Evaluates all indicators of a workspace, in the order that they need, into the engine's table of observations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import assert_never

from ceyuan.engine import Engine, LocalRecords, RecordEngine, identifier, literal, literals
from ceyuan.errors import Problem
from ceyuan.indicators.aggregate import (
    Coverage,
    aggregate,
    counted_places,
    foreign_units,
    load_places,
    scaled,
    simulated_sql,
)
from ceyuan.indicators.checks import evaluation_levels
from ceyuan.indicators.found import FoundRun, figure_sql, may_lie_in_clusters, picked_in_clusters
from ceyuan.indicators.lineage import Lineage, LineageInput, Origin, make_lineage
from ceyuan.indicators.measures import Measure, compile_measure
from ceyuan.indicators.observations import create_observations
from ceyuan.indicators.overlaps import overlap
from ceyuan.indicators.remarks import NO_REMARK, remark, remark_sql
from ceyuan.indicators.scores import score_works, take_over_scores
from ceyuan.indicators.shown import choose_shown, load_rules
from ceyuan.indicators.stated import STATED, take_up
from ceyuan.indicators.stocks import load_stock_ends
from ceyuan.indicators.timeline import Timeline
from ceyuan.indicators.types import (
    ClusterIndicator,
    DerivedIndicator,
    FlowIndicator,
    PublishedIndicator,
    RecordIndicator,
    RollingIndicator,
    StatisticIndicator,
    SumIndicator,
    known,
)
from ceyuan.indicators.types.derived import ALIASES, DerivedInputs
from ceyuan.indicators.unchanged import EarlierFigures, indicator_keys, lineage_of, take_over
from ceyuan.places import Gazetteer
from ceyuan.records.store import StoredPart
from ceyuan.units import parse_unit
from ceyuan.workspace import DeclaredIndicator, Workspace
from ceyuan.workspace.definitions import Indicator

OBSERVATIONS = "observations"


@dataclass(slots=True)
class Evaluated:
    """What came of the indicators, beside the table of observations.

    Attributes:
        lineage: all lineage entries.
        coverage: for each record indicator and grain, how many of the matching records could be placed and dated.
        problems: faults that only the data show.
        keys: what each indicator that nothing is said about was made from; see :mod:`ceyuan.indicators.unchanged`.
    """

    lineage: list[Lineage] = field(default_factory=list)
    coverage: dict[tuple[str, str], Coverage] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


def evaluate(
    workspace: Workspace,
    gazetteer: Gazetteer,
    engine: Engine,
    parts: Iterable[StoredPart],
    progress: Callable[[str], None] = lambda _: None,
    found: Iterable[FoundRun] = (),
    records: RecordEngine | None = None,
    earlier: EarlierFigures | None = None,
) -> Evaluated:
    """Compute every indicator, or take over what an earlier build computed from the same.

    Args:
        workspace: a workspace whose definitions have passed their checks.
        gazetteer: its places.
        engine: with a view for each record kind; afterwards it holds the table ``observations`` too.
        parts: the stored records, for lineage.
        progress: told which indicator is being computed.
        found: runs that found clusters; the engine then holds the tables of :mod:`ceyuan.indicators.found`.
        records: where the records are asked for; the engine itself if None.
        earlier: a build whose figures are taken over where nothing has changed for them.
    """
    records = records or LocalRecords(engine)
    load_places(engine, gazetteer)
    create_observations(engine, OBSERVATIONS)
    load_rules(engine, (d.indicator for d in workspace.definitions.values()), workspace.sources)
    windows = (
        d.indicator.window
        for d in workspace.definitions.values()
        if isinstance(d.indicator, RollingIndicator)
    )
    timeline = Timeline(engine, max(windows, default=0))
    timeline.add_from_records(records, workspace.kinds.values())
    indicators = (d.indicator for d in workspace.definitions.values())
    load_stock_ends(engine, records, indicators, workspace.kinds)
    run = _Evaluation(
        workspace, gazetteer, engine, records, tuple(parts), timeline, Evaluated(), tuple(found)
    )
    levels = evaluation_levels(workspace.definitions)
    run.take_up_figures(chain.from_iterable(levels))
    same = run.take_over(earlier) if earlier is not None else set()
    for level in levels:
        changed = [name for name in level if name not in same]
        if changed:
            run.level(changed, progress)
    return run.result


@dataclass(slots=True)
class _Evaluation:
    workspace: Workspace
    gazetteer: Gazetteer
    engine: Engine
    records: RecordEngine
    parts: tuple[StoredPart, ...]
    timeline: Timeline
    result: Evaluated
    found: tuple[FoundRun, ...] = ()
    stated: Mapping[str, Lineage] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    lineages: set[str] = field(default_factory=set)

    def take_up_figures(self, order: Iterable[str]) -> None:
        """Take up what is stated, and find out what every indicator is made from, in the order that they need."""
        stated = take_up(self.workspace, self.engine, self.parts)
        self.stated = stated.lineage
        self.result.problems += chain.from_iterable(stated.problems.values())
        keys = indicator_keys(self.workspace, order, self.parts, self.found, stated.held_in)
        self.result.keys = {name: key for name, key in keys.items() if name not in stated.problems}

    def take_over(self, earlier: EarlierFigures) -> set[str]:
        """Take over what an earlier build made from the same; returns the indicators."""
        same = {name for name, key in self.result.keys.items() if earlier.keys.get(name) == key}
        if same:
            take_over(self.engine, earlier, same, OBSERVATIONS)
            take_over_scores(self.engine, earlier.folder, same)
            self.timeline.add_from(OBSERVATIONS)
            definitions = {name: self.workspace.definitions[name] for name in same}
            self.result.lineage += lineage_of(self.engine, earlier, definitions)
            self.result.coverage |= {
                key: c for key, c in earlier.coverage.items() if key[0] in same
            }
        return same

    def level(self, names: Sequence[str], progress: Callable[[str], None]) -> None:
        """Compute indicators none of which is made of another of them, and choose what is shown for each."""
        create_observations(self.engine, "fresh")
        made = len(self.result.lineage)
        for name in names:
            progress(name)
            told = len(self.result.problems)
            self.one(self.workspace.definitions[name])
            if len(self.result.problems) > told:
                # It is computed each time, so that what there is to say is said each time.
                self.result.keys.pop(name, None)
            if name in self.stated:
                self.result.lineage.append(self.stated[name])
        self.engine.run(
            f"INSERT INTO fresh SELECT * FROM {STATED} WHERE indicator IN ({literals(names)})"
        )
        self.timeline.add_from("fresh")
        choose_shown(self.engine, "fresh", (entry.id for entry in self.result.lineage[made:]))
        self.engine.run(f"INSERT INTO {OBSERVATIONS} SELECT * FROM fresh")

    def one(self, definition: DeclaredIndicator) -> None:
        indicator = known(definition.indicator)
        match indicator:
            case RecordIndicator():
                self.result.problems += score_works(self.engine, definition, self.workspace.kinds)
                for grain in indicator.periods:
                    self.from_records(
                        definition,
                        indicator,
                        compile_measure(indicator, grain, self.workspace.kinds),
                    )
            case DerivedIndicator():
                self.from_indicators(definition, indicator)
            case ClusterIndicator():
                self.from_clusters(definition, indicator)
            case PublishedIndicator():
                pass  # nothing but what is stated
            case _:
                assert_never(indicator)

    def shown(self, name: str) -> str:
        """The table of what others are made of: the shown values of an indicator.

        It is a table of its own, so that nobody searches all observations for it twice. Nothing is made of a value that is
        doubted; of a range only the lower end goes on, as what the value is at least.
        """
        table = identifier(f"shown {name}")
        if name not in self.held:
            self.held.add(name)
            self.engine.run(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT place, period, breakdown, value, "
                "CASE WHEN value_max IS NULL OR bound <> 'eq' THEN bound ELSE 'ge' END AS bound, modality, status, source, "
                f"reason FROM {OBSERVATIONS} WHERE indicator = {literal(name)} AND shown AND status <> 'doubtful'"
            )
        return table

    def inputs_from(self, kinds: Iterable[str]) -> list[LineageInput]:
        wanted = set(kinds)
        return [LineageInput.of(p) for p in self.parts if p.kind in wanted]

    def lineage(
        self,
        definition: DeclaredIndicator,
        origin: Origin,
        query: str,
        inputs: Iterable[LineageInput],
    ) -> str:
        entry = make_lineage(definition, origin, query, inputs)
        if entry.id not in self.lineages:
            self.lineages.add(entry.id)
            self.result.lineage.append(entry)
        return entry.id

    def from_records(
        self, definition: DeclaredIndicator, indicator: RecordIndicator, measure: Measure
    ) -> None:
        kind = self.workspace.kinds[measure.kind]
        in_clusters = (
            picked_in_clusters(indicator, measure, kind)
            if self.found and may_lie_in_clusters(indicator)
            else None
        )
        self.result.coverage[indicator.id, measure.grain] = aggregate(
            self.engine,
            self.records,
            self.gazetteer,
            indicator,
            measure,
            kind,
            in_clusters=in_clusters,
        )
        foreign = foreign_units(self.engine, measure)
        if foreign:
            message = f"{indicator.id} adds {measure.expected_unit}, but some records are in {', '.join(foreign)}"
            self.result.problems.append(
                Problem("mixed-units", message, definition.file, definition.line)
            )
            return
        if measure.grain == indicator.periods[0]:
            self.warn_of_mixed_places(definition)
            if indicator.over_places.rule == "total":
                self.warn_of_wide_places(definition, measure)
        if indicator.counting == "fractional" and not isinstance(indicator, FlowIndicator):
            self.check_counted_once(definition, measure)
            self.check_shares(definition, measure)
        used = self.inputs_from(measure.kinds)
        simulated = [name for name, source in self.workspace.sources.items() if source.simulated]
        status = (
            f"CASE WHEN {simulated_sql('source', simulated)} THEN 'simulated' ELSE 'computed' END"
        )
        counted = (
            f"SELECT place, period, breakdown, value, {_record_bound(indicator)} AS bound, 'actual' AS modality, source, reason, "
            f"coalesce(lacking, {_record_note(indicator)}) AS note, records FROM candidates"
        )
        lineage = self.lineage(definition, "records", measure.picked, used)
        apart = " WHERE place NOT IN (SELECT place FROM found_places)" if self.found else ""
        self.insert(
            f"SELECT *, {status} AS status FROM ({counted}) AS counted{apart}", indicator, lineage
        )
        for run in self.found if in_clusters else ():
            # What counts as inside was found by the run, so that the run is an input too.
            lineage = self.lineage(definition, "records", measure.picked, [*used, *run.inputs])
            inside = f"place IN (SELECT place FROM found_places WHERE run = {literal(run.id)})"
            made = "'simulated'" if run.simulated else status
            self.insert(
                f"SELECT *, {made} AS status FROM ({counted}) AS counted WHERE {inside}",
                indicator,
                lineage,
            )

    def from_clusters(self, definition: DeclaredIndicator, indicator: ClusterIndicator) -> None:
        """Take up what runs say of their clusters."""
        factor = f"{parse_unit(indicator.unit).factor.normalize():f}"
        for run in self.found:
            if indicator.runs and run.id not in indicator.runs:
                continue
            query = figure_sql(indicator, run.id)
            lineage = self.lineage(definition, "clusters", query, run.inputs)
            status = literal("simulated" if run.simulated else "computed")
            self.insert(
                f"SELECT place, period, '' AS breakdown, {scaled('value', factor)} AS value, 'eq' AS bound, "
                f"'actual' AS modality, {status} AS status, {literal(run.source)} AS source, reason, "
                f"{NO_REMARK} AS note, records FROM ({query}) AS figures",
                indicator,
                lineage,
            )

    def from_indicators(self, definition: DeclaredIndicator, indicator: DerivedIndicator) -> None:
        inputs = indicator.inputs
        definitions = tuple(self.workspace.definitions[name].indicator for name in inputs)
        for alias, name in zip(ALIASES, inputs, strict=False):
            self.engine.run(
                f"CREATE OR REPLACE TEMP VIEW {alias} AS SELECT * FROM {self.shown(name)}"
            )
        made_of = DerivedInputs(definitions, self.gazetteer, self.counts_events(definitions[0]))
        computed = indicator.computed(self.engine.arrow, made_of)
        if computed is not None:
            self.engine.load("computed", computed)
        query = indicator.sql(made_of)
        used = [
            LineageInput("indicator", name, None, self.workspace.definitions[name].version)
            for name in dict.fromkeys(inputs)
        ]
        lineage = self.lineage(definition, "indicators", query, used)
        self.insert(
            f"SELECT *, CAST(NULL AS BIGINT) AS records FROM ({query}) AS derived",
            indicator,
            lineage,
        )

    def counts_events(self, base: Indicator) -> bool:
        """Whether a period without a value is one in which nothing happened, rather than one that is not known."""
        return (
            isinstance(base, RecordIndicator)
            and base.valid is None
            and not self.workspace.kinds[base.records].per_source
        )

    def insert(self, query: str, indicator: Indicator, lineage: str) -> None:
        """Add candidates to the fresh observations, sources of several inputs listed once each."""
        sources = "array_to_string(list_sort(list_distinct(string_split(source, ';'))), ';')"
        self.engine.run(
            f"INSERT INTO fresh SELECT {literal(indicator.id)}, place, period, breakdown, value, CAST(NULL AS DOUBLE), "
            f"{literal(indicator.unit)}, bound, modality, status, {literal(indicator.cumulative)}, {sources}, records, "
            f"CASE WHEN value IS NULL THEN coalesce(reason, {literal(remark('missing.input'))}) END, CAST(NULL AS VARCHAR), "
            f"CAST(NULL AS BIGINT), note, {literal(lineage)}, CAST(NULL AS INTEGER), CAST(NULL AS VARCHAR), FALSE "
            f"FROM ({query}) AS candidate"
        )

    def warn_of_wide_places(self, definition: DeclaredIndicator, measure: Measure) -> None:
        """Records of a place that an area only has parts of, or is only a part of, do not count for that area."""
        placed = counted_places(self.engine, self.records, measure)
        asked = {
            str(row[0])
            for row in self.engine.rows(
                "SELECT DISTINCT place FROM candidates WHERE value IS NOT NULL"
            )
        }
        asked |= {
            h.place
            for h in self.workspace.config.headline
            if h.indicator == definition.indicator.id
        }
        missed: dict[str, int] = {}
        areas: set[str] = set()
        for place, records in placed:
            lacking = self.gazetteer.areas_across.get(str(place), frozenset()) & asked
            if lacking and records:
                missed[str(place)] = int(records)
                areas |= lacking
        if missed:
            message = (
                f"{definition.indicator.id}: {sum(missed.values())} records of {measure.kind} are placed at "
                f"{', '.join(missed)} as a whole and count for no part of it: not for {', '.join(sorted(areas))}"
            )
            self.result.problems.append(
                Problem(
                    "records-too-wide", message, definition.file, definition.line, None, "warning"
                )
            )

    def warn_of_mixed_places(self, definition: DeclaredIndicator) -> None:
        """Values that are not made since they would add a figure of a place to one of what it shares something with."""
        found = overlap(self.engine)
        if found is None:
            return
        message = (
            f"{definition.indicator.id}: nothing is stated for {', '.join(found.places)} where figures of {found.one} and of "
            f"{found.other}, which have something in common, would be mixed (in {found.period}, say)"
        )
        self.result.problems.append(
            Problem(
                "mixed-places", message, definition.file, definition.line, _ONE_LEVEL, "warning"
            )
        )

    def check_counted_once(self, definition: DeclaredIndicator, measure: Measure) -> None:
        """A join that finds a record twice would give its weight twice."""
        counts = f"SELECT count(*), count(DISTINCT _file || ':' || CAST(_line AS STRING)) FROM ({measure.picked}) AS picked"
        rows, different = self.records.rows(measure.query(counts))[0]
        if rows != different:
            message = f"{definition.indicator.id} counts {different} records {rows} times"
            self.result.problems.append(
                Problem("weight-not-conserved", message, definition.file, definition.line)
            )

    def check_shares(self, definition: DeclaredIndicator, measure: Measure) -> None:
        """Shares of one record that is shared are together at most one."""
        kind = self.workspace.kinds[measure.kind]
        if measure.one == 1 or kind.fractional is None:
            return
        keys = ", ".join(
            f"kind.{identifier(name)}" for name in (kind.fractional.over, *kind.fractional.within)
        )
        weights = f"""WITH picked AS ({measure.picked}),
            shared AS (
                SELECT {keys}, sum(picked.v) AS weight FROM picked
                JOIN {identifier(measure.kind)} AS kind ON kind._table = picked._table AND kind._file = picked._file
                    AND kind._line = picked._line
                GROUP BY {keys})
            SELECT count(*) FROM shared WHERE weight > {measure.one}"""
        excess = self.records.rows(measure.query(weights))[0][0]
        if excess:
            message = f"{definition.indicator.id} counts {excess} records of {kind.fractional.over} for more than one"
            self.result.problems.append(
                Problem("weight-not-conserved", message, definition.file, definition.line)
            )


_ONE_LEVEL = (
    "Say which ones are meant: `over_places: {rule: own}` takes each place's own figure, `{rule: complete, level: city}` "
    "also adds up those of its parts of one level where it has none, `where` leaves some out; `{rule: total, mixed: true}` "
    "lets them stand together where they do not hold the same"
)


def _record_bound(indicator: RecordIndicator) -> str:
    """SQL of the bound of what records give: if they are only a part of the whole, that of a part."""
    if not indicator.is_part:
        return "bound"
    part = literal(indicator.bound_of_part)
    return f"CASE WHEN bound IN ('eq', {part}) THEN {part} ELSE 'approx' END"


def _record_note(indicator: RecordIndicator) -> str:
    """SQL for the remark on a value that its records do not cover as a whole."""
    if not indicator.is_part:
        return NO_REMARK
    if isinstance(indicator, StatisticIndicator):
        said = remark_sql("note.of_found", number="records")
    elif isinstance(indicator, SumIndicator) or indicator.counting == "fractional":
        said = remark_sql("note.added", number="records")
    else:
        factor = f"CAST({parse_unit(indicator.unit).factor.normalize():f} AS DOUBLE)"
        said = remark_sql("note.found", number=f"CAST(round(value * {factor}) AS BIGINT)")
    return f"CASE WHEN value IS NOT NULL THEN {said} END"


def observation_counts(engine: Engine) -> Mapping[str, int]:
    """Number of observations that are shown, by status; missing ones apart."""
    rows = engine.rows(
        f"SELECT CASE WHEN value IS NULL THEN 'missing' ELSE status END AS what, count(*) FROM {OBSERVATIONS} "
        "WHERE shown GROUP BY 1 ORDER BY 1"
    )
    return {str(what): int(count) for what, count in rows}
