"""Places on which many rows stand: the middle of a city or a register's address in place of where people work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ceyuan.clusters.assign import nearest_within
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
    lat = np.array([city.lat for city in cities], np.float64)
    lon = np.array([city.lon for city in cities], np.float64)
    city = nearest_within(points.lat[many], points.lon[many], lat, lon, CENTRE_KM).tolist()
    return [
        {
            "lat": float(points.lat[site]),
            "lon": float(points.lon[site]),
            "rows": int(rows[site]),
            "share": round(float(rows[site] / rows.sum()), 6),
            "centre_of": cities[near].name if near >= 0 else None,
        }
        for site, near in zip(many.tolist(), city, strict=True)
    ]
