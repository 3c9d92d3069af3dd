"""From records to candidate observations: add up leaves over places, periods and breakdowns.

Every statement here is in the common SQL subset, over the tables ``closure(place, ancestor, hk_mo)``,
``parts(ancestor, place, level)`` and the view of the record kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ceyuan.engine import PARTS, Engine, RecordEngine, literal, literals
from ceyuan.indicators.measures import STATISTIC_COLUMNS, Measure, Statistics
from ceyuan.indicators.overlaps import MIXED, find_mixed
from ceyuan.indicators.remarks import NO_REMARK, remark_sql
from ceyuan.indicators.sql import text_list, total_bound
from ceyuan.indicators.statistics import bound_sql, statistic_sql, undefined_sql
from ceyuan.indicators.types import RecordIndicator
from ceyuan.places import Gazetteer
from ceyuan.workspace.kinds import RecordKind

_CLOSURE = pa.schema([("place", pa.string()), ("ancestor", pa.string()), ("hk_mo", pa.bool_())])
_PARTS = _CLOSURE.append(pa.field("level", pa.string()))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the matching records found their way into observations.

    Attributes:
        matched: records that match the definition.
        unplaced: of these, records without a place.
        undated: of these, records without a period of the grain asked for.
    """

    matched: int
    unplaced: int
    undated: int


def load_places(engine: Engine, gazetteer: Gazetteer) -> None:
    """Load the tables ``closure`` and ``parts`` of the places."""
    pairs = [
        {"place": place, "ancestor": ancestor, "hk_mo": _is_hk_mo(gazetteer, place, ancestor)}
        for place, above in gazetteer.containing.items()
        for ancestor in sorted(above)
    ]
    engine.load(
        "closure",
        pa.Table.from_pylist(pairs, schema=_CLOSURE),
    )
    rows = [
        {**p, "level": gazetteer.places[str(p["place"])].kind}
        for p in pairs
        if p["place"] != p["ancestor"]
    ]
    engine.load(
        "parts",
        pa.Table.from_pylist(rows, schema=_PARTS),
    )


def _is_hk_mo(gazetteer: Gazetteer, place: str, ancestor: str) -> bool:
    """Whether a pair puts a place of Hong Kong or Macao into the economy CN."""
    special = gazetteer.economy_of(place) & {"HK", "MO"}
    return bool(special) and gazetteer.places[ancestor].iso3166 == "CN"


def aggregate(
    engine: Engine,
    records: RecordEngine,
    gazetteer: Gazetteer,
    indicator: RecordIndicator,
    measure: Measure,
    kind: RecordKind,
    *,
    in_clusters: str | None = None,
) -> Coverage:
    """Fill the temporary table ``candidates`` with the values of one indicator for one grain.

    Its columns are ``place, period, breakdown, source, value, bound, records, reason, lacking``, the last a remark on a value
    that is made of some parts only.

    Args:
        engine: with the tables of places.
        records: where the records are asked for.
        gazetteer: the places.
        indicator: the indicator.
        measure: its measure of that grain.
        kind: the kind of its records.
        in_clusters: the query of the records that lie in found clusters, None where there are none.
    """
    records.keep("leaf", measure.query(f"{_leaf(measure, measure.picked)}{_zeros(measure)}"))
    if in_clusters:
        records.keep("leaf_in", measure.query(_leaf(measure, in_clusters)))
    else:
        engine.run("CREATE OR REPLACE TEMP TABLE leaf_in AS SELECT * FROM leaf WHERE FALSE")
    pairs = _pairs(gazetteer, indicator)
    mixed = find_mixed(engine, records, gazetteer, indicator, measure, kind, pairs)
    kept = _Kept(kind.per_source, mixed)
    selects = [_rolled(indicator, measure, "''", pairs, kept)]
    if indicator.by or indicator.divided:
        selects.append(_rolled(indicator, measure, "breakdown", pairs, kept))
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE candidates AS {' UNION ALL '.join(f'({select})' for select in selects)}"
    )
    sums = (
        "coalesce(sum(n), 0), coalesce(sum(CASE WHEN place IS NULL THEN n ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN period IS NULL THEN n ELSE 0 END), 0)"
    )
    counts = _of_leaves(engine, records, measure, f"SELECT {sums} FROM {{}}")[0]
    return Coverage(*(int(c) for c in counts))


def counted_places(
    engine: Engine, records: RecordEngine, measure: Measure
) -> list[tuple[Any, ...]]:
    """The places of the records that match, each with how many they are; after :func:`aggregate`."""
    query = "SELECT place, sum(n) FROM {} WHERE place IS NOT NULL GROUP BY place ORDER BY place"
    return _of_leaves(engine, records, measure, query)


def _of_leaves(
    engine: Engine, records: RecordEngine, measure: Measure, query: str
) -> list[tuple[Any, ...]]:
    """What a query says of ``place, period, n``: of stocks each record once, at however many ends it is valid."""
    if not measure.stock:
        return engine.rows(query.format("leaf"))
    once = (
        f"(SELECT place, max(k1) AS period, 1 AS n FROM ({measure.picked}) AS picked "
        "GROUP BY _table, _file, _line, place) AS once"
    )
    return records.rows(measure.query(query.format(once)))


def foreign_units(engine: Engine, measure: Measure) -> list[str]:
    """Base units among the leaves that are not the one expected, or that differ where any one would do."""
    if measure.statistic is not None and (weights := _several(engine, "w_unit")):
        return weights
    if measure.expected_unit is None:
        return [] if measure.statistic is None else _several(engine, "v_unit")
    expected = literal(measure.expected_unit)
    rows = engine.rows(
        f"SELECT DISTINCT v_unit FROM leaf WHERE v_unit IS NOT NULL AND v_unit <> {expected}"
    )
    return sorted(str(row[0]) for row in rows)


def _several(engine: Engine, column: str) -> list[str]:
    """The base units of a column of the leaves, if there is more than one."""
    rows = engine.rows(f"SELECT DISTINCT {column} FROM leaf WHERE {column} IS NOT NULL")
    return sorted(str(row[0]) for row in rows) if len(rows) > 1 else []


def _leaf(measure: Measure, picked: str) -> str:
    """SQL of what records of one place and period come to: their number and sum, or their different values."""
    keys = "place, k1, k2, breakdown, _source, v_unit"
    period = f"{measure.period_text} AS period"
    if measure.statistic is not None:
        more = ", ".join(STATISTIC_COLUMNS)
        return f"""WITH picked AS ({picked})
            SELECT place, {period}, breakdown, _source AS source, v_unit, v, {more}, 1 AS n FROM picked"""
    if measure.distinct:
        return f"""WITH picked AS ({picked})
            SELECT place, {period}, breakdown, _source AS source, v_unit, v, count(*) AS n FROM picked GROUP BY {keys}, v"""
    latest = "" if measure.rule != "last" else "WHERE latest = 1"
    return f"""WITH picked AS ({picked}),
        grouped AS (
            SELECT place, {period}, k2, breakdown, _source AS source, v_unit, sum(v) AS v, count(*) AS n
            FROM picked GROUP BY {keys}),
        ranked AS (
            SELECT *, rank() OVER (PARTITION BY place, period, breakdown, source ORDER BY k2 DESC NULLS LAST) AS latest
            FROM grouped)
        SELECT place, period, breakdown, source, v_unit, v, n FROM ranked {latest}"""


def _zeros(measure: Measure) -> str:
    """SQL that adds a leaf of nothing for every place and period that was looked at."""
    if measure.looked_at is None:
        return ""
    nothing = "NULL" if measure.distinct else "0"
    return f"""
        UNION ALL
        SELECT DISTINCT place, {measure.period_text} AS period, breakdown, _source AS source,
            CAST(NULL AS STRING) AS v_unit, {nothing} AS v, 0 AS n
        FROM ({measure.looked_at}) AS looked_at"""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept apart when values are put together.

    Attributes:
        per_source: whether values of different sources are.
        mixed: whether there are values that are not made since they would hold something twice.
    """

    per_source: bool
    mixed: bool

    @property
    def by_source(self) -> list[str]:
        """The column of the source, where values are kept apart by it."""
        return ["source"] if self.per_source else []

    @property
    def sources(self) -> str:
        """SQL of what is told as the source of a value."""
        return "source" if self.per_source else text_list("source")

    def twice(self, part: str) -> str:
        """SQL of whether a value of that part would hold something twice."""
        if not self.mixed:
            return "FALSE"
        columns = ["period", "breakdown", *self.by_source]
        value = ["period", part, *self.by_source]
        return f"(ancestor, {', '.join(value)}) IN (SELECT (ancestor, {', '.join(columns)}) FROM {MIXED})"


def _pairs(gazetteer: Gazetteer, indicator: RecordIndicator) -> str:
    """SQL of the places whose records count for a place: pairs of ``place`` and ``ancestor``."""
    match indicator.over_places.rule:
        case "complete":
            return parts_sql(gazetteer, indicator)
        case "own":
            return "SELECT DISTINCT place, place AS ancestor FROM leaf"
        case "total":
            return within_sql(gazetteer, indicator)


def _rolled(
    indicator: RecordIndicator, measure: Measure, breakdown: str, pairs: str, kept: _Kept
) -> str:
    """SQL of the values of places, from their own leaves and from those of the places in them."""
    match indicator.over_places.rule:
        case "complete":
            wanted = _Parts(pairs, indicator.over_places.min_coverage)
            return _complete(measure, breakdown, wanted, kept)
        case "own":
            located = "SELECT *, place AS ancestor FROM leaf"
        case "total":
            located = f"""SELECT leaf.*, within.ancestor FROM leaf
                JOIN ({pairs}) AS within ON within.place = leaf.place
                UNION ALL SELECT *, place AS ancestor FROM leaf_in"""
    if measure.statistic is not None and measure.statistic.works is not None:
        return _scores_over(measure, measure.statistic, located, breakdown)
    if measure.statistic is not None:
        return _statistic_over(measure, measure.statistic, located, breakdown, kept)
    twice = kept.twice(breakdown)
    remarks = f"CASE WHEN {twice} THEN {remark_sql('missing.mixed_places')} END AS reason, {NO_REMARK} AS lacking"
    value = f"CASE WHEN NOT ({twice}) THEN {_total(measure)} END"
    return f"WITH located AS ({located}) {_sum_over('located', breakdown, kept, value, remarks)}"


def _statistic_over(
    measure: Measure, asked: Statistics, located: str, breakdown: str, kept: _Kept
) -> str:
    """SQL of a statistic of the records of each place, period and part, added up by a field of theirs first where asked."""
    keys = ["ancestor", "period", "part", *kept.by_source]
    number = "CASE WHEN w IS NULL THEN NULL ELSE CAST(v AS DOUBLE) END"
    values = f"""SELECT *, {breakdown} AS part, {number} AS x FROM ({located}) AS located
            WHERE ancestor IS NOT NULL AND period IS NOT NULL"""
    if asked.each:
        named = [] if kept.per_source else [f"{kept.sources} AS source"]
        rows = f"""SELECT {", ".join([*keys, *named])}, sum(n) AS n,
                CASE WHEN g IS NULL THEN 0 ELSE count(x) END AS known, CASE WHEN g IS NOT NULL THEN sum(x) END AS v,
                CAST(1 AS DOUBLE) AS w, {total_bound("bound")} AS bound, 'eq' AS weight_bound
            FROM located GROUP BY {", ".join([*keys, "g"])}"""
    else:
        named = [] if kept.per_source else ["source"]
        rows = f"""SELECT {", ".join([*keys, *named])}, n,
                CASE WHEN x IS NULL THEN 0 ELSE 1 END AS known, x AS v, CASE WHEN x IS NOT NULL THEN CAST(w AS DOUBLE) END AS w,
                bound, 'eq' AS weight_bound
            FROM located"""
    # A share of the number is a whole number of records; what binary fractions add to it is no record.
    enough = f"sum(known) >= greatest(1, ceil(round(sum(n) * CAST({asked.coverage} AS DOUBLE), 9)))"
    undefined = undefined_sql(asked.name)
    value = scaled(f"({statistic_sql(asked.name, asked.percentile)})", measure.factor)
    counts = {"present": "sum(known)", "size": "sum(n)"}
    counts = {name: f"CAST({sql} AS BIGINT)" for name, sql in counts.items()}
    twice = kept.twice("part")
    enough = f"({enough} AND NOT ({twice}))"
    return f"""WITH located AS ({values}), entries AS ({rows})
        SELECT ancestor AS place, period, part AS breakdown, {kept.sources} AS source,
            CASE WHEN {enough} AND NOT ({undefined}) THEN round({value}, 10) END AS value,
            {bound_sql(asked.name, asked.percentile, "sum(known) = sum(n)")} AS bound, {counts["size"]} AS records,
            CASE WHEN {twice} THEN {remark_sql("missing.mixed_places")}
                WHEN NOT {enough} THEN {remark_sql("missing.values", **counts)}
                WHEN {undefined} THEN {remark_sql("missing.distribution")} END AS reason,
            CASE WHEN {enough} AND sum(known) < sum(n) THEN {remark_sql("note.values", **counts)} END AS lacking
        FROM entries GROUP BY {", ".join(keys)}"""


def _scores_over(measure: Measure, asked: Statistics, located: str, breakdown: str) -> str:
    """SQL of a statistic of the scores of the works of each place, period and part, each work once.

    In full counting a work weighs 1, in fractional counting what its records at the place weigh together. Works without a score
    are left out; the remark says of how many works a value is made, and the limits of a mean: 1.96 standard errors around it.
    """
    keys = "ancestor, period, part"
    share = "1" if asked.works == "full" else f"CAST(sum(w) AS DOUBLE) / CAST({PARTS} AS DOUBLE)"
    works = f"""SELECT {keys}, min(v) AS v, CASE WHEN min(v) IS NOT NULL THEN {share} END AS w, sum(n) AS n,
            {text_list("source")} AS source
        FROM (SELECT *, {breakdown} AS part FROM ({located}) AS located) AS placed
        WHERE ancestor IS NOT NULL AND period IS NOT NULL AND g IS NOT NULL GROUP BY {keys}, g"""
    made = f"""SELECT {keys}, {statistic_sql(asked.name, None)} AS value, count(v) AS present, count(*) AS size,
            {_ERROR} AS error, sum(n) AS n, {text_list("source")} AS source
        FROM works GROUP BY {keys}"""
    counts = {"present": "present", "size": "size"}
    said = remark_sql("note.works", **counts)
    if asked.name in ("mean", "weighted_mean"):
        ends = {"low": "(value - 1.96 * error)", "high": "(value + 1.96 * error)"}
        ends = {end: f"round({scaled(sql, measure.factor)}, 4)" for end, sql in ends.items()}
        limits = remark_sql("note.works_mean", **counts, **ends)
        # Works that are all alike say nothing of how much others would vary.
        said = f"CASE WHEN error > 1e-12 THEN {limits} ELSE {said} END"
    enough = f"present >= {asked.least}"
    return f"""WITH works AS ({works}), made AS ({made})
        SELECT ancestor AS place, period, part AS breakdown, source,
            CASE WHEN {enough} THEN round({scaled("value", measure.factor)}, 10) END AS value,
            'eq' AS bound, CAST(n AS BIGINT) AS records,
            CASE WHEN NOT ({enough}) THEN {remark_sql("missing.works", **counts)} END AS reason,
            CASE WHEN {enough} THEN {said} END AS lacking
        FROM made"""


_MEAN = "sum(v * w) / sum(w)"
_ERROR = f"""CASE WHEN count(v) > 1 THEN sqrt(greatest(0, sum(w * w * v * v) - 2 * {_MEAN} * sum(w * w * v)
            + {_MEAN} * {_MEAN} * sum(w * w)) * count(v) / (count(v) - 1)) / sum(w) END"""
"""The standard error of a weighted mean of works that are drawn independently of each other."""
_NO_REMARKS = f"{NO_REMARK} AS reason, {NO_REMARK} AS lacking"


def _total(measure: Measure) -> str:
    """SQL of the value of many leaves, in the unit of the indicator."""
    return scaled(f"CAST({measure.total} AS DOUBLE)", measure.factor)


def _sum_over(source: str, breakdown: str, kept: _Kept, value: str, last: str) -> str:
    """SQL of a value of each place, period, part and source, and of the last columns that are asked for."""
    part = [] if breakdown == "''" else ["breakdown"]
    group = ["ancestor", "period", *part, *kept.by_source]
    return (
        f"SELECT ancestor AS place, period, {breakdown} AS breakdown, {kept.sources} AS source, "
        f"{value} AS value, 'eq' AS bound, CAST(sum(n) AS BIGINT) AS records, {last} "
        f"FROM {source} WHERE ancestor IS NOT NULL AND period IS NOT NULL GROUP BY {', '.join(group)}"
    )


def within_sql(gazetteer: Gazetteer, indicator: RecordIndicator) -> str:
    """SQL for the places whose records count for a place: pairs of ``place`` and ``ancestor``.

    What happens to be recorded somewhere in the world is no total of the world: only records that are declared complete
    (``covers: all``) make one.
    """
    apart = "NOT hk_mo" if indicator.hk_mo.rule == "separate" else "TRUE"
    return f"SELECT place, ancestor FROM closure WHERE {apart} AND ({_of_the_world(gazetteer, indicator)} OR place = ancestor)"


def _of_the_world(gazetteer: Gazetteer, indicator: RecordIndicator) -> str:
    """The condition that an ancestor is not the whole world, unless the records cover it."""
    worlds = sorted(place.id for place in gazetteer.places.values() if place.kind == "world")
    if not worlds or (indicator.covers is not None and indicator.covers.part == "all"):
        return "TRUE"
    return f"ancestor NOT IN ({literals(worlds)})"


def parts_sql(gazetteer: Gazetteer, indicator: RecordIndicator) -> str:
    """SQL for the parts that a ``complete`` sum needs: pairs of ``ancestor`` and ``place``, with their ``level``.

    A place is summed over its parts of the first of the indicator's levels that it has any of.
    """
    apart = " AND NOT hk_mo" if indicator.hk_mo.rule == "separate" else ""
    tried: list[str] = []
    chosen = []
    for level in map(literal, indicator.over_places.levels):
        earlier = (
            f" AND ancestor NOT IN (SELECT ancestor FROM parts WHERE level IN ({', '.join(tried)}))"
            if tried
            else ""
        )
        chosen.append(f"(level = {level}{earlier})")
        tried.append(level)
    among = _of_the_world(gazetteer, indicator)
    return (
        f"SELECT ancestor, place, level FROM parts WHERE ({' OR '.join(chosen)}){apart} AND {among}"
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts that a sum needs.

    Attributes:
        sql: pairs of ``ancestor`` and ``place``, with their ``level``.
        share: what share of them is enough.
    """

    sql: str
    share: float


def _complete(measure: Measure, breakdown: str, parts: _Parts, kept: _Kept) -> str:
    """A place's own value, or the sum over its parts of a level, or missing with how many parts are.

    A sum of some parts only is at least so much if none of them is negative; otherwise nothing is said.
    """
    twice = kept.twice(breakdown)
    present = f"CAST(count(DISTINCT part) AS BIGINT) AS present, min(v) AS least, {twice} AS twice"
    enough = "summed.present = sizes.size"
    if parts.share < 1:
        # What binary fractions add to a share is no part.
        needed = f"ceil(round(sizes.size * CAST({parts.share} AS DOUBLE), 9))"
        sure = "" if measure.distinct else " AND summed.least >= 0"
        enough = f"({enough} OR (summed.present >= {needed}{sure}))"
    enough = f"({enough} AND NOT summed.twice)"
    made = remark_sql(
        "note.parts", present="summed.present", size="sizes.size", level="sizes.level"
    )
    lacking = remark_sql(
        "missing.parts", present="summed.present", size="sizes.size", level="sizes.level"
    )
    same_source = " AND own.source = summed.source" if kept.per_source else ""
    total = _total(measure)
    return f"""WITH wanted AS ({parts.sql}),
        own_leaves AS (SELECT *, place AS ancestor FROM leaf),
        leaves_of_parts AS (
            SELECT leaf.*, wanted.ancestor, wanted.place AS part FROM leaf JOIN wanted ON leaf.place = wanted.place),
        own AS ({_sum_over("own_leaves", breakdown, kept, total, _NO_REMARKS)}),
        summed AS ({_sum_over("leaves_of_parts", breakdown, kept, total, present)}),
        sizes AS (SELECT ancestor, level, count(*) AS size FROM wanted GROUP BY ancestor, level)
        SELECT * FROM own
        UNION ALL
        SELECT summed.place, summed.period, summed.breakdown, summed.source,
            CASE WHEN {enough} THEN summed.value END AS value,
            CASE WHEN summed.present < sizes.size AND {enough} THEN 'ge' ELSE 'eq' END AS bound, summed.records,
            CASE WHEN summed.twice THEN {remark_sql("missing.mixed_places")}
                WHEN NOT {enough} THEN {lacking} END AS reason,
            CASE WHEN summed.present < sizes.size AND {enough} THEN {made} END AS lacking
        FROM summed
        JOIN sizes ON sizes.ancestor = summed.place
        LEFT JOIN own ON own.place = summed.place AND own.period = summed.period
            AND own.breakdown = summed.breakdown{same_source}
        WHERE own.place IS NULL"""


def scaled(value: str, factor: str) -> str:
    """A value in base units as a value in a unit of that factor, without the noise of binary fractions."""
    if factor == "1":
        return value
    inverse = 1 / float(factor)
    if inverse > 1 and inverse.is_integer():
        return f"round({value} * {int(inverse)}, 10)"
    return f"round({value} / CAST({factor} AS DOUBLE), 10)"


def simulated_sql(source: str, simulated: Iterable[str]) -> str:
    """SQL that is true where any of the sources in a ``;`` list is declared as simulated."""
    conditions = [
        f"position({literal(f';{s};')} IN (';' || {source} || ';')) > 0" for s in simulated
    ]
    return " OR ".join(conditions) or "FALSE"
