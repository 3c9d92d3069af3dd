"""Outlines of clusters: concave hulls drawn on a plane that touches the Earth there.

A hull of every address would be ragged and slow. Points are thinned to one a square of a fine raster, the hull is drawn
around those and widened by the square's diagonal and a little, so that every point is inside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely import affinity

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, to_degrees, unit_vectors

RATIO = 0.3  # of shapely's concave hull: 0 follows every bay, 1 is convex
MARGIN_KM = 1.0
RASTER = 150  # squares across a cluster, at most
STEP_KM = 5.0  # a straight line on the plane is bent on the map: it is cut into pieces this long


def centre_of(lat: Floats, lon: Floats, weight: Floats) -> tuple[float, float]:
    """The weighted middle of points on the sphere, in degrees."""
    middle = (unit_vectors(lat, lon) * weight[:, None]).sum(axis=0)
    a, o = to_degrees(middle)
    return float(a), float(o)


def outline(lat: Floats, lon: Floats) -> Any:
    """The outline of points, as a polygon in degrees (several if it crosses the antimeridian).

    Args:
        lat: latitudes in degrees.
        lon: longitudes in degrees.

    >>> bool(outline(np.array([22.5, 22.3]), np.array([114.0, 114.1])).contains(shapely.Point(114.0, 22.5)))
    True
    """
    a, o = centre_of(lat, lon, np.ones(lat.size))
    plane = _project(lat, lon, a, o)
    square = max(0.2, float(np.ptp(plane, axis=0).max()) / RASTER)
    east, north = np.floor(plane / square).astype(np.int64).T
    _, first = np.unique((east << 32) + north, return_index=True)
    cloud = shapely.MultiPoint(plane[np.sort(first)])
    hull = shapely.concave_hull(cloud, ratio=RATIO) if len(first) > 3 else cloud.convex_hull
    widened = hull.buffer(1.5 * square + MARGIN_KM, quad_segs=4)
    shell = shapely.Polygon(widened.exterior).simplify(0.2 * MARGIN_KM).segmentize(STEP_KM)
    return _on_map(np.asarray(shell.exterior.coords), a, o)


def _frame(lat: float, lon: float) -> Floats:
    """East, north and up at a place, as rows."""
    a, o = np.radians(lat), np.radians(lon)
    east = [-np.sin(o), np.cos(o), 0.0]
    north = [-np.sin(a) * np.cos(o), -np.sin(a) * np.sin(o), np.cos(a)]
    return np.array([east, north, [np.cos(a) * np.cos(o), np.cos(a) * np.sin(o), np.sin(a)]])


def _project(lat: Floats, lon: Floats, lat0: float, lon0: float) -> Floats:
    """Azimuthal equidistant: kilometres east and north of a place, at true distance from it."""
    local = unit_vectors(lat, lon) @ _frame(lat0, lon0).T
    across = np.hypot(local[:, 0], local[:, 1])
    angle = np.arctan2(across, local[:, 2])
    scale = np.divide(angle, across, out=np.ones_like(angle), where=across > 1e-15)
    return np.asarray(local[:, :2] * scale[:, None] * EARTH_RADIUS_KM)


def _unproject(plane: Floats, lat0: float, lon0: float) -> tuple[Floats, Floats]:
    """The way back, in degrees."""
    angle = np.minimum(np.hypot(plane[:, 0], plane[:, 1]) / EARTH_RADIUS_KM, np.pi)
    scale = np.sinc(angle / np.pi)[:, None] / EARTH_RADIUS_KM
    local = np.concatenate([plane * scale, np.cos(angle)[:, None]], axis=1)
    return to_degrees(local @ _frame(lat0, lon0))


def _on_map(ring: Floats, lat0: float, lon0: float) -> Any:
    """A ring of the plane as polygons between −180° and 180°."""
    lat, lon = _unproject(ring, lat0, lon0)
    lon = np.degrees(np.unwrap(np.radians(lon)))
    turn = lon[-1] - lon[0]
    if abs(turn) > 180.0:  # around a pole: the map's edge closes the ring
        pole = 90.0 if lat0 > 0 else -90.0
        lat, lon = np.concatenate([lat, [pole, pole]]), np.concatenate([lon, [lon[-1], lon[0]]])
    shape = shapely.make_valid(shapely.Polygon(np.stack([lon, lat], axis=1)))
    parts = []
    for turns in range(-2, 3):
        moved = affinity.translate(shape, 360.0 * turns)
        parts.append(shapely.intersection(moved, shapely.box(-180.0, -90.0, 180.0, 90.0)))
    kept = [
        p
        for part in parts
        for p in shapely.get_parts(part)
        if p.geom_type == "Polygon" and p.area > 0
    ]
    merged = shapely.union_all(kept)
    return shapely.orient_polygons(shapely.set_precision(merged, 1e-6))
