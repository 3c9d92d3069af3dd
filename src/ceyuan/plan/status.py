"""How tasks stand: derived from files, figures and a day, and from nothing else.

The first of these that holds is a task's state:

=================  =================================================================================================
``planned``        its programme year has not begun
``done``           every target with a value is met and every milestone reached (and there is one or the other)
``overdue``        a milestone's date has passed and no report says that it is reached, or a target was missed
``not_reported``   the lead has filed no report that counts, or none for the last period for which one is awaited
``at_risk``        a target is behind, a milestone is due soon, or a task that it waits for is overdue or at risk
``on_track``       the lead has reported, and there is a target with a value or a dated milestone
``in_progress``    the lead has reported, and nothing says how far it should be
=================  =================================================================================================

A report counts when it is submitted or approved; a draft and a returned report do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ceyuan.errors import fail
from ceyuan.pipeline.reading import Build
from ceyuan.plan.dependencies import chain, in_turn
from ceyuan.plan.figures import Figures, read_figures
from ceyuan.plan.files import uncollected
from ceyuan.plan.milestones import milestone_status
from ceyuan.plan.model import Plan
from ceyuan.plan.outcome import MilestoneStatus, PartyReport, PlanStatus, TargetStatus, TaskStatus
from ceyuan.plan.phrases import day_words, period_words, phrase, state_words, when_words
from ceyuan.plan.reporting import party_reports, stated_values
from ceyuan.plan.spec import TaskFile, TaskState
from ceyuan.plan.targets import target_status
from ceyuan.wording import Trilingual
from ceyuan.workspace.clock import today


def plan_status(plan: Plan, build: Build | None, as_of: date | None = None, year: int | None = None) -> PlanStatus:
    """How a programme year stands as of a day.

    Args:
        plan: the plan.
        build: the build of that day (``BuildFolder.resolve``); None where there was none by then.
        as_of: the day; today if None. Only history entries of reports up to it count.
        year: the programme year; the last one that was agreed by that day if None.

    Raises:
        CeyuanError: ``plan-unknown-year``.

    >>> from ceyuan.pipeline.reading import Build
    >>> from ceyuan.plan import load_plan
    >>> with Build.open(gba) as build:
    ...     plan_status(load_plan(gba), build, date(2026, 7, 1)).task("central-coordination").reason.en
    'No report by: Central authorities (first half of 2026).'
    """
    day = as_of or today(plan.root)
    figures = Figures(parties=plan.parties) if build is None else read_figures(build, _pairs(plan))
    return derive(plan, figures, day, year)


def _pairs(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from ((t.indicator, t.place) for task in plan.tasks.values() for t in task.targets)
    yield from ((v.indicator, v.place) for report in plan.reports for v in report.spec.values)


@uncollected()
def derive(plan: Plan, figures: Figures, day: date, year: int | None = None) -> PlanStatus:
    """The same from figures that have been read: a pure function of plan, figures and day."""
    if year is not None and year not in plan.years:
        raise fail(
            "plan-unknown-year", f"the plan has no year {year}", hint=f"Years: {', '.join(map(str, plan.years))}"
        )
    chosen = plan.year_at(day) if year is None else year
    running = {t.id: t for t in plan.of_year(chosen) if plan.years[t.year].known_from <= day}
    needed = {name: plan.tasks[name] for task in running for name in (task, *chain(plan.tasks, task))}
    found: dict[str, TaskStatus] = {}
    for name in in_turn(needed):
        found[name] = _task_status(plan, figures, day, chosen, needed[name], found)
    return PlanStatus(plan, figures, day, chosen, tuple(found[name] for name in running))


def _task_status(
    plan: Plan, figures: Figures, day: date, year: int, task: TaskFile, before: Mapping[str, TaskStatus]
) -> TaskStatus:
    reports = party_reports(plan, task, day, year)
    targets = tuple(target_status(t, figures, day) for t in task.targets)
    milestones = tuple(milestone_status(task, m, reports, figures, day, plan.config.warn_days) for m in task.milestones)
    waits = [before[d] for d in task.depends if d in before]
    blocked = [w for w in waits if w.state in ("overdue", "at_risk")]
    state, reason = _state(plan, figures, day, task, reports, targets, milestones, blocked)
    stated = stated_values(reports, figures)
    return TaskStatus(task, state, reason, targets, milestones, reports, stated, tuple(w.id for w in blocked))


def _state(
    plan: Plan, figures: Figures, day: date, task: TaskFile, reports: tuple[PartyReport, ...],
    targets: tuple[TargetStatus, ...], milestones: tuple[MilestoneStatus, ...], blocked: list[TaskStatus],
) -> tuple[TaskState, Trilingual]:  # fmt: skip
    start = plan.years[task.year].first
    if day < start:
        return "planned", phrase("task.planned", day=day_words(start))
    measured = [t for t in targets if t.state != "monitored"]
    reached = [m for m in milestones if m.state in ("reached", "reached_late")]
    if (measured or milestones) and len(reached) == len(milestones) and all(t.state == "met" for t in measured):
        kind = "both" if measured and milestones else "targets" if measured else "milestones"
        return "done", phrase(f"task.done_{kind}", targets=len(measured), milestones=len(milestones))
    late = [m.reason for m in milestones if m.state == "overdue"] + [t.reason for t in targets if t.state == "missed"]
    if late:
        return "overdue", late[0]
    silent = _silence(figures, task, reports)
    if silent is not None:
        return "not_reported", silent
    risks = [t.reason for t in targets if t.state == "behind"] + [m.reason for m in milestones if m.state == "due_soon"]
    risks += [phrase("task.blocked", task=w.task.name, state=state_words()[w.state]) for w in blocked]
    if risks:
        return "at_risk", risks[0]
    last = [r for r in reports if r.party == task.lead and r.in_force is not None][-1]
    state: TaskState = "on_track" if measured or any(m.milestone.due for m in milestones) else "in_progress"
    said = phrase(f"task.{state}", party=figures.party_name(task.lead), period=period_words(last.period))
    return state, said


def _silence(figures: Figures, task: TaskFile, reports: tuple[PartyReport, ...]) -> Trilingual | None:
    """In words, that the lead has not reported, or not for the last period for which it should have."""
    party = figures.party_name(task.lead)
    own = [r for r in reports if r.party == task.lead]
    awaited = [r for r in own if r.awaited]
    if awaited and awaited[-1].missing:
        last = awaited[-1]
        if last.due is not None:
            return phrase("task.report_late", party=party, period=period_words(last.period), day=day_words(last.due))
        return phrase("task.not_reported_period", party=party, period=period_words(last.period))
    if any(r.in_force for r in own):
        return None
    pending = next((r.pending for r in reversed(own) if r.pending), None)
    if pending is None:
        return phrase("task.not_reported", party=party)
    state = state_words()[pending.entry.state]
    return phrase("task.not_reported_draft", party=party, state=state, day=when_words(pending.entry.on))
