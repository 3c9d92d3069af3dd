"""Tables for people to read: what rich's ``Table`` draws, for thousands of rows in a fraction of its time.

Rich renders each cell as if it might be anything. Here a cell is text, and only one that does not fit is given to rich.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from click import style
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_BETWEEN = 3
"""Blanks between two columns."""


def table_lines(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], width: int
) -> Iterator[str]:
    """The lines of a table: headers, a rule, rows; between blank lines.

    Args:
        headers: of the columns.
        rows: cells of each row.
        right: for each column whether it is aligned to the right.
        width: how wide the table may be; longer cells are folded.
    """
    last = len(headers) - 1
    margins = [(position > 0) + (position < last) for position in range(last + 1)]
    natural = [
        _widest(column) + m
        for column, m in zip(zip(headers, *rows, strict=True), margins, strict=True)
    ]
    widths = [
        max(w - m, 1) for w, m in zip(fitted(natural, width - 2 - last), margins, strict=True)
    ]
    blank = " " * (sum(widths) + _BETWEEN * (len(widths) - 1) + 2)
    console = Console(width=width)
    yield blank
    yield from (style(line, bold=True) for line in _row(headers, widths, right, console, low=True))
    yield f" {'─' * (len(blank) - 2)} "
    for row in rows:
        yield from _row(row, widths, right, console)
    yield blank


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """Widths that fit into the room: the widest columns become narrower first.

    >>> fitted([3, 20, 30], 33), fitted([3, 4], 33)
    ([3, 15, 15], [3, 4])
    """
    found = [min(w, room) for w in widths]
    while (excess := sum(found) - room) > 0 and max(found) > 0:
        most = max(found)
        widest = [position for position, w in enumerate(found) if w == most]
        most_each = min(excess, most - max((w for w in found if w < most), default=0))
        for done, position in enumerate(widest):
            share = min(most_each, round(excess / (len(widest) - done)))
            found[position] -= share
            excess -= share
    return found


def _widest(cells: Sequence[str]) -> int:
    return max((cell_len(line) for cell in cells for line in cell.splitlines()), default=0)


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    right: Sequence[bool],
    console: Console,
    *,
    low: bool = False,
) -> Iterator[str]:
    """The lines of a row; shorter cells stand at its upper edge, or at the lower one."""
    parts = [_folded(cell, width, console) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, parts))
    blanks = [[""] * (height - len(part)) for part in parts]
    parts = [b + p if low else p + b for p, b in zip(parts, blanks, strict=True)]
    for lines in zip(*parts, strict=True):
        padded = (_padded(*found) for found in zip(lines, widths, right, strict=True))
        yield f" {(' ' * _BETWEEN).join(padded)} "


def _folded(cell: str, width: int, console: Console) -> list[str]:
    if cell.isprintable() and cell_len(cell) <= width:
        return [cell]
    return [line.plain for line in Text(cell).wrap(console, max(width, 1), overflow="fold")] or [""]


def _padded(line: str, width: int, right: bool) -> str:
    blank = " " * (width - cell_len(line))
    return blank + line if right else line + blank
