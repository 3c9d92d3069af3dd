"""Folding: one form of every character that the grammar looks at, without moving any of them.

Full-width digits, letters and signs become half-width ones, traditional characters
become simplified ones. Every character stays one character, so an offset into the folded text is an offset into the
text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ceyuan.reader.lexicon import table

# Punctuation that separates clauses keeps its full-width form: "5，300家" are two figures, "5,300家" is one.
_KEPT = set("，；：！？（）")
_SPACES = "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\t"
# No number has so many digits; patterns that meet a longer run would only lose time in it.
_OVERLONG = re.compile(r"\d{30,}+|[零〇○一二三四五六七八九十百千万亿两]{30,}+")
_GROUP_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


# Kangxi radicals, compatibility ideographs and their supplement.
_COMPATIBLE = ((0x2F00, 0x2FD6), (0xF900, 0xFB00), (0x2F800, 0x2FA1E))


@cache
def _characters() -> dict[int, str]:
    pairs = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT}
    pairs |= {
        ord("￥"): "¥",
        ord("﹪"): "%",
        ord("﹒"): ".",
        ord("∼"): "~",
        ord("〜"): "~",
        ord("−"): "-",
    }
    pairs |= {
        ord("﹣"): "-",
        ord("‐"): "-",
        ord("‑"): "-",
        ord("‒"): "–",
        ord("―"): "—",
        ord("─"): "—",
        ord("﹑"): "、",
    }
    pairs |= {ord(space): " " for space in _SPACES}
    script = table("script")
    simpler = dict(zip(script["traditional"], script["simplified"], strict=True))
    pairs |= {ord(a): simpler.get(b, b) for a, b in _ideographs().items()}
    pairs |= {ord(a): b for a, b in simpler.items()}
    return pairs


def _ideographs() -> dict[str, str]:
    """Radicals and compatibility ideographs, as the fonts of PDF files give them, with the ideographs they stand for."""
    script = table("script")
    found = dict(zip(script["radicals"], script["ideographs"], strict=True))
    for first, last in _COMPATIBLE:
        for code in range(first, last):
            normal = unicodedata.normalize("NFKC", chr(code))
            if len(normal) == 1 and normal != chr(code):
                found[chr(code)] = normal
    return found


def fold(text: str) -> str:
    """The text in the one form that the grammar is written in; as long as the original.

    >>> fold("３３０億港元"), fold("⽐重")
    ('330亿港元', '比重')
    """
    folded = _GROUP_COMMA.sub(",", text).translate(_characters())
    return _OVERLONG.sub(lambda run: "□" * len(run.group()), folded)
