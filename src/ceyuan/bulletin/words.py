"""The words of a bulletin's frame (headings, labels of notes), read from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from ceyuan.bulletin.document import Document
from ceyuan.wording import Language, date_text


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(
        resources.files("ceyuan.bulletin").joinpath("words.toml").read_text(encoding="utf-8")
    )


def word(name: str, language: Language, **parts: object) -> str:
    """A word or a short text in one language.

    >>> word("source", "zh-Hant"), word("number", "en", n=3)
    ('數據來源', 'Figure 3')
    """
    return _table()[name][language].format(**parts)


def colon(language: Language) -> str:
    """What stands between a label and what it says."""
    return ": " if language == "en" else "："


def quoted(text: str, language: Language) -> str:
    """A text in quotation marks, those inside of it being the inner ones.

    >>> quoted("开通“绿色通道”", "zh-Hant"), quoted("Opened", "en")
    ('「开通『绿色通道』」', '“Opened”')
    """
    if language == "zh-Hant":
        return f"「{text.replace('“', '『').replace('”', '』')}」"
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def joined(parts: Iterable[str], language: Language) -> str:
    """Several things in one line.

    >>> joined(["a", "b"], "en"), joined(["甲", "乙"], "zh-Hans")
    ('a; b', '甲；乙')
    """
    return ("; " if language == "en" else "；").join(parts)


def issue_of(document: Document) -> list[str]:
    """The line that says when a document was issued; none where its text says it otherwise."""
    if not document.issued:
        return []
    return [word("issued", document.language, date=date_text(document.day, document.language))]
