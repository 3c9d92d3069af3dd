"""Lines over years. Years without a value leave a gap that is dashed; ranges have whiskers; ranks grow downwards."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from ceyuan.bulletin.charts.marks import ChartPoint
from ceyuan.bulletin.charts.svg import (
    ACCENT,
    INK,
    LINE,
    MAIN,
    SOFT,
    WIDTH,
    element,
    picture,
    width_of,
    words,
)
from ceyuan.wording import Language

_LEFT, _TOP, _HEIGHT, _BOTTOM = 24, 40, 150, 34
_COLOURS = (MAIN, ACCENT, "#7a6a2f", "#4b7f52", "#6b4e8f", "#5b6770")


def lines(series: Sequence[Sequence[ChartPoint]], title: str, language: Language) -> str:
    """Draw one line for each series of figures, the points in order of time."""
    points = list(itertools.chain.from_iterable(series))
    rank = points[0].unit == "位"
    right = max(width_of(one[-1].label, 14) for one in series) + 18 if len(series) > 1 else 60
    x, y = _across(points, right), _down(points, rank=rank)
    base = _TOP + _HEIGHT + 8
    parts = [element("line", x1=_LEFT, x2=WIDTH - right + 20, y1=base, y2=base, stroke=LINE)]
    named = {p.year: p for p in points}
    parts += [
        words(p.when, x(p), base + 20, size=14, fill=SOFT, anchor="middle") for p in named.values()
    ]
    for number, one in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        for a, b in itertools.pairwise(one):
            dashes = "4 4" if b.year - a.year > 1 else None
            parts.append(element("line", x1=x(a), y1=y(a.value), x2=x(b), y2=y(b.value), stroke=colour, stroke_width=2,
                                 stroke_dasharray=dashes))  # fmt: skip
        for p, following in zip(one, [*one[1:], None], strict=True):
            # A label gives way to a line that leaves its point upwards.
            leaves = following is not None and y(following.value) < y(p.value) - 20
            top = None if p.value_max is None else y(p.value_max)
            parts += _point(p, x(p), y(p.value), top, colour, "end" if leaves else "middle")
        if len(series) > 1:
            last = one[-1]
            parts.append(words(last.label, x(last) + 12, y(last.value) + 5, size=14, fill=colour))
    described = "; ".join(f"{p.label}, {p.when}: {p.text}" for p in points)
    return picture(parts, _TOP + _HEIGHT + _BOTTOM, title, described, language)


def _point(
    point: ChartPoint, x: float, y: float, top: float | None, colour: str, anchor: str
) -> list[str]:
    parts = []
    if top is not None:
        parts.append(element("line", x1=x, x2=x, y1=y, y2=top, stroke=colour, stroke_width=1.5))
        parts.append(
            element("line", x1=x - 5, x2=x + 5, y1=top, y2=top, stroke=colour, stroke_width=1.5)
        )
    hollow = point.expected
    parts.append(
        element(
            "circle",
            cx=x,
            cy=y,
            r=4.5,
            fill="#fff" if hollow else colour,
            stroke=colour,
            stroke_width=2,
        )
    )
    above = min(y, top if top is not None else y) - 12
    parts.append(words(point.text, x, above, size=15, fill=INK, anchor=anchor, weight=600))
    return parts


def _across(points: Sequence[ChartPoint], right: float) -> Callable[[ChartPoint], float]:
    """Where the year of a point stands, with so much room to the right."""
    first, last = min(p.year for p in points), max(p.year for p in points)
    span = max(last - first, 1)
    start, end = _LEFT + 30, WIDTH - right
    return lambda point: start + (point.year - first) / span * (end - start)


def _down(points: Sequence[ChartPoint], *, rank: bool) -> Callable[[float], float]:
    """Where a value stands: more is higher, but the first rank is at the top."""
    low, high = _range(points, rank=rank)
    top, bottom = (low, high) if rank else (high, low)
    return lambda value: _TOP + _HEIGHT * (value - top) / (bottom - top)


def _range(points: Sequence[ChartPoint], *, rank: bool) -> tuple[float, float]:
    values = [v for p in points for v in (p.value, p.value_max) if v is not None]
    low, high = min(values), max(values)
    if rank:
        return 1.0, max(high, 2.0)
    # A line shows a course, not an amount: it need not begin at zero, but has room around it.
    margin = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    return (max(0.0, low - margin) if low >= 0 else low - margin), high + margin
