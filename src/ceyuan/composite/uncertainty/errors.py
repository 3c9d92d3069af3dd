"""Errors of the data: raw values drawn anew for each replication, from intervals or from relative standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext
from ceyuan.composite.inputs import PERIOD_COLUMNS, UNIT_COLUMNS, Inputs
from ceyuan.composite.tables import Table
from ceyuan.composite.uncertainty.spec import DataErrors
from ceyuan.errors import CeyuanError, Problem, did_you_mean


@dataclass(frozen=True)
class ErrorModel:
    """How far each raw value can be off.

    Attributes:
        values: raw values, rows x indicators.
        below: scale of the error downwards (a standard deviation, or the reach of a uniform distribution).
        above: scale of the error upwards.
        uniform: whether the distribution is uniform.
        seed: where the draws start from; draw number k depends on the seed and k alone.
    """

    values: Floats
    below: Floats
    above: Floats
    uniform: bool
    seed: int

    def draw(self, numbers: Ints) -> Floats:
        """Raw values of some draws: draws x rows x indicators. A draw is the same whenever it is asked for."""
        result = np.empty((len(numbers), *self.values.shape))
        for i, number in enumerate(numbers):
            rng = np.random.default_rng([self.seed, int(number)])
            size = self.values.shape
            off = rng.uniform(-1, 1, size) if self.uniform else rng.standard_normal(size)
            result[i] = self.values + off * np.where(off < 0, self.below, self.above)
        return result


def error_model(context: IndexContext, spec: DataErrors, seed: int) -> ErrorModel:
    """The errors that a specification describes.

    An interval ``[l, u]`` of coverage c around x is read as a two-piece normal distribution with standard deviations
    ``(x - l)/z`` and ``(u - x)/z``, z being the normal quantile of ``(1 + c)/2``, or as uniform between l and u.

    Raises:
        CeyuanError: intervals of unknown units or indicators, or that do not hold the value.
    """
    inputs = context.inputs
    if spec.relative is not None:
        scale = np.abs(np.nan_to_num(inputs.values)) * spec.relative
        reach = scale * np.sqrt(3) if spec.shape == "uniform" else scale
        return ErrorModel(inputs.values, reach, reach, spec.shape == "uniform", seed)
    if spec.absolute is not None:
        reach = _reaches(inputs, spec.absolute)
        lower, upper = inputs.values - reach, inputs.values + reach
    else:
        lower, upper = _intervals(inputs, context.tables[spec.table or ""])
    z = 1.0
    if spec.shape == "normal":
        from scipy.special import ndtri  # noqa: PLC0415 - takes long to import, rarely needed

        z = float(ndtri((1 + spec.coverage) / 2))
    below, above = (inputs.values - lower) / z, (upper - inputs.values) / z
    return ErrorModel(
        inputs.values, np.nan_to_num(below), np.nan_to_num(above), spec.shape == "uniform", seed
    )


def _reaches(inputs: Inputs, absolute: Mapping[str, float]) -> Floats:
    """How far values reach to each side, by indicator; 0 where nothing is said."""
    codes = [node.code for node in inputs.structure.indicators]
    unknown = [code for code in absolute if code not in codes]
    if unknown:
        key = "composite-unknown-code"
        raise CeyuanError(
            Problem(key, f"errors: there is no indicator {code!r}", hint=did_you_mean(code, codes))
            for code in unknown
        )
    return np.array([absolute.get(code, 0.0) for code in codes])


def _intervals(inputs: Inputs, table: Table) -> tuple[Floats, Floats]:
    """Bounds of each raw value; the value itself where no interval is given."""
    units = [unit or "" for unit in table.text(table.require(*UNIT_COLUMNS))]
    codes = [code or "" for code in table.text(table.require("indicator", "iCode"))]
    row_of, periods, problems = _rows_of(inputs, table, units)
    lows, faults = table.numbers(table.require("lower"), units)
    problems += faults
    highs, faults = table.numbers(table.require("upper"), units)
    problems += faults
    lower, upper = inputs.values.copy(), inputs.values.copy()
    columns = {node.code: i for i, node in enumerate(inputs.structure.indicators)}
    for i, (unit, code, low, high) in enumerate(zip(units, codes, lows, highs, strict=True)):
        row, column = row_of.get((unit, float(periods[i]))), columns.get(code)
        if row is None or column is None:
            what = f"unit {unit!r}" if row is None else f"indicator {code!r}"
            message = f"intervals: there is no {what}"
            problems.append(table.problem("composite-unknown-code", message, i))
            continue
        value = inputs.values[row, column]
        if not np.isnan(value) and not low <= value <= high:
            message = f"unit {unit!r}, {code!r}: {value:g} is not within {low:g} to {high:g}"
            problems.append(_outside(table, message, i))
        lower[row, column], upper[row, column] = low, high
    if problems:
        raise CeyuanError(problems)
    return lower, upper


def _outside(table: Table, message: str, row: int) -> Problem:
    return table.problem("composite-interval-invalid", message, row)


def _rows_of(
    inputs: Inputs, table: Table, units: Sequence[str]
) -> tuple[dict[tuple[str, float], int], Floats, list[Problem]]:
    """The row of the data by unit and period, and the periods that the table names; 0 where neither tells periods apart."""
    column = table.find(*PERIOD_COLUMNS) if inputs.is_panel else None
    if column is None:
        own, periods, problems = np.zeros(len(inputs.units)), np.zeros(len(units)), list[Problem]()
    else:
        own = np.asarray(inputs.periods, float)
        periods, problems = table.numbers(column, units)
    keys = zip(inputs.units, own.tolist(), strict=True)
    return {key: row for row, key in enumerate(keys)}, periods, problems
