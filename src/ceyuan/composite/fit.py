"""Weights computed from the data: first principal components, and weights that give all members the same influence."""

from __future__ import annotations

import numpy as np

from ceyuan.composite.analysis.reliability import principal_components
from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext
from ceyuan.composite.scores import group_scores
from ceyuan.composite.weight import given_weights, level_methods, sum_problems
from ceyuan.errors import CeyuanError, fail

HOLD = 1e-5
"""How strongly balanced weights are held to the given ones: only where the data leaves them free."""
REACH = float(np.log(20))
"""Balanced weights stay within a factor of 20 of the given ones: equal influence may be out of reach."""


def weights_of(context: IndexContext, rows: Ints, normalised: Floats) -> Floats:
    """The weights of an index, those that depend on its values included.

    Principal components and balanced weights of a level are computed with the given weights of all other levels.

    Args:
        context: data and specification.
        rows: which rows of the data there are.
        normalised: rows x indicators.

    Returns:
        One weight a code.

    Raises:
        CeyuanError: weights that do not fit.
    """
    spec = context.spec.weights
    structure = context.inputs.structure
    table = None if spec.table is None else context.tables[spec.table]
    weights = given_weights(structure, spec, table)
    methods = level_methods(structure, spec)
    if not {"pca", "balanced"} & set(methods.values()):
        return weights
    result = weights.copy()
    for level in sorted({node.level for node in structure.nodes if node.parent is not None}):
        codes = [
            n.code
            for n in structure.nodes
            if n.level == level and n.parent and n.code not in spec.values
        ]
        if codes and methods[level] == "pca":
            _principal(context, rows, normalised, weights, codes, result)
        elif codes and methods[level] == "balanced":
            _balanced(context, rows, normalised, weights, codes, result)
    problems = sum_problems(structure, result)
    if problems:
        raise CeyuanError(problems)
    return result


def member_values(
    context: IndexContext, rows: Ints, normalised: Floats, weights: Floats, codes: list[str]
) -> Floats:
    """Values of indicators and scores of groups side by side: rows x codes."""
    structure = context.inputs.structure
    scores = group_scores(context, rows, normalised[None], weights[None])
    columns = [
        scores[code][0] if code in scores else normalised[:, structure.position[code]]
        for code in codes
    ]
    return np.stack(columns, axis=-1)


def _principal(
    context: IndexContext,
    rows: Ints,
    normalised: Floats,
    weights: Floats,
    codes: list[str],
    result: Floats,
) -> None:
    """Loadings of the first component within each group."""
    structure = context.inputs.structure
    for group in dict.fromkeys(structure.by_code[code].parent for code in codes):
        members = [code for code in codes if structure.by_code[code].parent == group]
        if len(members) > 1:
            values = member_values(context, rows, normalised, weights, members)
            result[[structure.position[code] for code in members]] = principal_components(
                values, members
            ).loadings[:, 0]


def _balanced(
    context: IndexContext,
    rows: Ints,
    normalised: Floats,
    weights: Floats,
    codes: list[str],
    result: Floats,
) -> None:
    """Weights for which the members' correlations with the top are in the wanted proportions (Becker et al. 2017)."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - takes long to import, rarely needed

    structure, spec = context.inputs.structure, context.spec.weights
    top = structure.tops[0]
    if top in codes:
        raise fail(
            "composite-weight-invalid", f"balanced weights need a level below the top {top!r}"
        )
    positions = [structure.position[code] for code in codes]
    wanted = np.array([spec.importance.get(code, 1.0) for code in codes])
    wanted /= wanted.sum()

    def misses(logs: Floats) -> Floats:
        trial = weights.copy()
        trial[positions] = np.exp(logs - logs.mean())
        table = member_values(context, rows, normalised, trial, [*codes, top])
        complete = table[~np.isnan(table).any(axis=1)]
        influence = np.asarray(np.corrcoef(complete, rowvar=False))[-1, :-1]
        miss = influence / influence.sum() - wanted
        return np.concatenate([miss, HOLD * (logs - start)])

    start = np.log(np.maximum(weights[positions], 1e-6))
    bounds = (start - REACH, start + REACH)
    best = least_squares(
        misses, start, bounds=bounds, xtol=1e-12, ftol=1e-14, gtol=1e-12, max_nfev=200
    )
    result[positions] = np.exp(best.x - best.x.mean())
