"""Atypical combinations: how much more, or less, often than by chance the items of a work are put together in its year.

After Uzzi, Mukherjee, Stringer and Jones 2013, with the mean and the spread of chance computed instead of sampled. Chance
keeps how many items each work has, d, and in how many works each item is, n. With M = Σ d, S = Σ d (d − 1) over the works of
a year, two items are expected together in

    e = S · n_i n_j / (2 M) · (1 / (M − n_i) + 1 / (M − n_j))

works: one slot of a work goes to the one, another of its slots, which cannot hold the same item again, to the other. As n_i
and n_j of the W works are taken, the variance is that of the hypergeometric distribution,

    v = e · (1 − n_i / W) (1 − n_j / W) · W / (W − 1)

and z = (o − e) / √v.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.knowledge.arrays import Floats, Ints
from ceyuan.knowledge.novelty.combinations import Combinations, Pairs

LOW = 0.1
"""The part of a work's pairs below which its tail lies."""


@dataclass(frozen=True)
class Atypicality:
    """The z-scores of the pairs of each work, in short.

    Attributes:
        low: the 10th percentile: below 0, the work has combinations that are rarer than chance.
        median: how conventional the work is in the main.
    """

    low: Floats
    median: Floats


def expected(size: Ints, n_a: Ints, n_b: Ints) -> tuple[Floats, Floats]:
    """Mean and variance of the number of works with both items, by chance.

    Args:
        size: how many items each work has.
        n_a: in how many works the one item is, for each pair asked for.
        n_b: the other.

    >>> expected(np.array([2, 2, 2]), np.array([3]), np.array([3]))  # all works are of these two: no other way
    (array([3.]), array([0.]))
    """
    total = float(size.sum())
    slots = (size * (size - 1.0)).sum()
    with np.errstate(divide="ignore"):
        mean = slots * n_a * n_b / (2 * total) * (1 / (total - n_a) + 1 / (total - n_b))
    mean = np.minimum(mean, np.minimum(n_a, n_b))
    works = float(size.size)
    variance = mean * (1 - n_a / works) * (1 - n_b / works) * works / max(works - 1, 1.0)
    return mean, variance


def scores(found: Combinations, pairs: Pairs) -> Floats:
    """Z of every pair of every work among the works of its year; NaN where chance leaves no choice."""
    z = np.full(pairs.code.size, np.nan)
    year_of_pair = found.year[pairs.work]
    order = np.argsort(year_of_pair, kind="stable")
    years, many = np.unique(year_of_pair, return_counts=True)
    end = np.cumsum(many)
    item_year = found.year[found.work]
    for year, last, of_year in zip(years.tolist(), end.tolist(), many.tolist(), strict=True):
        rows = order[last - of_year : last]
        size = found.size[(found.year == year) & (found.size > 0)]
        n = np.bincount(found.item[item_year == year], minlength=len(found.items))
        codes, which, observed = np.unique(
            pairs.code[rows], return_inverse=True, return_counts=True
        )
        mean, variance = expected(size, n[pairs.a[codes]], n[pairs.b[codes]])
        of_pair = np.full(codes.size, np.nan)
        np.divide(observed - mean, np.sqrt(variance), out=of_pair, where=variance > 1e-12)
        z[rows] = of_pair[which]
    return z


def atypicality(found: Combinations, pairs: Pairs) -> Atypicality:
    """The 10th percentile and the median of each work's z-scores: values that occur, the lower one between two."""
    z = scores(found, pairs)
    known = np.flatnonzero(~np.isnan(z))
    order = known[np.lexsort((z[known], pairs.work[known]))]
    many = np.bincount(pairs.work[known], minlength=found.size.size)
    begin = np.cumsum(many) - many
    return Atypicality(*(_at(z[order], begin, many, part) for part in (LOW, 0.5)))


def _at(ordered: Floats, begin: Ints, many: Ints, part: float) -> Floats:
    """The value of each work that at least a part of its values do not exceed."""
    place = begin + np.maximum(np.ceil(part * many).astype(np.int64), 1) - 1
    values = np.full(many.size, np.nan)
    values[many > 0] = ordered[place[many > 0]]
    return values
