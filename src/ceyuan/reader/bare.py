"""Bare numbers: which number without magnitude, unit and counted noun is a figure all the same.

A number of an index (指数升至104.6), the amount by which something moved (fell by 120), what is counted before it (of 1,935
applications 402 were funded), and in English a number with separated thousands, which is no
page and no number of a table.
"""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.quantity import Quantity

_SOMEWHAT = (
    r"(?:about |around |some |nearly |almost |over |approximately |roughly |just over |just under |only |just |more than "
    r"|fewer than |less than |at least |an estimated )?"
)


def year_like(quantity: Quantity) -> bool:
    """Whether a number could be a year."""
    return quantity.step == 1 and quantity.scale == 1 and 1800 <= quantity.number <= 2100


@cache
def _governed() -> re.Pattern[str]:
    return re.compile(
        r"(?:为|达到?|至|报收?|收于|是|约|超过?|指数|系数|(?:\bwas|were|reach(?:ed|ing)|hit|totall?(?:ed|ing)"
        r"|exceed(?:ed|ing)|surpassed|another|\bat|\b(?:in)?to|\bof|stood at|record|record high of"
        r"|short of|\b(?:score|index|age|value|number) is"
        rf"|numbered|numbering|averaged|averaging|came to|counted|scored|scoring) {_SOMEWHAT})$"
    )


# An index moves by pure numbers, which are then written with decimals.
_MOVED_BARE = re.compile(
    r"(?:提高|上升|下降|增加|回落|增长|降低|上涨|下跌|提升|缩小|扩大|减少)了?$"
    r"|[升降高低少小大加减][到至为]$"
)
# Something that is counted without a word for it grew by 199,400.
_MOVED_BY = re.compile(
    r"(?i:\b(?:rose|rises?|grew|grow|increased?|fell|falls?|dropped|declined|decreased|shrank|gained|lost|up|down) by"
    r"|\b(?:increase|rise|gain|growth|decrease|decline|drop|fall|reduction|addition) of)"
    rf" {_SOMEWHAT}$"
)
_MOVED_BY_AFTER = re.compile(r" (?:to|in|from|over|since|during|between|a year)\b|[.,;)]")
# Of 1,935 applications received, 402 were funded: what is counted stands before.
_REST_OF = re.compile(
    r"\bOf (?:the |these |all )?\d[\d, ]* [^.;\d]{2,60}, (?:only |just |about |some )?$"
)
_REST_WERE = re.compile(
    r" (?:\([^()]{1,20}\) )?(?:[a-z]+ly )?(?:were|was|are|have|had|came|went|received"
    r"|[a-z]+ed|cut|left|rose|fell|made|use|do|did)\b"
)
# while 220 studied part-time
_SOME_OF_THEM = re.compile(
    r"(?i:\b(?:while|whereas|of which|of whom|of these|of them),? (?:only |just |about |some |another |a further )?)$"
)
_DID = re.compile(r" (?:[a-z]+ly )?(?:were|was|are|have|had|came|went|[a-z]{3,}ed)\b")
# of which 1 526 were approved, 403 rejected and 215 withdrawn
_ANOTHER_OF_THEM = re.compile(
    r"(?i:\bof (?:which|whom|these|them|the)\b)[^.;]*\d[^.;]*(?:, | and )(?:only |just )?$"
)
_DONE_TO = re.compile(r" (?:[a-z]+ly )?[a-z]{3,}ed\b(?<!compared)")
# PUE值控制在1.25以内
_KEPT = re.compile(r"(?:值|指数|系数|之?比|弹性)(?:控制在|保持在|稳定在|低于|高于|不超过|不低于)$")
# from 5.4 in Luxembourg to 41.2 in Ireland
_RATIO_BEFORE = re.compile(rf"\b(?:from|to|than|with|at|was|were|averag(?:ed|ing)) {_SOMEWHAT}$")
# a book-to-bill ratio of 0.94
_RATIO_NAMED = re.compile(
    rf"(?i:\b(?:ratio|index|score|coefficient|factor)(?: of| at| was| is)? {_SOMEWHAT})$"
)
# Of every 100 euros spent on research, businesses spend 62
_OF_EVERY = re.compile(rf"(?i:\bof every )[^.;]{{2,80}}, [^.;,\d]{{2,40}} {_SOMEWHAT}$")
# The number of start-ups per 100,000 adults is 214 in Estonia, 64 in Germany
_NUMBER_OF = re.compile(
    rf"(?i:\b(?:number|count) of [^.;]{{2,70}} (?:is|was|reached|stood at|averaged) {_SOMEWHAT})$"
    r"|(?<![\d.,])(?!(?:19|20)\d\d\b)\d{1,3} in (?:the )?[A-Z][A-Za-z ]{2,30}(?:, (?:and )?| and )$"
)
_SOMEWHERE = re.compile(r" (?:in|for|among) (?:the )?[A-Z]")
# 197,000 filings, or 3,810 per million people
_PER_SO_MANY = re.compile(r" per (?:million|thousand|hundred|capita|head|100|1,000|10,000)\b")
_OR_HAD = re.compile(r"(?i:\b(?:or|had|has|have|is|are|with|only|were) (?:about |some )?)$")
# 12 of the 78 indicators, 30 of them, 19 of the 27
_OF_SO_MANY = re.compile(
    r" of (?:(?:the |its |these |all )?(?:top )?\d[\d,]* [A-Za-z]{2}|the \d{1,3}(?=[.,;)]|$)|(?:them|these|those|whom|which)\b)"
)
# Some 340 were recognised; 12 were withdrawn
_OPENS_CLAUSE = re.compile(
    r"(?:^|[.;\n] |, (?:and |but )?|(?<=\d) (?:and|but) )"
    r"(?i:some |about |around |nearly |almost |over |only |just |another |a further )?$"
)
_WERE_DONE = re.compile(
    r" (?:were|are|have|had) (?:on|in|at|from|with|under|still) [a-z]"
    r"| (?:have|had) (?:an?|no|the|their|its|more|fewer|already) [a-z]"
    r"| (?:were|was|have|had) (?:not )?(?:[a-z]+ly )?(?:been )?[a-z]{2,}(?:ed|en|n|ne|ld)\b"
)
_CLOSED = re.compile(
    r" (?:in|by) (?:19|20)\d{2}\b| ?(?:[，。；;、）)（(\n]|,(?!\d)|\.(?!\d)|$|左右|以上|以下|以内|和(?=\d)| or so\b)"
    r"| (?:from|compared|against|versus|since|last|this|a year|for the first|and|while|worldwide|globally|nationwide)\b"
)
# 518,364 and 14 320: thousands are set apart
_GROUPED = re.compile(r"\+?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
_ENGLISH_BEFORE = re.compile(r"(?:(?:^|[a-z%)][’']?|[,;:.–—]) |\()\+?$|^$")
_ENGLISH_AFTER = re.compile(r"(?! ?\d)(?:[ ,;.)]|$)(?! ?[一-鿿])")
# the United States (518,364), Japan (414,413); Germany (133)
_NAME_BEFORE = re.compile(
    r"(?:\b[A-Z][\w’'.-]*|\b(?:figure|average|mean|median|level|value|score|ratio|one)s?) \($"
)
# fell in the remaining 12
THE_REST = re.compile(r"(?i:\bthe (?:remaining|other) $)")
# received 47 applications and approved 29
_AND_DID = re.compile(
    r"\d [^.;\d]{3,40} (?:and|but) (?:then |only )?[a-z]{3,}ed (?:only |about |some )?$"
)
_STOP = re.compile(r"[.,;)](?!\d)|$")


Context = tuple[re.Pattern[str], re.Pattern[str]]
"""What must stand before a bare number, and what behind it, for it to be a figure."""
_ANYWHERE = re.compile("")


@cache
def _contexts() -> tuple[Context, ...]:
    return (
        (_MOVED_BY, _MOVED_BY_AFTER),
        (_OR_HAD, _PER_SO_MANY),
        (_ANYWHERE, _OF_SO_MANY),
        (THE_REST, _STOP),
        (_AND_DID, _STOP),
        (_OF_EVERY, _STOP),
        (_NUMBER_OF, _SOMEWHERE),
        (_SOME_OF_THEM, _DID),
        (_OPENS_CLAUSE, _WERE_DONE),
        (_ANOTHER_OF_THEM, _DONE_TO),
        (_governed(), _CLOSED),
    )


@cache
def _contexts_of_decimals() -> tuple[Context, ...]:
    return (
        (_MOVED_BARE, _CLOSED),
        (_KEPT, _CLOSED),
        (_RATIO_BEFORE, _SOMEWHERE),
        (_RATIO_NAMED, _CLOSED),
    )


def is_bare_figure(text: str, quantity: Quantity) -> bool:
    """Whether a number without magnitude and unit is a figure.

    Args:
        text: the folded text.
        quantity: the number.
    """
    before = text[max(0, quantity.start - 80) : quantity.start]
    grouped = _GROUPED.fullmatch(text, quantity.start, quantity.end) is not None
    if (year_like(quantity) and not grouped) or _no_count().search(before):
        return False
    if grouped and _ENGLISH_BEFORE.search(before) and _ENGLISH_AFTER.match(text, quantity.end):
        return True
    if _NAME_BEFORE.search(before) and text.startswith(")", quantity.end):
        return quantity.number >= 100 or quantity.step < 1
    if _REST_OF.search(before):
        return _REST_WERE.match(text, quantity.end) is not None
    contexts = _contexts()
    if quantity.step < 1:
        contexts += _contexts_of_decimals()
    return any(left.search(before) and right.match(text, quantity.end) for left, right in contexts)


@cache
def _no_count() -> re.Pattern[str]:
    """Numbers of pages and tables, also in a list of them; the base of a rate: per 1,000, one in 10,000."""
    references = any_of(words(table("english")["references"]))
    listed = r"(?:\d[\d.]* ?(?:to|and|or|,|–|-) ?)*"
    return re.compile(rf"(?i:\b{references}\.? ?{listed}|\b(?:one|two|three|\d) in )$")
