"""Sentences in three languages, filled from ``words.toml``."""

from __future__ import annotations

from typing import get_args

from ceyuan.periods import parse_period
from ceyuan.plan.spec import ReportState, TaskState, Texts, day_of
from ceyuan.wording import Language, Phrases, Trilingual, day_words, period_words

Part = str | int | Trilingual


_PHRASES = Phrases("ceyuan.plan")


def phrase(key: str, **parts: Part) -> Trilingual:
    """A sentence in three languages.

    Args:
        key: topic and name in ``words.toml``.
        parts: what is filled in: a text in three languages, or one that is the same in all of them.

    Raises:
        KeyError: if there is no such sentence, or a part of it is missing.

    >>> phrase("state.at_risk").zh_hans
    '有风险'
    """
    return _PHRASES.said(key, **parts)


def when_words(when: str) -> Trilingual:
    """A day or a month in three languages."""
    return day_words(day_of(when)) if parse_period(when).grain == "day" else period_words(when)


def days_words(number: int) -> Trilingual:
    """A number of days in three languages."""
    return phrase("days.one") if number == 1 else phrase("days.many", number=number)


def state_words() -> dict[str, Trilingual]:
    """What the states of tasks and reports are called."""
    tasks = {state: phrase(f"state.{state}") for state in get_args(TaskState)}
    return {**tasks, **{state: phrase(f"filing.{state}") for state in get_args(ReportState)}}


def in_language(text: Trilingual | Texts, language: Language) -> str:
    """A text in a language; one that was written in others only, in the nearest of these.

    >>> in_language(Texts.model_validate({"zh-Hans": "完成"}), "en")
    '完成'
    """
    own = {"en": text.en, "zh-Hans": text.zh_hans, "zh-Hant": text.zh_hant}
    order = {"en": ("en", "zh-Hans", "zh-Hant"), "zh-Hans": ("zh-Hans", "zh-Hant", "en")}
    return next(
        said for name in order.get(language, ("zh-Hant", "zh-Hans", "en")) if (said := own[name])
    )
