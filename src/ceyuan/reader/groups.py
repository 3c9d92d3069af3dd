"""Quantities that belong together: members of one list, and the two ends of a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ceyuan.reader.layout import Layout
from ceyuan.reader.quantity import Quantity

_JOINT = re.compile(
    r" ?(?:、|和|及|与|以及|或| and )(?:约|近|超过?|的)? ?|(?P<comma> ?[,，] ?(?:and )?)"
)
_ALIGNED = re.compile(r"分别|依次|respectively")
_FALLING = re.compile(r"(?:下降|下跌|下滑|减少|回落|萎缩|负增长)了?$")
_FROM = re.compile(r"(?:(?:从|由(?!于)|自)[^。；;]{0,30}|(?i:\bfrom )(?:(?!\bby )[^。；;]){0,30})$")
# from 51 in 2021 to 70, from 51 in FY 2020-21 to 70, from 51 (2020) to 70, from 51 a year earlier to 70
FORMER_YEAR = (
    r"(?: in (?:the )?(?:FY ?|fiscal (?:year )?|[A-Z][a-z]{2,8} )?(?:19|20)\d{2}(?:[-–/]\d{2,4})?| ?\((?:19|20)\d{2}\)"
    r"| (?:an?|one|two|five|ten) (?:year|decade)s? (?:earlier|ago|before)| in the (?:previous|prior) year)?"
)
_TO = re.compile(
    r" ?[^，。；,;]{0,12}?[，,]? ?(?:[^，。；,;]{0,12}?(?:升|增|降|减|提|涨|跌|扩|缩|压|跃|攀"
    r"|变|调|改|转|增加|提高|下降|上升|提升|发展|优化|集聚|壮大|拓展|延伸|翻)[^，。；,;]{0,4})?"
    r"(?:至|到|为|成)了?(?:[^，。；,;]{0,14}的)?(?:约|近|超过?|逾|不足)?(?:增长|上升|上涨|下降|下跌)?"
    rf"|{FORMER_YEAR} to (?:about |over |more than |nearly |almost |around |some |an estimated )?"
)
# From a low of 0.6% in 1999, China's share of highly cited papers has soared to 28.9%
_FRONTED = re.compile(
    rf"{FORMER_YEAR}, [^.;,\d]{{2,80}} (?:ris|rose|gr[eo]w|climb|soar|jump|surg|increas|expand|fall|fell|drop|declin|shr[aiu]nk"
    r"|slip|plung|mov|go|went)[a-z]* (?:up |down |back )?to (?:about |over |more than |nearly |almost |around |some )?"
)


@dataclass(frozen=True, slots=True)
class QuantityGroup:
    """Quantities of one list (often a single one) with the place their context starts from.

    Attributes:
        members: the quantities, from left to right.
        head: where the words that govern the list end: before its first member, or before the list it changed from.
        floor: where those words start at the earliest.
        aligned: whether the list is paired with a list of subjects (分别, 依次, respectively).
        former: for each member the value it changed from; empty where it is no change.
    """

    members: tuple[Quantity, ...]
    head: int
    floor: int
    aligned: bool
    former: tuple[Decimal, ...] = ()


def groups(layout: Layout, found: list[Quantity]) -> list[QuantityGroup]:
    """The quantities of a text as lists, former ends of changes taken into the lists that they changed to."""
    lists = _lists(layout, found)
    result: list[QuantityGroup] = []
    for members in lists:
        floor = _floor(result)
        head = members[0].start
        aligned = len(members) > 1 and bool(
            _ALIGNED.search(layout.text, _sentence(layout, head), members[-1].end + 16)
        )
        group = QuantityGroup(tuple(members), head, floor, aligned)
        if result and _changed(layout, result[-1], group):
            former = result.pop()
            values = tuple(_signed(layout, q) for q in former.members)
            if len(values) == 1:
                values *= len(members)
            group = QuantityGroup(
                group.members, former.head, former.floor, aligned or former.aligned, values
            )
        result.append(group)
    return result


def _floor(before: list[QuantityGroup]) -> int:
    """Where the words of the next list start: behind the last figure that is no streak, for 占比连续6年超过七成."""
    if not before:
        return 0
    last = before[-1]
    return last.floor if last.members[-1].kind == "streak" else last.members[-1].end


def _signed(layout: Layout, quantity: Quantity) -> Decimal:
    """The former end with its sign: 由下降3.2%转为增长1.5%."""
    return (
        -quantity.value
        if _FALLING.search(layout.text, max(0, quantity.start - 6), quantity.start)
        else quantity.value
    )


def _sentence(layout: Layout, position: int) -> int:
    return max(layout.sentence(position)[0], position - 100)


def _lists(layout: Layout, found: list[Quantity]) -> list[list[Quantity]]:
    lists: list[list[Quantity]] = []
    for quantity in found:
        last = lists[-1][-1] if lists else None
        if last is not None and last.unit == quantity.unit:
            joint = _JOINT.fullmatch(layout.text, last.end, quantity.start)
            if joint and (
                not joint["comma"]
                or _ALIGNED.search(layout.text, _sentence(layout, last.start), quantity.end + 60)
            ):
                lists[-1].append(quantity)
                continue
        lists.append([quantity])
    return lists


def _changed(layout: Layout, first: QuantityGroup, last: QuantityGroup) -> bool:
    """Whether the second list is what the first one became: 从 … 提升至 …."""
    a, b = first.members, last.members
    if first.former or a[0].unit != b[0].unit or len(a) not in (1, len(b)):
        return False
    sentence = layout.sentence(a[0].start)[0]
    before = layout.text[max(first.floor, sentence) : a[0].start]
    if not _FROM.search(before):
        return False
    joint = (a[-1].end, b[0].start)
    if joint[1] - joint[0] <= _NEAR and _TO.fullmatch(layout.text, *joint):
        return True
    return before.startswith("From ") and _FRONTED.fullmatch(layout.text, *joint) is not None


_NEAR = 40
"""How far the two ends of a change stand apart at most."""
