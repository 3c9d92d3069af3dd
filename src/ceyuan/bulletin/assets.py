"""What is fetched from other packages when Ceyuan is built, and never committed.

================================  ==========================================================================
in the folder of this room        comes from npm at build time
================================  ==========================================================================
``fonts/*.ttf``, ``*.otf``        ``@expo-google-fonts/noto-serif-sc``, ``noto-sans-sc`` and their ``-hk`` ones
``land/land-50m.json``            ``world-atlas``: coastlines as TopoJSON, no borders
================================  ==========================================================================

Where a folder is missing the machine's own fonts are used, and maps are drawn without land and say so.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.validation import make_valid

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
LAND = _HERE / "land" / "land-50m.json"
Ring = tuple[tuple[float, float], ...]


@cache
def land() -> tuple[Ring, ...] | None:
    """Outer rings of all land in degrees, longitude first; None where it was not built."""
    if not LAND.is_file():
        return None
    topology = json.loads(LAND.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:  # every point is the difference to the one before
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(tuple(points))
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings += [_ring(polygon[0], arcs) for polygon in polygons]
    return tuple(rings)


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    """A ring from its arcs; a negative number is an arc backwards."""
    points: list[tuple[float, float]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return tuple(points)


def land_within(west: float, south: float, east: float, north: float) -> list[Ring] | None:
    """The parts of the land inside of a frame; None where land was not built."""
    rings = land()
    if rings is None:
        return None
    frame = box(west, south, east, north)
    found: list[Ring] = []
    for ring in rings:
        if len(ring) < 4 or not _meets(ring, west, south, east, north):
            continue
        found += _outlines(make_valid(Polygon(ring)).intersection(frame))
    return found


def _meets(ring: Ring, west: float, south: float, east: float, north: float) -> bool:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return min(xs) <= east and max(xs) >= west and min(ys) <= north and max(ys) >= south


def _outlines(shape: BaseGeometry) -> list[Ring]:
    if isinstance(shape, Polygon):
        return [] if shape.is_empty else [tuple((float(x), float(y)) for x, y in shape.exterior.coords)]
    return [ring for part in getattr(shape, "geoms", ()) for ring in _outlines(part)]
