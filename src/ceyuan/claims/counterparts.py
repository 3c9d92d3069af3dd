"""What else there is beside a figure that nothing independent supports: counterparts, and the record that would settle it.

A counterpart is a value of the same indicator that differs in one way or more, and says so: another period, a place around
or inside, a lower bound counted from named records, a forecast or target; or a value of another indicator that the definition
names as its counterpart. It is shown beside the figure and supports nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from ceyuan.claims.archive import Archive
from ceyuan.claims.model import Binding, Evidence, Relation
from ceyuan.claims.saying import Listed, When, say, when, where
from ceyuan.claims.values import at_least, sources_of
from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import RecordIndicator, ShareIndicator
from ceyuan.periods import parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Statement
from ceyuan.wording import Phrase, Trilingual
from ceyuan.workspace.definitions import Indicator

_MOST = 6
_MOST_OF_A_RELATION = 3
_ORDER: tuple[Relation, ...] = (
    "computed", "lower_bound", "related", "other_modality", "other_period", "containing_place", "contained_place",
    "overlapping_place",
)  # fmt: skip


def counterparts(
    archive: Archive, statement: Statement, binding: Binding, own: frozenset[str]
) -> list[Evidence]:
    """Other values of the indicator of a level, those that differ least first.

    What the text's own sources state is left out: it is the text again.
    """
    if binding.measure not in ("level", "from_to") or binding.place is None:
        return []
    declared = archive.build.indicators[binding.indicator].counterparts
    values = (o for name in (binding.indicator, *declared) for o in archive.of(name))
    others = [o for o in values if not own.issuperset(sources_of(o))]
    related = [
        (relation, o) for o in others if (relation := _relation(archive, binding, o)) is not None
    ]
    if any(relation == "lower_bound" for relation, _ in related):
        # What was found by name elsewhere, or all over the country, tells no more than what was found here.
        related = [(r, o) for r, o in related if r == "lower_bound" or not at_least(o)]
    related = list(_where_counted(archive, related))
    # What somebody aims at says least of how things are, however near its period is.
    related.sort(
        key=lambda pair: (
            _ORDER.index(pair[0]),
            pair[1].modality == "target",
            _away(archive, binding, pair[1]),
        )
    )
    nearest = _once_of_others(binding, related)
    return list(islice(_spread(archive, statement, binding, nearest), _MOST))


def _where_counted(
    archive: Archive, related: Iterable[tuple[Relation, Observation]]
) -> Iterator[tuple[Relation, Observation]]:
    """What was computed of the same records for a place and for those around it, told for the innermost alone."""
    pairs = list(related)
    places: dict[tuple[str, float | None, str, str], set[str]] = {}
    for _, observation in pairs:
        places.setdefault(_records_of(observation), set()).add(observation.place)
    for relation, observation in pairs:
        here = observation.place
        others = places[_records_of(observation)] - {here}
        inner = others and not archive.build.gazetteer.inside(here).isdisjoint(others)
        if observation.status != "computed" or not inner:
            yield relation, observation


def _records_of(observation: Observation) -> tuple[str, float | None, str, str]:
    """What tells two values apart that were not made of the same records."""
    return observation.indicator, observation.value, observation.period, observation.source


def _once_of_others(
    binding: Binding, nearest_first: Iterable[tuple[Relation, Observation]]
) -> Iterator[tuple[Relation, Observation]]:
    """All values of the indicator itself, and the nearest one of each other indicator."""
    told: set[str] = set()
    for relation, observation in nearest_first:
        if observation.indicator not in told:
            yield relation, observation
        if observation.indicator != binding.indicator:
            told.add(observation.indicator)


def _away(
    archive: Archive, binding: Binding, observation: Observation
) -> tuple[int, tuple[int, int]]:
    """How far a value is from what is stated: of another indicator first by place, then by period."""
    gazetteer = archive.build.gazetteer
    distance = _distance(binding.period, observation.period)
    if observation.indicator == binding.indicator or observation.place == binding.place:
        return 0, distance
    return 1 if observation.place in gazetteer.containing[binding.place or ""] else 2, distance


def _spread(
    archive: Archive,
    statement: Statement,
    binding: Binding,
    nearest_first: Iterable[tuple[Relation, Observation]],
) -> Iterator[Evidence]:
    """The nearest value of each place and origin, and few of each relation, each with what is different about it."""
    seen: set[tuple[str, tuple[Trilingual, ...]]] = set()
    counts: Counter[Relation] = Counter()
    for relation, observation in nearest_first:
        key = observation.place, archive.origins(observation)
        if key in seen or counts[relation] >= _MOST_OF_A_RELATION:
            continue
        try:
            entry = archive.level(observation, statement, "undecided", archive.named(observation))
        except CeyuanError:  # of another currency, without a declared rate
            continue
        seen.add(key)
        counts[relation] += 1
        yield replace(
            entry,
            relation=relation,
            differs=tuple(_differences(archive, statement, binding, observation)),
        )


def _relation(archive: Archive, binding: Binding, observation: Observation) -> Relation | None:
    """How an observation stands to what is stated; None where it has nothing to do with it."""
    gazetteer = archive.build.gazetteer
    asked = binding.place or ""
    if observation.indicator != binding.indicator:
        met = gazetteer.inside(asked) & gazetteer.inside(observation.place)
        return "related" if met else None
    if observation.place != asked:
        if observation.place in gazetteer.containing[asked]:
            return "containing_place"
        if asked in gazetteer.containing[observation.place]:
            return "contained_place"
        overlap = gazetteer.inside(asked) & gazetteer.inside(observation.place)
        return "overlapping_place" if overlap else None
    if at_least(observation):
        return "lower_bound"
    if observation.period != binding.period:
        return "other_period"
    if observation.status == "computed":
        return "computed"
    return "other_modality" if observation.modality != "actual" else None


def _differences(
    archive: Archive, statement: Statement, binding: Binding, observation: Observation
) -> Iterator[Phrase]:
    """Everything in which an observation differs from what is stated, in words."""
    gazetteer = archive.build.gazetteer
    relation = _relation(archive, binding, observation)
    if relation == "related":
        yield say("differs.related", indicator=archive.build.indicators[observation.indicator].name)
        if observation.place != binding.place:
            yield say("differs.related_place", place=where(gazetteer, observation.place))
    elif observation.place != binding.place:
        yield say(
            f"differs.{relation}",
            place=where(gazetteer, observation.place),
            asked=where(gazetteer, binding.place),
        )
    if observation.period != binding.period:
        yield say(
            "differs.other_period", period=When(observation.period), asked=when(binding.period)
        )
    if at_least(observation):
        records = observation.records
        yield (
            say("differs.lower_bound")
            if records is None
            else say("differs.found_by_name", records=records)
        )
    if observation.modality != statement.modality:
        value_is, text_is = (
            say(f"modality.{observation.modality}"),
            say(f"modality.{statement.modality}"),
        )
        yield say("differs.other_modality", value=value_is, text=text_is)
    if relation == "computed":
        yield say("differs.computed")


def _distance(asked: str | None, period: str) -> tuple[int, int]:
    """How far apart two periods end; of two equally far, the later one is nearer."""
    end = parse_period(period).end
    if asked is None:
        return (date.max - end).days, 0
    days = (end - parse_period(asked).end).days
    return abs(days), -days


def settled_by(build: Build, indicator: str, place: str | None, period: str | None) -> Phrase:
    """Which records would settle a figure: those that its definition is made of, for its place and period."""
    wanted = tuple(
        say(
            "settle.record",
            record=_record(leaf),
            place=where(build.gazetteer, at),
            period=when(period),
        )
        for leaf, at in _leaves(build, build.indicators[indicator], place)
    )
    return say("settle.by", records=Listed(wanted))


def records_wanted(build: Build, indicator: str) -> Phrase:
    """Which records a figure of an indicator is made of, whatever its place and period."""
    leaves = dict.fromkeys(leaf.id for leaf, _ in _leaves(build, build.indicators[indicator], None))
    return say(
        "settle.records", records=Listed(tuple(_record(build.indicators[leaf]) for leaf in leaves))
    )


def _leaves(
    build: Build, indicator: Indicator, place: str | None
) -> list[tuple[Indicator, str | None]]:
    """The definitions on records behind an indicator, each with the place that it is asked for."""
    parts = indicator.inputs
    if not parts:
        return [(indicator, place)]
    places = [place] * len(parts)
    if isinstance(indicator, ShareIndicator):
        places = [place, indicator.whole_place or place]
    found: list[tuple[Indicator, str | None]] = []
    for part, at in zip(parts, places, strict=True):
        found += [leaf for leaf in _leaves(build, build.indicators[part], at) if leaf not in found]
    return found


def _record(indicator: Indicator) -> Phrase:
    """The records that an indicator without inputs is made of: their kind, and the filter on them."""
    if not isinstance(indicator, RecordIndicator):
        return say("settle.figure", indicator=indicator.id)
    if indicator.where is None:
        return say("settle.kind", kind=indicator.records)
    return say("settle.filtered", kind=indicator.records, filter=" ".join(indicator.where.split()))
