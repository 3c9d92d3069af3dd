"""Passes over tens of millions of rows: weight of each site, shares of each cluster, ties between clusters."""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints, Labels
from ceyuan.compiled.jit import jit

BLOCK = 256  # rows whose places are looked up together


@jit
def add_weights(site: Labels, code: Labels, digits: Ints, times: Ints, total: Ints) -> None:
    """Add the digits of each row's weight to those of its site; site −1 is the last row of ``total``.

    Args:
        site: site of each row.
        code: which row of ``digits`` its weight is; empty where all weigh the same.
        digits: the digits of the distinct weights.
        times: how often each row counts; empty for once.
        total: added to, shape (sites + 1, digits).
    """
    last = total.shape[0] - 1
    for i in range(site.size):
        to = site[i] if site[i] >= 0 else last
        for place in range(digits.shape[1]):
            more = digits[code[i] if code.size else 0, place]
            total[to, place] += more * times[i] if times.size else more


@jit
def add_counts(
    start: Ints,
    site: Labels,
    kind: Bytes,
    code: Labels,
    digits: Ints,
    times: Ints,
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
        code: which row of ``digits`` each row counts; empty for the number of its record's rows.
        digits: the digits of the distinct amounts.
        times: how often each record counts; empty for once.
        place: for each site the row of ``share`` that it counts in, and one more entry for rows without a site.
        share: added to, shape (clusters + 2, kinds, digits): the last two rows are noise and unlocated.
        ties: added to, shape (clusters, clusters), upper triangle; a record counts once for each pair of clusters
            and, on the diagonal, for each cluster that it touches. Empty if not wanted.
        first: first record.
        last: one past the last.
    """
    near = np.empty(BLOCK, np.int32)
    begin = end = start[first]
    clusters, length = ties.shape[0], digits.shape[1]
    touched = np.empty(clusters, np.int64)
    seen = np.full(clusters, -1, np.int64)
    for record in range(first, last):
        a, b = start[record], start[record + 1]
        of_kind, n = kind[a], 0
        often = times[record] if times.size else 1
        for i in range(a, b):
            if i >= end:  # reads that do not wait for each other: the memory answers many at a time
                begin, end = i, min(i + BLOCK, start[last])
                for k in range(begin, end):
                    near[k - begin] = place[site[k]]
            to = near[i - begin]
            row = code[i] if code.size else b - a
            for digit in range(length):
                share[to, of_kind, digit] += digits[row, digit] * often
            if to < clusters and seen[to] != record:
                seen[to] = record
                touched[n] = to
                n += 1
        for x in range(n):
            for y in range(x, n):
                ties[min(touched[x], touched[y]), max(touched[x], touched[y])] += often


@jit
def add_full(
    start: Ints, site: Labels, kind: Bytes, place: Labels, full: Ints, first: int, last: int
) -> None:
    """Full counts of records ``first … last``: each counts 1 wherever it has a row.

    Args:
        start: first row of each record, and one more.
        site: site of each row, −1 where unusable.
        kind: kind of each row, the same for all rows of a record.
        place: for each site the row of ``full`` that it counts in, and one more entry for rows without a site.
        full: added to, shape (places, kinds).
        first: first record.
        last: one past the last.
    """
    seen = np.full(full.shape[0], -1, np.int64)
    for record in range(first, last):
        for i in range(start[record], start[record + 1]):
            to = place[site[i]]
            if seen[to] != record:
                seen[to] = record
                full[to, kind[i]] += 1
