"""Found clusters become places of a build: with names, parents, members and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.clusters.arrays import Floats, Labels
from ceyuan.clusters.assign import cluster_of_positions
from ceyuan.clusters.ranking import METHODS
from ceyuan.clusters.robustness.base import rule_of
from ceyuan.engine import Engine, RecordEngine, RecordQuery, identifier
from ceyuan.indicators.found import TABLES, FoundRun, has_position, may_lie_in_clusters
from ceyuan.indicators.remarks import remark
from ceyuan.indicators.types import RecordIndicator
from ceyuan.periods import parse_period
from ceyuan.pipeline.clusters.building import RunFiles, read_table, sites_of
from ceyuan.pipeline.clusters.found import FoundRuns, cluster_name
from ceyuan.places import Gazetteer
from ceyuan.wording import Trilingual
from ceyuan.workspace import Workspace
from ceyuan.workspace.placesfile import Place

_SIMULATED = {"en": " (simulated)", "zh-Hans": "（模拟）", "zh-Hant": "（模擬）"}
_PER_MILLION = 1e-6
_BOOTSTRAP = ("p_exists", "p_first", "p_top100", "rank_p05", "rank_median", "rank_p95")


def place_id(run: str, cluster: str) -> str:
    """The identifier of a found cluster's place.

    >>> place_id("world", "n2254e11406")
    'world-n2254e11406'
    """
    return f"{run}-{cluster.replace('+', '-again')}"


def load_found(
    workspace: Workspace,
    gazetteer: Gazetteer,
    runs: Iterable[RunFiles],
    engine: Engine,
    records: RecordEngine,
    found: FoundRuns,
) -> None:
    """Make places of all found clusters and fill the engine's tables of them.

    Args:
        workspace: the workspace.
        gazetteer: its declared places.
        runs: runs whose files are there.
        engine: with the tables of :mod:`ceyuan.indicators.found`.
        records: where the records are asked for.
        found: what is found is added to it.
    """
    for run in runs:
        clusters = read_table(run.folder / "clusters.csv")
        names = [place_id(run.id, row["id"]) for row in clusters]
        found.entries.append(run.entry())
        found.runs.append(FoundRun(run.id, run.inputs, ";".join(run.sources), run.simulated))
        found.places += [
            _place(run, gazetteer, place, row) for place, row in zip(names, clusters, strict=True)
        ]
        found.rows["found_places"] += [
            {"place": n, "run": run.id, "number": i, "simulated": run.simulated}
            for i, n in enumerate(names)
        ]
        found.rows["cluster_figures"] += _figures(run, names, clusters)
        _members(workspace, run, names, engine, records, found)
    for name in ("found_places", "place_clusters", "cluster_figures"):
        engine.append(name, pa.Table.from_pylist(found.rows[name], schema=_schema(name)))


def _schema(table: str) -> pa.Schema:
    types = {
        "VARCHAR": pa.string(),
        "DOUBLE": pa.float64(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
    }
    return pa.schema([(name, types[kind]) for name, kind in TABLES[table].items()])


def _place(run: RunFiles, gazetteer: Gazetteer, place: str, row: Mapping[str, str]) -> Place:
    mark = _SIMULATED if run.simulated else dict.fromkeys(_SIMULATED, "")
    found = cluster_name(row)
    return Place(
        id=place, kind="cluster", parents=decided_parents(gazetteer, row["countries"].split()), party=None,
        name=Trilingual.made(lambda language: found.get(language) + mark[language]),
        aliases=(), iso3166=None, gbt2260=None, geonames=None,
        lat=float(row["lat"]), lon=float(row["lon"]), line=run.declared.document.line(("id",)), run=run.id,
    )  # fmt: skip


def decided_parents(gazetteer: Gazetteer, countries: Sequence[str]) -> tuple[str, ...]:
    """The smallest declared places that contain the economies of all cities in a cluster.

    None are where the gazetteer knows no city in it, or where the economy of one is not declared: then nobody can say.

    Args:
        gazetteer: the declared places.
        countries: ISO 3166 codes of the cities' economies.
    """
    by_code = {
        p.iso3166: p.id for p in gazetteer.places.values() if p.iso3166 and len(p.iso3166) == 2
    }
    if not countries or any(code not in by_code for code in countries):
        return ()
    common = frozenset.intersection(*(gazetteer.containing[by_code[code]] for code in countries))
    above = {a for place in common for a in gazetteer.containing[place] if a != place}
    return tuple(sorted(common - above))


def _figures(
    run: RunFiles, names: Sequence[str], clusters: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Every figure of every cluster, in base units."""
    period = parse_period(run.declared.run.period).text
    sure = {
        r["cluster"]: r
        for r in read_table(run.folder / "robustness" / "robustness.csv")
        if r["family"] == "bootstrap" and r["rule"] == rule_of(run.declared.run.method)
    }
    found: list[dict[str, Any]] = []
    for place, row in zip(names, clusters, strict=True):
        kinds = [name.removesuffix("_count") for name in row if name.endswith("_count")]
        values: list[tuple[str, str, str | None, float, str]] = [
            ("rank", "", row["rank"], 1.0, ""),
            ("score", "", row["score"], 1.0, ""),
            ("weight", "", row["weight"], 1.0, ""),
            ("population", "", row["population"], 1.0, "missing.city_population"),
        ]
        values += [("rank", method, row[f"rank_{rule_of(method)}"], 1.0, "") for method in METHODS]
        for kind in kinds:
            values += [
                ("count", kind, row[f"{kind}_count"], 1.0, ""),
                ("share", kind, row[f"{kind}_share"], 1.0, ""),
                (
                    "per_million",
                    kind,
                    row[f"{kind}_per_million"],
                    _PER_MILLION,
                    "missing.population",
                ),
            ]
        values.append(("cross_border_share", "", row.get("cross_border_share"), 1.0, no_share(row)))
        if sure:
            values += [
                (name, "", sure[row["cluster"]][name], 1.0, "missing.bootstrap")
                for name in _BOOTSTRAP
            ]
        base = {
            "run": run.id,
            "place": place,
            "period": period,
            "records": round(float(row["weight"])),
        }
        found += [
            {
                **base,
                "figure": figure,
                "kind": kind,
                "value": float(text) * factor if text else None,
                "reason": remark(why) if why and not text else None,
            }
            for figure, kind, text, factor, why in values
        ]
    return found


def no_share(row: Mapping[str, Any]) -> str:
    """Why a cluster without a cross-border share has none, as a key of :mod:`ceyuan.indicators.remarks`.

    Args:
        row: its row of ``clusters.csv``.
    """
    if row.get("party_known") in (None, ""):
        return "missing.party_distance"
    return "missing.ties" if float(row["party_known"]) else "missing.party"


def _members(
    workspace: Workspace, run: RunFiles, names: Sequence[str], engine: Engine, records: RecordEngine,
    found: FoundRuns,
) -> None:  # fmt: skip
    """Which places and records lie in the clusters of a run."""
    contains = run.declared.run.contains
    if not names or not (contains.records or contains.kinds):
        return
    (lat, lon), cluster, core = sites_of(run.folder)
    radius = run.declared.run.radius_km

    def inside(a: Floats, o: Floats) -> Labels:
        return cluster_of_positions(a, o, (lat, lon), cluster, core, radius)

    places = [
        p
        for p in workspace.places
        if p.kind in contains.kinds and p.lat is not None and p.lon is not None
    ]
    positions = np.array([(p.lat, p.lon) for p in places], np.float64).reshape(-1, 2)
    numbers = inside(positions[:, 0], positions[:, 1]).tolist()
    for place, number in zip(places, numbers, strict=True):
        if number >= 0:
            row = {"run": run.id, "place": place.id, "cluster": names[number]}
            found.rows["place_clusters"].append(row)
    if contains.records:
        for kind in positioned_kinds(workspace):
            lat_of, lon_of = _positions(records, kind)
            if lat_of.size:
                number = inside(lat_of, lon_of)
                engine.append("site_clusters", _sites(run.id, kind, lat_of, lon_of, names, number))


def _positions(records: RecordEngine, kind: str) -> tuple[Floats, Floats]:
    """The positions of a kind, each once. Records stay where they are: only the positions that there are come here."""
    columns = ", ".join(f"CAST({c} AS DOUBLE) AS {c}" for c in ("lat", "lon"))
    known = f"FROM {identifier(kind)} WHERE lat IS NOT NULL AND lon IS NOT NULL"
    table = records.arrow(RecordQuery(f"SELECT DISTINCT {columns} {known}", (kind,)))
    # Engines keep one of 0 and -0, but not the same one.
    return table.column("lat").to_numpy() + 0.0, table.column("lon").to_numpy() + 0.0


def _sites(
    run: str, kind: str, lat: Floats, lon: Floats, names: Sequence[str], number: Labels
) -> pa.Table:
    """The cluster of each position, in the order of positions; none where its number is negative."""
    table = pa.table({
        "run": [run] * lat.size, "kind": [kind] * lat.size, "lat": lat, "lon": lon,
        "cluster": pa.array(names).take(pa.array(number, mask=number < 0)),
    })  # fmt: skip
    return table.sort_by([("lat", "ascending"), ("lon", "ascending")])


def positioned_kinds(workspace: Workspace) -> list[str]:
    """Record kinds that some indicator counts by the positions of their records."""
    found: dict[str, None] = {}
    for definition in workspace.definitions.values():
        indicator = definition.indicator
        if isinstance(indicator, RecordIndicator) and may_lie_in_clusters(indicator):
            kind = workspace.kinds[indicator.records]
            if has_position(indicator, kind):
                found[kind.kind] = None
    return list(found)
