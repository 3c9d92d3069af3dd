"""Aggregations that look at a unit's whole profile: penalised, ordered, and with the weights that suit it best."""

from __future__ import annotations

from typing import Any

import numpy as np

from ceyuan.composite.arrays import Bools, Floats

NEAR = 1e-9


def mazziotta_pareto(values: Floats, weights: Floats, *, add: bool) -> Floats:
    """The mean of a profile less a penalty for imbalance: ``M - S²/M``, S the standard deviation of the profile.

    Mazziotta and Pareto (2016): of z-scores with mean 100 and deviation 10 it is their index, of values on 70 to 130 the
    adjusted one. 0 where all values are.

    Args:
        values: (1 or replications, units, members), not negative, NaN where missing.
        weights: (replications, members).
        add: add the penalty, for phenomena of which more is worse.

    >>> mazziotta_pareto(np.array([[[90.0, 110.0]]]), np.ones((1, 2)), add=False).tolist()
    [[99.0]]
    """
    share = _shares(values, weights)
    known = np.nan_to_num(values)
    middle = (share * known).sum(axis=-1)
    spread = (share * (known - middle[..., None]) ** 2).sum(axis=-1)
    penalty = np.divide(spread, middle, out=np.zeros(middle.shape), where=middle != 0)
    return np.asarray(middle + penalty if add else middle - penalty)


def ordered(values: Floats, weights: Floats, orness: float) -> Floats:
    """The ordered weighted mean: members are weighted by their place in the unit's own order (Yager 1988, 1996).

    With the weights summed up from the best member down to W_j, member j counts ``Q(W_j) - Q(W_(j-1))``, where
    ``Q(r) = r^(1/orness - 1)``: orness 1 is the best member, 1/2 the arithmetic mean, 0 the worst one.

    Args:
        values: (1 or replications, units, members), NaN where missing.
        weights: (replications, members).
        orness: 0 to 1.

    >>> ordered(np.array([[[1.0, 4.0]]]), np.ones((1, 2)), 0.25).tolist()
    [[1.375]]
    """
    share = _shares(values, weights)
    known = np.broadcast_to(np.where(np.isnan(values), -np.inf, values), share.shape)
    order = np.argsort(-known, axis=-1, kind="stable")
    best = np.take_along_axis(known, order, axis=-1)
    reached = np.minimum(np.cumsum(np.take_along_axis(share, order, axis=-1), axis=-1), 1.0)
    if orness == 0:
        quantified = (reached >= 1 - NEAR).astype(np.float64)
    else:
        quantified = reached ** (1 / orness - 1)
        if orness == 1:
            quantified = (reached > 0).astype(np.float64)
    own = np.diff(quantified, prepend=0.0, axis=-1)
    return np.asarray((own * np.where(np.isfinite(best), best, 0.0)).sum(axis=-1))


def benefit_of_doubt(values: Floats, least: float, most: float) -> Floats:
    """Each unit's score under the weights that suit it best, 1 for those that nobody outdoes under their own.

    Data envelopment without inputs (Cherchye et al. 2007): for unit i the largest ``sum(w_k x_ik)`` with ``w >= 0`` and
    ``sum(w_k x_jk) <= 1`` for all units j. Every member makes up between ``least`` and ``most`` of the score. Members without
    a value take no part in a unit's own score, and count as 0 in others' comparisons. Without bounds the dual programme is
    solved, the smallest mixture of rivals that reaches the unit in every member: it has fewer rows.

    Args:
        values: units x members, not negative.
        least: smallest part of a member in the score, at most 1 over their number.
        most: largest part.

    >>> benefit_of_doubt(np.array([[1.0, 4.0], [4.0, 1.0], [2.0, 2.0]]), 0.0, 1.0).round(4).tolist()
    [1.0, 1.0, 0.8]
    """
    from scipy.sparse import csc_array  # noqa: PLC0415 - takes long to import, rarely needed

    scale = np.nanmax(values, axis=0, initial=0.0)
    known = np.divide(np.nan_to_num(values), scale, out=np.zeros(values.shape), where=scale > 0)
    rivals = known[_undominated(known)]
    bounded = least > 0 or most < 1
    scores = np.full(len(values), np.nan)
    patterns, which = np.unique(~np.isnan(values), axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        present = np.flatnonzero(pattern)
        reach = csc_array(rivals[:, present].T)
        for unit in np.flatnonzero(which.ravel() == number) if present.size else ():
            own = known[unit, present]
            if not own.any():
                scores[unit] = 0.0
            elif bounded:
                scores[unit] = _best_bounded(own, rivals[:, present], least, most)
            else:
                scores[unit] = _least(np.ones(len(rivals)), reach, own, np.inf)
    return scores


def _best_bounded(own: Floats, rivals: Floats, least: float, most: float) -> float:
    """The best score with bounds on the members' parts; NaN where no weights keep to them."""
    parts = np.diag(own)
    limits = np.concatenate([rivals, least * own - parts, parts - most * own])
    score = -_least(-own, limits, -np.inf, np.repeat([1.0, 0.0], [len(rivals), 2 * own.size]))
    return score if score > NEAR else float("nan")


def _least(costs: Floats, limits: Any, lower: Floats | float, upper: Floats | float) -> float:
    """The smallest ``costs @ x`` with ``x >= 0`` and ``lower <= limits @ x <= upper``, by HiGHS; NaN where there is none.

    ``milp`` without integers is the same solver as ``linprog``, with less around it. To simplify programmes as small as
    these first takes longer than to solve them.
    """
    from scipy.optimize import milp  # noqa: PLC0415 - takes long to import, rarely needed

    found = milp(costs, constraints=(limits, lower, upper), options={"presolve": False})
    return float(found.fun) if found.status == 0 else float("nan")


def _undominated(known: Floats) -> Bools:
    """Units that no other one reaches in every member: only they bound others' scores."""
    keep = np.ones(len(known), np.bool_)
    for unit, own in enumerate(known):
        others = known[keep]
        beaten = (others >= own).all(axis=1) & (others > own).any(axis=1)
        keep[unit] = not beaten.any()
    return keep


def _shares(values: Floats, weights: Floats) -> Floats:
    """Shares of weight among the members that have a value: (replications, units, members)."""
    own = np.where(np.isnan(values), 0.0, weights[:, None, :])
    total = own.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(own, total, out=np.zeros_like(own), where=total != 0))
