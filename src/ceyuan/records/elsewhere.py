"""Files of tables read by the workers of a cluster, as they are read here: same checks, same quarantine, same lines."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from ceyuan.engine import Cluster, Engine, EngineSettings, RemoteFolder
from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import CeyuanError, fail
from ceyuan.places import Gazetteer
from ceyuan.records.columns import create_view
from ceyuan.records.files import RecordFile
from ceyuan.records.lookups import Resolvers
from ceyuan.records.part import Reading, read_part
from ceyuan.records.store import Store, StoredPart, code_version
from ceyuan.workspace import Table, Workspace

Outcome = StoredPart | CeyuanError


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all files of a build are read on: what the workspace declares, and where its store is."""

    workspace: Workspace
    gazetteer: Gazetteer
    store: Path | RemoteFolder


def weight(files: Sequence[RecordFile]) -> int:
    """How many bytes files have together."""
    return sum(file.path.stat().st_size for file in files)


def read_elsewhere(
    reading: Reading,
    gazetteer: Gazetteer,
    cluster: Cluster,
    table: Table,
    files: Sequence[RecordFile],
) -> list[Outcome]:
    """Have each file of a table read by a worker into the store, which all machines see under the same path.

    Returns:
        For each file its part, or what is wrong with it.

    Raises:
        CeyuanError: ``workers-without-ceyuan`` where workers have another version, and whatever the cluster says.
    """
    root = reading.workspace.root.absolute()
    folder = reading.store.folder
    store = folder.absolute() if isinstance(folder, Path) else folder
    ground = _Ground(replace(reading.workspace, root=root), gazetteer, store)
    referred = _referred(reading.workspace, table)
    parts = [part for part in reading.parts if part.kind in referred]
    items = [
        pickle.dumps((table, replace(file, path=file.path.absolute()), parts)) for file in files
    ]
    task = partial(_read_there, code_version(), pickle.dumps(ground))
    return [_outcome(made) for made in cluster.each(task, items)]


def _referred(workspace: Workspace, table: Table) -> list[str]:
    """The kinds that the records of a table refer to."""
    fields = workspace.kinds[table.spec.kind].fields
    return [field.to for field in fields if field.type == "ref" and field.to is not None]


def _outcome(made: bytes) -> Outcome:
    found: Outcome | str = pickle.loads(made)  # noqa: S301 - by our own workers
    if isinstance(found, str):
        message = f"the workers have Ceyuan in another version: its code is {found} there and {code_version()} here"
        raise fail("workers-without-ceyuan", message)
    return found


def _read_there(version: str, ground: bytes, item: bytes) -> bytes:
    """On a worker: read a file into the store.

    Args:
        version: the code of the machine that builds; another one could read cells otherwise.
        ground: what all files are read on.
        item: the table, its file and the stored parts of kinds that it refers to.

    Returns:
        The part or the problems; the code's version where it is another one.
    """
    if code_version() != version:
        return pickle.dumps(code_version())
    found = _ground(ground)
    table, file, parts = pickle.loads(item)  # noqa: S301 - from our own build
    return pickle.dumps(_read(found, table, file, parts))


@lru_cache(maxsize=1)
def _ground(ground: bytes) -> _Ground:
    """Unpacked once for all files that a worker reads."""
    unpacked: _Ground = pickle.loads(ground)  # noqa: S301 - from our own build
    return unpacked


def _read(ground: _Ground, table: Table, file: RecordFile, parts: list[StoredPart]) -> Outcome:
    workspace, scratch = ground.workspace, scratch_folder()
    scratch.mkdir()
    # Each core has a worker's process of its own.
    settings = EngineSettings(scratch, workspace.config.memory, threads=1)
    store = Store(ground.store)
    with Engine(settings) as engine:
        for kind in _referred(workspace, table):
            create_view(engine, workspace.kinds[kind], store, parts)
        resolvers = Resolvers(workspace, ground.gazetteer)
        reading = Reading(workspace, engine, store, scratch, resolvers, parts)
        try:
            return read_part(reading, table, file)
        except CeyuanError as error:
            return error
