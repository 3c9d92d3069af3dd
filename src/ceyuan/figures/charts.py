"""Charts as SVG, drawn by hand so that they need no plotting library and can be read as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from ceyuan.figures.drawing import (
    INK,
    SOFT,
    Drawing,
    box,
    figure,
    heading,
    line,
    shade,
    short,
    words,
)

Floats = npt.NDArray[np.float64]

NAME = 230
ROW = 22
PLOT = 460.0


def heat_table(
    title: str, names: Sequence[str], columns: Sequence[str], values: Floats, note: str
) -> Drawing:
    """A table of probabilities with shaded cells: one row a cluster, one column a method."""
    cell = 92
    parts = heading(title, note)
    for c, column in enumerate(columns):
        parts.append(words(NAME + cell * (c + 0.5), 62, column, anchor="middle", size=11))
    for r, name in enumerate(names):
        y = 70 + ROW * r
        parts.append(words(NAME - 10, y + 15, name, anchor="end"))
        for c in range(len(columns)):
            value = float(values[r, c])
            x = NAME + cell * c
            parts.append(box(x, y, cell - 2, ROW - 2, shade(value)))
            parts.append(
                words(
                    x + cell / 2, y + 15, f"{value:.0%}", anchor="middle", size=11, fill=_on(value)
                )
            )
    return figure(NAME + cell * len(columns) + 20, 80 + ROW * len(names), title, parts)


def rank_ranges(
    title: str, names: Sequence[str], low: Floats, middle: Floats, high: Floats, note: str
) -> Drawing:
    """Ranges of ranks, 5–95 %, with the median: one line a name."""
    known = high[np.isfinite(high)]
    most = float(known.max()) if known.size else 1.0
    height = 90 + ROW * len(names)

    def x(rank: float) -> float:
        return NAME + PLOT * (rank - 1.0) / max(1.0, most - 1.0)

    parts = heading(title, note)
    for tick in sorted({1, *(round(1 + (most - 1) * i / 5) for i in range(6))}):
        parts.append(line(x(tick), 66, x(tick), height - 20))
        parts.append(words(x(tick), 60, str(tick), anchor="middle", size=11, fill=SOFT))
    for r, name in enumerate(names):
        y = 70 + ROW * r + 10
        parts.append(words(NAME - 12, y + 4, name, anchor="end"))
        if np.isfinite(middle[r]):
            parts.append(line(x(low[r]), y, x(high[r]), y, shade(0.6), 7))
            parts.append(f'<circle cx="{x(middle[r]):.1f}" cy="{y}" r="5" fill="{INK}"/>')
    return figure(NAME + PLOT + 60, height, title, parts)


def heat_map(
    title: str, rows: Sequence[str], columns: Sequence[str], values: Floats, note: str
) -> Drawing:
    """A grid of ranks over two choices: dark where the rank is 1, light where it is far behind, empty where absent."""
    cell_y = 20
    cell_x = max(44, *(6 * len(column) + 8 for column in columns))
    left = max(90, *(6 * len(row) + 12 for row in rows))
    parts = heading(title, note)
    for c, column in enumerate(columns):
        parts.append(words(left + cell_x * (c + 0.5), 64, column, anchor="middle", size=10))
    for r, name in enumerate(rows):
        y = 70 + cell_y * r
        parts.append(words(left - 8, y + 14, name, anchor="end", size=10))
        for c in np.flatnonzero(np.isfinite(values[r])).tolist():
            value = float(values[r, c])
            strength = 1.0 / value**0.5
            x = left + cell_x * c
            parts.append(box(x, y, cell_x - 2, cell_y - 2, shade(strength)))
            parts.append(
                words(
                    x + cell_x / 2,
                    y + 14,
                    f"{value:.0f}",
                    anchor="middle",
                    size=10,
                    fill=_on(strength),
                )
            )
    return figure(left + cell_x * len(columns) + 20, 90 + cell_y * len(rows), title, parts)


def bars(title: str, names: Sequence[str], values: Floats, note: str) -> Drawing:
    """Values as bars to the right of their names, from 0 or, where there are negative ones, from the smallest."""
    known = values[np.isfinite(values)]
    least = min(0.0, float(known.min())) if known.size else 0.0
    reach = (float(known.max()) - least if known.size else 1.0) or 1.0
    parts = heading(title, note)
    for r, name in enumerate(names):
        y = 60 + ROW * r
        parts.append(words(NAME - 10, y + 15, name, anchor="end"))
        if np.isfinite(values[r]):
            length = PLOT * (values[r] - least) / reach
            parts.append(box(NAME, y + 3, length, ROW - 6, shade(0.7)))
            parts.append(words(NAME + length + 6, y + 15, f"{values[r]:.4g}", size=11, fill=SOFT))
        else:
            parts.append(words(NAME, y + 15, "missing", size=11, fill=SOFT))
    return figure(NAME + PLOT + 80, 70 + ROW * len(names), title, parts)


def effect_bars(
    title: str,
    names: Sequence[str],
    first: Floats,
    total: Floats,
    low: Floats,
    high: Floats,
    note: str,
) -> Drawing:
    """First-order and total effects of factors: a dark bar in a light one, with the interval of the total effect."""
    parts = heading(title, note)
    most = max([1.0, *high[np.isfinite(high)].tolist(), *total[np.isfinite(total)].tolist()])
    height = 90 + 28 * len(names)

    def x(share: float) -> float:
        return float(NAME + PLOT * min(max(share, 0.0), most) / most)

    for tick in np.arange(0.0, most + 0.01, 0.25).tolist():
        parts.append(line(x(tick), 66, x(tick), height - 20))
        parts.append(words(x(tick), 60, f"{tick:.2f}", anchor="middle", size=11, fill=SOFT))
    for r, name in enumerate(names):
        y = 70 + 28 * r
        parts.append(words(NAME - 10, y + 15, name, anchor="end"))
        if not np.isfinite(total[r]):
            parts.append(words(NAME, y + 15, "the target does not vary", size=11, fill=SOFT))
            continue
        parts.append(box(NAME, y + 3, x(total[r]) - NAME, 16, shade(0.35)))
        parts.append(box(NAME, y + 7, x(first[r]) - NAME, 8, shade(1.0)))
        if np.isfinite(low[r]):
            parts.append(line(x(low[r]), y + 11, x(high[r]), y + 11, INK, 1.5))
    return figure(NAME + PLOT + 60, height, title, parts)


def correlation_map(title: str, names: Sequence[str], values: Floats, note: str) -> Drawing:
    """Correlations of all pairs: blue where they go together, orange where they go against each other."""
    cell = 26
    left, top = 190, 150
    parts = heading(title, note)
    for r, name in enumerate(names):
        middle = top + cell * r + cell / 2
        parts.append(words(left - 8, middle + 4, short(name, 26), anchor="end", size=11))
        x = left + cell * (r + 0.5)
        label = words(0, 0, short(name, 16), size=11)
        parts.append(f'<g transform="translate({x + 4:.1f} {top - 6}) rotate(-60)">{label}</g>')
        for c in np.flatnonzero(np.isfinite(values[r])).tolist():
            value = float(values[r, c])
            parts.append(box(left + cell * c, top + cell * r, cell - 1, cell - 1, shade(value)))
            number = f"{round(value, 1) + 0.0:.1f}".replace("-", "−")
            x = left + cell * (c + 0.5)
            parts.append(
                words(x, middle + 3, number, anchor="middle", size=9, fill=_on(abs(value)))
            )
    side = cell * len(names)
    return figure(left + side + 60, top + side + 20, title, parts)


def outline_map(
    title: str,
    dots: Floats,
    rings: Sequence[Sequence[Floats]],
    labels: Sequence[tuple[float, float, str]],
    note: str,
) -> Drawing:
    """Outlines on longitude and latitude as they are, without land and without borders; dots show where data are.

    Args:
        title: what it shows.
        dots: longitude and latitude of places, in degrees.
        rings: for each outline its rings of longitudes and latitudes.
        labels: longitude, latitude and words.
        note: what is to be known of it.
    """
    every = np.concatenate([dots, *chain.from_iterable(rings)])
    width, top = 900.0, 56.0
    if not every.size:
        return figure(width, top + 40, title, heading(title, note))
    west, south, east, north = (float(v) for v in (*every.min(axis=0), *every.max(axis=0)))
    flat = float(np.cos(np.radians((south + north) / 2)))
    margin = 0.04 * max((east - west) * flat, north - south, 0.5)
    west, east, south, north = (
        west - margin / flat,
        east + margin / flat,
        south - margin,
        north + margin,
    )
    scale = min(width / ((east - west) * flat), 560.0 / (north - south))

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * flat * scale, top + (north - lat) * scale

    parts = heading(title, note)
    for step in _graticule(east - west):
        for lon in np.arange(np.ceil(west / step) * step, east, step).tolist():
            x, y = at(lon, north)
            parts.append(line(x, y, *at(lon, south)))
            parts.append(
                words(x + 2, y + 10, f"{lon + 0.0:g}°".replace("-", "−"), size=9, fill=SOFT)
            )
        for lat in np.arange(np.ceil(south / step) * step, north, step).tolist():
            x, y = at(west, lat)
            parts.append(line(x, y, *at(east, lat)))
            parts.append(
                words(x + 2, y - 2, f"{lat + 0.0:g}°".replace("-", "−"), size=9, fill=SOFT)
            )
    for lon, lat in dots.tolist():
        x, y = at(lon, lat)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1" fill="{SOFT}" fill-opacity="0.5"/>')
    for outline in rings:
        path = " ".join(_path([at(lon, lat) for lon, lat in ring.tolist()]) for ring in outline)
        parts.append(
            f'<path d="{path}" fill="{shade(0.8)}" fill-opacity="0.35" stroke="{shade(1.0)}"/>'
        )
    placed = [(*at(lon, lat), short(name, 28)) for lon, lat, name in labels]
    full = (east - west) * flat * scale
    parts += _labels(placed, full)
    return figure(full, top + (north - south) * scale, title, parts)


def _graticule(degrees: float) -> list[float]:
    """The step of lines that cuts a width into some six."""
    return [
        next(
            (step for step in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0) if degrees / step <= 8),
            60.0,
        )
    ]


def _labels(placed: Sequence[tuple[float, float, str]], width: float) -> list[str]:
    """Labels inside the drawing; of those that would lie on each other the first one is written."""
    written: list[tuple[float, float, float]] = []
    parts = []
    for x, y, name in placed:
        half = 3.1 * len(name)
        middle = min(max(x, half), max(half, width - half))
        if not any(
            abs(y - other_y) < 13 and abs(middle - other) < half + reach
            for other, other_y, reach in written
        ):
            written.append((middle, y, half))
            parts.append(words(middle, y - 6, name, anchor="middle", size=11))
    return parts


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _on(strength: float) -> str:
    """The colour of words on a shade."""
    return "white" if strength > 0.55 else INK
