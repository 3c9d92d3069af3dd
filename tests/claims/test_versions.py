"""Two versions of a text compared figure by figure."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceyuan.claims import Claim
from ceyuan.claims.model import VERDICTS
from ceyuan.claims.saying import say
from ceyuan.claims.versions import FigureChange, compare, counted
from ceyuan.cli import cli
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text

OLD = (
    "2023年，广东研发经费4802.6亿元，比上年增长8.9%。高新技术企业超过7.5万家。PCT专利申请量2.3万件。独角兽企业60家。"
    "2022年，深圳研发经费1880.5亿元。"
)


def changes(old: str, new: str) -> list[FigureChange]:
    claims = [
        Claim(s, VERDICTS[-1], say("reason.no_indicator", more=""), None, (), False, (), ())
        for s in read_text(new).statements
    ]
    return compare(read_text(old).statements, claims)


def told(old: str, new: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [
        (
            c.kind,
            c.before.quote if c.before else "",
            c.now.statement.quote if c.now else "",
            c.fields,
        )
        for c in changes(old, new)
        if c.kind != "same"
    ]


def test_the_same_text_has_no_changes() -> None:
    assert counted(changes(OLD, OLD)) == "6 same, 0 changed, 0 added, 0 removed"


def test_sentences_that_moved_are_no_changes() -> None:
    sentences = [f"20{n}年，第{n}区研发经费{n}.5亿元，高新技术企业{n}家。" for n in range(10, 30)]
    moved = random.Random(3).sample(sentences, len(sentences))  # noqa: S311 - a choice, no secret
    assert told("".join(sentences), "".join(moved)) == []


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("4802.6亿元", "4820.6亿元", [("changed", "4802.6亿元", "4820.6亿元", ("value",))]),
        ("超过7.5万家", "约7.5万家", [("changed", "7.5万家", "7.5万家", ("bound",))]),
        ("增长8.9%", "下降8.9%", [("changed", "8.9%", "8.9%", ("value",))]),
        ("2022年，深圳", "2021年，深圳", [("changed", "1880.5亿元", "1880.5亿元", ("period",))]),
        ("独角兽企业60家。", "", [("removed", "60家", "", ())]),
        ("独角兽企业60家。", "独角兽企业60家，上市公司900家。", [("added", "", "900家", ())]),
        ("2.3万件", "2.4万件", [("changed", "2.3万件", "2.4万件", ("value",))]),
    ],
)
def test_one_edit_is_one_change(
    a: str, b: str, expected: list[tuple[str, str, str, tuple[str, ...]]]
) -> None:
    assert told(OLD, OLD.replace(a, b)) == expected


def test_two_texts_that_have_nothing_in_common_are_all_new() -> None:
    assert (
        counted(changes("企业9家。", "论文8篇，增长3%。"))
        == "0 same, 0 changed, 2 added, 1 removed"
    )


def test_the_command_tells_changes_with_their_verdicts(small: Build, tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("2025年，大湾区高新技术企业69800家。外国人才5万人。", encoding="utf-8")
    new.write_text("2025年，大湾区高新技术企业79800家。外国人才5万人。", encoding="utf-8")
    command = ["verify", str(new), "--against", str(old), "-w", str(small.root)]
    result = CliRunner().invoke(cli, [*command, "--format", "json"])
    assert result.exit_code == 1, result.output
    found = json.loads(result.stdout)
    assert [(c["change"], c["fields"]) for c in found] == [("changed", ["value"]), ("same", [])]
    assert found[0]["now"]["verdict"] == "contradicted"
    table = CliRunner().invoke(cli, command)
    assert "1 same, 1 changed, 0 added, 0 removed" in table.stderr
    assert "5万人" not in table.stdout
