"""What of an indicator a statement may give, by its unit and kind."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ceyuan.claims.comparison import YEAR_BEFORE
from ceyuan.claims.model import Measure
from ceyuan.claims.operations import Operation
from ceyuan.claims.wording import Wording
from ceyuan.indicators.types import (
    ChangeIndicator,
    CountIndicator,
    GrowthIndicator,
    MembershipIndicator,
    PublishedIndicator,
    RankIndicator,
    StreakIndicator,
    SumIndicator,
)
from ceyuan.reader import Statement
from ceyuan.units import Unit, own_spellings, parse_unit
from ceyuan.workspace.definitions import Indicator

_DERIVED = (GrowthIndicator, ChangeIndicator, RankIndicator, MembershipIndicator, StreakIndicator)
_MOVES = (GrowthIndicator, ChangeIndicator)


def unit_of(text: str) -> Unit | None:
    """A unit of a statement, None where it is a word that no unit is known by."""
    return _unit_of(text, own_spellings())


@lru_cache(maxsize=4096)
def _unit_of(text: str, _: tuple[tuple[str, str], ...]) -> Unit | None:
    try:
        return parse_unit(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statement gives, as far as its unit and kind tell.

    Attributes:
        statement: the statement.
        wording: its surroundings.
        unit: the unit that its value has, or for a count of places the unit of their threshold.
    """

    statement: Statement
    wording: Wording
    unit: Unit

    @property
    def key(self) -> Hashable:
        """All that the measures of an indicator depend on; what is asked alike gets the same answer."""
        operation, statement = self.wording.operation, self.statement
        reckoned = None if operation is None else operation.kind_of_result
        move = statement.kind, statement.from_value is None
        return self.unit, *move, reckoned, self.wording.basis == YEAR_BEFORE, self.wording.yearly

    def measures(self, indicator: Indicator, own: Unit, *, grows: bool) -> Iterator[Measure]:
        """What of an indicator it may give.

        Args:
            indicator: the indicator.
            own: its unit.
            grows: whether its name says that it is a growth rate.
        """
        operation = self.wording.operation
        if operation is not None:
            if _operable(operation, indicator, own, self.unit, grows=grows):
                yield operation.measure
            # A rank or a share may be an indicator of its own; that of several places together is none, nor one of another place.
            if operation.measure not in ("rank", "share") or operation.joint or operation.apart:
                return
        yield from self._plain(indicator, own, grows=grows)

    def _plain(self, indicator: Indicator, own: Unit, *, grows: bool) -> Iterator[Measure]:
        """What it may give of a value, or of two values of one place."""
        moves = isinstance(indicator, _MOVES)
        if moves and self.wording.basis != YEAR_BEFORE:
            return
        kind = self.statement.kind
        if kind == "growth":
            yield from self._growth(indicator, own, grows=grows)
        elif kind == "change" and self.statement.from_value is None:
            yield from self._change(indicator, own)
        elif comparable(own, self.unit) and not moves:
            yield "from_to" if kind == "change" else "level"

    def _growth(self, indicator: Indicator, own: Unit, *, grows: bool) -> Iterator[Measure]:
        derived = isinstance(indicator, _DERIVED)
        rate = isinstance(indicator, GrowthIndicator) or (not derived and grows)
        if comparable(own, self.unit) and rate:
            yield "level"
        elif not derived and own.dimension != "ratio":
            # What is a percentage itself changes by percentage points.
            yield "mean growth" if self.wording.yearly else "growth"

    def _change(self, indicator: Indicator, own: Unit) -> Iterator[Measure]:
        points = self.unit.dimension == "percentage point"
        if comparable(own, self.unit) and isinstance(indicator, ChangeIndicator):
            yield "level"
        elif not isinstance(indicator, _DERIVED) and (
            own.dimension == "ratio" if points else comparable(own, self.unit)
        ):
            yield "change"


def comparable(own: Unit, unit: Unit) -> bool:
    """Whether two units convert, money of different currencies included."""
    return own.dimension == unit.dimension or _money(own, unit)


def _money(own: Unit, unit: Unit) -> bool:
    """Whether both are amounts of money, of whatever currency; an amount a head is none."""
    return (
        own.per is None and unit.per is None and own.dimension[:6] == unit.dimension[:6] == "money:"
    )


def _of_rates(operation: Operation, unit: Unit) -> bool:
    """Whether an operation makes sense of rates of growth: 增速高于全国3.9个百分点."""
    points = unit.dimension == "percentage point"
    return points and operation.measure == "difference" and not operation.average


def _subtracts(own: Unit, unit: Unit) -> bool:
    """Whether the difference of two values may be given in a unit: of percentages in points."""
    if unit.dimension == "percentage point":
        return own.dimension == "ratio"
    return comparable(own, unit)


def _shares(operation: Operation, own: Unit, *, sums: bool) -> bool:
    """Whether a part in per cent makes sense: of a whole only where places add up, of another place of all but ranks."""
    return own.dimension != "rank" if operation.apart else sums


def _operable(
    operation: Operation, indicator: Indicator, own: Unit, unit: Unit, *, grows: bool
) -> bool:
    """Whether an operation makes sense of an indicator, and gives something in the unit of the statement."""
    if isinstance(indicator, GrowthIndicator):
        return grows and _of_rates(operation, unit)
    if isinstance(indicator, _DERIVED) or (operation.average and own.dimension != "ratio"):
        return False
    sums = additive(indicator, own)
    match operation.measure:
        case "difference":
            return _subtracts(own, unit)
        case "relative":
            # Of a percentage "higher by 5 %" may mean points.
            return own.dimension != "ratio"
        case "multiple" | "rank":
            return own.dimension != "rank"
        case "share":
            return _shares(operation, own, sums=sums)
        case "sum" | "rest" | "mean":
            return sums and comparable(own, unit)
        case "each" | "places above":
            return comparable(own, unit)
        case _:
            return False


def additive(indicator: Indicator, own: Unit) -> bool:
    """Whether its values of several places add up to that of all of them."""
    summed = isinstance(indicator, SumIndicator | CountIndicator | PublishedIndicator)
    return summed and own.adds_up
