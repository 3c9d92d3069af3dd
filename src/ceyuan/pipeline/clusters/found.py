"""What the runs of clusters of a build found, without anything that is needed to find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ceyuan.indicators.found import TABLES, FoundRun
from ceyuan.wording import Trilingual
from ceyuan.workspace.placesfile import Place

SIMULATOR = "simulated points"
"""What stands for a file where points are made up."""


@dataclass(slots=True)
class FoundRuns:
    """What the runs of a build found.

    Attributes:
        runs: the runs, as indicators see them.
        places: one place for each cluster.
        entries: what the build's manifest keeps of each run.
        rows: rows of the engine's tables, by table.
    """

    runs: list[FoundRun] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )


def cluster_name(row: Mapping[str, str]) -> Trilingual:
    """The name of a cluster from its row of ``clusters.csv``."""
    return Trilingual.of(
        {"en": row["name"], "zh-Hans": row["name_zh_hans"], "zh-Hant": row["name_zh_hant"]}
    )
