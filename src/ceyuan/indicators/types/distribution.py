"""``distribution``: how an indicator is distributed over places: its mean, median, a percentile, or how concentrated it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, assert_never, get_args

from ceyuan.engine import literal, literals
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import MODALITIES, STATUSES, number, part_sql, say, text_list, total_bound, weakest
from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.derived import DerivedIndicator, Inputs, Timeline, place_problems
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

Level = Literal["mean", "weighted_mean", "median", "percentile", "min", "max"]
Concentration = Literal["hhi", "gini", "entropy"]
Statistic = Level | Concentration
_WORDS: dict[Statistic, Trilingual] = {
    "mean": Trilingual(en="Mean", zh_hans="平均值", zh_hant="平均值"),
    "weighted_mean": Trilingual(en="Weighted mean", zh_hans="加权平均值", zh_hant="加權平均值"),
    "median": Trilingual(en="Median", zh_hans="中位数", zh_hant="中位數"),
    "percentile": Trilingual(en="Percentile", zh_hans="百分位数", zh_hant="百分位數"),
    "min": Trilingual(en="Smallest value", zh_hans="最小值", zh_hant="最小值"),
    "max": Trilingual(en="Largest value", zh_hans="最大值", zh_hant="最大值"),
    "hhi": Trilingual(en="Herfindahl–Hirschman index", zh_hans="赫芬达尔—赫希曼指数", zh_hant="赫芬達爾—赫希曼指數"),
    "gini": Trilingual(en="Gini coefficient", zh_hans="基尼系数", zh_hant="堅尼系數"),
    "entropy": Trilingual(en="Shannon entropy", zh_hans="香农熵", zh_hant="香農熵"),
}


class DistributionIndicator(DerivedIndicator):
    r"""A statistic of an indicator over several places, stated for a place that holds them.

    With values $x_i$ of $n$ places and shares $s_i = x_i / \sum x$: ``hhi`` is $\sum s_i^2$ (from $1/n$ to 1), ``gini`` is
    $\sum_i (2i - n - 1) x_i / (n \sum x)$ over ascending values (from 0 to $1 - 1/n$), ``entropy`` is
    $-\sum s_i \ln s_i$ (in nats, up to $\ln n$). A ``percentile`` lies between neighbours on a straight line (type 7 of
    Hyndman and Fan 1996, *The American Statistician* 50(4)).
    """

    over_places: ClassVar[bool] = True
    type: Literal["distribution"]
    of: Id = spec_field("The indicator whose values are taken.", good="rd_intensity", bad="R&D")
    statistic: Statistic = spec_field("What is made of the values.", good="median", bad="average")
    among: Among = spec_field("The places whose values are taken.", good={"kind": "province"}, bad="province")
    place: Id = spec_field("The place that it is stated for.", good="cn", bad="China")
    percentile: float | None = spec_field(
        "Which percentile, from 0 to 100.", good=90, bad=-1, default=None, ge=0, le=100
    )
    weights: Id | None = spec_field(
        "For a weighted mean: the indicator that weighs the places.", good="population", bad="2", default=None
    )
    min_coverage: float = spec_field(
        "What share of the places must have a value; with fewer it is missing.",
        good=0.8,
        bad=80,
        default=1.0,
        gt=0,
        le=1,
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The values, and what weighs them."""
        return (self.of,) if self.weights is None else (self.of, self.weights)

    @property
    def _measures_concentration(self) -> bool:
        return self.statistic in get_args(Concentration)

    def formula(self, names: Names) -> Trilingual:
        """The statistic, of what, over the places that are taken together."""
        of, what = names.indicators[self.of], _WORDS[self.statistic]
        which = "" if self.percentile is None else f" ({self.percentile:g})"
        by = Trilingual(en="", zh_hans="", zh_hant="")
        if self.weights is not None:
            weight = names.indicators[self.weights]
            by = Trilingual(
                en=f", weighted by {weight.en}",
                zh_hans=f"（以{weight.zh_hans}为权重）",
                zh_hant=f"（以{weight.zh_hant}為權重）",
            )
        return Trilingual(
            en=f"{what.en}{which} of {of.en} over the places taken together{by.en}",
            zh_hans=f"所列地区{of.zh_hans}的{what.zh_hans}{which}{by.zh_hans}",
            zh_hant=f"所列地區{of.zh_hant}的{what.zh_hant}{which}{by.zh_hant}",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A level has the dimension of the values; concentration is a ratio."""
        of = inputs[0]
        wanted = "ratio" if self._measures_concentration else of.dimension
        if unit.dimension == wanted:
            return None
        return f"a {self.statistic} of what is in {of.text} is no {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Places that are not there, and parts that the statistic needs or has no use for."""
        yield from self.among.problems(workspace, file, line)
        yield from place_problems((self.place,), (p.id for p in workspace.places), file, line)
        for key, value, statistic in (
            ("percentile", self.percentile, "percentile"),
            ("weights", self.weights, "weighted_mean"),
        ):
            if (value is None) == (self.statistic == statistic):
                needs = "needs" if value is None else "has no use for"
                yield Problem("missing-key", f"{self.id}: a {self.statistic} {needs} `{key}`", file, line)

    def sql(self, inputs: Inputs) -> str:
        """The values of the places side by side, in order, and what is made of them for each period."""
        places = self.among.of(inputs.gazetteer)
        listed = literals(places)
        # A share of the number is a whole number of places; what binary fractions add to it is no place.
        needed = max(1, math.ceil(round(self.min_coverage * len(places), 9)))
        weight, weigh = "CAST(1 AS DOUBLE)", ""
        if self.weights is not None:
            weight = "b.value"
            weigh = f"""JOIN b ON b.place = a.place AND b.period = a.period AND b.value IS NOT NULL
                AND b.breakdown = {part_sql("a.breakdown", "b")}"""
        value, impossible = self._value(inputs.units[0])
        size = str(len(places))
        note = remark_sql("note.taken", number="count(*)", places=size)
        few = remark_sql("missing.places", present="count(*)", size=size)
        return f"""WITH chosen AS (
            SELECT a.*, {weight} AS weight FROM a {weigh} WHERE a.value IS NOT NULL AND a.place IN ({listed})),
        ordered AS (
            SELECT *, row_number() OVER (PARTITION BY period, breakdown ORDER BY value) AS nth,
                sum(value) OVER (PARTITION BY period, breakdown) AS whole,
                count(*) OVER (PARTITION BY period, breakdown) AS n
            FROM chosen)
        SELECT {literal(self.place)} AS place, period, breakdown,
            CASE WHEN count(*) >= {needed} AND NOT ({impossible}) THEN round({value}, 10) END AS value,
            {self._bound(len(places))} AS bound, {weakest(MODALITIES, "modality")} AS modality,
            {weakest(STATUSES, "status")} AS status, {text_list("source")} AS source,
            CASE WHEN count(*) < {needed} THEN {few} WHEN {impossible} THEN {say("missing.distribution")} END AS reason,
            CASE WHEN count(*) >= {needed} THEN {note} END AS note
        FROM ordered GROUP BY period, breakdown"""

    def _value(self, of: Unit) -> tuple[str, str]:
        """SQL of the statistic in the indicator's unit, and of the condition under which there is none."""
        unit = parse_unit(self.unit)
        level, never = number(of.factor / unit.factor), "FALSE"
        share, undefined = number(1 / unit.factor), "min(value) < 0 OR sum(value) = 0"
        match self.statistic:
            case "mean":
                return f"avg(value) * {level}", never
            case "weighted_mean":
                return f"sum(value * weight) / nullif(sum(weight), 0) * {level}", "min(weight) < 0 OR sum(weight) = 0"
            case "median":
                return f"quantile_cont(value, 0.5) * {level}", never
            case "percentile":
                return f"quantile_cont(value, {number((self.percentile or 0) / 100)}) * {level}", never
            case "min" | "max":
                return f"{self.statistic}(value) * {level}", never
            case "hhi":
                return f"sum((value / nullif(whole, 0)) * (value / nullif(whole, 0))) * {share}", undefined
            case "gini":
                return f"sum((2 * nth - n - 1) * value) / (max(n) * nullif(sum(value), 0)) * {share}", undefined
            case "entropy":
                part = "value / nullif(whole, 0)"
                return f"-sum(CASE WHEN value > 0 THEN {part} * ln({part}) ELSE 0 END) * {share}", undefined
            case _:
                assert_never(self.statistic)

    def _bound(self, size: int) -> str:
        """SQL of its bound: a mean of lower bounds is one; all else of values that are not exact or not all there is about."""
        known = (
            total_bound("bound")
            if self.statistic == "mean"
            else f"CASE WHEN {total_bound('bound')} = 'eq' THEN 'eq' ELSE 'approx' END"
        )
        return f"CASE WHEN count(*) < {size} THEN 'approx' ELSE {known} END"

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Those of all places that are taken together."""
        return [value for value in self.among.pick(gazetteer, series) if value.value is not None]
