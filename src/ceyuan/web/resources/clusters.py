"""``clusters``, ``clusters/{run}``, its outlines, its fields and its density."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from ceyuan.engine import literals
from ceyuan.indicators.remarks import remark, remark_words
from ceyuan.periods import period_order
from ceyuan.pipeline.clusters import reading
from ceyuan.pipeline.clusters.found import cluster_name
from ceyuan.pipeline.clusters.places import no_share
from ceyuan.web.models.base import Figure
from ceyuan.web.models.clusters import (
    ClusterCertainty,
    ClusterFields,
    ClusterRow,
    ClusterRun,
    Clusters,
    Density,
    FieldShare,
    FieldsOfKind,
    FirstRank,
    Metric,
    Outline,
    OutlineProperties,
    Outlines,
    PartyTie,
    PublishedClusters,
    PublishedIndicator,
    PublishedRow,
    Tie,
    World,
)
from ceyuan.web.resources.view import View
from ceyuan.web.resources.words import COUNTING
from ceyuan.wording import Trilingual, unit_words

Row = Mapping[str, Any]
_CELLS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_CELLS_MOST = 100_000
_TIES_EACH = 12
_FIELDS_EACH = 40  # more than the fields of WIPO (35) and OpenAlex (26): those are whole


def run_ids(view: View) -> tuple[str, ...]:
    """Identifiers of the runs of the build."""
    return tuple(run.id for run in reading.cluster_runs(view.build))


def clusters(view: View) -> Clusters:
    """Clusters as published, and as found."""
    return Clusters(
        build=view.build.id,
        published=_published(view),
        runs=tuple(reading.cluster_runs(view.build)),
    )


def _published(view: View) -> PublishedClusters:
    """The shown totals of places that are clusters by declaration, by edition."""
    declared = {
        p.id for p in view.build.gazetteer.places.values() if p.kind == "cluster" and p.run is None
    }
    listed = literals(sorted(declared))
    found: dict[tuple[str, str], dict[str, Figure]] = {}
    for f in view.shown(f"breakdown = '' AND value IS NOT NULL AND place IN ({listed})"):
        found.setdefault((f.period, f.place), {})[f.indicator] = f
    used = {name for figures in found.values() for name in figures}
    rank = _rank_indicator(view, used)
    editions = sorted({period for period, _ in found}, key=period_order)

    def order(item: tuple[tuple[str, str], dict[str, Figure]]) -> tuple[int, float, str]:
        (period, place), figures = item
        value = figures[rank].value if rank in figures else None
        return editions.index(period), float("inf") if value is None else value, place

    places = view.build.gazetteer.places
    rows = [
        PublishedRow(place=place, name=view.place_names[place], lat=places[place].lat, lon=places[place].lon,
                     edition=period, figures=figures)
        for (period, place), figures in sorted(found.items(), key=order)
    ]  # fmt: skip
    counted = (i for name, i in view.build.indicators.items() if name in used)
    return PublishedClusters(
        indicators=tuple(
            PublishedIndicator(id=i.id, name=view.names[i.id], unit_text=unit_words(i.unit))
            for i in counted
        ),
        rank_indicator=rank,
        editions=tuple(editions),
        rows=tuple(rows),
    )


def _rank_indicator(view: View, used: Iterable[str]) -> str | None:
    """The rank that is published: a published figure in ranks, of which the others are made."""
    ranks = [
        n
        for n in sorted(used)
        if (i := view.build.indicators[n]).unit == "位" and i.type == "published"
    ]
    headline = [h.indicator for h in view.build.config.headline]
    return next((n for n in headline if n in ranks), ranks[0] if ranks else None)


def cluster_run(view: View, run: str) -> ClusterRun:
    """A run with everything that it found.

    Raises:
        CeyuanError: ``cluster-unknown-run``.
    """
    build = view.build
    manifest = reading.run_manifest(build, run)
    info = next(r for r in reading.cluster_runs(build) if r.id == run)
    intervals = {int(r["cluster"]): r for r in reading.cluster_robustness(build, run)}
    return ClusterRun(
        build=build.id,
        id=run,
        run=info,
        options=manifest["options"],
        rows_read=manifest["rows"],
        records=manifest["records"],
        sites=manifest["sites"],
        world={kind: World.of(sums) for kind, sums in manifest["counting"]["by_kind"].items()},
        counting=COUNTING.get(manifest["counting"]["rule"])
        or Trilingual.same(manifest["counting"]["rule"]),
        rows=tuple(
            _row(view, row, intervals.get(row["cluster"]))
            for row in reading.cluster_table(build, run)
        ),
        ties=_ties(reading.cluster_ties(build, run)),
        party_ties=tuple(PartyTie.of(row) for row in reading.party_ties(build, run)),
        first=tuple(FirstRank.of(row) for row in reading.first_by_method(build, run)),
    )


def _row(view: View, row: Row, interval: Row | None) -> ClusterRow:
    kinds = [name.removesuffix("_count") for name in row if name.endswith("_count")]
    same: dict[str, Any] = {
        name: row.get(name)
        for name in ClusterRow.model_fields
        if name
        not in (
            "name",
            "economies",
            "top_contributors",
            "metrics",
            "ranks",
            "interval",
            "cross_border_reason",
        )
    }
    return ClusterRow(
        **same,
        name=cluster_name(row),
        economies=tuple(view.economy_name(code) for code in str(row["countries"]).split()),
        top_contributors=tuple(filter(None, str(row["top_contributors"]).split("; "))),
        metrics={
            kind: Metric(
                count=row[f"{kind}_count"],
                share=row[f"{kind}_share"],
                per_million=row[f"{kind}_per_million"],
            )
            for kind in kinds
        },
        ranks={
            name.removeprefix("rank_"): row[name]
            for name in row
            if name.startswith("rank_") and row[name] is not None
        },
        interval=None if interval is None else ClusterCertainty.of(interval),
        cross_border_reason=_why_no_share(row),
    )


def _why_no_share(row: Row) -> Trilingual | None:
    return (
        None if row.get("cross_border_share") is not None else remark_words(remark(no_share(row)))
    )


def _ties(rows: Iterable[Row]) -> tuple[Tie, ...]:
    """The strongest ties of each cluster; those between parts that were merged into one are left out."""
    kept: list[Tie] = []
    count: Counter[int] = Counter()
    for row in sorted(rows, key=lambda r: -r["records"]):
        a, b = row["cluster_a"], row["cluster_b"]
        if a is None or b is None or a == b or min(count[a], count[b]) >= _TIES_EACH:
            continue
        count.update((a, b))
        kept.append(Tie.of(row, a=a, b=b))
    return tuple(kept)


def outlines(view: View, run: str) -> Outlines:
    """The outlines of a run's clusters.

    Raises:
        CeyuanError: ``cluster-unknown-run``.
    """
    found = reading.cluster_outlines(view.build, run)["features"]
    features = (
        Outline(
            geometry=f["geometry"],
            properties=OutlineProperties.of(f["properties"], name=cluster_name(f["properties"])),
        )
        for f in found
    )
    return Outlines(build=view.build.id, features=tuple(features))


def fields(view: View, run: str) -> ClusterFields:
    """What the clusters of a run work on; empty where its points have no fields.

    Raises:
        CeyuanError: ``cluster-unknown-run``.
    """
    build = view.build
    info = next((r for r in reading.cluster_runs(build) if r.id == run), None)
    kinds = info.fields if info else ()
    rows = [row for row in reading.cluster_fields(build, run) if row["kind"] in kinds]
    groups = [
        _fields(cluster, kind, list(of))
        for (cluster, kind), of in groupby(rows, lambda r: (r["cluster"], r["kind"]))
    ]
    shown = {share.field for group in groups for share in group.fields}
    names = {
        row["field"]: Trilingual(
            en=row["field_en"], zh_hans=row["field_zh_hans"], zh_hant=row["field_zh_hant"]
        )
        for row in rows
        if row["field"] in shown
    }
    return ClusterFields(build=build.id, names=dict(sorted(names.items())), rows=tuple(groups))


def _fields(cluster: int, kind: str, rows: list[Row]) -> FieldsOfKind:
    named = [row for row in rows if row["field"]]
    others = named[_FIELDS_EACH:]
    return FieldsOfKind(
        cluster=cluster,
        kind=kind,
        fields=tuple(_field(row) for row in named[:_FIELDS_EACH]),
        others=len(others),
        others_count=round(sum(row["count"] for row in others), 3),
        not_given=round(sum(row["count"] for row in rows if not row["field"]), 3),
    )


def _field(row: Row) -> FieldShare:
    digits = {"count": 3, "share": 6, "world_share": 6, "specialisation": 4}  # a page shows less
    return FieldShare(
        field=row["field"], **{name: round(row[name], n) for name, n in digits.items()}
    )


def density(view: View, run: str) -> Density:
    """Where the points of a run are, on the finest grid that a browser still draws at ease.

    Raises:
        CeyuanError: ``cluster-unknown-run``.
    """
    for cell in _CELLS:
        rows = reading.point_density(view.build, run, cell)
        if len(rows) <= _CELLS_MOST:
            break
    kinds = tuple(name for name in rows[0] if name not in ("lon", "lat", "points")) if rows else ()
    cells = tuple((r["lon"], r["lat"], r["points"], *(r[k] for k in kinds)) for r in rows)
    return Density(build=view.build.id, cell_deg=cell, kinds=kinds, cells=cells)
