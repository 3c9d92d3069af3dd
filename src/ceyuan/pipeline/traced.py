"""What a trace ends at: records, stated figures, and the points that a cluster was found among.

Each function takes all figures of one kind at once, as rows of the table ``trace_asked``, and asks once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from ceyuan.engine import RecordQuery, identifier, literal, parquet
from ceyuan.indicators.aggregate import parts_sql, within_sql
from ceyuan.indicators.found import picked_in_clusters
from ceyuan.indicators.measures import Measure, compile_measure
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import ClusterIndicator, RecordIndicator
from ceyuan.pipeline.clusters.found import SIMULATOR
from ceyuan.pipeline.reading import Build, record_fields
from ceyuan.units import parse_unit
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.submissions import SubmissionFile, submission_of
from ceyuan.workspace.tables import CorrectionSpec

_ASKED = pa.schema(
    [
        ("n", pa.int64()),
        ("place", pa.string()),
        ("period", pa.string()),
        ("breakdown", pa.string()),
        ("source", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class TracedRecord:
    """A record that a figure was made of.

    Attributes:
        table, file, line: where it stands.
        source: its source.
        value: what it contributed, in the base unit; None for a record that is only counted once among equals.
        fields: its fields.
        correction: what declared corrections changed in it, why, and who decided, in three languages; None where none did.
        submission: the submission that it stands in, with who approved it; None for a file of the workspace.
    """

    table: str
    file: str
    line: int
    source: str
    value: float | None
    fields: Mapping[str, Any]
    correction: Trilingual | None
    submission: SubmissionFile | None = None


@dataclass(frozen=True, slots=True)
class Contributions:
    """What a figure was made of, where it was not made of other figures.

    Attributes:
        records: the records, up to the limit.
        count: how many there are.
        total: their sum in the figure's unit, where it is such a sum.
    """

    records: tuple[TracedRecord, ...] = ()
    count: int = 0
    total: float | None = None


def stated(build: Build, observations: Sequence[Observation]) -> list[Contributions]:
    """The rows that state published figures."""
    _ask(build, observations)
    rows = (
        "SELECT a.n AS _n, figure.*, CAST(figure.value AS DOUBLE) AS _v FROM trace_asked AS a "
        "JOIN figure ON figure._file = a.file AND figure._line = a.line ORDER BY a.n, figure._table"
    )
    listed = _records(build, "figure", build.engine.arrow(rows))
    found = []
    for n, observation in enumerate(observations):
        records = tuple(_as_stated(record, observation) for record in listed.get(n, ()))
        found.append(Contributions(records, len(records)))
    return found


def _as_stated(record: TracedRecord, observation: Observation) -> TracedRecord:
    """The store holds base units (0.043); the reader of a trace wants what was stated (4.3 %)."""
    said = {"value": observation.value, "value_unit": observation.unit}
    if observation.value_max is not None:
        said |= {"value_max": observation.value_max, "value_max_unit": observation.unit}
    return replace(record, value=observation.value, fields={**record.fields, **said})


def picked(
    build: Build, indicator: RecordIndicator, observations: Sequence[Observation], limit: int
) -> list[Contributions]:
    """The records of values that have one lineage, found again by its definition; their sums must be the values."""
    _ask(build, observations)
    measure = _measure_of(build, indicator, observations[0].lineage)
    in_clusters = any(build.gazetteer.places[o.place].run is not None for o in observations)
    asked = partial(_asked, measure)
    records = build.asked
    _load_parts(build, indicator)
    records.prepare("trace_dated", asked(_contributing(measure, measure.picked)))
    matched = _matched(
        _reach(build, indicator, measure), "trace_dated", _same_source(build, measure)
    )
    if in_clusters:
        inside = picked_in_clusters(indicator, measure, build.kinds[measure.kind])
        records.prepare("trace_inside", asked(_contributing(measure, inside)))
        itself = "SELECT n, place AS leaf FROM trace_asked"
        matched += f" UNION ALL {_matched(itself, 'trace_inside', _same_source(build, measure))}"
    records.prepare("trace_matched", asked(matched))
    together = asked(f"SELECT n, count(*), {measure.total} FROM trace_matched GROUP BY n")
    sums = {n: (count, total) for n, count, total in records.rows(together)}
    listed = _records(build, measure.kind, records.arrow(asked(_listed(measure, limit))))
    nothing = (0, 0 if measure.distinct else None)
    found = []
    for n in range(len(observations)):
        count, total = sums.get(n, nothing)
        # A statistic of records is no sum of theirs.
        scaled = (
            None
            if total is None or measure.statistic is not None
            else round(float(total) / float(measure.factor), 10)
        )
        found.append(Contributions(tuple(listed.get(n, ())), int(count), scaled))
    return found


def _asked(measure: Measure, sql: str) -> RecordQuery:
    """A query of a trace, for the engine that holds the records."""
    query = measure.query(sql)
    return replace(query, lookups=(*query.lookups, "trace_asked", "trace_parts"))


def _load_parts(build: Build, indicator: RecordIndicator) -> None:
    """Fill the table ``trace_parts`` of the places that count for each figure beside its own: ``n, leaf``."""
    rule = indicator.over_places.rule
    pairs = {
        "own": "SELECT '' AS ancestor, '' AS place WHERE FALSE",
        "total": within_sql(build.gazetteer, indicator),
        "complete": parts_sql(build.gazetteer, indicator),
    }[rule]
    build.engine.run(
        "CREATE OR REPLACE TEMP TABLE trace_parts AS SELECT a.n, pairs.place AS leaf FROM trace_asked AS a "
        f"JOIN ({pairs}) AS pairs ON pairs.ancestor = a.place"
    )


def _measure_of(build: Build, indicator: RecordIndicator, lineage: str) -> Measure:
    """The measure of the grain that made a value: its query is the one in the lineage."""
    for grain in indicator.periods:
        measure = compile_measure(indicator, grain, build.kinds)
        if measure.picked == build.lineage[lineage].query:
            return measure
    raise LookupError(f"no grain of {indicator.id} made {lineage}")


def _contributing(measure: Measure, records: str) -> str:
    """The records that count, with their period: of stocks only those of the last state within it."""
    dated = f"SELECT picked.*, {measure.period_text} AS period FROM ({records}) AS picked"
    if measure.rule != "last" or measure.distinct:
        return dated
    latest = "rank() OVER (PARTITION BY place, period, breakdown, _source ORDER BY k2 DESC NULLS LAST) AS latest"
    return f"SELECT * FROM (SELECT dated.*, {latest} FROM ({dated}) AS dated) AS ranked WHERE latest = 1"


def _same_source(build: Build, measure: Measure) -> str:
    """The condition that a record is of the figure's own source, where values of several sources are kept apart."""
    return " AND d._source = a.source" if build.kinds[measure.kind].per_source else ""


_SAME = "d.period = a.period AND (a.breakdown = '' OR d.breakdown = a.breakdown)"


def _reach(build: Build, indicator: RecordIndicator, measure: Measure) -> str:
    """SQL with the places whose records count for each figure: ``n, leaf``."""
    own = "SELECT n, place AS leaf FROM trace_asked"
    match indicator.over_places.rule:
        case "own":
            return own
        case "total":
            return "SELECT n, leaf FROM trace_parts"
        case "complete":
            with_own = f"SELECT a.n FROM trace_asked AS a JOIN ({_own(measure)}) AS d ON d.place = a.place AND {_SAME}"
            return (
                f"{own} UNION ALL SELECT n, leaf FROM trace_parts "
                f"WHERE n NOT IN ({with_own}{_same_source(build, measure)})"
            )


def _own(measure: Measure) -> str:
    """The places that have a value of their own, be it that nothing was found there: they are not summed from parts."""
    own = "SELECT place, period, breakdown, _source FROM trace_dated"
    if measure.looked_at is None:
        return own
    looked_at = f"SELECT place, {measure.period_text} AS period, breakdown, _source FROM ({measure.looked_at}) AS looked_at"
    return f"{own} UNION ALL {looked_at}"


def _matched(reach: str, records: str, same_source: str) -> str:
    return (
        f"SELECT a.n, d._table, d._file, d._line, d.v FROM trace_asked AS a JOIN ({reach}) AS reach ON reach.n = a.n "
        f"JOIN {records} AS d ON d.place = reach.leaf AND {_SAME}{same_source}"
    )


def _listed(measure: Measure, limit: int) -> str:
    """The first records of each figure with all their fields."""
    value = "CAST(NULL AS DOUBLE)" if measure.distinct else measure.weighed("top.v")
    order = "ORDER BY _file NULLS LAST, _line NULLS LAST, _table NULLS LAST"
    numbered = f"SELECT *, row_number() OVER (PARTITION BY n {order}) AS nth FROM trace_matched"
    same = "kind._file = top._file AND kind._line = top._line AND kind._table = top._table"
    return (
        f"SELECT top.n AS _n, kind.*, {value} AS _v FROM ({numbered}) AS top "
        f"JOIN {identifier(measure.kind)} AS kind ON {same} WHERE top.nth <= {limit} ORDER BY top.n, top.nth"
    )


def cluster_points(
    build: Build, indicator: ClusterIndicator, observations: Sequence[Observation], limit: int
) -> list[Contributions]:
    """The points in found clusters of one run, how many there are, and their sum where the figure is one.

    A point of records stands in the file and line of its record. One of a file of points stands in its row, from 1; one that
    was made up stands in the run's own ``points.parquet``, where everything that is known of it is written.
    """
    _ask(build, observations)
    (run,) = {str(build.gazetteer.places[o.place].run) for o in observations}
    points = build.path / "clusters" / run / "points.parquet"
    kind = f" AND p.kind = {literal(indicator.kind)}" if indicator.kind else ""
    build.engine.run(
        "CREATE OR REPLACE TEMP TABLE trace_matched AS SELECT a.n, a.source, p.* FROM trace_asked AS a "
        "JOIN found_places AS f ON f.place = a.place "
        f"JOIN (SELECT * FROM {parquet(points)}) AS p ON p.cluster = f.number{kind}"
    )
    sums = {
        n: (count, total)
        for n, count, total in build.engine.rows(
            "SELECT n, count(*), sum(part) FROM trace_matched GROUP BY n"
        )
    }
    numbered = (
        'SELECT *, row_number() OVER (PARTITION BY n ORDER BY "row") AS nth FROM trace_matched'
    )
    rows = build.engine.arrow(
        f"SELECT * FROM ({numbered}) AS top WHERE nth <= {limit} ORDER BY n, nth"
    ).to_pylist()
    listed: dict[int, list[TracedRecord]] = {}
    for row in rows:
        listed.setdefault(row["n"], []).append(_point(row, in_workspace(build, points)))
    factor = float(parse_unit(indicator.unit).factor)
    found = []
    for n in range(len(observations)):
        count, total = sums.get(n, (0, None))
        is_sum = indicator.figure == "count" and total is not None
        found.append(
            Contributions(
                tuple(listed.get(n, ())), count, round(float(total), 6) / factor if is_sum else None
            )
        )
    return found


def _point(row: Mapping[str, Any], points: str) -> TracedRecord:
    made_up = not row["table"] and row["file"] == SIMULATOR
    file, line = (points, row["row"] + 1) if made_up else (row["file"], row["line"])
    fields = {name: row[name] for name in ("kind", "lat", "lon", "core")}
    return TracedRecord(row["table"], file, line, row["source"], row["part"], fields, None)


def in_workspace(build: Build, path: Path) -> str:
    """A file of a build as seen from the workspace: ``build/builds/…``."""
    return path.relative_to(build.root).as_posix()


def _ask(build: Build, observations: Sequence[Observation]) -> None:
    """Load the table ``trace_asked`` of the figures that are traced, numbered as they come."""
    columns: dict[str, list[Any]] = {"n": list(range(len(observations)))}
    for name in _ASKED.names[1:]:
        columns[name] = [getattr(o, name) for o in observations]
    build.engine.load("trace_asked", pa.table(columns, schema=_ASKED))


def _records(build: Build, kind: str, rows: pa.Table) -> dict[int, list[TracedRecord]]:
    """Records by the number of the figure that they belong to."""
    found: dict[int, list[TracedRecord]] = {}
    for row in rows.to_pylist():
        fields = record_fields(build.kinds[kind], row)
        corrected = _correction(build, row["_table"], row["_correction"])
        submitted = submission_of(build.submissions, row["_file"])
        record = TracedRecord(
            row["_table"],
            row["_file"],
            row["_line"],
            row["_source"],
            row["_v"],
            fields,
            corrected,
            submitted,
        )
        found.setdefault(row["_n"], []).append(record)
    return found


def _correction(build: Build, table: str, numbers: str | None) -> Trilingual | None:
    """What the declared corrections changed in a row, why, and who decided."""
    if numbers is None:
        return None
    rules = [build.tables[table].corrections[int(number)] for number in numbers.split(",")]
    return Trilingual.of({language: _corrected(rules, language) for language in LANGUAGES})


def _corrected(rules: Sequence[CorrectionSpec], language: Language) -> str:
    end, form = (
        ("; ", "{what}: {why} ({who})") if language == "en" else ("；", "{what}：{why}（{who}）")
    )
    return end.join(
        form.format(
            what=", ".join(f"{n} {rule.expect.get(n)} → {value}" for n, value in rule.set.items()),
            why=rule.why.get(language), who=rule.who.get(language),
        )
        for rule in rules
    )  # fmt: skip
