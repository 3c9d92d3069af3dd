"""``distinct``: how many different values a field of records has."""

from __future__ import annotations

from typing import ClassVar, Literal

from ceyuan.indicators.types.records import RecordIndicator
from ceyuan.wording import Trilingual
from ceyuan.workspace.spec import FieldName, spec_field


class DistinctIndicator(RecordIndicator):
    """Number of different values of a field."""

    distinct: ClassVar[bool] = True
    type: Literal["distinct"]
    value: FieldName = spec_field(
        "The field whose values are counted.", good="organisation", bad="count(organisation)"
    )

    @property
    def measured(self) -> str:
        """The field whose values are counted."""
        return self.value

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """A number of values."""
        return Trilingual(
            en=f"Number of different values of “{field.en}” in records “{kind.en}”",
            zh_hans=f"“{kind.zh_hans}”记录中不同“{field.zh_hans}”的个数",
            zh_hant=f"「{kind.zh_hant}」紀錄中不同「{field.zh_hant}」的數目",
        )
