"""ODT files as a reader sees them: paragraphs, tables, notes, boxes, headers and footers; nothing deleted or hidden."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ceyuan.reader.written import Cell, Grid, Passages, Skipped, SkippedKind

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# Deletions, hidden passages, and the labels of notes are no text; what is skipped of the others is named.
_GONE = {
    f"{_TEXT}tracked-changes",
    f"{_TEXT}hidden-text",
    f"{_TEXT}hidden-paragraph",
    f"{_TEXT}note-citation",
}
_SKIPPED: Mapping[str, SkippedKind] = {
    f"{_OFFICE}annotation": "comments",
    f"{_DRAW}image": "pictures",
    f"{_DRAW}object": "embedded documents",
}
_MOST = 1000  # times that a cell or row may be repeated; what is repeated more often fills an empty sheet


def odt_passages(data: bytes) -> Passages:
    """All that an ODT file shows, in order: the body, then its headers and footers."""
    walk = _Walk()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = _root(archive.read("content.xml")).find(f"{_OFFICE}body")
        styles = _root(archive.read("styles.xml")) if "styles.xml" in archive.namelist() else None
    walk.blocks(body, "paragraph")
    walk.notes()
    for name in ("header", "footer"):
        for part in styles.iter(f"{_STYLE}{name}") if styles is not None else ():
            walk.blocks(part, name)
            walk.notes()
    walk.made.skipped += [Skipped(what, count) for what, count in sorted(walk.skipped.items())]
    return walk.made


def _root(content: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415 - heavy, and only some files need it

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


class _Walk:
    def __init__(self) -> None:
        self.made = Passages()
        self.skipped: Counter[SkippedKind] = Counter()
        self._paragraphs = 0
        self._tables = 0
        self._notes: list[tuple[Any, str]] = []

    def blocks(self, parent: Any, name: str) -> None:
        """The paragraphs and tables of an element; whatever wraps them is looked through."""
        for child in parent:
            if child.tag in _PARAGRAPHS:
                self._paragraph(child, name)
            elif child.tag == f"{_TABLE}table":
                self._table(child)
            elif child.tag in _SKIPPED:
                self.skipped[_SKIPPED[child.tag]] += 1
            elif child.tag not in _GONE:
                self.blocks(child, name)

    def _paragraph(self, element: Any, name: str) -> None:
        apart: list[tuple[Any, str]] = []
        text = self._text(element, apart)
        if name == "paragraph":
            self._paragraphs += 1
            name = f"paragraph {self._paragraphs}"
        self.made.add(text, name)
        for part, called in apart:
            self.blocks(part, called)

    def notes(self) -> None:
        """The notes, behind the text: what one says of a year or place is not of the text that goes on."""
        while self._notes:
            self.blocks(*self._notes.pop(0))

    def _text(self, element: Any, apart: list[tuple[Any, str]]) -> str:
        """The text inside an element; notes and boxes are put apart."""
        pieces = [element.text or ""]
        for child in element:
            pieces += [self._piece(child, apart), child.tail or ""]
        return "".join(pieces)

    def _piece(self, child: Any, apart: list[tuple[Any, str]]) -> str:
        if child.tag == f"{_TEXT}s":
            return " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST)
        if child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            return "\t" if child.tag.endswith("tab") else "\n"
        if child.tag == f"{_TEXT}note-body":
            name = child.getparent().get(f"{_TEXT}note-class", "footnote")
            self._notes.append((child, name))
        elif child.tag == f"{_DRAW}text-box":
            apart.append((child, "text box"))
        elif child.tag in _SKIPPED:
            self.skipped[_SKIPPED[child.tag]] += 1
        elif child.tag not in _GONE and isinstance(child.tag, str):
            return self._text(child, apart)
        return ""

    def _table(self, element: Any) -> None:
        self._tables += 1
        title, cells, row = self.made.length, list[Cell](), 0
        for line in element.iter(f"{_TABLE}table-row"):
            column = 0
            for cell in line:
                if cell.tag == f"{_TABLE}table-cell":
                    cells.append(self._cell(cell, row, column))
                if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                    column += _number(cell, "number-columns-repeated")
            row += _number(line, "number-rows-repeated")
        self.made.grids.append(Grid(tuple(cells), title))

    def _cell(self, cell: Any, row: int, column: int) -> Cell:
        start = self.made.length
        # A box in a cell follows the table, as notes do.
        text = "\n".join(self._text(part, self._notes) for part in cell if part.tag in _PARAGRAPHS)
        self.made.add(text, f"table {self._tables}, row {row + 1}, column {column + 1}")
        rows, columns = (
            _number(cell, "number-rows-spanned"),
            _number(cell, "number-columns-spanned"),
        )
        return Cell(start, start + len(text), row, column, rows, columns)


def _number(element: Any, name: str) -> int:
    return min(int(element.get(f"{_TABLE}{name}", "1")), _MOST)
