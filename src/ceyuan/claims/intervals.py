"""What a statement stands for, and whether a value fits it.

Writing implies a tolerance: 4.3 % stands for everything that rounds to it, 4.25 to 4.35; 6.9万 for 6.85万 to 6.95万. A value
of a build has its own exactness: a count is exact, a figure that is published with one decimal is known to half of the last
one. See :mod:`ceyuan.bounds` for the intervals that are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ceyuan.bounds import Interval, bounded, exact, rounded
from ceyuan.claims.model import Outcome
from ceyuan.reader import Statement


def amount(value: float | Decimal, unit: str) -> str:
    """A value with its unit as people write it: from a hundred million on in 亿.

    >>> amount(1967790000000.0, "元"), amount(4.3, "%"), amount(69000, "家")
    ('19,677.9 亿元', '4.3 %', '69,000 家')
    """
    number = exact(value)
    large = abs(number) >= 10**8
    text = f"{round(number / 10**8 if large else number, 4):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {'亿' if large else ''}{unit}".rstrip()


def of_statement(statement: Statement) -> Interval:
    """What a statement stands for, in its own unit.

    An order of magnitude (千亿级) reaches up to the next one; a streak (连续两年) says that it lasts at least so long.
    """
    value, top = statement.value, statement.value_max
    if statement.quote.endswith(("级", "級")) and statement.bound == "approx":
        return bounded(value, "order")
    if statement.kind == "streak":
        return bounded(value, "ge")
    return bounded(value, statement.bound, statement.step / 2, top)


def compare(stated: Interval, bound: str, found: Interval) -> Outcome:
    """What a found value says of a stated one.

    * A stated number is *supported* by a value that rounds to it; it is *consistent* with one that would round to it but
      for its own rounding; otherwise it is contradicted.
    * A stated bound is *consistent* with everything on its side; a value that is itself only a bound decides where it
      lies wholly on one side.

    >>> compare(bounded(Decimal(69000), "gt"), "gt", rounded(Decimal(69800), Decimal(0)))
    'consistent'
    >>> compare(bounded(Decimal("4.3"), "eq", Decimal("0.05")), "eq", rounded(Decimal("4.26"), Decimal(0)))
    'supports'
    """
    if not stated.meets(found):
        return "contradicts"
    if bound == "eq":
        return "supports" if found.point is not None and stated.holds(found.point) else "consistent"
    if found.within(stated) or (found.point is not None and stated.holds(found.point)):
        return "consistent"
    return "undecided" if found.point is None else "contradicts"


def outcome_of(statement: Statement, found: Interval) -> Outcome:
    """What a found value says of a statement.

    A whole number with zeros at its end may have been rounded to them, and a round amount may have been cut: texts write
    69,775 firms as 6.9万家 as well as 7.0万家. Neither is an accusation.
    """
    bound = (
        "ge"
        if statement.kind == "streak"
        else "range"
        if statement.value_max is not None
        else statement.bound
    )
    outcome = compare(of_statement(statement), bound, found)
    if outcome == "contradicts" and any(room.meets(found) for room in _round_numbers(statement)):
        return "consistent"
    return outcome


_MOST_DIGITS = 3
_SCALED = Decimal(100)
"""The last digit of an amount that may have been cut is worth so much at least: 6.9万, 19.6亿元, 4,800."""


def _round_numbers(statement: Statement) -> Iterator[Interval]:
    """What a number may stand for beside the rounding of its last written digit.

    * 3,978,000 stands for 3,977,500 to 3,978,500: zeros may hide digits; two digits before them are taken as written.
    * 6.9万 stands for everything from 69,000 up to 70,000: an amount of two or three digits in a larger unit may be cut.
    """
    if (
        statement.bound != "eq"
        or statement.value_max is not None
        or statement.kind not in ("level", "change")
    ):
        return
    digits = str(int(abs(statement.value / statement.step)))
    zeros = max(0, min(len(digits) - len(digits.rstrip("0")), len(digits) - 2))
    worth = statement.step * 10**zeros
    if zeros > 1:
        yield rounded(statement.value, worth / 2)
    written = len(digits) - zeros
    if (
        statement.kind == "level"
        and statement.value > 0
        and worth >= _SCALED
        and 2 <= written <= _MOST_DIGITS
    ):
        yield Interval(statement.value, statement.value + worth, None, high_open=True)
