"""The figures of a build that a plan is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ceyuan.engine import literals
from ceyuan.indicators.observations import OBSERVATION_COLUMNS, Observation, column_list
from ceyuan.periods import parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Indicator


@dataclass(frozen=True, slots=True)
class Figures:
    """What a build says about the indicators of a plan.

    Attributes:
        build: its identifier; None where there was no build by then.
        observations: the values that are shown, without breakdowns, by indicator and place, oldest period first.
        indicators: definitions by identifier.
        places, parties: names by identifier.
    """

    build: str | None = None
    observations: Mapping[tuple[str, str], tuple[Observation, ...]] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    places: Mapping[str, Trilingual] = field(default_factory=dict)
    parties: Mapping[str, Trilingual] = field(default_factory=dict)

    def at(self, indicator: str, place: str, period: str) -> Observation | None:
        """The outcome or forecast of one period, None where there is none or it is missing."""
        found = (o for o in self._known(indicator, place) if o.period == period)
        return next(found, None)

    def before(self, indicator: str, place: str, period: str) -> Observation | None:
        """The latest outcome or forecast of a period that ends before another one does."""
        end = parse_period(period).end
        earlier = [
            o
            for o in self._known(indicator, place)
            if o.period != period and parse_period(o.period).end < end
        ]
        return earlier[-1] if earlier else None

    def _known(self, indicator: str, place: str) -> Iterator[Observation]:
        """Values that say how things are or will be; what somebody aims at does not."""
        found = self.observations.get((indicator, place), ())
        return (o for o in found if o.value is not None and o.modality != "target")

    def indicator_name(self, indicator: str) -> Trilingual:
        """What an indicator is called."""
        known = self.indicators.get(indicator)
        return Trilingual.same(indicator) if known is None else known.name

    def noun(self, indicator: str) -> tuple[str, str] | None:
        """What English counts with an indicator, one and many; None where it declares nothing."""
        known = self.indicators.get(indicator)
        return None if known is None else known.counted

    def place_name(self, place: str) -> Trilingual:
        """What a place is called."""
        return self.places.get(place) or Trilingual.same(place)

    def party_name(self, party: str) -> Trilingual:
        """What a side is called: a party, or a city."""
        return self.parties.get(party) or self.place_name(party)


def read_figures(build: Build, pairs: Iterable[tuple[str, str]]) -> Figures:
    """Read from a build what a plan asks for.

    Args:
        build: the build.
        pairs: indicators and places.
    """
    wanted = set(pairs)
    found: dict[tuple[str, str], list[Observation]] = {}
    for row in _rows(build, wanted):
        key = row[0], row[1]
        if key in wanted:
            found.setdefault(key, []).append(
                Observation.of(dict(zip(OBSERVATION_COLUMNS, row, strict=True)))
            )
    places = {place.id: place.name for place in build.gazetteer.places.values()}
    # An open period ("..2025": some time up to it) stands before the year itself.
    ordered = {
        key: tuple(
            sorted(
                values,
                key=lambda o: (
                    parse_period(o.period).end,
                    parse_period(o.period).start is not None,
                ),
            )
        )
        for key, values in found.items()
    }
    parties = {p.id: p.name for p in build.config.parties}
    return Figures(build.id, ordered, build.indicators, places, parties)


def _rows(build: Build, wanted: Set[tuple[str, str]]) -> list[tuple[Any, ...]]:
    if not wanted:
        return []
    indicators = literals(sorted({indicator for indicator, _ in wanted}))
    places = literals(sorted({place for _, place in wanted}))
    return build.engine.rows(
        f"SELECT {column_list()} FROM observations WHERE shown AND status <> 'doubtful' AND breakdown = '' "  # noqa: S608 - quoted by literals
        f"AND indicator IN ({indicators}) AND place IN ({places})"
    )
