"""What can be told of cells before anything is declared: which are numbers or periods, where tables begin and end."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from ceyuan.periods import parse_period
from ceyuan.records.numbers import MARKS, written
from ceyuan.tabular.layout import TableArea

Grid = Sequence[Sequence[str]]
_YEARS = (1800, 2200)
"""Between which a plain number may be a year."""
_MARKED = re.compile(
    r"(?P<period>\d.*?)\s*(?P<mark>\([A-Za-z][A-Za-z ]*\)|\[[^\]]+\]|(?<![A-Za-z])[a-z]|(?<=\s)\d+\)|[*#†‡①-⑳]+)"
)
_LETTER = re.compile(r"[A-Za-z]")
_DELIMITERS = ("\t", ";", "|", ",")
"""What may part cells; where several do so equally well, the one that is rarer in texts."""
_YEARLESS = re.compile(
    r"前?\d{1,2}(?:\s*[-–—~至]\s*\d{1,2})?个?月|第?[一二三四1-4]季度?|前[二三]季度|[上下]半年|Q[1-4]|H[12]",
    re.IGNORECASE,
)


class Block(NamedTuple):
    """A table within a grid.

    Attributes:
        area: its columns and rows.
        header: the lines of its names.
    """

    area: TableArea
    header: tuple[int, ...]


def told_cells(lines: Sequence[str], preferred: str | None) -> tuple[str, Grid]:
    """What parts the cells of most lines into equally many, and the cells."""
    best: tuple[int, str, Grid] | None = None
    for delimiter in _DELIMITERS if preferred is None else (preferred,):
        grid = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
        widths = Counter(len(cells) for cells in grid if len(cells) > 1)
        alike = max(widths.values(), default=0)
        if best is None or alike > best[0]:
            best = alike, delimiter, grid
    return (",", []) if best is None else best[1:]


def blocks(grid: Grid) -> list[Block]:
    """The tables of a grid: beside each other with an empty column between, or under each other with names of their own.

    >>> [b.area for b in blocks([["a", "x", "", "b", "x"], ["1", "2", "", "3", "4"]])]
    [TableArea(first_column=1, last_column=2, first_row=None, last_row=None), TableArea(first_column=4, last_column=5, \
first_row=None, last_row=None)]
    """
    starts = _starts(grid)
    found: list[Block] = []
    for start, end in zip(starts, [*starts[1:], len(grid)], strict=True):
        part = grid[start:end]
        last = max((n for n, cells in enumerate(part, start + 1) if _told(cells)), default=end)
        rows = (start + 1 if start else None, None if end == len(grid) else last)
        for left, right in _columns(part[header_lines(part)[-1] - 1 :]):
            beside = [cells[left - 1 : right] for cells in part]
            header = tuple(line + start for line in header_lines(beside))
            found.append(Block(TableArea(left, right, *rows), header))
    return found


def _starts(grid: Grid) -> list[int]:
    """The rows, from 0, at which tables begin that lie under each other: each has a row of names like the first one's."""
    first = header_lines(grid)[-1]
    names = _told(grid[first - 1]) if first <= len(grid) else []
    starts = [0]
    for number in range(first + 1, len(grid)):
        again = _told(grid[number])
        if len(again) > 1 and again[:1] == names[:1] and not is_data(grid[number]):
            # The lines without numbers above the names are the table's title.
            while number - 1 > starts[-1] and len(_told(grid[number - 1])) == 1:
                number -= 1  # noqa: PLW2901 - goes up to the title
            starts.append(number)
    return starts


def _columns(grid: Grid) -> list[tuple[int, int]]:
    """The runs of at least two columns with something in them, from 1."""
    columns = list(zip_longest(*grid, fillvalue=""))
    used = [bool(_told(column)) for column in columns]
    runs: list[tuple[int, int]] = []
    for column, is_used in enumerate(used, start=1):
        if is_used and runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        elif is_used:
            runs.append((column, column))
    # A column that stands alone is a part of the table before: it has no labels of its own.
    whole = [run for run in runs if run[1] > run[0]]
    return whole if len(whole) > 1 and len(whole) == len(runs) else [(1, max(len(columns), 1))]


def _told(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def header_lines(grid: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The lines of names: from the first that has several cells to the one before the first line of numbers."""
    data = next((n for n, cells in enumerate(grid) if is_data(cells)), len(grid))
    named = [n for n in range(data) if len(_told(grid[n])) > 1]
    return tuple(n + 1 for n in named) or (max(data, 1),)


def is_data(cells: Sequence[str]) -> bool:
    """Whether numbers stand behind the first cell that are no years of a heading."""
    told = [cell.strip() for cell in cells if cell.strip()]
    return len(told) > 1 and any(is_number(cell) and not heads_period(cell) for cell in told[1:])


def is_number(text: str) -> bool:
    """Whether a cell holds a number, perhaps with a sign or a unit beside it; ``P12`` is a code."""
    readings = [written(text, mark) for mark in MARKS]
    return any(one.number is not None and not _LETTER.search(one.before) for one in readings)


def is_period(text: str) -> bool:
    """Whether a text is a year, a month or another span of time, but no single day.

    >>> is_period("2023"), is_period("2023年1—9月"), is_period("1000")
    (True, True, False)
    """
    if text.isdigit() and not _YEARS[0] <= int(text) <= _YEARS[1]:
        return False
    try:
        return parse_period(text).grain != "day"
    except ValueError:
        return False


def mark_beside_period(text: str) -> str | None:
    """The mark that stands behind a period in the name of a column; None where there is none, or no period.

    >>> [mark_beside_period(t) for t in ("2022 (r)", "2023p", "2021 1)", "2020-21 [note 1]", "2023#", "2023", "Total (r)")]
    ['(r)', 'p', '1)', '[note 1]', '#', None, None]
    """
    found = _MARKED.fullmatch(text.strip())
    return found["mark"] if found is not None and is_period(found["period"]) else None


def heads_period(text: str) -> bool:
    """Whether a text is a period, perhaps with a mark behind it."""
    return is_period(text) or mark_beside_period(text) is not None


def names_part_of_year(text: str) -> bool:
    """Whether a text is a period without its year: 1-9月, 第三季度, Q3.

    >>> [names_part_of_year(t) for t in ("1-9月", "上半年", "2023", "R&D")]
    [True, True, False, False]
    """
    return _YEARLESS.fullmatch(text.strip()) is not None
