"""``change``: the difference to an earlier value."""

from __future__ import annotations

from typing import Literal

from ceyuan.indicators.sql import difference_bound, number
from ceyuan.indicators.types.compared import ComparedIndicator
from ceyuan.indicators.types.derived import DerivedInputs
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names


class ChangeIndicator(ComparedIndicator):
    """Difference to an earlier value, in the unit itself (percentage points for a percentage)."""

    type: Literal["change"]

    def formula(self, names: Names) -> Trilingual:
        """One value minus another."""
        of, against = names.indicators[self.of], self.against_words
        return Trilingual(
            en=f"{of.en} minus its value in {against.en}",
            zh_hans=f"{of.zh_hans}减去{against.zh_hans}的数值",
            zh_hant=f"{of.zh_hant}減去{against.zh_hant}的數值",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A change measures what is compared; of percentages it is in percentage points."""
        (of,) = inputs
        wanted = "percentage point" if of.dimension == "ratio" else of.dimension
        if unit.dimension == wanted:
            return None
        return f"a change of {of.text} is measured in {wanted}, not in {self.unit}"

    def compared(self, inputs: DerivedInputs) -> tuple[str, str]:
        """``a - b``."""
        unit, (of,) = parse_unit(self.unit), inputs.units
        # A ratio's base unit is 1, of which a percentage point is the hundredth.
        scale = of.factor * 100 if unit.dimension == "percentage point" else of.factor / unit.factor
        return f"round((a.value - b.value) * {number(scale)}, 10)", difference_bound(
            "a.bound", "b.bound"
        )
