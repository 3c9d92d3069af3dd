"""When two points are within the radius.

Distances are compared as squared chords of unit vectors: no trigonometry, but rounding makes the last digits unsure. So
there are two limits: below one a pair is surely within, above the other it surely is not. The few pairs in between,
those exactly at the radius, are decided by the haversine formula on the original angles, evaluated as scikit-learn
evaluates it, so that ties fall the same way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.clusters.geometry import Reach
from ceyuan.compiled.jit import jit


class Sites(NamedTuple):
    """Distinct points in cell order.

    Attributes:
        xyz: unit vectors, shape (n, 3).
        lat: latitude in radians.
        lon: longitude in radians.
        cum: cumulated integer weights, length n + 1: the weight of sites a … b-1 is ``cum[b] - cum[a]``.
    """

    xyz: Floats
    lat: Floats
    lon: Floats
    cum: Ints


@jit
def squared_chord(a: Floats, b: Floats) -> float:
    """Squared distance of two points (or ball centres) through the Earth, in Earth radii."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2  # type: ignore[no-any-return]


@jit
def within(sites: Sites, reach: Reach, i: int, j: int) -> bool:
    """Whether sites i and j are within the radius; exactly at the radius counts."""
    square = squared_chord(sites.xyz[i], sites.xyz[j])
    if square < reach.sure:
        return True
    if square > reach.never:
        return False
    sin_lat = np.sin(0.5 * (sites.lat[i] - sites.lat[j]))
    sin_lon = np.sin(0.5 * (sites.lon[i] - sites.lon[j]))
    haversine = sin_lat * sin_lat + np.cos(sites.lat[i]) * np.cos(sites.lat[j]) * sin_lon * sin_lon
    return bool(haversine <= reach.haversine)


@jit
def place_sites(order: Ints, lat: Floats, lon: Floats, sites: Sites, start: int, stop: int) -> None:
    """Fill ``sites`` (coordinates, not weights) in cell order from degrees."""
    # reads that do not wait for each other: the memory answers many at a time
    for i in range(start, stop):
        sites.lat[i] = lat[order[i]] * (np.pi / 180.0)
        sites.lon[i] = lon[order[i]] * (np.pi / 180.0)
    for i in range(start, stop):
        a, o = sites.lat[i], sites.lon[i]
        cos_lat = np.cos(a)
        sites.xyz[i, 0] = cos_lat * np.cos(o)
        sites.xyz[i, 1] = cos_lat * np.sin(o)
        sites.xyz[i, 2] = np.sin(a)
