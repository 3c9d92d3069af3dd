"""Folders of one process in the system's folder for temporary files, and those that a killed one left there.

A folder is in use as long as a process holds the lock in it. The system lets go of the lock when the process ends, however
it ends, so that whoever gets the lock may clear the folder away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PREFIX = "ceyuan-snapshot-"
_LOCK = ".lock"
_UNLOCKED = 86_400
"""Seconds after which a folder without a lock, whose maker was stopped before it took one, is left over."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder of this process.

    Attributes:
        path: the folder.
        lock: the open file whose lock says that the folder is in use.
    """

    path: Path
    lock: int

    @classmethod
    def make(cls) -> Scratch:
        """A new, empty folder."""
        path = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Locked before it has the name that others look for.
        early = path / f"{_LOCK}.new"
        lock = os.open(early, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        early.rename(path / _LOCK)
        return cls(path, lock)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def remove_left_over() -> list[Path]:
    """Remove folders of this user whose process has ended without removing them; returns which."""
    found = []
    for path in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        with suppress(OSError):
            if not path.is_symlink() and path.is_dir() and path.stat().st_uid == os.getuid() and _is_left_over(path):
                shutil.rmtree(path, ignore_errors=True)
                found.append(path)
    return found


def _is_left_over(folder: Path) -> bool:
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return time.time() - folder.stat().st_mtime > _UNLOCKED
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
