"""What a reader should know although an index can be computed: gaps, constants, mixed scales, weights below zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ceyuan.composite.arrays import Floats, highest, lowest
from ceyuan.composite.context import IndexContext
from ceyuan.composite.spec import NormaliseOne
from ceyuan.composite.steps import State
from ceyuan.errors import Problem

NAMED = 3
"""So many units or indicators are named in a warning."""

APART = 10.0
"""Values whose ranges differ by this factor are on different scales, whatever they were normalised by."""


def cautions(
    context: IndexContext, states: Sequence[State], weights: Floats, scores: Floats
) -> Iterator[Problem]:
    """The warnings of an index.

    Args:
        context: what it was computed from.
        states: values after each step.
        weights: weights of all codes, as used.
        scores: rows x codes.
    """
    last = states[-1]
    yield from _gaps(context, last)
    yield from _constants(context, last)
    yield from _scales(context, last)
    yield from _negative_weights(context, weights)
    yield from _without_score(context, last, scores)


def _warn(code: str, message: str, file: str | None = None, hint: str | None = None) -> Problem:
    return Problem(code, message, file, hint=hint, severity="warning")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _gaps(context: IndexContext, last: State) -> Iterator[Problem]:
    """Missing values, over which means are taken as if they were like the others."""
    inputs = context.inputs
    still = "still missing after imputation" if context.spec.impute is not None else "missing"
    for column, node in enumerate(inputs.structure.indicators):
        rows = np.flatnonzero(np.isnan(last.values[:, column]))
        if rows.size:
            units = _some([inputs.label(last.rows[row]) for row in rows])
            message = f"indicator {node.code!r} is {still} for {rows.size} of {len(last.rows)} units: {units}"
            hint = f"Their scores of {node.parent!r} are of what else is known; impute, screen, or ask for a min_share"
            yield _warn("composite-value-missing", message, inputs.source, hint)


def _constants(context: IndexContext, last: State) -> Iterator[Problem]:
    """Indicators that tell no unit from another after normalisation."""
    inputs = context.inputs
    if len(last.rows) < 2:
        return
    low, high = lowest(last.values)[0], highest(last.values)[0]
    raw_low, raw_high = lowest(inputs.values[last.rows])[0], highest(inputs.values[last.rows])[0]
    for column in np.flatnonzero(low == high):
        code = inputs.structure.indicators[column].code
        message = f"indicator {code!r} is {low[column]:g} for all units after normalisation"
        hint = None
        if raw_low[column] < raw_high[column]:
            message += f", though its values go from {raw_low[column]:g} to {raw_high[column]:g}"
            hint = "Goalposts are in the indicator's own units and turn with its direction: do they lie beyond all values?"
        yield _warn("composite-indicator-constant", message, inputs.source, hint)


def _scales(context: IndexContext, last: State) -> Iterator[Problem]:
    """Indicators of one index on different scales: the one with the longest decides."""
    spec, nodes = context.spec.normalise, context.inputs.structure.indicators
    if not context.inputs.structure.groups:
        return
    on: dict[str, list[str]] = {}
    for node in nodes:
        on.setdefault(_scale(spec.indicators.get(node.code, spec)), []).append(node.code)
    if len(on) > 1:
        scales = "; ".join(f"{scale}: {_some(codes)}" for scale, codes in on.items())
        yield _warn(
            "composite-scales-differ", f"normalise: indicators are on different scales ({scales})"
        )
        return
    span = (highest(last.values) - lowest(last.values))[0]
    known = np.flatnonzero(span > 0)
    if known.size and span[known].max() > APART * span[known].min():
        longest, shortest = (
            nodes[known[pick(span[known])]].code for pick in (np.argmax, np.argmin)
        )
        times = span[known].max() / span[known].min()
        after = "values are not normalised, and" if "as it is" in on else "after normalisation"
        message = f"{after} {longest!r} has {times:.3g} times the range of {shortest!r}"
        yield _warn("composite-scales-differ", message, context.inputs.source)


def _scale(rule: NormaliseOne) -> str:
    """The scale that a rule puts values on, in words."""
    match rule.method:
        case "minmax":
            return f"{rule.lower or 0:g} to {100 if rule.upper is None else rule.upper:g}"
        case "scaled":
            return f"0 to {100 if rule.factor is None else rule.factor:g}"
        case "goalposts":
            return f"0 to {1 if rule.factor is None else rule.factor:g}"
        case "zscore":
            return f"{1 if rule.sd is None else rule.sd:g} a standard deviation, around {rule.mean or 0:g}"
        case "rank" | "borda":
            return "ranks"
        case "none":
            return "as it is"
        case _:
            return "0 to 1"


def _negative_weights(context: IndexContext, weights: Floats) -> Iterator[Problem]:
    for i in np.flatnonzero(weights < 0):
        message = f"the weight of {context.inputs.structure.codes[i]!r} is {weights[i]:.4g}: more of it lowers the score"
        hint = "Principal components can do that: take other weights, or look at the direction of the indicator"
        yield _warn("composite-weight-invalid", message, hint=hint)


def _without_score(context: IndexContext, last: State, scores: Floats) -> Iterator[Problem]:
    inputs = context.inputs
    for top in inputs.structure.tops:
        for row in np.flatnonzero(np.isnan(scores[:, inputs.structure.position[top]])):
            message = (
                f"unit {inputs.label(last.rows[row])} has no score of {top!r}: too little data"
            )
            yield _warn("composite-value-missing", message, inputs.source)
