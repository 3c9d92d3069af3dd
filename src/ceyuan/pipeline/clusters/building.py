"""Runs the declared searches for clusters within a build, and makes places and figures of what they find."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ceyuan.clusters.arrays import Bools, Floats, Labels
from ceyuan.clusters.command import cities_for
from ceyuan.clusters.declaration import DeclaredRun, read_runs
from ceyuan.clusters.describe import describe
from ceyuan.clusters.earlier import EarlierSites
from ceyuan.clusters.merge import parse_rule
from ceyuan.clusters.parties import PartyPlace, PartyRule
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.run import Options, find_clusters
from ceyuan.clusters.write import manifest_of, write_json, write_run
from ceyuan.engine import Engine
from ceyuan.errors import CeyuanError, Problem
from ceyuan.hashes import file_sha256
from ceyuan.indicators.lineage import LineageInput
from ceyuan.pipeline.clusters.points import PointOrigin, gather, parties_of, points_inputs, rows_of
from ceyuan.records.files import named_files
from ceyuan.records.store import StoredPart, store_key
from ceyuan.workspace import Workspace

FOLDER = "clusters"
PARTY_KINDS = ("city", "district")
"""Kinds of places whose party is that of the points around them."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """A run whose files are there.

    Attributes:
        declared: the declaration.
        folder: its files.
        key: hash of everything that it was made from.
        inputs: the same as lineage: the run's manifest, and what its points were read from.
        sources: identifiers of the sources of its points.
        simulated: whether they are made up.
    """

    declared: DeclaredRun
    folder: Path
    key: str
    inputs: tuple[LineageInput, ...]
    sources: tuple[str, ...]
    simulated: bool

    @property
    def id(self) -> str:
        """The identifier of the run."""
        return self.declared.run.id

    def entry(self) -> dict[str, Any]:
        """What the build's manifest keeps of it."""
        run = self.declared.run
        return {
            "id": run.id,
            "key": self.key,
            "file": self.declared.file,
            "version": self.declared.version,
            "name": run.name.model_dump(by_alias=True),
            "period": run.period,
            "sources": list(self.sources),
            "simulated": self.simulated,
            "declaration": run.model_dump(mode="json", by_alias=True),
        }


def declared_runs(workspace: Workspace) -> dict[str, DeclaredRun]:
    """The runs that a workspace declares, by identifier; files that say none are left out."""
    return read_runs(workspace.cluster_runs)[0]


def run_keys(
    workspace: Workspace, parts: Iterable[StoredPart]
) -> dict[str, tuple[str, tuple[LineageInput, ...]]]:
    """For each declared run a hash of everything that decides what it finds, and what its points are made of.

    Raises:
        CeyuanError: for every file that is not there.
    """
    found: dict[str, tuple[str, tuple[LineageInput, ...]]] = {}
    problems: list[Problem] = []
    parts = tuple(parts)
    for name, declared in declared_runs(workspace).items():
        try:
            inputs = tuple(
                used for one in points_inputs(workspace, declared, parts) for used in one
            )
            cities = _cities_file(workspace, declared)
            key = store_key(
                {
                    "run": declared.version,
                    "inputs": [asdict(used) for used in inputs],
                    "places": workspace.places,
                    "parties": [p.id for p in workspace.config.parties],
                    "cities": file_sha256(cities) if cities else declared.run.cities,
                    "simulated": sorted(n for n, s in workspace.sources.items() if s.simulated),
                }
            )
            found[name] = key, inputs
        except CeyuanError as error:
            problems += declared.located(error, "points")
    if problems:
        raise CeyuanError(problems)
    return found


def run_all(
    workspace: Workspace,
    engine: Engine,
    keys: Mapping[str, tuple[str, tuple[LineageInput, ...]]],
    folder: Path,
    before: Path | None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[RunFiles]:
    """Have the files of every declared run in a folder: copied from the build before where nothing changed, else made.

    Args:
        workspace: a workspace whose declarations have passed their checks.
        engine: with a view of each record kind.
        keys: from :func:`run_keys`.
        folder: the new build.
        before: the folder of the build before, for what did not change and for ids that stay.
        progress: told which run is being made.

    Raises:
        CeyuanError: with the problems of all runs.
    """
    known = _known(before)
    found: list[RunFiles] = []
    problems: list[Problem] = []
    for name, declared in declared_runs(workspace).items():
        progress(name)
        out = folder / FOLDER / name
        key, inputs = keys[name]
        entry = known.get(name)
        try:
            if entry is not None and entry["key"] == key and before is not None:
                shutil.copytree(before / FOLDER / name, out)
                sources, simulated = tuple(entry["sources"]), bool(entry["simulated"])
            else:
                earlier = (
                    before / FOLDER / name if entry is not None and before is not None else None
                )
                sources, simulated = _make(workspace, engine, declared, out, earlier)
        except CeyuanError as error:
            problems += declared.located(error, "id")
            continue
        manifest = LineageInput(
            "clusters", name, f"{FOLDER}/{name}/manifest.json", file_sha256(out / "manifest.json")
        )
        found.append(RunFiles(declared, out, key, (manifest, *inputs), sources, simulated))
    if problems:
        raise CeyuanError(problems)
    return found


def _known(before: Path | None) -> dict[str, Any]:
    """The runs of a build, by identifier."""
    if before is None:
        return {}
    manifest = json.loads((before / "manifest.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in manifest.get("clusters", [])}


def _cities_file(workspace: Workspace, declared: DeclaredRun) -> Path | None:
    choice = declared.run.cities
    if choice in ("geonames", "none"):
        return None
    return named_files(workspace, choice, declared.file, declared.document.line(("cities",)))[0][0]


def options_of(declared: DeclaredRun, threads: int | None) -> Options:
    """The choices of a declared run.

    Raises:
        CeyuanError: ``cluster-bad-option``.
    """
    run = declared.run
    rule = parse_rule(run.merge, run.merge_km)
    near = max(run.radius_km, run.merge_km)
    return Options(run.radius_km, run.min_weight, run.method, run.border, rule, near, threads)


def _make(
    workspace: Workspace, engine: Engine, declared: DeclaredRun, out: Path, earlier: Path | None
) -> tuple[tuple[str, ...], bool]:
    """Find the clusters of a run and write its files; the sources of its points, and whether they are made up."""
    run = declared.run
    gathered = gather(workspace, declared, engine)
    points = read_points(
        *(g.source for g in gathered),
        years=run.years,
        doubtful=run.doubtful,
        counting=run.counting,
        precision=run.precision or None,
        independent=run.independent,
        threads=workspace.config.threads,
    )
    found = find_clusters(points, options_of(declared, workspace.config.threads))
    sources = tuple(sorted({s for g in gathered for s in g.sources}))
    cities = cities_for(run.cities, _cities_file(workspace, declared))
    described = describe(found, cities, _earlier(earlier) if earlier else None)
    rule = party_rule(workspace, run.party_km, gathered)
    files = write_run(found, described, out, rows_of(gathered), rule.count(found) if rule else None)
    if run.robustness is not None:
        from ceyuan.clusters.robustness.report import write_report  # drawn only on demand  # noqa: PLC0415
        from ceyuan.clusters.robustness.study import StudyPlan  # noqa: PLC0415

        chosen = run.robustness
        plan = StudyPlan(chosen.replications, chosen.seed, chosen.error_km)
        files |= write_report(found, described, out, plan, lambda _: None)[0]
    manifest = manifest_of(found, described, files, [asdict(i) for i in points.inputs])
    seed = {"seed": run.robustness.seed} if run.robustness else {}
    write_json(out / "manifest.json", {**manifest, "sources": list(sources), **seed})
    return sources, points.simulated


def _earlier(folder: Path) -> EarlierSites:
    """The clusters of a run in an earlier build."""
    sites, cluster, core = sites_of(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    ids = [row["id"] for row in read_table(folder / "clusters.csv")]
    return EarlierSites(ids, *sites, cluster, core, float(manifest["options"]["radius_km"]))


def read_table(path: Path) -> list[dict[str, str]]:
    """A CSV file of a run as rows of text; none where it is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sites_of(folder: Path) -> tuple[tuple[Floats, Floats], Labels, Bools]:
    """The distinct sites of a run with their clusters, and which are core."""
    table = pq.read_table(folder / "points.parquet", columns=["lat", "lon", "cluster", "core"])
    sites = table.group_by(["lat", "lon", "cluster", "core"]).aggregate([])
    lat, lon, cluster, core = (
        sites.column(c).to_numpy() for c in ("lat", "lon", "cluster", "core")
    )
    return (lat, lon), cluster, core


def party_rule(
    workspace: Workspace, within_km: float | None, gathered: Sequence[PointOrigin]
) -> PartyRule | None:
    """How points get their parties, None where the workspace declares none or nobody says within which distance they hold."""
    parties = tuple(p.id for p in workspace.config.parties)
    if within_km is None or not parties:
        return None
    places = tuple(
        PartyPlace(p.party, p.lat, p.lon)
        for p in workspace.places
        if p.kind in PARTY_KINDS and p.party is not None and p.lat is not None and p.lon is not None
    )
    return PartyRule(parties, places, within_km, parties_of(gathered, parties))
