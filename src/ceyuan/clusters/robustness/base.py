"""The run as scenarios see it: sites with their weights and their fractional counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.counting import count_shares
from ceyuan.clusters.full import full_counts
from ceyuan.clusters.ranking import METHODS, Method, method_of, ranks, scores, world_shares
from ceyuan.clusters.robustness.match import counterparts, join_like, overlap, sums
from ceyuan.clusters.run import ClusterRun

RULES = ("gii2017", "gii2018", "gii2025")
"""One method for each different rule of the editions; gii2019 to gii2024 rank as gii2018 does."""

FULL = "full"
"""The run's own method with shares of full counts, as ``rank_full`` of ``clusters.csv``."""


def rules_of(name: str) -> tuple[Method, ...]:
    """The rules that a run is ranked by: those of the editions, its own where that is another one, its own by full counts."""
    own = method_of(name)
    editions = tuple(METHODS[rule] for rule in RULES)
    other = () if any(own.same_rule(edition) for edition in editions) else (own,)
    return (*editions, *other, replace(own, name=FULL, full=True))


def rule_of(name: str) -> str:
    """The rule by which a method ranks.

    >>> rule_of("gii2021"), rule_of("patent=1,deal=3")
    ('gii2018', 'patent=1,deal=3')
    """
    own = method_of(name)
    return next(rule.name for rule in rules_of(name) if own.same_rule(rule))


@dataclass(frozen=True)
class Base:
    """Sites of the run, in some order.

    Attributes:
        label: the run's DBSCAN label of each site.
        cluster: its ranked cluster.
        weight: its weight.
        fraction: its fractional counts by kind, shape (sites, kinds).
        world: all records by kind, wherever they are.
        kinds: names of the kinds.
        cluster_of_label: the run's cluster of each label.
        rules: the rules of ranking.
        run: the run.
        order: which of the run's sites each one is.
        times: how often each record counts; once where None.
    """

    label: Labels
    cluster: Labels
    weight: Floats
    fraction: Floats
    world: Floats
    kinds: tuple[str, ...]
    cluster_of_label: Labels
    rules: tuple[Method, ...]
    run: ClusterRun
    order: Labels
    times: Ints | None = None

    @classmethod
    def of(cls, run: ClusterRun) -> Base:
        """The sites of a run, in its order."""
        each = np.arange(run.points.lat.size, dtype=np.int32)
        counts = count_shares(run.points, each, run.parts, run.options.threads)
        return cls(
            run.fit.labels,
            run.cluster_of_site,
            run.weight.floats(),
            counts.clusters,
            counts.world,
            counts.kinds,
            run.cluster_of_label,
            rules_of(run.options.method),
            run,
            each,
        )

    def ordered(self, order: Labels) -> Base:
        """The same sites in another order."""
        return replace(
            self,
            label=self.label[order],
            cluster=self.cluster[order],
            weight=self.weight[order],
            fraction=self.fraction[order],
            order=self.order[order],
        )

    def full_shares(self, cluster: Labels, clusters: int) -> Floats:
        """Shares of full counts of a scenario's clusters, given the cluster of each site, −1 for none."""
        of_site = np.empty_like(cluster)
        of_site[self.order] = cluster
        threads = self.run.options.threads
        return world_shares(*full_counts(self.run.points, of_site, clusters, threads, self.times))


@dataclass(frozen=True)
class Outcome:
    """What became of the run's clusters in a scenario.

    Attributes:
        exists: whether each cluster of the run is there.
        rank: its rank under each rule, NaN where it is not; shape (rules, clusters).
        matched: for each site the run's cluster whose counterpart it is in, −1 for none.
        clusters: how many clusters the scenario has.
    """

    exists: Labels
    rank: Floats
    matched: Labels
    clusters: int


def outcome_of(
    base: Base,
    label: Labels,
    world: Floats | None = None,
    weights: Mapping[str, Floats] | None = None,
    joined: Labels | None = None,
) -> Outcome:
    """Compare a scenario with the run.

    Args:
        base: the run's sites, with the scenario's weights, fractions and counts of records.
        label: the scenario's label of each site.
        world: the scenario's records by kind; the run's where not given.
        weights: for each rule weights of its metrics on top of its own; none where not given.
        joined: the scenario's cluster of each of its labels; where not given, the run's joins hold.
    """
    labels = int(label.max(initial=-1)) + 1
    if joined is None:
        joined = join_like(base.cluster_of_label, overlap(base.label, label, base.weight))
    cluster = np.append(joined, np.int32(-1))[label] if labels else label
    n = int(joined.max(initial=-1)) + 1
    same = counterparts(overlap(base.cluster, cluster, base.weight))
    counts = np.stack(
        [sums(cluster + 1, base.fraction[:, k], n + 1)[1:] for k in range(len(base.kinds))], axis=1
    )
    shares = world_shares(counts, base.world if world is None else world)
    full = base.full_shares(cluster, n)
    rank = np.full((len(base.rules), same.size), np.nan)
    for r, rule in enumerate(base.rules):
        own = None if weights is None else weights[rule.name]
        found = ranks(scores(full if rule.full else shares, base.kinds, rule, own))
        rank[r, same >= 0] = found[same[same >= 0]]
    back = np.full(n + 1, -1, np.int32)
    back[same[same >= 0]] = np.flatnonzero(same >= 0)
    back[-1] = -1
    return Outcome((same >= 0).astype(np.int32), rank, back[cluster], n)
