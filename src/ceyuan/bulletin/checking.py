"""Reading a bulletin back: every figure that the text states must be one that it refers to, and agree with it.

The evidence is the build, but a bulletin does not certify itself: the sources that a figure was written from, and all of
their origin, are no evidence for it. What each figure is, its writer knows, so nothing has to be guessed from the words
around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.bulletin.document import Document, Figure, PlacedFigure, plain_text
from ceyuan.claims import verify
from ceyuan.claims.decisions import Decision, Decisions
from ceyuan.claims.model import Claim, Measure, Verification
from ceyuan.claims.values import sources_of
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Reading, Statement, read_text
from ceyuan.wording import Trilingual

# 提升至 and the like stand between the two ends of a change.
_BETWEEN = 12
_COUNTED = {
    "streak": Trilingual.of(
        {
            "en": "periods in a row that the bulletin counted",
            "zh-Hans": "公报自行统计的连续期数",
            "zh-Hant": "公報自行統計的連續期數",
        }
    ),
    "plan": Trilingual.of(
        {
            "en": "tasks of the plan that the bulletin counted",
            "zh-Hans": "公报自行统计的计划任务数",
            "zh-Hant": "公報自行統計的計劃任務數",
        }
    ),
}
_FROM_FIGURE = Trilingual.of(
    {"en": "written from this figure", "zh-Hans": "由该数据写成", "zh-Hant": "由該數據寫成"}
)
_MEASURES: dict[str, Measure] = {"change": "change", "growth": "growth"}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A document as read back.

    Attributes:
        verification: every stated figure with its verdict.
        by_key: the claims on each figure, by its key.
        unread: references that the reader does not read as a figure, as a rank without its verb; a report's words may have none.
        foreign: statements that no reference stands behind.
    """

    verification: Verification
    by_key: Mapping[str, tuple[Claim, ...]]
    unread: tuple[PlacedFigure, ...]
    foreign: tuple[Statement, ...]


def check(build: Build, document: Document) -> ReadBack:
    """Read a document back and hold every figure against the build.

    Args:
        build: the build that it was written from.
        document: the text, in any language; the reader knows Chinese best.
    """
    text, placed = plain_text(document)
    reading = read_text(text)
    owners = _owners(reading, placed)
    by_span: dict[tuple[int, int], Decision] = {}
    for (start, end), owner in owners.items():
        statement = next(s for s in reading.statements if (s.start, s.end) == (start, end))
        decision = _decision(statement, document.figures[owner.figure])
        if decision is not None:
            by_span[start, end] = decision
    decisions = Decisions(None, frozenset(), None, None, by_span, ())
    verification = verify(build, reading, decisions=decisions)
    by_key: dict[str, list[Claim]] = {}
    foreign: list[Statement] = []
    for claim in verification.claims:
        found = owners.get((claim.statement.start, claim.statement.end))
        if found is None:
            foreign.append(claim.statement)
        else:
            by_key.setdefault(found.figure, []).append(claim)
            for former in _former_ends(reading, placed, claim.statement):
                by_key.setdefault(former.figure, []).append(claim)
    formers = [p for s in reading.statements for p in _former_ends(reading, placed, s)]
    read = {id(p) for p in (*owners.values(), *formers)}
    unread = tuple(
        p for p in placed if id(p) not in read and document.figures[p.figure].report is None
    )
    return ReadBack(verification, {k: tuple(v) for k, v in by_key.items()}, unread, tuple(foreign))


def _owners(reading: Reading, placed: list[PlacedFigure]) -> dict[tuple[int, int], PlacedFigure]:
    """The reference that each statement is, by the statement's offsets: the one that holds its last character."""
    found = {}
    for statement in reading.statements:
        owner = next(
            (p for p in placed if p.start < statement.end <= p.end + _overhang(reading, p)), None
        )
        if owner is not None and statement.start < owner.end:
            found[statement.start, statement.end] = owner
    return found


def _overhang(reading: Reading, placed: PlacedFigure) -> int:
    """The reader takes 人民币 and a noun that follows for a part of the quantity; so may a figure's neighbour be."""
    behind = reading.text[placed.end : placed.end + 12]
    return next((i for i, c in enumerate(behind) if not c.isalpha() or not c.isascii()), 0)


def _former_ends(
    reading: Reading, placed: list[PlacedFigure], statement: Statement
) -> list[PlacedFigure]:
    """The reference that is the earlier end of a change (从5%提升至100%): it is read with the later one."""
    if statement.from_value is None:
        return []
    before = [p for p in placed if p.end <= statement.start and statement.start - p.end < _BETWEEN]
    return [p for p in before if "，" not in reading.text[p.end : statement.start]][-1:]


def _decision(statement: Statement, figure: Figure) -> Decision | None:
    """What a figure of the text is, as its writer knows."""
    quote = "".join(statement.quote.split())
    if figure.how in _COUNTED:
        why = _COUNTED[figure.how]
        return Decision(quote=quote, start=statement.start, end=statement.end, not_checkable=why)
    if figure.report is not None:
        return None  # a party's own words are held against the build like anybody's
    o = figure.observation if figure.observation is not None else figure.inputs[0].observation
    if o is None:
        return None
    measure: Measure = (
        "from_to" if statement.from_value is not None else _MEASURES.get(figure.how, "level")
    )
    return Decision(
        quote=quote, start=statement.start, end=statement.end, indicator=o.indicator, place=o.place, period=o.period,
        measure=measure, sources=sources_of(o), note=_FROM_FIGURE,
    )  # fmt: skip
