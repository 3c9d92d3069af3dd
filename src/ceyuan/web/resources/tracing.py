"""``indicators/{id}/lineage``: where figures come from, each figure traced once, however many are made of it.

What a reader asks a server for comes with everything below it. What is published is cut by indicator and place,
``indicators/{id}/lineage/{place}``: each figure's trace stands in one file, and the key of a figure below tells its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from ceyuan.engine import literal, literals
from ceyuan.errors import fail
from ceyuan.indicators.observations import ORDER, Observation, column_list
from ceyuan.pipeline import tracing
from ceyuan.web.models.base import Figure
from ceyuan.web.models.lineage import Lineage, Trace
from ceyuan.web.resources.query import ObservationQuery, Values
from ceyuan.web.resources.view import View, key_of
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import FieldSpec

RECORDS_EACH = 20
"""How many records of each figure are listed with an indicator; all are counted and summed."""
RECORDS_ONE = 500
"""How many where a single place and period is asked for."""
FIGURES_MOST = 3000
"""How many figures of one indicator are traced at once; the latest ones where there are more."""
_BATCH = 5000
"""Figures from which on the next places of an indicator wait for a query of their own."""


def lineage(
    view: View, name: str, *, place: Values = None, period: Values = None, breakdown: Values = None
) -> Lineage:
    """Traces of the figures of an indicator, shown or not, and of everything below them.

    Args:
        view: the build.
        name: identifier of the indicator.
        place: places by id, name, alias or code; all places if None.
        period: periods in any spelling; all periods if None.
        breakdown: parts of a breakdown, empty for the total; all of them if None.

    Raises:
        CeyuanError: ``unknown-indicator``, ``unknown-place``, ``bad-period``, or ``no-observation`` where a place,
            period or part was asked for that has no figure.
    """
    view.indicator(name)
    condition = ObservationQuery((name,), place, period, breakdown, all_sources=True).condition(
        view
    )
    latest = (
        f"SELECT o.* FROM (SELECT * FROM observations WHERE {condition}) AS o "
        "LEFT JOIN web_periods AS p ON p.period = o.period "
        f"ORDER BY p.position DESC, {ORDER} LIMIT {FIGURES_MOST + 1}"
    )
    found = view.select(f"SELECT {column_list()} FROM ({latest}) AS latest ORDER BY {ORDER}")
    if not found and not (place is period is breakdown is None):
        raise fail("no-observation", f"{name} has no figure for that place, period and part")
    single = place is not None and period is not None
    return _graph(view, name, found, RECORDS_ONE if single else RECORDS_EACH)


def traced_places(view: View) -> list[tuple[str, str]]:
    """The indicators and the places that they have figures for."""
    rows = view.build.engine.rows(
        "SELECT DISTINCT indicator, place FROM observations ORDER BY indicator, place"
    )
    return [(str(indicator), str(place)) for indicator, place in rows]


def place_lineage(view: View, name: str, place: str) -> Lineage:
    """Traces of the figures of an indicator for a place, without those of the figures below them.

    Raises:
        CeyuanError: ``unknown-indicator``, or ``no-observation`` where it has no figure for a place of that identifier.
    """
    view.indicator(name)
    for _, found in _lineages_of(view, name, [place]):
        return found
    raise fail("no-observation", f"{name} has no figure for {place!r}")


def place_lineages(view: View, name: str) -> Iterator[tuple[str, Lineage]]:
    """What :func:`place_lineage` answers for each place of an indicator, in a few queries for all of them."""
    places: list[str] = []
    waiting = 0
    counts = f"SELECT place, count(*) FROM observations WHERE indicator = {literal(name)} GROUP BY place ORDER BY place"
    for place, count in view.build.engine.rows(counts):
        places.append(place)
        waiting += count
        if waiting >= _BATCH:
            yield from _lineages_of(view, name, places)
            places, waiting = [], 0
    yield from _lineages_of(view, name, places)


def _lineages_of(view: View, name: str, places: Sequence[str]) -> Iterator[tuple[str, Lineage]]:
    if not places:
        return
    among = literals(places)
    condition = f"indicator = {literal(name)} AND place IN ({among})"
    found = view.select(
        f"SELECT {column_list()} FROM observations WHERE {condition} ORDER BY {ORDER}"
    )
    asked = list(view.keyed(found))
    steps = tracing.trace_steps(view.build, found, RECORDS_EACH)
    traces: dict[str, dict[str, Trace]] = {}
    for (observation, figure), step in zip(asked, steps, strict=True):
        traces.setdefault(observation.place, {})[figure.key] = _trace(figure, step)
    for place, own in traces.items():
        yield place, _lineage(view, name, tuple(own), own, complete=True)


def _graph(view: View, name: str, found: Sequence[Observation], records: int) -> Lineage:
    complete = len(found) <= FIGURES_MOST
    asked = list(view.keyed(found[:FIGURES_MOST]))
    figures = dict(asked)
    graph = tracing.trace_graph(view.build, list(figures), records)
    traces: dict[str, Trace] = {}
    for observation, step in graph.items():
        figure = figures.get(observation) or view.figure(observation)
        traces[figure.key] = _trace(figure, step)
    return _lineage(view, name, tuple(figure.key for _, figure in asked), traces, complete=complete)


def _lineage(
    view: View, name: str, roots: tuple[str, ...], traces: dict[str, Trace], *, complete: bool
) -> Lineage:
    """Traces as an answer, with the names of the fields of their records."""
    tables = {record.table for trace in traces.values() for record in trace.records}
    # Points of a run stand in no table of the workspace.
    labels = {table: _labels(view, table) for table in sorted(tables & view.build.tables.keys())}
    return Lineage(
        build=view.build.id,
        indicator=name,
        roots=roots,
        traces=traces,
        labels=labels,
        complete=complete,
    )


def _labels(view: View, table: str) -> dict[str, Trilingual]:
    """Names of the fields of the records of a table."""
    fields = view.build.kinds[view.build.tables[table].kind].fields
    return dict(label for field in fields for label in _names(field))


def _names(field: FieldSpec) -> Iterator[tuple[str, Trilingual]]:
    name = field.name
    yield field.id, name
    if field.type == "quantity":
        unit = Trilingual(
            en=f"{name.en}: unit", zh_hans=f"{name.zh_hans}单位", zh_hant=f"{name.zh_hant}單位"
        )
        yield f"{field.id}_unit", unit


def _trace(figure: Figure, step: tracing.Step) -> Trace:
    below = dict.fromkeys(key_of(used) for used in step.used)
    below.pop(figure.key, None)
    made = {field.name: getattr(step, field.name) for field in fields(tracing.Making)}
    return Trace(**made, figure=figure, below=tuple(below))
