"""``sum``: a quantity of records added up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from ceyuan.expressions import FilterSyntaxError, fields_of, parse_filter
from ceyuan.indicators.types.records import RecordIndicator, has_bounds
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, spec_field


class SumIndicator(RecordIndicator):
    """Sum of a quantity over records."""

    type: Literal["sum"]
    value: FieldName = spec_field("The quantity that is summed.", good="amount", bad="sum(amount)")

    @property
    def measured(self) -> str:
        """The quantity that is summed."""
        return self.value

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """A sum over records."""
        return Trilingual(
            en=f"Sum of “{field.en}” over records “{kind.en}”",
            zh_hans=f"“{kind.zh_hans}”记录中“{field.zh_hans}”之和",
            zh_hant=f"「{kind.zh_hant}」紀錄中「{field.zh_hant}」之總和",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> None:
        """Any unit may be right: what the quantity measures decides."""

    def _value_types(self) -> tuple[str, ...]:
        return ("quantity", "number", "integer")

    def _misfits(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        yield from super()._misfits(kind)
        exact = False
        with suppress(FilterSyntaxError):  # reported already
            exact = any(
                used.path == ("bound",) for used in fields_of(parse_filter(self.where or ""))
            )
        if has_bounds(kind) and not exact:
            hint = "Write where: bound = 'eq', or use a `statistic`"
            yield (
                "bad-aggregation",
                f"records of {kind.kind} have bounds, which a sum would lose",
                hint,
            )

    def _counts(self) -> bool:
        return False
