"""The text layer of PDF files as a reader sees it: columns one after the other, tables cell by cell.

A PDF file holds characters with their places on the page, in any order. Characters that follow each other on a line make a
fragment; fragments beside each other make a line of the page. Lines with figures below each other are a table; a gap
that goes down the page through its lines parts columns of text.
"""

from __future__ import annotations

import ctypes
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import Any

from ceyuan.errors import fail
from ceyuan.reader.grids import Box, Fragment, Lines, openings, parts_of
from ceyuan.reader.heal import Source
from ceyuan.reader.written import Cell, Grid, Mark, Skipped, Written

# In heights of a line: what lies further apart does not belong to one fragment.
# A space of Latin text may be wide where lines are justified.
_GAP, _LATIN_GAP = 0.4, 0.8
_SAME_LINE = 0.5
_ONE_AT_A_TIME = Lock()
"""PDFium knows one thread only."""


def pdf_passages(data: bytes, name: str) -> Written:
    """What a PDF file says, page after page.

    Raises:
        CeyuanError: ``document-no-text`` where it is a scan.
        PdfiumError: where it cannot be opened or is locked.
    """
    made = _read(data)
    if not made.text.strip():
        raise fail(
            "document-no-text", "the PDF file has no text layer; it may be a scan", file=name
        )
    return made.written()


def boxes_of(placed: Sequence[Placed], start: int, end: int) -> list[tuple[int, Box]]:
    """Where a passage stands: pages from 1 and boxes on them, one for each piece of a line.

    Args:
        placed: all that stands in the file, from :func:`pdf_places`.
        start: where the passage starts in the text that was read.
        end: where it ends.
    """
    found = []
    first = max(0, bisect_right(placed, start, key=lambda one: one.start) - 1)
    for one in placed[first:]:
        if one.start >= end:
            break
        boxes = [
            box
            for box in one.fragment.boxes[max(0, start - one.start) : end - one.start]
            if box is not None
        ]
        if boxes:
            left, right, bottom, top = zip(*boxes, strict=True)
            found.append((one.page, (min(left), max(right), min(bottom), max(top))))
    return found


def pdf_places(data: bytes) -> list[Placed]:
    """All pieces of text of a PDF file where they stand, in the order in which :func:`pdf_passages` reads them."""
    return _read(data).placed


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text.

    Attributes:
        start: where it starts in the text that was read.
        page: its page, from 1.
        fragment: the piece.
    """

    start: int
    page: int
    fragment: Fragment


def _read(data: bytes) -> _Made:
    import pypdfium2  # noqa: PLC0415 - heavy, and only some files need it

    made = _Made()
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(data)
        try:
            for number in range(1, len(document) + 1):
                page = document[number - 1]
                made.page(number, _lines(page), _pictures(page))
                page.close()
        finally:
            document.close()
    return made


class _Made:
    """The text that is made of the pages, and what stands where."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._grids: list[Grid] = []
        self._skipped: list[Skipped] = []
        self.placed: list[Placed] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def page(self, number: int, lines: Lines, pictures: int) -> None:
        """Add a page; what of it is no text is named."""
        self._marks.append(Mark(self._length, number, f"page {number}"))
        if not lines:
            self._skipped.append(Skipped("page without text", 1, number))
        elif pictures:
            self._skipped.append(Skipped("pictures", pictures, number))
        paragraphs = 0
        for part in parts_of(lines):
            if part.cells:
                self._grid(part.cells, number)
            opening = openings(part.lines)
            for i, line in enumerate(part.lines):
                if i in opening:
                    paragraphs += 1
                    address = f"page {number}, paragraph {paragraphs}"
                    self._marks.append(Mark(self._length, number, address))
                for fragment in line:
                    self._place(fragment, number)
                    self._add("\n" if fragment is line[-1] else " ")

    def _grid(self, placed: Sequence[tuple[Fragment, Cell]], page: int) -> None:
        """A table: its cells, each ended by a break that is never healed."""
        self._end_block()
        title, cells = self._length, []
        for fragment, at in placed:
            start = self._length
            self._place(fragment, page)
            cells.append(Cell(start, self._length, at.row, at.column, at.rows, at.columns))
            self._add("\f")
        self._grids.append(Grid(tuple(cells), title))

    def _end_block(self) -> None:
        if self._pieces and self._pieces[-1] == "\n":
            self._pieces[-1] = "\f"

    def _place(self, fragment: Fragment, page: int) -> None:
        self.placed.append(Placed(self._length, page, fragment))
        self._add(fragment.text)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def written(self) -> Written:
        text = self.text
        source = Source(text, array("L", range(len(text))), array("L", range(1, len(text) + 1)))
        given = text.replace("\f", "\n")
        return Written(source, given, tuple(self._marks), tuple(self._grids), tuple(self._skipped))


def _pictures(page: Any) -> int:
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    return sum(1 for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _lines(page: Any) -> Lines:
    """The fragments of a page by line, from the top, those of a line from the left."""
    fragments = sorted(_fragments(page), key=lambda fragment: -fragment.middle)
    lines: list[list[Fragment]] = []
    for fragment in fragments:
        last = lines[-1][0] if lines else None
        if last is not None and last.middle - fragment.middle < _SAME_LINE * max(
            last.height, fragment.height
        ):
            lines[-1].append(fragment)
        else:
            lines.append([fragment])
    return [sorted(line, key=lambda fragment: fragment.left) for line in lines]


def _fragments(page: Any) -> Iterator[Fragment]:
    """The runs of characters of a page that follow each other on one line."""
    characters = [c for c in _characters(page) if c.text.strip()]
    if not characters:
        return
    high = median(c.height for c in characters)
    run = [characters[0]]
    for before, here in pairwise(characters):
        if _follows(before, here, high):
            run.append(here)
        else:
            yield _joined(run, high)
            run = [here]
    yield _joined(run, high)


def _follows(before: Fragment, here: Fragment, high: float) -> bool:
    height = max(before.height, here.height, high * 0.6)
    level = (
        abs(before.bottom - here.bottom) < height * 0.8
        and here.bottom < before.top
        and before.bottom < here.top
    )
    latin = before.text.isascii() and here.text.isascii()
    return level and -height < here.left - before.right < (_LATIN_GAP if latin else _GAP) * height


# Between Latin characters a gap of this part of a line's height is a space.
_SPACE = 0.16


def _joined(run: Sequence[Fragment], high: float) -> Fragment:
    """Characters as one fragment, with a space where there is a gap between Latin ones."""
    pieces, boxes = [run[0].text], list(run[0].boxes)
    for before, here in pairwise(run):
        apart = here.left - before.right > _SPACE * max(before.height, high * 0.6)
        if apart and before.text.isascii() and here.text.isascii():
            pieces.append(" ")
            boxes.append(None)
        pieces.append(here.text)
        boxes += here.boxes
    return Fragment(
        "".join(pieces),
        min(c.left for c in run),
        max(c.right for c in run),
        min(c.bottom for c in run),
        max(c.top for c in run),
        tuple(boxes),
    )


def _characters(page: Any) -> Iterator[Fragment]:
    """The characters of a page in the order of the file, each with its box."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    text, turned = page.get_textpage(), page.get_rotation()
    box = pdfium.FS_RECTF()
    at = ctypes.byref(box)
    for i in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if code and not 0xD800 <= code < 0xE000 and pdfium.FPDFText_GetLooseCharBox(text, i, at):
            sides = box.left, box.right, box.bottom, box.top
            yield Fragment(chr(code), *_upright(*sides, turned), (sides,))
    text.close()


def _upright(
    left: float, right: float, bottom: float, top: float, turned: int
) -> tuple[float, float, float, float]:
    """The sides of a box as they show on a page that is shown turned by so many degrees."""
    match turned:
        case 90:
            return bottom, top, -right, -left
        case 180:
            return -right, -left, -top, -bottom
        case 270:
            return -top, -bottom, left, right
        case _:
            return left, right, bottom, top
