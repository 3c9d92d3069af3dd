"""The tables that ``ceyuan list`` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ceyuan.cli.output import counted
from ceyuan.engine import identifier
from ceyuan.pipeline.clusters.reading import cluster_runs
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import Build

Listing = tuple[list[dict[str, Any]], list[str]]


def _indicators(build: Build) -> Listing:
    counts = {
        str(n): int(c)
        for n, c in build.engine.rows(
            "SELECT indicator, count(*) FROM observations WHERE shown GROUP BY 1"
        )
    }
    rows = [
        {"id": i.id, "type": i.type, "unit": i.unit, "en": i.name.en, "zh-Hans": i.name.zh_hans, "zh-Hant": i.name.zh_hant,
         "values": counts.get(i.id, 0)}
        for i in build.indicators.values()
    ]  # fmt: skip
    return rows, ["id", "type", "unit", "en", "zh-Hans", "zh-Hant", "values"]


def _places(build: Build) -> Listing:
    rows = [
        {"id": p.id, "kind": p.kind, "parents": "; ".join(p.parents), "party": p.party, "en": p.name.en,
         "zh-Hans": p.name.zh_hans, "zh-Hant": p.name.zh_hant, "codes": "; ".join(p.codes)}
        for p in build.gazetteer.places.values()
    ]  # fmt: skip
    return rows, ["id", "kind", "parents", "party", "en", "zh-Hans", "zh-Hant", "codes"]


def _sources(build: Build) -> Listing:
    stored = _stored_by_source(build)
    rows = [
        {"id": name, "source": s.label(), "origin": "; ".join(s.origin) or None, "nature": s.nature,
         "records": sum(count for (source, _), count in stored.items() if source == name),
         "published": s.published, "licence": s.licence, "simulated": s.simulated or None, "url": s.url}
        for name, s in build.sources.items()
    ]  # fmt: skip
    return rows, [
        "id",
        "source",
        "origin",
        "nature",
        "records",
        "published",
        "licence",
        "simulated",
        "url",
    ]


def _stored_by_source(build: Build) -> dict[tuple[str, str], int]:
    """How many records of each source and kind are stored."""
    stored: dict[tuple[str, str], int] = {}
    for kind in dict.fromkeys(part.kind for part in build.record_parts):
        query = f"SELECT _source, count(*) FROM {identifier(kind)} GROUP BY 1"  # noqa: S608 - quoted
        for source, count in build.engine.rows(query):
            stored[str(source), kind] = int(count)
    return stored


def sources_in_short(build: Build) -> str:
    """How many real records there are, of how many kinds, from how many sources, and under how many licences.

    What is simulated or was only reckoned for the workspace is not counted.
    """
    known = {
        name
        for name, source in build.sources.items()
        if not source.simulated and source.nature != "estimate"
    }
    real = {key: count for key, count in _stored_by_source(build).items() if key[0] in known}
    sources = {source for source, _ in real}
    licences = {licence for source in sources if (licence := build.sources[source].licence)}
    parts = (
        counted(sum(real.values()), "real record"), counted(len({kind for _, kind in real}), "kind"),
        counted(len(sources), "source"), counted(len(licences), "stated licence"),
    )  # fmt: skip
    return ", ".join(parts)


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
    there = set().union(*rows)
    # A quantity is never told without its unit.
    columns = [name for f in build.kinds[kind].fields for name in (f.id, f"{f.id}_unit")]
    return rows, ["file", "line", *(name for name in columns if name in there)]


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
    return build.manifest["changes"], columns


def _clusters(build: Build) -> Listing:
    rows = [
        {"run": r.id, "en": r.name.en, "period": r.period, "method": r.method, "radius_km": r.radius_km,
         "min_weight": r.min_weight, "clusters": r.n, "sources": "; ".join(r.sources), "simulated": r.simulated or None}
        for r in cluster_runs(build)
    ]  # fmt: skip
    return rows, [
        "run",
        "en",
        "period",
        "method",
        "radius_km",
        "min_weight",
        "clusters",
        "sources",
        "simulated",
    ]


LISTINGS: dict[str, Callable[[Build], Listing]] = {
    "indicators": _indicators, "places": _places, "sources": _sources, "records": _records, "quarantine": _quarantine,
    "builds": _builds, "changes": _changes, "clusters": _clusters,
}  # fmt: skip
