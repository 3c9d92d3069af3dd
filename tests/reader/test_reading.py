"""Invariants of every reading, and where subjects, places and periods come from."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from cases import load
from hypothesis import given
from hypothesis import strategies as st

import ceyuan.reader
from ceyuan.reader import Statement, masks, read_text
from ceyuan.reader.heal import as_given, heal

TEXTS = [text for name in ("constructs", "blind_a", "blind_b", "blind_c") for text, _ in load(name)]
ALPHABET = st.sampled_from(
    [
        *"0123456789.,-—%％万亿千百十一二三五第前近超约占从至到为增"
        "降分别家个元年月日、，。；（）“”《》 \n\tabcPM$+成倍强位翻"
    ]
)


def one(text: str) -> Statement:
    statements = read_text(text).statements
    assert len(statements) == 1, statements
    return statements[0]


def test_quotes_are_what_the_offsets_cover() -> None:
    for text in TEXTS:
        statements = read_text(text).statements
        assert all(text[s.start : s.end] == s.quote for s in statements)
        assert all(a.end <= b.start for a, b in pairwise(statements))


@given(st.text(ALPHABET, max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_text(text)
    again = read_text(text)
    assert reading == again
    previous = 0
    for s in reading.statements:
        assert previous <= s.start < s.end <= len(text)
        assert text[s.start : s.end] == s.quote
        assert s.value_max is None or s.value_max != s.value
        previous = s.end


@given(st.text(max_size=200))
def test_arbitrary_unicode_is_survived(text: str) -> None:
    read_text(text)


def test_sentences_are_read_alike_alone_and_together() -> None:
    together = read_text("\n".join(TEXTS)).statements
    alone = [s for text in TEXTS for s in read_text(text).statements]
    assert [(s.value, s.unit, s.bound) for s in together] == [
        (s.value, s.unit, s.bound) for s in alone
    ]


@given(st.integers(0, 200))
def test_a_line_break_anywhere_in_a_long_line_is_healed(position: int) -> None:
    text = (
        "大湾区高新技术企业超过6.9万家，企业牵头省级科技项目金额超76%，工业机器"
        "人和服务机器人产量分别占全国40%、80%，股权投资基金募资规模达到3.58万亿元"
    )
    at = 16 + position % (len(text) - 20)
    broken = text[:at] + "\n\n" + text[at:]
    expected = [(s.value, s.unit, s.bound, s.kind) for s in read_text(text).statements]
    statements = read_text(broken).statements
    assert [(s.value, s.unit, s.bound, s.kind) for s in statements] == expected
    assert all(broken[s.start : s.end].replace("\n", "") in text for s in statements)


def test_headings_and_lists_are_not_joined() -> None:
    text = "粤港澳大湾区国际科技创新中心建设进展情况\n# 第一部分\n1. 企业5家\n2. 平台6个\n"
    assert heal(as_given(text)).text.count("\n") >= 3
    assert [s.quote for s in read_text(text).statements] == ["5家", "6个"]


def test_english_words_are_joined_by_a_space() -> None:
    assert (
        heal(as_given("expenditure on research and\ndevelopment")).text
        == "expenditure on research and development"
    )
    assert (
        heal(as_given("expenditure on research and devel-\nopment")).text
        == "expenditure on research and development"
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("大湾区高新技术企业超过6.9万家。", "大湾区高新技术企业"),
        ("布局26家国家重点实验室。", "国家重点实验室"),
        ("全国共投入经费100亿元，比上年增加8亿元。", "全国共投入经费"),
        ("2023年，研發總開支為330億港元。", "研發總開支"),
    ],
)
def test_subjects_in_the_words_of_the_text(text: str, subject: str) -> None:
    assert read_text(text).statements[-1].subject == subject


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2023年经费为5亿元。", "2023"),
        ("2023年上半年经费为5亿元。", "2023-H1"),
        ("2023年一季度经费为5亿元。", "2023-Q1"),
        ("2023年5月经费为5亿元。", "2023-05"),
        ("2023年1—10月，经费为5亿元。", "2023-01/10"),
        ("2021—2023年，经费为5亿元。", "2021/2023"),
        ("二〇二三年经费为5亿元。", "2023"),
        ("In 2023, spending was HK$5 billion.", "2023"),
        ("经费为5亿元。", None),
    ],
)
def test_periods_in_normal_form(text: str, period: str | None) -> None:
    assert one(text).period == period


def test_a_former_value_keeps_its_own_period() -> None:
    former, growth = read_text("2023年，收入比去年的135亿元增长8%。").statements
    assert (former.period, growth.period) == ("2022", "2023")


@pytest.mark.parametrize(
    ("text", "place"),
    [("广东省企业5家。", "广东省"), ("香港有5間公司。", "香港"), ("企业5家。", None)],
)
def test_places_as_named(text: str, place: str | None) -> None:
    assert one(text).place == place


def test_statements_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        one("企业5家。").unit = "个"  # type: ignore[misc]


def test_the_examples_in_the_documentation_run() -> None:
    failed = attempted = 0
    for module in pkgutil.iter_modules(ceyuan.reader.__path__):
        result = doctest.testmod(importlib.import_module(f"ceyuan.reader.{module.name}"))
        failed, attempted = failed + result.failed, attempted + result.attempted
    assert failed == 0
    assert attempted >= 19


def test_the_guard_of_the_masks_changes_nothing() -> None:
    text = "\n".join(TEXTS)
    spans = [
        [m.span() for m in masks._pattern(guarded=guarded).finditer(text)]
        for guarded in (True, False)
    ]
    assert spans[0] == spans[1]
    assert len(spans[0]) > 100


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "一",
        "万",
        "a",
        "a.",
        "1,",
        "2023",
        "5%、",
        "预计5家，",
        "“",
        "（",
        "从",
        " \n",
        "第一",
        "1+",
    ],
)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    """A run of anything is no trap: what a quadratic pattern would need minutes for takes a moment."""
    read_text(piece * (60_000 // len(piece)))
