"""How much each element weighs in the index, by its weight and by what happens without it."""

from __future__ import annotations

import numpy as np

from ceyuan.composite.arrays import Floats, ranks
from ceyuan.composite.result import Composite
from ceyuan.composite.scores import group_scores
from ceyuan.composite.tables import Table
from ceyuan.errors import fail


def effective_weights(composite: Composite) -> dict[str, float]:
    """The share of each code in the top it belongs to: its weight within its group times the group's own share.

    The shares of each level below a top sum to 1 in a tree whose leaves are all equally deep.
    """
    structure = composite.context.inputs.structure
    shares: dict[str, float] = {}
    for node in reversed(structure.nodes):
        if node.parent is None:
            shares[node.code] = 1.0
            continue
        siblings = [structure.position[code] for code in structure.members[node.parent]]
        own = composite.weights[structure.position[node.code]] / composite.weights[siblings].sum()
        shares[node.code] = shares[node.parent] * float(own)
    return {code: shares[code] for code in structure.codes}


def without_each(
    composite: Composite, level: int = 1, code: str | None = None
) -> tuple[Table, Floats]:
    """What happens to the ranking when elements of a level are left out (weigh nothing), one at a time.

    A group that is left with members without weight has no score and is left out in turn.

    Args:
        composite: the index.
        level: the level of the elements.
        code: whose ranks are compared; the top where None.

    Returns:
        A table with ``code``, ``mean_shift`` (mean absolute change of rank), ``largest_shift`` and ``most_moved`` (the
        unit), and the ranks without each element: rows x elements.

    Raises:
        CeyuanError: ``composite-unknown-code`` for a level without elements below the code.
    """
    structure = composite.context.inputs.structure
    code = code or composite.top
    below = _descendants(composite, code)
    codes = [node.code for node in structure.nodes if node.level == level and node.code in below]
    if not codes:
        raise fail(
            "composite-unknown-code", f"there are no elements of level {level} below {code!r}"
        )
    state = composite.states[-1]
    weights = np.tile(composite.weights, (len(codes), 1))
    weights[np.arange(len(codes)), [structure.position[element] for element in codes]] = 0.0
    scores = group_scores(composite.context, state.rows, state.values[None], weights, code)[code]
    placed = np.full((len(state.rows), len(codes)), np.nan)
    for block in composite.context.inputs.blocks(state.rows):
        placed[block] = ranks(scores[:, block], -1, descending=True, digits=12).T
    return _shifts(composite, code, codes, placed), placed


def _descendants(composite: Composite, code: str) -> set[str]:
    structure = composite.context.inputs.structure
    found, todo = set[str](), [code]
    while todo:
        members = structure.members.get(todo.pop(), ())
        found.update(members)
        todo.extend(members)
    return found


def _shifts(composite: Composite, code: str, codes: list[str], placed: Floats) -> Table:
    columns: dict[str, list[object]] = {
        name: [] for name in ("code", "mean_shift", "largest_shift", "most_moved")
    }
    for i, element in enumerate(codes):
        moved = np.abs(placed[:, i] - composite.rank(code))
        known = np.flatnonzero(~np.isnan(moved))
        most = int(known[moved[known].argmax()]) if len(known) else None
        columns["code"].append(element)
        columns["mean_shift"].append(None if most is None else float(moved[known].mean()))
        columns["largest_shift"].append(None if most is None else float(moved[most]))
        columns["most_moved"].append(None if most is None else composite.units[most])
    return Table(columns, "remove one")
