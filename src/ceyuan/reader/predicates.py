"""What the words before a quantity say of it: does it grow or shrink, is it a share, or a level reached?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ceyuan.reader.lexicon import any_of, table, words

Move = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """The governing words of a quantity.

    Attributes:
        move: whether the quantity is the size of a rise or a decline; None where it is a level.
        share: whether it is a part of a whole.
        compared: whether the move is a comparison with something named (高于全国2.3个百分点).
        level: whether the words say that it is a level (equal to 2.6% of sales), so that no earlier figure says what it is.
    """

    move: Move | None = None
    share: bool = False
    compared: bool = False
    level: bool = False


LEVEL, SHARE = Predicate(), Predicate(share=True)
_FILLER = re.compile(
    r"(?:了|约|近|超过?|逾|不足|不到|将近|接近|达到?|高达|多达|共|仅|只|累计|分别|依次|均|都|各|再|又|将|已|为|的?幅度|最多|至少|大约|左右|率|速度|额|"
    r"每年|年均|平均|同比|环比|比上年|和|、|及|最快|突破|在|保持在|:|：| |到|值)*"
)
_DECLINES = {"降幅", "跌幅", "减幅", "下跌幅度", "下降幅度"}
_COMPARING = {
    "高于",
    "低于",
    "高出",
    "低出",
    "快于",
    "慢于",
    "优于",
    "好于",
    "短于",
    "领先",
    "落后",
    "差于",
}


@cache
def _verbs() -> re.Pattern[str]:
    verbs = table("words")["verbs"]
    growth = set(words(verbs["growth_nouns"]))
    up, down = set(words(verbs["up"])) - growth, set(words(verbs["down"])) - growth
    groups = {
        "neutral": words(verbs["neutral"]), "noun": growth, "up": up, "down": down, "share": words(verbs["share"]),
        "state": words(verbs["state"]),
    }  # fmt: skip
    everything = sorted(
        ((w, g) for g, ws in groups.items() for w in ws), key=lambda p: (-len(p[0]), p[0])
    )
    first: dict[str, str] = {}
    for word, group in everything:
        first.setdefault(word, group)
    # One alternation, longest first; the group is looked up by the word.
    return re.compile("|".join(re.escape(word) for word in first))


@cache
def _group_of() -> dict[str, str]:
    verbs = table("words")["verbs"]
    mapping: dict[str, str] = {}
    for group in ("state", "up", "down", "share"):
        mapping |= dict.fromkeys(words(verbs[group]), group)
    mapping |= dict.fromkeys(words(verbs["growth_nouns"]), "noun")
    return mapping | dict.fromkeys(words(verbs["neutral"]), "neutral")


@cache
def _short() -> re.Pattern[str]:
    verbs = table("words")["verbs"]
    up, down = any_of(words(verbs["up_short"])), any_of(words(verbs["down_short"]))
    return re.compile(
        rf"(?<![至最更过许提推走新升众引不减更])(?:(?P<up>{up})|(?P<down>(?<!至|最|不){down}))(?:了|约|近|超过?|逾|出|幅)*$"
    )


@cache
def _reach() -> re.Pattern[str]:
    return re.compile(r"至|到|为|成(?![果功本效长绩员])")


@cache
def _with_object() -> frozenset[str]:
    return frozenset(words(table("words")["verbs"]["with_object"]))


@dataclass(frozen=True, slots=True)
class _Verb:
    """A word that says something of a quantity, its group, and where it ends."""

    word: str
    group: str
    end: int


def _verbs_in(before: str) -> list[_Verb]:
    found = (
        _Verb(match.group(), _group_of()[match.group()], match.end())
        for match in _verbs().finditer(before)
    )
    return [verb for verb in found if verb.group != "neutral"]


def predicate(before: str, unit: str) -> Predicate:
    """The predicate that governs a quantity with ``unit``, from the words before it in its clause.

    >>> predicate("比上年下降", "%").move, predicate("失业率降低至", "%").move, predicate("占全国的", "%").share
    ('down', None, True)
    """
    if unit in _RATES and (named := _named(before)) is not None:
        return named
    if _MORE_THAN_BEFORE.search(before):
        return Predicate("up")
    if more := _MORE.search(before):
        return Predicate("up" if more["more"] == "多" else "down", compared=True)
    found = _verbs_in(before)
    short = _short().search(before)
    if short and (not found or found[-1].end <= short.start()):
        return Predicate("up" if short["up"] else "down")
    governing = _governing(before, unit, found)
    if governing is not None:
        return governing
    # An amount in per cent can only be a part of a whole: 项目金额超76%.
    part = any(verb.word == "占" for verb in found) or (unit in _RATES and _AMOUNT.search(before))
    return SHARE if part else LEVEL


def _named(before: str) -> Predicate | None:
    """What a rate is by the words that name it: a part (其余4%), the pace of another one (快于四川的11.8%)."""
    if _PART_NAMED.search(before):
        return SHARE
    return Predicate("up") if _PACE_OF.search(before) else None


def _governing(before: str, unit: str, found: list[_Verb]) -> Predicate | None:
    """What the last verb that reaches to a quantity says of it; None where none does."""
    for verb in reversed(found):
        tail = before[verb.end :]
        if verb.group == "share":
            return SHARE
        if verb.group == "state":
            if verb.word not in _COPULAS and tail.strip():
                return LEVEL
            continue
        moved = _moved(verb.word, verb.group, tail, unit)
        if moved is LEVEL:
            return _reached(found)
        if moved is not None or verb.group != "noun":
            return moved or LEVEL
    return None


def _reached(found: list[_Verb]) -> Predicate:
    """What a quantity is that a move led to: a rate of growth where one is named, a share, else a level."""
    rates = [
        verb.word for verb in found if verb.group == "noun" and verb.word not in ("同比", "环比")
    ]
    if rates:
        return Predicate("down" if rates[-1] in _DECLINES else "up")
    return SHARE if any(verb.group == "share" for verb in found) else LEVEL


_COPULAS = ("为", "达", "达到", "成", "是", "共")
# 比上年多投入, 较江苏少: the size of a difference.
_MORE = re.compile(
    r"(?:比(?![重例率值])|较)[^，。；,;\d]{0,4}(?:(?:19|20)\d{2}年)?[^，。；,;\d]{0,12}"
    r"(?<![不至最])(?P<more>[多少])(?![数年样元于於])[一-鿿]{0,4}$"
)
# 较年初新增4100多亿元
_MORE_THAN_BEFORE = re.compile(
    r"(?:比(?![重例率值])|较)[^，。；,;\d]{1,8}净?新增(?:了|约|近|超过?|逾)*$"
)
_RATES = ("%", "‰")
# 其中24%, 其余4%为政府机构, 占一般公共预算支出的6.2%
_PART_NAMED = re.compile(
    r"(?:(?:[女男]性|学历|学位)[^，。；,;\d]{0,8}比率(?:为|达)?|其中|当中|(?:其余|余下|剩余|剩下|另外?有?)的?|占[^，。；,;\d]{2,24}的)(?:约|近|超过?|逾|不足|不到)?$"
)
# 增长12.2%，快于四川的11.8%: what is slower is a pace
_PACE_OF = re.compile(r"(?:快于|慢于)[^，。；,;\d]{1,12}的(?:约|近)?$")
# 低于全国平均水平310元: an amount behind somebody's name is a difference, 低于100元 is a bound.
_SOMEBODY = re.compile(r"[一-鿿]{2,14}?(?:约|近|逾|超过?)?(?<!人民币)(?<!港币)(?<!美元)")
_AMOUNT = re.compile(
    r"(?:金额|数量|(?<![指系])数|产量|总量|总额|经费|收入|支出|销量|面积)(?:均|都|已|分别|约|近|超过?|逾|不足|达到?|为)*$"
)


def _moved(word: str, group: str, tail: str, unit: str) -> Predicate | None:
    """What a moving word says, given the words between it and the quantity; None where it does not reach so far."""
    if group == "noun":
        if _FILLER.fullmatch(tail):
            return Predicate("down" if word in _DECLINES else "up")
        return None
    move: Move = "up" if group == "up" else "down"
    if _reach().match(tail):
        return LEVEL
    if (word in _COMPARING and unit in ("个百分点", "个基点", "倍")) or word in (
        "高出",
        "低出",
        "领先",
        "落后",
    ):
        return Predicate(move, compared=True)
    if word in ("高于", "低于", "短于", "优于", "好于"):
        somebody = unit not in _RATES and _SOMEBODY.fullmatch(tail)
        return Predicate(move, compared=True) if somebody else None
    if _FILLER.fullmatch(tail):
        return Predicate(move)
    reaches = unit not in ("%", "‰", "个百分点") or word in ("缩短", "压缩", "降低")
    if word in _with_object() and reaches and len(tail) <= 12 and "的" not in tail:
        return Predicate(move)
    return None


# 男性（18.9%）高于女性（15.4%）; 三项合计不足一成: the verb stands before
_RATE_NOUN = re.compile(r"[率速度均]|次于|强度|水平|指数|同期|上年|去年|全国|预期|目标")
_SUMMED = re.compile(r"(?:合计|共计|总共|合共)(?:约|近|不足|不到|超过?|逾|占|为)*$")
_NOUN_PHRASE = 16


def goes_on(before: str, opening: str) -> bool:
    """Whether a rate goes on with a list of shares whose verb stands before.

    Args:
        before: the words before it in its clause.
        opening: the two characters before it.

    >>> goes_on("女性", "性（"), goes_on("失业率", "业率"), goes_on("", "性（")
    (True, False, True)
    """
    if not before.strip():
        return opening[1:] in ("（", "(") and opening[0].isalpha()
    if _SUMMED.search(before):
        return True
    noun = not _verbs_in(before) and not _RATE_NOUN.search(before)
    return noun and before.isalpha() and len(before) <= _NOUN_PHRASE
