"""What a build holds for a bound statement, and what each value says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ceyuan.claims.intervals import Interval, bounded, compare, exact, of_statement, rounded
from ceyuan.claims.model import Binding, Evidence, Outcome
from ceyuan.claims.money import Rates
from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import Observation
from ceyuan.periods import Period, parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Statement
from ceyuan.units import parse_unit
from ceyuan.workspace.definitions import MembershipIndicator

_MODALITIES = {"actual": ("actual",), "expected": ("actual", "expected"), "target": ("target",)}


@dataclass(frozen=True)
class Archive:
    """The values of a build, asked indicator by indicator.

    Attributes:
        build: the build.
        rates: declared rates between currencies.
        own: sources that are the text itself.
    """

    build: Build
    rates: Rates
    own: frozenset[str]

    @cached_property
    def _kept(self) -> dict[str, list[Observation]]:
        return {}

    def of(self, indicator: str) -> list[Observation]:
        """All values of an indicator without breakdown, from all sources, those first that are shown."""
        if indicator not in self._kept:
            found = self.build.show(indicator, breakdown="", all_sources=True)
            self._kept[indicator] = sorted(
                (o for o in found if o.value is not None and o.status != "simulated"),
                key=lambda o: (not o.shown, -self._priority(o)),
            )
        return self._kept[indicator]

    def _priority(self, observation: Observation) -> int:
        known = [self.build.sources[s].priority for s in sources_of(observation) if s in self.build.sources]
        return max(known, default=0)

    def at(self, indicator: str, place: str | None, period: str | None) -> list[Observation]:
        """Its values for a place and a period."""
        return [o for o in self.of(indicator) if o.place == place and o.period == period]

    def places(self, indicator: str) -> list[str]:
        """Places that it has values for."""
        return list(dict.fromkeys(o.place for o in self.of(indicator)))

    def latest(self, indicator: str, place: str | None) -> str | None:
        """The last period that it has a value for at a place; the text's own value goes first."""
        found = [o for o in self.of(indicator) if o.place == place]
        stated = [o for o in found if self.is_own(o)]
        periods = {o.period: parse_period(o.period) for o in stated or found}
        return max(periods, key=lambda p: _order(periods[p]), default=None)

    def is_own(self, observation: Observation) -> bool:
        """Whether nothing but the text itself states a value."""
        sources = sources_of(observation)
        return bool(sources) and self.own.issuperset(sources)

    def evidence(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Everything that a bound statement can be held against, what decides first.

        Values of other sources come before what the text itself says. A growth rate or a change is held against two
        levels of one source, and against values of an indicator that gives it.

        Raises:
            CeyuanError: ``no-rate`` where money would have to be converted at a rate that nobody declared.
        """
        if binding.measure == "level":
            made = [self._level(statement, binding, o) for o in self._allowed(statement, binding, binding.period)]
        elif binding.measure == "from_to":
            made = self._from_to(statement, binding)
        else:
            made = self._between(statement, binding)
        return sorted(made, key=lambda e: e.own)

    def _allowed(self, statement: Statement, binding: Binding, period: str | None) -> list[Observation]:
        allowed = _MODALITIES[statement.modality]
        return [o for o in self.at(binding.indicator, binding.place, period) if o.modality in allowed]

    def _level(self, statement: Statement, binding: Binding, observation: Observation) -> Evidence:
        factor = self._factor(observation, statement)
        outcome: Outcome
        if isinstance(self.build.indicators[binding.indicator], MembershipIndicator):
            inside = observation.bound in ("lt", "le") and exact(observation.value or 0) <= statement.value
            outcome = "supports" if inside else "contradicts"
        else:
            outcome = compare(of_statement(statement), _bound(statement), self._interval(observation, factor))
        how = f"{observation.indicator} at {observation.place}, {observation.period}"
        return self._evidence(statement, observation, factor, outcome, how)

    def _evidence(
        self, statement: Statement, observation: Observation, factor: Decimal, outcome: Outcome, how: str
    ) -> Evidence:
        top = None if observation.value_max is None else float(exact(observation.value_max) * factor)
        value = float(exact(exact(observation.value or 0) * factor))
        if observation.modality != statement.modality:
            how += f" ({observation.modality}; the text: {statement.modality})"
        return Evidence(
            value, top, observation.bound, statement.unit, observation.status, sources_of(observation),
            self.is_own(observation), outcome, how, observation.period,
        )  # fmt: skip

    def _from_to(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """A change that names both ends: the later one as a level, the former one among earlier values."""
        made = []
        former = bounded(statement.from_value or Decimal(0), "eq", statement.step / 2)
        for now in self._allowed(statement, binding, binding.period):
            entry = self._level(statement, binding, now)
            before = [
                o
                for o in self.of(now.indicator)
                if o.place == now.place and o.source == now.source and _order(parse_period(o.period)) < _order(parse_period(now.period))
            ]  # fmt: skip
            fits = [o for o in before if former.meets(self._interval(o, self._factor(o, statement)))]
            how = f"{entry.how}; from {statement.from_value}: " + (
                f"so at {fits[0].period}" if fits else "no earlier value says so"
            )
            made.append(_with(entry, entry.outcome if fits or entry.outcome == "contradicts" else "undecided", how))
        return made

    def _between(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Growth or change since the period before, from two levels of one source."""
        previous = parse_period(binding.period).previous if binding.period else None
        before = self.at(binding.indicator, binding.place, previous)
        made = []
        for now in self._allowed(statement, binding, binding.period):
            for then in (o for o in before if o.source == now.source and o.value and o.modality == "actual"):
                made.append(self._difference(statement, binding, now, then))
        return made

    def _difference(self, statement: Statement, binding: Binding, now: Observation, then: Observation) -> Evidence:
        points = statement.unit in ("个百分点", "%")
        factor = Decimal(1) if points else self._factor(now, statement)
        late, early = self._interval(now, factor), self._interval(then, factor)
        found = growth(late, early) if binding.measure == "growth" else difference(late, early)
        outcome = compare(of_statement(statement), _bound(statement), found)
        value = found.point if found.point is not None else found.low
        how = f"{binding.measure} of {now.indicator} at {now.place}, {then.period} to {now.period}: " + (
            f"{then.value:,.10g} → {now.value:,.10g} {now.unit}"
        )
        return Evidence(
            float(exact(value)), None, "eq", statement.unit, now.status, sources_of(now), self.is_own(now), outcome, how,
            now.period,
        )  # fmt: skip

    def _interval(self, observation: Observation, factor: Decimal) -> Interval:
        """What an observation stands for, in the unit of the statement."""
        value = exact(observation.value or 0)
        half = Decimal(0) if parse_unit(observation.unit).is_count else self._half(observation.indicator, value)
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

    def _factor(self, observation: Observation, statement: Statement) -> Decimal:
        """What a value is multiplied by to be in the unit of a statement."""
        own, stated = parse_unit(observation.unit), parse_unit(statement.unit)
        factor = own.factor / stated.factor
        if own.dimension == stated.dimension:
            return factor
        return factor * self.rates.rate(own, stated, observation.period)


def sources_of(observation: Observation) -> tuple[str, ...]:
    """Identifiers of the sources of a value."""
    return tuple(s for s in observation.source.split(";") if s)


def growth(late: Interval, early: Interval) -> Interval:
    """Growth in per cent between two levels, each known to its own rounding."""
    if late.point is None or early.point is None or early.low <= 0:
        return Interval(Decimal("-Infinity"), Decimal("Infinity"))
    low, high = late.low / early.high - 1, late.high / early.low - 1
    point = (late.point / early.point - 1) * 100
    return Interval(low * 100, high * 100, point, low_open=low < high, high_open=low < high)


def difference(late: Interval, early: Interval) -> Interval:
    """The difference of two levels, each known to its own rounding."""
    if late.point is None or early.point is None:
        return Interval(Decimal("-Infinity"), Decimal("Infinity"))
    low, high = late.low - early.high, late.high - early.low
    return Interval(low, high, late.point - early.point, low_open=low < high, high_open=low < high)


def recognised_sources(build: Build, text: str) -> frozenset[str]:
    """Sources that are this very text: at least three of their figures quote words, nearly all of which stand in it."""
    squeezed = "".join(text.split())
    quotes: dict[str, list[str]] = {}
    if "figure" in build.kinds:
        for source, quote in build.engine.rows("SELECT _source, quote FROM figure WHERE quote IS NOT NULL"):
            quotes.setdefault(str(source), []).append("".join(str(quote).split()))
    return frozenset(s for s, found in quotes.items() if len(found) >= 3 and _share(found, squeezed) >= 0.8)


def _share(quotes: Iterable[str], text: str) -> float:
    hits = [q in text for q in quotes]
    return sum(hits) / len(hits)


def _bound(statement: Statement) -> str:
    return "ge" if statement.kind == "streak" else "range" if statement.value_max is not None else statement.bound


def _with(entry: Evidence, outcome: Outcome, how: str) -> Evidence:
    return Evidence(entry.value, entry.value_max, entry.bound, entry.unit, entry.status, entry.sources, entry.own,
                    outcome, how, entry.period)  # fmt: skip


def _order(period: Period) -> tuple[object, int]:
    return period.end, 0 if period.start is None else 1


def no_rate(error: CeyuanError) -> bool:
    """Whether an error says that a rate is missing."""
    return all(p.code == "no-rate" for p in error.problems)


def outcomes(evidence: Iterable[Evidence]) -> Mapping[Outcome, int]:
    """How many pieces of evidence say what."""
    found: dict[Outcome, int] = {}
    for entry in evidence:
        found[entry.outcome] = found.get(entry.outcome, 0) + 1
    return found
