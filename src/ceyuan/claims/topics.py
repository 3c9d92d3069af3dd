"""The words that name what a figure is of, and the place that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ceyuan.claims.occurrence import Occurrence
from ceyuan.claims.operations import Operation
from ceyuan.claims.operations_han import level_of_other
from ceyuan.claims.placing import NamedPlace, PlaceNames, plain_form
from ceyuan.claims.subjects import ADVERBS, OF_WHOLE, ranked, subject_words, undated
from ceyuan.claims.wording import Wording
from ceyuan.reader.fold import fold

_WHOLE = re.compile(
    r"(?:(?<!所)[占佔](?!比)|(?P<equal>相[当當][于於]))(?P<whole>[^，。；,;占佔]{2,30}?)的?(?:比重|比例|份额|市场份额)?(?:为|達|达|约|超过|超)?的?$"
)
# 研发经费与地区生产总值之比
_RATIO_TO = re.compile(
    r"(?P<equal>[与與])(?P<whole>[^，。；,;与與]{2,20})之比(?:例|率)?(?:为|達|达|约)?$"
)
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
    r"\b(?:had|has|have|having|home to|there (?:was|were|are|is|will be)|file[sd]|published|hosts?|hosted|boast(?:s|ed)?"
    r"|(?<!compared )with"
    r"|counts?|counted|registered|granted|received|h[oe]lds?|owns?|owned|employ(?:s|ed)?|built|produced?|recorded|saw|target is"
    r"|own|get)(?: (?:a|an|total|of|about|some|over|more|than|nearly|almost|only|at|least|around|up|to|as|many|the|been)\b)* ?$",
    re.IGNORECASE,
)
# was granted 71,562 patents: what was done tells them from others.
_DONE = re.compile(r"\b(?:granted|recogni[sz]ed|registered|listed) ?$")
_TAIL_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9'’ -]*$")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a figure is of, and where: the words that name it, the same with the place, and the place.

    Attributes:
        before: whether the words are those of the figure before.
    """

    subject: str
    full: str
    place: NamedPlace | None
    before: bool = False


def share_of(figure: Occurrence) -> re.Match[str] | None:
    """The words that say what a share is of."""
    if not figure.latin:
        span = (figure.sentence.text, figure.opening, _end_of_subject(figure))
        found = _WHOLE.search(*span) or _RATIO_TO.search(*span)
        # 相当于广东的2.2倍 is no part
        return None if found and found["equal"] and figure.statement.unit != "%" else found
    return (
        _WHOLE_LATIN.match(figure.sentence.folded, figure.end)
        if figure.statement.unit == "%"
        else None
    )


def _end_of_subject(figure: Occurrence) -> int:
    """Where the words before a figure end, without the former end of a change: 占研发经费的比重由2019年的4%提高到."""
    former = _FORMER_HAN.search(figure.sentence.folded, figure.opening, figure.start)
    return former.start() if former and figure.statement.from_value is not None else figure.start


_FORMER_HAN = re.compile(r"[由从](?=(?:(?:19|20)\d{2}年)?的?[^，。；由从]{0,8}\d)")


def stated_topic(
    figure: Occurrence,
    share: re.Match[str] | None,
    carried: NamedPlace,
    previous: Wording | None,
    names: PlaceNames,
) -> Topic:
    """What a figure is of that is a value of its own."""
    if (paired := _paired(figure, names)) is not None:
        return paired
    if (other := _level_of_other(figure, carried, previous, names)) is not None:
        return other
    named, rest = _of_what(figure, share, names)
    here = named or _inside(figure, rest, carried, names)
    if figure.latin and not rest and previous is not None:
        # 6.44% in 2020 and 6.73% in 2023: what the second one is of stands before the first.
        here = here or _newly_named(figure, carried) or _here(previous)
        return Topic(previous.subject, previous.subject, here, before=True)
    subject = figure.statement.subject
    if not rest and named is not None and previous is not None and _goes_on(figure, share):
        # 深圳地区生产总值3.46万亿元，广州3.04万亿元: of another place, and of the same.
        return Topic(previous.subject, f"{named.name}{previous.subject}", named, before=True)
    if not rest or subject.isascii():
        return Topic(rest, rest, here)
    return Topic(rest, OF_WHOLE.sub("", subject), here)


def _newly_named(figure: Occurrence, carried: NamedPlace) -> NamedPlace | None:
    """The place that holds at a figure, if it is none that held at the figure before: faster than in Sichuan (11.8%)."""
    held = figure.preceding.place if figure.preceding is not None else None
    return carried if carried.place is not None and figure.statement.place != held else None


def _goes_on(figure: Occurrence, share: re.Match[str] | None) -> bool:
    """Whether a figure may be of what the figure before is: of its unit and kind, and no share or rank."""
    before, here = figure.preceding, figure.statement
    if share is not None or before is None or here.kind == "rank":
        return False
    # 基础研究占6.51%，重庆为4.86%: a share that is only told of another place is read as a level
    parts = {before.kind, here.kind} <= {"share", "level"} and here.unit == "%"
    return before.unit == here.unit and (parts or before.kind == here.kind)


def _level_of_other(
    figure: Occurrence, carried: NamedPlace, previous: Wording | None, names: PlaceNames
) -> Topic | None:
    """The level of another year or place that a figure is compared with: 投入强度3.54%，高于2022年的3.42%."""
    before = fold(figure.before)
    found = level_of_other(before, fold(figure.behind))
    if found is None:
        return None
    head = ADVERBS.sub("", before[: found.start()].strip("，"))
    place, subject = names.front(undated(head))
    taken = not subject and previous is not None
    if taken and previous is not None:
        place, subject = place or _here(previous), previous.subject
    named, rest = (
        (None, found["other"]) if _YEAR_ONLY.match(found["other"]) else names.front(found["other"])
    )
    if not _YEAR_ONLY.fullmatch(rest) and (rest or named is None):
        return None
    here = named or place or carried
    return Topic(subject, f"{here.name}{subject}", here, before=taken)


_YEAR_ONLY = re.compile(r"(?:19|20)\d{2}年?(?:同期|全年|末|底)?|去年|上年|上一年")
SOME_LIST = re.compile(r"、|和|与|及|以及|, | and ")


def places_listed(figure: Occurrence, names: PlaceNames) -> tuple[list[NamedPlace], str]:
    """The places that stand before a figure in a list, and the words that name what it is of."""
    if not figure.latin:
        return names.several(figure.statement.subject)
    lead = figure.sentence.folded[: figure.row[2] if figure.row is not None else figure.start]
    return names.latin_several(lead), names.latin(lead)[1]


def _paired(figure: Occurrence, names: PlaceNames) -> Topic | None:
    """A figure of a list in a row with its own place of a list of as many: 湖南、福建研发经费分别为327亿元、314亿元."""
    if figure.row is None:
        return None
    number, size, _ = figure.row
    listed, rest = places_listed(figure, names)
    if len(listed) != size or size < 2:
        return None
    place = listed[number]
    return Topic(rest, rest if figure.latin else f"{place.name}{rest}", place)


def operated_topic(
    figure: Occurrence, found: Operation, carried: NamedPlace, previous: Wording | None
) -> Topic:
    """What a figure is of that is made of several values; what the text leaves out stands at the figure before."""
    here = found.place
    if here is None:
        here = _here(previous) if previous is not None else _unless(carried, found)
    rest = ADVERBS.sub("", ranked(found.subject))
    if _GENERIC.fullmatch(rest):
        rest = ""
    taken = not rest and previous is not None
    if taken and previous is not None:
        rest = previous.subject
    elif previous is not None and _PACE.fullmatch(rest):
        rest = f"{previous.subject}{rest}"  # 研发经费增长9.2%，增速比上海高5.8个百分点
    full = f"{here.name}{rest}" if here and rest and not figure.latin else rest
    return Topic(rest, full, here, before=taken)


# 规模居全国第二: the size of what the figure before is of.
_GENERIC = re.compile(r"(?:经费)?(?:总?规模|总量|总额|总数|数量|位次|排名|水平)?(?:均|都|已)?")


_PACE = re.compile(r"增速|增幅|增长率|增長率")


def whole_place(share: re.Match[str] | None, names: PlaceNames) -> str | None:
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


def _of_what(
    figure: Occurrence, share: re.Match[str] | None, names: PlaceNames
) -> tuple[NamedPlace | None, str]:
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


def _latin_passage(figure: Occurrence) -> str:
    """The English words that name what a figure is of, and where."""
    statement = figure.statement
    if statement.from_value is not None:
        return _FORMER_END.split(figure.before)[0]  # went from 82,701 papers in 2019 to
    if figure.preceding is not None and figure.preceding.quote in figure.before:
        return figure.before  # the Nine Mainland cities are a part of the place's name
    inherited = statement.subject not in figure.before
    return figure.before if inherited or statement.subject in statement.quote else statement.subject


def _object(figure: Occurrence) -> str:
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


def _inside(
    figure: Occurrence, rest: str, carried: NamedPlace, names: PlaceNames
) -> NamedPlace | None:
    """The place inside the words around a figure, None where they name none."""
    here = (names.inside(figure.statement.subject) if rest else None) or names.inside(figure.before)
    if here is None and carried.place is None and carried.name:
        return carried if carried.name in fold(figure.before + figure.statement.subject) else None
    return here


def _here(wording: Wording) -> NamedPlace | None:
    """The place that holds at a figure."""
    if wording.place_name:
        return NamedPlace(wording.place, wording.place_name)
    return NamedPlace(wording.carried, wording.carried_name) if wording.carried_name else None


def _unless(carried: NamedPlace, found: Operation) -> NamedPlace | None:
    """The place from before, unless it is the other operand itself."""
    return carried if carried.place is not None and carried.place not in found.others else None


_FORMER_END = re.compile(r"\b[Ff]rom (?=[^A-Za-z]*\d)")
