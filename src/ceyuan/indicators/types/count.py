"""``count``: how many records there are."""

from __future__ import annotations

from typing import Literal

from ceyuan.indicators.types.records import RecordIndicator
from ceyuan.wording import Trilingual


class CountIndicator(RecordIndicator):
    """Number of records."""

    type: Literal["count"]

    @property
    def measured(self) -> None:
        """Nothing: each record counts one, or its share."""

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """A number of records."""
        return Trilingual(
            en=f"Number of records “{kind.en}”",
            zh_hans=f"“{kind.zh_hans}”记录的数量",
            zh_hant=f"「{kind.zh_hant}」紀錄的數目",
        )
