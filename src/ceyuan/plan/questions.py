"""What a meeting has to settle: everything in a plan's status that files and figures leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ceyuan.plan.outcome import PartyReport, PlanStatus, Stated, TaskStatus
from ceyuan.plan.phrases import phrase
from ceyuan.wording import Trilingual, figure_words, period_words

QuestionKind = Literal[
    "overdue", "disagrees", "returned", "report_missing", "not_approved", "one_source", "no_target", "unmeasured",
    "no_tasks_led",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is open.

    Attributes:
        kind: what sort of question.
        text: the question in words.
        tasks: the tasks that it is about.
        party: whom it is put to, None for all.
    """

    kind: QuestionKind
    text: Trilingual
    tasks: tuple[str, ...]
    party: str | None = None


def open_questions(status: PlanStatus) -> list[Question]:
    """The questions of a programme year, those first that are most pressing."""
    return [
        *_overdue(status),
        *_disagreements(status),
        *_returned(status),
        *_reports(status, "report_missing", lambda r: r.missing),
        *_reports(status, "not_approved", _not_approved),
        *_one_source(status),
        *_without(
            status,
            "no_target",
            lambda s: bool(s.targets) and all(t.state == "monitored" for t in s.targets),
        ),
        *_without(status, "unmeasured", lambda s: not s.targets and not s.milestones),
        *_leading_nothing(status),
    ]


def _overdue(status: PlanStatus) -> Iterator[Question]:
    for task in status.tasks:
        if task.state == "overdue":
            yield Question(
                "overdue",
                phrase("question.overdue", reason=task.reason),
                (task.id,),
                task.task.lead,
            )


def _disagreements(status: PlanStatus) -> Iterator[Question]:
    figures = status.figures
    for task, stated in _stated(status, "differs"):
        value, seen = stated.value, stated.observation
        if seen is None:
            continue
        noun = figures.noun(value.indicator)
        text = phrase(
            "question.disagrees", indicator=figures.indicator_name(value.indicator), place=figures.place_name(value.place),
            period=period_words(value.period), party=figures.party_name(stated.party),
            reported=figure_words(value.value, value.unit, bound=value.bound, noun=noun),
            observed=figure_words(seen.value, seen.unit, bound=seen.bound, modality=seen.modality, noun=noun),
        )  # fmt: skip
        yield Question("disagrees", text, (task.id,), stated.party)


def _stated(status: PlanStatus, agreement: str) -> Iterator[tuple[TaskStatus, Stated]]:
    return (
        (task, stated)
        for task in status.tasks
        for stated in task.stated
        if stated.agreement == agreement
    )


def _returned(status: PlanStatus) -> Iterator[Question]:
    for task in status.tasks:
        for report in task.reports:
            pending = report.pending
            if pending is not None and pending.entry.state == "returned":
                text = phrase(
                    "question.returned", party=status.figures.party_name(report.party), period=period_words(report.period),
                    reason=Trilingual.same(pending.entry.reason or ""),
                )  # fmt: skip
                yield Question("returned", text, (task.id,), report.party)


def _not_approved(report: PartyReport) -> bool:
    return report.in_force is not None and report.in_force.entry.state == "submitted"


def _reports(
    status: PlanStatus, kind: QuestionKind, chosen: Callable[[PartyReport], bool]
) -> Iterator[Question]:
    found: dict[tuple[str, str], list[str]] = {}
    for task in status.tasks:
        for report in task.reports:
            if chosen(report):
                found.setdefault((report.party, report.period), []).append(task.id)
    for (party, period), tasks in found.items():
        name = status.figures.party_name(party)
        text = phrase(
            f"question.{kind}", party=name, period=period_words(period), number=len(tasks)
        )
        yield Question(kind, text, tuple(tasks), party)


def _one_source(status: PlanStatus) -> Iterator[Question]:
    found: dict[str, list[str]] = {}
    for task, stated in _stated(status, "same_source"):
        if any(stated.report == account.id for r in task.reports for account in r.accounts):
            continue  # nobody's report: there is no party to ask
        found.setdefault(stated.party, []).append(task.id)
    for party, tasks in found.items():
        text = phrase(
            "question.one_source", party=status.figures.party_name(party), number=len(tasks)
        )
        yield Question("one_source", text, tuple(dict.fromkeys(tasks)), party)


def _without(
    status: PlanStatus, kind: QuestionKind, chosen: Callable[[TaskStatus], bool]
) -> Iterator[Question]:
    tasks = tuple(s.id for s in status.tasks if chosen(s))
    if tasks:
        yield Question(kind, phrase(f"question.{kind}", number=len(tasks)), tasks)


def _leading_nothing(status: PlanStatus) -> Iterator[Question]:
    leads = {lead for s in status.tasks for lead in s.task.leads}
    parties: Iterable[str] = status.figures.parties or dict.fromkeys(
        p for s in status.tasks for p in s.task.parties
    )
    for party in (p for p in parties if p not in leads):
        year = period_words(str(status.year))
        text = phrase("question.no_tasks_led", party=status.figures.party_name(party), year=year)
        yield Question("no_tasks_led", text, (), party)
