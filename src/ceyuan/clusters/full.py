"""Full counting beside the fractional one: a record counts 1 in every cluster where it has a contributor.

Full counts answer how many records a cluster took part in; they add up to more than the world, so shares of them are no parts of
a whole. Neither weights nor citations play a part: records are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
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
    points, method = run.points, method_of(run.options.method)
    clusters, world = full_counts(points, run.cluster_of_site, run.n_clusters, run.options.threads)
    return FullCounts(
        clusters, world, ranks(scores(world_shares(clusters, world), points.kinds, method))
    )


def full_counts(
    points: PointTable,
    cluster: Labels,
    clusters: int,
    threads: int | None = None,
    times: Ints | None = None,
) -> tuple[Ints, Ints]:
    """Records that have a row in each cluster, and all records, by kind.

    Args:
        points: the rows.
        cluster: the cluster of each site, −1 for none.
        clusters: how many there are.
        threads: threads to use, None for all.
        times: how often each record counts; once where not given.
    """
    kinds = len(points.kinds)
    world = np.bincount(points.kind[points.start[:-1]], times, kinds).astype(np.int64)
    # Noise and what has no position share the place after the last cluster.
    place = np.append(np.where(cluster < 0, np.int32(clusters), cluster), np.int32(clusters))
    place, places = place.astype(np.int32), clusters + 1
    if points.n_rows > SMALL_ROWS:
        from ceyuan.clusters.kernel.passes import sum_full  # numba only where it is used  # noqa: PLC0415

        return sum_full(points, place, places, threads, times)[:clusters], world
    record = np.repeat(np.arange(points.n_records), np.diff(points.start))
    pairs, first = np.unique(record * places + place[points.site], return_index=True)
    cell = (pairs % places) * kinds + points.kind[first]
    often = None if times is None else times[pairs // places]
    found = np.bincount(cell, often, places * kinds).reshape(places, kinds)
    return found[:clusters].astype(np.int64), world
