"""Hong Kong's usage: words of the Mainland in a Hong Kong text, found by a reviewed list (``hongkong.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


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
def _lists() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    raw = tomllib.loads(resources.files("ceyuan.bulletin").joinpath("hongkong.toml").read_text(encoding="utf-8"))
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
