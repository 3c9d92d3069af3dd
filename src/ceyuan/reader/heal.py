"""Healing: text that flowed out of columns is joined for reading; every character remembers its place.

A line break that falls inside a sentence is removed (between Chinese characters, or inside a number) or becomes one
space (between Latin words). A break that ends a paragraph, a heading, a list item or a table row stays.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from ceyuan.reader.fold import fold
from ceyuan.reader.lexicon import unit_patterns

# The look-behind lets a run of spaces be tried once, not once per space.
_BREAK = re.compile(r"(?<![ \t\r\u3000])[ \t\r\u3000]*+\n[ \t\r\u3000\n]*+|\r(?!\n)")
_TERMINAL = set("。！？!?；;：:…”」』）)》】]|>")
_STARTS_BLOCK = re.compile(
    r"#|[-*•·●■◆▪‣>|]|\d{1,2}[.、)）](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|第[一二三四五六七八九十百\d]{1,4}[章节条部篇]|\[\d{1,3}\]|[①-⑳]|注[:：\[]|附[表注件图]|[表图][ ]?\d|单位[:：]"
)
_SHORT = 15
_STOPS = "。！？!?；;，,、.…"
_CHINESE = re.compile(r"[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff，、。；：！？（）“”《》％０-９]")


@dataclass(frozen=True, slots=True)
class Source:
    """Text to be read, and where each of its characters stands in the file as given.

    A form feed in the text is a break that is never healed (the end of an HTML block, a DOCX paragraph).

    Attributes:
        text: the text.
        starts: for each character of ``text`` where it starts in the file.
        ends: and where it ends; an HTML reference is several characters long.
    """

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the file of ``text[start:end]``."""
        return self.starts[start], self.ends[end - 1]


def as_given(text: str) -> Source:
    """The source of a text that is the file itself."""
    return Source(text, array("L", range(len(text))), array("L", range(1, len(text) + 1)))


class SourceBuilder:
    """Collects the passages of a source in order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts, self._ends = array("L"), array("L")

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return len(self._starts)

    def add(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        """Add a passage with the places of its characters."""
        self._pieces.append(text)
        self._starts.extend(starts)
        self._ends.extend(ends)

    def drop(self, count: int) -> None:
        """Take back the last characters of the last passage."""
        self._pieces[-1] = self._pieces[-1][:-count]
        del self._starts[-count:], self._ends[-count:]

    def source(self) -> Source:
        """The source of all that was added."""
        return Source("".join(self._pieces), self._starts, self._ends)


def heal(source: Source) -> Source:
    r"""The source with line breaks inside sentences removed.

    >>> heal(as_given("整车芯片设计、制造国产化率分别从百分之五提高，个税优\n惠政策落地。")).text
    '整车芯片设计、制造国产化率分别从百分之五提高，个税优惠政策落地。'
    """
    text, made, at, line_start = source.text, SourceBuilder(), 0, 0
    for match in _BREAK.finditer(text):
        made.add(
            text[at : match.start()],
            source.starts[at : match.start()],
            source.ends[at : match.start()],
        )
        glue, back = _glue(
            text, max(line_start, text.rfind("\f", line_start, match.start()) + 1), match
        )
        if back:
            made.drop(back)
        if glue:
            made.add(
                glue,
                source.starts[match.start() : match.start() + 1],
                source.ends[match.start() : match.start() + 1],
            )
        at = line_start = match.end()
    made.add(text[at:], source.starts[at:], source.ends[at:])
    whole = made.source()
    return replace(whole, text=whole.text.replace("\f", "\n").replace("\ufeff", " "))


_ITEM = re.compile(r"[ \t\u3000]*(?:[-*•·●■◆▪‣–—]|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])")
_RUNS_ON = re.compile(r"[。；，;]|,(?!\d)")  # prose, not a row
_GOES_ON = re.compile(
    r"[，、；。,;.)）和及与或至到—～~的以之左右多余]|(?:and|or|of|in|to|from|by|which|compared|up|down)\b"
)


@cache
def _ends_in_figure() -> re.Pattern[str]:
    unit = unit_patterns()["any"]
    of_what = rf"％|(?:[十百千]?[万萬億亿]+)?{unit}|(?:[mb]illion )?[a-z]{{4,}}(?: [a-z]+)?"
    return re.compile(rf"[\d０-９][多余]?[ \u3000]?(?:{of_what})[)）]?[ \t\u3000]*$")


def _figure_last(line: str) -> bool:
    """Whether a line ends in a figure, as an item of a list or a row of a table does: 研发投入：2,453亿元."""
    return _ends_in_figure().search(fold(line[-20:])) is not None


def _line(text: str, start: int) -> str:
    """The line that starts at a position."""
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return line.partition("\f")[0]


def _is_row(text: str, line_start: int, match: re.Match[str]) -> bool:
    """Whether a line is an item of a list or a row: it ends in a figure, and so does the next, or a mark begins it."""
    line, following = text[line_start : match.start()], _line(text, match.end())
    if not _figure_last(line) or _GOES_ON.match(following):
        return False
    if _ITEM.match(line):
        return True
    return (
        _RUNS_ON.search(line) is None
        and _RUNS_ON.search(following) is None
        and _figure_last(following)
    )


def _is_heading(text: str, start: int) -> bool:
    """Whether a line is a heading: short, without a stop, and items of a list below it."""
    line = _line(text, start)
    below = _line(text, start + len(line) + 1)
    if not line.strip() or len(line) >= _SHORT or line.rstrip()[-1] in _STOPS:
        return False
    return _STARTS_BLOCK.match(below) is not None and _figure_last(below)


def _glue(text: str, line_start: int, match: re.Match[str]) -> tuple[str, int]:
    """What stands for a break, and how many characters before it go (a hyphen at the end of a line)."""
    if (
        match.end() >= len(text)
        or match.start() == line_start
        or _ends_block(text, line_start, match)
    ):
        return "\n", 0
    before, after = text[match.start() - 1], text[match.end()]
    if _CHINESE.match(before) or _CHINESE.match(after):
        return "", 0
    number_goes_on = (before.isdigit() or before == ".") and (after.isdigit() or after in ".%")
    if number_goes_on and _CHINESE.search(text, line_start, match.start()) is not None:
        return "", 0
    if match.group().count("\n") > 1:
        return "\n", 0
    if before == "-" and after.islower() and text[match.start() - 2].isalpha():
        return "", 1
    return ("\n" if before == "." else " "), 0


def _ends_block(text: str, line_start: int, match: re.Match[str]) -> bool:
    """Whether a line ends what it says: it is short or a heading, ends in a stop, or is a row or item of a list."""
    heading = text.startswith("#", line_start) or match.start() - line_start < _SHORT
    if heading or text[match.start() - 1] in _TERMINAL or _STARTS_BLOCK.match(text, match.end()):
        return True
    return _is_row(text, line_start, match) or _is_heading(text, match.end())
