"""Decisions are kept as text, used again, and refused where they do not fit."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ceyuan.claims import verify
from ceyuan.claims.decisions import draft
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text

TEXT = "2025年，大湾区高技术企业超过6.9万家。2024年，全国有三种经费。"
HASH = hashlib.sha256(TEXT.encode()).hexdigest()


def decide(build: Build, body: str, name: str = "report") -> None:
    write(build, f"{name}.yaml", body)


def write(build: Build, name: str, body: str) -> None:
    folder = build.texts / "communiques"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(body, encoding="utf-8")


def entry(quote: str, start: int, more: str) -> str:
    return f'  - {{quote: "{quote}", start: {start}, end: {start + len(quote)}, {more}}}\n'


def good(sha: str = HASH) -> str:
    return (
        f"text: {{file: report.txt, sha256: {sha}}}\ndecisions:\n"
        + entry(
            "6.9万家",
            TEXT.index("6.9"),
            "indicator: high_tech_firms, place: gba, note: 高技术企业 means 高新技术企业",
        )
        + entry("三种", TEXT.index("三种"), "not_checkable: a definition")
    )


def test_without_a_decision_the_figure_is_listed_for_a_person(own_small: Build) -> None:
    claim = verify(own_small, read_text(TEXT)).claims[0]
    assert (claim.verdict, claim.ambiguous, claim.binding) == ("not_checkable", True, None)
    assert claim.candidates[0].indicator == "high_tech_firms"
    assert claim.reason.key == "reason.ambiguous"
    assert claim.reason.get("en").startswith(
        "Ambiguous, for a person to decide: high tech firms (0."
    )


def test_a_decision_is_used_again(own_small: Build) -> None:
    decide(own_small, good())
    found = verify(own_small, read_text(TEXT))
    first, second = found.claims
    assert first.verdict == "consistent"
    assert first.binding is not None
    assert (first.binding.by, first.binding.place_basis) == ("decision", "declared")
    assert first.note is not None
    assert first.note.zh_hant == "高技术企业 means 高新技术企业"
    assert (second.verdict, second.reason.get("zh-Hans")) == (
        "not_checkable",
        "人工判定：a definition",
    )
    assert found.decisions == "communiques/report.yaml"


def test_a_changed_text_keeps_the_decisions_whose_figure_is_still_there(own_small: Build) -> None:
    decide(own_small, good())
    changed = "更正。" + TEXT.replace("三种", "四种")
    found = verify(own_small, read_text(changed), "report")
    assert found.claims[0].verdict == "consistent"
    assert [(w.code, w.severity, w.line) for w in found.warnings] == [
        ("decision-misplaced", "warning", 4)
    ]
    assert not verify(own_small, read_text(changed), "another").warnings


def test_a_quote_that_stands_twice_in_a_changed_text_is_no_place_for_a_decision(
    own_small: Build,
) -> None:
    decide(own_small, good())
    changed = "更正。" + TEXT + "2024年，浙江高技术企业超过6.9万家。"
    found = verify(own_small, read_text(changed), "report")
    assert [w.line for w in found.warnings if "6.9万家" in w.message] == [3]
    assert all(c.binding is None or c.binding.by == "score" for c in found.claims)


def test_what_the_text_itself_states_is_no_evidence_for_it(own_small: Build) -> None:
    text = "2024年，广东研发投入强度为4.3%。"
    sha = hashlib.sha256(text.encode()).hexdigest()
    free = verify(own_small, read_text(text)).claims[0]
    assert (free.verdict, [o.en for o in free.origins]) == ("supported", ["Department"])
    decide(own_small, f"text: {{file: t, sha256: {sha}}}\nsources: [communique]\n")
    claim = verify(own_small, read_text(text)).claims[0]
    assert (claim.verdict, claim.standing, claim.origins) == ("same_origin", "counterpart", ())
    assert claim.reason.key == "reason.only_itself"
    assert [e.independent for e in claim.evidence] == [False]


def test_words_told_again_are_no_evidence_either(own_small: Build) -> None:
    """The sentence has the very words that the record quotes, whoever sends it."""
    claim = verify(own_small, read_text("2024年，广东研发投入强度达到4.3%。")).claims[0]
    assert (claim.verdict, claim.standing) == ("same_origin", "counterpart")


def test_a_record_of_the_text_that_differs_from_it_is_a_contradiction(own_small: Build) -> None:
    text = "2024年，广东研发投入强度达到4.8%。"
    sha = hashlib.sha256(text.encode()).hexdigest()
    decide(own_small, f"text: {{file: t, sha256: {sha}}}\nsources: [communique]\n")
    claim = verify(own_small, read_text(text)).claims[0]
    assert claim.verdict == "contradicted"
    assert claim.reason.key == "reason.recorded_otherwise"


def test_the_text_declares_what_it_leaves_open(own_small: Build) -> None:
    text = "高新技术企业超过6.9万家。"
    sha = hashlib.sha256(text.encode()).hexdigest()
    decide(own_small, f"text: {{file: t, sha256: {sha}}}\nperiod: 2025\nplace: guangdong\n")
    claim = verify(own_small, read_text(text)).claims[0]
    assert claim.verdict == "contradicted"
    assert claim.binding is not None
    assert (claim.binding.place_basis, claim.binding.period_basis) == ("declared", "declared")


FAULTS = [
    (entry("6.9万家", TEXT.index("6.9"), "indicator: hightech_firms"), "unknown-indicator"),
    (
        entry("6.9万家", TEXT.index("6.9"), "indicator: high_tech_firms, place: 大弯区"),
        "unknown-place",
    ),
    (entry("6.9万家", TEXT.index("6.9"), "indicator: high_tech_firms, period: 上周"), "bad-period"),
    (entry("6.9万家", TEXT.index("6.9"), "note: nothing is decided"), "bad-value"),
    (entry("6.8万家", TEXT.index("6.9"), "indicator: high_tech_firms"), "decision-misplaced"),
    (entry("6.9万家", TEXT.index("6.9"), "indicater: high_tech_firms"), "unknown-key"),
    ("  - {quote: x}\n", "missing-key"),
]


@pytest.mark.parametrize(("wrong", "code"), FAULTS)
def test_a_wrong_decision_is_refused_with_its_line(own_small: Build, wrong: str, code: str) -> None:
    decide(own_small, f"text: {{file: t, sha256: {HASH}}}\ndecisions:\n{wrong}")
    with pytest.raises(CeyuanError) as caught:
        verify(own_small, read_text(TEXT))
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == (code, 3)
    assert caught.value.problems[0].file == "communiques/report.yaml"


def test_all_faults_of_a_file_are_told_at_once(own_small: Build) -> None:
    decide(
        own_small,
        f"text: {{file: t, sha256: {HASH}}}\nsources: [nobody]\nplace: nowhere\ndecisions:\n{FAULTS[0][0]}",
    )
    with pytest.raises(CeyuanError) as caught:
        verify(own_small, read_text(TEXT))
    assert sorted(p.code for p in caught.value.problems) == [
        "unknown-indicator",
        "unknown-place",
        "unknown-source",
    ]


def test_a_draft_of_decisions_can_be_read_back(own_small: Build) -> None:
    reading = read_text(TEXT)
    found = verify(own_small, reading)
    body = draft(
        reading, "report.txt", [(0, [c.indicator for c in found.claims[0].candidates])], []
    )
    decide(own_small, body)
    again = verify(own_small, reading)
    assert again.claims[0].binding is not None
    assert again.claims[0].binding.by == "decision"
    assert draft(reading, "report.txt", [], ["bureau"]).endswith(
        "sources: [bureau]\ndecisions: []\n"
    )


def rates(build: Build, body: str) -> None:
    write(build, "rates.yaml", body)


MONEY = "2024年，大湾区创新基金规模达{}亿元。"


def test_a_declared_rate_converts_money(own_small: Build) -> None:
    rates(own_small, "rates:\n  - {from: 港元, to: 元, rate: 0.9, period: 2024, source: made up}\n")
    assert verify(own_small, read_text(MONEY.format("297"))).claims[0].verdict == "supported"
    assert verify(own_small, read_text(MONEY.format("330"))).claims[0].verdict == "contradicted"


def test_a_rate_works_both_ways_and_for_its_period_only(own_small: Build) -> None:
    rates(
        own_small,
        "rates:\n  - {from: 元, to: 万港元, rate: 0.000125, period: 2024, source: made up}\n",
    )
    assert verify(own_small, read_text(MONEY.format("264"))).claims[0].verdict == "supported"
    rates(own_small, "rates:\n  - {from: 港元, to: 元, rate: 0.9, period: 2023, source: made up}\n")
    assert verify(own_small, read_text(MONEY.format("297"))).claims[0].verdict == "not_checkable"


@pytest.mark.parametrize(
    "wrong",
    ["{from: 港元, to: 家, rate: 1, period: 2024, source: x}", "{from: 港元, to: 元, rate: -1, period: 2024, source: x}",
     "{from: 港元, to: 元, rate: much, period: 2024, source: x}", "{from: 港元, to: 元, rate: 1, period: now, source: x}"],
)  # fmt: skip
def test_a_wrong_rate_is_refused(own_small: Build, wrong: str) -> None:
    rates(own_small, f"rates:\n  - {wrong}\n")
    with pytest.raises(CeyuanError) as caught:
        verify(own_small, read_text(MONEY.format("297")))
    assert [(p.code, p.file, p.line) for p in caught.value.problems] == [
        ("bad-value", "communiques/rates.yaml", 2)
    ]


def test_broken_yaml_is_told_with_its_line(own_small: Build, tmp_path: Path) -> None:
    decide(own_small, "text: [")
    with pytest.raises(CeyuanError, match="bad-yaml"):
        verify(own_small, read_text(TEXT))
