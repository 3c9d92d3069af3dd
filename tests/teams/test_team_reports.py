"""Reports of a team: who may do what, what follows, and what the files say in the end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from ceyuan.errors import CeyuanError
from ceyuan.plan.loading import load_plan
from ceyuan.plan.spec import ReportFile
from ceyuan.plan.states import filing_on
from ceyuan.teams.database import Team
from ceyuan.teams.desk import beginnings, history, my_desk, reports, version
from ceyuan.teams.documents import comment, path_of, plan_of
from ceyuan.teams.projection import project
from ceyuan.teams.record import record_of
from ceyuan.teams.reports import draft, edit, move
from ceyuan.teams.rights import (
    DECISIONS,
    ROLES,
    Actor,
    Decision,
    Standing,
    TeamState,
    decide,
    may_see,
)
from ceyuan.workspace.clock import today
from shipped import copy_of
from team_world import (
    APPROVER,
    DRAFTER,
    LABS1,
    MINISTER,
    RULES,
    SAID,
    SUBMITTER,
    make_team,
    now,
    open_team,
    person,
    team_in,
)

STATES: tuple[TeamState, ...] = ("draft", "submitted", "returned", "approved", "accepted", "public")
H2 = {"task": "labs", "period": "2025-H2", **SAID}
LABS2 = "2025-H2/labs.guangdong"


def refused(code: str) -> object:
    return pytest.raises(CeyuanError, match=rf"\[{code}\]")


def test_a_report_goes_from_draft_to_the_plan_that_is_built(team: Team) -> None:
    begun = draft(team, DRAFTER, H2)
    assert (begun.id, begun.state, begun.version) == (LABS2, "draft", 1)
    changed = edit(team, DRAFTER, LABS2, 1, {"text": {"zh-Hans": "新建2家"}})
    assert changed.spec.text.zh_hans == "新建2家"
    assert move(team, SUBMITTER, LABS2, 2, "submit").state == "submitted"
    assert move(team, APPROVER, LABS2, 3, "approve").state == "approved"
    project(team)
    # the level above has not accepted it
    assert not [r for r in load_plan(team.root).reports if r.id == LABS2]
    done = move(team, MINISTER, LABS2, 4, "accept")
    assert (done.state, done.version, done.standing.in_force) == ("accepted", 5, True)
    project(team)
    (report,) = [r for r in load_plan(team.root).reports if r.id == LABS2]
    assert [(e.state, e.by) for e in report.spec.history] == [
        ("draft", DRAFTER.display), ("submitted", SUBMITTER.display), ("approved", MINISTER.display),
    ]  # fmt: skip


def test_without_a_level_above_ones_own_approval_is_the_last(root: Path) -> None:
    make_team(root)
    with open_team(root) as team:
        done = move(team, APPROVER, LABS1, 1, "approve")
        assert (done.state, done.standing.in_force) == ("approved", True)


def test_what_is_returned_says_why_and_goes_round_again(team: Team) -> None:
    with refused("team-reason"):
        move(team, APPROVER, LABS1, 1, "return")
    move(team, APPROVER, LABS1, 1, "return", "没有依据")
    assert now(team, LABS1).spec.history[-1].reason == "没有依据"
    edit(team, DRAFTER, LABS1, 2, SAID)
    move(team, SUBMITTER, LABS1, 3, "submit")
    move(team, APPROVER, LABS1, 4, "approve")
    assert move(team, MINISTER, LABS1, 5, "return", "数字不符").state == "returned"


def test_what_is_accepted_is_locked_and_only_the_level_above_takes_it_back(team: Team) -> None:
    move(team, APPROVER, LABS1, 1, "approve")
    move(team, MINISTER, LABS1, 2, "accept")
    project(team)
    with refused("team-illegal-state"):
        edit(team, DRAFTER, LABS1, 3, SAID)
    for decision in DECISIONS:
        with pytest.raises(CeyuanError):
            move(
                team,
                person("guangdong", "approver", "submitter", number=2),
                LABS1,
                3,
                decision,
                "why",
            )
    assert move(team, MINISTER, LABS1, 3, "unapprove", "一家重复计算").state == "returned"
    project(team)
    assert load_plan(team.root).reports == ()
    # The text says that it is returned; that it was approved is in the log.
    assert [e.state for e in now(team, LABS1).spec.history] == ["draft", "submitted", "returned"]
    with team.reading() as connection:
        assert [v.what for v in history(team, connection, DRAFTER, path_of(LABS1))] == [
            "import",
            "approve",
            "accept",
            "unapprove",
        ]


def test_a_report_in_force_is_superseded_with_a_reason_and_stays_until_then(team: Team) -> None:
    move(team, APPROVER, LABS1, 1, "approve")
    move(team, MINISTER, LABS1, 2, "accept")
    again = {"task": "labs", "period": "2025-H1", **SAID}
    with refused("team-report-exists"):
        draft(team, DRAFTER, again)
    new = draft(team, DRAFTER, again, "重复计算")
    assert new.id == f"{LABS1}.2"
    project(team)
    assert [r.id for r in load_plan(team.root).reports] == [LABS1]
    move(team, SUBMITTER, new.id, 1, "submit")
    move(team, APPROVER, new.id, 2, "approve")
    move(team, MINISTER, new.id, 3, "accept")
    project(team)
    assert {r.id for r in load_plan(team.root).reports} == {LABS1, new.id}


def test_nobody_approves_what_she_wrote_or_submitted(team: Team) -> None:
    everything = person("guangdong", "drafter", "submitter", "approver")
    draft(team, everything, H2)
    move(team, everything, LABS2, 1, "submit")
    with refused("team-four-eyes"):
        move(team, everything, LABS2, 2, "approve")
    move(team, APPROVER, LABS2, 2, "return", "why")
    edit(team, DRAFTER, LABS2, 3, SAID)
    move(team, SUBMITTER, LABS2, 4, "submit")
    with refused("team-four-eyes"):  # an earlier version was hers
        move(team, everything, LABS2, 5, "approve")


def test_who_has_seen_another_version_decides_nothing(team: Team) -> None:
    draft(team, DRAFTER, H2)
    edit(team, DRAFTER, LABS2, 1, SAID)
    for decision in DECISIONS:
        with refused("team-stale"):
            move(team, SUBMITTER, LABS2, 1, decision)
    with refused("team-stale"):
        edit(team, DRAFTER, LABS2, 1, SAID)


@pytest.mark.parametrize(
    "said",
    [
        {"task": "none", "period": "2025-H2", **SAID},
        {"task": "rules", "period": "2025-H2", **SAID},  # Guangdong has no part in it
        {"task": "labs", "period": "2024", **SAID},
        {"task": "labs", "period": "2025-H2"},
        {**H2, "values": [{"indicator": "paid", "place": "gd", "period": 2025, "value": 1, "unit": "万元"}]},
        {**H2, "values": [{"indicator": "none", "place": "gd", "period": 2025, "value": 1, "unit": "万元", "evidence": {"document": "x"}}]},
        {**H2, "approved": True},
    ],
)  # fmt: skip
def test_what_a_file_could_not_say_is_not_kept(team: Team, said: dict[str, object]) -> None:
    with refused("team-bad-report"):
        draft(team, DRAFTER, said)
    with team.reading() as connection:
        assert [r.id for r in reports(team, connection, DRAFTER)] == [LABS1]


def test_side_and_history_are_not_the_drafters_to_choose(team: Team) -> None:
    made = draft(team, DRAFTER, {**H2, "party": "hongkong", "history": [{"state": "approved"}]})
    assert (made.spec.party, [e.by for e in made.spec.history]) == ("guangdong", [DRAFTER.display])
    other = edit(
        team, DRAFTER, LABS2, 1, {**SAID, "party": "hongkong", "task": "rules", "history": []}
    )
    assert other.spec.key == ("labs", "guangdong", "2025-H2")


def test_drafts_are_seen_by_their_side_alone_and_what_it_approved_by_the_level_above(
    team: Team,
) -> None:
    draft(team, DRAFTER, H2)
    others = [person(side, "reader") for side in ("central", "hongkong")]
    administrator = person("guangdong", "administrator")

    def visible(actor: Actor) -> list[str]:
        with team.reading() as connection:
            return [r.id for r in reports(team, connection, actor)]

    assert visible(person("guangdong", "reader")) == [LABS1, LABS2]
    assert [visible(actor) for actor in (*others, administrator)] == [[], [], []]
    move(team, APPROVER, LABS1, 1, "approve")
    assert [visible(actor) for actor in (*others, administrator)] == [[LABS1], [], []]
    move(team, MINISTER, LABS1, 2, "accept")
    assert [visible(actor) for actor in (*others, administrator)] == [[LABS1], [LABS1], []]
    with team.reading() as connection:
        # What was written before, and who said what about it, stays on the side.
        assert [v.what for v in history(team, connection, others[1], path_of(LABS1))] == ["accept"]
        with refused("team-unknown-report"):
            version(team, connection, others[1], path_of(LABS1), 1)


def test_the_level_above_learns_nothing_of_drafts_and_keeps_what_it_did_itself(team: Team) -> None:
    comment(team, person("guangdong", "reader"), path_of(LABS1), 1, "about what was not approved")
    move(team, APPROVER, LABS1, 1, "approve")
    comment(team, DRAFTER, path_of(LABS1), 2, "about what was approved")
    move(team, MINISTER, LABS1, 2, "return", "no evidence")
    edit(team, DRAFTER, LABS1, 3, {"text": {"en": "With evidence"}})
    move(team, SUBMITTER, LABS1, 4, "submit")
    comment(team, APPROVER, path_of(LABS1), 5, "about it again before it was approved")
    move(team, person("guangdong", "approver"), LABS1, 5, "approve")
    comment(team, MINISTER, path_of(LABS1), 1, "a question")

    def told(actor: Actor) -> list[tuple[str, int]]:
        with team.reading() as connection:
            return [(v.what, v.number) for v in history(team, connection, actor, path_of(LABS1))]

    # The first was imported as submitted, and was never hers to read.
    assert told(MINISTER) == [("approve", 2), ("comment", 2), ("return", 3), ("approve", 6), ("comment", 1)]  # fmt: skip
    assert len(told(DRAFTER)) == 10
    move(team, MINISTER, LABS1, 6, "accept")
    comment(team, person("hongkong", "reader"), path_of(LABS1), 7, "and ours")
    assert told(person("hongkong", "reader")) == [("accept", 7), ("comment", 7)]
    assert ("comment", 7) in told(MINISTER)


def test_a_comment_is_about_a_version_and_changes_nothing(team: Team) -> None:
    comment(team, person("guangdong", "reader"), path_of(LABS1), 1, "请补充依据")
    assert now(team, LABS1).version == 1
    with team.reading() as connection:
        said = history(team, connection, DRAFTER, path_of(LABS1))[-1]
    assert (said.what, said.number, said.text) == ("comment", 1, "请补充依据")
    with refused("team-unknown-report"):
        comment(team, person("hongkong", "approver"), path_of(LABS1), 1, "?")
    with refused("team-stale"):
        comment(team, DRAFTER, path_of(LABS1), 2, "?")


def test_a_report_can_be_begun_where_none_is_written_also_in_the_place_of_one_in_force(
    team: Team,
) -> None:
    def possible(actor: Actor) -> list[tuple[str, str, bool]]:
        with team.reading() as connection:
            found = beginnings(connection, actor, plan_of(team, connection))
            return [(one.task, one.period, one.replaces) for one in found]

    hongkong = person("hongkong", "drafter")
    assert possible(DRAFTER) == [("labs", "2025-H2", False)]  # the first half is submitted
    assert possible(hongkong) == [(t, p, False) for t in ("labs", "rules") for p in ("2025-H1", "2025-H2")]  # fmt: skip
    assert possible(SUBMITTER) == possible(person("central", "drafter")) == []
    assert possible(replace(DRAFTER, reads_only=True)) == []
    draft(team, DRAFTER, H2)
    assert possible(DRAFTER) == []
    move(team, APPROVER, LABS1, 1, "approve")
    move(team, MINISTER, LABS1, 2, "accept")
    assert possible(DRAFTER) == [("labs", "2025-H1", True)]
    # What can be begun is begun: the server takes each of them.
    said = {"text": {"en": "Again"}}
    draft(team, DRAFTER, {"task": "labs", "period": "2025-H1", **said}, "counted twice")
    for task, period, _ in possible(hongkong):
        draft(team, hongkong, {"task": task, "period": period, **said})
    assert possible(DRAFTER) == possible(hongkong) == []


def test_a_side_reports_itself_where_a_newspaper_told_of_it(tmp_path: Path) -> None:
    root = copy_of("gba", tmp_path / "gba")
    folder = root / "plan" / "reports" / "2026"
    account = (folder / "laboratories.guangdong.yaml").read_bytes()
    told, own = "2026/laboratories.guangdong", "2026/laboratories.guangdong.2"
    said = {"task": "laboratories", "period": "2026", **SAID}
    with team_in(root) as team:

        def possible() -> dict[str, bool]:
            with team.reading() as connection:
                found = beginnings(connection, DRAFTER, plan_of(team, connection))
                return {one.task: one.replaces for one in found if one.period == "2026"}

        assert possible()["laboratories"] is False
        assert draft(team, DRAFTER, said).id == own
        assert "laboratories" not in possible()
        with refused("team-report-exists"):
            draft(team, DRAFTER, said)
        move(team, SUBMITTER, own, 1, "submit")
        move(team, APPROVER, own, 2, "approve")
        project(team)
        assert not (folder / "laboratories.guangdong.2.yaml").exists()  # nothing before its end
        assert move(team, MINISTER, own, 3, "accept").standing.in_force
        assert possible()["laboratories"] is True
        project(team)
        assert now(team, told).state == "public"
        with refused("team-illegal-state"):
            move(team, SUBMITTER, told, 1, "submit")
        assert record_of(team, 2026).reports[0].id == own
    assert (folder / "laboratories.guangdong.yaml").read_bytes() == account
    filing = filing_on(load_plan(root).reports_of["laboratories"], today(root))
    assert filing.in_force is not None
    assert filing.in_force.id == own


def test_my_desk_says_what_waits_for_whom(team: Team) -> None:
    def waits(actor: Actor) -> list[tuple[str, str, str]]:
        with team.reading() as connection:
            return [(w.why, w.task, w.period) for w in my_desk(team, connection, actor)]

    assert waits(DRAFTER) == [("to_report", "labs", "2025-H2")]
    assert waits(APPROVER) == [("to_approve", "labs", "2025-H1")]
    assert waits(MINISTER) == []
    move(team, APPROVER, LABS1, 1, "return", "why")
    assert waits(DRAFTER)[0] == ("returned", "labs", "2025-H1")
    assert waits(SUBMITTER) == [("to_submit", "labs", "2025-H1")]
    move(team, SUBMITTER, LABS1, 2, "submit")
    move(team, APPROVER, LABS1, 3, "approve")
    assert waits(MINISTER) == [("to_accept", "labs", "2025-H1")]
    assert waits(person("central", "reader")) == waits(person("guangdong", "administrator")) == []


def expected(side: str, role: str, decision: Decision, state: TeamState) -> TeamState | None:
    """What a decision on a report of Guangdong leads to, told the other way round: by who and what, not by rules."""
    match side, role, decision, state:
        case "guangdong", "submitter", "submit", "draft" | "returned":
            return "submitted"
        case "guangdong", "approver", "approve", "submitted":
            return "approved"
        case "guangdong", "approver", "return", "submitted":
            return "returned"
        case "central", "approver", "accept", "approved":
            return "accepted"
        case "central", "approver", "return" | "unapprove", "approved":
            return "returned"
        case "central", "approver", "unapprove", "accepted":
            return "returned"
    return None


def test_every_role_of_every_side_makes_the_decisions_that_are_hers_and_no_others() -> None:
    for side, role, decision, state in itertools.product(
        ("central", "guangdong", "hongkong"), ROLES, DECISIONS, STATES
    ):
        reason = "why" if decision in ("return", "unapprove") else None
        standing = Standing("guangdong", state, state in ("accepted", "public"))
        wanted = expected(side, role, decision, state)
        try:
            found = decide(person(side, role), decision, standing, "central", reason)
        except CeyuanError:
            found = None
        assert found == wanted, (side, role, decision, state)
        if wanted is not None:
            assert may_see(person(side, role), standing, "central")
            reading = Actor("program", "P", side, "", (role,), reads_only=True)
            with refused("team-forbidden"):
                decide(reading, decision, standing, "central", reason)


def test_a_file_of_the_team_reads_as_any_file_does(team: Team) -> None:
    draft(team, DRAFTER, {**H2, "difficulties": {"en": "None"}, "values": []})
    found = now(team, LABS2)
    assert found.text.startswith("task: labs\nparty: guangdong\nperiod: 2025-H2\n")
    assert isinstance(found.spec, ReportFile)
    assert RULES not in found.text
