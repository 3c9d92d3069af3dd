"""Sentences, clauses, and where each quantity stands in them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

_SENTENCE = re.compile(
    r"[。！？!?\n]|\.(?=[ \n][A-Z“\"(]|\s*$)(?<!No\.)(?<!Mr\.)(?<!Dr\.)(?<!U\.S\.)"
)
BULLETS = "•●■◆▪‣►▶"
_CLAUSE = re.compile(
    rf"[，。；：！？;!?\n（）(){BULLETS}]|——|:(?!\d)|,(?!\d{{3}}(?!\d))|\.(?=[ \n]|$)"
)
# What runs on for longer is no sentence, and is cut so that no figure's context grows with the text.
LONGEST, _WIDEST = 1500, 240
_SPACE = " \t\u3000"


class Layout:
    """The positions at which a folded text is divided.

    Args:
        text: the folded text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
        self._sentences = [
            at for a, b in pairwise(ends) for at in range(a, max(b, a + 1), LONGEST)
        ] + [len(text)]
        self._clauses = [m.start() for m in _CLAUSE.finditer(text)]

    def sentence(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence around a position, without surrounding space."""
        i = bisect_right(self._sentences, position) - 1
        start, end = self._sentences[i], self._sentences[min(i + 1, len(self._sentences) - 1)]
        while start < end and (self.text[start] in _SPACE or self.text[start] == "\n"):
            start += 1
        while end > start and (self.text[end - 1] in _SPACE or self.text[end - 1] == "\n"):
            end -= 1
        return start, end

    def paragraph(self, position: int) -> int:
        """Start of the paragraph around a position."""
        return self.text.rfind("\n", 0, position) + 1

    def clause_start(self, position: int) -> int:
        """Start of the clause around a position; a bracketed remark does not end a clause."""
        i, floor = bisect_left(self._clauses, position) - 1, max(0, position - _WIDEST)
        while i >= 0:
            at = self._clauses[i]
            if at < floor:
                return floor
            if self.text[at] not in "）)":
                return at + 1
            opening = max(
                self.text.rfind("（", max(0, at - 80), at),
                self.text.rfind("(", max(0, at - 80), at),
            )
            if opening < 0 or "\n" in self.text[opening:at]:
                return at + 1
            i = bisect_left(self._clauses, opening) - 1
        return floor

    def clause_end(self, position: int) -> int:
        """End of the clause around a position."""
        i = bisect_left(self._clauses, position)
        return self._clauses[i] if i < len(self._clauses) else len(self.text)

    def before(self, position: int, floor: int) -> str:
        """The clause before a position, from ``floor`` at the earliest, without bracketed remarks."""
        start = max(self.clause_start(position), floor)
        passage = self.text[start:position]
        if "（" in passage or "(" in passage:
            passage = re.sub(r"[（(][^（）()]{0,80}[)）]", "", passage)
        return passage
