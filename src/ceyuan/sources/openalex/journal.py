"""The folder of a fetch, and the journal that says how far it came.

Each page is written to the current part as a gzip member of its own, made durable, and only then entered in the journal
with the part's new size. A fetch that was cut off, at whatever moment, goes on from the journal: what a part holds beyond
its entry is cut off again, so no record is lost and none is there twice.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.sources.lines import LineFile

JOURNAL = "journal.json"
MANIFEST = "manifest.json"
QUARANTINE = "quarantine.jsonl"


class Query(msgspec.Struct, frozen=True):
    """What is fetched.

    Attributes:
        entity: ``works`` or ``institutions``.
        parameters: filter, fields, page size … as sent; never the key.
        base_url: the server.
    """

    entity: str
    parameters: dict[str, str]
    base_url: str

    @property
    def short_hash(self) -> str:
        """A few characters that tell queries apart."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:8]


class Journal(msgspec.Struct):
    """How far a fetch came.

    Attributes:
        query: what is fetched.
        begun: the day it began (UTC), which names the folder.
        cursor: cursor of the next page.
        sizes: bytes of each part that hold whole pages.
        records: records written.
        quarantined: records that are no records; bytes of the quarantine file in ``quarantine_size``.
        repeated: records that came again and were left out.
        pages: pages received.
        passes: how often the list was begun.
        announced: how many records the server says the list has.
        quarantine_size: bytes of the quarantine file.
    """

    query: Query
    begun: str
    cursor: str = "*"
    sizes: list[int] = msgspec.field(default_factory=list)
    records: int = 0
    quarantined: int = 0
    repeated: int = 0
    pages: int = 0
    passes: int = 1
    announced: int | None = None
    quarantine_size: int = 0


class Folder:
    """The folder ``openalex-ENTITY-DAY-HASH`` of one fetch.

    Attributes:
        path: the folder.
        journal: how far it came.
    """

    def __init__(self, path: Path, journal: Journal) -> None:
        self.path = path
        self.journal = journal

    @classmethod
    def open(cls, out: Path, query: Query) -> Folder:
        """The unfinished fetch of this query, or a new one of today.

        Raises:
            CeyuanError: ``bad-journal`` if an unfinished one cannot be gone on with; ``unreadable-file``.
        """
        name = f"openalex-{query.entity}"
        for path in sorted(out.glob(f"{name}-*-{query.short_hash}"), reverse=True):
            if (path / JOURNAL).is_file() and not (path / MANIFEST).is_file():
                return cls(path, _read_journal(path, query))
        today = datetime.now(UTC).date().isoformat()
        path = out / f"{name}-{today}-{query.short_hash}"
        if not (path / MANIFEST).is_file():
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise fail(
                    "unreadable-file", f"cannot be made: {error.strerror}", file=str(path)
                ) from None
        return cls(path, Journal(query, today))

    @property
    def finished(self) -> bool:
        """Whether the fetch is complete."""
        return (self.path / MANIFEST).is_file()

    @property
    def parts(self) -> list[Path]:
        """The part files, in order."""
        return [
            self.path / f"part_{number:04d}.jsonl.gz" for number in range(len(self.journal.sizes))
        ]

    def recover(self) -> set[str]:
        """Cut off what was not entered in the journal; the identifiers of all records that are there.

        Raises:
            CeyuanError: ``bad-journal`` if a part is shorter than the journal says.
        """
        quarantine = self.path / QUARANTINE
        for path, size in [
            *zip(self.parts, self.journal.sizes, strict=True),
            (quarantine, self.journal.quarantine_size),
        ]:
            there = path.stat().st_size if path.is_file() else 0
            if there < size:
                raise fail(
                    "bad-journal",
                    f"it has {there:,} bytes, and {size:,} by the journal",
                    file=str(path),
                )
            if there > size:
                os.truncate(path, size)
        for path in self.path.glob("part_*.jsonl.gz"):
            if path not in self.parts:
                path.unlink()
        return set(self._ids())

    def _ids(self) -> Iterator[str]:
        decoder = msgspec.json.Decoder(Identified)
        for part in self.parts:
            for _, line in LineFile(part):
                yield decoder.decode(line).id

    def write_page(self, records: Sequence[bytes], bad: Sequence[bytes], part_size: int) -> None:
        """Write a page's records, and its quarantine entries, durably; the journal's counts are the caller's."""
        journal = self.journal
        if records:
            if not journal.sizes or journal.sizes[-1] >= part_size:
                journal.sizes.append(0)
            member = gzip.compress(b"".join(r + b"\n" for r in records), compresslevel=6, mtime=0)
            journal.sizes[-1] = _append(self.parts[-1], journal.sizes[-1], member)
        if bad:
            entries = b"".join(b + b"\n" for b in bad)
            journal.quarantine_size = _append(
                self.path / QUARANTINE, journal.quarantine_size, entries
            )

    def save(self) -> None:
        """Enter what has been written in the journal."""
        replace_file(
            self.path / JOURNAL,
            msgspec.json.format(msgspec.json.encode(self.journal), indent=2) + b"\n",
        )


class Identified(msgspec.Struct):
    """A record, as far as a fetch looks at it."""

    id: str


def _append(path: Path, size: int, content: bytes) -> int:
    with path.open("ab") as stream:
        stream.truncate(size)  # what an earlier attempt may have left behind
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return size + len(content)


def _read_journal(path: Path, query: Query) -> Journal:
    file = path / JOURNAL
    try:
        journal = msgspec.json.decode(file.read_bytes(), type=Journal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise fail("bad-journal", f"not readable: {error}", file=str(file)) from None
    if journal.query != query:
        raise fail("bad-journal", "it belongs to another query", file=str(file))
    return journal
