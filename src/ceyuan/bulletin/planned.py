"""What a bulletin says of the plan: its tasks, counted, and what the parties reported, in their own words; never typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from ceyuan.bulletin.document import Figure
from ceyuan.bulletin.words import word
from ceyuan.errors import did_you_mean, fail
from ceyuan.plan.model import Report
from ceyuan.plan.outcome import PlanStatus, TaskStatus
from ceyuan.plan.phrases import state_words
from ceyuan.plan.spec import TaskState
from ceyuan.wording import Language, date_text, period_text

_NOUN = ("key task", "key tasks")


def counted_tasks(status: PlanStatus, state: str | None, lead: str | None) -> Figure:
    """The number of tasks of the programme year, in a state and led by a party where these are named.

    Raises:
        CeyuanError: ``bad-value`` for an unknown state, ``unknown-party``.
    """
    if state is not None and state not in get_args(TaskState):
        hint = (
            did_you_mean(state, get_args(TaskState)) or f"Known: {', '.join(get_args(TaskState))}"
        )
        raise fail("bad-value", f"there is no state {state!r} of tasks", hint=hint)
    leads = list(status.figures.parties)
    if lead is not None and lead not in leads:
        raise fail("unknown-party", f"there is no party {lead!r}", hint=did_you_mean(lead, leads))
    found = _counted(status.tasks, state, lead)
    parts = [
        f"{name}={value}" for name, value in (("state", state), ("lead", lead)) if value is not None
    ]
    key = f"plan({status.year}{''.join(f';{part}' for part in parts)})"
    return Figure(key, float(len(found)), None, "项", "eq", "actual", 0, _NOUN, None, "plan", ())


def report_in_force(
    status: PlanStatus, task: str, party: str | None, period: str | None
) -> Report | None:
    """The approved report of a party on a task that counts on the day, None where there is none.

    A report that was only submitted is the party's own affair until it is approved, and what a newspaper tells of its
    progress is not its report.

    Args:
        status: how the plan stands on the day.
        task: the task.
        party: who reports; the first that leads the task if None.
        period: the reporting period; the last with an approved report if None.

    Raises:
        CeyuanError: ``plan-unknown-task``, ``unknown-party``, ``bad-period`` where the task is not reported on for it.
    """
    found = status.task(task)
    side = found.task.leads[0] if party is None else party
    if side not in found.task.parties:
        hint = did_you_mean(side, found.task.parties)
        raise fail("unknown-party", f"{side!r} has no part in the task {task!r}", hint=hint)
    periods = status.plan.periods_of(found.task)
    if period is not None and period not in periods:
        hint = f"Reported on: {', '.join(periods)}"
        raise fail("bad-period", f"the task {task!r} is not reported on for {period}", hint=hint)
    approved = [
        r.in_force
        for r in found.reports
        if r.party == side and period in (None, r.period) and r.state == "approved"
    ]
    return approved[-1] if approved else None


def reported_words(report: Report) -> Figure:
    """A report's own words as a thing that a bulletin refers to; it has no value."""
    key = f"report({report.id})"
    return Figure(
        key, None, None, "", "eq", "actual", None, None, None, how="report", report=report
    )


def report_heading(status: PlanStatus, report: Report, language: Language) -> str:
    """What a report is of, in words: task, party and period."""
    spec = report.spec
    task = status.plan.tasks[spec.task].name.get(language)
    party = status.figures.party_name(spec.party).get(language)
    period = period_text(spec.period, language)
    return f"{task}, {party}, {period}" if language == "en" else f"{task}（{party}，{period}）"


def heading(status: PlanStatus, figure: Figure, language: Language) -> str:
    """What a count of tasks is of, in words."""
    state, lead = _parts(figure)
    words = []
    if lead is not None:
        party = status.figures.party_name(lead).get(language)
        words.append(word("led", language, party=party))
    if state is not None:
        words.append(state_words()[state].get(language))
    year, day = period_text(str(status.year), language), date_text(status.day, language)
    if language == "en":
        return ", ".join([f"Key tasks of {year}", *words, f"as of {day}"])
    name = f"{year}度重点任务" if language == "zh-Hans" else f"{year}度重點任務"
    return f"{name}（{'，'.join([*words, f'截至{day}'])}）"


def files(status: PlanStatus, figure: Figure) -> list[str]:
    """The tasks that were counted, by their files."""
    state, lead = _parts(figure)
    return [f"plan/tasks/{s.id}.yaml" for s in _counted(status.tasks, state, lead)]


def _counted(tasks: Iterable[TaskStatus], state: str | None, lead: str | None) -> list[TaskStatus]:
    return [s for s in tasks if state in (None, s.state) and (lead is None or lead in s.task.leads)]


def _parts(figure: Figure) -> tuple[str | None, str | None]:
    said = dict(part.split("=") for part in figure.key.removesuffix(")").split(";")[1:])
    return said.get("state"), said.get("lead")
