"""Column statistics and ranks on blocks of indicator data, missing values left out.

Every function works along one axis of an array whose last two axes are units x indicators; leading axes (replications
of an uncertainty run) are carried along. Nothing here knows what an indicator is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

UNITS = -2
"""The axis of the units in a block (..., units, indicators)."""


def count(values: Floats, axis: int = UNITS) -> Ints:
    """How many values are present along an axis."""
    return np.asarray(np.sum(~np.isnan(values), axis=axis, dtype=np.int64))


def lowest(values: Floats, axis: int = UNITS) -> Floats:
    """Smallest value present, NaN where there is none; the axis is kept with length 1."""
    low = np.fmin.reduce(values, axis=axis, keepdims=True)
    return np.asarray(low, dtype=np.float64)


def highest(values: Floats, axis: int = UNITS) -> Floats:
    """Largest value present, NaN where there is none; the axis is kept with length 1."""
    high = np.fmax.reduce(values, axis=axis, keepdims=True)
    return np.asarray(high, dtype=np.float64)


def mean(values: Floats, axis: int = UNITS) -> Floats:
    """Arithmetic mean of the values present, NaN where there is none; the axis is kept with length 1.

    >>> mean(np.array([[1.0], [3.0], [np.nan]])).item()
    2.0
    """
    present = ~np.isnan(values)
    n = present.sum(axis=axis, keepdims=True)
    total = np.where(present, values, 0.0).sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0))


def median(values: Floats, axis: int = UNITS) -> Floats:
    """Median of the values present, NaN where there is none; the axis is kept with length 1."""
    ordered = np.sort(values, axis=axis)  # NaN go last
    n = np.expand_dims(count(values, axis), axis)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0), axis=axis)
    high = np.take_along_axis(ordered, np.minimum(n // 2, values.shape[axis] - 1), axis=axis)
    return np.where(n > 0, (low + high) / 2, np.nan)


def deviation(values: Floats, axis: int = UNITS) -> Floats:
    """Sample standard deviation (n - 1) of the values present; NaN below two values; the axis is kept with length 1."""
    present = ~np.isnan(values)
    n = present.sum(axis=axis, keepdims=True)
    squares = np.where(present, values - mean(values, axis), 0.0) ** 2
    total = squares.sum(axis=axis, keepdims=True)
    return np.asarray(
        np.sqrt(np.divide(total, n - 1, out=np.full(total.shape, np.nan), where=n > 1))
    )


def skewness(values: Floats) -> Floats:
    """Adjusted Fisher-Pearson skewness G1 of each column, as spreadsheets have it.

    With central moments m_k of the n values present: ``G1 = sqrt(n(n-1))/(n-2) * m3 / m2^1.5`` (Joanes and Gill 1998,
    type 2). NaN below three values and for constant columns.

    >>> round(skewness(np.array([[1.0], [2.0], [9.0]])).item(), 6)
    1.630059
    """
    return skewness_and_kurtosis(values)[0]


def skewness_and_kurtosis(values: Floats) -> tuple[Floats, Floats]:
    """The skewness of each column and its adjusted excess kurtosis G2, as spreadsheets have them.

    ``G2 = ((n+1) g2 + 6) (n-1) / ((n-2)(n-3))`` with ``g2 = m4/m2^2 - 3`` (Joanes and Gill 1998, type 2). NaN below
    four values and for constant columns.
    """
    n, m2, m3, m4 = _moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        g1 = np.sqrt(n) * m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        g2 = n * m4 / m2**2
        excess = ((n + 1) * (g2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    varied = m2 > 0
    return np.where((n >= 3) & varied, g1, np.nan), np.where((n >= 4) & varied, excess, np.nan)


def _moments(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Number of values and the sums of the 2nd, 3rd and 4th powers of their deviations, per column."""
    present = ~np.isnan(values)
    centred = np.where(present, values - mean(values), 0.0)
    square = centred * centred
    n = present.sum(axis=UNITS).astype(np.float64)
    return (
        n,
        square.sum(axis=UNITS),
        (square * centred).sum(axis=UNITS),
        (square * square).sum(axis=UNITS),
    )


def ranks(
    values: Floats, axis: int = UNITS, *, descending: bool = False, digits: int | None = None
) -> Floats:
    """Competition ("1224") ranks along an axis: 1 plus the number of values that come before; NaN stays NaN.

    Args:
        values: what is ranked.
        axis: the axis along which the values compete.
        descending: whether the largest value has rank 1.
        digits: significant digits, relative to the largest absolute value along the axis, to which values are rounded
            first, so that values equal but for rounding noise share a rank. None compares exactly.

    >>> ranks(np.array([[10.0], [30.0], [10.0], [np.nan]])).ravel()
    array([ 1.,  3.,  1., nan])
    """
    x = np.moveaxis(values, axis, -1)
    if digits is not None:
        x = _rounded(x, digits)
    if descending:
        x = -x
    order = np.argsort(x, axis=-1)  # in which order equals come does not matter: they share a rank
    ordered = np.take_along_axis(x, order, axis=-1)
    first = np.ones(x.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place = np.maximum.accumulate(np.where(first, np.arange(1, x.shape[-1] + 1), 0), axis=-1)
    result = np.empty(x.shape, dtype=np.float64)
    np.put_along_axis(result, order, place.astype(np.float64), axis=-1)
    return np.moveaxis(np.where(np.isnan(x), np.nan, result), -1, axis)


def _rounded(x: Floats, digits: int) -> Floats:
    """Values as multiples of a unit that leaves so many digits to the largest of them."""
    largest = np.fmax.reduce(np.abs(x), axis=-1, keepdims=True, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.ceil(np.log10(largest)) - digits)
        return np.where(largest > 0, np.rint(x / unit), x)
