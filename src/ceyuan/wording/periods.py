"""Periods and dates in the words of a language."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from ceyuan.periods import Period, parse_period, plan_of
from ceyuan.wording.english import ordinal
from ceyuan.wording.language import Language, Trilingual

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMERALS = "一二三四"
_WORDS = ("first", "second", "third", "fourth")


def date_text(day: date, language: Language) -> str:
    """A day.

    >>> date_text(date(2026, 6, 18), "zh-Hans"), date_text(date(2026, 6, 18), "en")
    ('2026年6月18日', '18 June 2026')
    """
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def period_text(period: str, language: Language) -> str:
    """A period.

    Args:
        period: in any spelling that :func:`ceyuan.periods.parse_period` reads.
        language: whose words.

    Raises:
        ValueError: if it is no period.

    >>> period_text("2025", "zh-Hans"), period_text("2025", "en"), period_text("2026..2030", "zh-Hans")
    ('2025年', '2025', '“十五五”时期')
    >>> period_text("2026-Q2", "zh-Hant"), period_text("2025/26", "zh-Hant"), period_text("2026..2030", "en")
    ('2026年第二季', '2025-26財政年度', '15th Five-Year Plan period (2026–2030)')
    """
    known = parse_period(period)
    return (
        _english(known) if language == "en" else _chinese(known, traditional=language == "zh-Hant")
    )


@lru_cache(maxsize=4096)
def period_words(period: str) -> Trilingual:
    """A period in all languages; see :func:`period_text`.

    >>> period_words("2025").zh_hans
    '2025年'
    """
    return Trilingual.made(lambda language: period_text(period, language))


@lru_cache(maxsize=4096)
def day_words(day: date) -> Trilingual:
    """A day in all languages; see :func:`date_text`."""
    return Trilingual.made(lambda language: date_text(day, language))


def _chinese(period: Period, *, traditional: bool) -> str:
    if period.grain == "all":
        return "至今" if traditional else "迄今"
    end = period.end
    if period.start is None:
        return f"截至{end.year}年"
    start = period.start
    if period.grain == "range":
        if (plan := plan_of(period)) is not None:
            return f"「{plan[1]}五」時期" if traditional else f"“{plan[1]}五”时期"
        return f"{start.year}{'至' if traditional else '—'}{end.year}年"
    if period.grain == "fiscal":
        years = f"{start.year}-{end.year % 100:02d}"
        return f"{years}財政年度" if traditional else f"{years}财政年度"
    year = f"{start.year}年"
    return {
        "months": f"{year}{start.month}{'至' if traditional else '—'}{end.month}月",
        "day": f"{year}{start.month}月{start.day}日",
        "month": f"{year}{start.month}月",
        "quarter": f"{year}第{_NUMERALS[(start.month - 1) // 3]}{'季' if traditional else '季度'}",
        "half": f"{year}{'上' if start.month == 1 else '下'}半年",
    }.get(period.grain, year)


def _english(period: Period) -> str:
    if period.grain == "all":
        return "all years to date"
    end = period.end
    if period.start is None:
        return f"up to {end.year}"
    start = period.start
    if period.grain == "range":
        years = f"{start.year}–{end.year}"
        plan = plan_of(period)
        return years if plan is None else f"{ordinal(plan[0])} Five-Year Plan period ({years})"
    return {
        "day": date_text(start, "en"),
        "month": f"{_MONTHS[start.month - 1]} {start.year}",
        "months": f"{_MONTHS[start.month - 1]}–{_MONTHS[end.month - 1]} {start.year}",
        "quarter": f"{_WORDS[(start.month - 1) // 3]} quarter of {start.year}",
        "half": f"{_WORDS[(start.month - 1) // 6]} half of {start.year}",
        "fiscal": f"fiscal year {start.year}/{end.year % 100:02d}",
    }.get(period.grain, f"{start.year}")
