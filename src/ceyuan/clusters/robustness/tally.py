"""What all scenarios of a family say together: how often a cluster is there, its ranks, and the votes of its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.ranking import Method
from ceyuan.clusters.robustness.base import Outcome

TOP = 100


class Votes:
    """For each site, in how many scenarios it was in which cluster of the run."""

    def __init__(self, cluster: Labels, clusters: int) -> None:
        self._cluster, self._clusters = cluster, clusters
        self._own = np.zeros(cluster.size, np.int64)
        self._codes = np.empty(0, np.int64)
        self._counts = np.empty(0, np.int64)
        self.scenarios = 0

    def add(self, matched: Labels) -> None:
        """Count a scenario; −1 is a vote for no cluster of the run."""
        own = matched == self._cluster
        self._own += own
        other = np.flatnonzero(~own & (matched >= 0))
        codes = np.concatenate([self._codes, other * max(self._clusters, 1) + matched[other]])
        counts = np.concatenate([self._counts, np.ones(other.size, np.int64)])
        self._codes, place = np.unique(codes, return_inverse=True)
        self._counts = np.bincount(place, weights=counts, minlength=self._codes.size).astype(
            np.int64
        )
        self.scenarios += 1

    def shares(self) -> tuple[Floats, Labels, Floats]:
        """The vote for each site's own cluster (or for noise), the other cluster with most votes, and its vote."""
        n = max(self.scenarios, 1)
        other, votes = np.full(self._cluster.size, -1, np.int32), np.zeros(self._cluster.size)
        site, cluster = np.divmod(self._codes, max(self._clusters, 1))
        order = np.lexsort((cluster, -self._counts, site))
        who, first = np.unique(site[order], return_index=True)
        other[who] = cluster[order][first]
        votes[who] = self._counts[order][first] / n
        return self._own / n, other, votes


@dataclass(frozen=True)
class Family:
    """The outcomes of one family of scenarios.

    Attributes:
        name: ``sweep``, ``bootstrap``, ``blur``, ``weights``, ``blocks`` or ``combined``.
        rules: names of the rules of ranking.
        exists: whether each cluster exists in each scenario, shape (scenarios, clusters).
        rank: ranks, NaN where it does not, shape (scenarios, rules, clusters).
        settings: what each scenario was.
    """

    name: str
    rules: tuple[str, ...]
    exists: Ints
    rank: Floats
    settings: list[dict[str, Any]]

    @classmethod
    def of(
        cls,
        name: str,
        rules: Sequence[Method],
        outcomes: Sequence[Outcome],
        settings: list[dict[str, Any]],
        clusters: int,
    ) -> Family:
        """Stack outcomes; there may be none."""
        names = tuple(rule.name for rule in rules)
        if not outcomes:
            return cls(
                name,
                names,
                np.zeros((0, clusters), np.int64),
                np.zeros((0, len(names), clusters)),
                settings,
            )
        exists = np.stack([o.exists for o in outcomes]).astype(np.int64)
        return cls(name, names, exists, np.stack([o.rank for o in outcomes]), settings)

    def summary(self, rule: str) -> dict[str, Floats]:
        """Per cluster: P(exists), P(first), P(top 100), and the median and 5–95 % of the rank where it exists."""
        rank = self.rank[:, self.rules.index(rule)]
        scenarios = max(len(rank), 1)
        there = np.isfinite(rank)
        low, middle, high = quantiles(rank)
        return {
            "p_exists": self.exists.sum(axis=0) / scenarios,
            "p_first": (rank == 1).sum(axis=0) / scenarios,
            "p_top100": (there & (np.nan_to_num(rank, nan=np.inf) <= TOP)).sum(axis=0) / scenarios,
            "rank_p05": low,
            "rank_median": middle,
            "rank_p95": high,
        }


def quantiles(rank: Floats) -> tuple[Floats, Floats, Floats]:
    """5 %, 50 % and 95 % of each column without its gaps, as ranks that occurred; NaN for empty columns."""
    out = np.full((3, rank.shape[1]), np.nan)
    for c in range(rank.shape[1]):
        values = np.sort(rank[np.isfinite(rank[:, c]), c])
        if values.size:
            out[:, c] = np.quantile(values, [0.05, 0.5, 0.95], method="inverted_cdf")
    return out[0], out[1], out[2]
