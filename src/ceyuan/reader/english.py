"""Quantities in English text: numbers with scales, currencies, per cent, count nouns, ranks and multiples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from ceyuan.reader import numerals
from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.quantity import Quantity
from ceyuan.reader.statement import Kind

# Three words in a row are English; a name in a Chinese text seldom has as many. So is a scale behind a number.
_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Za-z&']{1,40}[ ,][A-Za-z&']{1,40}[ ,][A-Za-z&']|\d ?(?:million|billion|trillion)\b"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|mn|bn|tn)"


@cache
def _pattern() -> re.Pattern[str]:
    english = table("english")
    spelled = rf"{numerals.ENGLISH_WORD}(?:[- ](?:and )?(?:{numerals.ENGLISH_WORD}|{_SCALE}))*"
    symbol = any_of(table("units")["symbols"])
    unit = any_of([*english["units"], *english["currencies"]])
    return re.compile(
        rf"(?:(?P<minus>(?<![\w)\]-])-)?(?P<symbol>{symbol} ?))?(?<![\w.,-])(?P<sign>-(?=\d))?"
        rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?"
        rf"|\d+(?:\.\d+)?|(?i:{spelled}))"
        rf"(?P<plus>\+)?(?:[ -]?(?P<scale>{_SCALE}|m(?=\b)|b(?=\b)))?"
        rf"(?:[ -]?(?P<unit>(?i:{unit}))(?![A-Za-z])|(?:-(?P<gap>[a-z]+))?(?=(?P<noun> [A-Za-z][A-Za-z'&/ -]*)))?"
    )


def english_numbers(text: str) -> Iterator[Quantity]:
    """Every number of an English passage that has a unit or a count noun, from left to right."""
    if not _LATIN.search(text):
        return
    for match in _pattern().finditer(text):
        quantity = _quantity(text, match)
        if quantity is not None:
            yield quantity


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    written = match["number"]
    number = numerals.arabic(written) if written[0].isdigit() else numerals.english_words(written)
    if number is None or (not written[0].isdigit() and match["unit"] is None and number < 2):
        return None
    scale = Decimal(numerals.ENGLISH_SCALES[match["scale"].lower()]) if match["scale"] else Decimal(1)
    unit, end = _unit(match)
    if not unit and scale == 1:
        return None
    if (
        not written[0].isdigit()
        and number < 13
        and re.search(r"(?i:\b(?:the|these|those|our|its) )$", text[max(0, match.start() - 8) : match.start()])
    ):
        return None
    if _is_reference(text, match, number, scale, unit):
        return None
    _, _, fraction = written.partition(".")
    number = -number if match["sign"] or match["minus"] else number
    return Quantity(
        match.start(), end, number * scale, unit, bound="gt" if match["plus"] else None, number=number, scale=scale,
        step=scale.scaleb(-len(fraction)),
    )  # fmt: skip


def _unit(match: re.Match[str]) -> tuple[str, int]:
    """The unit of a match and where the quantity ends; an empty unit where it is no figure."""
    english = table("english")
    plain_end = max(match.end("number"), match.end("plus"), match.end("scale"))
    if match["unit"]:
        key = re.sub(r"\s+", " ", match["unit"].lower())
        if match["symbol"]:
            return table("units")["symbols"][match["symbol"].strip()], match.end("unit")
        return {**english["units"], **english["currencies"]}[key], match.end("unit")
    if match["symbol"]:
        return table("units")["symbols"][match["symbol"].strip()], plain_end
    if match["noun"]:
        noun, end = _head_noun(match["noun"])
        return noun, (match.start("noun") + end if noun else plain_end)
    return "", plain_end


def _head_noun(phrase: str) -> tuple[str, int]:
    """The counted noun of a phrase after a number: the last of the first run of plurals; and where it ends."""
    english = table("english")
    stops, irregular, never = set(words(english["stops"])), set(words(english["plurals"])), set(words(english["never"]))
    found, end = "", 0
    for i, word in enumerate(re.finditer(r"[A-Za-z][A-Za-z'&/-]*", phrase)):
        lower = word.group().lower()
        plural = lower in irregular or (
            lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s")) and len(lower) > 3
        )
        if lower in stops or i > 6 or (found and not plural):
            break
        if plural:
            found, end = word.group(), word.end()
    return ("", 0) if found.lower() in never else (found, end)


def _is_reference(text: str, match: re.Match[str], number: Decimal, scale: Decimal, unit: str) -> bool:
    """Years, numbers of articles and tables, bases of ratios."""
    written = match["number"]
    if re.search(_reference_pattern(), text[max(0, match.start() - 14) : match.start()]):
        return True
    noun = bool(match["noun"]) and not match["symbol"]
    return noun and scale == 1 and len(written) == 4 and written.isdigit() and 1800 <= number <= 2100 and bool(unit)


@cache
def _reference_pattern() -> str:
    return rf"(?i:\b{any_of(words(table('english')['references']))}\.? ?)$"


_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_FRACTION = re.compile(
    r"(?i:\b(?P<part>one|two|three|four|a)[- ](?P<base>half|third"
    r"|quarter|fifth|tenth)s?\b|\bhalf(?= (?:of|the|are|were|is|was)\b))"
    r"(?! (?:year|of the year|of 20))"
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
    rf"|\b(?:took|take[ns]?|held|holds|secured|retain\w*|kept|keeping|in|to"
    rf"|the) (?P<o2>first|second|third|fourth|fifth) (?:place|position|spot)\b"
    rf"|\bto (?P<o4>{_NAMED}|\d{{1,3}}(?:st|nd|rd|th))(?= (?:among|out of|globally|worldwide|nationwide|in the world)\b)"
    rf"|\b(?:No\.? ?|number )(?P<no>1|one|2|two|3|three)(?= (?:in|globally|worldwide|nationwide)\b)"
    rf"|\b(?P<top>topped|tops)\b(?= the| a| all))"
)
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


def english_forms(text: str) -> Iterator[Quantity]:
    """Fractions, multiples, ranks and streaks in English."""
    if not _LATIN.search(text):
        return
    for match in _FRACTION.finditer(text):
        part = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, None: 1}[(match["part"] or "").lower() or None]
        base = _FRACTIONS[(match["base"] or "half").lower()]
        kind: Kind | None = "share" if match["part"] is None else None
        yield Quantity(match.start(), match.end(), Decimal(100 * part) / base, "%", kind=kind, number=Decimal(part))
    for match in _MULTIPLE.finditer(text):
        if match["verb"] or match["twice"]:
            value = Decimal(2 if match["twice"] else _TIMES[match["verb"].lower()])
        else:
            value = (
                numerals.arabic(match["n"])
                if match["n"][-1].isdigit()
                else numerals.english_words(match["n"]) or Decimal(0)
            )
        _, _, fraction = (match["n"] or "").partition(".")
        step = Decimal(1).scaleb(-len(fraction))
        yield Quantity(match.start(), match.end(), value, "倍", kind="multiple", number=value, step=step)
    yield from _placed(text)


def _placed(text: str) -> Iterator[Quantity]:
    for match in _RANK.finditer(text):
        name = next(n for n in ("ordinal", "o2", "o4", "no", "top") if match[n])
        number = {"one": 1, "two": 2, "three": 3}.get(match[name].lower(), 0)
        value = Decimal(1) if name == "top" else Decimal(number) if number else _ordinal(match[name])
        start = match.start(name)
        yield Quantity(start, match.end(), value, "位", kind="rank", number=value)
    for match in _STREAK.finditer(text):
        unit = _STREAK_UNITS[(match["u"] or match["u2"] or match["u3"]).lower().rstrip("s")]
        if match["n"]:
            value = (
                numerals.arabic(match["n"])
                if match["n"].isdigit()
                else numerals.english_words(match["n"]) or Decimal(0)
            )
        else:
            value = _ordinal(match["o"] or match["o3"])
        yield Quantity(match.start(), match.end(), value, unit, kind="streak", number=value)
