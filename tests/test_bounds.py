"""Intervals: what may be reckoned with bounded and rounded figures."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from ceyuan.bounds import Bound, Interval, bounded, difference, flipped, growth, quotient, rounded

NUMBERS = st.decimals(min_value=1, max_value=10**9, places=3)
BOUNDS = st.sampled_from(get_args(Bound))


@given(NUMBERS, NUMBERS)
def test_growth_and_difference_hold_what_they_are_made_of(late: Decimal, early: Decimal) -> None:
    half = Decimal("0.0005")
    a, b = rounded(late, half), rounded(early, half)
    for shift_a, shift_b in ((half / 2, -half / 2), (-half / 2, half / 2)):
        x, y = late + shift_a, early + shift_b
        assert growth(a, b).holds((x / y - 1) * 100)
        assert difference(a, b).holds(x - y)
        assert quotient(a, b, Decimal(100)).holds(x / y * 100)


def test_what_a_mere_bound_leaves_open_stays_open() -> None:
    open_level = bounded(Decimal(5), "gt")
    found = difference(open_level, open_level)
    assert found.holds(Decimal(-(10**9)))
    assert found.holds(Decimal(10**9))
    # More than 5 after 4 is growth by more than 25 %, with no upper end.
    grown = growth(open_level, rounded(Decimal(4), Decimal(0)))
    assert grown.holds(Decimal(10**9))
    assert grown.holds(Decimal("25.1"))
    assert not grown.holds(Decimal(25))
    assert growth(rounded(Decimal(4), Decimal(0)), open_level).holds(Decimal(-(10**9)))


@given(NUMBERS, NUMBERS, NUMBERS)
def test_inside_implies_meeting(a: Decimal, b: Decimal, c: Decimal) -> None:
    low, middle, high = sorted((a, b, c))
    outer = Interval(low, high)
    inner = Interval(low, middle, low_open=low < middle)
    assert inner.within(outer)
    assert inner.meets(outer)
    assert outer.meets(inner)


@given(NUMBERS, BOUNDS, NUMBERS)
def test_a_bound_on_the_negative_is_the_flipped_bound_on_the_positive(
    limit: Decimal, bound: str, value: Decimal
) -> None:
    assert bounded(limit, bound).holds(value) == bounded(-limit, flipped(bound)).holds(-value)


@given(NUMBERS, BOUNDS, NUMBERS, BOUNDS)
def test_one_below_the_other_means_that_no_value_is_in_both(
    a: Decimal, low: str, b: Decimal, high: str
) -> None:
    one, other = bounded(a, low), bounded(b, high)
    assert not (one.below(other) and other.below(one))
    shared = [v for v in (a, b, (a + b) / 2) if one.holds(v) and other.holds(v)]
    assert one.meets(other) or not shared
