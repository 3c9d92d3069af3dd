"""Foreign tables as text files: commas, semicolons, pipes or tabs, plain, gzipped or zipped, in any letter case.

Each is copied into the engine as text, only the columns that are used. Lines that are no rows go to quarantine with the
engine's message. Then :func:`sort_out` parts good rows from bad ones.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ceyuan.engine import identifier, literal
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.hashes import file_sha256
from ceyuan.sources.accounts import FileAccount, TableAccount
from ceyuan.sources.outputs import ReaderRun
from ceyuan.tabular.opening import TableFile, unpacked

_DELIMITERS = ("\t", "|", ";", ",")
_PAGE = 10_000
_LAYOUT_HINT = "Give the table in its published layout; for deals, name the column with --column"
_REJECTED = {
    "MISSING COLUMNS": "ragged-row", "TOO MANY COLUMNS": "ragged-row", "INVALID ENCODING": "bad-encoding",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignColumns:
    """The columns of a foreign table that are used.

    Attributes:
        needed: our name → names that the column may have; compared without letter case.
        optional: the same for columns that may be absent.
        quoted: whether cells may stand in double quotes.
    """

    needed: Mapping[str, Sequence[str]]
    optional: Mapping[str, Sequence[str]]
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table in the engine, every column as text.

    Attributes:
        name: its name there.
        shown_as: what the quarantine calls it.
        rows: rows in it.
        rejected: lines that were no rows.
        files: the files that it came from.
        columns: our names of the columns that it has; absent optional ones are there too, empty.
    """

    name: str
    shown_as: str
    rows: int
    rejected: int
    files: tuple[FileAccount, ...]
    columns: frozenset[str]


def load_table(
    run: ReaderRun,
    name: str,
    paths: Sequence[Path],
    layout: ForeignColumns,
    encoding: str = "utf-8",
) -> Loaded:
    """Copy the used columns of one table, which may lie in several files, into the engine.

    Raises:
        CeyuanError: ``missing-column`` for every needed column that is not there, ``empty-file``, ``truncated-gzip``,
            ``unreadable-file``, ``bad-csv``.
    """
    columns = [*layout.needed, *layout.optional]
    declared = ", ".join(f"{identifier(c)} VARCHAR" for c in columns)
    run.engine.run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} ({declared})")
    rejected, facts, present = 0, [], set[str]()
    for path in paths:
        if not path.is_file():
            raise fail("unreadable-file", "there is no such file", file=str(path))
        plain = unpacked(TableFile(path, str(path)), run.scratch / f"{path.stem}.unpacked")
        found, header, delimiter = _columns(plain, path, layout, encoding)
        bad = _copy(run, name, plain, path, _Csv(found, header, delimiter, layout.quoted, encoding))
        present |= set(found)
        rejected += bad
        facts.append(FileAccount(str(path), path.stat().st_size, file_sha256(path)))
        if plain != path:
            plain.unlink()
    rows = int(run.engine.value(f"SELECT count(*) FROM {identifier(name)}"))
    return Loaded(
        name, ", ".join(str(p) for p in paths), rows, rejected, tuple(facts), frozenset(present)
    )


@dataclass(frozen=True, slots=True)
class _Csv:
    """How a file is read: our column → its number, all header cells, separator, quotes, encoding."""

    found: Mapping[str, int]
    header: Sequence[str]
    delimiter: str
    quoted: bool
    encoding: str


def _columns(
    plain: Path, path: Path, layout: ForeignColumns, encoding: str
) -> tuple[dict[str, int], list[str], str]:
    with plain.open("rb") as stream:
        first = stream.readline(1 << 20)
    if not first.strip():
        raise fail("empty-file", "there is no header", file=str(path))
    text = first.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace").rstrip("\r\n")
    delimiter = max(_DELIMITERS, key=text.count)
    header = [
        cell.strip().strip('"').lower() for cell in next(csv.reader([text], delimiter=delimiter))
    ]
    found: dict[str, int] = {}
    problems = []
    for column, names in {**layout.needed, **layout.optional}.items():
        at = [header.index(n.lower()) for n in names if n.lower() in header]
        if at:
            found[column] = at[0]
        elif column in layout.needed:
            message = f"there is no column {' or '.join(names)}, only {', '.join(header)}"
            hint = did_you_mean(names[0].lower(), header) or _LAYOUT_HINT
            problems.append(Problem("missing-column", message, str(path), 1, hint))
    if problems:
        raise CeyuanError(problems)
    return found, header, delimiter


def _copy(run: ReaderRun, name: str, plain: Path, path: Path, how: _Csv) -> int:
    """Add a file's rows to the table; lines that are no rows go to quarantine, and their number comes back."""
    quotes = "quote = '\"', escape = '\"'" if how.quoted else "quote = '', escape = ''"
    types = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(how.header)))
    cells = ", ".join(
        f"nullif(trim(trim(c{i}), '\"'), '') AS {identifier(c)}" for c, i in how.found.items()
    )
    source = (
        f"read_csv({literal(str(plain))}, delim = {literal(how.delimiter)}, header = true, auto_detect = false, "
        f"{quotes}, encoding = {literal(how.encoding)}, columns = {{{types}}}, ignore_errors = true, "
        "store_rejects = true, max_line_size = 16777216)"
    )
    try:
        run.engine.run(f"INSERT INTO {identifier(name)} BY NAME SELECT {cells} FROM {source}")
    except duckdb.Error as error:
        message = " ".join(str(error).split())[:200]
        raise fail("bad-csv", f"cannot be read as a table: {message}", file=str(path)) from None
    return _rejects(run, path)


def _rejects(run: ReaderRun, path: Path) -> int:
    lines = (
        "SELECT line, min(error_type) AS kind, min(error_message) AS message, min(csv_line) AS text "
        "FROM reject_errors GROUP BY line"
    )
    count, last = 0, -1
    while rows := run.engine.rows(
        f"SELECT * FROM ({lines}) WHERE line > {last} ORDER BY line LIMIT {_PAGE}"
    ):
        for line, kind, message, text in rows:
            code = _REJECTED.get(kind, "bad-csv")
            run.quarantine.add(
                str(path), line, code, " ".join(message.split())[:200], (text or "").strip()
            )
        count += len(rows)
        last = rows[-1][0]
    run.engine.run("DROP TABLE reject_errors")
    run.engine.run("DROP TABLE reject_scans")
    return count


Check = tuple[str, str, str]
"""A condition that bad rows meet, the code, and an SQL expression for the message."""


def numbered(table: str, key: str) -> str:
    """SQL of the column ``_number`` that counts the rows of one key in the order of the file; a repeated key has more than 1.

    Args:
        table: the table or its alias.
        key: columns or expressions, divided by commas.

    >>> numbered("p", "p.id")
    'row_number() OVER (PARTITION BY p.id ORDER BY p.rowid) AS _number'
    """
    return f"row_number() OVER (PARTITION BY {key} ORDER BY {table}.rowid) AS _number"


def sort_out(
    run: ReaderRun, loaded: Loaded, query: str, checks: Sequence[Check], name: str
) -> TableAccount:
    """Part good rows from bad ones.

    Args:
        run: the run.
        loaded: the table whose rows these are.
        query: a query that gives exactly one row for each row of that table, with the table's rowid as ``_row``.
        checks: the first that a row meets is its reason.
        name: the table of good rows that is made.

    Returns:
        The account of the table, rejected lines included.
    """
    codes = " ".join(f"WHEN {condition} THEN {literal(code)}" for condition, code, _ in checks)
    messages = " ".join(f"WHEN {condition} THEN {message}" for condition, _, message in checks)
    run.engine.run(
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT *, CASE {codes} END AS _code, "
        f"CASE {messages} END AS _message FROM ({query})"
    )
    run.engine.run(
        f"CREATE TEMP TABLE {identifier(name)} AS SELECT * EXCLUDE (_code, _message) FROM judged WHERE _code IS NULL"
    )
    bad = _quarantine_rows(run, loaded)
    run.engine.drop("judged")
    kept = int(run.engine.value(f"SELECT count(*) FROM {identifier(name)}"))
    return TableAccount(loaded.rows + loaded.rejected, kept, bad + loaded.rejected)


def _quarantine_rows(run: ReaderRun, loaded: Loaded) -> int:
    """Write the bad rows in the order of the file, so that a second run gives the same quarantine."""
    columns = list(run.engine.columns("judged"))
    last, count = -1, 0
    select = "SELECT * FROM judged WHERE _code IS NOT NULL"
    while rows := run.engine.rows(f"{select} AND _row > {last} ORDER BY _row LIMIT {_PAGE}"):
        for cells in rows:
            row: dict[str, Any] = dict(zip(columns, cells, strict=True))
            code, message, last = row.pop("_code"), row.pop("_message"), row.pop("_row")
            row.pop("_number", None)
            run.quarantine.add(loaded.shown_as, None, code, message or "", _shown(row))
        count += len(rows)
    return count


def _shown(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in row.items()}


def position_checks(lat: str = "lat", lon: str = "lon") -> list[Check]:
    """The checks of columns that hold coordinates as text; both may be empty."""
    number = "{0} IS NOT NULL AND coalesce(NOT isfinite(TRY_CAST({0} AS DOUBLE)), TRUE)"
    return [
        (
            f"({number.format(lat)}) OR ({number.format(lon)})",
            "bad-number",
            f"'the position ' || coalesce({lat}, '') || ' ' || coalesce({lon}, '') || ' is no pair of numbers'",
        ),
        (
            f"({lat} IS NULL) <> ({lon} IS NULL)",
            "bad-record",
            "'the position has a latitude or a longitude, not both'",
        ),
        (
            f"abs(TRY_CAST({lat} AS DOUBLE)) > 90 OR abs(TRY_CAST({lon} AS DOUBLE)) > 180",
            "out-of-range",
            f"'the position ' || {lat} || ' ' || {lon} || ' is not on Earth'",
        ),
    ]


def find_tables(
    inputs: Sequence[Path], names: Mapping[str, str], needed: Sequence[str]
) -> dict[str, list[Path]]:
    """Which file holds which table, by the names of the files.

    Args:
        inputs: files, and folders of files.
        names: table → a text that the file's name contains, compared without letter case.
        needed: tables that must be there.

    Raises:
        CeyuanError: ``source-no-input`` for inputs that are not there, ``source-missing-table`` for needed tables.
    """
    problems = [
        Problem("source-no-input", "there is no such file or folder", str(p))
        for p in inputs
        if not p.exists()
    ]
    files = [
        f for p in inputs for f in (sorted(p.rglob("*")) if p.is_dir() else [p]) if f.is_file()
    ]
    found = {t: [f for f in files if text.lower() in f.name.lower()] for t, text in names.items()}
    if not problems:
        shown = ", ".join(str(p) for p in inputs)
        problems += [
            Problem("source-missing-table", f"no file in {shown} is called …{names[t]}…")
            for t in needed
            if not found[t]
        ]
    if problems:
        raise CeyuanError(problems)
    return {t: paths for t, paths in found.items() if paths}
