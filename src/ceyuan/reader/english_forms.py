"""Figures of English in special forms: fractions, one in five, multiples, ranks, streaks, numbers in words without a noun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ceyuan.reader import numerals
from ceyuan.reader.bare import THE_REST
from ceyuan.reader.english import has_english
from ceyuan.reader.quantity import Quantity

_FRACTIONS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_FRACTION = re.compile(
    rf"(?i:\b(?P<part>one|two|three|four|five|six|seven|eight|nine|an?)[- ](?P<base>{'|'.join(_FRACTIONS)})s?\b"
    r"|(?<=by )half\b(?! an? )|(?<= than )half(?= (?:to|in|since|over|from|by)\b)"
    r"|(?<!first )(?<!second )(?<!latter )"
    r"\bhalf(?= (?:\(|(?:of|all|the|its|their|these|those|are|were|is|was|had|have|said|say)\b)|[.,;)]))"
    r"(?! (?:year|time|of the year|of 20|of an? (?:million|billion)))"
)
# One in five is a share; one in 2020 is not.
_COUNT = "one|two|three|four|five|six|seven|eight|nine|ten"
_IN_EVERY = re.compile(
    rf"(?i:(?<![\w.,$£€-])(?:(?P<part>{_COUNT}|\d{{1,2}}) (?:(?:in|out of)(?: every)?|of every)|(?P<one>one) [a-z]+ in) "
    rf"(?P<base>{_COUNT}|twenty|fifty|hundred|a hundred|\d{{1,3}}(?:,\d{{3}})*)"
    rf"(?![\w.,-]*\d| ?(?:%|per|million|billion)|[- ](?:hundred|thousand))\b)"
)
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "quintuple": 5, "sextuple": 6}
_MULTIPLE = re.compile(
    r"(?i:\b(?P<verb>double|triple|treble|quadruple|quintuple|sextuple)[ds]?\b(?!-[a-z])"
    r"|(?P<half>one|two|three|four|five) and a half times\b"
    r"|(?<![\w.,-])(?P<x>\d+(?:\.\d+)?)x(?! ?\d)\b"
    r"|(?P<n>(?:(?<![\w.-])-)?\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?:[- ]?(?:times|fold)\b)|\b(?P<twice>twice)\b)"
)
_NAMED = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_ORDINALS = {word: i for i, word in enumerate(_NAMED.split("|"), start=1)}
_ORDINAL = rf"(?P<ordinal>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))"
_NAMED_TO = rf"(?:{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))\b"
_RANK = re.compile(
    rf"(?i:\b(?:rank(?:s|ed|ing)?|place[sd]?|came|come|stood|stands|rose to|moved up to|climbed to)"
    rf"(?: (?:the|in|at|as|joint|globally|nationally|now|again))*? {_ORDINAL}\b(?: place)?"
    rf"|(?<=, ){_ORDINAL.replace('ordinal', 'o6')}"
    r"(?= (?:in the world|globally|worldwide|nationwide|nationally|among|behind|after)\b)"
    rf"|\b(?:up|down|compared with|against|from) (?:from )?(?P<o5>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))(?: place)?"
    rf"(?= (?:in (?:19|20)|a year|last|the (?:year|previous)|to {_NAMED_TO})|[,.;])"
    rf"|\b(?:took|take[ns]?|held|holds|secured|retain\w*|kept|keeping|in|to"
    rf"|the) (?P<o2>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th)) (?:place|position|spot)\b"
    rf"|\ba (?:distant|close|clear|strong|poor) (?P<o7>{_NAMED})\b"
    rf"|\bto (?P<o4>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))(?= (?:among|out of|globally|worldwide|nationwide|in the world)\b)"
    rf"|\b(?:No\.? ?|number )(?P<no>1|one|2|two|3|three)(?= (?:in|globally|worldwide|nationwide)\b)"
    rf"|\b(?P<top>topped|tops)\b(?= the| a| all))"
)
# Sweden (2nd) and Singapore (4th); moves up to 11th place; 245th in the world: no noun behind, and something is ranked
_BARE_ORDINAL = re.compile(
    rf"(?i:(?<![\w-]){_ORDINAL}(?: (?:place|position|spot))?"
    r"(?=[.,;)]| (?:in (?:(?:the )?[a-z]|(?:19|20)\d\d\b)|among|out of|globally|worldwide|nationwide|nationally|overall"
    r"|behind|ahead of|after)"
    r"|(?-i: and [A-Z])))"
)
_RANKING = re.compile(
    r"(?i:\b(?:rank(?:s|ed|ing|ings)?|placed|top(?:s|ped|ping)?|index|league|leads?|ahead of|climb(?:s|ed)?"
    r"|slip(?:s|ped)|mov(?:es|ed) (?:up|down|to)|(?:came|comes|finish(?:ed|es)) (?:joint )?(?!and\b)[a-z\d]+(?<=st|nd|rd|th))\b)"
)
_NO_RANK = re.compile(
    r"(?i:\b(?:on|the|of|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|its|his|her|their|our|for the) $)"
)
# ranked fourth in the index and first in researchers per million
_RANK_AGAIN = re.compile(rf"(?<= and ){_ORDINAL}(?= (?:in|for|on) [a-z])")
_STREAK = re.compile(
    r"(?i:\b(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)(?: "
    r"|-)(?:consecutive|successive|straight) (?P<u>years|months|quarters)"
    r"|\b(?P<o>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st"
    r"|nd|rd|th)) (?:consecutive|successive|straight) (?P<u2>year|month|quarter)"
    r"|\b(?P<o3>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))"
    r" (?P<u3>year|month|quarter) (?:in a row|running|in succession))"
)
_STREAK_UNITS = {"year": "年", "month": "个月", "quarter": "个季度"}


def _ordinal(text: str) -> Decimal:
    return Decimal(_ORDINALS.get(text.lower(), 0) or int(re.sub(r"\D", "", text)))


def _counted(written: str) -> Decimal:
    if written[0].isdigit():
        return numerals.arabic(written)
    return numerals.english_words(written) or Decimal(0)


def _times(match: re.Match[str]) -> Decimal:
    """How many times a multiple says: twice, two and a half times, trebled, -1.5 times."""
    if match["verb"] or match["twice"]:
        return Decimal(2 if match["twice"] else _TIMES[match["verb"].lower()])
    if match["half"]:
        return _counted(match["half"]) + Decimal("0.5")
    if match["x"]:
        return Decimal(match["x"])
    value = _counted(match["n"].lstrip("-"))
    return -value if match["n"].startswith("-") else value


def english_forms(text: str) -> Iterator[Quantity]:
    """Fractions, multiples, ranks and streaks in English."""
    if not has_english(text):
        return
    for match in _FRACTION.finditer(text):
        part = int(numerals.english_words(match["part"] or "one") or 1)
        base = _FRACTIONS[(match["base"] or "half").lower()]
        yield Quantity(
            match.start(),
            match.end(),
            Decimal(100 * part) / base,
            "%",
            kind="share",
            number=Decimal(part),
        )
    for match in _IN_EVERY.finditer(text):
        some, every = (
            _counted(match["part"] or match["one"]),
            _counted(match["base"].removeprefix("a ")),
        )
        if 0 < some < every:
            step = 100 / every
            yield Quantity(
                match.start(), match.end(), some * step, "%", kind="share", number=some, step=step
            )
    for match in _MULTIPLE.finditer(text):
        value = _times(match)
        _, _, fraction = (match["n"] or match["x"] or "").partition(".")
        step = Decimal("0.5") if match["half"] else Decimal(1).scaleb(-len(fraction))
        yield Quantity(
            match.start(), match.end(), value, "倍", kind="multiple", number=value, step=step
        )
    yield from _placed(text)
    yield from _in_words(text)
    yield from _streaks(text)


def _placed(text: str) -> Iterator[Quantity]:
    for match in _RANK.finditer(text):
        name = next(n for n in ("ordinal", "o2", "o4", "o5", "o6", "o7", "no", "top") if match[n])
        number = {"one": 1, "two": 2, "three": 3}.get(match[name].lower(), 0)
        value = (
            Decimal(1) if name == "top" else Decimal(number) if number else _ordinal(match[name])
        )
        start = match.start(name)
        yield Quantity(start, match.end(), value, "位", bound="eq", kind="rank", number=value)
    for pattern in (_RANK_AGAIN, _BARE_ORDINAL):
        for match in pattern.finditer(text):
            sentence = text[max(0, match.start() - 150) : match.start()].rpartition(". ")[2]
            if _RANKING.search(sentence) and not _NO_RANK.search(sentence):
                value = _ordinal(match["ordinal"])
                yield Quantity(
                    match.start(), match.end(), value, "位", bound="eq", kind="rank", number=value
                )


# Twenty-three of the 41 laboratories; and seven had never been inspected
_IN_WORDS = re.compile(
    rf"(?i:(?<![\w-])(?P<number>{numerals.ENGLISH_WORD}(?:-{numerals.ENGLISH_WORD})?)"
    r"(?=(?P<whole> of (?:(?:the |its |these |all )?"
    rf"(?:\d[\d,]*|(?<=the )(?!two |three ){numerals.ENGLISH_WORD}(?! (?:[a-z]+est|top|leading)\b)) [A-Za-z]{{2}}"
    r"|the \d{1,3}(?=[.,;)]|$)|(?:the|our|its|their) [a-z]+s (?:are|were|have|had)\b|(?:them|these|those|whom|which)\b))"
    r"|(?P<did> (?:[a-z]+ly )?(?:were|are|have|had|came|received|[a-z]{3,}ed|left|cut|rose|fell|did)\b)"
    r"|(?P<rest>[.,;)]| (?:in|by) (?:19|20)\d{2}\b)))"
)
# The 12 institutes were merged into three; the number of centres was cut from 12 to five
_TURNED_INTO = re.compile(
    rf"(?i:(?:\d [a-z -]{{3,60}}|\b{numerals.ENGLISH_WORD} [a-z -]{{3,60}})"
    r"\b(?:merged|consolidated|combined|(?:re)?grouped|pooled|folded"
    r"|split|divided|reorgani[sz]ed|amalgamated|condensed) into (?:just |only )?$"
    rf"|\b(?:cut|reduced|rose|grew|fell|increased|expanded|raised|dropped|declined|doubled|went|shrank|risen|grown|fallen)"
    rf"(?: from (?:\d{{1,3}}|{numerals.ENGLISH_WORD})(?: [a-z]+)?(?: in (?:19|20)\d{{2}})?)? to (?:just |only )?$)"
)
_COUNTS_ON = re.compile(
    r"(?i:[,;:] (?:and |while |but |whereas )?(?:only |just |another |about |some )?$"
    r"|\b(?:of which|of whom|of these|of them|while|whereas|and),? (?:only |just |another |about |some )?$)"
)


# Of the 43 countries reviewed, nine left them unchanged: any verb will do where it is said of how many
_STATE_OF_MANY = re.compile(r" (?:[a-z]+ly )?(?:were|are|have|had|came|received)\b")
_OF_SO_MANY = re.compile(r"\bOf (?:the |these )?\d")
_ANY = re.compile(r"\b(?:any|each|every|no|another) $")


def _in_words(text: str) -> Iterator[Quantity]:
    """Numbers in words that count what was named before."""
    for match in _IN_WORDS.finditer(text):
        value = numerals.english_words(match["number"])
        if value is None or value < 1 or (match["did"] and value < 2):
            continue
        before = text[max(0, match.start() - 120) : match.start()].rpartition(". ")[2]
        if _counts(match, before, value):
            yield Quantity(match.start(), match.end(), value, "", number=value)


def _counts(match: re.Match[str], before: str, value: Decimal) -> bool:
    """Whether a number in words counts what was named before it, by the words on both sides."""
    if match["whole"]:
        return _ANY.search(before) is None
    if match["rest"]:
        turned = value > 1 and _TURNED_INTO.search(before) is not None
        return turned or THE_REST.search(before) is not None
    said = _STATE_OF_MANY.match(match["did"]) or _OF_SO_MANY.search(before)
    return said is not None and _COUNTS_ON.search(before) is not None


def _streaks(text: str) -> Iterator[Quantity]:
    for match in _STREAK.finditer(text):
        unit = _STREAK_UNITS[(match["u"] or match["u2"] or match["u3"]).lower().rstrip("s")]
        value = _counted(match["n"]) if match["n"] else _ordinal(match["o"] or match["o3"])
        yield Quantity(match.start(), match.end(), value, unit, kind="streak", number=value)
