"""A document as it was taken apart: its text, where each passage stands, its tables, and what was not read."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from ceyuan.reader.heal import Source


@dataclass(frozen=True, slots=True)
class Mark:
    """The beginning of a passage.

    Attributes:
        start: offset of its first character in the text as given.
        page: the page that it stands on, None where the format has no pages.
        address: what a person would look for, as in ``paragraph 3`` or ``footnote 2``; empty where only the page is known.
    """

    start: int
    page: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        start: where its text starts in the source.
        end: where it ends.
        row: its first row, from 0.
        column: its first column, from 0.
        rows: how many rows it spans.
        columns: how many columns it spans.
        head: whether it is marked as a head.
    """

    start: int
    end: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its cells, and where the caption and the lines before it start in the source."""

    cells: tuple[Cell, ...]
    title: int


SkippedKind = Literal[
    "pictures", "comments", "embedded documents", "hidden passages", "page without text"
]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a file holds besides its text and nobody read.

    Attributes:
        what: what it is.
        number: how many there are.
        page: the page that it is on, where that is known.

    >>> str(Skipped("pictures", 2, page=3)), str(Skipped("page without text", 1, page=4)), str(Skipped("comments", 1))
    ('page 3: 2 pictures', 'page 4, which has no text layer', '1 comments')
    """

    what: SkippedKind
    number: int
    page: int | None = None

    def __str__(self) -> str:
        if self.what == "page without text":
            return f"page {self.page}, which has no text layer"
        place = "" if self.page is None else f"page {self.page}: "
        return f"{place}{self.number} {self.what}"


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says.

    Attributes:
        source: the text to be read, with the places of its characters.
        given: the text that offsets refer to.
        marks: where passages begin, in order.
        grids: its tables.
        skipped: what it holds besides and nobody read.
        plain: whether ``given`` is what a person reads, rather than markup.
    """

    source: Source
    given: str
    marks: tuple[Mark, ...] = ()
    grids: tuple[Grid, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    plain: bool = True

    def mark(self, offset: int) -> Mark | None:
        """The passage that an offset of the given text lies in."""
        i = bisect_right(self.marks, offset, key=lambda mark: mark.start) - 1
        return self.marks[i] if i >= 0 else None


class Passages:
    """Collects the passages of a document that has no text of its own: each becomes a line of the given text."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self.marks: list[Mark] = []
        self.grids: list[Grid] = []
        self.skipped: list[Skipped] = []

    @property
    def length(self) -> int:
        """Where the next passage starts."""
        return self._length

    def add(self, text: str, address: str, page: int | None = None) -> None:
        """Add a passage; breaks inside it stay."""
        self.marks.append(Mark(self._length, page, address))
        self._texts.append(text)
        self._length += len(text) + 1

    def written(self) -> Written:
        """The document."""
        text = "\f".join(self._texts)
        source = Source(text, array("L", range(len(text))), array("L", range(1, len(text) + 1)))
        given = text.replace("\f", "\n")
        return Written(source, given, tuple(self.marks), tuple(self.grids), tuple(self.skipped))
