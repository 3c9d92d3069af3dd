"""What is drawn: a figure with its label, its place in time and on the earth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One mark of a chart.

    Attributes:
        label: what it is of.
        text: the figure as it is written.
        value: its value in ``unit``.
        value_max: upper end of a range, else None.
        unit: its unit.
        bound: its bound.
        expected: whether it is a forecast or a target.
        when: its period in words.
        year: the year in which its period ends.
        where: latitude and longitude of its place, None where they are not known.
    """

    label: str
    text: str
    value: float
    value_max: float | None
    unit: str
    bound: str
    expected: bool
    when: str
    year: int
    where: tuple[float, float] | None
