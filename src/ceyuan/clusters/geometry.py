"""Angles, distances and unit vectors on the sphere, for any number of points at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats
from ceyuan.places.distance import EARTH_RADIUS_KM, distance_km

__all__ = [
    "EARTH_RADIUS_KM",
    "Reach",
    "central_angle",
    "distance_km",
    "reach_of",
    "to_degrees",
    "unit_vectors",
]


def central_angle(km: float) -> float:
    """The angle at the Earth's centre, in radians, of a great-circle distance in kilometres."""
    return km / EARTH_RADIUS_KM


def unit_vectors(lat: Floats, lon: Floats) -> Floats:
    """Unit vectors of points in degrees, shape (n, 3).

    >>> unit_vectors(np.array([90.0]), np.array([12.0])).round(12).tolist()
    [[0.0, 0.0, 1.0]]
    """
    a, o = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(a) * np.cos(o), np.cos(a) * np.sin(o), np.sin(a)], axis=-1)


def to_degrees(vectors: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude in degrees of vectors of any positive length, shape (n, 3)."""
    lat = np.degrees(np.arctan2(vectors[..., 2], np.hypot(vectors[..., 0], vectors[..., 1])))
    return lat, np.degrees(np.arctan2(vectors[..., 1], vectors[..., 0]))


class Reach(NamedTuple):
    """A radius as the numbers that the tests need.

    Attributes:
        angle: the radius as a central angle in radians.
        inner: chord; balls that end before it are surely within.
        outer: chord; balls that begin beyond it are surely not.
        sure: squared chord below which a pair is surely within.
        never: squared chord above which a pair surely is not.
        haversine: sin²(angle / 2), the limit of the deciding formula.
    """

    angle: float
    inner: float
    outer: float
    sure: float
    never: float
    haversine: float


def reach_of(radius_km: float) -> Reach:
    """The limits for a radius.

    Unit vectors are good to about 2e-16 a coordinate, so a chord is good to some 1e-15: the slack below is ten
    times that, plus a relative part for the ball radii.
    """
    angle = central_angle(radius_km)
    if angle >= np.pi:  # everything is within half the circumference
        return Reach(angle, 3.0, 4.0, 5.0, 6.0, 2.0)
    chord = 2.0 * np.sin(angle / 2.0)
    slack = 1e-12 * chord + 2e-15
    slack2 = 1e-11 * chord * chord + 8e-15 * chord + 1e-30
    half = np.sin(0.5 * angle)
    return Reach(
        angle,
        chord - slack,
        chord + slack,
        chord * chord - slack2,
        chord * chord + slack2,
        float(half * half),
    )


def like_radians(lat: Floats, lon: Floats) -> bool:
    """Whether all positions are so near (0, 0) as angles in radians are; in degrees there is only sea.

    >>> like_radians(np.radians([22.3, 51.5]), np.radians([114.2, -0.1]))
    True
    """
    within = (np.abs(lat) <= np.pi / 2) & (np.abs(lon) <= np.pi)
    return lat.size > 1 and bool(within.all())
