"""HTML and Markdown to readable text; every character remembers its place in the file."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ceyuan.reader.heal import Source, SourceBuilder
from ceyuan.reader.written import Cell, Grid, Skipped, Written

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
        "header hr li main ol p pre section table tbody td tfoot th thead tr ul",
    )
)
_SILENT = frozenset(
    re.findall(
        r"\w+",
        "script style template noscript svg title nav menu select datalist del s strike iframe object canvas audio video",
    )
)
_VOID = frozenset(
    re.findall(r"\w+", "area base br col embed hr img input link meta param source track wbr")
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"[.#][\w-]+")


@dataclass
class _OpenTable:
    """A table that is being read: where it stands, and its cells so far."""

    title: int
    row: int = -1
    column: int = 0
    cells: list[Cell] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    start: int | None = None
    shape: tuple[int, int, bool] = (1, 1, False)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.made = SourceBuilder()
        self.grids: list[Grid] = []
        self.pictures = 0
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self._hidden = _hidden_names(text)
        self._silent: list[str] = []
        self._raised = 0
        self._last = " "
        self._tables: list[_OpenTable] = []

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _break(self) -> None:
        position = self._at()
        self.made.add("\f", [position], [position + 1])
        self._last = "\f"

    def _shown(self, tag: str, attrs: dict[str, str | None]) -> bool:
        """Whether a reader sees an element: not hidden, deleted, a menu or a list of choices."""
        if tag in _SILENT or "hidden" in attrs or _NOT_SHOWN.search(attrs.get("style") or ""):
            return False
        if attrs.get("role") in ("navigation", "menu", "menubar"):
            return False
        names = {f".{name}" for name in (attrs.get("class") or "").split()} | {
            f"#{attrs.get('id')}"
        }
        return not names & self._hidden

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            # Only elements of the same name are counted, so that an end tag that was left out does no harm.
            if tag == self._silent[0] and tag not in _VOID:
                self._silent.append(tag)
            return
        said = dict(attrs)
        if tag == "img":
            self.pictures += 1
        elif not self._shown(tag, said):
            if tag not in _VOID:
                self._silent.append(tag)
        elif tag == "sup":
            self._raised += 1
        elif tag in _BLOCKS:
            self._break()
            self._open(tag, said)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[0]:
                self._silent.pop()
        elif tag == "sup":
            self._raised = max(0, self._raised - 1)
        elif tag in _BLOCKS:
            if tag in ("td", "th", "tr"):
                self._close_cell()
            elif tag == "caption" and self._tables:
                self._tables[-1].title = self.made.length
            elif tag == "table" and self._tables:
                self._close_cell()
                done = self._tables.pop()
                self.grids.append(Grid(tuple(done.cells), done.title))
            self._break()

    def _open(self, tag: str, said: dict[str, str | None]) -> None:
        if tag == "table":
            self._close_cell()
            self._tables.append(_OpenTable(self.made.length))
        if not self._tables:
            return
        here = self._tables[-1]
        if tag == "tr":
            self._close_cell()
            here.row, here.column = here.row + 1, 0
        elif tag in ("td", "th"):
            self._close_cell()
            here.start = self.made.length
            here.shape = (_number(said.get("rowspan")), _number(said.get("colspan")), tag == "th")

    def _close_cell(self) -> None:
        """Put the cell that is open into its table; a table inside it ends its text."""
        here = self._tables[-1] if self._tables else None
        if here is None or here.start is None:
            return
        rows, columns, head = here.shape
        row, start, here.start = max(here.row, 0), here.start, None
        while (row, here.column) in here.taken:
            here.column += 1
        here.cells.append(Cell(start, self.made.length, row, here.column, rows, columns, head))
        for r in range(row, row + rows):
            here.taken |= {(r, here.column + c) for c in range(columns)}
        here.column += columns

    def handle_data(self, data: str) -> None:
        # A raised number after a word is a footnote mark; after a Latin letter it is an exponent (km²).
        if self._silent or (
            self._raised
            and data.strip().isdigit()
            and not (self._last.isascii() and self._last.isalpha())
        ):
            return
        position = self._at()
        self.made.add(
            data,
            range(position, position + len(data)),
            range(position + 1, position + len(data) + 1),
        )
        self._last = data[-1:] or self._last

    def _reference(self, written: str) -> None:
        if self._silent:
            return
        position, text = self._at(), html.unescape(written)
        self.made.add(text, [position] * len(text), [position + len(written)] * len(text))
        self._last = text[-1:]

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")


def _number(written: str | None) -> int:
    """A span as a tag says it, within reason."""
    return min(int(written), 200) if written and written.isdigit() and int(written) else 1


def _hidden_names(text: str) -> frozenset[str]:
    """The classes and identifiers that the page's own style sheets do not show."""
    sheets = re.findall(r"<style[^>]*>(.*?)</style", text, re.IGNORECASE | re.DOTALL)
    rules = [
        rule for sheet in sheets for rule in _RULE.findall(sheet) if _NOT_SHOWN.search(rule[1])
    ]
    selectors = [part.strip() for selector, _ in rules for part in selector.split(",")]
    return frozenset(name for name in selectors if _SELECTOR.fullmatch(name))


def html_source(text: str) -> Source:
    """The readable text of an HTML page.

    >>> html_source("<p>增长<b>4.3&#37;</b></p>").text.strip()
    '增长4.3%'
    """
    return html_written(text).source


def html_written(text: str) -> Written:
    """An HTML page as a reader sees it: nothing hidden, deleted or menu, and its tables."""
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    skipped = (Skipped("pictures", reader.pictures),) if reader.pictures else ()
    grids = tuple(sorted(reader.grids, key=lambda grid: grid.title))
    return Written(reader.made.source(), text, (), grids, skipped, plain=False)


_MARKDOWN = re.compile(
    r"\*\*|__|~~|`+|\[\^[^\]\s]{1,40}\](?!:)|!?\[(?=[^\]\n]{1,300}\]\()|\]\([^)\s]{0,2000}\)|<!--.*?-->|(?<=\|)[ :-]+(?=\|)",
    re.DOTALL,
)


def markdown_source(text: str) -> Source:
    """The readable text of a Markdown file: marks of emphasis, addresses of links and references to notes left out.

    >>> markdown_source("超过**6.9万家**").text
    '超过6.9万家'
    >>> markdown_source("76%[^15]以上").text
    '76%以上'
    """
    made, at = SourceBuilder(), 0
    for match in [*_MARKDOWN.finditer(text), None]:
        end = match.start() if match else len(text)
        made.add(text[at:end], range(at, end), range(at + 1, end + 1))
        at = match.end() if match else end
    return made.source()


_TABLE_LINE = re.compile(r"^[ \t]*\|(?P<cells>.*)\|[ \t]*$", re.MULTILINE)


def markdown_written(text: str) -> Written:
    """A Markdown file: its readable text and its tables."""
    source = markdown_source(text)
    grids: list[Grid] = []
    cells: list[Cell] = []
    title, row, last = 0, 0, -2
    for line in _TABLE_LINE.finditer(source.text):
        if line.start() > last + 1:
            if cells:
                grids.append(Grid(tuple(cells), title))
            cells, title, row = [], line.start(), 0
        last = line.end()
        if not line["cells"].strip("|-: "):
            continue  # the line below the heads
        at = line.start("cells")
        for column, cell in enumerate(line["cells"].split("|")):
            cells.append(Cell(at, at + len(cell), row, column))
            at += len(cell) + 1
        row += 1
    if cells:
        grids.append(Grid(tuple(cells), title))
    return Written(source, text, (), tuple(grids), (), plain=source.text == text)
