"""Raw tables: the cells of a file in the engine, each row with its line, nothing interpreted yet.

Clean CSV goes straight through the engine's parallel reader, where a row's line is its position. A file with anything that
could shift lines or lose cells (quotes over lines, blank lines, ragged rows, foreign bytes) is read again with care, line
by line; so are XLSX and JSON lines. Parquet is not copied at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
import msgspec
import openpyxl
import pyarrow as pa

from ceyuan.engine import Engine, identifier, literal
from ceyuan.errors import fail
from ceyuan.records.files import FileFacts, RecordFile, blocks, require, wrong_encoding_hint
from ceyuan.workspace.tables import TableSpec

RAW = "raw"
_BATCH = 20_000
_MAX_FIELD = 1 << 27


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells as the engine's relation ``raw``.

    Attributes:
        columns: the file's column names, each with the engine's column (``c0``) and type.
        row: SQL for a row's running number.
        line: SQL for its line (of a Parquet file: its row, from 1).
        has_faults: whether there is a column ``_fault`` with a reason code for rows that could not be split into cells.
        correction: SQL for the numbers of the declared corrections that changed a row.
    """

    columns: dict[str, tuple[str, str]]
    row: str
    line: str
    has_faults: bool
    correction: str = "CAST(NULL AS VARCHAR)"


Row = tuple[int, list[str | None], str | None]
"""A line number, the cells, and a reason code if the row is broken."""


def load_csv(engine: Engine, file: RecordFile, spec: TableSpec, facts: FileFacts, plain: Path | None) -> RawTable:
    """Load a CSV or TSV file; see the module's introduction.

    Raises:
        CeyuanError: ``bad-header`` or ``nul-byte``.
    """
    require(file, not facts.has_nul, "nul-byte", "the file holds NUL bytes: it is no text in the declared encoding")
    delimiter = spec.delimiter or ("\t" if file.format == "tsv" else ",")
    lines = _careful_rows(file, spec, delimiter)
    header = _header(file, spec, lines)
    if plain is not None and not facts.blank_lines and _load_fast(engine, plain, header, delimiter, spec, facts):
        columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(header)}
        return RawTable(columns, "raw.rowid", f"raw.rowid + {spec.header + 1}", has_faults=False)
    return _fill(engine, header, lines)


def _load_fast(
    engine: Engine, plain: Path, header: list[str], delimiter: str, spec: TableSpec, facts: FileFacts
) -> bool:
    """Whether the engine's own reader gave one row for each line, so that positions are lines."""
    types = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header))) + "}"
    quote = "'\"'" if facts.quotes else "''"
    source = (
        f"read_csv({literal(str(plain))}, auto_detect = false, header = false, skip = {spec.header}, "
        f"delim = {literal(delimiter)}, quote = {quote}, escape = {quote}, columns = {types}, "
        "strict_mode = true, null_padding = false, max_line_size = 100000000)"
    )
    try:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} AS SELECT * FROM {source}")
    except duckdb.Error:
        return False
    return bool(engine.value(f"SELECT count(*) FROM {RAW}") == facts.lines - spec.header)


def _header(file: RecordFile, spec: TableSpec, rows: Iterator[Row]) -> list[str]:
    header = next((cells for line, cells, _ in rows if line >= spec.header), None)
    require(file, header is not None, "bad-header", f"there is no line {spec.header} with column names")
    names = [(cell or "").strip().lstrip("\ufeff") for cell in header or []]
    for position, name in enumerate(names):
        twice = name in names[:position]
        require(file, not (twice and name), "bad-header", f"the column {name!r} stands twice", spec.header)
    return [name or f"column {i + 1}" for i, name in enumerate(names)]


def _careful_rows(file: RecordFile, spec: TableSpec, delimiter: str) -> Iterator[Row]:
    """Rows of a delimited file with their lines; lines in a foreign encoding and broken rows are marked."""
    csv.field_size_limit(_MAX_FIELD)
    foreign: dict[int, str] = {}
    reader = csv.reader(_text_lines(file, spec.encoding, foreign), delimiter=delimiter, strict=True)
    width = 0
    while True:
        first = reader.line_num + 1
        try:
            cells: list[str | None] = list(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield first, [], "bad-csv"
            continue
        if not cells:
            continue
        if reader.line_num >= spec.header and width == 0:
            width = len(cells)
        fault = next((foreign[n] for n in range(first, reader.line_num + 1) if n in foreign), None)
        if fault is None and width and len(cells) != width:
            fault = "ragged-row"
        yield first, cells, fault


def _text_lines(file: RecordFile, encoding: str, foreign: dict[int, str]) -> Iterator[str]:
    rest = b""
    number = 0
    # UTF-16 has newlines of two bytes, so such a file is decoded whole; the others line by line.
    if encoding.lower().replace("_", "-").startswith("utf-16"):
        yield from b"".join(blocks(file)).decode(encoding, "replace").splitlines(keepends=True)
        return
    for block in blocks(file):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            yield _decode(line, encoding, number, foreign) + "\n"
    if rest:
        yield _decode(rest, encoding, number + 1, foreign)


def _decode(line: bytes, encoding: str, number: int, foreign: dict[int, str]) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        foreign[number] = "bad-encoding"
        return line.decode(wrong_encoding_hint(line) or encoding, "backslashreplace")


def load_xlsx(engine: Engine, file: RecordFile, spec: TableSpec) -> RawTable:
    """Load one sheet of an XLSX file; a row's line is its row in the sheet.

    Raises:
        CeyuanError: ``bad-xlsx``, ``bad-header``, ``empty-file``.
    """
    try:
        book = openpyxl.load_workbook(file.path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise fail("bad-xlsx", f"not a readable XLSX file: {error}", file=file.shown_as) from None
    try:
        if spec.sheet is not None and spec.sheet not in book.sheetnames:
            hint = f"Sheets: {', '.join(book.sheetnames)}"
            raise fail("bad-xlsx", f"there is no sheet {spec.sheet!r}", file=file.shown_as, hint=hint)
        sheet = book[spec.sheet] if spec.sheet is not None else book.worksheets[0]
        rows = _sheet_rows(sheet.iter_rows(values_only=True), spec.header)
        return _fill(engine, _header(file, spec, rows), rows)
    finally:
        book.close()


def _sheet_rows(rows: Iterable[tuple[Any, ...]], header: int) -> Iterator[Row]:
    width = 0
    for number, values in enumerate(rows, start=1):
        cells = [_cell_text(v) for v in values]
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


def _cell_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def load_jsonl(engine: Engine, file: RecordFile, paths: list[str]) -> RawTable:
    """Load JSON lines; columns are dotted paths into each object, lists and objects stay JSON text."""
    return _fill(engine, [*paths, "_raw"], _json_rows(file, paths))


def _json_rows(file: RecordFile, paths: list[str]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder()
    rest = b""
    number = 0
    for block in (*blocks(file), b"\n"):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            if line.strip():
                yield _json_row(decoder, line, number, paths)


def _json_row(decoder: msgspec.json.Decoder[Any], line: bytes, number: int, paths: list[str]) -> Row:
    try:
        value = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return number, [*([None] * len(paths)), line.decode("utf-8", "backslashreplace")], "bad-json"
    return number, [*(_json_text(value, path.split(".")) for path in paths), None], None


def _json_text(value: Any, path: list[str]) -> str | None:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def load_parquet(engine: Engine, file: RecordFile) -> RawTable:
    """Look into a Parquet file; nothing is copied.

    Raises:
        CeyuanError: ``bad-parquet``.
    """
    source = f"read_parquet({literal(str(file.path))}, file_row_number = true)"
    try:
        types = engine.columns(source)
        engine.run(f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT * FROM {source}")
        engine.value(f"SELECT count(*) FROM {RAW}")
    except duckdb.Error as error:
        message = re.sub(r"\s+", " ", str(error))[:160]
        raise fail("bad-parquet", f"not a readable Parquet file: {message}", file=file.shown_as) from None
    columns = {name: (name, kind) for name, kind in types.items() if name != "file_row_number"}
    return RawTable(columns, "raw.file_row_number", "raw.file_row_number + 1", has_faults=False)


def _fill(engine: Engine, header: list[str], rows: Iterable[Row]) -> RawTable:
    """Write rows into the engine in batches."""
    width = len(header)
    schema = pa.schema(
        [("_line", pa.int64()), ("_fault", pa.string())] + [(f"c{i}", pa.string()) for i in range(width)]
    )
    declared = ", ".join(f"{identifier(f.name)} {'BIGINT' if f.name == '_line' else 'VARCHAR'}" for f in schema)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} ({declared})")
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            engine.append(RAW, _table(batch, schema, width))
            batch = []
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
