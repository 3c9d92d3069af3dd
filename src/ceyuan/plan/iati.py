"""A programme year in the shape of the International Aid Transparency Initiative: result, indicator, period, target, actual.

The names are those of the IATI standard 2.03 (``iati-activity``, ``result``, ``indicator``, ``baseline``, ``period``); each
task is an activity. Values stay numbers, with their unit and what is known of them in keys of our own that begin with
``ceyuan:``, for the standard keeps neither bounds nor lineage.
"""

from __future__ import annotations

from typing import Any

from ceyuan.indicators.observations import figure_key
from ceyuan.periods import parse_period
from ceyuan.plan.outcome import MilestoneStatus, PlanStatus, TargetStatus, TaskStatus
from ceyuan.plan.spec import day_of
from ceyuan.wording import Trilingual

_ACTIVITY_STATUS = {"planned": "1", "done": "3"}
_IMPLEMENTATION = "2"
_OUTPUT, _OUTCOME = "1", "2"
_MEASURES = {"%": "2", "位": "4"}  # percentage, ordinal
_ACCOUNTABLE, _IMPLEMENTING = "2", "4"
_UNIT, _QUALITATIVE = "1", "5"


def iati_activities(status: PlanStatus, workspace: str) -> dict[str, Any]:
    """The year as IATI-shaped plain values.

    Args:
        status: how it stands.
        workspace: the identifier of the workspace, with which identifiers of activities begin.
    """
    return {
        "iati-activities": {
            "@version": "2.03", "@generated-datetime": f"{status.day.isoformat()}T00:00:00Z",
            "ceyuan:as-of": status.day.isoformat(), "ceyuan:build": status.figures.build,
            "iati-activity": [_activity(status, s, workspace) for s in status.tasks],
        }
    }  # fmt: skip


def _narrative(text: Trilingual) -> dict[str, Any]:
    said = (("en", text.en), ("zh-Hans", text.zh_hans), ("zh-Hant", text.zh_hant))
    return {"narrative": [{"@xml:lang": language, "text": words} for language, words in said]}


def _activity(status: PlanStatus, found: TaskStatus, workspace: str) -> dict[str, Any]:
    task, years = found.task, status.plan.years
    dates = [
        ("1", years[task.year].first),
        ("3", years[task.last_year].last if task.last_year in years else None),
    ]
    results = [_target(status, t) for t in found.targets]
    results += [_milestone(m) for m in found.milestones]
    return {
        "iati-identifier": f"{workspace}-{task.id}", "title": _narrative(task.name),
        "description": [] if task.why is None else [_narrative(task.why)],
        "participating-org": [
            {"@role": _ACCOUNTABLE if p in task.leads else _IMPLEMENTING, "@ref": p, **_narrative(status.figures.party_name(p))}
            for p in task.parties
        ],
        "activity-status": {"@code": _ACTIVITY_STATUS.get(found.state, _IMPLEMENTATION)},
        "activity-date": [{"@type": kind, "@iso-date": day.isoformat()} for kind, day in dates if day is not None],
        "result": results, "ceyuan:status": found.state, "ceyuan:reason": _narrative(found.reason),
    }  # fmt: skip


def _target(status: PlanStatus, found: TargetStatus) -> dict[str, Any]:
    target, figures = found.target, status.figures
    name = figures.indicator_name(target.indicator)
    known = figures.indicators.get(target.indicator)
    period = parse_period(target.period)
    stated: dict[str, Any] = {
        "period-start": {"@iso-date": None if period.start is None else period.start.isoformat()},
        "period-end": {"@iso-date": period.end.isoformat()}, "ceyuan:period": target.period,
    }  # fmt: skip
    if target.value is not None:
        stated["target"] = [
            {"@value": target.value, "ceyuan:unit": target.unit, "ceyuan:bound": target.bound}
        ]
    current = found.current
    if current is not None and current.period == target.period:
        # The standard has no place for forecasts, and one is no outcome.
        stated["actual" if current.modality == "actual" else "ceyuan:forecast"] = [{
            "@value": current.value, "ceyuan:unit": current.unit, "ceyuan:bound": current.bound,
            "ceyuan:modality": current.modality, "ceyuan:status": current.status,
            "ceyuan:figure": figure_key(current.indicator, current.place, current.period), "ceyuan:lineage": current.lineage,
        }]  # fmt: skip
    indicator: dict[str, Any] = {
        "@measure": _MEASURES.get(known.unit if known else "", _UNIT),
        "@ascending": (target.direction or (known.direction if known else "neutral")) != "lower",
        "title": _narrative(name), "reference": [{"@vocabulary": "99", "@code": target.indicator}],
        "ceyuan:place": target.place, "period": [stated], "ceyuan:status": found.state,
    }  # fmt: skip
    if target.baseline is not None:
        base = target.baseline
        year = parse_period(base.period).end.year
        indicator["baseline"] = [
            {
                "@year": year,
                "@value": base.value,
                "ceyuan:unit": base.unit,
                "ceyuan:period": base.period,
            }
        ]
    return {"@type": _OUTCOME, "title": _narrative(name), "indicator": [indicator]}


def _milestone(found: MilestoneStatus) -> dict[str, Any]:
    """A milestone is an output whose qualitative indicator ends on its day."""
    milestone = found.milestone
    period: dict[str, Any] = {
        "period-end": {
            "@iso-date": None if milestone.due is None else day_of(milestone.due).isoformat()
        },
        "target": [{"comment": _narrative(milestone.deliverable or milestone.name)}],
    }
    if found.on is not None:
        period["actual"] = [
            {
                "comment": _narrative(found.reason),
                "ceyuan:on": found.on,
                "ceyuan:report": found.report,
            }
        ]
    indicator = {
        "@measure": _QUALITATIVE,
        "title": _narrative(milestone.name),
        "period": [period],
        "ceyuan:status": found.state,
    }
    return {"@type": _OUTPUT, "title": _narrative(milestone.name), "indicator": [indicator]}
