"""Which neighbouring clusters count as one: named rules on edge distance and ties.

WIPO publishes the idea (neighbours whose inventors and authors work together most are joined), not all of its
details. The rules here are therefore options, and the default is one reading of it:

``none``      no cluster is joined.
``mutual``    edges at most 5 km apart, and each is the other's strongest tie.
``share=X``   edges at most 5 km apart, and the pair's records are at least the part X of all ties of one of the two.

A rule is applied once, to the clusters as they were found. Joined pairs that share a cluster become one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Labels
from ceyuan.clusters.edges import Edges
from ceyuan.clusters.ties import Ties
from ceyuan.errors import fail

MERGE_KM = 5.0


@dataclass(frozen=True, slots=True)
class MergeRule:
    """A rule for joining neighbours.

    Attributes:
        name: ``none``, ``mutual`` or ``share``.
        km: the largest distance between edges.
        share: the least part of a cluster's ties, for ``share``.
    """

    name: str = "mutual"
    km: float = MERGE_KM
    share: float = 1.0

    def __str__(self) -> str:
        return f"share={self.share:g}" if self.name == "share" else self.name


def parse_rule(text: str, km: float = MERGE_KM) -> MergeRule:
    """Read ``none``, ``mutual`` or ``share=X``.

    Raises:
        CeyuanError: ``cluster-bad-option``.

    >>> parse_rule("share=0.2").share
    0.2
    """
    name, _, value = text.partition("=")
    if km < 0 or not np.isfinite(km):
        raise fail("cluster-bad-option", f"clusters cannot be joined over {km:g} km")
    if text in ("none", "mutual"):
        return MergeRule(text, km)
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if name != "share" or not 0 < share <= 1:
        raise fail(
            "cluster-bad-option",
            f"there is no merge rule {text!r}, only none, mutual and share=0.2 (0 … 1)",
        )
    return MergeRule(name, km, share)


def merge(clusters: int, edges: Edges, ties: Ties, rule: MergeRule) -> Labels:
    """The group of each cluster, groups numbered by their first cluster.

    Args:
        clusters: how many there are.
        edges: near pairs and their distances.
        ties: ties between clusters.
        rule: the rule.
    """
    parent = list(range(clusters))

    def find(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for a, b in _joined(edges, ties, rule):
        x, y = sorted((find(a), find(b)))
        parent[y] = x
    roots = [find(i) for i in range(clusters)]
    number = {root: n for n, root in enumerate(sorted(set(roots)))}
    return np.array([number[r] for r in roots], np.int32)


def _joined(edges: Edges, ties: Ties, rule: MergeRule) -> list[tuple[int, int]]:
    """The pairs to which the rule applies."""
    near = [pair for pair, km in edges.as_dict().items() if km <= rule.km]
    if rule.name == "none":
        return []
    if rule.name == "mutual":
        best = ties.strongest()
        return [(a, b) for a, b in near if best[a] == b and best[b] == a]
    of_a, of_b = ties.shares()
    pairs = zip(ties.a.tolist(), ties.b.tolist(), np.maximum(of_a, of_b).tolist(), strict=True)
    tied = {(a, b) for a, b, share in pairs if share >= rule.share}
    return [pair for pair in near if pair in tied]
