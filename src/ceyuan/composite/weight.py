"""Weights as given: from the structure table, equal, from a table of sets, or written down for single codes."""

from __future__ import annotations

from ceyuan.composite.arrays import Floats
from ceyuan.composite.spec import WeightMethod, Weights
from ceyuan.composite.structure import Structure
from ceyuan.composite.tables import Table
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail


def given_weights(structure: Structure, spec: Weights, table: Table | None) -> Floats:
    """Weights of all codes, before any that are computed from the data.

    Args:
        structure: the tree.
        spec: where weights come from.
        table: the table of weight sets that the specification names.

    Raises:
        CeyuanError: unknown codes and levels, groups whose weights sum to nothing.
    """
    weights = structure.weights.copy()
    problems = _unknown(structure, spec)
    if table is not None:
        sets = weight_sets(structure, table)
        weights = sets[_chosen(sets, spec.set, table)]
    for level, method in level_methods(structure, spec).items():
        if method == "equal":
            weights[structure.levels == level] = 1.0
    for code, weight in spec.values.items():
        if code in structure.position:
            weights[structure.position[code]] = weight
    problems += [] if problems else sum_problems(structure, weights)
    if problems:
        raise CeyuanError(problems)
    return weights


def level_methods(structure: Structure, spec: Weights) -> dict[int, WeightMethod]:
    """The method of each level: its own, else the general one."""
    levels = range(1, int(structure.levels.max()) + 1)
    return {level: spec.levels.get(level, spec.method) for level in levels}


def _unknown(structure: Structure, spec: Weights) -> list[Problem]:
    key = "composite-unknown-code"
    problems = [
        Problem(
            key, f"weights: there is no code {code!r}", hint=did_you_mean(code, structure.codes)
        )
        for code in (*spec.values, *spec.importance)
        if code not in structure.position
    ]
    levels = {node.level for node in structure.nodes}
    problems += [
        Problem(key, f"weights: there is no level {level}")
        for level in spec.levels
        if level not in levels
    ]
    return problems


def sum_problems(structure: Structure, weights: Floats) -> list[Problem]:
    """Groups whose members' weights do not sum to something positive."""
    problems = []
    for group, places in structure.places.items():
        total = weights[places].sum()
        if not total > 0:
            message = f"the weights of the members of {group!r} sum to {total:g}"
            problems.append(Problem("composite-weight-invalid", message))
    return problems


def _chosen(sets: dict[str, Floats], name: str | None, table: Table) -> str:
    if name is None and len(sets) == 1:
        return next(iter(sets))
    if name not in sets:
        hint = did_you_mean(name or "", sets)
        message = (
            f"weights: there is no set {name!r}"
            if name
            else f"weights: {len(sets)} sets, none chosen"
        )
        raise fail("composite-weight-invalid", message, file=table.source, hint=hint)
    return name


def weight_sets(structure: Structure, table: Table) -> dict[str, Floats]:
    """Sets of weights of a table, by name; codes that a set leaves out keep the structure's weight.

    Args:
        structure: the tree.
        table: columns ``code`` (``iCode``), ``weight`` and, for several sets, ``set`` (``rep``, ``name``).

    Raises:
        CeyuanError: unknown codes, weights that are no numbers or negative, sets that sum to nothing.
    """
    codes = [code or "" for code in table.text(table.require("code", "iCode"))]
    values, problems = table.numbers(table.require("weight"), codes)
    set_column = table.find("set", "rep", "name")
    names = [name or "" for name in table.text(set_column)] if set_column else [""] * table.height
    sets = {name: structure.weights.copy() for name in dict.fromkeys(names)}
    for row, (name, code, value) in enumerate(zip(names, codes, values, strict=True)):
        if code not in structure.position:
            hint = did_you_mean(code, structure.codes)
            problems.append(
                table.problem(
                    "composite-unknown-code", f"weights: there is no code {code!r}", row, hint
                )
            )
        elif not value >= 0:
            problems.append(
                table.problem(
                    "composite-weight-invalid", f"{code!r}: weight {value:g} is not usable", row
                )
            )
        else:
            sets[name][structure.position[code]] = value
    for own in sets.values():
        problems += [] if problems else sum_problems(structure, own)
    if problems:
        raise CeyuanError(problems)
    return sets
