"""Change over time: growth rates and trends of each unit's values in a panel."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.result import Composite
from ceyuan.composite.tables import Table
from ceyuan.errors import fail


def growth_rate(values: Floats, periods: Floats) -> float:
    """Compound annual growth rate between the first and the last value present: ``(y_n / y_1)^(1/(t_n - t_1)) - 1``.

    NaN with fewer than two values, and where the ratio is negative or not defined; 0 where both are equal.

    >>> round(growth_rate(np.array([100.0, np.nan, 121.0]), np.array([2020.0, 2021.0, 2022.0])), 6)
    0.1
    """
    y, t = _present(values, periods)
    if len(y) < 2:
        return float("nan")
    if y[0] == y[-1]:
        return 0.0
    ratio = y[-1] / y[0] if y[0] != 0 else float("nan")
    return float(ratio ** (1 / (t[-1] - t[0])) - 1) if ratio >= 0 else float("nan")


def percent_change(values: Floats, periods: Floats, per: float = 1.0) -> float:
    """Mean change in per cent of the first value, in each ``per`` periods.

    Between two values the change itself; with more, the slope of the regression line against its value at the first
    period. NaN with fewer than two values; 0 where all are equal.

    >>> percent_change(np.array([10.0, 11.0, 12.0]), np.array([2020.0, 2021.0, 2022.0])).__round__(6)
    10.0
    """
    y, t = _present(values, periods)
    if len(y) < 2:
        return float("nan")
    if np.ptp(y) == 0:
        return 0.0
    centred = t - t.mean()
    slope = float(centred @ (y - y.mean()) / (centred @ centred))
    start = float(y.mean() + slope * centred[0])
    return slope * per / start * 100 if start != 0 else float("nan")


def _present(values: Floats, periods: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(periods, kind="stable")
    y, t = values[order], periods[order]
    known = ~np.isnan(y)
    return y[known], t[known]


def trends(
    composite: Composite,
    stage: str = "raw",
    *,
    method: Literal["growth_rate", "percent_change"] = "growth_rate",
    latest: int | None = None,
) -> Table:
    """Trends of each unit, by indicator at a stage, or by code in the index (``stage="aggregated"``).

    Args:
        composite: an index over a panel.
        stage: whose values: a stage, or ``aggregated``.
        method: :func:`growth_rate` or :func:`percent_change`.
        latest: use only so many periods, back from the last one with a value.

    Returns:
        Columns ``unit``, ``code``, ``trend`` (times the direction: positive is better), ``available`` (share
        of periods with a value), ``first`` and ``last`` period with a value.

    Raises:
        CeyuanError: ``composite-analysis-impossible`` where there is one period only.
    """
    inputs = composite.context.inputs
    if not inputs.is_panel:
        raise fail(
            "composite-analysis-impossible", "trends need more than one period", file=inputs.source
        )
    structure = inputs.structure
    if stage == "aggregated":
        rows, values, codes = composite.states[-1].rows, composite.scores, list(structure.codes)
    else:
        state = composite.stage(stage)
        rows, values, codes = state.rows, state.values, [node.code for node in structure.indicators]
    turned = stage not in ("aggregated", "normalised")
    measure = growth_rate if method == "growth_rate" else percent_change
    units, periods = np.array(inputs.units)[rows], np.array(inputs.periods)[rows]
    found: dict[str, list[object]] = {
        name: [] for name in ("unit", "code", "trend", "available", "first", "last")
    }
    for unit in dict.fromkeys(units):
        own = np.flatnonzero(units == unit)
        own = own[np.argsort(periods[own], kind="stable")]
        for i, code in enumerate(codes):
            y, t = _latest(values[own, i], periods[own], latest)
            sign = structure.by_code[code].direction if turned else 1
            known = t[~np.isnan(y)]
            ends = (known[0], known[-1]) if len(known) else (None, None)
            share = float((~np.isnan(y)).mean()) if len(y) else 0.0
            row = (str(unit), code, measure(y, t) * sign, share, *ends)
            for name, cell in zip(found, row, strict=True):
                found[name].append(cell)
    return Table(found, "trends")


def _latest(values: Floats, periods: Floats, latest: int | None) -> tuple[Floats, Floats]:
    if latest is None:
        return values, periods
    known = np.flatnonzero(~np.isnan(values))
    if not len(known) or known[-1] - latest + 1 < 0:
        return np.full(1, np.nan), periods[:1]
    window = slice(int(known[-1]) - latest + 1, int(known[-1]) + 1)
    return values[window], periods[window]
