"""What a bulletin says of the plan: how many tasks there are, in which state, led by whom; counted, never typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from ceyuan.bulletin.document import Figure
from ceyuan.bulletin.words import word
from ceyuan.errors import did_you_mean, fail
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
