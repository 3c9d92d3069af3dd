"""Wording: what is written is the house style of bulletins, and the reader reads back what was meant."""

from __future__ import annotations

import itertools
import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ceyuan.periods import parse_period
from ceyuan.reader import Statement, read_text
from ceyuan.units import parse_unit
from ceyuan.wording import (
    LANGUAGES,
    Language,
    Trilingual,
    date_text,
    figure_text,
    from_to_text,
    period_text,
    unit_text,
)

BOUNDS = ["eq", "gt", "ge", "lt", "le", "approx"]
COUNTED = ["件", "家", "项", "篇", "所", "台", "笔", "人", "人次"]
MONEY = ["元", "港元", "美元", "澳门元", "欧元", "英镑"]
PREFIXES = ["", "万", "亿"]
NOUNS = {
    "件": "applications", "家": "organisations", "项": "items", "篇": "papers", "所": "institutions", "台": "units",
    "笔": "deals", "人": "people", "人次": "visits",
}  # fmt: skip


def amounts(places: int, most: int) -> st.SearchStrategy[Decimal]:
    """Decimals of at most so many places that a float of a build can carry."""
    return st.integers(1, 10**most).flatmap(
        lambda n: st.integers(0, places).map(lambda p: Decimal(n).scaleb(-p))
    )


def the_one(text: str) -> Statement:
    found = read_text(text).statements
    assert len(found) == 1, (text, [(s.quote, s.value, s.unit) for s in found])
    return found[0]


@given(
    amounts(4, 9),
    st.sampled_from(COUNTED + MONEY),
    st.sampled_from(PREFIXES),
    st.sampled_from(BOUNDS),
    st.sampled_from(["zh-Hans", "zh-Hant"]),
)
@example(Decimal("6.9"), "家", "万", "gt", "zh-Hant")
@example(Decimal("3.58"), "元", "亿", "eq", "zh-Hant")
def test_a_chinese_figure_is_read_back_with_value_unit_and_bound(
    value: Decimal, word: str, prefix: str, bound: str, language: Language
) -> None:
    unit = parse_unit(f"{prefix}{word}")
    assume(word in MONEY or value * unit.factor == int(value * unit.factor))
    text = figure_text(float(value), unit.text, language, bound=bound)
    assert "e" not in text.lower()
    read = the_one(f"当年登记的总量{text}。")
    assert (read.value, read.unit, read.bound) == (value * unit.factor, word, bound), text


@given(
    amounts(6, 9),
    st.sampled_from(["%", "个百分点", "倍"]),
    st.sampled_from(BOUNDS),
    st.booleans(),
    st.sampled_from(["zh-Hans", "zh-Hant"]),
)
def test_a_chinese_ratio_is_read_back_with_its_sign(
    value: Decimal, unit: str, bound: str, negative: bool, language: Language
) -> None:
    signed = -value if negative and bound == "eq" and unit == "%" else value
    read = the_one(f"比重{figure_text(float(signed), unit, language, bound=bound)}。")
    assert (read.value, read.unit, read.bound) == (signed, unit, bound)


@given(amounts(2, 9), st.sampled_from(COUNTED), st.sampled_from(PREFIXES), st.sampled_from(BOUNDS))
def test_an_english_count_is_read_back_with_its_noun_and_bound(
    value: Decimal, word: str, prefix: str, bound: str
) -> None:
    unit = parse_unit(f"{prefix}{word}")
    assume(value * unit.factor == int(value * unit.factor) and value * unit.factor != 1)
    read = the_one(
        f"The number recorded by the region was {figure_text(float(value), unit.text, 'en', bound=bound)}."
    )
    assert (read.value, read.bound) == (value * unit.factor, bound)
    assert read.unit == {"人": "people"}.get(word, NOUNS[word])


@given(amounts(4, 9), st.sampled_from(MONEY), st.sampled_from(PREFIXES), st.sampled_from(BOUNDS))
def test_an_english_amount_is_read_back_with_its_currency(
    value: Decimal, word: str, prefix: str, bound: str
) -> None:
    unit = parse_unit(f"{prefix}{word}")
    read = the_one(
        f"The total raised by the region was {figure_text(float(value), unit.text, 'en', bound=bound)}."
    )
    assert (read.value, read.unit, read.bound) == (value * unit.factor, word, bound)


@given(amounts(6, 9), st.sampled_from(["%", "个百分点"]), st.sampled_from(BOUNDS), st.booleans())
def test_an_english_ratio_is_read_back_with_its_sign(
    value: Decimal, unit: str, bound: str, negative: bool
) -> None:
    signed = -value if negative and bound == "eq" and unit == "%" else value
    read = the_one(
        f"The share held by the region was {figure_text(float(signed), unit, 'en', bound=bound)}."
    )
    assert (read.value, read.unit, read.bound) == (signed, unit, bound)


@given(
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.sampled_from(["家", "万件", "%"]),
    st.sampled_from(LANGUAGES),
)
def test_both_ends_of_a_range_are_read_back(
    low: int, more: int, unit: str, language: Language
) -> None:
    known = parse_unit(unit)
    base = Decimal(1) if unit == "%" else known.factor
    text = figure_text(low, unit, language, value_max=low + more)
    read = the_one(
        f"The number recorded by the region was {text}."
        if language == "en"
        else f"当年需要{text}。"
    )
    assert (read.value, read.value_max) == (low * base, (low + more) * base), text


@given(st.integers(1, 300))
def test_ranks_memberships_and_streaks_are_read_back(number: int) -> None:
    assert (
        found := the_one(f"总量位居全国{figure_text(number, '位', 'zh-Hans')}。")
    ).value == number
    assert found.unit == "位"
    assert (
        the_one(f"It ranked {figure_text(number, '位', 'en')} in the world that year.").value
        == number
    )
    member = the_one(f"连年入围全球{figure_text(number + 9, '强', 'zh-Hant', bound='lt')}。")
    assert (member.value, member.unit, member.bound) == (number + 9, "强", "lt")
    if number > 1:
        years = the_one(f"连续{figure_text(number, '年', 'zh-Hans')}入围。")
        assert (years.value, years.kind) == (number, "streak")


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["%", "元", "家", "万人", "倍"]),
    st.sampled_from(LANGUAGES),
)
def test_no_float_is_written_with_an_exponent(value: float, unit: str, language: Language) -> None:
    digits = (
        figure_text(value, unit, language).translate(str.maketrans("", "", ",−-.")).split("%")[0]
    )
    assert not any(a.isdigit() and b in "eE" for a, b in itertools.pairwise(digits))


@pytest.mark.parametrize(("value", "decimals", "expected"), [
    (2.675, 2, "2.68%"), (2.665, 2, "2.66%"), (0.125, 2, "0.12%"), (0.5, 0, "0%"), (1.5, 0, "2%"), (4.30, 2, "4.3%"), (-0.04, 1, "0%"), (14.3324, 1, "14.3%"),
])  # fmt: skip
def test_rounding_is_half_even_on_the_decimal_that_was_stated(
    value: float, decimals: int, expected: str
) -> None:
    assert figure_text(value, "%", "zh-Hans", decimals=decimals) == expected


@pytest.mark.parametrize(("value", "unit", "options", "hans", "hant", "english"), [
    (2.68, "万件", {}, "2.68万件", "2.68萬件", "26,800 applications"),
    (69000, "家", {"bound": "gt", "noun": ("enterprise", "enterprises")}, "超6.9万家", "超過6.9萬家", "over 69,000 enterprises"),
    (35800, "亿元", {}, "3.58万亿元", "3.58萬億元人民幣", "3.58 trillion yuan"),
    (4.3, "%", {"modality": "expected"}, "预计4.3%", "預計4.3%", "4.3% (expected)"),
    (30782.88, "亿元", {"decimals": 1}, "30782.9亿元", "30,782.9億元人民幣", "3,078.29 billion yuan"),
    (26812, "件", {}, "26812件", "26,812件", "26,812 applications"),
    (1, "件", {}, "1件", "1件", "1 application"),
    (0.5, "个百分点", {}, "0.5个百分点", "0.5個百分點", "0.5 percentage points"),
    (1, "个百分点", {}, "1个百分点", "1個百分點", "1 percentage point"),
    (1, "位", {}, "首位", "首位", "1st"),
    (12, "位", {}, "第12位", "第12位", "12th"),
    (22, "位", {}, "第22位", "第22位", "22nd"),
    (100, "强", {"bound": "lt"}, "百强", "百強", "top 100"),
    (100, "强", {"bound": "le"}, "百强", "百強", "top 100"),
    (10, "强", {"bound": "gt"}, "未入十强", "未入十強", "not in the top 10"),
    (-1, "位", {"change": True}, "上升1位", "上升1位", "up 1 place"),
    (4, "位", {"change": True}, "下降4位", "下降4位", "down 4 places"),
    (0, "位", {"change": True}, "持平", "持平", "unchanged"),
    (-13, "位", {"change": True, "bound": "lt"}, "上升超13位", "上升超過13位", "up over 13 places"),
    (-2.5, "个百分点", {"change": True}, "-2.5个百分点", "-2.5個百分點", "−2.5 percentage points"),
    (2, "年", {}, "两年", "兩年", "two years"),
    (2000, "亿港元", {}, "2000亿港元", "2,000億港元", "HK$200 billion"),
    (-3, "亿元", {}, "-3亿元", "-3億元人民幣", "−300 million yuan"),
    (25, "亿元", {"value_max": 30}, "25亿—30亿元", "25億至30億元人民幣", "2.5–3 billion yuan"),
    (12.3, "件/万人", {}, "12.3件/万人", "12.3件/萬人", "12.3 applications per 10,000 people"),
    (9, "个", {"noun": ("facility", "facilities")}, "9个", "9個", "9 facilities"),
    (None, "%", {}, "暂无数据", "暫無數據", "no data"),
])  # fmt: skip
def test_the_house_style_of_the_three_languages(
    value: float | None, unit: str, options: dict[str, object], hans: str, hant: str, english: str
) -> None:
    written = [figure_text(value, unit, language, **options) for language in LANGUAGES]  # type: ignore[arg-type]
    assert written == [hans, hant, english]


def test_a_change_by_both_ends_says_which_way_and_is_read_as_one_figure() -> None:
    assert from_to_text("57%", "43.5%", "zh-Hant", falling=True) == "由57%降至43.5%"
    ends = [figure_text(v, "%", "zh-Hans") for v in (5, 100)]
    read = the_one(f"国产化率{from_to_text(*ends, 'zh-Hans', falling=False)}。")
    assert (read.from_value, read.value) == (5, 100)


@pytest.mark.parametrize("options", [{"bound": "more"}, {"modality": "hoped"}])
def test_unknown_bounds_and_modalities_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="known"):
        figure_text(1, "家", "en", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        figure_text(value, "家", "en")


PERIODS = [
    "2025",
    "2026-06",
    "2026-Q2",
    "2026-H1",
    "2025/26",
    "2021..2025",
    "2018..2022",
    "2026-06-18",
]


@pytest.mark.parametrize("period", PERIODS)
def test_a_period_in_simplified_chinese_is_read_back(period: str) -> None:
    assert parse_period(period_text(period, "zh-Hans")).text == period


@pytest.mark.parametrize(("period", "hans", "hant", "english"), [
    ("2025", "2025年", "2025年", "2025"), ("2026-Q2", "2026年第二季度", "2026年第二季", "second quarter of 2026"),
    ("2025/26", "2025-26财政年度", "2025-26財政年度", "fiscal year 2025/26"), ("2026-H2", "2026年下半年", "2026年下半年", "second half of 2026"),
    ("2026..2030", "“十五五”时期", "「十五五」時期", "15th Five-Year Plan period (2026–2030)"), ("2018..2022", "2018—2022年", "2018至2022年", "2018–2022"),
    ("..2026", "截至2026年", "截至2026年", "up to 2026"), ("all", "迄今", "至今", "all years to date"),
])  # fmt: skip
def test_periods_in_words(period: str, hans: str, hant: str, english: str) -> None:
    assert [period_text(period, language) for language in LANGUAGES] == [hans, hant, english]


def test_dates_in_words() -> None:
    assert [date_text(date(2026, 6, 8), language) for language in LANGUAGES] == [
        "2026年6月8日",
        "2026年6月8日",
        "8 June 2026",
    ]


@pytest.mark.parametrize(("unit", "hans", "hant"), [
    ("亿元", "亿元", "億元人民幣"), ("件/万人", "件/万人", "件/萬人"), ("家", "家", "家"), ("月", "个月", "個月"), ("%", "%", "%"),
])  # fmt: skip
def test_a_unit_by_itself_keeps_its_multiplier(unit: str, hans: str, hant: str) -> None:
    made = Trilingual.made(lambda language: unit_text(unit, language))
    assert (made.en, made.zh_hans, made.zh_hant) == (parse_unit(unit).en, hans, hant)
