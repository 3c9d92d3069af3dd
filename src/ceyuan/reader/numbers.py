"""Finding numbers with their magnitudes and units: Arabic and Chinese numerals, mixed ones, vague ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from ceyuan.bounds import Bound
from ceyuan.reader import numerals
from ceyuan.reader.lexicon import Own, canonical_unit, table, unit_patterns
from ceyuan.reader.quantity import Quantity
from ceyuan.units import own_spellings

_MAG = (
    r"(?:兆(?![瓦赫帕焦欧字])|[十百千]?万亿|[十百千]?亿|[十百千]?万"
    r"|千(?![克米瓦伏卡帕赫焦字比人方])|百(?!分)|十(?!分|五|四|三|二))"
)
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[ ]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MORE = r"[多余来几]"
_SMALL = "十百千"


@lru_cache(maxsize=8)
def _arabic_pattern(own: Own) -> re.Pattern[str]:
    unit = unit_patterns(own)
    # Most characters of a text can begin no number; they fail this one test.
    beginnings = r"\d+\-" + "".join(sorted({symbol[0] for symbol in table("units")["symbols"]}))
    compound = (
        rf"(?P<per> ?/ ?(?:\([^)\s]{{1,12}}\)"
        rf"|[十百千]?万?{unit['any']}(?:·{unit['any']})?)|[(（](?:{unit['any']})[)）])?"
    )
    return re.compile(
        rf"(?=[{beginnings}])(?P<symbol>{unit['symbol']} ?)?"
        rf"(?<![\d.])(?P<sign>(?<![\dA-Za-z%）)元家年月日个万亿倍人件项])-(?=\d)"
        rf"|(?<=[比约为])\+(?=\d))?(?P<number>{_ARABIC})"
        rf"(?:(?P<more>{_MORE}(?=[十百千万亿]|{unit['any']}))|(?P<plus>\+))?"
        rf"(?: ?(?P<mag>{_MAG})"
        rf"(?:(?P<rest>(?:\d{{1,4}}|\d,\d{{3}})亿|\d{{1,4}}(?:万\d{{0,4}})?|\d,\d{{3}}|\d千(?:\d{{1,3}})?)(?={unit['any']})"
        rf"|(?P<more2>{_MORE}(?![级])))?)?"
        rf"(?: ?(?P<unit>{unit['any']}){compound}|(?P<rate>/(?:\d{{1,3}}|[十百千])?[万千](?:人)?))?"
    )


@lru_cache(maxsize=8)
def _chinese_pattern(own: Own) -> re.Pattern[str]:
    unit = unit_patterns(own)
    numeral = rf"[{numerals.CHINESE}]"
    return re.compile(
        rf"(?:(?P<low>{numeral}+)(?:至|到|[-—–~]+))?(?P<number>(?:[数几][十百千万亿]+|(?<![以海世路线陆网跨迈站登攀跃踏])上[百千万亿]+|{numeral}+(?:点{numeral}+)?))"
        rf"(?P<more>{_MORE}(?=[万亿]|{unit['chinese']}))?(?P<mag>(?<={_MORE})(?:万亿|亿|万))?"
        rf" ?(?P<unit>{unit['chinese']})"
    )


def _step(digits: str, scale: Decimal) -> Decimal:
    _, _, fraction = digits.partition(".")
    return scale.scaleb(-len(fraction))


def arabic_numbers(text: str) -> Iterator[Quantity]:
    """Every number in Arabic digits, with or without a unit, from left to right."""
    for match in _arabic_pattern(own_spellings()).finditer(text):
        yield _arabic_quantity(text, match)


def _arabic_quantity(text: str, match: re.Match[str]) -> Quantity:
    number = numerals.arabic(match["number"])
    if match["sign"] == "-":
        number = -number
    scale = numerals.magnitude(match["mag"]) if match["mag"] else Decimal(1)
    unit, end = _unit_of(text, match)
    bound: Bound | None = "gt" if match["more"] or match["more2"] or match["plus"] else None
    start = match.start()
    rest = _mixed(match["rest"], scale) if match["rest"] else Decimal(0)
    return Quantity(
        start,
        end,
        number * scale + rest,
        unit,
        bound=bound,
        number=number,
        scale=scale,
        step=_step(match["number"], scale),
        complete=bool(unit),
    )


def _mixed(rest: str, scale: Decimal) -> Decimal:
    """What follows a magnitude in 2万3000, 1亿2000万500, 1兆5,024亿 and 9万3千; one digit alone is the next step: 13万2."""
    if len(rest) == 1:
        return Decimal(rest) * scale / 10
    mark = next((step for step in "亿万千" if step in rest), "")
    head, _, tail = rest.partition(mark) if mark else (rest, "", "")
    return numerals.arabic(head) * numerals.magnitude(mark) + Decimal(tail or 0)


def _unit_of(text: str, match: re.Match[str]) -> tuple[str, int]:
    """The canonical unit of a match and where the quantity ends."""
    symbol = (match["symbol"] or "").strip()
    written = match["unit"] or ""
    if match["rate"]:
        return match["rate"], match.end()
    end = (
        match.end()
        if written or match["mag"]
        else max(match.end("number"), match.end("more"), match.end("plus"))
    )
    if symbol and (not written or written in table("units")["currencies"]):
        canonical = str(table("units")["symbols"][symbol])
        return (canonical_unit(written) if written and written != "元" else canonical), end
    if not written or symbol:
        return "", end  # behind a currency a letter is a scale that only English can read: £1.2m
    unit = canonical_unit(written) + canonical_unit(match["per"] or "")
    if unit == "元":
        unit = _named_currency(text, match.start("number"))
    return unit, end


@cache
def _currency_word() -> re.Pattern[str]:
    return re.compile("(" + "|".join(table("units")["currency_words"]) + r")(?:约|超过|逾|近|达)?$")


def _named_currency(text: str, start: int) -> str:
    found = _currency_word().search(text, max(0, start - 6), start)
    return str(table("units")["currency_words"][found[1]]) if found else "元"


def chinese_numbers(text: str) -> Iterator[Quantity]:
    """Every number in Chinese numerals that has a unit, from left to right; 一 alone is an article, not a number."""
    for match in _chinese_pattern(own_spellings()).finditer(text):
        quantity = _chinese_quantity(text, match)
        if quantity is not None:
            yield quantity


def _chinese_quantity(text: str, match: re.Match[str]) -> Quantity | None:
    written = match["number"]
    if _PER_ONE.fullmatch(written + match["unit"]) and match["low"] is None:
        return _per_one(text, match)
    unit = canonical_unit(match["unit"])
    if unit == "元":
        unit = _named_currency(text, match.start())
    scale = numerals.magnitude(match["mag"]) if match["mag"] else Decimal(1)
    if written[0] in "数几":
        low = numerals.magnitude(written[1:]) * scale
        return Quantity(
            match.start(),
            match.end(),
            low,
            unit,
            value_max=low * 10,
            bound="approx",
            number=low,
            step=low,
        )
    if _is_no_count(text, match, unit):
        return None
    vague = written[0] == "上" and len(written) > 1
    value = numerals.chinese(written[1:] if vague else written)
    if value is None:
        return _neighbours(match, unit)
    if match["more"] is None and text[match.start() - 1 : match.start()].isdigit():
        return None
    least = _least(match["low"], written) if match["low"] else None
    if least is not None and least < value:
        return Quantity(
            match.start(), match.end(), least, unit, value_max=value, number=least, step=Decimal(1)
        )
    return Quantity(
        match.start("number"), match.end(), value * scale, unit, bound="gt" if vague or match["more"] else None,
        number=value, scale=scale, step=_chinese_step(written) * scale,
    )  # fmt: skip


def _is_no_count(text: str, match: re.Match[str], unit: str) -> bool:
    """Whether a numeral counts nothing: 三个“一号工程” is a set phrase, 一 an article, 千家 many."""
    written, before = match["number"], text[max(0, match.start() - 6) : match.start()]
    if unit == "个" and text[match.end() : match.end() + 1] in ("“", '"', "「"):
        return True
    if written[0] in "零〇○":
        return "点" not in written
    if written == "一":
        return unit != "倍" and not _COUNTED_ONE.search(before)
    return written[0] in "百千万亿" and not match["more"] and not _BOUNDED.search(before)


def _least(lower: str, upper: str) -> Decimal | None:
    """The lower end of a range in Chinese numerals; it takes the magnitude of the upper one: 二十至三十万."""
    value, tail = numerals.chinese(lower), upper[len(upper.rstrip("万亿")) :]
    if value is None or lower[-1] in "万亿":
        return value
    return value * numerals.magnitude(tail)


# 三万一天 is thirty thousand a day.
_PER_ONE = re.compile(
    rf"[{numerals.CHINESE}]*[千万亿]一(?:天|晚|次|台|套|个|人|户|亩|吨|平方米|件|名|张)"
)
_MONEY_HERE = re.compile(r"元|[价金费款资薪]|收入|支出|成本")


def _per_one(text: str, match: re.Match[str]) -> Quantity | None:
    """A price for one: 租金三万一天; without money in the clause it is no figure that could be told."""
    clause = re.split(r"[，。；\n]", text[max(0, match.start() - 30) : match.start()])[-1]
    written = match["number"].removesuffix("一")
    value = numerals.chinese(written)
    if value is None or not _MONEY_HERE.search(clause):
        return None
    end = match.start("number") + len(written)
    return Quantity(match.start(), end, value, "元", number=value, step=_chinese_step(written))


# 一 is an article unless something was gained, lost or counted up: 比上年增加一家.
_COUNTED_ONE = re.compile(
    r"(?:增加|减少|净增|新增|增长|提高|提升|下降|上升|缩短|延长|仅|各|前移|后移)(?:了)?$"
)

# A bare magnitude is a number only where something bounds it: 逾万家, but not 千家, 万元国内生产总值.
_BOUNDED = re.compile(r"(?:超过?|突破|逾|过|近|约|破|达到?|接近|不足|跨越|将近)了?$")


def _chinese_step(written: str) -> Decimal:
    trailing = Decimal(1)
    for character in reversed(written):
        if character not in numerals.MAGNITUDES:
            break
        trailing *= numerals.MAGNITUDES[character]
    return trailing


_NEIGHBOURS = re.compile(
    r"(?P<head>十|[二三四五六七八九]十)?(?P<low>[一二两三四五六七八])(?P<high>[二三四五六七八九])(?P<tail>[十百千万亿]*)"
)


def _neighbours(match: re.Match[str], unit: str) -> Quantity | None:
    """Two neighbouring digits are an estimate: 三四十家 is 30 to 40, 两三百 is 200 to 300."""
    found = _NEIGHBOURS.fullmatch(match["number"])
    if not found:
        return None
    low, high = numerals.DIGITS[found["low"]], numerals.DIGITS[found["high"]]
    if high != low + 1:
        return None
    base = numerals.chinese(found["head"]) if found["head"] else Decimal(0)
    scale = numerals.magnitude(found["tail"])
    if base is None:
        return None
    first, last = (base + low) * scale, (base + high) * scale
    return Quantity(
        match.start(),
        match.end(),
        first,
        unit,
        value_max=last,
        bound="approx",
        number=first,
        step=scale,
    )
