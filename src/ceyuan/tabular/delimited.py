"""Delimited text, read with care: every row with its line, broken ones marked, none lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Self

from ceyuan.errors import fail
from ceyuan.tabular.layout import (
    Layout,
    Row,
    TableArea,
    filled_right,
    in_area,
    joined_names,
    starts_at,
    unique_names,
)
from ceyuan.tabular.opening import (
    LONGEST_LINE,
    TableFile,
    encoding_of,
    lines_of,
    opened,
    text_codec,
    wrong_encoding_hint,
)

_LONGEST_ROW = 10_000
_DELIMITERS = (";", "\t", "|")


class TextRows:
    """The rows of a delimited file behind its header.

    Attributes:
        delimiter: what parts the cells.
        above: the lines above the header.
        names: the names of the columns.
    """

    def __init__(self, file: TableFile, layout: Layout, plain: Path | None = None) -> None:
        self._foreign: set[int] = set()
        encoding = text_codec(file, encoding_of(file, layout.encoding)).name
        lines = _lines(file, encoding, plain, self._foreign)
        first = min(layout.header)
        above = [line.rstrip("\n") for line in islice(lines, first - 1)][starts_at(layout) - 1 :]
        head = next(lines, "")
        self.delimiter = layout.delimiter or told_delimiter(head)
        self._area = layout.area
        if self._area is not None:
            above = list(_within(above, self.delimiter, self._area))
        self.above = tuple(above)
        self._feed = _Feed([head] if head else [], lines, first)
        self._rows = _careful_rows(self._feed, self.delimiter, self._foreign)
        self.names = self._names(file, layout)

    @property
    def next_line(self) -> int:
        """The line of the next row."""
        return self._feed.number

    def __iter__(self) -> Iterator[Row]:
        if self._area is None:
            return self._rows
        return in_area(self._rows, self._area, len(self.names))

    def _names(self, file: TableFile, layout: Layout) -> tuple[str, ...]:
        lines: list[list[str | None]] = []
        last = max(layout.header)
        while self._feed.number <= last:
            row = next(self._rows, None)
            if row is None:
                break
            if row.fault not in (None, "ragged-row"):
                message = "the line of column names cannot be read as declared"
                raise fail(row.fault or "", message, file=file.shown_as, line=row.line)
            if row.line in layout.header or not lines:
                lines.append(row.cells if self._area is None else self._area.row(row.cells))
        if len(lines) > 1:
            lines = [*(filled_right(line) for line in lines[:-1]), lines[-1]]
        return unique_names(joined_names(lines), file.shown_as, min(layout.header))


def _within(lines: list[str], delimiter: str, area: TableArea) -> Iterator[str]:
    """The lines above a table, without what stands above the tables beside it."""
    for line in lines:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        yield delimiter.join(cell or "" for cell in area.row(cells))


def told_delimiter(header: str) -> str:
    r"""What parts the cells of a header line: the comma, unless there is none and another one is there.

    >>> told_delimiter("a;b"), told_delimiter("a\tb"), told_delimiter("a;b,c"), told_delimiter("a")
    (';', '\t', ',', ',')
    """
    if "," in header:
        return ","
    return max(_DELIMITERS, key=header.count) if any(d in header for d in _DELIMITERS) else ","


class _Feed:
    """Lines for the CSV reader, which can be read again after a row that went wrong.

    Attributes:
        number: number of the next line.
        row: the lines of the row at hand.
    """

    def __init__(self, first: list[str], lines: Iterator[str], number: int) -> None:
        self._lines = lines
        self._again = first
        self.number = number
        self.row: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self.row) == _LONGEST_ROW:
            raise StopIteration  # a quotation mark that nobody closes must not swallow the rest of the file
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.row.append(line)
        return line

    def back_to_second(self) -> str:
        """Give all lines of the row back but the first; returns that one."""
        first, *others = self.row
        self._again += reversed(others)
        self.number -= len(others)
        return first


def _careful_rows(feed: _Feed, delimiter: str, foreign: set[int]) -> Iterator[Row]:
    """Rows of a delimited file with their lines; broken ones are marked. The first row says how many cells there are.

    After an open quotation mark only the line where it stands is lost: reading goes on with the next one.
    """
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while True:
        feed.row.clear()
        first = feed.number
        try:
            cells: list[str | None] = list(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield Row(first, [feed.back_to_second().rstrip("\r\n")], "bad-csv")
            continue
        if not cells:
            continue
        fault = (
            "bad-encoding"
            if foreign and not foreign.isdisjoint(range(first, feed.number))
            else None
        )
        width = width or len(cells)
        yield Row(first, cells, fault or ("ragged-row" if len(cells) != width else None))


def _lines(file: TableFile, encoding: str, plain: Path | None, foreign: set[int]) -> Iterator[str]:
    """The lines of a file as text; the numbers of those that are not in the declared encoding go to ``foreign``."""
    if plain is not None:
        file, encoding = TableFile(plain, file.shown_as), "utf-8"
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(file, encoding)
        return
    for number, line in enumerate(lines_of(file), start=1):
        text = _decode(line, encoding, number, foreign)
        yield (text.removeprefix("\ufeff") if number == 1 else text) + "\n"


def text_lines(file: TableFile, encoding: str) -> Iterator[str]:
    """The lines of a file as text, those in another encoding as well as can be."""
    return _lines(file, encoding, None, set())


def _wide_lines(file: TableFile, encoding: str) -> Iterator[str]:
    """Lines of an encoding that has zero bytes and newlines of its own."""
    try:
        with opened(file) as stream, io.TextIOWrapper(stream, encoding, newline="\n") as text:
            yield from text
    except UnicodeError:
        message = f"the file is not {encoding.upper()} throughout"
        raise fail("bad-encoding", message, file=file.shown_as) from None


def _decode(line: bytes, encoding: str, number: int, foreign: set[int]) -> str:
    try:
        return line.decode(encoding)
    except UnicodeError:
        foreign.add(number)
        return line.decode(wrong_encoding_hint(line) or "utf-8", "backslashreplace")
