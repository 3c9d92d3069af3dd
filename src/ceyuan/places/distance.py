"""Distances on the Earth, taken as a sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), the sphere on which all distances are measured."""


def distance_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distances in kilometres by the haversine formula; arguments in degrees, broadcast.

    >>> float(distance_km(np.array(22.54), np.array(114.06), np.array(22.32), np.array(114.17)).round(1))
    26.9
    """
    a1, a2 = np.radians(lat1), np.radians(lat2)
    half = (
        np.sin((a1 - a2) / 2) ** 2
        + np.cos(a1) * np.cos(a2) * np.sin(np.radians(lon1 - lon2) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half))))
