"""Passes over tens of millions of rows: weight of each site, shares of each cluster, ties between clusters."""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints, Labels
from ceyuan.compiled.jit import jit, jit_bare

BLOCK = 256  # rows whose places are looked up together


@jit_bare
def count_rows(site: Labels, times: Ints, total: Ints) -> None:
    """Count the rows of each site; arguments as for ``add_weights``, but ``total`` has no digits."""
    if times.size:
        for i in range(site.size):
            total[site[i]] += times[i]
    else:
        for i in range(site.size):
            total[site[i]] += 1


@jit_bare
def add_weights(site: Labels, code: Labels, digits: Ints, times: Ints, total: Ints) -> None:
    """Add the digits of each row's weight to those of its site; site −1 is the last row of ``total``.

    Args:
        site: site of each row.
        code: which row of ``digits`` its weight is.
        digits: the digits of the distinct weights.
        times: how often each row counts; empty for once.
        total: added to, shape (sites + 1, digits).
    """
    for i in range(site.size):
        for place in range(digits.shape[1]):
            more = digits[code[i], place]
            total[site[i], place] += more * times[i] if times.size else more


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
    places = ties.shape[0] + 1  # the last one stands for all that is no cluster
    touched, seen = np.empty(places, np.int64), np.full(places, -1, np.int64)
    add_with(
        start,
        site,
        kind,
        code,
        digits,
        times,
        place,
        share,
        ties,
        near,
        touched,
        seen,
        first,
        last,
    )


@jit_bare
def add_with(
    start: Ints,
    site: Labels,
    kind: Bytes,
    code: Labels,
    digits: Ints,
    times: Ints,
    place: Labels,
    share: Ints,
    ties: Ints,
    near: Labels,
    touched: Ints,
    seen: Ints,
    first: int,
    last: int,
) -> None:
    """The same, with space for the places of some rows, and for the clusters that a record touches."""
    begin = end = start[first]
    clusters, length = ties.shape[0], digits.shape[1]
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
            touched[n] = to  # stays only if it is a cluster's first row of the record
            to = min(to, clusters)
            n += (to < clusters) & (seen[to] != record)
            seen[to] = record
        for x in range(n):
            for y in range(x, n):
                ties[min(touched[x], touched[y]), max(touched[x], touched[y])] += often


@jit
def add_full(
    start: Ints,
    site: Labels,
    kind: Bytes,
    times: Ints,
    place: Labels,
    full: Ints,
    first: int,
    last: int,
) -> None:
    """Full counts of records ``first … last``: each counts 1 wherever it has a row.

    Args:
        start: first row of each record, and one more.
        site: site of each row, −1 where unusable.
        kind: kind of each row, the same for all rows of a record.
        times: how often each record counts; empty for once.
        place: for each site the row of ``full`` that it counts in, and one more entry for rows without a site.
        full: added to, shape (places, kinds).
        first: first record.
        last: one past the last.
    """
    seen = np.full(full.shape[0], -1, np.int64)
    for record in range(first, last):
        often = times[record] if times.size else 1
        for i in range(start[record], start[record + 1]):
            to = place[site[i]]
            if seen[to] != record:
                seen[to] = record
                full[to, kind[i]] += often
