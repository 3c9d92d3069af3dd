"""``growth``: the relative change to an earlier value."""

from __future__ import annotations

from typing import Literal

from ceyuan.indicators.sql import number, quotient_bound, say
from ceyuan.indicators.types.compared import ComparedIndicator
from ceyuan.indicators.types.derived import DerivedInputs
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names


class GrowthIndicator(ComparedIndicator):
    """Relative change to an earlier value, in per cent."""

    type: Literal["growth"]

    def formula(self, names: Names) -> Trilingual:
        """One value over another, minus 1."""
        of, against = names.indicators[self.of], self.against_words
        return Trilingual(
            en=f"{of.en} over its value in {against.en}, minus 1, in per cent",
            zh_hans=f"{of.zh_hans}较{against.zh_hans}的增长率",
            zh_hant=f"{of.zh_hant}較{against.zh_hant}的增長率",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A growth is a ratio."""
        return (
            None if unit.dimension == "ratio" else f"a growth has a unit of ratio, not {self.unit}"
        )

    def compared(self, inputs: DerivedInputs) -> tuple[str, str]:
        """``(a - b) / b``, which is bounded as ``a / b`` is; from nothing or from a loss nothing grows."""
        scale = number(1 / parse_unit(self.unit).factor)
        value = f"CASE WHEN b.value > 0 THEN round((a.value - b.value) / b.value * {scale}, 10) END"
        return value, quotient_bound("a", "b")

    def incomparable(self) -> str:
        """An earlier value of zero, or below."""
        zero, negative = say("missing.earlier_zero"), say("missing.earlier_negative")
        return f"WHEN b.value = 0 THEN {zero} WHEN b.value < 0 THEN {negative}"
