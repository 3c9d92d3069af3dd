"""Variance-based sensitivity: designs and estimators of Sobol indices.

The design is the usual one of two independent samples A and B and, for each factor i, A with B's values of that factor
(AB_i). With outputs y of these samples and the variance V of y over A and B:

- first order: ``mean(y_B (y_AB_i - y_A)) / V`` (Saltelli et al. 2010), with y less its mean where ``centred``;
- total: ``sum((y_A - y_AB_i)^2) / (2 N V)`` (Jansen 1999).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats, Ints


@dataclass(frozen=True)
class Indices:
    """Sobol indices of each factor (rows), with 5-95 % bootstrap intervals (NaN without bootstrap).

    Attributes:
        first: share of the variance that the factor explains alone.
        total: share of the variance that would be left if only the factor were uncertain.
        first_interval: factors x 2.
        total_interval: factors x 2.
        variance: variance of the output.
    """

    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats
    variance: float


def sobol_rows(a: Ints, b: Ints) -> Ints:
    """The whole design: A, B, then A with each of B's columns.

    Args:
        a: N x d picks.
        b: N x d picks, independent of ``a``.

    Returns:
        N (d + 2) x d picks.

    >>> sobol_rows(np.array([[1, 2]]), np.array([[3, 4]])).tolist()
    [[1, 2], [3, 4], [3, 2], [1, 4]]
    """
    mixed = []
    for factor in range(a.shape[1]):
        one = a.copy()
        one[:, factor] = b[:, factor]
        mixed.append(one)
    return np.concatenate([a, b, *mixed])


def sobol_indices(
    output: Floats,
    factors: int,
    *,
    centred: bool = True,
    bootstrap: int = 0,
    rng: np.random.Generator | None = None,
) -> Indices:
    """Sobol indices from the outputs of a design.

    Args:
        output: N (d + 2) values, in the order of :func:`sobol_rows`.
        factors: d.
        centred: subtract the mean from the output in the first-order estimator. COINr does not.
        bootstrap: number of bootstrap samples for the intervals.
        rng: the source of bootstrap samples; needed for ``bootstrap``.

    Returns:
        Indices; all zero where the output does not vary.
    """
    n = len(output) // (factors + 2)
    y_a, y_b = output[:n], output[n : 2 * n]
    y_ab = output[2 * n :].reshape(factors, n)
    variance = float(np.var(output[: 2 * n], ddof=1))
    nothing = np.full((factors, 2), np.nan)
    if not variance > 0:
        return Indices(np.zeros(factors), np.zeros(factors), nothing, nothing, variance)
    middle = output[: 2 * n].mean() if centred else 0.0
    first = (y_b - middle) * (y_ab - y_a) / variance
    total = (y_a - y_ab) ** 2 / (2 * variance)
    intervals = nothing, nothing
    if bootstrap and rng is not None:
        picks = rng.integers(n, size=(bootstrap, n))
        intervals = _interval(first, picks), _interval(total, picks)
    return Indices(first.mean(axis=1), total.mean(axis=1), *intervals, variance)


def _interval(elements: Floats, picks: Ints) -> Floats:
    """5 and 95 % quantiles of the means over bootstrap samples, by factor."""
    means = np.array([own[picks].mean(axis=1) for own in elements])
    return np.asarray(np.quantile(means, [0.05, 0.95], axis=1).T)


def total_effects(outputs: Floats, factors: int) -> Floats:
    """Total effects (not divided by the variance) on many outputs at once: factors x outputs.

    Args:
        outputs: N (d + 2) x outputs; replications that are missing are left out.
        factors: d.
    """
    n = len(outputs) // (factors + 2)
    changes = (outputs[None, :n] - outputs[2 * n :].reshape(factors, n, -1)) ** 2
    known = ~np.isnan(changes)
    return np.asarray(np.where(known, changes, 0).sum(axis=1) / np.maximum(2 * known.sum(axis=1), 1))
