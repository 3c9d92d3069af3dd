"""What growth is reckoned from, by the words before it."""

from __future__ import annotations

import pytest

from ceyuan.claims.comparison import (
    ANOTHER,
    AVERAGE,
    PERIOD_BEFORE,
    YEAR_BEFORE,
    basis,
    earlier_period,
)

CASES = [
    ("比上年增长", YEAR_BEFORE),
    ("同比增长", YEAR_BEFORE),
    ("增长", YEAR_BEFORE),
    ("较去年同期增长", YEAR_BEFORE),
    ("高于上年", YEAR_BEFORE),
    ("环比增长", PERIOD_BEFORE),
    ("比上季度增长", PERIOD_BEFORE),
    ("比2012年增长", "2012"),
    ("较2020年增加", "2020"),
    ("年均增长", AVERAGE),
    ("比2012年年均增长", AVERAGE),
    ("高于全国", ANOTHER),
    ("增速快于地区生产总值", ANOTHER),
]


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_the_words_before_name_it(words: str, expected: str) -> None:
    assert basis(words, words) == expected


def test_a_comparison_holds_until_another_one_is_named() -> None:
    assert basis("甲经费5亿元，比2020年增长8%；乙经费6亿元，增长", "增长") == "2020"
    assert basis("甲经费5亿元，比2020年增长8%，比上年增长", "比上年增长") == YEAR_BEFORE


@pytest.mark.parametrize(
    ("period", "compared", "expected"),
    [
        ("2022", YEAR_BEFORE, "2021"),
        ("2022-H1", YEAR_BEFORE, "2021-H1"),
        ("2022-Q2", YEAR_BEFORE, "2021-Q2"),
        ("2022-03", PERIOD_BEFORE, "2022-02"),
        ("2022-H1", PERIOD_BEFORE, "2021-H2"),
        ("2025/26", YEAR_BEFORE, "2024/25"),
        ("2022", "2012", "2012"),
        ("2022-H1", "2012", None),
        ("all", YEAR_BEFORE, None),
    ],
)
def test_the_earlier_period(period: str, compared: str, expected: str | None) -> None:
    assert earlier_period(period, compared) == expected
