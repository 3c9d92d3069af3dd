"""The parts of a page: running text in the order in which it is read, and tables with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ceyuan.reader.fold import fold
from ceyuan.reader.written import Cell

# A cell of figures: 4,802.6 or (3.2) or 12.5% or –.
_FIGURE = re.compile(r"[-+(]?\d[\d, ]*(?:\.\d+)?\)?(?: ?(?:%|‰|[一-鿿]{1,3}))?|[-–—…/]+|\.\.\.")
_FEWEST_ROWS = 2
_MOST_HEADS = 4
# A gutter parts at least so many lines of both sides, and at most one in so many lines goes through it.
_FEWEST_LINES, _CROSSED = 4, 0.34
# A line of running text is at least so many times as long as high.
_LINE_OF_TEXT = 6


Box = tuple[float, float, float, float]
"""Left, right, bottom and top."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text at its place on the page as it shows, in points from its lower left corner.

    Attributes:
        text: the text.
        left, right, bottom, top: its sides.
        boxes: for each character its sides on the page before that is turned; None for a space that the file does not have.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    boxes: tuple[Box | None, ...] = ()

    @property
    def height(self) -> float:
        """Of the line."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Where the middle of the line is."""
        return (self.top + self.bottom) / 2


Line = Sequence[Fragment]
Lines = Sequence[Line]


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of running text, or a table with the place of each of its cells."""

    lines: Lines = ()
    cells: Sequence[tuple[Fragment, Cell]] = ()


def parts_of(lines: Lines) -> Iterator[Part]:
    """The parts of a page in the order in which they are read.

    Args:
        lines: its lines from the top.
    """
    at = 0
    for start, end in _tables(lines):
        yield from _text(lines[at:start])
        yield Part(cells=_cells(lines[start:end]))
        at = end
    yield from _text(lines[at:])


# --- tables ---------------------------------------------------------------------------------------------------------


def _is_figure(fragment: Fragment) -> bool:
    return _FIGURE.fullmatch(fold(fragment.text).strip()) is not None


def _is_row(line: Line) -> bool:
    """Whether a line is a row of a table: all but its first fragment are figures, or a few words among them."""
    figures = sum(map(_is_figure, line[1:]))
    return len(line) > 1 and figures > 0 and 2 * figures >= len(line) - 1


def _tables(lines: Lines) -> Iterator[tuple[int, int]]:
    """First line and line behind the last of each table, its heads included."""
    at, free = 0, 0
    while at < len(lines):
        end = at
        while (
            end < len(lines)
            and _is_row(lines[end])
            and (end == at or _below(lines[end - 1], lines[end]))
        ):
            end += 1
        start = _with_heads(lines, free, at)
        if end - at >= _FEWEST_ROWS and (start < at or _has_unit(lines, free, start)):
            yield start, end
            free = end
        at = max(end, at + 1)


def _has_unit(lines: Lines, free: int, start: int) -> bool:
    """Whether a line shortly above a table without heads names its unit; a list of contents has none."""
    above = "".join(
        fragment.text for line in lines[max(free, start - 3) : start] for fragment in line
    )
    return "单位" in fold(above)


def _below(above: Line, line: Line) -> bool:
    """Whether a row goes on with the columns of the row above it."""
    met = [cell for cell in line if _meets_any(cell, above)]
    return 2 * len(met) >= len(line)


def _with_heads(lines: Lines, free: int, first: int) -> int:
    """Where the heads of a table begin: lines of several fragments above its first row, over its columns."""
    start = first
    while start > free and first - start < _MOST_HEADS:
        above = lines[start - 1]
        if len(above) < 2 or not _below(lines[first], above):
            break
        start -= 1
    return start


def _meets_any(one: Fragment, others: Line) -> bool:
    return any(_meet(one, other) for other in others)


def _meet(one: Fragment, other: Fragment) -> bool:
    return one.left < other.right and other.left < one.right


def _cells(lines: Lines) -> list[tuple[Fragment, Cell]]:
    """The fragments of a table with their rows and columns; a head over several columns spans them."""
    columns = _columns(lines)
    placed = []
    for row, line in enumerate(lines):
        for fragment in line:
            over = [
                i
                for i, (left, right) in enumerate(columns)
                if fragment.left < right and left < fragment.right
            ]
            first, last = (over[0], over[-1]) if over else (0, 0)
            placed.append((fragment, Cell(0, 0, row, first, 1, last - first + 1)))
    return placed


def _columns(lines: Lines) -> list[tuple[float, float]]:
    """Left and right of each column: what the fragments of the rows cover together."""
    rows = [line for line in lines if _is_row(line)]
    spans = sorted((fragment.left, fragment.right) for line in rows for fragment in line)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


# --- columns of text ------------------------------------------------------------------------------------------------


def _text(lines: Lines) -> Iterator[Part]:
    """Running text: bands of lines without a gutter as they stand, of others one column after the other."""
    gutter = _gutter(lines)
    if gutter is None:
        if lines:
            yield Part(lines)
        return
    band: list[Line] = []
    for line in lines:
        if _crosses(line, gutter):
            yield from _sides(band, gutter)
            yield Part([line])
            band = []
        else:
            band.append(line)
    yield from _sides(band, gutter)


def _sides(band: Lines, gutter: float) -> Iterator[Part]:
    """The two sides of a gutter, each of which may have gutters of its own."""
    left = ([f for f in line if f.left < gutter] for line in band)
    yield from _text(list(filter(None, left)))
    right = ([f for f in line if f.left >= gutter] for line in band)
    yield from _text(list(filter(None, right)))


def _crosses(line: Line, gutter: float) -> bool:
    return any(fragment.left < gutter < fragment.right for fragment in line)


def _gutter(lines: Lines) -> float | None:
    """Where a gap goes down through most lines, with text of some lines on both sides; None where none does."""
    best: tuple[int, float] | None = None
    for at in sorted({round(f.right) + 1.0 for line in lines for f in line}):
        crossed = sum(_crosses(line, at) for line in lines)
        left = [f for line in lines for f in line if f.right < at]
        right = [f for line in lines for f in line if f.left > at]
        if (
            crossed <= _CROSSED * len(lines)
            and _is_column(left)
            and _is_column(right)
            and _beside(left, right)
        ):
            found = min(len(left), len(right)) - crossed, at
            best = found if best is None else max(best, found)
    return None if best is None else best[1]


def _is_column(fragments: Sequence[Fragment]) -> bool:
    """Whether fragments are lines of running text: enough of them, and most of some length."""
    if len(fragments) < _FEWEST_LINES:
        return False
    return median((f.right - f.left) / max(f.height, 1) for f in fragments) > _LINE_OF_TEXT


def _beside(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    """Whether two columns stand beside each other for most of the shorter one."""
    (bottom, top), (other_bottom, other_top) = _extent(left), _extent(right)
    shorter = min(top - bottom, other_top - other_bottom)
    return min(top, other_top) - max(bottom, other_bottom) > 0.5 * shorter


def _extent(fragments: Sequence[Fragment]) -> tuple[float, float]:
    return min(f.bottom for f in fragments), max(f.top for f in fragments)
