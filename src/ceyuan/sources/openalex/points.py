"""OpenAlex works and institutions → points, documents, contributions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from ceyuan.engine import literal
from ceyuan.sources.accounts import FileAccount, ReadingReport, TableAccount
from ceyuan.sources.lines import LineFile
from ceyuan.sources.openalex.files import PARQUET, Files, find_files, require_institutions
from ceyuan.sources.openalex.records import (
    Institution,
    Site,
    UnusableError,
    Work,
    class_rows,
    contribution_rows,
    document_row,
    institution_site,
    reference_rows,
    work_field,
    work_identity,
)
from ceyuan.sources.openalex.rows import RowFile
from ceyuan.sources.openalex.staging import CITATIONS, CLASSES, CONTRIBUTIONS, DOCUMENTS, Staging
from ceyuan.sources.outputs import About, ReaderRun, finish, open_run

T = TypeVar("T", bound=msgspec.Struct)
Progress = Callable[[str, str], None]


def openalex_points(
    inputs: Sequence[Path],
    out: Path,
    *,
    institutions: Sequence[Path] = (),
    vintage: str | None = None,
    partial: bool = False,
    memory: str = "1GB",
    progress: Progress = lambda _stage, _item: None,
) -> ReadingReport:
    """Turn OpenAlex works into points: one for each author and institution, at the institution's coordinates.

    An author without a known institution has a point without a position, so that the share that cannot be located is
    shown, not lost. A work that stands in several partitions counts once, in its newest version.

    Args:
        inputs: the snapshot's folder, a folder fetched from the API, or files of works (JSON lines, packed or not).
        out: the points file; documents, contributions, quarantine and manifest are written beside it.
        institutions: folders or files with institutions, where they are not in the inputs.
        vintage: the edition; from the names of partitions and folders if None.
        partial: a part of the snapshot is meant: files that its manifest names may be missing.
        memory: how much the engine may use.
        progress: is told stage and file.

    Raises:
        CeyuanError: ``source-no-input``, ``source-missing-table``, ``snapshot-incomplete``, ``truncated-gzip``,
            ``unreadable-file``, ``unknown-format``; nothing is written then.
    """
    files = find_files(inputs, institutions, partial=partial)
    require_institutions(files, inputs)
    with open_run(out, memory) as run:
        reader = _Reader(run, files, progress)
        sites = reader.read_institutions()
        reader.read_works(sites)
        superseded = _set_aside_older(run)
        works = reader.accounts["works"]
        reader.accounts["works"] = TableAccount(
            works.read, works.kept - superseded, works.quarantined + superseded
        )
        references = int(run.engine.value("SELECT count(*) FROM citations"))
        bad = reader.bad_references
        reader.accounts["references"] = TableAccount(references + bad, references, bad)
        about = About(
            "openalex",
            vintage or files.vintage,
            reader.inputs,
            reader.accounts,
            _notes(files, reader.inputs),
        )
        classes = int(run.engine.value("SELECT count(*) FROM classes"))
        tables = ["documents", "contributions"]
        tables += ["citations"] * bool(references) + ["classes"] * bool(classes)
        return finish(run, about, _POINTS, tables, sort=False)


class _Reader:
    """Reads files one after the other and keeps the accounts."""

    def __init__(self, run: ReaderRun, files: Files, progress: Progress) -> None:
        self.run = run
        self.files = files
        self.progress = progress
        self.inputs: list[FileAccount] = []
        self.accounts: dict[str, TableAccount] = {}
        self.bad_references = 0

    def read_institutions(self) -> dict[str, Site]:
        """The places of all institutions; of several versions of one, the newest."""
        sites: dict[str, Site] = {}

        def keep(record: Institution, path: Path, line: int, raw: bytes) -> bool:
            name, site = institution_site(record)
            if name in sites:
                self.run.quarantine.add(
                    str(path), line, "superseded-record", f"{name} stands in a newer part too", raw
                )
                return False
            sites[name] = site
            return True

        self._read("institutions", self.files.institutions, Institution, keep)
        return sites

    def read_works(self, sites: dict[str, Site]) -> None:
        """Works and their authors, to the staging files."""
        documents = Staging(self.run.scratch / "documents.staging", DOCUMENTS)
        contributions = Staging(self.run.scratch / "contributions.staging", CONTRIBUTIONS)
        citations = Staging(self.run.scratch / "citations.staging", CITATIONS)
        classes = Staging(self.run.scratch / "classes.staging", CLASSES)
        seq = 0

        def keep(work: Work, path: Path, line: int, _raw: bytes) -> bool:
            nonlocal seq
            name, year, day = work_identity(work)
            documents.add([(seq, *document_row(work, name, day))])
            field = work_field(work)
            contributions.add(
                (seq, name, day, year, *row, field) for row in contribution_rows(work, name, sites)
            )
            cited, bad = reference_rows(work, name)
            citations.add((seq, *row) for row in cited)
            for text in bad:
                message = f"{name} refers to {text!r}, which is no identifier of a work"
                self.run.quarantine.add(str(path), line, "bad-record", message, text)
            self.bad_references += len(bad)
            classes.add((seq, *row) for row in class_rows(work, name))
            seq += 1
            return True

        with documents, contributions, citations, classes:
            self._read("works", self.files.works, Work, keep)
        for table in (documents, contributions, citations, classes):
            view = f"read_parquet({literal(str(table.path))})"
            self.run.engine.run(
                f"CREATE TEMP VIEW staged_{table.path.stem} AS SELECT * FROM {view}"
            )

    def _read(
        self,
        table: str,
        paths: Sequence[Path],
        form: type[T],
        keep: Callable[[T, Path, int, bytes], bool],
    ) -> None:
        kept = read = 0
        decoder = msgspec.json.Decoder(form)
        for path in paths:
            self.progress(table, path.name)
            file = (
                RowFile(path, [f.name for f in msgspec.structs.fields(form)])
                if path.suffix == PARQUET
                else LineFile(path)
            )
            in_file = 0
            for number, line in file:
                if not line.strip():
                    continue
                in_file += 1
                try:
                    kept += keep(decoder.decode(line), path, number, line)
                except (
                    msgspec.DecodeError,
                    UnicodeDecodeError,
                    RecursionError,
                    UnusableError,
                ) as error:
                    self.run.quarantine.add(str(path), number, _code(error), str(error), line)
            read += in_file
            self.inputs.append(FileAccount(str(path), file.size, file.sha256 or "", in_file))
        self.accounts[table] = TableAccount(read, kept, read - kept)


def _code(error: Exception) -> str:
    if isinstance(error, UnusableError):
        return error.code
    # msgspec raises ValidationError for JSON of another form, plain DecodeError for what is not JSON.
    return "bad-record" if isinstance(error, msgspec.ValidationError) else "bad-json"


_EXTRA = {
    "documents": "",
    "contributions": ", 'author' AS role",
    # A reference to what is not in these records is one all the same.
    "citations": ", CASE WHEN cited IN (SELECT id FROM staged_documents) THEN cited END AS cited_document, "
    "'author' AS origin, CAST(NULL AS VARCHAR) AS quote",
    "classes": "",
}
"""Columns of records that are not in the staging files."""


def _set_aside_older(run: ReaderRun) -> int:
    """Make the views ``documents`` and ``contributions`` without works that stand in a newer partition too."""
    run.engine.run(
        "CREATE TEMP TABLE older AS SELECT d._seq, d.id FROM staged_documents AS d JOIN "
        "(SELECT id, min(_seq) AS newest FROM staged_documents GROUP BY id HAVING count(*) > 1) AS twice "
        "ON d.id = twice.id AND d._seq <> twice.newest"
    )
    for name in _older(run):
        run.quarantine.add(
            "works",
            None,
            "superseded-record",
            f"{name} stands in a newer or an earlier part too",
            name,
        )
    for table, extra in _EXTRA.items():
        run.engine.run(
            f"CREATE TEMP VIEW {table} AS SELECT *{extra} FROM staged_{table} ANTI JOIN older USING (_seq)"
        )
    return int(run.engine.value("SELECT count(*) FROM older"))


def _older(run: ReaderRun, page: int = 10_000) -> Iterator[str]:
    last = -1
    while rows := run.engine.rows(
        f"SELECT _seq, id FROM older WHERE _seq > {last} ORDER BY _seq LIMIT {page}"
    ):
        yield from (name for _, name in rows)
        last = rows[-1][0]


_POINTS = """
    SELECT document AS record_id, 'publication' AS kind, contributor AS contributor_id, lat, lon, year,
           CAST(1 AS DOUBLE) AS weight, organisation AS institution_id, country, city, CAST(NULL AS VARCHAR) AS place,
           field
    FROM contributions
"""


def _notes(files: Files, inputs: Sequence[FileAccount]) -> list[str]:
    notes = [
        "positions are those of institutions; authors without one have a point without a position",
        "field is that of the primary topic",
        "year is publication_year; Hong Kong and Macao have country codes of their own (HK, MO)",
    ]
    counted = {Path(f.file): f.rows for f in inputs}
    for path, promise in files.promised.items():
        if path in counted and counted[path] != promise:
            notes.append(f"{path} holds {counted[path]:,} records, and {promise:,} by the manifest")
    return notes
