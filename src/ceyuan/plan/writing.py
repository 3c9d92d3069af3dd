"""Writes files of a plan: YAML as a person would write it, whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ceyuan.errors import fail
from ceyuan.workspace.spec import Spec


class _Dumper(yaml.SafeDumper):
    """Quotes by YAML 1.2, which workspaces are read by: ``on`` and ``2026-06-18`` are plain words."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Lists are indented under their key."""
        super().increase_indent(flow, indentless=False)


_Dumper.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), list(_first))


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
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def write_new(path: Path, text: str, shown_as: str) -> None:
    """Write a file that is not there yet; it appears whole.

    Raises:
        CeyuanError: ``plan-file-exists``, ``unwritable-file``.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        path.hardlink_to(draft)
    except FileExistsError:
        raise fail("plan-file-exists", "the file exists already", file=shown_as) from None
    except OSError as error:
        raise fail("unwritable-file", f"cannot be written: {error.strerror}", file=shown_as) from None
    finally:
        draft.unlink(missing_ok=True)


def replace_file(path: Path, text: str, shown_as: str) -> None:
    """Write a file in place of the one that is there, at one stroke.

    Raises:
        CeyuanError: ``unwritable-file``.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise fail("unwritable-file", f"cannot be written: {error.strerror}", file=shown_as) from None
