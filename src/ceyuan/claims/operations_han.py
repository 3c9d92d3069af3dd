"""Operations in Chinese sentences; see :mod:`ceyuan.claims.operations`."""

from __future__ import annotations

import re
from dataclasses import replace

from ceyuan.claims.model import Measure
from ceyuan.claims.names import plain
from ceyuan.claims.operations import Finder, Operation, OperationContext
from ceyuan.claims.placing import NamedPlace, PlaceNames, plain_form
from ceyuan.claims.subjects import undated

_LOW = re.compile(r"低|少|小|慢|落后")
_ROUGHLY = r"(?:了|约|大约|近|逾|超过?|出)*"
_OVER = re.compile(
    rf"^(?P<head>.*?)(?P<verb>高于|低于|多于|少于|大于|小于|高出|低出|高过|超出|多出|领先于?|落后于?|快于|慢于|超过)"
    rf"(?P<other>[^，。；,;]{{2,24}}?){_ROUGHLY}$"
)
_THAN = re.compile(
    rf"^(?P<head>.*?)(?:比|较|与)(?P<other>[^，。；,;比较与]{{2,24}}?)(?P<verb>高出?|低出?|多出?|少出?|大|小|快|慢|领先|落后)"
    rf"(?:投入|支出|花费|完成)?{_ROUGHLY}$"
)
# 高于2022年的3.42%, 低于江苏的4212亿元: the level of another year or place, no difference to it.
_THAN_OTHER = r"(?:高于|低于|多于|少于|大于|小于|高过|超过|快于|慢于)(?P<other>[^，。；,;]{2,20}"
_LEVEL_OF_OTHER = re.compile(rf"{_THAN_OTHER})的(?:约|近)?$")
# 高于全国2.65%的平均水平
_LEVEL_BEFORE_NAME = re.compile(rf"{_THAN_OTHER}?)(?:约|近)?$")
_NAME_BEHIND = re.compile(r"的?(?:平均|总体|整体)?水平")


def level_of_other(before: str, behind: str) -> re.Match[str] | None:
    """The words that make a figure the level of another year or place, with that one as ``other``; None where none do."""
    found = _LEVEL_OF_OTHER.search(before)
    if found is None and _NAME_BEHIND.match(behind):
        found = _LEVEL_BEFORE_NAME.search(before)
    return found


_TIMES = re.compile(
    rf"^(?P<head>.*?)(?:大?约)?(?:是|为|相当于|达到?了?|增长?[至到]|增加[至到]|提高[至到])(?P<other>[^，。；,;]{{2,24}}?){_ROUGHLY}$"
)
_CLUSTER = re.compile(r"(?:创新)?集[群羣]")
_AVERAGE = re.compile(r"(?:的|各[省市]|总体)*(?:平均)(?:水平|值|数)?$")
_SAME_TIME = re.compile(r"(?:的|同期|水平|总量|全年)+$")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})年(?:同期|全年|的|末|底)*")
_DATE = re.compile(
    r"^(?:(?:到|至|在|截至)?(?:19|20)\d{2}年(?:度|末|底)?|其中|而|且|并|又|约|大约|已|也|仅)+"
)


def _differs(context: OperationContext, names: PlaceNames) -> Operation | None:
    """高于江苏576.1亿元, 比全国高0.88个百分点, 比北京高55.2%."""
    statement = context.statement
    if (
        statement.kind not in ("level", "change", "growth", "share")
        or statement.from_value is not None
    ):
        return None
    found = _THAN.match(context.before) or _OVER.match(context.before)
    if found is None or level_of_other(context.before, context.behind):
        return None
    measure: Measure = "relative" if statement.unit == "%" else "difference"
    down = bool(_LOW.search(found["verb"]))
    return _compared(found["head"], found["other"], names, Operation(measure, down=down))


# 从2019年的1319篇增加到2022年的3066篇，翻了一番多
_GREW_FROM = re.compile(r"(?:从|由|自)[^，。；,;\d]{0,12}(?P<year>(?:19|20)\d{2})年[^；;。]*$")


def _doubled(context: OperationContext, _: PlaceNames) -> Operation | None:
    """A doubling that sums up the change before it."""
    statement, changed = context.statement, context.preceding
    if changed is None or changed.from_value is None or not statement.quote.startswith("翻"):
        return None
    found = _GREW_FROM.search(context.opening)
    return Operation("multiple", period=found["year"]) if found else None


def _times(context: OperationContext, names: PlaceNames) -> Operation | None:
    """是北京的1.55倍, 是2012年的3.6倍."""
    found = _TIMES.match(context.before)
    if context.statement.kind != "multiple" or found is None:
        return None
    return _compared(found["head"], found["other"], names, Operation("multiple"))


def _compared(head: str, other: str, names: PlaceNames, made: Operation) -> Operation | None:
    """An operation whose second operand is a place, a year or both; None where it is anything else."""
    place, subject = _first(head, names)
    rest = plain_form(other).rstrip("的")
    named, rest = names.front(rest) if not _YEAR.match(rest) else (None, rest)
    period = None
    if year := _YEAR.match(rest):
        period, rest = year["year"], rest[year.end() :]
    if named is None and period is not None:
        named, rest = names.front(rest)
    average = bool(_AVERAGE.search(rest))
    rest = _SAME_TIME.sub("", _AVERAGE.sub("", rest)).removeprefix("的")
    # 高于江苏的研发经费: the other operand may repeat what is compared, and nothing else.
    repeated = plain(rest) in plain(subject) or (not subject and _CLUSTER.fullmatch(rest))
    if rest and not repeated:
        return None
    if (named is None and period is None) or (named is not None and named.place is None):
        return None
    others = () if named is None or named.place is None else (named.place,)
    return replace(
        made, others=others, period=period, average=average, place=place, subject=subject
    )


def _first(head: str, names: PlaceNames) -> tuple[NamedPlace | None, str]:
    """The place and the words of the first operand."""
    place, rest = names.front(_DATE.sub("", plain_form(head)).rstrip("的"))
    return place, undated(rest)


_RANKED = re.compile(
    r"^(?P<head>.*?)(?:稳居|位居|位列|名列|排名?在?|跃居|跃升至?|升至|上升[至到]|保持|居于?|列)(?P<whole>[^，。；,;]{0,14}?)(?:的?排名)?$"
)
_PEERS = re.compile(
    r"各?(?:省区市|省\(区、市\)|省级地区|省份|省市|省|城市|地级市|市|地区|经济体)?(?:中|里|之中)?(?:排名)?(?:的|位居|排名|列|居)?"
)
_CITIES = re.compile(r"市")
_OWN_PEERS = re.compile(r"^(?:各?省区?市?份?|各地区?)")


def _rank(context: OperationContext, names: PlaceNames) -> Operation | None:
    """居全国第一: the position of a level among the places of a whole."""
    if context.statement.kind != "rank":
        return None
    found = _RANKED.match(context.before)
    if found is None or not found["whole"]:
        return None
    place, subject = _first(found["head"], names)
    whole, rest = names.front(found["whole"])
    whole = names.relative(whole, place or names.said(context.statement.place or ""))
    if whole is None and _OWN_PEERS.match(rest):
        whole = names.nation
    if whole is None or whole.place is None or not _PEERS.fullmatch(rest):
        return None
    kind = "city" if _CITIES.search(rest) and "省" not in rest else ""
    return Operation("rank", (whole.place,), kind=kind, place=place, subject=subject)


_TOGETHER = re.compile(r"合计|共计|总计|合共|总共|加起来|之和|总和|共同?[^，。；,;\d]{0,6}$")
_MEAN = re.compile(r"平均")
_EVERY = re.compile(r"(?:均|都|皆)(?:已|分别)?")
_COUNT_OF = re.compile(
    r"^(?:[两三四五六七八九十\d]+个?)?(?:省区市|省市|省份?|城市|市|地区?|城)(?![级场值])"
)
_BEHIND_SUBJECT = re.compile(
    r"(?:的)?(?:合计|共计|总计|合共|总共|加起来|之和|总和|平均值?|均|都|皆|分别|已|超过?|突破|高于|低于|不足|达到?|逾|大约|约|近|为|是|共)+$"
)


def _several(context: OperationContext, names: PlaceNames) -> Operation | None:
    """广东、江苏、北京研发经费合计, 平均, 均超过."""
    statement = context.statement
    if statement.kind != "level" or statement.group is not None:
        return None
    listed, rest = names.several(_DATE.sub("", plain_form(context.before)))
    if len(listed) < 2:
        return None
    places = tuple(named.place for named in listed if named.place is not None)
    rest = _COUNT_OF.sub("", rest)
    subject = _BEHIND_SUBJECT.sub("", rest).removeprefix("的")
    tail = rest[len(subject) :] or rest
    whole = NamedPlace(places[0], listed[0].name) if places else None
    measure: Measure | None = None
    if _EVERY.search(tail) and statement.bound != "eq":
        measure = "each"
    elif _MEAN.search(tail):
        measure = "mean"
    elif _TOGETHER.search(tail):
        measure = "sum"
    if len(places) < len(listed) or measure is None or rest.startswith("等"):
        return Operation("several", place=whole, subject=subject)
    return Operation(measure, places[1:], place=whole, subject=subject)


_EXCEPT = re.compile(
    r"(?:除|除了|不含|不包括|扣除)(?P<out>[^，。；,;]{1,30}?)(?:之外|以外|外|后|，|,)[，,]?(?P<rest>[^，。；,;]*)$"
)


def _rest(context: OperationContext, names: PlaceNames) -> Operation | None:
    """除广东外，全国研发经费: a whole without some of its parts."""
    statement = context.statement
    found = _EXCEPT.search(_since_stop(context.lead))
    if statement.kind != "level" or found is None:
        return None
    listed, rest = names.several(plain_form(found["out"]))
    whole, subject = _first(found["rest"], names)
    subject = _BEHIND_SUBJECT.sub("", subject).removeprefix("的")
    parts = tuple(named.place for named in listed if named.place is not None)
    if rest or not parts or len(parts) < len(listed) or whole is None or whole.place is None:
        return None
    return Operation("rest", parts, place=whole, subject=subject)


_SHARE = re.compile(
    r"^(?P<head>.*?)(?<!所)占(?P<whole>[^，。；,;占]{2,30}?)的?(?:比重|比例|份额)?(?:为|达到?|约|超过?|近)*的?$"
)


def _share(context: OperationContext, names: PlaceNames) -> Operation | None:
    """占全国的14.3%: the part that a place is of a larger one."""
    if context.statement.kind != "share" or context.statement.unit != "%":
        return None
    found = _SHARE.match(context.before)
    if found is None:
        return None
    # Of a list in a row (分别占全国40%、80%) each figure has its own subject.
    paired = context.statement.group is not None
    place, subject = _first(context.statement.subject if paired else found["head"], names)
    whole, rest = names.front(found["whole"])
    whole = names.relative(whole, place or names.said(context.statement.place or ""))
    rest = rest.strip("的")
    together: tuple[str, ...] = ()
    if not paired and (several := _joint(found["head"], names)) is not None:
        place, subject, together = several
    if (
        whole is None
        or whole.place is None
        or (rest not in ("", "总量", "总额", "总数") and plain(rest) not in plain(subject))
    ):
        return None
    return Operation("share", (whole.place, *together), place=place, subject=subject)


def _joint(head: str, names: PlaceNames) -> tuple[NamedPlace, str, tuple[str, ...]] | None:
    """The first of several places that are added up, what is added, and the other places: 广东、江苏两省研发经费合计."""
    listed, rest = names.several(_DATE.sub("", plain_form(head)))
    places = tuple(named.place for named in listed if named.place is not None)
    rest = _COUNT_OF.sub("", rest)
    subject = _BEHIND_SUBJECT.sub("", rest).removeprefix("的")
    if len(places) < max(2, len(listed)) or not _TOGETHER.search(rest[len(subject) :] or rest):
        return None
    return listed[0], subject, places[1:]


# 不到浙江的一半, 相当于江苏的六成: the same of another place
_PART_OF_OTHER = re.compile(
    r"^(?P<head>.*?)(?:是|为|不足|不到|不及|未到|相当于|达到?|超过?|逾|接近|近|约)+(?P<other>[^，。；,;占]{2,12}?)的(?:近|约|不足|超过?)?$"
)


def _part_of_other(context: OperationContext, names: PlaceNames) -> Operation | None:
    """不到浙江的一半: what a place has in parts of what another one has."""
    statement = context.statement
    found = _PART_OF_OTHER.match(context.before)
    if statement.kind != "share" or statement.unit != "%" or found is None:
        return None
    whole = names.front(found["other"])[0]
    if whole is not None and (whole.place is None or whole == names.nation):
        return None  # 约为全省的三成 is a share like any other
    made = _compared(found["head"], found["other"], names, Operation("share", apart=True))
    if made is not None:
        return made
    place, subject = _first(found["head"], names)
    return Operation("several", place=place, subject=subject)


_COUNTED = re.compile(
    r"(?P<name>.+?)(?:超过|超|高于|大于|突破)(?P<limit>.{1,12}?)以?上?的(?:省|直辖市|自治区|地区|城市|市)"
)
_COUNTED_FIRST = re.compile(
    r"^(?P<kind>省份?|省区市|省\(区、市\)|直辖市|地区|城市|市)的?(?P<name>[^，。；,;\d]{2,20}?)(?:均|都|已)?(?:超过|突破|高于|逾|超)$"
)
_OWN_VALUE = re.compile(r"全国平均|平均水平")
_KINDS = {
    "省": "province",
    "直": "province",
    "自": "province",
    "地": "province",
    "城": "city",
    "市": "city",
}


def _above(context: OperationContext, names: PlaceNames) -> Operation | None:
    """研发经费超过千亿元的省有12个, 有12个省研发经费超过1000亿元: how many places are above a threshold."""
    statement = context.statement
    if statement.kind != "level" or statement.unit != "个" or statement.bound != "eq":
        return None
    whole = names.inside(context.opening) or names.nation
    first = _COUNTED_FIRST.match(context.between)
    limit = context.following
    if first is not None and limit is not None and limit.bound == "gt":
        kind = _KINDS[first["kind"][0]]
        return Operation(
            "places above",
            limit=(limit.value, limit.unit),
            kind=kind,
            place=whole,
            subject=first["name"],
        )
    found = _COUNTED.match(plain_form(statement.subject))
    if found is None:
        return None
    kind = _KINDS.get(plain_form(statement.subject)[found.end() - 1], "province")
    place, subject = _first(found["name"], names)
    if _OWN_VALUE.search(found["limit"]):
        return Operation("places above", kind=kind, place=place or whole, subject=subject)
    before = context.preceding
    if before is None or plain_form("".join(before.quote.split())) not in "".join(
        found["limit"].split()
    ):
        return None
    limit_of = before.value, before.unit
    return Operation(
        "places above", limit=limit_of, kind=kind, place=place or whole, subject=subject
    )


HAN: tuple[Finder, ...] = (
    _above,
    _rest,
    _several,
    _rank,
    _share,
    _part_of_other,
    _doubled,
    _times,
    _differs,
)
"""What is looked for around a figure, in order."""
PAIRED: tuple[Finder, ...] = (_share,)
"""What a figure of a list in a row (分别) may be: each has its own subject."""


def _since_stop(text: str) -> str:
    """What stands behind the last semicolon."""
    return max(text.rpartition("；"), text.rpartition(";"), key=lambda parts: len(parts[0]))[2]
