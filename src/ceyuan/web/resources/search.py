"""What a person may type to find something: names in three languages, pinyin in full and as initials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_HAN = re.compile(r"[一-鿿]")
_RUNS = re.compile(r"[一-鿿]+|[A-Za-z]+|[0-9]+")


def search_key(*texts: str, chinese: Iterable[str] = ()) -> str:
    """Texts in lower case, and the pinyin of those that are Chinese: in full and as initials.

    Args:
        texts: everything that is found as it is written.
        chinese: of these, the Simplified names whose pinyin is wanted.

    >>> search_key("R&D intensity", "研发投入强度", chinese=["研发投入强度"])
    'r&d intensity 研发投入强度 yanfatouruqiangdu yftrqd'
    """
    words = [*texts, *(p for text in chinese for p in _pinyin(text))]
    return " ".join(dict.fromkeys(w.casefold() for w in words if w))


@lru_cache(maxsize=65536)
def _pinyin(text: str) -> tuple[str, ...]:
    """Full pinyin and initials of a text; letters and digits in it stay, signs go."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionary takes a while, and only the catalogue needs it

    if not _HAN.search(text):
        return ()
    parts = [
        syllable
        for run in _RUNS.findall(text)
        for syllable in (lazy_pinyin(run) if _HAN.match(run) else [run])
    ]
    return "".join(parts), "".join(part if part.isdigit() else part[0] for part in parts)
