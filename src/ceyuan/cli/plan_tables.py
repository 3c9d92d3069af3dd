"""The tables that ``ceyuan plan`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ceyuan.cli.output import counted
from ceyuan.plan.changes import PlanChange
from ceyuan.plan.outcome import MilestoneStatus, PartyReport, PlanStatus, TargetStatus, TaskStatus
from ceyuan.plan.phrases import in_language, phrase, state_words
from ceyuan.plan.views import TaskGroup, by_field, by_mechanism, by_party, by_state, timeline
from ceyuan.wording import Trilingual

DETAIL_COLUMNS = ["what", "name", "state", "reason"]
AIM_COLUMNS = [
    "task",
    "place",
    "indicator",
    "period",
    "aim",
    "figure",
    "of",
    "source",
    "state",
    "reason",
]
AIM_NAMES = ["task_name", "place_name", "indicator_name"]
"""What a file has room for beside identifiers."""
CHANGE_COLUMNS = ["what", "task", "ref", "old", "new", "reason"]
Rows = list[dict[str, Any]]


def view(status: PlanStatus, by: str, party: str | None, language: Any) -> tuple[Rows, list[str]]:
    """The rows and columns of one view."""
    if by == "day":
        return _timeline(status, language), ["on", "kind", "task", "party", "name", "state"]
    if by != "task":
        groups = {"party": by_party, "field": by_field, "mechanism": by_mechanism}[by](status)
        rows = [_group(g, by, language) for g in groups]
        taken = {column for row in rows for column, value in row.items() if value}
        states = [state for state in by_state(status) if state in taken]
        return rows, [
            by,
            "name",
            "tasks",
            *(["leads"] if by == "party" else []),
            *states,
            "awaited",
            "filed",
        ]
    words = state_words()
    rows = [
        {
            "number": s.task.number, "task": s.id, "name": in_language(s.task.name, language),
            "lead": ", ".join(s.task.leads), "status": in_language(words[s.state], language),
            "reason": in_language(s.reason, language),
            **(_part_of(s, party, language) if party else {}),
        }
        for s in status.tasks
    ]  # fmt: skip
    if party is None:
        return rows, ["number", "task", "name", "lead", "status", "reason"]
    return rows, ["number", "task", "name", "role", "period", "report", "due", "status", "reason"]


def counts(status: PlanStatus) -> str:
    """How many tasks are in each state, in a few words."""
    words = state_words()
    found = [f"{n} {words[state].en}" for state, n in by_state(status).items() if n]
    return counted(len(status.tasks), "task") + (f" ({', '.join(found)})" if found else "")


def _part_of(status: TaskStatus, party: str, language: Any) -> dict[str, Any]:
    """What a party must do in a task: its role, and the first report that it has not filed, otherwise the last one."""
    own = [r for r in status.reports if r.party == party]
    last = next((r for r in own if r.in_force is None), own[-1] if own else None)
    role = "partner"
    if party in status.task.leads:
        role = "lead" if party == status.task.lead else "co-lead"
    report = "" if last is None else _report(last, language)
    return {
        "role": role,
        "period": last and last.period,
        "report": report,
        "due": last and last.due,
    }


def _report(report: PartyReport, language: Any) -> str:
    return in_language(state_words()[report.state], language)


def _group(group: TaskGroup, by: str, language: Any) -> dict[str, Any]:
    return {by: group.id, "name": in_language(group.name, language), "tasks": group.tasks, "leads": group.leads,
            **{str(state): n for state, n in group.states.items()}, "awaited": group.reports_awaited,
            "filed": group.reports_filed}  # fmt: skip


def _timeline(status: PlanStatus, language: Any) -> Rows:
    return [
        {"on": e.on.isoformat(), "kind": e.kind, "task": e.task, "party": e.party, "name": in_language(e.name, language),
         "state": e.state}
        for e in timeline(status)
    ]  # fmt: skip


def details(status: PlanStatus, task: TaskStatus, language: Any) -> Rows:
    """Everything that decides how one task stands, a line each."""

    def row(what: str, name: str, state: str, reason: Trilingual | str | None) -> dict[str, Any]:
        said = (
            reason if isinstance(reason, str) else in_language(reason, language) if reason else ""
        )
        return {"what": what, "name": name, "state": state, "reason": said}

    def words(topic: str, state: str) -> str:
        return in_language(phrase(f"{topic}.{state}"), language)

    def side(name: str) -> str:
        return in_language(status.figures.party_name(name), language)

    rows = [
        row("task", in_language(task.task.name, language), words("state", task.state), task.reason)
    ]
    sides = {
        "lead": (task.task.lead,),
        "co-lead": task.task.co_leads,
        "partner": task.task.partners,
        "city": task.task.cities,
    }
    rows += [row(role, name, "", side(name)) for role, names in sides.items() for name in names]
    rows += [
        row("unit", in_language(u.name, language), "", side(u.side or task.task.lead))
        for u in task.task.units
    ]
    rows += [
        row("target", "/".join(t.target.figure), words("target_state", t.state), t.reason)
        for t in task.targets
    ]
    rows += [
        row("milestone", m.milestone.id, words("milestone_state", m.state), m.reason)
        for m in task.milestones
    ]
    rows += [
        row("waits for", name, "late" if name in task.blocked_by else "", "")
        for name in task.task.depends
    ]
    for report in task.reports:
        filed = report.in_force or report.pending
        text = "" if filed is None else in_language(filed.spec.text, language)
        name = f"{in_language(status.figures.party_name(report.party), language)} {report.period}"
        rows.append(row("report", name, _report(report, language), text))
    for stated in task.stated:
        v = stated.value
        rows.append(
            row(
                "reported value",
                f"{v.indicator}/{v.place}/{v.period}",
                stated.agreement,
                f"{v.value:g} {v.unit}",
            )
        )
    return rows


def aims(
    tasks: Iterable[TaskStatus],
    language: Any,
    wanted: Mapping[str, str],
    parties: Mapping[str, Trilingual],
) -> Rows:
    """Target values with the figures that decide, and milestones with a date; `wanted` names what columns must hold."""
    rows: Rows = []
    for task in tasks:
        rows += [
            _target(task, target, language)
            for target in task.targets
            if target.target.value is not None
        ]
        rows += [
            _milestone(task, found, language, parties)
            for found in task.milestones
            if found.milestone.due is not None
        ]
    for column, value in wanted.items():
        rows = [row for row in rows if row[column] == value]
    return rows


def _target(task: TaskStatus, found: TargetStatus, language: Any) -> dict[str, Any]:
    target, current = found.target, found.current
    aim, figure = found.words.aim, found.words.current
    return {
        "task": task.id, "place": target.place, "indicator": target.indicator, "period": target.period,
        "aim": aim and in_language(aim, language), "figure": figure and in_language(figure, language),
        "of": current and current.period, "source": current and current.source, "state": found.state,
        "reason": in_language(found.reason, language), "task_name": in_language(task.task.name, language),
        "place_name": in_language(found.words.place, language), "indicator_name": in_language(found.words.indicator, language),
    }  # fmt: skip


def _milestone(
    task: TaskStatus, found: MilestoneStatus, language: Any, parties: Mapping[str, Trilingual]
) -> dict[str, Any]:
    milestone, party = found.milestone, parties.get(found.party)
    return {
        "task": task.id, "place": found.party, "indicator": "", "period": milestone.due, "of": found.on,
        "aim": in_language(milestone.name, language), "state": found.state, "reason": in_language(found.reason, language),
        "task_name": in_language(task.task.name, language), "place_name": party and in_language(party, language),
        "indicator_name": "",
    }  # fmt: skip


def changes(found: Iterable[PlanChange], language: Any) -> Rows:
    """The changes between two days."""

    def said(text: Trilingual | None) -> str:
        return "" if text is None else in_language(text, language)

    return [
        {
            "what": c.what,
            "task": c.task,
            "ref": c.ref,
            "old": said(c.old),
            "new": said(c.new),
            "reason": said(c.reason),
        }
        for c in found
    ]
