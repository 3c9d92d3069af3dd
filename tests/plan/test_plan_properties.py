"""What holds of every plan: status is a function of its files, local to task and period, and the past can be replayed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.plan.changes import compare_plans
from ceyuan.plan.export import status_export
from ceyuan.plan.model import Plan, Report, in_order
from ceyuan.plan.spec import day_of
from ceyuan.plan.states import FOLLOWS
from ceyuan.plan.status import derive
from plan_world import figure, figures_of, plan_of, report, target, task

PARTIES = ("guangdong", "hongkong", "macao")
PERIODS = ("2025-H1", "2025-H2")
DAYS = st.dates(date(2024, 12, 1), date(2026, 6, 1))
NAME = {"en": "M", "zh-Hans": "里", "zh-Hant": "里"}
FIGURES = figures_of(figure(36, "2024"), figure(39, "2025"))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A legal history."""
    found: list[tuple[str, str]] = []
    state, day = None, draw(DAYS)
    for _ in range(draw(st.integers(1, 4))):
        allowed = FOLLOWS[state]  # type: ignore[index]
        if not allowed:
            break
        state = draw(st.sampled_from(allowed))
        day += timedelta(days=draw(st.integers(0, 90)))
        found.append((state, day.isoformat()))
    return found


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of a few tasks that wait for earlier ones, with reports in all states."""
    tasks, reports = [], []
    for number in range(draw(st.integers(1, 4))):
        partners = draw(st.lists(st.sampled_from(PARTIES[1:]), unique=True))
        milestones = (
            [{"id": "m", "name": NAME, "due": draw(DAYS).isoformat()}]
            if draw(st.booleans())
            else []
        )
        base = {"value": 30, "unit": "家", "period": "2023"}
        targets = (
            [target(draw(st.sampled_from([None, 35, 38, 45])), baseline=base)]
            if draw(st.booleans())
            else []
        )
        depends = (
            draw(st.lists(st.sampled_from([f"t{n}" for n in range(number)]), unique=True))
            if number
            else []
        )
        name = f"t{number}"
        tasks.append(
            task(name, partners=partners, milestones=milestones, targets=targets, depends=depends)
        )
        for party in ("guangdong", *partners):
            for period in PERIODS:
                if draw(st.booleans()):
                    reached = {
                        "milestone": "m",
                        "on": draw(DAYS).isoformat(),
                        "evidence": {"document": "x"},
                    }
                    said = (
                        [reached]
                        if milestones and party == "guangdong" and draw(st.booleans())
                        else []
                    )
                    reports.append(
                        report(name, period, *draw(histories()), party=party, reached=said)
                    )
    return plan_of(tasks, reports)


def known_by(plan: Plan, day: date) -> Plan:
    """What the files would hold had they been saved at the end of a day."""
    kept = []
    for filed in plan.reports:
        history = tuple(e for e in filed.spec.history if day_of(e.on) <= day)
        if history:
            kept.append(Report(filed.id, filed.spec.model_copy(update={"history": history})))
    return replace(plan, reports=tuple(kept))


@settings(max_examples=60)
@given(plans(), DAYS, st.randoms())
def test_the_order_of_files_does_not_matter(plan: Plan, day: date, order: random.Random) -> None:
    reports, tasks = list(plan.reports), list(plan.tasks.values())
    order.shuffle(reports)
    order.shuffle(tasks)
    shuffled = replace(plan, reports=tuple(reports), tasks=in_order(tasks))
    assert status_export(derive(shuffled, FIGURES, day, 2025)) == status_export(
        derive(plan, FIGURES, day, 2025)
    )


@settings(max_examples=60)
@given(plans(), DAYS, DAYS)
def test_asking_for_a_past_day_is_as_if_the_files_ended_there(
    plan: Plan, day: date, later: date
) -> None:
    then = derive(plan, FIGURES, day, 2025)
    cut = derive(known_by(plan, day), FIGURES, day, 2025)
    assert status_export(then) == status_export(cut)
    # What was written down later is known on the later day, and changes nothing before.
    both = sorted([day, later])
    first, second = (derive(plan, FIGURES, d, 2025) for d in both)
    replayed = [derive(known_by(plan, d), FIGURES, d, 2025) for d in both]
    assert compare_plans(first, second) == compare_plans(*replayed)


@settings(max_examples=60)
@given(plans(), DAYS, st.sampled_from(PERIODS), histories())
def test_a_report_changes_its_task_and_those_that_wait_for_it_and_no_other(
    plan: Plan, day: date, period: str, history: list[tuple[str, str]]
) -> None:
    name = next(reversed(plan.tasks))
    kept = tuple(r for r in plan.reports if r.spec.key != (name, "guangdong", period))
    before = derive(replace(plan, reports=kept), FIGURES, day, 2025)
    added = (*kept, report(name, period, *history))
    after = derive(replace(plan, reports=added), FIGURES, day, 2025)
    others = [s.id for s in before.tasks if s.id != name]  # nobody waits for the last task
    assert [before.task(n) for n in others] == [after.task(n) for n in others]
    if name in [s.id for s in before.tasks]:
        rows = zip(
            _other_reports(before, name, period), _other_reports(after, name, period), strict=True
        )
        assert all(a == b for a, b in rows)
        assert before.task(name).targets == after.task(name).targets


def _other_reports(status: object, name: str, period: str) -> list[object]:
    found = status.task(name).reports  # type: ignore[attr-defined]
    return [r for r in found if (r.party, r.period) != ("guangdong", period)]


@settings(max_examples=60)
@given(plans(), DAYS)
def test_summaries_count_every_task_once(plan: Plan, day: date) -> None:
    export = status_export(derive(plan, FIGURES, day, 2025))
    assert sum(export["summaries"]["states"].values()) == len(export["tasks"])
    for group in export["summaries"]["party"]:
        assert sum(group["states"].values()) == group["tasks"]
        assert group["reports_filed"] <= group["reports_awaited"]
    assert sum(g["leads"] for g in export["summaries"]["party"]) == len(export["tasks"])
    assert compare_plans(derive(plan, FIGURES, day, 2025), derive(plan, FIGURES, day, 2025)) == []
    for task_ in export["tasks"]:
        assert task_["reason"]["en"]
        assert "{" not in "".join(task_["reason"].values())
