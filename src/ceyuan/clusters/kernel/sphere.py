"""When two points are within the radius.

Distances are compared as squared chords of unit vectors: no trigonometry, but rounding makes the last digits unsure. So
there are two limits: below one a pair is surely within, above the other it surely is not. The few pairs in between,
those exactly at the radius, are decided by the haversine formula on the original angles, evaluated as scikit-learn
evaluates it, so that ties fall the same way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.geometry import Reach
from ceyuan.compiled.jit import jit, jit_bare

BLOCK = 256


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


@jit_bare
def squared_chord(a: Floats, b: Floats) -> float:
    """Squared distance of two points (or ball centres) through the Earth, in Earth radii."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2  # type: ignore[no-any-return]


@jit_bare
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


@jit_bare
def sine_cosine(degrees: float) -> tuple[float, float]:
    """Sine and cosine of an angle in degrees by their series, each good to 2e-16.

    The nearest right angle is taken off in degrees, where that is exact; of the 45° that are left at most, the terms
    left out are below 1e-19. Unlike the library's functions it can be computed for several angles at once.
    """
    quarter = np.rint(degrees * (1.0 / 90.0))
    x = (degrees - 90.0 * quarter) * (np.pi / 180.0)
    y = x * x
    odd = -1.0 / 1307674368000.0 + y * (1.0 / 355687428096000.0)
    odd = -1.0 / 39916800.0 + y * (1.0 / 6227020800.0 + y * odd)
    odd = -1.0 / 5040.0 + y * (1.0 / 362880.0 + y * odd)
    odd = -1.0 / 6.0 + y * (1.0 / 120.0 + y * odd)
    sine = x + x * (y * odd)
    even = -1.0 / 87178291200.0 + y * (1.0 / 20922789888000.0 - y * (1.0 / 6402373705728000.0))
    even = -1.0 / 3628800.0 + y * (1.0 / 479001600.0 + y * even)
    even = -1.0 / 720.0 + y * (1.0 / 40320.0 + y * even)
    cosine = 1.0 + y * (-0.5 + y * (1.0 / 24.0 + y * even))
    turns = int(quarter) & 3
    swapped = turns & 1
    s, c = (cosine, sine) if swapped else (sine, cosine)
    return (-s if turns & 2 else s), (-c if (turns + 1) & 2 else c)


@jit_bare
def sines_cosines(degrees: Floats, sine: Floats, cosine: Floats, n: int) -> None:
    """Sines and cosines of the first n angles, several at once."""
    for i in range(n):
        sine[i], cosine[i] = sine_cosine(degrees[i])


@jit
def place_sites(
    order: Labels, lat: Floats, lon: Floats, sites: Sites, start: int, stop: int
) -> None:
    """Fill ``sites`` (coordinates, not weights) in cell order from degrees."""
    place_blocks(order, lat, lon, sites, np.empty((6, BLOCK)), start, stop)


@jit_bare
def place_blocks(
    order: Labels, lat: Floats, lon: Floats, sites: Sites, space: Floats, start: int, stop: int
) -> None:
    """The same, block by block, with space for one."""
    for begin in range(start, stop, BLOCK):
        n = min(BLOCK, stop - begin)
        # reads that do not wait for each other: the memory answers many at a time
        for i in range(n):
            space[0, i], space[1, i] = lat[order[begin + i]], lon[order[begin + i]]
        sines_cosines(space[0], space[2], space[3], n)
        sines_cosines(space[1], space[4], space[5], n)
        for i in range(n):
            to = begin + i
            sites.lat[to] = space[0, i] * (np.pi / 180.0)
            sites.lon[to] = space[1, i] * (np.pi / 180.0)
            sites.xyz[to, 0] = space[3, i] * space[5, i]
            sites.xyz[to, 1] = space[3, i] * space[4, i]
            sites.xyz[to, 2] = space[2, i]
