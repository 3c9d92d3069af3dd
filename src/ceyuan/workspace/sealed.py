"""Texts, plan and bulletins as they were when a workspace was built: a copy inside the build, which nobody changes.

The copy is laid out as the workspace is (``texts/plan/…``), so that whatever reads a workspace reads it, too. ``texts.json``
beside it has the hash of every file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ceyuan.hashes import file_sha256
from ceyuan.workspace.walking import plain_files

SEALED = ("communiques", "plan", "bulletin")
"""Folders that are sealed."""
TEXTS, INDEX = "texts", "texts.json"
_CONFIG = "ceyuan.yaml"


def text_hashes(root: Path, *folders: str) -> dict[str, str]:
    """The hash of every file that a build seals, by its name in the workspace.

    Args:
        root: the workspace.
        folders: of these folders only; everything if none is named.
    """
    files = [] if folders else [root / _CONFIG]
    for folder in folders or SEALED:
        files += plain_files(root, folder)
    return {path.relative_to(root).as_posix(): file_sha256(path) for path in files}


def seal(root: Path, hashes: Mapping[str, str], build: Path, before: Path | None) -> dict[str, str]:
    """Copy the texts of a workspace into a build that is being written.

    Args:
        root: the workspace.
        hashes: the files and their hashes, of a moment ago.
        build: the folder of the build.
        before: the folder of the build before: what has not changed since is not copied again.

    Returns:
        The hashes of what was copied.
    """
    known = {} if before is None else index_of(before)
    sealed: dict[str, str] = {}
    (build / TEXTS).mkdir()
    for name, sha256 in hashes.items():
        target = build / TEXTS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (
            before is None
            or known.get(name) != sha256
            or not _linked(before / TEXTS / name, target)
        ):
            shutil.copyfile(root / name, target)
            # It may have been written to since; the build says what is in the build.
            sha256 = file_sha256(target)  # noqa: PLW2901
        sealed[name] = sha256
    (build / INDEX).write_text(
        json.dumps(sealed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return sealed


def _linked(source: Path, target: Path) -> bool:
    """Give a file that nobody changes a second name; False where the system cannot."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def index_of(build: Path) -> dict[str, str]:
    """The hashes of what a build sealed; empty for one that sealed nothing."""
    try:
        found: dict[str, str] = json.loads((build / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def is_sealed(root: Path) -> bool:
    """Whether a folder that is read as a workspace is the copy in a build."""
    return root.name == TEXTS and (root.parent / INDEX).is_file()


def derived_folder(root: Path) -> Path:
    """Where things may be kept that are derived from a workspace or from a copy of it: its folder ``build``."""
    return root.parents[2] if is_sealed(root) else root / "build"
