"""What all indicators have in common that are made of other indicators.

Inputs are the tables ``a`` (``b``, …) of values that are shown, with the columns ``place, period, breakdown, value, bound,
modality, status, source, reason``. Each type's query gives these columns again and a ``note``. Ratios are computed anew for every
place and period; nothing here adds up or averages ratios.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import ClassVar

import pyarrow as pa

from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.faults import unknown

ALIASES = ascii_lowercase
"""What the tables of inputs are called in queries, in their order."""
Timeline = Mapping[str, tuple[int, str | None]]
"""Every period that occurs: its position in time, and the period before it."""


@dataclass(frozen=True, slots=True)
class DerivedInputs:
    """What a derived indicator is computed from.

    Attributes:
        definitions: its inputs, in their order.
        gazetteer: the places.
        gaps_are_zero: whether a period without a value is one in which nothing happened (events), not one that is unknown.
    """

    definitions: tuple[Indicator, ...]
    gazetteer: Gazetteer
    gaps_are_zero: bool

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of the inputs."""
        return tuple(parse_unit(definition.unit) for definition in self.definitions)


class DerivedIndicator(Indicator):
    """An indicator that is made of others."""

    over_periods: ClassVar[bool] = False
    """Whether values of several periods make one value."""
    over_places: ClassVar[bool] = False
    """Whether values of several places make one value."""
    over_parts: ClassVar[bool] = False
    """Whether values of several parts make one value."""

    @abstractmethod
    def sql(self, inputs: DerivedInputs) -> str:
        """The query of its values."""

    def computed(self, ask: Callable[[str], pa.Table], inputs: DerivedInputs) -> pa.Table | None:
        """What SQL cannot compute, as a table ``computed`` that the query reads; None where there is nothing.

        Args:
            ask: gives the rows of a query over the tables of inputs.
            inputs: what it is computed from.
        """
        return None

    def place_of(self, position: int, place: str) -> str:
        """The place whose value of an input, by its position, a value for a place is made of."""
        return place

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Those values of an input that one value was made of.

        Args:
            observation: the value.
            series: values of the input: of its place and period, or of all that the type takes together.
            timeline: the periods.
            gazetteer: the places.
        """
        return list(series)


def period_problems(text: str, file: str, line: int) -> Iterator[Problem]:
    """A period of a definition that is none."""
    try:
        parse_period(text)
    except ValueError as error:
        yield Problem("bad-period", str(error), file, line)


def place_problems(
    names: Iterable[str], places: Iterable[str], file: str, line: int
) -> Iterator[Problem]:
    """Places of a definition that are not declared."""
    known = set(places)
    for name in names:
        if name not in known:
            yield unknown("unknown-place", "place", name, known, file, line)


def until(
    observation: Observation,
    series: Sequence[Observation],
    timeline: Timeline,
    since: str | None = None,
) -> list[Observation]:
    """The values of periods like the observation's own, up to it, from where a total begins."""
    last, _ = timeline[observation.period]
    grain = parse_period(observation.period).grain
    first = None if since is None else parse_period(since).start
    found = []
    for value in series:
        period = parse_period(value.period)
        counts = first is None or (period.start is not None and period.start >= first)
        if counts and period.grain == grain and timeline[value.period][0] <= last:
            found.append(value)
    return found
