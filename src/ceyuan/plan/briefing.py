"""The briefing pack of the yearly meeting: what was agreed, what became of it, what comes next, what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceyuan.plan.export import as_plain
from ceyuan.plan.outcome import PlanStatus, TaskStatus
from ceyuan.plan.phrases import phrase
from ceyuan.plan.questions import Question, open_questions
from ceyuan.plan.spec import ProposalFile, TaskFile, TaskState, Texts, day_of
from ceyuan.plan.status import derive
from ceyuan.plan.views import TaskGroup, by_party, by_state
from ceyuan.wording import Trilingual, day_words


@dataclass(frozen=True, slots=True)
class YearSummary:
    """A programme year in numbers.

    Attributes:
        year: the year.
        tasks: how many tasks it has.
        states: how many are in each state.
        awaited, filed: reports that should be there by now, and how many are.
        milestones, reached, overdue: milestones, how many are reached, how many are overdue.
        targets, met, bad: targets with a value, how many are met, how many are missed or behind.
        monitored: indicators without a stated target value.
    """

    year: int
    tasks: int
    states: Mapping[TaskState, int]
    awaited: int
    filed: int
    milestones: int
    reached: int
    overdue: int
    targets: int
    met: int
    bad: int
    monitored: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a party's report in force says about a task.

    Attributes:
        task: the task.
        period: the reporting period.
        state: of the report.
        text, difficulties, next_steps: as the party wrote them, in its own languages.
        report: the report.
    """

    task: str
    period: str
    state: str
    text: Texts
    difficulties: Texts | None
    next_steps: Texts | None
    report: str


@dataclass(frozen=True, slots=True)
class PartyBrief:
    """One party's part.

    Attributes:
        group: its tasks and reports in numbers.
        led: the tasks that it leads, with their status.
        joined: those of others in which it takes part.
        told: what it has reported, latest period of each task.
    """

    group: TaskGroup
    led: tuple[TaskStatus, ...]
    joined: tuple[TaskStatus, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class NextItem:
    """Something that comes next.

    Attributes:
        kind: ``milestone`` (not reached yet), ``next_step`` (as a report says), ``task`` (of a later programme year) or
            ``proposal``.
        party: whose it is.
        task: the task or proposal.
        text: in words; for a next step as the party wrote it.
        due: the day, where there is one.
    """

    kind: str
    party: str
    task: str
    text: Trilingual | Texts
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Briefing:
    """The pack.

    Attributes:
        title: its title.
        status: the status that it is made from.
        summaries: the programme year before, where the plan has one, and the year itself.
        parties: each party's part.
        upcoming: milestones by date, next steps of the reports, tasks of later years, proposals.
        questions: what is open.
    """

    title: Trilingual
    status: PlanStatus
    summaries: tuple[YearSummary, ...]
    parties: tuple[PartyBrief, ...]
    upcoming: tuple[NextItem, ...]
    questions: tuple[Question, ...]


def briefing(status: PlanStatus, workspace: Trilingual) -> Briefing:
    """The briefing pack of a programme year.

    Args:
        status: how the year stands; the plan must hold the reports of the year before, too.
        workspace: what the workspace is called.

    >>> import ceyuan
    >>> status = ceyuan.open(gba).plan("2026-07-01")
    >>> briefing(status, Trilingual.same("GBA")).questions[0].text.zh_hans
    '15项任务有监测指标、未设目标值，是否商定目标？'
    """
    years = [y for y in (status.year - 1, status.year) if y in status.plan.years]
    summaries = tuple(
        _summary(
            status if year == status.year else derive(status.plan, status.figures, status.day, year)
        )
        for year in years
    )
    parties = tuple(_party(status, group) for group in by_party(status))
    title = phrase("brief.title", workspace=workspace)
    upcoming = (*_milestones(status), *_steps(parties), *_later(status))
    return Briefing(title, status, summaries, parties, upcoming, tuple(open_questions(status)))


def _summary(status: PlanStatus) -> YearSummary:
    reports = [r for s in status.tasks for r in s.reports if r.awaited]
    milestones = [m.state for s in status.tasks for m in s.milestones]
    targets = [t.state for s in status.tasks for t in s.targets]
    return YearSummary(
        status.year, len(status.tasks), by_state(status), len(reports), sum(not r.missing for r in reports),
        len(milestones), sum(m in ("reached", "reached_late") for m in milestones), milestones.count("overdue"),
        len(targets) - targets.count("monitored"), targets.count("met"), targets.count("missed") + targets.count("behind"),
        targets.count("monitored"),
    )  # fmt: skip


def _party(status: PlanStatus, group: TaskGroup) -> PartyBrief:
    led = tuple(s for s in status.tasks if group.id in s.task.leads)
    joined = tuple(
        s for s in status.tasks if group.id in s.task.parties and group.id not in s.task.leads
    )
    told: dict[str, Told] = {}
    for task in status.tasks:
        for report in task.reports:
            filed = report.in_force
            if report.party == group.id and filed is not None:
                spec = filed.spec
                told[task.id] = Told(
                    task.id,
                    report.period,
                    filed.entry.state,
                    spec.text,
                    spec.difficulties,
                    spec.next_steps,
                    filed.id,
                )
    return PartyBrief(group, led, joined, tuple(told.values()))


def _milestones(status: PlanStatus) -> list[NextItem]:
    waiting = [
        NextItem(
            "milestone",
            m.party,
            s.id,
            m.milestone.name,
            None if m.milestone.due is None else day_of(m.milestone.due),
        )
        for s in status.tasks
        for m in s.milestones
        if m.state not in ("reached", "reached_late")
    ]
    return sorted(waiting, key=lambda i: (i.due is None, i.due or date.max))


def _steps(parties: tuple[PartyBrief, ...]) -> list[NextItem]:
    return [
        NextItem("next_step", p.group.id, told.task, told.next_steps)
        for p in parties
        for told in p.told
        if told.next_steps is not None
    ]


def _later(status: PlanStatus) -> list[NextItem]:
    plan = status.plan
    tasks = [
        t
        for t in plan.tasks.values()
        if t.year > status.year and plan.years[t.year].known_from <= status.day
    ]
    known = [
        p for p in plan.proposals.values() if p.year > status.year and day_of(p.on) <= status.day
    ]
    return [*(_task(status, t) for t in tasks), *(_proposal(status, p) for p in known)]


def _task(status: PlanStatus, task: TaskFile) -> NextItem:
    party = status.figures.party_name(task.lead)
    words = phrase("brief.task_of", year=task.year, task=task.name, party=party)
    return NextItem("task", task.lead, task.id, words)


def _proposal(status: PlanStatus, proposal: ProposalFile) -> NextItem:
    party = status.figures.party_name(proposal.party)
    words = phrase("brief.proposed", year=proposal.year, task=proposal.name, party=party)
    return NextItem("proposal", proposal.party, proposal.id, words)


def briefing_export(pack: Briefing) -> dict[str, Any]:
    """The pack as plain values; texts are by language, those of reports in the languages that the party wrote."""
    status = pack.status
    head = {"as_of": status.day, "as_of_words": day_words(status.day), "year": status.year}
    parts = {
        name: getattr(pack, name)
        for name in ("title", "summaries", "parties", "upcoming", "questions")
    }
    plain: dict[str, Any] = as_plain({**head, "build": status.figures.build, **parts})
    return plain
