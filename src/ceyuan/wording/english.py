"""Figures in English: 26,800 applications; over 69,000 enterprises; 3.58 trillion yuan; 1st; 0.5 percentage points."""

from __future__ import annotations

from decimal import Decimal

from ceyuan.bounds import flipped
from ceyuan.units import Unit
from ceyuan.wording.numbers import digits, divided, multiplier

BOUNDS = {
    "eq": "",
    "gt": "over ",
    "ge": "at least ",
    "lt": "under ",
    "le": "at most ",
    "approx": "about ",
    "order": "in the order of ",
}
MODALITY = {"actual": "", "expected": " (expected)", "target": " (target)"}
MISSING = "no data"
_POWERS = {12: " trillion", 9: " billion", 6: " million", 0: ""}
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_FEW_YEARS = {
    Decimal(i): word
    for i, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], start=1)
}  # fmt: skip
_MINUS = "\N{MINUS SIGN}"
_MILLION = 1_000_000


def bounded(
    value: Decimal, top: Decimal | None, unit: Unit, bound: str, noun: tuple[str, str] | None
) -> str:
    """A value, or a range of values, with its unit and what bounds it; the top 100 is a bound itself."""
    word = BOUNDS[bound]
    if unit.text == "强":
        word = {"lt": "", "le": "", "gt": "not in the "}.get(bound, word)
    return f"{word}{quantity(value, top, unit, noun)}"


def moved(value: Decimal, bound: str) -> str:
    """By how many places a rank has risen (negative) or fallen."""
    if value == 0 and bound == "eq":
        return "unchanged"
    word, bound = ("up", flipped(bound)) if value < 0 else ("down", bound)
    return f"{word} {BOUNDS[bound]}{digits(abs(value), grouped=True)} place{'' if abs(value) == 1 else 's'}"


def quantity(value: Decimal, top: Decimal | None, unit: Unit, noun: tuple[str, str] | None) -> str:
    """A value, or a range of values, with its unit or the noun that it counts.

    Args:
        value: in the unit's own multiples.
        top: the upper end of a range, else None.
        unit: the unit.
        noun: what is counted, one and many; the unit's own words if None.
    """
    if unit.word.text == "位" and top is None and value == value.to_integral_value() and value > 0:
        return ordinal(int(value))
    if unit.word.text == "强":
        return f"top {value:f}"
    if unit.text == "年" and top is None and value in _FEW_YEARS:
        return f"{_FEW_YEARS[value]} year{'' if value == 1 else 's'}"
    last = value if top is None else top
    if unit.word.text in ("%", "‰"):
        return "–".join(f"{_signed(v)}{unit.word.text}" for v in (value, top) if v is not None)
    number, plural = _number(value, top, unit)
    one, many = noun if noun is not None else (unit.word.one, unit.word.en)
    if noun is None and unit.word.prefix:
        one = many = ""  # the symbol stands before the number
    behind = one if abs(last) == 1 and not plural else many
    return f"{number} {behind}".rstrip() + _per(unit.per)


def _number(value: Decimal, top: Decimal | None, unit: Unit) -> tuple[str, bool]:
    """The digits with their multiplier, and whether a multiplier was used or there is more than one."""
    ends = [value] if top is None else [value, top]
    power = 0
    if unit.word.scaled:
        ends = [v.scaleb(unit.power) for v in ends]
        power = min(_power(v, money=unit.dimension.startswith("money")) for v in ends)
    written = [digits(divided(abs(v), power), grouped=True) for v in ends]
    number = (
        "–".join(written)
        if min(ends) >= 0
        else " to ".join(_MINUS * (v < 0) + w for v, w in zip(ends, written, strict=True))
    )
    if unit.word.prefix:
        sign = _MINUS if number.startswith(_MINUS) else ""
        number = f"{sign}{unit.word.prefix}{number.removeprefix(_MINUS)}"
    return number + _POWERS[power], power > 0 or top is not None or unit.power > 0


def _power(value: Decimal, *, money: bool) -> int:
    """Amounts of money take a multiplier from a million on; counts do where that leaves few digits."""
    if abs(value) < _MILLION:
        return 0
    return multiplier(value, [12, 9, 6] if money else list(_POWERS), 4 if money else 9)


def _signed(value: Decimal) -> str:
    return f"{_MINUS if value < 0 else ''}{digits(abs(value), grouped=True)}"


def ordinal(number: int) -> str:
    """A rank.

    >>> ordinal(2), ordinal(11), ordinal(121)
    ('2nd', '11th', '121st')
    """
    teen = 10 <= number % 100 <= 20  # 11th, not 11st
    return f"{number:,}{'th' if teen else _ORDINALS.get(number % 10, 'th')}"


def _per(unit: Unit | None) -> str:
    if unit is None:
        return ""
    base = {0: "", 6: "million ", 9: "billion ", 12: "trillion "}.get(
        unit.power, f"{10**unit.power:,} "
    )
    return f" per {base}{unit.word.en if unit.power else unit.word.one}"
