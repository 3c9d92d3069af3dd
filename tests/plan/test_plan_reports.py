"""Reports move only as the rules allow, what is refused leaves no trace, and the past can be asked for."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from ceyuan.errors import CeyuanError
from ceyuan.plan import filing, load_plan
from ceyuan.plan.filing import add_report, find_report, move_report, read_report
from ceyuan.plan.states import filing_on, history_faults
from ceyuan.plan.writing import one_writer
from ceyuan.workspace.yamlfile import parse_yaml
from plan_world import REPORT, check_plan_files, day, report, write_plan
from small_workspace import MakeWorkspace

FILE = "plan/reports/2025-H1/labs.guangdong.yaml"
# Written down from the rules, not from the program.
LEGAL = {(None, "draft"), (None, "submitted"), ("draft", "submitted"), ("submitted", "approved"), ("submitted", "returned"),
         ("returned", "submitted")}  # fmt: skip
KEY = ("labs", "guangdong", "2025-H1")


def tree(root: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in (root / "plan").rglob("*.yaml")}


def add(root: Path, text: str, supersede: str | None = None) -> str:
    document = parse_yaml(text, "mine.yaml")
    return add_report(root, read_report(document), document, supersede)


def test_a_sound_report_is_written_and_read_back(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace(), {FILE: None})
    assert add(root, REPORT) == FILE
    assert check_plan_files(root) == []
    (kept,) = load_plan(root).reports
    assert kept.spec == read_report(parse_yaml(REPORT, "x"))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("2025-H1\n", "2025-Q3\n", "plan-unknown-period", 3),
        ("task: labs", "task: lab", "plan-unknown-task", 1),
        ("guangdong\n", "macao\n", "plan-no-part", 2),
        ("indicator: paid", "indicator: payd", "unknown-indicator", 6),
        ("unit: 万元", "unit: 家", "wrong-unit", 6),
        ("milestone: call", "milestone: cal", "plan-unknown-milestone", 8),
        ("state: submitted", "state: approved", "plan-illegal-state", 11),
        ("text:", "txet:", "unknown-key", 4),
        ("2025-07-05", "yesterday", "bad-value", 11),
    ],
)
def test_a_report_with_a_fault_is_refused_with_its_line_and_not_written(
    make_workspace: MakeWorkspace, old: str, new: str, code: str, line: int
) -> None:
    root = write_plan(make_workspace(), {FILE: None})
    before = tree(root)
    assert old in REPORT
    with pytest.raises(CeyuanError) as caught:
        add(root, REPORT.replace(old, new, 1))
    assert (code, "mine.yaml", line) in [(p.code, p.file, p.line) for p in caught.value.problems]
    assert tree(root) == before


def test_a_locked_period_is_refused_until_a_reason_is_given(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace())
    with pytest.raises(CeyuanError, match="plan-duplicate-report"):
        add(root, REPORT)
    assert move_report(root, "2025-H1/labs.guangdong", "approved", "Office", "2025-07-08") == FILE
    assert check_plan_files(root) == []
    before = tree(root)
    with pytest.raises(CeyuanError) as caught:
        add(root, REPORT)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("plan-report-locked", "mine.yaml:3")
    with pytest.raises(CeyuanError, match="plan-report-locked"):
        move_report(root, "2025-H1/labs.guangdong", "returned", "Office", "2025-07-09", "no")
    assert tree(root) == before
    later = REPORT.replace("2025-07", "2025-08")
    assert (
        add(root, later, "A payment was counted twice")
        == "plan/reports/2025-H1/labs.guangdong.2.yaml"
    )
    assert check_plan_files(root) == []
    assert find_report(root, *KEY) == "2025-H1/labs.guangdong.2"
    # Until the new report is approved, the old one is in force; an approved one can be replaced again.
    plan = load_plan(root)
    filing = filing_on(plan.reports_of["labs"], day("2025-08-06"))
    assert filing.in_force is not None
    assert filing.pending is not None
    assert (filing.in_force.id, filing.pending.id) == (
        "2025-H1/labs.guangdong",
        "2025-H1/labs.guangdong.2",
    )
    move_report(root, find_report(root, *KEY), "approved", "Office", "2025-08-09")
    filing = filing_on(load_plan(root).reports_of["labs"], day("2025-08-09"))
    assert filing.in_force is not None
    assert (filing.in_force.id, filing.pending) == ("2025-H1/labs.guangdong.2", None)
    assert add(root, REPORT.replace("2025-07", "2025-09"), "again").endswith(".3.yaml")
    assert check_plan_files(root) == []


def test_only_legal_transitions_are_made(make_workspace: MakeWorkspace) -> None:
    reachable = {"draft": ("draft",), "submitted": ("draft", "submitted"), "returned": ("submitted", "returned"),
                 "approved": ("submitted", "approved")}  # fmt: skip
    for number, (start, goal) in enumerate(product(reachable, reachable)):
        root = write_plan(make_workspace(name=f"w{number}"), {FILE: None})
        first, *rest = reachable[start]
        add(
            root,
            REPORT.replace("  - {state: submitted, by: Li, on: 2025-07-05}\n", "").replace(
                "state: draft", f"state: {first}"
            ),
        )
        for step in rest:
            move_report(
                root,
                "2025-H1/labs.guangdong",
                step,
                "Li",
                "2025-07-06",
                "r" if step == "returned" else None,
            )  # type: ignore[arg-type]
        before = tree(root)
        reason = "r" if goal == "returned" else None
        if (start, goal) in LEGAL:
            move_report(root, "2025-H1/labs.guangdong", goal, "Wu", "2025-07-07", reason)  # type: ignore[arg-type]
            assert load_plan(root).reports[0].spec.history[-1].state == goal
        else:
            with pytest.raises(CeyuanError, match=r"plan-illegal-state|plan-report-locked"):
                move_report(root, "2025-H1/labs.guangdong", goal, "Wu", "2025-07-07", reason)  # type: ignore[arg-type]
            assert tree(root) == before


def test_a_history_may_begin_and_go_on_only_as_allowed() -> None:
    states = ("draft", "submitted", "returned", "approved")
    for length in (1, 2, 3):
        for path in product(states, repeat=length):
            filed = report("a", "2025-H1", *((s, "2025-07-01") for s in path))
            codes = {code for _, code, _ in history_faults(filed.spec)} - {"plan-report-changed"}
            legal = set(zip((None, *path), path, strict=False)) <= LEGAL
            assert (codes == set()) == legal, path


def test_entries_before_the_last_and_a_missing_reason_are_refused(
    make_workspace: MakeWorkspace,
) -> None:
    root = write_plan(make_workspace())
    for state, on, reason in (
        ("returned", "2025-07-06", None),
        ("approved", "2025-07-01", None),
        ("approved", "2025-7-6", None),
    ):
        before = tree(root)
        with pytest.raises(CeyuanError):
            move_report(root, "2025-H1/labs.guangdong", state, "Wu", on, reason)  # type: ignore[arg-type]
        assert tree(root) == before
    with pytest.raises(CeyuanError, match="plan-unknown-report"):
        find_report(root, "labs", "hongkong", "2025-H1")
    with pytest.raises(CeyuanError, match="bad-period"):
        find_report(root, "labs", "hongkong", "soon")


DECIDE = """
import sys
from pathlib import Path
from ceyuan.errors import CeyuanError
from ceyuan.plan.filing import move_report
input()
try:
    move_report(Path(sys.argv[1]), "2025-H1/labs.guangdong", sys.argv[2], "who", "2025-07-20", sys.argv[3] or None)
    print("done")
except CeyuanError as error:
    print(error.problems[0].code)
"""


def test_of_two_decisions_at_one_moment_one_is_done_and_the_other_is_told(
    make_workspace: MakeWorkspace,
) -> None:
    root = write_plan(make_workspace())
    waiting = [
        subprocess.Popen([sys.executable, "-c", DECIDE, str(root), *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for args in (("approved", ""), ("returned", "figures are missing"))
    ]  # fmt: skip
    for process in waiting:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate()[0].strip() for process in waiting)
    assert said[0] == "done"
    assert said[1] in ("plan-report-locked", "plan-illegal-state")
    (kept,) = load_plan(root).reports
    assert len(kept.spec.history) == 3
    assert [p.name for p in (root / "plan").rglob("*") if p.name.startswith(".")] == []


def test_what_an_editor_wrote_meanwhile_is_not_lost(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_plan(make_workspace())
    path = root / FILE
    sound = filing.check_report

    def edited(*args: object) -> None:
        sound(*args)  # type: ignore[arg-type]
        path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")

    monkeypatch.setattr(filing, "check_report", edited)
    with pytest.raises(CeyuanError, match="plan-changed-meanwhile"):
        move_report(root, "2025-H1/labs.guangdong", "approved", "who", "2025-07-20")
    assert path.read_text(encoding="utf-8").endswith("# a remark\n")


def test_a_writer_does_not_wait_for_ever(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace())
    with (
        one_writer(root),
        pytest.raises(CeyuanError, match="plan-busy"),
        one_writer(root, patience=0.1),
    ):
        pass
