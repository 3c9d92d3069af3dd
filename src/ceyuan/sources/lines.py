"""Lines of plain or gzipped files, in bounded memory, with the hash of the file as it is."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from isal import igzip, igzip_lib

from ceyuan.errors import fail

_BUFFER = 1 << 20
LONGEST_LINE = 1 << 26
_DAMAGED: tuple[type[Exception], ...] = (
    EOFError,
    zlib.error,
    igzip.BadGzipFile,
    igzip_lib.IsalError,  # type: ignore[assignment] # isal's stubs take the class for an instance
)


class _Hashing(io.RawIOBase):
    """A file whose bytes are hashed as they are read, so that a large file need not be read twice."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # narrower than any buffer
        count = self._file.readinto(buffer) or 0
        self.digest.update(memoryview(buffer)[:count])
        self.size += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class LineFile:
    """The lines of a file; afterwards its hash and size.

    A line of more than 64 MB is cut there: no record is that long, and memory stays bounded.

    Attributes:
        path: the file.
        sha256: hash of the whole file, known once all lines have been read.
        size: bytes of the file, likewise.
        lines: lines read so far.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256: str | None = None
        self.size = 0
        self.lines = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Pairs of line number (from 1) and line.

        Raises:
            CeyuanError: ``truncated-gzip`` or ``unreadable-file``.
        """
        try:
            with _Hashing(self.path) as raw, io.BufferedReader(raw, _BUFFER) as packed:
                if packed.peek(2)[:2] == b"\x1f\x8b":
                    with igzip.IGzipFile(fileobj=packed, mode="rb") as unpacked:  # type: ignore[no-untyped-call]
                        yield from self._split(unpacked)
                else:
                    yield from self._split(packed)
                while packed.read(_BUFFER):
                    pass  # what follows the last gzip member belongs to the hash too
                self.sha256, self.size = raw.digest.hexdigest(), raw.size
        except _DAMAGED as error:
            message = f"the gzip file is damaged after line {self.lines:,}: {error}"
            raise fail("truncated-gzip", message, file=str(self.path)) from None
        except OSError as error:
            raise fail("unreadable-file", f"cannot be read: {error}", file=str(self.path)) from None

    def _split(self, stream: io.BufferedIOBase) -> Iterator[tuple[int, bytes]]:
        while line := stream.readline(LONGEST_LINE):
            self.lines += 1
            rest = line
            while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
                rest = stream.readline(LONGEST_LINE)
            yield self.lines, line
