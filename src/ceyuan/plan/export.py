"""How a programme year stands, as other programs read it: the site, the JSON of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic_core import to_jsonable_python

from ceyuan.plan.outcome import TASK_STATES, MilestoneState, PlanStatus, TargetState, TaskStatus
from ceyuan.plan.phrases import phrase
from ceyuan.plan.spec import ProgrammeYear, ProposalFile, ReportState, TaskState, day_of
from ceyuan.plan.views import Event, Summaries, by_field, by_mechanism, by_party, by_state, timeline
from ceyuan.wording import Trilingual
from ceyuan.workspace.config import Topic

S = TypeVar("S", bound=str)


@dataclass(frozen=True, slots=True)
class StateNames:
    """What states are called.

    Attributes:
        task, report, milestone, target: by state.
    """

    task: Mapping[TaskState, Trilingual]
    report: Mapping[ReportState, Trilingual]
    milestone: Mapping[MilestoneState, Trilingual]
    target: Mapping[TargetState, Trilingual]


@dataclass(frozen=True, slots=True)
class ProgrammeStatus:
    """How a programme year stands as of a day.

    Attributes:
        as_of: the day.
        build: the build that was current on the day, from which the figures are; None where there was none.
        years: all programme years.
        programme: what was agreed for the year.
        states: what states are called.
        parties: the parties.
        fields: fields of work.
        mechanisms: mechanisms.
        tasks: the tasks, in the order of the plan.
        summaries: the tasks counted.
        timeline: what lies on which day.
        proposals: proposals for later years that were known by then.
    """

    as_of: date
    build: str | None
    years: tuple[int, ...]
    programme: ProgrammeYear
    states: StateNames
    parties: tuple[Topic, ...]
    fields: tuple[Topic, ...]
    mechanisms: tuple[Topic, ...]
    tasks: tuple[TaskStatus, ...]
    summaries: Summaries
    timeline: tuple[Event, ...]
    proposals: tuple[ProposalFile, ...]


def programme_status(status: PlanStatus) -> ProgrammeStatus:
    """A status with everything that a reader is shown beside it."""
    plan = status.plan
    groups = tuple(by_party(status))
    return ProgrammeStatus(
        as_of=status.day,
        build=status.figures.build,
        years=tuple(plan.years),
        programme=plan.years[status.year],
        states=_state_names(),
        parties=tuple(Topic.model_construct(id=g.id, name=g.name) for g in groups),
        fields=plan.config.fields,
        mechanisms=plan.config.mechanisms,
        tasks=status.tasks,
        summaries=Summaries(
            by_state(status), groups, tuple(by_field(status)), tuple(by_mechanism(status))
        ),
        timeline=tuple(timeline(status)),
        proposals=tuple(p for p in plan.proposals.values() if day_of(p.on) <= status.day),
    )


def status_export(status: PlanStatus) -> dict[str, Any]:
    """The same as plain values; texts in three languages are ``{en, zh-Hans, zh-Hant}``."""
    plain: dict[str, Any] = as_plain(programme_status(status))
    return plain


def as_plain(value: object) -> Any:
    """A part of a plan, of a file or of its status, as plain values."""
    return to_jsonable_python(value, by_alias=True)


def _state_names() -> StateNames:
    return StateNames(
        _words("state", TASK_STATES),
        _words("filing", get_args(ReportState)),
        _words("milestone_state", get_args(MilestoneState)),
        _words("target_state", get_args(TargetState)),
    )


def _words(topic: str, states: Iterable[S]) -> dict[S, Trilingual]:
    return {state: phrase(f"{topic}.{state}") for state in states}
