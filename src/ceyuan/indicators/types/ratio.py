"""``ratio``: one indicator over another one."""

from __future__ import annotations

from typing import Literal

from ceyuan.engine import literal
from ceyuan.indicators.remarks import NO_REMARK
from ceyuan.indicators.sql import MODALITIES, STATUSES, number, quotient_bound, say, weaker
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field


class RatioIndicator(DerivedIndicator):
    """One indicator over another, recomputed for every place and period, never summed or averaged."""

    type: Literal["ratio"]
    numerator: Id = spec_field("Indicator on top.", good="rd_expenditure", bad="R&D")
    denominator: Id = spec_field("Indicator below.", good="gdp", bad="GDP")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    def formula(self, names: Names) -> Trilingual:
        """The one ÷ the other."""
        return over(names.indicators[self.numerator], names.indicators[self.denominator])

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """The unit is a ratio's, a compound of both, or that of the numerator if the denominator is a ratio."""
        top, bottom = inputs
        if top.dimension == bottom.dimension:
            return (
                None if unit.dimension == "ratio" else quotient_fault(top, bottom, self.unit, "%")
            )
        # Expenditure over its share of GDP is a GDP.
        whole = bottom.dimension == "ratio" and unit.dimension == top.dimension
        if whole or unit.dimension == f"{top.dimension}/{bottom.dimension}":
            return None
        return quotient_fault(top, bottom, self.unit, f"{top.base}/{bottom.base}")

    def sql(self, inputs: DerivedInputs) -> str:
        """``a / b`` of the same place and period."""
        return quotient_sql(parse_unit(self.unit), inputs.units)


def over(top: Trilingual, bottom: Trilingual) -> Trilingual:
    """A quotient in words."""
    return Trilingual(
        en=f"{top.en} ÷ {bottom.en}",
        zh_hans=f"{top.zh_hans} ÷ {bottom.zh_hans}",
        zh_hant=f"{top.zh_hant} ÷ {bottom.zh_hant}",
    )


def quotient_fault(top: Unit, bottom: Unit, given: str, wanted: str) -> str:
    """What is wrong with the unit of a quotient."""
    return f"{top.text} over {bottom.text} is no {given}; such a ratio has a unit like {wanted}"


def quotient_sql(unit: Unit, units: tuple[Unit, ...], whole_place: str | None = None) -> str:
    """The query of ``a / b`` at the same period; ``b`` is of the same place, or of the one place that is the whole.

    A denominator without the breakdown of the numerator serves all of its parts. Where only the denominator of a place is there,
    there is a missing value that says so.
    """
    top, bottom = units
    place = "b.place = a.place" if whole_place is None else f"b.place = {literal(whole_place)}"
    scale = number(top.factor / bottom.factor / unit.factor)
    matched = f"""WITH broken_down AS (SELECT DISTINCT breakdown FROM b)
        SELECT a.place AS place, a.period AS period, a.breakdown AS breakdown,
            round(a.value * {scale} / nullif(b.value, 0), 10) AS value,
            coalesce({quotient_bound("a", "b")}, 'eq') AS bound,
            {weaker(MODALITIES, "a.modality", "b.modality")} AS modality,
            {weaker(STATUSES, "a.status", "b.status")} AS status,
            concat_ws(';', a.source, b.source) AS source,
            CASE WHEN a.value IS NULL THEN coalesce(a.reason, {say("missing.numerator_value")})
                WHEN b.place IS NULL THEN {say("missing.denominator")}
                WHEN b.value IS NULL THEN coalesce(b.reason, {say("missing.denominator_value")})
                WHEN b.value = 0 THEN {say("missing.denominator_zero")} END AS reason,
            {NO_REMARK} AS note
        FROM a
        LEFT JOIN broken_down ON broken_down.breakdown = a.breakdown
        LEFT JOIN b ON {place} AND b.period = a.period
            AND b.breakdown = CASE WHEN broken_down.breakdown IS NULL THEN '' ELSE a.breakdown END"""
    if whole_place is not None:
        return matched
    return f"""{matched}
        UNION ALL
        SELECT b.place, b.period, b.breakdown, CAST(NULL AS DOUBLE) AS value, 'eq' AS bound, b.modality,
            {weaker(STATUSES, "b.status")} AS status, b.source, {say("missing.numerator")} AS reason, {NO_REMARK} AS note
        FROM b LEFT JOIN a ON a.place = b.place AND a.period = b.period
        WHERE a.place IS NULL AND b.breakdown = ''"""
