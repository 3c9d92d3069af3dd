"""The files of a table: where they are, what is in them byte by byte, and plain UTF-8 copies where they are not."""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ceyuan.errors import CeyuanError, fail
from ceyuan.hashes import file_sha256
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.tables import TableFormat
from ceyuan.workspace.walking import may_read, root_allowed, root_variable

_BLOCK = 1 << 22
LONGEST_LINE = 1 << 27
# Codecs of Python that decode, but are no encodings of files.
_NO_TEXT = frozenset({"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape",
                      "undefined", "utf-7", "mbcs", "oem"})  # fmt: skip
_FORMATS: dict[str, TableFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of a table.

    Attributes:
        path: where it is.
        shown_as: how it is named to the user and in lineage: relative to the workspace, or ``root:path``.
        format: its format.
    """

    path: Path
    shown_as: str
    format: TableFormat


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one pass over a text file tells.

    Attributes:
        lines: number of lines, the last one counting without its newline too.
        has_nul: whether a NUL byte occurs.
        quotes: whether a double quote occurs.
        blank_lines: whether two newlines follow each other.
        lone_returns: whether a carriage return occurs that no newline follows.
    """

    lines: int
    has_nul: bool
    quotes: bool
    blank_lines: bool
    lone_returns: bool


def record_files(workspace: Workspace, table: Table) -> list[RecordFile]:
    """The files that a table names, in order of name.

    Raises:
        CeyuanError: ``no-such-file`` or ``unknown-format``.
    """
    found = named_files(workspace, table.spec.file, table.file, table.line("file"))
    return [RecordFile(path, name, _format(table, path)) for path, name in found]


def named_files(workspace: Workspace, name: str, declared_in: str, line: int | None) -> list[tuple[Path, str]]:
    """The files that a declaration names, beside itself or under a root, in order of name.

    Args:
        workspace: the workspace, for its roots.
        name: a file or pattern, or ``root:pattern``.
        declared_in: the declaration's file in the workspace.
        line: the line there.

    Returns:
        Each file with the name by which it is shown.

    Raises:
        CeyuanError: ``no-such-file``.
    """
    root, colon, rest = name.partition(":")
    if colon:
        replaced, declared = os.environ.get(root_variable(root)), workspace.config.roots[root]
        if not replaced and not root_allowed(workspace.root, declared):
            raise fail("unsafe-root", f"the root {root!r} leads to {declared!r}", file=declared_in, line=line)
        base = Path(replaced or workspace.root / Path(declared).expanduser())
        pattern = rest
    else:
        base, pattern = (workspace.root / declared_in).parent, name
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise fail("no-such-file", f"{pattern!r} leads out of its folder", file=declared_in, line=line)
    try:
        named = (p for p in base.glob(pattern) if not p.name.startswith("."))
        found = sorted(p for p in named if p.is_file() and (may_read(base, p) or may_read(workspace.root, p)))
    except (ValueError, NotImplementedError, OSError, IndexError):
        raise fail("no-such-file", f"{name!r} is no name of a file", file=declared_in, line=line) from None
    if not found:
        hint = f"Set {root_variable(root)} or `roots` in ceyuan.yaml" if colon else None
        raise fail("no-such-file", f"no file {name!r}", file=declared_in, line=line, hint=hint)
    prefix = f"{root}:" if colon else f"{Path(declared_in).parent.as_posix()}/"
    return [(path, prefix + path.relative_to(base).as_posix()) for path in found]


def _format(table: Table, path: Path) -> TableFormat:
    if table.spec.format is not None:
        return table.spec.format
    suffixes = [s.lower() for s in path.suffixes]
    known = [_FORMATS[s] for s in suffixes if s in _FORMATS]
    if not known:
        message = f"the format of {path.name!r} is not known by its name"
        raise fail("unknown-format", message, file=table.file, line=table.line("file"))
    return known[-1]


def fingerprint(file: RecordFile) -> str:
    """SHA-256 of a file of records.

    Raises:
        CeyuanError: ``empty-file`` or ``unreadable-file``.
    """
    try:
        require(file, file.path.stat().st_size > 0, "empty-file", "the file is empty")
        return file_sha256(file.path)
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror or error}", file=file.shown_as) from None


def is_packed(path: Path) -> bool:
    """Whether a file is a gzip, by its name."""
    return path.suffix.lower() == ".gz"


def blocks(file: RecordFile) -> Iterator[bytes]:
    """The content of a file, unpacked if it is a gzip.

    Raises:
        CeyuanError: ``empty-file``, ``truncated-gzip`` or ``unreadable-file``.
    """
    size = 0
    try:
        with gzip.open(file.path) if is_packed(file.path) else file.path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise fail("truncated-gzip", f"the gzip file is damaged: {error}", file=file.shown_as) from None
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror or error}", file=file.shown_as) from None
    require(file, size > 0, "empty-file", "the file is empty")


def lines_of(file: RecordFile) -> Iterator[bytes]:
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


def text_codec(file: RecordFile, encoding: str) -> codecs.CodecInfo:
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


def scan(file: RecordFile, encoding: str, plain_copy: Path) -> tuple[FileFacts, Path | None]:
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
    require(file, valid or not wide, "bad-encoding", f"the file is not {codec.name.upper()} throughout")
    path = plain_copy if copies else file.path
    return counter.facts(), path if valid else None


class _Counter:
    """Counts lines and looks for what a fast reader of CSV could misread."""

    def __init__(self) -> None:
        self.size = 0
        self.newlines = 0
        self.nul = self.quotes = self.blank = self.returns = False
        self.last = b""

    def feed(self, block: bytes) -> None:
        self.size += len(block)
        self.newlines += block.count(b"\n")
        self.nul = self.nul or b"\0" in block
        self.quotes = self.quotes or b'"' in block
        joined = self.last[-3:] + block[:4]
        returns = block.count(b"\r") - (block[-1:] == b"\r")
        self.returns = (
            self.returns or returns > block.count(b"\r\n") or (self.last[-1:] == b"\r" and block[:1] != b"\n")
        )
        self.blank = (
            self.blank or b"\n\n" in block or b"\n\r\n" in block or b"\n\n" in joined or b"\n\r\n" in joined
            or (self.size == len(block) and block[:1] in (b"\n", b"\r"))
        )  # fmt: skip
        self.last = block[-4:]

    def facts(self) -> FileFacts:
        lines = self.newlines + (0 if self.last.endswith(b"\n") else 1)
        returns = self.returns or self.last.endswith(b"\r")
        return FileFacts(lines, self.nul, self.quotes, self.blank, returns)


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


def require(file: RecordFile, condition: bool, code: str, message: str, line: int | None = None) -> None:
    """Raise a problem of a file unless a condition holds."""
    if not condition:
        raise fail(code, message, file=file.shown_as, line=line)


__all__ = [
    "CeyuanError", "FileFacts", "RecordFile", "fingerprint", "lines_of", "record_files", "require", "scan",
    "text_codec", "wrong_encoding_hint",
]  # fmt: skip
