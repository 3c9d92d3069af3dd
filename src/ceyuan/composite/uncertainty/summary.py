"""What an uncertainty run says about each unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats, Ints, ranks
from ceyuan.composite.inputs import Inputs

RANK_DIGITS = 12
"""Scores that agree to so many digits of the largest one tie: replications are not summed in one fixed order."""


@dataclass(frozen=True)
class RankSummary:
    """Ranks of the units over all replications.

    Attributes:
        mean: mean rank.
        median: median rank.
        low: 5 % quantile.
        high: 95 % quantile.
        first: share of the replications in which the unit is first (shared places count).
        top_ten: share of the replications in which the unit is among the first ten.
        computed: number of replications in which the unit has a rank.
    """

    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    first: Floats
    top_ten: Floats
    computed: Ints


def replication_ranks(inputs: Inputs, scores: Floats) -> Floats:
    """Ranks within each replication and period: replications x rows, 1 the best."""
    result = np.full(scores.shape, np.nan)
    size = max(1, 2_000_000 // scores.shape[1])
    for block in inputs.blocks(np.arange(len(inputs.units))):
        for start in range(0, len(scores), size):
            part = scores[start : start + size, block]
            result[start : start + size, block] = ranks(
                part, -1, descending=True, digits=RANK_DIGITS
            )
    return result


def summarise(placed: Floats) -> RankSummary:
    """Summary of ranks.

    Args:
        placed: replications x rows.
    """
    known = ~np.isnan(placed)
    n = known.sum(axis=0)
    some = np.maximum(n, 1)
    quantiles = _quantiles(placed, (0.05, 0.5, 0.95))
    with np.errstate(invalid="ignore"):
        first, top = (placed == 1).sum(axis=0) / some, (placed <= 10).sum(axis=0) / some
    total = np.where(known, placed, 0).sum(axis=0)
    mean = np.where(n > 0, total / some, np.nan)
    return RankSummary(mean, quantiles[1], quantiles[0], quantiles[2], first, top, n)


def _quantiles(values: Floats, at: tuple[float, ...]) -> Floats:
    """Quantiles over replications by linear interpolation (Hyndman and Fan's type 7), missing values left out."""
    ordered = np.sort(values, axis=0)
    n = (~np.isnan(values)).sum(axis=0)
    result = np.full((len(at), values.shape[1]), np.nan)
    for i, share in enumerate(at):
        place = share * np.maximum(n - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(n - 1, 0))
        low = np.take_along_axis(ordered, below[None], axis=0)[0]
        high = np.take_along_axis(ordered, above[None], axis=0)[0]
        result[i] = low + (place - below) * (high - low)
    return result


def share_above(placed: Floats, one: Ints, other: Ints) -> Floats:
    """P(one ranks above the other), over replications in which both have a rank; ``one`` and ``other`` are rows."""
    a, b = placed[:, one], placed[:, other]
    both = ~np.isnan(a) & ~np.isnan(b)
    wins = (both & (a < b)).sum(axis=0)
    n = both.sum(axis=0)
    return np.asarray(np.divide(wins, n, out=np.full(len(n), np.nan), where=n > 0))
