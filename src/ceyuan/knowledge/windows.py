"""Citation windows: which later works may count for a work, in whole years or in days, and when a window is over.

A window of five years of a work of 2010 ends with 2015; of one of 14 May 2010 with 14 May 2015, whatever leap days lie
between; that of 29 February ends with 28 February where the year has no 29th. (A window of 1,825 days is a day or two
shorter: published figures from programs that count seconds differ for that reason.)
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

import numpy as np

from ceyuan.errors import did_you_mean, fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Nodes
from ceyuan.periods import parse_period

Grain = Literal["year", "date"]
Ties = Literal["later", "same"]
LAST_YEAR = 9999
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Window:
    """How long after a work others may count for it.

    Attributes:
        length: so many years or days; None for as long as the data go.
        unit: what the length counts.
    """

    length: int | None = 5
    unit: Literal["years", "days"] = "years"

    def __str__(self) -> str:
        return "open" if self.length is None else f"{self.length} {self.unit}"


def parse_window(text: str) -> Window:
    """Read ``5`` (years), ``1825d`` (days) or ``open``.

    Raises:
        CeyuanError: ``knowledge-bad-option``.

    >>> parse_window("5"), str(parse_window("90d")), str(parse_window("open"))
    (Window(length=5, unit='years'), '90 days', 'open')
    """
    if text == "open":
        return Window(None)
    found = re.fullmatch(r"(\d{1,6})([dy]?)", str(text).strip())
    if found is None:
        raise fail(
            "knowledge-bad-option",
            f"{text!r} is no window; write 5 for years, 1825d for days, or open",
        )
    return Window(int(found[1]), "days" if found[2] == "d" else "years")


def one_of(option: str, value: Choice, choices: Sequence[Choice]) -> Choice:
    """The value of an option that has few.

    Raises:
        CeyuanError: ``knowledge-bad-option``.

    >>> one_of("ties", "later", ("later", "same"))
    'later'
    """
    if value not in choices:
        message = f"{option} is {value!r}, not one of {', '.join(map(str, choices))}"
        hint = did_you_mean(str(value), [str(choice) for choice in choices])
        raise fail("knowledge-bad-option", message, hint=hint)
    return value


def read_times(texts: Iterable[str | None], grain: Grain) -> list[int | None]:
    """Years, or days as Python counts them (``date.toordinal``); None for what is neither.

    A date needs its day: of a year alone nobody knows what is later.

    >>> read_times(["2019", "2019.0", "n.d.", None], "year")
    [2019, 2019, None, None]
    >>> read_times(["2019-03-01", "2019"], "date") == [date(2019, 3, 1).toordinal(), None]
    True
    """
    return [_time(text, grain) for text in texts]


def _time(text: str | None, grain: Grain) -> int | None:
    if text is None:
        return None
    plain = re.sub(r"[T ]\d\d:\d\d.*|Z$", "", text)  # the hour of a time stamp
    try:
        period = parse_period(plain)
    except ValueError:
        return None
    if grain == "year":
        return period.end.year if period.grain in ("day", "month", "year") else None
    return period.end.toordinal() if period.grain == "day" else None


def window_ends(time: AnyArray, window: Window, grain: Grain) -> AnyArray:
    """The last year or day of the window of each work; the end of all time where the window is open.

    Args:
        time: years, or days.
        window: the window.
        grain: what the times are.

    Raises:
        CeyuanError: ``knowledge-bad-option`` for a window of days where only years are known.

    >>> day = date(1996, 2, 29).toordinal()
    >>> date.fromordinal(int(window_ends(np.array([day]), Window(5), "date")[0])).isoformat()
    '2001-02-28'
    """
    if window.length is None:
        return np.full(time.size, np.iinfo(np.int64).max)
    if grain == "year":
        if window.unit == "days":
            raise fail(
                "knowledge-bad-option",
                f"a window of {window} needs dates, and there are years only",
            )
        return np.asarray(time.astype(np.int64) + window.length)
    if window.unit == "days":
        return np.asarray(time.astype(np.int64) + window.length)
    days, which = np.unique(time, return_inverse=True)
    ends = np.array([_anniversary(day, window.length) for day in days.tolist()], np.int64)
    return ends[which]


def _anniversary(day: int, years: int) -> int:
    begin = date.fromordinal(day)
    year = min(begin.year + years, LAST_YEAR)
    last = calendar.monthrange(year, begin.month)[1]
    return date(year, begin.month, min(begin.day, last)).toordinal()


def node_ranges(time: AnyArray, ends: AnyArray, ties: Ties) -> tuple[Nodes, Nodes]:
    """The window of each node as a range of nodes: the first, and one past the last.

    Args:
        time: of all dated nodes, ascending.
        ends: the last year or day of each node's window.
        ties: whether works of the same year or day come after a work (``same``) or not (``later``).
    """
    first = np.searchsorted(time, time, side="right" if ties == "later" else "left")
    last = np.searchsorted(time, ends, side="right")
    return first.astype(np.int32), last.astype(np.int32)


def finished(ends: AnyArray, until: int) -> Bools:
    """Whether each window ends while the data still go on; an open one never does."""
    return np.asarray(ends <= until)


def shown_time(time: int, grain: Grain) -> str:
    """A year or a day as text."""
    return str(time) if grain == "year" else date.fromordinal(time).isoformat()


def year_of(time: AnyArray, grain: Grain) -> AnyArray:
    """The year of each time."""
    if grain == "year":
        return time
    days, which = np.unique(time, return_inverse=True)
    return np.array([date.fromordinal(day).year for day in days.tolist()], np.int64)[which]
