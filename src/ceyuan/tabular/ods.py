"""Sheets of OpenDocument (``.ods``).

A cell holds its value and, by its style, how that is shown; both are told in the words of ODF 1.3, part 3: 9.1 (tables),
16.29 (data styles) and 19.385 (types of values).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import etree

from ceyuan.tabular.books import NOT_COMPUTED, Area, Cells, Sheet, bad_book
from ceyuan.tabular.odsformats import Formats
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.shown import shown

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT = (f"{{{_NS}{room}:1.0}}" for room in ("office", "table", "text"))
_STYLE = f"{{{_NS}style:1.0}}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_WIDEST, _LONGEST = 16_384, 1_048_576
"""How many columns and rows a sheet has at most; programs write that the last ones repeat to there."""
_MOST_CELLS = 50_000_000
_MOST_BLANKS = 1000


@contextmanager
def open_ods(file: TableFile) -> Iterator[list[Sheet]]:
    """Open a workbook.

    Raises:
        CeyuanError: ``bad-xlsx``, also for one that a password locks.
    """
    try:
        with zipfile.ZipFile(file.path) as packed:
            if b"encryption-data" in packed.read("META-INF/manifest.xml"):
                raise bad_book(file, "a password locks it")
            trees = [_parsed(packed, name) for name in ("styles.xml", "content.xml")]
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes its reader raise anything
        raise bad_book(file, error) from None
    formats = Formats([tree for tree in trees if tree is not None])
    tables = trees[-1].iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    hidden = _hidden_styles(trees[-1])
    yield [
        Sheet(
            table.get(f"{_TABLE}name", ""),
            table.get(f"{_TABLE}style-name") not in hidden,
            partial(_texts, file, table, formats),
            partial(_merged, table),
        )
        for table in tables
    ]


def _parsed(packed: zipfile.ZipFile, name: str) -> Any:
    if name not in packed.namelist():
        return None
    # Sheets may be larger than what lxml takes for a usual document; entities are never followed.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    with packed.open(name) as stream:
        return etree.parse(stream, parser).getroot()


def _hidden_styles(content: Any) -> set[str]:
    hidden = set()
    for style in content.iter(f"{_STYLE}style"):
        properties = style.find(f"{_STYLE}table-properties")
        if properties is not None and properties.get(f"{_TABLE}display") == "false":
            hidden.add(style.get(f"{_STYLE}name"))
    return hidden


def _repeated(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _texts(file: TableFile, table: Any, formats: Formats) -> Iterator[Cells]:
    columns = _column_styles(table)
    made = empty = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells = _row(row, columns, formats)
        times = _repeated(row, "rows")
        if not cells:
            empty += times  # told only where something follows: the last row repeats to the end of the sheet
            continue
        made += empty + times
        if made * len(cells) > _MOST_CELLS or made > _LONGEST:
            raise bad_book(file, f"more than {_LONGEST} rows or {_MOST_CELLS} cells")
        yield from ([] for _ in range(empty))
        yield from (list(cells) for _ in range(times))
        empty = 0


def _column_styles(table: Any) -> list[str | None]:
    styles: list[str | None] = []
    for column in table.iter(f"{_TABLE}table-column"):
        times = min(_repeated(column, "columns"), _WIDEST - len(styles))
        styles += [column.get(f"{_TABLE}default-cell-style-name")] * times
    return styles


def _row(row: Any, columns: list[str | None], formats: Formats) -> Cells:
    """The texts of a row, without the empty ones at its end."""
    usual = row.get(f"{_TABLE}default-cell-style-name")
    cells: Cells = []
    empty = 0
    for cell in row.iterchildren(*_CELLS):
        times = min(_repeated(cell, "columns"), _WIDEST - len(cells) - empty)
        at = len(cells) + empty
        style = (
            cell.get(f"{_TABLE}style-name") or usual or (columns[at] if at < len(columns) else None)
        )
        text = _text(cell, style, formats)
        if text is None:
            empty += times
        else:
            cells += [None] * empty + [text] * times
            empty = 0
    return cells


def _merged(table: Any) -> Iterator[Area]:
    number = 1
    for row in table.iter(f"{_TABLE}table-row"):
        column = 1
        for cell in row.iterchildren(*_CELLS):
            down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            right = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or right > 1:
                yield Area(number, number + down - 1, column, column + right - 1)
            column += _repeated(cell, "columns")
        number += _repeated(row, "rows")


def _text(cell: Any, style: str | None, formats: Formats) -> str | None:
    kind = cell.get(f"{_OFFICE}value-type")
    written = "\n".join(map(_words, cell.iterchildren(f"{_TEXT}p")))
    match kind:
        case "float" | "percentage" | "currency":
            number_format = formats.of(style, kind, cell.get(f"{_OFFICE}currency"))
            # A style that is not in the file leaves what the program showed, which may be rounded, but is what was seen.
            return written if number_format is None else shown(_number(cell), number_format)
        case "date":
            moment = datetime.fromisoformat(cell.get(f"{_OFFICE}date-value"))
            return shown(moment, formats.of(style, kind, None) or "yyyy-mm-dd")
        case "boolean":
            return shown(cell.get(f"{_OFFICE}boolean-value") == "true")
        case None if cell.get(f"{_TABLE}formula") is not None:
            return written or NOT_COMPUTED
        case _:
            return written or cell.get(f"{_OFFICE}string-value") or None


def _number(cell: Any) -> int | float:
    exact = Decimal(cell.get(f"{_OFFICE}value"))
    return (
        int(exact) if exact == exact.to_integral_value() and abs(exact) <= 2**53 else float(exact)
    )


def _words(paragraph: Any) -> str:
    """The text of a paragraph; blanks and tabs that are elements, readings above the words left out."""
    text = paragraph.text or ""
    for child in paragraph:
        if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            text += " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_BLANKS)
        elif isinstance(child.tag, str) and child.tag not in (
            f"{_TEXT}ruby-text",
            f"{_OFFICE}annotation",
        ):
            text += _words(child)
        text += child.tail or ""
    return text
