"""The record of what was agreed: reports and figures in force of a programme year, and who decided on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.periods import parse_period
from ceyuan.plan.model import Plan
from ceyuan.plan.phrases import Part, in_language, phrase, when_words
from ceyuan.plan.spec import ReportFile
from ceyuan.teams.database import Team
from ceyuan.teams.documents import REPORTS, StoredReport, plan_of, stored
from ceyuan.teams.log import head_of
from ceyuan.teams.steps import Step, steps_of
from ceyuan.teams.submissions import all_submissions, in_force
from ceyuan.teams.tables import DOCUMENT
from ceyuan.wording import Language, Trilingual, day_words, period_words
from ceyuan.workspace.clock import today, zone_of
from ceyuan.workspace.submissions import SubmissionFile


@dataclass(frozen=True, slots=True)
class Agreed:
    """A report in force.

    Attributes:
        id: the report.
        version: its version.
        report: what it says.
        steps: the decisions that hold, oldest first.
    """

    id: str
    version: int
    report: ReportFile
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AgreedFigures:
    """Submitted figures in force.

    Attributes:
        id: the submission.
        version: its version.
        submission: of which table, side and period it is, and the file with its hash.
        steps: the decisions that hold, oldest first.
    """

    id: str
    version: int
    submission: SubmissionFile
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What the sides have agreed for a programme year.

    Attributes:
        year: the year.
        agreed: when its tasks were agreed, as the plan states it.
        tasks: its tasks by identifier, with their names.
        parties: names of the sides.
        reports: reports in force, by task, period and side; those that were superseded are left out.
        figures: submitted figures in force, by their files; those that a later submission replaced are left out.
        head: number and hash of the log's last entry.
    """

    year: int
    agreed: str | None
    tasks: Mapping[str, Trilingual]
    parties: Mapping[str, Trilingual]
    reports: tuple[Agreed, ...]
    figures: tuple[AgreedFigures, ...]
    head: Mapping[str, Any]


def record_of(team: Team, year: int | None = None) -> Record:
    """What is agreed now for a programme year, in one state of the log.

    Args:
        team: the team.
        year: the year; the last one agreed by today if None.

    Raises:
        CeyuanError: ``plan-unknown-year``.
    """
    with team.reading() as connection:
        plan = plan_of(team, connection)
        asked = plan.year_at(today(team.root)) if year is None else year
        if asked not in plan.years:
            known = ", ".join(map(str, plan.years))
            raise fail("plan-unknown-year", f"the plan has no year {asked}", hint=f"Known: {known}")
        reports = tuple(
            Agreed(r.id, r.version, r.spec, _steps(team, connection, r.path))
            for r in _in_force(connection, plan, asked)
        )
        figures = tuple(
            AgreedFigures(f.id, f.version, f.spec, _steps(team, connection, f.path))
            for f in in_force(all_submissions(connection))
            if _year_of(plan, f.spec.period) == asked
        )
        head = head_of(connection)
    tasks = {task.id: task.name for task in plan.of_year(asked)}
    return Record(asked, plan.years[asked].agreed, tasks, plan.parties, reports, figures, head)


def _in_force(connection: sa.Connection, plan: Plan, year: int) -> list[StoredReport]:
    """Reports of a year that a side has approved, or the level above accepted, and that no other replaces."""
    periods = plan.years[year].reporting
    order = list(plan.tasks)
    # Figures are in force for a period, too.
    query = sa.select(DOCUMENT).where(DOCUMENT.c.path.startswith(f"{REPORTS}/"))
    query = query.where(DOCUMENT.c.in_force, DOCUMENT.c.state != "public")
    found = [stored(row) for row in connection.execute(query.where(DOCUMENT.c.period.in_(periods)))]
    replaced = {
        report.spec.supersedes.report for report in found if report.spec.supersedes is not None
    }
    kept = [report for report in found if report.id not in replaced]

    def place(report: StoredReport) -> tuple[int, int, str]:
        spec = report.spec
        return order.index(spec.task), periods.index(spec.period), spec.party

    return sorted(kept, key=place)


def _year_of(plan: Plan, period: str) -> int:
    """The programme year of figures: the one that reports for their period, otherwise the year in which it ends."""
    reported = (y.year for y in plan.years.values() if period in y.reporting)
    return next(reported, parse_period(period).end.year)


def _steps(team: Team, connection: sa.Connection, path: str) -> tuple[Step, ...]:
    zone = zone_of(team.root)
    return tuple(replace(s, at=s.at.astimezone(zone)) for s in steps_of(connection, path))


def record_markdown(record: Record, language: Language) -> str:
    """The record as a Markdown text.

    Args:
        record: the record.
        language: ``en``, ``zh-Hans`` or ``zh-Hant``; what the sides wrote stands as they wrote it where it is in others only.
    """
    say = partial(_say, language)
    lines = [f"# {say('title', year=period_words(str(record.year)))}", ""]
    if record.agreed is not None:
        lines += [say("agreed", day=when_words(record.agreed)), ""]
    for task, name in record.tasks.items():
        lines += [f"## {in_language(name, language)}", ""]
        of_task = [report for report in record.reports if report.report.task == task]
        for report in of_task:
            lines += [*_report_lines(record, report, language), ""]
        if not of_task:
            lines += [say("nothing"), ""]
    if record.figures:
        lines += [f"## {say('figures')}", ""]
    for figures in record.figures:
        lines += [*_figures_lines(record, figures, language), ""]
    lines.append(say("head", entry=str(record.head["seq"]), hash=str(record.head["hash"])))
    return "\n".join(lines) + "\n"


def _report_lines(record: Record, agreed: Agreed, language: Language) -> Iterator[str]:
    say = partial(_say, language)
    report = agreed.report
    party = record.parties.get(report.party, report.party)
    yield f"### {say('report', party=party, period=period_words(report.period))}"
    yield ""
    for key, text in (
        ("text", report.text),
        ("difficulties", report.difficulties),
        ("next_steps", report.next_steps),
    ):
        if text is not None:
            yield f"- {say(key, text=_one_line(in_language(text, language)))}"
    for value in report.values:
        figure = f"{value.indicator}, {value.place}, {value.period}: {value.value} {value.unit}"
        yield f"- {say('value', figure=figure)}"
    if report.supersedes is not None:
        yield f"- {say('replaces', report=report.supersedes.report, reason=_one_line(report.supersedes.reason))}"
    yield from _step_lines(record, agreed.steps, language)


def _figures_lines(record: Record, agreed: AgreedFigures, language: Language) -> Iterator[str]:
    say = partial(_say, language)
    sent = agreed.submission
    party = record.parties.get(sent.party, sent.party)
    yield f"### {say('report', party=party, period=period_words(sent.period))}"
    yield ""
    yield f"- {say('file', table=sent.table, name=_one_line(sent.name), hash=sent.sha256)}"
    yield from _step_lines(record, agreed.steps, language)


def _step_lines(record: Record, steps: Iterable[Step], language: Language) -> Iterator[str]:
    say = partial(_say, language)
    for step in steps:
        side = record.parties.get(step.side, step.side)
        who = " ".join(part for part in (step.unit, step.name) if part)
        yield f"- {say(step.what, side=side, who=who, day=day_words(step.at.date()), entry=str(step.entry))}"


def _say(language: Language, key: str, **parts: Part) -> str:
    return in_language(phrase(f"record.{key}", **parts), language)


def _one_line(text: str) -> str:
    return " ".join(text.split())
