"""``cluster``: what a run of ``clusters/`` says of the clusters that it found."""

from __future__ import annotations

from typing import Literal

from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Indicator, Names
from ceyuan.workspace.spec import Id, spec_field

ClusterFigure = Literal[
    "rank", "score", "count", "share", "per_million", "population", "weight", "cross_border_share", "p_exists", "p_first",
    "p_top100", "rank_p05", "rank_median", "rank_p95",
]  # fmt: skip


class ClusterIndicator(Indicator):
    """What a run of ``clusters/`` says of the clusters that it found."""

    type: Literal["cluster"]
    runs: tuple[Id, ...] = spec_field(
        "The runs whose clusters get values; all runs if absent.",
        good=["world"],
        bad="world",
        default=(),
    )
    figure: ClusterFigure = spec_field(
        "`rank`, `score` (sum of shares), `count`, `share` of the world and `per_million` inhabitants of a kind, "
        "`population`, `weight` (points), `cross_border_share` (ties between parties), and from the bootstrap `p_exists`, "
        "`p_first`, `p_top100`, `rank_p05`, `rank_median`, `rank_p95`.",
        good="rank",
        bad="first",
    )
    kind: str | None = spec_field(
        "The kind of points, for `count`, `share` and `per_million`.",
        good="patent",
        bad="",
        default=None,
        min_length=1,
    )
    method: str | None = spec_field(
        "For `rank`: under this ranking method instead of the run's.",
        good="gii2017",
        bad="wipo",
        default=None,
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """None: it is found, not computed from indicators."""
        return ()

    def formula(self, names: Names) -> Trilingual:
        """That it comes from the search for clusters."""
        return Trilingual(
            en="From the search for clusters among points with coordinates, for each cluster that was found",
            zh_hans="对带坐标的点位作集群识别，逐一计算所得各集群的数值",
            zh_hant="對帶坐標的點位作集群識別，逐一計算所得各集群的數值",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> None:
        """Which unit fits depends on the run; the room of clusters checks it."""
