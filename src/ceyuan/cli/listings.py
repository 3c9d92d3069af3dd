"""The tables that ``ceyuan list`` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ceyuan.pipeline.clusters.reading import cluster_runs
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import Build

Listing = tuple[list[dict[str, Any]], list[str]]


def _indicators(build: Build) -> Listing:
    counts = {
        str(n): int(c)
        for n, c in build.engine.rows("SELECT indicator, count(*) FROM observations WHERE shown GROUP BY 1")
    }
    rows = [
        {"id": i.id, "type": i.type, "unit": i.unit, "en": i.name.en, "zh-Hans": i.name.zh_hans, "zh-Hant": i.name.zh_hant,
         "values": counts.get(i.id, 0)}
        for i in build.indicators.values()
    ]  # fmt: skip
    return rows, ["id", "type", "unit", "en", "zh-Hans", "zh-Hant", "values"]


def _places(build: Build) -> Listing:
    rows = [
        {"id": p.id, "kind": p.kind, "parents": "; ".join(p.parents), "party": p.party, "en": p.name_en,
         "zh-Hans": p.name_zh_hans, "zh-Hant": p.name_zh_hant, "codes": "; ".join(p.codes)}
        for p in build.gazetteer.places.values()
    ]  # fmt: skip
    return rows, ["id", "kind", "parents", "party", "en", "zh-Hans", "zh-Hant", "codes"]


def _sources(build: Build) -> Listing:
    rows = [
        {"id": name, "source": s.label(), "published": s.published, "licence": s.licence, "simulated": s.simulated or None,
         "url": s.url}
        for name, s in build.sources.items()
    ]  # fmt: skip
    return rows, ["id", "source", "published", "licence", "simulated", "url"]


def _records(build: Build) -> Listing:
    rows = [
        {"kind": p.kind, "table": p.table, "file": p.file, "read": p.read, "stored": p.stored, "quarantined": p.quarantined,
         "sha256": p.sha256}
        for p in build.record_parts
    ]  # fmt: skip
    return rows, ["kind", "table", "file", "read", "stored", "quarantined", "sha256"]


def records_of(build: Build, kind: str) -> Listing:
    """All records of a kind, each with the file and line that it stands in."""
    rows = build.records(kind)
    filled = [f.id for f in build.kinds[kind].fields if any(f.id in row for row in rows)]
    return rows, ["file", "line", *filled]


def _quarantine(build: Build) -> Listing:
    return build.quarantined(), ["file", "line", "reasons", "row"]


def _builds(build: Build) -> Listing:
    folder = BuildFolder(build.root)
    rows = []
    for name in folder.builds():
        manifest = folder.manifest(name)
        rows.append({
            "build": name, "created": manifest["created"], "ceyuan": manifest["ceyuan"],
            "observations": sum(manifest["counts"].values()), "changes": len(manifest["changes"]),
            "current": "current" if name == folder.current() else None,
        })  # fmt: skip
    return rows, ["build", "created", "ceyuan", "observations", "changes", "current"]


def _changes(build: Build) -> Listing:
    columns = ["what", "indicator", "place", "period", "breakdown", "old", "new", "unit", "reason"]
    return list(build.manifest["changes"]), columns


def _clusters(build: Build) -> Listing:
    rows = [
        {"run": r.id, "en": r.name.en, "period": r.period, "method": r.method, "radius_km": r.radius_km,
         "min_weight": r.min_weight, "clusters": r.n, "sources": "; ".join(r.sources), "simulated": r.simulated or None}
        for r in cluster_runs(build)
    ]  # fmt: skip
    return rows, ["run", "en", "period", "method", "radius_km", "min_weight", "clusters", "sources", "simulated"]


LISTINGS: dict[str, Callable[[Build], Listing]] = {
    "indicators": _indicators, "places": _places, "sources": _sources, "records": _records, "quarantine": _quarantine,
    "builds": _builds, "changes": _changes, "clusters": _clusters,
}  # fmt: skip
