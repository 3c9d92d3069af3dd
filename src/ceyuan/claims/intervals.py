"""How exact a written number is, and whether a value fits it.

Writing implies a tolerance: 4.3 % stands for everything that rounds to it, 4.25 to 4.35; 6.9万 for 6.85万 to 6.95万. A bound
opens one side: 超6.9万 is everything above 69,000. A value of a build has its own exactness: a count is exact, a figure
that is published with one decimal is known to half of the last one. Two such intervals are compared, never two floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ceyuan.claims.model import Outcome
from ceyuan.reader import Statement

_INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything that a figure may stand for.

    Attributes:
        low: lower end.
        high: upper end.
        point: the value itself, None where only a bound is known.
        low_open: whether the lower end itself is left out.
        high_open: whether the upper end itself is left out.
    """

    low: Decimal
    high: Decimal
    point: Decimal | None = None
    low_open: bool = False
    high_open: bool = False

    def meets(self, other: Interval) -> bool:
        """Whether the two have a value in common."""
        return not (self._below(other) or other._below(self))

    def _below(self, other: Interval) -> bool:
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))

    def within(self, other: Interval) -> bool:
        """Whether everything in it lies in the other one."""
        low = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open))
        high = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open))
        return low and high

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies in it."""
        return Interval(value, value).within(self)


def exact(value: float | Decimal) -> Decimal:
    """A number as a decimal without the noise behind its thirteenth digit.

    >>> exact(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{float(value):.13g}")


def rounded(value: Decimal, half: Decimal) -> Interval:
    """A value known to ``half`` of its last digit; ends that two neighbouring digits share belong to neither."""
    return Interval(value - half, value + half, value, low_open=half > 0, high_open=half > 0)


def bounded(value: Decimal, bound: str, half: Decimal = Decimal(0), top: Decimal | None = None) -> Interval:
    """The interval of a value with its bound.

    Args:
        value: the value.
        bound: ``eq``, ``ge``, ``gt``, ``le``, ``lt`` or ``approx``.
        half: half of the worth of the last digit.
        top: upper end of a range.

    ``approx`` (约, 近, 左右) takes the rounding or five per cent either way, whichever is more: 近九成 is 85 to 95 %.

    >>> bounded(Decimal("4.3"), "eq", Decimal("0.05")).holds(Decimal("4.26"))
    True
    >>> bounded(Decimal(69000), "gt").holds(Decimal(68000))
    False
    """
    last = value if top is None else top
    if bound in ("gt", "ge"):
        return Interval(value, _INFINITE, None, low_open=bound == "gt", high_open=True)
    if bound in ("lt", "le"):
        return Interval(-_INFINITE, last, None, low_open=True, high_open=bound == "lt")
    if bound == "approx":
        slack = max(half, abs(value) / 20)
        return Interval(value - slack, last + slack, None)
    return Interval(value - half, last + half, value if top is None else None)


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


def quotient(over: Interval, under: Interval, scale: Decimal) -> Interval:
    """One value over another, each known to its own rounding, times a scale."""
    if over.point is None or under.point is None or under.low <= 0:
        return Interval(Decimal("-Infinity"), Decimal("Infinity"))
    low, high = over.low / under.high * scale, over.high / under.low * scale
    return Interval(low, high, over.point / under.point * scale, low_open=low < high, high_open=low < high)


def growth(late: Interval, early: Interval) -> Interval:
    """Growth in per cent between two levels, each known to its own rounding."""
    if late.point is None or early.point is None or early.low <= 0:
        return Interval(Decimal("-Infinity"), Decimal("Infinity"))
    low, high = late.low / early.high - 1, late.high / early.low - 1
    point = (late.point / early.point - 1) * 100
    return Interval(low * 100, high * 100, point, low_open=low < high, high_open=low < high)


def difference(late: Interval, early: Interval) -> Interval:
    """The difference of two levels, each known to its own rounding."""
    if late.point is None or early.point is None:
        return Interval(Decimal("-Infinity"), Decimal("Infinity"))
    low, high = late.low - early.high, late.high - early.low
    return Interval(low, high, late.point - early.point, low_open=low < high, high_open=low < high)
