"""Numbers as people write them: Arabic, Chinese, financial capitals, English words."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
DIGITS |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
STEPS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
CHINESE = "零〇○一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {w: i for i, w in enumerate([*_ONES.split(), "eighteen", "nineteen"])}
_TENS = {w: 10 * i for i, w in enumerate(re.findall(r"[a-z]+", _DECADES), start=2)}
ENGLISH_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "dozen": 12, "lakh": 10**5, "crore": 10**7, "mln": 10**6, "bln": 10**9,
    "mn": 10**6, "bn": 10**9, "tn": 10**12, "m": 10**6, "b": 10**9, "k": 10**3,
}  # fmt: skip


def arabic(text: str) -> Decimal:
    """The value of digits with optional grouping (commas, spaces) and decimals.

    >>> arabic("2,000"), arabic("8 435.7")
    (Decimal('2000'), Decimal('8435.7'))
    """
    return Decimal(re.sub(r"[,\s']", "", text))


def magnitude(text: str) -> Decimal:
    """The product of magnitude characters: 万亿 → 10¹².

    >>> magnitude("万亿")
    Decimal('1000000000000')
    """
    product = 1
    for character in text:
        product *= MAGNITUDES[character]
    return Decimal(product)


def chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral, or None where the characters are not a well-formed number.

    Understands bare magnitudes (千亿), positional digits (二〇二三), decimals (三点五) and the colloquial ending that
    leaves the last step out (两千三 = 2300).

    >>> chinese("三千五百万"), chinese("两千三"), chinese("三点五"), chinese("一二")
    (Decimal('35000000'), Decimal('2300'), Decimal('3.5'), None)
    """
    whole, point, fraction = text.partition("点")
    if point:
        head, digits = chinese(whole), fraction.rstrip("十百千万亿")
        scale, fraction = magnitude(fraction[len(digits) :]), digits
        if head is None or not fraction or any(c not in DIGITS for c in fraction):
            return None
        return (head + Decimal("0." + "".join(str(DIGITS[c]) for c in fraction))) * scale
    if all(c in DIGITS for c in text):
        return _positional(text)
    return _sections(text)


def _positional(text: str) -> Decimal | None:
    if len(text) == 1 or (len(text) >= 3 and text[0] not in "零〇○"):
        return Decimal("".join(str(DIGITS[c]) for c in text))
    return None


def _sections(text: str) -> Decimal | None:
    """亿 and 万 divide a number into sections of at most four digits; 万亿 multiplies."""
    for mark, scale in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = text.rpartition(mark)
        if not found:
            continue
        above = chinese(head) if head else Decimal(1)
        below = _tail(tail, scale)
        return None if above is None or below is None else above * scale + below
    return _section(text)


def _tail(text: str, scale: int) -> Decimal | None:
    if not text:
        return Decimal(0)
    if len(text) == 1 and text in DIGITS:
        return Decimal(DIGITS[text] * scale // 10)
    value = (
        _sections(text.lstrip("零〇○")) if not all(c in DIGITS for c in text) else _zero_led(text)
    )
    return value if value is not None and value < scale else None


def _zero_led(text: str) -> Decimal | None:
    rest = text.lstrip("零〇○")
    return Decimal(DIGITS[rest]) if len(rest) == 1 and rest != text else None


def _section(text: str) -> Decimal | None:
    total, pending, last = 0, None, 10_000
    for i, character in enumerate(text):
        if character in STEPS:
            step = STEPS[character]
            if step >= last:
                return None
            total += (1 if pending is None else pending) * step
            pending, last = None, step
        elif character in "零〇○":
            if pending is not None:
                return None
        elif character in DIGITS:
            if pending is not None:
                return None
            pending = DIGITS[character]
            if i == len(text) - 1 and i > 0 and text[i - 1] in STEPS and last > 10:
                return Decimal(total + pending * last // 10)
        else:
            return None
    return Decimal(total + (pending or 0))


def english_words(text: str) -> Decimal | None:
    """The value of an English number in words, or None.

    >>> english_words("twenty-five"), english_words("three hundred and six")
    (Decimal('25'), Decimal('306'))
    """
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word in ("thousand", "million", "billion", "trillion", "lakh", "crore"):
            total += max(current, 1) * ENGLISH_SCALES[word]
            current = 0
        elif word != "and":
            return None
    return Decimal(total + current)


ENGLISH_WORD = "(?:" + "|".join(sorted([*_WORDS, *_TENS], key=len, reverse=True)) + ")"
