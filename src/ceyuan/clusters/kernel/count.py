"""Passes over tens of millions of rows: weight of each site, shares of each cluster, ties between clusters."""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints, Labels
from ceyuan.clusters.kernel.jit import jit


@jit
def add_weights(site: Labels, weight: Ints, total: Ints) -> None:
    """Add each row's weight (1 where ``weight`` is empty) to its site; −1 is nowhere."""
    for i in range(site.size):
        if site[i] >= 0:
            total[site[i]] += weight[i] if weight.size else 1


@jit
def add_counts(
    start: Ints,
    site: Labels,
    kind: Bytes,
    weight: Ints,
    divisor: Ints,
    unit: int,
    label: Labels,
    share: Ints,
    ties: Ints,
    first: int,
    last: int,
) -> None:
    """Fractional counts of records ``first … last``, and the pairs of clusters that they touch, in one pass.

    Args:
        start: first row of each record, and one more.
        site: site of each row, −1 where unusable.
        kind: kind of each row.
        weight: integer weight of each row; empty for 1.
        divisor: into how many parts the record is cut for this row; empty for the number of its rows.
        unit: what a whole record is worth.
        label: cluster of each site, −1 for noise.
        share: added to, shape (clusters + 2, kinds): the last two rows are noise and unlocated.
        ties: added to, shape (clusters, clusters), upper triangle; a record counts once for each pair of clusters
        and, on
            the diagonal, for each cluster that it touches. Empty if not wanted.
        first: first record.
        last: one past the last.
    """
    clusters = share.shape[0] - 2
    touched = np.empty(ties.shape[0], np.int64)
    seen = np.full(ties.shape[0], -1, np.int64)
    for record in range(first, last):
        a, b = start[record], start[record + 1]
        part = unit // (b - a)
        n = 0
        for i in range(a, b):
            if divisor.size:
                part = unit // divisor[i] if divisor[i] else 0
            to = clusters + 1
            if site[i] >= 0:
                to = label[site[i]] if label[site[i]] >= 0 else clusters
            share[to, kind[i]] += part * weight[i] if weight.size else part
            if to < ties.shape[0] and seen[to] != record:
                seen[to] = record
                touched[n] = to
                n += 1
        for x in range(n):
            for y in range(x, n):
                ties[min(touched[x], touched[y]), max(touched[x], touched[y])] += 1
