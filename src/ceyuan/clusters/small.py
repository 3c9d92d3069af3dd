"""DBSCAN for up to a few thousand distinct points in plain NumPy: the whole matrix of pairs, nothing clever.

It gives the same answer as the compiled kernel, without compiling anything, so that the first result on a small
file comes at once on a fresh machine. Being independent of the kernel's grid and trees, it also serves the tests as
a second opinion.
"""

from __future__ import annotations

import math

import numpy as np

from ceyuan.clusters.amounts import Amounts
from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.clusters.geometry import Reach, reach_of, unit_vectors

_TIE, _TINY = 2e-9, 1e-30  # see kernel.border
_BLOCK = 256  # rows of the matrix at a time


def dbscan_small(
    lat: Floats, lon: Floats, weight: Amounts, radius_km: float, threshold: int, border: str
) -> tuple[Labels, Bools]:
    """Labels and core flags of distinct points; arguments as for the kernel.

    Args:
        lat: latitudes in degrees.
        lon: longitudes in degrees.
        weight: their weights.
        radius_km: the radius.
        threshold: the weight in units within the radius from which a point is a core point.
        border: ``nearest`` or ``first``.
    """
    if lat.size == 0:
        return np.empty(0, np.int32), np.empty(0, np.bool_)
    xyz = unit_vectors(lat, lon)
    near = _within(xyz, lat, lon, reach_of(radius_km))
    around = [
        near[i : i + _BLOCK].astype(np.int64) @ weight.digits for i in range(0, lat.size, _BLOCK)
    ]
    core = np.array(
        [whole >= threshold for whole in weight.with_sums(np.concatenate(around)).wholes()],
        np.bool_,
    )
    labels = _number(_components(near, core), weight, lat, lon, border)
    others = np.flatnonzero(~core)
    for begin in range(0, others.size, _BLOCK):
        some = others[begin : begin + _BLOCK]
        row, of = np.nonzero(near[some] & core)
        if row.size:
            _place_border(labels, some[row], of, xyz, border)
    return labels, core


def _place_border(labels: Labels, point: Ints, core: Ints, xyz: Floats, border: str) -> None:
    """Give border points the cluster of their nearest core point, or the first of those in reach.

    Args:
        labels: cluster of all points, changed in place.
        point: the border point of each pair, in order.
        core: a core point in its reach.
        xyz: unit vectors of all points.
        border: ``nearest`` or ``first``.
    """
    start = np.flatnonzero(np.diff(point, prepend=-1))
    cluster = labels[core]
    if border == "nearest":
        gap = ((xyz[point] - xyz[core]) ** 2).sum(axis=1)
        most = np.minimum.reduceat(gap, start) * (1.0 + _TIE) + _TINY
        nearest = gap <= np.repeat(most, np.diff(start, append=point.size))
        cluster = np.where(nearest, cluster, np.int32(labels.size))
    labels[point[start]] = np.minimum.reduceat(cluster, start)


def _squared_chords(one: Floats, other: Floats) -> Floats:
    """Squared distances through the Earth, from differences (a product of vectors would lose near points)."""
    square = np.zeros((len(one), len(other)))
    gap = np.empty_like(square)
    for axis in range(3):
        np.subtract(one[:, None, axis], other[None, :, axis], out=gap)
        np.multiply(gap, gap, out=gap)
        square += gap
    return square


def _within(xyz: Floats, lat: Floats, lon: Floats, reach: Reach) -> Bools:
    """Which pairs are within the radius; pairs at the very radius by the haversine formula (see kernel.sphere).

    The mathematics library's sine, not NumPy's: the two differ in the last digit, and the last digit decides here.
    """
    near = np.empty((lat.size, lat.size), np.bool_)
    a, o = np.radians(lat), np.radians(lon)
    for begin in range(0, lat.size, _BLOCK):
        square = _squared_chords(xyz[begin : begin + _BLOCK], xyz)
        near[begin : begin + _BLOCK] = square < reach.sure
        for row, j in np.argwhere((square >= reach.sure) & (square <= reach.never)).tolist():
            i = begin + row
            sin_lat, sin_lon = math.sin(0.5 * (a[i] - a[j])), math.sin(0.5 * (o[i] - o[j]))
            half = sin_lat * sin_lat + math.cos(a[i]) * math.cos(a[j]) * sin_lon * sin_lon
            near[i, j] = half <= reach.haversine
    return near


def _components(near: Bools, core: Bools) -> Labels:
    """Connected sets of core points, numbered by their first point; −1 for points that are not core."""
    labels = np.full(core.size, -1, np.int32)
    count = 0
    for seed in np.flatnonzero(core):
        if labels[seed] >= 0:
            continue
        front = np.array([seed])
        while front.size:
            labels[front] = count
            front = np.flatnonzero(near[front].any(axis=0) & core & (labels < 0))
        count += 1
    return labels


def _number(labels: Labels, weight: Amounts, lat: Floats, lon: Floats, border: str) -> Labels:
    """Numbers by weight of core points, then by the southernmost one, unless the first row is to decide."""
    count = int(labels.max()) + 1
    if border == "first" or count == 0:
        return labels
    members = [np.flatnonzero(labels == k) for k in range(count)]
    lowest = [m[np.lexsort((lon[m], lat[m]))[0]] for m in members]
    weights = [weight.total(m) for m in members]
    order = sorted(range(count), key=lambda k: (-weights[k], lat[lowest[k]], lon[lowest[k]]))
    rank = np.empty(count + 1, np.int32)
    rank[order], rank[-1] = np.arange(count), -1
    return rank[labels]
