"""``share``: a part over its whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from ceyuan.errors import Problem
from ceyuan.indicators.types.derived import DerivedIndicator, DerivedInputs, place_problems
from ceyuan.indicators.types.ratio import over, quotient_fault, quotient_sql
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


class ShareIndicator(DerivedIndicator):
    """A part over its whole: another indicator, or the same one for a place that contains it."""

    type: Literal["share"]
    part: Id = spec_field("The part.", good="pct_filings", bad="PCT")
    whole: Id | None = spec_field(
        "The whole; the same indicator if absent.", good="pct_all", bad="PCT", default=None
    )
    whole_place: Id | None = spec_field(
        "The place whose value is the whole.", good="cn", bad="China", default=None
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Part and whole."""
        return (self.part, self.whole or self.part)

    def formula(self, names: Names) -> Trilingual:
        """The part ÷ the whole."""
        part, whole = (names.indicators[name] for name in self.inputs)
        if self.whole_place is None:
            return over(part, whole)
        place = names.places[self.whole_place]
        return Trilingual(
            en=f"{part.en} ÷ {whole.en} of {place.en}",
            zh_hans=f"{part.zh_hans} ÷ {place.zh_hans}的{whole.zh_hans}",
            zh_hant=f"{part.zh_hant} ÷ {place.zh_hant}的{whole.zh_hant}",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """Part and whole measure the same, and the unit is a ratio's."""
        top, bottom = inputs
        same = top.dimension == bottom.dimension
        if same and unit.dimension == "ratio":
            return None
        return quotient_fault(top, bottom, self.unit, "%" if same else f"{top.base}/{bottom.base}")

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """A place that is not declared, or no whole at all."""
        if self.whole_place is None and self.whole is None:
            yield Problem("missing-key", "a share needs a `whole` or a `whole_place`", file, line)
        named = () if self.whole_place is None else (self.whole_place,)
        yield from place_problems(named, (p.id for p in workspace.places), file, line)

    def sql(self, inputs: DerivedInputs) -> str:
        """A quotient with the whole of one place, or of each place."""
        return quotient_sql(parse_unit(self.unit), inputs.units, self.whole_place)

    def place_of(self, position: int, place: str) -> str:
        """The whole may be that of a place that contains it."""
        return self.whole_place if position == 1 and self.whole_place is not None else place
