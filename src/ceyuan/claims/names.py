"""How alike two names are: the words of a text and the name of an indicator.

Both are brought to one form (script, width, brackets, 研究与试验发展 = R&D = 研发). The score is a product: how much of the
text's words the name accounts for, times how much of the name the text has. The first factor keeps 各类企业研发经费 away from
研发经费: words that are left over narrow the subject. Words that narrow nothing (支出, 总量, 所占比重) count on neither side.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from ceyuan.reader.fold import fold

_SAME = [
    (r"研究与试验发展(?:[（(\[〔【][Rr]&[Dd][)）\]〕】])?", "研发"),
    (r"(?i:research (?:and|&) (?:experimental )?development)|R&D", "研发"),
    (r"(?<=研发) (?:spending|investment|outlays?|funding)\b", " expenditure"),
    (r"[（(\[〔【](?:[A-Za-z&.\- ]+)[)）\]〕】]", ""),
    (r"佔", "占"),
    # One measure of output in all its names; 全市, national and the like only say where.
    (r"(?:地区|国内|本地)?生产总值|GDP|(?i:gross (?:domestic|regional) product)", "生产总值"),
    (r"\bper capita\b", "per head"),
    (r" per (?:10,000|ten thousand) (?:people|persons|inhabitants)", ""),
]
_MARKS = re.compile(r"[\s“”\"'‘’「」『』《》〈〉·、，,。；;：:（）()\[\]—–‐\-_*#]+")
_NEUTRAL = re.compile(
    r"所占比重|所占份额|占比重|的比重|占(?:全国|全球|全省)的?(?:比重|份额|市场份额)?|占比|比重|份额|占|数量|总数|总量|总额|总值|总计|金额|规模|"
    r"全社会|我国|共投入|共?发表|投入(?=$|经费|总)|支出|内部|布局建设|建设|累计|达到|年度|全年|当年|其中|已?修订|首次|突破|目标|的|数(?=$)|共|已|均|为"
    r"|(?:share|proportion|(?:the)?number)of"
)
_SHORTEST = 2
_MOVED = 0.9
# A word before a name that stands whole is of a part of it: 农业技术合同成交额.
_NARROWED = 0.8


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """The one form in which names are compared, neutral words kept.

    >>> plain("研究与试验发展（R&D）经费") == plain("R&D經費") == "研发经费"
    True
    """
    form = fold(text)
    for pattern, instead in _SAME:
        form = re.sub(pattern, instead, form)
    return _MARKS.sub("", form).casefold()


@lru_cache(maxsize=65536)
def core(text: str) -> str:
    """The plain form without neutral words; as it is where nothing else is left.

    >>> core("基础研究经费所占比重"), core("金额")
    ('基础研究经费', '金额')
    """
    form = plain(text)
    return _NEUTRAL.sub("", form) or form


def similarity(words: str, name: str, near: str = "", around: str = "") -> float:
    """How well words of a text mean a name, 0 to 1.

    Args:
        words: the subject as the text has it.
        name: a name of an indicator.
        near: text right around the figure; what the name has and the words lack may stand there.
        around: the whole clause; the same, counting a little less.

    >>> similarity("研究与试验发展（R&D）经费", "研发经费")
    1.0
    >>> similarity("各类企业研究与试验发展（R&D）经费", "研发经费")
    0.4
    """
    mine, theirs = core(words), core(name)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    matched, gaps, front = _aligned(mine, theirs)
    if not matched:
        return 0.0
    found = float(matched)
    for piece in gaps:
        if piece in core_of(near):
            found += len(piece)
        elif piece in core_of(around):
            found += 0.85 * len(piece)
    narrowed = _NARROWED if front and not gaps else 1.0
    return narrowed * (matched / len(mine)) * (found / len(theirs))


@lru_cache(maxsize=65536)
def _aligned(mine: str, theirs: str) -> tuple[float, tuple[str, ...], str]:
    """How many characters two cores share in blocks of some length, what else the second has, and what leads the first.

    A block that stands elsewhere in the second counts a little less: 高新技术企业认定数 is 认定高新技术企业数.
    """
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    shortest = min(_SHORTEST, len(mine), len(theirs))
    kept = [b for b in blocks if b.size >= shortest and b.size]
    gaps = _gaps(theirs, [(b.b, b.b + b.size) for b in kept])
    over = _gaps(mine, [(b.a, b.a + b.size) for b in kept])
    moved = [gap for gap in gaps if len(gap) >= _SHORTEST and gap in over]
    front = mine[: kept[0].a] if kept else ""
    found = sum(b.size for b in kept) + _MOVED * sum(len(gap) for gap in moved)
    return (
        found,
        tuple(gap for gap in gaps if gap not in moved),
        front if front not in moved else "",
    )


_TURNED = re.compile(r"^(?P<head>[A-Za-z&' -]+?) (?:on|of|in) (?P<of>[A-Za-z&' -]+)$")


def turned(name: str) -> str:
    """An English name with its head at the end, as a text may have it; empty where it has no other order.

    >>> turned("Papers in SCI"), turned("Expenditure on applied research"), turned("R&D intensity")
    ('SCI papers', 'applied research expenditure', '')
    """
    found = _TURNED.match(name)
    if found is None:
        return ""
    head = (
        found["head"]
        if found["head"][:2].isupper()
        else found["head"][0].lower() + found["head"][1:]
    )
    return f"{found['of']} {head}"


@lru_cache(maxsize=4096)
def in_pairs(words: str) -> tuple[str, ...]:
    """The pairs of neighbouring characters of the core of words, as often as they stand there.

    >>> in_pairs("研发经费"), in_pairs("碳")
    (('研发', '发经', '经费'), ('碳',))
    """
    form = core(words)
    return tuple(form[i : i + _SHORTEST] for i in range(len(form) - 1)) or (form,)


def shared_for(words: str, least: float) -> float:
    """How many pairs words must share with a name to be as alike as that: what both have stands in blocks of two or more."""
    return least * len(core(words)) / _SHORTEST


def pieces(form: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a core: names that share none are not alike at all.

    >>> sorted(pieces("研发经费")), pieces("碳")
    (['发经', '研发', '经费'], frozenset({'碳'}))
    """
    return frozenset(form[i : i + _SHORTEST] for i in range(len(form) - 1)) or frozenset({form})


@lru_cache(maxsize=4096)
def core_of(passage: str) -> str:
    """The plain form of a passage, neutral words taken out."""
    return _NEUTRAL.sub("", plain(passage))


def _gaps(text: str, covered: list[tuple[int, int]]) -> list[str]:
    pieces, at = [], 0
    for start, end in sorted(covered):
        pieces.append(text[at:start])
        at = end
    return [p for p in [*pieces, text[at:]] if p]


def contained(name: str, passage: str) -> float:
    """How well a passage contains a name: the longer the name, the more it says; 0 where it does not stand there.

    Of two names that both stand there the longer one is meant: 研发经费投入强度, not 研发经费.

    >>> contained("全球创新集群榜首", "首次跃居全球创新集群榜首")
    0.87
    """
    form = core(name)
    if len(form) < _SHORTEST or form not in core_of(passage):
        return 0.0
    return 0.6 if len(form) == _SHORTEST else round(0.75 + 0.015 * min(len(form), 14), 3)
