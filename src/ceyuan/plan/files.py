"""Folders of small YAML files of one kind, read at once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ceyuan.errors import CeyuanError, Problem
from ceyuan.plan import kept
from ceyuan.plan.kept import Stamp
from ceyuan.workspace.sealed import derived_folder, is_sealed
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.yamlfile import YamlPath, read_yaml

S = TypeVar("S", bound=Spec)
Fault = tuple[YamlPath, str, str]
"""Where in a file something is wrong, with which code, and what."""
WORTH_KEEPING = 100
"""From how many files on a folder is kept."""


@dataclass(frozen=True, slots=True)
class FoundFile(Generic[S]):
    """A file that was read.

    Attributes:
        root: the workspace.
        file: its name from there.
        spec: what it says.
    """

    root: Path
    file: str
    spec: S

    @property
    def name(self) -> str:
        """Its name without folder and suffix."""
        return self.id.rpartition("/")[2]

    @property
    def id(self) -> str:
        """Its folder and name without suffix."""
        return "/".join(self.file.removesuffix(".yaml").split("/")[-2:])

    def line(self, *path: str | int) -> int:
        """The line of a path in it."""
        return line_in(self.root, self.file, *path)


@contextmanager
def uncollected() -> Iterator[None]:
    """Suspend the search for unreachable objects while very many objects come to be that all stay.

    It would go through all of them again and again and find nothing: with 15,000 reports most of the time went there.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def line_in(root: Path, file: str, *path: str | int) -> int:
    """The line of a path in a YAML file that has been read before; lines are only looked up where something is wrong."""
    try:
        return read_yaml(root / file, file).line(path)
    except CeyuanError:
        return 1  # it has gone since


def read_folder(
    root: Path,
    folder: str,
    model: type[S],
    problems: list[Problem],
    faults: Callable[[S], list[Fault]] = lambda _: [],
) -> list[FoundFile[S]]:
    """All files ``*.yaml`` of a folder, in order of their names; faults are added to ``problems``.

    Args:
        root: the workspace.
        folder: the folder, from there.
        model: what each file is.
        problems: takes what is wrong.
        faults: what else can be wrong with one file by itself.

    What sound files of a large folder say is kept in ``build/plan``; see :mod:`ceyuan.plan.kept`.
    """
    sealed = is_sealed(root)
    now = kept.now()
    state, strays = _state(root / folder, sealed=sealed)
    problems += [misplaced(f"{folder}/{name}") for name in strays]
    path = derived_folder(root) / "plan" / f"{folder.replace('/', '.')}.kept"
    languages = languages_of(root)
    known = kept.recall(path, model, languages) if len(state) >= WORTH_KEEPING else {}
    same = {
        name: known[name]
        for name, stamp in state.items()
        if name in known and known[name][0] == stamp
    }
    read, sound = dict(same), {}
    for name, stamp in state.items():
        if name not in same:
            before = len(problems)
            spec = _read(root, f"{folder}/{name}", model, problems, faults)
            if spec is not None:
                read[name] = (stamp, spec)
                if len(problems) == before and (sealed or kept.rested(stamp, now)):
                    sound[name] = read[name]
    if sound and len(state) >= WORTH_KEEPING:
        kept.keep(path, model, same | sound, languages)
    return [FoundFile(root, f"{folder}/{name}", read[name][1]) for name in state if name in read]


def _read(
    root: Path,
    file: str,
    model: type[S],
    problems: list[Problem],
    faults: Callable[[S], list[Fault]],
) -> S | None:
    try:
        document = read_yaml(root / file, file, languages_of(root))
        spec = parse_spec(model, document, document.data)
        problems += [
            Problem(code, message, file, document.line(path))
            for path, code, message in faults(spec)
        ]
        return spec
    except CeyuanError as error:
        problems += error.problems
        return None


def misplaced(file: str) -> Problem:
    """A file or folder of which nothing is read."""
    return Problem(
        "plan-misplaced", "nothing of a plan is read from here", file, hint="Its files end in .yaml"
    )


def _state(folder: Path, *, sealed: bool) -> tuple[dict[str, Stamp], list[str]]:
    """Files in order of their names, and what is none of them."""
    if not folder.is_dir():
        return {}, []
    with os.scandir(folder) as entries:
        found = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
    state = kept.stamps(
        (e for e in found if e.name.endswith(".yaml") and e.is_file()), sealed=sealed
    )
    return state, [e.name for e in found if e.name not in state]
