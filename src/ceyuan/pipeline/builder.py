"""``ceyuan build``: records, indicators, lineage; written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic_core import to_jsonable_python

from ceyuan.engine import Cluster, Engine, EngineSettings, LocalRecords, RecordEngine
from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.hashes import file_sha256
from ceyuan.indicators.aggregate import Coverage
from ceyuan.indicators.evaluate import OBSERVATIONS, Evaluated, evaluate, observation_counts
from ceyuan.indicators.found import TABLES, create_found
from ceyuan.indicators.lineage import Lineage, LineageInput
from ceyuan.indicators.observations import ORDER
from ceyuan.indicators.unchanged import EarlierFigures
from ceyuan.pipeline.changes import Change, compare
from ceyuan.pipeline.checking import sound_workspace
from ceyuan.pipeline.clusters.found import FoundRuns
from ceyuan.pipeline.engines import cluster_of
from ceyuan.pipeline.folder import DECLARATIONS, MANIFEST, BuildFolder
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.silence import passed_over
from ceyuan.places import Gazetteer
from ceyuan.records.columns import kind_files
from ceyuan.records.ingest import Ingested, ingest
from ceyuan.records.store import Store, StoredPart, code_version, store_key
from ceyuan.version import __version__
from ceyuan.workspace import Workspace
from ceyuan.workspace.config import MASTER
from ceyuan.workspace.sealed import INDEX, TEXTS, seal, text_hashes

if TYPE_CHECKING:
    from ceyuan.pipeline.composites.building import Composed

Progress = Callable[[str, str], None]
ClusterKeys = Mapping[str, tuple[str, tuple[LineageInput, ...]]]
_BEFORE_FIRST = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        build: identifier of the build that is current now.
        fresh: False where nothing had changed and the earlier build stays.
        parts: every file of records with its counts; ``read = stored + quarantined`` for each.
        counts: shown observations by status, missing ones apart.
        warnings: what a person should look at.
        changes: differences to the build before, if there was one.
        compared_with: that build, or None.
    """

    build: str
    fresh: bool
    parts: tuple[StoredPart, ...]
    counts: Mapping[str, int]
    warnings: tuple[Problem, ...]
    changes: tuple[Change, ...]
    compared_with: str | None


def build_workspace(
    root: Path,
    *,
    strict: bool = False,
    keep: int | None = None,
    engine: str | None = None,
    progress: Progress = lambda _stage, _item: None,
    team: Mapping[str, Any] | None = None,
) -> BuildReport:
    """Build a workspace: ingest its records, compute its indicators, write the build.

    Args:
        root: the workspace.
        strict: warnings (quarantined rows, figures in a wrong unit) stop the build too, and what is passed over in silence.
        keep: how many builds to keep; as ``ceyuan.yaml`` says if None.
        engine: where records are asked for, instead of what ``ceyuan.yaml`` says: ``duckdb`` or the address of a cluster.
        progress: told the stage (``records``, ``indicators``, ``writing``) and the item.
        team: the end of the log that the plan was taken from; None where there is no team.

    Raises:
        CeyuanError: with every problem; the previous build is left as it was.

    >>> build_workspace(gba).fresh  # nothing has changed since it was built
    False
    """
    workspace, problems = sound_workspace(root)
    if engine is not None:
        workspace = _with_engine(workspace, engine)
    folder = BuildFolder(root)
    with folder.lock():
        folder.keep_records_at(workspace.config.engine.store, workspace.config.id)
        folder.remove_left_over()
        problems += folder.passed_over()
        settings = EngineSettings(folder.scratch, workspace.config.memory, workspace.config.threads)
        with Engine(settings) as local, _cluster(workspace) as cluster:
            report = _build(workspace, folder, local, cluster, problems, strict, progress, team)
        folder.remove_old(keep or workspace.config.keep)
    return report


def _build(
    workspace: Workspace, folder: BuildFolder, engine: Engine, cluster: Cluster | None, problems: list[Problem],
    strict: bool, progress: Progress, team: Mapping[str, Any] | None,
) -> BuildReport:  # fmt: skip
    ingested = ingest(
        workspace,
        Gazetteer.of(workspace.places),
        engine,
        Store(folder.store),
        folder.scratch,
        lambda item: progress("records", item),
        cluster,
    )
    warnings = _stop_on_errors(
        workspace.config.unacknowledged([*problems, *ingested.problems]), strict
    )
    keys = _cluster_keys(workspace, ingested)
    figures = _fingerprint(workspace, ingested, keys)
    texts = text_hashes(workspace.root)
    before = folder.current()
    earlier = {} if before is None else folder.manifest(before)
    if before is not None and earlier["fingerprint"] == _whole(figures, texts):
        _stop_on_silences(workspace, folder.of(before), before, strict)
        return BuildReport(
            before, False, ingested.parts, earlier["counts"], tuple(warnings), (), None
        )
    progress("writing", "texts")
    incoming = folder.incoming()
    texts = seal(workspace.root, texts, incoming, folder.of(before) if before else None)
    if before is not None and earlier.get("figures") == figures:
        made = _taken_over(folder.of(before), incoming, earlier)
    else:
        made = _computed(
            workspace, folder, engine, cluster, ingested, keys, incoming, strict, progress
        )
    warnings += _stop_on_errors(made.warnings, strict)
    fingerprint = _whole(figures, texts)
    build = _name(fingerprint, folder.names())
    manifest = {
        "build": build, "created": datetime.now(UTC).isoformat(timespec="seconds"), "ceyuan": __version__, "code": code_version(),
        "workspace": workspace.config.id, "fingerprint": fingerprint, "figures": figures,
        "parts": [asdict(p) for p in ingested.parts], "counts": dict(made.counts), "warnings": [asdict(w) for w in warnings],
        "of_figures": [asdict(w) for w in made.warnings], "compared_with": before, "changes": [asdict(c) for c in made.changes],
        "clusters": made.clusters, "coverage": made.coverage, "engine": made.engine, "indicators": dict(made.indicators),
        "files": {path.name: path.stat().st_size for path in sorted(incoming.iterdir()) if path.is_file()},
    }  # fmt: skip
    if team is not None:
        manifest["team"] = dict(team)
    _write_json(incoming / MANIFEST, manifest)
    _stop_on_silences(workspace, incoming, build, strict)
    folder.publish(build)
    return BuildReport(
        build, True, ingested.parts, made.counts, tuple(warnings), made.changes, before
    )


def _with_engine(workspace: Workspace, engine: str) -> Workspace:
    chosen = workspace.config.engine
    if engine == "duckdb":
        chosen = chosen.model_copy(update={"kind": "duckdb"})
    elif re.fullmatch(MASTER, engine):
        chosen = chosen.model_copy(update={"kind": "spark", "master": engine})
    else:
        raise fail(
            "bad-value",
            f"there is no engine {engine!r}",
            hint="Say duckdb, spark://host:port, local[2] or sc://host:port",
        )
    return replace(workspace, config=workspace.config.model_copy(update={"engine": chosen}))


@contextmanager
def _cluster(workspace: Workspace) -> Iterator[Cluster | None]:
    """The cluster that the workspace names; None where everything is done here."""
    cluster = cluster_of(workspace.config.engine)
    try:
        yield cluster
    finally:
        if cluster is not None:
            cluster.close()


def _records(
    workspace: Workspace, engine: Engine, ingested: Ingested, store: Store, cluster: Cluster | None
) -> RecordEngine:
    """The engine that the records are asked of."""
    if cluster is None:
        return LocalRecords(engine)
    kinds = {
        kind.kind: kind_files(kind, store, ingested.parts) for kind in workspace.kinds.values()
    }
    return cluster.records(engine, kinds, workspace.config.engine.local_rows)


@dataclass(frozen=True, slots=True)
class _Made:
    """The figures of a build, written into its folder, and what its manifest says of them."""

    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    warnings: list[Problem]
    clusters: list[dict[str, Any]]
    coverage: list[dict[str, Any]]
    engine: str
    indicators: Mapping[str, str]


def _taken_over(before: Path, incoming: Path, manifest: Mapping[str, Any]) -> _Made:
    """The figures of the build before, where nothing but texts has changed since: the same files under a second name."""
    for path in sorted(before.iterdir()):
        if path.is_dir() and path.name != TEXTS:
            shutil.copytree(path, incoming / path.name, copy_function=_second_name)
        elif path.is_file() and path.name not in (MANIFEST, INDEX):
            _second_name(path, incoming / path.name)
    warnings = [Problem(**raw) for raw in manifest["of_figures"]]
    said = (manifest[name] for name in ("clusters", "coverage", "engine", "indicators"))
    return _Made(manifest["counts"], (), warnings, *said)


def _second_name(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _computed(
    workspace: Workspace, folder: BuildFolder, engine: Engine, cluster: Cluster | None, ingested: Ingested,
    keys: ClusterKeys, incoming: Path, strict: bool, progress: Progress,
) -> _Made:  # fmt: skip
    """Compute the figures of a build."""
    before = folder.current()
    gazetteer = Gazetteer.of(workspace.places)
    records = _records(workspace, engine, ingested, Store(folder.store), cluster)
    clusters = _find_clusters(
        workspace,
        gazetteer,
        engine,
        records,
        keys,
        incoming,
        folder.of(before) if before else None,
        progress,
    )
    gazetteer = Gazetteer.of([*workspace.places, *clusters.places])
    evaluated = evaluate(
        workspace,
        gazetteer,
        engine,
        ingested.parts,
        lambda item: progress("indicators", item),
        clusters.runs,
        records,
        _earlier(folder, before),
    )
    told = workspace.config.unacknowledged
    warnings = _stop_on_errors(told(evaluated.problems), strict)
    composed = _compose(workspace, gazetteer, engine, progress)
    warnings = _stop_on_errors([*warnings, *told(composed.problems if composed else ())], strict)
    progress("writing", "build")
    _write_tables(engine, incoming, evaluated)
    if composed is not None:
        composed.write(incoming)
    changes = compare(engine, folder.of(before), incoming) if before is not None else []
    _write_declarations(workspace, gazetteer, incoming)
    coverage = [
        {"indicator": i, "grain": g, **asdict(c)} for (i, g), c in evaluated.coverage.items()
    ]
    counts = observation_counts(engine)
    return _Made(
        counts, tuple(changes), warnings, clusters.entries, coverage, records.said, evaluated.keys
    )


def _earlier(folder: BuildFolder, before: str | None) -> EarlierFigures | None:
    """The figures of the build before, of which those that nothing has changed for are taken over."""
    if before is None:
        return None
    manifest = folder.manifest(before)
    coverage = {
        (c["indicator"], c["grain"]): Coverage(c["matched"], c["unplaced"], c["undated"])
        for c in manifest["coverage"]
    }
    return EarlierFigures(folder.of(before), manifest.get("indicators", {}), coverage)


def _stop_on_silences(workspace: Workspace, path: Path, build: str, strict: bool) -> None:
    """Nothing is passed over in a strict build that nobody has looked at."""
    if not strict:
        return
    with Build.at(path, workspace.root, build) as made:
        _stop_on_errors(passed_over(made, workspace.config), strict=True)


def _stop_on_errors(problems: Iterable[Problem], strict: bool) -> list[Problem]:
    found = list(problems)
    # Rows that are excluded by a declared rule are no fault, even when one is strict.
    stopping = [p for p in found if p.severity == "error" or (strict and p.code != "rows-excluded")]
    if stopping:
        raise CeyuanError(stopping)
    return found


def _compose(
    workspace: Workspace, gazetteer: Gazetteer, engine: Engine, progress: Progress
) -> Composed | None:
    """The workspace's indices, None where it has none."""
    if not workspace.composites:
        return None
    # Only a workspace with indices waits for what computes them.
    from ceyuan.pipeline.composites.building import compose_all  # noqa: PLC0415

    return compose_all(workspace, gazetteer, engine, lambda item: progress("composites", item))


def _cluster_keys(workspace: Workspace, ingested: Ingested) -> ClusterKeys:
    """What decides the finds of each run of clusters."""
    if not workspace.cluster_runs:
        return {}
    # Only a workspace with runs of clusters waits for what finds them.
    from ceyuan.pipeline.clusters.building import run_keys  # noqa: PLC0415

    return run_keys(workspace, ingested.parts)


def _find_clusters(
    workspace: Workspace, gazetteer: Gazetteer, engine: Engine, records: RecordEngine, keys: ClusterKeys, incoming: Path,
    before: Path | None, progress: Progress,
) -> FoundRuns:  # fmt: skip
    """Find the clusters of all runs, and make places of them."""
    found = FoundRuns()
    create_found(engine)
    if workspace.cluster_runs:
        from ceyuan.pipeline.clusters.building import run_all  # noqa: PLC0415
        from ceyuan.pipeline.clusters.places import load_found  # noqa: PLC0415

        runs = run_all(
            workspace, engine, keys, incoming, before, lambda item: progress("clusters", item)
        )
        load_found(workspace, gazetteer, runs, engine, records, found)
    return found


def _whole(figures: str, texts: Mapping[str, str]) -> str:
    """A hash of everything that a build is made from."""
    return store_key({"figures": figures, "texts": texts})


def _fingerprint(workspace: Workspace, ingested: Ingested, keys: ClusterKeys) -> str:
    """A hash of everything that the figures of a build are made from."""
    return store_key({
        # Where it is computed changes no figure.
        "config": workspace.config.model_dump(mode="json", exclude={"engine", "acknowledged"}),
        "places": workspace.places,
        "sources": {name: s.model_dump(mode="json") for name, s in workspace.sources.items()},
        "origins": {name: o.model_dump(mode="json") for name, o in workspace.origins.items()},
        "kinds": {name: k.model_dump(mode="json") for name, k in workspace.kinds.items()},
        "definitions": [(d.file, d.line, d.indicator.model_dump(mode="json")) for d in workspace.definitions.values()],
        "parts": [p.key for p in ingested.parts],
        "composites": [(d.file, d.data) for d in workspace.composites],
        "clusters": [(d.file, d.data) for d in workspace.cluster_runs],
        "submissions": [one.spec.model_dump(mode="json") for one in workspace.submissions],
        "cluster_keys": {name: key for name, (key, _) in keys.items()},
        "composite_tables": _composite_tables(workspace.root / "composites"),
    })  # fmt: skip


def _composite_tables(folder: Path) -> list[tuple[str, str]]:
    """Files that specifications of indices may name, with their hashes."""
    files = sorted(
        p for p in folder.glob("**/*") if p.is_file() and p.suffix not in (".yaml", ".yml")
    )
    return [(p.relative_to(folder).as_posix(), file_sha256(p)) for p in files]


def _name(fingerprint: str, builds: list[str]) -> str:
    """A name that sorts after all earlier ones, even within one second or after a clock was set back."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    name = f"{stamp}-{fingerprint[:8]}"
    last = builds[-1] if builds else _BEFORE_FIRST
    if name > last:
        return name
    serial = int(last[15:].partition("-")[0].lstrip(".") or 0) + 1 if last[15:16] == "." else 1
    return f"{last[:15]}.{serial:03d}-{fingerprint[:8]}"


def _write_tables(engine: Engine, folder: Path, evaluated: Evaluated) -> None:
    engine.copy_to_parquet(
        f"SELECT * FROM {OBSERVATIONS} ORDER BY {ORDER}", folder / "observations.parquet"
    )
    engine.copy_to_parquet("SELECT * FROM closure", folder / "closure.parquet")
    engine.copy_to_parquet("SELECT * FROM parts", folder / "parts.parquet")
    engine.copy_to_parquet("SELECT * FROM period_within", folder / "period_within.parquet")
    engine.copy_to_parquet("SELECT * FROM periods", folder / "periods.parquet")
    engine.load("lineage", _lineage_table(evaluated.lineage))
    engine.copy_to_parquet("SELECT * FROM lineage", folder / "lineage.parquet")
    engine.load("lineage_inputs", _inputs_table(evaluated.lineage))
    engine.copy_to_parquet("SELECT * FROM lineage_inputs", folder / "lineage_inputs.parquet")
    for name in TABLES:
        engine.copy_to_parquet(f"SELECT * FROM {name}", folder / f"{name}.parquet")


def _lineage_table(entries: list[Lineage]) -> pa.Table:
    names = ["id", "indicator", "origin", "version", "file", "line", "query"]
    schema = pa.schema([(n, pa.int64() if n == "line" else pa.string()) for n in names])
    return pa.Table.from_pylist([{n: getattr(e, n) for n in names} for e in entries], schema=schema)


def _inputs_table(entries: list[Lineage]) -> pa.Table:
    schema = pa.schema([(n, pa.string()) for n in ("lineage", "kind", "name", "file", "hash")])
    rows = [{"lineage": e.id, **asdict(used)} for e in entries for used in e.inputs]
    return pa.Table.from_pylist(rows, schema=schema)


def _write_declarations(workspace: Workspace, gazetteer: Gazetteer, folder: Path) -> None:
    """Keep what names and definitions were at the time, so that an old build can still speak for itself."""
    _write_json(folder / DECLARATIONS, {
        "config": workspace.config.model_dump(mode="json", by_alias=True),
        "places": to_jsonable_python(list(gazetteer.places.values())),
        "sources": {name: s.model_dump(mode="json", by_alias=True) for name, s in workspace.sources.items()},
        "origins": {name: o.model_dump(mode="json", by_alias=True) for name, o in workspace.origins.items()},
        "kinds": {name: k.model_dump(mode="json", by_alias=True) for name, k in workspace.kinds.items()},
        "tables": {t.id: t.spec.model_dump(mode="json", by_alias=True) for t in workspace.tables},
        "indicators": [d.indicator.model_dump(mode="json", by_alias=True) for d in workspace.definitions.values()],
        "composites": [d.data for d in workspace.composites],
        "clusters": [d.data for d in workspace.cluster_runs],
        "submissions": {one.shown_as: one.spec.model_dump(mode="json") for one in workspace.submissions},
    })  # fmt: skip


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
