"""What a figure is of: the words before it, the noun it counts, or its partner in an aligned list."""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.groups import QuantityGroup
from ceyuan.reader.layout import BULLETS, Layout
from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.quantity import Quantity

Pieces = tuple[str, ...]

_MEASURES = {
    "%",
    "‰",
    "个百分点",
    "个基点",
    "元",
    "港元",
    "美元",
    "澳门元",
    "倍",
    "位",
    "强",
    "年",
    "欧元",
    "",
}
_NOUN = re.compile(r"(?:以上|左右)?的?(?P<noun>[“\"]?[一-鿿A-Za-z“”·\-]{2,24})")
_CUT = re.compile(
    r"进入|入选|入围|获|被|均|已|在|成为|实施|启动|进一步|落地|开展|参加|参与|同比|比|较|累计|分别|占|全部|由|向|通过|完成|实现|达|超|增|为|的|有|和|与|及|"
    r"以上|左右|提前|正|将|共|包含|包括|产业规模|总产值"
)
_SPLIT = re.compile(r"、|和|以及|与|及| and |, ")
_ALIGNED = re.compile(r"(?:均|都)?(?:分别|依次)")
_PAIR = re.compile(
    r"(?:^|[、，。；：,:]|分别为|依次为|分别是|[为和及是])([^、，。；：,:（）()和及为是\d]{2,20})$"
)
_PERIOD = r"(?:(?:19|20)\d{2}年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|度)?|[年月日])"
_COMPARISON = re.compile(
    r"(?:比|较|与|同)(?:上年|去年|前年|上季|上月|上期|年初|(?:19|20)\d{2}年)(?:末|底|同期|同季|同月)?(?:相比|[多少][出了]?$)?|按年|按季|按月|(?:分别)?(?:于|在)?(?:19|20)\d{2}年(?:首次)?$"
)

# 前五大客户销售额占年度销售总额: the part is the subject, unless the share itself is named (占比, 占GDP比重).
_OF_A_WHOLE = re.compile(
    r"(?<=[一-鿿A-Za-z]{3})(?<![所的约])占(?!比|地|有)(?![^占]*(?:比[重例]|份额|GDP|生产总值))[^占]{2,24}$"
)


@cache
def _edges() -> tuple[re.Pattern[str], re.Pattern[str]]:
    context = table("context")
    edges, whole = any_of(words(context["subject_edges"])), words(context["edge_words"])
    kept = "".join(f"(?<!{re.escape(word)})" for word in whole)
    front = rf"^(?:(?!{any_of(whole)})(?:{edges}|{_PERIOD})|[ 、\"*#{BULLETS}]|-(?!\d)|该[省市区县州校院])+"
    return re.compile(front), re.compile(rf"(?:(?:{edges}){kept}|[ 、（(])+$")


def _trim(passage: str) -> str:
    """A passage without comparisons, times and predicates at its edges."""
    front, back = _edges()
    cut = re.sub(r"(?:从(?![业事])|由)[\d一-鿿年的]{0,12}$", "", passage)
    cut = back.sub("", _COMPARISON.sub("", back.sub("", _COMPARISON.sub("", cut))))
    return front.sub("", _OF_A_WHOLE.sub("", cut)).strip()


def subjects(layout: Layout, group: QuantityGroup) -> list[Pieces]:
    """The subject of every member of a group as pieces of the folded text; empty where the text names none."""
    before = layout.before(group.head, group.floor)
    if group.aligned and len(group.members) > 1:
        paired = _paired(layout, group, before)
        if paired:
            return paired
    return [(_single(layout, group, quantity, before),) for quantity in group.members]


def _paired(layout: Layout, group: QuantityGroup, before: str) -> list[Pieces]:
    """Subjects of 分别: as many items as figures, the indicator named by the last item."""
    listed = _listed(before)
    if not listed:
        listed = _listed(_previous(layout, group))
    items = [item for item in _SPLIT.split(listed) if item]
    if len(items) != len(group.members):
        return []
    tail = _tail(items[-1])
    stem = items[-1][: len(items[-1]) - len(tail)]
    return [(item,) if item.endswith(tail) else (item, tail) for item in items[:-1]] + [
        (stem, tail)
    ]


def _listed(passage: str) -> str:
    """What stands before the last 分别 of a passage."""
    marks = list(_ALIGNED.finditer(passage))
    return _trim(passage[: marks[-1].start()] if marks else passage)


@cache
def _indicators() -> re.Pattern[str]:
    return re.compile(any_of(words(table("context")["indicator_nouns"])))


def _tail(item: str) -> str:
    found = _indicators().search(item, 1)
    return item[found.start() :] if found else ""


def _previous(layout: Layout, group: QuantityGroup) -> str:
    start = layout.clause_start(group.head)
    return layout.before(max(0, start - 1), layout.sentence(group.head)[0])


def _single(layout: Layout, group: QuantityGroup, quantity: Quantity, before: str) -> str:
    counted = _counted(layout, quantity)
    if counted:
        return counted
    opening = layout.clause_start(group.head) - 1
    if opening > 0 and layout.text[opening] in "（(":
        partner = _PAIR.search(layout.text[max(0, opening - 24) : opening])
        if partner:
            return partner[1]
        return _inherited(layout, group)
    if _ATTRIBUTE.match(layout.text, group.floor) and group.floor > layout.clause_start(group.head):
        before = layout.before(group.head, 0)
    if quantity.kind in ("rank", "membership", "streak"):
        whole = (
            layout.before(group.head, 0)
            if group.floor > layout.clause_start(group.head)
            else before
        )
        before = _RANKED.split(whole)[0]
    own = _trim(before)
    if own.isascii() and own:
        clause = _FIRST_FIGURE.split(layout.before(group.head, 0))[0]
        return _latin(own) or _latin(clause) or _latin(_inherited(layout, group))
    return own if len(own) > 1 else _inherited(layout, group)


@cache
def _latin_edges() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """English words that a subject does not begin or end with."""
    english = table("english")
    verbs, stops = english["verbs"], [w for w in words(english["stops"]) if w not in ("up", "down")]
    moved = [
        w.replace("-", " ")
        for name in ("up", "down", "share")
        for w in words(verbs[name])
        if w not in _NOUNS
    ]
    more = words(
        "an a the only about nearly some around average averaged stood just almost more less"
    )
    return (
        re.compile(rf"^(?i:(?:{any_of(_LEADING)})\b[ ,]*)+"),
        re.compile(rf"(?i:(?:^|[ ,]+)(?:{any_of([*stops, *moved, *more])}))+$"),
    )


# Words that move a figure as well as name it: the share of, an increase of.
_NOUNS = words(
    "share proportion percentage account accounts growth increase increases decrease decline rise fall drop gain loss"
)
_LEADING = words(
    "and but while with where which that whereas of to by at for in as or up down rose fell"
)


def _latin(passage: str) -> str:
    """An English passage without the words at its edges that name nothing.

    >>> _latin("Guangdong's R&D expenditure grew by an average of"), _latin("and to")
    ("Guangdong's R&D expenditure", '')
    """
    front, back = _latin_edges()
    return front.sub("", back.sub("", passage.strip())).strip(" ,")


def _counted(layout: Layout, quantity: Quantity) -> str:
    """The noun that a counter counts: 26家国家重点实验室."""
    if quantity.unit in _MEASURES:
        return ""
    if quantity.unit.isascii():
        return quantity.unit
    found = _NOUN.match(layout.text, quantity.end)
    if not found or _AIM.match(layout.text, quantity.end):
        return ""
    cut = _CUT.search(found["noun"])
    noun = found["noun"][: cut.start()] if cut else found["noun"]
    return noun if len(noun) >= 2 else ""


# 达到8万家的目标: no noun that is counted.
_AIM = re.compile(r"(?:以上|左右)?的?(?:目标|水平|规模|总量)")
# 超过千亿元的省有6个: the figure before is a part of the subject.
_ATTRIBUTE = re.compile(r"(?:以上|左右)?的")
_RANKED = re.compile(
    r"首次|连续|跃居|位居|稳居|位列|名列|排名|入围|入选|进入|跻身|荣登|蝉联|占据|升至|上升|居|分列|均|已|保持"
)
_CLAUSES = 12
_FIRST_FIGURE = re.compile(r"(?<![\d.,])(?!(?:19|20)\d{2}年)[-\d.,]+ ?[一-鿿%]{0,4}")


def _inherited(layout: Layout, group: QuantityGroup) -> str:
    """The subject of an earlier clause of the sentence, for 比上年增加…，增长…."""
    floor, _ = layout.sentence(group.head)
    position = layout.clause_start(group.head)
    for _ in range(_CLAUSES):
        if position <= floor:
            break
        passage = layout.before(position - 1, floor)
        subject = _trim(_FIRST_FIGURE.split(_COMPARISON.sub("", passage))[0])
        if len(subject) > 1:
            return subject
        position = layout.clause_start(position - 1)
    return ""


def as_written(layout: Layout, healed: str, pieces: Pieces, position: int) -> str:
    """The pieces in the script and width of the text, found again around a position."""
    first, _ = layout.sentence(position)
    written = ""
    for piece in pieces:
        at = layout.text.find(piece, first, position + 60) if piece else -1
        written += healed[at : at + len(piece)] if at >= 0 else piece
    return _unquoted(written.strip())


def _unquoted(text: str) -> str:
    """A passage without quotation marks around it or without a partner: “深圳—香港—广州, but “一带一路”联合实验室.

    >>> _unquoted("“深圳—香港—广州”"), _unquoted("一带一路”联合"), _unquoted("“一带一路”联合")
    ('深圳—香港—广州', '一带一路联合', '“一带一路”联合')
    """
    text = text.strip('"')
    if text[:1] == "“" and text.find("”") in (-1, len(text) - 1):
        text = text.strip("“”")
    if text.count("“") != text.count("”"):
        text = text.replace("“", "").replace("”", "")
    return text.strip()
