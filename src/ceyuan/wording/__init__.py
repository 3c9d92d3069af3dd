"""Wording: figures, periods and dates as people of three languages read them in official bulletins.

What is written here can be read back: :mod:`ceyuan.reader` finds the same value, unit and bound in it.
"""

from ceyuan.wording.figures import FigureStyle, figure_text, from_to_text, reached_text, unchanged_text, unit_text
from ceyuan.wording.language import LANGUAGES, Language, Trilingual
from ceyuan.wording.periods import date_text, period_text
from ceyuan.wording.phrases import InLanguages, Phrase, Phrases, listed
from ceyuan.wording.printable import printable

__all__ = [
    "LANGUAGES", "FigureStyle", "InLanguages", "Language", "Phrase", "Phrases", "Trilingual", "date_text", "figure_text",
    "from_to_text", "listed", "period_text", "printable", "reached_text", "unchanged_text", "unit_text",
]  # fmt: skip
