"""Quantities in English text: numbers with scales, currencies, per cent, count nouns, ranks and multiples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from ceyuan.reader import numerals
from ceyuan.reader.lexicon import Own, any_of, table, words
from ceyuan.reader.quantity import Quantity
from ceyuan.units import own_spellings

# Three words in a row are English; a name in a Chinese text seldom has as many. So is a scale behind a number.
_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Za-z&']{1,40}[ ,][A-Za-z&']{1,40}[ ,][A-Za-z&']|\d ?(?i:million|billion|trillion|[mbt]n|[mbk])\b"
)
_CHINESE = re.compile(r"[一-鿿]")
_SPELLED = r"(?:hundred|thousand|million|billion|trillion|lakh|crore)"
# One letter is a scale behind money (£750k), and behind a number of things: 1.3m people, but a wall of 1.3m.
_LETTER = r"(?i:mln|bln|[mbt]n|m|b|k)\b"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.,]\d|\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_LENGTHS = re.compile(
    r"(?i:\b(?:wide|long|tall|high|deep|thick|across|length|height|width|depth|diameter|metres?|meters?)\b)"
)


@lru_cache(maxsize=8)
def _pattern(own: Own) -> re.Pattern[str]:
    english = table("english")
    spelled = rf"{numerals.ENGLISH_WORD}(?:[- ](?:and )?(?:{numerals.ENGLISH_WORD}|{_SPELLED}))*"
    symbol = any_of(table("units")["symbols"])
    unit = any_of([*english["units"], *english["currencies"], *(spelling for spelling, _ in own)])
    return re.compile(
        rf"(?:(?P<minus>(?<![\w)\]-])-)?(?<![A-Za-z$])(?P<symbol>{symbol})[ -]?|(?<![\w.,-])|(?<=\d[-–—]))(?P<sign>-(?=\d))?"
        rf"(?P<number>{_DIGITS}|(?i:{spelled}))"
        rf"(?P<plus>\+)?(?:[ -]?(?P<scale>(?i:{_SPELLED}s?\b)|{_LETTER}))?"
        rf"(?:[ -]?(?P<unit>(?i:{unit}))(?![A-Za-z])|(?:-(?P<gap>[a-z]+))?(?=(?P<noun> [A-Za-z][A-Za-z'&/ -]*)))?"
    )


def _has_english(text: str) -> bool:
    return _CHINESE.search(text) is None or _LATIN.search(text) is not None


def english_numbers(text: str) -> Iterator[Quantity]:
    """Every number of an English passage that has a unit or a count noun, from left to right."""
    if not _has_english(text):
        return
    for match in _pattern(own_spellings()).finditer(text):
        quantity = _quantity(text, match)
        if quantity is not None:
            yield quantity


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    written = match["number"]
    number = numerals.arabic(written) if written[0].isdigit() else numerals.english_words(written)
    if number is None or (not written[0].isdigit() and match["unit"] is None and number < 2):
        return None
    upper = _upper(text, match, number)
    scale = _scale_of(text, match, upper)
    if scale is None:
        return None
    unit, end = _unit(match)
    if not unit and scale == 1:
        return None
    small = not written[0].isdigit() and number < 13
    if small and _DETERMINER.search(text[max(0, match.start() - 8) : match.start()]):
        return None
    if _is_reference(text, match, number, scale, unit):
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
        bound="gt" if match["plus"] else None,
        number=number,
        scale=scale,
        step=scale.scaleb(-len(fraction)),
    )


# these two companies count nothing
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


def _unit(match: re.Match[str]) -> tuple[str, int]:
    """The unit of a match and where the quantity ends; an empty unit where it is no figure."""
    english = table("english")
    plain_end = max(match.end("number"), match.end("plus"), match.end("scale"))
    if match["unit"]:
        key = re.sub(r"\s+", " ", match["unit"].lower())
        if match["symbol"]:
            return table("units")["symbols"][match["symbol"].strip()], match.end("unit")
        return {**english["units"], **english["currencies"], **dict(own_spellings())}[
            key
        ], match.end("unit")
    if match["symbol"]:
        return table("units")["symbols"][match["symbol"].strip()], plain_end
    if match["noun"]:
        unit, end = _measured(match)
        if unit:
            return unit, end
        noun, end = _head_noun(match["noun"])
        return noun, (match.start("noun") + end if noun else plain_end)
    return "", plain_end


# 3.4 points below the average, of something that was told in per cent; a median of 7.3 years
_POINTS = re.compile(
    r" points?\b(?= (?:above|below|higher|lower|more|less|up|down|from|than|over|in|on)\b|$)"
)
_IN_PER_CENT = re.compile(r"\d ?(?:%|per ?cent\b)")
_LASTING = re.compile(r" years\b(?! (?:ago|earlier|later|old|before|after)\b)")


def _measured(match: re.Match[str]) -> tuple[str, int]:
    """The unit of points of a rate and of years with a fraction, and where it ends; empty where it is neither."""
    if points := _POINTS.match(match["noun"]):
        told = match.string[max(0, match.start() - 80) : match.start()]
        if _IN_PER_CENT.search(told):
            return "个百分点", match.start("noun") + points.end()
    lasting = _LASTING.match(match["noun"])
    if lasting and "." in match["number"]:
        return "年", match.start("noun") + lasting.end()
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
    return ("", 0) if found.lower() in never else (found, end)


def _is_reference(
    text: str, match: re.Match[str], number: Decimal, scale: Decimal, unit: str
) -> bool:
    """Years, numbers of articles and tables, bases of ratios."""
    written = match["number"]
    if re.search(_reference_pattern(), text[max(0, match.start() - 14) : match.start()]):
        return True
    noun = bool(match["noun"]) and not match["symbol"]
    return (
        noun
        and scale == 1
        and len(written) == 4
        and written.isdigit()
        and 1800 <= number <= 2100
        and bool(unit)
    )


@cache
def _reference_pattern() -> str:
    return rf"(?i:\b{any_of(words(table('english')['references']))}\.? ?)$"


_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_FRACTION = re.compile(
    r"(?i:\b(?P<part>one|two|three|four|a)[- ](?P<base>half|third"
    r"|quarter|fifth|tenth)s?\b|\bhalf(?= (?:of|the|are|were|is|was)\b))"
    r"(?! (?:year|of the year|of 20))"
)
# One in five is a share; one in 2020 is not.
_COUNT = "one|two|three|four|five|six|seven|eight|nine|ten"
_IN_EVERY = re.compile(
    rf"(?i:(?<![\w.,$£€-])(?P<part>{_COUNT}|\d{{1,2}}) (?:in|out of)(?: every)? "
    rf"(?P<base>{_COUNT}|twenty|fifty|hundred|a hundred|\d{{1,3}}(?:,\d{{3}})*)"
    rf"(?![\w.,-]*\d| ?(?:%|per|million|billion)|[- ](?:hundred|thousand))\b)"
)
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_MULTIPLE = re.compile(
    r"(?i:\b(?P<verb>double|triple|treble|quadruple)[ds]?\b|(?P<n>(?:(?<![\w.-])-)?\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?:[- ]?(?:times|fold)\b)|\b(?P<twice>twice)\b)"
)
_NAMED = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_ORDINALS = {word: i for i, word in enumerate(_NAMED.split("|"), start=1)}
_ORDINAL = rf"(?P<ordinal>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))"
_RANK = re.compile(
    rf"(?i:\b(?:rank(?:s|ed|ing)?|place[sd]?|came|come|stood|stands|rose to|moved up to|climbed to)"
    rf"(?: (?:the|in|at|as|joint|globally|nationally|now|again))*? {_ORDINAL}\b(?: place)?"
    rf"|(?<=, ){_ORDINAL.replace('ordinal', 'o6')}"
    r"(?= (?:in the world|globally|worldwide|nationwide|nationally|among|behind|after)\b)"
    rf"|\b(?:up|down|compared with|against|from) (?:from )?(?P<o5>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))(?: place)?"
    rf"(?= (?:in (?:19|20)|a year|last|the (?:year|previous))|[,.;])"
    rf"|\b(?:took|take[ns]?|held|holds|secured|retain\w*|kept|keeping|in|to"
    rf"|the) (?P<o2>first|second|third|fourth|fifth) (?:place|position|spot)\b"
    rf"|\bto (?P<o4>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))(?= (?:among|out of|globally|worldwide|nationwide|in the world)\b)"
    rf"|\b(?:No\.? ?|number )(?P<no>1|one|2|two|3|three)(?= (?:in|globally|worldwide|nationwide)\b)"
    rf"|\b(?P<top>topped|tops)\b(?= the| a| all))"
)
# ranked fourth in the index and first in researchers per million
_RANK_AGAIN = re.compile(rf"(?<= and ){_ORDINAL}(?= (?:in|for|on) [a-z])")
_STREAK = re.compile(
    r"(?i:\b(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)(?: "
    r"|-)(?:consecutive|successive|straight) (?P<u>years|months|quarters)"
    r"|\b(?P<o>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st"
    r"|nd|rd|th)) (?:consecutive|successive|straight) (?P<u2>year|month|quarter)"
    r"|\b(?P<o3>second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth|tenth) (?P<u3>year|month|quarter) (?:in a row|running))"
)
_STREAK_UNITS = {"year": "年", "month": "个月", "quarter": "个季度"}


def _ordinal(text: str) -> Decimal:
    return Decimal(_ORDINALS.get(text.lower(), 0) or int(re.sub(r"\D", "", text)))


def _counted(written: str) -> Decimal:
    if written[0].isdigit():
        return numerals.arabic(written)
    return numerals.english_words(written) or Decimal(0)


def english_forms(text: str) -> Iterator[Quantity]:
    """Fractions, multiples, ranks and streaks in English."""
    if not _has_english(text):
        return
    for match in _FRACTION.finditer(text):
        part = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, None: 1}[
            (match["part"] or "").lower() or None
        ]
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
        some, every = _counted(match["part"]), _counted(match["base"].removeprefix("a "))
        if 0 < some < every:
            step = 100 / every
            yield Quantity(
                match.start(), match.end(), some * step, "%", kind="share", number=some, step=step
            )
    for match in _MULTIPLE.finditer(text):
        if match["verb"] or match["twice"]:
            value = Decimal(2 if match["twice"] else _TIMES[match["verb"].lower()])
        else:
            value = _counted(match["n"].lstrip("-"))
            if match["n"].startswith("-"):
                value = -value
        _, _, fraction = (match["n"] or "").partition(".")
        step = Decimal(1).scaleb(-len(fraction))
        yield Quantity(
            match.start(), match.end(), value, "倍", kind="multiple", number=value, step=step
        )
    yield from _placed(text)


def _placed(text: str) -> Iterator[Quantity]:
    for match in _RANK.finditer(text):
        name = next(n for n in ("ordinal", "o2", "o4", "o5", "o6", "no", "top") if match[n])
        number = {"one": 1, "two": 2, "three": 3}.get(match[name].lower(), 0)
        value = (
            Decimal(1) if name == "top" else Decimal(number) if number else _ordinal(match[name])
        )
        start = match.start(name)
        yield Quantity(start, match.end(), value, "位", kind="rank", number=value)
    for match in _RANK_AGAIN.finditer(text):
        clause = text[max(0, match.start() - 150) : match.start()].rpartition(". ")[2]
        if re.search(r"\b(?:rank|place)(?:s|d|ed|ing)?\b", clause):
            value = _ordinal(match["ordinal"])
            yield Quantity(match.start(), match.end(), value, "位", kind="rank", number=value)
    for match in _STREAK.finditer(text):
        unit = _STREAK_UNITS[(match["u"] or match["u2"] or match["u3"]).lower().rstrip("s")]
        value = _counted(match["n"]) if match["n"] else _ordinal(match["o"] or match["o3"])
        yield Quantity(match.start(), match.end(), value, unit, kind="streak", number=value)
