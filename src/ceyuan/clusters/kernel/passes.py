"""The compiled passes over all rows, spread over threads with private sums that are added at the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.kernel.count import add_shares, add_ties, add_weights
from ceyuan.clusters.kernel.threads import thread_count
from ceyuan.clusters.points.table import PointTable

NONE = np.empty(0, np.int64)
MAX_TIES = 1500  # clusters; a table of their pairs takes 18 MB a thread


def _summed(task: Callable[[Ints, int, int], None], shape: tuple[int, ...], n: int, threads: int | None) -> Ints:
    """``task(sums, first, last)`` over all of ``range(n)``, with sums of its own for each thread."""
    workers = thread_count(threads)
    cuts = [n * i // workers for i in range(workers + 1)]
    sums = [np.zeros(shape, np.int64) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(task, s, a, b) for s, (a, b) in zip(sums, pairwise(cuts), strict=True)]:
            done.result()
    for other in sums[1:]:
        sums[0] += other
    return sums[0]


def sum_sites(site: Labels, n_sites: int, weight: Ints | None, threads: int | None) -> Ints:
    """The weight of every site."""
    return _summed(
        lambda total, a, b: add_weights(site[a:b], NONE if weight is None else weight[a:b], total),
        (n_sites,),
        site.size,
        threads,
    )


def sum_shares(
    points: PointTable, label: Labels, weight: Ints | None, unit: int, clusters: int, threads: int | None
) -> Ints:
    """Fractional counts in units, shape (clusters + 2, kinds); see :func:`ceyuan.clusters.kernel.count.add_shares`."""
    divisor = NONE if points.divisor is None else points.divisor
    return _summed(
        lambda share, a, b: add_shares(
            points.start, points.site, points.kind, NONE if weight is None else weight, divisor, unit, label, share,
            a, b,
        ),
        (clusters + 2, len(points.kinds)),
        points.n_records,
        threads,
    )  # fmt: skip


def sum_ties(points: PointTable, label: Labels, clusters: int, threads: int | None) -> Ints:
    """Records that touch each pair of clusters (upper triangle); on the diagonal, that touch a cluster."""
    return _summed(
        lambda ties, a, b: add_ties(points.start, points.site, label, ties, a, b),
        (clusters, clusters),
        points.n_records,
        threads,
    )
