"""Figures that no value of a build answers: thresholds, parts, differences to somebody else."""

from __future__ import annotations

import re

from ceyuan.claims.comparison import ANOTHER, AVERAGE
from ceyuan.claims.occurrence import Occurrence
from ceyuan.claims.operations import Operation
from ceyuan.claims.operations_han import level_of_other
from ceyuan.claims.placing import PlaceNames
from ceyuan.claims.topics import SOME_LIST, places_listed
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold

# 高于江苏590.3亿元, 比广东少1568.6亿元, 是全国的2.7倍: the size of a difference to somebody else.
_AGAINST_OTHER = re.compile(
    r".*(?:高于|低于|高出|低出|多于|少于|领先于?|落后于?|超过|超出|多出|(?:比|较|与)(?!上年|去年|上一年|上季|上月|上期|重|例|(?:19|20)\d{2}年)"
    r"|是|为|相当于|(?i:\b(?:higher|lower|more|less|larger|smaller|greater) than"
    r"|(?<=[a-z] )(?<!\band )(?<!\bwhile )(?<!\bbut )that of|\babove|\bbelow))"
    r"(?P<other>[^，。；,;\d]{2,24})$"
)
# 4.2 times higher than that of Beijing; a year earlier is no other place.
_MORE_THAN = re.compile(
    r"(?i: ?(?:percentage points? |per cent )?"
    r"(?:higher|lower|more|less|larger|smaller|greater|above|below|ahead of|behind)\b(?: than|(?! than))"
    r"(?! (?:(?:in |the |a )*(?:year|previous|prior|preceding|quarter|month|(?:19|20)\d\d))))"
)
_SOME_OTHER = re.compile(r"平均|其他|其它|同期|预期|average", re.IGNORECASE)
# 除广东外全国28554.5亿元, 其余各省: a part of the whole that the subject names.
_PART = re.compile(
    r"(?:除|不含|不包括|剔除|扣除)[^，。；,;]{1,20}|其余|其他(?:省|地区|城市)"
    r"|(?i:\b(?:excluding|except for|other than|outside)\b)"
)
# 投入1000亿元支持企业: what is spent on a purpose is not all that is spent.
_SPENT_ON = re.compile(
    r"(?:投入|安排|拨付|设立|拿出|下达|发放|出资)(?:资金|专项资金)?(?:超过?|逾|约|近|达)?$"
)
_PURPOSE = re.compile(
    r"(?:以上|左右)?[^，。；,;]{0,4}(?:支持|用于|资助|补助|奖励|扶持|建设|改造|购买)"
)
# 有6个省超过2000亿元: what those that are counted exceed.
_COUNTED_ABOVE = re.compile(
    r"(?:[有共]\d+个?|\d+个)(?:省份?|市|地区|城市|国家|经济体|企业|家|所|县|区)[^，。；,;\d]{0,12}(?:超过?|突破|高于|达到?|逾|过|不足|低于)$"
)
# A threshold that qualifies what is counted: 超过千亿元的省有6个.
_ATTRIBUTE = re.compile(r"(?:以上|以下|左右)?的(?!目标|(?:平均|总体|整体)?水平|规模|总量)")


def _since_stop(text: str) -> str:
    """What stands behind the last semicolon."""
    return max(text.rpartition("；"), text.rpartition(";"), key=lambda parts: len(parts[0]))[2]


_YEARLY = re.compile(r"年均|年平均|平均每年|每年平均")
_YEARLY_BEHIND = re.compile(r" ?(?:a year|per year|annually|each year)\b")


def beyond(figure: Occurrence, moves: str, names: PlaceNames, found: Operation | None) -> str:
    """The key of the reason why no value of a build answers a figure; see :class:`Wording`."""
    if found is not None:
        return "reason.several" if found.measure == "several" else ""
    if _of_unknown_member(figure, names):
        return "reason.several"
    folded, before = figure.sentence.folded, fold(figure.before)
    lead = folded[: figure.start]
    if _ATTRIBUTE.match(folded, figure.end) or _COUNTED_ABOVE.search(lead):
        return "reason.threshold"
    if _PART.search(_since_stop(lead)):
        return "reason.part"
    if _SPENT_ON.search(before) and _PURPOSE.match(folded, figure.end):
        return "reason.purpose"
    if not moves.isdigit() and (_YEARLY.search(before) or _YEARLY_BEHIND.match(folded, figure.end)):
        return "reason.average"
    if _against_another(figure, before, names):
        return "reason.another"
    return _moved(figure.statement, moves)


def _of_unknown_member(figure: Occurrence, names: PlaceNames) -> bool:
    """Whether a figure is of one of several places that are listed, and the text does not tell which."""
    words = figure.sentence.text if figure.latin else figure.statement.subject
    if figure.row is None or not SOME_LIST.search(words):
        return False
    listed, _ = places_listed(figure, names)
    return len(listed) > 1 and len(listed) != figure.row[1]


def _against_another(figure: Occurrence, before: str, names: PlaceNames) -> bool:
    """Whether a figure is the size of a difference to somebody else."""
    against = None if level_of_other(before, fold(figure.behind)) else _AGAINST_OTHER.search(before)
    if against and (names.anywhere(against["other"]) or _SOME_OTHER.search(against["other"])):
        return True
    return figure.latin and bool(_MORE_THAN.match(figure.sentence.folded, figure.end))


def _moved(statement: Statement, moves: str) -> str:
    """Why no value answers a growth rate or a change; empty where one may."""
    if statement.kind not in ("growth", "change") or statement.from_value is not None:
        return ""
    return {ANOTHER: "reason.another", AVERAGE: "reason.average"}.get(moves, "")
