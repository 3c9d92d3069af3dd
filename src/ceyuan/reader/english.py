"""Quantities in English text: numbers with scales, currencies, per cent, count nouns, ranks and multiples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from ceyuan.bounds import Bound
from ceyuan.reader import numerals
from ceyuan.reader.lexicon import Own, any_of, table, words
from ceyuan.reader.quantity import Quantity
from ceyuan.units import own_spellings

# Three words in a row are English; a name in a Chinese text seldom has as many. So is a scale behind a number.
_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Za-z&']{1,40}[ ,][A-Za-z&']{1,40}[ ,][A-Za-z&']|\d ?(?i:million|billion|trillion|[mbt]n|[mbk])\b"
)
_CHINESE = re.compile(r"[一-鿿]")
_SPELLED = r"(?:hundred|thousand|million|billion|trillion|lakh|crore|dozen)"
# half a million, a billion
_PART_OF_SCALE = rf"(?:half )?an?(?= {_SPELLED}\b)"
# One letter is a scale behind money (£750k), and behind a number of things: 1.3m people, but a wall of 1.3m.
_LETTER = r"(?i:mln|bln|[mbt]n|m|b|k)\b"
_LAKHS = r"\d{1,2}(?:,\d{2})+,\d{3}"  # 1,27,381
_DIGITS = rf"{_LAKHS}(?:\.\d+)?|" + (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.,]\d|\d)(?:\.\d+)?|\d+(?:\.\d+)?"
)
# The rand is told from a model by the scale behind it: R1.2 billion.
_RAND = r"R(?=\d[\d.,]* ?(?:(?:m|b|tr)illion|bn)\b)"
_LENGTHS = re.compile(
    r"(?i:\b(?:wide|long|tall|high|deep|thick|across|length|height|width|depth|diameter|metres?|meters?)\b)"
)


@lru_cache(maxsize=8)
def _pattern(own: Own) -> re.Pattern[str]:
    english = table("english")
    spelled = rf"{numerals.ENGLISH_WORD}(?:[- ](?:and )?(?:{numerals.ENGLISH_WORD}|{_SPELLED}))*"
    symbol = f"(?:{any_of(table('units')['symbols'])}|{_RAND})"
    unit = any_of([*english["units"], *english["currencies"], *(spelling for spelling, _ in own)])
    return re.compile(
        rf"(?:(?P<minus>(?<![\w)\]-])-)?(?<![A-Za-z$])(?P<symbol>{symbol})[ -]?|(?<![\w.,-])|(?<=\d[-–—]))(?P<sign>-(?=\d))?"
        rf"(?P<number>{_DIGITS}|(?i:{_PART_OF_SCALE}|{spelled}))"
        rf"(?P<plus>\+)?(?:[ -]?(?P<scale>(?i:{_SPELLED}s?\b)|{_LETTER}))?"
        rf"(?:[ -]?(?P<unit>(?i:{unit}))(?![A-Za-z])|(?:-(?P<gap>[a-z]+))?(?=(?P<noun> [A-Za-z][A-Za-z'&/ -]*)))?"
    )


def has_english(text: str) -> bool:
    """Whether a text is English or holds a passage of it."""
    return _CHINESE.search(text) is None or _LATIN.search(text) is not None


def english_numbers(text: str) -> Iterator[Quantity]:
    """Every number of an English passage that has a unit or a count noun, from left to right."""
    if not has_english(text):
        return
    for match in _pattern(own_spellings()).finditer(text):
        quantity = _quantity(text, match)
        if quantity is not None:
            yield quantity


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    written = match["number"]
    number = _number(written)
    if number is None or _is_article(match, number):
        return None
    upper = _upper(text, match, number)
    scale = _scale_of(text, match, upper)
    if scale is None:
        return None
    unit, end = _unit(match)
    if not unit and (scale == 1 or (scale < _LARGE and not written[0].isdigit())):
        return None
    if _is_determined(text, match, number) or _is_reference(text, match, number, scale, unit):
        return None
    _, _, fraction = written.partition(".")
    number = -number if match["sign"] or match["minus"] else number
    top = None
    if upper and _spans(text, match, upper):
        top, end = numerals.arabic(upper["number"]) * scale, upper.end()
    return Quantity(
        match.start(),
        end,
        number * scale,
        unit,
        value_max=top,
        bound=_own_bound(match),
        number=number,
        scale=scale,
        step=scale.scaleb(-len(fraction)),
    )


# 250 or more employees
_THRESHOLD = re.compile(r" or (?:(?P<more>more)|fewer|less)(?= )")


def _threshold(match: re.Match[str]) -> re.Match[str] | None:
    return _THRESHOLD.match(match["noun"]) if match["noun"] else None


def _own_bound(match: re.Match[str]) -> Bound | None:
    """The bound that a quantity holds itself: 30+ firms, 250 or more employees."""
    threshold = _threshold(match)
    if threshold and not match["unit"]:
        return "ge" if threshold["more"] else "le"
    return "gt" if match["plus"] else None


_LARGE = 10**6
"""What stands for itself without a noun: half a million; a hundred and a dozen need one."""


def _number(written: str) -> Decimal | None:
    if written[0].isdigit():
        return numerals.arabic(written)
    article = written.lower().split()
    if article[-1] in ("a", "an"):
        return Decimal(1) / len(article)  # half a million, a million
    return numerals.english_words(written)


def _is_article(match: re.Match[str], number: Decimal) -> bool:
    """Whether "one" stands for no number."""
    spelled = not match["number"][0].isdigit()
    return spelled and number < 2 and match["unit"] is None and match["scale"] is None


def _is_determined(text: str, match: re.Match[str], number: Decimal) -> bool:
    """Whether a small number in words counts nothing: these two companies."""
    small = not match["number"][0].isdigit() and number < 13
    before = text[max(0, match.start() - 24) : match.start()]
    if not small or not _DETERMINER.search(before):
        return False
    ranked = match["noun"] is not None and _FOREMOST.match(match["noun"]) is not None
    return ranked or not _SOME_OF_THE.search(before)


# four of the nine centres
_SOME_OF_THE = re.compile(rf"(?i:\b(?:{numerals.ENGLISH_WORD}|\d+) of the )$")
# five of the ten largest employers: where the line is drawn, no count
_FOREMOST = re.compile(r" (?:[a-z]+est|top|leading|most|main)\b")
_DETERMINER = re.compile(r"(?i:\b(?:the|these|those|our|its) )$")


def _scale_of(text: str, match: re.Match[str], upper: re.Match[str] | None) -> Decimal | None:
    """What a number is multiplied by; None where a single letter behind it is no scale."""
    if upper:
        return Decimal(numerals.ENGLISH_SCALES[upper["scale"].lower()])
    written = match["scale"]
    if not written:
        return Decimal(1)
    if len(written) == 1 and not _scales(text, match):
        return None
    return Decimal(numerals.ENGLISH_SCALES[written.lower().removesuffix("s")])


@cache
def _upper_end() -> re.Pattern[str]:
    symbol = any_of(table("units")["symbols"])
    return re.compile(
        rf"(?: ?(?P<dash>[-–—]) ?| to |(?P<between> and ))(?P<symbol>{symbol} ?)?(?P<number>{_DIGITS})"
        rf"[ -]?(?P<scale>(?i:{_SPELLED}\b)|{_LETTER})"
    )


def _upper(text: str, match: re.Match[str], number: Decimal) -> re.Match[str] | None:
    """The upper end of a range of money, whose scale the lower end takes: $2–$3 billion, from $2 to $3 billion."""
    if not match["symbol"] or match["scale"]:
        return None
    upper = _upper_end().match(text, match.end("number"))
    if not upper or number >= numerals.arabic(upper["number"]):
        return None
    if upper["between"] and not text[: match.start()][-12:].lower().endswith("between "):
        return None
    return upper


def _spans(text: str, match: re.Match[str], upper: re.Match[str]) -> bool:
    """Whether both ends are one quantity here; two amounts with a word between are joined, or not, later on."""
    if upper["symbol"]:
        return upper["dash"] is not None
    return not text[: match.start()].lower().endswith("from ")


_LEVEL_BEFORE = re.compile(
    r"(?i:\b(?:to|at|of|was|were|reached|totall?ed|over|about|around|some|nearly|than|by)) $"
)


def _scales(text: str, match: re.Match[str]) -> bool:
    """Whether one letter behind a number is a scale: behind money, before what is counted, where a level is told."""
    if match["symbol"] or match["unit"]:
        return True
    if match["scale"] not in ("m", "bn", "k") or _LENGTHS.search(
        text, max(0, match.start() - 25), match.end() + 12
    ):
        return False
    counted = match["noun"] is not None and bool(_head_noun(match["noun"])[0])
    return counted or bool(_LEVEL_BEFORE.search(text[: match.start()][-12:]))


def _currency(match: re.Match[str]) -> str:
    symbol = match["symbol"].strip()
    return "兰特" if symbol == "R" else str(table("units")["symbols"][symbol])


def _unit(match: re.Match[str]) -> tuple[str, int]:
    """The unit of a match and where the quantity ends; an empty unit where it is no figure."""
    english = table("english")
    plain_end = max(match.end("number"), match.end("plus"), match.end("scale"))
    if match["unit"]:
        key = re.sub(r"\s+", " ", match["unit"].lower())
        if match["symbol"]:
            return _currency(match), match.end("unit")
        return {**english["units"], **english["currencies"], **dict(own_spellings())}[
            key
        ], match.end("unit")
    if match["symbol"]:
        return _currency(match), plain_end
    if match["noun"] and _REST_OF.search(match.string, max(0, match.start() - 90), match.start()):
        return (
            "",
            plain_end,
        )  # Of the 43 countries reviewed, 28 cut taxes: what is counted stands before
    if match["noun"]:
        unit, end = _measured(match)
        if unit:
            return unit, end
        threshold = _threshold(match)
        skipped = threshold.end() if threshold else 0
        noun, end = _head_noun(match["noun"][skipped:])
        return noun, (match.start("noun") + skipped + end if noun else plain_end)
    return "", plain_end


_REST_OF = re.compile(
    r"\bOf (?:the |these |all )?\d[\d, ]* [^.;\d]{2,60}, (?:only |just |about |some )?$"
)
# 3.4 points below the average, of something that was told in per cent; a median of 7.3 years
_POINTS = re.compile(
    r" points?\b(?= (?:above|below|higher|lower|more|less|up|down|from|to|than|over|in|on|and)\b|[.,;)]|$)"
)
_OF_AN_INDEX = re.compile(r"(?i:\b(?:index|indices|score[sd]?|barometer|PMI)\b)[^.,;]*$")
_IN_PER_CENT = re.compile(r"\d ?(?:%|per ?cent\b|percentage points?\b)")
# The gap in completion rates widened to 11 points
_GAP = re.compile(
    r"\b(?:gap|difference|lead|margin)\b[^.;]*\b(?:rates?|shares?|proportions?)\b[^.;]*$"
)
_TO_PER_CENT = re.compile(r" to (?:an? |about )?\d[\d.]* ?(?:%|per ?cent\b)")
_LASTING = re.compile(
    r" (?P<unit>years|months|weeks|days|hours)\b(?! (?:ago|earlier|later|old|before|after|in a row|running)\b)"
)
_TIMES = {"years": "年", "months": "个月", "weeks": "周", "days": "天", "hours": "小时"}
# the median pendency was 28.4 months against a target of 24 months
_HOW_LONG = re.compile(
    r"(?i:\b(?:average[ds]?|averaging|median|mean|pendency|waiting|processing|lead|turnaround|response|lifetime"
    r"|duration|tenure|life expectancy)\b[^.;]{0,40}"
    r"|\d (?:years|months|weeks|days|hours)[^.;]{0,30}\b(?:from|to|target of|than|with|against) )$"
)


def _measured(match: re.Match[str]) -> tuple[str, int]:
    """The unit of points of a rate and of years with a fraction, and where it ends; empty where it is neither."""
    if points := _POINTS.match(match["noun"]):
        told = match.string[max(0, match.start() - 80) : match.start()]
        if _GAP.search(told):
            return "个百分点", match.start("noun") + points.end()
        if _OF_AN_INDEX.search(told):
            return "点", match.start("noun") + points.end()
        behind = match.start("noun") + points.end()
        if _IN_PER_CENT.search(told) or _TO_PER_CENT.match(match.string, behind):
            return "个百分点", match.start("noun") + points.end()
    lasting = _LASTING.match(match["noun"])
    if lasting is None:
        return "", 0
    told = match.string[max(0, match.start() - 60) : match.start()]
    if "." in match["number"] or _HOW_LONG.search(told):
        return _TIMES[lasting["unit"]], match.start("noun") + lasting.end()
    return "", 0


def _head_noun(phrase: str) -> tuple[str, int]:
    """The counted noun of a phrase after a number: the last of the first run of plurals; and where it ends."""
    english = table("english")
    stops, irregular, never = (
        set(words(english["stops"])),
        set(words(english["plurals"])),
        set(words(english["never"])),
    )
    found, end = "", 0
    for i, word in enumerate(re.finditer(r"[A-Za-z][A-Za-z'&/-]*", phrase)):
        lower = word.group().lower()
        plural = lower in irregular or (
            lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s")) and len(lower) > 3
        )
        joins = lower == "and" and i > 0 and not found  # private equity and venture capital funds
        if (lower in stops and not joins) or i > 6 or (found and not plural):
            break
        if plural:
            found, end = word.group(), word.end()
    if found.lower() == "places" and _STUDY_PLACES.search(phrase[:end]):
        return found, end
    return ("", 0) if found.lower() in never else (found, end)


# 8 600 undergraduate places are counted; 28 places up a list are not
_STUDY_PLACES = re.compile(r"[a-z]{3,} places$(?<! more places)(?<!further places)(?<!full places)")


def _is_reference(
    text: str, match: re.Match[str], number: Decimal, scale: Decimal, unit: str
) -> bool:
    """Years, numbers of articles and tables, bases of ratios."""
    written = match["number"]
    before = text[max(0, match.start() - 14) : match.start()]
    if re.search(_reference_pattern(), before):
        return not (match["unit"] and before.lower().endswith("of every "))
    money = match["unit"] and not match["symbol"] and _OF_PRICES.search(before)
    noun = money or (bool(match["noun"]) and not match["symbol"])
    return (
        noun
        and scale == 1
        and len(written) == 4
        and written.isdigit()
        and 1800 <= number <= 2100
        and bool(unit)
    )


# in constant 2017 dollars
_OF_PRICES = re.compile(r"(?i:\b(?:constant|chained|current|real|in) $)")


@cache
def _reference_pattern() -> str:
    return rf"(?i:\b{any_of(words(table('english')['references']))}\.? ?)$"
