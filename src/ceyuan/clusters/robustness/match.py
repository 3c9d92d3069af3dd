"""Which cluster of a scenario is which cluster of the run: the one with which it shares most of its weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import AnyArray, Floats, Ints, Labels

SAME = 0.5
"""Two clusters are the same if their common weight is at least this part of their united weight (Jaccard)."""

MAX_DENSE = 30_000_000


@dataclass(frozen=True)
class Overlap:
    """Common weights of clusters of the run and of a scenario.

    Attributes:
        a: clusters of the run, one entry for each pair with common sites.
        b: clusters of the scenario.
        weight: common weight.
        of_a: weight of each cluster of the run.
        of_b: weight of each cluster of the scenario.
    """

    a: Ints
    b: Ints
    weight: Floats
    of_a: Floats
    of_b: Floats


def sums(place: AnyArray, weight: Floats, n: int) -> Floats:
    """The weight at each of n places."""
    return np.asarray(np.bincount(place, weights=weight, minlength=n), np.float64)


def overlap(a: Labels, b: Labels, weight: Floats) -> Overlap:
    """Common weights of two labellings of the same sites (−1 for noise)."""
    n, m = int(a.max(initial=-1)) + 1, int(b.max(initial=-1)) + 1
    of_a, of_b = sums(a + 1, weight, n + 1)[1:], sums(b + 1, weight, m + 1)[1:]
    both = (a >= 0) & (b >= 0)
    code = a[both].astype(np.int64) * m + b[both]
    if n * m <= MAX_DENSE:
        common = sums(code, weight[both], n * m)
        pairs = np.flatnonzero(common)
        common = common[pairs]
    else:
        pairs, place = np.unique(code, return_inverse=True)
        common = sums(place, weight[both], pairs.size)
    return Overlap(pairs // max(m, 1), pairs % max(m, 1), common, of_a, of_b)


def heirs(shared: Overlap) -> tuple[Ints, Ints]:
    """For each scenario label the label of the run it shares most with; for each label of the run its heir.

    The heir is the scenario label with most common weight among those that share most with it; −1 where there is none.
    Of equals the smaller number wins.
    """
    best = np.full(shared.of_b.size, -1, np.int64)
    order = np.lexsort((shared.a, -shared.weight, shared.b))
    owner, first = np.unique(shared.b[order], return_index=True)
    best[owner] = shared.a[order][first]
    heir = np.full(shared.of_a.size, -1, np.int64)
    order = order[best[shared.b[order]] == shared.a[order]]
    order = order[np.lexsort((shared.b[order], -shared.weight[order], shared.a[order]))]
    owner, first = np.unique(shared.a[order], return_index=True)
    heir[owner] = shared.b[order][first]
    return best, heir


def join_like(cluster_of_label: Labels, shared: Overlap) -> Labels:
    """Join a scenario's labels where the run joined their counterparts.

    Joins rest on ties and edges, which are not counted again for every scenario: the heirs of labels that the run
    joined are joined too.

    Args:
        cluster_of_label: the run's cluster of each of its labels.
        shared: common weights of labels.

    Returns:
        The cluster of each scenario label.
    """
    group = np.arange(shared.of_b.size)
    _, heir = heirs(shared)
    for cluster in np.flatnonzero(np.bincount(cluster_of_label) > 1):
        parts = heir[np.flatnonzero(cluster_of_label == cluster)]
        parts = parts[parts >= 0]
        if parts.size > 1:
            group[parts] = parts.min()
    return np.unique(group, return_inverse=True)[1].astype(np.int32)


def counterparts(shared: Overlap) -> Ints:
    """The scenario's cluster that is the same as each cluster of the run, −1 where there is none.

    With a Jaccard index above one half at most one cluster can be the same; at exactly one half the first one is taken.
    """
    jaccard = shared.weight / (shared.of_a[shared.a] + shared.of_b[shared.b] - shared.weight)
    found = np.full(shared.of_a.size, -1, np.int64)
    order = np.lexsort((shared.b, -jaccard, shared.a))
    order = order[jaccard[order] >= SAME]
    owner, first = np.unique(shared.a[order], return_index=True)
    found[owner] = shared.b[order][first]
    return found
