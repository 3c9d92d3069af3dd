"""Tracing: from a figure down to the definition, the inputs, and the records with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import assert_never

from ceyuan.engine import literal, literals
from ceyuan.errors import fail
from ceyuan.indicators.lineage import LineageInput, Origin
from ceyuan.indicators.observations import Observation, column_list
from ceyuan.indicators.types import (
    ClusterIndicator,
    DerivedIndicator,
    PublishedIndicator,
    RecordIndicator,
)
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.traced import (
    Contributions,
    TracedRecord,
    cluster_points,
    in_workspace,
    picked,
    stated,
)

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Making:
    """What a figure was made of.

    Attributes:
        origin: made of ``records``, of other ``indicators``, stated as ``figures``, or found by a run of ``clusters``: then
            its records are the points in the cluster.
        definition: ``file:line`` of the definition.
        version: version of the definition.
        query: the SQL that made it.
        inputs: tables and files that were read, or indicators used.
        records: the contributing records, up to the limit.
        record_count: how many there are.
        total: sum of all contributions in the indicator's unit, where the figure is such a sum; it equals the value.
    """

    origin: Origin
    definition: str
    version: str
    query: str
    inputs: tuple[LineageInput, ...]
    records: tuple[TracedRecord, ...]
    record_count: int
    total: float | None


@dataclass(frozen=True, slots=True)
class Trace(Making):
    """One observation with everything below it.

    Attributes:
        observation: the figure.
        below: traces of the observations that this one was made of.
    """

    observation: Observation
    below: tuple[Trace, ...]


def trace(
    build: Build,
    indicator: str,
    *,
    place: str | None = None,
    period: str | None = None,
    breakdown: str = "",
    all_sources: bool = False,
    limit: int = 20,
) -> list[Trace]:
    """Trace the observations of an indicator.

    Args:
        build: the build to ask.
        indicator: its identifier or one of its names.
        place: a place; all places if None.
        period: a period; all periods if None.
        breakdown: the part of a breakdown; the total if empty.
        all_sources: also trace what is not shown.
        limit: at most so many records of each figure; their number and sum are always complete.

    Raises:
        CeyuanError: ``no-observation`` if there is nothing to trace, and what :meth:`Build.show` raises.
    """
    found = build.show(
        indicator, place=place, period=period, breakdown=breakdown, all_sources=all_sources
    )
    if not found:
        known = build.show(indicator, place=place, breakdown=breakdown)
        periods = sorted({o.period for o in known})
        hint = f"Periods: {', '.join(periods[-12:])}" if periods else None
        message = f"{indicator} has no value for {place or 'any place'}, {period or 'any period'}"
        raise fail("no-observation", message, hint=hint)
    return traces_of(build, found, limit)


def traces_of(build: Build, observations: Sequence[Observation], limit: int = 20) -> list[Trace]:
    """Traces of observations, in their order, with a few queries for all of them.

    Args:
        build: the build to ask.
        observations: some of its observations.
        limit: at most so many records of each figure; their number and sum are always complete.
    """
    graph = trace_graph(build, observations, limit)
    return [_nested(graph, observation, 0) for observation in observations]


Graph = Mapping[Observation, "Step"]


@dataclass(frozen=True, slots=True)
class Step(Making):
    """What a figure was made of, without what is below that.

    Attributes:
        used: the observations that it was made of.
    """

    used: tuple[Observation, ...]


def trace_graph(build: Build, observations: Sequence[Observation], limit: int = 20) -> Graph:
    """Single steps of observations and of everything below them, each figure traced once.

    Args:
        build: the build to ask.
        observations: some of its observations.
        limit: at most so many records of each figure; their number and sum are always complete.
    """
    found: dict[Observation, Step] = {}
    waiting = list(dict.fromkeys(observations))
    while waiting:
        steps = trace_steps(build, waiting, limit)
        found.update(zip(waiting, steps, strict=True))
        below = chain.from_iterable(step.used for step in steps)
        waiting = [observation for observation in dict.fromkeys(below) if observation not in found]
    return found


def trace_steps(build: Build, observations: Sequence[Observation], limit: int = 20) -> list[Step]:
    """One step of each observation, with one query for all that came about in the same way.

    Args:
        build: the build to ask.
        observations: some of its observations.
        limit: at most so many records of each figure; their number and sum are always complete.

    Returns:
        The steps in the order of the observations.
    """
    alike: dict[tuple[str, str | None], list[int]] = {}
    for position, observation in enumerate(observations):
        run = build.gazetteer.places[observation.place].run
        alike.setdefault((observation.lineage, run), []).append(position)
    found: dict[int, Step] = {}
    for positions in alike.values():
        steps = _alike(build, [observations[position] for position in positions], limit)
        found.update(zip(positions, steps, strict=True))
    return [found[position] for position in range(len(observations))]


def _alike(build: Build, observations: Sequence[Observation], limit: int) -> list[Step]:
    """The steps of observations of one lineage and one run of clusters."""
    first = observations[0]
    indicator = build.indicators[first.indicator]
    entry = build.lineage[first.lineage]
    inputs = tuple(_input(build, used) for used in entry.inputs)
    ends = [Contributions()] * len(observations)
    below: Sequence[tuple[Observation, ...]] = [()] * len(observations)
    if entry.origin == "figures":
        ends = stated(build, observations)
    else:
        match indicator:
            case RecordIndicator():
                ends = picked(build, indicator, observations, limit)
            case ClusterIndicator():
                ends = cluster_points(build, indicator, observations, limit)
            case DerivedIndicator():
                below = _made_of(build, indicator, observations)
            case PublishedIndicator():
                pass  # nothing is computed
            case _:
                assert_never(indicator)
    return [
        Step(
            entry.origin,
            entry.definition,
            entry.version,
            entry.query,
            inputs,
            end.records,
            end.count,
            end.total,
            used,
        )
        for end, used in zip(ends, below, strict=True)
    ]


def _input(build: Build, used: LineageInput) -> LineageInput:
    """The manifest of a run is a file of the build, not of the workspace, whose folder clusters/ holds declarations."""
    if used.kind != "clusters":
        return used
    return replace(used, file=in_workspace(build, build.path / str(used.file)))


def _nested(graph: Graph, observation: Observation, depth: int) -> Trace:
    step = graph[observation]
    deeper = step.used if depth < _DEEPEST else ()
    made = {field.name: getattr(step, field.name) for field in fields(Making)}
    return Trace(
        **made,
        observation=observation,
        below=tuple(_nested(graph, used, depth + 1) for used in deeper),
    )


def _made_of(
    build: Build, indicator: DerivedIndicator, observations: Sequence[Observation]
) -> list[tuple[Observation, ...]]:
    """The observations that derived ones were made of."""
    found: list[tuple[Observation, ...]] = [()] * len(observations)
    for position, name in enumerate(indicator.inputs):
        keys = [_key(indicator, observation, position) for observation in observations]
        series = _series(build, name, keys, by_part=not indicator.over_parts)
        for n, (observation, key) in enumerate(zip(observations, keys, strict=True)):
            part = None if indicator.over_parts else observation.breakdown
            values = series.get((*key, part)) or series.get((*key, ""), [])
            found[n] += tuple(indicator.used(observation, values, build.timeline, build.gazetteer))
    return found


Key = tuple[str | None, str | None]


def _key(indicator: DerivedIndicator, observation: Observation, position: int) -> Key:
    """Place and period of the values of an input that an observation was made of; None where it is several."""
    place = None if indicator.over_places else indicator.place_of(position, observation.place)
    period = None if indicator.over_periods else observation.period
    return place, period


def _series(
    build: Build, name: str, keys: Sequence[Key], *, by_part: bool
) -> Mapping[tuple[str | None, str | None, str | None], list[Observation]]:
    """The shown values of an input by place, period and breakdown, as far as they are asked for."""
    places, periods = ({key[part] for key in keys} - {None} for part in (0, 1))
    conditions = ["shown", f"indicator = {literal(name)}"]
    if places:
        conditions.append(f"place IN ({_list(places)})")
    if periods:
        conditions.append(f"period IN ({_list(periods)})")
    found: dict[tuple[str | None, str | None, str | None], list[Observation]] = {}
    query = f"SELECT {column_list()} FROM observations WHERE {' AND '.join(conditions)} ORDER BY place, period, breakdown"
    for value in map(Observation.of, build.engine.arrow(query).to_pylist()):
        place = value.place if places else None
        period = value.period if periods else None
        part = value.breakdown if by_part else None
        found.setdefault((place, period, part), []).append(value)
    return found


def _list(values: Iterable[str | None]) -> str:
    return literals(sorted(filter(None, values)))
