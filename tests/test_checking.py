"""``ceyuan check`` lists everything, writes nothing, waits for nobody, and no fault hides another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ceyuan import cli
from ceyuan.api import check
from ceyuan.errors import CeyuanError, Problem, problems_of, unforeseen
from ceyuan.pipeline.folder import BuildFolder
from plan_world import write_plan
from small_workspace import INDICATORS, MakeWorkspace

BULLETIN = """\
bulletin: 1
title: {en: B, zh-Hans: 公, zh-Hant: 公}
date: 2026-06-18
period: 2025
place: gd
sections: [{id: lead}]
"""
GOOD = '{% block lead %}{{ figure("paid") }}{% endblock %}'
TEMPLATES = {f"bulletin/b.{language}.md.j2": GOOD for language in ("zh-Hans", "zh-Hant", "en")}
SOUND = {"bulletin/b.yaml": BULLETIN, **TEMPLATES}


def codes(root: Path) -> set[tuple[str, str | None]]:
    return {(p.code, p.file) for p in check(root)}


def test_a_sound_workspace_has_no_problems_and_nothing_is_written_into_it(
    make_workspace: MakeWorkspace,
) -> None:
    root = write_plan(make_workspace(SOUND))
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*")}
    assert check(root) == []
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*")} == before


def test_a_check_waits_for_no_build(make_workspace: MakeWorkspace) -> None:
    root = make_workspace()
    with BuildFolder(root).lock():
        assert check(root) == []


FAULTS = {
    ("bad-yaml", "communiques/t.yaml"): {"communiques/t.yaml": "a: [1"},
    ("missing-key", "communiques/t.yaml"): {"communiques/t.yaml": "decisions: []"},
    ("unknown-source", "communiques/t.yaml"): {
        "communiques/t.yaml": f"text: {{file: t, sha256: {'0' * 64}}}\nsources: [x]"
    },
    ("bad-value", "communiques/rates.yaml"): {
        "communiques/rates.yaml": "rates: [{from: 个, to: 元, rate: 1, period: 2024, source: s}]"
    },
    ("document-damaged", "communiques/t.docx"): {"communiques/t.docx": b"PK\x03\x04 and no more"},
    ("bulletin-template", "bulletin/b.en.md.j2"): {
        "bulletin/b.en.md.j2": "{% block lead %}{% if %}{% endblock %}"
    },
    ("bulletin-section", "bulletin/b.en.md.j2"): {
        "bulletin/b.en.md.j2": GOOD.replace("lead", "led")
    },
    ("typed-figure", "bulletin/b.en.md.j2"): {
        "bulletin/b.en.md.j2": GOOD.replace("{{", "About 7% {{")
    },
    ("unknown-place", "bulletin/b.yaml"): {"bulletin/b.yaml": BULLETIN.replace("gd", "gdx")},
    ("unreadable-file", "bulletin/archive/b/2025-01-01/edition.json"): {
        "bulletin/archive/b/2025-01-01/edition.json": "{"
    },
    ("bad-value", "plan/plan.yaml"): {"plan/plan.yaml": "warn_days: many\nyears: []"},
    ("bad-yaml", "composites/c.yaml"): {"composites/c.yaml": "a: [1"},
    ("bad-yaml", "clusters/c.yaml"): {"clusters/c.yaml": "a: [1"},
    ("unknown-unit", "indicators/all.yaml"): {
        "indicators/all.yaml": INDICATORS.replace("unit: 万元", "unit: 万圆圆", 1)
    },
}


@pytest.mark.parametrize("wanted", list(FAULTS), ids=lambda w: f"{w[0]} {w[1]}")
def test_a_fault_of_any_file_is_found(
    make_workspace: MakeWorkspace, wanted: tuple[str, str]
) -> None:
    assert wanted in codes(make_workspace({**SOUND, **FAULTS[wanted]}))


def test_no_fault_hides_another(make_workspace: MakeWorkspace) -> None:
    """An indicator whose unit is mistyped, used by a plan's target and report, beside a text and a template that are broken."""
    root = write_plan(make_workspace({
        **SOUND, "indicators/all.yaml": INDICATORS.replace("unit: 万元", "unit: 万圆圆", 1),
        "communiques/t.yaml": "a: [1", "bulletin/b.en.md.j2": "{% block lead %}{% if %}{% endblock %}",
        "places.csv": "id,kind\n", "ceyuan.yaml": "ceyuan: 1\nid: small\nname: {en: S, zh-Hans: 小, zh-Hant: 小}\n",
    }))  # fmt: skip
    found = codes(root)
    assert {("unknown-unit", "indicators/all.yaml"), ("bad-yaml", "communiques/t.yaml")} <= found
    assert {("bulletin-template", "bulletin/b.en.md.j2"), ("bad-header", "places.csv")} <= found
    assert not any(code == "internal-error" for code, _ in found)


def test_a_broken_configuration_does_not_hide_the_other_files(
    make_workspace: MakeWorkspace,
) -> None:
    found = codes(make_workspace({"ceyuan.yaml": "ceyuan: 7", "indicators/all.yaml": "a: [1"}))
    assert {("bad-value", "ceyuan.yaml"), ("bad-yaml", "indicators/all.yaml")} <= found


def fail_with(error: Exception) -> list[Problem]:
    def part() -> list[Problem]:
        raise error

    return problems_of(part)


def test_a_check_that_fails_is_a_problem_with_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CEYUAN_TRACEBACK", raising=False)
    (refused,) = fail_with(PermissionError(13, "Permission denied", "a.csv"))
    assert (refused.code, refused.file) == ("system-refused", "a.csv")
    (unknown,) = fail_with(ZeroDivisionError("division by zero"))
    assert unknown.code == "internal-error"
    assert "ceyuan/errors.py:" in unknown.message
    assert unforeseen(MemoryError()).code == "out-of-memory"
    monkeypatch.setenv("CEYUAN_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        fail_with(ZeroDivisionError())


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device", "x"), KeyError("x"), RecursionError(), MemoryError()],
)
def test_the_command_line_shows_no_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "cli", broken)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(("error [", "x: error ["))
    assert "Traceback" not in said


def test_a_file_that_cannot_be_made_is_a_problem(make_workspace: MakeWorkspace) -> None:
    root = make_workspace()
    (root / "build").write_text("in the way", encoding="utf-8")
    command = Path(sys.executable).with_name("ceyuan")
    done = subprocess.run(
        [command, "build", "-w", root], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "[system-refused]" in done.stderr
    assert "Traceback" not in done.stderr


def test_problems_are_raised_as_they_are() -> None:
    assert [p.code for p in fail_with(CeyuanError([Problem("no-plan", "none")]))] == ["no-plan"]
