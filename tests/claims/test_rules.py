"""Rules of a workspace hold for figures of a kind in every text, say where they were used, and are refused where they do not fit."""

from __future__ import annotations

import json

import pytest
from test_decisions import HASH, TEXT, entry, write

from ceyuan.claims import render, verify
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text

RULE = "  - {name: old-name, near: [高技术企业], unit: 家, indicator: high_tech_firms, place: gba, note: 高技术企业 means 高新技术企业}\n"


def rule(build: Build, *lines: str) -> None:
    write(build, "rules.yaml", "rules:\n" + "".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "2025年，大湾区高技术企业超过6.9万家。",
        "经过努力，2025年大湾区的高技术企业达69800家，居于前列。",
        "2025年，大灣區高技術企業逾6.9萬家。",
    ],
)
def test_a_rule_holds_for_every_text_and_says_so(own_small: Build, text: str) -> None:
    assert verify(own_small, read_text(text)).claims[0].binding is None
    rule(own_small, RULE)
    found = verify(own_small, read_text(text))
    claim = found.claims[0]
    assert claim.verdict in ("supported", "consistent")
    assert (claim.rule, found.rules) == ("old-name", {"old-name": 1})
    assert claim.note is not None
    assert json.loads(render.as_json(found))["statements"][0]["rule"] == "old-name"


def test_a_rule_holds_for_nothing_else(own_small: Build) -> None:
    rule(own_small, RULE)
    found = verify(
        own_small,
        read_text("2024年，全国研发经费1000亿元，高技术企业研发人员9万人，高新技术企业8家。"),
    )
    assert found.rules == {}


def test_words_of_the_sentence_and_the_kind_narrow_a_rule(own_small: Build) -> None:
    narrow = "  - {name: n, near: [企业], sentence: [前海], kind: level, not_checkable: a pilot}\n"
    rule(own_small, narrow)
    found = verify(
        own_small, read_text("2025年，前海企业超过6万家，企业占比增长5%。深圳企业9万家。")
    ).claims
    assert [claim.rule for claim in found] == ["n", "", ""]
    assert found[0].verdict == "not_checkable"


def test_a_decision_on_the_figure_goes_before_and_the_first_rule_before_others(
    own_small: Build,
) -> None:
    rule(own_small, RULE, RULE.replace("old-name", "second"))
    assert verify(own_small, read_text(TEXT)).claims[0].rule == "old-name"
    decided = entry("6.9万家", TEXT.index("6.9"), "not_checkable: another thing")
    write(
        own_small,
        "report.yaml",
        f"text: {{file: report.txt, sha256: {HASH}}}\ndecisions:\n{decided}",
    )
    claim = verify(own_small, read_text(TEXT)).claims[0]
    assert (claim.verdict, claim.rule) == ("not_checkable", "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("  - {name: a, near: [x], indicator: nothing}\n", "unknown-indicator"),
        ("  - {name: a, near: [x], indicator: high_tech_firms, place: nowhere}\n", "unknown-place"),
        ("  - {name: a, indicator: high_tech_firms}\n", "bad-value"),
        ("  - {name: a, near: [x]}\n", "bad-value"),
        (RULE + RULE, "bad-value"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(own_small: Build, line: str, code: str) -> None:
    rule(own_small, line)
    with pytest.raises(CeyuanError) as caught:
        verify(own_small, read_text(TEXT))
    problem = caught.value.problems[0]
    assert (problem.code, problem.file) == (code, "communiques/rules.yaml")


READ = "  - {name: ten-thousands, sentence: [以万家计], unit: 家, read: {times: 10000, period: 2025}}\n"


def test_a_rule_changes_what_is_read_in_every_text_and_says_where(own_small: Build) -> None:
    text = "以万家计，大湾区高新技术企业超过6.9家。"
    assert verify(own_small, read_text(text)).claims[0].statement.value < 10
    rule(own_small, READ)
    found = verify(own_small, read_text(text))
    claim = found.claims[0]
    assert (claim.statement.value, claim.statement.period) == (69000, "2025")
    assert claim.verdict in ("supported", "consistent")
    assert (claim.rule, claim.reread, found.rules) == ("", "ten-thousands", {"ten-thousands": 1})
    assert json.loads(render.as_json(found))["statements"][0]["reread"] == "ten-thousands"
    assert verify(own_small, read_text("2025年，大湾区高新技术企业6.9家。")).rules == {}


@pytest.mark.parametrize("read", ["{}", "{unit: qwertz}", "{period: someday}"])
def test_a_reading_that_cannot_be_is_refused(own_small: Build, read: str) -> None:
    rule(own_small, f"  - {{name: a, near: [x], read: {read}}}\n")
    with pytest.raises(CeyuanError) as caught:
        verify(own_small, read_text(TEXT))
    assert caught.value.problems[0].file == "communiques/rules.yaml"
