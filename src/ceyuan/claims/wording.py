"""The words around a figure that say what it is of, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ceyuan.claims.comparison import ANOTHER, AVERAGE, basis
from ceyuan.claims.placing import HAN, Named, PlaceNames, plain_form
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.reader.layout import Layout

_VERBS = re.compile(r"(?:设立|設立|成立|建成|新增|拥有|擁有|共有|打造|实现|實現|完成|达到|達到|形成|投入|支持|占)?")
# Names that mean whatever place the text is about.
_RELATIVE = re.compile(r"[全我本][省市区州县]")
_WHOLE = re.compile(
    r"(?<!所)[占佔](?!比)(?P<whole>[^，。；,;占佔]{2,30}?)的?(?:比重|比例|份额|市场份额)?(?:为|達|达|约|超过|超)?的?$"
)
# 经费突破千亿元，达到1175亿元: the bound before is no part of the subject; 的 would make it one (超过千亿元的省).
_REACHED = re.compile(r"(?<=..)(?:首次|再次)?(?:突破|超过|达到|超)[^的]*$")
_AGAINST = re.compile(r"(?:较|比|与)\d{4}年?")
_OF_WHOLE = re.compile(r"(?<=..)(?<!所)[占佔](?!比).*$")
# 高于江苏590.3亿元, 比广东少1568.6亿元, 是全国的2.7倍: the size of a difference to somebody else.
_AGAINST_OTHER = re.compile(
    r".*(?:高于|低于|高出|低出|多于|少于|领先于?|落后于?|超过|超出|多出|(?:比|较|与)(?!上年|去年|上一年|上季|上月|上期|重|例|(?:19|20)\d{2}年)"
    r"|是|为|相当于|(?i:\b(?:higher|lower|more|less|larger|smaller|greater) than|\bthat of|\babove|\bbelow))"
    r"(?P<other>[^，。；,;\d]{2,24})$"
)
# 4.2 times higher than that of Beijing; a year earlier is no other place.
_MORE_THAN = re.compile(
    r"(?i: ?(?:percentage points? |per cent )?"
    r"(?:higher|lower|more|less|larger|smaller|greater|above|below|ahead of|behind)\b(?: than)?"
    r"(?! (?:(?:in |the |a )*(?:year|previous|prior|preceding|quarter|month|(?:19|20)\d\d))))"
)
_SOME_OTHER = re.compile(r"平均|其他|其它|同期|预期|average", re.IGNORECASE)
# 除广东外全国28554.5亿元, 其余各省: a part of the whole that the subject names.
_PART = re.compile(
    r"(?:除|不含|不包括|剔除|扣除)[^，。；,;]{1,20}|其余|其他(?:省|地区|城市)"
    r"|(?i:\b(?:excluding|except for|other than|outside)\b)"
)
# 人均, 每万人: an amount for each of something.
_EACH = re.compile(
    r"人均|户均|亩均|家均|企均|院均|校均|日均|月均|平均每|每[万千百十]?(?:人|名|家|户|亩|平方公里|个|项|件|天|日|月)"
    r"|单位(?:GDP|面积|产值)|(?i: ?\bper (?:capita|head|person|inhabitant|day|month|firm|enterprise|million|10,000)\b|\ba head\b)"
)
_EACH_BEHIND = re.compile(r"(?i: ?(?:per (?!cent|annum|year)|a head\b))|/")
# 投入1000亿元支持企业: what is spent on a purpose is not all that is spent.
_SPENT_ON = re.compile(r"(?:投入|安排|拨付|设立|拿出|下达|发放|出资)(?:资金|专项资金)?(?:超过?|逾|约|近|达)?$")
_PURPOSE = re.compile(r"(?:以上|左右)?[^，。；,;]{0,4}(?:支持|用于|资助|补助|奖励|扶持|建设|改造|购买)")
# 有6个省超过2000亿元: what those that are counted exceed.
_COUNTED_ABOVE = re.compile(
    r"(?:[有共]\d+个?|\d+个)(?:省份?|市|地区|城市|国家|经济体|企业|家|所|县|区)[^，。；,;\d]{0,12}(?:超过?|突破|高于|达到?|逾|过|不足|低于)$"
)
# A threshold that qualifies what is counted: 超过千亿元的省有6个.
_ATTRIBUTE = re.compile(r"(?:以上|以下|左右)?的")


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement's surroundings.

    Attributes:
        subject: words that name what is stated, without a place at their front; empty where the text names only a place
            or nothing.
        full: the same with the place.
        near: from the figure before to the figure behind, within the clause.
        clause: the clause.
        lead: the sentence before the clause.
        previous: subject of the figure before in the sentence, for words left out.
        place: identifier of the place that the text names at the figure, None where it names none that is declared.
        place_name: its name in the text, also of a place that the workspace does not declare; empty where none is named.
        carried: identifier of the place that holds from before, None where there is none that is declared.
        carried_name: its name in the text, likewise.
        whole: what a share is of, as the text names it (占…的); empty where it does not.
        whole_place: identifier of that whole where it is a place.
        basis: what a growth rate or a change is reckoned from; see :mod:`ceyuan.claims.comparison`.
        beyond: key of the reason why no value answers the figure, whatever it is of: it is a threshold, a part, a difference
            to another place, an average; empty for all others.
        each: whether it is an amount for each of something (人均).
    """

    subject: str
    full: str
    near: str
    clause: str
    lead: str
    previous: str
    place: str | None
    place_name: str
    carried: str | None
    carried_name: str
    whole: str
    whole_place: str | None
    basis: str
    beyond: str
    each: bool


def wordings(statements: Sequence[Statement], names: PlaceNames) -> list[Wording]:
    """The surroundings of every statement, in order."""
    made: list[Wording] = []
    spans = _positions(statements)
    for i, statement in enumerate(statements):
        same = i > 0 and statements[i - 1].sentence == statement.sentence
        floor = spans[i - 1][1] if same else 0
        following = i + 1 < len(statements) and statements[i + 1].sentence == statement.sentence
        ceiling = spans[i + 1][0] if following else len(statement.sentence)
        previous = (made[-1].full or made[-1].previous) if same else ""
        made.append(_wording(statement, spans[i], floor, ceiling, previous, names))
    return made


def _positions(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Where every quantity stands in its sentence, which was healed of the file's line breaks."""
    spans: list[tuple[int, int]] = []
    for i, statement in enumerate(statements):
        same = i > 0 and statements[i - 1].sentence == statement.sentence
        floor = spans[-1][1] if same else 0
        quote = "".join(re.sub(r"<[^>]*>", "", statement.quote).split())
        loose = r"\s*".join(re.escape(c) for c in quote)
        match = re.compile(loose).search(statement.sentence, floor) if quote else None
        spans.append(match.span() if match else (floor, floor))
    return spans


def _wording(
    statement: Statement, span: tuple[int, int], floor: int, ceiling: int, previous: str, names: PlaceNames
) -> Wording:
    sentence, (start, end) = statement.sentence, span
    layout = Layout(fold(sentence))
    opening, closing = layout.clause_start(start), layout.clause_end(end)
    before, behind = sentence[max(opening, floor) : start], sentence[start : min(ceiling, closing)]
    share = _WHOLE.search(sentence, opening, start)
    if _is_latin(statement.subject, sentence):
        named, rest = names.latin(before if statement.subject in statement.quote else statement.subject)
        named, rest = names.behind(sentence, end) or named, rest or statement.subject
    else:
        named, rest = _subject(statement.subject, names)
    if share and rest and plain_form(share["whole"]) in (rest, rest.removesuffix("的比重"), rest.removesuffix("比重")):
        # 占研发经费的比重: the words before the share are its whole, its part stands before them.
        named, rest = None, ""
    if share and not rest:
        named = None  # 占全国的19.4%: the country is the whole, not the place
    carried = names.said(statement.place) if statement.place else Named(None, "")
    here = named or (names.inside(statement.subject) if rest else None) or names.inside(before)
    if here is None and carried.place is None and carried.name and carried.name in fold(before + statement.subject):
        here = carried
    if here is not None and _RELATIVE.fullmatch(here.name) and carried.name:
        here = carried
    # A counted noun stands behind its figure, and so does what narrows it: 3个学科进入前万分之一.
    counted = bool(rest) and plain_form(statement.subject) in plain_form(behind)
    whole_place = names.front(share["whole"])[0] if share else None
    return Wording(
        subject=rest,
        full=rest if statement.subject.isascii() else _OF_WHOLE.sub("", statement.subject) if rest else "",
        near=behind if counted else before + behind,
        clause=sentence[opening:closing],
        lead=sentence[:opening],
        previous=previous,
        place=here.place if here else None,
        place_name=here.name if here else "",
        carried=carried.place,
        carried_name=carried.name,
        whole=share["whole"] if share else "",
        whole_place=whole_place.place if whole_place else None,
        basis=basis(fold(sentence[:start]), fold(before)),
        beyond=_beyond(statement, fold(before), fold(sentence[:start]), sentence, end, names),
        each=for_each(sentence[opening:start])
        or for_each(statement.subject)
        or bool(_EACH_BEHIND.match(sentence, end)),
    )


def _since_stop(text: str) -> str:
    """What stands behind the last semicolon."""
    return max(text.rpartition("；"), text.rpartition(";"), key=lambda parts: len(parts[0]))[2]


def for_each(words: str) -> bool:
    """Whether words say that an amount is for each of something.

    >>> for_each("全国人均研发经费"), for_each("研发经费")
    (True, False)
    """
    return bool(_EACH.search(words))


def _beyond(statement: Statement, before: str, lead: str, sentence: str, end: int, names: PlaceNames) -> str:
    """The key of the reason why no value of a build answers a figure; see :class:`Wording`."""
    if _ATTRIBUTE.match(sentence, end) or _COUNTED_ABOVE.search(lead):
        return "reason.threshold"
    if _PART.search(_since_stop(lead)):
        return "reason.part"
    if _SPENT_ON.search(before) and _PURPOSE.match(sentence, end):
        return "reason.purpose"
    against = _AGAINST_OTHER.search(before)
    if against and (names.anywhere(against["other"]) or _SOME_OTHER.search(against["other"])):
        return "reason.another"
    if _is_latin(statement.subject, sentence) and _MORE_THAN.match(fold(sentence), end):
        return "reason.another"
    moves = statement.kind in ("growth", "change") and statement.from_value is None
    if moves and (compared := basis(sentence, before)) in (AVERAGE, ANOTHER):
        return "reason.another" if compared == ANOTHER else "reason.average"
    return ""


def _is_latin(subject: str, sentence: str) -> bool:
    """Whether a figure stands in an English sentence."""
    return not HAN.search(subject) and len(HAN.findall(sentence)) * 4 < len(sentence)


def _subject(subject: str, names: PlaceNames) -> tuple[Named | None, str]:
    """The place at the front of a subject, and its other words; empty where they name nothing."""
    if (whole := names.said(subject)).place is not None:
        return whole, ""
    named, rest = names.front(_REACHED.sub("", subject))
    if _VERBS.fullmatch(rest) or _AGAINST.fullmatch(rest):
        return named, ""
    # 基础研究经费占研发经费的比重: the part is the subject.
    part = _OF_WHOLE.search(rest)
    return named, rest[: part.start()] if part else rest
