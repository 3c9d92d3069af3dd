"""Finds the table in a workbook: its heading, and the rows below it."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.xml.functions import iterparse

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.plan.workbook import COLUMNS
from ceyuan.reader.office import require_unpackable

_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_NEEDED = ("name", "lead")
_HEADER_WITHIN = 20
_UNPACKED_MB = 50
_MOST_MERGED = 1_100_000  # each of them becomes an object; one column that is merged down to the last row stays below
_MOST_CELLS = 20_000_000  # a sheet of 18 columns that is formatted down to the last row stays below
_ALIASES = {
    "编号": "number", "任务": "name", "任务名称": "name", "牵头部门": "lead", "责任单位": "lead", "配合部门": "partners",
    "参与单位": "partners", "目标": "goal", "年度目标": "goal", "时限": "due", "完成时间": "due", "进展": "progress",
    "工作进展": "progress", "存在困难": "difficulties", "问题": "difficulties", "下一步": "next_steps",
    "下一步工作计划": "next_steps", "下一步计划": "next_steps",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the table.

    Attributes:
        line: its number in the sheet.
        cells: texts by what their column holds.
    """

    line: int
    cells: Mapping[str, str]


def read_sheet(path: Path, sheet: str | None = None) -> list[SheetRow]:
    """The rows of a workbook in the layout of departments.

    The heading is the first of the first rows that names 重点任务 and 牵头单位, so that a title may stand above it. Cells
    that are merged downwards count for each of their rows; empty rows are passed over.

    Raises:
        CeyuanError: ``bad-xlsx``, ``plan-xlsx-column``.
    """
    lines = _lines(path, sheet)
    for position, line in enumerate(lines[:_HEADER_WITHIN]):
        named = {at: known for at, text in enumerate(line) if (known := _known(text)) is not None}
        if all(name in named.values() for name in _NEEDED):
            _unique(path, position + 1, named)
            rows = enumerate(lines[position + 1 :], position + 2)
            return [_row(number, row, named) for number, row in rows if any(row)]
    raise _no_heading(path, lines)


def _row(number: int, cells: Sequence[str], named: Mapping[int, str]) -> SheetRow:
    """A row by the names of its columns; a row may be shorter than the heading."""
    return SheetRow(number, {name: cells[at] for at, name in named.items() if at < len(cells)})


def _no_heading(path: Path, lines: Sequence[Sequence[str]]) -> CeyuanError:
    """That no row names the columns that are needed, and which name was meant."""
    seen = list(filter(None, chain.from_iterable(lines[:_HEADER_WITHIN])))
    known = set(map(_known, seen))
    lacking = [name for name in _NEEDED if name not in known] or _NEEDED
    missing = [COLUMNS[name] for name in lacking]
    hint = next((h for name in missing if (h := did_you_mean(name, seen))), None)
    return fail(
        "plan-xlsx-column",
        f"no heading names {' and '.join(missing)}",
        file=str(path),
        line=1,
        hint=hint,
    )


def _known(text: str) -> str | None:
    bare = "".join(text.split())
    return next((name for name, heading in COLUMNS.items() if heading == bare), _ALIASES.get(bare))


def _unique(path: Path, line: int, named: Mapping[int, str]) -> None:
    twice = sorted({name for name in named.values() if list(named.values()).count(name) > 1})
    if twice:
        raise CeyuanError(
            Problem("plan-xlsx-column", f"two columns hold {COLUMNS[name]}", str(path), line)
            for name in twice
        )


def _lines(path: Path, sheet: str | None) -> list[list[str]]:
    """All cells as text, merged ones filled."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out: styles, validation
            warnings.simplefilter("ignore")
            data = path.read_bytes()
            require_unpackable(data, str(path), _UNPACKED_MB)
            _require_few_merged(data, path)
            # it would not close a damaged file
            book = load_workbook(io.BytesIO(data), data_only=True)
            found: Any = book.worksheets[0] if sheet is None else book[sheet]
    except CeyuanError:
        raise
    except OSError as error:
        raise fail(
            "unreadable-file", f"cannot be read: {error.strerror or error}", file=str(path)
        ) from None
    except KeyError as error:
        if sheet is not None and sheet in str(error):
            raise fail("plan-xlsx-column", f"there is no sheet {sheet!r}", file=str(path)) from None
        raise fail("bad-xlsx", "a part of the workbook is missing", file=str(path)) from None
    except zipfile.BadZipFile:
        raise fail("bad-xlsx", "it is no workbook, or it was cut off", file=str(path)) from None
    except Exception as error:  # noqa: BLE001 - on damaged workbooks openpyxl raises all kinds of errors
        raise fail(
            "bad-xlsx", f"it cannot be read as a workbook ({type(error).__name__})", file=str(path)
        ) from None
    if found.max_row * found.max_column > _MOST_CELLS:
        end = f"{get_column_letter(found.max_column)}{found.max_row}"
        raise fail("bad-xlsx", f"its cells reach as far as {end}", file=str(path))
    lines = [list(map(_cell_text, row)) for row in found.iter_rows(values_only=True)]
    for merged in found.merged_cells.ranges:
        if merged.min_col == merged.max_col:
            text = lines[merged.min_row - 1][merged.min_col - 1]
            for row in range(merged.min_row, merged.max_row):
                lines[row][merged.min_col - 1] = text
    return lines


def _require_few_merged(data: bytes, path: Path) -> None:
    """Look at merged ranges before the workbook is built up: one over the whole sheet alone would keep it busy for days.

    Raises:
        CeyuanError: ``bad-xlsx``.
    """
    cells = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in (n for n in archive.namelist() if n.endswith(".xml")):
            with archive.open(name) as part:
                for _, element in iterparse(part):
                    if element.tag.rpartition("}")[2] == "mergeCell":
                        ref = str(element.get("ref", ""))
                        left, top, right, bottom = range_boundaries(ref)
                        columns = (right or _LAST_COLUMN) - (left or 1) + 1
                        cells += columns * ((bottom or _LAST_ROW) - (top or 1) + 1)
                        if cells > _MOST_MERGED:
                            raise fail("bad-xlsx", f"its merged cells reach as far as {ref}", file=str(path),
                                       hint="Unmerge the cells beyond the table and save the workbook again")  # fmt: skip
                    element.clear()


def _cell_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates by their day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
