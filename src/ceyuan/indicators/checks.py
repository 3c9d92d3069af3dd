"""What definitions of indicators must satisfy before anything is computed: names, fields, units, no cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from ceyuan.errors import Problem, did_you_mean
from ceyuan.expressions import Field
from ceyuan.periods import parse_period
from ceyuan.units import Unit, parse_unit
from ceyuan.workspace import Definition, Workspace
from ceyuan.workspace.checks import check_filter, check_unit, unknown
from ceyuan.workspace.definitions import (
    RECORD_TYPES,
    ChangeIndicator,
    CountIndicator,
    CumulativeIndicator,
    DistinctIndicator,
    GrowthIndicator,
    Indicator,
    MembershipIndicator,
    RankIndicator,
    RatioIndicator,
    RecordIndicator,
    RollingIndicator,
    ShareIndicator,
    Status,
    StreakIndicator,
    SumIndicator,
    inputs_of,
)
from ceyuan.workspace.fieldpaths import UnknownFieldError, find_field
from ceyuan.workspace.placesfile import PlaceKind

_PLACE_TYPES = ("place",)
_INTENSIVE = ("ratio", "rank", "membership", "percentage point")
_PERIOD_TYPES = ("date", "period")


def check_definitions(workspace: Workspace) -> list[Problem]:
    """All faults of the indicators of a workspace."""
    problems: list[Problem] = []
    for definition in workspace.definitions.values():
        problems += _check_one(workspace, definition)
    return problems + list(_cycles(workspace.definitions))


def evaluation_order(definitions: Mapping[str, Definition]) -> list[str]:
    """Indicators so that each comes after those that it is made of.

    The definitions must be free of cycles.
    """
    order: dict[str, None] = {}
    for start in definitions:
        stack = [(start, iter(inputs_of(definitions[start].indicator)))]
        while stack:
            name, inputs = stack[-1]
            following = next((i for i in inputs if i not in order and i in definitions), None)
            if following is None:
                stack.pop()
                order[name] = None
            else:
                stack.append((following, iter(inputs_of(definitions[following].indicator))))
    return list(order)


def _check_one(workspace: Workspace, definition: Definition) -> Iterator[Problem]:
    indicator, file, line = definition.indicator, definition.file, definition.line
    yield from check_unit(indicator.unit, file, line)
    for name in inputs_of(indicator):
        if name not in workspace.definitions:
            yield unknown("unknown-indicator", "indicator", name, workspace.definitions, file, line)
    for name in indicator.shown:
        if name not in get_args(Status) and name not in workspace.sources:
            hint = did_you_mean(name, [*get_args(Status), *workspace.sources])
            yield Problem("unknown-source", f"{name!r} is neither a status nor a source", file, line, hint)
    if isinstance(indicator, RECORD_TYPES):
        yield from _check_record_indicator(workspace, indicator, file, line)
    yield from _check_places_and_periods(workspace, indicator, file, line)
    yield from _check_units(workspace, definition)


def _check_record_indicator(
    workspace: Workspace, indicator: RecordIndicator, file: str, line: int
) -> Iterator[Problem]:
    kind = workspace.kinds.get(indicator.records)
    if kind is None:
        yield unknown("unknown-kind", "kind", indicator.records, workspace.kinds, file, line)
        return
    if indicator.where is not None:
        yield from check_filter(workspace, kind.kind, indicator.where, file, line)
    if indicator.zero_where is not None:
        yield from check_filter(workspace, kind.kind, indicator.zero_where, file, line)
        if isinstance(indicator, SumIndicator) or kind.per_source:
            message = (
                f"`zero_where` is for counts of events: a {indicator.type} of {kind.kind} that is not there is missing"
            )
            yield Problem("bad-aggregation", message, file, line)
    wanted: list[tuple[str | None, str, tuple[str, ...]]] = [
        (indicator.place or kind.place, "place", _PLACE_TYPES),
        (indicator.period or kind.period, "period", _PERIOD_TYPES),
    ]
    if isinstance(indicator, SumIndicator):
        wanted.append((indicator.value, "value", ("quantity", "number", "integer")))
    if isinstance(indicator, DistinctIndicator):
        wanted.append((indicator.value, "value", ()))
    wanted += [(name, "by", ()) for name in indicator.by]
    for name, role, types in wanted:
        yield from _check_field(workspace, kind.kind, name, role, types, file, line)
    rule = indicator.over_places
    if rule.rule == "complete" and not (rule.levels and set(rule.levels) <= set(get_args(PlaceKind))):
        hint = f"Levels: {', '.join(get_args(PlaceKind))}"
        yield Problem("missing-key", "over_places `complete` needs a `level`", file, line, hint)
    if indicator.counting == "fractional" and (kind.fractional is None or isinstance(indicator, DistinctIndicator)):
        yield Problem(
            "bad-counting", f"fractional counting means nothing for {indicator.type} of {kind.kind}", file, line
        )
    if kind.per_source and indicator.over_periods == "sum":
        message = f"{kind.kind} records are figures, not events: they are not summed over periods"
        yield Problem("bad-aggregation", message, file, line)
    if not kind.per_source and indicator.over_periods in ("last", "exact"):
        message = f"{kind.kind} records are events: `{indicator.over_periods}` would drop some of them"
        yield Problem("bad-aggregation", message, file, line)


def _check_field(
    workspace: Workspace, kind: str, name: str | None, role: str, types: tuple[str, ...], file: str, line: int
) -> Iterator[Problem]:
    if name is None:
        yield Problem("missing-key", f"{kind} has no {role} of its own: name its field with `{role}`", file, line)
        return
    try:
        found = find_field(workspace.kinds, kind, tuple(name.split(".")))
    except UnknownFieldError as error:
        yield Problem("unknown-field", f"{role}: {error}", file, line, error.hint)
        return
    if types and found.type not in types:
        yield Problem("bad-value", f"{role}: {name} is {found.type}, not {' or '.join(types)}", file, line)


def _check_places_and_periods(workspace: Workspace, indicator: Indicator, file: str, line: int) -> Iterator[Problem]:
    places = {p.id for p in workspace.places}
    named: list[str] = []
    periods: list[str] = []
    if isinstance(indicator, ShareIndicator) and indicator.whole_place is not None:
        named.append(indicator.whole_place)
    if isinstance(indicator, ShareIndicator) and indicator.whole_place is None and indicator.whole is None:
        yield Problem("missing-key", "a share needs a `whole` or a `whole_place`", file, line)
    if isinstance(indicator, RankIndicator):
        among = indicator.among
        named += [*among.places, *([among.within] if among.within else [])]
        if not (among.places or among.kind or among.within):
            yield Problem("missing-key", "`among` names no places", file, line)
        if among.kind is not None and among.kind not in get_args(PlaceKind):
            hint = did_you_mean(among.kind, get_args(PlaceKind))
            yield Problem("bad-value", f"among.kind: {among.kind!r} is not known", file, line, hint)
    if isinstance(indicator, ChangeIndicator | GrowthIndicator) and indicator.against not in ("previous", "first"):
        periods.append(indicator.against)
    if isinstance(indicator, CumulativeIndicator) and indicator.since is not None:
        periods.append(indicator.since)
    for place in named:
        if place not in places:
            yield unknown("unknown-place", "place", place, places, file, line)
    for period in periods:
        try:
            parse_period(period)
        except ValueError as error:
            yield Problem("bad-period", str(error), file, line)


def _check_units(workspace: Workspace, definition: Definition) -> Iterator[Problem]:
    indicator, file, line = definition.indicator, definition.file, definition.line
    try:
        unit = parse_unit(indicator.unit)
        inputs = [parse_unit(workspace.definitions[name].indicator.unit) for name in inputs_of(indicator)]
    except (KeyError, ValueError):
        return  # reported already
    message = _unit_fault(indicator, unit, inputs) or _value_unit_fault(workspace, indicator, unit)
    if message is not None:
        yield Problem("wrong-unit", message, file, line)
    if isinstance(indicator, MembershipIndicator | StreakIndicator):
        base = workspace.definitions[indicator.of].indicator
        wanted = "rank" if isinstance(indicator, MembershipIndicator) else "membership"
        if parse_unit(base.unit).dimension != wanted:
            yield Problem("wrong-unit", f"{indicator.of!r} is no {wanted}: its unit is {base.unit}", file, line)


def _unit_fault(indicator: Indicator, unit: Unit, inputs: list[Unit]) -> str | None:
    """Why the unit of an indicator does not fit its inputs, or None."""
    fixed = {"growth": "ratio", "rank": "rank", "membership": "membership", "streak": "time"}
    if indicator.type in fixed and unit.dimension != fixed[indicator.type]:
        return f"a {indicator.type} has a unit of {fixed[indicator.type]}, not {indicator.unit}"
    if isinstance(indicator, CountIndicator | DistinctIndicator) and not unit.is_count:
        return f"a {indicator.type} has a unit that counts, not {indicator.unit}"
    if isinstance(indicator, RatioIndicator | ShareIndicator):
        top, bottom = inputs
        if top.dimension == bottom.dimension:
            fits = unit.dimension == "ratio"
        elif isinstance(indicator, RatioIndicator) and bottom.dimension == "ratio" and unit.dimension == top.dimension:
            fits = True  # expenditure over its share of GDP is a GDP
        else:
            fits = isinstance(indicator, RatioIndicator) and unit.dimension == f"{top.dimension}/{bottom.dimension}"
        if not fits:
            wanted = "%" if top.dimension == bottom.dimension else f"{top.base}/{bottom.base}"
            return f"{top.text} over {bottom.text} is no {indicator.unit}; such a ratio has a unit like {wanted}"
    if isinstance(indicator, CumulativeIndicator | RollingIndicator) and unit.dimension != inputs[0].dimension:
        return f"a total of {inputs[0].text} is no {indicator.unit}"
    if isinstance(indicator, RollingIndicator) and indicator.aggregate == "sum" and inputs[0].dimension in _INTENSIVE:
        return f"values in {inputs[0].text} are not added up over periods; `aggregate: mean` may be meant"
    if isinstance(indicator, ChangeIndicator):
        wanted = "percentage point" if inputs[0].dimension == "ratio" else inputs[0].dimension
        if unit.dimension != wanted:
            return f"a change of {inputs[0].text} is measured in {wanted}, not in {indicator.unit}"
    return None


def _value_unit_fault(workspace: Workspace, indicator: Indicator, unit: Unit) -> str | None:
    if not isinstance(indicator, SumIndicator) or indicator.records not in workspace.kinds:
        return None
    try:
        found = find_field(workspace.kinds, indicator.records, Field(tuple(indicator.value.split("."))).path)
    except UnknownFieldError:
        return None
    dimension = found.field.dimension
    if found.type != "quantity" or dimension is None:
        return None
    if unit.dimension == dimension or unit.dimension.startswith(f"{dimension}:"):
        return None
    return f"{indicator.value} measures {dimension}, which is not what {indicator.unit} measures"


def _cycles(definitions: Mapping[str, Definition]) -> Iterator[Problem]:
    done: set[str] = set()
    for start in definitions:
        trail: list[str] = []
        stack = [start]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            if not trail or trail[-1] != name:
                trail.append(name)
            following = [i for i in inputs_of(definitions[name].indicator) if i in definitions and i not in done]
            loop = next((i for i in following if i in trail), None)
            if loop is not None:
                circle = [*trail[trail.index(loop) :], loop]
                place = definitions[loop]
                yield Problem("indicator-cycle", " → ".join(circle), place.file, place.line)
                done.update(circle)
            if following and loop is None:
                stack.append(following[0])
            else:
                done.add(name)
                stack.pop()
                trail.pop()
