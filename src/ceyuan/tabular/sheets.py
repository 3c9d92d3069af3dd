"""Sheets of workbooks: each cell as it is shown, a row's line is its row in the sheet.

What program wrote a workbook is told by its first bytes, not by its name: offices send ``.xls`` that is XLSX, or a web page.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice

from ceyuan.errors import fail
from ceyuan.tabular.books import Cells, Sheet, bad_book
from ceyuan.tabular.layout import Layout, Row, in_area, joined_names, starts_at, unique_names
from ceyuan.tabular.ods import open_ods
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.xls import open_xls
from ceyuan.tabular.xlsx import open_xlsx

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_BARE = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
"""How sheets of Excel 2 to 5 begin that lie in no container."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class SheetRows:
    """The rows of a sheet behind its header.

    Attributes:
        sheet: the sheet's name.
        hidden: names of hidden sheets that were passed over because none is declared.
        several: whether the workbook has other sheets.
        above: the texts above the header.
        names: the names of the columns.
    """

    def __init__(self, file: TableFile, book: Sequence[Sheet], layout: Layout) -> None:
        sheets = {sheet.title: sheet for sheet in book}
        self.sheet, self.hidden = _choose(file, sheets, layout.sheet)
        self.several = len(sheets) > 1
        rows = sheets[self.sheet].rows()
        first, last = min(layout.header), max(layout.header)
        area = layout.area
        above = list(islice(rows, first - 1))[starts_at(layout) - 1 :]
        above = above if area is None else [area.row(cells) for cells in above]
        self.above = tuple(cell for cells in above for cell in cells if cell)
        lines = dict(enumerate(islice(rows, last - first + 1), start=first))
        if len(layout.header) > 1:
            _fill_merged(sheets[self.sheet], lines)
        named = [lines.get(number, []) for number in layout.header]
        named = named if area is None else [area.row(cells) for cells in named]
        head = [_without_end(cells) for cells in named]
        self.names = unique_names(joined_names(head), file.shown_as, first)
        if area is None:
            self._rows = _rows(rows, last + 1, len(self.names))
        else:
            whole = (Row(number, cells) for number, cells in enumerate(rows, start=last + 1))
            self._rows = in_area(whole, area, len(self.names))

    def __iter__(self) -> Iterator[Row]:
        return self._rows


@contextmanager
def open_sheet(file: TableFile, layout: Layout) -> Iterator[SheetRows]:
    """Open a workbook.

    Raises:
        CeyuanError: ``bad-xlsx``, ``bad-header``.
    """
    with _open_book(file, whole=len(layout.header) > 1) as book:
        yield SheetRows(file, book, layout)


def _open_book(file: TableFile, *, whole: bool = False) -> AbstractContextManager[list[Sheet]]:
    try:
        with file.path.open("rb") as stream:
            start = stream.read(len(_OLE))
    except OSError as error:
        raise bad_book(file, error) from None
    if start == _OLE or start.startswith(_BARE):
        return open_xls(file)
    if start == _ZIP and _is_ods(file):
        return open_ods(file)
    if file.path.suffix.lower() == ".xls" and start != _ZIP:
        message = "it is a web page or plain text with the name of a workbook"
        raise bad_book(file, message)
    return open_xlsx(file, whole=whole)


def _is_ods(file: TableFile) -> bool:
    try:
        with zipfile.ZipFile(file.path) as packed:
            names = packed.namelist()
            return (
                packed.read("mimetype").startswith(_ODS)
                if "mimetype" in names
                else "content.xml" in names
            )
    except (OSError, zipfile.BadZipFile, RuntimeError):
        return False  # whoever opens it says what is wrong


def sheet_texts(file: TableFile, sheet: str | None) -> Iterator[Cells]:
    """The cells of a sheet as they are shown, from its first row.

    Raises:
        CeyuanError: ``bad-xlsx``.
    """
    with _open_book(file) as book:
        sheets = {one.title: one for one in book}
        yield from sheets[_choose(file, sheets, sheet)[0]].rows()


def sheet_names(file: TableFile) -> tuple[list[str], list[str]]:
    """The sheets that are seen, and the hidden ones."""
    with _open_book(file) as book:
        visible = [sheet.title for sheet in book if sheet.visible]
        return visible, [sheet.title for sheet in book if not sheet.visible]


def _choose(
    file: TableFile, sheets: Mapping[str, Sheet], declared: str | None
) -> tuple[str, tuple[str, ...]]:
    """The sheet that is read: the declared one, or the first that is not hidden; and the hidden ones before it."""
    visible = [name for name, sheet in sheets.items() if sheet.visible]
    chosen = declared or next(iter([*visible, *sheets]), "")
    if chosen not in sheets:
        message = f"there is no sheet {declared!r}" if sheets else "there is no sheet with cells"
        hint = f"Sheets: {', '.join(sheets)}" if sheets else None
        raise fail("bad-xlsx", message, file=file.shown_as, hint=hint)
    before = list(sheets)[: list(sheets).index(chosen)]
    return chosen, () if declared else tuple(name for name in before if name not in visible)


def _fill_merged(sheet: Sheet, lines: dict[int, Cells]) -> None:
    """A merged cell of the header stands in each of its cells."""
    for area in sheet.merged():
        above = lines.get(area.first_row, [])
        text = above[area.first_column - 1] if area.first_column <= len(above) else None
        for number in range(area.first_row, area.last_row + 1):
            if text is not None and number in lines:
                line = lines[number]
                line += [None] * (area.last_column - len(line))
                line[area.first_column - 1 : area.last_column] = [text] * (
                    area.last_column - area.first_column + 1
                )


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
