"""The structure of an index: which indicators belong to which group, with weights, directions and levels.

A tree in a table: each code names its parent; indicators are the leaves (level 1), every group is one or more levels
above its members, and there may be several tops (a scoreboard).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.tables import Table
from ceyuan.errors import CeyuanError, Problem, did_you_mean

PARAMETERS = (
    "target",
    "dist2targ_cap_max",
    "minmax_lower",
    "minmax_upper",
    "scaled_lower",
    "scaled_upper",
    "scale_factor",
    "zscore_mean",
    "zscore_sd",
    "goalpost_lower",
    "goalpost_upper",
    "goalpost_scale",
    "goalpost_trunc2posts",
)
"""Columns of the structure table that hold an indicator's own parameters of normalisation."""

BOUNDED = ("minmax", "scaled", "goalpost")
"""Parameters of these names come in pairs, lower and upper."""

SCALES = ("scale_factor", "zscore_sd", "goalpost_scale")
"""What results are multiplied by."""


@dataclass(frozen=True)
class Node:
    """An indicator or a group of the index.

    Attributes:
        code: its identifier.
        name: its title; the code where none is given.
        level: 1 for indicators, more for groups.
        parent: the group it belongs to, None at the top.
        weight: its weight within the parent's group, relative to its siblings.
        direction: 1 where more is better, -1 where less is.
        unit: unit of measurement, if stated.
        denominator: the column to divide by, if stated.
        parameters: the indicator's own parameters of normalisation (see :data:`PARAMETERS`).
    """

    code: str
    name: str
    level: int
    parent: str | None
    weight: float = 1.0
    direction: int = 1
    unit: str | None = None
    denominator: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Structure:
    """All nodes of an index, indicators first, then groups from the bottom level up."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Nodes by code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order of the nodes."""
        return tuple(node.code for node in self.nodes)

    @cached_property
    def position(self) -> dict[str, int]:
        """Each code's place in :attr:`codes`."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def indicators(self) -> tuple[Node, ...]:
        """The leaves."""
        return tuple(node for node in self.nodes if node.level == 1)

    @cached_property
    def groups(self) -> tuple[Node, ...]:
        """The nodes above the leaves, bottom level first."""
        return tuple(node for node in self.nodes if node.level > 1)

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """Codes without a parent, highest level first."""
        roots = [node for node in self.nodes if node.parent is None]
        return tuple(node.code for node in sorted(roots, key=lambda node: -node.level))

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The direct members of each group."""
        inside: dict[str, list[str]] = {node.code: [] for node in self.groups}
        for node in self.nodes:
            if node.parent is not None:
                inside[node.parent].append(node.code)
        return {code: tuple(members) for code, members in inside.items()}

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The positions of the direct members of each group."""
        return {
            code: [self.position[member] for member in members]
            for code, members in self.members.items()
        }

    @cached_property
    def weights(self) -> Floats:
        """Given weights, in the order of :attr:`codes`."""
        return np.array([node.weight for node in self.nodes])

    @cached_property
    def levels(self) -> Ints:
        """Levels, in the order of :attr:`codes`."""
        return np.array([node.level for node in self.nodes])

    @cached_property
    def directions(self) -> Floats:
        """Directions of the indicators."""
        return np.array([float(node.direction) for node in self.indicators])

    def ancestor(self, code: str, level: int) -> str | None:
        """The group of a level that a code belongs to, through its parents; None where there is none."""
        at: str | None = code
        while at is not None and self.by_code[at].level < level:
            at = self.by_code[at].parent
        return at if at is not None and self.by_code[at].level == level else None

    def leaves(self, code: str) -> tuple[str, ...]:
        """The indicators below a code (the code itself where it is an indicator)."""
        if self.by_code[code].level == 1:
            return (code,)
        return tuple(leaf for member in self.members[code] for leaf in self.leaves(member))

    @cached_property
    def parameters(self) -> dict[str, Floats]:
        """The parameters of all indicators by name, NaN where not given."""
        return {
            name: np.array([node.parameters.get(name, np.nan) for node in self.indicators])
            for name in PARAMETERS
        }

    @cached_property
    def inside(self) -> dict[str, frozenset[str]]:
        """All codes at or below each group."""
        found: dict[str, frozenset[str]] = {}
        for node in self.groups:  # members stand below their group, so they come first
            members = self.members[node.code]
            found[node.code] = frozenset({node.code, *members}).union(
                *(found.get(member, ()) for member in members)
            )
        return found


@dataclass(frozen=True)
class Roles:
    """Columns of the data that the structure table names but that are no indicators: groups and denominators."""

    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()


def read_structure(table: Table) -> tuple[Structure, Roles]:
    """Reads the structure table.

    Args:
        table: one row a code, with columns ``code`` (or ``iCode``), ``parent``, and optionally ``name``, ``level``,
            ``weight`` (1), ``direction`` (1), ``unit``, ``denominator``, ``type`` (Indicator, Aggregate, Group,
            Denominator, Other) and parameters of normalisation. Without levels, a group is one above its highest
            member.

    Raises:
        CeyuanError: with every fault of the table: cycles, orphans, duplicate codes, weights and directions that
            cannot be.
    """
    rows = _Rows(table)
    structural = [i for i, kind in enumerate(rows.kinds) if kind in ("", "indicator", "aggregate")]
    problems = rows.problems + _tree_problems(rows, structural)
    if problems:
        raise CeyuanError(problems)
    levels = _levels(rows, structural)
    nodes = [rows.node(i, levels[rows.codes[i]]) for i in structural]
    problems = _level_problems(rows, structural, levels)
    if problems:
        raise CeyuanError(problems)
    roles = Roles(rows.of_kind("group"), rows.of_kind("denominator"))
    return Structure(tuple(sorted(nodes, key=lambda node: node.level))), roles


class _Rows:
    """The cells of the structure table, read column by column, with what is wrong in them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        code_column = table.require("code", "iCode")
        self.raw_codes = table.text(code_column)
        self.codes = [code or "" for code in self.raw_codes]
        self.problems: list[Problem] = []
        self.names = self._text("name", "iName")
        self.parents = self._text("parent")
        self.units = self._text("unit")
        self.denominators = self._text("denominator")
        self.kinds = [(kind or "").lower() for kind in self._text("type")]
        self.levels = self._number("level")
        self.weights = self._number("weight")
        self.directions = self._number("direction")
        self.parameters = {name: self._parameter(name) for name in PARAMETERS if table.find(name)}
        self._check()

    def _text(self, *names: str) -> list[str | None]:
        column = self.table.find(*names)
        return self.table.text(column) if column else [None] * self.table.height

    def _number(self, name: str) -> Floats:
        column = self.table.find(name)
        if column is None:
            return np.full(self.table.height, np.nan)
        values, problems = self.table.numbers(column, self.codes)
        self.problems += problems
        return values

    def _parameter(self, name: str) -> Floats:
        column = self.table.require(name)
        truth = {"true": 1.0, "false": 0.0}
        cells = [truth.get(str(cell).lower(), cell) for cell in self.table.columns[column]]
        values, problems = Table({name: cells}, self.table.source, self.table.lines).numbers(
            name, self.codes
        )
        self.problems += problems
        return values

    def _check(self) -> None:
        known = {"", "indicator", "aggregate", "group", "denominator", "other"}
        seen: set[str] = set()
        for row, code in enumerate(self.codes):
            if not code:
                self._fault("composite-structure-invalid", "a row without a code", row)
            elif code in seen:
                self._fault(
                    "composite-structure-invalid", f"code {code!r} comes more than once", row
                )
            seen.add(code)
            if self.kinds[row] not in known:
                self._fault(
                    "composite-structure-invalid",
                    f"code {code!r}: unknown type {self.kinds[row]!r}",
                    row,
                )
            direction, weight = self.directions[row], self.weights[row]
            if not np.isnan(direction) and direction not in (-1, 1):
                self._fault(
                    "composite-structure-invalid",
                    f"code {code!r}: direction {direction:g} is not 1 or -1",
                    row,
                )
            if weight < 0:
                self._fault(
                    "composite-weight-invalid", f"code {code!r}: weight {weight:g} is negative", row
                )

        self._check_scales()

    def _check_scales(self) -> None:
        """Bounds in the wrong order, and scales that are not positive, would turn the best into the worst."""
        empty = np.full(self.table.height, np.nan)
        for name in SCALES:
            own = self.parameters.get(name, empty)
            for row in np.flatnonzero(own <= 0).tolist():
                message = f"code {self.codes[row]!r}: {name} is {own[row]:g}, not positive"
                self._fault("composite-structure-invalid", message, row)
        for method in BOUNDED:
            low, high = (
                self.parameters.get(f"{method}_{end}", empty) for end in ("lower", "upper")
            )
            for row in np.flatnonzero(low >= high).tolist():
                message = f"code {self.codes[row]!r}: {method}_lower ({low[row]:g}) is not below {method}_upper ({high[row]:g})"
                self._fault("composite-structure-invalid", message, row)

    def _fault(self, problem: str, message: str, row: int) -> None:
        self.problems.append(self.table.problem(problem, message, row))

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Codes of a type."""
        return tuple(code for code, own in zip(self.codes, self.kinds, strict=True) if own == kind)

    def node(self, row: int, level: int) -> Node:
        """The node of a row."""
        own = {
            name: float(values[row])
            for name, values in self.parameters.items()
            if not np.isnan(values[row])
        }
        weight, direction = self.weights[row], self.directions[row]
        return Node(
            code=self.codes[row],
            name=self.names[row] or self.codes[row],
            level=level,
            parent=self.parents[row],
            weight=1.0 if np.isnan(weight) else float(weight),
            direction=1 if np.isnan(direction) else int(direction),
            unit=self.units[row],
            denominator=self.denominators[row],
            parameters=own,
        )


def _tree_problems(rows: _Rows, structural: list[int]) -> list[Problem]:
    """Parents that do not exist, and codes that are their own ancestors."""
    parent = {rows.codes[i]: rows.parents[i] for i in structural}
    problems = []
    for i in structural:
        code, above = rows.codes[i], rows.parents[i]
        if above is not None and above not in parent:
            message = f"code {code!r}: its parent {above!r} is not in the table"
            hint = did_you_mean(above, parent)
            problems.append(rows.table.problem("composite-structure-orphan", message, i, hint))
            continue
        path, at = [code], above
        while at is not None and at not in path:
            path.append(at)
            at = parent.get(at)
        if at == code:
            message = "a cycle: " + " → ".join([*path, code])
            problems.append(rows.table.problem("composite-structure-cycle", message, i))
    return problems


def _levels(rows: _Rows, structural: list[int]) -> dict[str, int]:
    """Levels as stated, else one above the highest member."""
    children: dict[str, list[str]] = {rows.codes[i]: [] for i in structural}
    stated = {rows.codes[i]: rows.levels[i] for i in structural}
    for i in structural:
        above = rows.parents[i]
        if above is not None:
            children[above].append(rows.codes[i])

    def level(code: str) -> int:
        if not np.isnan(stated[code]):
            return int(stated[code])
        return 1 + max((level(child) for child in children[code]), default=0)

    return {code: level(code) for code in children}


def _level_problems(rows: _Rows, structural: list[int], levels: dict[str, int]) -> list[Problem]:
    """Groups at or below the level of their members, groups without members, indicators that have members."""
    problems = []
    parents = {rows.parents[i] for i in structural}
    for i in structural:
        code, above, level = rows.codes[i], rows.parents[i], levels[rows.codes[i]]
        message = None
        if above is not None and levels[above] <= level:
            message = (
                f"code {code!r} of level {level} has a parent {above!r} of level {levels[above]}"
            )
        elif level == 1 and (code in parents or rows.kinds[i] == "aggregate"):
            message = f"code {code!r} is a group, but its level is 1"
        elif level > 1 and code not in parents:
            message = f"group {code!r} has no members"
        elif level < 1:
            message = f"code {code!r}: level {level} is below 1"
        if message:
            problems.append(rows.table.problem("composite-structure-invalid", message, i))
    return problems
