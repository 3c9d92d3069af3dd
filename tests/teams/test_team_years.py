"""The coordinator of the level above opens a programme year; what would break the plan is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ceyuan.errors import CeyuanError
from ceyuan.plan.loading import load_plan
from ceyuan.teams import projected
from ceyuan.teams.backup import verify_team
from ceyuan.teams.database import Team
from ceyuan.teams.proposals import decide_on, propose
from ceyuan.teams.reports import draft
from ceyuan.teams.rights import Actor
from ceyuan.teams.years import open_year
from team_world import APPROVER, DRAFTER, SUBMITTER, person

HAN = person("central", "coordinator")
NEXT = {
    "year": 2026,
    "reporting": ["2026-H1", "2026-H2"],
    "duty": {"document": "Notice 2026/1"},
    "report_due_days": 15,
}
TASK = {
    "id": "fund",
    "year": 2026,
    "name": {"en": "Fund", "zh-Hans": "基金", "zh-Hant": "基金"},
    "lead": "guangdong",
}


def code(team: Team, actor: Actor, version: int, said: Mapping[str, Any]) -> str:
    with pytest.raises(CeyuanError) as caught:
        open_year(team, actor, version, said)
    return caught.value.problems[0].code


def test_the_next_year_is_opened_and_its_tasks_are_agreed_and_reported(team: Team) -> None:
    with pytest.raises(CeyuanError):
        propose(team, DRAFTER, TASK)
    assert open_year(team, HAN, 1, NEXT) == 2
    proposed = propose(team, DRAFTER, TASK)
    for actor, decision in ((SUBMITTER, "submit"), (APPROVER, "approve"), (HAN, "agree")):
        proposed = decide_on(team, actor, proposed.id, proposed.version, decision)  # type: ignore[arg-type] # one of the decisions
    draft(team, DRAFTER, {"task": "fund", "period": "2026-H1", "text": {"en": "Begun"}})
    projected(team.root)
    plan = load_plan(team.root)
    assert plan.years[2026].reporting == ("2026-H1", "2026-H2")
    assert plan.years[2025].reporting == ("2025-H1", "2025-H2")
    assert verify_team(team).faults == ()


def test_only_the_coordinator_of_the_level_above_opens_a_year(team: Team) -> None:
    others = (
        person("central", "approver"),
        person("guangdong", "coordinator"),
        Actor("han", "Han", "central", "", ("coordinator",), reads_only=True),
    )
    assert {code(team, actor, 1, NEXT) for actor in others} == {"team-forbidden"}


def test_what_would_break_the_plan_is_refused(team: Team) -> None:
    broken: tuple[dict[str, Any], ...] = (
        {"year": 2025},  # there already
        {"reporting": ["2025-H1"]},  # of another year
        {"reporting": ["2027"]},  # ends after it
        {"reporting": []},
        {"start": "2026-13-01"},
        {"report_due_days": -1},
    )
    assert {code(team, HAN, 1, NEXT | change) for change in broken} == {"team-bad-report"}
    assert open_year(team, HAN, 1, NEXT) == 2
    assert code(team, HAN, 1, {"year": 2027, "reporting": ["2027"]}) == "team-stale"
    assert verify_team(team).faults == ()
