"""``published``: known only from what others state."""

from __future__ import annotations

from typing import Literal

from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Indicator, Names


class PublishedIndicator(Indicator):
    """Known only from what others state: its values are `figure` records."""

    type: Literal["published"]

    @property
    def inputs(self) -> tuple[str, ...]:
        """None: nothing is computed."""
        return ()

    def formula(self, names: Names) -> Trilingual:
        """That it is taken over."""
        return Trilingual(
            en="As published by its sources; not computed here",
            zh_hans="采用来源发布的数据，本站不作计算",
            zh_hant="採用來源公布的數據，本網站不作計算",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> None:
        """Any unit is right."""
