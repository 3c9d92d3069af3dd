"""Files and folders written whole or not at all, and on disk before anything says that they are there."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader, and the next start after a power cut, sees the old one or the new one, never half of it.

    Raises:
        OSError: if it cannot be written; what was there is still there, and nothing is left beside it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.txt"
    ...     replace_file(path, b"old")
    ...     replace_file(path, b"new")
    ...     path.read_bytes(), len(list(Path(folder).iterdir()))
    (b'new', 1)
    """
    with replaced(path) as stream:
        stream.write(content)


@contextmanager
def replaced(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file that is written piece by piece and takes the place of the one that is there, if any, when it is whole.

    Args:
        path: the file.
        mode: who may read and write it, as far as the umask allows.

    Raises:
        OSError: if it cannot be written; what was there is still there, and nothing is left beside it.
    """
    # two writers at once do not meet
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk.

    Raises:
        OSError: if the disk refuses; systems that cannot flush a folder are taken at their word.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except PermissionError:
        if path.is_dir():
            return  # one may write into it, but not list it
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if not (path.is_dir() and error.errno in (errno.EINVAL, errno.EBADF, errno.ENOTSUP)):
            raise
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Wait until a folder with all that is in it is on disk; see :func:`flush`."""
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            # A file with a second name is that of an earlier folder, which was flushed before.
            if (Path(path) / name).stat().st_nlink == 1:
                flush(Path(path) / name)
        flush(Path(path))


def remove_drafts(folder: Path) -> None:
    """Remove what writers that were killed left in a folder: the drafts of :func:`replace_file` and other ``.*.tmp``.

    Nobody may be writing there.
    """
    for draft in folder.glob(".*.tmp"):
        draft.unlink(missing_ok=True)
