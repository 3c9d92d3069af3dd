"""``ceyuan read``: JSON as documented, a table, a page that escapes what it shows, and clear failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.reader import read_text, render

KEYS = [
    "start", "end", "quote", "value", "value_max", "unit", "bound", "modality", "kind", "cumulative", "from_value",
    "subject", "place", "period", "sentence", "page", "address",
]  # fmt: skip


def run(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode("utf-8"))
    return CliRunner().invoke(cli, ["read", str(path), *options])


def test_json_has_the_documented_form(tmp_path: Path) -> None:
    result = run(tmp_path, "企业超过6.9万家，增长8.4%。", "--format", "json")
    assert result.exit_code == 0
    body = json.loads(result.stdout)
    assert set(body) == {"document", "statements"}
    assert body["document"]["characters"] == 17
    assert len(body["document"]["sha256"]) == 64
    assert [list(s) for s in body["statements"]] == [KEYS, KEYS]
    assert body["statements"][0]["value"] == 69000
    assert isinstance(body["statements"][0]["value"], int)
    assert "2 statements" in result.stderr


def test_the_table_has_a_line_a_statement(tmp_path: Path) -> None:
    result = run(tmp_path, "企业超过6.9万家，国产化率从5%提升至57%。")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["quote", "6.9万家", "57%"]
    assert "5 → 57" in result.stdout


def test_the_page_escapes_everything() -> None:
    page = render.as_page(
        read_text("<script>alert(1)</script>企业“A&B”超过6.9万家<img src=x>。"), "<b>&"
    )
    assert "<script>" not in page
    assert "<img" not in page
    assert "<title>&lt;b&gt;&amp;</title>" in page
    assert "<mark title=" in page
    assert ">6.9万家</mark>" in page


def test_a_text_without_figures_says_so(tmp_path: Path) -> None:
    result = run(tmp_path, "没有数字。")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "0 statements" in result.stderr


def test_failures_are_problems_with_codes(tmp_path: Path) -> None:
    result = run(tmp_path, "")
    assert isinstance(result.exception, CeyuanError)
    assert result.exception.problems[0].code == "document-empty"
    assert CliRunner().invoke(cli, ["read", str(tmp_path / "none.txt")]).exit_code == 2


def test_help_shows_an_example() -> None:
    assert "ceyuan read communique.txt" in CliRunner().invoke(cli, ["read", "--help"]).stdout


@pytest.mark.parametrize("style", ["json", "table", "html"])
def test_every_format_runs_on_every_kind_of_statement(tmp_path: Path, style: str) -> None:
    text = "遴选20—30家，连续两年居全国首位，入围百强，翻一番，累计超6亿元，力争达5%。"
    result = run(tmp_path, text, "--format", style)
    assert result.exit_code == 0
    assert "20—30家" in result.stdout
