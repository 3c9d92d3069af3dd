"""What can be seen in a file before anything is declared: its names of columns, its first rows, and how it is to be opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq
from openpyxl.utils import get_column_letter

from ceyuan.errors import fail
from ceyuan.records.grids import Block, Grid, blocks, header_lines, is_data, told_cells
from ceyuan.tabular.columns import JSON_LINES, PARQUET
from ceyuan.tabular.delimited import TextRows, text_lines, told_delimiter
from ceyuan.tabular.layout import Layout, Row, TableArea, arranged, heading_of
from ceyuan.tabular.opening import TableFile, lines_of
from ceyuan.tabular.packages import DESCRIPTOR, Resource, decimal_of, read_descriptor, resource_of
from ceyuan.tabular.sdmx import MessageRows
from ceyuan.tabular.sheets import SHEETS, sheet_names, sheet_texts
from ceyuan.tabular.tables import open_table

_USUAL = {
    "gb18030": "年月地区省市县合计总数人员金额单位项目名称企业经费亿万元机构研究发展技术中国全北京上海广东注资料来源",
    "big5": "年月地區省市縣合計總數人員金額單位項目名稱企業經費億萬元機構研究發展技術中國全香港澳門臺灣註資料來源",
    "cp949": "년월지역시도군구합계총수인원금액단위명건개기업연구개발비특허기술전국서울부산경기자료주가나다이의사로",
    "cp1252": "äöüßÄÖÜéèêàâçîôûñóíáãõåøæ",
}
_ENCODINGS = ("utf-8", *_USUAL)
_LOOKED_AT = 200
_DEEPEST = 150
_BEGINS = 8
"""How much of a row's text says that the table ends."""
_SHEET_OR_FILE = ("sheet", "file")
_EUROSTAT = re.compile(r"[a-z_]+(?:,[a-z_]+)+\\\w+\t", re.IGNORECASE)
_STEMS = frozenset("甲乙丙丁戊ABCDE")
"""What stands for the first columns in a row that numbers them."""
_NOTE = re.compile(
    r"(注|註|备注|備註|说明|資料來源|资料来源|주[:：)]|자료|note|source|quelle|[①-⑳]|\*)",
    re.IGNORECASE,
)


@dataclass
class Seen:
    """What was seen in a file.

    Attributes:
        keys: keys of the declaration that are certain enough to write.
        unclear: sentences on what a person must decide.
        names: the names of its columns.
        above: the texts above them.
        rows: its first rows.
    """

    keys: dict[str, object] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    names: Sequence[str] = ()
    above: Sequence[str] = ()
    rows: Sequence[Row] = ()


def look_at(path: Path) -> Seen:
    """Open a file as what its name says it is, and see its columns and first rows.

    Args:
        path: delimited text (also packed), a workbook, SDMX-ML, JSON lines, Parquet, a Data Package.

    Raises:
        CeyuanError: ``unreadable-file``, ``unknown-format`` and what else opening finds.
    """
    file = TableFile(path, str(path))
    seen = Seen()
    _opener(file)(file, seen)
    return seen


def _opener(file: TableFile) -> Callable[[TableFile, Seen], None]:
    suffixes = [suffix.lower() for suffix in file.path.suffixes[-2:]]
    last = suffixes[-1] if suffixes else ""
    if file.path.name == DESCRIPTOR or _is_packed_package(file, last):
        return _look_at_package
    if last in SHEETS:
        return _look_at_sheet
    if last in PARQUET:
        return _look_at_parquet
    if ".xml" in suffixes:
        return _look_at_message
    if set(suffixes) & set(JSON_LINES):
        return _look_at_json_lines
    if last in (".json", ".xlsb", ".numbers", ".pdf", ".docx"):
        raise fail(
            "unknown-format",
            f"tables are not read from {last} files",
            file=file.shown_as,
            hint="Save it as .xlsx or .csv; JSON as one object a line (.jsonl), a Data Package as datapackage.json",
        )
    return _look_at_text


def _is_packed_package(file: TableFile, suffix: str) -> bool:
    if suffix != ".zip":
        return False
    try:
        with zipfile.ZipFile(file.path) as archive:
            return DESCRIPTOR in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False  # whoever opens it says what is wrong


def _look_at_sheet(file: TableFile, seen: Seen) -> None:
    layout = Layout(sheet=_first_sheet(file, seen))
    _look_at_grid(file, seen, layout, _sheet_grid(file, layout))


def _look_at_text(file: TableFile, seen: Seen) -> None:
    encoding = _encoding(file, seen)
    lines = [line.rstrip("\r\n") for line in islice(text_lines(file, encoding), _DEEPEST)]
    by_tabs = "\t" if ".tsv" in (suffix.lower() for suffix in file.path.suffixes) else None
    delimiter, grid = told_cells(lines, by_tabs)
    layout = Layout(encoding=encoding, delimiter=by_tabs)
    header = header_lines(grid)[0]
    if header <= len(lines) and delimiter != (by_tabs or told_delimiter(lines[header - 1])):
        seen.keys["delimiter"] = delimiter
        layout = replace(layout, delimiter=delimiter)
    if _EUROSTAT.match(lines[0]) if lines else False:
        seen.keys["split_first"] = ","
        layout = replace(layout, split_first=",", delimiter="\t")
    _look_at_grid(file, seen, layout, grid)


def _look_at_grid(file: TableFile, seen: Seen, layout: Layout, grid: Grid) -> None:
    """A file whose names stand on lines that must be found, perhaps of several tables."""
    found = blocks(grid) if layout.split_first is None else []
    first, *others = found or [Block(TableArea(1, 1), (1,))]
    if first.header != (1,):
        seen.keys["header"] = list(first.header) if len(first.header) > 1 else first.header[0]
    if others:
        seen.keys["area"] = _written(first.area)
        layout = replace(layout, area=first.area)
        areas = ", ".join(_written(other.area) for other in others)
        seen.unclear.append(
            f"Other tables of the same {_SHEET_OR_FILE[layout.sheet is None]}, each with its `area`: {areas}."
        )
    _open_and_look(file, seen, replace(layout, header=first.header))


def _written(area: TableArea) -> str:
    left, right = get_column_letter(area.first_column), get_column_letter(area.last_column)
    top = area.first_row or (1 if area.last_row else "")
    return f"{left}{top}:{right}{area.last_row or ''}"


def _open_and_look(file: TableFile, seen: Seen, layout: Layout) -> None:
    with open_table(file, layout) as table:
        plain = replace(layout, skip=0, unpivot=())
        heading = heading_of(table.names, table.above, plain, file.shown_as)
        rows = list(islice(arranged(table, table.names, heading, plain), _LOOKED_AT))
        seen.names, seen.above = heading.names, table.above
    if isinstance(table, TextRows) and table.delimiter == ";" and layout.delimiter is None:
        seen.unclear.append(
            'Semicolons part the columns: does a comma stand before decimals? Then `decimal: ","`.'
        )
    if rows and _numbers_columns(rows[0]):
        seen.keys["skip"] = 1
        rows = rows[1:]
    seen.rows = _before_notes(seen, rows)


def _numbers_columns(row: Row) -> bool:
    """Whether a row only numbers the columns under their names, such as 甲, 乙, 1, 2, 3."""
    told = [cell.strip() for cell in row.cells if cell and cell.strip()]
    numbers = [cell for cell in told if cell not in _STEMS]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(told) > 1 and bool(numbers) and numbers == counted


def _look_at_message(file: TableFile, seen: Seen) -> None:
    table = MessageRows(file)
    seen.names, seen.rows = table.names, list(islice(table, _LOOKED_AT))


def _look_at_json_lines(file: TableFile, seen: Seen) -> None:
    sample = b"\n".join(islice(lines_of(file), _LOOKED_AT))
    try:
        table = pj.read_json(io.BytesIO(sample))
    except pa.ArrowException as error:
        message = f"this is not one object a line: {str(error).splitlines()[0]}"
        raise fail("bad-jsonl", message, file=file.shown_as) from error
    _look_at_arrow(seen, table)


def _look_at_parquet(file: TableFile, seen: Seen) -> None:
    try:
        with pq.ParquetFile(file.path) as parquet:
            batches = list(islice(parquet.iter_batches(_LOOKED_AT), 1))
            table = pa.Table.from_batches(batches, parquet.schema_arrow)
    except (OSError, pa.ArrowException) as error:
        message = f"this is not a Parquet file: {error}"
        raise fail("bad-parquet", message, file=file.shown_as) from error
    _look_at_arrow(seen, table)


def _look_at_arrow(seen: Seen, table: Any) -> None:
    """Columns with types; what stands in an object is named by its path, as a declaration names it."""
    while any(pa.types.is_struct(column.type) for column in table.schema):
        table = table.flatten()
    nested = [column.name for column in table.schema if pa.types.is_nested(column.type)]
    if nested:
        seen.unclear.append(f"Lists are not read: {', '.join(nested)}.")
    table = table.drop_columns(nested)
    seen.names = table.column_names
    cells = zip(*(column.to_pylist() for column in table.columns), strict=True)
    seen.rows = [Row(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, 1)]


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _look_at_package(file: TableFile, seen: Seen) -> None:
    """The first resource of a Data Package, as its descriptor says."""
    packed = file.path.suffix.lower() == ".zip"
    descriptor = replace(file, member=DESCRIPTOR) if packed else file
    described = read_descriptor(descriptor)
    if not described:
        raise fail("bad-package", "it names no resources", file=file.shown_as)
    name, *others = described
    resource = resource_of(descriptor, described[name])
    seen.keys["resource"] = name
    if others:
        seen.unclear.append(f"Other resources, each a table of its own: {', '.join(others)}.")
    inside = _resource_file(file, resource, packed=packed)
    if not packed and not inside.path.is_file():
        raise fail("no-such-file", f"no file {resource.path!r}", file=file.shown_as)
    opener = _opener(TableFile(Path(PurePosixPath(resource.path).name), file.shown_as))
    if opener is _look_at_text:
        _open_and_look(inside, seen, _layout(descriptor, resource))
    elif opener is _look_at_sheet:
        _open_and_look(inside, seen, Layout(sheet=resource.sheet, header=resource.header))
    else:
        opener(inside, seen)


def _resource_file(file: TableFile, resource: Resource, *, packed: bool) -> TableFile:
    if packed:
        return replace(file, member=resource.path)
    return TableFile(file.path.parent / resource.path, resource.path)


def _layout(descriptor: TableFile, resource: Resource) -> Layout:
    decimal_of(descriptor, resource)  # refuses what cannot be read
    return Layout(encoding=resource.encoding, delimiter=resource.delimiter, header=resource.header)


def _encoding(file: TableFile, seen: Seen) -> str:
    """The encoding in which all of the file's first lines are text, and most like the words of tables."""
    sample = b"\n".join(islice(lines_of(file), _LOOKED_AT))
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    texts = {name: text for name in _ENCODINGS if (text := _decoded(sample, name)) is not None}
    if "utf-8" in texts:
        return "utf-8"
    if not texts:
        message = f"the file is in none of {', '.join(_ENCODINGS)}"
        raise fail("bad-encoding", message, file=file.shown_as)
    encoding = max(texts, key=lambda name: _likeness(texts[name], name))
    seen.keys["encoding"] = encoding
    seen.unclear.append(
        f"The file is no UTF-8; as {encoding} it can be read. Do its words make sense?"
    )
    return encoding


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeError:
        return None


def _likeness(text: str, encoding: str) -> float:
    """Which part of the letters beyond ASCII are such as tables in that encoding use again and again."""
    letters = [letter for letter in text if letter > "\x7f" and letter.isalpha()]
    return sum(letter in _USUAL[encoding] for letter in letters) / max(len(letters), 1)


def _sheet_grid(file: TableFile, layout: Layout) -> list[list[str]]:
    return [
        [cell or "" for cell in row] for row in islice(sheet_texts(file, layout.sheet), _DEEPEST)
    ]


def _first_sheet(file: TableFile, seen: Seen) -> str | None:
    """The first sheet that is not hidden and holds rows of numbers: a cover or contents come before the tables."""
    visible, hidden = sheet_names(file)
    tables = (name for name in visible if _holds_a_table(file, name))
    sheet = next(tables, visible[0] if visible else None)
    if sheet is not None and (len(visible) > 1 or hidden):
        seen.keys["sheet"] = sheet
    others = [name for name in visible if name != sheet]
    if others:
        seen.unclear.append(f"Other sheets, each a table of its own: {', '.join(others)}.")
    if hidden:
        seen.unclear.append(f"Hidden sheets, not looked at: {', '.join(hidden)}.")
    return sheet


def _holds_a_table(file: TableFile, sheet: str) -> bool:
    return any(is_data(cells) for cells in _sheet_grid(file, Layout(sheet=sheet)))


def _before_notes(seen: Seen, rows: Sequence[Row]) -> list[Row]:
    """The rows before the notes that stand under a table."""
    for number, row in enumerate(rows):
        first = next((cell.strip() for cell in row.cells if cell and cell.strip()), "")
        found = _NOTE.match(first)
        if found and sum(bool(cell) for cell in row.cells) == 1:
            seen.keys["until"] = [found[0]]
            return list(rows[:number])
    return _before_words(seen, rows)


def _before_words(seen: Seen, rows: Sequence[Row]) -> list[Row]:
    """The rows before the last ones of a whole table in which a single cell stands: they are no rows of it."""
    end = len(rows)
    while end and sum(bool(cell and cell.strip()) for cell in rows[end - 1].cells) == 1:
        end -= 1
    if 0 < end < len(rows) < _LOOKED_AT and len(rows[end].cells) > 2:
        first = next(cell.strip() for cell in rows[end].cells if cell and cell.strip())
        seen.keys["until"] = [first[:_BEGINS]]
        return list(rows[:end])
    return list(rows)
