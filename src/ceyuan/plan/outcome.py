"""What is found out about a plan as of a day: the state of each target, milestone, report and task, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from ceyuan.errors import did_you_mean, fail
from ceyuan.indicators.observations import Observation
from ceyuan.plan.figures import Figures
from ceyuan.plan.model import Plan, Report
from ceyuan.plan.spec import (
    Milestone,
    PlanTarget,
    Presented,
    ReportedValue,
    ReportState,
    TaskFile,
    TaskState,
)
from ceyuan.wording import Trilingual

TargetState = Literal[
    "met", "missed", "on_path", "behind", "open", "awaited", "no_figure", "monitored"
]
MilestoneState = Literal["reached", "reached_late", "overdue", "due_soon", "open"]
Agreement = Literal["agrees", "differs", "same_source", "no_figure"]
TASK_STATES: tuple[TaskState, ...] = get_args(TaskState)
"""States of a task, those first that ask for something to be done."""


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A target in the words of a page.

    Attributes:
        indicator, place: what they are called.
        aim: the value that is aimed at, in the unit in which it is stated; None where none is.
        current: the value of the figure that was looked at; None where there is none.
        expected: the value on the straight line, where one was drawn.
    """

    indicator: Trilingual
    place: Trilingual
    aim: Trilingual | None
    current: Trilingual | None
    expected: Trilingual | None


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """How a target stands.

    Attributes:
        target: what is aimed at.
        state: ``met`` and ``missed`` by the figure of its own period; ``on_path`` and ``behind`` by comparison with the
            straight line from baseline to target; ``open`` where a figure does not decide; ``awaited`` where the period is
            over and the figure is not there yet; ``no_figure``; ``monitored`` where no target value is stated.
        reason: why, in words.
        current: the observation that was looked at: of the target's own period, otherwise the latest earlier one.
        expected: the value on the straight line, in the indicator's unit, where one was drawn.
        aim: the target's value in the indicator's unit.
        words: the same in words.
    """

    target: PlanTarget
    state: TargetState
    reason: Trilingual
    current: Observation | None
    expected: float | None
    aim: float | None
    words: TargetWords


@dataclass(frozen=True, slots=True)
class MilestoneStatus:
    """How a milestone stands.

    Attributes:
        milestone: the milestone.
        party: who delivers it.
        state: ``reached``, ``reached_late``, ``overdue``, ``due_soon`` or ``open``.
        reason: why, in words.
        on: when it was reached, as reported.
        report: the report that says so.
    """

    milestone: Milestone
    party: str
    state: MilestoneState
    reason: Trilingual
    on: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class PartyReport:
    """What a party has filed on a task for a period.

    Attributes:
        party: the party.
        period: the reporting period.
        period_text: the period in words.
        in_force: the report that counts, None where there is none.
        pending: the one that does not count yet.
        accounts: what others published of its progress.
        presented: when it gave a report whose text is not published, None where it gave none.
        duty: whether a source states that it reports.
        due: the day by which it is due, None where the plan names none.
        awaited: whether it should be there by now: the period is over, and the days of grace too.
        state: of the report that counts, otherwise of the one that is being written; ``presented`` or ``public`` where
            there is no report and something else is known; otherwise ``none``.
        missing: whether it is awaited and not there.
    """

    party: str
    period: str
    period_text: Trilingual
    in_force: Report | None
    pending: Report | None
    accounts: tuple[Report, ...]
    presented: Presented | None
    duty: bool
    due: date | None
    awaited: bool
    state: ReportState
    missing: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that a report in force states, held against the build.

    Attributes:
        value: the value with its evidence.
        report: the report.
        party: who reports it.
        observation: the build's figure of the same indicator, place and period.
        agreement: ``agrees``, ``differs``, ``same_source`` (the figure is from the same source as the evidence, so that
            agreement shows nothing), ``no_figure``.
        text: the value as it is written.
    """

    value: ReportedValue
    report: str
    party: str
    observation: Observation | None
    agreement: Agreement
    text: Trilingual


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """How a task stands.

    Attributes:
        task: the task.
        state: derived from everything below.
        reason: what decided, in words.
        targets, milestones: how they stand.
        reports: one entry for each party and reporting period that has begun.
        stated: values that its reports state.
        blocked_by: tasks that it waits for and that are overdue or at risk.
    """

    task: TaskFile
    state: TaskState
    reason: Trilingual
    targets: tuple[TargetStatus, ...]
    milestones: tuple[MilestoneStatus, ...]
    reports: tuple[PartyReport, ...]
    stated: tuple[Stated, ...]
    blocked_by: tuple[str, ...]

    @property
    def id(self) -> str:
        """The task's identifier."""
        return self.task.id


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """How a programme year stands as of a day.

    Attributes:
        plan: what was agreed and reported.
        figures: what the build says.
        day: the day.
        year: the programme year.
        tasks: its tasks, in the order of the plan.
    """

    plan: Plan
    figures: Figures
    day: date
    year: int
    tasks: tuple[TaskStatus, ...]

    def task(self, name: str) -> TaskStatus:
        """One task.

        Raises:
            CeyuanError: ``plan-unknown-task``.
        """
        for status in self.tasks:
            if status.id == name:
                return status
        names = [s.id for s in self.tasks]
        raise fail(
            "plan-unknown-task", f"{self.year} has no task {name!r}", hint=did_you_mean(name, names)
        )

    def only(self, *, party: str | None = None, field: str | None = None, mechanism: str | None = None,
             state: TaskState | None = None) -> PlanStatus:  # fmt: skip
        """The tasks in which a party has part, of a field, of a mechanism, in a state.

        Raises:
            CeyuanError: ``unknown-party`` or ``plan-unknown-topic``.
        """
        config = self.plan.config
        known = self.figures.parties or dict.fromkeys(
            p for t in self.plan.tasks.values() for p in t.parties
        )
        _asked("unknown-party", "party", party, known)
        _asked("plan-unknown-topic", "field", field, [t.id for t in config.fields])
        _asked("plan-unknown-topic", "mechanism", mechanism, [t.id for t in config.mechanisms])
        kept = tuple(
            s
            for s in self.tasks
            if (party is None or party in s.task.parties)
            and field in (None, s.task.field)
            and mechanism in (None, s.task.mechanism)
            and state in (None, s.state)
        )
        return replace(self, tasks=kept)


def _asked(code: str, what: str, name: str | None, known: Iterable[str]) -> None:
    names = list(known)
    if name is not None and name not in names:
        hint = did_you_mean(name, names) or f"Known: {', '.join(names)}"
        raise fail(code, f"there is no {what} {name!r}", hint=hint)
