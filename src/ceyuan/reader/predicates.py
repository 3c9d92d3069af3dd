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
    """

    move: Move | None = None
    share: bool = False
    compared: bool = False


_LEVEL, _SHARE = Predicate(), Predicate(share=True)
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
    if unit in _RATES and _PART_NAMED.search(before):
        return _SHARE
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
    return _SHARE if part else _LEVEL


def _governing(before: str, unit: str, found: list[_Verb]) -> Predicate | None:
    """What the last verb that reaches to a quantity says of it; None where none does."""
    for verb in reversed(found):
        tail = before[verb.end :]
        if verb.group == "share":
            return _SHARE
        if verb.group == "state":
            if verb.word not in _COPULAS and tail.strip():
                return _LEVEL
            continue
        moved = _moved(verb.word, verb.group, tail, unit)
        if moved is _LEVEL:
            return _reached(found)
        if moved is not None or verb.group != "noun":
            return moved or _LEVEL
    return None


def _reached(found: list[_Verb]) -> Predicate:
    """What a quantity is that a move led to: a rate of growth where one is named, a share, else a level."""
    rates = [
        verb.word for verb in found if verb.group == "noun" and verb.word not in ("同比", "环比")
    ]
    if rates:
        return Predicate("down" if rates[-1] in _DECLINES else "up")
    return _SHARE if any(verb.group == "share" for verb in found) else _LEVEL


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
        return _LEVEL
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


@cache
def _english() -> re.Pattern[str]:
    verbs = table("english")["verbs"]
    up, down, share = (
        any_of(w.replace("-", " ") for w in words(verbs[name])) for name in ("up", "down", "share")
    )
    filler = (
        r"(?:by|of|about|nearly|almost|around|approximately|roughly|over|more|than|an?|just|under|close|least|most"
        r"|some|between|a further|further|only|to|from|was|is|were|at|rate|the|average|annual|compound|year-on-year|[a-z]+ly)"
    )
    return re.compile(
        rf"(?i:(?<!set )(?<!setting )\b(?:(?P<up>(?!upwards of){up})|(?P<down>{down})"
        rf"|(?P<share>{share}))(?P<tail>(?: {filler}| for)*) ?$)"
    )


_ENGLISH_AFTER = re.compile(
    r"(?i: (?:year-on-year |annual |real |further )?(?:(?P<up>increase|growth|rise"
    r"|jump|surge|leap|higher|more than|gain)|(?P<down>decrease|plunge|slump|decline|drop|fall|lower|fewer|reduction"
    r"|less than(?! a (?:third|half|quarter|tenth))))\b"
    r"| (?P<on>up|down) (?:on\b|from (?![^.,;]{0,9}\d)))"
)
# 7.2 percent more year-on-year
_MORE_AFTER = re.compile(
    r" (?:(?P<up>more)|fewer|less)(?=[.,;)]| (?:year-on-year|on-year|in|year)\b)"
)
# $31.9 million above budget
_PLANNED = r"(?:the |its |their |our )?(?:[a-z]+ ){0,2}(?:budget|target|plan|forecast|estimate|allocation)\b"
_BESIDE_PLAN = re.compile(
    rf" (?:(?P<up>above|over|ahead of|in excess of)|below|under|behind|short of) {_PLANNED}"
)
# 3.4 points below the average; with anything else that is counted it would be a threshold
_BESIDE_AFTER = re.compile(r"(?i: (?:(?P<up>above|ahead of)|(?P<down>below|behind)) (?=[a-z]))")
# 37% went to visa holders, 22% are led by women: a rate of which something is told is a part of what was named
_TOLD_OF = re.compile(
    r" (?:are|were|is|was|went|go|had|have|held|hold|came|come|said|say|reported|took"
    r"|(?!compared|based|followed|including)[a-z]{3,}ed|used|could|can|may|would|will|[a-z]+ by|work|expect|live)\b"
)
_OPENS = re.compile(
    r"(?i:(?:[\s,;:]|\b(?:and|with|while|whereas|but|although|only|just|about|around|some|nearly|almost|over|more than"
    r"|less than|fewer than|at least|an estimated|a further|the remaining|the other|another|of whom|of which)\b)*)"
)


_REMARK = re.compile(r"^ ?\([^()]{1,40}\)")
_THEN_BY = re.compile(
    r"\b(?P<verb>rose|risen|grew|grown|increased|climbed|gained|fell|fallen|declined|decreased|dropped|shrank"
    r"|contracted|slipped) "
    r"(?:[^;.]|\.\d)*(?:, |\band (?:(?:the|its|their) [a-z ]{2,30} )?)by (?:about |some |nearly |over |around |almost )?$"
)
_AND_BY = re.compile(
    r"\b(?P<verb>[a-z]+) (?:to|from)\b[^;]*(?:,|\band)\s+(?:and )?(?:thus |so )?by (?:about |some |nearly |over )?$"
)
# Per cent of something is a part of it; research is no part of GDP but measured by it.
_OF_WHAT = re.compile(
    r"\)? of (?!(?:the |[A-Z]\w+[’']s )?(?:GDP|gross)|about|around|which|more|less|over|\d)[A-Za-z]"
)


# plans to raise its budget by 19.3 percent
_MOVED_SOMETHING = re.compile(
    r"(?i:\b(?:(?P<up>rais(?:e[sd]?|ing)|increas(?:e[sd]?|ing)|boost(?:ed|ing|s)?|lift(?:ed|ing|s)?|expand(?:ed|ing|s)?)"
    r"|(?:cut(?:ting|s)?|reduc(?:e[sd]?|ing)|lower(?:ed|ing|s)?|trim(?:med|ming|s)?"
    r"|slash(?:ed|ing|es)?|shorten(?:ed|ing|s)?|scal(?:ed|ing|es?) back))"
    r" [^.;:\d]{2,60}? by (?:(?:about|around|some|nearly|over|almost|up to|more than|at least) )?)$"
)
# while the share of women remained at 46%; businesses accounted for 78% and universities for 11%
_SHARE_NAMED = re.compile(
    r"(?i:(?<!as a )\b(?:share|proportion|percentage)\b(?! points?)[^.;,\d]{0,60}$"
    r"|\baccount(?:s|ed|ing)? for\b(?:[^.;]|\.\d)*\b(?:and|while|with|,) [^.;\d]{2,60} for (?:[a-z]+ )?$"
    r"|\b(?:account(?:s|ed|ing)?|responsible) for \d(?:[^.;]|\.\d)*, [A-Z][^.;,\d]{2,40} for (?:[a-z]+ )?$"
    r"|\bratio of [a-z ]{2,40} (?:among|in) [^.;,\d]{2,60}$|\bcombined (?:[a-z]+ ){0,2}$"
    r"|(?<!as a )\b(?:share|proportion)\b(?! points?)(?:[^.;,]|\.\d){0,60}\bpoints? to (?:[a-z]+ ){0,2}$"
    r"|\bshare\b[^.;]{0,60}, to (?:[a-z]+ ){0,2}$|\bof which [^.;,\d]{2,60}$|\bshare\b[^;]*\bthat of [A-Z][^.;,\d]{2,40}$"
    r"|\bshare\b[^;]*\d[^;]* and [A-Z][a-z]+[’']s (?:[a-z]+ ){1,3}to (?:[a-z]+ ){0,2}$"
    r"|\b(?:share|proportion|percentage)\b(?! points?)[^.;,]{0,80}\bfrom \d(?:[^.;,]|\.\d){0,60} to (?:[a-z]+ ){0,2}$"
    r"|\bcontribut(?:es|ed|ing)\b[^.;]*\d[^.;]* (?:and|while) [^.;\d]{2,60}$)"
)


# 28.2% of jobs in STEM but 47.3% elsewhere; 41% were judged good and 43% fair: what stands before follows a part
_ALSO_OF = re.compile(
    r"^(?: of (?!(?:the )?(?:GDP|gross))[a-z][^.;\d]*"
    r"| (?:are|were|was|is|had|have|went|said|used|[a-z]{3,}ed)\b[^.;]*) (?:but|and|while) (?:only |just |about )?$"
)
# 2.86 million students, of whom 24%
_OF_WHOM = re.compile(
    r"(?i:\bof (?:whom|which|these|them),? (?:about |around |some |nearly |over |almost |only )?)$"
)


def english_predicate(before: str, after: str, unit: str = "") -> Predicate:
    """The predicate of a quantity in English text, from the words on both sides and, where it is known, its unit.

    >>> english_predicate("exports fell by ", " in 2023").move, english_predicate("share rose to ", "").move
    ('down', None)
    """
    after = _REMARK.sub("", after.removeprefix(")"))
    if _MEASURED_BY.search(before):
        return _LEVEL
    if then := _THEN_BY.search(before):
        # fell for a second year, by 2%
        return english_predicate(f"{then['verb']} by ", after, unit)
    if coordinate := _AND_BY.search(before):
        # rose to 5 billion, and by 8.9%
        return english_predicate(f"{coordinate['verb']} by ", after, unit)
    if (move := _moved_behind(after, unit)) is not None:
        return Predicate(move)
    if verb := _MOVED_SOMETHING.search(before):
        return Predicate("up" if verb["up"] else "down")
    found = _english().search(before)
    part = _SHARE if _is_english_part(before, after) else _LEVEL
    if not found:
        return part
    if found["share"]:
        return _SHARE
    if re.search(r"\b(?:to|from)\b", found["tail"]):
        return part
    return Predicate("up" if found["up"] else "down")


# made up 15% of R&D, applied research 18%; 男性（18.9%）高于女性（15.4%）; 三项合计不足一成: the verb stands before
_LISTED_LATIN = re.compile(
    r"(?i:[,;)]* *(?:(?:and|while|but|whereas) )?"
    r"(?:(?!(?:was|were|is|are|be|been|has|have|had|at|to|by|from|with|than|of|above|below|over|under|against|rates?|growth"
    r"|intensity|inflation|increase|rose|fell|grew|stood|hit"
    r"|(?!(?:applied|advanced|engineering|manufacturing|computing|mining|nursing|banking|farming|training)\b)[a-z]+(?:ed|ing))\b)"
    r"[a-z][\w’'&/-]* ){1,5})"
)
_BOUNDING = re.compile(r"(?:about|around|nearly|almost|over|under|(?:less|more) than) $")
_RATE_NOUN = re.compile(r"[率速度均]|次于|强度|水平|指数|同期|上年|去年|全国|预期|目标")
_SUMMED = re.compile(r"(?:合计|共计|总共|合共)(?:约|近|不足|不到|超过?|逾|占|为)*$")


# responsible for 42%, the 322 firms of the EU for 18.7%; residents obtained 11%, those from Japan 9%
_FOR_WHOM = re.compile(r"[, ]*(?:[^.;\d]{1,60} )?for (?:[a-z]+ )?")
_OF_WHERE = re.compile(
    r"[,; ]*(?:(?:and|while|but) )?[a-z]+ (?:from|in|of) (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)* "
)
# 38% were awarded to women, 29% to others
_TO_WHOM = re.compile(r" (?:(?:to|from|by|for) [a-z]|[a-z]{3,}ly\b)")


def goes_on(before: str, opening: str, after: str = "") -> bool:
    """Whether a rate goes on with a list of shares whose verb stands before.

    Args:
        before: the words before it in its clause.
        opening: the two characters before it.
        after: the words behind it.

    >>> goes_on(", applied research ", "h "), goes_on("失业率", "业率"), goes_on("", "性（")
    (True, False, True)
    """
    if _FOR_WHOM.fullmatch(before) or _OF_WHERE.fullmatch(before):
        return True
    if before.strip() in ("", "and") and opening[1:] == " " and _TO_WHOM.match(after):
        return True
    if not before.strip():
        return opening[1:] in ("（", "(") and opening[0].isalpha()
    if before.isascii():
        listed = _BOUNDING.sub("", before.rpartition("%")[2])
        return _LISTED_LATIN.fullmatch(listed) is not None
    if _SUMMED.search(before):
        return True
    noun = not _verbs_in(before) and not _RATE_NOUN.search(before)
    return noun and before.isalpha() and len(before) <= _NOUN_PHRASE


_NOUN_PHRASE = 16


def _moved_behind(after: str, unit: str) -> Move | None:
    """The move whose size a quantity is by the words behind it: 3% higher than, £86 million up on 2022."""
    if right := _ENGLISH_AFTER.match(after):
        return "up" if right["up"] or right["on"] == "up" else "down"
    right = _BESIDE_PLAN.match(after)
    if not right and unit == "%":
        right = _MORE_AFTER.match(after)
    if not right and unit in ("%", "个百分点"):
        right = _BESIDE_AFTER.match(after)
    return None if right is None else "up" if right["up"] else "down"


# equal to 2.6% of sales: measured by them, no part of them
_MEASURED_BY = re.compile(
    r"\b(?:equal|equivalent|equating|amounting) to (?:about |around |some |nearly |over |almost |just )?$"
)
# business funded 62%; 43% female; Men 61%, women 39%; 62% from business
_TOOK = re.compile(
    r"\b(?:funded|performed|financed|received|supplied|provided|owned|carried out|generated|attracted|absorbed|captured"
    r"|claimed|obtained|comprised|constituted|formed|conducted|contributed|held|took|employed)"
    r"(?: (?:about|around|some|nearly|almost|over|more than|less than|just|only|another|a further))* $"
)
_CLOSES = re.compile(r"[.,;)]|$| (?:and|while|but)\b")
_WHO = re.compile(
    r" (?:female|male|women|men|foreign|private|public|domestic|international|part-time|full-time|state-owned|foreign-owned)"
    r"(?=[.,;)]|$| and\b)"
)
_SOURCE = re.compile(r" (?:from|by) (?!\d|a year|last|the (?:previous|year|end)|20)[A-Za-z]")
_ITEM_BEFORE = re.compile(r" (?:from|by) [^.;\d]{2,40}(?:,| and) (?:[a-z]+ )?")
_ITEM_AFTER = re.compile(
    r"(?:[,;]| and) (?:and )?[A-Za-z][A-Za-z&’' -]{1,30} \d[\d.]* ?(?:%|per ?cent)"
)
_NO_PART = re.compile(
    r"(?i:rate|growth|intensity|inflation|unemployment|change|margin|GDP|increase|return|yield|average|total|target|error)"
)


def _is_item(before: str, after: str) -> bool:
    """Whether a rate stands in a list of parts whose verb is left out."""
    if _TOOK.search(before) and _CLOSES.match(after):
        return True
    opens = _OPENS.fullmatch(before) or _ITEM_BEFORE.fullmatch(before)
    if _WHO.match(after) or (_SOURCE.match(after) and opens):
        return True
    noun = _LISTED_LATIN.fullmatch(before.lstrip())
    return bool(noun and _ITEM_AFTER.match(after) and not _NO_PART.search(before))


def _is_english_part(before: str, after: str) -> bool:
    """Whether the words around a rate say that it is a part of a whole."""
    if _is_item(before, after):
        return True
    if _OF_WHAT.match(after) or _OF_WHOM.search(before) or _SHARE_NAMED.search(before):
        return True
    told = _TOLD_OF.match(after) and _OPENS.fullmatch(before)
    return bool(told or _ALSO_OF.match(before))
