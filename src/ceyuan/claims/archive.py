"""What a build holds for the statements of a text, in the units of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain

from ceyuan.bounds import Interval, bounded, exact, rounded
from ceyuan.claims.model import Basis, Binding, Evidence, Outcome
from ceyuan.claims.money import Rates
from ceyuan.claims.saying import When, say, where
from ceyuan.claims.values import Values, sources_of
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import (
    ChangeIndicator,
    GrowthIndicator,
)
from ceyuan.periods import Period, parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Statement
from ceyuan.units import parse_unit
from ceyuan.wording import InLanguages, Phrase, Trilingual


@dataclass(frozen=True)
class Archive:
    """What a build holds for the statements of one text.

    Attributes:
        build: the build.
        values: its values.
        rates: declared rates between currencies.
        own: sources that are the text itself.
    """

    build: Build
    values: Values
    rates: Rates
    own: frozenset[str]

    def of(self, indicator: str) -> list[Observation]:
        """All values of an indicator without breakdown, from all sources, those first that are shown."""
        return self.values.of(indicator)

    def at(self, indicator: str, place: str | None, period: str | None) -> list[Observation]:
        """Its values for a place and a period."""
        return [
            o for o in self.values.by_place(indicator).get(place or "", ()) if o.period == period
        ]

    def places(self, indicator: str) -> list[str]:
        """Places that it has values for."""
        return list(self.values.by_place(indicator))

    def latest(self, indicator: str, place: str | None) -> tuple[str | None, Basis]:
        """The period of a figure whose text names none: that of the text's own record, else the last that is known."""
        found = self.values.by_place(indicator).get(place or "", [])
        stated = [o for o in found if self.is_own(o)]
        periods = {o.period: parse_period(o.period) for o in stated or found}
        return max(
            periods, key=lambda p: chronological(periods[p]), default=None
        ), "declared" if stated else "assumed"

    def is_own(self, observation: Observation) -> bool:
        """Whether nothing but the text itself states a value."""
        sources = sources_of(observation)
        return bool(sources) and self.own.issuperset(sources)

    def is_output(self, binding: Binding) -> bool:
        """Whether an indicator is output in money, as national accounts give it."""
        indicator = self.build.indicators[binding.indicator]
        return indicator.national_accounts and parse_unit(indicator.unit).dimension.startswith(
            "money:"
        )

    def entry(
        self, observation: Observation, value: Decimal, unit: str, outcome: Outcome, how: Phrase
    ) -> Evidence:
        """A value made of an observation, with its sources and who made them."""
        names = sources_of(observation)
        known = [self.build.sources[s] for s in names if s in self.build.sources]
        return Evidence(
            value=float(exact(value)), value_max=None, bound="eq", unit=unit, status=observation.status,
            modality=observation.modality, sources=names,
            origins=self.origins(observation),
            natures=tuple(dict.fromkeys(s.nature for s in known if s.nature is not None)),
            independent=True, relation="same", outcome=outcome, how=how, differs=(), place=observation.place,
            period=observation.period, decimals=None,
        )  # fmt: skip

    def origins(self, observation: Observation) -> tuple[Trilingual, ...]:
        """Names of the bodies that made a value, each once."""
        made = (
            self.values.makers(source, observation.indicator) for source in sources_of(observation)
        )
        return tuple(dict.fromkeys(chain.from_iterable(made)))

    def level(
        self, observation: Observation, statement: Statement, outcome: Outcome, how: Phrase
    ) -> Evidence:
        """An observation as it stands, in the unit of a statement."""
        factor = self.factor(observation, statement)
        entry = self.entry(
            observation, exact(observation.value or 0) * factor, statement.unit, outcome, how
        )
        top = (
            None if observation.value_max is None else float(exact(observation.value_max) * factor)
        )
        decimals = _decimals(
            observation, self.build.indicators[observation.indicator].decimals, factor
        )
        return replace(entry, value_max=top, bound=observation.bound, decimals=decimals)

    def named(self, observation: Observation) -> Phrase:
        """An observation by its indicator, place and period."""
        return say(
            "how.level", indicator=self.name_of(observation.indicator), place=self.place_of(observation.place),
            period=When(observation.period),
        )  # fmt: skip

    def name_of(self, indicator: str) -> Trilingual:
        """The name of an indicator."""
        return self.build.indicators[indicator].name

    def place_of(self, place: str | None) -> InLanguages:
        """How a place is called."""
        return where(self.build.gazetteer, place)

    def interval(self, observation: Observation, factor: Decimal) -> Interval:
        """What an observation stands for, in the unit of the statement."""
        value = exact(observation.value or 0)
        half = (
            Decimal(0)
            if parse_unit(observation.unit).is_count
            else self._half(observation.indicator, value)
        )
        if observation.status == "computed":
            # each part of a sum is known to its own rounding
            half *= max(1, observation.records or 1)
        top = None if observation.value_max is None else exact(observation.value_max) * factor
        if observation.bound == "eq" and top is None:
            return rounded(exact(value * factor), half * factor)
        return bounded(exact(value * factor), observation.bound, half * factor, top)

    def _half(self, indicator: str, value: Decimal) -> Decimal:
        """Half of the last digit that a value is known to: none where it has more digits than are shown."""
        declared = self.build.indicators[indicator].decimals
        exponent = value.normalize().as_tuple().exponent
        written = max(0, -exponent) if isinstance(exponent, int) else 0
        if declared is not None and written > declared:
            return Decimal(0)
        return Decimal(5).scaleb(-(written if declared is None else declared) - 1)

    def factor(self, observation: Observation, statement: Statement) -> Decimal:
        """What a value is multiplied by to be in the unit of a statement."""
        own, stated = parse_unit(observation.unit), parse_unit(statement.unit)
        factor = own.factor / stated.factor
        if own.dimension == stated.dimension:
            return factor
        return factor * self.rates.rate(own, stated, observation.period)

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], list[str]]:
        """Indicators of growth and of change over the period before, by what moves."""
        found: dict[tuple[str, str], list[str]] = {}
        for indicator in self.build.indicators.values():
            if (
                isinstance(indicator, GrowthIndicator | ChangeIndicator)
                and indicator.against == "previous"
            ):
                found.setdefault((indicator.of, indicator.type), []).append(indicator.id)
        return found


def _decimals(observation: Observation, declared: int | None, factor: Decimal) -> int | None:
    """The decimals of an observation after its unit was changed: 2.00亿元 has two; in 元 its last digit is that of millions."""
    own = declared if observation.fixed else observation.decimals
    digits = factor.normalize()
    if own is None or digits != Decimal(1).scaleb(digits.adjusted()):
        return None
    return own - digits.adjusted()


def chronological(period: Period) -> tuple[bool, date, int]:
    """What periods are sorted by in time; what has no date is not later than what has one."""
    return period.grain != "all", period.end, 0 if period.start is None else 1
