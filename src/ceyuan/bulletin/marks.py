"""Marks: what stands for a figure, a name or a chart in Markdown until the text is parsed.

A figure must survive Markdown without being read as Markdown, so a template writes a mark of two private-use characters
around a number, and the parsed text gets back what the mark stands for. Text that is not marked is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

OPEN, CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


class Marked(str):
    """Text of a template that holds marks and is not escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MarkMeaning:
    """What a mark stands for.

    Attributes:
        text: how it is written.
        key: of a figure, its key; None for a name.
        chart: identifier of a chart; None for figures and names.
    """

    text: str
    key: str | None = None
    chart: str | None = None


@dataclass(slots=True)
class Marks:
    """The marks of one text."""

    found: list[MarkMeaning] = field(default_factory=list)

    def add(self, mark: MarkMeaning) -> Marked:
        """The characters that stand for something from now on."""
        self.found.append(mark)
        return Marked(f"{OPEN}{len(self.found) - 1}{CLOSE}")

    def split(self, text: str) -> Iterator[str | MarkMeaning]:
        """The words and the marks of a text, in order."""
        end = 0
        for match in _MARK.finditer(text):
            if match.start() > end:
                yield text[end : match.start()]
            yield self.found[int(match[1])]
            end = match.end()
        if end < len(text):
            yield text[end:]


def without_marks(text: str, instead: str) -> str:
    """A text with something else for every mark."""
    return _MARK.sub(instead, text)


def escaped(text: str) -> str:
    r"""Plain words as Markdown: nothing in them means anything.

    >>> escaped("a*b")
    'a\\*b'
    """
    return _SPECIAL.sub(r"\\\1", text.replace(OPEN, "").replace(CLOSE, ""))
