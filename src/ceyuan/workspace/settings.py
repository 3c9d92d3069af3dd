"""Single settings of ``ceyuan.yaml`` that other files need before the workspace is read, such as its languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ceyuan.errors import CeyuanError
from ceyuan.wording import LANGUAGES, Language
from ceyuan.workspace.yamlfile import Plain, read_yaml

CONFIG = "ceyuan.yaml"


def setting(root: Path, key: str) -> Plain:
    """What ``ceyuan.yaml`` says under a key; None where it says nothing, or nothing that can be read.

    What is wrong with the file is said where the workspace is read.

    Args:
        root: the workspace.
        key: a key of the file's first level.
    """
    path = (root / CONFIG).absolute()
    try:
        stat = path.stat()
    except OSError:
        return None
    said = _settings(path, stat.st_mtime_ns, stat.st_size)
    return said.get(key) if isinstance(said, dict) else None


@lru_cache(maxsize=256)
def _settings(path: Path, _written: int, _size: int) -> Plain:
    """What a file in one state says."""
    try:
        return read_yaml(path, CONFIG).data
    except CeyuanError:
        return None


def languages_of(root: Path) -> tuple[Language, ...]:
    """The languages in which a workspace must name things; all three where it declares none, or some that are not known.

    Args:
        root: the workspace.
    """
    declared = setting(root, "languages")
    if not isinstance(declared, list) or not declared:
        return LANGUAGES
    known = tuple(language for language in LANGUAGES if language in declared)
    return known if len(known) == len(declared) else LANGUAGES
