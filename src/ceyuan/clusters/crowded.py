"""Places on which many rows stand: the middle of a city or a register's address in place of where people work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, unit_vectors
from ceyuan.clusters.names import City
from ceyuan.clusters.points.table import PointTable

LEAST_ROWS = 100
LEAST_SHARE = 0.01
CENTRE_KM = 3.0
"""A place so near the position that a gazetteer gives for a city is probably that position."""


def crowded_places(points: PointTable, cities: Sequence[City]) -> list[dict[str, Any]]:
    """The places that hold a hundred rows and a hundredth of all of them, the most first, with the city whose centre they are.

    Args:
        points: the rows.
        cities: a gazetteer.
    """
    rows = np.bincount(points.site[points.site >= 0], minlength=points.lat.size)
    many = np.flatnonzero(rows >= max(LEAST_ROWS, LEAST_SHARE * rows.sum()))
    many = many[np.lexsort((points.lon[many], points.lat[many], -rows[many]))]
    centre = _largest_within(points.lat[many], points.lon[many], cities)
    return [
        {
            "lat": float(points.lat[site]),
            "lon": float(points.lon[site]),
            "rows": int(rows[site]),
            "share": round(float(rows[site] / rows.sum()), 6),
            "centre_of": city,
        }
        for site, city in zip(many.tolist(), centre, strict=True)
    ]


def _largest_within(lat: Floats, lon: Floats, cities: Sequence[City]) -> list[str | None]:
    """The largest city whose centre is near each position: geocoders give that of a city rather than of its quarters."""
    if not lat.size or not cities:
        return [None] * lat.size
    centres = np.array([(city.lat, city.lon) for city in cities], np.float64)
    around = cKDTree(unit_vectors(centres[:, 0], centres[:, 1])).query_ball_point(
        unit_vectors(lat, lon), CENTRE_KM / EARTH_RADIUS_KM, return_sorted=True
    )
    size = np.nan_to_num(np.array([city.population for city in cities], np.float64), nan=-1.0)
    return [cities[max(near, key=size.__getitem__)].name if near else None for near in around]
