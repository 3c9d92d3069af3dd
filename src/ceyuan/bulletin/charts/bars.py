"""Horizontal bars from a common zero, negative ones to its left. A bar of what is only bounded below has an open end."""

from __future__ import annotations

from collections.abc import Sequence

from ceyuan.bulletin.charts.marks import ChartPoint
from ceyuan.bulletin.charts.svg import (
    ACCENT,
    LINE,
    MAIN,
    SOFT,
    WIDTH,
    element,
    picture,
    width_of,
    words,
    wrapped,
)
from ceyuan.wording import Language

_ROW, _BAR, _TOP = 44, 20, 8
_SIZE = 15


def bars(points: Sequence[ChartPoint], title: str, language: Language) -> str:
    """Draw one bar for each figure."""
    column = min(0.44 * WIDTH, max(width_of(p.label, _SIZE) for p in points) + 14)
    room = max(width_of(p.text, _SIZE) for p in points) + 18
    # 100 % is the end of a share, however small the shares are.
    shares = all(p.unit == "%" and 0 <= p.value <= 100 for p in points)
    low, high = (
        min(0.0, *(p.value for p in points)),
        100.0 if shares else max(0.0, *(p.value for p in points)),
    )
    scale = (WIDTH - column - room) / ((high - low) or 1.0)
    zero = column - low * scale
    parts = [element("line", x1=zero, x2=zero, y1=0, y2=_TOP + _ROW * len(points), stroke=SOFT)]
    for row, point in enumerate(points):
        parts += _bar(point, _TOP + row * _ROW, column, zero, scale)
    described = "; ".join(f"{p.label} {p.text}" for p in points)
    return picture(parts, _TOP * 2 + _ROW * len(points), title, described, language)


def _bar(point: ChartPoint, top: float, column: float, zero: float, scale: float) -> list[str]:
    middle = top + _ROW / 2
    length = max(abs(point.value) * scale, 1.5)
    lines = wrapped(point.label, _SIZE, column - 14)
    first = middle + 5 - (len(lines) - 1) * 9
    parts = [
        words(line, column - 12, first + i * 18, size=_SIZE, anchor="end")
        for i, line in enumerate(lines)
    ]
    fill = ACCENT if point.expected else MAIN
    start = zero if point.value >= 0 else zero - length
    parts.append(
        element("rect", x=start, y=middle - _BAR / 2, width=length, height=_BAR, fill=fill)
    )
    end = start + length
    if point.bound in ("gt", "ge"):
        shape = f"M{end:.2f} {middle - _BAR / 2:.2f}l8 {_BAR / 2}l-8 {_BAR / 2}z"
        parts.append(element("path", d=shape, fill=LINE, stroke=fill, stroke_width=1))
        end += 8
    return [*parts, words(point.text, end + 8, middle + 5, size=_SIZE, weight=600)]
