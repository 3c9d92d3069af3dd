"""What ``change`` and ``growth`` have in common: a value against one of an earlier period."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from ceyuan.engine import literal
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import NO_REMARK
from ceyuan.indicators.sql import MODALITIES, STATUSES, say, weaker
from ceyuan.indicators.types.derived import (
    DerivedIndicator,
    DerivedInputs,
    Timeline,
    period_problems,
)
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import PeriodText
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

_WORDS = {
    "previous": Trilingual(en="the period before", zh_hans="上期", zh_hant="上一期"),
    "year_ago": Trilingual(
        en="the same period a year before", zh_hans="上年同期", zh_hant="上年同期"
    ),
    "first": Trilingual(
        en="the first period with a value", zh_hans="首个有数据的时期", zh_hant="首個有數據的時期"
    ),
}


class ComparedIndicator(DerivedIndicator):
    """A value against the same indicator's value of an earlier period."""

    over_periods: ClassVar[bool] = True
    of: Id = spec_field(
        "The indicator that is compared with itself at an earlier time.",
        good="rd_expenditure",
        bad="R&D",
    )
    against: PeriodText = spec_field(
        "Compared with: `previous`, `year_ago` (the same months of the year before), `first`, or a period.",
        good="previous",
        bad="before",
        default="previous",
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is compared."""
        return (self.of,)

    @property
    def against_words(self) -> Trilingual:
        """What it is compared with, in words."""
        return _WORDS.get(self.against, Trilingual.same(self.against))

    @property
    def _named(self) -> str | None:
        """The period that it is compared with, None where that depends on the value."""
        return None if self.against in _WORDS else parse_period(self.against).text

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """A period that is none."""
        if self.against not in _WORDS:
            yield from period_problems(self.against, file, line)

    @abstractmethod
    def compared(self, inputs: DerivedInputs) -> tuple[str, str]:
        """SQL of value and bound of ``a`` against ``b``."""

    def incomparable(self) -> str:
        """SQL of more cases in which there is no value, with their reasons."""
        return ""

    def sql(self, inputs: DerivedInputs) -> str:
        """Each value with the one that it is compared with; nothing is said of the time before a series begins."""
        value, bound = self.compared(inputs)
        named = self._named
        earlier, since = "b.period = a.previous", "a.ordinal > began.ordinal"
        if self.against == "year_ago":
            earlier = "b.period = a.year_before"
            # The first year of a series has nothing to be compared with.
            since = 'b.place IS NOT NULL OR (a."end" > began.first_end + INTERVAL 1 YEAR AND a.year_before IS NOT NULL)'
        elif self.against == "first":
            earlier = "b.ordinal = began.ordinal"
        elif named is not None:
            earlier = f"b.period = {literal(named)}"
            since += f' AND a."end" > {literal(parse_period(named).end)}'
        return f"""WITH dated AS (
            SELECT a.*, periods.ordinal, periods.previous, periods.year_before, periods."end"
            FROM a JOIN periods ON periods.period = a.period),
        began AS (
            SELECT place, breakdown, min(ordinal) AS ordinal, min("end") AS first_end
            FROM dated WHERE value IS NOT NULL GROUP BY place, breakdown)
        SELECT a.place AS place, a.period AS period, a.breakdown AS breakdown, {value} AS value,
            coalesce({bound}, 'eq') AS bound,
            {weaker(MODALITIES, "a.modality", "b.modality")} AS modality,
            {weaker(STATUSES, "a.status", "b.status")} AS status,
            concat_ws(';', a.source, b.source) AS source,
            CASE WHEN a.value IS NULL THEN coalesce(a.reason, {say("missing.value")})
                WHEN b.place IS NULL THEN {say("missing.earlier")}
                WHEN b.value IS NULL THEN coalesce(b.reason, {say("missing.earlier_value")}) {self.incomparable()} END AS reason,
            {NO_REMARK} AS note
        FROM dated AS a
        JOIN began ON began.place = a.place AND began.breakdown = a.breakdown
        LEFT JOIN dated AS b ON b.place = a.place AND b.breakdown = a.breakdown AND {earlier}
        WHERE {since}"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Its own period's and the one that it is compared with."""
        earlier = self._named
        if self.against == "previous":
            _, earlier = timeline[observation.period]
        elif self.against == "year_ago":
            earlier = parse_period(observation.period).year_before
        elif self.against == "first":
            valued = (value.period for value in series if value.value is not None)
            earlier = min(valued, key=lambda period: timeline[period][0])
        return [value for value in series if value.period in (observation.period, earlier)]
