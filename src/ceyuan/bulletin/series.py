"""What a bulletin asks of the shown figures of a build: one of them, and what they say about each other.

All answers are computed from observations and nothing else. Where a bound leaves a comparison open (超6.9万家 against
超6.5万家), the answer is no: a text must not claim what the figures do not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ceyuan.bounds import exact
from ceyuan.bulletin.document import Figure
from ceyuan.indicators.observations import Observation, figure_key
from ceyuan.periods import parse_period
from ceyuan.workspace.definitions import Indicator

Key = tuple[str, str, str, str]
Move = Literal["rose", "fell", "unchanged"]


@dataclass(frozen=True, slots=True)
class Series:
    """The shown observations of a build.

    Attributes:
        observations: by indicator, place, period and breakdown.
        indicators: their definitions.
    """

    observations: Mapping[Key, Observation]
    indicators: Mapping[str, Indicator]

    @classmethod
    def of(cls, observations: Iterable[Observation], indicators: Mapping[str, Indicator]) -> Series:
        """The series of all shown observations."""
        return cls(
            {(o.indicator, o.place, o.period, o.breakdown): o for o in observations if o.shown},
            indicators,
        )

    def figure(self, o: Observation, decimals: int | None = None) -> Figure:
        """An observation as a figure.

        Args:
            o: the observation.
            decimals: how many are written at most; the indicator's if None.
        """
        indicator = self.indicators[o.indicator]
        shown = indicator.decimals if decimals is None else decimals
        key = figure_key(o.indicator, o.place, o.period, o.breakdown)
        printed = o.decimals if decimals is None else None
        return Figure(
            key,
            o.value,
            o.value_max,
            o.unit,
            o.bound,
            o.modality,
            shown,
            indicator.counted,
            o,
            printed=printed,
            fixed=o.fixed,
        )

    def before(self, o: Observation, since: str | None = None) -> Observation | None:
        """The same figure of the period before, or of a period that is named; None where there is none."""
        period = parse_period(since).text if since is not None else parse_period(o.period).previous
        return (
            None
            if period is None
            else self.observations.get((o.indicator, o.place, period, o.breakdown))
        )

    def earlier(self, o: Observation) -> list[Observation]:
        """The same figure of all earlier periods of its grain that have a value, the oldest first."""
        own = parse_period(o.period)
        dated = [
            (parse_period(e.period), e)
            for (indicator, place, _, breakdown), e in self.observations.items()
            if (indicator, place, breakdown) == (o.indicator, o.place, o.breakdown)
            and e.value is not None
        ]
        return [
            e
            for p, e in sorted(dated, key=lambda d: d[0].end)
            if p.grain == own.grain and p.end < own.end
        ]

    def move(self, o: Observation, since: str | None = None) -> Move | None:
        """Which way a figure went since the period before (or a named one); None where that is not determined."""
        old = self.before(o, since)
        if old is None or old.unit != o.unit:
            return None
        now, then = o.interval, old.interval
        if now.point is not None and now.point == then.point:
            return "unchanged"
        if then.below(now):
            return "rose"
        return "fell" if now.below(then) else None

    def first_time(self, o: Observation, level: float | None = None) -> bool:
        """Whether a figure reaches a level that it has certainly not reached in any earlier recorded period.

        Args:
            o: the figure.
            level: the level; what the figure itself says if None.
        """
        past = self.earlier(o)
        wanted = o.value if level is None else level
        if wanted is None or not past:
            return False
        level_reached = exact(wanted)
        if self.indicators[o.indicator].direction == "lower":
            return o.interval.high <= level_reached and all(
                e.interval.low > level_reached for e in past
            )
        return o.interval.low >= level_reached and all(
            e.interval.high < level_reached for e in past
        )

    def streak(self, o: Observation, move: Move) -> list[Observation]:
        """The figures of the periods in a row, up to this one, each of which moved that way; the starting level first."""
        chain = [o]
        while (old := self.before(chain[0])) is not None and self.move(chain[0]) == move:
            chain.insert(0, old)
        return chain if len(chain) > 1 else []


def is_exact(o: Observation) -> bool:
    """Whether an observation states one value."""
    return o.value is not None and o.value_max is None and o.bound == "eq"


def change_of(new: Figure, old: Figure) -> Figure:
    """The difference of two figures; percentages differ by percentage points.

    >>> old, new = (Figure(str(v), v, None, "%", "eq", "actual", 1, None, None, "level", ()) for v in (3.9, 4.3))
    >>> found = change_of(new, old)
    >>> found.value, found.unit
    (0.4, '个百分点')
    """
    value = float(_exact(new) - _exact(old))
    unit = "个百分点" if new.unit == "%" else new.unit
    return _computed("change", value, unit, (new, old), new.decimals)


def growth_of(new: Figure, old: Figure, decimals: int) -> Figure:
    """The growth of a figure over another one in per cent.

    Raises:
        ZeroDivisionError: if the old value is zero, or below it: a loss that became a profit has no growth.
    """
    if _exact(old) <= 0:
        raise ZeroDivisionError("growth over nothing")
    value = float((_exact(new) / _exact(old) - 1) * 100)
    return _computed("growth", value, "%", (new, old), decimals)


def streak_of(chain: Iterable[Figure]) -> Figure:
    """The number of steps between figures in a row, in years."""
    inputs = tuple(chain)
    return _computed("streak", float(len(inputs) - 1), "年", inputs, 0)


def _computed(
    how: str, value: float, unit: str, inputs: tuple[Figure, ...], decimals: int | None
) -> Figure:
    modality = "expected" if any(i.modality != "actual" for i in inputs) else "actual"
    key = f"{how}({','.join(i.key for i in inputs)})"
    return Figure(key, value, None, unit, "eq", modality, decimals, None, None, how, inputs)


def _exact(figure: Figure) -> Decimal:
    return Decimal(repr(figure.value))
