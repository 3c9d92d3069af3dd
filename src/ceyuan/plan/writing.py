"""Writes files of a plan: YAML as a person would write it, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.plan.model import FOLDER
from ceyuan.workspace.spec import Spec


class _Dumper(yaml.SafeDumper):
    """Quotes by YAML 1.2, which workspaces are read by: ``on`` and ``2026-06-18`` are plain words."""

    def increase_indent(self, flow: bool = False, *_: bool, **__: bool) -> None:
        """Lists are indented under their key."""
        super().increase_indent(flow, indentless=False)


_Dumper.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    _Dumper.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), list(_first)
    )


def to_yaml(spec: Spec) -> str:
    """A part of a plan as the text of its file, without what it does not say."""
    said = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.dump(_plain(said), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118)


def _plain(value: Any) -> Any:
    """Whole numbers without a decimal point."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return (
        int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        else value
    )


_PATIENCE = 60.0
"""Seconds to wait for another writer, which reads the whole plan and writes a file or two."""


@contextmanager
def one_writer(root: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the plan of a workspace for one writer: what is read inside is what the next write builds upon.

    The lock is on the folder ``plan`` itself and leaves no file there; the system lets go of it however a process ends.

    Args:
        root: the workspace.
        patience: seconds to wait for another writer.

    Raises:
        CeyuanError: ``no-plan``, or ``plan-busy`` where another writer takes longer.
    """
    try:
        handle = os.open(root / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        raise fail("no-plan", f"{str(root)!r} has no folder {FOLDER}", file=str(root)) from None
    try:
        _lock(handle, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise fail(
                    "plan-busy", "somebody else is writing to the plan", file=FOLDER
                ) from None
            time.sleep(0.05)
        else:
            return


def write_all(root: Path, texts: Mapping[str, str]) -> None:
    """Write files that are not there yet: all of them, or none.

    Args:
        root: the folder that their names are reckoned from.
        texts: contents by name.

    Raises:
        CeyuanError: ``plan-file-exists``, ``unwritable-file``; nothing is left behind.
    """
    drafts: dict[Path, Path] = {}
    made: list[Path] = []
    shown = ""
    try:
        for shown, text in texts.items():
            path = root / shown
            path.parent.mkdir(parents=True, exist_ok=True)
            drafts[path] = path.with_name(f".{path.name}.new")
            drafts[path].write_text(text, encoding="utf-8")
        for shown in texts:
            path = root / shown
            path.hardlink_to(drafts[path])  # unlike a renaming, it never replaces a file
            made.append(path)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise fail("plan-file-exists", "the file exists already", file=shown) from None
        raise fail("unwritable-file", f"cannot be written: {error.strerror}", file=shown) from None
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def rewrite(path: Path, content: bytes, shown_as: str, before: bytes | None = None) -> None:
    """Write a file in place of the one that is there, if any, at one stroke.

    Args:
        path: the file.
        content: what it says from now on.
        shown_as: its name in the workspace.
        before: what it said when it was read. Writers of Ceyuan wait for each other, but an editor waits for nobody.
            None where nobody minds.

    Raises:
        CeyuanError: ``plan-changed-meanwhile`` where it says something else by now, ``unwritable-file``.
    """
    try:
        if before is not None and path.read_bytes() != before:
            raise fail(
                "plan-changed-meanwhile",
                "the file was changed since it was read; nothing is written",
                file=shown_as,
            )
        replace_file(path, content)
    except OSError as error:
        raise fail(
            "unwritable-file", f"cannot be written: {error.strerror}", file=shown_as
        ) from None
