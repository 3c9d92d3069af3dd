"""Which observations a request asks for: each filter one value, several, or a list divided by commas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ceyuan.engine import literals
from ceyuan.errors import fail
from ceyuan.periods import parse_period
from ceyuan.web.resources.view import View
from ceyuan.workspace.definitions import Status

Values = tuple[str, ...] | None
"""The values of one filter; all if None."""


@dataclass(frozen=True, slots=True)
class ObservationQuery:
    """Which observations are asked for; None stands for all.

    Attributes:
        indicator: identifiers of indicators.
        place: places by id, name, alias or code.
        period: periods in any spelling.
        breakdown: parts of a breakdown, empty for the total.
        status: computed, published, estimated or simulated.
        all_sources: also the values that are not shown because another source goes first.
    """

    indicator: Values = None
    place: Values = None
    period: Values = None
    breakdown: Values = None
    status: tuple[Status, ...] | None = None
    all_sources: bool = False

    def condition(self, view: View) -> str:
        """The filter as SQL over the columns of observations.

        Raises:
            CeyuanError: ``unknown-indicator``, ``unknown-place`` or ``bad-period``.
        """
        build = view.build
        found = [] if self.all_sources else ["shown"]
        if self.indicator is not None:
            names = divided(self.indicator, build.indicators.__contains__)
            found.append(_among("indicator", (view.indicator(name).id for name in names)))
        if self.place is not None:
            names = divided(self.place, lambda text: build.gazetteer.resolve(text) is not None)
            found.append(_among("place", map(build.place, names)))
        if self.period is not None:
            found.append(_among("period", map(canonical_period, divided(self.period, _never))))
        if self.breakdown is not None:
            found.append(_among("breakdown", divided(self.breakdown, _is_one_part)))
        if self.status is not None:
            found.append(_among("status", self.status))
        return " AND ".join(found) or "true"


def divided(values: Iterable[str], whole: Callable[[str], bool]) -> Iterator[str]:
    """Values of a filter, those with commas divided unless they mean something as they are.

    Args:
        values: the values as they were sent.
        whole: whether a value with a comma is one value, such as a place whose name has one.

    >>> list(divided(["2024, 2025", "2026"], lambda _: False))
    ['2024', '2025', '2026']
    """
    for value in values:
        if "," not in value or whole(value):
            yield value
        else:
            yield from (part.strip() for part in value.split(","))


def canonical_period(text: str) -> str:
    """The canonical spelling of a period.

    Raises:
        CeyuanError: ``bad-period``.

    >>> canonical_period("2025年")
    '2025'
    """
    try:
        return parse_period(text).text
    except ValueError as error:
        raise fail("bad-period", str(error)) from None


def _never(_: str) -> bool:
    return False


def _is_one_part(text: str) -> bool:
    """Whether a comma stands in the value of a breakdown, rather than between breakdowns: ``field=AI, robots``."""
    return any(part and "=" not in part for part in text.split(","))


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({literals(dict.fromkeys(values))})"
