"""Bounds and intervals: what a figure that says "over 69,000" or "4.3 %" may stand for, and how two of them compare.

A bound opens one side: more than 69,000 is everything above it. A written number is known to half of the worth of its last
digit: 4.3 is 4.25 to 4.35. Both make an :class:`Interval`, and intervals are compared and reckoned with, never two floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Bound = Literal["eq", "ge", "gt", "le", "lt", "approx", "order"]
"""How a value binds what it states: exactly, at least, more than, at most, less than, about, by its order of magnitude."""
Modality = Literal["actual", "expected", "target"]
"""Whether what a value says happened, is expected, or is a target."""

_INFINITE = Decimal("Infinity")
_FLIPPED: dict[str, Bound] = {
    "gt": "lt",
    "ge": "le",
    "lt": "gt",
    "le": "ge",
    "eq": "eq",
    "approx": "approx",
    "order": "order",
}
# "About" reaches at least so far to each side: 近九成 is 85 to 95 %.
_ABOUT = Decimal("0.05")


def flipped(bound: str) -> Bound:
    """The bound of a negative value for its size: less than −13 is more than 13.

    >>> flipped("lt"), flipped("eq")
    ('gt', 'eq')
    """
    return _FLIPPED[bound]


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

    def below(self, other: Interval) -> bool:
        """Whether everything in it is less than everything in the other one.

        >>> bounded(Decimal(5), "lt").below(bounded(Decimal(5), "ge"))
        True
        """
        return self.high < other.low or (
            self.high == other.low and (self.high_open or other.low_open)
        )

    def meets(self, other: Interval) -> bool:
        """Whether the two have a value in common."""
        return not (self.below(other) or other.below(self))

    def within(self, other: Interval) -> bool:
        """Whether everything in it lies in the other one."""
        low = self.low > other.low or (
            self.low == other.low and (self.low_open or not other.low_open)
        )
        high = self.high < other.high or (
            self.high == other.high and (self.high_open or not other.high_open)
        )
        return low and high

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies in it."""
        return Interval(value, value).within(self)


ANYTHING = Interval(-_INFINITE, _INFINITE)
"""What nothing is known of."""


@lru_cache(maxsize=65536)
def exact(value: float | Decimal) -> Decimal:
    """A number as a decimal without the noise behind its thirteenth digit.

    >>> exact(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{float(value):.13g}")


def rounded(value: Decimal, half: Decimal) -> Interval:
    """A value known to ``half`` of its last digit; ends that two neighbouring digits share belong to neither."""
    return Interval(value - half, value + half, value, low_open=half > 0, high_open=half > 0)


def bounded(
    value: Decimal, bound: str, half: Decimal = Decimal(0), top: Decimal | None = None
) -> Interval:
    """The interval of a value with its bound.

    Args:
        value: the value.
        bound: a :data:`Bound`.
        half: half of the worth of the last digit.
        top: upper end of a range.

    ``approx`` (约, 近, 左右) takes the rounding or five per cent either way, whichever is more; ``order`` (千亿级) reaches up
    to the next order of magnitude.

    >>> bounded(Decimal("4.3"), "eq", Decimal("0.05")).holds(Decimal("4.26"))
    True
    >>> bounded(Decimal(69000), "gt").holds(Decimal(68000))
    False
    """
    last = value if top is None else top
    match bound:
        case "gt" | "ge":
            return Interval(value, _INFINITE, None, low_open=bound == "gt", high_open=True)
        case "lt" | "le":
            return Interval(-_INFINITE, last, None, low_open=True, high_open=bound == "lt")
        case "order":
            low, high = sorted((value, value * 10))
            return Interval(low, high, None, low_open=value < 0, high_open=value > 0)
        case "approx":
            slack = max(half, abs(value) * _ABOUT)
            return Interval(value - slack, last + slack, None)
        case _:
            return Interval(value - half, last + half, value if top is None else None)


def quotient(over: Interval, under: Interval, scale: Decimal) -> Interval:
    """One value over another, each known to its own rounding, times a scale."""
    if over.point is None or under.point is None or under.low <= 0:
        return ANYTHING
    low, high = over.low / under.high * scale, over.high / under.low * scale
    return Interval(
        low, high, over.point / under.point * scale, low_open=low < high, high_open=low < high
    )


def yearly(found: Interval, years: int) -> Interval:
    """The mean growth rate of each of some years, from that over all of them, in per cent (compound).

    >>> round(yearly(rounded(Decimal(21), Decimal(0)), 2).low, 6)
    Decimal('10.000000')
    """

    def root(rate: Decimal) -> Decimal:
        ratio = 1 + rate / 100
        return (
            (ratio ** (Decimal(1) / years) - 1) * 100 if ratio > 0 and ratio.is_finite() else rate
        )

    point = None if found.point is None else root(found.point)
    return Interval(root(found.low), root(found.high), point, found.low_open, found.high_open)


def growth(late: Interval, early: Interval) -> Interval:
    """Growth in per cent between two levels, each known to its own rounding.

    >>> growth(rounded(Decimal(12), Decimal(0)), rounded(Decimal(10), Decimal(0))).point
    Decimal('20.0')
    >>> about = growth(rounded(Decimal(12), Decimal(0)), bounded(Decimal(10), "approx"))
    >>> about.point, about.holds(Decimal(20)), about.holds(Decimal(40))
    (None, True, False)
    """
    if early.low <= 0 or not (late.low.is_finite() and early.high.is_finite()):
        return ANYTHING
    low, high = late.low / early.high - 1, late.high / early.low - 1
    point = None
    if late.point is not None and early.point is not None:
        point = (late.point / early.point - 1) * 100
    return Interval(low * 100, high * 100, point, low_open=low < high, high_open=low < high)


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of values, each known to its own rounding.

    >>> total([rounded(Decimal(2), Decimal(0)), rounded(Decimal(3), Decimal(0))]).point
    Decimal('5')
    """
    low, high, point = Decimal(0), Decimal(0), Decimal(0)
    for part in parts:
        if part.point is None:
            return ANYTHING
        low, high, point = low + part.low, high + part.high, point + part.point
    return Interval(low, high, point, low_open=low < high, high_open=low < high)


def difference(late: Interval, early: Interval) -> Interval:
    """The difference of two levels, each known to its own rounding."""
    if late.point is None or early.point is None:
        return ANYTHING
    low, high = late.low - early.high, late.high - early.low
    return Interval(low, high, late.point - early.point, low_open=low < high, high_open=low < high)
