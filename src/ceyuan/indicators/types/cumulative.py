"""``cumulative``: the running total over periods (累计)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from ceyuan.engine import literal
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import MODALITIES, STATUSES, factor, say, total_bound, weakest
from ceyuan.indicators.types.derived import (
    DerivedIndicator,
    DerivedInputs,
    Timeline,
    period_problems,
    until,
)
from ceyuan.periods import Grain, containing_period, parse_period
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names, PeriodText
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


Restart = Literal["year", "fiscal", "plan"]
_GRAIN: dict[Restart, Grain] = {"year": "year", "fiscal": "fiscal", "plan": "range"}
_BEGIN: dict[Restart, Trilingual] = {
    "year": Trilingual(en="the year", zh_hans="年初", zh_hant="年初"),
    "fiscal": Trilingual(en="the fiscal year", zh_hans="财政年度初", zh_hant="財政年度初"),
    "plan": Trilingual(en="the five-year plan", zh_hans="五年规划期初", zh_hant="五年規劃期初"),
}


class CumulativeIndicator(DerivedIndicator):
    """Running total over periods (累计)."""

    over_periods: ClassVar[bool] = True
    type: Literal["cumulative"]
    of: Id = spec_field("The indicator that is accumulated.", good="payments", bad="Payments")
    since: PeriodText | None = spec_field(
        "First period that counts.", good=2019, bad="the beginning", default=None
    )
    restarts: Restart | None = spec_field(
        "Where it begins anew: with each year (year to date), fiscal year or five-year plan.",
        good="year",
        bad="yearly",
        default=None,
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is accumulated."""
        return (self.of,)

    def formula(self, names: Names) -> Trilingual:
        """A running total, and since when."""
        of, since = names.indicators[self.of], self.since
        if self.restarts is not None:
            begin = _BEGIN[self.restarts]
            return Trilingual(
                en=f"Running total of {of.en} since the beginning of {begin.en}",
                zh_hans=f"{of.zh_hans}自{begin.zh_hans}起累计",
                zh_hant=f"{of.zh_hant}自{begin.zh_hant}起累計",
            )
        if since is None:
            return Trilingual(
                en=f"Running total of {of.en}",
                zh_hans=f"{of.zh_hans}逐期累计",
                zh_hant=f"{of.zh_hant}逐期累計",
            )
        return Trilingual(
            en=f"Running total of {of.en} since {since}",
            zh_hans=f"{of.zh_hans}自{since}起累计",
            zh_hant=f"{of.zh_hant}自{since}起累計",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A total measures what its parts measure."""
        return (
            None
            if unit.dimension == inputs[0].dimension
            else f"a total of {inputs[0].text} is no {self.unit}"
        )

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """A beginning that is no period, or two of them."""
        if self.since is not None and self.restarts is not None:
            yield Problem(
                "bad-value",
                f"{self.id} begins `since` a period or `restarts`, not both",
                file,
                line,
            )
        if self.since is not None:
            yield from period_problems(self.since, file, line)

    def sql(self, inputs: DerivedInputs) -> str:
        """The sum of all periods of a grain up to each of them; of amounts that are not events, none may be lacking."""
        since = None if self.since is None else parse_period(self.since).start
        part, within = ("place, breakdown, grain", "")
        if self.restarts is not None:
            part += ", container"
            within = f"JOIN period_within AS w ON w.period = a.period AND w.grain = {literal(self.restarts)}"
        counts = "TRUE" if since is None else f'periods."start" >= {literal(since)}'
        lacking = "value IS NULL"
        if not inputs.gaps_are_zero:
            late = "FALSE" if since is None else f"began > {literal(since)}"
            if self.restarts is not None:
                late = f"began > make_date(CAST(left(container, 4) AS INTEGER), {4 if self.restarts == 'fiscal' else 1}, 1)"
            lacking += f" OR coalesce(before <> previous, {late})"
        upto = "OVER upto"
        container = ", w.container" if within else ""
        return f"""WITH dated AS (
            SELECT a.*, periods.grain, periods.ordinal, periods.previous, periods."start" AS began{container}
            FROM a JOIN periods ON periods.period = a.period {within} WHERE {counts}),
        followed AS (
            SELECT *, lag(period) OVER (PARTITION BY {part} ORDER BY ordinal) AS before FROM dated),
        flagged AS (
            SELECT *, CASE WHEN {lacking} THEN 1 ELSE 0 END AS lacking FROM followed),
        totals AS (
            SELECT place, period, breakdown, sum(value) {upto} * {factor(inputs.units[0], parse_unit(self.unit))} AS total,
                sum(lacking) {upto} AS gaps, count(*) {upto} AS size, {total_bound("bound", upto)} AS bound,
                {weakest(MODALITIES, "modality", upto)} AS modality, {weakest(STATUSES, "status", upto)} AS status,
                string_agg(source, ';') {upto} AS source
            FROM flagged
            WINDOW upto AS (PARTITION BY {part} ORDER BY ordinal
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        SELECT place, period, breakdown, CASE WHEN gaps = 0 THEN round(total, 10) END AS value, bound, modality, status,
            source, CASE WHEN gaps > 0 THEN {say("missing.earlier_gap")} END AS reason,
            {remark_sql("note.summed", number="size")} AS note
        FROM totals"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """All that counts up to its period."""
        since = self.since
        if self.restarts is not None:
            within = containing_period(parse_period(observation.period), _GRAIN[self.restarts])
            since = None if within is None else within.text
        return until(observation, series, timeline, since)
