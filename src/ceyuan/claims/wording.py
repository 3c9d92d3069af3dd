"""The words around a figure that say what it is of, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ceyuan.claims.comparison import ANOTHER, AVERAGE, YEAR_BEFORE, basis
from ceyuan.claims.operations import Context, Operation
from ceyuan.claims.operations_han import HAN as HAN_OPERATIONS
from ceyuan.claims.operations_han import LEVEL_OF_OTHER, PAIRED
from ceyuan.claims.operations_latin import LATIN
from ceyuan.claims.placing import HAN, RELATIVE, Named, PlaceNames, plain_form
from ceyuan.claims.subjects import OF_WHOLE, ranked, subject_words, undated
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.reader.layout import Layout

_WHOLE = re.compile(
    r"(?<!所)[占佔](?!比)(?P<whole>[^，。；,;占佔]{2,30}?)的?(?:比重|比例|份额|市场份额)?(?:为|達|达|约|超过|超)?的?$"
)
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
    r"|单位(?:GDP|面积|产值)|(?i: ?\bper (?:capita|head|person|inhabitant|day|month|firm|enterprise|million|10,000)\b"
    r"|\bper ten thousand\b|\ba head\b)"
)
_EACH_BEHIND = re.compile(r"(?i: ?(?:per (?!cent|annum|year)|a head\b))|/")
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
_ATTRIBUTE = re.compile(r"(?:以上|以下|左右)?的(?!目标|水平|规模|总量)")
# N % of GDP: what a share is of, where English names it.
_WHOLE_LATIN = re.compile(
    r" ?of (?:(?:its|their|our|the|total|all|whole|local|regional|gross(?! [dr])|(?P<nation>national|country['’]s|nation['’]s)"
    r"|(?P<place>[A-Z][A-Za-z ]*?)['’]s) )*(?P<whole>[A-Za-z][A-Za-z& -]*?)"
    r"(?=$|[.,;:)]| (?:in|by|from|for|during|and|while|as|at|on|last|this|with|to) )"
)
# Guangdong spent N yuan on R&D: what is counted stands behind.
_SPENT_LATIN = re.compile(
    r"\b(?:spen[dt]s?|spending|invest(?:s|ed|ing)?|devot(?:es|ed)|put)"
    r"(?: (?:a|total|of|about|some|over|more|than|nearly|almost|only))* ?(?:US|HK|RMB|CNY|[$€£¥])*\s*$"
)
_SPENT_BEHIND = re.compile(
    r" ?(?:on|in|into|for) (?P<of>(?!the\b|(?:19|20)\d\d)[A-Za-z][A-Za-z& -]*?)"
    r"(?=$|[.,;:)]| and [A-Z$€£¥]*\d| (?:in|by|from|for|during|while|as|at|on|last|this|with|up|down) )"
)
# filed 23,676 PCT applications, was home to 70 unicorns: the noun that is counted says it all.
_HOLDS = re.compile(
    r"\b(?:had|has|have|having|home to|there (?:was|were|are|is|will be)|file[sd]|published|hosts?|hosted|boast(?:s|ed)?|with"
    r"|counts?|counted|registered|granted|received|h[oe]lds?|owns?|owned|employ(?:s|ed)?|built|produced?|recorded|saw|target is"
    r"|own|get)(?: (?:a|an|total|of|about|some|over|more|than|nearly|almost|only|at|least|around|up|to|as|many|the|been)\b)* ?$",
    re.IGNORECASE,
)
# was granted 71,562 patents: what was done tells them from others.
_DONE = re.compile(r"\b(?:granted|recogni[sz]ed|registered|listed) ?$")
_TAIL_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9'’ -]*$")


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
        operation: how it is made of several values, None where it is not.
        period: its period where the last one that is named is only compared with, else None.
        former: the year of the former end of a change from one value to another; empty where the text names none.
        yearly: whether it is the mean growth of each year of a span.
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
    operation: Operation | None = None
    period: str | None = None
    former: str = ""
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, folded and divided once for all its figures."""

    text: str
    folded: str
    layout: Layout

    @classmethod
    def of(cls, text: str) -> _Sentence:
        folded = fold(text)
        return cls(text, folded, Layout(folded))


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure at its place in its sentence.

    Attributes:
        statement: the figure.
        sentence: its sentence.
        start, end: where it stands there.
        floor: behind the figure before, the start of the sentence if there is none.
        ceiling: before the figure behind.
        opening, closing: its clause.
        latin: whether the sentence is English.
        preceding, following: the figures before and behind in the sentence.
        row: for a figure of a list in a row (分别): its number in it, how many there are, and where the first one starts.
    """

    statement: Statement
    sentence: _Sentence
    start: int
    end: int
    floor: int
    ceiling: int
    opening: int
    closing: int
    latin: bool
    preceding: Statement | None
    following: Statement | None
    row: tuple[int, int, int] | None

    @property
    def before(self) -> str:
        """The clause before it, from the figure before on."""
        return self.sentence.text[max(self.opening, self.floor) : self.start]

    @property
    def behind(self) -> str:
        """The figure with the clause behind it, up to the figure behind."""
        return self.sentence.text[self.start : min(self.ceiling, self.closing)]

    @property
    def context(self) -> Context:
        """What an operation is looked for in."""
        folded = self.sentence.folded
        return Context(
            self.statement,
            before=self.sentence.layout.before(self.start, self.floor),
            lead=folded[self.floor : self.start],
            opening=folded[: self.start],
            behind=folded[self.end :],
            following=self.following,
            preceding=self.preceding,
            between=folded[self.end : self.ceiling],
        )


def wordings(statements: Sequence[Statement], names: PlaceNames) -> list[Wording]:
    """The surroundings of every statement, in order."""
    made: list[Wording] = []
    for _, group in groupby(statements, key=lambda statement: statement.sentence):
        previous: Wording | None = None
        for figure in _figures(list(group), names):
            previous = _wording(figure, previous, names)
            made.append(previous)
    return made


def _figures(statements: Sequence[Statement], names: PlaceNames) -> Iterator[_Figure]:
    """The figures of one sentence, with where they stand in it."""
    sentence = _Sentence.of(statements[0].sentence)
    spans = _positions(statements)
    floor = 0
    for i, (statement, (start, end)) in enumerate(zip(statements, spans, strict=True)):
        latin = _is_latin(statement.subject, sentence.text)
        yield _Figure(
            statement,
            sentence,
            start,
            end,
            floor=floor,
            ceiling=spans[i + 1][0] if i + 1 < len(spans) else len(sentence.text),
            opening=sentence.layout.clause_start(start),
            closing=sentence.layout.clause_end(end),
            latin=latin,
            preceding=statements[i - 1] if i else None,
            following=statements[i + 1] if i + 1 < len(spans) else None,
            row=_row(statements, spans, i),
        )
        if not (latin and names.around(sentence.folded, start, end)):
            floor = end


def _row(
    statements: Sequence[Statement], spans: Sequence[tuple[int, int]], i: int
) -> tuple[int, int, int] | None:
    """Where a figure stands in its list in a row; None where it is in none."""
    group = statements[i].group
    members = [
        j for j, other in enumerate(statements) if group is not None and other.group == group
    ]
    return (members.index(i), len(members), spans[members[0]][0]) if members else None


_MARKUP = re.compile(r"<[^>]*>")


def _positions(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Where every quantity stands in its sentence, which was healed of the file's line breaks."""
    spans: list[tuple[int, int]] = []
    for statement in statements:
        floor = spans[-1][1] if spans else 0
        at = statement.sentence.find(statement.quote, floor)
        if at >= 0:
            spans.append((at, at + len(statement.quote)))
            continue
        quote = "".join(_MARKUP.sub("", statement.quote).split())
        loose = r"\s*".join(re.escape(c) for c in quote)
        match = re.compile(loose).search(statement.sentence, floor) if quote else None
        spans.append(match.span() if match else (floor, floor))
    return spans


@dataclass(frozen=True, slots=True)
class _Topic:
    """What a figure is of, and where: the words that name it, the same with the place, and the place."""

    subject: str
    full: str
    place: Named | None


def _wording(figure: _Figure, previous: Wording | None, names: PlaceNames) -> Wording:
    statement, sentence = figure.statement, figure.sentence
    share = _share_of(figure)
    found = _operation(figure, names)
    joint = _of_several(figure, found, previous, names)
    carried = names.said(statement.place) if statement.place else Named(None, "")
    topic = None if found is None else _operated(figure, found, carried, previous)
    topic = topic or _stated(figure, share, carried, previous, names)
    here = topic.place
    if here is None or (RELATIVE.fullmatch(here.name) and carried.name):
        here = carried if topic.place else Named(None, "")
    moves = basis(
        sentence.folded[: figure.start],
        fold(figure.before),
        sentence.folded[figure.end : figure.ceiling],
    )
    spanned = _SPAN.match(statement.period or "") if statement.kind == "growth" else None
    yearly = spanned is not None and moves == AVERAGE
    if spanned is not None and moves in (AVERAGE, YEAR_BEFORE):
        moves = spanned["first"]
    return Wording(
        subject=topic.subject,
        full=topic.full,
        near=_near(figure, topic.subject),
        clause=sentence.text[figure.opening : figure.closing],
        lead=sentence.text[: figure.opening],
        previous=_said_before(previous),
        place=here.place,
        place_name=here.name,
        carried=carried.place,
        carried_name=carried.name,
        whole=share["whole"] if share else "",
        whole_place=_whole_place(share, names),
        basis=moves,
        beyond="reason.several" if joint else _beyond(figure, moves, names, found),
        each=_of_each(figure),
        operation=found,
        period=_period(figure, found),
        former=_former(figure),
        yearly=yearly,
    )


_SEVERAL = frozenset(("several", "sum", "mean", "rest"))


def _of_several(
    figure: _Figure, found: Operation | None, previous: Wording | None, names: PlaceNames
) -> bool:
    """Whether a figure goes on about several places together: 三地合计11962亿元，占全国的35.9%, whose share no one place has."""
    if previous is None or (found is not None and found.measure in _SEVERAL):
        return False
    before = previous.operation is not None and previous.operation.measure in _SEVERAL
    if not before and previous.beyond != "reason.several":
        return False
    own = names.latin(figure.before)[0] if figure.latin else names.inside(figure.before)
    named = found.place if found is not None else own
    return named is None or (found is None and "占" in figure.before)


_SPAN = re.compile(r"^(?P<first>\d{4})/(?P<last>\d{4})$")


def _share_of(figure: _Figure) -> re.Match[str] | None:
    """The words that say what a share is of."""
    if not figure.latin:
        return _WHOLE.search(figure.sentence.text, figure.opening, figure.start)
    return (
        _WHOLE_LATIN.match(figure.sentence.folded, figure.end)
        if figure.statement.unit == "%"
        else None
    )


def _stated(
    figure: _Figure,
    share: re.Match[str] | None,
    carried: Named,
    previous: Wording | None,
    names: PlaceNames,
) -> _Topic:
    """What a figure is of that is a value of its own."""
    if (paired := _paired(figure, names)) is not None:
        return paired
    if (other := _level_of_other(figure, carried, previous, names)) is not None:
        return other
    named, rest = _of_what(figure, share, names)
    here = named or _inside(figure, rest, carried, names)
    if figure.latin and not rest and previous is not None:
        # 6.44% in 2020 and 6.73% in 2023: what the second one is of stands before the first.
        return _Topic(previous.subject, previous.subject, here or _here(previous))
    subject = figure.statement.subject
    if not rest and named is not None and previous is not None and _goes_on(figure, share):
        # 深圳地区生产总值3.46万亿元，广州3.04万亿元: of another place, and of the same.
        return _Topic(previous.subject, f"{named.name}{previous.subject}", named)
    if not rest or subject.isascii():
        return _Topic(rest, rest, here)
    return _Topic(rest, OF_WHOLE.sub("", subject), here)


def _goes_on(figure: _Figure, share: re.Match[str] | None) -> bool:
    """Whether a figure may be of what the figure before is: of its unit and kind, and no share or rank."""
    before, here = figure.preceding, figure.statement
    if share is not None or before is None or here.kind == "rank":
        return False
    return (before.unit, before.kind) == (here.unit, here.kind)


def _level_of_other(
    figure: _Figure, carried: Named, previous: Wording | None, names: PlaceNames
) -> _Topic | None:
    """The level of another year or place that a figure is compared with: 投入强度3.54%，高于2022年的3.42%."""
    before = fold(figure.before)
    found = LEVEL_OF_OTHER.search(before)
    if found is None:
        return None
    head = before[: found.start()].strip("，")
    place, subject = names.front(undated(head))
    if not subject and previous is not None:
        place, subject = place or _here(previous), previous.subject
    named, rest = (
        (None, found["other"]) if _YEAR_ONLY.match(found["other"]) else names.front(found["other"])
    )
    if not _YEAR_ONLY.fullmatch(rest) and (rest or named is None):
        return None
    here = named or place or carried
    return _Topic(subject, f"{here.name}{subject}", here)


_YEAR_ONLY = re.compile(r"(?:19|20)\d{2}年?(?:同期|全年|末|底)?|去年|上年|上一年")
_SOME_LIST = re.compile(r"、|和|与|及|以及|, | and ")


def _places_listed(figure: _Figure, names: PlaceNames) -> tuple[list[Named], str]:
    """The places that stand before a figure in a list, and the words that name what it is of."""
    if not figure.latin:
        return names.several(figure.statement.subject)
    lead = figure.sentence.folded[: figure.row[2] if figure.row is not None else figure.start]
    return names.latin_several(lead), names.latin(lead)[1]


def _paired(figure: _Figure, names: PlaceNames) -> _Topic | None:
    """A figure of a list in a row with its own place of a list of as many: 湖南、福建研发经费分别为327亿元、314亿元."""
    if figure.row is None:
        return None
    number, size, _ = figure.row
    listed, rest = _places_listed(figure, names)
    if len(listed) != size or size < 2:
        return None
    place = listed[number]
    return _Topic(rest, rest if figure.latin else f"{place.name}{rest}", place)


def _operated(
    figure: _Figure, found: Operation, carried: Named, previous: Wording | None
) -> _Topic:
    """What a figure is of that is made of several values; what the text leaves out stands at the figure before."""
    here = found.place
    if here is None:
        here = _here(previous) if previous is not None else _unless(carried, found)
    rest = ranked(found.subject)
    if _GENERIC.fullmatch(rest):
        rest = ""
    if not rest and previous is not None:
        rest = previous.subject
    full = f"{here.name}{rest}" if here and rest and not figure.latin else rest
    return _Topic(rest, full, here)


# 规模居全国第二: the size of what the figure before is of.
_GENERIC = re.compile(r"(?:经费)?(?:总?规模|总量|总额|总数|数量|位次|排名|水平)?(?:均|都|已)?")


def _said_before(previous: Wording | None) -> str:
    """The words of the figure before, for those that a text leaves out."""
    return "" if previous is None else previous.full or previous.previous


def _near(figure: _Figure, subject: str) -> str:
    """The words around a figure; a counted noun stands behind it, and so does what narrows it: 3个学科进入前万分之一."""
    counted = bool(subject) and plain_form(figure.statement.subject) in plain_form(figure.behind)
    return figure.behind if counted else figure.before + figure.behind


def _whole_place(share: re.Match[str] | None, names: PlaceNames) -> str | None:
    """The place that is the whole of a share."""
    if share is None:
        return None
    if share.re is not _WHOLE_LATIN:
        named = names.front(share["whole"])[0]
    elif share["nation"]:
        named = names.nation
    else:
        named = names.first(share["place"] or "")
    return named.place if named else None


def _of_each(figure: _Figure) -> bool:
    """Whether a figure is an amount for each of something."""
    text = figure.sentence.text
    before = for_each(text[figure.opening : figure.start]) or for_each(figure.statement.subject)
    return before or bool(_EACH_BEHIND.match(text, figure.end))


def _operation(figure: _Figure, names: PlaceNames) -> Operation | None:
    """The operation that the words around a figure name, None where they name none or one of unknown operands."""
    finders = LATIN if figure.latin else HAN_OPERATIONS
    if figure.statement.group is not None:
        finders = PAIRED
    context = figure.context
    found = (finder(context, names) for finder in finders)
    return next((made for made in found if made is not None), None)


def _of_what(
    figure: _Figure, share: re.Match[str] | None, names: PlaceNames
) -> tuple[Named | None, str]:
    """The place that a text names at a figure, and the words that name what it is of."""
    statement, text = figure.statement, figure.sentence.text
    if figure.latin:
        named, rest = names.latin(_latin_passage(figure))
        if named is None and share and share["place"]:
            # basic research was 16% of Beijing's R&D expenditure
            named = names.first(share["place"])
        return names.behind(text, figure.end) or named, _object(figure) or rest
    named, rest = subject_words(statement.subject, names)
    said = _SHARE_TAIL.sub("", plain_form(statement.subject))
    if share and rest and said == _SHARE_TAIL.sub("", plain_form(share["whole"])):
        # 占研发经费的比重: the words before the share are its whole, its part stands before them.
        return None, ""
    # 占全国的19.4%: the country is the whole, not the place
    return (None, rest) if share and not rest else (named, rest)


def _latin_passage(figure: _Figure) -> str:
    """The English words that name what a figure is of, and where."""
    statement = figure.statement
    if statement.from_value is not None:
        return _FORMER_END.split(figure.before)[0]  # went from 82,701 papers in 2019 to
    inherited = statement.subject not in figure.before
    return figure.before if inherited or statement.subject in statement.quote else statement.subject


def _object(figure: _Figure) -> str:
    """What is counted or paid for, where it is the object of an English verb; empty where it is the subject."""
    statement = figure.statement
    spent = (
        _SPENT_BEHIND.match(figure.sentence.folded, figure.end)
        if _SPENT_LATIN.search(figure.before)
        else None
    )
    if spent is not None:
        return f"{spent['of']} expenditure"
    noun = _TAIL_WORDS.search(statement.quote)
    held = noun is not None and statement.unit != "%" and _HOLDS.search(figure.before)
    if noun is None or not held or statement.from_value is not None:
        return ""
    done = _DONE.search(figure.before)
    return f"{noun[0]} {done[0].strip()}" if done and " " not in noun[0].strip() else noun[0]


_SHARE_TAIL = re.compile(r"的?(?:比重|比例|份额)?$")


def _inside(figure: _Figure, rest: str, carried: Named, names: PlaceNames) -> Named | None:
    """The place inside the words around a figure, None where they name none."""
    here = (names.inside(figure.statement.subject) if rest else None) or names.inside(figure.before)
    if here is None and carried.place is None and carried.name:
        return carried if carried.name in fold(figure.before + figure.statement.subject) else None
    return here


def _here(wording: Wording) -> Named | None:
    """The place that holds at a figure."""
    if wording.place_name:
        return Named(wording.place, wording.place_name)
    return Named(wording.carried, wording.carried_name) if wording.carried_name else None


def _unless(carried: Named, found: Operation) -> Named | None:
    """The place from before, unless it is the other operand itself."""
    return carried if carried.place is not None and carried.place not in found.others else None


_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|\b)(?!\d)")


def _period(figure: _Figure, found: Operation | None) -> str | None:
    """The period of the first operand where the second one is a year: the last year named before.

    Else the edition of a list in which one is ranked (Global Innovation Index 2024), where the sentence names no other year;
    None for all others.
    """
    if found is None or found.period is None:
        edition = _EDITION.search(figure.sentence.folded)
        only = edition is not None and {*_ANY_YEAR.findall(figure.sentence.folded)} == {
            edition["year"]
        }
        return edition["year"] if edition is not None and only else None
    years = [
        year
        for year in _ANY_YEAR.findall(figure.sentence.folded[: figure.start])
        if year != found.period
    ]
    if years:
        return str(years[-1])
    return figure.preceding.period if figure.preceding is not None else figure.statement.period


_EDITION = re.compile(r"\b(?:Index|Report|Rankings?|Survey),? \(?(?P<year>(?:19|20)\d{2})\b")
_FORMER_END = re.compile(r"\b[Ff]rom (?=[^A-Za-z]*\d)")
_FROM_YEAR = re.compile(
    r"(?:从|由|自)[^，。；,;\d]{0,12}(?P<year>(?:19|20)\d{2})年[^，。；;]{0,40}$"
)
_FROM_LATIN = re.compile(r"\bfrom [^;]{0,60}?\b(?:in|during) (?P<year>(?:19|20)\d{2})\b[^;]{0,20}$")


def _former(figure: _Figure) -> str:
    """The year that a text names for the former end of a change; empty where it names none."""
    if figure.statement.from_value is None:
        return ""
    years = _SPAN.match(figure.statement.period or "")
    if years:
        return years["first"]
    lead = figure.sentence.folded[: figure.start]
    found = _FROM_LATIN.search(lead) if figure.latin else _FROM_YEAR.search(lead)
    return found["year"] if found else ""


def _since_stop(text: str) -> str:
    """What stands behind the last semicolon."""
    return max(text.rpartition("；"), text.rpartition(";"), key=lambda parts: len(parts[0]))[2]


def for_each(words: str) -> bool:
    """Whether words say that an amount is for each of something.

    >>> for_each("全国人均研发经费"), for_each("研发经费")
    (True, False)
    """
    return bool(_EACH.search(words))


_YEARLY = re.compile(r"年均|年平均|平均每年|每年平均")
_YEARLY_BEHIND = re.compile(r" ?(?:a year|per year|annually|each year)\b")


def _beyond(figure: _Figure, moves: str, names: PlaceNames, found: Operation | None) -> str:
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
    return (
        "reason.another"
        if _against_another(figure, before, names)
        else _moved(figure.statement, moves)
    )


def _of_unknown_member(figure: _Figure, names: PlaceNames) -> bool:
    """Whether a figure is of one of several places that are listed, and the text does not tell which."""
    if figure.row is None or not _SOME_LIST.search(
        figure.statement.subject if not figure.latin else figure.sentence.text
    ):
        return False
    listed, _ = _places_listed(figure, names)
    return len(listed) > 1 and len(listed) != figure.row[1]


def _against_another(figure: _Figure, before: str, names: PlaceNames) -> bool:
    """Whether a figure is the size of a difference to somebody else."""
    against = None if LEVEL_OF_OTHER.search(before) else _AGAINST_OTHER.search(before)
    if against and (names.anywhere(against["other"]) or _SOME_OTHER.search(against["other"])):
        return True
    return figure.latin and bool(_MORE_THAN.match(figure.sentence.folded, figure.end))


def _moved(statement: Statement, moves: str) -> str:
    """Why no value answers a growth rate or a change; empty where one may."""
    if statement.kind not in ("growth", "change") or statement.from_value is not None:
        return ""
    return {ANOTHER: "reason.another", AVERAGE: "reason.average"}.get(moves, "")


def _is_latin(subject: str, sentence: str) -> bool:
    """Whether a figure stands in an English sentence."""
    return not HAN.search(subject) and len(HAN.findall(sentence)) * 4 < len(sentence)
