"""Shapley effects: the variance of an output divided among factors, also among those that depend on each other.

With ``c(J)`` the variance that is left on average when all factors but those of J are known, ``E[Var(Y | X_-J)]``, a factor's
effect is its mean addition to c over all orders in which factors can be added (Owen 2014; Song, Nelson, Staum 2016)::

    Sh_i = sum over J without i of |J|! (d - |J| - 1)! / d! (c(J + i) - c(J)) / Var(Y)

Effects are not negative but for sampling, and sum to 1. Every set of factors is looked at, so that d is small. Known factors
are drawn ``outer`` times, the others ``inner`` times for each of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial

import numpy as np

from ceyuan.composite.arrays import Floats

MOST_FACTORS = 10
INNER = 3
"""Draws for each draw of the known factors: three is about best (Song, Nelson, Staum 2016)."""


@dataclass(frozen=True)
class ShapleyDesign:
    """Where an output is needed.

    Attributes:
        correlation: of the normal variables behind the factors.
        outer: draws of what is known, for each set of factors.
        total: draws for the whole variance.
    """

    correlation: Floats
    outer: int
    total: int

    @property
    def factors(self) -> int:
        """How many factors there are."""
        return len(self.correlation)

    def sets(self) -> Iterator[tuple[int, list[int]]]:
        """Every set of factors but none and all, as a number with a bit for each factor, and as positions."""
        for number in range(1, 2**self.factors - 1):
            yield number, [i for i in range(self.factors) if number >> i & 1]

    def quantiles(self, rng: np.random.Generator) -> Floats:
        """The points: quantiles of the factors, rows of the whole variance first, then set by set."""
        from scipy.special import ndtr  # noqa: PLC0415 - takes long to import, rarely needed

        lower = np.linalg.cholesky(self.correlation)
        parts = [rng.standard_normal((self.total, self.factors)) @ lower.T]
        for _, free in self.sets():
            known = [i for i in range(self.factors) if i not in free]
            given = rng.standard_normal((self.outer, self.factors)) @ lower.T
            block = np.repeat(given, INNER, axis=0)
            block[:, free] = self._conditional(block[:, known], known, free, rng)
            parts.append(block)
        return np.asarray(ndtr(np.concatenate(parts)))

    def _conditional(
        self, given: Floats, known: list[int], free: list[int], rng: np.random.Generator
    ) -> Floats:
        """Normal variables given others: mean by regression, covariance what regression leaves."""
        slope = np.linalg.solve(
            self.correlation[np.ix_(known, known)], self.correlation[np.ix_(known, free)]
        )
        left = self.correlation[np.ix_(free, free)] - self.correlation[np.ix_(free, known)] @ slope
        drawn = rng.standard_normal((len(given), len(free))) @ np.linalg.cholesky(left).T
        return np.asarray(given @ slope + drawn)


@dataclass(frozen=True)
class ShapleyEffects:
    """The effects of the factors.

    Attributes:
        effects: one a factor; missing where the output does not vary.
        interval: factors x 2: 5-95 % over bootstrap samples of the draws.
    """

    effects: Floats
    interval: Floats


def shapley_effects(
    design: ShapleyDesign, output: Floats, bootstrap: int, rng: np.random.Generator
) -> ShapleyEffects:
    """The effects from outputs at a design's points.

    Args:
        design: the design.
        output: one value a point, in the order of :meth:`ShapleyDesign.quantiles`.
        bootstrap: number of bootstrap samples.
        rng: their source.
    """
    factors = design.factors
    whole, rest = output[: design.total], output[design.total :].reshape(-1, design.outer, INNER)
    nothing = np.full((factors, 2), np.nan)
    if not np.ptp(output) > 1e-12 * np.abs(output).max(initial=0.0):
        return ShapleyEffects(nothing[:, 0], nothing)
    weights = _weights(factors)
    left = rest.var(axis=2, ddof=1)
    effects = weights @ _costs(left.mean(axis=1), float(whole.var(ddof=1)))
    samples = np.empty((bootstrap, factors))
    for sample in samples:
        again = whole[rng.integers(design.total, size=design.total)]
        drawn = rng.integers(design.outer, size=left.shape)
        mean = np.take_along_axis(left, drawn, axis=1).mean(axis=1)
        sample[:] = weights @ _costs(mean, float(again.var(ddof=1)))
    interval = np.nanquantile(samples, [0.05, 0.95], axis=0).T if bootstrap else nothing
    return ShapleyEffects(np.asarray(effects), interval)


def _costs(left: Floats, variance: float) -> Floats:
    """What ``c`` is for every set, over the variance: nothing for no factor, 1 for all."""
    return np.concatenate(
        [[0.0], left / variance if variance > 0 else np.full(left.shape, np.nan), [1.0]]
    )


def _weights(factors: int) -> Floats:
    """What each set's c counts in each factor's effect: factors x sets."""
    weights = np.zeros((factors, 2**factors))
    for number in range(2**factors):
        size = number.bit_count()
        for i in range(factors):
            before = size - (number >> i & 1)
            share = factorial(before) * factorial(factors - before - 1) / factorial(factors)
            weights[i, number] = share if number >> i & 1 else -share
    return weights
