"""Everything that a computation is given: data, specification, the tables that it names, the user's functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ceyuan.composite.aggregate import METHODS, OwnFunction
from ceyuan.composite.inputs import Inputs
from ceyuan.composite.spec import AggregateOne, Spec
from ceyuan.composite.tables import Table, read_table
from ceyuan.errors import CeyuanError, Problem, did_you_mean


@dataclass(frozen=True)
class IndexContext:
    """What an index is computed from, besides its raw values.

    Attributes:
        inputs: the data.
        spec: the specification.
        tables: the tables that the specification names, by the name used there.
        functions: the user's own methods of aggregation by name.
    """

    inputs: Inputs
    spec: Spec
    tables: Mapping[str, Table] = field(default_factory=dict)
    functions: Mapping[str, OwnFunction] = field(default_factory=dict)

    def with_spec(self, spec: Spec) -> IndexContext:
        """The same with another specification."""
        return replace(self, spec=spec)

    def rule(self, group: str) -> AggregateOne:
        """How a group is aggregated: its own rule, else its level's, else the general one."""
        spec = self.spec.aggregate
        level = self.inputs.structure.by_code[group].level
        return spec.groups.get(group) or spec.levels.get(level) or spec


def named_tables(spec: Spec) -> list[str]:
    """The tables that a specification names."""
    names = [spec.denominate.table if spec.denominate else None, spec.weights.table]
    if spec.uncertainty is not None:
        names.append(spec.uncertainty.replay)
        for factor in spec.uncertainty.factors.values():
            names += [factor.weight_sets, factor.errors.table if factor.errors else None]
    return [name for name in dict.fromkeys(names) if name is not None]


def load_tables(spec: Spec, folder: Path | None, given: Mapping[str, object]) -> dict[str, Table]:
    """Reads the tables that a specification names.

    Args:
        spec: the specification.
        folder: the folder that relative paths start from; the current one where None.
        given: tables handed over in Python, by the name used in the specification.

    Raises:
        CeyuanError: where one cannot be read.
    """
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name in named_tables(spec):
        try:
            source = given[name] if name in given else (folder or Path()) / name
            tables[name] = read_table(source, name)
        except CeyuanError as error:
            problems += error.problems
    if problems:
        raise CeyuanError(problems)
    return tables


def check_aggregation(context: IndexContext) -> None:
    """That the aggregation names levels, groups and methods that exist.

    Raises:
        CeyuanError: ``composite-unknown-code`` for levels and groups, ``composite-unknown-method`` for methods.
    """
    tree, spec = context.inputs.structure, context.spec.aggregate
    groups = [node.code for node in tree.groups]
    levels = {node.level for node in tree.groups}
    methods = [*METHODS, *context.functions]
    problems = [
        Problem(
            "composite-unknown-code",
            f"aggregate: there is no group {code!r}",
            hint=did_you_mean(code, groups),
        )
        for code in spec.groups
        if code not in groups
    ]
    problems += [
        Problem("composite-unknown-code", f"aggregate: there are no groups of level {level}")
        for level in spec.levels
        if level not in levels
    ]
    used = {rule.method for rule in (spec, *spec.levels.values(), *spec.groups.values())}
    problems += [
        Problem(
            "composite-unknown-method",
            f"aggregate: unknown method {name!r}",
            hint=did_you_mean(name, methods),
        )
        for name in sorted(used - set(methods))
    ]
    if problems:
        raise CeyuanError(problems)
