"""Scores of all groups, from the indicators up, for one or many sets of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ceyuan.composite.aggregate import CannotAggregateError, aggregated
from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext
from ceyuan.errors import CeyuanError, fail


def group_scores(
    context: IndexContext, rows: Ints, normalised: Floats, weights: Floats, top: str | None = None
) -> dict[str, Floats]:
    """Scores of groups.

    Args:
        context: data and specification.
        rows: which rows of the data ``normalised`` has.
        normalised: (1 or replications, rows, indicators).
        weights: (replications, codes), in the order of the structure's codes.
        top: compute only what this group needs; all groups where None.

    Returns:
        (replications, rows) by group.

    Raises:
        CeyuanError: ``composite-value-undefined``, naming the cell that a mean is not defined for.
    """
    structure = context.inputs.structure
    blocks = context.inputs.blocks(rows)
    needed = None if top is None else structure.inside[top]
    scores: dict[str, Floats] = {}
    for node in structure.groups:
        if needed is not None and node.code not in needed:
            continue
        members = structure.members[node.code]
        values = _members(context, normalised, scores, node.code, len(weights))
        rule = context.rule(node.code)
        try:
            own = weights[:, structure.places[node.code]]
            scores[node.code] = aggregated(values, own, rule, blocks, context.functions)
        except CannotAggregateError as error:
            raise _named(context, rows, node.code, members, error) from error
    return scores


def _members(
    context: IndexContext,
    normalised: Floats,
    scores: dict[str, Floats],
    group: str,
    replications: int,
) -> Floats:
    """Values of a group's members: (1 or replications, rows, members)."""
    structure = context.inputs.structure
    members, places = structure.members[group], structure.places[group]
    if max(places) < normalised.shape[-1]:  # indicators, which come first
        return normalised[..., places]
    planes = np.empty((len(members), replications, normalised.shape[1]))
    for plane, member, place in zip(planes, members, places, strict=True):
        plane[:] = scores[member] if member in scores else normalised[..., place]
    return np.moveaxis(planes, 0, -1)


def _named(
    context: IndexContext,
    rows: Ints,
    group: str,
    members: Sequence[str],
    error: CannotAggregateError,
) -> CeyuanError:
    row, member = error.where[-2], error.where[-1]
    method = context.rule(group).method
    message = (
        f"unit {context.inputs.label(rows[row])}, {members[member]!r} in group {group!r}: "
        f"the {method} mean has no place for {error.value:.6g}"
    )
    hint = "Normalise to positive values (min-max from 1 to 100) or take another mean"
    return fail("composite-value-undefined", message, file=context.inputs.source, hint=hint)
