"""Gaps filled from a unit's other indicators: by the units most like it, or by their common distribution."""

from __future__ import annotations

import numpy as np

from ceyuan.composite.arrays import Floats, deviation, mean

ROUNDS = 500
STILL = 1e-8
"""Estimates that change by less, in standard deviations, have settled."""
RIDGE = 1e-6


def by_neighbours(values: Floats, neighbours: int) -> Floats:
    """Gaps as the mean of the nearest units that have the indicator.

    The distance of two units is the root of the mean squared difference over the indicators that both have, each in
    standard deviations (Troyanskaya et al. 2001). Of equally near units the first ones count.

    Args:
        values: units x indicators, NaN where missing.
        neighbours: how many units.

    >>> by_neighbours(np.array([[1.0, 10.0], [1.1, np.nan], [9.0, 90.0]]), 1)[1].tolist()
    [1.1, 10.0]
    """
    spread = deviation(values)
    standard = (values - mean(values)) / np.where(spread > 0, spread, 1.0)
    known = ~np.isnan(values)
    filled = values.copy()
    for unit in np.flatnonzero(~known.all(axis=1)):
        both = known & known[unit]
        gap = np.where(both, standard - standard[unit], 0.0)
        count = both.sum(axis=1)
        distance = np.sqrt(np.divide((gap**2).sum(axis=1), count, out=np.full(len(values), np.inf), where=count > 0))
        order = np.argsort(distance, kind="stable")
        order = order[(order != unit) & np.isfinite(distance[order])]
        for column in np.flatnonzero(~known[unit]):
            near = order[known[order, column]][:neighbours]
            if near.size:
                filled[unit, column] = values[near, column].mean()
    return filled


def by_expectation(values: Floats) -> Floats:
    """Gaps as their expectation given a unit's other values, under a common normal distribution fitted by EM.

    Each round takes the expectations under the present means and covariances, then the means and covariances of what is
    filled in, with the covariance of what was missing added (Dempster, Laird, Rubin 1977; Little, Rubin 2002). Covariances
    are held off singularity by a millionth of the variances.

    Args:
        values: units x indicators, NaN where missing.
    """
    absent = np.isnan(values)
    usable = np.flatnonzero((~absent).sum(axis=0) > 1)
    result = values.copy()
    if not absent[:, usable].any():
        return result
    spread = np.where(deviation(values[:, usable]) > 0, deviation(values[:, usable]), 1.0)
    middle = mean(values[:, usable])
    gaps = absent[:, usable]
    filled = np.where(gaps, 0.0, (values[:, usable] - middle) / spread)
    patterns, which = np.unique(gaps, axis=0, return_inverse=True)
    centre, covariance = (
        np.zeros(usable.size),
        np.cov(filled, rowvar=False, bias=True).reshape(usable.size, usable.size),
    )
    for _ in range(ROUNDS):
        before = filled.copy()
        lost = np.zeros_like(covariance)
        steady = covariance + RIDGE * np.eye(usable.size)
        for number, pattern in enumerate(patterns):
            units = np.flatnonzero(which.ravel() == number)
            given, missing = np.flatnonzero(~pattern), np.flatnonzero(pattern)
            slope = np.linalg.solve(steady[np.ix_(given, given)], steady[np.ix_(given, missing)])
            filled[np.ix_(units, missing)] = centre[missing] + (filled[np.ix_(units, given)] - centre[given]) @ slope
            left = steady[np.ix_(missing, missing)] - steady[np.ix_(missing, given)] @ slope
            lost[np.ix_(missing, missing)] += units.size * left
        centre = filled.mean(axis=0)
        covariance = ((filled - centre).T @ (filled - centre) + lost) / len(filled)
        if np.abs(filled - before).max() < STILL:
            break
    result[:, usable] = np.where(gaps, filled * spread + middle, values[:, usable])
    return result
