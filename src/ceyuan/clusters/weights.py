"""Weights as integers, so that sums do not depend on their order and a threshold met exactly is met.

Floating-point sums depend on the order of the rows (ten times 0.1 is not 1), and then so would clusters. Weights are
therefore scaled to integers: by 1 where they are integers already, by 720,720 or a power of ten where that makes
them so (1/n for every n to 16, decimals), else by the largest power of two that fits (an error under 1e-12 of the
largest weight for any usual number of rows).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.errors import fail

SHARES = 720_720
"""Divisible by every number from 1 to 16: one n-th of a record is an integer for every n up to 16."""

MAX_TOTAL = float(1 << 61)
_SCALES = (1.0, float(SHARES), 1e3, 1e6, 1e9)
_NEAR = 1e-9  # relative; a weight that was written as 0.1 is a tenth


@dataclass(frozen=True, slots=True)
class IntegerWeights:
    """Weights times a scale, rounded.

    Attributes:
        values: the integers.
        scale: what they were multiplied by.
    """

    values: Ints
    scale: float

    def threshold(self, weight: float) -> int:
        """The least integer weight that reaches ``weight``."""
        scaled = weight * self.scale
        nearest = round(scaled)
        if abs(scaled - nearest) <= _NEAR * max(1.0, abs(scaled)):
            return max(1, int(nearest))
        return max(1, int(np.ceil(scaled)))


def to_integers(weight: Floats | None, n: int) -> IntegerWeights:
    """Scale weights to integers.

    Args:
        weight: weights, or None for 1 each.
        n: how many there are.

    Raises:
        CeyuanError: ``cluster-bad-weight`` if a weight is negative or not finite.

    >>> to_integers(np.array([0.5, 1 / 3]), 2).values.tolist()
    [360360, 240240]
    """
    if weight is None:
        return IntegerWeights(np.ones(n, np.int64), 1.0)
    values = np.asarray(weight, np.float64)
    if values.shape != (n,):
        raise fail("cluster-bad-weight", f"there are {values.size} weights for {n} points")
    if not np.isfinite(values).all() or (values < 0).any():
        raise fail("cluster-bad-weight", "a weight is negative, infinite or missing")
    total = float(values.sum())
    for scale in _SCALES:
        scaled = values * scale
        rounded = np.rint(scaled)
        if total * scale < MAX_TOTAL and (np.abs(scaled - rounded) <= _NEAR * np.maximum(scaled, 1e-300)).all():
            return IntegerWeights(rounded.astype(np.int64), scale)
    scale = 2.0 ** np.floor(np.log2(MAX_TOTAL / max(total, 1e-300)))
    return IntegerWeights(np.rint(values * scale).astype(np.int64), float(scale))
