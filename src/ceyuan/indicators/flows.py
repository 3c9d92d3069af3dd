"""Flows as SQL: records with the side that they are at and the side that they lead to.

The rows are those of a measure (:class:`ceyuan.indicators.measures.Measure`): a place, a part of it and a value, so that flows
are added up, kept and traced as all else that is made of records.
"""

from __future__ import annotations

from ceyuan.engine import literal, literals
from ceyuan.indicators.types import Among, FlowIndicator

_KEPT = "_table, _file, _line, _source, _correction, k1, k2"


def flow_sql(indicator: FlowIndicator, records: str) -> str:
    """The query of an indicator's records, once for each side that they lead to, and for the place that holds all sides.

    Args:
        indicator: the indicator.
        records: query of its records with ``side``, and ``other`` or ``work``, value, and ``gives`` and ``takes``: whether a
            work comes from them, and goes to them.
    """
    steps = (
        _ends(indicator, records)
        if indicator.side is None
        else _works_in_common(indicator, records)
    )
    mutual = indicator.mutual
    # Of what goes both ways the whole has each pair once, in the order of names.
    once = " WHERE side < other" if mutual and not indicator.distinct else ""
    part = "'from=' || side || ';to=' || other"
    if mutual:
        part = f"CASE WHEN side < other THEN {part} ELSE 'from=' || other || ';to=' || side END"
    whole = f"SELECT {_KEPT}, {literal(indicator.within)} AS place, {part} AS breakdown, v, v_unit FROM paired{once}"
    if indicator.among is None:
        return f"{steps} {whole}"
    each = f"SELECT {_KEPT}, side AS place, 'to=' || other AS breakdown, v, v_unit FROM paired"
    return f"{steps} {each} UNION ALL {whole}"


def _ends(indicator: FlowIndicator, records: str) -> str:
    """Records by their two ends."""
    columns = f"{_KEPT}, v, v_unit"
    steps = f"WITH records AS ({records})"
    source = "records"
    if indicator.among is not None:
        inside = _sides(indicator.among)
        steps += f""", sides AS ({inside}), placed AS (
            SELECT {_prefixed("records", columns)}, a.ancestor AS side, b.ancestor AS other FROM records
            JOIN sides AS a ON a.place = records.side JOIN sides AS b ON b.place = records.other)"""
        source = "placed"
    between = f"SELECT {columns}, {_name('side')} AS side, {_name('other')} AS other FROM {source} WHERE side <> other"
    if indicator.both_ways:
        between += f" UNION ALL SELECT {columns}, {_name('other')}, {_name('side')} FROM {source} WHERE side <> other"
    return f"{steps}, paired AS ({between})"


def _works_in_common(indicator: FlowIndicator, records: str) -> str:
    """Records that a work comes from, with each other side that has records that it goes to."""
    steps = f"""WITH records AS ({records}),
        sized AS (SELECT *, sum(gives) OVER (PARTITION BY work, k1, k2) AS n, sum(takes) OVER (PARTITION BY work, k1, k2) AS m
            FROM records WHERE work IS NOT NULL)"""
    carried = f"{_KEPT}, work, gives, takes, n, m"
    placed = f"SELECT {carried}, {_name('side')} AS side FROM sized WHERE side IS NOT NULL"
    if indicator.among is not None:
        steps += f", sides AS ({_sides(indicator.among)})"
        kept = _prefixed("sized", carried)
        placed = f"SELECT {kept}, sides.ancestor AS side FROM sized JOIN sides ON sides.place = sized.side"
    # The records of one side of a work have equal parts of what it has with another; without a direction there are two ways.
    ways = 2 if indicator.mutual else 1
    value = "a.work" if indicator.distinct else f"CAST({ways} * b.k AS DOUBLE) / (a.n * a.m)"
    return f"""{steps}, placed AS ({placed}),
        held AS (SELECT work, k1, k2, side, sum(takes) AS k FROM placed WHERE takes = 1 GROUP BY work, k1, k2, side),
        paired AS (
            SELECT {_prefixed("a", _KEPT)}, a.side, b.side AS other, {value} AS v, CAST(NULL AS STRING) AS v_unit
            FROM placed AS a JOIN held AS b ON b.work = a.work AND b.k1 = a.k1 AND b.k2 = a.k2 AND b.side <> a.side
            WHERE a.gives = 1)"""


def _sides(among: Among) -> str:
    """SQL of the places that are sides, each with all that lies in it."""
    if among.places:
        return f"SELECT place, ancestor FROM closure WHERE ancestor IN ({literals(among.places)})"
    chosen = f"SELECT place FROM parts WHERE level = {literal(among.kind or '')} AND ancestor = {literal(among.within or '')}"
    return f"SELECT place, ancestor FROM closure WHERE ancestor IN ({chosen})"


def _name(column: str) -> str:
    """SQL of a side's name, without what parts names."""
    return f"replace(CAST({column} AS STRING), ';', ',')"


def _prefixed(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{name.strip()}" for name in columns.split(","))
