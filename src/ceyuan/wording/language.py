"""The languages that Ceyuan writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Language = Literal["en", "zh-Hans", "zh-Hant"]
"""English, the Mainland's Chinese, Hong Kong's Chinese."""

LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
"""All of them, the first is the main one."""


class InEach(NamedTuple):
    """A text in every language; the names are those of the models that hold such texts."""

    en: str
    zh_hans: str
    zh_hant: str


def in_each(make: Callable[[Language], str]) -> InEach:
    """A text made for each language.

    >>> in_each(lambda language: language).zh_hant
    'zh-Hant'
    """
    return InEach(make("en"), make("zh-Hans"), make("zh-Hant"))
