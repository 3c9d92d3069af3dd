"""Errors of the data: raw values drawn anew for each replication, from intervals or from relative standard errors."""

from __future__ import annotations

from collections.abc import Mapping
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
    codes = table.text(table.require("indicator", "iCode"))
    period_column = table.find(*PERIOD_COLUMNS) if inputs.is_panel else None
    periods, problems = (
        table.numbers(period_column, units) if period_column else (np.zeros(len(units)), [])
    )
    bounds = []
    for name in ("lower", "upper"):
        cells, faults = table.numbers(table.require(name), units)
        problems += faults
        bounds.append(cells)
    keys = zip(inputs.units, inputs.periods, strict=True)
    row_of = {
        (unit, period if period_column else 0.0): row for row, (unit, period) in enumerate(keys)
    }
    lower, upper = inputs.values.copy(), inputs.values.copy()
    columns = {node.code: i for i, node in enumerate(inputs.structure.indicators)}
    for i, unit in enumerate(units):
        row, column = row_of.get((unit, float(periods[i]))), columns.get(codes[i] or "")
        if row is None or column is None:
            what = f"unit {unit!r}" if row is None else f"indicator {codes[i]!r}"
            problems.append(
                table.problem("composite-unknown-code", f"intervals: there is no {what}", i)
            )
            continue
        value = inputs.values[row, column]
        if not bounds[0][i] <= value <= bounds[1][i] and not np.isnan(value):
            message = f"unit {unit!r}, {codes[i]!r}: {value:g} is not within {bounds[0][i]:g} to {bounds[1][i]:g}"
            problems.append(_outside(table, message, i))
        lower[row, column], upper[row, column] = bounds[0][i], bounds[1][i]
    if problems:
        raise CeyuanError(problems)
    return lower, upper


def _outside(table: Table, message: str, row: int) -> Problem:
    return table.problem("composite-interval-invalid", message, row)
