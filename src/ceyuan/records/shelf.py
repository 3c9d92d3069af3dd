"""Where the store keeps its files: a folder of this machine, or one elsewhere that a URI names."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ceyuan.engine import RemoteFolder, StoredFile
from ceyuan.files import flush, remove_drafts, replaced

_PIECE = 1 << 22


class Shelf(Protocol):
    """What the store asks of the folder that it keeps its files in."""

    def file(self, name: str) -> StoredFile:
        """A file, whether it is there or not, for the engines that read it."""

    def names(self) -> list[str]:
        """The files that are there."""

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Those of some files that are not there."""

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            OSError: if there is none.
        """

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file that is seen whole or not at all."""

    def draft(self, name: str) -> Path:
        """Where on this machine a file is made before :meth:`take`; of one name always the same."""

    def take(self, draft: Path, name: str) -> None:
        """Have a file that was made stand under its name."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def remove_drafts(self) -> None:
        """Remove what writers that were killed left; nobody may be writing."""

    def clear(self) -> None:
        """Remove the folder with all that is in it."""


def shelf(folder: Path | RemoteFolder) -> Shelf:
    """The folder, for the store."""
    return LocalShelf(folder) if isinstance(folder, Path) else folder


@dataclass(frozen=True, slots=True)
class LocalShelf:
    """A folder of a file system that this machine has mounted; it is made when the first file comes.

    Attributes:
        folder: the folder.
    """

    folder: Path

    def file(self, name: str) -> Path:
        """A file, whether it is there or not."""
        return self.folder / name

    def names(self) -> list[str]:
        """The files that are there."""
        return [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Those of some files that are not there."""
        return [name for name in names if not (self.folder / name).is_file()]

    def read(self, name: str) -> bytes:
        """The content of a file."""
        return (self.folder / name).read_bytes()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        with (self.folder / name).open("rb") as stream:
            yield from iter(lambda: stream.read(_PIECE), b"")

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file that is seen whole or not at all, on disk before it is seen."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with replaced(self.folder / name) as stream:
            for piece in pieces:
                stream.write(piece)

    def draft(self, name: str) -> Path:
        """Where a file is made: in the same folder, so that it only changes its name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Two machines may make the same part: one that was thought to be lost goes on.
        return self.folder / f".{name}.{socket.gethostname()}-{os.getpid()}.tmp"

    def take(self, draft: Path, name: str) -> None:
        """Have a file that was made stand under its name."""
        flush(draft)
        draft.replace(self.folder / name)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.folder / name).unlink(missing_ok=True)

    def remove_drafts(self) -> None:
        """Remove what writers that were killed left."""
        remove_drafts(self.folder)

    def clear(self) -> None:
        """Remove the folder with all that is in it, as far as one may."""
        shutil.rmtree(self.folder, ignore_errors=True)
