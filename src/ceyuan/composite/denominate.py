"""Denomination: dividing extensive indicators by what makes them comparable (population, area, GDP)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.inputs import PERIOD_COLUMNS, UNIT_COLUMNS, Inputs
from ceyuan.composite.spec import Denominate
from ceyuan.composite.tables import Table
from ceyuan.errors import CeyuanError, Problem, did_you_mean


def divisors(inputs: Inputs, spec: Denominate, tables: Mapping[str, Table]) -> Floats:
    """What each raw value is to be divided by: rows x indicators, 1 where nothing is to be done.

    A missing denominator makes a missing value.

    Args:
        inputs: the data.
        spec: which indicator is divided by what.
        tables: the tables that the specification names, by name.

    Raises:
        CeyuanError: unknown indicators or denominators, units that the denominators' table lacks, zeros.
    """
    wanted = _wanted(inputs, spec)
    columns, problems = _columns(inputs, spec, tables, set(wanted.values()))
    codes = [node.code for node in inputs.structure.indicators]
    unknown = sorted((set(wanted) | set(spec.scale)) - set(codes))
    problems += [
        Problem(
            "composite-unknown-code",
            f"denominate: there is no indicator {code!r}",
            hint=did_you_mean(code, codes),
        )
        for code in unknown
    ]
    result = np.ones_like(inputs.values)
    for i, code in enumerate(codes):
        name = wanted.get(code)
        if name in columns:
            result[:, i] = columns[name] / spec.scale.get(code, 1.0)
            impossible = np.flatnonzero(columns[name] <= 0)
            problems += [
                Problem(
                    "composite-denominator-invalid",
                    f"unit {inputs.label(int(row))}, denominator {name!r} of {code!r} is {columns[name][row]:g}, not positive",
                    inputs.source,
                )
                for row in impossible
            ]
    if problems:
        raise CeyuanError(problems)
    return result


def _wanted(inputs: Inputs, spec: Denominate) -> dict[str, str]:
    if spec.by is not None:
        return dict(spec.by)
    return {
        node.code: node.denominator
        for node in inputs.structure.indicators
        if node.denominator is not None
    }


def _columns(
    inputs: Inputs, spec: Denominate, tables: Mapping[str, Table], names: set[str]
) -> tuple[dict[str, Floats], list[Problem]]:
    """The denominators by name, row by row of the data."""
    if spec.table is not None:
        return _from_table(inputs, tables[spec.table], names)
    columns: dict[str, Floats] = dict(inputs.denominators)
    problems: list[Problem] = []
    for name in sorted(names - set(columns)):
        if name in inputs.attributes:
            cells, label = (
                list(inputs.attributes[name]),
                [inputs.label(row) for row in range(len(inputs.units))],
            )
            columns[name], faults = Table({name: cells}, inputs.source).numbers(name, label)
            problems += faults
        else:
            hint = did_you_mean(name, [*columns, *inputs.attributes])
            message = f"denominator {name!r} is no column of the data"
            problems.append(
                Problem("composite-denominator-invalid", message, inputs.source, hint=hint)
            )
    return columns, problems


def _from_table(
    inputs: Inputs, table: Table, names: set[str]
) -> tuple[dict[str, Floats], list[Problem]]:
    """Denominators of a table of their own, matched by unit (and by period, where the table has periods)."""
    units = [unit or "" for unit in table.text(table.require(*UNIT_COLUMNS))]
    period_column = table.find(*PERIOD_COLUMNS) if inputs.is_panel else None
    periods, problems = (
        table.numbers(period_column, units) if period_column else (np.zeros(len(units)), [])
    )
    row_of = {key: row for row, key in enumerate(zip(units, periods, strict=True))}
    wanted = [
        (unit, period if period_column else 0.0)
        for unit, period in zip(inputs.units, inputs.periods, strict=True)
    ]
    for row, key in enumerate(wanted):
        if key not in row_of:
            problems.append(
                table.problem(
                    "composite-denominator-invalid", f"unit {inputs.label(row)} has no denominators"
                )
            )
    columns: dict[str, Floats] = {}
    for name in sorted(names):
        if name not in table.columns:
            hint = did_you_mean(name, table.columns)
            problems.append(
                table.problem(
                    "composite-denominator-invalid", f"denominator {name!r} is missing", hint=hint
                )
            )
            continue
        cells, faults = table.numbers(name, units)
        problems += faults
        columns[name] = np.array(
            [cells[row_of[key]] if key in row_of else np.nan for key in wanted]
        )
    return columns, problems
