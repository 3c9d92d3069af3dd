"""What an operation on several values of a build gives: differences, multiples, ranks, shares, sums, counts.

All operands of one result are of one source where any has them all, since two sources may count differently, and each stands
for everything that rounds to it: a result is an interval, as in :mod:`ceyuan.bounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ceyuan.bounds import ANYTHING, Interval, difference, exact, growth, quotient, total
from ceyuan.claims.archive import Archive
from ceyuan.claims.evidence import evidence_for
from ceyuan.claims.fitting import additive
from ceyuan.claims.intervals import outcome_of
from ceyuan.claims.model import Binding, Evidence, Outcome
from ceyuan.claims.operations import Operation
from ceyuan.claims.saying import Listed, Value, When, say, where
from ceyuan.claims.values import at_least
from ceyuan.claims.wording import Wording
from ceyuan.indicators.observations import Observation
from ceyuan.places import Gazetteer
from ceyuan.reader import Statement
from ceyuan.units import parse_unit
from ceyuan.wording import InLanguages, Phrase

_PROVINCES = 31
_SHOWN = 6
_ADDS_UP = Decimal("0.001")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
Operands = Mapping[tuple[str, str], Observation]
"""The values of one source by place and period."""


def evidence_of(
    archive: Archive, statement: Statement, binding: Binding, wording: Wording
) -> list[Evidence]:
    """Everything that a bound statement can be held against, what decides first.

    Raises:
        CeyuanError: ``no-rate`` where money would have to be converted at a rate that nobody declared.
    """
    operation = wording.operation
    if operation is not None and operation.measure == binding.measure:
        return list(operated(archive, statement, binding, operation))
    return evidence_for(archive, statement, binding)


def operated(
    archive: Archive, statement: Statement, binding: Binding, operation: Operation
) -> Iterator[Evidence]:
    """What each source that has all operands says of a statement.

    Args:
        archive: the build's values.
        statement: what the text states.
        binding: what it is about.
        operation: how it is reckoned from several values.
    """
    if binding.place is None or binding.period is None or statement.modality != "actual":
        return
    if operation.measure in ("rank", "places above"):
        yield from _among(archive, statement, binding, operation)
        return
    wanted = _wanted(binding.place, binding.period, operation)
    complete = [
        found
        for found in _by_source(archive, binding.indicator, wanted)
        if found.keys() >= set(wanted)
    ]
    if not complete and (operation.measure in _STEADY or not operation.others):
        yield from _of_several_sources(archive, statement, binding, operation, wanted)
    for operands in complete:
        yield _reckoned(archive, statement, binding, operation, [operands[key] for key in wanted])


def _reckoned(
    archive: Archive,
    statement: Statement,
    binding: Binding,
    operation: Operation,
    used: list[Observation],
) -> Evidence:
    """What some operands say of a statement."""
    if operation.measure == "each":
        return _each(archive, statement, binding, used)
    factor = _factor(archive, statement, operation, used[0])
    found = _result(operation, [archive.interval(o, factor) for o in used])
    stated = replace(statement, value=abs(statement.value), kind="level")
    outcome = outcome_of(stated, found)
    if outcome == "contradicts":
        editions = _result(operation, [_of_any_edition(archive, o, factor) for o in used])
        if outcome_of(stated, editions) != "contradicts":
            outcome = "undecided"
    return _entry(archive, stated, binding, operation, used, found, outcome)


_SAME = Decimal("0.01")
"""By how much the editions of one value may differ; what differs by more is another value."""


def _of_any_edition(archive: Archive, used: Observation, factor: Decimal) -> Interval:
    """An operand as any source has it that counts the same: a text may have added up values of another edition."""
    own = archive.interval(used, factor)
    found = own
    for o in archive.at(used.indicator, used.place, used.period):
        other = archive.interval(o, factor)
        if own.point is None or other.point is None or o.modality != "actual":
            continue
        if abs(other.point - own.point) <= _SAME * abs(own.point):
            found = Interval(min(found.low, other.low), max(found.high, other.high), own.point)
    return found


_STEADY = frozenset(("multiple", "share", "sum", "mean"))
"""What two sources that count a little differently change little; a difference between two places may be nothing but that."""
_EDITIONS = 0.1
"""What a result of several sources may be off by before it accuses: each may have its own edition of an operand."""


def _of_several_sources(
    archive: Archive,
    statement: Statement,
    binding: Binding,
    operation: Operation,
    wanted: list[tuple[str, str]],
) -> Iterator[Evidence]:
    """What the values that are shown say of a statement, where no source has all of them."""
    used: list[Observation] = []
    for place, period in wanted:
        exact_ones = (
            o
            for o in archive.at(binding.indicator, place, period)
            if o.bound == "eq" and not at_least(o)
        )
        first = next((o for o in exact_ones if o.modality == "actual"), None)
        if first is None:
            return
        used.append(first)
    entry = _reckoned(archive, statement, binding, operation, used)
    near = abs(abs(float(statement.value)) - entry.value) <= _EDITIONS * abs(entry.value)
    if entry.outcome == "contradicts" and near:
        entry = replace(entry, outcome="undecided")
    yield entry


def _wanted(place: str, period: str, operation: Operation) -> list[tuple[str, str]]:
    """Places and periods of the operands, that of the figure itself first."""
    if not operation.others:
        return [(place, period), (place, operation.period or period)]
    return [(place, period), *((other, operation.period or period) for other in operation.others)]


def _by_source(
    archive: Archive, indicator: str, wanted: Iterable[tuple[str, str]]
) -> Iterator[Operands]:
    found: dict[str, dict[tuple[str, str], Observation]] = {}
    for place, period in wanted:
        for o in archive.at(indicator, place, period):
            if o.modality == "actual" and not at_least(o):
                found.setdefault(o.source, {}).setdefault((place, period), o)
    yield from found.values()


def _factor(
    archive: Archive, statement: Statement, operation: Operation, first: Observation
) -> Decimal:
    """What the operands are multiplied by, so that the result is in the unit of the statement."""
    amounts = operation.measure in ("sum", "mean", "rest") or (
        operation.measure == "difference" and statement.unit != "个百分点"
    )
    return archive.factor(first, statement) if amounts else _ONE


def _result(operation: Operation, operands: Sequence[Interval]) -> Interval:
    """The result of an operation on its operands."""
    first, *others = operands
    match operation.measure:
        case "difference":
            return difference(others[0], first) if operation.down else difference(first, others[0])
        case "relative":
            found = growth(first, others[0])
            return _negative(found) if operation.down else found
        case "multiple":
            return quotient(first, others[0], _ONE)
        case "share":
            whole, *together = others
            return quotient(total([first, *together]), whole, _HUNDRED)
        case "sum":
            return total([first, *others])
        case "mean":
            number = Decimal(len(operands))
            return quotient(total([first, *others]), Interval(number, number, number), _ONE)
        case "rest":
            return difference(first, total(others))
        case _:
            return ANYTHING


def _negative(found: Interval) -> Interval:
    point = None if found.point is None else -found.point
    return Interval(-found.high, -found.low, point, found.high_open, found.low_open)


def _each(
    archive: Archive, statement: Statement, binding: Binding, used: list[Observation]
) -> Evidence:
    """Whether every one of several places is within a bound."""
    intervals = [archive.interval(o, archive.factor(o, statement)) for o in used]
    outcomes = [
        (outcome_of(statement, interval), o) for interval, o in zip(intervals, used, strict=True)
    ]
    order: tuple[Outcome, ...] = ("contradicts", "undecided", "consistent", "supports")
    outcome, telling = min(outcomes, key=lambda pair: order.index(pair[0]))
    return archive.level(telling, statement, outcome, _how(archive, binding, "each", used))


def _entry(
    archive: Archive, statement: Statement, binding: Binding, operation: Operation, used: list[Observation],
    found: Interval, outcome: Outcome,
) -> Evidence:  # fmt: skip
    value = _value(found)
    if not value.is_finite():
        outcome, value = "undecided", exact(used[0].value or 0)
    entry = archive.entry(
        used[0], value, statement.unit, outcome, _how(archive, binding, operation.measure, used)
    )
    sources = tuple(
        dict.fromkeys(
            s for o in used for s in archive.entry(o, value, "", outcome, entry.how).sources
        )
    )
    return replace(entry, sources=sources)


def _how(archive: Archive, binding: Binding, measure: str, used: list[Observation]) -> Phrase:
    """The operands of a result, in words."""
    indicator = archive.build.indicators[binding.indicator]
    told: list[str | InLanguages] = []
    for o in used[:_SHOWN]:
        value = Value(o.value or 0, o.unit, o.bound, o.value_max, indicator.counted)
        place = where(archive.build.gazetteer, o.place)
        told.append(say("how.operand", place=place, period=When(o.period), value=value))
    if len(used) > _SHOWN:
        told.append("…")
    return say(
        "how.operation",
        measure=say(f"measure.{measure}"),
        indicator=indicator.name,
        operands=Listed(tuple(told)),
    )


# --- among the places of a whole -------------------------------------------------------------------------------------


def peers(gazetteer: Gazetteer, whole: str, kind: str) -> tuple[frozenset[str], bool]:
    """The places of one kind in a whole, and whether they are known to be all there are.

    A centre or group consists of the places that are declared in it; of a nation's provinces thirty-one are reported on. Of
    anything else a workspace may have declared some only.
    """
    places = gazetteer.places
    parts = frozenset(
        p
        for p in gazetteer.parts(whole, kind)
        if len(places[p].iso3166 or "") != 2 or kind == "economy"
    )
    by_declaration = places[whole].kind in ("centre", "group") and kind == "city"
    of_nation = places[whole].iso3166 == "CN" and kind == "province" and len(parts) >= _PROVINCES
    return parts, by_declaration or of_nation


@dataclass(frozen=True, slots=True)
class _Field:
    """The places of a whole that are compared with each other.

    Attributes:
        place: the place that is ranked, or the whole whose parts are counted.
        whole: the whole.
        kind: of its places.
        parts: its places.
        complete: whether they are all there are.
    """

    place: str
    whole: str
    kind: str
    parts: frozenset[str]
    complete: bool


def _field(gazetteer: Gazetteer, place: str, operation: Operation) -> _Field | None:
    """The places among which one is ranked, or which are counted; None where a workspace declares none."""
    counted = operation.measure == "places above"
    whole = place if counted else operation.others[0]
    kind = operation.kind or gazetteer.places[place].kind
    parts, complete = peers(gazetteer, whole, kind)
    if not parts or (not counted and place not in parts):
        return None
    return _Field(place, whole, kind, parts, complete)


def _among(
    archive: Archive, statement: Statement, binding: Binding, operation: Operation
) -> Iterator[Evidence]:
    """The rank of a place, or the number of places above a threshold, among those of a whole."""
    place, period = binding.place or "", binding.period or ""
    field = _field(archive.build.gazetteer, place, operation)
    if field is None:
        return
    how = _how_among(archive, binding, operation, field)
    wanted = [(p, period) for p in sorted(field.parts | {place, field.whole})]
    for operands in _by_source(archive, binding.indicator, wanted):
        values = {
            p: archive.interval(o, parse_unit(o.unit).factor) for (p, _), o in operands.items()
        }
        known = field.complete or _adds_up(
            archive, field.parts, values, operands.get((field.whole, period))
        )
        unknown = len(field.parts - values.keys()) if known else None
        ranked = operation.measure == "rank"
        found = (
            _rank(values, field, unknown)
            if ranked
            else _above(values, field, operation.limit, unknown)
        )
        if found is None:
            continue
        about = operands.get((place, period)) or next(iter(operands.values()))
        outcome = outcome_of(replace(statement, kind="level"), found)
        yield archive.entry(about, _value(found), statement.unit, outcome, how)


def _value(found: Interval) -> Decimal:
    """The number that stands for a result: its value, or its lower end where only a bound is known."""
    return found.low if found.point is None else found.point


def _adds_up(
    archive: Archive,
    parts: frozenset[str],
    values: Mapping[str, Interval],
    whole: Observation | None,
) -> bool:
    """Whether the known parts make up the whole, so that no other part has anything."""
    if whole is None or not whole.value:
        return False
    unit = parse_unit(whole.unit)
    if not additive(archive.build.indicators[whole.indicator], unit):
        return False
    made = sum((values[p].point or Decimal(0) for p in parts if p in values), Decimal(0))
    of = exact(whole.value) * unit.factor
    return abs(made - of) <= _ADDS_UP * of


def _rank(values: Mapping[str, Interval], field: _Field, unknown: int | None) -> Interval | None:
    """The rank of a place by its value, as far as it is certain; None where its own value is not known."""
    mine = values.get(field.place)
    if mine is None or mine.point is None:
        return None
    rivals = [values[p] for p in field.parts if p != field.place and p in values]
    ahead = sum(mine.below(other) for other in rivals)
    level = sum(mine.meets(other) and other.point != mine.point for other in rivals)
    return _counted(1 + ahead, 1 + ahead + level, unknown)


def _above(
    values: Mapping[str, Interval],
    field: _Field,
    threshold: tuple[Decimal, str] | None,
    unknown: int | None,
) -> Interval | None:
    """How many places are above a threshold, or above the whole's own value, as far as it is certain."""
    if threshold is not None:
        limit: Decimal | None = threshold[0] * parse_unit(threshold[1]).factor
    else:
        limit = values[field.whole].point if field.whole in values else None
    if limit is None:
        return None
    exactly = Interval(limit, limit, limit)
    known = [values[p] for p in field.parts if p in values]
    surely = sum(exactly.below(v) or (v.point is not None and v.point > limit) for v in known)
    return _counted(surely, surely, unknown)


def _counted(low: int, high: int, unknown: int | None) -> Interval:
    """A number between two, and more by what is not known; without an end where nobody knows how many there are."""
    if unknown is None:
        return Interval(Decimal(low), Decimal("Infinity"), None, high_open=True)
    top = high + unknown
    return Interval(Decimal(low), Decimal(top), Decimal(low) if low == top else None)


def _how_among(archive: Archive, binding: Binding, operation: Operation, field: _Field) -> Phrase:
    gazetteer = archive.build.gazetteer
    indicator = archive.build.indicators[binding.indicator].name
    place, period, kinds = (
        where(gazetteer, field.whole),
        When(binding.period or ""),
        say(f"kind.{field.kind}"),
    )
    if operation.measure == "rank":
        return say("how.rank", kind=kinds, place=place, indicator=indicator, period=period)
    limit: InLanguages = say("how.own_value")
    if operation.limit is not None:
        limit = Value(float(operation.limit[0]), operation.limit[1])
    return say(
        "how.above", kind=kinds, place=place, limit=limit, indicator=indicator, period=period
    )
