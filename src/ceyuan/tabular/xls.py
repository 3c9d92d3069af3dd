"""Workbooks of Excel 5 to 2003 (``.xls``), read by xlrd."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Literal

import xlrd
from xlrd.xldate import XLDateError, xldate_as_datetime

from ceyuan.tabular.books import NOT_COMPUTED, Area, Cells, Sheet, bad_book
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.shown import plain, shown

_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""Names the part of a newer workbook that a password locks, which then lies in a container of the old kind."""


@contextmanager
def open_xls(file: TableFile) -> Iterator[list[Sheet]]:
    """Open a workbook.

    Raises:
        CeyuanError: ``bad-xlsx``, also for one that a password locks.
    """
    try:
        if _LOCKED in file.path.read_bytes():
            raise bad_book(file, "a password locks it")
        # Formats and merged cells are only read where they are asked for; xlrd's log would go to standard output.
        book = xlrd.open_workbook(
            str(file.path), formatting_info=True, logfile=io.StringIO(), ragged_rows=True
        )
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes its reader raise anything
        raise bad_book(file, error) from None
    try:
        yield [
            Sheet(
                sheet.name,
                sheet.visibility == 0,
                partial(_texts, file, book, sheet),
                partial(_merged, sheet),
            )
            for sheet in book.sheets()
        ]
    finally:
        book.release_resources()


def _texts(file: TableFile, book: Any, sheet: Any) -> Iterator[Cells]:
    try:
        for row in range(sheet.nrows):
            yield [_text(book, cell) for cell in sheet.row(row)]
    except Exception as error:  # noqa: BLE001 - as above
        raise bad_book(file, error) from None


def _merged(sheet: Any) -> Iterator[Area]:
    for first_row, behind_row, first_column, behind_column in sheet.merged_cells:
        yield Area(first_row + 1, behind_row, first_column + 1, behind_column)


def _text(book: Any, cell: Any) -> str | None:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            # Only a formula makes an empty text: it may be its value, or nobody has computed it.
            return str(cell.value) or NOT_COMPUTED
        case xlrd.XL_CELL_NUMBER:
            return shown(cell.value, _number_format(book, cell))
        case xlrd.XL_CELL_DATE:
            return shown(_moment(cell.value, book.datemode), _number_format(book, cell))
        case xlrd.XL_CELL_BOOLEAN:
            return shown(bool(cell.value))
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
        case _:
            return None


def _number_format(book: Any, cell: Any) -> str:
    style = book.xf_list[cell.xf_index]
    return str(book.format_map[style.format_key].format_str)


def _moment(value: float, since: Literal[0, 1]) -> object:
    """A day, a moment or a time of day; the number itself where it is none of the calendar."""
    try:
        moment: datetime = xldate_as_datetime(value, since)
    except (XLDateError, ValueError, OverflowError):
        return plain(value)
    return moment.time() if 0 <= value < 1 else moment
