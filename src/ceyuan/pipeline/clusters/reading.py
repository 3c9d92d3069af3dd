"""Reading the clusters of a build: its runs, and for each its tables, outlines, ties, and where its points are.

``cluster_runs(build)`` lists the runs; everything else takes the build and a run's identifier. Each cluster is a place of the
build as well: ``place`` in its row is the identifier, under which ``Build.show`` and ``trace`` know it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceyuan.engine import literal, parquet
from ceyuan.errors import did_you_mean, fail
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual

_TEXT = (
    "id",
    "name",
    "name_zh_hans",
    "name_zh_hant",
    "labels",
    "top_contributors",
    "countries",
    "cross_border_reason",
    "kind",
)


@dataclass(frozen=True, slots=True)
class ClusterRunInfo:
    """A run of the search for clusters in a build.

    Attributes:
        id: its identifier.
        name: its name in three languages.
        simulated: whether its points are made up: then everything about it is.
        method: the ranking method.
        radius_km: the radius of DBSCAN.
        min_weight: its threshold.
        n: how many clusters it found.
        period: the period that its figures are of.
        kinds: kinds of points that there are.
        sources: identifiers of the sources of its points.
        robustness: whether it was asked how sure the ranks are.
        fields: kinds of points some of which have a field of technology or science.
    """

    id: str
    name: Trilingual
    simulated: bool
    method: str
    radius_km: float
    min_weight: float
    n: int
    period: str
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    robustness: bool
    fields: tuple[str, ...]


def cluster_runs(build: Build) -> list[ClusterRunInfo]:
    """The runs of a build, in the order of their files; none in a build of a workspace without ``clusters/``.

    >>> with Build.open(gba) as build:  # a workspace that declares no run
    ...     cluster_runs(build)
    []
    """
    found = []
    for entry in build.manifest.get("clusters", []):
        manifest = run_manifest(build, entry["id"])
        options, kinds = manifest["options"], manifest["counting"]["by_kind"]
        found.append(
            ClusterRunInfo(
                entry["id"],
                Trilingual.model_validate(entry["name"]),
                entry["simulated"],
                options["method"],
                options["radius_km"],
                options["min_weight"],
                manifest["clusters"],
                str(entry["period"]),
                tuple(kind for kind, sums in kinds.items() if sums["world"]),
                tuple(entry["sources"]),
                (_folder(build, entry["id"]) / "robustness").is_dir(),
                tuple(kind for kind, sums in manifest.get("fields", {}).items() if sums["fields"]),
            )
        )
    return found


def run_manifest(build: Build, run: str) -> dict[str, Any]:
    """How the files of a run came about: inputs, choices, what was left out, sums of each kind, versions, hashes.

    Raises:
        CeyuanError: ``cluster-unknown-run``, as all functions here.
    """
    manifest: dict[str, Any] = json.loads(
        (_folder(build, run) / "manifest.json").read_text(encoding="utf-8")
    )
    return manifest


def cluster_table(build: Build, run: str) -> list[dict[str, Any]]:
    """The clusters of a run, best rank first: the columns of ``clusters.csv`` and ``place``."""
    places = {number: place for number, place in _places(build, run)}  # noqa: C416 - rows of a query are tuples
    rows = _rows(_folder(build, run) / "clusters.csv")
    return [{"place": places[row["cluster"]], **row} for row in rows]


def cluster_outlines(build: Build, run: str) -> dict[str, Any]:
    """The outlines of a run's clusters as a GeoJSON FeatureCollection, cut at the antimeridian.

    The properties of each feature are the columns of ``clusters.csv`` and ``place``.
    """
    document: dict[str, Any] = json.loads(
        (_folder(build, run) / "clusters.geojson").read_text(encoding="utf-8")
    )
    for feature, (_, place) in zip(document["features"], _places(build, run), strict=True):
        feature["properties"]["place"] = place
    return document


def cluster_ties(build: Build, run: str) -> list[dict[str, Any]]:
    """Pairs of DBSCAN's clusters with common records or near edges; ``cluster_a`` and ``cluster_b`` number the table's rows."""
    return _rows(_folder(build, run) / "ties.csv")


def party_ties(build: Build, run: str) -> list[dict[str, Any]]:
    """For each cluster and pair of parties the records that join them; none where the run declares no ``party_km``."""
    return _rows(_folder(build, run) / "parties.csv")


def cluster_fields(build: Build, run: str) -> list[dict[str, Any]]:
    """For each cluster, kind and field the records, their share, and the specialisation; none where points have no fields.

    The columns of ``fields.csv``: cluster by cluster, the largest field of each kind first, records without one last.
    """
    return _rows(_folder(build, run) / "fields.csv")


def cluster_robustness(
    build: Build, run: str, *, family: str = "bootstrap", rule: str | None = None
) -> list[dict[str, Any]]:
    """How sure each rank is: ``p_exists, p_first, p_top100, rank_p05, rank_median, rank_p95`` of each cluster.

    Args:
        build: the build.
        run: the run.
        family: ``bootstrap``, ``sweep``, ``blur`` or ``weights``.
        rule: ``gii2017``, ``gii2018`` or ``gii2025``; the run's own if None.

    Returns:
        One row for each cluster; none where the run was not asked.
    """
    folder = _folder(build, run)
    wanted = rule or _own_rule(str(run_manifest(build, run)["options"]["method"]))
    rows = _rows(folder / "robustness" / "robustness.csv")
    return [row for row in rows if row["family"] == family and row["rule"] == wanted]


def first_by_method(build: Build, run: str) -> list[dict[str, Any]]:
    """Is it first under every edition's method? For each method, family and cluster that ever is: its rank and P(first)."""
    return _rows(_folder(build, run) / "robustness" / "first.csv")


def point_density(
    build: Build, run: str, cell_deg: float, *, inside: bool | None = None
) -> list[dict[str, Any]]:
    """Where a run's points are: records of each kind by cells of a grid, as maps show them.

    Args:
        build: the build.
        run: the run.
        cell_deg: width of a cell in degrees.
        inside: only points in clusters, only those outside, or all if None.

    Returns:
        For each cell that has points ``lon`` and ``lat`` of its middle, ``points``, and the fractional count of each kind.
    """
    if not 0 < cell_deg <= 90:
        raise fail("bad-value", f"a grid of {cell_deg:g} degrees is none: give 0 … 90")
    source = parquet(_folder(build, run) / "points.parquet")
    kinds = [str(k) for (k,) in build.engine.rows(f"SELECT DISTINCT kind FROM {source} ORDER BY 1")]
    sums = ", ".join(f"coalesce(sum(part) FILTER (WHERE kind = {literal(k)}), 0)" for k in kinds)
    where = "" if inside is None else f" WHERE cluster {'>=' if inside else '<'} 0"
    cell = f"CAST({cell_deg} AS DOUBLE)"
    rows = build.engine.rows(
        f"SELECT floor(lon / {cell}) AS x, floor(lat / {cell}) AS y, count(*), {sums} FROM {source}{where} "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [
        {
            "lon": round((x + 0.5) * cell_deg, 6),
            "lat": round((y + 0.5) * cell_deg, 6),
            "points": n,
            **{k: round(float(v), 6) for k, v in zip(kinds, values, strict=True)},
        }
        for x, y, n, *values in rows
    ]


def _folder(build: Build, run: str) -> Path:
    known = [entry["id"] for entry in build.manifest.get("clusters", [])]
    if run not in known:
        hint = did_you_mean(run, known) or (f"Runs: {', '.join(known)}" if known else None)
        raise fail("cluster-unknown-run", f"the build {build.id} has no run {run!r}", hint=hint)
    return build.path / "clusters" / run


def _places(build: Build, run: str) -> Sequence[tuple[int, str]]:
    query = f"SELECT number, place FROM found_places WHERE run = {literal(run)} ORDER BY number"
    return [(int(number), str(place)) for number, place in build.engine.rows(query)]


def _rows(path: Path) -> list[dict[str, Any]]:
    """A CSV file with numbers as numbers, an empty cell as None; no rows where it is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: _cell(name, text) for name, text in row.items()} for row in csv.DictReader(file)
        ]


def _cell(name: str, text: str) -> Any:
    if name in _TEXT or name.startswith(
        ("name_", "party_a", "party_b", "family", "rule", "method", "field")
    ):
        return text
    if text in ("", "True", "False"):
        return {"": None, "True": True, "False": False}[text]
    number = float(text)
    return int(number) if number.is_integer() and "." not in text and "e" not in text else number


def _own_rule(method: str) -> str:
    from ceyuan.clusters.robustness.base import rule_of  # the room clusters is wanted only here  # noqa: PLC0415

    return rule_of(method)
