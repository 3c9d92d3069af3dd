"""``distribution``: how an indicator is distributed over places: its mean, median, a percentile, or how concentrated it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from ceyuan.engine import literal, literals
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import (
    MODALITIES,
    STATUSES,
    number,
    part_sql,
    say,
    text_list,
    weaker,
    weakest,
)
from ceyuan.indicators.statistics import (
    WORDS,
    Statistic,
    bound_sql,
    is_concentration,
    option_problems,
    statistic_sql,
    undefined_sql,
)
from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.derived import (
    DerivedIndicator,
    DerivedInputs,
    Timeline,
    place_problems,
)
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


class DistributionIndicator(DerivedIndicator):
    """A statistic of an indicator over several places, stated for one that holds them; see `ceyuan.indicators.statistics`."""

    over_places: ClassVar[bool] = True
    type: Literal["distribution"]
    of: Id = spec_field("The indicator whose values are taken.", good="rd_intensity", bad="R&D")
    statistic: Statistic = spec_field("What is made of the values.", good="median", bad="average")
    among: Among = spec_field(
        "The places whose values are taken.", good={"kind": "province"}, bad="province"
    )
    place: Id = spec_field("The place that it is stated for.", good="cn", bad="China")
    percentile: float | None = spec_field(
        "Which percentile, from 0 to 100.", good=90, bad=-1, default=None, ge=0, le=100
    )
    weights: Id | None = spec_field(
        "For a weighted mean: the indicator that weighs the places.",
        good="population",
        bad="2",
        default=None,
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

    def formula(self, names: Names) -> Trilingual:
        """The statistic, of what, over the places that are taken together."""
        of, what = names.indicators[self.of], WORDS[self.statistic]
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
        wanted = "ratio" if is_concentration(self.statistic) else of.dimension
        if unit.dimension == wanted:
            return None
        return f"a {self.statistic} of what is in {of.text} is no {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Places that are not there, and parts that the statistic needs or has no use for."""
        yield from self.among.problems(workspace, file, line)
        yield from place_problems((self.place,), (p.id for p in workspace.places), file, line)
        yield from option_problems(
            self.id, self.statistic, self.percentile, self.weights, file, line
        )

    def sql(self, inputs: DerivedInputs) -> str:
        """The values of the places, and what is made of them for each period."""
        places = self.among.of(inputs.gazetteer)
        listed = literals(places)
        # A share of the number is a whole number of places; what binary fractions add to it is no place.
        needed = max(1, math.ceil(round(self.min_coverage * len(places), 9)))
        columns = ("modality", "status", "source")
        made = ", ".join(f"a.{name}" for name in columns)
        weigh, weight = "", "1 AS w, 'eq' AS weight_bound"
        if self.weights is not None:
            weight = "b.value AS w, b.bound AS weight_bound"
            made = ", ".join(
                [
                    f"{weaker(MODALITIES, 'a.modality', 'b.modality')} AS modality",
                    f"{weaker(STATUSES, 'a.status', 'b.status')} AS status",
                    "concat_ws(';', a.source, b.source) AS source",
                ]
            )
            weigh = f"""JOIN b ON b.place = a.place AND b.period = a.period AND b.value IS NOT NULL
                AND b.breakdown = {part_sql("a.breakdown", "b")}"""
        unit, of = parse_unit(self.unit), inputs.units[0]
        scale = number((1 if is_concentration(self.statistic) else of.factor) / unit.factor)
        value, impossible = (
            statistic_sql(self.statistic, self.percentile),
            undefined_sql(self.statistic),
        )
        size = str(len(places))
        bound = bound_sql(self.statistic, self.percentile, f"count(*) >= {size}")
        note = remark_sql("note.taken", number="count(*)", places=size)
        few = remark_sql("missing.places", present="count(*)", size=size)
        return f"""WITH chosen AS (
            SELECT a.place, a.period, a.breakdown, a.value AS v, a.bound, {weight}, {made}
            FROM a {weigh} WHERE a.value IS NOT NULL AND a.place IN ({listed}))
        SELECT {literal(self.place)} AS place, period, breakdown,
            CASE WHEN count(*) >= {needed} AND NOT ({impossible}) THEN round(({value}) * {scale}, 10) END AS value,
            {bound} AS bound, {weakest(MODALITIES, "modality")} AS modality,
            {weakest(STATUSES, "status")} AS status, {text_list("source")} AS source,
            CASE WHEN count(*) < {needed} THEN {few} WHEN {impossible} THEN {say("missing.distribution")} END AS reason,
            CASE WHEN count(*) >= {needed} THEN {note} END AS note
        FROM chosen GROUP BY period, breakdown"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Those of all places that are taken together."""
        return [value for value in self.among.pick(gazetteer, series) if value.value is not None]
