"""What can be said about the composite indices of a workspace before any figure is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np

from ceyuan.composite.context import IndexContext, check_aggregation, load_tables, named_tables
from ceyuan.composite.declaration import DeclaredIndex, place_of, read_declarations, structure_of
from ceyuan.composite.inputs import Inputs
from ceyuan.composite.scenarios import with_choices
from ceyuan.composite.spec import Spec
from ceyuan.composite.structure import Structure
from ceyuan.composite.uncertainty.factors import changed
from ceyuan.composite.uncertainty.spec import Factor
from ceyuan.composite.weight import given_weights
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.workspace import Workspace
from ceyuan.workspace.faults import unknown
from ceyuan.workspace.placesfile import PlaceKind


def declared_composites(workspace: Workspace) -> dict[str, DeclaredIndex]:
    """The indices that a workspace declares, by identifier; files that say none are left out."""
    return read_declarations(workspace.composites)[0]


def check_composites(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong with the files of ``composites/``."""
    found, problems = read_declarations(workspace.composites)
    for declared in found.values():
        own = [
            *_units(workspace, declared),
            *_periods(declared),
            *_indicators(workspace, declared),
            *_denominators(workspace, declared),
        ]
        if not own:
            own = _spec(workspace, declared)
        problems += own
    return problems


def _units(workspace: Workspace, declared: DeclaredIndex) -> Iterator[Problem]:
    among, places = declared.composite.units, {p.id for p in workspace.places}
    line = declared.document.line(("units",))
    named = [*among.places, *([among.within] if among.within else [])]
    for name in named:
        if name not in places:
            yield unknown("unknown-place", "place", name, places, declared.file, line)
    for name in sorted({n for n in among.places if among.places.count(n) > 1}):
        yield declared.problem(
            "composite-duplicate-unit", f"the place {name!r} is named twice", "units", "places"
        )
    if not (among.places or among.kind or among.within):
        yield declared.problem("missing-key", "`units` names no places", "units")
    if among.kind is not None and among.kind not in get_args(PlaceKind):
        hint = did_you_mean(among.kind, get_args(PlaceKind))
        yield declared.problem(
            "bad-value", f"units.kind: {among.kind!r} is not known", "units", "kind", hint=hint
        )
    elif set(named) <= places and len(among.of(_gazetteer(workspace))) < 2:
        yield declared.problem(
            "composite-no-units", "an index compares two places at least", "units"
        )


def _gazetteer(workspace: Workspace) -> Gazetteer:
    return Gazetteer.of(workspace.places)


def _periods(declared: DeclaredIndex) -> Iterator[Problem]:
    seen: set[str] = set()
    own = [(("periods", i), str(text)) for i, text in enumerate(declared.composite.periods)]
    pinned = [
        (("structure", i, "period"), e.period)
        for i, e in enumerate(declared.composite.structure)
        if e.period is not None
    ]
    for path, text in [*own, *pinned]:
        try:
            canonical = parse_period(text).text
        except ValueError as error:
            yield declared.problem("bad-period", str(error), *path)
            continue
        if path[0] == "periods" and canonical in seen:
            yield declared.problem("bad-value", f"the period {canonical} is named twice", *path)
        seen.add(canonical)


def _indicators(workspace: Workspace, declared: DeclaredIndex) -> Iterator[Problem]:
    for i, entry in enumerate(declared.composite.structure):
        if entry.indicator is None:
            meant = {"breakdown": entry.breakdown, "period": entry.period, "unit": entry.unit}
            for key, value in meant.items():
                if value:
                    message = f"{entry.code!r} is a group: `{key}` belongs to an indicator"
                    yield declared.problem("bad-value", message, "structure", i, key)
            continue
        definition = workspace.definitions.get(entry.indicator)
        if definition is None:
            line = declared.document.line(("structure", i, "indicator"))
            yield unknown(
                "unknown-indicator",
                "indicator",
                entry.indicator,
                workspace.definitions,
                declared.file,
                line,
            )
            continue
        indicator = definition.indicator
        if entry.unit is not None and entry.unit != indicator.unit:
            message = f"{indicator.id!r} is in {indicator.unit}, not in {entry.unit}"
            yield declared.problem("bad-value", message, "structure", i, "unit")
        if entry.direction is None and indicator.direction == "neutral":
            message = f"{indicator.id!r} does not say which way is better"
            hint = "Say `direction: higher` or `direction: lower` here"
            yield declared.problem("missing-key", message, "structure", i, hint=hint)


def _denominators(workspace: Workspace, declared: DeclaredIndex) -> Iterator[Problem]:
    composite = declared.composite
    for code, indicator in composite.denominators.items():
        if indicator not in workspace.definitions:
            line = declared.document.line(("denominators", code))
            yield unknown(
                "unknown-indicator",
                "indicator",
                indicator,
                workspace.definitions,
                declared.file,
                line,
            )
    for i, entry in enumerate(composite.structure):
        if entry.denominator is not None and entry.denominator not in composite.denominators:
            hint = did_you_mean(entry.denominator, composite.denominators)
            message = f"there is no denominator {entry.denominator!r}"
            yield declared.problem(
                "composite-denominator-invalid", message, "structure", i, "denominator", hint=hint
            )
    divides = composite.spec.denominate
    if any(e.denominator for e in composite.structure) and divides is None:
        message = "the structure names denominators, but no step divides by them"
        yield declared.problem(
            "composite-denominator-invalid", message, "spec", hint="Add `denominate:` to `spec`"
        )


def _spec(workspace: Workspace, declared: DeclaredIndex) -> list[Problem]:
    """What the steps say about the tree: codes, levels, groups, tables, factors."""
    indicators = {name: d.indicator for name, d in workspace.definitions.items()}
    try:
        tree = structure_of(declared, indicators)
    except CeyuanError as error:
        return list(error.problems)
    problems: list[Problem] = []
    for node in tree.nodes:
        if (node.level == 1) != (
            declared.composite.structure[_at(declared, node.code)].indicator is not None
        ):
            message = f"{node.code!r} has both members and an indicator, or neither"
            problems.append(
                declared.problem(
                    "composite-structure-invalid", message, *place_of(declared, node.code)
                )
            )
    spec = declared.composite.spec
    problems += _codes(declared, tree)
    problems += _named_units(workspace, declared)
    folder = workspace.root / Path(declared.file).parent
    for name in named_tables(spec):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            message = f"the table {name!r} is not in the folder of the declaration"
            problems.append(declared.problem("bad-value", message, "spec"))
    try:
        tables = load_tables(spec, folder, {})
    except CeyuanError as error:
        return [*problems, *declared.located(error, "spec")]
    context = IndexContext(_without_rows(tree, declared), spec, tables)
    problems += _attempt(declared, partial(check_aggregation, context), "spec", "aggregate")
    weights = None if spec.weights.table is None else tables[spec.weights.table]
    problems += _attempt(
        declared, partial(given_weights, tree, spec.weights, weights), "spec", "weights"
    )
    for name, factor in (spec.uncertainty.factors if spec.uncertainty else {}).items():
        path = ("spec", "uncertainty", "factors", name)
        problems += _attempt(declared, partial(_factor, spec, name, factor), *path)
    for name, choices in spec.scenarios.items():
        problems += _attempt(
            declared, partial(with_choices, spec, name, choices), "spec", "scenarios", name
        )
    return problems


def _at(declared: DeclaredIndex, code: str) -> int:
    return [entry.code for entry in declared.composite.structure].index(code)


def _attempt(
    declared: DeclaredIndex, part: Callable[[], object], *path: str | int
) -> list[Problem]:
    try:
        part()
    except CeyuanError as error:
        return declared.located(error, *path)
    return []


def _factor(spec: Spec, name: str, factor: Factor) -> None:
    """Every alternative must fit where it goes."""
    values = list((factor.alternatives or {}).values())
    values += list(factor.uniform or ())
    values += [factor.normal[0]] if factor.normal else []
    for value in values:
        changed(spec, name, factor.of or "", value)


def _codes(declared: DeclaredIndex, tree: Structure) -> Iterator[Problem]:
    """Codes that single steps name."""
    spec = declared.composite.spec
    codes = [node.code for node in tree.indicators]
    steps: dict[str, Mapping[str, object]] = {"normalise": spec.normalise.indicators}
    if spec.impute is not None:
        steps["impute"] = spec.impute.indicators
    if spec.treat is not None:
        steps["treat"] = spec.treat.indicators
    for step, named in steps.items():
        for code in named:
            if code not in codes:
                path = ("spec", step, "indicators", code)
                message = f"{step}: no indicator {code!r}"
                yield declared.problem(
                    "composite-unknown-code", message, *path, hint=did_you_mean(code, codes)
                )
    if spec.uncertainty is not None and spec.uncertainty.code not in (None, *tree.codes):
        message = f"uncertainty: there is no code {spec.uncertainty.code!r}"
        yield declared.problem("composite-unknown-code", message, "spec", "uncertainty", "code")


def _named_units(workspace: Workspace, declared: DeclaredIndex) -> Iterator[Problem]:
    """Places that steps name, but that are not compared."""
    composite, spec = declared.composite, declared.composite.spec
    units = composite.units.of(_gazetteer(workspace))
    named: list[tuple[str | None, tuple[str | int, ...]]] = [
        (spec.normalise.reference, ("normalise", "reference"))
    ]
    if spec.screen is not None:
        named += [(unit, ("screen",)) for unit in (*spec.screen.include, *spec.screen.exclude)]
    if spec.uncertainty is not None:
        for i, pair in enumerate(spec.uncertainty.above):
            named += [(unit, ("uncertainty", "above", i)) for unit in pair]
        for i, target in enumerate(
            spec.uncertainty.sensitivity.targets if spec.uncertainty.sensitivity else ()
        ):
            place = ("uncertainty", "sensitivity", "targets", i)
            named += [(unit, place) for unit in (target.rank, target.score, *(target.above or ()))]
    for unit, path in named:
        if unit is not None and unit not in units:
            message = f"{unit!r} is not among the places that are compared"
            yield declared.problem(
                "composite-unknown-code", message, "spec", *path, hint=did_you_mean(unit, units)
            )


def _without_rows(tree: Structure, declared: DeclaredIndex) -> Inputs:
    return Inputs((), (), (), np.zeros((0, len(tree.indicators))), tree, {}, {}, declared.file)
