"""``rank``: the position among places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from ceyuan.engine import literals
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import MODALITIES, STATUSES, weaker, weakest
from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs, Timeline
from ceyuan.places import Gazetteer
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


class RankIndicator(DerivedIndicator):
    """Position among places, 1 is best."""

    over_places: ClassVar[bool] = True
    type: Literal["rank"]
    of: Id = spec_field("The indicator that is ranked.", good="rd_intensity", bad="R&D")
    among: Among = spec_field(
        "The places ranked together.", good={"kind": "province"}, bad="province"
    )
    round: int = spec_field(
        "Decimals at which two values count as equal.", good=6, bad="six", default=9, ge=0, le=12
    )
    ties: Literal["min", "dense", "max"] = spec_field(
        "Rank of equal values.", good="min", bad="first", default="min"
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is ranked."""
        return (self.of,)

    def formula(self, names: Names) -> Trilingual:
        """A position by something."""
        of = names.indicators[self.of]
        return Trilingual(
            en=f"Position by {of.en} among the places compared, 1 is best",
            zh_hans=f"按“{of.zh_hans}”在参与比较的地区中的位次，第1位为最优",
            zh_hant=f"按「{of.zh_hant}」在參與比較的地區中的排名，第1位為最佳",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A rank has a unit of its own."""
        return None if unit.dimension == "rank" else f"a rank has a unit of rank, not {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Places that are not there, or none at all."""
        yield from self.among.problems(workspace, file, line)

    def sql(self, inputs: DerivedInputs) -> str:
        """Positions among the places with a value; if one of the values is not exact or not sure, no position is."""
        places = self.among.of(inputs.gazetteer)
        listed = literals(places)
        # What is best is the ranked indicator's to say; of the rank itself, 1 is best.
        way = "ASC" if inputs.definitions[0].direction == "lower" else "DESC"
        position = {
            "min": "rank() OVER ordered",
            "dense": "dense_rank() OVER ordered",
            "max": "count(*) OVER ordered",
        }[self.ties]
        together = "OVER (PARTITION BY period, breakdown)"
        note = remark_sql("note.ranked", number="compared", places=str(len(places)))
        return f"""WITH valued AS (
            SELECT *, round(value, {self.round}) AS level FROM a
            WHERE value IS NOT NULL AND place IN ({listed})),
        ranked AS (
            SELECT place, period, breakdown, CAST({position} AS DOUBLE) AS nth,
                count(*) {together} AS compared,
                count(CASE WHEN bound <> 'eq' THEN 1 END) {together} AS inexact,
                {weakest(MODALITIES, "modality", together)} AS modality,
                {weakest(STATUSES, "status", together)} AS status,
                string_agg(source, ';') {together} AS source
            FROM valued
            WINDOW ordered AS (PARTITION BY period, breakdown ORDER BY level {way}))
        SELECT place, period, breakdown, nth AS value, CASE WHEN inexact = 0 THEN 'eq' ELSE 'approx' END AS bound,
            modality, status, source, CAST(NULL AS VARCHAR) AS reason, {note} AS note
        FROM ranked
        UNION ALL
        SELECT place, period, breakdown, CAST(NULL AS DOUBLE) AS value, 'eq' AS bound, modality,
            {weaker(STATUSES, "status")} AS status, source, reason, CAST(NULL AS VARCHAR) AS note
        FROM a WHERE value IS NULL AND place IN ({listed})"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Those of all places that are ranked together."""
        return self.among.pick(gazetteer, series)
