"""A map of positions on land, without borders: a circle for each figure, with its name and value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from ceyuan.bulletin.assets import land_within
from ceyuan.bulletin.charts.marks import ChartPoint
from ceyuan.bulletin.charts.svg import (
    ACCENT,
    LAND,
    LINE,
    SOFT,
    WIDTH,
    element,
    picture,
    width_of,
    words,
)
from ceyuan.wording import Language

_SEA = "#f6f8f9"
_NO_LAND = {
    "en": "Coastlines were not built into this package.",
    "zh-Hans": "本软件包未内置海岸线，图中仅标位置。",
    "zh-Hant": "本軟件包未內置海岸線，圖中只標示位置。",
}
_MOST_HEIGHT = 360.0


def point_map(points: Sequence[ChartPoint], title: str, language: Language) -> str:
    """Draw the positions of figures. All of them have one."""
    places = [p.where for p in points if p.where is not None]
    west, south, east, north = _frame(places)
    # Equirectangular, true along the middle parallel: good enough for a sketch of a few hundred kilometres up to a continent.
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * narrowing), _MOST_HEIGHT / (north - south))
    missing = WIDTH / scale / narrowing - (east - west)
    # as wide as the drawing, however tall the frame is
    west, east = (
        west - missing / 2,
        east + missing / 2,
    )
    width, height = float(WIDTH), (north - south) * scale

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * narrowing * scale, (north - lat) * scale

    parts = [element("rect", x=0, y=0, width=width, height=height, fill=_SEA, stroke=LINE)]
    rings = land_within(west, south, east, north)
    if rings:
        # One path for all rings, so that lakes are holes.
        path = "".join(_ring_path([at(*position) for position in ring]) for ring in rings)
        parts.append(
            element(
                "path", d=path, fill=LAND, stroke="#c9c5ba", stroke_width=0.7, fill_rule="evenodd"
            )
        )
    taken: list[tuple[float, float, float, float]] = []
    for point in points:
        if point.where is not None:
            parts += _mark(point, at(point.where[1], point.where[0]), width, taken)
    if rings is None:
        parts.append(words(_NO_LAND[language], 10, height - 10, size=12, fill=SOFT))
    described = "; ".join(f"{p.label}: {p.text}" for p in points)
    return picture(parts, height, title, described, language)


def _frame(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """West, south, east, north with room around the positions."""
    lats, lons = [p[0] for p in places], [p[1] for p in places]
    room = max(0.22 * max(max(lats) - min(lats), max(lons) - min(lons)), 0.5)
    wide = room * 1.6
    return (
        min(lons) - wide,
        max(min(lats) - room, -85.0),
        max(lons) + wide,
        min(max(lats) + room, 85.0),
    )


def _mark(
    point: ChartPoint,
    at: tuple[float, float],
    right: float,
    taken: list[tuple[float, float, float, float]],
) -> list[str]:
    """A circle and its label, on the side and at the height where no other label stands."""
    x, y = at
    text = f"{point.label}  {point.text}"
    width = width_of(text, 14) + 6
    start = x + 11 if x + 11 + width < right else x - 11 - width
    line = y + 5
    for step in (0, 20, -20, 40, -40, 60, -60):
        if not any(
            start < b and a < start + width and abs(y + 5 + step - c) < h for a, b, c, h in taken
        ):
            line = y + 5 + step
            break
    taken.append((start, start + width, line, 18))
    parts = [
        element(
            "circle",
            cx=x,
            cy=y,
            r=6,
            fill=ACCENT,
            fill_opacity=0.85,
            stroke="#fff",
            stroke_width=1.5,
        )
    ]
    if line != y + 5:
        edge = start if start > x else start + width
        parts.append(
            element("line", x1=x, y1=y, x2=edge, y2=line - 5, stroke=SOFT, stroke_width=0.8)
        )
    halo = element("text", escape(text), x=start, y=line, font_size=14, stroke="#fff", stroke_width=3, fill="#fff",
                   stroke_linejoin="round")  # fmt: skip
    return [*parts, halo, words(text, start, line, size=14)]


def _ring_path(positions: Sequence[tuple[float, float]]) -> str:
    """A closed ring, as SVG writes it."""
    corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in positions)
    return f"M{corners}z"
