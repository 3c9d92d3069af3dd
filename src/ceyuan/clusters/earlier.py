"""Clusters of an earlier edition or build, so that a cluster which is still there keeps its id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shapely

from ceyuan.clusters.arrays import Bools, Floats, Labels
from ceyuan.clusters.assign import cluster_of_positions


class EarlierClusters(Protocol):
    """Clusters of before.

    Attributes:
        ids: their ids.
    """

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the clusters."""

    def cluster_of(self, lat: Floats, lon: Floats) -> Labels:
        """Which of them each position is in, −1 for none."""


@dataclass(frozen=True)
class EarlierOutlines:
    """Clusters of which only the outlines are known.

    Attributes:
        ids: their ids.
        shapes: their outlines in degrees.
    """

    ids: Sequence[str]
    shapes: Sequence[Any]

    def cluster_of(self, lat: Floats, lon: Floats) -> Labels:
        """The first cluster whose outline holds a position."""
        found = np.full(lat.size, -1, np.int32)
        positions, shapes = shapely.STRtree(self.shapes).query(
            shapely.points(lon, lat), predicate="intersects"
        )
        order = np.lexsort((-shapes, positions))  # the first shape is written last
        found[positions[order]] = shapes[order]
        return found


@dataclass(frozen=True)
class EarlierSites:
    """Clusters whose sites are known.

    Attributes:
        ids: their ids.
        lat: latitudes of the sites in degrees.
        lon: their longitudes.
        cluster: the cluster of each site, −1 for noise.
        core: whether each site is core.
        radius_km: the radius of their run.
    """

    ids: Sequence[str]
    lat: Floats
    lon: Floats
    cluster: Labels
    core: Bools
    radius_km: float

    def cluster_of(self, lat: Floats, lon: Floats) -> Labels:
        """The cluster that a position would have been in; see :func:`ceyuan.clusters.assign.cluster_of_positions`."""
        return cluster_of_positions(
            lat, lon, (self.lat, self.lon), self.cluster, self.core, self.radius_km
        )


def shared_weights(
    cluster: Labels, earlier: Labels, weight: Floats, ids: Sequence[str]
) -> list[tuple[float, int, str]]:
    """The part of each cluster's weight that lies in each earlier cluster, where there is any.

    Args:
        cluster: cluster of each site, −1 for noise.
        earlier: earlier cluster of each site, −1 for none.
        weight: weight of each site.
        ids: ids of the earlier clusters.

    Returns:
        For each pair the part (0 … 1), the cluster, and the earlier one's id.

    >>> shared_weights(np.array([0, 0]), np.array([0, -1]), np.array([3.0, 1.0]), ["a"])
    [(0.75, 0, 'a')]
    """
    total = np.bincount(cluster[cluster >= 0], weights=weight[cluster >= 0])
    both = np.flatnonzero((cluster >= 0) & (earlier >= 0))
    pairs, place = np.unique(
        cluster[both].astype(np.int64) * len(ids) + earlier[both], return_inverse=True
    )
    shared = np.bincount(place, weights=weight[both], minlength=pairs.size)
    return [
        (float(w / total[pair // len(ids)]), int(pair // len(ids)), ids[pair % len(ids)])
        for pair, w in zip(pairs.tolist(), shared.tolist(), strict=True)
    ]
