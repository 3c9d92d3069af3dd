"""Imputation: estimates in place of missing values, over units, over a unit's other indicators, or over periods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ceyuan.composite.arrays import UNITS, Floats, Ints, highest, lowest, mean, median
from ceyuan.composite.inputs import Inputs
from ceyuan.composite.neighbours import by_expectation, by_neighbours
from ceyuan.composite.spec import Impute
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail

DRAWS = 20_101
"""Where draws of imputations start from: the same number gives the same draw."""
_OVER_PERIODS = ("latest", "constant", "linear")


def impute(inputs: Inputs, rows: Ints, values: Floats, spec: Impute) -> Floats:
    """Fills in what is missing, as far as the method can.

    Args:
        inputs: the data.
        rows: which of its rows ``values`` has.
        values: (..., rows, indicators).
        spec: the method.

    Returns:
        Values of the same shape; values that were present are untouched.

    Raises:
        CeyuanError: an unknown group or indicator, a method over periods without a panel.
    """
    codes = [node.code for node in inputs.structure.indicators]
    problems = [
        Problem(
            "composite-unknown-code",
            f"impute: there is no indicator {code!r}",
            hint=did_you_mean(code, codes),
        )
        for code in spec.indicators
        if code not in codes
    ]
    if problems:
        raise CeyuanError(problems)
    methods = np.array([spec.indicators.get(code, spec.method) for code in codes])
    filled = values.copy()
    for method in np.unique(methods):
        columns = np.flatnonzero(methods == method)
        part = values[..., columns]
        if method in _OVER_PERIODS:
            filled[..., columns] = _over_periods(inputs, rows, part, str(method), spec.max_periods)
        elif method in ("knn", "em"):
            filled[..., columns] = _from_other_indicators(inputs, rows, values, str(method), spec)[
                ..., columns
            ]
        elif method != "none" and spec.by == "column":
            filled[..., columns] = _by_column(inputs, rows, part, str(method), spec.group)
        elif method != "none":
            filled[..., columns] = _by_row(inputs, values, columns, str(method), spec.level)
    return filled


def _centre(method: str) -> Callable[[Floats, int], Floats]:
    return median if method == "median" else mean


def _by_column(
    inputs: Inputs, rows: Ints, values: Floats, method: str, group: str | None
) -> Floats:
    """The mean or median of the indicator, within each period and group; units without a group are left alone."""
    filled = values.copy()
    for block in inputs.blocks(rows):
        for part in _split(inputs, rows, block, group):
            own = values[..., part, :]
            filled[..., part, :] = np.where(np.isnan(own), _centre(method)(own, UNITS), own)
    return filled


def _from_other_indicators(
    inputs: Inputs, rows: Ints, values: Floats, method: str, spec: Impute
) -> Floats:
    """Estimates from all indicators of a unit, within each period and group."""
    filled = values.copy()
    rng = None if spec.draw is None else np.random.default_rng([DRAWS, spec.draw])
    for block in inputs.blocks(rows):
        for part in _split(inputs, rows, block, spec.group):
            own = values[..., part, :].reshape(-1, part.size, values.shape[-1])
            done = [
                by_neighbours(one, spec.neighbours) if method == "knn" else by_expectation(one, rng)
                for one in own
            ]
            filled[..., part, :] = np.reshape(
                done, (*values.shape[:-2], part.size, values.shape[-1])
            )
    return filled


def _split(inputs: Inputs, rows: Ints, block: Ints, group: str | None) -> list[Ints]:
    if group is None:
        return [block]
    if group not in inputs.attributes:
        hint = did_you_mean(group, inputs.attributes)
        raise fail(
            "composite-unknown-group", f"impute: no column {group!r}", file=inputs.source, hint=hint
        )
    labels = [inputs.attributes[group][row] for row in rows[block]]
    present = sorted({label for label in labels if label is not None})
    return [block[[own == label for own in labels]] for label in present]


def _by_row(
    inputs: Inputs, values: Floats, columns: Ints, method: str, level: int | None
) -> Floats:
    """The mean or median of the unit's other indicators, all on a scale of 0 to 1, more being better."""
    signed = values * inputs.structure.directions
    low, high = lowest(signed), highest(signed)
    span = np.where(high > low, high - low, np.nan)
    scaled = (signed - low) / span
    estimate = np.full_like(values, np.nan)
    for members in _row_groups(inputs, level):
        estimate[..., members] = _centre(method)(scaled[..., members], -1)
    back = (estimate * span + low) * inputs.structure.directions
    return np.where(np.isnan(values), back, values)[..., columns]


def _row_groups(inputs: Inputs, level: int | None) -> list[Ints]:
    nodes = inputs.structure.indicators
    if level is None:
        return [np.arange(len(nodes))]
    groups: Sequence[str | None] = [inputs.structure.ancestor(node.code, level) for node in nodes]
    if all(group is None for group in groups):
        raise fail("composite-unknown-group", f"impute: the structure has no level {level}")
    return [
        np.array([i for i, own in enumerate(groups) if own == group])
        for group in dict.fromkeys(groups)
    ]


def _over_periods(
    inputs: Inputs, rows: Ints, values: Floats, method: str, reach: int | None
) -> Floats:
    """Each unit's own values in other periods."""
    if not inputs.is_panel:
        raise fail(
            "composite-unknown-group",
            f"impute: {method!r} needs more than one period",
            file=inputs.source,
        )
    units, unit_of = np.unique(np.array(inputs.units)[rows], return_inverse=True)
    periods, period_of = np.unique(np.array(inputs.periods)[rows], return_inverse=True)
    cube = np.full((*values.shape[:-2], len(units), len(periods), values.shape[-1]), np.nan)
    cube[..., unit_of, period_of, :] = values
    before, when_before = _carry(cube, periods, reach if method == "latest" else None)
    if method == "latest":
        estimate = before
    else:
        after, when_after = (
            part[..., ::-1, :] for part in _carry(cube[..., ::-1, :], periods[::-1], None)
        )
        if method == "constant":
            estimate = np.where(np.isnan(before), after, before)
        else:
            estimate = _between(before, when_before, after, when_after, periods[:, None])
    return np.where(np.isnan(values), estimate[..., unit_of, period_of, :], values)


def _carry(cube: Floats, periods: Floats, reach: int | None) -> tuple[Floats, Floats]:
    """The last value up to each period and its period, at most ``reach`` periods back."""
    value, when = cube.copy(), np.where(np.isnan(cube), np.nan, periods[:, None])
    age = np.zeros(cube[..., 0, :].shape)
    for t in range(1, len(periods)):
        absent = np.isnan(cube[..., t, :])
        age = np.where(absent, age + 1, 0)
        use = absent if reach is None else absent & (age <= reach)
        value[..., t, :] = np.where(use, value[..., t - 1, :], value[..., t, :])
        when[..., t, :] = np.where(use, when[..., t - 1, :], when[..., t, :])
    return value, when


def _between(
    before: Floats, when_before: Floats, after: Floats, when_after: Floats, now: Floats
) -> Floats:
    """On the line between the value before and the value after; the nearest one outside."""
    gap = when_after - when_before
    share = np.divide(now - when_before, gap, out=np.zeros_like(gap), where=gap > 0)
    inside = before + share * (after - before)
    return np.where(np.isnan(before), after, np.where(np.isnan(after), before, inside))
