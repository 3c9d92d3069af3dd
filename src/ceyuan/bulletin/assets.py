"""What is fetched from other packages when Ceyuan is built, and never committed.

================================  ==========================================================================
in the folder of this room        comes from npm at build time
================================  ==========================================================================
``fonts/*.ttf``                   ``@expo-google-fonts``: Noto Serif and Noto Sans for SC and HK, regular and bold
``land/world.geojson``            ``world-atlas``: land of the world as polygons, 1:50 m, without borders
``land/delta.geojson``            the same of the Pearl River Delta, 1:10 m
================================  ==========================================================================

Where a folder is missing the machine's own fonts are used, and maps are drawn without land and say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from shapely import clip_by_rect
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.validation import make_valid

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
LAND = _HERE / "land"
Ring = tuple[tuple[float, float], ...]
# West, south, east, north of the fine map.
_DELTA = (111.0, 21.2, 116.0, 24.6)


def land_within(west: float, south: float, east: float, north: float) -> list[Ring] | None:
    """Outlines of the land inside of a frame in degrees, longitude first; None where land was not built."""
    inside = west >= _DELTA[0] and south >= _DELTA[1] and east <= _DELTA[2] and north <= _DELTA[3]
    parts = _land(LAND / ("delta.geojson" if inside else "world.geojson"))
    if parts is None:
        return None
    # Each part is cut first: to put the whole world in order takes seconds.
    cut = (make_valid(clip_by_rect(part, west, south, east, north)) for part in parts)
    return list(_outlines(unary_union([piece for piece in cut if not piece.is_empty])))


@cache
def _land(file: Path) -> list[BaseGeometry] | None:
    if not file.is_file():
        return None
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    parts = content.get("features", [content])
    return [shape(part.get("geometry", part)) for part in parts]


def _outlines(found: BaseGeometry) -> Iterator[Ring]:
    if found.geom_type == "Polygon" and not found.is_empty:
        for ring in (found.exterior, *found.interiors):
            yield tuple((float(x), float(y)) for x, y in ring.coords)
    for part in getattr(found, "geoms", ()):
        yield from _outlines(part)
