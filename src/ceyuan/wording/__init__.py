"""Wording: figures, periods and dates as people of three languages read them in official bulletins.

What is written here can be read back: :mod:`ceyuan.reader` finds the same value, unit and bound in it.
"""

from ceyuan.wording.figures import figure_text, from_to_text, reached_text
from ceyuan.wording.language import LANGUAGES, Language
from ceyuan.wording.periods import date_text, period_text
from ceyuan.wording.phrases import InLanguages, Phrase, Phrases

__all__ = [
    "LANGUAGES", "InLanguages", "Language", "Phrase", "Phrases", "date_text", "figure_text", "from_to_text", "period_text",
    "reached_text",
]  # fmt: skip
