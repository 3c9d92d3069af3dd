"""A plan's status as plain values: what the site, the JSON of the command line and other programs read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from ceyuan.indicators.observations import Observation, figure_key
from ceyuan.plan.outcome import (
    TASK_STATES,
    MilestoneState,
    MilestoneStatus,
    PartyReport,
    PlanStatus,
    Stated,
    TargetState,
    TargetStatus,
    TaskStatus,
)
from ceyuan.plan.phrases import phrase
from ceyuan.plan.spec import State, day_of
from ceyuan.plan.states import Filed
from ceyuan.plan.views import Event, Group, by_field, by_mechanism, by_party, by_state, timeline

Plain = dict[str, Any]


def status_export(status: PlanStatus) -> Plain:
    """A whole status: year, tasks, summaries, timeline, proposals; texts in three languages are ``{en, zh-Hans, zh-Hant}``.

    A figure is named by its key (:func:`ceyuan.indicators.observations.figure_key`), under which the rest of the site finds it.
    """
    year = status.plan.years[status.year]
    return {
        "as_of": status.day.isoformat(), "year": status.year, "build": status.figures.build,
        "years": list(status.plan.years), "agreed": year.agreed, "reporting": list(year.reporting),
        "note": plain(year.note), "evidence": plain(year.evidence),
        "states": state_names(),
        "tasks": [task_export(s) for s in status.tasks],
        "summaries": {
            "status": by_state(status), "party": [_group(g) for g in by_party(status)],
            "field": [_group(g) for g in by_field(status)], "mechanism": [_group(g) for g in by_mechanism(status)],
        },
        "timeline": [_event(e) for e in timeline(status)],
        "proposals": [plain(p) for p in status.plan.proposals.values() if day_of(p.on) <= status.day],
    }  # fmt: skip


def state_names() -> Plain:
    """What states are called, by what they are states of."""
    return {
        "task": _words("state", TASK_STATES), "report": _words("filing", ("none", *get_args(State))),
        "milestone": _words("milestone_state", get_args(MilestoneState)),
        "target": _words("target_state", get_args(TargetState)),
    }  # fmt: skip


def _words(topic: str, states: Iterable[str]) -> dict[str, Plain | None]:
    """What the states of something are called."""
    return {state: plain(phrase(f"{topic}.{state}")) for state in states}


def task_export(status: TaskStatus) -> Plain:
    """A task with everything that is known of it."""
    task = status.task
    return {
        "id": task.id, "number": task.number, "year": task.year, "through": task.through, "name": plain(task.name),
        "lead": task.lead, "partners": list(task.partners), "field": task.field, "mechanism": task.mechanism,
        "why": plain(task.why), "note": plain(task.note), "evidence": [plain(e) for e in task.evidence],
        "status": status.state, "reason": plain(status.reason), "depends": list(task.depends),
        "blocked_by": list(status.blocked_by), "milestones": [_milestone(m) for m in status.milestones],
        "targets": [_target(t) for t in status.targets], "reports": [_report(r) for r in status.reports],
        "stated": [_stated(s) for s in status.stated],
    }  # fmt: skip


def plain(value: BaseModel | None) -> Plain | None:
    """A part of a plan file as plain values, without what it does not say."""
    return None if value is None else value.model_dump(mode="json", by_alias=True, exclude_none=True)


def _milestone(status: MilestoneStatus) -> Plain:
    milestone = status.milestone
    return {
        "id": milestone.id, "name": plain(milestone.name), "due": milestone.due, "party": status.party,
        "deliverable": plain(milestone.deliverable), "evidence": plain(milestone.evidence), "status": status.state,
        "reason": plain(status.reason), "reached_on": status.on, "report": status.report,
    }  # fmt: skip


def _target(status: TargetStatus) -> Plain:
    target = status.target
    stated = None
    if target.value is not None:
        stated = {"value": target.value, "unit": target.unit, "bound": target.bound, "in_indicator_unit": status.aim}
    return {
        "figure": figure_key(*target.figure), "indicator": target.indicator, "place": target.place,
        "period": target.period, "target": stated, "baseline": plain(target.baseline), "basis": target.basis,
        "direction": target.direction, "status": status.state, "reason": plain(status.reason),
        "current": _observation(status.current), "expected": status.expected, "evidence": plain(target.evidence),
        "note": plain(target.note),
    }  # fmt: skip


def _observation(o: Observation | None) -> Plain | None:
    if o is None:
        return None
    return {
        "figure": figure_key(o.indicator, o.place, o.period), "period": o.period, "value": o.value,
        "value_max": o.value_max, "unit": o.unit, "bound": o.bound, "modality": o.modality, "status": o.status,
        "cumulative": o.cumulative, "source": o.source, "lineage": o.lineage,
    }  # fmt: skip


def _report(entry: PartyReport) -> Plain:
    return {
        "party": entry.party, "period": entry.period, "state": entry.state, "awaited": entry.awaited,
        "missing": entry.missing, "due": None if entry.due is None else entry.due.isoformat(),
        "in_force": _filed(entry.filing.in_force), "pending": _filed(entry.filing.pending),
    }  # fmt: skip


def _filed(filed: Filed | None) -> Plain | None:
    if filed is None:
        return None
    spec = filed.report.spec
    known = spec.history[: spec.history.index(filed.entry) + 1]
    return {
        "id": filed.report.id, "file": filed.report.file, "state": filed.entry.state,
        "history": [plain(e) for e in known], "text": plain(spec.text), "difficulties": plain(spec.difficulties),
        "next_steps": plain(spec.next_steps), "values": [plain(v) for v in spec.values],
        "reached": [plain(r) for r in spec.reached], "supersedes": plain(spec.supersedes),
    }  # fmt: skip


def _stated(stated: Stated) -> Plain:
    v = stated.value
    return {
        "figure": figure_key(v.indicator, v.place, v.period), "value": v.value, "unit": v.unit, "bound": v.bound,
        "evidence": plain(v.evidence), "party": stated.party, "report": stated.report, "agreement": stated.agreement,
        "observation": _observation(stated.observation),
    }  # fmt: skip


def _group(group: Group) -> Plain:
    return {
        "id": group.id, "name": plain(group.name), "tasks": group.tasks, "status": dict(group.states),
        "leads": group.leads, "reports_awaited": group.reports_awaited, "reports_filed": group.reports_filed,
    }  # fmt: skip


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "on": event.on.isoformat(), "kind": event.kind, "task": event.task, "party": event.party,
        "name": plain(event.name), "ref": event.ref, "state": event.state,
    }  # fmt: skip
