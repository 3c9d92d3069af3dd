"""Any table of a file, text or sheet, behind one face: names, then rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ceyuan.errors import CeyuanError, Problem, catalogue, fail
from ceyuan.tabular.delimited import TextRows
from ceyuan.tabular.layout import Layout
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.sheets import SHEETS, SheetRows, open_sheet


@contextmanager
def open_table(file: TableFile, layout: Layout | None = None) -> Iterator[TextRows | SheetRows]:
    """Open delimited text (plain, ``.gz``, ``.zip``) or a workbook.

    Raises:
        CeyuanError: ``unreadable-file``, ``empty-file``, ``bad-header``, ``bad-xlsx`` and what else opening finds.
    """
    if not file.path.is_file():
        raise fail("unreadable-file", "there is no such file", file=file.shown_as)
    if file.path.suffix.lower() in SHEETS:
        with open_sheet(file, layout or Layout()) as sheet:
            yield sheet
    else:
        yield TextRows(file, layout or Layout())


def read_records(path: Path) -> tuple[tuple[str, ...], list[tuple[int, Mapping[str, str]]]]:
    """The names of a small table's columns, and its rows with their lines; empty cells are empty texts.

    Raises:
        CeyuanError: as :func:`open_table`; the code of each row that cannot be split into as many cells as there are names.
    """
    file = TableFile(path, str(path))
    rows: list[tuple[int, Mapping[str, str]]] = []
    problems: list[Problem] = []
    with open_table(file) as table:
        names = table.names
        for row in table:
            if row.fault is not None:
                message = f"the row cannot be read: {catalogue()[row.fault].meaning}"
                if row.fault == "ragged-row":
                    message = f"{len(row.cells)} cells where the header has {len(names)}"
                problems.append(Problem(row.fault, message, file.shown_as, row.line))
            else:
                rows.append(
                    (row.line, dict(zip(names, (cell or "" for cell in row.cells), strict=True)))
                )
    if problems:
        raise CeyuanError(problems)
    return names, rows
