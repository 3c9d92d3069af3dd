"""Found clusters as places: which records lie in them, and what their runs say of them.

A found cluster is an area of its own that cuts through the hierarchy of places. So records in it are found by their own
position or by their place, and are added up for the cluster alone: what contains the cluster has them by their places
already. The engine holds four tables for it:

- ``found_places(place, run, number, simulated)``: each cluster, and which row of its run's table it is;
- ``place_clusters(run, place, cluster)``: places that lie in a cluster;
- ``site_clusters(run, kind, lat, lon, cluster)``: positions of a kind's records, cluster NULL where they are in none;
- ``cluster_figures(run, place, period, figure, kind, value, reason, records)``: what runs say of their clusters.

The scores of works and the ends of stocks stand beside them: see :mod:`ceyuan.indicators.scores` and
:mod:`ceyuan.indicators.stocks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.engine import Engine, identifier, literal
from ceyuan.indicators.lineage import LineageInput
from ceyuan.indicators.measures import STATISTIC_COLUMNS, Measure
from ceyuan.indicators.types import ClusterIndicator, RecordIndicator
from ceyuan.workspace.kinds import RecordKind

TABLES: Mapping[str, Mapping[str, str]] = {
    "found_places": {"place": "VARCHAR", "run": "VARCHAR", "number": "BIGINT", "simulated": "BOOLEAN"},
    "place_clusters": {"run": "VARCHAR", "place": "VARCHAR", "cluster": "VARCHAR"},
    "site_clusters": {
        "run": "VARCHAR", "kind": "VARCHAR", "lat": "DOUBLE", "lon": "DOUBLE", "cluster": "VARCHAR",
    },
    "cluster_figures": {
        "run": "VARCHAR", "place": "VARCHAR", "period": "VARCHAR", "figure": "VARCHAR", "kind": "VARCHAR",
        "value": "DOUBLE", "reason": "VARCHAR", "records": "BIGINT",
    },
    "work_scores": {"indicator": "VARCHAR", "work": "VARCHAR", "value": "DOUBLE"},
    "stock_ends": {"indicator": "VARCHAR", "grain": "VARCHAR", "period": "VARCHAR", "ordinal": "BIGINT", "day": "DATE"},
}  # fmt: skip
"""The tables of found clusters, of scored works and of stocks, with the SQL types of their columns."""

_PICKED = (
    "_table",
    "_file",
    "_line",
    "_source",
    "_correction",
    "k1",
    "k2",
    "breakdown",
    "v",
    "v_unit",
)


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run of the search for clusters.

    Attributes:
        id: its identifier.
        inputs: what it was made from, for lineage.
        source: identifiers of the sources of its points, joined by ``;``.
        simulated: whether its points are made up.
    """

    id: str
    inputs: tuple[LineageInput, ...]
    source: str
    simulated: bool


def create_found(engine: Engine) -> None:
    """Make the tables of found clusters, of scored works and of stocks, empty."""
    for name in TABLES:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {empty_sql(name)}")


def empty_sql(table: str) -> str:
    """SQL of such a table without rows."""
    columns = ", ".join(
        f"CAST(NULL AS {kind}) AS {column}" for column, kind in TABLES[table].items()
    )
    return f"SELECT {columns} WHERE FALSE"


def may_lie_in_clusters(indicator: RecordIndicator) -> bool:
    """Whether records of an indicator count for the clusters that they lie in: where all records in a place do."""
    return indicator.over_places.rule == "total"


def has_position(indicator: RecordIndicator, kind: RecordKind) -> bool:
    """Whether the position of a kind's records is where an indicator counts them: not if it asks for another place."""
    return (
        indicator.place is None and kind.field("lat") is not None and kind.field("lon") is not None
    )


def picked_in_clusters(indicator: RecordIndicator, measure: Measure, kind: RecordKind) -> str:
    """The query of a measure's records that lie in clusters, with the cluster as their place."""
    picked = (*_PICKED, *(STATISTIC_COLUMNS if measure.statistic else ()))
    columns = ", ".join(f"p.{name}" for name in picked)
    by_place = f"SELECT {columns}, c.cluster AS place FROM ({measure.picked}) AS p JOIN place_clusters AS c ON c.place = p.place"
    if not has_position(indicator, kind):
        return by_place
    members = f"({_members(kind)}) AS m"
    same = "m._table = p._table AND m._file = p._file AND m._line = p._line"
    by_position = (
        f"SELECT {columns}, m.cluster AS place FROM ({measure.picked}) AS p JOIN {members} ON {same} "
        "WHERE m.cluster IS NOT NULL"
    )
    # A record with a position is where that is, whatever its place.
    return f"{by_place} LEFT JOIN {members} ON {same} AND m.run = c.run WHERE m._line IS NULL UNION ALL {by_position}"


def _members(kind: RecordKind) -> str:
    """SQL of the records of a kind that have a position, with their clusters: there are far fewer positions than records."""
    same = "CAST(r.lat AS DOUBLE) = s.lat AND CAST(r.lon AS DOUBLE) = s.lon"
    return (
        f"SELECT s.run, s.cluster, r._table, r._file, r._line FROM {identifier(kind.kind)} AS r "
        f"JOIN site_clusters AS s ON s.kind = {literal(kind.kind)} AND {same}"
    )


def figure_sql(indicator: ClusterIndicator, run: str) -> str:
    """The query of a run's figures for an indicator, in base units."""
    kind = f" AND kind = {literal(indicator.kind)}" if indicator.kind else ""
    method = f" AND kind = {literal(indicator.method)}" if indicator.method else ""
    own = " AND kind = ''" if not (indicator.kind or indicator.method) else ""
    return (
        f"SELECT place, period, value, reason, records FROM cluster_figures WHERE run = {literal(run)} "
        f"AND figure = {literal(indicator.figure)}{kind}{method}{own}"
    )
