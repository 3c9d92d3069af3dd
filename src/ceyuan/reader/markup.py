"""HTML and Markdown to readable text; every character remembers its place in the file."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from ceyuan.reader.heal import Source, SourceBuilder

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
        "header hr li main nav ol option p pre section table tbody td tfoot th thead title tr ul",
    )
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg"})


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.made = SourceBuilder()
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self._silent = 0
        self._raised = 0
        self._last = " "

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _break(self) -> None:
        position = self._at()
        self.made.add("\f", [position], [position + 1])
        self._last = "\f"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs  # what a tag says of itself is no text
        if tag in _SILENT:
            self._silent += 1
        elif tag == "sup":
            self._raised += 1
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "sup":
            self._raised = max(0, self._raised - 1)
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        # A raised number after a word is a footnote mark; after a Latin letter it is an exponent (km²).
        if self._silent or (
            self._raised and data.strip().isdigit() and not (self._last.isascii() and self._last.isalpha())
        ):
            return
        position = self._at()
        self.made.add(data, range(position, position + len(data)), range(position + 1, position + len(data) + 1))
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


def html_source(text: str) -> Source:
    """The readable text of an HTML page.

    >>> html_source("<p>增长<b>4.3&#37;</b></p>").text.strip()
    '增长4.3%'
    """
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    return reader.made.source()


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
