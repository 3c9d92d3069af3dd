"""Aggregation: the members of a group combined into one score, for many sets of weights at once.

With the weights w of the members that have a value x:

- ``arithmetic``: ``sum(w x) / sum(w)``
- ``geometric``: ``exp(sum(w ln x) / sum(w))``
- ``harmonic``: ``sum(w) / sum(w / x)``
- ``generalised``: ``(sum(w x^p) / sum(w))^(1/p)``
- ``copeland``: over all pairs of units, the number of units that a unit outranks less the number that outrank it; a
  unit outranks another where the weights of the members in which it is ahead (half of those in which they tie) make up
  more than half of the weights that both have a value for. The pairs are those of one period.
- ``mazziotta_pareto``, ``owa``, ``benefit_of_doubt``: see :mod:`~ceyuan.composite.aggregators`; the last takes no weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ceyuan.composite.aggregators import benefit_of_doubt, mazziotta_pareto, ordered
from ceyuan.composite.arrays import Bools, Floats, Ints
from ceyuan.composite.spec import AGGREGATORS, PROFILE, AggregateOne

OwnFunction = Callable[[Floats, Floats], Floats]
"""A function of the user: values (units x members, NaN where missing) and weights (members) to scores (units)."""

METHODS = (*AGGREGATORS.values(), *PROFILE)
TIE = 1e-12
"""Shares of weight closer than this to one half are one half."""


class CannotAggregateError(Exception):
    """Values that a method is not defined for.

    Attributes:
        where: position of the first offending value in (..., units, members).
        value: the value.
    """

    def __init__(self, where: tuple[int, ...], value: float) -> None:
        super().__init__(f"value {value:g} at {where}")
        self.where = where
        self.value = value


def aggregated(
    values: Floats,
    weights: Floats,
    rule: AggregateOne,
    blocks: Sequence[Ints],
    functions: Mapping[str, OwnFunction] | None = None,
) -> Floats:
    """Scores of one group.

    Args:
        values: (1 or replications, units, members), NaN where missing.
        weights: (replications, members).
        rule: method, exponent, and the smallest share of members that must have a value.
        blocks: the units of each period.
        functions: the user's own methods by name.

    Returns:
        (replications, units); NaN where too few members have a value.

    Raises:
        CannotAggregateError: zero or negative values where the method has no place for them.
    """
    complete = _complete(values)
    if rule.method == "copeland":
        scores = np.full((len(weights), values.shape[1]), np.nan)
        for block in blocks:
            scores[:, block] = _copeland(values[:, block], weights)
    elif rule.method in PROFILE:
        scores = _profiled(values, weights, rule, blocks)
    elif rule.method in METHODS:
        scores = _mean(values, weights, rule, complete=complete)
    else:
        scores = _own(values, weights, (functions or {})[rule.method])
    if complete:
        return scores
    share = (~np.isnan(values)).mean(axis=-1)
    enough = (share > 0) & (share >= rule.min_share - TIE)
    return np.where(enough, scores, np.nan)


def _profiled(
    values: Floats, weights: Floats, rule: AggregateOne, blocks: Sequence[Ints]
) -> Floats:
    if rule.method == "mazziotta_pareto":
        # a penalty in proportion to the mean means nothing where the mean has no zero
        _refuse(values, values < 0)
        return mazziotta_pareto(values, weights, add=rule.penalty == "add")
    if rule.method == "owa":
        return ordered(values, weights, 0.5 if rule.orness is None else rule.orness)
    _refuse(values, values < 0)
    least, most = rule.least_share or 0.0, 1.0 if rule.most_share is None else rule.most_share
    scores = np.full(values.shape[:2], np.nan)
    for number, one in enumerate(values):
        for block in blocks:
            scores[number, block] = benefit_of_doubt(one[block], least, most)
    return np.broadcast_to(scores, (len(weights), values.shape[1]))


def _mean(values: Floats, weights: Floats, rule: AggregateOne, *, complete: bool) -> Floats:
    method, power = rule.method, rule.power or 1.0
    if method == "arithmetic":
        return _weighted(values, weights, complete=complete, shares_first=True)
    if method == "geometric":
        _refuse(values, values <= 0)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.exp(_weighted(np.log(values), weights, complete=complete))
        return np.where(np.isfinite(mean), mean, np.nan)
    if method == "harmonic":
        _refuse(values, values <= 0)
        power = -1.0
    elif power != 1.0:
        _refuse(values, values <= 0 if power < 0 else values < 0)
    # Values near the limits of a float, or weights of both signs (of principal components), may have no such mean: it is
    # missing then, not infinite.
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        mean = _weighted(values**power, weights, complete=complete) ** (1 / power)
    return np.where(np.isfinite(mean), mean, np.nan)


def _refuse(values: Floats, bad: Bools) -> None:
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise CannotAggregateError(where, float(values[where]))


def _weighted(
    values: Floats, weights: Floats, *, complete: bool, shares_first: bool = False
) -> Floats:
    """Weighted mean over the last axis, missing values left out."""
    if len(values) == len(weights) == 1:
        return _weighted_once(values[0], weights[0], shares_first=shares_first)[None]
    if complete:
        return _quotient(_products(values, weights), weights.sum(axis=-1)[:, None])
    present = ~np.isnan(values)
    total = _products(np.where(present, values, 0.0), weights)
    weight = _products(present.astype(np.float64), weights)
    return _quotient(total, weight)


def _weighted_once(values: Floats, weights: Floats, *, shares_first: bool) -> Floats:
    """The same for one set of weights, summed in extended precision.

    So the order of the members does not matter, and scores that are equal come out equal: ranks depend on it.
    """
    present = ~np.isnan(values)
    own = np.where(present, weights, 0.0)
    total = own.sum(axis=1, dtype=np.longdouble).astype(np.float64)[:, None]
    if shares_first:
        own, total = _quotient(own, total), np.ones_like(total)
    sums = (
        (own * np.where(present, values, 0.0))
        .sum(axis=1, dtype=np.longdouble)
        .astype(np.float64)[:, None]
    )
    return np.asarray(_quotient(sums, total)[:, 0])


def _complete(values: Floats) -> bool:
    """Whether nothing is missing: the smallest of values is missing if one of them is."""
    return values.size > 0 and not np.isnan(values.min())


def _quotient(sums: Floats, weight: Floats) -> Floats:
    """Sums over weights; NaN where there is no weight."""
    if weight.all():
        return np.asarray(sums / weight)
    empty = np.full(np.broadcast_shapes(sums.shape, weight.shape), np.nan)
    return np.asarray(np.divide(sums, weight, out=empty, where=weight != 0))


def _products(values: Floats, weights: Floats) -> Floats:
    """(1 or R, units, members) x (R, members) to (R, units)."""
    if values.shape[0] == 1:
        return np.asarray(weights @ values[0].T)
    if not values.flags.c_contiguous:  # one plane a member, as `scores` hands groups of groups over
        total = values[..., 0] * weights[:, :1]
        for member in range(1, values.shape[-1]):
            total += values[..., member] * weights[:, member : member + 1]
        return np.asarray(total)
    return np.asarray(np.matmul(values, weights[:, :, None])[..., 0])


def _copeland(values: Floats, weights: Floats) -> Floats:
    """Outranking of all pairs of units, one block of pairs at a time."""
    units = values.shape[1]
    scores = np.empty((len(weights), units))
    for unit in range(units):
        own = values[:, unit, None, :]
        both = ~np.isnan(own) & ~np.isnan(values)
        ahead = np.where(both, (own > values) + 0.5 * (own == values), 0.0)
        won = _products(ahead, weights)
        weight = _products(both.astype(np.float64), weights)
        share = np.divide(won, weight, out=np.full(won.shape, 0.5), where=weight > 0)
        duel = np.where(np.abs(share - 0.5) <= TIE, 0.0, np.sign(share - 0.5))
        duel[:, unit] = 0.0
        scores[:, unit] = duel.sum(axis=1)
    return scores


def _own(values: Floats, weights: Floats, function: OwnFunction) -> Floats:
    """The user's function, one replication at a time."""
    rows = [function(values[min(r, len(values) - 1)], weights[r]) for r in range(len(weights))]
    return np.array(rows, dtype=np.float64)
