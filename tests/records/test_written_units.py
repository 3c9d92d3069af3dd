"""Units and amounts of money as people write them, in the manner of statistical offices and accounts of many countries.

What is expected was written down by hand before the program read it. Half of it is refusals: what may mean two things is no unit.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from ceyuan.records.measured import Expected, StatedUnit, measure
from ceyuan.records.numbers import Mark, written
from ceyuan.units import parse_unit


@pytest.mark.parametrize(("text", "dimension", "factor"), [
    ("million euros", "money:EUR", "1e6"), ("million euro", "money:EUR", "1e6"), ("Millions of Euro", "money:EUR", "1e6"),
    ("TEUR", "money:EUR", "1e3"), ("T€", "money:EUR", "1e3"), ("MEUR", "money:EUR", "1e6"), ("kEUR", "money:EUR", "1e3"),
    ("KEUR", "money:EUR", "1e3"), ("M€", "money:EUR", "1e6"), ("Md€", "money:EUR", "1e9"), ("Mrd. Euro", "money:EUR", "1e9"),
    ("Mrd. EUR", "money:EUR", "1e9"), ("Millionen Euro", "money:EUR", "1e6"), ("Milliarden Euro", "money:EUR", "1e9"),
    ("Tausend Euro", "money:EUR", "1e3"), ("in Mio. €", "money:EUR", "1e6"), ("in 1.000 Euro", "money:EUR", "1e3"),
    ("in 1 000 EUR", "money:EUR", "1e3"), ("1000 EUR", "money:EUR", "1e3"), ("1.000 EUR", "money:EUR", "1e3"),
    ("EUR 1,000", "money:EUR", "1e3"), ("1 000 €", "money:EUR", "1e3"), ("millions d'euros", "money:EUR", "1e6"),
    ("millions d’euros", "money:EUR", "1e6"), ("milliards d'euros", "money:EUR", "1e9"),
    ("milliers d'euros", "money:EUR", "1e3"), ("en millions d'euros", "money:EUR", "1e6"),
    ("EUR (million)", "money:EUR", "1e6"), ("EUR (millions)", "money:EUR", "1e6"), ("EUR in millions", "money:EUR", "1e6"),
    ("Million EUR, current prices", "money:EUR", "1e6"), ("million euros (current prices)", "money:EUR", "1e6"),
    ("million EUR (nominal)", "money:EUR", "1e6"), ("million (EUR)", "money:EUR", "1e6"), ("€ millions", "money:EUR", "1e6"),
    ("€ million", "money:EUR", "1e6"), ("€mn", "money:EUR", "1e6"), ("€ bn", "money:EUR", "1e9"),
    ("billion euros", "money:EUR", "1e9"), ("亿元（人民币）", "money:CNY", "1e8"), ("亿元(人民币)", "money:CNY", "1e8"),
    ("人民币（亿元）", "money:CNY", "1e8"), ("（人民币）亿元", "money:CNY", "1e8"), ("亿元RMB", "money:CNY", "1e8"),
    ("亿元 RMB", "money:CNY", "1e8"), ("百万元（人民币）", "money:CNY", "1e6"), ("人民币亿", "money:CNY", "1e8"),
    ("人民币百万", "money:CNY", "1e6"), ("亿元（当年价）", "money:CNY", "1e8"), ("亿元（现价）", "money:CNY", "1e8"),
    ("亿元（当年价格）", "money:CNY", "1e8"), ("万元/人", "money:CNY/person", "1e4"), ("元（人民币）", "money:CNY", "1"),
    ("10亿元", "money:CNY", "1e9"), ("10 亿元", "money:CNY", "1e9"), ("100万元", "money:CNY", "1e6"),
    ("100 million yuan", "money:CNY", "1e8"), ("100 million RMB", "money:CNY", "1e8"), ("RMB yuan", "money:CNY", "1"),
    ("million RMB yuan", "money:CNY", "1e6"), ("10,000 RMB yuan", "money:CNY", "1e4"), ("10 000 yuan", "money:CNY", "1e4"),
    ("RMB'000", "money:CNY", "1e3"), ("RMB mn", "money:CNY", "1e6"), ("RMB bn", "money:CNY", "1e9"),
    ("RMB100m", "money:CNY", "1e8"), ("CNY 100m", "money:CNY", "1e8"), ("RMB 10,000", "money:CNY", "1e4"),
    ("百万美元（现价）", "money:USD", "1e6"), ("百万美元", "money:USD", "1e6"), ("万美元（当年价）", "money:USD", "1e4"),
    ("亿美元", "money:USD", "1e8"), ("10亿美元", "money:USD", "1e9"), ("百万美金", "money:USD", "1e6"), ("US$ m", "money:USD", "1e6"),
    ("US$m", "money:USD", "1e6"), ("USDm", "money:USD", "1e6"), ("USD mn", "money:USD", "1e6"),
    ("USD millions", "money:USD", "1e6"), ("Millions of US dollars", "money:USD", "1e6"),
    ("millions of U.S. dollars", "money:USD", "1e6"), ("thousands of US dollars", "money:USD", "1e3"),
    ("current US$", "money:USD", "1"), ("million current US$", "money:USD", "1e6"),
    ("US$ million (current)", "money:USD", "1e6"), ("Mio. US-$", "money:USD", "1e6"), ("Mio. US-Dollar", "money:USD", "1e6"),
    ("billion U.S. dollars", "money:USD", "1e9"), ("US Dollar, Millions", "money:USD", "1e6"),
    ("US dollars, millions", "money:USD", "1e6"), ("백만 달러", "money:USD", "1e6"), ("백만달러", "money:USD", "1e6"),
    ("십억 달러", "money:USD", "1e9"), ("억 달러", "money:USD", "1e8"), ("천달러", "money:USD", "1e3"), ("백만불", "money:USD", "1e6"),
    ("백만 미국달러", "money:USD", "1e6"), ("백만원", "money:KRW", "1e6"), ("백만 원", "money:KRW", "1e6"), ("조원", "money:KRW", "1e12"),
    ("십억원", "money:KRW", "1e9"), ("백만유로", "money:EUR", "1e6"), ("억엔", "money:JPY", "1e8"), ("억 위안", "money:CNY", "1e8"),
    ("億円", "money:JPY", "1e8"), ("兆円", "money:JPY", "1e12"), ("百万円", "money:JPY", "1e6"), ("千円", "money:JPY", "1e3"),
    ("10億円", "money:JPY", "1e9"), ("百万ドル", "money:USD", "1e6"), ("100万ドル", "money:USD", "1e6"),
    ("billion yen", "money:JPY", "1e9"), ("JPY bn", "money:JPY", "1e9"), ("港幣百萬元", "money:HKD", "1e6"),
    ("百萬港元", "money:HKD", "1e6"), ("百萬元（港幣）", "money:HKD", "1e6"), ("港幣（百萬元）", "money:HKD", "1e6"),
    ("億元（港幣）", "money:HKD", "1e8"), ("HK$ mn", "money:HKD", "1e6"), ("HK$M", "money:HKD", "1e6"),
    ("HKD million", "money:HKD", "1e6"), ("HK$ million (at current prices)", "money:HKD", "1e6"),
    ("HK$ thousand", "money:HKD", "1e3"), ("million Hong Kong dollars", "money:HKD", "1e6"),
    ("HK dollars million", "money:HKD", "1e6"), ("百萬澳門元", "money:MOP", "1e6"), ("MOP million", "money:MOP", "1e6"),
    ("million patacas", "money:MOP", "1e6"), ("千澳門元", "money:MOP", "1e3"), ("MOP'000", "money:MOP", "1e3"),
    ("百萬元（澳門元）", "money:MOP", "1e6"), ("£m", "money:GBP", "1e6"), ("£ thousands", "money:GBP", "1e3"),
    ("£000", "money:GBP", "1e3"), ("£000s", "money:GBP", "1e3"), ("£'000s", "money:GBP", "1e3"), ("£ 000", "money:GBP", "1e3"),
    ("£k", "money:GBP", "1e3"), ("£bn", "money:GBP", "1e9"), ("GBP (thousands)", "money:GBP", "1e3"),
    ("£ millions, current prices", "money:GBP", "1e6"), ("新台幣百萬元", "money:TWD", "1e6"), ("新臺幣億元", "money:TWD", "1e8"),
    ("NT$ million", "money:TWD", "1e6"), ("百萬元（新台幣）", "money:TWD", "1e6"), ("S$ million", "money:SGD", "1e6"),
    ("million Singapore dollars", "money:SGD", "1e6"), ("(%)", "ratio", "0.01"), ("in %", "ratio", "0.01"),
    ("percent", "ratio", "0.01"), ("Prozent", "ratio", "0.01"), ("%（百分比）", "ratio", "0.01"), ("per cent", "ratio", "0.01"),
    ("Percentage", "ratio", "0.01"), ("퍼센트", "ratio", "0.01"), ("千人", "person", "1e3"), ("Tsd. Personen", "person", "1e3"),
    ("thousand people", "person", "1e3"), ("천 명", "person", "1e3"), ("件/万人", "count/person", "0.0001"),
    ("万人次", "visit", "1e4"), ("千人年", "person-year", "1e3"), ("thousand FTE", "person-year", "1e3"),
    ("FTEs", "person-year", "1"), ("万件", "count", "1e4"), ("thousand patents", "count", "1e3"), ("개", "count", "1"),
    ("천 건", "count", "1e3"), ("Number", "count", "1"), ("万（件）", "count", "1e4"), ("单位：万元", "money:CNY", "1e4"),
    ("万元 ", "money:CNY", "1e4"),
])  # fmt: skip
def test_a_unit_is_read_as_it_is_written(text: str, dimension: str, factor: str) -> None:
    found = parse_unit(text)
    assert (found.dimension, found.factor) == (dimension, Decimal(factor))
    assert parse_unit(found.text) == found


@pytest.mark.parametrize("text", [
    "million EUR (2015 prices)", "亿元（可比价）", "¥ million", "£ million (cash)", "million dollars", "$ million", "$m", "dollars",
    "Dollars in millions", "millions of dollars", "人（全时当量）", "per 10,000 people", "m persons", "million pounds", "thousands",
    "件（项）", "万圆圆", "元元", "美元元", "港元元", "yuan yuan", "万元千", "EUR (USD)", "百万（千元）", "million million EUR", "兆", "T persons", "元（2015年价）", "1234 EUR", "1.5 EUR",
])  # fmt: skip
def test_what_may_mean_two_things_is_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        parse_unit(text)


CURRENCIES = {"EUR": "EUR", "€": "EUR", "US$": "USD", "USD": "USD", "HK$": "HKD", "港币": "HKD", "RMB": "CNY", "£": "GBP", "NT$": "TWD", "₩": "KRW"}  # fmt: skip
POWERS = {"million": 6, "bn": 9, "Mio.": 6, "Tsd.": 3, "'000": 3, "m": 6, "100 million": 8, "10,000": 4, "亿": 8, "百万": 6, "thousands": 3}  # fmt: skip
FORMS = (
    "{c} {m}",
    "{c}{m}",
    "{m} {c}",
    "{c} ({m})",
    "{m}（{c}）",
    "{c}, {m}",
    "in {m} {c}",
    "{m} {c} (current prices)",
)


@pytest.mark.parametrize("form", FORMS)
def test_a_currency_and_a_multiplier_mean_the_same_in_every_form_that_is_read(form: str) -> None:
    for currency, multiplier in product(CURRENCIES, POWERS):
        text = form.format(c=currency, m=multiplier)
        try:
            found = parse_unit(text)
        except ValueError:
            # Words that are run together are no words.
            assert form == "{c}{m}", text
            continue
        assert found.dimension == f"money:{CURRENCIES[currency]}", text
        assert found.factor == Decimal(10) ** POWERS[multiplier], text


@pytest.mark.parametrize(("cell", "declared", "mark", "amount"), [
    ("$3.5m", "USD", ".", 3500000.0), ("$3.5m", "百万美元", ".", 3500000.0), ("$3.5m", "亿港元", ".", 3500000.0),
    ("$3.5m", "EUR", ".", None), ("$3.5m", None, ".", None), ("€1.2bn", "EUR", ".", 1200000000.0),
    ("€1.2bn", "million EUR", ".", 1200000000.0), ("€1.2bn", None, ".", 1200000000.0), ("€1.2bn", "USD", ".", None),
    ("RMB 3.4 billion", "亿元", ".", 3400000000.0), ("RMB 3.4 billion", "元", ".", 3400000000.0),
    ("RMB3.4bn", "万元", ".", 3400000000.0), ("RMB 3.4 billion", "亿港元", ".", None), ("HK$12m", "港元", ".", 12000000.0),
    ("HK$12m", "百万港元", ".", 12000000.0), ("HK$12m", "万元", ".", None), ("HK$12 million", "HKD", ".", 12000000.0),
    ("HK$12", None, ".", 12), ("€12", "million EUR", ".", 12000000.0), ("港币1200万元", "港元", ".", 12000000.0),
    ("港幣1,200萬元", "万港元", ".", 12000000.0), ("港币1200万元", "万元", ".", None), ("人民币3.4亿元", "亿元", ".", 340000000.0),
    ("人民币3.4亿", "元", ".", 340000000.0), ("美元1200万", "万美元", ".", 12000000.0), ("US$1,200万", "美元", ".", 12000000.0),
    ("USD 3.4bn", "USD", ".", 3400000000.0), ("3.4bn USD", "USD", ".", 3400000000.0), ("3.4bn", "USD", ".", 3400000000.0),
    ("3.4bn", "million USD", ".", None), ("1,2 Mrd. €", "EUR", ",", 1200000000.0),
    ("1,2 Mrd. EUR", "Mio. EUR", ",", 1200000000.0), ("12,5 Mio. €", "EUR", ",", 12500000.0),
    ("12,5 M€", "EUR", ",", 12500000.0), ("1 250,5 k€", "EUR", ",", 1250500.0), ("€ 12.5 Mio", "EUR", ".", 12500000.0),
    ("£3.5m", "GBP", ".", 3500000.0), ("£250k", "GBP", ".", 250000.0), ("£3.5 million", "£m", ".", 3500000.0),
    ("£3.5mn", "GBP", ".", 3500000.0), ("-£3.5m", "GBP", ".", -3500000.0), ("£-3.5m", "GBP", ".", -3500000.0),
    ("£3.5m EUR", "GBP", ".", None), ("€5m USD", "EUR", ".", None), ("$5m USD", "USD", ".", 5000000.0),
    ("$5 million USD", "USD", ".", 5000000.0), ("₩350억", "KRW", ".", 35000000000.0), ("350억원", "KRW", ".", 35000000000.0),
    ("350억 원", "억원", ".", 35000000000.0), ("3.5백만 달러", "USD", ".", 3500000.0), ("350만 달러", "USD", ".", 3500000.0),
    ("¥35億", "JPY", ".", 3500000000.0), ("35億円", "JPY", ".", 3500000000.0), ("¥3.5亿", "元", ".", 350000000.0),
    ("¥3.5亿", "亿港元", ".", None), ("3.5m", "USD", ".", 3500000.0), ("3.5m", "人", ".", None),
    ("3.5 million", "人", ".", 3500000.0), ("3.5万", "人", ".", 35000), ("3.5 million dollars", "USD", ".", 3500000.0),
    ("3.5 million dollars", None, ".", None), ("$3.5 million", "HKD", ".", 3500000.0),
    ("3.5 million euros", "EUR", ".", 3500000.0), ("3.5 million euros", None, ".", 3500000.0),
    ("NT$350m", "TWD", ".", 350000000.0), ("S$3.5m", "SGD", ".", 3500000.0), ("MOP$3.5m", "MOP", ".", 3500000.0),
    ("澳门元350万", "澳门元", ".", 3500000.0), ("A$3.5m", "USD", ".", None), ("EUR 3.5m", "EUR", ".", 3500000.0),
    ("EUR3.5 million", "EUR", ".", 3500000.0), ("CNY 340m", "CNY", ".", 340000000.0), ("340m CNY", "CNY", ".", 340000000.0),
    ("12%", "EUR", ".", None), ("m 12", "EUR", ".", None), ("US$3.5 mil", "USD", ".", None),
    ("US$ 3.5 billion", "billion USD", ".", 3500000000.0), ("US$ 3.5 million", "billion USD", ".", 3500000.0),
    ("3.5万元", "万元", ".", 35000), ("3.5亿元", "万元", ".", 350000000.0), ("3.5亿元（人民币）", "万元", ".", 350000000.0),
    ("3.5亿元人民币", "万元", ".", 350000000.0),
])  # fmt: skip
def test_a_cell_says_how_much_money_or_is_refused(
    cell: str, declared: str | None, mark: Mark, amount: float | None
) -> None:
    number = written(cell, mark)
    dimension = "person" if declared is not None and "人" in declared else "money"
    found = measure(StatedUnit(number), Expected(declared, dimension))
    if amount is None:
        assert number.number is None or found.fault is not None
        return
    assert found.fault is None
    assert number.number is not None
    assert found.factor is not None
    assert float(number.number * found.factor) == pytest.approx(amount)
    if declared is not None:
        assert found.base == parse_unit(declared).base


@pytest.mark.parametrize(("text", "declared", "result"), [
    ("million dollars", None, "ambiguous-currency"), ("$bn", None, "ambiguous-currency"), ("Dollars in millions", None, "ambiguous-currency"),
    ("million dollars", "million USD", 10**6), ("Millions of dollars", "HK$ million", 10**6), ("$m", "million USD", 10**6),
    ("million dollars", "USD", "unit-conflict"), ("million dollars", "million EUR", "unit-conflict"), ("¥ million", "百万元", 10**6),
])  # fmt: skip
def test_a_sign_that_currencies_share_needs_a_declared_one(
    text: str, declared: str | None, result: object
) -> None:
    found = measure(StatedUnit(unit=text), Expected(declared, "money"))
    assert (found.fault or found.factor) == result
