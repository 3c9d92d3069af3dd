"""Where a figure stands in its sentence: its clause, and the figures before and behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ceyuan.claims.operations import OperationContext
from ceyuan.claims.placing import HAN, PlaceNames
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.reader.layout import Layout


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, folded and divided once for all its figures."""

    text: str
    folded: str
    layout: Layout

    @classmethod
    def of(cls, text: str) -> Sentence:
        """A sentence of a text."""
        folded = fold(text)
        return cls(text, folded, Layout(folded))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A figure at its place in its sentence.

    Attributes:
        statement: the figure.
        sentence: its sentence.
        start, end: where it stands there.
        floor: behind the figure before, the start of the sentence if there is none.
        ceiling: before the figure behind.
        opening, closing: its clause.
        latin: whether the sentence is English.
        preceding, following: the figures before and behind in the sentence.
        row: for a figure of a list in a row (分别): its number in it, how many there are, and where the first one starts.
    """

    statement: Statement
    sentence: Sentence
    start: int
    end: int
    floor: int
    ceiling: int
    opening: int
    closing: int
    latin: bool
    preceding: Statement | None
    following: Statement | None
    row: tuple[int, int, int] | None

    @property
    def before(self) -> str:
        """The clause before it, from the figure before on."""
        return self.sentence.text[max(self.opening, self.floor) : self.start]

    @property
    def behind(self) -> str:
        """The figure with the clause behind it, up to the figure behind."""
        return self.sentence.text[self.start : min(self.ceiling, self.closing)]

    @property
    def context(self) -> OperationContext:
        """What an operation is looked for in."""
        folded = self.sentence.folded
        return OperationContext(
            self.statement,
            before=self.sentence.layout.before(self.start, self.floor),
            lead=folded[self.floor : self.start],
            opening=folded[: self.start],
            behind=folded[self.end :],
            following=self.following,
            preceding=self.preceding,
            between=folded[self.end : self.ceiling],
        )


def occurrences(statements: Sequence[Statement], names: PlaceNames) -> Iterator[Occurrence]:
    """The figures of one sentence, with where they stand in it."""
    sentence = Sentence.of(statements[0].sentence)
    spans = _positions(statements)
    floor = 0
    for i, (statement, (start, end)) in enumerate(zip(statements, spans, strict=True)):
        latin = _is_latin(statement.subject, sentence.text)
        yield Occurrence(
            statement,
            sentence,
            start,
            end,
            floor=floor,
            ceiling=spans[i + 1][0] if i + 1 < len(spans) else len(sentence.text),
            opening=sentence.layout.clause_start(start),
            closing=sentence.layout.clause_end(end),
            latin=latin,
            preceding=statements[i - 1] if i else None,
            following=statements[i + 1] if i + 1 < len(spans) else None,
            row=_row(statements, spans, i),
        )
        if not (latin and names.around(sentence.folded, start, end)):
            floor = end


def _row(
    statements: Sequence[Statement], spans: Sequence[tuple[int, int]], i: int
) -> tuple[int, int, int] | None:
    """Where a figure stands in its list in a row; None where it is in none."""
    group = statements[i].group
    members = [
        j for j, other in enumerate(statements) if group is not None and other.group == group
    ]
    return (members.index(i), len(members), spans[members[0]][0]) if members else None


_MARKUP = re.compile(r"<[^>]*>")


def _positions(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Where every quantity stands in its sentence, which was healed of the file's line breaks."""
    spans: list[tuple[int, int]] = []
    for statement in statements:
        floor = spans[-1][1] if spans else 0
        at = statement.sentence.find(statement.quote, floor)
        if at >= 0:
            spans.append((at, at + len(statement.quote)))
            continue
        quote = "".join(_MARKUP.sub("", statement.quote).split())
        loose = r"\s*".join(re.escape(c) for c in quote)
        match = re.compile(loose).search(statement.sentence, floor) if quote else None
        spans.append(match.span() if match else (floor, floor))
    return spans


def _is_latin(subject: str, sentence: str) -> bool:
    """Whether a figure stands in an English sentence."""
    return not HAN.search(subject) and len(HAN.findall(sentence)) * 4 < len(sentence)
