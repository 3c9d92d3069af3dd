"""How tasks stand: derived from files, figures and a day, and from nothing else.

The first of these that holds is a task's state:

=================  =================================================================================================
``planned``        its programme year has not begun
``done``           every target with a value is met and every milestone reached (and there is one or the other)
``overdue``        a milestone's date has passed and no report says that it is reached, or a target was missed
``not_reported``   a source states that a lead reports, and it has filed no report that counts, or none for the last
                   period for which one is awaited
``at_risk``        a target is behind, a milestone is due soon, or a task that it waits for is overdue or at risk
``on_track``       a lead has reported and there is a target with a value or a dated milestone, or a target is on its path
``in_progress``    a lead has reported, or a public account tells of it, and nothing says how far it should be
``no_account``     no source asks for a report, and nothing is published
=================  =================================================================================================

A report counts when it is submitted or approved; a draft and a returned report do not. Where several sides lead, each is
asked for its report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ceyuan.errors import fail
from ceyuan.pipeline.reading import Build
from ceyuan.plan.dependencies import chain, in_turn
from ceyuan.plan.figures import Figures, read_figures
from ceyuan.plan.files import uncollected
from ceyuan.plan.milestones import milestone_status
from ceyuan.plan.model import Plan
from ceyuan.plan.outcome import MilestoneStatus, PartyReport, PlanStatus, TargetStatus, TaskStatus
from ceyuan.plan.phrases import phrase, state_words, when_words
from ceyuan.plan.reporting import party_reports, stated_values
from ceyuan.plan.spec import TaskFile, TaskState
from ceyuan.plan.targets import target_status
from ceyuan.wording import Trilingual, day_words, period_words
from ceyuan.workspace.clock import today


def plan_status(
    plan: Plan, build: Build | None, as_of: date | None = None, year: int | None = None
) -> PlanStatus:
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
    'Nothing on its progress is published, and no source asks for a report by: Central authorities.'
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
            "plan-unknown-year",
            f"the plan has no year {year}",
            hint=f"Years: {', '.join(map(str, plan.years))}",
        )
    chosen = plan.year_at(day) if year is None else year
    running = {t.id: t for t in plan.of_year(chosen) if plan.years[t.year].known_from <= day}
    needed = {
        name: plan.tasks[name] for task in running for name in (task, *chain(plan.tasks, task))
    }
    found: dict[str, TaskStatus] = {}
    for name in in_turn(needed):
        found[name] = _task_status(plan, figures, day, chosen, needed[name], found)
    return PlanStatus(plan, figures, day, chosen, tuple(found[name] for name in running))


def _task_status(
    plan: Plan,
    figures: Figures,
    day: date,
    year: int,
    task: TaskFile,
    before: Mapping[str, TaskStatus],
) -> TaskStatus:
    reports = party_reports(plan, task, day, year)
    targets = tuple(target_status(t, figures, day) for t in task.targets)
    milestones = tuple(
        milestone_status(task, m, reports, figures, day, plan.config.warn_days)
        for m in task.milestones
    )
    waits = [before[d] for d in task.depends if d in before]
    blocked = [w for w in waits if w.state in ("overdue", "at_risk")]
    known = _Known(plan, figures, day, task, reports, targets, milestones, blocked)
    state, reason = _state(known)
    stated = stated_values(reports, figures)
    return TaskStatus(
        task, state, reason, targets, milestones, reports, stated, tuple(w.id for w in blocked)
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that a task's state follows from."""

    plan: Plan
    figures: Figures
    day: date
    task: TaskFile
    reports: tuple[PartyReport, ...]
    targets: tuple[TargetStatus, ...]
    milestones: tuple[MilestoneStatus, ...]
    blocked: list[TaskStatus]

    @property
    def measured(self) -> list[TargetStatus]:
        """Targets with a value."""
        return [t for t in self.targets if t.state != "monitored"]

    @property
    def own(self) -> list[PartyReport]:
        """The reports of those who lead."""
        return [r for r in self.reports if r.party in self.task.leads]


_Found = tuple[TaskState, Trilingual]


def _state(known: _Known) -> _Found:
    return (
        _planned(known)
        or _done(known)
        or _overdue(known)
        or _not_reported(known)
        or _at_risk(known)
        or _under_way(known)
    )


def _planned(known: _Known) -> _Found | None:
    start = known.plan.years[known.task.year].first
    return ("planned", phrase("task.planned", day=day_words(start))) if known.day < start else None


def _done(known: _Known) -> _Found | None:
    measured, milestones = known.measured, known.milestones
    if not measured and not milestones:
        return None
    reached = all(m.state in ("reached", "reached_late") for m in milestones)
    if not reached or any(t.state != "met" for t in measured):
        return None
    kind = "both" if measured and milestones else "targets" if measured else "milestones"
    return "done", phrase(f"task.done_{kind}", targets=len(measured), milestones=len(milestones))


def _overdue(known: _Known) -> _Found | None:
    late = [m.reason for m in known.milestones if m.state == "overdue"]
    late += [t.reason for t in known.targets if t.state == "missed"]
    return ("overdue", late[0]) if late else None


def _not_reported(known: _Known) -> _Found | None:
    """A lead has not reported, or not for the last period for which it should have: only where a source asks for it."""
    found = (_silent(known, lead) for lead in known.task.leads)
    return next((silence for silence in found if silence is not None), None)


def _silent(known: _Known, lead: str) -> _Found | None:
    own = [r for r in known.reports if r.party == lead]
    party = known.figures.party_name(lead)
    awaited = [r for r in own if r.awaited]
    if awaited and awaited[-1].missing:
        return "not_reported", _missing(awaited[-1], party)
    if not any(r.duty for r in own) or any(r.in_force or r.presented for r in own):
        return None
    pending = next((r.pending for r in reversed(own) if r.pending), None)
    if pending is None:
        return "not_reported", phrase("task.not_reported", party=party)
    state, since = state_words()[pending.entry.state], when_words(pending.entry.on)
    return "not_reported", phrase("task.not_reported_draft", party=party, state=state, day=since)


def _missing(report: PartyReport, party: Trilingual) -> Trilingual:
    period = period_words(report.period)
    if report.due is None:
        return phrase("task.not_reported_period", party=party, period=period)
    return phrase("task.report_late", party=party, period=period, day=day_words(report.due))


def _at_risk(known: _Known) -> _Found | None:
    risks = [t.reason for t in known.targets if t.state == "behind"]
    risks += [m.reason for m in known.milestones if m.state == "due_soon"]
    risks += [
        phrase("task.blocked", task=w.task.name, state=state_words()[w.state])
        for w in known.blocked
    ]
    return ("at_risk", risks[0]) if risks else None


def _under_way(known: _Known) -> _Found:
    """Nothing is late or behind: what is known of the task's progress says the rest."""
    measured, names = known.measured, known.figures.party_name
    filed = [r for r in known.own if r.in_force is not None]
    if filed:
        dated = any(m.milestone.due for m in known.milestones)
        state: TaskState = "on_track" if measured or dated else "in_progress"
        return state, phrase(
            f"task.{state}", party=names(filed[-1].party), period=period_words(filed[-1].period)
        )
    if any(t.state in ("met", "on_path") for t in measured):
        return "on_track", measured[0].reason
    accounts = [account for r in known.own for account in r.accounts]
    if accounts:
        told = accounts[-1]
        return "in_progress", phrase(
            "task.public", day=when_words(told.entry.on), party=names(told.spec.party)
        )
    for report in reversed(known.own):
        if report.presented is not None:
            day = when_words(report.presented.on)
            return "in_progress", phrase("task.presented", party=names(report.party), day=day)
    return "no_account", phrase("task.no_account", party=names(known.task.lead))
