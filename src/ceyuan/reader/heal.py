"""Healing: text that flowed out of columns and pages is joined for reading, and every character remembers its place.

A line break that falls inside a sentence is removed (between Chinese characters, or inside a number) or becomes one space
(between Latin words). A break that ends a paragraph, a heading, a list item or a table row stays.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

# The look-behind lets a run of spaces be tried once, not once per space.
_BREAK = re.compile(r"(?<![ \t\r\u3000])[ \t\r\u3000]*+\n[ \t\r\u3000\n]*+|\r(?!\n)")
_TERMINAL = set("。！？!?；;：:…”」』）)》】]|>")
_STARTS_BLOCK = re.compile(
    r"#|[-*•·●■◆▪‣>|]|\d{1,2}[.、)）](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|第[一二三四五六七八九十百\d]{1,4}[章节条部篇]|\[\d{1,3}\]|[①-⑳]|注[:：\[]|附[表注件图]|[表图][ ]?\d|单位[:：]"
)
_SHORT = 15
_CHINESE = re.compile(r"[\u3400-\u9fff，、。；：！？（）“”《》％０-９]")


@dataclass(frozen=True, slots=True)
class Source:
    """Text to be read, and where each of its characters stands in the file as given.

    Attributes:
        text: the text.
        offsets: for each character of ``text`` its offset in the file.
    """

    text: str
    offsets: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the file of ``text[start:end]``."""
        return self.offsets[start], self.offsets[end - 1] + 1


def as_given(text: str) -> Source:
    """The source of a text that is the file itself."""
    return Source(text, array("L", range(len(text))))


def heal(source: Source) -> Source:
    """The source with line breaks inside sentences removed.

    >>> heal(as_given("整车芯片设计、制造国产化率分别从百分之五提高，个税优\\n惠政策落地。")).text
    '整车芯片设计、制造国产化率分别从百分之五提高，个税优惠政策落地。'
    """
    text, pieces, offsets, at, line_start = source.text, [], array("L"), 0, 0
    for match in _BREAK.finditer(text):
        pieces.append(text[at : match.start()])
        offsets.extend(source.offsets[at : match.start()])
        glue, back = _glue(text, line_start, match)
        if back:
            pieces[-1] = pieces[-1][:-back]
            del offsets[-back:]
        if glue:
            pieces.append(glue)
            offsets.append(source.offsets[match.start()])
        at = line_start = match.end()
    pieces.append(text[at:])
    offsets.extend(source.offsets[at:])
    return Source("".join(pieces), offsets)


def _glue(text: str, line_start: int, match: re.Match[str]) -> tuple[str, int]:
    """What stands for a break, and how many characters before it go (a hyphen at the end of a line)."""
    if match.end() >= len(text) or match.start() == line_start:
        return "\n", 0
    before, after = text[match.start() - 1], text[match.end()]
    heading = text.startswith("#", line_start)
    if match.start() - line_start < _SHORT or before in _TERMINAL or heading or _STARTS_BLOCK.match(text, match.end()):
        return "\n", 0
    if _CHINESE.match(before) or _CHINESE.match(after):
        return "", 0
    chinese_line = _CHINESE.search(text, line_start, match.start()) is not None
    if chinese_line and (before.isdigit() or before == ".") and (after.isdigit() or after in ".%"):
        return "", 0
    if match.group().count("\n") > 1:
        return "\n", 0
    if before == "-" and after.islower() and text[match.start() - 2].isalpha():
        return "", 1
    return ("\n" if before == "." else " "), 0
