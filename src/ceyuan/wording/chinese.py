"""Figures in Chinese, as official bulletins of the Mainland and of Hong Kong write them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ceyuan.bounds import flipped
from ceyuan.units import Unit
from ceyuan.wording.numbers import digits, divided, multiplier

_NUMERALS = "零一二三四五六七八九十"
_ROUND = {Decimal(10): "十", Decimal(100): "百"}
# Multipliers of the lower half of a compound unit that a number of its own is not written with.
_BASES = {2: "百", 3: "千", 5: "十万", 6: "百万", 7: "千万", 9: "十亿", 10: "百亿", 11: "千亿"}
_TRADITIONAL = str.maketrans("万亿", "萬億")


@dataclass(frozen=True, slots=True)
class Script:
    """How one of the two written standards says what stands around a number.

    Attributes:
        traditional: whether it is Hong Kong's.
        powers: words of the multipliers, by power of ten.
        bounds: the word before a bounded number.
        modality: the word before a forecast and a target.
        missing: what stands in place of a value that is not there.
        grouped: whether thousands are set apart by commas.
        dash: what stands between the two ends of a range.
        change: the words around the two ends of a change, rising and falling.
        unchanged: the words for a change that is none, and for one too small to be written.
    """

    traditional: bool
    powers: dict[int, str]
    bounds: dict[str, str]
    modality: dict[str, str]
    missing: str
    grouped: bool
    dash: str
    change: tuple[str, str, str]
    unchanged: tuple[str, str]


SIMPLIFIED = Script(
    traditional=False,
    powers={12: "万亿", 8: "亿", 4: "万", 0: ""},
    bounds={
        "eq": "",
        "gt": "超",
        "ge": "不少于",
        "lt": "不足",
        "le": "不超过",
        "approx": "约",
        "order": "",
    },
    modality={"actual": "", "expected": "预计", "target": "目标"},
    missing="暂无数据",
    grouped=False,
    dash="—",
    change=("从", "提升至", "降至"),
    unchanged=("持平", "基本持平"),
)
HONG_KONG = Script(
    traditional=True,
    powers={12: "萬億", 8: "億", 4: "萬", 0: ""},
    bounds={
        "eq": "",
        "gt": "超過",
        "ge": "不少於",
        "lt": "不足",
        "le": "不超過",
        "approx": "約",
        "order": "",
    },
    modality={"actual": "", "expected": "預計", "target": "目標"},
    missing="暫無數據",
    grouped=True,
    dash="至",
    change=("由", "提升至", "降至"),
    unchanged=("持平", "大致持平"),
)


def bounded(value: Decimal, top: Decimal | None, unit: Unit, bound: str, script: Script) -> str:
    """A value, or a range of values, with its unit and what bounds it.

    百强 says by itself that the rank is within; a bound before it would be read as a bound of the bound.
    """
    word = script.bounds[bound]
    if unit.text == "强":
        word = {"lt": "", "le": "", "gt": "未入"}.get(bound, word)
    text = f"{word}{quantity(value, top, unit, script)}"
    if bound == "order":
        return f"{_order(text)}{'級' if script.traditional else '级'}"
    return text


def _order(text: str) -> str:
    """1000亿元 as 千亿元: an order of magnitude has no digits of its own."""
    for number, word in (("1,000", "千"), ("1000", "千"), ("100", "百"), ("10", "十"), ("1", "")):
        rest = text.removeprefix(number)
        if rest != text and rest[:1] in {"亿", "億", "万", "萬"}:
            return f"{word}{rest.removesuffix('人民幣')}"
    return text


def moved(value: Decimal, bound: str, script: Script) -> str:
    """By how many places a rank has risen (negative) or fallen."""
    if value == 0 and bound == "eq":
        return script.unchanged[0]
    word, bound = ("上升", flipped(bound)) if value < 0 else ("下降", bound)
    return f"{word}{script.bounds[bound]}{_digits(abs(value), script)}位"


def quantity(value: Decimal, top: Decimal | None, unit: Unit, script: Script) -> str:
    """A value, or a range of values, with its unit.

    Args:
        value: in the unit's own multiples.
        top: the upper end of a range, else None.
        unit: the unit.
        script: whose Chinese.
    """
    if top is None and (named := _named(value, unit, script)):
        return named
    word = _unit_word(unit, script)
    if not unit.word.scaled:
        ends = [value] if top is None else [value, top]
        # 20%—30%, but 20—30家: a sign belongs to each end, a counter to both.
        return script.dash.join(
            f"{_digits(v, script)}{word if word in '%‰' else ''}" for v in ends
        ) + ("" if word in "%‰" else word)
    base, upper = (None if v is None else v.scaleb(unit.power) for v in (value, top))
    assert base is not None  # noqa: S101 - only the upper end may be missing
    power = _power(base, upper)
    number = _digits(divided(base, power), script)
    if upper is not None:
        number += f"{script.powers[power] if power else ''}{script.dash}{_digits(divided(upper, power), script)}"
    return f"{number}{script.powers[power]}{word}"


def _power(value: Decimal, top: Decimal | None) -> int:
    """Both ends of a range are written with the same multiplier."""
    powers = [
        power for power in SIMPLIFIED.powers if power == 0 or abs(value) >= Decimal(10) ** power
    ]
    chosen = multiplier(value, powers, 5)
    return chosen if top is None else min(chosen, multiplier(top, powers, 5))


def _named(value: Decimal, unit: Unit, script: Script) -> str:
    """Ranks, memberships and short stretches of years, which have words of their own."""
    word = unit.text
    if word == "位" and value == value.to_integral_value() and value > 0:
        return "首位" if value == 1 else f"第{value:f}位"
    if word == "强":
        return f"{_ROUND.get(value, f'{value:f}')}{_unit_word(unit, script)}"
    if word == "年" and value == value.to_integral_value() and 0 < value <= 10:
        two = "兩" if script.traditional else "两"
        return f"{two if value == 2 else _NUMERALS[int(value)]}年"
    return ""


def _digits(value: Decimal, script: Script) -> str:
    return digits(value, grouped=script.grouped)


def unit_label(unit: Unit, script: Script) -> str:
    """A unit by itself, with its multiplier: 亿元, 件/万人."""
    multiple = unit.text.partition("/")[0].removesuffix(unit.word.text)
    return f"{multiple.translate(_TRADITIONAL) if script.traditional else multiple}{_unit_word(unit, script)}"


def _unit_word(unit: Unit, script: Script) -> str:
    upper = unit.word.hant if script.traditional else unit.word.text
    if unit.text == "月":
        upper = "個月" if script.traditional else "个月"
    if unit.per is None:
        return upper
    base = _BASES.get(unit.per.power, SIMPLIFIED.powers.get(unit.per.power, ""))
    return f"{upper}/{base.translate(_TRADITIONAL) if script.traditional else base}{_unit_word(unit.per, script)}"
