"""How the words around a quantity bound it: 超, 不足, 约, 以上, 左右 and the like."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from ceyuan.bounds import Bound
from ceyuan.reader.lexicon import any_of, table, words

# 节约, 合约 and 附近 end in a bounding character and bound nothing; 过 bounds bare magnitudes only (过万亿).
_FALSE_FRIEND = re.compile(
    r"(?:节约|合约|条约|契约|签约|制约|预约|最近|附近|邻近|靠近|赶超|反超|经过|通过|不过|度过|高超)$"
)
_BETWEEN = (
    r"(?:了|到|占[^，。；,;\d]{0,10}|为|有|可?获得?|可享|可|达到?|合|计|在|过|出|成|相当于"
    r"|(?:可|能)?(?:带动|撬动|拉动|吸引|创造|提供|惠及))?"
)

# 不到全国的0.6%: the whole that a share is of stands between; a comparison (高于全国2个百分点) is none of these.
_OF_A_WHOLE = re.compile(
    r"(?:不到|不足|接近|[近约逾])(?=(?:全国|全球|世界|全省|全市|全区|全县|总量|总数"
    r"|原来|去年|上年|(?:同类|进口)[一-鿿]{0,4})的?$)"
)
# 不到浙江的一半, 超过江苏的八成: the place that a part or a multiple is reckoned from stands between.
_OF_ANOTHER = re.compile(r"(?:不到|不足|未到|超过|接近|[近约逾])(?=[一-鿿]{2,7}的$)")
_HAN_PART = frozenset("一二两三四五六七八九半")

# 给予最高1亿元支持 and 最高补助1亿元 are ceilings; 单日最高达14.6万人次 was reached.
_CEILING = re.compile(
    r"(?:给予|补助|奖励|资助|支持|补贴|可获|可享|提供|奖补|授信|拨款|拨付)[^，。；,;]{0,12}最高(?:可达|可获|达)?$"
    r"|上限(?:提高|提升|上调|调高|设)?(?:为|是|至|到|达)?$"
    r"|最高(?:可|给予|予以|补助|奖励|资助|支持|补贴|补偿|授信|拨款){1,3}[^，。；,;\d]{0,4}$"
)


@cache
def _before() -> re.Pattern[str]:
    bounds = table("words")["bounds"]["before"]
    groups = "|".join(
        f"(?P<{name}>{any_of(words(bounds[name]))})" for name in ("ge", "le", "lt", "gt", "approx")
    )
    return re.compile(rf"(?:{groups}){_BETWEEN} ?[“\"±]?(?:人民币|港币|美元|港元)?$")


@cache
def _after() -> re.Pattern[str]:
    bounds = table("words")["bounds"]["after"]
    alternatives = "|".join(
        f"(?P<{name}>{any_of(w for w in words(bounds[name]) if w not in ('多', '余'))})"
        for name in ("ge", "le", "gt", "lt", "approx")
    )
    return re.compile(
        rf" ?(?:{alternatives}|(?P<loose>(?:[多余强]|(?P<weak>弱))(?=[，。；、的 )）]|$)))"
    )


def bound_before(before: str, opening: str = "") -> Bound | None:
    """The bound that the words right before a quantity set, or None.

    Args:
        before: the words before it.
        opening: its first character; 过 bounds bare magnitudes only (过万亿), parts in words have a place before them
            (超过江苏的一半).

    >>> bound_before("高新技术企业超过"), bound_before("附近"), bound_before("不超过")
    ('gt', None, 'le')
    """
    if _CEILING.search(before[-24:]):
        return "le"
    before = _without_operand(before, opening)
    found = _before().search(before[-18:])
    if not found:
        return None
    name = cast("Bound", found.lastgroup)
    word = found[name]
    if _FALSE_FRIEND.search(before[-18:][: found.end(name)]):
        return None
    if word == "过" and (not before.endswith("过") or opening not in {*"百千万亿半"}):
        return None
    return name


def _without_operand(before: str, opening: str) -> str:
    """The words before a quantity up to the bound, where what it is a part of stands between."""
    near = before[-10:]
    found = _OF_A_WHOLE.search(near)
    if found is None and opening in _HAN_PART:
        found = _OF_ANOTHER.search(near)
    return near[: found.end()] if found else before


def bound_after(after: str) -> Bound | None:
    """The bound that the words right behind a quantity set, or None.

    >>> bound_after("以上的企业"), bound_after("及以上"), bound_after("左右")
    ('gt', 'ge', 'approx')
    """
    found = _after().match(after)
    if not found:
        return None
    if found["loose"]:
        return "lt" if found["weak"] else "gt"
    return cast("Bound", found.lastgroup)


@cache
def _english() -> tuple[re.Pattern[str], re.Pattern[str]]:
    bounds = table("english")["bounds"]
    alternatives = "|".join(
        f"(?P<{name}>{any_of(bounds[name])})" for name in ("ge", "le", "gt", "lt", "approx")
    )
    before = re.compile(rf"(?i:\b(?:{alternatives})(?: the| a)? ?)$")
    return before, re.compile(
        r"(?i: (?:or so|approximately)\b)|(?P<gt> (?:or more|or above|and above|plus)\b)"
    )


# 23.5 percent more than the 28.3 trillion won of a year earlier, below the 5.4% of 2022: a comparison with what is known
_BESIDE_THE = re.compile(
    r"\b(?:than|below|above|under|over|short of|exceeding|exceeded|surpassing|surpassed) the $"
)
# may not put more than 10% of its assets
_NOT_MORE = re.compile(
    r"\b(?:not|never|cannot) (?:[a-z]+ ){1,2}(?:(?P<more>more|greater)|less|fewer) than $"
)
_MARK = re.compile(
    r" (?:[a-z-]+ )?(?:mark|threshold|level|barrier|ceiling|limit|line|milestone|target|cap|floor|minimum|maximum)\b"
)
# edged up to 2.5 per cent: a level was reached
_MOVED_UP_TO = re.compile(
    r"\b(?:edg|mov|inch|creep|crept|went|tick|pick|jump|shot|ros|climb|round|revis|clos|came|bump)(?:e?d|e|ing)? up to $"
)


def _bounding(left: re.Pattern[str], before: str, after: str) -> Bound | None:
    """The bound that English words before a quantity set on it."""
    if denied := _NOT_MORE.search(before):
        return "le" if denied["more"] else "ge"
    found = left.search(before[-24:])
    if not found or _MOVED_UP_TO.search(before):
        return None
    compared = _BESIDE_THE.search(before) and not _MARK.match(after)
    return None if compared else cast("Bound", found.lastgroup)


def english_bound(before: str, after: str) -> Bound | None:
    """The bound that English words set on a quantity, or None.

    >>> english_bound("employing more than ", ""), english_bound("to ", " or more")
    ('gt', 'ge')
    """
    left, right = _english()
    if before[-2:].strip()[-1:].isascii() and (word := _bounding(left, before, after)):
        return word
    behind = right.match(after)
    if not behind:
        return None
    return "ge" if behind["gt"] else "approx"
