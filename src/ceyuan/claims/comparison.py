"""What a growth rate or a change is reckoned from: 比上年, 同比, 环比, 比2012年, 年均, 高于全国."""

from __future__ import annotations

import re

from ceyuan.periods import parse_period

YEAR_BEFORE = "the year before"
PERIOD_BEFORE = "the period before"
AVERAGE = "an average of several years"
ANOTHER = "something else than an earlier period"

_NAMED = re.compile(
    r"(?P<usual>(?:比|较|与|同|於)(?:上年|去年|上一年)|同比|按年)|(?P<step>环比|(?:比|较|与)(?:上季|上月|上期|上半年))"
    r"|(?:比|较|与|同|是|为|相当于|自|以)(?P<year>(?:19|20)\d{2})年"
)
_NAMED_LATIN = re.compile(
    r"\b(?:compared (?:with|to)|relative to|against|from|since|over|than)(?: in| that (?:of|in))? (?P<year>(?:19|20)\d{2})\b"
)
_AVERAGE = re.compile(
    r"年均|年平均|平均每年|复合增长|annual average|average annual|compound annual|an average of|on average|a year",
    re.IGNORECASE,
)
_AVERAGE_BEHIND = re.compile(r" ?(?:a year\b(?! earlier)|per year|annually|per annum|each year)")
_YEAR_EARLIER = re.compile(r"\b(?:year[- ]on[- ]year|annual|last year|year before|previous year)\b")
_ANOTHER = re.compile(
    r"(?:高于|低于|高出|低出|高过|快于|慢于|领先|落后)(?!上年|去年|上一年|(?:19|20)\d{2}年|[^，。；]{1,12}的(?:约|近)?$)"
)


def basis(sentence: str, clause: str, behind: str = "") -> str:
    """What a figure is compared with, by the words before it.

    Args:
        sentence: the sentence before the figure; a comparison named once holds until another one is.
        clause: the clause before the figure.
        behind: what stands behind the figure, where English says it.

    >>> basis("研发经费4411.9亿元，比上年增长", "比上年增长"), basis("比2012年增长", "比2012年增长")
    ('the year before', '2012')
    >>> basis("投入强度为3.42%，高于全国", "高于全国")
    'something else than an earlier period'
    """
    if _ANOTHER.search(clause):
        return ANOTHER
    if _AVERAGE.search(clause) or _AVERAGE_BEHIND.match(behind):
        return AVERAGE
    if later := _NAMED_LATIN.search(behind):
        return later["year"]
    last = next(reversed(list(_NAMED.finditer(sentence))), None)
    if last is None or last["usual"]:
        return YEAR_BEFORE
    return PERIOD_BEFORE if last["step"] else str(last["year"])


def since_former(former: str, clause: str, found: str) -> str:
    """What a rate right behind a change is reckoned from: 由2019年的10658家增加到2023年的14180家，增长33%.

    Args:
        former: the year of the former end of the change; empty where none is named.
        clause: the words between the change and the rate.
        found: what the rate is reckoned from by the words before it.

    >>> since_former("2019", "，增长", YEAR_BEFORE), since_former("2019", "，同比增长", YEAR_BEFORE)
    ('2019', 'the year before')
    """
    own = _NAMED.search(clause) or _YEAR_EARLIER.search(clause)
    return former if former and found == YEAR_BEFORE and not own else found


def earlier_period(period: str, compared_with: str) -> str | None:
    """The period that a figure of ``period`` is compared with; None where there is none of its kind.

    >>> earlier_period("2022", YEAR_BEFORE), earlier_period("2022-H1", YEAR_BEFORE), earlier_period("2022-H1", PERIOD_BEFORE)
    ('2021', '2021-H1', '2021-H2')
    """
    known = parse_period(period)
    if compared_with == PERIOD_BEFORE:
        return known.previous
    if compared_with == YEAR_BEFORE:
        part_of_year = known.grain in ("half", "quarter", "month")
        return f"{int(period[:4]) - 1}{period[4:]}" if part_of_year else known.previous
    return compared_with if known.grain == "year" and compared_with.isdigit() else None
