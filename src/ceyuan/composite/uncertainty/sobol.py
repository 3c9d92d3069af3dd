"""Variance-based sensitivity: designs and estimators of Sobol indices.

The design is the usual one of two independent samples A and B and, for each factor i, A with B's values of that factor
(AB_i). With outputs y of these samples and the variance V of y over A and B:

- first order: ``mean(y_B (y_AB_i - y_A)) / V`` (Saltelli et al. 2010), with y less its mean where ``centred``;
- total: ``sum((y_A - y_AB_i)^2) / (2 N V)`` (Jansen 1999).

Intervals are percentiles over bootstrap samples of the N sets of replications, with V taken anew from each sample: an index is
a quotient, and both of its parts are uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ceyuan.composite.arrays import Floats, Ints

CONSTANT = 1e-12
"""An output whose standard deviation, relative to its largest value, is smaller does not vary."""


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


def sobol_rows(a: Ints, b: Ints, *, second: bool = False) -> Ints:
    """The whole design: A, B, then A with each of B's columns, then, for second-order indices, B with each of A's.

    Args:
        a: N x d picks.
        b: N x d picks, independent of ``a``.
        second: whether second-order indices are wanted.

    Returns:
        N (d + 2) x d picks, or N (2 d + 2) x d.

    >>> sobol_rows(np.array([[1, 2]]), np.array([[3, 4]])).tolist()
    [[1, 2], [3, 4], [3, 2], [1, 4]]
    """
    mixed = _mixed(a, b) + (_mixed(b, a) if second else [])
    return np.concatenate([a, b, *mixed])


def _mixed(one: Ints, other: Ints) -> list[Ints]:
    """One sample with each column of the other."""
    found = []
    for factor in range(one.shape[1]):
        own = one.copy()
        own[:, factor] = other[:, factor]
        found.append(own)
    return found


def second_order(
    output: Floats, factors: int, bootstrap: int = 0, rng: np.random.Generator | None = None
) -> tuple[Floats, Floats]:
    """Second-order Sobol indices: what two factors explain together beyond what each explains alone.

    ``mean(y_BA_j y_AB_k - y_A y_B) / V - S_j - S_k`` (Saltelli 2002), with outputs less their mean.

    Args:
        output: N (2 d + 2) values, in the order of :func:`sobol_rows` with ``second``.
        factors: d.
        bootstrap: number of bootstrap samples for the intervals.
        rng: their source.

    Returns:
        Indices of all pairs of factors, (0, 1), (0, 2), ..., and their 5-95 % intervals; missing where nothing varies.
    """
    sets = output.reshape(2 * factors + 2, -1)
    n = sets.shape[1]
    pairs = list(combinations(range(factors), 2))
    if not float(np.std(sets[:2])) > CONSTANT * np.abs(output).max(initial=0.0):
        return np.full(len(pairs), np.nan), np.full((len(pairs), 2), np.nan)
    found = _pair_estimates(sets, pairs, np.ones((1, n)))[0]
    if not bootstrap or rng is None:
        return found, np.full((len(pairs), 2), np.nan)
    times = bootstrap_times(rng, bootstrap, n)
    return found, np.nanquantile(_pair_estimates(sets, pairs, times), [0.05, 0.95], axis=0).T


def _pair_estimates(sets: Floats, pairs: Sequence[tuple[int, int]], times: Floats) -> Floats:
    """Second-order indices of samples of the sets: samples x pairs."""
    factors = len(sets) // 2 - 1
    first, _ = _estimates(sets[: factors + 2], times, centred=True)
    centred = sets - sets[:2].mean()
    n = sets.shape[1]
    y_ab, y_ba = centred[2 : factors + 2], centred[factors + 2 :]
    spread = (
        times @ (centred[0] ** 2 + centred[1] ** 2)
        - (times @ (centred[0] + centred[1])) ** 2 / (2 * n)
    ) / (2 * n - 1)
    columns = []
    for j, k in pairs:
        closed = times @ (y_ba[j] * y_ab[k] - centred[0] * centred[1]) / n / spread
        columns.append(closed - first[:, j] - first[:, k])
    return np.stack(columns, axis=1)


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
        Indices; all missing where the output does not vary: nothing is explained then.
    """
    n = len(output) // (factors + 2)
    sets = output.reshape(factors + 2, n)
    variance = float(np.var(output[: 2 * n], ddof=1))
    nothing = np.full((factors, 2), np.nan)
    if not np.sqrt(variance) > CONSTANT * np.abs(output).max(initial=0.0):
        return Indices(nothing[:, 0], nothing[:, 0], nothing, nothing, 0.0)
    first, total = (one[0] for one in _estimates(sets, np.ones((1, n)), centred=centred))
    if not bootstrap or rng is None:
        return Indices(first, total, nothing, nothing, variance)
    times = bootstrap_times(rng, bootstrap, n)
    samples = _estimates(sets, times, centred=centred)
    intervals = [np.nanquantile(one, [0.05, 0.95], axis=0).T for one in samples]
    return Indices(first, total, intervals[0], intervals[1], variance)


def bootstrap_times(rng: np.random.Generator, samples: int, n: int) -> Floats:
    """How often each of n sets is in each of some samples with replacement: samples x n."""
    drawn = rng.integers(n, size=(samples, n)) + n * np.arange(samples)[:, None]
    return np.bincount(drawn.ravel(), minlength=samples * n).reshape(samples, n).astype(np.float64)


def _estimates(sets: Floats, times: Floats, *, centred: bool) -> tuple[Floats, Floats]:
    """First-order and total indices of samples of the sets, each with the variance of its own outputs.

    All are made of sums over the sets, so that many samples are a matrix product.

    Args:
        sets: (factors + 2) x N.
        times: how often each set is in a sample: samples x N.
        centred: see :func:`sobol_indices`.

    Returns:
        Two arrays of samples x factors; missing where a sample does not vary.
    """
    middle = sets[:2].mean()
    y_a, y_b, y_ab = sets[0] - middle, sets[1] - middle, sets[2:] - middle
    n = 2 * sets.shape[1]
    total = times @ (y_a + y_b)
    spread = (times @ (y_a**2 + y_b**2) - total**2 / n) / (n - 1)
    variance = np.where(spread > 0, spread, np.nan)[:, None] * sets.shape[1]
    gain = times @ (y_ab - y_a).T
    from_middle = total[:, None] / n if centred else -middle
    first = (times @ (y_b * (y_ab - y_a)).T - from_middle * gain) / variance
    return first, times @ ((y_a - y_ab) ** 2).T / (2 * variance)


def total_effects(outputs: Floats, factors: int) -> Floats:
    """Total effects (not divided by the variance) on many outputs at once: factors x outputs.

    Args:
        outputs: N (d + 2) x outputs; replications that are missing are left out.
        factors: d.
    """
    n = len(outputs) // (factors + 2)
    changes = (outputs[None, :n] - outputs[2 * n :].reshape(factors, n, -1)) ** 2
    known = ~np.isnan(changes)
    return np.asarray(
        np.where(known, changes, 0).sum(axis=1) / np.maximum(2 * known.sum(axis=1), 1)
    )
