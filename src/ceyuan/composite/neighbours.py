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
        distance = np.sqrt(
            np.divide(
                (gap**2).sum(axis=1), count, out=np.full(len(values), np.inf), where=count > 0
            )
        )
        order = np.argsort(distance, kind="stable")
        order = order[(order != unit) & np.isfinite(distance[order])]
        for column in np.flatnonzero(~known[unit]):
            near = order[known[order, column]][:neighbours]
            if near.size:
                filled[unit, column] = values[near, column].mean()
    return filled


def by_expectation(values: Floats, rng: np.random.Generator | None = None) -> Floats:
    """Gaps as their expectation given a unit's other values, under a common normal distribution fitted by EM.

    Each round takes the expectations under the present means and covariances, then the means and covariances of what is
    filled in, with the covariance of what was missing added (Dempster, Laird, Rubin 1977; Little, Rubin 2002). Covariances
    are held off singularity by a millionth of the variances.

    With a source of draws it is one of multiple imputations (Rubin 1987): the distribution is fitted to a bootstrap sample of
    the units, and gaps are drawn from it given the unit's other values (EM with bootstrapping; Honaker, King 2010). So both the
    error of the estimate and that of the distribution are in what is filled in.

    Args:
        values: units x indicators, NaN where missing.
        rng: the source of draws; expectations where None.
    """
    absent = np.isnan(values)
    usable = np.flatnonzero((~absent).sum(axis=0) > 1)
    result = values.copy()
    if not absent[:, usable].any():
        return result
    spread = np.where(deviation(values[:, usable]) > 0, deviation(values[:, usable]), 1.0)
    middle = mean(values[:, usable])
    standard = (values[:, usable] - middle) / spread
    sample = standard if rng is None else _sampled(standard, rng)
    centre, covariance = _fitted(sample)
    filled, _ = _expected(standard, centre, covariance, rng)
    result[:, usable] = np.where(absent[:, usable], filled * spread + middle, values[:, usable])
    return result


def _sampled(values: Floats, rng: np.random.Generator) -> Floats:
    """A bootstrap sample of the units in which every indicator has two values at least."""
    for _ in range(ROUNDS):
        sample = values[rng.integers(len(values), size=len(values))]
        if ((~np.isnan(sample)).sum(axis=0) > 1).all():
            return sample
    return values


def _fitted(values: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance of a normal distribution of which some values are missing; values about in standard deviations."""
    size = values.shape[1]
    filled = np.nan_to_num(values)
    centre = np.zeros(size)
    covariance = np.cov(filled, rowvar=False, bias=True).reshape(size, size)
    for _ in range(ROUNDS):
        before = filled
        filled, lost = _expected(values, centre, covariance)
        if np.abs(filled - before).max() < STILL:
            break
        centre = filled.mean(axis=0)
        covariance = ((filled - centre).T @ (filled - centre) + lost) / len(filled)
    return centre, covariance


def _expected(
    values: Floats, centre: Floats, covariance: Floats, rng: np.random.Generator | None = None
) -> tuple[Floats, Floats]:
    """Values with their gaps filled given the others, by expectation or by a draw, and the covariance lost by that."""
    gaps = np.isnan(values)
    filled, lost = values.copy(), np.zeros_like(covariance)
    steady = covariance + RIDGE * np.eye(len(covariance))
    patterns, which = np.unique(gaps, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        units = np.flatnonzero(which.ravel() == number)
        given, missing = np.flatnonzero(~pattern), np.flatnonzero(pattern)
        slope = np.linalg.solve(steady[np.ix_(given, given)], steady[np.ix_(given, missing)])
        estimate = centre[missing] + (values[np.ix_(units, given)] - centre[given]) @ slope
        left = steady[np.ix_(missing, missing)] - steady[np.ix_(missing, given)] @ slope
        if rng is not None and missing.size:
            estimate = estimate + rng.standard_normal(estimate.shape) @ np.linalg.cholesky(left).T
        filled[np.ix_(units, missing)] = estimate
        lost[np.ix_(missing, missing)] += units.size * left
    return filled, lost
