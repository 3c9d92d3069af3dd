"""Units: every spelling converts exactly, equal dimensions only, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.records.lookups import unit
from ceyuan.units import MULTIPLIERS, parse_unit, unit_names

NAMES = st.sampled_from(unit_names())


@given(NAMES)
def test_a_canonical_spelling_stands_for_itself(name: str) -> None:
    found = parse_unit(name)
    assert parse_unit(found.text) == found


@given(NAMES)
def test_the_base_unit_has_the_factor_one_and_the_same_dimension(name: str) -> None:
    found = parse_unit(name)
    base = parse_unit(found.base)
    assert (base.factor, base.dimension) == (1, found.dimension)


@given(NAMES, NAMES)
def test_a_compound_divides_factors_and_never_vanishes_in_a_lookup(top: str, bottom: str) -> None:
    found = parse_unit(f"{top}/{bottom}")
    assert found.dimension == f"{parse_unit(top).dimension}/{parse_unit(bottom).dimension}"
    looked_up = unit(f"{top}/{bottom}")
    if looked_up.value is not None:
        assert looked_up.factor is not None
        assert abs(looked_up.factor / found.factor - 1) < Decimal("1e-8")


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_a_clear_refusal(text: str) -> None:
    try:
        found = parse_unit(text)
    except ValueError as error:
        assert "unit" in str(error)  # noqa: PT017
    else:
        assert found.factor > 0


@pytest.mark.parametrize(("text", "dimension", "factor"), [
    ("万元", "money:CNY", "10000"), ("億元", "money:CNY", "100000000"), ("万亿元", "money:CNY", "1000000000000"), ("千万元", "money:CNY", "10000000"),
    ("亿港元", "money:HKD", "100000000"), ("万件", "count", "10000"), ("%", "ratio", "0.01"), ("件/万人", "count/person", "0.0001"),
    ("RMB", "money:CNY", "1"), (" 万元 ", "money:CNY", "10000"), ("billion USD", "money:USD", "1000000000"),
    ("EUR million", "money:EUR", "1000000"), ("£ million", "money:GBP", "1000000"), ("억원", "money:KRW", "100000000"), ("MW", "power", "1000"),
    ("million PPP dollars", "money:PPP", "1000000"), ("指数", "index", "1"), ("만명", "person", "10000"), ("NT$ billion", "money:TWD", "1000000000"),
    ("Mio. EUR", "money:EUR", "1e6"), ("Mio EUR", "money:EUR", "1e6"), ("Tsd. EUR", "money:EUR", "1000"), ("Mrd. €", "money:EUR", "1e9"),
    ("bn EUR", "money:EUR", "1e9"), ("EUR bn", "money:EUR", "1e9"), ("€m", "money:EUR", "1e6"), ("k€", "money:EUR", "1000"),
    ("millions of euros", "money:EUR", "1e6"), ("thousand USD", "money:USD", "1000"), ("million US dollars", "money:USD", "1e6"),
    ("US$ billion", "money:USD", "1e9"), ("US$bn", "money:USD", "1e9"), ("千美元", "money:USD", "1000"), ("HK$ million", "money:HKD", "1e6"),
    ("HK$'000", "money:HKD", "1000"), ("HK$’000", "money:HKD", "1000"), ("港幣百萬元", "money:HKD", "1e6"), ("RMB million", "money:CNY", "1e6"),
    ("RMB 100 million", "money:CNY", "1e8"), ("百万人民币", "money:CNY", "1e6"), ("亿元人民币", "money:CNY", "1e8"),
    ("人民币万元", "money:CNY", "10000"), ("ten thousand yuan", "money:CNY", "10000"), ("백만원", "money:KRW", "1e6"),
    ("억 원", "money:KRW", "1e8"), ("십억 원", "money:KRW", "1e9"), ("천만원", "money:KRW", "1e7"), ("thousand persons", "person", "1000"),
    ("1,000 persons", "person", "1000"), ("£m", "money:GBP", "1e6"), ("百万円", "money:JPY", "1e6"),
])  # fmt: skip
def test_known_factors(text: str, dimension: str, factor: str) -> None:
    found = parse_unit(text)
    assert (found.dimension, found.factor) == (dimension, Decimal(factor))


@given(NAMES, st.sampled_from(sorted(MULTIPLIERS)))
def test_a_multiplier_stands_before_or_behind_its_unit_and_means_what_it_says(
    name: str, multiplier: str
) -> None:
    plain = parse_unit(name)
    texts = [f"{multiplier} {name}", f"{name} {multiplier}", f"{multiplier.upper()} {name}"]
    if not plain.word.scaled or not name.strip():
        return
    for text in texts:
        assert parse_unit(text).factor == plain.factor * 10 ** MULTIPLIERS[multiplier]
        assert parse_unit(text).dimension == plain.dimension


@pytest.mark.parametrize(
    "text",
    [
        "million dollars",
        "$ million",
        "EUR lakh",
        "m",
        "bn",
        "m persons",
        "Mio.",
        "dollars",
        "",
        "/",
        "万",
        "万%",
        "wan",
        "元/",
        "/元",
        "元/人/年",
        "万万元",
        "DROP TABLE",
    ],
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        parse_unit(text)
