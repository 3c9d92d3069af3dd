"""Which values would count something twice: a place's own figure added to those of places that it shares something with.

Events of Guangdong and of Shenzhen are different events and are added up. A figure of Guangdong holds that of Shenzhen: kinds
whose key has their place and period are of figures, whether or not they are told apart by source. What is a figure of the same is
told by the rest of the key, where an empty field stands for all of it. A statistic mixes neither figures nor events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ceyuan.engine import Engine, RecordEngine, identifier
from ceyuan.indicators.measures import Measure
from ceyuan.indicators.types import RecordIndicator
from ceyuan.places import Gazetteer
from ceyuan.workspace.kinds import RecordKind

MIXED = "mixed"
"""The table of values that are not made: ``ancestor, period, breakdown, source``, and the two places."""
_COLUMNS = ("ancestor", "period", "breakdown", "source", "one", "other")
_NONE = f"SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {name}' for name in _COLUMNS)} WHERE FALSE"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Values that are not made since they would hold something twice.

    Attributes:
        places: the places that they would be of.
        period: a period …
        one: in which a place has a figure …
        other: … and one that has something in common with it.
    """

    places: tuple[str, ...]
    period: str
    one: str
    other: str


def find_mixed(
    engine: Engine,
    records: RecordEngine,
    gazetteer: Gazetteer,
    indicator: RecordIndicator,
    measure: Measure,
    kind: RecordKind,
    pairs: str,
) -> bool:
    """Fill the table :data:`MIXED` from the leaves; returns whether there is anything in it.

    Args:
        engine: with the tables of places and the leaves.
        records: where the records are asked for.
        gazetteer: the places.
        indicator: the indicator.
        measure: its measure.
        kind: the kind of its records.
        pairs: query of the places whose records count for a place: pairs of ``place`` and ``ancestor``.
    """
    if measure.statistic is not None:
        places, others = ["place"], list[str]()
        query = None if measure.statistic.works else _leaves(kind)
    else:
        places, others = _rest_of_key(kind)
        query = None if indicator.distinct else _figures(measure, kind, places, others)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {MIXED} AS {_NONE}")
    if indicator.over_places.mixed or query is None or not places:
        return False
    if len(places) == 1 and not _share_something(engine, gazetteer):
        return False
    separate = indicator.hk_mo.rule == "separate"
    mixed = _mixed_sql(query, len(places), len(others), pairs, separate=separate)
    if measure.statistic is None:
        # Figures are as many as records: they stay where those are.
        asked = measure.query(mixed)
        records.keep(MIXED, replace(asked, lookups=(*asked.lookups, "closure", "parts")))
    else:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {MIXED} AS {mixed}")
    return bool(engine.rows(f"SELECT 1 FROM {MIXED} LIMIT 1"))


def overlap(engine: Engine) -> Overlap | None:
    """What :func:`find_mixed` found, with its first example."""
    rows = engine.rows(
        f"SELECT DISTINCT ancestor, period, one, other FROM {MIXED} ORDER BY period DESC, one, other, ancestor"
    )
    if not rows:
        return None
    _, period, one, other = rows[0]
    places = sorted({str(row[0]) for row in rows})
    return Overlap(tuple(places), str(period), str(one), str(other))


def _rest_of_key(kind: RecordKind) -> tuple[list[str], list[str]]:
    """The places that identify a figure, and what else does; no places where records are no figures of places."""
    if not kind.key and kind.per_source and kind.place:
        return [kind.place], []
    if not kind.of_figures:
        return [], []
    types = {field.id: field.type for field in kind.fields}
    places = [name for name in kind.key if types.get(name) == "place"]
    others = [name for name in kind.key if name not in places and name != kind.period]
    return places, others


def _share_something(engine: Engine, gazetteer: Gazetteer) -> bool:
    """Whether any two places with leaves do."""
    rows = engine.rows("SELECT DISTINCT place FROM leaf WHERE place IS NOT NULL")
    held = {str(row[0]) for row in rows}
    return any(held & gazetteer.overlapping.get(place, frozenset()) for place in held)


def _leaves(kind: RecordKind) -> str:
    """SQL of the places of leaves, for statistics, which are not mixed whatever their records are."""
    source = "source" if kind.per_source else "''"
    return f"SELECT DISTINCT place, period, breakdown, {source} AS source, place AS p0 FROM leaf"


def _figures(measure: Measure, kind: RecordKind, places: list[str], others: list[str]) -> str:
    """SQL of the figures that are added up, with the places and the rest of their keys."""
    source = "picked._source" if kind.per_source else "''"
    keys = [f"kind.{identifier(name)} AS p{i}" for i, name in enumerate(places)]
    keys += [
        f"coalesce(CAST(kind.{identifier(name)} AS STRING), '') AS t{i}"
        for i, name in enumerate(others)
    ]
    return f"""WITH picked AS ({measure.picked})
        SELECT DISTINCT picked.place, {measure.period_text} AS period, picked.breakdown, {source} AS source, {", ".join(keys)}
        FROM picked JOIN {identifier(kind.kind)} AS kind ON kind._table = picked._table AND kind._file = picked._file
            AND kind._line = picked._line"""


def _mixed_sql(held: str, places: int, others: int, pairs: str, *, separate: bool) -> str:
    """SQL of the values for which there are two figures that share something.

    Two figures do if each of their places is the same or shares something, and all else is the same or empty.
    """
    known = " WHERE NOT a.hk_mo AND NOT b.hk_mo" if separate else ""
    same = [f"a.{name} = b.{name}" for name in ("period", "source")]
    same += [f"b.p{i} = o{i}.other" for i in range(places)]
    same += [f"(a.t{i} = b.t{i} OR a.t{i} = '' OR b.t{i} = '')" for i in range(others)]
    joins = [f"JOIN overlapping AS o{i} ON o{i}.one = a.p{i}" for i in range(places)]
    differ = " OR ".join(f"a.p{i} <> b.p{i}" for i in range(places))
    first = " ".join(f"WHEN a.p{i} <> b.p{i} THEN {{side}}.p{i}" for i in range(places))
    one, other = (f"CASE {first.format(side=side)} END" for side in ("a", "b"))
    return f"""WITH held AS ({held}), within AS ({pairs}),
        overlapping AS (
            SELECT DISTINCT a.ancestor AS one, b.ancestor AS other
            FROM closure AS a JOIN closure AS b ON a.place = b.place{known}),
        twice AS (
            SELECT x.ancestor, a.period, a.breakdown, b.breakdown AS beside, a.source, {one} AS one, {other} AS other
            FROM held AS a {" ".join(joins)} JOIN held AS b ON {" AND ".join(same)}
            JOIN within AS x ON x.place = a.place JOIN within AS y ON y.place = b.place AND y.ancestor = x.ancestor
            WHERE {differ})
        SELECT ancestor, period, '' AS breakdown, source, one, other FROM twice
        UNION SELECT ancestor, period, breakdown, source, one, other FROM twice WHERE breakdown = beside"""
