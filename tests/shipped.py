"""The shipped workspaces, each built once in a run of the tests, for the tests of all folders and of all workers."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import ceyuan
from ceyuan.pipeline.builder import build_workspace
from china_tables import CHINA, DATA, SHARED

SHIPPED = Path(ceyuan.__file__).parent / "workspaces"
_MADE = "MADE"


def copy_of(name: str, folder: Path) -> Path:
    """A copy of a shipped workspace that nobody has built."""
    return Path(shutil.copytree(SHIPPED / name, folder, ignore=shutil.ignore_patterns("build")))


@dataclass(frozen=True)
class Once:
    """Folders that are made once in a run, by the worker that asks first; the others wait for it.

    Nobody writes into them: a test that changes something does so in a copy, which may be built again for less than
    the first time, because what it leaves alone is in the copied ``build`` already.

    Attributes:
        folder: where they are, the same for all workers.
    """

    folder: Path

    def __call__(self, name: str, make: Callable[[Path], object]) -> Path:
        """The workspace of a name, made by ``make`` in the folder that it is given unless that was done already."""
        place = self.folder / name
        place.mkdir(parents=True, exist_ok=True)
        with (place / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            root = place / "workspace"
            if not (place / _MADE).exists():
                shutil.rmtree(root, ignore_errors=True)  # somebody began it and failed
                make(root)
                (place / _MADE).write_text(_state(root), encoding="utf-8")
        return root

    def changed(self) -> list[str]:
        """The folders in which somebody has written since they were made."""
        made = self.folder.glob(f"*/{_MADE}")
        return [
            m.parent.name
            for m in made
            if m.read_text(encoding="utf-8") != _state(m.parent / "workspace")
        ]


def _state(root: Path) -> str:
    """The files of a workspace with what changes when they are written; readers may keep something in ``build``."""
    files = sorted(
        p for p in root.rglob("*") if p.is_file() and "build" not in p.relative_to(root).parts
    )
    builds = sorted((root / "build" / "builds").glob("*"))
    stats = [(p, p.stat()) for p in files]
    return "\n".join([*(f"{p} {s.st_size} {s.st_mtime_ns}" for p, s in stats), *map(str, builds)])


def once_in(factory: pytest.TempPathFactory) -> Once:
    """The folders of this run."""
    base = factory.getbasetemp()
    # Each worker has a folder of its own within the folder of the run.
    return Once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once")


def build_gba(root: Path) -> None:
    """The Greater Bay Area workspace as it is shipped."""
    build_workspace(copy_of("gba", root))


@contextmanager
def tables_beside() -> Iterator[None]:
    """The workspace of China's provinces finds its tables while this lasts."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CEYUAN_ROOT_SHARED", str(SHARED))
        yield


def build_china(root: Path) -> None:
    """The workspace of China's provinces, where its tables are on this machine."""
    if not DATA.is_dir():
        pytest.skip(f"the public tables are not at {DATA}")
    shutil.copytree(CHINA, root, ignore=shutil.ignore_patterns("build"))
    with tables_beside():
        build_workspace(root)
