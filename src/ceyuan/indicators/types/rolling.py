"""``rolling``: the sum or mean of the last periods (近三年)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import MODALITIES, STATUSES, factor, text_list, total_bound, weakest
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs, Timeline
from ceyuan.periods import last_periods
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field

# Dimensions whose values mean nothing when they are added up over periods.
_INTENSIVE = ("ratio", "rank", "membership", "percentage point")


class RollingIndicator(DerivedIndicator):
    """Sum or mean of the last periods, this one included (近三年)."""

    over_periods: ClassVar[bool] = True
    type: Literal["rolling"]
    of: Id = spec_field(
        "The indicator whose periods are taken together.", good="firms_announced", bad="Firms"
    )
    window: int = spec_field(
        "How many periods, this one included; missing unless all of them have a value. A period in which no event was "
        "recorded, between the first and the last that have some, counts as none.",
        good=3,
        bad=1,
        ge=2,
        le=100,
    )
    aggregate: Literal["sum", "mean"] = spec_field(
        "What is made of them; a ratio is not added up.", good="sum", bad="total", default="sum"
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is taken together."""
        return (self.of,)

    def formula(self, names: Names) -> Trilingual:
        """A sum or mean, and of how many periods."""
        of, size = names.indicators[self.of], self.window
        en, zh_hans, zh_hant = {
            "sum": ("Sum", "之和", "總和"),
            "mean": ("Mean", "平均值", "平均值"),
        }[self.aggregate]
        return Trilingual(
            en=f"{en} of {of.en} over the last {size} periods, this one included",
            zh_hans=f"{of.zh_hans}截至本期的近{size}期{zh_hans}",
            zh_hant=f"{of.zh_hant}截至本期的近{size}期{zh_hant}",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A total measures what its parts measure, and only amounts have one."""
        (of,) = inputs
        if unit.dimension != of.dimension:
            return f"a total of {of.text} is no {self.unit}"
        if self.aggregate == "sum" and of.dimension in _INTENSIVE:
            return (
                f"values in {of.text} are not added up over periods; `aggregate: mean` may be meant"
            )
        return None

    def sql(self, inputs: DerivedInputs) -> str:
        """All periods of each window next to each other, and what is made of them where none is lacking."""
        size = self.window
        note = {"sum": "note.summed", "mean": "note.mean"}[self.aggregate]
        mean = "" if self.aggregate == "sum" else f" / {size}"
        lacking = remark_sql("missing.periods", present="present", size=str(size))
        # Of what is no event a period without a value is not known; of events, one after the first record is empty.
        asked = "(SELECT place, period, breakdown FROM a)"
        present = "count(value)"
        if inputs.gaps_are_zero:
            asked = "(SELECT * FROM (SELECT DISTINCT place, breakdown FROM a) CROSS JOIN (SELECT DISTINCT period FROM a))"
            present = "min(reach) - count(CASE WHEN value IS NULL THEN 1 END)"
        return f"""WITH firsts AS (
            SELECT periods.grain, min(a.period) AS first FROM a JOIN periods ON periods.period = a.period GROUP BY ALL),
        reached AS (
            SELECT w.period, count(*) AS reach FROM period_window AS w JOIN periods ON periods.period = w.period
            JOIN firsts ON firsts.grain = periods.grain
            WHERE w.steps < {size} AND w.earlier >= firsts.first GROUP BY w.period),
        windows AS (
            SELECT asked.place, asked.period, asked.breakdown, reached.reach,
                earlier.value, earlier.bound, earlier.modality, earlier.status, earlier.source
            FROM {asked} AS asked
            JOIN reached ON reached.period = asked.period
            JOIN period_window ON period_window.period = asked.period AND period_window.steps < {size}
            JOIN a AS earlier ON earlier.place = asked.place AND earlier.breakdown = asked.breakdown
                AND earlier.period = period_window.earlier),
        totals AS (
            SELECT place, period, breakdown, {present} AS present,
                round(sum(value){mean} * {factor(inputs.units[0], parse_unit(self.unit))}, 10) AS total,
                {total_bound("bound")} AS bound, {weakest(MODALITIES, "modality")} AS modality,
                {weakest(STATUSES, "status")} AS status, {text_list("source")} AS source
            FROM windows GROUP BY place, period, breakdown)
        SELECT place, period, breakdown, CASE WHEN present = {size} THEN total END AS value, bound, modality, status, source,
            CASE WHEN present < {size} THEN {lacking} END AS reason,
            CASE WHEN present = {size} THEN {remark_sql(note, number=str(size))} END AS note
        FROM totals"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Those of the window."""
        window = last_periods(observation.period, self.window)
        return [value for value in series if value.period in window]
