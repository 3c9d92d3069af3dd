"""Fetching a list from the API into a dated folder, page by page, so that a cut costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.hashes import file_sha256
from ceyuan.sources.accounts import FileAccount, now
from ceyuan.sources.openalex.client import Client, CursorRefusedError, Page, Patience
from ceyuan.sources.openalex.journal import JOURNAL, MANIFEST, QUARANTINE, Folder, Identified, Query
from ceyuan.version import __version__

BASE_URL = "https://api.openalex.org"
PART_SIZE = 256 << 20
_PASSES = 2  # how often a list that ends too early, or whose cursor is lost, is begun in one run


class FetchManifest(msgspec.Struct, frozen=True):
    """What was fetched; written when a fetch is complete.

    Attributes:
        ceyuan: version of this program.
        format: ``openalex-api``.
        entity: ``works`` or ``institutions``.
        base_url: the server.
        parameters: filter, fields, page size; never the key.
        begun: day on which the fetch began (UTC): the vintage.
        finished: when it was complete.
        announced: number of records that the server said the list has.
        received: records received: written + quarantined + repeated.
        records: records written.
        quarantined: records in the quarantine file.
        repeated: records that came again and were left out.
        pages: pages received.
        passes: how often the list was begun.
        files: the files with sizes and hashes.
    """

    ceyuan: str
    format: str
    entity: str
    base_url: str
    parameters: dict[str, str]
    begun: str
    finished: str
    announced: int | None
    received: int
    records: int
    quarantined: int
    repeated: int
    pages: int
    passes: int
    files: list[FileAccount]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete fetch.

    Attributes:
        folder: where it is.
        manifest: what it holds.
        retries: how often a page had to be asked for again in this run.
        fresh: whether anything was fetched now; False if it had been complete already.
    """

    folder: Path
    manifest: FetchManifest
    retries: int
    fresh: bool


def fetch_openalex(
    entity: str,
    out: Path,
    *,
    parameters: Mapping[str, str] | None = None,
    key: str | None = None,
    base_url: str = BASE_URL,
    patience: Patience | None = None,
    part_size: int = PART_SIZE,
    progress: Callable[[str, str], None] = lambda _stage, _item: None,
) -> Fetched:
    """Fetch all records of a list, or go on with a fetch that was cut off.

    Args:
        entity: ``works`` or ``institutions``.
        out: the folder in which a dated folder is made.
        parameters: ``filter``, ``search``, ``select``, ``per-page`` … as the API has them.
        key: the API key; it is sent and nowhere written.
        base_url: the server.
        patience: how the client waits.
        part_size: bytes after which a new part begins.
        progress: is told stage and counts.

    Raises:
        CeyuanError: ``fetch-refused``, ``fetch-rate-limited``, ``fetch-failed``, ``fetch-incomplete``, ``bad-journal``;
            what was fetched is kept, and the same call goes on.
    """
    query = Query(entity, dict(sorted((parameters or {}).items())), base_url)
    folder = Folder.open(out, query)
    if folder.finished:
        return Fetched(folder.path, _read_manifest(folder.path), 0, fresh=False)
    client = Client(base_url, key, patience or Patience())
    try:
        _Fetch(folder, client, part_size, progress).run()
        manifest = _finish(folder)
    finally:
        client.close()
    return Fetched(folder.path, manifest, client.retries, fresh=True)


class _Fetch:
    """One run of a fetch."""

    def __init__(
        self, folder: Folder, client: Client, part_size: int, progress: Callable[[str, str], None]
    ) -> None:
        self.folder = folder
        self.client = client
        self.part_size = part_size
        self.progress = progress
        self.seen = folder.recover()
        self.decoder = msgspec.json.Decoder(Identified)

    def run(self) -> None:
        """All pages; a list that breaks off is begun once more, keeping what is there."""
        for _ in range(_PASSES):
            if self._one_pass():
                return
            self._begin_anew()
        journal = self.folder.journal
        count = journal.records + journal.quarantined
        message = f"{count:,} of {journal.announced or 0:,} records came"
        raise fail("fetch-incomplete", message, file=str(self.folder.path))

    def _one_pass(self) -> bool:
        """From the journal's cursor to the end of the list; False if the list broke off."""
        journal = self.folder.journal
        used: set[str] = set()
        while journal.cursor not in used:  # a cursor that comes again leads in a circle
            used.add(journal.cursor)
            try:
                page = self.client.page(
                    journal.query.entity, {**journal.query.parameters, "cursor": journal.cursor}
                )
            except CursorRefusedError:
                return False
            self._keep(page)
            following = page.meta.next_cursor
            if not following or not page.results:
                return self._enough()
            journal.cursor = following
            self.folder.save()
            self.progress(
                journal.query.entity, f"{journal.records:,} of {journal.announced or 0:,}"
            )
        return False

    def _enough(self) -> bool:
        journal = self.folder.journal
        return journal.records + journal.quarantined >= (journal.announced or 0)

    def _begin_anew(self) -> None:
        journal = self.folder.journal
        journal.cursor = "*"
        journal.passes += 1
        # Bad records have no identifier to be known by again: they are met again in the next pass.
        journal.quarantined = journal.quarantine_size = 0
        self.folder.save()

    def _keep(self, page: Page) -> None:
        journal = self.folder.journal
        new: list[bytes] = []
        bad: list[bytes] = []
        for record in page.results:
            raw = bytes(record)
            try:
                name = self.decoder.decode(raw).id
            except msgspec.DecodeError as error:
                bad.append(_entry(journal.pages + 1, str(error), raw))
                continue
            if name in self.seen:
                journal.repeated += 1
                continue
            self.seen.add(name)
            new.append(_one_line(raw))
        self.folder.write_page(new, bad, self.part_size)
        journal.records += len(new)
        journal.quarantined += len(bad)
        journal.pages += 1
        journal.announced = page.meta.count if page.meta.count is not None else journal.announced


def _one_line(raw: bytes) -> bytes:
    """A record in one line; outside of its texts, line breaks mean nothing in JSON, and inside they are escaped."""
    return (
        raw
        if b"\n" not in raw and b"\r" not in raw
        else raw.replace(b"\r", b" ").replace(b"\n", b" ")
    )


def _entry(page: int, message: str, raw: bytes) -> bytes:
    record = raw.decode("utf-8", "backslashreplace")
    return msgspec.json.encode(
        {
            "file": f"page {page}",
            "line": None,
            "code": "bad-record",
            "message": message,
            "record": record,
        }
    )


def _finish(folder: Folder) -> FetchManifest:
    """Write the manifest: the fetch is complete."""
    journal = folder.journal
    quarantine = [folder.path / QUARANTINE] if journal.quarantine_size else []
    if not quarantine:
        (folder.path / QUARANTINE).unlink(missing_ok=True)
    files = [
        FileAccount(p.name, p.stat().st_size, file_sha256(p)) for p in [*folder.parts, *quarantine]
    ]
    manifest = FetchManifest(
        __version__, "openalex-api", journal.query.entity, journal.query.base_url, journal.query.parameters,
        journal.begun, now(), journal.announced, journal.records + journal.quarantined + journal.repeated,
        journal.records, journal.quarantined, journal.repeated, journal.pages, journal.passes, files,
    )  # fmt: skip
    replace_file(
        folder.path / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    )
    (folder.path / JOURNAL).unlink(missing_ok=True)
    return manifest


def _read_manifest(path: Path) -> FetchManifest:
    try:
        return msgspec.json.decode((path / MANIFEST).read_bytes(), type=FetchManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise fail(
            "bad-journal", f"the manifest is not readable: {error}", file=str(path / MANIFEST)
        ) from None
