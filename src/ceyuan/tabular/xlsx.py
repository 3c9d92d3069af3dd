"""Workbooks in Office Open XML (``.xlsx``, ``.xlsm``), read by openpyxl."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import openpyxl

from ceyuan.tabular.books import Area, Cells, Sheet, bad_book
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.shown import shown

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


@contextmanager
def open_xlsx(file: TableFile, *, whole: bool) -> Iterator[list[Sheet]]:
    """Open a workbook.

    Args:
        file: where it is.
        whole: whether merged cells are asked for, which openpyxl only tells of a sheet that is read whole.

    Raises:
        CeyuanError: ``bad-xlsx``.
    """
    with _open_book(file, whole=whole) as book:
        yield [
            Sheet(
                sheet.title,
                sheet.sheet_state == "visible",
                partial(_texts, file, sheet),
                partial(_merged, sheet),
            )
            for sheet in book.worksheets
        ]


@contextmanager
def _open_book(file: TableFile, *, whole: bool, formulas: bool = False) -> Iterator[Any]:
    # A stream, since openpyxl refuses a path by its name.
    with file.path.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=not whole, data_only=not formulas)
        except Exception as error:  # noqa: BLE001 - a damaged workbook makes its reader raise anything
            raise bad_book(file, error) from None
        try:
            yield book
        finally:
            book.close()


def _texts(file: TableFile, sheet: Any) -> Iterator[Cells]:
    # Some programs write a wrong extent into the sheet; openpyxl would then leave out what is beyond it.
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    formulas = _formulas(file, sheet.title)
    try:
        for row, cells in enumerate(sheet.iter_rows(), start=1):
            texts = [shown(cell.value, cell.number_format or "General") for cell in cells]
            yield [formulas.get((row, column), text) for column, text in enumerate(texts, start=1)]
    except Exception as error:  # noqa: BLE001 - as above
        raise bad_book(file, error) from None


def _merged(sheet: Any) -> Iterator[Area]:
    merged = getattr(sheet, "merged_cells", None)
    for area in merged.ranges if merged is not None else ():
        yield Area(area.min_row, area.max_row, area.min_col, area.max_col)


def _formulas(file: TableFile, sheet: str) -> dict[tuple[int, int], str]:
    """The formulas of a sheet whose values no program has computed, by row and column.

    A program that only writes formulas leaves their cells without a value. To read them as empty would lose figures in
    silence; the formula itself is no number, so that whoever reads the table is told of the cell.
    """
    if not _has_formulas(file):
        return {}
    found: dict[tuple[int, int], str] = {}
    with (
        _open_book(file, whole=False, formulas=True) as written,
        _open_book(file, whole=False) as computed,
    ):
        both = (book[sheet] for book in (written, computed))
        for row, (said, values) in enumerate(
            zip(*(_plain_rows(one) for one in both), strict=False), start=1
        ):
            for column, (formula, value) in enumerate(zip(said, values, strict=False), start=1):
                if value is None and formula is not None:
                    found[row, column] = str(getattr(formula, "text", formula))
    return found


def _plain_rows(sheet: Any) -> Iterator[Sequence[object]]:
    sheet.reset_dimensions()
    return cast("Iterator[Sequence[object]]", sheet.iter_rows(values_only=True))


def _has_formulas(file: TableFile) -> bool:
    """Whether any sheet of a workbook has a formula; they are rare, and looking for them in the bytes is quick."""
    try:
        with zipfile.ZipFile(file.path) as packed:
            sheets = [
                name
                for name in packed.namelist()
                if name.startswith("xl/worksheets/") and name.endswith(".xml")
            ]
            return any(_FORMULA.search(packed.read(name)) for name in sheets)
    except (OSError, zipfile.BadZipFile) as error:
        raise bad_book(file, error) from None
