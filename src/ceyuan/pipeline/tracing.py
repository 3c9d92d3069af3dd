"""Tracing: from a figure down to the definition, the inputs, and the records with file and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ceyuan.engine import identifier, literal
from ceyuan.errors import fail
from ceyuan.indicators.aggregate import parts_sql
from ceyuan.indicators.derive import ranked_places
from ceyuan.indicators.found import picked_in_clusters
from ceyuan.indicators.lineage import Origin
from ceyuan.indicators.measures import Measure, compile_measure
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.reading import Build, record_fields
from ceyuan.pipeline.traced import TracedRecord, cluster_points, in_workspace
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.definitions import (
    RECORD_TYPES,
    ChangeIndicator,
    ClusterIndicator,
    GrowthIndicator,
    Indicator,
    RankIndicator,
    RecordIndicator,
    ShareIndicator,
    inputs_of,
)
from ceyuan.workspace.tables import CorrectionSpec

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Trace:
    """One observation with everything below it.

    Attributes:
        observation: the figure.
        origin: made of ``records``, of other ``indicators``, stated as ``figures``, or found by a run of ``clusters``: then
            its records are the points in the cluster.
        definition: ``file:line`` of the definition.
        version: version of the definition.
        query: the SQL that made it.
        inputs: tables and files that were read, with their hashes; or the indicators used.
        records: the contributing records, up to the limit.
        record_count: how many there are.
        total: sum of all contributions in the indicator's unit, where the figure is such a sum; it equals the value.
        below: traces of the observations that this one was made of.
    """

    observation: Observation
    origin: Origin
    definition: str
    version: str
    query: str
    inputs: tuple[Mapping[str, str | None], ...]
    records: tuple[TracedRecord, ...]
    record_count: int
    total: float | None
    below: tuple[Trace, ...]


def trace(
    build: Build,
    indicator: str,
    *,
    place: str | None = None,
    period: str | None = None,
    breakdown: str = "",
    all_sources: bool = False,
    limit: int = 20,
) -> list[Trace]:
    """Trace the observations of an indicator.

    Args:
        build: the build to ask.
        indicator: its identifier or one of its names.
        place: a place; all places if None.
        period: a period; all periods if None.
        breakdown: the part of a breakdown; the total if empty.
        all_sources: also trace what is not shown.
        limit: at most so many records of each figure; their number and sum are always complete.

    Raises:
        CeyuanError: ``no-observation`` if there is nothing to trace, and what :meth:`Build.show` raises.
    """
    found = build.show(indicator, place=place, period=period, breakdown=breakdown, all_sources=all_sources)
    if not found:
        known = build.show(indicator, place=place, breakdown=breakdown)
        periods = sorted({o.period for o in known})
        hint = f"Periods: {', '.join(periods[-12:])}" if periods else None
        message = f"{indicator} has no value for {place or 'any place'}, {period or 'any period'}"
        raise fail("no-observation", message, hint=hint)
    return [_trace(build, observation, limit, 0) for observation in found]


def _trace(build: Build, observation: Observation, limit: int, depth: int) -> Trace:
    found, used = trace_step(build, observation, limit)
    if depth >= _DEEPEST:
        return found
    return replace(found, below=tuple(_trace(build, o, limit, depth + 1) for o in used))


Show = Callable[..., list[Observation]]


def trace_step(
    build: Build, observation: Observation, limit: int = 20, show: Show | None = None
) -> tuple[Trace, list[Observation]]:
    """One figure without what is below it, and the observations that it was made of.

    Whoever draws a graph of many figures takes single steps: what several figures are made of is then traced once.

    Args:
        build: the build to ask.
        observation: one of its observations.
        limit: at most so many records; their number and sum are always complete.
        show: asks for observations as :meth:`Build.show` does; one that remembers helps where many figures share theirs.
    """
    indicator = build.indicators[observation.indicator]
    entry = build.lineage[observation.lineage]
    # The manifest of a run is a file of the build, not of the workspace, whose folder clusters/ holds declarations.
    inputs = tuple(
        {**used, "file": in_workspace(build, build.path / str(used["file"]))} if used["kind"] == "clusters" else used
        for used in build.lineage_inputs.get(observation.lineage, ())
    )
    records: tuple[TracedRecord, ...] = ()
    count, total = 0, None
    below: list[Observation] = []
    if entry.origin == "figures":
        records = _stated(build, observation)
        count = len(records)
    elif entry.origin == "records" and isinstance(indicator, RECORD_TYPES):
        records, count, total = _picked(build, indicator, observation, limit)
    elif isinstance(indicator, ClusterIndicator):
        records, count, total = cluster_points(build, indicator, observation, limit)
    else:
        below = _inputs(build, indicator, observation, show or build.show)
    found = Trace(
        observation, entry.origin, entry.definition, entry.version, entry.query, inputs, records, count, total, ()
    )
    return found, below


def _stated(build: Build, observation: Observation) -> tuple[TracedRecord, ...]:
    where = f"_file = {literal(observation.file)} AND _line = {observation.line}"
    found = _records(build, "figure", f"SELECT *, CAST(value AS DOUBLE) AS _v FROM figure WHERE {where}")
    # The store holds base units (0.043); the reader of a trace wants what was stated (4.3 %).
    stated = {"value": observation.value, "value_unit": observation.unit}
    if observation.value_max is not None:
        stated |= {"value_max": observation.value_max, "value_max_unit": observation.unit}
    return tuple(replace(r, value=observation.value, fields={**r.fields, **stated}) for r in found)


def _picked(
    build: Build, indicator: RecordIndicator, observation: Observation, limit: int
) -> tuple[tuple[TracedRecord, ...], int, float | None]:
    """The records of one value, found again by its definition; their sum must be the value."""
    measure = _measure_of(build, indicator, observation)
    picked = measure.picked
    if build.gazetteer.places[observation.place].run is not None:
        picked = picked_in_clusters(indicator, measure, build.kinds[measure.kind])
    dated = f"SELECT picked.*, {measure.period_text} AS period FROM ({picked}) AS picked"
    conditions = [f"period = {literal(observation.period)}", f"place IN ({_places(build, indicator, observation)})"]
    if observation.breakdown:
        conditions.append(f"breakdown = {literal(observation.breakdown)}")
    if build.kinds[measure.kind].per_source:
        conditions.append(f"_source = {literal(observation.source)}")
    chosen = f"SELECT * FROM ({dated}) AS dated WHERE {' AND '.join(conditions)}"
    if measure.rule == "last":
        latest = f"SELECT max(k2) FROM ({chosen}) AS latest WHERE latest.place = c.place"
        chosen = f"SELECT * FROM ({chosen}) AS c WHERE k2 = ({latest})"
    count, total = build.engine.rows(f"SELECT count(*), {_total(measure)} FROM ({chosen}) AS chosen")[0]
    listed = (
        f"SELECT kind.*, {'NULL' if measure.distinct else 'CAST(chosen.v AS DOUBLE)'} AS _v FROM ({chosen}) AS chosen "
        f"JOIN {identifier(measure.kind)} AS kind ON kind._file = chosen._file AND kind._line = chosen._line "
        f"AND kind._table = chosen._table ORDER BY kind._file, kind._line LIMIT {limit}"
    )
    scaled = None if total is None else round(float(total) / float(measure.factor), 10)
    return _records(build, measure.kind, listed), int(count), scaled


def _total(measure: Measure) -> str:
    return "count(DISTINCT v)" if measure.distinct else "CAST(sum(v) AS DOUBLE)"


def _measure_of(build: Build, indicator: RecordIndicator, observation: Observation) -> Measure:
    """The measure of the grain that made an observation: its query is the one in the lineage."""
    for grain in indicator.periods:
        measure = compile_measure(indicator, grain, build.kinds)
        if measure.picked == build.lineage[observation.lineage].query:
            return measure
    raise LookupError(f"no grain of {indicator.id} made {observation.lineage}")


def _places(build: Build, indicator: RecordIndicator, observation: Observation) -> str:
    """SQL that lists the places whose records count."""
    here = literal(observation.place)
    rule = indicator.over_places
    if rule.rule == "own" or (rule.rule == "complete" and not _is_sum_of_parts(build, indicator, observation)):
        return here
    if rule.rule == "complete":
        return f"SELECT place FROM ({parts_sql(indicator)}) AS wanted WHERE ancestor = {here}"
    apart = " AND NOT hk_mo" if indicator.hk_mo.rule == "separate" else ""
    return f"SELECT place FROM closure WHERE ancestor = {here}{apart}"


def _is_sum_of_parts(build: Build, indicator: RecordIndicator, observation: Observation) -> bool:
    measure = _measure_of(build, indicator, observation)
    own = (
        f"SELECT count(*) FROM (SELECT place, {measure.period_text} AS period FROM ({measure.picked}) AS picked) AS dated "
        f"WHERE place = {literal(observation.place)} AND period = {literal(observation.period)}"
    )
    return not build.engine.value(own)


def _records(build: Build, kind: str, query: str) -> tuple[TracedRecord, ...]:
    found = []
    for row in build.engine.arrow(query).to_pylist():
        fields = record_fields(build.kinds[kind], row)
        value = row["_v"]
        corrected = _correction(build, row["_table"], row["_correction"])
        found.append(TracedRecord(row["_table"], row["_file"], row["_line"], row["_source"], value, fields, corrected))
    return tuple(found)


def _correction(build: Build, table: str, numbers: str | None) -> Trilingual | None:
    """What the declared corrections changed in a row, why, and who decided."""
    if numbers is None:
        return None
    rules = [build.tables[table].corrections[int(number)] for number in numbers.split(",")]
    return Trilingual.of({language: _corrected(rules, language) for language in LANGUAGES})


def _corrected(rules: Sequence[CorrectionSpec], language: Language) -> str:
    end, form = ("; ", "{what}: {why} ({who})") if language == "en" else ("；", "{what}：{why}（{who}）")
    return end.join(
        form.format(
            what=", ".join(f"{n} {rule.expect.get(n)} → {value}" for n, value in rule.set.items()),
            why=rule.why.get(language), who=rule.who.get(language),
        )
        for rule in rules
    )  # fmt: skip


def _inputs(build: Build, indicator: Indicator, observation: Observation, show: Show) -> list[Observation]:
    """The observations that a derived one was made of."""
    found: list[Observation] = []
    for position, name in enumerate(inputs_of(indicator)):
        place: str | None = observation.place
        period: str | None = observation.period
        if isinstance(indicator, ShareIndicator) and position == 1 and indicator.whole_place is not None:
            place = indicator.whole_place
        if isinstance(indicator, RankIndicator):
            place = None
        if indicator.type in ("change", "growth", "cumulative", "streak"):
            period = None
        series = show(name, place=place, period=period, breakdown=observation.breakdown)
        if not series and observation.breakdown:
            series = show(name, place=place, period=period, breakdown="")
        found += _used(build, indicator, observation, series)
    return found


def _used(build: Build, indicator: Indicator, observation: Observation, series: list[Observation]) -> list[Observation]:
    if isinstance(indicator, RankIndicator):
        among = set(ranked_places(indicator.among, build.gazetteer))
        return [o for o in series if o.place in among]
    ordinal = {period: position for period, (position, _) in build.timeline.items()}
    previous = {period: before for period, (_, before) in build.timeline.items()}
    if isinstance(indicator, ChangeIndicator | GrowthIndicator):
        wanted = {observation.period}
        if indicator.against == "previous":
            wanted.add(str(previous[observation.period]))
        elif indicator.against == "first":
            valued = [o.period for o in series if o.value is not None]
            wanted.add(min(valued, key=ordinal.__getitem__))
        else:
            wanted.add(indicator.against)
        return [o for o in series if o.period in wanted]
    if indicator.type in ("cumulative", "streak"):
        return [o for o in series if ordinal[o.period] <= ordinal[observation.period]]
    return series
