"""Who has reported what by a day, and how reported values compare with the build."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.plan.figures import Figures
from ceyuan.plan.model import Plan, Report
from ceyuan.plan.outcome import Agreement, PartyReport, Stated
from ceyuan.plan.phrases import figure_words, period_words
from ceyuan.plan.spec import ReportedValue, ReportState, TaskFile
from ceyuan.plan.states import Filing, filing_on
from ceyuan.units import parse_unit

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
    found = []
    for year in plan.years.values():
        if not task.year <= year.year <= min(task.last_year, last_year):
            continue
        for text in year.reporting:
            period = parse_period(text)
            end = period.end
            due = None if year.report_due_days is None else end + timedelta(days=year.report_due_days)
            awaited = (due or end) < day
            for party in task.parties:
                reports = by_key.get((party, text))
                filing = filing_on(reports, day) if reports else _NOTHING
                if filing == _NOTHING and period.start is not None and period.start > day:
                    continue  # it has not begun, and nobody has written about it
                found.append(_party_report(party, text, filing, due, awaited=awaited))
    return tuple(found)


def _party_report(party: str, period: str, filing: Filing, due: date | None, *, awaited: bool) -> PartyReport:
    filed = filing.in_force or filing.pending
    state: ReportState = "none" if filed is None else filed.entry.state
    missing = awaited and filing.in_force is None
    return PartyReport(
        party, period, period_words(period), filing.in_force, filing.pending, due, awaited, state, missing
    )


def stated_values(reports: Iterable[PartyReport], figures: Figures) -> tuple[Stated, ...]:
    """The values of the reports in force, each held against the build's figure."""
    return tuple(
        _stated(value, r.in_force.id, r.party, figures)
        for r in reports
        if r.in_force is not None
        for value in r.in_force.spec.values
    )


def _stated(value: ReportedValue, report: str, party: str, figures: Figures) -> Stated:
    observation = figures.at(value.indicator, value.place, value.period)
    # As the report states it: with all its decimals.
    text = figure_words(value.value, value.unit, bound=value.bound, noun=figures.noun(value.indicator))
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
