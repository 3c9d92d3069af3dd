"""Periods: canonical texts stand for themselves, neighbours and containers fit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.periods import Period, containing_period, parse_period

YEARS = st.integers(1100, 9900)
PERIODS = st.one_of(
    st.dates(date(1100, 1, 1), date(9900, 12, 31)).map(lambda d: d.isoformat()),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda t: f"{t[0]}-{t[1]:02d}"),
    st.tuples(YEARS, st.integers(1, 4)).map(lambda t: f"{t[0]}-Q{t[1]}"),
    st.tuples(YEARS, st.integers(1, 2)).map(lambda t: f"{t[0]}-H{t[1]}"),
    YEARS.map(str),
    YEARS.map(lambda y: f"{y}/{(y + 1) % 100:02d}"),
    st.tuples(YEARS, st.integers(1, 30)).map(lambda t: f"{t[0]}..{t[0] + t[1]}"),
)


@given(PERIODS)
def test_a_canonical_text_stands_for_itself(text: str) -> None:
    period = parse_period(text)
    assert period.text == text
    assert period.start is not None
    assert period.start <= period.end


@given(PERIODS)
def test_the_previous_period_ends_the_day_before(text: str) -> None:
    period = parse_period(text)
    assert period.previous is not None
    before = parse_period(period.previous)
    assert before.grain == period.grain
    assert period.start is not None
    assert before.end + timedelta(days=1) == period.start


@given(
    PERIODS,
    st.sampled_from(["day", "month", "quarter", "half", "year", "fiscal", "range", "open", "all"]),
)
def test_a_container_holds_all_of_it(text: str, grain: str) -> None:
    period = parse_period(text)
    container = containing_period(period, grain)  # type: ignore[arg-type]
    if container is None:
        return
    assert parse_period(container.text) == container
    assert container.grain == grain
    assert container.start is not None
    assert period.start is not None
    assert container.start <= period.start <= period.end <= container.end


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_a_clear_refusal(text: str) -> None:
    try:
        period = parse_period(text)
    except ValueError as error:
        assert "is no period" in str(error)  # noqa: PT017
    else:
        assert parse_period(period.text) == period


@pytest.mark.parametrize(("text", "canonical"), [
    ("2023年9月末", "2023-09"), ("2023.09", "2023-09"), ("202309", "2023-09"), ("2023.1-9", "2023-01..2023-09"), ("1H2023", "2023-H1"),
    ("H2 2023", "2023-H2"), ("3Q2023", "2023-Q3"), ("2023一季度", "2023-Q1"), ("2023年一季度末", "2023-Q1"), ("2023年首三季度", "2023-01..2023-09"),
    ("2023年首9个月", "2023-01..2023-09"),
    ("２０２６年６月１８日", "2026-06-18"), ("2026/6/18", "2026-06-18"), ("20260618", "2026-06-18"), ("2026-06-18 00:00:00", "2026-06-18"),
    ("2026年上半年", "2026-H1"), ("2026年第二季度", "2026-Q2"), ("2025-26财年", "2025/26"), ("FY2025-26", "2025/26"), ("十四五", "2021..2025"),
    ("“十五五”时期", "2026..2030"), ("FYP1", "1953..1957"), ("2021-2025年", "2021..2025"), ("2021～2025年", "2021..2025"),
    ("2020..2020", "2020"), ("2026.0", "2026"), ("up to 2025", "..2025"), ("1999/00", "1999/00"), (" 2024 ", "2024"),
])  # fmt: skip
def test_other_spellings_are_read(text: str, canonical: str) -> None:
    assert parse_period(text).text == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-02-30",
        "2025..2021",
        "2024-13",
        "FYP99",
        "2025/27",
        "0000",
        "0202-01-01",
        "2024.1",
        "24",
        "2024-Q5",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        parse_period(text)


def test_the_first_year_has_no_period_before_and_open_ones_have_none() -> None:
    assert parse_period("1000").previous is None
    assert parse_period("1000..1004").previous is None
    assert parse_period("all").previous is None
    assert parse_period("..2025").previous is None
    assert containing_period(Period("all", "all", None, date.max), "year") is None


@given(
    st.sampled_from(
        ["{y}", "{y}-H2", "{y}-Q3", "{y}-02", "{y}-01..{y}-02", "{y}-02-28", "{y}/{z:02d}"]
    ),
    st.integers(1902, 2098),
)
def test_the_year_before_is_the_same_stretch_one_year_earlier(pattern: str, year: int) -> None:
    period = parse_period(pattern.format(y=year, z=(year + 1) % 100))
    assert period.year_before == pattern.format(y=year - 1, z=year % 100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023년", "2023"),
        ("2023년도", "2023"),
        ("2023년 3월", "2023-03"),
        ("2023년 1분기", "2023-Q1"),
        ("2023년 하반기", "2023-H2"),
        ("2023년 3월 7일", "2023-03-07"),
        ("2023년 1~9월", "2023-01..2023-09"),
    ],
)
def test_korean_periods_are_read(text: str, expected: str) -> None:
    assert parse_period(text).text == expected
