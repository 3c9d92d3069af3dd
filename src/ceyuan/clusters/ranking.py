"""Rankings: the rule of each edition of the Global Innovation Index as a named method.

A cluster's score is the sum of its shares of the world's records, one share a metric: PCT applications in 2017; with
scientific publications from 2018 to 2024 (the table of 2023 prints the sum of both shares as the total); with venture
capital deals from 2025. In a method with several metrics each share has the same weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.errors import did_you_mean, fail

EQUAL = 1e-12


@dataclass(frozen=True, slots=True)
class Method:
    """A rule for ranking clusters.

    Attributes:
        name: how it is called.
        metrics: the kinds whose shares are added.
        weights: how much each counts; alike where empty.
        full: whether shares are of full counts, in which a record counts 1 in every cluster, and not of fractional ones.
    """

    name: str
    metrics: tuple[str, ...]
    weights: tuple[float, ...] = ()
    full: bool = False

    def same_rule(self, other: Method) -> bool:
        """Whether another method ranks alike."""
        return replace(self, name=other.name) == other


_METHODS = (
    Method("gii2017", ("patent",)),
    *(Method(f"gii{year}", ("patent", "publication")) for year in range(2018, 2025)),
    Method("gii2025", ("patent", "publication", "deal")),
)
METHODS: Mapping[str, Method] = {method.name: method for method in _METHODS}


def method_of(name: str) -> Method:
    """The method of that name, or the one that kinds with their weights declare.

    Args:
        name: an edition's, as ``gii2025``, or kinds and weights, as ``patent=2, grant=0.5``.

    Raises:
        CeyuanError: ``cluster-unknown-method``.

    >>> method_of("gii2025").metrics
    ('patent', 'publication', 'deal')
    >>> method_of("patent=2, grant=0.5").weights
    (2.0, 0.5)
    """
    if "=" in name:
        return _declared(name)
    if name not in METHODS:
        hint = (
            did_you_mean(name, METHODS)
            or "Declare your own by kinds and weights: patent=2,publication=1"
        )
        raise fail(
            "cluster-unknown-method",
            f"there is no method {name!r}, only {', '.join(METHODS)}",
            hint=hint,
        )
    return METHODS[name]


def _declared(text: str) -> Method:
    pairs = [part.partition("=") for part in text.split(",")]
    kinds = tuple(kind.strip().lower() for kind, _, _ in pairs)
    try:
        weights = tuple(float(weight) for _, _, weight in pairs)
    except ValueError:
        weights = ()
    usable = len(weights) == len(set(kinds)) and all(0 < w < np.inf for w in weights) and all(kinds)
    if not usable:
        message = f"{text!r} is no ranking: each kind needs one positive weight"
        raise fail("cluster-unknown-method", message, hint="As in patent=2,publication=1")
    return Method(text, kinds, () if len(set(weights)) == 1 else weights)


def check_method(method: Method, kinds: Sequence[str], world: Floats) -> None:
    """Refuse a ranking of one's own by a kind of which there is nothing.

    Raises:
        CeyuanError: ``cluster-unknown-method``.
    """
    there = [kind for kind, records in zip(kinds, world.tolist(), strict=True) if records > 0]
    lacking = [kind for kind in method.metrics if kind not in there]
    if method.name not in METHODS and lacking:
        hint = did_you_mean(lacking[0], there)
        message = f"there are no records of kind {lacking[0]!r} to rank by, only {', '.join(there)}"
        raise fail("cluster-unknown-method", message, hint=hint)


def world_shares(counts: Floats | Ints, world: Floats | Ints) -> Floats:
    """Each cluster's share of the world total of each kind, 0 … 1; 0 where the world has none.

    Args:
        counts: records of each cluster and kind, shape (…, clusters, kinds).
        world: all records of each kind, shape (…, kinds).
    """
    total = np.expand_dims(world, -2)
    return np.divide(
        counts, total, out=np.zeros(np.broadcast(counts, total).shape), where=total > 0
    )


def scores(
    shares: Floats, kinds: tuple[str, ...], method: Method, weights: Floats | None = None
) -> Floats:
    """The score of each cluster: the weighted sum of its shares, with weights of mean 1 for one kind beside another.

    Args:
        shares: shape (…, clusters, kinds).
        kinds: names of the kinds.
        method: which kinds count.
        weights: weights on top of the method's own, one for each of its metrics.
    """
    score = np.zeros(shares.shape[:-1])
    weight = np.array(method.weights) if method.weights else np.ones(len(method.metrics))
    weight = weight if weights is None else weight * weights
    weight = weight / weight.mean()
    for metric, factor in zip(method.metrics, weight, strict=True):
        if metric in kinds:
            score = score + factor * shares[..., kinds.index(metric)]
    return score


def ranks(score: Floats) -> Ints:
    """Ranks from 1; scores that differ by less than 10⁻¹² of themselves share the better rank, as in sports.

    >>> ranks(np.array([0.2, 0.5, 0.2])).tolist()
    [2, 1, 2]
    """
    order = np.argsort(-score, kind="stable")
    high = score[order]
    new = np.append(True, high[:-1] - high[1:] > EQUAL * np.abs(high[:-1]))[: high.size]
    rank = np.empty(high.size, np.int64)
    rank[order] = np.maximum.accumulate(np.where(new, np.arange(1, high.size + 1), 0))
    return rank


def intensity(count: Floats, population: Floats) -> Floats:
    """Records per million inhabitants; NaN where the population is not known.

    >>> intensity(np.array([113482.0]), np.array([49.53e6])).round().tolist()
    [2291.0]
    """
    known = np.isfinite(population) & (population > 0)
    return np.asarray(
        np.divide(count * 1e6, population, out=np.full(count.shape, np.nan), where=known)
    )
