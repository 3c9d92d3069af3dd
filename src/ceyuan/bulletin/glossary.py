"""Reviewed lists of words: the Mainland's in a Hong Kong text (``hongkong.toml``), and words that judge (``judgement.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ceyuan.wording import Language


@dataclass(frozen=True, slots=True)
class Usage:
    """A word that Hong Kong writes otherwise.

    Attributes:
        start: where it stands in the text.
        term: the word.
        own: what Hong Kong writes.
    """

    start: int
    term: str
    own: str


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(
        resources.files("ceyuan.bulletin").joinpath(name).read_text(encoding="utf-8")
    )


def judgement_terms(language: Language) -> tuple[str, ...]:
    """Words that judge, in lower case; English ones as the beginnings of words.

    >>> "成效" in judgement_terms("zh-Hans")
    True
    """
    return tuple(_file("judgement.toml")[language])


@cache
def _lists() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    raw = _file("hongkong.toml")
    return raw["terms"], {term: tuple(names) for term, names in raw["kept"].items()}


def mainland_terms(text: str) -> list[Usage]:
    """Words of a traditional Chinese text that Hong Kong writes otherwise, in order.

    >>> [(u.term, u.own) for u in mainland_terms("芯片和信息，國際科技創新中心")]
    [('芯片', '晶片'), ('信息', '資訊')]
    """
    terms, kept = _lists()
    found = []
    for term, own in terms.items():
        masked = text
        for name in kept.get(term, ()):
            masked = masked.replace(name, "□" * len(name))
        start = masked.find(term)
        while start >= 0:
            found.append(Usage(start, term, own))
            start = masked.find(term, start + len(term))
    return sorted(found, key=lambda u: u.start)
