"""What all figures are made of: words, shades, and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

INK, SOFT, GRID = "#1b2a38", "#5b7083", "#d9e0e6"
# blue and orange: readable without red or green
PAPER, HIGH, OTHER = (
    (246, 248, 250),
    (11, 94, 139),
    (178, 86, 18),
)


@dataclass(frozen=True, repr=False)
class Drawing:
    """A drawing. A notebook shows it; ``save`` writes it.

    Attributes:
        title: what it shows.
        svg: the drawing itself.

    >>> Drawing("Ranks", "<svg/>")
    Drawing('Ranks')
    """

    title: str
    svg: str

    def __repr__(self) -> str:
        return f"Drawing({self.title!r})"

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> Path:
        """Write the drawing as an SVG file, and say where."""
        file = Path(path)
        file.write_text(self.svg, encoding="utf-8")
        return file


def words(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, fill: str = INK
) -> str:
    """A line of text."""
    text = escape(text)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{text}</text>'


def heading(title: str, note: str) -> list[str]:
    """A figure's title, and below it what is to be known of it."""
    return [words(10, 22, title, size=15), words(10, 40, note, size=11, fill=SOFT)]


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{height:.1f}" fill="{fill}"/>'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1.0) -> str:
    """A straight line."""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:g}" stroke-linecap="round"/>'


def figure(width: float, height: float, title: str, parts: Sequence[str]) -> Drawing:
    """Parts put together."""
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="system-ui, sans-serif">'
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return Drawing(title, f"{head}<title>{escape(title)}</title>{ground}{''.join(parts)}</svg>\n")


def shade(value: float) -> str:
    """A colour from white to dark blue for 0 to 1, and to dark orange for 0 to −1.

    >>> shade(0.0), shade(1.0)
    ('rgb(246,248,250)', 'rgb(11,94,139)')
    """
    strength = min(1.0, abs(value))
    end = HIGH if value >= 0 else OTHER
    mix = [round(a + (b - a) * strength) for a, b in zip(PAPER, end, strict=True)]
    return f"rgb({mix[0]},{mix[1]},{mix[2]})"


def short(name: str, most: int = 32) -> str:
    """A name that fits a figure.

    >>> short("Shenzhen–Hong Kong–Guangzhou", 12)
    'Shenzhen–Ho…'
    """
    return name if len(name) <= most else name[: most - 1] + "…"
