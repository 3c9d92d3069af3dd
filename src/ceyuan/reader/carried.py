"""The kind that a percentage in English takes from the one before it: what is compared, what goes on a list, what stands for it.

Women held 41% of the posts, compared with 35% in 2010; sales rose 12%, wages 4%; in engineering the figure was 58%.
"""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.english_predicates import SOMEWHAT, is_verb, measures, nouns
from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.predicates import SHARE, Predicate

_REMARK = re.compile(r"\([^()]{0,80}\)")
_OUT_OF_BRACKET = re.compile(r"^[^()]*\)")
# climbed 8% to $1.3 trillion, Honda's 11%
_TO_AMOUNT = re.compile(
    r"^ to (?:about |some |nearly |a record )?[^\s\d]{0,4}\d[\d.,]*(?: ?(?:[mb]n?|(?:[mb]|tr)illion)\b)?"
    r"(?: [a-z]+)?(?=[,;]| and )"
)
# one-fifth of the world average (1.93%): of what the part is
_OF_AN_AVERAGE = re.compile(r" of (?:the|its) [^,;(]{0,40}\b(?:average|figure|level|rate|mean)\b")
# added £46m to revenue and £7m to profit
_AND_AMOUNT = re.compile(r" (?P<to>to|from|in|for) [a-z& ]{2,30}(?:,? and|,) ")
_REMARK_BETWEEN = re.compile(r" \([^()]{0,80}\)")
_AUXILIARY = (
    r"was|were|is|are|be|been|has|have|had|will|would|can|could|may|might|did|does|do|stood|stands|hit|spent|made|said|saw"
    r"|kept|went|came|took|gave|left|won|lost|held|got"
)
# Words that end like a verb and are none where a field or a group is named.
_NO_VERB = (
    r"(?:applied|advanced|united|engineering|manufacturing|computing|mining|nursing|banking|farming|training|engineered"
    r"|building|housing|publishing|processing|emerging|developing|widening|remaining|learning|machining|testing|funding"
    r"|fundraising|licensing|gaming|aged|skilled|educated|limited|sporting|shipping|trading|spending|including)"
)


@cache
def _word() -> str:
    """A word of a noun phrase: no verb, no measure of its own."""
    verbs = table("english")["verbs"]
    moved = any_of(
        w
        for name in ("up", "down", "share")
        for w in words(verbs[name])
        if "-" not in w and w not in ("growth", "share", "higher", "lower")
    )
    stop = rf"(?:{_AUXILIARY}|{moved}|{measures()}|than|against)"
    verb = rf"(?!{_NO_VERB}\b)[a-z]+(?:ed|ing)"
    return rf"(?:(?!(?:(?i:{stop})|{verb})\b)(?:[A-Za-z][\w.’'&/-]*|\d[\d,]*(?:[-–]\d\d)?)\+? )"


@cache
def _listed() -> re.Pattern[str]:
    """What stands between two members of a list whose verb is left out: of output, industry; on grants, a further."""
    complement = r"(?: [^;:()\d]*?(?:(?:19|20)\d\d[^;:()\d]*?)*)?"
    joined = r"(?:and|while|but|whereas|or) "
    return re.compile(
        rf"{complement}(?:[,;:] ?(?:{joined})?| {joined})"
        rf"(?P<phrase>{_word()}{{0,8}}?)(?P<set_off>(?:in|for|among|those|that|of|from) {_word()}{{0,5}}?[A-Za-z][\w-]*, )?"
        r"(?:(?P<apposed>[A-Za-z][\w&-]*, (?:including|such as|led by|notably|excluding|mainly) [^,;.()\d]{2,40}, )"
        r"|(?P<has>(?:has|have|had|holds?|takes?|gets?|wins?) )|(?P<with>[A-Za-z][\w&-]*, (?:with|at|on) ))?"
        rf"(?P<by>(?:for|by|at|to|with) )?{SOMEWHAT}"
    )


_COMPARING = (
    r"(?:(?:as )?compared (?:with|to)|in comparison (?:with|to)|as (?:against|opposed to)|against|versus|vs\.?"
    r"|(?:[a-z]+ )?from|after|following|trailing|followed by|trailed by|leading (?:with|on|at)"
    r"|(?:the )?(?:previous|prior|preceding|last) (?:year|quarter|month)[’']s"
    r"|(?:came|comes|was|is|ranked|ranks) [a-z\d]+ (?:with|on|at))"
)
# below the 5.4% recorded; below 5.4% would be a bound
_BESIDE = r"(?:than|below|above|behind|ahead of|short of|exceeding|beating)"


@cache
def _compared() -> re.Pattern[str]:
    own = r"(?:margin|intensity|inflation|unemployment|yield|occupancy|turnover|tax|interest|probability)"
    word = rf"(?:(?!(?:{own}s?)\b)[^\s;,()%]+ )"
    return re.compile(
        rf"(?:^|[ ,(])(?:{_COMPARING} {word}{{0,8}}?|{_BESIDE} (?!a ){word}{{1,8}}?){SOMEWHAT}$"
    )


# from 49% in Bulgaria to 97%
_RANGED = re.compile(rf"^ (?:in|for|among) [^.;,\d]{{2,40}} to {SOMEWHAT}$")


# 23% of the total in 2018, were down to 12%: the subject is the one before
_SAME_SUBJECT = re.compile(
    r", (?:now |then |later )?(?:(?:has|have|had) )?(?:was|were|is|are|been|[a-z]+(?:ed|en)|fell|rose|grew|shrank|sank)"
    rf"(?: [a-z]+)? to {SOMEWHAT}$"
)


# New York 11%; everybody else made do with 39%
@cache
def _ended() -> re.Pattern[str]:
    return re.compile(
        rf"[,;] (?:and |while |but )?(?:(?!{measures()}\b)[^\s,;().%\d]+ ){{0,8}}(?:with|on) {SOMEWHAT}$"
    )


# What stands in brackets: faster than in France (1.1%), (2019: 58%), (58% in 2019), (previous year: 9%)
_YEAR = r"(?:FY ?|fiscal (?:year )?)?(?:19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?"
_BEFORE_THIS = (
    r"(?:(?:the )?(?:previous|prior|last|preceding) (?:financial |fiscal )?(?:year|quarter|period)"
    r"|(?:a |one )?year (?:ago|earlier|before))"
)
_LABEL = re.compile(rf"\((?:in )?(?:{_YEAR}|{_BEFORE_THIS}):? {SOMEWHAT}$")
_PLACE_BEHIND = re.compile(r" (?:in|for) (?:the )?[A-Z][A-Za-z ]{2,30}[,;)]")
_YEAR_BEHIND = re.compile(rf" (?:in {_YEAR}|{_BEFORE_THIS}|the year before)\)")


@cache
def _member() -> re.Pattern[str]:
    """The name before a bracket: in France (, and Spain (, 男性（."""
    return re.compile(rf"(?:^|[ ,;])(?:and |while |but )?(?:in |for |of |the )*{_word()}{{1,6}}\($")


# in engineering the figure was; that of men stood at; Tasmania's edged up to
_STATED = r"(?:was|were|is|are|stood at|stands at|reached|came to|comes to|had been|amounted to|[a-z]+ (?:up |down )?to)"
_AMONG = r"(?:(?:in|for|among|at|of|across) (?:[^\s.;,()\d]+ ){1,6}?)"
_PROFORM = re.compile(
    rf"(?:[,;]|\band|\bwhile|\bbut|\bwhereas)?(?: (?:and|while|but|whereas))? (?:{_AMONG},? ?)?"
    r"(?:(?:the (?:(?:corresponding|equivalent|comparable|same|respective) )?(?:figures?|number|proportion|share|percentage)"
    rf"|that|those|they|it) (?:{_AMONG})?{_STATED}|(?:[A-Z]?[\w.-]+ ){{0,3}}?[A-Za-z.-]+(?:[’']s|s[’']) {_STATED}) {SOMEWHAT}$"
)
_FIGURE = re.compile(
    r"(?:^|[.;,] ?)(?:[A-Z][^.;:\d]{0,60}, )?(?i:(?:in|for|among) [^.;,\d]{2,40}?,? )?"
    rf"(?:(?i:the (?:corresponding|equivalent|comparable|same)? ?figures?) (?:{_AMONG})?{_STATED}"
    rf"|(?i:forecasts?|projections?|estimates?) (?:point to|suggest|put it at|(?:is|are) for)"
    rf"|(?:[A-Z][\w.-]+ ){{0,2}}[A-Z][\w.-]*[’']s? {_STATED}) {SOMEWHAT}$"
)
_PREPOSITION = re.compile(
    r" (?:on|to|for|from|in|by|as|with|among|at|via|through|outside|within|since|between|during|over|under|before|after) "
    r"| (?:year|quarter|month)[- ](?:on|over)[- ]|(?: on-year| sequentially| annually)\b"
)
_CLOSES = re.compile(r" ?(?:[.,;:)]|$)| (?:and|while|but|or)\b|(?: respectively)")


def takes_up(text: str, end: int, start: int, behind: int, *, share: bool = False) -> bool:
    """Whether a percentage stands in the sentence of another one so that what governs that one governs it too.

    Args:
        text: the folded text.
        end: where the earlier one ends.
        start: where the later one starts.
        behind: where the later one ends.
        share: whether the earlier one is a share, which is no move that is told by so much.

    >>> text = "Services generated 71% of output, industry 26%; inflation was 3%."
    >>> takes_up(text, 22, 43, 46), takes_up(text, 46, 62, 64)
    (True, False)
    """
    joint, after = text[end:start], text[behind : behind + 60]
    if _OF_AN_AVERAGE.match(joint):
        return False
    if _in_brackets(joint, after):
        return True
    joint = _TO_AMOUNT.sub("", _REMARK.sub("", _OUT_OF_BRACKET.sub("", joint)))
    if "(" in joint:
        return False
    if any(pattern.search(joint) for pattern in (_compared(), _PROFORM, _RANGED)):
        return True
    if share and (_ended().search(joint) or _SAME_SUBJECT.search(joint)):
        return True
    return _goes_on(joint, _REMARK_BETWEEN.sub("", after), share=share)


def _goes_on(joint: str, after: str, *, share: bool) -> bool:
    """Whether a percentage is one more of a list whose verb stands before, by what stands between and behind."""
    listed = _listed().fullmatch(joint)
    if listed is None or (listed["by"] == "by " if share else listed["has"]):
        return False
    if listed["phrase"].strip() or any(listed.group("by", "apposed", "has", "with", "set_off")):
        return bool(_CLOSES.match(after) or _PREPOSITION.match(after) or is_verb(after))
    apposed = share and after.startswith(", ") and joint.endswith(", ")
    return bool(apposed or _PREPOSITION.match(after) or is_verb(after))


def adds_up(text: str, end: int, start: int, behind: int) -> bool:
    """Whether an amount is one more object of the verb of the one before: added £46m to revenue and £7m to profit.

    >>> text = "It added £46m to revenue and £7m to profit."
    >>> adds_up(text, 13, 29, 32)
    True
    """
    joint = _AND_AMOUNT.fullmatch(text, end, start)
    return joint is not None and text.startswith(f" {joint['to']} ", behind)


def _in_brackets(joint: str, after: str) -> bool:
    """Whether a percentage stands in brackets behind a name that is compared, or with the time before."""
    opened = joint.rfind("(")
    if opened <= joint.rfind(")"):
        return False
    if _LABEL.search(joint):
        return after.startswith((")", ",", ";"))
    if not joint.endswith("("):
        return False
    if _YEAR_BEHIND.match(after) or _PLACE_BEHIND.match(after):
        return True
    inside = _REMARK.sub("", joint)
    return after[:1] in {*"),;"} and _member().search(inside.removeprefix(")")) is not None


# the highest shares were in Denmark (27.6 %); the largest increases were recorded for Malta (12%); the largest share (68%)
@cache
def _of_those() -> re.Pattern[str]:
    return re.compile(
        rf"(?i:\b(?:(?P<share>{nouns('shares')}s?)|(?P<up>(?:{nouns('up')})s?)|(?P<down>(?:{nouns('down')})s?))(?: rates?)?"
        r"(?:(?: (?:of|in|for|among) (?:[^.;()]|\.\d)*?)? (?:was|were|is|are) (?:[^.;()]|\.\d|\([^()]*\))*[a-z] "
        r"| (?:of|in|for|among) (?:the )?(?:(?!(?:was|were|is|are|and|to|at)\b)[^\s.;(),\d]+ ){1,6})"
        r"|\b(?:share|proportion|percentage|part)(?P<named>)(?: of (?:[a-z&]+ ){1,4}| )"
        rf"|\b(?:(?P<risen>{nouns('up')})|{nouns('down')}) )$"
    )


# Computers (13.2%) accounted for the largest share; Spain (5%) and Italy (4%) grew fastest
_DID = re.compile(
    r"\)(?:,? (?:and )?[^.;:()]{2,40} \([^()]{1,20}\))*,? (?:together |jointly |alone |also )?"
    r"(?:(?P<share>account(?:s|ed)? for|ma(?:de|kes?) up|represent(?:s|ed)?|(?:had|held|took|has|have) the [a-z]+ shares?\b"
    r"|(?:are|were|is|was) (?:[a-z]+ )?(?:more|less|as) likely\b)"
    r"|(?P<up>(?:grew|rose|expanded|increased|advanced)\b|(?:saw|recorded|posted|had|reported) the [a-z]+ "
    r"(?:growth|increases?|rises?|gains?)\b)"
    r"|(?:fell|declined|shrank|contracted|decreased)\b|(?:saw|recorded|posted|had|reported) the [a-z]+ "
    r"(?:declines?|falls?|drops?|decreases?)\b)"
)


def bracketed(before: str, after: str) -> Predicate | None:
    """What a percentage in brackets is by the words before and behind them, or None where they do not tell.

    >>> bracketed("Computers ", ") accounted for the largest share").share
    True
    >>> bracketed("Growth was fastest in Spain ", ")").move
    'up'
    """
    found = _of_those().search(before) or _DID.match(after)
    if found is None:
        return None
    if found.lastgroup in ("share", "named"):
        return SHARE
    return Predicate("up" if found.lastgroup in ("up", "risen") else "down")


def is_the_figure(text: str, end: int, start: int) -> bool:
    """Whether a percentage is told as the corresponding figure of one in the sentence before."""
    return start - end < 200 and _FIGURE.search(text, end, start) is not None


# Men 61%, women 39%: a list of parts without any verb
_ITEM_AFTER = re.compile(
    r"(?:[,;]| and) (?:and )?[A-Za-z][A-Za-z&’' -]{1,30} \d[\d.]* ?(?:%|per ?cent)"
)
_NO_PART = re.compile(r"(?i:growth|change|GDP|increase|average|total|target)")


@cache
def _item() -> re.Pattern[str]:
    word = rf"(?:(?!(?:to|from|by|at|with|of|above|below|over|under)\b){_word()})"
    return re.compile(rf"[,;)]* *(?:(?:and|while|but|whereas) )?{word}{{1,5}}")


def opens_list(before: str, after: str) -> bool:
    """Whether a percentage stands in a list of parts that has no verb at all.

    >>> opens_list("Men ", ", women 39%"), opens_list("Inflation ", ", unemployment 4%")
    (True, False)
    """
    if not _ITEM_AFTER.match(after) or _NO_PART.search(before):
        return False
    return _item().fullmatch(before.lstrip()) is not None
