"""From all numbers in a text to the quantities that can be statements: exclusions, ranges, lists that share a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache

from ceyuan.reader.bare import is_bare_figure, year_like
from ceyuan.reader.english import english_numbers
from ceyuan.reader.english_forms import english_forms
from ceyuan.reader.english_predicates import english_predicate
from ceyuan.reader.forms import FORMS
from ceyuan.reader.groups import FORMER_YEAR
from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.masks import Mask
from ceyuan.reader.numbers import arabic_numbers, chinese_numbers
from ceyuan.reader.quantity import Quantity

_STRONG_UNITS = {"%", "‰", "个百分点", "元", "港元", "美元", "澳门元"}


def quantities(text: str) -> list[Quantity]:
    """The quantities of a folded text, in order and free of overlaps."""
    mask = Mask(text)
    forms = [q for form in (*FORMS, english_forms) for q in form(text)]
    plain = [
        q for numbers in (english_numbers, arabic_numbers, chinese_numbers) for q in numbers(text)
    ]
    kept = [q for q in _without_overlaps(forms, plain) if not _excluded(text, q, mask)]
    kept = _lists(text, _ranges(text, kept))
    return _local_dollars(text, _completed_all(text, kept))


# Whose dollar a bare $ is in a text that names one of them, and that does not tell it apart from another one.
_DOLLARS = {
    "港元": re.compile(r"Hong Kong|HKSAR|香港|本港|港元"),
    "新加坡元": re.compile(r"\bSingapore"),
    "澳元": re.compile(r"\bAustralia"),
    "加元": re.compile(r"\bCanad(?:a|ian)"),
}
# A comparison of countries counts in US dollars.
_COMPARES = re.compile(
    r"\b(?:U\.S\.|US|United States|Americans?|OECD|Japan|China|Korea|Germany|New Zealand|countries|worldwide)\b"
)


_OF_JAPAN = re.compile(r"\b(?:Japan|Tokyo)|\byen\b")
_OF_CHINA = re.compile(
    r"\b(?:China|Chinese|yuan|RMB|renminbi|Beijing|Shanghai|Shenzhen|Guang)|[一-鿿]"
)


def _local_dollars(text: str, found: list[Quantity]) -> list[Quantity]:
    """A bare $ in a text about Hong Kong that does not write HK$ is the Hong Kong dollar, and so for others; ¥ may be yen."""
    if "¥" in text and _OF_JAPAN.search(text) and not _OF_CHINA.search(text):
        return [replace(q, unit="日元") if text[q.start] == "¥" else q for q in found]
    if "$" not in text:
        return found
    named = next((unit for unit, place in _DOLLARS.items() if place.search(text)), None)
    if named is None:
        return found
    if "HK$" in text if named == "港元" else _COMPARES.search(text):
        return found
    return [
        replace(q, unit=named) if q.unit == "美元" and text[q.start] == "$" else q for q in found
    ]


def _completed_all(text: str, found: list[Quantity]) -> list[Quantity]:
    """What is complete, and bare numbers that are figures all the same; a list of them goes on as it began."""
    result: list[Quantity] = []
    for i, quantity in enumerate(found):
        former = _bare_before_this(found, i)
        done = _figure(text, result, quantity)
        if done is None and former and _went_from(text, former, quantity):
            done = replace(quantity, complete=True)
        if done is None:
            continue
        told = result and former and result[-1].start == former.start
        if former and not told and not former.complete and _former_end(text, former, quantity):
            result.append(_scaled_like(done, former))
        result.append(done)
    return result


def _figure(text: str, before: list[Quantity], quantity: Quantity) -> Quantity | None:
    """A quantity as the figure that it is by itself or by the one before it; None where it is none."""
    done = _completed(text, quantity)
    if not before or quantity.complete or (done is not None and done.unit):
        return done
    last = next((one for one in reversed(before) if one.kind != "membership"), before[-1])
    return _goes_on(text, last, quantity) or _compared(text, last, quantity) or done


_MORE_THAN = re.compile(r" (?:more|fewer|less) than\b")


_ANOTHER = re.compile(r"(?:, (?:and )?| and )(?:[A-Z][\w’'-]+ ){1,3}(?:had |has )?")


def _goes_on(text: str, figure: Quantity, bare: Quantity) -> Quantity | None:
    """A bare number that goes on with a list of bare figures."""
    if bare.complete:
        return None
    counted = figure.unit.isascii() and figure.unit.replace("-", "").isalpha()
    if (counted or not figure.unit) and _MORE_THAN.match(text, bare.end):
        return replace(
            bare, unit=figure.unit, complete=True
        )  # 5,221 start-ups, 527 more than in 2024
    if counted and _ANOTHER.fullmatch(text, figure.end, bare.start):
        # Hebei had 15,611 high-tech enterprises, Anhui 23,164
        return replace(bare, unit=figure.unit, complete=True)
    if figure.unit:
        return None
    joint = _LIST.fullmatch(text, figure.end, bare.start)
    return replace(bare, complete=True) if joint and not joint["comma"] else None


# 38 unicorns, up from 29 a year earlier: the number has the unit of the figure that it is compared with.
_COMPARED = re.compile(
    r"(?: (?:[A-Za-z’']+|top \d+)){0,6}(?: in (?:19|20)\d{2})?,? \(?(?:(?:up|down|compared (?:with|to)|against|versus|vs\.?)"
    r"(?: from)?|(?:ahead of|behind|followed by) (?:the )?[A-Z][^.;,\d]{2,30} (?:with|at|on))"
    r"(?: about| around| some| nearly| over| just| only)? "
)
# cut to 4.1 days per employee from 4.9 in 2023-24
_REACHED_FROM = re.compile(r"(?: [a-z]+){0,3} from ")
_COMPARED_END = re.compile(
    r"(?: (?:a|the|last|in|at|one|two|five|ten|the same) [a-z\d]+[^.,;)]{0,24})?[.,;)]| and [A-Z]"
)


def _compared(text: str, figure: Quantity, bare: Quantity) -> Quantity | None:
    """A bare number of English with the unit and scale of the figure before that is compared with it."""
    alike = figure.unit or (bare.step < 1 and figure.step < 1)  # 11.2 in 2022, compared with 9.3
    if bare.unit or bare.scale > 1 or year_like(bare) or not alike or figure.kind is not None:
        return None
    told = _COMPARED.fullmatch(text, figure.end, bare.start)
    if text.endswith(" to ", 0, figure.start):
        told = told or _REACHED_FROM.fullmatch(text, figure.end, bare.start)
    if not told or not _COMPARED_END.match(text, bare.end):
        return None
    return _scaled_like(figure, bare)


def _former_end(text: str, former: Quantity, quantity: Quantity) -> bool:
    """Whether a bare number is the former end of a change: from 16 to 28, 由2.36缩小到2.31, from 3.22 to 3.54%."""
    between, before = (
        text[former.end : quantity.start],
        text[max(0, former.start - 14) : former.start],
    )
    if quantity.unit and (year_like(former) or former.scale > 1):
        return False
    if _TO_LATIN.fullmatch(between):
        return before.lower().endswith("from ")
    return bool(_CHANGED_TO.fullmatch(between) and _FROM.search(before))


# the number of parks has gone from 41 to 68 in ten years
_WENT_FROM = re.compile(
    r"\b(?:gone|went|risen|rose|grown|grew|increased|expanded|climbed|jumped|fallen|fell|dropped|declined|shrunk|shrank|cut"
    r"|reduced|up|down) from $"
)


def _went_from(text: str, former: Quantity, quantity: Quantity) -> bool:
    """Whether a bare number is what another one became, by a verb of moving."""
    if former.complete or quantity.complete or year_like(former) or year_like(quantity):
        return False
    joint = _TO_LATIN.fullmatch(text, former.end, quantity.start)
    return joint is not None and bool(
        _WENT_FROM.search(text, max(0, former.start - 30), former.start)
    )


_CHANGED_TO = re.compile(r"[^，。；,;\d]{1,6}[到至为](?:(?:19|20)\d{2}年的?)?")


_TO_LATIN = re.compile(rf"{FORMER_YEAR} to ")


def _bare_before_this(found: list[Quantity], i: int) -> Quantity | None:
    """The number before one of several, a year between them left out."""
    before = found[max(0, i - 2) : i]
    if len(before) == 2 and year_like(before[1]):
        return before[0]
    return before[-1] if before else None


def _scaled_like(figure: Quantity, bare: Quantity) -> Quantity:
    """A bare number with the unit and the scale of a figure."""
    scale = figure.scale
    value, step = bare.number * scale, bare.step * scale
    return replace(bare, value=value, unit=figure.unit, scale=scale, step=step, complete=True)


def _without_overlaps(forms: Iterable[Quantity], plain: Iterable[Quantity]) -> list[Quantity]:
    """Special forms win over plain numbers, then what is complete, then the longer one."""
    ranked = [(0, q) for q in forms] + [(1 if q.complete else 2, q) for q in plain]
    ranked.sort(key=lambda item: (item[1].start, item[0], -item[1].end))
    kept: list[tuple[int, Quantity]] = []
    for rank, quantity in ranked:
        if kept and quantity.start < kept[-1][1].end:
            if rank < kept[-1][0]:
                kept[-1] = (rank, quantity)
            continue
        kept.append((rank, quantity))
    return [q for _, q in kept]


def _excluded(text: str, quantity: Quantity, mask: Mask) -> bool:
    if quantity.unit in _MONEY_UNITS and _UNREAD_SCALE.match(text, quantity.end):
        return True
    if quantity.kind in ("rank", "streak"):
        return mask.touches(quantity.start, quantity.end, ordinals=False)
    if mask.touches(quantity.start, quantity.end):
        return True
    before = text[max(0, quantity.start - 8) : quantity.start]
    if _RANK_GROUP.search(before) and quantity.kind is None:
        return True
    if quantity.unit == "纳米" and _CHIP_CLASS.match(text, quantity.end):
        return True
    if quantity.unit in ("岁", "周岁") and _AGE_GROUP.match(text, quantity.end):
        return True
    if (
        quantity.unit == "点"
        and quantity.step == 1
        and not _INDEX.search(text, max(0, quantity.start - 30), quantity.start)
    ):
        return True
    return _is_model_number(text, quantity)


_MONEY_UNITS = frozenset(table("units")["symbols"].values())
# $3.4 gazillion is no 3.4 dollars: what looks like a scale and was not read.
_UNREAD_SCALE = re.compile(
    r"[A-Za-z]|[ -]?(?i:[a-z]+illions?|mil|mln|bln|trn|thou|lakhs?|crores?|[mbt]n|[mbkt])\b"
)
# 前千分之一, 前30位, top 1%: the threshold of a group, not a figure of its own.
_RANK_GROUP = re.compile(r"(?<![提目此之以])前$|(?i:\btop )$")
# 3纳米芯片 names a technology.
_CHIP_CLASS = re.compile(r"(?:及以下|以下|级)?(?:先进)?(?:芯片|制程|工艺|节点|技术)")
# 3岁以下婴幼儿 names a group of people.
_AGE_GROUP = re.compile(r"(?:[（(][^）)]{0,12}[）)])?(?:及其?)?(?:以上|以下|以内)|[至—-]")
_INDEX = re.compile(r"指数|[涨跌升降报]|收于")
_MODEL_BEFORE = re.compile(r"[A-Za-z]+[-]?$")


def _is_model_number(text: str, quantity: Quantity) -> bool:
    """C919, PM2.5, COVID-19, 5G: letters touch the digits and no unit says otherwise."""
    before = text[quantity.start - 1 : quantity.start]
    if not (before.isascii() and (before.isalpha() or before == "-")):
        return False
    found = _MODEL_BEFORE.search(text, max(0, quantity.start - 12), quantity.start)
    if found is None or not text[quantity.start].isdigit():
        return False
    if quantity.unit[:1].isascii() and quantity.unit[:1].isalpha():
        return True
    if quantity.unit in _STRONG_UNITS or quantity.scale > 1:
        return found.group().endswith("-")
    return not (quantity.complete and len(found.group()) >= 2 and not found.group().endswith("-"))


_DASH = re.compile(r" ?(?:[-—–~]+|至|到| to | and ) ?")
_FROM = re.compile(r"(?:从|由|自|from )[^，。；,;]{0,14}$")
_SPREAD = re.compile(r".{0,3}(?:不等|之间|区间|范围)")


def _ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """20—30家 is one quantity from 20 to 30."""
    merged: list[Quantity] = []
    for quantity in found:
        first = merged[-1] if merged else None
        if first is not None and _is_range(text, first, quantity):
            merged[-1] = _merge(first, quantity)
        else:
            merged.append(quantity)
    return merged


def _is_range(text: str, first: Quantity, last: Quantity) -> bool:
    joint = _DASH.fullmatch(text, first.end, last.start)
    if not joint or first.value_max is not None or not last.complete or last.value < 0:
        return False
    if first.complete and first.unit != last.unit:
        return False
    before = text[max(0, first.start - 30) : first.start]
    if joint.group() == " to " and _moved_to(before, first):
        return False
    if joint.group() == " and ":
        return before.lower().endswith("between ")
    if joint.group().strip() in ("至", "到", "to") and _FROM.search(before):
        return bool(_SPREAD.match(text, last.end))
    return _low(first, last) < last.value and first.kind is None


def _moved_to(before: str, first: Quantity) -> bool:
    """Whether a number is a move to the next one: narrowed by $1.5 billion to $3.4 billion, cut by 1.6 months to 16.1."""
    if year_like(first) or english_predicate(before, "").move is not None:
        return True
    return before.endswith(" by ") and first.complete and first.unit not in ("%", "‰")


def _low(first: Quantity, last: Quantity) -> Decimal:
    """The lower end of a range; without a unit of its own it has the magnitude of the upper one."""
    if first.complete or first.scale > 1 or first.number > last.number:
        return first.value
    return first.number * last.scale


def _merge(first: Quantity, last: Quantity) -> Quantity:
    low = _low(first, last)
    return replace(
        last,
        start=first.start,
        value=low,
        value_max=last.value,
        number=first.number,
        scale=Decimal(1),
    )


_LIST = re.compile(
    r" ?(?:、|和|及|与|以及|或| and )(?:超过?|约|近|上升|下跌|下降|增长|提高|增加|减少|回升|回落)? ?|"
    r"(?P<comma> ?[,，] ?(?:and )?)"
)
_PAIRED = re.compile(r"分别|依次|respectively")


def _lists(text: str, found: list[Quantity]) -> list[Quantity]:
    """9.2和4.7个百分点: what stands before takes the unit, and the magnitude, of what follows."""
    result = list(found)
    for i in range(len(result) - 2, -1, -1):
        here, following = result[i], result[i + 1]
        split_points = (
            here.unit == "个" and following.unit in ("个百分点", "个基点") and here.scale == 1
        )
        if (
            (here.complete and not split_points)
            or not following.complete
            or following.kind is not None
        ):
            continue
        if _is_year(text, here):
            continue
        joint = _LIST.fullmatch(text, here.end, following.start)
        if joint is None or (
            joint["comma"] and not _PAIRED.search(text, max(0, here.start - 60), following.end + 20)
        ):
            continue
        scale = following.scale if here.scale == 1 and following.value_max is None else here.scale
        result[i] = replace(
            here, value=here.number * scale, unit=following.unit, scale=scale,
            step=here.step * scale / here.scale, complete=True,
        )  # fmt: skip
    return result


_YEAR_BEFORE = re.compile(
    r"(?i:\b(?:in|by|since|during|from|of|for|until|before|after|to|through|year|fy|between|between (?:19|20)\d\d and)) ?$"
)


def _is_year(text: str, quantity: Quantity) -> bool:
    """Whether a bare number is a year of an English sentence, and so no member of a list: in 2022 and $3.6 billion."""
    return year_like(quantity) and bool(
        _YEAR_BEFORE.search(text, max(0, quantity.start - 20), quantity.start)
    )


_MONEY_AFTER = re.compile(
    r" ?(?:[，。；、）)\n;.\]]|,(?!\d)|$|一(?:天|年|个?月|次|晚|台|套|平|人|亩)|左右|以上|大关|台阶|规模|的)"
)


@cache
def _money() -> re.Pattern[str]:
    return re.compile(any_of(words(table("context")["money"])))


def _money_just_before(before: str) -> bool:
    found = list(_money().finditer(before[-6:]))
    return bool(found) and found[-1].end() >= len(before[-6:]) - 1


def _completed(text: str, quantity: Quantity) -> Quantity | None:
    """A number without a unit is a figure only where a verb gives it to an index, or where it is money."""
    if quantity.complete:
        return quantity
    before = text[max(0, quantity.start - 40) : quantity.start]
    if quantity.scale > 1:
        unit = _unit_left_out(text, quantity, before)
        return None if unit is None else replace(quantity, unit=unit, complete=True)
    return replace(quantity, complete=True) if is_bare_figure(text, quantity) else None


def _unit_left_out(text: str, quantity: Quantity, before: str) -> str | None:
    """The unit of 3.5万 or 2亿 that stands without one: money where money is named; None where it is no figure."""
    if _MONEY_AFTER.match(text, quantity.end):
        return "元" if _money().search(re.split(r"[。；\n]", before)[-1]) else ""
    if not _COUNTED.match(text, quantity.end):
        return None
    return "元" if _money_just_before(before) else ""


_COUNTED = re.compile(r"(?![级里分大])[一-鿿]")
