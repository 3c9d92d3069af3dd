"""What the words around each figure of a text say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ceyuan.claims.beyond import beyond
from ceyuan.claims.comparison import AVERAGE, YEAR_BEFORE, basis, since_former
from ceyuan.claims.fitting import unit_of
from ceyuan.claims.occurrence import Occurrence, occurrences
from ceyuan.claims.operations import Operation
from ceyuan.claims.operations_han import HAN as HAN_OPERATIONS
from ceyuan.claims.operations_han import PAIRED
from ceyuan.claims.operations_latin import LATIN
from ceyuan.claims.placing import RELATIVE, NamedPlace, PlaceNames, plain_form
from ceyuan.claims.topics import operated_topic, share_of, stated_topic, whole_place
from ceyuan.claims.wording import EACH_BEHIND, Wording, for_each
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold


def wordings(statements: Sequence[Statement], names: PlaceNames) -> list[Wording]:
    """The surroundings of every statement, in order."""
    made: list[Wording] = []
    for _, group in groupby(statements, key=lambda statement: statement.sentence):
        previous: Wording | None = None
        for figure in occurrences(list(group), names):
            previous = _wording(figure, previous, names)
            made.append(previous)
    return made


def _wording(figure: Occurrence, previous: Wording | None, names: PlaceNames) -> Wording:
    statement, sentence = figure.statement, figure.sentence
    share = share_of(figure)
    found = _of_the_sum(_operation(figure, names), previous)
    joint = _of_several(figure, found, previous, names)
    carried = names.said(statement.place) if statement.place else NamedPlace(None, "")
    topic = None if found is None else operated_topic(figure, found, carried, previous)
    topic = topic or stated_topic(figure, share, carried, previous, names)
    kept = previous if topic.before else None
    found = found or _of_the_same(figure, kept, topic.place)
    here = topic.place
    if here is None or (RELATIVE.fullmatch(here.name) and carried.name):
        here = carried if topic.place else NamedPlace(None, "")
    moves = basis(
        sentence.folded[: figure.start],
        fold(figure.before),
        sentence.folded[figure.end : figure.ceiling],
    )
    moves, yearly = _since(figure, previous, moves)
    return Wording(
        subject=topic.subject,
        full=topic.full,
        near=_near(figure, topic.subject, kept),
        clause=sentence.text[figure.opening : figure.closing],
        lead=sentence.text[: figure.opening],
        previous=_said_before(previous),
        place=here.place,
        place_name=here.name,
        carried=carried.place,
        carried_name=carried.name,
        whole=share["whole"] if share else _whole_before(figure, kept),
        whole_place=whole_place(share, names),
        unit_before=_unit_before(figure, kept),
        basis=moves,
        beyond="reason.several" if joint else beyond(figure, moves, names, found),
        each=_of_each(figure) or (kept is not None and kept.each),
        operation=found,
        period=_period(figure, found),
        former=_former(figure),
        yearly=yearly,
    )


def _of_the_same(
    figure: Occurrence, previous: Wording | None, place: NamedPlace | None
) -> Operation | None:
    """The share of the whole that another place has: Sichuan accounted for 4.1% of the national total, Hubei for 4.2%."""
    made = None if previous is None else previous.operation
    if made is None or made.measure != "share" or made.joint or place is None:
        return None
    return replace(made, place=place) if figure.statement.kind == "share" else None


def _unit_before(figure: Occurrence, previous: Wording | None) -> str:
    """The unit of the figure before, where the words that name what is stated are those at that figure."""
    return figure.preceding.unit if previous and figure.preceding else ""


def _whole_before(figure: Occurrence, previous: Wording | None) -> str:
    """What a share of which nothing else is told is of: 16% of Beijing's expenditure, compared with 5.6% in Guangdong."""
    parts = ("share",) if figure.latin else ("share", "level")
    same = figure.statement.unit == "%" and figure.statement.kind in parts
    return previous.whole if previous and same else ""


def _since(figure: Occurrence, previous: Wording | None, moves: str) -> tuple[str, bool]:
    """What a figure is reckoned from where a span or the change before it says so, and whether it is a rate of each year."""
    if figure.statement.kind != "growth":
        return moves, False
    if previous is not None:
        moves = since_former(previous.former, fold(figure.before), moves)
    spanned = _SPAN.match(figure.statement.period or "")
    if spanned is None or moves not in (AVERAGE, YEAR_BEFORE):
        return moves, False
    return spanned["first"], moves == AVERAGE


_SEVERAL = frozenset(("several", "sum", "mean", "rest"))


def _of_the_sum(found: Operation | None, previous: Wording | None) -> Operation | None:
    """A share that is told of the sum before it, as that of all its places: 两市合计990.4亿元，占全国的27.0%."""
    summed = None if previous is None else previous.operation
    if found is None or found.measure != "share" or found.place is not None or found.subject:
        return found
    if summed is None or summed.measure != "sum":
        return found
    others = (*found.others, *summed.others)
    return replace(found, others=others, place=summed.place, subject=summed.subject)


def _of_several(
    figure: Occurrence, found: Operation | None, previous: Wording | None, names: PlaceNames
) -> bool:
    """Whether a figure goes on about several places together: 三地合计11962亿元，占全国的35.9%, whose share no one place has."""
    if previous is None or (found is not None and (found.measure in _SEVERAL or found.joint)):
        return False
    before = previous.operation is not None and previous.operation.measure in _SEVERAL
    if not before and previous.beyond != "reason.several":
        return False
    own = names.latin(figure.before)[0] if figure.latin else names.inside(figure.before)
    named = found.place if found is not None else own
    return named is None or (found is None and "占" in figure.before)


_SPAN = re.compile(r"^(?P<first>\d{4})/(?P<last>\d{4})$")


def _said_before(previous: Wording | None) -> str:
    """The words of the figure before, for those that a text leaves out."""
    return "" if previous is None else previous.full or previous.previous


def _near(figure: Occurrence, subject: str, previous: Wording | None) -> str:
    """The words around a figure; a counted noun stands behind it, and so does what narrows it: 3个学科进入前万分之一.

    The words around the figure before count too where those that name what is stated stand there.
    """
    counted = bool(subject) and plain_form(figure.statement.subject) in plain_form(figure.behind)
    around = figure.behind if counted else figure.before + figure.behind + _said_by_unit(figure)
    return around + (previous.near + previous.clause if previous else "")


def _said_by_unit(figure: Occurrence) -> str:
    """What English leaves to the unit: climbed to 8th is a rank, basic research came to 26.67 billion yuan an expenditure."""
    unit = unit_of(figure.statement.unit) if figure.latin else None
    if unit is not None and unit.dimension.startswith("money"):
        return " expenditure"
    return " rank" if figure.latin and figure.statement.unit == "位" else ""


def _of_each(figure: Occurrence) -> bool:
    """Whether a figure is an amount for each of something."""
    text = figure.sentence.text
    before = for_each(text[figure.opening : figure.start]) or for_each(figure.statement.subject)
    return before or bool(EACH_BEHIND.match(text, figure.end))


def _operation(figure: Occurrence, names: PlaceNames) -> Operation | None:
    """The operation that the words around a figure name, None where they name none or one of unknown operands."""
    finders = LATIN if figure.latin else HAN_OPERATIONS
    if figure.statement.group is not None:
        finders = PAIRED
    context = figure.context
    found = (finder(context, names) for finder in finders)
    return next((made for made in found if made is not None), None)


_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|\b)(?!\d)")


def _period(figure: Occurrence, found: Operation | None) -> str | None:
    """The period of the first operand where the second one is a year: the last year named before.

    Else the edition of a list in which one is ranked (Global Innovation Index 2024), where the sentence names no other year;
    None for all others.
    """
    if found is None or found.period is None:
        edition = _EDITION.search(figure.sentence.folded)
        only = edition is not None and {*_ANY_YEAR.findall(figure.sentence.folded)} == {
            edition["year"]
        }
        return edition["year"] if edition is not None and only else None
    years = [
        year
        for year in _ANY_YEAR.findall(figure.sentence.folded[: figure.start])
        if year != found.period
    ]
    if years:
        return str(years[-1])
    return figure.preceding.period if figure.preceding is not None else figure.statement.period


_EDITION = re.compile(r"\b(?:Index|Report|Rankings?|Survey),? \(?(?P<year>(?:19|20)\d{2})\b")
_FROM_YEAR = re.compile(
    r"(?:从|由|自)[^，。；,;\d]{0,12}(?P<year>(?:19|20)\d{2})年[^，。；;]{0,40}$"
)
_FROM_LATIN = re.compile(r"\bfrom [^;]{0,60}?\b(?:in|during) (?P<year>(?:19|20)\d{2})\b[^;]{0,20}$")


def _former(figure: Occurrence) -> str:
    """The year that a text names for the former end of a change; empty where it names none."""
    if figure.statement.from_value is None:
        return ""
    years = _SPAN.match(figure.statement.period or "")
    if years:
        return years["first"]
    lead = figure.sentence.folded[: figure.start]
    found = _FROM_LATIN.search(lead) if figure.latin else _FROM_YEAR.search(lead)
    return found["year"] if found else ""
