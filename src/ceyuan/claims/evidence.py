"""What a build holds for a bound statement, and what each value says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from math import isfinite

from ceyuan.bounds import bounded, difference, exact, growth, quotient, yearly
from ceyuan.claims.archive import Archive, chronological
from ceyuan.claims.comparison import YEAR_BEFORE, earlier_period
from ceyuan.claims.intervals import outcome_of
from ceyuan.claims.model import Binding, Evidence, Outcome
from ceyuan.claims.saying import Value, When, say
from ceyuan.claims.values import at_least, sources_of
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import (
    MembershipIndicator,
    RatioIndicator,
    ShareIndicator,
)
from ceyuan.periods import parse_period
from ceyuan.reader import Statement
from ceyuan.units import parse_unit

_MODALITIES = {
    "actual": ("actual",),
    "expected": ("actual", "expected", "target"),
    "target": ("target",),
}


def evidence_for(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """Everything that a bound statement can be held against, what decides first.

    A growth rate or a change is held against two levels of one source, and against values of an indicator that gives
    it. Whether a value is independent of the text is not known here: see :mod:`ceyuan.claims.origins`.

    Raises:
        CeyuanError: ``no-rate`` where money would have to be converted at a rate that nobody declared.
    """
    if binding.measure == "level":
        made = [
            _level(archive, statement, binding, o)
            for o in _allowed(archive, statement, binding, binding.period)
        ]
        made += _at_end_of_year(archive, statement, binding)
        made += _quotients(archive, statement, binding, {s for e in made for s in e.sources})
    elif binding.measure == "from_to":
        made = _from_to(archive, statement, binding)
    elif binding.measure in ("growth", "mean growth", "change"):
        made = [*_declared(archive, statement, binding), *_moved(archive, statement, binding)]
    else:
        made = []
    indicator = archive.build.indicators[binding.indicator]
    to_date = indicator.cumulative or indicator.type == "cumulative"
    return [_ahead(entry, statement, to_date=to_date) for entry in made]


def _at_end_of_year(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """Values of December that a stock told for its year agrees with; the month of a flow speaks against nothing."""
    if binding.period is None or not binding.period.isdigit():
        return []
    months = _allowed(archive, statement, binding, f"{binding.period}-12")
    held = (_level(archive, statement, binding, o) for o in months)
    return [entry for entry in held if entry.outcome == "supports"]


def told_elsewhere(
    archive: Archive, statement: Statement, binding: Binding
) -> tuple[str, Evidence] | None:
    """What else a level may tell that no outcome bears out: an earlier estimate, a plan's target, a value that is doubted.

    Returns:
        The key of the reason, and the value that the text tells; None where there is none.
    """
    if binding.measure != "level" or statement.modality != "actual":
        return None
    asked = replace(statement, modality="expected")
    told = [
        ("reason.as_estimated", o)
        for o in _allowed(archive, asked, binding, binding.period)
        if o.modality == "expected"
    ]
    if _PLANNED.search(statement.sentence) and not _REACHED.search(statement.sentence):
        planned = _allowed(archive, replace(statement, modality="target"), binding, binding.period)
        told += [("reason.as_planned", o) for o in planned]
    for doubted in archive.values.doubted(binding.indicator):
        if (doubted.place, doubted.period) == (binding.place, binding.period):
            told.append(("reason.as_doubted", doubted))
    half = float(statement.step) / 2
    for key, observation in told:
        found = _level(archive, asked, binding, observation)
        if abs(found.value - float(statement.value)) <= half:
            return key, found
    return None


def _allowed(
    archive: Archive, statement: Statement, binding: Binding, period: str | None
) -> list[Observation]:
    allowed = _MODALITIES[statement.modality]
    values = archive.at(binding.indicator, binding.place, period)
    return [o for o in values if o.modality in allowed and _decides(archive, statement, o)]


def _decides(archive: Archive, statement: Statement, observation: Observation) -> bool:
    """Whether a value says something of a statement: what was found by name only of a text that claims no more."""
    return not at_least(observation) or _says_the_same(
        statement, observation, archive.factor(observation, statement)
    )


def _level(
    archive: Archive, statement: Statement, binding: Binding, observation: Observation
) -> Evidence:
    factor = archive.factor(observation, statement)
    outcome: Outcome
    if isinstance(archive.build.indicators[binding.indicator], MembershipIndicator):
        inside = (
            observation.bound in ("lt", "le") and exact(observation.value or 0) <= statement.value
        )
        outcome = "supports" if inside else "contradicts"
    elif _says_the_same(statement, observation, factor):
        outcome = "supports"
    else:
        outcome = outcome_of(statement, archive.interval(observation, factor))
        if outcome == "contradicts" and _one_edition_apart(
            archive, statement, binding, observation
        ):
            outcome = "undecided"
    how = archive.named(observation)
    if observation.modality != statement.modality:
        value_is = say(f"modality.{observation.modality}")
        text_is = say(f"modality.{statement.modality}")
        how = say("how.other_modality", how=how, value=value_is, text=text_is)
    return archive.level(observation, statement, outcome, how)


def _one_edition_apart(
    archive: Archive, statement: Statement, binding: Binding, observation: Observation
) -> bool:
    """Whether a figure and a value may be two editions of one.

    Percentages of output may differ by one in the last digit (2.68 and 2.69%), output itself by what a census changes.
    """
    if statement.bound != "eq" or statement.value_max is not None:
        return False
    value = exact(observation.value or 0) * archive.factor(observation, statement)
    if archive.is_output(binding):
        return abs(statement.value - value) <= _CENSUS * abs(value)
    indicator = archive.build.indicators[binding.indicator]
    ratio = isinstance(indicator, RatioIndicator) and statement.unit == "%"
    return ratio and abs(statement.value - value) <= statement.step


def _quotients(
    archive: Archive, statement: Statement, binding: Binding, used: set[str]
) -> list[Evidence]:
    """A share or ratio made again from each further source of both its parts: a build shows one, of one source."""
    indicator = archive.build.indicators[binding.indicator]
    if isinstance(indicator, ShareIndicator):
        over, under = indicator.part, indicator.whole or indicator.part
        whole = indicator.whole_place or binding.place
    elif isinstance(indicator, RatioIndicator):
        over, under = indicator.numerator, indicator.denominator
        whole = binding.place
    else:
        return []
    unit = parse_unit(statement.unit)
    made = []
    for top in archive.at(over, binding.place, binding.period):
        bottoms = [
            o
            for o in archive.at(under, whole, binding.period)
            if o.source == top.source and o.value
        ]
        if not bottoms or used.intersection(sources_of(top)) or top.modality != "actual":
            continue
        used.update(sources_of(top))
        scale = parse_unit(top.unit).factor / parse_unit(bottoms[0].unit).factor / unit.factor
        found = quotient(
            archive.interval(top, Decimal(1)), archive.interval(bottoms[0], Decimal(1)), scale
        )
        outcome = outcome_of(statement, found)
        how = say(
            "how.quotient", over=archive.name_of(over), under=archive.name_of(under), place=archive.place_of(top.place),
            whole=archive.place_of(whole), period=When(top.period),
        )  # fmt: skip
        value = exact(found.point if found.point is not None else found.low)
        made.append(archive.entry(top, value, statement.unit, outcome, how))
    return made


def _from_to(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """A change that names both ends: the later one as a level, the former one among earlier values."""
    made = []
    for now in _allowed(archive, statement, binding, binding.period):
        entry = _level(archive, statement, binding, now)
        before, fits = _former(archive, statement, binding, now)
        first = Value(float(statement.from_value or 0), statement.unit)
        how = say("how.from_nothing", how=entry.how, value=first)
        if fits:
            how = say("how.from", how=entry.how, value=first, period=When(fits[0].period))
        outcome = entry.outcome
        if not fits and outcome != "contradicts":
            # An end that the text dates is wrong where the value of its date is another one.
            dated = bool(binding.compared_with and before)
            # Two sources may know it in two editions.
            elsewhere = dated and before[0].source != now.source
            edited = elsewhere and _near(archive, statement, before)
            outcome = "contradicts" if dated and not edited else "undecided"
        made.append(replace(entry, outcome=outcome, how=how))
    return made


def _former(
    archive: Archive, statement: Statement, binding: Binding, now: Observation
) -> tuple[list[Observation], list[Observation]]:
    """The earlier values of the source of a later one, and those that fit the former end: of its year if it is dated."""
    same = archive.values.by_place(now.indicator)[now.place]
    before = [o for o in same if o.source == now.source and _earlier(o, now)]
    others: list[Observation] = []
    if binding.compared_with:
        dated = [o for o in same if o.period == binding.compared_with and o.modality == "actual"]
        before = [o for o in dated if o.source == now.source] or dated
        others = dated
    former = bounded(statement.from_value or Decimal(0), "eq", statement.step / 2)
    fits = [
        o
        for o in before or others
        if former.meets(archive.interval(o, archive.factor(o, statement)))
    ]
    return before, fits


def _near(archive: Archive, statement: Statement, values: Iterable[Observation]) -> bool:
    """Whether the former end of a change is within a revision of some value."""
    first = statement.from_value or Decimal(0)
    found = (exact(o.value or 0) * archive.factor(o, statement) for o in values)
    return any(abs(first - value) <= Decimal(_REVISION) * abs(value) for value in found)


def _declared(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """Growth or change over the year before as sources state it, under the indicator that a workspace declares for it."""
    if binding.compared_with != YEAR_BEFORE:
        return []
    stated = (
        o
        for name in archive.moves.get((binding.indicator, binding.measure), ())
        for o in _allowed(archive, statement, replace(binding, indicator=name), binding.period)
    )
    return [_level(archive, statement, binding, o) for o in stated if o.status != "computed"]


def _moved(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """Growth or change since an earlier period; of a span of years since its first one or the year before it.

    2021—2025年年均增长 may be reckoned from 2020 or from 2021: only what fits neither is contradicted.
    """
    made = _between(archive, statement, binding)
    since = binding.compared_with or ""
    span = "/" in (statement.period or "") and since.isdigit()
    if not span or any(e.outcome == "supports" for e in made):
        return made
    before = _between(archive, statement, replace(binding, compared_with=str(int(since) - 1)))
    fits = [e for e in before if e.outcome in ("supports", "consistent")]
    return fits or made


def _between(archive: Archive, statement: Statement, binding: Binding) -> list[Evidence]:
    """Growth or change since an earlier period, from two levels.

    They are of one source where any has both. Growth of output is told in real terms, which two amounts at current prices
    do not give. Else the levels that are shown are taken, as in declared growth; a later
    source may have revised the earlier level, so that such a pair accuses nobody of what a revision may change.
    """
    real = archive.is_output(binding) and not _NOMINAL.search(statement.sentence)
    if real and binding.measure != "change":
        return []
    earlier = None
    if binding.period:
        earlier = earlier_period(binding.period, binding.compared_with or YEAR_BEFORE)
    before = _outcomes(archive, binding, earlier)
    after = _allowed(archive, statement, binding, binding.period)
    alike = [(now, then) for now in after for then in before if then.source == now.source]
    if alike:
        made = [_difference(archive, statement, binding, now, then) for now, then in alike]
        return [one for one in made if isfinite(one.value)]
    now, then = _exact(after), _exact(before)
    return [] if now is None or then is None else [_across(archive, statement, binding, now, then)]


def _outcomes(archive: Archive, binding: Binding, period: str | None) -> list[Observation]:
    """What came out of a place in an earlier period, where it is not nothing."""
    return [
        o
        for o in archive.at(binding.indicator, binding.place, period)
        if o.value and o.modality == "actual"
    ]


def _across(
    archive: Archive, statement: Statement, binding: Binding, now: Observation, then: Observation
) -> Evidence:
    """A move between the levels of two sources."""
    entry = _difference(archive, statement, binding, now, then)
    entry = replace(entry, sources=tuple(dict.fromkeys((*entry.sources, *sources_of(then)))))
    if entry.outcome == "contradicts" and may_be_revised(statement, binding.measure, entry.value):
        return replace(entry, outcome="undecided")
    return entry


def _difference(
    archive: Archive, statement: Statement, binding: Binding, now: Observation, then: Observation
) -> Evidence:
    points = statement.unit in ("个百分点", "%")
    factor = Decimal(1) if points else archive.factor(now, statement)
    late, early = archive.interval(now, factor), archive.interval(then, factor)
    found = difference(late, early) if binding.measure == "change" else growth(late, early)
    if binding.measure == "mean growth":
        found = yearly(found, int(now.period) - int(then.period))
    outcome = outcome_of(statement, found)
    value = found.point if found.point is not None else found.low
    if found.point is None and binding.measure == "growth" and found.low.is_finite():
        value = (exact(now.value or 0) / exact(then.value or 1) - 1) * 100
    counted = archive.build.indicators[now.indicator].counted
    before, after = (
        Value(o.value or 0, o.unit, o.bound, o.value_max, counted) for o in (then, now)
    )
    how = say(
        f"how.{binding.measure.replace(' ', '_')}", indicator=archive.name_of(now.indicator), place=archive.place_of(now.place),
        then=When(then.period), now=When(now.period), before=before, after=after,
    )  # fmt: skip
    return archive.entry(now, value, statement.unit, outcome, how)


_NOMINAL = re.compile(r"名义|名義|现价|現價|nominal|current prices", re.IGNORECASE)
_CENSUS = Decimal("0.03")
_REVISION = 0.05


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
    return chronological(parse_period(one.period)) < chronological(parse_period(other.period))
