"""What a build holds for a bound statement, and what each value says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain

from ceyuan.bounds import Interval, bounded, difference, exact, growth, quotient, rounded, yearly
from ceyuan.claims.comparison import YEAR_BEFORE, earlier_period
from ceyuan.claims.intervals import outcome_of
from ceyuan.claims.model import Basis, Binding, Evidence, Outcome
from ceyuan.claims.money import Rates
from ceyuan.claims.saying import Value, When, say, where
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import (
    ChangeIndicator,
    GrowthIndicator,
    MembershipIndicator,
    RatioIndicator,
    ShareIndicator,
)
from ceyuan.periods import Period, parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Statement
from ceyuan.units import parse_unit
from ceyuan.wording import InLanguages, Phrase, Trilingual

_MODALITIES = {
    "actual": ("actual",),
    "expected": ("actual", "expected", "target"),
    "target": ("target",),
}


class Values:
    """The values of a build, read once for each indicator and asked for by place and period.

    Args:
        build: the build.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._kept: dict[str, list[Observation]] = {}
        self._doubted: dict[str, list[Observation]] = {}
        self._makers: dict[tuple[str, str], tuple[Trilingual, ...]] = {}
        self._placed: dict[str, dict[str, list[Observation]]] = {}

    def of(self, indicator: str) -> list[Observation]:
        """All values of an indicator without breakdown, from all sources, those first that are shown.

        What is simulated or doubted is no evidence.
        """
        if indicator not in self._kept:
            found = self._build.show(indicator, breakdown="", all_sources=True)
            self._doubted[indicator] = [
                o for o in found if o.value is not None and o.status == "doubtful"
            ]
            self._kept[indicator] = sorted(
                (
                    o
                    for o in found
                    if o.value is not None and o.status not in ("simulated", "doubtful")
                ),
                key=lambda o: (not o.shown, -self._priority(o)),
            )
        return self._kept[indicator]

    def doubted(self, indicator: str) -> list[Observation]:
        """Its values that the workspace doubts: no evidence, but somebody stated them."""
        self.of(indicator)
        return self._doubted[indicator]

    def by_place(self, indicator: str) -> dict[str, list[Observation]]:
        """The same by place, places in the order of their first values."""
        if indicator not in self._placed:
            placed = self._placed.setdefault(indicator, {})
            for observation in self.of(indicator):
                placed.setdefault(observation.place, []).append(observation)
        return self._placed[indicator]

    def makers(self, source: str, indicator: str) -> tuple[Trilingual, ...]:
        """Names of the bodies that made a source's figure; its publisher's where none is declared."""
        key = source, indicator
        if key not in self._makers:
            provenance = self._build.provenance
            retold = provenance.retells(source, indicator)
            bodies = (
                provenance.measurers(source, indicator) if retold else provenance.origin(source)
            )
            names = [provenance.origins[body].name for body in bodies if body in provenance.origins]
            known = self._build.sources.get(source)
            self._makers[key] = tuple(names or ([known.publisher] if known is not None else []))
        return self._makers[key]

    def _priority(self, observation: Observation) -> int:
        sources = self._build.sources
        return max(
            (sources[s].priority for s in sources_of(observation) if s in sources), default=0
        )


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
            periods, key=lambda p: _order(periods[p]), default=None
        ), "declared" if stated else "assumed"

    def is_own(self, observation: Observation) -> bool:
        """Whether nothing but the text itself states a value."""
        sources = sources_of(observation)
        return bool(sources) and self.own.issuperset(sources)

    def evidence(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Everything that a bound statement can be held against, what decides first.

        A growth rate or a change is held against two levels of one source, and against values of an indicator that gives
        it. Whether a value is independent of the text is not known here: see :mod:`ceyuan.claims.origins`.

        Raises:
            CeyuanError: ``no-rate`` where money would have to be converted at a rate that nobody declared.
        """
        if binding.measure == "level":
            made = [
                self._level(statement, binding, o)
                for o in self._allowed(statement, binding, binding.period)
            ]
            made += self._at_end_of_year(statement, binding)
            made += self._quotients(statement, binding, {s for e in made for s in e.sources})
        elif binding.measure == "from_to":
            made = self._from_to(statement, binding)
        elif binding.measure in ("growth", "mean growth", "change"):
            made = [*self._declared(statement, binding), *self._moved(statement, binding)]
        else:
            made = []
        indicator = self.build.indicators[binding.indicator]
        to_date = indicator.cumulative or indicator.type == "cumulative"
        return [_ahead(entry, statement, to_date=to_date) for entry in made]

    def _at_end_of_year(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Values of December that a stock told for its year agrees with; the month of a flow speaks against nothing."""
        if binding.period is None or not binding.period.isdigit():
            return []
        months = self._allowed(statement, binding, f"{binding.period}-12")
        held = (self._level(statement, binding, o) for o in months)
        return [entry for entry in held if entry.outcome == "supports"]

    def told_elsewhere(self, statement: Statement, binding: Binding) -> tuple[str, Evidence] | None:
        """What else a level may tell that no outcome bears out: an earlier estimate, a plan's target, a value that is doubted.

        Returns:
            The key of the reason, and the value that the text tells; None where there is none.
        """
        if binding.measure != "level" or statement.modality != "actual":
            return None
        asked = replace(statement, modality="expected")
        told = [
            ("reason.as_estimated", o)
            for o in self._allowed(asked, binding, binding.period)
            if o.modality == "expected"
        ]
        if _PLANNED.search(statement.sentence) and not _REACHED.search(statement.sentence):
            planned = self._allowed(replace(statement, modality="target"), binding, binding.period)
            told += [("reason.as_planned", o) for o in planned]
        for doubted in self.values.doubted(binding.indicator):
            if (doubted.place, doubted.period) == (binding.place, binding.period):
                told.append(("reason.as_doubted", doubted))
        half = float(statement.step) / 2
        for key, observation in told:
            found = self._level(asked, binding, observation)
            if abs(found.value - float(statement.value)) <= half:
                return key, found
        return None

    def _allowed(
        self, statement: Statement, binding: Binding, period: str | None
    ) -> list[Observation]:
        allowed = _MODALITIES[statement.modality]
        values = self.at(binding.indicator, binding.place, period)
        return [o for o in values if o.modality in allowed and self._decides(statement, o)]

    def _decides(self, statement: Statement, observation: Observation) -> bool:
        """Whether a value says something of a statement: what was found by name only of a text that claims no more."""
        return not at_least(observation) or _says_the_same(
            statement, observation, self.factor(observation, statement)
        )

    def _level(self, statement: Statement, binding: Binding, observation: Observation) -> Evidence:
        factor = self.factor(observation, statement)
        outcome: Outcome
        if isinstance(self.build.indicators[binding.indicator], MembershipIndicator):
            inside = (
                observation.bound in ("lt", "le")
                and exact(observation.value or 0) <= statement.value
            )
            outcome = "supports" if inside else "contradicts"
        elif _says_the_same(statement, observation, factor):
            outcome = "supports"
        else:
            outcome = outcome_of(statement, self.interval(observation, factor))
            if outcome == "contradicts" and self._one_edition_apart(
                statement, binding, observation
            ):
                outcome = "undecided"
        how = self.named(observation)
        if observation.modality != statement.modality:
            value_is, text_is = (
                say(f"modality.{observation.modality}"),
                say(f"modality.{statement.modality}"),
            )
            how = say("how.other_modality", how=how, value=value_is, text=text_is)
        return self.level(observation, statement, outcome, how)

    def _one_edition_apart(
        self, statement: Statement, binding: Binding, observation: Observation
    ) -> bool:
        """Whether a figure and a value may be two editions of one.

        Percentages of output may differ by one in the last digit (2.68 and 2.69%), output itself by what a census changes.
        """
        if statement.bound != "eq" or statement.value_max is not None:
            return False
        value = exact(observation.value or 0) * self.factor(observation, statement)
        if self._account(binding):
            return abs(statement.value - value) <= _CENSUS * abs(value)
        ratio = (
            isinstance(self.build.indicators[binding.indicator], RatioIndicator)
            and statement.unit == "%"
        )
        return ratio and abs(statement.value - value) <= statement.step

    def _account(self, binding: Binding) -> bool:
        """Whether an indicator is output in money, as national accounts give it."""
        indicator = self.build.indicators[binding.indicator]
        return indicator.national_accounts and parse_unit(indicator.unit).dimension.startswith(
            "money:"
        )

    def _quotients(self, statement: Statement, binding: Binding, used: set[str]) -> list[Evidence]:
        """A share or ratio made again from each further source of both its parts: a build shows one, of one source."""
        indicator = self.build.indicators[binding.indicator]
        if isinstance(indicator, ShareIndicator):
            over, under, whole = (
                indicator.part,
                indicator.whole or indicator.part,
                indicator.whole_place or binding.place,
            )
        elif isinstance(indicator, RatioIndicator):
            over, under, whole = indicator.numerator, indicator.denominator, binding.place
        else:
            return []
        unit = parse_unit(statement.unit)
        made = []
        for top in self.at(over, binding.place, binding.period):
            bottoms = [
                o
                for o in self.at(under, whole, binding.period)
                if o.source == top.source and o.value
            ]
            if not bottoms or used.intersection(sources_of(top)) or top.modality != "actual":
                continue
            used.update(sources_of(top))
            scale = parse_unit(top.unit).factor / parse_unit(bottoms[0].unit).factor / unit.factor
            found = quotient(
                self.interval(top, Decimal(1)), self.interval(bottoms[0], Decimal(1)), scale
            )
            outcome = outcome_of(statement, found)
            how = say(
                "how.quotient", over=self._name(over), under=self._name(under), place=self._place(top.place),
                whole=self._place(whole), period=When(top.period),
            )  # fmt: skip
            value = exact(found.point if found.point is not None else found.low)
            made.append(self.entry(top, value, statement.unit, outcome, how))
        return made

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

    def _from_to(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """A change that names both ends: the later one as a level, the former one among earlier values."""
        made = []
        for now in self._allowed(statement, binding, binding.period):
            entry = self._level(statement, binding, now)
            before, fits = self._former(statement, binding, now)
            first = Value(float(statement.from_value or 0), statement.unit)
            how = say("how.from_nothing", how=entry.how, value=first)
            if fits:
                how = say("how.from", how=entry.how, value=first, period=When(fits[0].period))
            outcome = entry.outcome
            if not fits and outcome != "contradicts":
                # An end that the text dates is wrong where the value of its date is another one.
                outcome = "contradicts" if binding.compared_with and before else "undecided"
                if (
                    outcome == "contradicts"
                    and before[0].source != now.source
                    and self._near(statement, before)
                ):
                    outcome = "undecided"  # two sources may know it in two editions
            made.append(replace(entry, outcome=outcome, how=how))
        return made

    def _former(
        self, statement: Statement, binding: Binding, now: Observation
    ) -> tuple[list[Observation], list[Observation]]:
        """The earlier values of the source of a later one, and those that fit the former end: of its year if it is dated."""
        same = self.values.by_place(now.indicator)[now.place]
        before = [o for o in same if o.source == now.source and _earlier(o, now)]
        others: list[Observation] = []
        if binding.compared_with:
            dated = [
                o for o in same if o.period == binding.compared_with and o.modality == "actual"
            ]
            before = [o for o in dated if o.source == now.source] or dated
            others = dated
        former = bounded(statement.from_value or Decimal(0), "eq", statement.step / 2)
        fits = [
            o for o in before or others if former.meets(self.interval(o, self.factor(o, statement)))
        ]
        return before, fits

    def _near(self, statement: Statement, values: Iterable[Observation]) -> bool:
        """Whether the former end of a change is within a revision of some value."""
        first = statement.from_value or Decimal(0)
        found = (exact(o.value or 0) * self.factor(o, statement) for o in values)
        return any(abs(first - value) <= Decimal(_REVISION) * abs(value) for value in found)

    def _declared(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Growth or change over the year before as sources state it, under the indicator that a workspace declares for it."""
        if binding.compared_with != YEAR_BEFORE:
            return []
        stated = (
            o
            for name in self._moves.get((binding.indicator, binding.measure), ())
            for o in self._allowed(statement, replace(binding, indicator=name), binding.period)
        )
        return [self._level(statement, binding, o) for o in stated if o.status != "computed"]

    @cached_property
    def _moves(self) -> Mapping[tuple[str, str], list[str]]:
        """Indicators of growth and of change over the period before, by what moves."""
        found: dict[tuple[str, str], list[str]] = {}
        for indicator in self.build.indicators.values():
            if (
                isinstance(indicator, GrowthIndicator | ChangeIndicator)
                and indicator.against == "previous"
            ):
                found.setdefault((indicator.of, indicator.type), []).append(indicator.id)
        return found

    def _moved(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Growth or change since an earlier period; of a span of years since its first one or the year before it.

        2021—2025年年均增长 may be reckoned from 2020 or from 2021: only what fits neither is contradicted.
        """
        made = self._between(statement, binding)
        since = binding.compared_with or ""
        if (
            "/" not in (statement.period or "")
            or not since.isdigit()
            or any(e.outcome == "supports" for e in made)
        ):
            return made
        before = self._between(statement, replace(binding, compared_with=str(int(since) - 1)))
        fits = [e for e in before if e.outcome in ("supports", "consistent")]
        return fits or made

    def _between(self, statement: Statement, binding: Binding) -> list[Evidence]:
        """Growth or change since an earlier period, from two levels.

        They are of one source where any has both. Growth of output is told in real terms, which two amounts at current prices
        do not give. Else the levels that are shown are taken, as in declared growth; a later
        source may have revised the earlier level, so that such a pair accuses nobody of what a revision may change.
        """
        if (
            binding.measure != "change"
            and self._account(binding)
            and not _NOMINAL.search(statement.sentence)
        ):
            return []
        earlier = (
            earlier_period(binding.period, binding.compared_with or YEAR_BEFORE)
            if binding.period
            else None
        )
        before = self._outcomes(binding, earlier)
        after = self._allowed(statement, binding, binding.period)
        alike = [(now, then) for now in after for then in before if then.source == now.source]
        if alike:
            return [self._difference(statement, binding, now, then) for now, then in alike]
        now, then = _exact(after), _exact(before)
        return [] if now is None or then is None else [self._across(statement, binding, now, then)]

    def _outcomes(self, binding: Binding, period: str | None) -> list[Observation]:
        """What came out of a place in an earlier period, where it is not nothing."""
        return [
            o
            for o in self.at(binding.indicator, binding.place, period)
            if o.value and o.modality == "actual"
        ]

    def _across(
        self, statement: Statement, binding: Binding, now: Observation, then: Observation
    ) -> Evidence:
        """A move between the levels of two sources."""
        entry = self._difference(statement, binding, now, then)
        entry = replace(entry, sources=tuple(dict.fromkeys((*entry.sources, *sources_of(then)))))
        if entry.outcome == "contradicts" and may_be_revised(
            statement, binding.measure, entry.value
        ):
            return replace(entry, outcome="undecided")
        return entry

    def _difference(
        self, statement: Statement, binding: Binding, now: Observation, then: Observation
    ) -> Evidence:
        points = statement.unit in ("个百分点", "%")
        factor = Decimal(1) if points else self.factor(now, statement)
        late, early = self.interval(now, factor), self.interval(then, factor)
        found = difference(late, early) if binding.measure == "change" else growth(late, early)
        if binding.measure == "mean growth":
            found = yearly(found, int(now.period) - int(then.period))
        outcome = outcome_of(statement, found)
        value = found.point if found.point is not None else found.low
        counted = self.build.indicators[now.indicator].counted
        before, after = (
            Value(o.value or 0, o.unit, o.bound, o.value_max, counted) for o in (then, now)
        )
        how = say(
            f"how.{binding.measure.replace(' ', '_')}", indicator=self._name(now.indicator), place=self._place(now.place),
            then=When(then.period), now=When(now.period), before=before, after=after,
        )  # fmt: skip
        return self.entry(now, value, statement.unit, outcome, how)

    def named(self, observation: Observation) -> Phrase:
        """An observation by its indicator, place and period."""
        return say(
            "how.level", indicator=self._name(observation.indicator), place=self._place(observation.place),
            period=When(observation.period),
        )  # fmt: skip

    def _name(self, indicator: str) -> Trilingual:
        return self.build.indicators[indicator].name

    def _place(self, place: str | None) -> InLanguages:
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


_NOMINAL = re.compile(r"名义|名義|现价|現價|nominal|current prices", re.IGNORECASE)
_CENSUS = Decimal("0.03")
"""How much a census or a final account changes the output of a year: China's of 2018 by 2.1 %, that of 2023 by 2.7 %."""

_REVISION = 0.05
"""How much of a level a later edition changes at most: first figures of a year run some 4 to 5 % below the final ones. A
growth rate changes by no more than a percentage point with it, a change by no more than its own size."""


def may_be_revised(statement: Statement, measure: str, value: float) -> bool:
    """Whether a figure and another one may be two states of one: published first, and as revised."""
    most = {"growth": 1.0, "mean growth": 1.0, "change": abs(value)}.get(
        measure, _REVISION * abs(value)
    )
    return abs(float(statement.value) - value) <= most


# 到2025年建成40家 is how plans speak; 已建成 is not.
_PLANNED = re.compile(r"到\d{4}年|\bby 20\d\d\b", re.IGNORECASE)
_REACHED = re.compile(
    r"已|目前|截至|累[计計]|截止|\b(?:has|have|had|already|was|were)\b", re.IGNORECASE
)
_FORECAST = re.compile(
    r"预计|預計|预期|預期|估计|估計|预测|預測|expected|forecast|estimate|projected", re.IGNORECASE
)


def _ahead(entry: Evidence, statement: Statement, *, to_date: bool) -> Evidence:
    """What came out, or what somebody else aimed at, shows nothing against what was expected before.

    What there is at a time shows nothing against what was brought about until then (累计培育), some of which may be gone.
    到2025年达到6万家 may be a plan as well as a forecast, and only a forecast may be contradicted by another one.
    """
    if (
        entry.outcome == "contradicts"
        and statement.cumulative
        and entry.how.key == "how.level"
        and not to_date
    ):
        return replace(entry, outcome="undecided")
    other = entry.modality != statement.modality
    planned = statement.modality == "expected" and not _FORECAST.search(statement.sentence)
    if entry.outcome == "contradicts" and (other or planned):
        return replace(entry, outcome="undecided")
    return entry


def _exact(values: Iterable[Observation]) -> Observation | None:
    """The first value that is no bound."""
    return next((o for o in values if o.bound == "eq" and not at_least(o)), None)


def sources_of(observation: Observation) -> tuple[str, ...]:
    """Identifiers of the sources of a value."""
    return tuple(s for s in observation.source.split(";") if s)


def _decimals(observation: Observation, declared: int | None, factor: Decimal) -> int | None:
    """The decimals of an observation after its unit was changed: 2.00亿元 has two; in 元 its last digit is that of millions."""
    own = declared if observation.fixed else observation.decimals
    digits = factor.normalize()
    if own is None or digits != Decimal(1).scaleb(digits.adjusted()):
        return None
    return own - digits.adjusted()


def at_least(observation: Observation) -> bool:
    """Whether a value was counted from records that are not all there are: a lower bound that decides nothing."""
    return (
        observation.status == "computed"
        and observation.records is not None
        and observation.bound in ("ge", "gt")
    )


def _says_the_same(statement: Statement, observation: Observation, factor: Decimal) -> bool:
    """Whether a value is the very figure that is stated, bound and all: 超6.9万家 where the records say > 69,000."""
    tops = (observation.value_max, statement.value_max)
    return (
        observation.bound == statement.bound
        and observation.value is not None
        and exact(observation.value) * factor == statement.value
        and (tops == (None, None) or (None not in tops and exact(tops[0] or 0) * factor == tops[1]))
    )


def _earlier(one: Observation, other: Observation) -> bool:
    return _order(parse_period(one.period)) < _order(parse_period(other.period))


def _order(period: Period) -> tuple[bool, date, int]:
    # What has no date is not later than what has one.
    return period.grain != "all", period.end, 0 if period.start is None else 1
