"""Whether the members of a group measure one thing: principal components, Cronbach's alpha, KMO and Bartlett's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats, deviation, mean
from ceyuan.errors import fail

SINGULAR = 1e-10
"""A correlation matrix with an eigenvalue below this is singular."""


@dataclass(frozen=True)
class Components:
    """Principal components of a set of columns.

    Attributes:
        loadings: columns x components: the unit vectors of the components, largest variance first; the sign is chosen
            so that the loadings of a component sum to a positive number.
        deviations: standard deviations along the components.
        used: the number of complete rows.
    """

    loadings: Floats
    deviations: Floats
    used: int

    @property
    def explained(self) -> Floats:
        """Shares of the variance, by component."""
        variances = self.deviations**2
        return np.asarray(variances / variances.sum())


def principal_components(values: Floats, names: Sequence[str] | None = None) -> Components:
    """Principal components of standardised columns; rows with missing values are left out.

    Args:
        values: units x columns.
        names: what the columns are called in messages; their numbers where None.

    Raises:
        CeyuanError: ``composite-analysis-impossible`` with fewer than two complete rows or a constant column.

    >>> principal_components(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])).explained.round(6) + 0
    array([1., 0.])
    """
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2:
        raise fail(
            "composite-analysis-impossible",
            f"principal components need 2 complete units, not {len(complete)}",
        )
    spread = deviation(complete)
    if not (spread > 0).all():
        column = int(np.flatnonzero(~(spread[0] > 0))[0])
        name = repr(names[column]) if names else f"column {column + 1}"
        raise fail("composite-analysis-impossible", f"principal components: {name} is constant")
    standard = (complete - mean(complete)) / spread
    _, singular, axes = np.linalg.svd(standard, full_matrices=False)
    loadings = axes.T * np.where(axes.sum(axis=1) < 0, -1.0, 1.0)
    return Components(loadings, singular / np.sqrt(len(complete) - 1), len(complete))


def cronbach_alpha(values: Floats) -> float:
    """Cronbach's alpha of columns, from pairwise complete covariances.

    ``k^2 c / s`` with k columns, the mean covariance c between different columns, and the sum s of the whole covariance
    matrix. NaN for a single column.

    Args:
        values: units x columns.

    >>> round(cronbach_alpha(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.5]])), 6)
    0.850394
    """
    k = values.shape[1]
    covariances = pairwise_covariance(values)
    total = float(np.nansum(covariances))
    if k < 2 or total == 0:
        return float("nan")
    between = (total - float(np.nansum(np.diag(covariances)))) / (k * (k - 1))
    return float(k * k * between / total)


def pairwise_covariance(values: Floats) -> Floats:
    """Covariances of columns, each over the units that both have."""
    present = ~np.isnan(values)
    result = np.full((values.shape[1], values.shape[1]), np.nan)
    for i in range(values.shape[1]):
        both = present & present[:, [i]]
        n = both.sum(axis=0)
        count = np.maximum(n, 1)
        own = np.where(both, values[:, [i]], 0.0)
        other = np.where(both, values, 0.0)
        own = np.where(both, own - own.sum(axis=0) / count, 0.0)
        other = np.where(both, other - other.sum(axis=0) / count, 0.0)
        product = (own * other).sum(axis=0)
        result[i] = np.divide(product, n - 1, out=np.full(len(n), np.nan), where=n > 1)
    return result


@dataclass(frozen=True)
class Adequacy:
    """Whether columns have enough in common for a factor analysis.

    Attributes:
        kmo: the measure of Kaiser, Meyer and Olkin of all columns, 0 to 1; below 0.5 there is little in
            common. NaN where no columns are correlated at all.
        of_column: the same of each column.
        chi_square: Bartlett's statistic.
        p_value: how probable such a one is where no columns are correlated.
        used: the number of complete rows.
    """

    kmo: float
    of_column: Floats
    chi_square: float
    p_value: float
    used: int


def sampling_adequacy(values: Floats) -> Adequacy:
    """KMO and Bartlett's test of sphericity; rows with missing values are left out.

    With correlations r and partial correlations q of two columns given all others (from the inverse of the correlation
    matrix R): ``KMO = sum r² / (sum r² + sum q²)`` over different columns (Kaiser 1974), and
    ``chi² = -(n - 1 - (2p + 5)/6) ln |R|`` with ``p (p - 1)/2`` degrees of freedom (Bartlett 1951).

    Args:
        values: units x columns.

    Raises:
        CeyuanError: ``composite-analysis-impossible`` with fewer than two columns, fewer complete rows than columns and one,
            or columns that determine each other.
    """
    from scipy.special import chdtrc  # noqa: PLC0415 - takes long to import, rarely needed

    complete = values[~np.isnan(values).any(axis=1)]
    n, p = complete.shape
    if p < 2 or n <= p or not (deviation(complete) > 0).all():
        raise fail(
            "composite-analysis-impossible",
            f"KMO needs more complete units ({n}) than columns ({p}), none constant",
        )
    correlations = np.corrcoef(complete, rowvar=False)
    axes = np.linalg.eigvalsh(correlations)
    if axes[0] < SINGULAR:
        raise fail("composite-analysis-impossible", "KMO: some columns determine each other")
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diag(inverse))
    apart = ~np.eye(p, dtype=bool)
    squares = np.where(apart, correlations**2, 0.0)
    partial = np.where(apart, (inverse / np.outer(scale, scale)) ** 2, 0.0)
    chi_square = -(n - 1 - (2 * p + 5) / 6) * float(np.log(axes).sum())
    common, own = (np.append(part.sum(axis=0), part.sum()) for part in (squares, partial))
    measure = np.divide(common, common + own, out=np.full(p + 1, np.nan), where=common + own > 0)
    return Adequacy(
        float(measure[-1]), measure[:-1], chi_square, float(chdtrc(p * (p - 1) / 2, chi_square)), n
    )
