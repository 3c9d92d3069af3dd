"""Raw tables: the cells of a file in the engine, each row with its line, nothing interpreted yet.

Clean CSV goes straight through the engine's parallel reader, where a row's line is its position. A file with anything that
could shift lines or lose cells (quotes over lines, blank lines, ragged rows, foreign bytes) is read again with care, line
by line; so are XLSX and JSON lines. Parquet is not copied at all.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Self

import duckdb
import msgspec
import openpyxl
import pyarrow as pa

from ceyuan.engine import Engine, identifier, literal, path_literal
from ceyuan.errors import CeyuanError, fail
from ceyuan.records.files import LONGEST_LINE, FileFacts, RecordFile, lines_of, require, wrong_encoding_hint
from ceyuan.tabular.shown import shown
from ceyuan.workspace.tables import TableSpec

RAW = "raw"
_BATCH = 20_000
_BATCH_SIZE = 1 << 24
_LONGEST_ROW = 10_000


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells as the engine's relation ``raw``.

    Attributes:
        columns: the file's column names, each with the engine's column (``c0``) and type.
        row: SQL for a row's running number.
        line: SQL for its line (of a Parquet file: its row, from 1).
        has_faults: whether there is a column ``_fault`` with a reason code for rows that could not be split into cells.
        correction: SQL for the numbers of the declared corrections that changed a row.
        above: the texts that stand above the column names.
    """

    columns: dict[str, tuple[str, str]]
    row: str
    line: str
    has_faults: bool
    correction: str = "CAST(NULL AS VARCHAR)"
    above: tuple[str, ...] = ()


Row = tuple[int, list[str | None], str | None]
"""A line number, the cells, and a reason code if the row is broken."""


def load_csv(engine: Engine, file: RecordFile, spec: TableSpec, facts: FileFacts, plain: Path | None) -> RawTable:
    """Load a CSV or TSV file; see the module's introduction.

    Raises:
        CeyuanError: ``bad-header``, ``nul-byte``, ``bad-csv`` (no newline at all), ``bad-encoding`` (of the header).
    """
    require(file, not facts.has_nul, "nul-byte", "the file holds NUL bytes: it is no text in the declared encoding")
    macintosh = facts.lines == 1 and facts.lone_returns
    require(file, not macintosh, "bad-csv", "the lines end with a carriage return alone, not with a newline", 1)
    delimiter = spec.delimiter or ("\t" if file.format == "tsv" else ",")
    foreign: set[int] = set()
    lines = _text_lines(file, spec.encoding, plain, foreign)
    above = tuple(islice(lines, spec.header - 1))
    feed = _Feed(lines, spec.header)
    rows = _careful_rows(feed, delimiter, foreign)
    header = _header(file, spec, rows)
    clean = plain is not None and not facts.blank_lines and not facts.lone_returns and feed.number == spec.header + 1
    if plain is not None and clean and _load_fast(engine, plain, header, delimiter, spec, facts):
        columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(header)}
        return RawTable(columns, "raw.rowid", f"raw.rowid + {spec.header + 1}", has_faults=False, above=above)
    return replace(_fill(engine, header, rows), above=above)


def _load_fast(
    engine: Engine, plain: Path, header: list[str], delimiter: str, spec: TableSpec, facts: FileFacts
) -> bool:
    """Whether the engine's own reader gave one row for each line, so that positions are lines."""
    types = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header))) + "}"
    quote = "'\"'" if facts.quotes else "''"
    source = (
        f"read_csv({path_literal(plain)}, auto_detect = false, header = false, skip = {spec.header}, "
        f"delim = {literal(delimiter)}, quote = {quote}, escape = {quote}, columns = {types}, "
        "strict_mode = true, null_padding = false, hive_partitioning = false, max_line_size = 16000000)"
    )
    try:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} AS SELECT * FROM {source}")
    except duckdb.Error:
        return False
    return bool(engine.value(f"SELECT count(*) FROM {RAW}") == facts.lines - spec.header)


def _header(file: RecordFile, spec: TableSpec, rows: Iterator[Row]) -> list[str]:
    line, header, fault = next(((n, c, f) for n, c, f in rows if n >= spec.header), (spec.header, [], None))
    names = [(cell or "").strip() for cell in header]
    require(file, any(names), "bad-header", f"there is no line {spec.header} with column names", line)
    require(file, fault is None, fault or "", "the line of column names cannot be read as declared", line)
    for position, name in enumerate(names):
        twice = name in names[:position]
        require(file, not (twice and name), "bad-header", f"the column {name!r} stands twice", line)
    unnamed = (f"column {i}" for i in range(1, 2 * len(names) + 1))
    return [name or next(n for n in unnamed if n not in names) for name in names]


class _Feed:
    """Lines for the CSV reader, which can be read again after a row that went wrong.

    Attributes:
        number: number of the next line.
        row: the lines of the row at hand.
    """

    def __init__(self, lines: Iterator[str], number: int) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.number = number
        self.row: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self.row) == _LONGEST_ROW:
            raise StopIteration  # a quotation mark that nobody closes must not swallow the rest of the file
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.row.append(line)
        return line

    def back_to_second(self) -> str:
        """Give all lines of the row back but the first; returns that one."""
        first, *others = self.row
        self._again += reversed(others)
        self.number -= len(others)
        return first


def _careful_rows(feed: _Feed, delimiter: str, foreign: set[int]) -> Iterator[Row]:
    """Rows of a delimited file with their lines; broken ones are marked. The first row says how many cells there are.

    After an open quotation mark only the line where it stands is lost: reading goes on with the next one.
    """
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while True:
        feed.row.clear()
        first = feed.number
        try:
            cells: list[str | None] = list(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield first, [feed.back_to_second().rstrip("\r\n")], "bad-csv"
            continue
        if not cells:
            continue
        fault = "bad-encoding" if foreign and not foreign.isdisjoint(range(first, feed.number)) else None
        width = width or len(cells)
        yield first, cells, fault or ("ragged-row" if len(cells) != width else None)


def _text_lines(file: RecordFile, encoding: str, plain: Path | None, foreign: set[int]) -> Iterator[str]:
    """The lines of a file as text; the numbers of those that are not in the declared encoding go to ``foreign``."""
    if plain is not None:
        file, encoding = RecordFile(plain, file.shown_as, file.format), "utf-8"
    for number, line in enumerate(lines_of(file), start=1):
        text = _decode(line, encoding, number, foreign)
        yield (text.removeprefix("\ufeff") if number == 1 else text) + "\n"


def _decode(line: bytes, encoding: str, number: int, foreign: set[int]) -> str:
    try:
        return line.decode(encoding)
    except UnicodeError:
        foreign.add(number)
        return line.decode(wrong_encoding_hint(line) or "utf-8", "backslashreplace")


def load_xlsx(engine: Engine, file: RecordFile, spec: TableSpec) -> RawTable:
    """Load one sheet of an XLSX file; a row's line is its row in the sheet.

    Raises:
        CeyuanError: ``bad-xlsx``, ``bad-header``, ``empty-file``.
    """
    with _open_book(file) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if not sheets or (spec.sheet is not None and spec.sheet not in sheets):
            message = f"there is no sheet {spec.sheet!r}" if sheets else "there is no sheet with cells"
            hint = f"Sheets: {', '.join(sheets)}" if sheets else None
            raise fail("bad-xlsx", message, file=file.shown_as, hint=hint)
        rows = _sheet_rows(_sheet_texts(file, sheets[spec.sheet or next(iter(sheets))]), spec.header)
        above = [cell for _, cells, _ in islice(rows, spec.header - 1) for cell in cells if cell]
        return replace(_fill(engine, _header(file, spec, rows), rows), above=tuple(above))


@contextmanager
def _open_book(file: RecordFile) -> Iterator[Any]:
    try:
        book = openpyxl.load_workbook(file.path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes its reader raise anything
        raise _bad_book(file, error) from None
    try:
        yield book
    finally:
        book.close()


def _sheet_texts(file: RecordFile, sheet: Any) -> Iterator[list[str | None]]:
    # Some programs write a wrong extent into the sheet; openpyxl would then leave out what is beyond it.
    sheet.reset_dimensions()
    try:
        for cells in sheet.iter_rows():
            yield [shown(cell.value, cell.number_format or "General") for cell in cells]
    except Exception as error:  # noqa: BLE001 - as above
        raise _bad_book(file, error) from None


def _bad_book(file: RecordFile, error: Exception) -> CeyuanError:
    reason = re.sub(r"\s+", " ", str(error))[:160] or type(error).__name__
    return fail("bad-xlsx", f"not a readable XLSX file: {reason}", file=file.shown_as)


def _sheet_rows(rows: Iterable[list[str | None]], header: int) -> Iterator[Row]:
    width = 0
    for number, cells in enumerate(rows, start=1):
        if number == header:
            while cells and cells[-1] is None:
                cells.pop()
            width = len(cells)
        elif width:
            more = any(c is not None for c in cells[width:])
            padded = (cells + [None] * width)[:width]
            if all(c is None for c in padded) and not more:
                continue
            yield number, padded, "ragged-row" if more else None
            continue
        yield number, cells, None


def load_jsonl(engine: Engine, file: RecordFile, paths: list[str]) -> RawTable:
    """Load JSON lines; columns are dotted paths into each object, lists and objects stay JSON text."""
    return _fill(engine, [*paths, "_raw"], _json_rows(file, paths))


def _json_rows(file: RecordFile, paths: list[str]) -> Iterator[Row]:
    # Numbers keep the digits that they were written with.
    decoder = msgspec.json.Decoder(float_hook=msgspec.Raw)
    for number, line in enumerate(lines_of(file), start=1):
        plain = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if plain.strip():
            yield _json_row(decoder, plain, number, paths)


def _json_row(decoder: msgspec.json.Decoder[Any], line: bytes, number: int, paths: list[str]) -> Row:
    try:
        value = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return number, [*([None] * len(paths)), line.decode("utf-8", "backslashreplace")], "bad-json"
    return number, [*(_json_text(value, path) for path in paths), None], None


def _json_text(value: dict[str, Any], path: str) -> str | None:
    found = value[path] if path in value else _follow(value, path.split("."))
    if found is None or isinstance(found, str):
        return found
    return msgspec.json.encode(found).decode()


def _follow(value: Any, path: list[str]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def load_parquet(engine: Engine, file: RecordFile) -> RawTable:
    """Look into a Parquet file; nothing is copied.

    Raises:
        CeyuanError: ``bad-parquet``.
    """
    source = f"read_parquet({path_literal(file.path)}, file_row_number = true, hive_partitioning = false)"
    try:
        types = engine.columns(source)
        engine.run(f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT * FROM {source}")
        engine.value(f"SELECT count(*) FROM {RAW}")
    except duckdb.Error as error:
        raise bad_parquet(file, error) from None
    columns = {name: (name, kind) for name, kind in types.items() if name != "file_row_number"}
    return RawTable(columns, "raw.file_row_number", "raw.file_row_number + 1", has_faults=False)


def bad_parquet(file: RecordFile, error: duckdb.Error) -> CeyuanError:
    """The problem of a Parquet file that the engine cannot read."""
    message = re.sub(r"\s+", " ", str(error))[:160]
    return fail("bad-parquet", f"not a readable Parquet file: {message}", file=file.shown_as)


def _fill(engine: Engine, header: list[str], rows: Iterable[Row]) -> RawTable:
    """Write rows into the engine in batches."""
    width = len(header)
    schema = pa.schema(
        [("_line", pa.int64()), ("_fault", pa.string())] + [(f"c{i}", pa.string()) for i in range(width)]
    )
    declared = ", ".join(f"{identifier(f.name)} {'BIGINT' if f.name == '_line' else 'VARCHAR'}" for f in schema)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} ({declared})")
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(cell) for cell in row[1] if cell)
        if len(batch) == _BATCH or size > _BATCH_SIZE:
            engine.append(RAW, _table(batch, schema, width))
            batch, size = [], 0
    if batch:
        engine.append(RAW, _table(batch, schema, width))
    columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(header)}
    return RawTable(columns, "raw.rowid", "raw._line", has_faults=True)


def _table(batch: list[Row], schema: pa.Schema, width: int) -> pa.Table:
    # A row that is too long keeps its surplus in the last cell, so that quarantine shows all of it.
    cells = [
        ([*c[: width - 1], ",".join(x or "" for x in c[width - 1 :])]) if len(c) > width else c for _, c, _ in batch
    ]
    columns: list[list[Any]] = [[line for line, _, _ in batch], [fault for _, _, fault in batch]]
    columns += [[row[i] if i < len(row) else None for row in cells] for i in range(width)]
    return pa.table(columns, schema=schema)
