"""Wording: figures, periods and dates as people of three languages read them in official bulletins.

What is written here can be read back: :mod:`ceyuan.reader` finds the same value, unit and bound in it.
"""

from ceyuan.wording.figures import (
    FigureStyle,
    figure_text,
    figure_words,
    from_to_text,
    reached_text,
    unchanged_text,
    unit_text,
    unit_words,
)
from ceyuan.wording.language import LANGUAGES, Language, Trilingual
from ceyuan.wording.periods import date_text, day_words, period_text, period_words
from ceyuan.wording.phrases import InLanguages, Phrase, Phrases, in_all, listed
from ceyuan.wording.printable import printable

__all__ = [
    "LANGUAGES", "FigureStyle", "InLanguages", "Language", "Phrase", "Phrases", "Trilingual", "date_text", "day_words",
    "figure_text", "figure_words", "from_to_text", "in_all", "listed", "period_text", "period_words", "printable",
    "reached_text", "unchanged_text", "unit_text", "unit_words",
]  # fmt: skip
