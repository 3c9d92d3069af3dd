"""Full counting beside the fractional one: a record counts 1 in every cluster where it has a contributor.

Full counts answer how many records a cluster took part in; they add up to more than the world, so shares of them are no parts of
a whole. Neither weights nor citations play a part: records are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints, Labels
from ceyuan.clusters.points.sites import SMALL_ROWS
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.ranking import method_of, ranks, scores, world_shares
from ceyuan.clusters.run import ClusterRun


@dataclass(frozen=True)
class FullCounts:
    """Clusters by full counting.

    Attributes:
        clusters: records with a contributor in each cluster, by kind; shape (clusters, kinds).
        world: all records by kind.
        rank: ranks of the clusters by the run's method, with shares of full counts.
    """

    clusters: Ints
    world: Ints
    rank: Ints


def count_full(run: ClusterRun) -> FullCounts:
    """Count the records of each cluster of a run in full, and rank by that."""
    points, n = run.points, run.n_clusters
    of_site = run.cluster_of_site
    # Noise and what has no position share the place after the last cluster.
    place = np.append(np.where(of_site < 0, np.int32(n), of_site), np.int32(n)).astype(np.int32)
    clusters = full_counts(points, place, n + 1, run.options.threads)[:n]
    kind: Bytes = points.kind[points.start[:-1]]
    world = np.bincount(kind, minlength=len(points.kinds)).astype(np.int64)
    shares = world_shares(clusters.astype(np.float64), world.astype(np.float64))
    return FullCounts(
        clusters, world, ranks(scores(shares, points.kinds, method_of(run.options.method)))
    )


def full_counts(points: PointTable, place: Labels, places: int, threads: int | None = None) -> Ints:
    """Records that have a row at each place, by kind.

    Args:
        points: the rows.
        place: the place of each site, and one more entry for rows without a site.
        places: how many places there are.
        threads: threads to use, None for all.
    """
    if points.n_rows > SMALL_ROWS:
        from ceyuan.clusters.kernel.passes import sum_full  # numba only where it is used  # noqa: PLC0415

        return sum_full(points, place, places, threads)
    kinds = len(points.kinds)
    record = np.repeat(np.arange(points.n_records), np.diff(points.start))
    pairs, first = np.unique(record * places + place[points.site], return_index=True)
    cell = (pairs % places) * kinds + points.kind[first]
    return np.bincount(cell, minlength=places * kinds).reshape(places, kinds).astype(np.int64)
