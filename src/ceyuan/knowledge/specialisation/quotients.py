"""Location quotients, or revealed comparative advantage: the share of a field in a place over its share everywhere.

``RCA_cp = (x_cp / x_c·) / (x_·p / x_··)`` (Balassa 1965). A place has a field where RCA ≥ 1. At exactly 1 a floating quotient
may come out just below: what is so near is decided on whole numbers, ``x_cp · x_·· ≥ x_c· · x_·p``.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.special import gammaincinv

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Bools, Floats

NEAR_ONE = 1e-9


def rca(values: Floats) -> Floats:
    """RCA of every cell; NaN where the place or the field has nothing at all.

    Args:
        values: counts, places × fields.

    >>> rca(np.array([[1.0, 1.0], [0.0, 2.0]])).tolist()
    [[2.0, 0.6666666666666666], [0.0, 1.3333333333333333]]
    """
    values = _near_one(values)
    expected = np.outer(values.sum(axis=1), values.sum(axis=0))
    found = np.full(values.shape, np.nan)
    np.divide(values * values.sum(), expected, out=found, where=expected > 0)
    return found


def _near_one(values: Floats) -> Floats:
    """The same times a power of two, which changes no quotient, so that products of totals are within the range of numbers."""
    largest = float(values.max(initial=0.0))
    return np.ldexp(values, -int(np.frexp(largest)[1])) if largest > 0 else values


def has_advantage(values: Floats, threshold: float = 1.0) -> Bools:
    """Whether RCA ≥ 1 (or another threshold), exact at the threshold.

    Args:
        values: counts, places × fields.
        threshold: from where on a place has a field.

    >>> thirds = np.array([[0.1, 0.2], [0.1, 0.2]])  # all shares are alike, whatever the floats say
    >>> has_advantage(thirds).all()
    np.True_
    """
    quotient = rca(values)
    found = quotient >= threshold
    near = np.argwhere(np.abs(quotient - threshold) <= NEAR_ONE * max(1.0, threshold))
    if near.size:
        exact = [list(map(_exact, row)) for row in values.tolist()]
        of_place = [sum(row) for row in exact]
        of_field = [sum(column) for column in zip(*exact, strict=True)]
        total, least = sum(of_place), _exact(float(threshold))
        for c, p in near.tolist():
            found[c, p] = exact[c][p] * total >= least * of_place[c] * of_field[p]
    return np.asarray(found)


def _exact(value: float) -> Fraction | int:
    """The number that a float was written as: 0.1 is a tenth."""
    return int(value) if value.is_integer() else Fraction(repr(value))


def rca_interval(values: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of RCA where values are counts of independent events (Garwood 1936: exact limits of a Poisson mean).

    The totals of places and fields are taken as known, so that only the count of the cell varies: fair where a cell is a
    small part of both.

    Args:
        values: whole counts, places × fields.
        level: how often the limits shall hold the truth.

    Raises:
        CeyuanError: ``knowledge-bad-value`` if values are not whole.

    >>> low, high = rca_interval(np.array([[4.0, 96.0], [16.0, 884.0]]))
    >>> round(float(low[0, 0]), 3), round(float(high[0, 0]), 3)
    (0.545, 5.121)
    """
    if not (values == np.rint(values)).all():
        raise fail(
            "knowledge-bad-value",
            "limits of counts need whole counts, and some values are not whole",
        )
    tail = (1 - level) / 2
    expected = np.outer(values.sum(axis=1), values.sum(axis=0)) / values.sum()
    low, high = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    lower = np.where(values > 0, gammaincinv(np.maximum(values, 1), tail), 0.0)
    np.divide(lower, expected, out=low, where=expected > 0)
    np.divide(gammaincinv(values + 1, 1 - tail), expected, out=high, where=expected > 0)
    return low, high
