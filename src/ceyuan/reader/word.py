"""Word files as a reader sees them: insertions, controls, notes, boxes, headers and footers; nothing deleted or hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ceyuan.reader.written import Cell, Grid, Passages, Skipped, SkippedKind

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = {
    f"{_W}{name}"
    for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "tblPr", "sdtPr")
}
_GONE.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_PICTURES = ("}blip", "}imagedata")
_PARTS = (
    ("header", "header"),
    ("footer", "footer"),
    ("footnotes", "footnote"),
    ("endnotes", "endnote"),
)


def word_passages(document: Document) -> Passages:
    """All that an opened Word file shows, in order: the body, then its headers, footers and notes."""
    reader = _Walk()
    reader.blocks(document.element.body, "paragraph")
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    for stem, name in _PARTS:
        for path in sorted(path for path in parts if path.startswith(f"/word/{stem}")):
            reader.part(_root(parts[path]), name)
    if "/word/comments.xml" in parts:
        reader.skipped["comments"] += len(_root(parts["/word/comments.xml"]))
    for what, count in sorted(reader.skipped.items()):
        if count:
            reader.made.skipped.append(Skipped(what, count))
    return reader.made


def text_nodes(document: Document) -> list[tuple[int, Any]]:
    """The text elements (``w:t``) of the body of an opened Word file, each with the offset at which its text starts."""
    reader = _Walk()
    reader.blocks(document.element.body, "paragraph")
    return reader.nodes


def _root(part: Any) -> Any:
    """The root element of a part, which python-docx parses only where it has a class for it."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - heavy, and only some files need it

    element = getattr(part, "element", None)
    return element if element is not None else parse_xml(part.blob)


class _Walk:
    def __init__(self) -> None:
        self.made = Passages()
        self.skipped: Counter[SkippedKind] = Counter()
        self.nodes: list[tuple[int, Any]] = []
        self._paragraphs = 0
        self._tables = 0

    def part(self, root: Any, name: str) -> None:
        """A header or footer, or all notes of a kind."""
        notes = [child for child in root if child.tag in (f"{_W}footnote", f"{_W}endnote")]
        for note in notes:
            if note.get(f"{_W}type") is None:
                self.blocks(note, f"{name} {note.get(f'{_W}id')}")
        if not notes:
            self.blocks(root, name)

    def blocks(self, parent: Any, name: str) -> None:
        """The paragraphs and tables of an element; whatever wraps them is looked through."""
        for child in parent:
            if child.tag in _GONE:
                continue
            if child.tag == f"{_W}p":
                self._paragraph(child, name)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag == f"{_W}altChunk":
                self.skipped["embedded documents"] += 1
            else:
                self.blocks(child, name)

    def _paragraph(self, element: Any, name: str) -> None:
        boxes: list[Any] = []
        pieces, at = [], self.made.length
        for piece, node in self._text(element, boxes):
            pieces.append(piece)
            self.nodes.append((at, node))
            at += len(piece)
        text = "".join(pieces)
        if name == "paragraph":
            self._paragraphs += 1
            self.made.add(text, f"paragraph {self._paragraphs}")
        else:
            self.made.add(text, name)
        for box in boxes:
            self.blocks(box, "text box")

    def _text(self, element: Any, boxes: list[Any]) -> Iterator[tuple[str, Any]]:
        """The pieces of text inside an element, each with the element that holds it."""
        for child in element:
            if child.tag in _GONE or not isinstance(child.tag, str):
                continue
            if child.tag == f"{_W}t":
                yield child.text or "", child
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag], child
            elif child.tag == f"{_W}txbxContent":
                boxes.append(child)
            elif child.tag == f"{_W}r" and _hidden(child):
                self.skipped["hidden passages"] += 1
            else:
                self.skipped["pictures"] += child.tag.endswith(_PICTURES)
                yield from self._text(child, boxes)

    def _table(self, element: Any) -> None:
        self._tables += 1
        number, title = self._tables, self.made.length
        cells: list[Cell] = []
        open_cells: dict[int, int] = {}
        for r, row in enumerate(_inside(element, "tr")):
            column = 0
            for box in _inside(row, "tc"):
                width, merged = _span(box)
                if merged == "continue" and column in open_cells:
                    i = open_cells[column]
                    old = cells[i]
                    cells[i] = Cell(
                        old.start, old.end, old.row, old.column, r - old.row + 1, old.columns
                    )
                else:
                    start = self.made.length
                    self.blocks(box, f"table {number}, row {r + 1}, column {column + 1}")
                    cells.append(Cell(start, max(start, self.made.length - 1), r, column, 1, width))
                    open_cells[column] = len(cells) - 1
                column += width
        self.made.grids.append(Grid(tuple(cells), title))


def _inside(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, through insertions and content controls."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _inside(child, name)


def _span(cell: Any) -> tuple[int, str | None]:
    """How many columns a cell spans, and whether it continues the one above."""
    wide = cell.find(f"{_W}tcPr/{_W}gridSpan")
    tall = cell.find(f"{_W}tcPr/{_W}vMerge")
    width = int(wide.get(f"{_W}val", "1")) if wide is not None else 1
    return width, None if tall is None else tall.get(f"{_W}val", "continue")


def _hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false")
