"""Sheets of XLSX workbooks: each cell as it is shown, a row's line is its row in the sheet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

import openpyxl

from ceyuan.errors import CeyuanError, fail
from ceyuan.limits import OutOfTimeError
from ceyuan.tabular.layout import Layout, Row, joined_names, unique_names
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.shown import shown

Cells = list[str | None]
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


class SheetRows:
    """The rows of a sheet behind its header.

    Attributes:
        sheet: the sheet's name.
        hidden: names of hidden sheets that were passed over because none is declared.
        several: whether the workbook has other sheets.
        above: the texts above the header.
        names: the names of the columns.
    """

    def __init__(self, file: TableFile, book: Any, layout: Layout) -> None:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        self.sheet, self.hidden = _choose(file, sheets, layout.sheet)
        self.several = len(sheets) > 1
        rows = _texts(file, sheets[self.sheet])
        first, last = min(layout.header), max(layout.header)
        self.above = tuple(cell for cells in islice(rows, first - 1) for cell in cells if cell)
        lines = dict(enumerate(islice(rows, last - first + 1), start=first))
        _fill_merged(sheets[self.sheet], lines)
        head = [_without_end(lines.get(number, [])) for number in layout.header]
        self.names = unique_names(joined_names(head), file.shown_as, first)
        self._rows = _rows(rows, last + 1, len(self.names))

    def __iter__(self) -> Iterator[Row]:
        return self._rows


@contextmanager
def open_sheet(file: TableFile, layout: Layout) -> Iterator[SheetRows]:
    """Open a workbook.

    Raises:
        CeyuanError: ``bad-xlsx``, ``bad-header``.
    """
    # Which cells are merged is only told where the whole sheet is read.
    with _open_book(file, whole=len(layout.header) > 1) as book:
        yield SheetRows(file, book, layout)


@contextmanager
def _open_book(file: TableFile, *, whole: bool, formulas: bool = False) -> Iterator[Any]:
    try:
        book = openpyxl.load_workbook(file.path, read_only=not whole, data_only=not formulas)
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes its reader raise anything
        raise _bad_book(file, error) from None
    try:
        yield book
    finally:
        book.close()


def sheet_texts(file: TableFile, sheet: str | None) -> Iterator[Cells]:
    """The cells of a sheet as they are shown, from its first row.

    Raises:
        CeyuanError: ``bad-xlsx``.
    """
    with _open_book(file, whole=False) as book:
        sheets = {one.title: one for one in book.worksheets}
        yield from _texts(file, sheets[_choose(file, sheets, sheet)[0]])


def sheet_names(file: TableFile) -> tuple[list[str], list[str]]:
    """The sheets that are seen, and the hidden ones."""
    with _open_book(file, whole=False) as book:
        states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    visible = [name for name, state in states.items() if state == "visible"]
    return visible, [name for name in states if name not in visible]


def _choose(
    file: TableFile, sheets: Mapping[str, Any], declared: str | None
) -> tuple[str, tuple[str, ...]]:
    """The sheet that is read: the declared one, or the first that is not hidden; and the hidden ones before it."""
    visible = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"]
    chosen = declared or next(iter([*visible, *sheets]), "")
    if chosen not in sheets:
        message = f"there is no sheet {declared!r}" if sheets else "there is no sheet with cells"
        hint = f"Sheets: {', '.join(sheets)}" if sheets else None
        raise fail("bad-xlsx", message, file=file.shown_as, hint=hint)
    before = list(sheets)[: list(sheets).index(chosen)]
    return chosen, () if declared else tuple(name for name in before if name not in visible)


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
        raise _bad_book(file, error) from None


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
        raise _bad_book(file, error) from None


def _bad_book(file: TableFile, error: Exception) -> CeyuanError:
    if isinstance(error, MemoryError | OutOfTimeError):
        raise error  # whoever set the limit says so
    reason = re.sub(r"\s+", " ", str(error))[:160] or type(error).__name__
    return fail("bad-xlsx", f"not a readable XLSX file: {reason}", file=file.shown_as)


def _fill_merged(sheet: Any, lines: dict[int, Cells]) -> None:
    """A merged cell of the header stands in each of its cells."""
    merged = getattr(sheet, "merged_cells", None)
    for area in merged.ranges if merged is not None else ():
        if area.min_row not in lines:
            continue
        text = lines[area.min_row][area.min_col - 1]
        for number in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                if number in lines:
                    lines[number][column - 1] = text


def _without_end(cells: Sequence[str | None]) -> Cells:
    found = list(cells)
    while found and found[-1] is None:
        found.pop()
    return found


def _rows(rows: Iterable[Cells], first: int, width: int) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=first):
        more = any(cell is not None for cell in cells[width:])
        padded = (cells + [None] * width)[:width]
        if more or any(cell is not None for cell in padded):
            yield Row(number, padded, "ragged-row" if more else None)
