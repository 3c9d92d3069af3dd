"""Designs: at which quantiles of the factors an index is computed.

A point of a design has one coordinate between 0 and 1 for each factor, the quantile at which the factor is taken: an
alternative by its probability, a number of its distribution, one of many drawn sets of weights or of errors. Sobol' sequences
(scrambled; best with powers of two) and Latin hypercubes (McKay, Beckman, Conover 1979) fill the cube more evenly than
independent draws, so that the same number of replications says more. Factors that depend on each other do so by a normal
copula: their quantiles are those of normal variables with the stated correlations.
"""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.uncertainty.factors import Pool
from ceyuan.composite.uncertainty.spec import Uncertainty
from ceyuan.errors import did_you_mean, fail

Design = Literal["random", "sobol", "latin_hypercube"]


def points(design: Design, n: int, dimensions: int, rng: np.random.Generator) -> Floats:
    """Points of a design.

    Args:
        design: how they are spread.
        n: how many.
        dimensions: of how many coordinates.
        rng: the source of draws.

    >>> sobol = points("sobol", 4, 1, np.random.default_rng(1))
    >>> np.sort(np.floor(4 * sobol.ravel())).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    if design == "random" or n == 0:
        return rng.random((n, dimensions))
    from scipy.stats import qmc  # noqa: PLC0415 - takes long to import, rarely needed

    engine = qmc.Sobol if design == "sobol" else qmc.LatinHypercube
    with warnings.catch_warnings():
        # that n is not a power of two: the documentation says so
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(engine(dimensions, seed=rng).random(n))


def two_samples(
    design: Design, n: int, factors: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """The samples A and B of a Sobol design: two halves of the coordinates of the same points (Saltelli et al. 2010)."""
    both = points(design, n, 2 * factors, rng)
    return both[:, :factors], both[:, factors:]


def taken(pools: tuple[Pool, ...], quantiles: Floats) -> Ints:
    """The elements of the pools at quantiles: points x factors."""
    columns = [_at(pool, quantiles[:, i]) for i, pool in enumerate(pools)]
    return np.column_stack(columns)


def _at(pool: Pool, quantile: Floats) -> Ints:
    if pool.probabilities is None:
        return np.minimum((quantile * len(pool.same_as)).astype(np.int64), len(pool.same_as) - 1)
    last = int(np.flatnonzero(pool.probabilities)[-1])
    return np.minimum(np.searchsorted(np.cumsum(pool.probabilities), quantile, side="right"), last)


def correlation_of(spec: Uncertainty) -> Floats:
    """The correlations of the normal variables behind the factors.

    Raises:
        CeyuanError: ``composite-factor-unknown`` for factors that there are not, ``composite-spec-invalid`` for correlations
            that cannot all be.
    """
    names = list(spec.factors)
    matrix = np.eye(len(names))
    for own in spec.dependence:
        for name in own.factors:
            if name not in names:
                hint = did_you_mean(name, names)
                raise fail(
                    "composite-factor-unknown",
                    f"dependence: there is no factor {name!r}",
                    hint=hint,
                )
        one, other = (names.index(name) for name in own.factors)
        matrix[one, other] = matrix[other, one] = own.correlation
    if np.linalg.eigvalsh(matrix)[0] < 1e-9:
        raise fail(
            "composite-spec-invalid", "dependence: these correlations cannot all be true at once"
        )
    return matrix


def dependent(quantiles: Floats, correlation: Floats) -> Floats:
    """Independent quantiles as those of correlated normal variables."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - takes long to import, rarely needed

    tiny = np.finfo(np.float64).eps
    normal = ndtri(np.clip(quantiles, tiny, 1 - tiny)) @ np.linalg.cholesky(correlation).T
    return np.asarray(ndtr(normal))
