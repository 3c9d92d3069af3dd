"""Passes over tens of millions of rows: weight of each site, shares of each cluster, ties between clusters."""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints, Labels
from ceyuan.clusters.kernel.jit import jit

BLOCK = 256  # rows whose places are looked up together
CUTS = 1024  # records are rarely cut into more parts; up to here the parts are divided once, and looked up


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
    place: Labels,
    share: Ints,
    ties: Ints,
    first: int,
    last: int,
) -> None:
    """Fractional counts of records ``first … last``, and the pairs of clusters that they touch, in one pass.

    Args:
        start: first row of each record, and one more.
        site: site of each row, −1 where unusable.
        kind: kind of each row, the same for all rows of a record.
        weight: integer weight of each row; empty for 1.
        divisor: into how many parts the record is cut for this row; empty for the number of its rows.
        unit: what a whole record is worth.
        place: for each site the row of ``share`` that it counts in, and one more entry for rows without a site.
        share: added to, shape (clusters + 2, kinds): the last two rows are noise and unlocated.
        ties: added to, shape (clusters, clusters), upper triangle; a record counts once for each pair of clusters
            and, on the diagonal, for each cluster that it touches. Empty if not wanted.
        first: first record.
        last: one past the last.
    """
    parts = np.zeros(CUTS, np.int64)
    for n in range(1, CUTS):
        parts[n] = unit // n
    near = np.empty(BLOCK, np.int32)
    begin = end = start[first]
    clusters = ties.shape[0]
    touched = np.empty(clusters, np.int64)
    seen = np.full(clusters, -1, np.int64)
    for record in range(first, last):
        a, b = start[record], start[record + 1]
        part, of_kind, n = parts[b - a] if b - a < CUTS else unit // (b - a), kind[a], 0
        for i in range(a, b):
            if i >= end:  # reads that do not wait for each other: the memory answers many at a time
                begin, end = i, min(i + BLOCK, start[last])
                for k in range(begin, end):
                    near[k - begin] = place[site[k]]
            to = near[i - begin]
            if divisor.size:
                part = parts[divisor[i]] if divisor[i] < CUTS else unit // divisor[i]
            share[to, of_kind] += part * weight[i] if weight.size else part
            if to < clusters and seen[to] != record:
                seen[to] = record
                touched[n] = to
                n += 1
        for x in range(n):
            for y in range(x, n):
                ties[min(touched[x], touched[y]), max(touched[x], touched[y])] += 1
