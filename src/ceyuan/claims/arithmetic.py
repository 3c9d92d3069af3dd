"""Figures of one text held against each other: growth against its levels, parts and shares against their whole.

Every figure stands for all values that round to it, so a sum or quotient is an interval. Two figures contradict each
other only where the text itself says how they belong together: a level with its increase and its growth, the shares of a
named whole, parts that 其中 announces. A whole that the text leaves open is looked for among its other figures; finding
one that fits confirms, finding none says nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ceyuan.bounds import Interval, bounded, difference, growth, quotient
from ceyuan.claims.fitting import unit_of
from ceyuan.claims.intervals import compare
from ceyuan.claims.model import Check
from ceyuan.claims.names import similarity
from ceyuan.claims.saying import Value, say
from ceyuan.periods import parse_period
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.wording import Phrase

_WHOLE = re.compile(r"占(?:全部)?(?P<whole>[^，。；,;占]{2,40}?)的(?:比重|比例|份额)")
_OWNER = re.compile(r"^(?:全国|国家|我国|全省|全市|全部)")
_ALIKE = 0.45
_SAME = 0.75
_WINDOW = (
    200  # a whole stands at most so many figures away; without a limit long documents take for ever
)
_HUNDRED = Decimal(100)


def checks_of(statements: Sequence[Statement]) -> list[Check]:
    """Everything that the figures of a text say of each other, in order."""
    finders = (_growths, _revisions, _shares, _sums, _hundreds)
    found = [check for finder in finders for check in finder(statements)]
    return sorted(found, key=lambda c: c.subject)


def _span(statement: Statement) -> Interval:
    return bounded(statement.value, "eq", statement.step / 2)


def _kin(a: Statement, b: Statement) -> bool:
    """Whether two figures are of the same place and period."""
    return a.place == b.place and a.period == b.period


def _exact(statement: Statement, *kinds: str) -> bool:
    return statement.kind in kinds and statement.bound == "eq" and statement.value_max is None


def _additive(statement: Statement) -> bool:
    """Whether it is an amount or a number, so that parts make a whole."""
    if not _exact(statement, "level"):
        return False
    unit = unit_of(statement.unit)
    return unit is not None and (unit.is_count or unit.dimension.startswith("money:"))


def _alike(one: str, other: str) -> float:
    """How alike two subjects are, whoever's they are: 全国财政支出 and 国家财政支出 are both 财政支出."""
    return similarity(_OWNER.sub("", fold(one)), _OWNER.sub("", fold(other)))


def _growths(statements: Sequence[Statement]) -> Iterator[Check]:
    """30782.9亿元，比上年增加2826.6亿元，增长10.1%: the increase over the former level is the growth."""
    for i in range(len(statements) - 2):
        level, change, rate = statements[i : i + 3]
        if not (_exact(level, "level") and _exact(change, "change") and _exact(rate, "growth")):
            continue
        one = (
            level.sentence == rate.sentence
            and level.unit == change.unit
            and level.subject == rate.subject
        )
        if (
            not one
            or rate.unit != "%"
            or change.from_value is not None
            or level.value <= change.value
        ):
            continue
        found = growth(_span(level), difference(_span(level), _span(change)))
        outcome = compare(_span(rate), "eq", found)
        former = Value(float(level.value - change.value), level.unit)
        text = say(
            "check.growth", change=_n(change), former=former, found=_percent(found), said=_n(rate)
        )
        yield Check("growth", (i, i + 1, i + 2), (i + 2,), outcome, text)


def _revisions(statements: Sequence[Statement]) -> Iterator[Check]:
    """A change in percentage points against the two percentages, where the text gives the former one as well."""
    percentages: dict[tuple[str | None, str | None], list[int]] = {}
    for i, one in enumerate(statements):
        if one.unit == "%" and _exact(one, "level", "share"):
            percentages.setdefault((one.place, one.period), []).append(i)
    for i in range(len(statements) - 1):
        level, change = statements[i : i + 2]
        points = _exact(change, "change") and change.unit == "个百分点" and level.unit == "%"
        if not (
            points
            and _exact(level, "level", "share")
            and level.sentence == change.sentence
            and level.period
        ):
            continue
        if level.subject != change.subject:
            continue
        previous = _previous(level.period)
        for j in percentages.get((level.place, previous), []) if previous else []:
            former = statements[j]
            if _alike(former.subject, level.subject) >= _SAME:
                found = difference(_span(level), _span(former))
                text = say(
                    "check.revision",
                    level=_n(level),
                    former=_n(former),
                    found=f"{found.point:,}",
                    said=_n(change),
                )
                yield Check(
                    "growth", (i, i + 1, j), (i + 1,), compare(_span(change), "eq", found), text
                )


def _previous(period: str) -> str | None:
    try:
        return parse_period(period).previous
    except ValueError:
        return None


def _shares(statements: Sequence[Statement]) -> Iterator[Check]:
    """A share against its part and its whole."""
    amounts = _amounts(statements)
    for i, share in enumerate(statements):
        if not _exact(share, "share") or share.unit != "%":
            continue
        named = _named_whole(share)
        part = _part(statements, i, by_name=named is None)
        if part is None:
            continue
        alike = amounts.get((share.place, share.period, statements[part].unit), [])
        near = alike[bisect_left(alike, i - _WINDOW) : bisect_left(alike, i + _WINDOW)]
        wholes = [j for j in near if j != part and statements[j].value >= statements[part].value]
        wholes.sort(key=lambda j: (j > i, abs(i - j)))
        checks = (_share(statements, i, part, j) for j in wholes)
        found = next((check for check in checks if check.outcome == "supports"), None)
        told = [j for j in wholes if named and _alike(named, statements[j].subject) >= _SAME]
        if told:
            # The text names the whole: the share is of that one, whether it fits or not.
            found = _share(statements, i, part, told[0])
        if found is not None:
            yield found


def _named_whole(share: Statement) -> str | None:
    """What a text says that a share is of, right before it; None where it does not."""
    at = _at(share)
    named = _WHOLE.search(share.sentence[:at])
    return named["whole"] if named is not None and named.end() >= at - 3 else None


def _amounts(
    statements: Sequence[Statement],
) -> dict[tuple[str | None, str | None, str], list[int]]:
    """Positions of the figures that may be wholes, by place, period and unit."""
    found: dict[tuple[str | None, str | None, str], list[int]] = {}
    for i, statement in enumerate(statements):
        if _additive(statement):
            found.setdefault((statement.place, statement.period, statement.unit), []).append(i)
    return found


def _at(statement: Statement) -> int:
    found = statement.sentence.find("".join(statement.quote.split()))
    return found if found >= 0 else len(statement.sentence)


def _part(statements: Sequence[Statement], i: int, *, by_name: bool) -> int | None:
    """The level that a share is of: the best name among those before, or the level right before in the sentence.

    Where the words before the share name its whole (占…的比重), they cannot name its part as well.
    """
    share = statements[i]
    near = [
        j
        for j in range(max(0, i - 24), i)
        if _additive(statements[j]) and _kin(statements[j], share)
    ]
    scored = [
        (similarity(share.subject, statements[j].subject), j)
        for j in near
        if share.subject and by_name
    ]
    best = max(scored, default=(0.0, -1))
    for j in range(i - 1, max(-1, i - 3), -1):
        if j in near and statements[j].sentence == share.sentence and best[0] < _SAME:
            return j
    return best[1] if best[0] >= _ALIKE else None


def _share(statements: Sequence[Statement], share: int, part: int, whole: int) -> Check:
    over, under = _span(statements[part]), _span(statements[whole])
    found = quotient(over, under, Decimal(100))
    outcome = compare(_span(statements[share]), "eq", found)
    text = say(
        "check.share", part=_n(statements[part]), whole=_n(statements[whole]), subject=statements[whole].subject,
        found=_percent(found), said=_n(statements[share]),
    )  # fmt: skip
    return Check("share", (share, part, whole), (share,), outcome, text)


def _sums(statements: Sequence[Statement]) -> Iterator[Check]:
    """Levels of one sentence against a whole before it."""
    for run in _runs(statements):
        first = statements[run[0]]
        total = sum((statements[j].value for j in run), Decimal(0))
        slack = sum((statements[j].step for j in run), Decimal(0)) / 2
        wholes = [
            j for j in range(run[0] - 1, max(-1, run[0] - _WINDOW), -1)
            if _additive(statements[j]) and _kin(statements[j], first) and statements[j].unit == first.unit
        ]  # fmt: skip
        announced = first.sentence.startswith("其中") and wholes[:1]
        for j in announced or wholes:
            whole = statements[j]
            found = Interval(total - slack, total + slack, total)
            outcome = compare(_span(whole), "eq", found)
            names = " + ".join(_n(statements[k]) for k in run)
            made = Value(float(total), first.unit)
            text = say("check.sum", parts=names, found=made, said=_n(whole), subject=whole.subject)
            if outcome != "contradicts":
                yield Check("sum", (*run, j), (*run, j), "supports", text)
                break
            if announced:
                less = total < whole.value
                yield Check("sum", (*run, j), (j,), "consistent" if less else "contradicts", text)


def _runs(statements: Sequence[Statement]) -> Iterator[tuple[int, ...]]:
    """Positions of at least two amounts of one sentence with the same unit, place and period."""
    run: list[int] = []
    for i, statement in enumerate(statements):
        if not _additive(statement):
            continue
        last = statements[run[-1]] if run else None
        same = (
            last is not None and last.sentence == statement.sentence and last.unit == statement.unit
        )
        if not (same and last is not None and _kin(last, statement)):
            if len(run) > 1:
                yield tuple(run)
            run = []
        run.append(i)
    if len(run) > 1:
        yield tuple(run)


def _hundreds(statements: Sequence[Statement]) -> Iterator[Check]:
    """Shares of one sentence that make up the whole."""
    by_sentence: dict[tuple[str, str | None], list[int]] = {}
    for i, statement in enumerate(statements):
        if _exact(statement, "share") and statement.unit == "%":
            by_sentence.setdefault((statement.sentence, statement.place), []).append(i)
    for positions in by_sentence.values():
        total = sum((statements[i].value for i in positions), Decimal(0))
        slack = sum((statements[i].step for i in positions), Decimal(0)) / 2
        if len(positions) > 1 and abs(total - _HUNDRED) <= slack:
            text = say(
                "check.shares",
                parts=" + ".join(_n(statements[i]) for i in positions),
                found=f"{total}%",
            )
            yield Check("shares", tuple(positions), tuple(positions), "supports", text)


def _n(statement: Statement) -> str:
    return "".join(statement.quote.split())


def _percent(found: Interval) -> str | Phrase:
    return f"{found.point:.2f}%" if found.point is not None else say("open.value")
