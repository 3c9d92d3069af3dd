"""Distances between the edges of neighbouring clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.fit import Fit
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, central_angle, unit_vectors


@dataclass(frozen=True)
class Edges:
    """Pairs of clusters whose edges are near.

    Attributes:
        a: first cluster of each pair.
        b: second cluster, greater than ``a``.
        km: distance between their nearest points.
    """

    a: Ints
    b: Ints
    km: Floats

    def as_dict(self) -> dict[tuple[int, int], float]:
        """The distance of each pair."""
        return {
            (a, b): km
            for a, b, km in zip(self.a.tolist(), self.b.tolist(), self.km.tolist(), strict=True)
        }


def near_edges(fit: Fit, limit_km: float) -> Edges:
    """All pairs of clusters whose nearest points are at most ``limit_km`` apart, by pair.

    Args:
        fit: clusters of sites.
        limit_km: up to which distance.
    """
    clusters = int(fit.labels.max(initial=-1)) + 1
    limit = float((2 * np.sin(min(central_angle(limit_km), np.pi) / 2)) ** 2) * (1 + 1e-12)
    if clusters < 2:
        code, square = np.empty(0, np.int64), np.empty(0)
    elif fit.index is None or fit.aim is None:
        code, square = _by_matrix(fit.lat, fit.lon, fit.labels, clusters, limit)
    else:
        code, square = _by_trees(fit, limit_km, clusters, limit)
    order = np.argsort(code)
    angle = 2 * np.arcsin(np.sqrt(np.minimum(square[order], 4.0)) / 2)
    return Edges(
        code[order] // max(clusters, 1), code[order] % max(clusters, 1), angle * EARTH_RADIUS_KM
    )


def _by_matrix(
    lat: Floats, lon: Floats, label: Labels, clusters: int, limit: float
) -> tuple[Ints, Floats]:
    """Few sites: each against all that follow."""
    inside = np.flatnonzero(label >= 0)
    xyz, label = unit_vectors(lat[inside], lon[inside]), label[inside].astype(np.int64)
    best: dict[int, float] = {}
    for i in range(label.size - 1):
        square = ((xyz[i + 1 :] - xyz[i]) ** 2).sum(axis=1)
        for j in np.flatnonzero((square <= limit) & (label[i + 1 :] != label[i])).tolist():
            a, b = sorted((int(label[i]), int(label[i + 1 + j])))
            best[a * clusters + b] = min(best.get(a * clusters + b, 9.0), float(square[j]))
    return np.array(list(best), np.int64), np.array(list(best.values()))


def _by_trees(fit: Fit, limit_km: float, clusters: int, limit: float) -> tuple[Ints, Floats]:
    """Many sites: the trees of the clustering, aimed farther where that is needed."""
    # numba only where it is used
    from ceyuan.clusters.kernel.edges import (  # noqa: PLC0415
        nearest_edges,
        node_labels,
    )

    index, aim = fit.index, fit.aim
    assert index is not None  # noqa: S101 - for the type checker; the caller has looked
    assert aim is not None  # noqa: S101
    if central_angle(limit_km) > aim.reach.angle:
        aim = index.aim(limit_km)
    label = fit.labels[index.order]
    of_node = np.empty(index.tree.start.size, np.int32)
    node_labels(index.tree, label, of_node)
    size = 1 << 12
    while True:
        key, best = np.full(size, -1, np.int64), np.empty(size)
        if nearest_edges(
            index.tree, index.sites, aim.runs, aim.count, label, of_node, limit, clusters, key, best
        ):
            break
        size *= 4
    full = np.flatnonzero(key >= 0)
    return key[full], best[full]
