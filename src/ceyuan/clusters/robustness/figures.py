"""Figures as SVG, drawn by hand so that they need no plotting library and can be read as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ceyuan.clusters.arrays import Floats

INK, SOFT, GRID = "#1b2a38", "#5b7083", "#d9e0e6"
LOW, HIGH = (246, 248, 250), (11, 94, 139)  # white-blue: readable in grey and without red or green
NAME = 230
ROW = 22


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, fill: str = INK) -> str:
    words = escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{words}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="system-ui, sans-serif"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
    )


def shade(value: float) -> str:
    """A colour for a probability, from white to dark blue."""
    mix = [round(a + (b - a) * min(1.0, max(0.0, value))) for a, b in zip(LOW, HIGH, strict=True)]
    return f"rgb({mix[0]},{mix[1]},{mix[2]})"


def heat_table(title: str, names: Sequence[str], columns: Sequence[str], values: Floats, note: str) -> str:
    """A table of probabilities with shaded cells: one row a cluster, one column a method."""
    cell = 92
    width, height = NAME + cell * len(columns) + 20, 80 + ROW * len(names)
    parts = [_text(10, 22, title, size=15), _text(10, 40, note, size=11, fill=SOFT)]
    parts += [_text(NAME + cell * (c + 0.5), 62, column, anchor="middle", size=11) for c, column in enumerate(columns)]
    for r, name in enumerate(names):
        y = 70 + ROW * r
        parts.append(_text(NAME - 10, y + 15, name, anchor="end"))
        for c in range(len(columns)):
            value = float(values[r, c])
            dark = value > 0.55
            x = NAME + cell * c
            parts.append(f'<rect x="{x}" y="{y}" width="{cell - 2}" height="{ROW - 2}" fill="{shade(value)}"/>')
            parts.append(
                _text(x + cell / 2, y + 15, f"{value:.0%}", anchor="middle", size=11, fill="white" if dark else INK)
            )
    return _svg(width, height, title, parts)


def rank_ranges(title: str, names: Sequence[str], low: Floats, middle: Floats, high: Floats, note: str) -> str:
    """Ranges of ranks, 5–95 %, with the median: one line a cluster."""
    known = high[np.isfinite(high)]
    most = float(known.max()) if known.size else 1.0
    plot = 460.0
    width, height = NAME + plot + 60, 90 + ROW * len(names)

    def x(rank: float) -> float:
        return NAME + plot * (rank - 1.0) / max(1.0, most - 1.0)

    parts = [_text(10, 22, title, size=15), _text(10, 40, note, size=11, fill=SOFT)]
    for tick in sorted({1, *(round(1 + (most - 1) * i / 5) for i in range(6))}):
        parts.append(f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="66" y2="{height - 20:.0f}" stroke="{GRID}"/>')
        parts.append(_text(x(tick), 60, str(tick), anchor="middle", size=11, fill=SOFT))
    for r, name in enumerate(names):
        y = 70 + ROW * r + 10
        parts.append(_text(NAME - 12, y + 4, name, anchor="end"))
        if np.isfinite(middle[r]):
            parts.append(
                f'<line x1="{x(low[r]):.1f}" x2="{x(high[r]):.1f}" y1="{y}" y2="{y}" stroke="{shade(0.6)}" '
                'stroke-width="7" stroke-linecap="round"/>'
            )
            parts.append(f'<circle cx="{x(middle[r]):.1f}" cy="{y}" r="5" fill="{INK}"/>')
    return _svg(width, height, title, parts)


def heat_map(title: str, rows: Sequence[str], columns: Sequence[str], values: Floats, note: str) -> str:
    """A grid of ranks over two choices: dark where the rank is 1, light where it is far behind, empty where absent."""
    cell_x, cell_y, left = 44, 20, 90
    width, height = left + cell_x * len(columns) + 20, 90 + cell_y * len(rows)
    parts = [_text(10, 22, title, size=15), _text(10, 40, note, size=11, fill=SOFT)]
    parts += [_text(left + cell_x * (c + 0.5), 64, n, anchor="middle", size=10) for c, n in enumerate(columns)]
    for r, name in enumerate(rows):
        y = 70 + cell_y * r
        parts.append(_text(left - 8, y + 14, name, anchor="end", size=10))
        for c in range(len(columns)):
            value = float(values[r, c])
            if not np.isfinite(value):
                continue
            strength = 1.0 / value**0.5
            fill = "white" if strength > 0.55 else INK
            x = left + cell_x * c
            parts.append(f'<rect x="{x}" y="{y}" width="{cell_x - 2}" height="{cell_y - 2}" fill="{shade(strength)}"/>')
            parts.append(_text(x + cell_x / 2, y + 14, f"{value:.0f}", anchor="middle", size=10, fill=fill))
    return _svg(width, height, title, parts)
