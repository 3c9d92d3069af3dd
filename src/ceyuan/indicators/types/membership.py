"""``membership``: whether a rank is within the first N (百强)."""

from __future__ import annotations

from typing import Literal

from ceyuan.indicators.remarks import NO_REMARK
from ceyuan.indicators.sql import STATUSES, number, say, weaker
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field


class MembershipIndicator(DerivedIndicator):
    """Whether a rank is within the first N (百强)."""

    type: Literal["membership"]
    of: Id = spec_field("The rank.", good="cluster_rank", bad="rank 1")
    top: int = spec_field("N.", good=100, bad=0, ge=1, le=1_000_000)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The rank."""
        return (self.of,)

    def formula(self, names: Names) -> Trilingual:
        """Whether it is among the first."""
        of, top = names.indicators[self.of], self.top
        return Trilingual(
            en=f"1 where {of.en} is within the first {top}, otherwise 0",
            zh_hans=f"“{of.zh_hans}”进入前{top}位记为1，否则记为0",
            zh_hant=f"「{of.zh_hant}」躋身前{top}位記為1，否則記為0",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A membership has a unit of its own, and is one of a rank."""
        if unit.dimension != "membership":
            return f"a membership has a unit of membership, not {self.unit}"
        return (
            None
            if inputs[0].dimension == "rank"
            else f"{self.of!r} is no rank: its unit is {inputs[0].text}"
        )

    def sql(self, inputs: DerivedInputs) -> str:
        """The value is N; the bound says on which side of it the rank lies. A rank that may lie on either decides nothing."""
        top = number(self.top)
        return f"""WITH sided AS (
            SELECT *, CASE WHEN value <= {top} AND bound IN ('eq', 'le', 'lt') THEN 'le'
                WHEN value > {top} AND bound IN ('eq', 'ge', 'gt') THEN 'gt'
                WHEN value = {top} AND bound = 'gt' THEN 'gt' END AS side
            FROM a)
        SELECT place, period, breakdown, CASE WHEN side IS NOT NULL THEN {top} END AS value, coalesce(side, 'eq') AS bound,
            modality, {weaker(STATUSES, "status")} AS status, source,
            CASE WHEN value IS NULL THEN reason WHEN side IS NULL THEN {say("missing.rank_open")} END AS reason,
            {NO_REMARK} AS note
        FROM sided"""
