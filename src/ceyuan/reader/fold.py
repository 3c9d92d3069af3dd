"""Folding: one form of every character that the grammar looks at, without moving any of them.

Full-width digits, letters and signs become half-width ones, traditional characters that occur in the grammar's words
become simplified ones. Every character stays one character, so an offset into the folded text is an offset into the
text.
"""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.lexicon import table

# Punctuation that separates clauses keeps its full-width form: "5，300家" are two figures, "5,300家" is one.
_KEPT = set("，；：！？（）")
_SPACES = "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\t"
# No number has so many digits; patterns that meet a longer run would only lose time in it.
_OVERLONG = re.compile(r"\d{30,}+|[零〇○一二三四五六七八九十百千万亿两]{30,}+")
_GROUP_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


@cache
def _characters() -> dict[int, str]:
    pairs = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT}
    pairs |= {ord("￥"): "¥", ord("﹪"): "%", ord("﹒"): ".", ord("∼"): "~", ord("〜"): "~", ord("−"): "-"}
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
    pairs |= {ord(a): b for a, b in zip(script["traditional"], script["simplified"], strict=True)}
    return pairs


def fold(text: str) -> str:
    """The text in the one form that the grammar is written in; as long as the original.

    >>> fold("３３０億港元")
    '330亿港元'
    """
    folded = _GROUP_COMMA.sub(",", text).translate(_characters())
    return _OVERLONG.sub(lambda run: "□" * len(run.group()), folded)
