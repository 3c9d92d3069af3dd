"""``ceyuan plan``: data on stdout, talk on stderr, exit codes, the same figures in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import ceyuan
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from plan_world import REPORT, write_plan
from small_workspace import MakeWorkspace

REPORT_FILE = "plan/reports/2025-H1/labs.guangdong.yaml"


def run(root: Path, *words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["plan", *words, "-w", str(root)], input=text)


@pytest.fixture
def root(make_workspace: MakeWorkspace) -> Path:
    made = write_plan(make_workspace())
    ceyuan.open(str(made)).make()
    return made


def test_status_is_listed_in_every_format_and_language(root: Path) -> None:
    day = ("--as-of", "2025-07-10")
    table = run(root, "status", *day)
    assert table.exit_code == 0, table.output
    assert "on track" in table.stdout
    assert "2025 as of 2025-07-10, build none: 2 tasks (1 not reported, 1 on track)" in table.stderr
    rows = list(
        csv.DictReader(
            io.StringIO(run(root, "status", *day, "--format", "csv", "--lang", "zh-Hans").stdout)
        )
    )
    assert [(r["task"], r["status"]) for r in rows] == [("labs", "进展正常"), ("rules", "未报送")]
    export = json.loads(run(root, "status", *day, "--format", "json").stdout)
    assert [t["state"] for t in export["tasks"]] == ["on_track", "not_reported"]
    only = json.loads(run(root, "status", *day, "--format", "json", "--state", "on_track").stdout)
    assert [t["task"]["id"] for t in only["tasks"]] == ["labs"]
    mine = list(
        csv.DictReader(
            io.StringIO(run(root, "status", *day, "--party", "hongkong", "--format", "csv").stdout)
        )
    )
    assert [(r["role"], r["report"], r["due"]) for r in mine] == [
        ("partner", "none", "2025-07-15"),
        ("lead", "none", "2025-07-15"),
    ]


@pytest.mark.parametrize("by", ["party", "field", "mechanism", "day"])
def test_summaries_and_the_timeline_are_listed(root: Path, by: str) -> None:
    rows = json.loads(run(root, "status", "--by", by, "--format", "json").stdout)
    assert rows
    assert run(root, "status", "--by", by, "--lang", "zh-Hant").exit_code == 0


def test_one_task_is_shown_with_everything_that_decides(root: Path) -> None:
    shown = run(root, "status", "labs", "--lang", "zh-Hans", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [r["what"] for r in rows[:5]] == ["task", "lead", "partner", "target", "milestone"]
    assert [r["reason"] for r in rows[1:3]] == ["广东", "香港"]
    assert "1207万元" in rows[3]["reason"]
    assert (
        json.loads(run(root, "status", "labs", "--format", "json").stdout)["task"]["id"] == "labs"
    )


def test_what_is_aimed_at_is_listed_with_the_figure_that_decides(root: Path) -> None:
    listed = json.loads(run(root, "targets", "--as-of", "2025-07-10", "--format", "json").stdout)
    shown = [(r["task"], r["place"], r["period"], r["aim"], r["state"]) for r in listed]
    assert shown == [
        ("labs", "gd", "2025", "at least 15 million yuan", "no_figure"),
        ("labs", "guangdong", "2025-05-31", "Call opened", "reached"),
    ]
    (later,) = json.loads(run(root, "targets", "--indicator", "paid", "--format", "json").stdout)
    assert (later["figure"], later["of"], later["state"]) == (
        "12.07 million yuan",
        "2025",
        "missed",
    )
    assert run(root, "targets", "--state", "met").stderr.startswith("0 aims")
    sheet = run(root, "targets", "--lang", "zh-Hans", "--format", "csv").stdout
    first, second = csv.DictReader(io.StringIO(sheet))
    assert (first["task"], first["place"], first["indicator"]) == ("labs", "gd", "paid")
    assert (second["place"], second["place_name"], second["indicator_name"]) == (
        "guangdong",
        "广东",
        "",
    )
    assert first["task_name"] == second["task_name"] != "labs"
    assert first["place_name"] == "广东"
    assert first["indicator_name"] not in ("", "paid")


def test_changes_between_two_days(root: Path) -> None:
    rows = json.loads(run(root, "diff", "2025-06-15", "2025-07-10", "--format", "json").stdout)
    assert [(r["what"], r["task"], r["ref"], r["old"], r["new"]) for r in rows] == [
        ("status", "labs", "", "overdue", "on track"),
        ("milestone", "labs", "call", "overdue", "reached"),
        ("report", "labs", "guangdong 2025-H1", "", "submitted"),
    ]
    grown = json.loads(run(root, "diff", "2025-07-10", "--format", "json").stdout)
    assert ("target", "labs", "paid/gd/2025", "no figure", "missed") in [
        (r["what"], r["task"], r["ref"], r["old"], r["new"]) for r in grown
    ]
    assert run(root, "diff", "2025-07-10", "2025-06-15").exit_code == 2


def test_the_briefing_has_every_part_in_every_language(root: Path) -> None:
    for language, heading in (
        ("en", "## Open questions"),
        ("zh-Hans", "## 待商议问题"),
        ("zh-Hant", "## 有待商議的問題"),
    ):
        text = run(root, "brief", "--lang", language, "--as-of", "2026-01-20").stdout
        assert heading in text
        assert text.count("\n## ") == 4
        assert "{" not in text
    pack = json.loads(run(root, "brief", "--format", "json", "--as-of", "2026-01-20").stdout)
    assert [s["year"] for s in pack["summaries"]] == [2025]
    assert [q["kind"] for q in pack["questions"]] == ["report_missing"] * 3 + [
        "not_approved",
        "unmeasured",
    ]
    assert pack["parties"][0]["told"][0]["text"]["zh-Hans"] == "已发布通知"


def test_a_report_is_added_from_a_file_from_standard_input_and_from_options(
    root: Path, tmp_path: Path
) -> None:
    (root / REPORT_FILE).unlink()
    mine = tmp_path / "mine.yaml"
    mine.write_text(REPORT, encoding="utf-8")
    assert run(root, "report", str(mine)).exit_code == 0
    (root / REPORT_FILE).unlink()
    assert run(root, "report", "-", text=REPORT).exit_code == 0
    said = ("--task", "labs", "--party", "hongkong", "--period", "2025年上半年", "--by", "创科局")
    done = run(
        root,
        "report",
        *said,
        "--text",
        "已參與",
        "--lang",
        "zh-Hant",
        "--on",
        "2025-07-03",
        "--next-steps",
        "招標",
    )
    assert done.exit_code == 0, done.output
    written = (root / "plan/reports/2025-H1/labs.hongkong.yaml").read_text(encoding="utf-8")
    assert "zh-Hant: 已參與" in written
    assert "state: draft" in written
    moves = (
        ("submitted", "2025-07-04"),
        ("returned", "2025-07-05"),
        ("submitted", "2025-07-06"),
        ("approved", "2025-07-07"),
    )
    for state, on in moves:
        why = ("--reason", "不全") if state == "returned" else ()
        assert run(root, "report", *said, "--state", state, "--on", on, *why).exit_code == 0
    assert ceyuan.open(str(root)).check() == []
    assert run(root, "report", *said).exit_code == 2
    assert run(root, "report", "--task", "labs", "--text", "x").exit_code == 2


def test_a_locked_period_is_refused_with_its_line_and_can_be_superseded(
    root: Path, tmp_path: Path
) -> None:
    key = ("--task", "labs", "--party", "guangdong", "--period", "2025-H1")
    assert (
        run(
            root, "report", *key, "--state", "approved", "--by", "Office", "--on", "2025-07-08"
        ).exit_code
        == 0
    )
    mine = tmp_path / "mine.yaml"
    mine.write_text(REPORT, encoding="utf-8")
    refused = run(root, "report", str(mine))
    assert isinstance(refused.exception, CeyuanError)
    assert f"{mine}:3: error [plan-report-locked]" in str(refused.exception)
    assert run(root, "report", str(mine), "--supersede", "counted twice").exit_code == 0
    assert (root / "plan/reports/2025-H1/labs.guangdong.2.yaml").is_file()


def test_a_plan_goes_out_and_in(root: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.json", "a.ics"):
        assert run(root, "export", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).is_file()
    assert run(root, "export", str(tmp_path / "a.txt")).exit_code == 2
    assert (
        run(root, "export", str(tmp_path / "a.txt"), "--to", "ics", "--party", "hongkong").exit_code
        == 0
    )
    done = run(root, "import", str(tmp_path / "a.xlsx"), "--year", "2025")
    assert done.exit_code == 0, done.output
    assert "0 files written, 2 tasks in the plan already" in done.stderr
    assert (
        run(
            root, "import", str(tmp_path / "a.xlsx"), "--year", "2025", "--period", "2025-H1"
        ).exit_code
        == 2
    )


def test_what_is_not_there_is_said(make_workspace: MakeWorkspace, root: Path) -> None:
    bare = make_workspace(name="bare")
    assert "[no-plan]" in str(run(bare, "status").exception)
    assert "[bad-date]" in str(run(root, "status", "--as-of", "soon").exception)
    assert "[plan-unknown-task]" in str(run(root, "status", "lab").exception)
    assert "[unknown-party]" in str(run(root, "status", "--party", "x").exception)
    assert "[plan-unknown-year]" in str(run(root, "status", "--year", "1999").exception)
    assert run(root, "status", "--state", "good").exit_code == 2


def test_the_briefing_lists_joint_tasks_under_their_partners_without_counting_them_twice(
    root: Path,
) -> None:
    day = ("--as-of", "2026-01-20")
    pack = json.loads(run(root, "brief", "--format", "json", *day).stdout)
    parts = {p["group"]["id"]: p for p in pack["parties"]}
    assert [t["task"]["id"] for t in parts["guangdong"]["led"]] == ["labs"]
    assert [(t["task"]["id"], t["task"]["lead"]) for t in parts["hongkong"]["joined"]] == [
        ("labs", "guangdong")
    ]
    for part in parts.values():
        assert part["group"]["leads"] == len(part["led"])
        assert part["group"]["tasks"] == len(part["led"]) + len(part["joined"])
    assert sum(p["group"]["leads"] for p in parts.values()) == pack["summaries"][-1]["tasks"]
    for language, line in (
        ("en", "- **Laboratories** (joint, led by "),
        ("zh-Hans", "- **实验室**（参与，"),
    ):
        text = run(root, "brief", "--lang", language, *day).stdout
        assert text.count(line) == 1
        assert text.count("Laboratories**: " if language == "en" else "实验室**：") == 1
