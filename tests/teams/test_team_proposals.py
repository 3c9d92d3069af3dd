"""Key tasks that the sides propose and agree: who may do what, what the plan holds afterwards, and what is refused."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from ceyuan.errors import CeyuanError
from ceyuan.plan.loading import load_plan
from ceyuan.teams.backup import verify_team
from ceyuan.teams.database import Team
from ceyuan.teams.desk import changes, history, my_desk, proposals
from ceyuan.teams.documents import comment, proposal_path
from ceyuan.teams.projection import export, import_plan, project
from ceyuan.teams.proposals import decide_on, propose, revise
from ceyuan.teams.reports import draft
from ceyuan.teams.rights import DECISIONS, ROLES, Actor, Decision, Standing, TeamState, decide
from team_world import (
    APPROVER,
    DRAFTER,
    SAID,
    SUBMITTER,
    make_team,
    open_team,
    person,
    proposal_now,
    write_world,
)

COORDINATOR = person("central", "coordinator")
FUND: dict[str, Any] = {
    "id": "fund",
    "year": 2025,
    "name": {"en": "Joint fund", "zh-Hans": "联合基金", "zh-Hant": "聯合基金"},
    "lead": "guangdong",
    "partners": ["hongkong"],
    "units": [{"name": {"en": "Bureau", "zh-Hans": "科技厅", "zh-Hant": "科技廳"}}],
    "milestones": [{"id": "call", "name": {"en": "Call", "zh-Hans": "通知", "zh-Hant": "通知"}, "due": "2025-09-30"}],
    "targets": [{"indicator": "paid", "place": "gd", "period": "2025", "value": 40, "unit": "万元", "bound": "ge"}],
}  # fmt: skip
BY_HAND = """\
id: fund
year: 2025
name:
  en: Joint fund
  zh-Hans: 联合基金
  zh-Hant: 聯合基金
lead: guangdong
partners:
  - hongkong
units:
  - name:
      en: Bureau
      zh-Hans: 科技厅
      zh-Hant: 科技廳
milestones:
  - id: call
    name:
      en: Call
      zh-Hans: 通知
      zh-Hant: 通知
    due: 2025-09-30
targets:
  - indicator: paid
    place: gd
    period: '2025'
    value: 40
    unit: 万元
    bound: ge
"""
ID = "guangdong/fund"
PATH = proposal_path(ID)
STATES: tuple[TeamState, ...] = ("draft", "submitted", "returned", "approved", "agreed")


def refused(code: str) -> Any:
    return pytest.raises(CeyuanError, match=rf"\[{code}\]")


def approve(team: Team, id_: str = ID, version: int = 1) -> None:
    decide_on(team, SUBMITTER, id_, version, "submit")
    decide_on(team, APPROVER, id_, version + 1, "approve")


def plan_files(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*.yaml")}


def test_what_is_agreed_is_the_task_that_a_person_would_have_written(team: Team) -> None:
    made = propose(team, DRAFTER, FUND)
    assert (made.id, made.state, made.version) == (ID, "draft", 1)
    approve(team)
    project(team)
    assert "fund" not in load_plan(team.root).tasks
    assert decide_on(team, COORDINATOR, ID, 3, "agree").state == "agreed"
    project(team)
    assert (team.root / "plan" / "tasks" / "fund.yaml").read_text() == BY_HAND
    assert load_plan(team.root).tasks["fund"].partners == ("hongkong",)
    # Its sides report on it from then on.
    assert draft(team, DRAFTER, {"task": "fund", "period": "2025-H2", **SAID}).version == 1
    assert verify_team(team).faults == ()


def test_a_change_of_an_agreed_task_is_agreed_like_a_new_one(team: Team) -> None:
    propose(team, DRAFTER, FUND)
    approve(team)
    decide_on(team, COORDINATOR, ID, 3, "agree")
    changed = {**FUND, "partners": ["hongkong", "central"]}
    again = revise(team, DRAFTER, ID, 4, changed)
    assert (again.state, again.version) == ("draft", 5)
    project(team)
    assert load_plan(team.root).tasks["fund"].partners == ("hongkong",)
    approve(team, version=5)
    decide_on(team, COORDINATOR, ID, 7, "agree")
    project(team)
    assert load_plan(team.root).tasks["fund"].partners == ("hongkong", "central")


def test_of_two_changes_of_one_task_the_second_does_not_undo_the_first(team: Team) -> None:
    labs = {**FUND, "id": "labs", "milestones": [{"id": "call", "name": FUND["name"]}]}
    propose(team, DRAFTER, labs)
    other = person("hongkong", "drafter", "submitter")
    propose(team, other, {**labs, "partners": ["hongkong", "central"]})
    approve(team, "guangdong/labs")
    decide_on(team, other, "hongkong/labs", 1, "submit")
    decide_on(team, person("hongkong", "approver"), "hongkong/labs", 2, "approve")
    decide_on(team, COORDINATOR, "guangdong/labs", 3, "agree")
    with refused("team-task-changed"):
        decide_on(team, COORDINATOR, "hongkong/labs", 3, "agree")
    assert proposal_now(team, "hongkong/labs").state == "approved"


@pytest.mark.parametrize(
    "said",
    [
        {**FUND, "lead": "nobody"},
        {**FUND, "year": 2031},
        {**FUND, "depends": ["none"]},
        {**FUND, "targets": [{"indicator": "none", "place": "gd", "period": 2025}]},
        {**FUND, "units": [{"name": FUND["name"], "side": "central"}]},
        {**FUND, "id": "../plan"},
        {**FUND, "state": "agreed"},
        {**FUND, "name": {"en": "Joint fund"}},
        {**FUND, "id": "rules", "depends": ["labs"], "lead": "guangdong", "partners": ["guangdong"]},
        # A report of Guangdong names the milestone, and rules waits for labs.
        {**FUND, "id": "labs", "milestones": []},
        {**FUND, "id": "labs", "depends": ["rules"]},
    ],
)  # fmt: skip
def test_what_would_break_the_plan_is_not_proposed(team: Team, said: dict[str, Any]) -> None:
    with refused("team-bad-report"):
        propose(team, DRAFTER, said)
    with team.reading() as connection:
        assert proposals(team, connection, DRAFTER) == []


def test_a_task_that_the_plan_has_no_room_for_any_more_is_not_agreed(team: Team) -> None:
    call = {"id": "call", "name": FUND["name"]}
    propose(team, DRAFTER, {**FUND, "id": "labs", "milestones": [call], "depends": []})
    propose(team, DRAFTER, FUND)
    approve(team)
    decide_on(team, COORDINATOR, ID, 3, "agree")
    # Each of the two is sound by itself, and together they wait for each other.
    revise(team, DRAFTER, ID, 4, {**FUND, "depends": ["labs"]})
    revise(team, DRAFTER, "guangdong/labs", 1, {**FUND, "milestones": [call], "depends": ["fund"]})
    approve(team, ID, 5)
    approve(team, "guangdong/labs", 2)
    decide_on(team, COORDINATOR, ID, 7, "agree")
    with refused("team-bad-report"):
        decide_on(team, COORDINATOR, "guangdong/labs", 4, "agree")
    assert proposal_now(team, "guangdong/labs").state == "approved"
    assert verify_team(team).faults == ()


def test_nobody_agrees_what_she_wrote(team: Team) -> None:
    everything = person("central", "drafter", "submitter", "approver", "coordinator")
    second = person("central", "drafter", "submitter", "approver", "coordinator", number=2)
    propose(team, everything, FUND)
    mine = "central/fund"
    decide_on(team, everything, mine, 1, "submit")
    with refused("team-four-eyes"):
        decide_on(team, everything, mine, 2, "approve")
    decide_on(team, second, mine, 2, "approve")
    with refused("team-four-eyes"):
        decide_on(team, everything, mine, 3, "agree")
    assert decide_on(team, second, mine, 3, "return", "why").state == "returned"
    with team.reading() as connection:
        (waits,) = [w for w in my_desk(team, connection, everything) if w.why == "returned"]
    assert (waits.proposal, waits.reason, waits.period) == (mine, "why", "2025")


def test_without_a_level_above_ones_own_coordinator_agrees(root: Path) -> None:
    make_team(root)
    with open_team(root) as team:
        propose(team, DRAFTER, FUND)
        approve(team)
        with refused("team-forbidden"):
            decide_on(team, COORDINATOR, ID, 3, "agree")
        decide_on(team, person("guangdong", "coordinator"), ID, 3, "agree")


def test_all_sides_see_what_a_side_has_approved_and_nothing_of_how_it_came_about(
    team: Team,
) -> None:
    reader = person("hongkong", "reader")
    propose(team, DRAFTER, {**FUND, "why": {"en": "Secret", "zh-Hans": "密", "zh-Hant": "密"}})
    comment(team, DRAFTER, PATH, 1, "among ourselves")
    revise(team, DRAFTER, ID, 1, FUND)
    decide_on(team, SUBMITTER, ID, 2, "submit")

    def visible() -> list[str]:
        with team.reading() as connection:
            return [p.id for p in proposals(team, connection, reader)]

    assert visible() == []
    with refused("team-unknown-report"):
        comment(team, reader, PATH, 3, "?")
    decide_on(team, APPROVER, ID, 3, "approve")
    assert visible() == [ID]
    comment(team, reader, PATH, 4, "香港方面建议增加一个节点")
    with team.reading() as connection:
        assert [v.what for v in history(team, connection, reader, PATH)] == ["approve", "comment"]
        assert len(history(team, connection, DRAFTER, PATH)) == 6
        found = changes(team, connection, DRAFTER, PATH, 2)
        assert [run.kind for run in found["texts"]["why"]["en"]] == ["removed"]
        assert found["lists"]["milestones"] == {"added": [], "removed": []}
    # While it is being changed again, other sides see nothing of it.
    decide_on(team, COORDINATOR, ID, 4, "return", "增加节点")
    assert visible() == []


def test_who_saw_another_version_decides_nothing(team: Team) -> None:
    propose(team, DRAFTER, FUND)
    revise(team, DRAFTER, ID, 1, FUND)
    with refused("team-stale"):
        revise(team, DRAFTER, ID, 1, FUND)
    with refused("team-stale"):
        decide_on(team, SUBMITTER, ID, 1, "submit")
    with refused("team-report-exists"):
        propose(team, DRAFTER, FUND)


def test_an_export_carries_proposals_and_an_import_makes_drafts_of_them(
    team: Team, tmp_path: Path
) -> None:
    propose(team, DRAFTER, FUND)
    propose(team, DRAFTER, {**FUND, "id": "other"})
    approve(team)
    decide_on(team, COORDINATOR, ID, 3, "agree")
    export(team, tmp_path / "all")
    export(team, tmp_path / "approved", approved=True)
    files = plan_files(tmp_path / "all")
    assert files["plan/tasks/fund.yaml"] == BY_HAND
    assert [name for name in files if name.startswith("proposed/")] == ["proposed/guangdong/other.yaml"]  # fmt: skip
    assert not (tmp_path / "approved" / "proposed").exists()
    other = write_world(tmp_path / "other")
    make_team(other, above="central")
    with open_team(other) as second:
        assert import_plan(second, tmp_path / "all") == (2, 4)
        assert proposal_now(second, "guangdong/other").state == "draft"
        export(second, tmp_path / "again")
        assert plan_files(tmp_path / "again") == files
        project(second)
        assert "other" not in load_plan(other).tasks
        path = tmp_path / "all" / "proposed" / "guangdong" / "other.yaml"
        path.write_text(path.read_text() + "# by hand\n")
        with refused("team-report-changed"):
            import_plan(second, tmp_path / "all")
        path.rename(path.with_name("elsewhere.yaml"))
        with refused("plan-misplaced"):
            import_plan(second, tmp_path / "all")


def expected(side: str, role: str, decision: Decision, state: TeamState) -> TeamState | None:
    """What a decision on a proposal of Guangdong leads to, told the other way round: by who and what, not by rules."""
    match side, role, decision, state:
        case "guangdong", "submitter", "submit", "draft" | "returned":
            return "submitted"
        case "guangdong", "approver", "approve", "submitted":
            return "approved"
        case "guangdong", "approver", "return", "submitted":
            return "returned"
        case "central", "coordinator", "agree", "approved":
            return "agreed"
        case "central", "coordinator", "return", "approved":
            return "returned"
    return None


def test_every_role_of_every_side_makes_the_decisions_that_are_hers_and_no_others() -> None:
    for side, role, decision, state in itertools.product(
        ("central", "guangdong", "hongkong"), ROLES, DECISIONS, STATES
    ):
        reason = "why" if decision in ("return", "unapprove") else None
        standing = Standing("guangdong", state, is_proposal=True)
        try:
            found = decide(person(side, role), decision, standing, "central", reason)
        except CeyuanError:
            found = None
        assert found == expected(side, role, decision, state), (side, role, decision, state)
        reading = Actor("program", "P", side, "", (role,), reads_only=True)
        with refused("team-forbidden"):
            decide(reading, decision, standing, "central", reason)
