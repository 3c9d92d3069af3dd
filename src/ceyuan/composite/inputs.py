"""What an index is computed from: one matrix of raw values with its structure, units, periods and attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.structure import Roles, Structure, read_structure
from ceyuan.composite.tables import Table, read_table
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail

UNIT_COLUMNS = ("unit", "uCode", "code", "place")
NAME_COLUMNS = ("name", "uName")
PERIOD_COLUMNS = ("period", "time", "year")


@dataclass(frozen=True)
class Inputs:
    """The data of an index, one row a unit (or a unit in a period).

    Attributes:
        units: the unit of each row.
        names: the title of each row's unit.
        periods: the period of each row, all equal where the data is no panel.
        values: raw values, rows x indicators, in the order of ``structure.indicators``; NaN where missing.
        structure: the tree of indicators and groups.
        attributes: text columns of the data that can serve as groupings, by name.
        denominators: numeric columns of the data that are no indicators, by name.
        source: the name of the data in messages.
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    periods: tuple[float, ...]
    values: Floats
    structure: Structure
    attributes: Mapping[str, tuple[str | None, ...]]
    denominators: Mapping[str, Floats]
    source: str

    @cached_property
    def is_panel(self) -> bool:
        """Whether there is more than one period."""
        return len(set(self.periods)) > 1

    def label(self, row: int) -> str:
        """What to call a row in a message."""
        return (
            f"{self.units[row]!r} in {self.periods[row]:g}"
            if self.is_panel
            else repr(self.units[row])
        )

    def blocks(self, rows: Ints) -> list[Ints]:
        """Positions within ``rows`` of each period's rows, oldest period first."""
        if not self.is_panel:
            return [np.arange(len(rows))] if len(rows) else []
        period = np.array(self.periods)[rows]
        return [np.flatnonzero(period == p) for p in np.unique(period)]


def read_inputs(data: object, structure: object) -> Inputs:
    """Reads the two tables of an index.

    Args:
        data: units x indicators: a column ``unit`` (or ``uCode``, or a pandas index of texts), one column an indicator, and
            optionally ``name``, ``period`` (or ``Time``), groupings and denominators. A CSV path or a frame.
        structure: the structure table, see :func:`~ceyuan.composite.structure.read_structure`; or a flat index: the names
            of its indicators, with ``-`` before those of which less is better, or None for all columns of numbers.

    Raises:
        CeyuanError: with every fault found: unreadable tables, indicators without a column, units that come twice,
            cells that are no numbers, indicators without any value.

    >>> inputs = read_inputs({"unit": ["A", "B"], "x": [1.0, 3.0]}, {"code": ["x", "top"], "parent": ["top", None]})
    >>> inputs.units, inputs.values.ravel()
    (('A', 'B'), array([1., 3.]))
    """
    table = _with_units(read_table(data, "data"), data)
    tree, roles = read_structure(read_table(_flat(table, structure), "structure"))
    units = [unit or "" for unit in table.text(table.require(*UNIT_COLUMNS))]
    if not units:
        raise fail("composite-no-units", "the data has no rows", file=table.source)
    periods, problems = _periods(table, units)
    problems += _row_problems(table, units, periods)
    values, faults = _values(table, tree, units)
    problems += faults
    denominators, faults = _denominators(table, tree, roles, units)
    problems += faults
    if problems:
        raise CeyuanError(problems)
    name_column = table.find(*NAME_COLUMNS)
    names = table.text(name_column) if name_column else list[str | None](units)
    return Inputs(
        units=tuple(units),
        names=tuple(name or unit for name, unit in zip(names, units, strict=True)),
        periods=tuple(float(p) for p in periods),
        values=values,
        structure=tree,
        attributes=_attributes(table, tree, denominators),
        denominators=denominators,
        source=table.source,
    )


def _with_units(table: Table, data: object) -> Table:
    """The table with the index of a pandas frame as its units, where it has texts and no column tells units."""
    index = getattr(data, "index", None)
    if table.find(*UNIT_COLUMNS) or not hasattr(index, "names"):
        return table
    name = getattr(index, "name", None) or "__index_level_0__"
    cells = table.columns.get(str(name), ())
    if not cells or not all(isinstance(cell, str) for cell in cells):
        return table
    others = {column: own for column, own in table.columns.items() if column != name}
    return replace(table, columns={UNIT_COLUMNS[0]: cells, **others})


def _flat(table: Table, structure: object) -> object:
    """The structure of a flat index, all indicators of which are one group called ``index``; another one as it is."""
    if structure is None:
        told = {table.find(*names) for names in (UNIT_COLUMNS, NAME_COLUMNS, PERIOD_COLUMNS)}
        structure = [
            name for name in table.columns if name not in told and not table.numbers(name)[1]
        ]
        if not structure:
            raise fail(
                "composite-structure-invalid",
                "the data has no columns of numbers",
                file=table.source,
            )
    if not isinstance(structure, (list, tuple)):
        return structure
    direction = [-1 if str(name).startswith("-") else 1 for name in structure]
    codes = [str(name).removeprefix("-") for name in structure]
    return {
        "code": [*codes, "index"],
        "parent": ["index"] * len(codes) + [None],
        "direction": [*direction, 1],
    }


def _periods(table: Table, units: list[str]) -> tuple[Floats, list[Problem]]:
    column = table.find(*PERIOD_COLUMNS)
    if column is None:
        return np.zeros(table.height), []
    periods, problems = table.numbers(column, units)
    for row in np.flatnonzero(np.isnan(periods)):
        if not problems:
            message = f"{units[row]!r}, column {column!r}: the period is missing"
            problems.append(table.problem("composite-not-a-number", message, int(row)))
    return periods, problems


def _row_problems(table: Table, units: list[str], periods: Floats) -> list[Problem]:
    """Rows without a unit, and units that come twice (in one period)."""
    problems: list[Problem] = []
    seen: dict[tuple[str, float], int] = {}
    for row, key in enumerate(zip(units, periods, strict=True)):
        if not key[0]:
            problems.append(
                table.problem("composite-duplicate-unit", f"row {row + 1} has no unit", row)
            )
        elif key in seen:
            before = table.line(seen[key])
            where = (
                f" (first in line {before})" if before else f" (rows {seen[key] + 1} and {row + 1})"
            )
            problems.append(
                table.problem(
                    "composite-duplicate-unit", f"unit {key[0]!r} comes twice{where}", row
                )
            )
        seen.setdefault(key, row)
    return problems


def _values(table: Table, tree: Structure, units: list[str]) -> tuple[Floats, list[Problem]]:
    values = np.full((table.height, len(tree.indicators)), np.nan)
    problems: list[Problem] = []
    for i, node in enumerate(tree.indicators):
        if node.code not in table.columns:
            hint = did_you_mean(node.code, table.columns)
            message = f"indicator {node.code!r} has no column"
            problems.append(table.problem("composite-column-missing", message, hint=hint))
            continue
        values[:, i], faults = table.numbers(node.code, units)
        problems += faults
        if not faults and np.isnan(values[:, i]).all():
            message = f"indicator {node.code!r} has no value for any of {len(units)} rows"
            problems.append(table.problem("composite-indicator-empty", message))
    return values, problems


def _denominators(
    table: Table, tree: Structure, roles: Roles, units: list[str]
) -> tuple[dict[str, Floats], list[Problem]]:
    """Denominator columns: those that the structure declares, and those that some indicator names."""
    wanted = [
        *roles.denominators,
        *(node.denominator for node in tree.indicators if node.denominator),
    ]
    columns, problems = {}, []
    for name in dict.fromkeys(wanted):
        if name in table.columns:
            columns[name], faults = table.numbers(name, units)
            problems += faults
    return columns, problems


def _attributes(
    table: Table, tree: Structure, denominators: Mapping[str, Floats]
) -> dict[str, tuple[str | None, ...]]:
    """Every other column, as text."""
    taken = {*tree.codes, *denominators}
    return {name: tuple(table.text(name)) for name in table.columns if name not in taken}
