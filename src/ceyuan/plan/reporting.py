"""Who has reported what by a day, and how reported values compare with the build."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.plan.figures import Figures
from ceyuan.plan.model import Plan, Report
from ceyuan.plan.outcome import Agreement, PartyReport, Stated
from ceyuan.plan.spec import Presented, ProgrammeYear, ReportedValue, ReportState, TaskFile, day_of
from ceyuan.plan.states import Filing, as_of, filing_on
from ceyuan.units import parse_unit
from ceyuan.wording import figure_words, period_words

_NOTHING = Filing(None, None)


def party_reports(plan: Plan, task: TaskFile, day: date, last_year: int) -> tuple[PartyReport, ...]:
    """What each party of a task has filed for each reporting period that has begun, as of a day.

    Args:
        plan: the plan.
        task: the task.
        day: the day.
        last_year: the last programme year that is looked at.
    """
    by_key: dict[tuple[str, str], list[Report]] = {}
    for report in plan.reports_of.get(task.id, ()):
        by_key.setdefault((report.spec.party, report.spec.period), []).append(report)
    years = (
        y for y in plan.years.values() if task.year <= y.year <= min(task.last_year, last_year)
    )
    found = (
        _party_report(year, period, party, by_key.get((party, period), []), day)
        for year in years
        for period in year.reporting
        for party in task.parties
    )
    return tuple(report for report in found if report is not None)


def _party_report(
    year: ProgrammeYear, text: str, party: str, reports: list[Report], day: date
) -> PartyReport | None:
    """What one party has filed for one period; None where the period has not begun and nobody has written about it."""
    period = parse_period(text)
    filing = filing_on(reports, day) if reports else _NOTHING
    known = [as_of(report, day) for report in reports]
    accounts = tuple(r for r in known if r is not None and r.is_public)
    begun = period.start is None or period.start <= day
    if filing == _NOTHING and not accounts and not begun:
        return None
    given = [p for p in year.presented if party in p.parties and day_of(p.on) <= day]
    presented = given[-1] if given else None
    due = _due(year, period.end)
    awaited = year.duty is not None and (due or period.end) < day
    return PartyReport(
        party=party,
        period=text,
        period_text=period_words(text),
        in_force=filing.in_force,
        pending=filing.pending,
        accounts=accounts,
        presented=presented,
        duty=year.duty is not None,
        due=due,
        awaited=awaited,
        state=_report_state(filing, accounts, presented),
        missing=awaited and filing.in_force is None and presented is None,
    )


def _due(year: ProgrammeYear, end: date) -> date | None:
    """The day by which a report is due after the end of its period; None where nobody must report or no days are named."""
    if year.duty is None or year.report_due_days is None:
        return None
    return end + timedelta(days=year.report_due_days)


def _report_state(
    filing: Filing, accounts: tuple[Report, ...], presented: Presented | None
) -> ReportState:
    filed = filing.in_force or filing.pending
    if filed is not None:
        return filed.entry.state
    if presented is not None:
        return "presented"
    return "public" if accounts else "none"


def stated_values(reports: Iterable[PartyReport], figures: Figures) -> tuple[Stated, ...]:
    """The values of the reports in force and of public accounts, each held against the build's figure."""
    told = [
        (r.party, report)
        for r in reports
        for report in (r.in_force, *r.accounts)
        if report is not None
    ]
    return tuple(
        _stated(value, report.id, party, figures)
        for party, report in told
        for value in report.spec.values
    )


def _stated(value: ReportedValue, report: str, party: str, figures: Figures) -> Stated:
    observation = figures.at(value.indicator, value.place, value.period)
    # As the report states it: with all its decimals.
    text = figure_words(
        value.value, value.unit, bound=value.bound, noun=figures.noun(value.indicator)
    )
    return Stated(value, report, party, observation, _agreement(value, observation), text)


def _agreement(value: ReportedValue, observation: Observation | None) -> Agreement:
    if observation is None or observation.value is None:
        return "no_figure"
    given, own = parse_unit(value.unit), parse_unit(observation.unit)
    converted = value.value * float(given.factor / own.factor)
    alike = abs(converted - observation.value) <= 1e-9 * max(abs(converted), abs(observation.value))
    if given.dimension != own.dimension or not alike or value.bound != observation.bound:
        return "differs"
    return "same_source" if value.evidence.source in observation.source.split(";") else "agrees"
