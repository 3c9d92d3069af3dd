"""Intervals: the writing's tolerance, and how two of them compare."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.bounds import Interval, bounded, exact, rounded
from ceyuan.claims.intervals import amount, compare, of_statement
from ceyuan.reader import read_text

NUMBERS = st.decimals(min_value=1, max_value=10**9, places=3)
BOUNDS = st.sampled_from(["eq", "ge", "gt", "le", "lt", "approx"])


def stated(text: str) -> Interval:
    (statement,) = read_text(text).statements
    return of_statement(statement)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("研发投入强度达到4.3%。", ["4.25", "4.3", "4.35"], ["4.24", "4.36"]),
        ("研发投入强度达到4.30%。", ["4.295", "4.304"], ["4.294", "4.31"]),
        ("高新技术企业6.9万家。", ["68500", "69499"], ["68000", "70000"]),
        ("高新技术企业超6.9万家。", ["69001", "80000"], ["69000", "68000"]),
        ("高新技术企业不低于6.9万家。", ["69001"], ["68999"]),
        ("高新技术企业不足6.9万家。", ["68999", "1"], ["69000"]),
        ("产业规模达3.58万亿元。", ["3575000000000", "3584000000000"], ["3590000000000"]),
        ("设立千亿级基金。", ["100000000000", "999000000000"], ["99000000000", "1000000000000"]),
        ("市场份额近九成。", ["85", "89.9"], ["80", "96"]),
        ("建成实验室20—30家。", ["20", "25", "30"], ["19", "31"]),
    ],
)
def test_writing_implies_a_tolerance(text: str, inside: list[str], outside: list[str]) -> None:
    interval = stated(text)
    assert all(interval.holds(Decimal(v)) for v in inside)
    assert not any(interval.holds(Decimal(v)) for v in outside)


@given(NUMBERS, BOUNDS)
def test_a_value_never_contradicts_itself(value: Decimal, bound: str) -> None:
    half = Decimal("0.0005")
    interval = bounded(value, bound, half)
    assert compare(interval, bound, bounded(value, bound, half)) != "contradicts"


@given(NUMBERS, NUMBERS)
def test_a_bound_is_consistent_on_its_side_only(limit: Decimal, value: Decimal) -> None:
    outcome = compare(bounded(limit, "gt"), "gt", rounded(value, Decimal(0)))
    assert outcome == ("consistent" if value > limit else "contradicts")


@given(NUMBERS, st.integers(0, 3))
def test_rounding_a_value_keeps_it_supported(value: Decimal, places: int) -> None:
    written = round(value, places)
    half = Decimal(5).scaleb(-places - 1)
    assert compare(bounded(written, "eq", half), "eq", rounded(value, Decimal(0))) == "supports"


@given(NUMBERS, NUMBERS)
def test_two_different_figures_of_one_precision_contradict_each_other(
    a: Decimal, b: Decimal
) -> None:
    half = Decimal("0.0005")
    outcome = compare(bounded(a, "eq", half), "eq", rounded(b, half))
    assert outcome == ("supports" if a == b else "contradicts")


def test_amounts_are_written_for_people() -> None:
    assert amount(3.58e12, "元") == "35,800 亿元"
    assert amount(11.7675123963, "%") == "11.7675 %"
    assert amount(-5000, "元") == "-5,000 元"
    assert exact(4802.600000000001) == Decimal("4802.6")
