"""A grid of constructs: one class a row, beside it how three languages write it; the values must be the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.reader import Statement, read_text

# Class, value, upper end, unit, bound, then the sentence in zh-Hans, zh-Hant and en.
GRID = [
    ("scale", "538000000000", None, "美元", "eq", "企业投入5380亿美元。", "企業投入5,380億美元。", "Businesses spent $538 billion."),
    ("letter scale", "3400000", None, "美元", "eq", "投入$3.4m。", "投入US$3.4m。", "Firms spent $3.4m."),
    ("big letter", "3400000000", None, "美元", "eq", "投入34亿美元。", "投入US$3.4B。", "Firms spent $3.4B in all."),
    ("thousands", "750000", None, "英镑", "eq", "投入£750k。", "投入75萬英鎊。", "The grant was £750k."),
    ("renminbi", "3400000000", None, "元", "eq", "投入RMB3.4 billion。", "投入人民幣34億元。", "They spent RMB3.4 billion there."),
    ("spaced", "12345", None, "欧元", "eq", "人均12 345欧元。", "人均12 345歐元。", "It costs 12 345 euros."),
    ("range", "2000000000", "3000000000", "美元", "eq", "投入20-30亿美元。", "投入20至30億美元。", "They invest $2–$3 billion a year."),
    ("short range", "500000000", "600000000", "美元", "eq", "投入5亿—6亿美元。", "投入5億至6億美元。", "They spend $500-600 million a year."),
    ("share", "20", None, "%", "approx", "约五分之一的企业创新。", "約五分之一的企業創新。", "About one in five firms innovate."),
    ("tenths", "80", None, "%", "approx", "近八成企业创新。", "近八成企業創新。", "Nearly 80% of firms innovate."),
    ("points", "-0.07", None, "个百分点", "approx", "强度下降约0.07个百分点。", "強度下降約0.07個百分點。", "Intensity fell by around 0.07 percentage points."),
    ("threshold", "3600", None, "people", "gt", "", "", "More than 3 600 people came."),
    ("mixed", "132000", None, "元", "eq", "投资13万2元。", "投資13萬2千元。", "It cost 132,000 yuan in all."),
    ("coins", "123.11", None, "元", "eq", "价格123元1角1分。", "價格123元1角1分。", "It cost 123.11 yuan in all."),
    ("per unit", "30000", None, "元", "eq", "租金三万一天。", "租金三萬一天。", ""),
    ("ceiling", "5000000", None, "元", "le", "资助上限为500万元。", "資助上限為500萬元。", "Grants are capped at 5 million yuan."),
    ("at most", "3000000", None, "元", "le", "最多获300万元。", "最多可獲300萬元。", "Each gets up to 3 million yuan."),
    ("rank group", "3", None, "位", "lt", "综合排名前三。", "綜合排名前三。", ""),
    ("goal", "92.4", None, "%", "eq", "完成年度目标的92.4%。", "完成年度目標的92.4%。", ""),
    ("radicals", "34", None, "%", "eq", "⽐重达34%。", "⽐重達34%。", ""),
]  # fmt: skip
CELLS = [(row[0], row[1:5], text) for row in GRID for text in row[5:] if text]


def only(text: str) -> Statement:
    """The one statement of a text."""
    statements = read_text(text).statements
    assert len(statements) == 1, (text, [s.quote for s in statements])
    return statements[0]


@pytest.mark.parametrize(
    ("name", "expected", "text"), CELLS, ids=[f"{n}-{t[:12]}" for n, _, t in CELLS]
)
def test_a_construct_says_the_same_in_every_language(
    name: str, expected: tuple[str | None, ...], text: str
) -> None:
    value, top, unit, bound = expected
    found = only(text)
    assert abs(found.value - Decimal(str(value))) < Decimal("1e-9"), name
    assert found.value_max == (None if top is None else Decimal(top))
    assert (found.unit, found.bound) == (unit, bound)


@pytest.mark.parametrize(
    "text",
    [
        "It cost $3.4 zillion.",
        "It cost J$5 bn.",
        "985高校和211高校加强合作。",
        "拨打12345热线。",
        "360集团参与建设。",
        "实施863计划。",
    ],
)
def test_what_cannot_be_read_whole_or_is_a_name_is_no_figure(text: str) -> None:
    assert read_text(text).statements == ()


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Spending was $3.4 billion in 2022 and $3.6 billion in 2023.", ["2022", "2023"]),
        (
            "Spending was $3.4 billion in FY 2022 and $3.6 billion in fiscal year 2023.",
            ["2022", "2023"],
        ),
        (
            "The ratio was 2.7% (2020) and later 2.9% in the first half of 2021.",
            ["2020", "2021-H1"],
        ),
        ("Firms performed $602 billion of research and development in 2021.", ["2021"]),
        ("For FYE 2023 the institute reported £12.6 million.", ["2023"]),
        ("In 2023-24 the government spent HK$27.9 billion.", ["2023/24"]),
        ("Output rose 3% in the third quarter of 2024.", ["2024-Q3"]),
    ],
)
def test_english_years_bind_the_value_before_them(text: str, periods: list[str]) -> None:
    assert [s.period for s in read_text(text).statements] == periods


STYLES = [
    ("The total was ${:,.0f} million.", 10**6, "美元"),
    ("The total was US${:,.0f}m.", 10**6, "美元"),
    ("The total was £{:,.0f}bn.", 10**9, "英镑"),
    ("The total was {:,.0f} billion euros.", 10**9, "欧元"),
    ("总额为{:,.0f}万元。", 10**4, "元"),
    ("總額為{:,.0f}億港元。", 10**8, "港元"),
    ("总额为{:.0f}亿美元。", 10**8, "美元"),
    ("共有{:,.0f}家企业。", 1, "家"),
]


@given(st.integers(2, 999_999), st.sampled_from(STYLES))
def test_any_number_in_any_style_reads_back(number: int, style: tuple[str, int, str]) -> None:
    pattern, scale, unit = style
    found = only(pattern.format(number))
    assert (found.value, found.unit) == (Decimal(number) * scale, unit)
