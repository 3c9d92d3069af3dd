"""What a statement stands for, and whether a value fits it.

Writing implies a tolerance: 4.3 % stands for everything that rounds to it, 4.25 to 4.35; 6.9万 for 6.85万 to 6.95万. A value
of a build has its own exactness: a count is exact, a figure that is published with one decimal is known to half of the last
one. See :mod:`ceyuan.bounds` for the intervals that are compared.
"""

from __future__ import annotations

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
        return Interval(value, value * 10, None, high_open=True)
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
    """What a found value says of a statement; a whole number with zeros at its end may have been rounded to them."""
    bound = "ge" if statement.kind == "streak" else "range" if statement.value_max is not None else statement.bound
    outcome = compare(of_statement(statement), bound, found)
    half = _rounding(statement)
    if outcome == "contradicts" and half and rounded(statement.value, half).meets(found):
        return "consistent"
    return outcome


def _rounding(statement: Statement) -> Decimal:
    """Half of what the zeros at the end of a number may hide: 3,978,000 stands for 3,977,500 to 3,978,500.

    Two digits before the zeros at least are taken as written.
    """
    if statement.bound != "eq" or statement.value_max is not None or statement.kind not in ("level", "change"):
        return Decimal(0)
    digits = str(int(abs(statement.value / statement.step)))
    zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
    return statement.step * 10**zeros / 2 if zeros > 1 else Decimal(0)
