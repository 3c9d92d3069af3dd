"""How indicators stand: who has a value from whom, how the workspace's own place went, and its rank among its peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ceyuan.periods import parse_period
from ceyuan.web.models.base import Figure
from ceyuan.web.models.catalogue import Ranked
from ceyuan.web.resources.view import View
from ceyuan.workspace.definitions import Indicator

_VALUED = "o.shown AND o.value IS NOT NULL"
_TOTAL = f"{_VALUED} AND o.breakdown = ''"
_COMPARABLE = ("eq", "approx")
"""Bounds of values that can be ranked: at least 60 is not known to be less than 61."""


def standings(view: View) -> dict[str, dict[str, Any]]:
    """For each indicator what the catalogue says of its values, by the names of the fields of an item."""
    latest = view.latest_of_all
    extents = _extents(view)
    courses, ranks = courses_and_ranks(view, latest)
    found = {}
    for name in view.build.indicators:
        places, sources, periods = extents.get(name, ((), (), None))
        found[name] = {
            "places": places, "sources": sources, "periods": periods, "latest": latest.get(name),
            "course": tuple(courses[name]), "rank": ranks.get(name),
        }  # fmt: skip
    return found


def courses_and_ranks(
    view: View, latest: Mapping[str, Figure]
) -> tuple[Mapping[str, list[tuple[str, float]]], Mapping[str, Ranked]]:
    """How values went before, and their ranks among places of the same kind.

    Args:
        view: the build.
        latest: one figure with a value for each indicator.
    """
    _load(view, latest)
    return _courses(view, latest), _ranks(view, latest)


def _load(view: View, latest: Mapping[str, Figure]) -> None:
    """The latest values as a table, to be joined with."""
    figures = latest.values()
    columns = {
        "indicator": pa.array([f.indicator for f in figures], pa.string()),
        "place": pa.array([f.place for f in figures], pa.string()),
        "period": pa.array([f.period for f in figures], pa.string()),
        "value": pa.array([f.value for f in figures], pa.float64()),
        "simulated": pa.array([f.status == "simulated" for f in figures], pa.bool_()),
    }
    view.build.engine.load("web_latest", pa.table(columns))


def _extents(view: View) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, str]]]:
    """Places, sources, and first and last period of each indicator that has values."""
    rows = view.build.engine.rows(
        "SELECT o.indicator, list_sort(list(DISTINCT o.place)), list_sort(list(DISTINCT o.source)), "
        "arg_min(o.period, p.position), arg_max(o.period, p.position) FROM observations AS o "
        f"LEFT JOIN web_periods AS p ON p.period = o.period WHERE {_VALUED} GROUP BY 1"
    )
    found = {}
    for indicator, places, joined, first, last in rows:
        sources = sorted({source for text in joined for source in str(text).split(";") if source})
        found[str(indicator)] = (tuple(places), tuple(sources), (str(first), str(last)))
    return found


def _courses(view: View, latest: Mapping[str, Figure]) -> defaultdict[str, list[tuple[str, float]]]:
    """Values of the latest one's place and grain, oldest first."""
    rows = view.build.engine.rows(
        "SELECT o.indicator, o.period, o.value FROM web_latest AS l "
        "JOIN observations AS o ON o.indicator = l.indicator AND o.place = l.place "
        f"LEFT JOIN web_periods AS p ON p.period = o.period WHERE {_TOTAL} ORDER BY o.indicator, p.position"
    )
    courses: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for indicator, period, value in rows:
        if parse_period(period).grain == parse_period(latest[indicator].period).grain:
            courses[indicator].append((period, value))
    return courses


def _ranks(view: View, latest: Mapping[str, Figure]) -> dict[str, Ranked]:
    """The rank of each latest value among the places of the same kind, where there are others and one way is better."""
    rows = view.build.engine.rows(
        "SELECT l.indicator, own.kind, count(*) FILTER (o.value > l.value), count(*) FILTER (o.value < l.value), count(*) "
        "FROM web_latest AS l JOIN web_places AS own ON own.place = l.place "
        "JOIN observations AS o ON o.indicator = l.indicator AND o.period = l.period "
        "JOIN web_places AS w ON w.place = o.place AND w.kind = own.kind "
        f"WHERE {_TOTAL} AND o.bound IN {_COMPARABLE} AND (o.status = 'simulated') = l.simulated GROUP BY 1, 2"
    )
    found = {}
    for indicator, kind, above, below, among in rows:
        declared = view.build.indicators[indicator]
        if among > 1 and _is_ranked(declared, latest[indicator]):
            better = above if declared.direction == "higher" else below
            found[indicator] = Ranked(rank=better + 1, among=among, kind=kind)
    return found


def _is_ranked(indicator: Indicator, latest: Figure) -> bool:
    """A rank is not ranked again, a target is no outcome, and a bound is no value."""
    is_value = latest.unit != "位" and latest.modality != "target" and latest.bound in _COMPARABLE
    return is_value and indicator.direction != "neutral"
