"""Opening a table's file: packed or not, in any encoding; its lines, what is in it byte by byte, a plain UTF-8 copy."""

from __future__ import annotations

import codecs
import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from ceyuan.errors import fail
from ceyuan.hashes import file_sha256

_BLOCK = 1 << 22
_WIDE_BLANKS = tuple(blank.encode() for blank in "\u00a0\u3000\ufeff")
SEPARATORS = ",;|\t"
"""What a look at a whole file takes for the marks that may part its cells."""
_BESIDE_CELLS = tuple(mark.encode() for mark in f'{SEPARATORS}\n\r"')
LONGEST_LINE = 1 << 27
# Codecs of Python that decode, but are no encodings of files.
_NO_TEXT = frozenset({"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape",
                      "undefined", "utf-7", "mbcs", "oem"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that holds a table.

    Attributes:
        path: where it is.
        shown_as: how it is named to the user.
        member: which file of a zip it is, where that holds several.
    """

    path: Path
    shown_as: str
    member: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one pass over a text file tells.

    Attributes:
        lines: number of lines, the last one counting without its newline too.
        has_nul: whether a NUL byte occurs.
        quotes: whether a double quote occurs.
        blank_lines: whether two newlines follow each other.
        lone_returns: whether a carriage return occurs that no newline follows.
        padded: whether some cell may begin or end with a blank; False only where that is certain, whichever of
            :data:`SEPARATORS` parts the cells.
        tabs: whether a tab occurs, which is a blank where other characters part the cells.
    """

    lines: int
    has_nul: bool
    quotes: bool
    blank_lines: bool
    lone_returns: bool
    padded: bool
    tabs: bool


def fingerprint(file: TableFile) -> str:
    """SHA-256 of a file of records.

    Raises:
        CeyuanError: ``empty-file`` or ``unreadable-file``.
    """
    try:
        require(file, file.path.stat().st_size > 0, "empty-file", "the file is empty")
        return file_sha256(file.path)
    except OSError as error:
        raise fail(
            "unreadable-file", f"cannot be read: {error.strerror or error}", file=file.shown_as
        ) from None


def is_packed(path: Path) -> bool:
    """Whether a file is packed, by its name."""
    return path.suffix.lower() in (".gz", ".zip")


@contextmanager
def opened(file: TableFile) -> Iterator[IO[bytes]]:
    """The content of a file, unpacked if it is a gzip, a zip of one file, or the member of a zip."""
    suffix = file.path.suffix.lower()
    if suffix == ".gz":
        with gzip.open(file.path) as packed:
            yield cast("IO[bytes]", packed)
    elif suffix == ".zip":
        with zipfile.ZipFile(file.path) as archive:
            members = [m.filename for m in archive.infolist() if not m.is_dir()]
            one = f"the archive holds {len(members)} files, not one"
            require(file, len(members) == 1 or file.member is not None, "unknown-format", one)
            with archive.open(file.member or members[0]) as stream:
                yield stream
    else:
        with file.path.open("rb") as stream:
            yield stream


def blocks(file: TableFile) -> Iterator[bytes]:
    """The content of a file, block by block, unpacked if it is packed.

    Raises:
        CeyuanError: ``empty-file``, ``truncated-gzip`` or ``unreadable-file``.
    """
    size = 0
    try:
        with opened(file) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                yield block
    except (
        EOFError,
        zlib.error,
        gzip.BadGzipFile,
        zipfile.BadZipFile,
        RuntimeError,
    ) as error:  # RuntimeError: a locked zip
        kind = file.path.suffix.lower().removeprefix(".").replace("gz", "gzip")
        raise fail(
            "truncated-gzip", f"the {kind} file is damaged: {error}", file=file.shown_as
        ) from None
    except OSError as error:
        raise fail(
            "unreadable-file", f"cannot be read: {error.strerror or error}", file=file.shown_as
        ) from None
    require(file, size > 0, "empty-file", "the file is empty")


def lines_of(file: TableFile) -> Iterator[bytes]:
    """The lines of a file without their newlines; nothing is kept but the block at hand.

    Raises:
        CeyuanError: as :func:`blocks`, and ``long-line``.
    """
    parts: list[bytes] = []
    size = number = 0
    for block in blocks(file):
        first, *more = block.split(b"\n")
        parts.append(first)
        size += len(first)
        if more:
            yield b"".join(parts)
            yield from more[:-1]
            number += len(more)
            parts, size = [more[-1]], len(more[-1])
        message = f"the line is longer than {LONGEST_LINE >> 20} MB: the file has no newlines that are known"
        require(file, size <= LONGEST_LINE, "long-line", message, number + 1)
    if size:
        yield b"".join(parts)


def text_codec(file: TableFile, encoding: str) -> codecs.CodecInfo:
    """The codec of a declared encoding.

    Raises:
        CeyuanError: ``unknown-encoding``, for codecs that are no encoding of text too (hex, rot13, punycode).
    """
    try:
        codec = codecs.lookup(encoding)
        b"a".decode(encoding, "replace")
    except (LookupError, ValueError):
        codec = None
    if codec is None or codec.name in _NO_TEXT:
        raise fail("unknown-encoding", f"there is no encoding {encoding!r}", file=file.shown_as)
    return codec


def encoding_of(file: TableFile, declared: str) -> str:
    """The encoding of a file: the declared one, or UTF-16 where a file that is taken for UTF-8 begins with its mark."""
    if declared.lower().replace("_", "-") not in ("utf-8", "utf8"):
        return declared
    first = next(iter(blocks(file)))[:2]
    return "utf-16" if first in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else declared


def unpacked(file: TableFile, copy: Path) -> Path:
    """The file itself, or an unpacked copy of it: block by block, never whole in memory."""
    if not is_packed(file.path):
        return file.path
    with copy.open("wb") as out:
        out.writelines(blocks(file))
    return copy


def scan(file: TableFile, encoding: str, plain_copy: Path) -> tuple[FileFacts, Path | None]:
    """Pass once over a text file: facts, and where a plain UTF-8 version of it is.

    Args:
        file: the file.
        encoding: its declared encoding.
        plain_copy: where to write a UTF-8 copy if the file is packed or in another encoding.

    Returns:
        The facts of its text, and the path of plain UTF-8 text, or None where some line is not in the declared encoding
        and must be read with care.

    Raises:
        CeyuanError: ``empty-file``, ``unknown-encoding``, ``truncated-gzip``, ``unreadable-file``; ``bad-encoding`` where
            lines cannot be told apart because of it (UTF-16).
    """
    codec = text_codec(file, encoding)
    foreign = codec.name != "utf-8"
    copies = is_packed(file.path) or foreign
    counter = _Counter()
    decoder = codec.incrementaldecoder("strict")
    valid = True
    with plain_copy.open("wb") if copies else open(os.devnull, "wb") as out:  # noqa: PTH123 - not a path of ours
        for block in blocks(file):
            plain = block
            if valid:
                try:
                    text = decoder.decode(block)
                    plain = text.encode() if foreign else block
                except UnicodeError:
                    valid = False
            # UTF-16 has zero bytes and newlines of its own, so it is its text that counts.
            counter.feed(plain)
            if copies and valid:
                out.write(plain)
        try:
            decoder.decode(b"", final=True)
        except UnicodeError:
            valid = False
    wide = codec.name.startswith(("utf-16", "utf-32"))
    require(
        file, valid or not wide, "bad-encoding", f"the file is not {codec.name.upper()} throughout"
    )
    path = plain_copy if copies else file.path
    return counter.facts(), path if valid else None


class _Counter:
    """Counts lines and looks for what a fast reader of CSV could misread."""

    def __init__(self) -> None:
        self.size = 0
        self.newlines = 0
        self.nul = self.quotes = self.blank = self.returns = self.padded = self.tabs = False
        self.last = b""

    def feed(self, block: bytes) -> None:
        self.size += len(block)
        self.newlines += block.count(b"\n")
        self.nul = self.nul or b"\0" in block
        self.quotes = self.quotes or b'"' in block
        joined = self.last[-3:] + block[:4]
        self._look_for_blanks(joined, block)
        returns = block.count(b"\r") - (block[-1:] == b"\r")
        self.returns = (
            self.returns
            or returns > block.count(b"\r\n")
            or (self.last[-1:] == b"\r" and block[:1] != b"\n")
        )
        self.blank = (
            self.blank or b"\n\n" in block or b"\n\r\n" in block or b"\n\n" in joined or b"\n\r\n" in joined
            or (self.size == len(block) and block[:1] in (b"\n", b"\r"))
        )  # fmt: skip
        self.last = block[-4:] if len(block) >= 4 else (self.last + block)[-4:]

    def _look_for_blanks(self, joined: bytes, block: bytes) -> None:
        begin = b"" if self.last else b"\n"
        self.padded = self.padded or _is_padded(begin + joined) or _is_padded(block)
        self.tabs = self.tabs or b"\t" in block

    def facts(self) -> FileFacts:
        lines = self.newlines + (0 if self.last.endswith(b"\n") else 1)
        returns = self.returns or self.last.endswith(b"\r")
        padded = self.padded or self.last.endswith(b" ")
        return FileFacts(lines, self.nul, self.quotes, self.blank, returns, padded, self.tabs)


def _is_padded(text: bytes) -> bool:
    """Whether a cell in a piece of a file may begin or end with a blank, whatever parts the cells."""
    if any(blank in text for blank in _WIDE_BLANKS):
        return True
    if b" " not in text:
        return False
    beside = (piece for mark in _BESIDE_CELLS for piece in (mark + b" ", b" " + mark))
    return any(piece in text for piece in beside)


def wrong_encoding_hint(line: bytes) -> str | None:
    """A guess at the encoding of a line that is not what was declared."""
    for encoding in ("utf-8", "gb18030", "big5", "utf-16"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any("\u4e00" <= c <= "\u9fff" for c in text):
            return encoding
    return None


def require(
    file: TableFile, condition: bool, code: str, message: str, line: int | None = None
) -> None:
    """Raise a problem of a file unless a condition holds."""
    if not condition:
        raise fail(code, message, file=file.shown_as, line=line)
