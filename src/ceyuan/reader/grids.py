"""The parts of a page: running text in the order in which it is read, and tables with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
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
    lines = _unwrapped(lines)
    at = 0
    for start, end in _tables(lines):
        yield from _text(lines[at:start])
        yield Part(cells=_cells(lines[start:end]))
        at = end
    yield from _text(lines[at:])


# --- paragraphs -----------------------------------------------------------------------------------------------------

# In heights of a line: a first line is set in, the line before ends early; and how much wider than others the gap above may be.
_SET_IN, _ENDS_EARLY, _WIDER = 0.8, 2.0, 1.3


def openings(lines: Lines) -> frozenset[int]:
    """Which lines of a running text begin a paragraph: set in, below a wider gap, or after a line that ends early.

    >>> long = [[Fragment("x", 0, 200, bottom, bottom + 10)] for bottom in (90, 76, 40, 26)]
    >>> sorted(openings(long))
    [0, 2]
    """
    if not lines:
        return frozenset()
    left = min(line[0].left for line in lines)
    right = max(line[-1].right for line in lines)
    steps = [above[0].middle - line[0].middle for above, line in pairwise(lines)]
    usual = min((step for step in steps if step > 0), default=0.0)
    found = {0}
    for i, (above, line) in enumerate(pairwise(lines), start=1):
        high = max(above[0].height, line[0].height)
        indent = line[0].left - left
        deeper = indent > _SET_IN * high and line[0].left - above[0].left > _SET_IN * high / 2
        apart = steps[i - 1] > _WIDER * max(usual, high)
        if deeper or apart or above[-1].right < right - _ENDS_EARLY * high:
            found.add(i)
    return frozenset(found)


# --- tables ---------------------------------------------------------------------------------------------------------


# Lines of one head are nearer to each other than rows are, by this part at most.
_NEARER = 0.85


def _unwrapped(lines: Lines) -> Lines:
    """The lines, row heads of several lines made one: lines of words over the first column alone, above or below its figures."""
    made = [list(line) for line in lines]
    joined: set[int] = set()
    for above, below in pairwise(i for i, line in enumerate(lines) if len(line) > 1):
        cut = _parting(lines, above, below)
        if cut is None:
            continue
        upper = [line[0] for line in lines[above + 1 : cut]]
        lower = [line[0] for line in lines[cut:below]]
        if not (_are_heads(upper, lines[above]) and _are_heads(lower, lines[below])):
            continue
        made[above][0] = _one_head([made[above][0], *upper], made[above][0])
        made[below][0] = _one_head([*lower, made[below][0]], made[below][0])
        joined.update(range(above + 1, below))
    return [line for i, line in enumerate(made) if i not in joined]


def _parting(lines: Lines, above: int, below: int) -> int | None:
    """The first of the lines between two rows that belongs to the lower one; None where none stand there or it does not show."""
    if not 1 < below - above <= _MOST_HEADS:
        return None
    middles = [lines[i][0].middle for i in range(above, below + 1)]
    gaps = [high - low for high, low in pairwise(middles)]
    widest = max(gaps)
    if sum(gap > _NEARER * widest for gap in gaps) > 1:
        return None
    return above + 1 + gaps.index(widest)


def _are_heads(pieces: Sequence[Fragment], row: Line) -> bool:
    """Whether some lines can be parts of a row's head: words in the first column, left of all figures."""
    begin = all(abs(piece.left - row[0].left) < 2 * piece.height for piece in pieces)
    beside = all(piece.right <= row[1].left for piece in pieces)
    return not pieces or (begin and beside and _is_row(row) and not any(map(_is_figure, pieces)))


def _one_head(pieces: Sequence[Fragment], row: Fragment) -> Fragment:
    """The lines of a head as one, at the height of that one which stands beside the row's figures."""
    text, boxes = pieces[0].text, list(pieces[0].boxes)
    for piece in pieces[1:]:
        if text[-1:].isascii() and piece.text[:1].isascii():
            text += " "
            boxes.append(None)
        text += piece.text
        boxes += piece.boxes
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    return Fragment(text, left, right, row.bottom, row.top, tuple(boxes))


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
            heads = _heads_of(fragment, last - first + 1)
            if heads:
                placed += [(head, Cell(0, 0, row, first + i)) for i, head in enumerate(heads)]
            else:
                placed.append((fragment, Cell(0, 0, row, first, 1, last - first + 1)))
    return placed


# 研发经费（亿元）强度（%）: heads with units that nearly touch, as each column is no wider than its head
_HEAD_WITH_UNIT = re.compile(r"[^（()）]+[（(][^（()）]+[）)]")


def _heads_of(fragment: Fragment, columns: int) -> list[Fragment]:
    """The heads that a fragment over several columns holds, where it is one with a unit for each; else none."""
    found = list(_HEAD_WITH_UNIT.finditer(fragment.text))
    whole = "".join(match.group() for match in found) == fragment.text
    if columns < 2 or len(found) != columns or not whole:
        return []
    parts = (slice(*match.span()) for match in found)
    return [replace(fragment, text=fragment.text[at], boxes=fragment.boxes[at]) for at in parts]


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
