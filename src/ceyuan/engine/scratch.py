"""Folders of one process in the system's folder for temporary files, and those that a killed process left there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"ceyuan-(\d+)-[0-9a-f]{32}")


def scratch_folder() -> Path:
    """A name for a folder of this process that nobody else uses; whoever needs the folder makes it and removes it.

    >>> scratch_folder() != scratch_folder()
    True
    """
    return Path(tempfile.gettempdir()) / f"ceyuan-{os.getpid()}-{uuid.uuid4().hex}"


def remove_left_over() -> list[Path]:
    """Remove folders of this user whose process has ended without removing them; returns which.

    A folder whose process number has been given to another process since stays until that one has ended, too.
    """
    gone = []
    for path in Path(tempfile.gettempdir()).glob("ceyuan-*-*"):
        with suppress(OSError):
            made_by = _NAME.fullmatch(path.name)
            if (
                made_by
                and not path.is_symlink()
                and path.stat().st_uid == os.getuid()
                and not _runs(int(made_by[1]))
            ):
                shutil.rmtree(path, ignore_errors=True)
                gone.append(path)
    return gone


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
