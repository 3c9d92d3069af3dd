"""Periods: what stretch of time a figure is about, in one canonical spelling.

========================  ======================  ==============================================================
grain                     canonical text          read as well
========================  ======================  ==============================================================
day                       ``2026-06-18``          ``20260618``, ``2026/6/18``, ``2026年6月18日``
month                     ``2026-06``             ``2026年6月``, ``2026년 6월``, ``2026-M06``, ``Jun 2026``, ``202606``
quarter                   ``2026-Q2``             ``2026年第二季度``, ``2026二季度``, ``2026 Q2``, ``2Q2026``
half                      ``2026-H1``             ``2026年上半年``, ``2026-S1``, ``1H2026``
months                    ``2026-01..2026-09``    ``2026年1—9月``, ``2026年前三季度``
year                      ``2026``                ``2026年``, ``2026年度``, ``2026年末``, ``2026.0``
fiscal (April to March)   ``2025/26``             ``FY2025/26``, ``2025-26财年``, ``2025-26``, ``FY2025``
range of years            ``2021..2025``          ``2021-2025年``, ``十四五``, ``FYP14``
open (up to a year)       ``..2025``              ``up to 2025``
all                       ``all``                 (every record, whatever its date)
========================  ======================  ==============================================================

Full-width digits are read as well. ``2011-12`` is a month; only where the second number cannot be one is it a fiscal year.
``FY2025`` is the one that begins in 2025. A year's end (``2026年末``) is the year: a stock is that of
its last day. Years run from 1000 to 9999: others are slips of the pen.

The fiscal year is Hong Kong's (1 April to 31 March); five-year plans count from the first (1953 to 1957), with the gap
of 1963 to 1965 that history has. ``..2025`` says that the time is not stated, only that it is not after 2025.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

_FIRST_YEAR = 1000
_PAIR = re.compile(r"([12]\d{3})-(\d\d)")
Grain = Literal[
    "day", "month", "quarter", "half", "months", "year", "fiscal", "range", "open", "all"
]

_PLANS = {
    name: 1953 + 5 * i if i < 2 else 1966 + 5 * (i - 2)
    for i, name in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"])
}
_PLANS |= {
    f"十{name}": 2006 + 5 * i
    for i, name in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九"])
}
_MONTH_NAMES = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_HALF = {"上": 1, "下": 2}
_COUNTS = {name: number for number, name in enumerate("两三四五六七八九十", start=2)} | {"十一": 11}
_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time.

    Attributes:
        text: the canonical spelling; equal texts are equal periods.
        grain: how fine it is.
        start: first day; None where the start is open.
        end: last day.
    """

    text: str
    grain: Grain
    start: date | None
    end: date

    @property
    def previous(self) -> str | None:
        """The text of the period of the same grain just before, or None where that means nothing.

        >>> parse_period("2025/26").previous
        '2024/25'
        """
        if self.start is None or self.grain in ("open", "all", "months"):
            return None
        years = self.end.year - self.start.year + 1
        if self.start.year - years < _FIRST_YEAR:
            return None
        if self.grain == "range":
            return f"{self.start.year - years}..{self.start.year - 1}"
        last = self.start - timedelta(days=1)
        return _containing(last, self.grain).text

    @property
    def year_before(self) -> str | None:
        """The text of the same stretch of the year before (上年同期), or None where that means nothing.

        >>> parse_period("2026-Q2").year_before, parse_period("2026年1—9月").year_before
        ('2025-Q2', '2025-01..2025-09')
        >>> parse_period("2021..2025").year_before is None
        True
        """
        if (
            self.start is None
            or self.start.year == _FIRST_YEAR
            or (self.start.month, self.start.day) == (2, 29)
        ):
            return None
        if self.grain == "months":
            return _stretch(self.start.year - 1, self.start.month, self.end.month).text
        found = _containing(self.start.replace(year=self.start.year - 1), self.grain)
        return found.text if found.grain == self.grain else None


def _year(year: int) -> Period:
    return Period(f"{year:04d}", "year", date(year, 1, 1), date(year, 12, 31))


def _months(text: str, grain: Grain, year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(
        text, grain, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    )


def _month(year: int, month: int) -> Period:
    return _months(f"{year:04d}-{month:02d}", "month", year, month, 1)


def _quarter(year: int, quarter: int) -> Period:
    return _months(f"{year:04d}-Q{quarter}", "quarter", year, 3 * quarter - 2, 3)


def _half(year: int, half: int) -> Period:
    return _months(f"{year:04d}-H{half}", "half", year, 6 * half - 5, 6)


def _stretch(year: int, first: int, last: int) -> Period:
    """Months of one year; those that are a quarter, a half or all of it are called so."""
    if not 1 <= first <= last <= 12:
        raise ValueError(f"the months {first} to {last} are no stretch of a year")
    count = last - first + 1
    if count == 12:
        return _year(year)
    if count == 6 and first in (1, 7):
        return _half(year, (first + 5) // 6)
    if count == 3 and first % 3 == 1:
        return _quarter(year, (first + 2) // 3)
    if count == 1:
        return _month(year, first)
    return _months(f"{year:04d}-{first:02d}..{year:04d}-{last:02d}", "months", year, first, count)


def _named_month(year: str, name: str) -> Period:
    return _month(int(year), _MONTH_NAMES[name[:3].capitalize()])


def _fiscal(year: int) -> Period:
    return Period(
        f"{year:04d}/{(year + 1) % 100:02d}", "fiscal", date(year, 4, 1), date(year + 1, 3, 31)
    )


def _day(day: date) -> Period:
    return Period(day.isoformat(), "day", day, day)


def _range(first: int, last: int) -> Period:
    return Period(f"{first:04d}..{last:04d}", "range", date(first, 1, 1), date(last, 12, 31))


def _containing(day: date, grain: Grain) -> Period:
    if grain == "year":
        return _year(day.year)
    if grain == "half":
        return _half(day.year, (day.month + 5) // 6)
    if grain == "quarter":
        return _quarter(day.year, (day.month + 2) // 3)
    if grain == "month":
        return _month(day.year, day.month)
    if grain == "fiscal":
        return _fiscal(day.year if day.month >= 4 else day.year - 1)
    return _day(day)


def containing_period(period: Period, grain: Grain) -> Period | None:
    """The period of a coarser grain that holds all of another one, or None where none does.

    For the grain ``range`` that is the five-year plan. Several months overlap the quarters and halves of their year, so that
    none holds them: they are never added to what they partly are.

    >>> containing_period(parse_period("2026-Q2"), "range").text
    '2026..2030'
    >>> containing_period(parse_period("2025/26"), "year") is None
    True
    """
    if (
        period.start is None
        or period.start.year == _FIRST_YEAR
        or grain in ("open", "all", "months")
    ):
        return None
    if period.grain == "months":
        return None
    if grain == "range":
        start = next((s for s in _PLANS.values() if s <= period.start.year < s + 5), None)
        container = None if start is None else _range(start, start + 4)
    else:
        container = _containing(period.start, grain)
    return container if container is not None and period.end <= container.end else None


def last_periods(text: str, count: int) -> tuple[str, ...]:
    """A period and those of its grain right before it, ``count`` altogether, the latest first; fewer where time ends.

    >>> last_periods("2024", 3)
    ('2024', '2023', '2022')
    """
    found = [text]
    while len(found) < count and (before := parse_period(found[-1]).previous) is not None:
        found.append(before)
    return tuple(found)


def plan_of(period: Period) -> tuple[int, str] | None:
    """Number and short Chinese name of the five-year plan that a period is, or None where it is none.

    >>> plan_of(parse_period("2026..2030"))
    (15, '十五')
    """
    for number, (name, start) in enumerate(_PLANS.items(), start=1):
        if period.text == f"{start}..{start + 4}":
            return number, name
    return None


def _plan(name: str) -> Period:
    start = _PLANS[name]
    return _range(start, start + 4)


def _plan_by_number(number: int) -> Period:
    names = list(_PLANS)
    if not 1 <= number <= len(names):
        raise ValueError(f"there is no five-year plan number {number}")
    return _plan(names[number - 1])


def _ordered(first: int, last: int) -> Period:
    if last < first:
        raise ValueError(f"the range ends ({last}) before it begins ({first})")
    return _year(first) if first == last else _range(first, last)


def _fiscal_pair(first: int, last: int) -> Period:
    if last % 100 != (first + 1) % 100:
        raise ValueError(f"a fiscal year spans two years in a row, not {first} and {last}")
    return _fiscal(first)


_FORMS: list[tuple[str, Callable[[re.Match[str]], Period]]] = [
    (r"(\d{4})(?:\.0+)?(?:年(?:度|末|底|终|全年)?|-A1)?", lambda m: _year(int(m[1]))),
    (r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00:00(?:\.0+)?)?", lambda m: _day(date(int(m[1]), int(m[2]), int(m[3])))),
    (r"(\d{4})(\d{2})(\d{2})", lambda m: _day(date(int(m[1]), int(m[2]), int(m[3])))),
    (r"(\d{4})[/年.](\d{1,2})[/月.](\d{1,2})日?", lambda m: _day(date(int(m[1]), int(m[2]), int(m[3])))),
    (r"(\d{4})(?:-(0[1-9]|1[0-2])|年(\d{1,2})月)", lambda m: _month(int(m[1]), int(m[2] or m[3]))),
    (r"(\d{4})-?M(\d{1,2})", lambda m: _month(int(m[1]), int(m[2]))),
    (r"(\d{4})年(\d{1,2})月(?:份|末|底)", lambda m: _month(int(m[1]), int(m[2]))),
    (r"((?:19|20)\d{2})\.?(0[1-9]|1[0-2])", lambda m: _month(int(m[1]), int(m[2]))),
    (r"(\d{4})[ -](" + _MONTH + ")", lambda m: _named_month(m[1], m[2])),
    ("(" + _MONTH + r")[ -](\d{4})", lambda m: _named_month(m[2], m[1])),
    (r"(\d{4})[年.](\d{1,2})月?[-—–~至]+(\d{1,2})(?:月份?)?", lambda m: _stretch(int(m[1]), int(m[2]), int(m[3]))),
    (r"(\d{4})-(\d{2})\.\.(?:\1-)(\d{2})", lambda m: _stretch(int(m[1]), int(m[2]), int(m[3]))),
    (r"(\d{4})年?[前首]([二三23])季度?", lambda m: _stretch(int(m[1]), 1, 3 * _QUARTER[m[2]])),
    (r"(\d{4})年?[前首](\d{1,2}|[两三四五六七八九十]|十一)个?月",
     lambda m: _stretch(int(m[1]), 1, _COUNTS.get(m[2]) or int(m[2]))),
    (r"(\d{4})年?1[-—–~至]+([234])季度", lambda m: _stretch(int(m[1]), 1, 3 * int(m[2]))),
    (r"(\d{4})(?:[- ]|年)?Q([1-4])", lambda m: _quarter(int(m[1]), int(m[2]))),
    (r"(?:Q([1-4])[- ]|([1-4])Q ?)(\d{4})", lambda m: _quarter(int(m[3]), int(m[1] or m[2]))),
    (r"(\d{4})(?:年第?|第)?([一二三四1-4])季度?末?", lambda m: _quarter(int(m[1]), _QUARTER[m[2]])),
    (r"(\d{4})-?[HS]([12])", lambda m: _half(int(m[1]), int(m[2]))),
    (r"(?:[HS]([12])[- ]|([12])H ?)(\d{4})", lambda m: _half(int(m[3]), int(m[1] or m[2]))),
    (r"(\d{4})年?([上下])半年", lambda m: _half(int(m[1]), _HALF[m[2]])),
    (r"(\d{4})[-—–](1[3-9]|[2-9]\d|0[01])年?度?", lambda m: _fiscal_pair(int(m[1]), int(m[2]))),
    (r"FY ?(\d{4})|(\d{4})(?:财年|財年)", lambda m: _fiscal(int(m[1] or m[2]))),
    (r"(?:FY)?(\d{4})/(\d{2}|\d{4})", lambda m: _fiscal_pair(int(m[1]), int(m[2]))),
    (r"(?:FY(\d{4})-(\d{2}|\d{4})|(\d{4})[-/](\d{2}|\d{4})(?:财年|財年|财政年度|財政年度))",
     lambda m: _fiscal_pair(int(m[1] or m[3]), int(m[2] or m[4]))),
    (r"(\d{4})(?:\.\.|[—–~至]+)(\d{4})年?", lambda m: _ordered(int(m[1]), int(m[2]))),
    (r"(\d{4})年?[-—–~至](\d{4})年", lambda m: _ordered(int(m[1]), int(m[2]))),
    (r"[“\"]?([一二三四五六七八九十]{1,2})五[”\"]?(?:时期|時期|规划|規劃|期间|期間)?", lambda m: _plan(m[1])),
    (r"FYP(\d{1,2})", lambda m: _plan_by_number(int(m[1]))),
    (r"(?:\.\.|up to )(\d{4})", lambda m: Period(f"..{m[1]}", "open", None, date(int(m[1]), 12, 31))),
    (r"all", lambda _: Period("all", "all", None, date.max)),
]  # fmt: skip
_COMPILED = [
    (re.compile(pattern.replace(r"(\d{4})", r"([1-9]\d{3})"), re.ASCII), make)
    for pattern, make in _FORMS
]


_HANGUL = {
    "상반기": "上半年", "하반기": "下半年", "분기": "季度", "년도": "年", "년말": "年", "년": "年", "월": "月", "일": "日",
}  # fmt: skip
"""Korean words of periods and the Chinese ones that say the same."""


def _without_hangul(text: str) -> str:
    """A Korean period in the words that the forms know: ``2026년 3월`` is ``2026年3月``."""
    told = text
    for korean, chinese in _HANGUL.items():
        told = told.replace(korean, chinese)
    return text if told == text else "".join(told.split())


@lru_cache(maxsize=65536)
def parse_period(text: str) -> Period:
    """Read a period in any spelling of the table above.

    Raises:
        ValueError: if it is no period, with the reason (an impossible date, a range that ends before it begins).

    >>> parse_period("“十五五”时期").text
    '2026..2030'
    >>> parse_period("2026年上半年").end.isoformat(), parse_period("2026년 상반기").text
    ('2026-06-30', '2026-H1')
    """
    cleaned = _without_hangul(unicodedata.normalize("NFKC", text).strip())
    for pattern, make in _COMPILED:
        if (match := pattern.fullmatch(cleaned)) is not None:
            try:
                return make(match)
            except (KeyError, ValueError) as error:
                raise ValueError(f"{text!r} is no period: {error}") from None
    raise ValueError(
        f"{text!r} is no period; write 2025, 2025-Q1, 2025-06-18, 2025/26 or 2021..2025"
    )


def pairs_of_years(texts: Iterable[str]) -> list[str]:
    """Texts that are read as months, but look like pairs of years among the others.

    They do where at least two different texts are a year, a hyphen and two digits, and the digits are always those of the year
    after.

    >>> pairs_of_years(["2010-11", "2011-12", "2012-13"])
    ['2010-11', '2011-12']
    >>> pairs_of_years(["2010-10", "2010-11", "2010-12"])
    []
    """
    written = {text: _PAIR.fullmatch(text.strip()) for text in texts}
    found = {text: pair for text, pair in written.items() if pair}
    follow = all((int(pair[1]) + 1) % 100 == int(pair[2]) for pair in found.values())
    if len(found) < 2 or not follow:
        return []
    return [text for text, pair in found.items() if 1 <= int(pair[2]) <= 12]


def period_order(text: str) -> tuple[bool, date, bool, str]:
    """Sorts periods by their end; the whole of time and an open period come first, as the least telling.

    >>> sorted(["2025", "all", "2024-11", "..2025"], key=period_order)
    ['..2025', 'all', '2024-11', '2025']
    """
    parsed = parse_period(text)
    return parsed.grain not in ("all", "open"), parsed.end, parsed.grain == "year", text
