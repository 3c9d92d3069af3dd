"""Courses of values over time as lines, drawn as the other figures are: SVG without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ceyuan.figures.drawing import SOFT, Drawing, figure, heading, line, short, words

COLOURS = (
    "#0b5e8b", "#b25612", "#1b7f5c", "#8a3a8f", "#7a6a00", "#5b7083", "#a02c3c", "#2f4fb0",
)  # fmt: skip
"""Told apart also by who sees no red or green; each line has its name at its end besides."""
WIDTH, HEIGHT = 460.0, 240.0
LEFT, TOP, NAMES = 76.0, 60.0, 230.0
_APART = 15.0
_STEPS = 5
_MOST_PERIODS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a course.

    Attributes:
        time: where it stands from left to right, such as the number of a day.
        value: its height.
        exact: whether it is the value itself and no bound of it.
    """

    time: float
    value: float
    exact: bool = True


def courses(
    title: str, lines: Mapping[str, Sequence[Point]], periods: Mapping[float, str], note: str
) -> Drawing:
    """A line for each name through its points; a point that is a bound is hollow.

    Args:
        title: what is shown.
        lines: points in order of time, by name.
        periods: what the times are called.
        note: what is to be known.

    >>> drawn = courses("R&D", {"A": [Point(0, 1), Point(1, 3, exact=False)]}, {0: "2023", 1: "2024"}, "%")
    >>> drawn, drawn.svg.count("<circle")
    (Drawing('R&D'), 2)
    """
    points = [point for course in lines.values() for point in course]
    frame = _Frame.around(points)
    parts = heading(title, note)
    parts += _grid(frame, {point.time: periods[point.time] for point in points})
    ends: list[tuple[float, str, str]] = []
    for number, (name, course) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        parts += _course(frame, course, colour)
        ends.append((frame.y(course[-1].value), name, colour))
    parts += _names(ends)
    room = _APART * len(lines)
    return figure(LEFT + WIDTH + NAMES, TOP + HEIGHT + 30 + room, title, parts)


@dataclass(frozen=True, slots=True)
class _Frame:
    first: float
    last: float
    low: float
    high: float
    step: float

    @classmethod
    def around(cls, points: Sequence[Point]) -> _Frame:
        """All points, and zero where it is not far from them."""
        times = [point.time for point in points]
        values = [point.value for point in points]
        low, high = min(values), max(values)
        if 0 < low < 0.5 * high:
            low = 0.0
        if 0.5 * low < high < 0:
            high = 0.0
        step = _round_step((high - low) or abs(high) or 1.0)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        if low == high:
            high = low + step
        return cls(min(times), max(times), low, high, step)

    def x(self, time: float) -> float:
        if self.first == self.last:
            return LEFT + WIDTH / 2
        return LEFT + WIDTH * (time - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        return TOP + HEIGHT * (self.high - value) / (self.high - self.low)


def _round_step(reach: float) -> float:
    """Some five steps of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(reach / _STEPS))
    return next(power * size for size in (1, 2, 5, 10) if power * size * _STEPS >= reach)


def _grid(frame: _Frame, periods: Mapping[float, str]) -> list[str]:
    parts: list[str] = []
    for tick in range(round((frame.high - frame.low) / frame.step) + 1):
        value = frame.low + frame.step * tick
        y = frame.y(value)
        parts.append(line(LEFT, y, LEFT + WIDTH, y))
        parts.append(words(LEFT - 8, y + 4, f"{value:,.4g}", anchor="end", size=11, fill=SOFT))
    times = sorted(periods)
    step = max(1, -(-len(times) // _MOST_PERIODS))
    for time in times[::-step]:
        label = words(frame.x(time), TOP + HEIGHT + 18, periods[time], anchor="middle", size=11)
        parts.append(label)
    return parts


def _course(frame: _Frame, course: Sequence[Point], colour: str) -> list[str]:
    placed = [(frame.x(point.time), frame.y(point.value)) for point in course]
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    parts = [f'<polyline points="{through}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for (x, y), point in zip(placed, course, strict=True):
        fill = colour if point.exact else "white"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'
        )
    return parts


def _names(ends: Sequence[tuple[float, str, str]]) -> list[str]:
    """Each name beside the end of its line, moved down where it would cover another."""
    parts: list[str] = []
    free = TOP
    for end, name, colour in sorted(ends):
        y = max(end + 4, free)
        parts.append(words(LEFT + WIDTH + 12, y, short(name), size=11, fill=colour))
        free = y + _APART
    return parts
