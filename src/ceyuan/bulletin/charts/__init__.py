"""Charts of a bulletin as SVG: bars, lines, a map. Every mark is a figure that the bulletin refers to."""

from ceyuan.bulletin.charts.drawing import draw

__all__ = ["draw"]
