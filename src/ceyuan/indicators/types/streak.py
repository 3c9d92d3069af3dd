"""``streak``: how many periods in a row a membership held (连续…年)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import NO_REMARK
from ceyuan.indicators.sql import MODALITIES, STATUSES, weakest
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs, Timeline, until
from ceyuan.places import Gazetteer
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field


class StreakIndicator(DerivedIndicator):
    """Number of periods in a row, up to this one, in which a membership held (连续…年)."""

    over_periods: ClassVar[bool] = True
    type: Literal["streak"]
    of: Id = spec_field("The membership.", good="cluster_top100", bad="top 100")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The membership."""
        return (self.of,)

    def formula(self, names: Names) -> Trilingual:
        """A number of periods in a row."""
        of = names.indicators[self.of]
        return Trilingual(
            en=f"Number of periods in a row, up to this one, in which “{of.en}” holds",
            zh_hans=f"截至本期，“{of.zh_hans}”连续成立的期数",
            zh_hant=f"截至本期，「{of.zh_hant}」連續成立的期數",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A streak is a time, and one of a membership."""
        if unit.dimension != "time":
            return f"a streak has a unit of time, not {self.unit}"
        (of,) = inputs
        return (
            None
            if of.dimension == "membership"
            else f"{self.of!r} is no membership: its unit is {of.text}"
        )

    def sql(self, inputs: DerivedInputs) -> str:
        """Length of the run of periods, ending here, in which the membership held.

        A run that begins where the period before is not known may be longer than is known: its bound is ``ge``.
        """
        return f"""WITH dated AS (
            SELECT a.*, periods.grain, periods.ordinal, periods.previous,
                CASE WHEN a.value IS NOT NULL AND a.bound IN ('le', 'lt', 'eq') THEN 1 ELSE 0 END AS held
            FROM a JOIN periods ON periods.period = a.period),
        followed AS (
            SELECT *, lag(period) OVER series AS before, lag(value) OVER series AS value_before FROM dated
            WINDOW series AS (PARTITION BY place, breakdown, grain ORDER BY ordinal)),
        opened AS (
            SELECT *, CASE WHEN before = previous AND value_before IS NOT NULL THEN 0 ELSE 1 END AS opens FROM followed),
        numbered AS (
            SELECT *, sum(CASE WHEN held = 0 OR opens = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY place, breakdown, grain
                ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
            FROM opened),
        lengths AS (
            SELECT place, period, breakdown, value, reason, held, sum(held) OVER upto AS length,
                max(held * opens) OVER upto AS open_start, {weakest(MODALITIES, "modality", "OVER upto")} AS modality,
                {weakest(STATUSES, "status", "OVER upto")} AS status, string_agg(source, ';') OVER upto AS source
            FROM numbered
            WINDOW upto AS (PARTITION BY place, breakdown, grain, run ORDER BY ordinal
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        SELECT place, period, breakdown, CASE WHEN value IS NOT NULL THEN CAST(length AS DOUBLE) END AS value,
            CASE WHEN held = 1 AND open_start = 1 THEN 'ge' ELSE 'eq' END AS bound, modality, status, source,
            CASE WHEN value IS NULL THEN reason END AS reason, {NO_REMARK} AS note
        FROM lengths"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """All up to its period."""
        return until(observation, series, timeline)
