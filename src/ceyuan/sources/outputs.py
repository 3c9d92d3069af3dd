"""The files that a reader writes: points for clusters, records for a workspace, quarantine, manifest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ceyuan.engine import Engine, EngineSettings, literal
from ceyuan.errors import fail
from ceyuan.hashes import file_sha256
from ceyuan.sources.accounts import FileAccount, ReadingReport, TableAccount
from ceyuan.sources.quarantine import Quarantine

POINT_COLUMNS = (
    "record_id", "kind", "contributor_id", "lat", "lon", "year", "weight", "institution_id", "country", "city", "place",
    "field",
)  # fmt: skip
"""Columns of a points file. One row is one contributor of one record at one address; latitude and longitude are WGS 84
degrees, empty where the source gives no position; ``weight`` multiplies the part that equal sharing gives a row;
``field`` is the field of technology or science of the record, the same on all its rows, empty where the source names none."""

DOCUMENT_COLUMNS = (
    "id",
    "type",
    "subtype",
    "title",
    "date",
    "granted",
    "office",
    "number",
    "field",
    "citations",
    "citation_percentile",
)
CITATION_COLUMNS = ("citing", "cited", "cited_document", "origin", "quote")
CLASS_COLUMNS = ("document", "scheme", "class", "label", "first")
CONTRIBUTION_COLUMNS = (
    "document", "role", "position", "contributor", "organisation", "organisation_type", "corresponding", "date", "lat",
    "lon", "country", "city",
)  # fmt: skip
DEAL_COLUMNS = (
    "id", "type", "round", "investee", "date", "amount", "currency", "field", "place", "lat", "lon", "country", "city",
)  # fmt: skip
_ORDER = {
    "documents": "id",
    "contributions": "document, position",
    "citations": "citing, cited",
    "classes": "document, scheme, class",
    "deals": "id",
}
RECORD_TABLES = {
    "documents": DOCUMENT_COLUMNS,
    "contributions": CONTRIBUTION_COLUMNS,
    "citations": CITATION_COLUMNS,
    "classes": CLASS_COLUMNS,
    "deals": DEAL_COLUMNS,
}


@dataclass(frozen=True)
class ReaderRun:
    """A reader at work.

    Attributes:
        out: the points file that is to be written; the others stand beside it.
        engine: for queries.
        scratch: a folder for what is only needed now.
        quarantine: where bad records go.
    """

    out: Path
    engine: Engine
    scratch: Path
    quarantine: Quarantine


def beside(out: Path, name: str) -> Path:
    """A further output of a run: ``points.parquet`` → ``points.documents.parquet``.

    >>> beside(Path("a/points.parquet"), "manifest.json").name
    'points.manifest.json'
    """
    return out.with_name(f"{out.stem}.{name}")


@contextmanager
def open_run(out: Path, memory: str = "1GB", threads: int | None = None) -> Iterator[ReaderRun]:
    """Prepare a run; whatever happens, nothing temporary stays.

    Args:
        out: the points file (``.parquet``).
        memory: how much the engine may use, as DuckDB writes it.
        threads: threads it may use; all if None.

    Raises:
        CeyuanError: ``unknown-format`` if the file is not to be Parquet; ``unreadable-file`` if the folder cannot be
            written.
    """
    if out.suffix.lower() != ".parquet":
        raise fail(
            "unknown-format", f"points are written as Parquet, not as {out.name!r}", file=str(out)
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{out.stem}-", dir=out.parent))
    except OSError as error:
        raise fail(
            "unreadable-file", f"cannot be written: {error.strerror}", file=str(out)
        ) from None
    try:
        engine = Engine(EngineSettings(scratch / "engine", memory, threads))
        with engine, Quarantine(scratch / "quarantine.jsonl") as quarantine:
            yield ReaderRun(out, engine, scratch, quarantine)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class About:
    """What a report says that the tables do not.

    Attributes:
        format: the foreign format.
        vintage: the edition.
        inputs: the files read.
        accounts: table → account.
        notes: what a user must know.
    """

    format: str
    vintage: str | None
    inputs: Sequence[FileAccount]
    accounts: Mapping[str, TableAccount]
    notes: Sequence[str] = ()


def finish(
    run: ReaderRun, about: About, points: str, tables: Sequence[str], *, sort: bool = True
) -> ReadingReport:
    """Write all outputs from relations of the engine; they replace earlier ones only when all are complete.

    Args:
        run: the run.
        about: what the manifest says beside counts.
        points: a query with the columns of :data:`POINT_COLUMNS`.
        tables: names of relations in the engine, each with the columns of :data:`RECORD_TABLES`.
        sort: whether the records are sorted, so that the same inputs give the same files; not needed where they keep
            the order of the source.
    """
    queries = {"points": f"SELECT {', '.join(POINT_COLUMNS)} FROM ({points})"}
    for table in tables:
        order = f" ORDER BY {_ORDER[table]}" if sort else ""
        queries[table] = f"SELECT {', '.join(RECORD_TABLES[table])} FROM {table}{order}"
    written: dict[Path, Path] = {}
    rows: dict[Path, int] = {}
    for name, query in queries.items():
        final = run.out if name == "points" else beside(run.out, f"{name}.parquet")
        written[final] = run.scratch / f"{name}.parquet"
        rows[final] = run.engine.copy_to_parquet(query, written[final])
    counts = _count_points(run.engine, written[run.out])
    run.quarantine.close()
    written[beside(run.out, "quarantine.jsonl")] = run.quarantine.path
    rows[beside(run.out, "quarantine.jsonl")] = len(run.quarantine)
    outputs = [
        FileAccount(f.name, p.stat().st_size, file_sha256(p), rows[f]) for f, p in written.items()
    ]
    report = ReadingReport(
        about.format, about.vintage, tuple(about.inputs), dict(about.accounts), counts,
        dict(sorted(run.quarantine.reasons.items())), tuple(outputs), tuple(about.notes),
    )  # fmt: skip
    _check(report)
    beside(run.out, "manifest.json").unlink(missing_ok=True)
    for name in RECORD_TABLES:
        # another format's, from an earlier run
        beside(run.out, f"{name}.parquet").unlink(missing_ok=True)
    for final, temporary in written.items():
        temporary.replace(final)
    report.write(beside(run.out, "manifest.json"))
    return report


def _count_points(engine: Engine, path: Path) -> dict[str, int]:
    source = f"read_parquet({literal(str(path))})"
    ((rows, located),) = engine.rows(f"SELECT count(*), count(lat) FROM {source}")
    # can spill
    records = engine.value(
        f"SELECT count(*) FROM (SELECT record_id FROM {source} GROUP BY record_id)"
    )
    return {"rows": rows, "located": located, "unlocated": rows - located, "records": records}


def _check(report: ReadingReport) -> None:
    quarantined = sum(a.quarantined for a in report.accounts.values())
    if quarantined != sum(report.reasons.values()):
        raise ArithmeticError(
            f"{quarantined} records are quarantined, the file has {sum(report.reasons.values())}"
        )
