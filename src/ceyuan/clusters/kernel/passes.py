"""The compiled passes over all rows, spread over threads with private sums that are added at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.kernel.count import add_counts, add_weights
from ceyuan.clusters.kernel.threads import cuts, in_threads, thread_count
from ceyuan.clusters.points.table import PointTable

NONE = np.empty(0, np.int64)


def _summed(
    task: Callable[[list[Ints], int, int], None], shapes: list[tuple[int, ...]], n: int, threads: int | None
) -> list[Ints]:
    """``task(sums, first, last)`` over all of ``range(n)``, with sums of its own for each thread."""
    workers = thread_count(threads)
    sums = [[np.zeros(shape, np.int64) for shape in shapes] for _ in range(workers)]
    in_threads([partial(task, own, a, b) for own, (a, b) in zip(sums, cuts(n, workers), strict=True)])
    for other in sums[1:]:
        for k, more in enumerate(other):
            sums[0][k] += more
    return sums[0]


def sum_sites(site: Labels, n_sites: int, weight: Ints | None, threads: int | None) -> Ints:
    """The weight of every site."""
    return _summed(
        lambda sums, a, b: add_weights(site[a:b], NONE if weight is None else weight[a:b], sums[0]),
        [(n_sites,)],
        site.size,
        threads,
    )[0]


def sum_counts(
    points: PointTable,
    label: Labels,
    weight: Ints | None,
    unit: int,
    clusters: int,
    ties: bool,
    threads: int | None,
) -> tuple[Ints, Ints]:
    """Fractional counts in units and, if wanted, ties; see :func:`ceyuan.clusters.kernel.count.add_counts`."""
    divisor = NONE if points.divisor is None else points.divisor
    weights = NONE if weight is None else weight
    pairs = clusters if ties else 0
    place = np.append(np.where(label < 0, np.int32(clusters), label), np.int32(clusters + 1))
    share, table = _summed(
        lambda sums, a, b: add_counts(
            points.start, points.site, points.kind, weights, divisor, unit, place, sums[0], sums[1], a, b
        ),
        [(clusters + 2, len(points.kinds)), (pairs, pairs)],
        points.n_records,
        threads,
    )
    return share, table
