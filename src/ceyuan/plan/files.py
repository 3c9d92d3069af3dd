"""Folders of small YAML files of one kind, read at once and kept in ``build/`` so that thousands need not be parsed again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from ceyuan.errors import CeyuanError, Problem
from ceyuan.version import __version__
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.yamlfile import YamlPath, read_yaml

S = TypeVar("S", bound=Spec)
Fault = tuple[YamlPath, str, str]
"""Where in a file something is wrong, with which code, and what."""
_CACHE = "build/plan"
_WORTH_KEEPING = 100


@dataclass(frozen=True, slots=True)
class Found(Generic[S]):
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


def line_in(root: Path, file: str, *path: str | int) -> int:
    """The line of a path in a YAML file that has been read before; lines are only looked up where something is wrong."""
    try:
        return read_yaml(root / file, file).line(path)
    except CeyuanError:
        return 1  # it has gone since


def read_folder(
    root: Path, folder: str, model: type[S], problems: list[Problem], faults: Callable[[S], list[Fault]] = lambda _: []
) -> list[Found[S]]:
    """All files ``*.yaml`` of a folder, in order of their names; faults are added to ``problems``.

    Args:
        root: the workspace.
        folder: the folder, from there.
        model: what each file is.
        problems: takes what is wrong.
        faults: what else can be wrong with one file by itself.

    A folder of many files that are all sound is kept in ``build/plan``, by the names, sizes and times of its files, and is
    only parsed again when one of them changes.
    """
    state = _state(root / folder)
    names = [name for name in state if name.endswith(".yaml")]
    problems += [
        Problem("plan-misplaced", "files of a plan end in .yaml", f"{folder}/{name}")
        for name in state
        if not name.endswith(".yaml") and not name.startswith(".")
    ]
    adapter = TypeAdapter(list[model])  # type: ignore[valid-type]
    key = _fingerprint(model, {name: state[name] for name in names})
    kept = root / _CACHE / f"{folder.replace('/', '.')}.json"
    specs: list[S] | None = _kept(kept, key, adapter) if len(names) >= _WORTH_KEEPING else None
    if specs is None:
        before = len(problems)
        read = [_read(root, f"{folder}/{name}", model, problems, faults) for name in names]
        if len(names) >= _WORTH_KEEPING and len(problems) == before:
            _keep(
                kept,
                key,
                partial(adapter.dump_json, [spec for spec in read if spec is not None], exclude_defaults=True),
            )
        return [Found(root, f"{folder}/{name}", s) for name, s in zip(names, read, strict=True) if s is not None]
    return [Found(root, f"{folder}/{name}", spec) for name, spec in zip(names, specs, strict=True)]


def _read(
    root: Path, file: str, model: type[S], problems: list[Problem], faults: Callable[[S], list[Fault]]
) -> S | None:
    try:
        document = read_yaml(root / file, file)
        spec = parse_spec(model, document, document.data)
        problems += [Problem(code, message, file, document.line(path)) for path, code, message in faults(spec)]
        return spec
    except CeyuanError as error:
        problems += error.problems
        return None


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Files with what changes when they do: size, time of writing, time of any change."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:
        found = {e.name: e.stat() for e in entries if e.is_file()}
    return {name: (s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in sorted(found.items())}


def _fingerprint(model: type[Spec], state: dict[str, tuple[int, int, int]]) -> str:
    return hashlib.sha256(f"{_shape(model)}{state}".encode()).hexdigest()


@cache
def _shape(model: type[Spec]) -> str:
    """What a file can say; another version of Ceyuan may read the same file otherwise."""
    return f"{__version__}{json.dumps(model.model_json_schema(), sort_keys=True)}"


def _kept(path: Path, key: str, adapter: TypeAdapter[list[S]]) -> list[S] | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if content[: len(key)] != key.encode():
        return None
    try:
        return adapter.validate_json(content[len(key) :])
    except ValidationError:
        return None  # damaged: read the files themselves


def _keep(path: Path, key: str, content: Callable[[], bytes]) -> None:
    """Write a folder's content where it can be; a workspace that cannot be written to is read more slowly."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_bytes(key.encode() + content())
        draft.replace(path)
    except OSError:
        return
