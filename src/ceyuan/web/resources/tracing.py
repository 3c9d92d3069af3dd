"""``indicators/{id}/lineage``: where figures come from, each figure traced once, however many are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ceyuan.engine import literal
from ceyuan.errors import fail
from ceyuan.indicators.observations import Observation, column_list
from ceyuan.periods import parse_period
from ceyuan.pipeline import tracing
from ceyuan.web.models.base import Figure
from ceyuan.web.models.lineage import Lineage, Trace, TracedRecord, TraceInput
from ceyuan.web.resources.view import ORDER, View, key_of
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import FieldSpec

RECORDS_EACH = 20
"""How many records of each figure are listed with an indicator; all are counted and summed."""
RECORDS_ONE = 500
"""How many where a single place and period is asked for."""
FIGURES_MOST = 3000
"""How many figures of one indicator are traced at once; the latest ones where there are more."""


def lineage(
    view: View, name: str, *, place: str | None = None, period: str | None = None, breakdown: str | None = None
) -> Lineage:
    """Traces of the figures of an indicator, shown or not, and of everything below them.

    Args:
        view: the build.
        name: identifier of the indicator.
        place: a place by id, name, alias or code; all places if None.
        period: a period in any spelling; all periods if None.
        breakdown: a part of a breakdown, empty for the total; all of them if None.

    Raises:
        CeyuanError: ``unknown-indicator``, ``unknown-place``, ``bad-period``, or ``no-observation`` where a place,
            period or part was asked for that has no figure.
    """
    view.indicator(name)
    conditions = [f"o.indicator = {literal(name)}"]
    if place is not None:
        conditions.append(f"o.place = {literal(view.build.place(place))}")
    if period is not None:
        conditions.append(f"o.period = {literal(canonical_period(period))}")
    if breakdown is not None:
        conditions.append(f"o.breakdown = {literal(breakdown)}")
    latest = (
        "SELECT o.* FROM observations AS o LEFT JOIN web_periods AS p ON p.period = o.period "
        f"WHERE {' AND '.join(conditions)} ORDER BY p.position DESC, {ORDER} LIMIT {FIGURES_MOST + 1}"
    )
    found = view.select(f"SELECT {column_list()} FROM ({latest}) AS latest ORDER BY {ORDER}")
    if not found and len(conditions) > 1:
        raise fail("no-observation", f"{name} has no figure for that place, period and part")
    single = place is not None and period is not None
    return _graph(view, name, found, RECORDS_ONE if single else RECORDS_EACH)


def canonical_period(text: str) -> str:
    """The canonical spelling of a period.

    Raises:
        CeyuanError: ``bad-period``.
    """
    try:
        return parse_period(text).text
    except ValueError as error:
        raise fail("bad-period", str(error)) from None


def _graph(view: View, name: str, found: Sequence[Observation], records: int) -> Lineage:
    complete = len(found) <= FIGURES_MOST
    asked = list(view.keyed(found[:FIGURES_MOST]))
    figures = dict(asked)
    graph = tracing.trace_graph(view.build, list(figures), records)
    traces: dict[str, Trace] = {}
    for observation, step in graph.items():
        figure = figures.get(observation) or view.figure(observation)
        below = (key_of(used) for used in step.used)
        traces[figure.key] = _trace(figure, step.trace, tuple(key for key in dict.fromkeys(below) if key != figure.key))
    keys = tuple(figure.key for _, figure in asked)
    labels = _labels(view, {record.table for trace in traces.values() for record in trace.records})
    return Lineage(build=view.build.id, indicator=name, roots=keys, traces=traces, labels=labels, complete=complete)


def _labels(view: View, tables: Iterable[str]) -> dict[str, dict[str, Trilingual]]:
    """Names of the fields of records, by table; points of a run stand in no table of the workspace."""
    build = view.build
    return {
        table: {name: label for field in build.kinds[build.tables[table].kind].fields for name, label in _names(field)}
        for table in sorted(tables)
        if table in build.tables
    }


def _names(field: FieldSpec) -> Iterator[tuple[str, Trilingual]]:
    name = field.name
    yield field.id, name
    if field.type == "quantity":
        unit = Trilingual(en=f"{name.en}: unit", zh_hans=f"{name.zh_hans}单位", zh_hant=f"{name.zh_hant}單位")
        yield f"{field.id}_unit", unit


def _trace(figure: Figure, step: tracing.Trace, below: tuple[str, ...]) -> Trace:
    return Trace(
        figure=figure,
        origin=step.origin,
        definition=step.definition,
        version=step.version,
        query=step.query,
        inputs=tuple(TraceInput.model_validate(dict(used)) for used in step.inputs),
        records=tuple(
            TracedRecord(
                table=r.table,
                file=r.file,
                line=r.line,
                source=r.source,
                value=r.value,
                fields=dict(r.fields),
                correction=r.correction,
            )
            for r in step.records
        ),
        record_count=step.record_count,
        total=step.total,
        below=below,
    )
