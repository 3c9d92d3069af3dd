"""The compiled passes over all rows, spread over threads with private sums that are added at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.kernel.count import add_counts, add_full, add_weights, count_rows
from ceyuan.clusters.kernel.hash import leave_out
from ceyuan.clusters.points.table import PointTable
from ceyuan.compiled.threads import cuts, in_threads, thread_count

NONE = np.empty(0, np.int64)


def _summed(
    task: Callable[[list[Ints], int, int], None],
    shapes: list[tuple[int, ...]],
    n: int,
    threads: int | None,
) -> list[Ints]:
    """``task(sums, first, last)`` over all of ``range(n)``, with sums of its own for each thread."""
    workers = thread_count(threads)
    sums = [[np.zeros(shape, np.int64) for shape in shapes] for _ in range(workers)]
    in_threads(
        [partial(task, own, a, b) for own, (a, b) in zip(sums, cuts(n, workers), strict=True)]
    )
    for other in sums[1:]:
        for k, more in enumerate(other):
            sums[0][k] += more
    return sums[0]


def sum_sites(
    site: Labels, n_sites: int, code: Labels, digits: Ints, times: Ints | None, threads: int | None
) -> Ints:
    """The digits of the weight of every site, and at the end of the rows without one."""
    often = NONE if times is None else times
    if not code.size:  # all weigh the same
        rows = _summed(
            lambda sums, a, b: count_rows(site[a:b], often[a:b], sums[0]),
            [(n_sites + 1,)],
            site.size,
            threads,
        )[0]
        return rows[:, np.newaxis] * digits[:1]
    return _summed(
        lambda sums, a, b: add_weights(site[a:b], code[a:b], digits, often[a:b], sums[0]),
        [(n_sites + 1, digits.shape[1])],
        site.size,
        threads,
    )[0]


def leave_out_sites(site: Labels, numbers: Labels, reasons: int, threads: int | None) -> Ints:
    """Renumber the sites of rows; how many rows lose theirs, by reason; see :func:`ceyuan.clusters.kernel.hash.leave_out`."""
    return _summed(
        lambda sums, a, b: leave_out(site, numbers, sums[0], a, b), [(reasons,)], site.size, threads
    )[0]


def sum_counts(
    points: PointTable,
    label: Labels,
    code: Labels,
    digits: Ints,
    clusters: int,
    ties: bool,
    threads: int | None,
    times: Ints | None,
) -> tuple[Ints, Ints]:
    """The digits of fractional counts and, if wanted, ties; see :func:`ceyuan.clusters.kernel.count.add_counts`."""
    often = NONE if times is None else times
    pairs = clusters if ties else 0
    place = np.append(np.where(label < 0, np.int32(clusters), label), np.int32(clusters + 1))
    share, table = _summed(
        lambda sums, a, b: add_counts(
            points.start,
            points.site,
            points.kind,
            code,
            digits,
            often,
            place,
            sums[0],
            sums[1],
            a,
            b,
        ),
        [(clusters + 2, len(points.kinds), digits.shape[1]), (pairs, pairs)],
        points.n_records,
        threads,
    )
    return share, table


def sum_full(
    points: PointTable, place: Labels, places: int, threads: int | None, times: Ints | None
) -> Ints:
    """Full counts of records at each place; see :func:`ceyuan.clusters.kernel.count.add_full`."""
    often = NONE if times is None else times
    return _summed(
        lambda sums, a, b: add_full(
            points.start, points.site, points.kind, often, place, sums[0], a, b
        ),
        [(places, len(points.kinds))],
        points.n_records,
        threads,
    )[0]
