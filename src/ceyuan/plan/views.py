"""Views of a plan's status: by party, field, mechanism and state; and what lies on which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ceyuan.periods import parse_period
from ceyuan.plan.outcome import TASK_STATES, PlanStatus, TaskStatus
from ceyuan.plan.spec import TaskState, day_of
from ceyuan.wording import Trilingual, period_words
from ceyuan.workspace.config import Topic

EventKind = Literal[
    "agreed", "milestone_due", "milestone_reached", "report_due", "target_period_ends"
]


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks that have something in common.

    Attributes:
        id: the party, field or mechanism.
        name: what it is called.
        tasks: how many tasks there are.
        states: how many are in each state; every state is named.
        leads: for a party, how many it leads, alone or with others.
        reports_awaited: reports that should be there by now; for a party its own.
        reports_filed: how many of these are.
    """

    id: str
    name: Trilingual
    tasks: int
    states: Mapping[TaskState, int]
    leads: int
    reports_awaited: int
    reports_filed: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that lies on a day.

    Attributes:
        on: the day.
        kind: what it is.
        task: the task, None for the year as a whole.
        party: whose it is.
        name: in words.
        ref: the milestone, the reporting period, or the target's indicator.
        state: of the milestone or target; for reports due whether all are filed.
    """

    on: date
    kind: EventKind
    task: str | None
    party: str | None
    name: Trilingual
    ref: str
    state: str


@dataclass(frozen=True, slots=True)
class Summaries:
    """The tasks of a programme year, counted.

    Attributes:
        states: by state; every state is named.
        party: by party, each with the tasks in which it has part.
        field: by field of work.
        mechanism: by mechanism.
    """

    states: Mapping[TaskState, int]
    party: tuple[TaskGroup, ...]
    field: tuple[TaskGroup, ...]
    mechanism: tuple[TaskGroup, ...]


def by_state(status: PlanStatus) -> dict[TaskState, int]:
    """How many tasks are in each state; every state is named."""
    counts = Counter(s.state for s in status.tasks)
    return {state: counts[state] for state in TASK_STATES}


def by_party(status: PlanStatus) -> list[TaskGroup]:
    """The parties, in the order of ``ceyuan.yaml`` where it is known, each with the tasks in which it has part."""
    parties = dict.fromkeys(
        [*status.figures.parties, *(p for s in status.tasks for p in s.task.parties)]
    )
    return [
        _group(
            p,
            status.figures.party_name(p),
            [s for s in status.tasks if p in s.task.parties],
            party=p,
        )
        for p in parties
    ]


def by_field(status: PlanStatus) -> list[TaskGroup]:
    """The fields of work in the order of ``plan.yaml``, each with its tasks."""
    return _by_topic(status, status.plan.config.fields, lambda s: s.task.field)


def by_mechanism(status: PlanStatus) -> list[TaskGroup]:
    """The mechanisms in the order of ``plan.yaml``, each with its tasks."""
    return _by_topic(status, status.plan.config.mechanisms, lambda s: s.task.mechanism)


def _by_topic(
    status: PlanStatus, topics: Iterable[Topic], topic_of: Callable[[TaskStatus], str | None]
) -> list[TaskGroup]:
    sorted_: dict[str | None, list[TaskStatus]] = {}
    for task in status.tasks:
        sorted_.setdefault(topic_of(task), []).append(task)
    return [_group(t.id, t.name, sorted_.get(t.id, [])) for t in topics]


def _group(
    name: str, names: Trilingual, tasks: list[TaskStatus], party: str | None = None
) -> TaskGroup:
    counts = Counter(s.state for s in tasks)
    awaited = [r for s in tasks for r in s.reports if r.awaited and party in (None, r.party)]
    filed = sum(not r.missing for r in awaited)
    states = {state: counts[state] for state in TASK_STATES}
    leads = sum(party in s.task.leads for s in tasks)
    return TaskGroup(name, names, len(tasks), states, leads, len(awaited), filed)


def timeline(status: PlanStatus) -> list[Event]:
    """Everything of a programme year that lies on a day, in order."""
    events = [*_year_events(status), *(e for s in status.tasks for e in _task_events(s))]
    return sorted(events, key=lambda e: (e.on, e.kind, e.task or "", e.ref))


def _year_events(status: PlanStatus) -> Iterator[Event]:
    year = status.plan.years[status.year]
    if year.agreed is not None:
        yield Event(
            day_of(year.agreed),
            "agreed",
            None,
            None,
            period_words(str(year.year)),
            str(year.year),
            "",
        )
    if year.report_due_days is None:
        return
    for period in year.reporting:
        reports = [r for s in status.tasks for r in s.reports if r.period == period]
        due = next((r.due for r in reports if r.due is not None), None)
        if due is not None:
            filed = all(r.in_force for r in reports)
            yield Event(
                due,
                "report_due",
                None,
                None,
                period_words(period),
                period,
                "filed" if filed else "open",
            )


def _task_events(status: TaskStatus) -> Iterator[Event]:
    for found in status.milestones:
        milestone, name = found.milestone, found.milestone.name
        if milestone.due is not None:
            yield Event(
                day_of(milestone.due),
                "milestone_due",
                status.id,
                found.party,
                name,
                milestone.id,
                found.state,
            )
        if found.on is not None:
            yield Event(
                day_of(found.on),
                "milestone_reached",
                status.id,
                found.party,
                name,
                milestone.id,
                found.state,
            )
    for target in status.targets:
        if target.state != "monitored":
            end = parse_period(target.target.period).end
            indicator = target.target.indicator
            yield Event(
                end,
                "target_period_ends",
                status.id,
                status.task.lead,
                status.task.name,
                indicator,
                target.state,
            )
