"""How a table lies in its file, and its rows made of that: one record a row, each column with one name.

Statistical yearbooks put two or three lines of names over their columns, say a group once for several rows, and have a
column for each year. A layout says so; nothing of it is guessed::

    header: [3, 4]                       # 2023年 over 合计 becomes the column 2023年/合计
    fill_down: [地区]                    # an empty cell takes the value above
    unpivot: ["{period}/{item}"]         # every column of that pattern becomes a row: period, item, value
    until: [注, 资料来源]                # the table ends before a row that begins so
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from ceyuan.errors import did_you_mean, fail
from ceyuan.periods import parse_period

VALUE = "value"
"""The column that holds the cells of unpivoted columns."""
JOINER = "/"
"""Stands between the names of header lines that lie above each other."""


class Row(NamedTuple):
    """One row of cells.

    Attributes:
        line: its line in the file or row in the sheet, from 1.
        cells: its texts, None where empty.
        fault: a reason code if it could not be split into cells.
        at: the letters of the column that it was made of, for unpivoted tables.
    """

    line: int
    cells: list[str | None]
    fault: str | None = None
    at: str | None = None


class TableArea(NamedTuple):
    """The columns, and maybe the rows, that a table takes up, from 1 and with both ends.

    Attributes:
        first_column: its first column.
        last_column: its last one.
        first_row: its first row, None where it begins with the file.
        last_row: its last one, None where it goes on to the end.
    """

    first_column: int
    last_column: int
    first_row: int | None = None
    last_row: int | None = None

    def row(self, cells: Sequence[str | None]) -> list[str | None]:
        """The cells of a row that belong to the table."""
        return list(cells[self.first_column - 1 : self.last_column])


AREA = r"([A-Z]{1,3})([1-9]\d{0,6})?:([A-Z]{1,3})([1-9]\d{0,6})?"
"""How an area is written."""


def parse_area(text: str) -> TableArea:
    """Read an area as spreadsheets write it.

    Raises:
        ValueError: if it is none, or its end lies before its beginning.

    >>> parse_area("E:G"), parse_area("A7:C9").last_row
    (TableArea(first_column=5, last_column=7, first_row=None, last_row=None), 9)
    """
    found = re.fullmatch(AREA, text)
    if found is None:
        raise ValueError(f"{text!r} is no area; write E:G or A7:C20")
    left, top, right, bottom = found.groups()
    first_row, last_row = (None if row is None else int(row) for row in (top, bottom))
    area = TableArea(column_index_from_string(left), column_index_from_string(right), first_row, last_row)  # fmt: skip
    if area.last_column < area.first_column or (last_row or 10**9) < (first_row or 1):
        raise ValueError(f"{text!r} ends before it begins")
    return area


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table lies in its file.

    Attributes:
        header: the lines of column names, from 1.
        skip: rows between the header and the first row.
        until: how the first cell of a row begins that is no part of the table any more.
        fill_down: columns whose empty cells take the value above.
        unpivot: patterns of columns that become rows; ``{name}`` is a part of the column's name.
        kept: columns that are read as they are, so that they never become rows.
        marks: footnote marks that may stand at the ends of a period in a column's name.
        split_first: what parts the texts of the first column, which holds several (Eurostat: ``freq,unit,geo``).
        encoding: of text files.
        delimiter: of text files; told by the header line where None.
        sheet: the sheet of a workbook; the first that is not hidden where None.
        area: which part of the file or sheet the table is, where others stand beside or under it.
    """

    header: tuple[int, ...] = (1,)
    skip: int = 0
    until: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    unpivot: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    split_first: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None
    area: TableArea | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a row of the file is a row of the table, under one line of names."""
        changed = (
            self.skip
            or self.until
            or self.fill_down
            or self.unpivot
            or self.split_first
            or self.area
        )
        return len(self.header) == 1 and not changed


@dataclass(frozen=True, slots=True)
class TableHeading:
    """What stands on top of a table.

    Attributes:
        names: the names of its columns.
        above: the texts above them.
        unpivoted: positions of columns that become rows → the parts of their names.
        kept: positions of the other columns.
    """

    names: tuple[str, ...]
    above: tuple[str, ...] = ()
    unpivoted: Mapping[int, Mapping[str, str]] | None = None
    kept: tuple[int, ...] = ()


def loose(name: str) -> str:
    r"""A column's name without what readers do not see: blanks, width, case.

    >>> loose("地\u3000区（ 万元 ）") == loose("地区(万元)")
    True
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def find_name(name: str, names: Iterable[str]) -> str | None:
    r"""The column of that name, as it is written or else the only one that reads the same.

    >>> find_name("地区", ["地\u3000区", "值"])
    '地\u3000区'
    """
    known = list(names)
    if name in known:
        return name
    alike = [n for n in known if loose(n) == loose(name)]
    return alike[0] if len(alike) == 1 else None


def starts_at(layout: Layout) -> int:
    """The row with which a table begins, its title included."""
    return 1 if layout.area is None else layout.area.first_row or 1


def in_area(rows: Iterable[Row], area: TableArea, width: int) -> Iterator[Row]:
    """The rows of a table that takes up a part of its file; those with nothing in that part are none.

    Args:
        rows: the rows of the file under the header.
        area: the part.
        width: how many columns have a name.
    """
    for row in rows:
        if area.last_row is not None and row.line > area.last_row:
            return
        cells = area.row(row.cells)
        # That other parts of a row are longer or shorter is nothing to this one.
        fault = None if row.fault == "ragged-row" else row.fault
        if any(cells[width:]):
            fault = fault or "ragged-row"
        if any(cell and cell.strip() for cell in cells):
            yield row._replace(cells=(cells + [None] * width)[:width], fault=fault)


def joined_names(lines: Sequence[Sequence[str | None]]) -> list[str]:
    """One name for each column from header lines above each other; what is repeated is said once.

    Args:
        lines: the cells of each line, merged cells filled.

    >>> joined_names([["地区", "2023年", "2023年"], ["地区", "合计", "#基础研究"]])
    ['地区', '2023年/合计', '2023年/#基础研究']
    """
    width = max((len(line) for line in lines), default=0)
    names = []
    for column in range(width):
        parts: list[str] = []
        for line in lines:
            text = _one_line(line[column]) if column < len(line) else ""
            if text and text not in parts:
                parts.append(text)
        names.append(JOINER.join(parts))
    return names


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def filled_right(cells: Sequence[str | None]) -> list[str | None]:
    """A line of names over several columns, each repeated until the next one: how a merged cell is written in plain text."""
    filled: list[str | None] = []
    for cell in cells:
        blank = not (cell or "").strip()
        filled.append(filled[-1] if blank and filled else cell)
    return filled


def unique_names(names: Sequence[str], file: str, line: int) -> tuple[str, ...]:
    """Names of columns; those without one are numbered.

    Raises:
        CeyuanError: ``bad-header`` if there is no name, or one stands twice.
    """
    if not any(names):
        raise fail("bad-header", f"there is no line {line} with column names", file=file, line=line)
    for position, name in enumerate(names):
        if name and name in names[:position]:
            raise fail("bad-header", f"the column {name!r} stands twice", file=file, line=line)
    unnamed = (f"column {i}" for i in range(1, 2 * len(names) + 1))
    return tuple(name or next(n for n in unnamed if n not in names) for name in names)


def split_names(names: Sequence[str], layout: Layout) -> list[str]:
    r"""The names of columns once the first one is parted; what stands behind a backslash names the other columns.

    >>> split_names([r"freq,geo\TIME_PERIOD", "2019"], Layout(split_first=","))
    ['freq', 'geo', '2019']
    """
    if layout.split_first is None or not names:
        return list(names)
    first = names[0].partition("\\")[0]
    return [*(part.strip() for part in first.split(layout.split_first)), *names[1:]]


def heading_of(
    names: Sequence[str], above: Sequence[str], layout: Layout, file: str
) -> TableHeading:
    """Tell which columns become rows.

    Raises:
        CeyuanError: ``missing-column`` if a pattern fits no column, or a column that is filled down is not there.
    """
    names = split_names(names, layout)
    _check_filled(layout, names, file)
    if not layout.unpivot:
        return TableHeading(tuple(names), tuple(above))
    found: dict[int, Mapping[str, str]] = {}
    kept_names = {find_name(name, names) for name in layout.kept}
    for pattern in layout.unpivot:
        fits = {
            position: parts
            for position, name in enumerate(names)
            if name not in kept_names and (parts := _fit(pattern, name, layout.marks)) is not None
        }
        if not fits:
            hint = f"Columns: {', '.join(names)}"
            raise fail("missing-column", f"no column is like {pattern!r}", file=file, hint=hint)
        found = fits | found
    made: dict[str, None] = {}
    for named in found.values():
        made |= dict.fromkeys(named)
    kept = tuple(i for i in range(len(names)) if i not in found)
    columns = [names[i] for i in kept]
    twice = [part for part in (*made, VALUE) if part in columns]
    if twice:
        raise fail(
            "bad-header", f"the part {twice[0]!r} of a pattern is a column already", file=file
        )
    return TableHeading((*columns, *made, VALUE), tuple(above), dict(sorted(found.items())), kept)


def _check_filled(layout: Layout, names: Sequence[str], file: str) -> None:
    for name in layout.fill_down:
        if find_name(name, names) is None:
            hint = did_you_mean(name, names)
            raise fail(
                "missing-column", f"there is no column {name!r} to fill down", file=file, hint=hint
            )


def _fit(pattern: str, name: str, marks: Sequence[str] = ()) -> Mapping[str, str] | None:
    """The parts of a name by a pattern; a part that is called ``period`` must be one, but for marks at its ends."""
    wanted = pattern_regex(pattern)
    match = wanted.fullmatch(name) or wanted.fullmatch(unicodedata.normalize("NFKC", name))
    if match is None:
        return None
    parts = {part: text.strip() for part, text in match.groupdict().items()}
    try:
        parse_period(_without(marks, parts.get("period", "2000")))
    except ValueError:
        return None
    return parts


def _without(marks: Sequence[str], text: str) -> str:
    """A text without the marks at its ends."""
    if not marks:
        return text
    ends = rf"(?:{'|'.join(map(re.escape, marks))}|\s)+"
    return re.sub(f"^{ends}|{ends}$", "", text)


def pattern_regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern of column names.

    >>> pattern_regex("{period}年/{item}").fullmatch("2023年/合计").groupdict()
    {'period': '2023', 'item': '合计'}
    """
    parts = re.split(r"(\{[a-z_]+\}|\*)", pattern)
    made = ""
    for part in parts:
        if re.fullmatch(r"\{[a-z_]+\}", part):
            made += f"(?P<{part[1:-1]}>.+?)"
        else:
            made += ".*" if part == "*" else re.escape(part)
    return re.compile(made)


def arranged(
    rows: Iterable[Row], names: Sequence[str], heading: TableHeading, layout: Layout
) -> Iterator[Row]:
    """The rows of a table from the rows of its file.

    Args:
        rows: the rows under the header.
        names: the names of the file's columns.
        heading: the table's own.
        layout: what is done.
    """
    more = len(split_names(names, layout)) - len(names) - _left_of(layout)
    names = split_names(names, layout)
    down = [position for n in layout.fill_down if (position := _position(n, names)) is not None]
    last: dict[int, str | None] = {}
    for number, row in enumerate(rows):
        if number < layout.skip:
            continue
        if _ends(row, layout.until):
            return
        if row.fault is None and layout.split_first is not None:
            row = _split(row, layout.split_first, len(names))  # noqa: PLW2901 - the row is another one now
        if row.fault is not None:
            yield row
            continue
        for position in down:
            last[position] = row.cells[position] or last.get(position)
            row.cells[position] = last[position]
        yield from _unpivoted(row, heading, more) if heading.unpivoted is not None else (row,)


def unpivoted_names(names: Sequence[str], heading: TableHeading, layout: Layout) -> dict[str, str]:
    """The names of the columns that become rows, by the letters that such rows have as their ``at``."""
    split = split_names(names, layout)
    more = len(split) - len(names) - _left_of(layout)
    return {
        get_column_letter(position + 1 - more): split[position]
        for position in heading.unpivoted or {}
    }


def _left_of(layout: Layout) -> int:
    """How many columns of the file lie left of the table."""
    return 0 if layout.area is None else layout.area.first_column - 1


def _position(name: str, names: Sequence[str]) -> int | None:
    found = find_name(name, names)
    return None if found is None else list(names).index(found)


def _ends(row: Row, until: Sequence[str]) -> bool:
    first = next((cell.strip() for cell in row.cells if cell and cell.strip()), "")
    return any(first.startswith(text) for text in until)


def _split(row: Row, separator: str, width: int) -> Row:
    parts = [part.strip() for part in (row.cells[0] or "").split(separator)]
    cells = [*parts, *row.cells[1:]]
    return row._replace(cells=cells) if len(cells) == width else row._replace(fault="ragged-row")


def _unpivoted(row: Row, heading: TableHeading, more: int) -> Iterator[Row]:
    """A row for each cell of an unpivoted column in which something stands."""
    kept = [row.cells[i] for i in heading.kept]
    parts = heading.names[len(kept) : -1]
    for position, named in (heading.unpivoted or {}).items():
        value = row.cells[position]
        if value is not None and value.strip():
            cells = [*kept, *(named.get(part) for part in parts), value]
            yield Row(row.line, cells, None, get_column_letter(position + 1 - more))
