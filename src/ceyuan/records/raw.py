"""Raw tables: the cells of a file in the engine, each row with its line, nothing interpreted yet.

Clean CSV goes straight through the engine's parallel reader, where a row's line is its position. A file with anything that
could shift lines or lose cells (quotes over lines, blank lines, ragged rows, foreign bytes) is read again with care, line
by line; so are sheets and JSON lines. Parquet is not copied at all.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from ceyuan.engine import Engine, identifier, literal, path_literal
from ceyuan.errors import CeyuanError, fail
from ceyuan.records.files import RecordFile
from ceyuan.tabular.delimited import TextRows
from ceyuan.tabular.layout import (
    VALUE,
    Layout,
    Row,
    TableHeading,
    arranged,
    find_name,
    heading_of,
    parse_area,
    pattern_regex,
    unpivoted_names,
)
from ceyuan.tabular.opening import SEPARATORS, FileFacts, lines_of, require
from ceyuan.tabular.sdmx import MessageRows
from ceyuan.tabular.sheets import open_sheet
from ceyuan.workspace.tables import ColumnSpec, TableSpec

RAW = "raw"
_BATCH = 20_000
_BATCH_SIZE = 1 << 24


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
        at: SQL for the letters of the column that a row was made of, for unpivoted tables.
        heads: the names of these columns by their letters.
        sheet: the sheet that was read, where the workbook has several.
        hidden: hidden sheets that were passed over.
        delimiter: what parts the cells of a text file.
        place: SQL for the file of a row, where several are read together.
        padded: whether a cell may begin or end with a blank.
    """

    columns: dict[str, tuple[str, str]]
    row: str
    line: str
    has_faults: bool
    correction: str = "CAST(NULL AS VARCHAR)"
    above: tuple[str, ...] = ()
    at: str | None = None
    heads: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    hidden: tuple[str, ...] = ()
    delimiter: str | None = None
    place: str | None = None
    padded: bool = True

    def place_sql(self, file: str) -> str:
        """SQL for where a row stands: the file, the sheet where there are several, the column where it was one."""
        if self.place is not None:
            return self.place
        name = literal(file if self.sheet is None else f"{file}!{self.sheet}")
        return name if self.at is None else f"{name} || coalesce('!' || {self.at}, '')"


def layout_of(spec: TableSpec, file: RecordFile) -> Layout:
    """What a declaration says of how its table lies in the file."""
    delimiter = spec.delimiter or ("\t" if file.format == "tsv" else None)
    return Layout(
        header=spec.heads,
        area=None if spec.area is None else parse_area(spec.area),
        skip=spec.skip,
        until=spec.until,
        fill_down=spec.fill_down,
        unpivot=spec.unpivot,
        kept=_read_as_they_are(spec),
        marks=_marks_of_periods(spec),
        split_first=spec.split_first,
        encoding=spec.encoding,
        delimiter=delimiter,
        sheet=spec.sheet,
    )


def _read_as_they_are(spec: TableSpec) -> tuple[str, ...]:
    """The columns that a declaration names, apart from those that patterns make."""
    made = {VALUE}.union(*(pattern_regex(pattern).groupindex for pattern in spec.unpivot))
    named = [*spec.fill_down]
    for column in spec.columns.values():
        named += [column] if isinstance(column, str) else column.used()
    return tuple(name for name in named if name not in made)


def _marks_of_periods(spec: TableSpec) -> tuple[str, ...]:
    """The marks that the field has which is read from the part ``period`` of columns' names."""
    marks: list[str] = []
    for column in spec.columns.values():
        if isinstance(column, ColumnSpec) and column.column == "period":
            marks += [*column.marks, *column.strip]
    return tuple(marks)


def load_csv(
    engine: Engine, file: RecordFile, spec: TableSpec, facts: FileFacts, plain: Path | None
) -> RawTable:
    """Load a CSV or TSV file; see the module's introduction.

    Raises:
        CeyuanError: ``bad-header``, ``nul-byte``, ``bad-csv`` (no newline at all), ``bad-encoding`` (of the header).
    """
    require(
        file,
        not facts.has_nul,
        "nul-byte",
        "the file holds NUL bytes: it is no text in the declared encoding",
    )
    macintosh = facts.lines == 1 and facts.lone_returns
    require(
        file,
        not macintosh,
        "bad-csv",
        "the lines end with a carriage return alone, not with a newline",
        1,
    )
    layout = layout_of(spec, file)
    rows = TextRows(file, layout, plain)
    header = layout.header[0]
    clean = (
        not (facts.blank_lines or facts.lone_returns)
        and layout.is_plain
        and rows.next_line == header + 1
    )
    if plain is not None and clean and _load_fast(engine, plain, rows, header, facts):
        columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(rows.names)}
        return RawTable(
            columns,
            "raw.rowid",
            f"raw.rowid + {header + 1}",
            has_faults=False,
            above=rows.above,
            delimiter=rows.delimiter,
            padded=_may_be_padded(facts, rows.delimiter),
        )
    heading = heading_of(rows.names, rows.above, layout, file.shown_as)
    return replace(_fill(engine, heading, rows.names, rows, layout), delimiter=rows.delimiter)


def _may_be_padded(facts: FileFacts, delimiter: str) -> bool:
    """Whether some cell may begin or end with a blank; cells of which that is not known are looked at one by one."""
    if delimiter not in SEPARATORS:
        return True
    return facts.padded or (facts.tabs and delimiter != "\t")


def _load_fast(engine: Engine, plain: Path, rows: TextRows, header: int, facts: FileFacts) -> bool:
    """Whether the engine's own reader gave one row for each line, so that positions are lines."""
    source = reader_sql([plain], len(rows.names), header, rows.delimiter, facts.quotes)
    try:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} AS SELECT * FROM {source}")
    except duckdb.Error:
        return False
    return bool(engine.value(f"SELECT count(*) FROM {RAW}") == facts.lines - header)


def reader_sql(paths: Sequence[Path], width: int, header: int, delimiter: str, quotes: bool) -> str:
    """SQL of the engine's own reader for clean text files: cells as ``c0`` …, and the path as ``filename``."""
    types = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width)) + "}"
    quote = "'\"'" if quotes else "''"
    listed = ", ".join(map(path_literal, paths))
    return (
        f"read_csv([{listed}], auto_detect = false, header = false, skip = {header}, "
        f"delim = {literal(delimiter)}, quote = {quote}, escape = {quote}, columns = {types}, "
        f"strict_mode = true, null_padding = false, hive_partitioning = false, filename = {str(len(paths) > 1).lower()}, "
        "max_line_size = 16000000)"
    )


def load_sheet(engine: Engine, file: RecordFile, spec: TableSpec) -> RawTable:
    """Load one sheet of a workbook; a row's line is its row in the sheet.

    Raises:
        CeyuanError: ``bad-xlsx``, ``bad-header``, ``empty-file``.
    """
    layout = layout_of(spec, file)
    with open_sheet(file, layout) as rows:
        heading = heading_of(rows.names, rows.above, layout, file.shown_as)
        raw = _fill(engine, heading, rows.names, rows, layout)
        named = rows.sheet if rows.several or layout.sheet else None
        return replace(raw, sheet=named, hidden=rows.hidden)


def load_jsonl(engine: Engine, file: RecordFile, paths: list[str]) -> RawTable:
    """Load JSON lines; columns are dotted paths into each object, lists and objects stay JSON text."""
    names = (*paths, "_raw")
    return _fill(engine, TableHeading(names), names, _json_rows(file, paths), Layout())


def load_sdmx(engine: Engine, file: RecordFile) -> RawTable:
    """Load a data message of SDMX-ML; columns are its dimensions and attributes.

    Raises:
        CeyuanError: ``bad-sdmx``.
    """
    message = MessageRows(file)
    return _fill(engine, TableHeading(message.names), message.names, message, Layout())


def _json_rows(file: RecordFile, paths: list[str]) -> Iterator[Row]:
    # Numbers keep the digits that they were written with.
    decoder = msgspec.json.Decoder(float_hook=msgspec.Raw)
    for number, line in enumerate(lines_of(file), start=1):
        plain = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if plain.strip():
            yield _json_row(decoder, plain, number, paths)


def _json_row(
    decoder: msgspec.json.Decoder[Any], line: bytes, number: int, paths: list[str]
) -> Row:
    try:
        value = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return Row(
            number, [*([None] * len(paths)), line.decode("utf-8", "backslashreplace")], "bad-json"
        )
    return Row(number, [*(_json_text(value, path) for path in paths), None])


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


def named_loosely(raw: RawTable, names: Iterable[str]) -> RawTable:
    """The same table, with columns called as a declaration spells them where only blanks, width or case differ."""
    spelt: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        found = find_name(name, raw.columns)
        if found is not None:
            spelt.setdefault(found, []).append(name)
    columns: dict[str, tuple[str, str]] = {}
    for name, column in raw.columns.items():
        columns |= dict.fromkeys(spelt.get(name, [name]), column)
    return replace(raw, columns=columns)


def _fill(
    engine: Engine, heading: TableHeading, names: Sequence[str], rows: Iterable[Row], layout: Layout
) -> RawTable:
    """Write rows into the engine in batches."""
    width = len(heading.names)
    schema = pa.schema(
        [("_line", pa.int64()), ("_fault", pa.string()), ("_at", pa.string())]
        + [(f"c{i}", pa.string()) for i in range(width)]
    )
    declared = ", ".join(
        f"{identifier(f.name)} {'BIGINT' if f.name == '_line' else 'VARCHAR'}" for f in schema
    )
    engine.run(f"CREATE OR REPLACE TEMP TABLE {RAW} ({declared})")
    batch: list[Row] = []
    size = 0
    for row in arranged(rows, names, heading, layout):
        batch.append(row)
        size += sum(len(cell) for cell in row.cells if cell)
        if len(batch) == _BATCH or size > _BATCH_SIZE:
            engine.append(RAW, _table(batch, schema, width))
            batch, size = [], 0
    if batch:
        engine.append(RAW, _table(batch, schema, width))
    columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(heading.names)}
    at = "raw._at" if heading.unpivoted is not None else None
    heads = unpivoted_names(names, heading, layout)
    return RawTable(
        columns,
        "raw.rowid",
        "raw._line",
        has_faults=True,
        above=heading.above,
        at=at,
        heads=heads,
    )


def _table(batch: list[Row], schema: pa.Schema, width: int) -> pa.Table:
    columns: list[list[Any]] = [
        [r.line for r in batch],
        [r.fault for r in batch],
        [r.at for r in batch],
    ]
    padded = [_padded(row.cells, width) for row in batch]
    columns += [list(cells) for cells in zip(*padded, strict=True)]
    return pa.table(columns, schema=schema)


def _padded(cells: list[str | None], width: int) -> list[str | None]:
    """As many cells as there are columns; a row that is too long keeps its surplus in the last, for quarantine to show."""
    if len(cells) > width:
        return [*cells[: width - 1], ",".join(cell or "" for cell in cells[width - 1 :])]
    return [*cells, *([None] * (width - len(cells)))]
