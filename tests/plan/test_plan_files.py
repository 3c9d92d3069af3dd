"""Every fault of a plan is said with its file and line, all at once; a sound plan has none."""

from __future__ import annotations

from pathlib import Path

import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.plan import load_plan
from ceyuan.plan.dependencies import chain, cycles, in_turn
from ceyuan.plan.spec import ReportFile
from ceyuan.plan.writing import to_yaml
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import parse_yaml
from plan_world import LABS, PLAN, REPORT, RULES, approved, check_plan_files, task, write_plan
from small_workspace import MakeWorkspace

LABS_FILE, RULES_FILE = "plan/tasks/labs.yaml", "plan/tasks/rules.yaml"
REPORT_FILE = "plan/reports/2025-H1/labs.guangdong.yaml"


def read_report(text: str) -> ReportFile:
    document = parse_yaml(text, "r.yaml")
    return parse_spec(ReportFile, document, document.data)


APPROVED = to_yaml(approved(read_report(REPORT), "2025-07-08"))


def test_a_sound_plan_has_no_faults(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace())
    assert check_plan_files(root) == []
    assert ceyuan.open(str(root)).check() == []
    assert check_plan_files(make_workspace(name="without")) == []


FAULTS = {
    # What is replaced, by what: where and what is found.
    "cycle": ((LABS_FILE, "field: research", "field: research\ndepends: [rules]"),
              ("plan-cycle", LABS_FILE, 7, "labs → rules → labs")),
    "unknown task": ((RULES_FILE, "[labs]", "[labz]"), ("plan-unknown-task", RULES_FILE, 5, "labz")),
    "itself": ((RULES_FILE, "[labs]", "[rules]"), ("plan-cycle", RULES_FILE, 5, "rules → rules")),
    "unknown party": ((RULES_FILE, "lead: hongkong", "lead: hongkon"), ("unknown-party", RULES_FILE, 4, "hongkon")),
    "unknown year": ((RULES_FILE, "2025", "2031"), ("plan-unknown-year", RULES_FILE, 2, "2031")),
    "unknown field": ((LABS_FILE, "field: research", "field: reserch"), ("plan-unknown-topic", LABS_FILE, 6, "reserch")),
    "unknown indicator": ((LABS_FILE, "indicator: paid", "indicator: payd"), ("unknown-indicator", LABS_FILE, 11, "payd")),
    "unknown place": ((LABS_FILE, "place: gd", "place: gdd"), ("unknown-place", LABS_FILE, 12, "gdd")),
    "unknown unit": ((LABS_FILE, "    unit: 万元", "    unit: wan"), ("unknown-unit", LABS_FILE, 15, "wan")),
    "other unit": ((LABS_FILE, "    unit: 万元", "    unit: 家"), ("wrong-unit", LABS_FILE, 15, "家")),
    "cumulative": ((LABS_FILE, "basis: annual", "basis: cumulative"), ("plan-basis", LABS_FILE, 17, "no total")),
    "half a target": ((LABS_FILE, "    bound: ge\n", ""), ("bad-value", LABS_FILE, 11, "none of them")),
    "bad period": ((LABS_FILE, "period: 2025\n", "period: soon\n"), ("bad-value", LABS_FILE, 13, "'soon' is no period")),
    "bad day": ((LABS_FILE, "2025-05-31", "2025-05-32"), ("bad-value", LABS_FILE, 9, "2025-05-32")),
    "wrong name": ((LABS_FILE, "id: labs", "id: lab"), ("plan-misplaced", LABS_FILE, 1, "lab.yaml")),
    "extra key": ((LABS_FILE, "lead:", "leed: x\nlead:"), ("unknown-key", LABS_FILE, 4, "leed")),
    "partner twice": ((LABS_FILE, "[hongkong]", "[hongkong, guangdong]"), ("bad-value", LABS_FILE, 1, "a side stands twice")),
    "period not there": ((REPORT_FILE, "2025-H1\n", "2025-Q1\n"), ("plan-unknown-period", REPORT_FILE, 3, "2025-Q1")),
    "not its task": ((REPORT_FILE, "guangdong\n", "macao\n"), ("plan-no-part", REPORT_FILE, 2, "macao")),
    "no such task": ((REPORT_FILE, "task: labs", "task: lab"), ("plan-unknown-task", REPORT_FILE, 1, "lab")),
    "no milestone": ((REPORT_FILE, "milestone: call", "milestone: cal"), ("plan-unknown-milestone", REPORT_FILE, 8, "cal")),
    "value nowhere": ((REPORT_FILE, "place: gd", "place: gx"), ("unknown-place", REPORT_FILE, 6, "gx")),
    "no evidence": ((REPORT_FILE, ", evidence: {document: Register}", ""), ("missing-key", REPORT_FILE, 6, "evidence")),
    "unknown source": ((REPORT_FILE, "document: Register", "source: nobody"), ("unknown-source", REPORT_FILE, 6, "nobody")),
    "approved at once": ((REPORT_FILE, "state: submitted", "state: approved"), ("plan-illegal-state", REPORT_FILE, 11, "cannot follow")),
    "back in time": ((REPORT_FILE, "2025-07-05", "2025-06-05"), ("plan-illegal-state", REPORT_FILE, 11, "after the one")),
    "returned without reason": ((REPORT_FILE, "state: submitted, by: Li, on: 2025-07-05}",
                                 "state: submitted, by: Li, on: 2025-07-05}\n  - {state: returned, by: Wu, on: 2025-07-06}"),
                                ("plan-illegal-state", REPORT_FILE, 12, "needs one")),
    "no text": ((REPORT_FILE, "{zh-Hans: 已发布通知}", "{}"), ("bad-value", REPORT_FILE, 4, "at least one")),
    "reporting outside": (("plan/plan.yaml", "[2025-H1, 2025-H2]", "[2026-H1]"), ("bad-value", "plan/plan.yaml", 7, "within the year")),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_with_its_line(make_workspace: MakeWorkspace, name: str) -> None:
    (file, old, new), (code, where, line, words) = FAULTS[name]
    text = {LABS_FILE: LABS, RULES_FILE: RULES, REPORT_FILE: REPORT, "plan/plan.yaml": PLAN}[file]
    assert old in text
    root = write_plan(make_workspace(), {file: text.replace(old, new, 1)})
    problems = check_plan_files(root)
    found = [p for p in problems if (p.code, p.file, p.line) == (code, where, line)]
    assert found, [str(p) for p in problems]
    assert words in found[0].message


def test_all_faults_are_reported_together(make_workspace: MakeWorkspace) -> None:
    root = write_plan(
        make_workspace(),
        {
            LABS_FILE: LABS.replace("indicator: paid", "indicator: payd").replace(
                "place: gd", "place: gx"
            ),
            RULES_FILE: RULES.replace("[labs]", "[x]"),
        },
    )
    assert {p.code for p in check_plan_files(root)} == {
        "unknown-indicator",
        "unknown-place",
        "plan-unknown-task",
    }
    assert len(ceyuan.open(str(root)).check()) == 3


def test_files_that_nobody_would_read_are_reported(make_workspace: MakeWorkspace) -> None:
    strays = (
        "plan/labs.yaml",
        "plan/reports/labs.yaml",
        "plan/tasks/old/x.yaml",
        "plan/tasks/note.txt",
        "plan/tasks/a.yml",
    )
    root = write_plan(make_workspace(), dict.fromkeys(strays, "x: 1\n"))
    found = [p for p in check_plan_files(root) if p.code == "plan-misplaced"]
    assert {p.file for p in found} == {"plan/labs.yaml", "plan/reports/labs.yaml", "plan/tasks/old", "plan/tasks/note.txt",
                                       "plan/tasks/a.yml"}  # fmt: skip


def test_a_workspace_without_a_plan_says_so(make_workspace: MakeWorkspace) -> None:
    root = make_workspace()
    with pytest.raises(CeyuanError, match="no-plan"):
        load_plan(root)
    (root / "plan").mkdir()
    with pytest.raises(CeyuanError, match=r"plan/plan\.yaml: error \[unreadable-file\]"):
        load_plan(root)


def test_an_approved_report_that_was_edited_is_found(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace(), {REPORT_FILE: APPROVED})
    assert check_plan_files(root) == []
    for old, new in (("已发布通知", "已发布"), ("value: 1207", "value: 1208"), ("by: Li", "by: Wu"), ("2025-07-08", "2025-07-09"),
                     ("Notice 1", "Notice 2")):  # fmt: skip
        assert old in APPROVED
        write_plan(root, {REPORT_FILE: APPROVED.replace(old, new, 1)})
        assert [p.code for p in check_plan_files(root)] == ["plan-report-changed"], old
    # How it is written does not matter: order of keys, quotes, line breaks.
    write_plan(
        root,
        {
            REPORT_FILE: "# a comment\n"
            + APPROVED.replace("task: labs\nparty: guangdong", "party: guangdong\ntask: 'labs'")
        },
    )
    assert check_plan_files(root) == []


def superseding(named: str, **more: str) -> str:
    extra = f"supersedes: {{report: {named}, reason: a mistake}}\n"
    return REPORT.replace("history:", f"{extra}history:").replace(
        "2025-07", more.get("month", "2025-08")
    )


def test_a_locked_period_is_only_reported_again_by_superseding(
    make_workspace: MakeWorkspace,
) -> None:
    second = "plan/reports/2025-H1/labs.guangdong.2.yaml"
    root = write_plan(make_workspace(), {REPORT_FILE: APPROVED, second: REPORT})
    (locked,) = check_plan_files(root)
    assert (locked.code, locked.where) == ("plan-report-locked", f"{second}:1")
    assert "supersedes: {report: 2025-H1/labs.guangdong" in (locked.hint or "")
    write_plan(root, {second: superseding("2025-H1/labs.guangdong")})
    assert check_plan_files(root) == []
    write_plan(root, {second: superseding("2025-H1/labs.hongkong")})
    assert [(p.code, p.line) for p in check_plan_files(root)] == [("plan-unknown-report", 9)]
    # A report that is not approved is corrected, not superseded.
    write_plan(root, {REPORT_FILE: REPORT, second: superseding("2025-H1/labs.guangdong")})
    assert [p.code for p in check_plan_files(root)] == ["plan-illegal-state"]
    write_plan(root, {REPORT_FILE: REPORT, second: REPORT})
    assert [p.code for p in check_plan_files(root)] == ["plan-duplicate-report"]


def test_two_reports_cannot_supersede_the_same_one_nor_each_other(
    make_workspace: MakeWorkspace,
) -> None:
    base = "plan/reports/2025-H1/labs.guangdong"
    both = {f"{base}.{n}.yaml": superseding("2025-H1/labs.guangdong") for n in (2, 3)}
    root = write_plan(make_workspace(), {REPORT_FILE: APPROVED, **both})
    assert [p.code for p in check_plan_files(root)] == ["plan-duplicate-report"]
    circle = {
        f"{base}.2.yaml": superseding("2025-H1/labs.guangdong.3"),
        f"{base}.3.yaml": superseding("2025-H1/labs.guangdong.2"),
    }
    assert "plan-cycle" in {p.code for p in check_plan_files(write_plan(root, circle))}


def test_dependencies_are_followed_and_circles_named() -> None:
    tasks = {
        t.id: t
        for t in (
            task("a", depends=["b", "c"]),
            task("b", depends=["d"]),
            task("c"),
            task("d"),
            task("e"),
        )
    }
    assert chain(tasks, "a") == ("b", "c", "d")
    order = in_turn(tasks)
    assert all(order.index(d) < order.index(t.id) for t in tasks.values() for d in t.depends)
    assert cycles({"a": ["b"], "b": ["a", "c"], "c": ["c"]}) == [("a", "b", "a"), ("c", "c")]
    assert cycles({str(i): [str(i + 1)] for i in range(5000)} | {"5000": ["0"]})[0][:2] == (
        "0",
        "1",
    )


def test_only_the_reports_of_the_years_that_are_asked_for_are_read(
    make_workspace: MakeWorkspace,
) -> None:
    years = PLAN + "  - {year: 2026, reporting: [2026/27]}\n"
    root = write_plan(make_workspace(), {"plan/plan.yaml": years.replace("2026/27", "2026")})
    assert len(load_plan(root, [2026]).reports) == 0
    assert len(load_plan(root, [2025]).reports) == 1
    # A task of 2026 waits for one of 2025, so that the reports on that one are needed.
    write_plan(root, {RULES_FILE: RULES.replace("2025", "2026")})
    assert len(load_plan(root, [2026]).reports) == 1


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    report = read_report(APPROVED)
    assert read_report(to_yaml(report)) == report
    tricky = report.model_copy(
        update={
            "text": report.text.model_copy(update={"en": "no: 12:30 #x\n- yes", "zh_hans": "null"})
        }
    )
    assert read_report(to_yaml(tricky)) == tricky


def test_a_city_is_a_side_of_its_own_and_lies_in_a_party_of_the_task(
    make_workspace: MakeWorkspace,
) -> None:
    cities = LABS.replace("partners: [hongkong]", "partners: [hongkong]\ncities: [sz]")
    report = (
        REPORT.replace("party: guangdong", "party: sz").partition("reached:")[0]
        + "history:"
        + REPORT.split("history:")[1]
    )
    root = write_plan(
        make_workspace(), {LABS_FILE: cities, "plan/reports/2025-H1/labs.sz.yaml": report}
    )
    assert check_plan_files(root) == []
    for old, new, code in (
        ("cities: [sz]", "cities: [gd]", "unknown-place"),
        ("lead: guangdong", "lead: macao", "plan-no-part"),
    ):
        wrong = write_plan(make_workspace(), {LABS_FILE: cities.replace(old, new)})
        assert code in {p.code for p in check_plan_files(wrong) if p.file == LABS_FILE}


def test_a_unit_is_of_a_side_of_the_task(make_workspace: MakeWorkspace) -> None:
    unit = (
        "units:\n  - {name: {en: Office, zh-Hans: 科, zh-Hant: 科}, side: macao}\nfield: research"
    )
    root = write_plan(make_workspace(), {LABS_FILE: LABS.replace("field: research", unit)})
    assert "macao" in next(p.message for p in check_plan_files(root) if p.code == "bad-value")
