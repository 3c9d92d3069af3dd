"""The steps up to normalisation, applied one after the other, each keeping its result.

A step is a pure function of the values before it; results are remembered by what the specification says up to the
step, so that the alternatives of an uncertainty run share what they have in common.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext
from ceyuan.composite.denominate import divisors
from ceyuan.composite.impute import impute
from ceyuan.composite.normalise import CONSTANT, Columns, missing_parameters, normalised
from ceyuan.composite.screen import included
from ceyuan.composite.spec import Normalise, NormaliseOne, Step, Treat
from ceyuan.composite.treat import Treatment, joined, rules_by_indicator, treated
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail

RESULT_OF: dict[Step, str] = {
    "denominate": "denominated",
    "screen": "screened",
    "impute": "imputed",
    "treat": "treated",
    "normalise": "normalised",
    "aggregate": "aggregated",
}


@dataclass(frozen=True)
class State:
    """Values after a step.

    Attributes:
        name: the name of the stage (``denominated`` ...).
        rows: which rows of the inputs there are.
        values: (..., rows, indicators).
    """

    name: str
    rows: Ints
    values: Floats


Memory = MutableMapping[str, State]


def raw(context: IndexContext, values: Floats | None = None) -> State:
    """The state before the first step, with other raw values where given."""
    start = context.inputs.values if values is None else values
    return State("raw", np.arange(len(context.inputs.units)), start)


def run_steps(context: IndexContext, start: State, memory: Memory | None = None) -> list[State]:
    """All states from the raw values to the normalised ones.

    Args:
        context: data and specification.
        start: the raw values.
        memory: results of earlier runs from the same raw values, to be used and added to.

    Raises:
        CeyuanError: whatever a step finds wrong.
    """
    states, said = [start], ""
    for step in context.spec.order[:-1]:
        described = getattr(context.spec, step)
        if described is None:
            continue
        said += f"{step}={described.said};{context.spec.compatibility};"
        if memory is None or said not in memory:
            state = _apply(step, context, states[-1])
            if memory is None:
                states.append(state)
                continue
            memory[said] = state
        states.append(memory[said])
    return states


def _apply(step: Step, context: IndexContext, state: State) -> State:
    rows, values = state.rows, state.values
    inputs, spec = context.inputs, context.spec
    if step == "denominate" and spec.denominate is not None:
        values = values / divisors(inputs, spec.denominate, context.tables)[rows]
    elif step == "screen" and spec.screen is not None:
        nominal = values.reshape(-1, *values.shape[-2:])[0]
        keep = included(nominal, [inputs.units[row] for row in rows], spec.screen)
        rows, values = rows[keep], values[..., keep, :]
    elif step == "impute" and spec.impute is not None:
        values = impute(inputs, rows, values, spec.impute)
    elif step == "treat" and spec.treat is not None:
        values = _treat(context, rows, values, spec.treat)
    elif step == "normalise":
        values = _normalise(context, rows, values)
    return State(RESULT_OF[step], rows, values)


def treatments(
    context: IndexContext, rows: Ints, values: Floats, spec: Treat
) -> list[tuple[Ints, Treatment]]:
    """The treatment of all rows, or of each period's, with its record; values are rows x columns (indicators repeat)."""
    codes = [node.code for node in context.inputs.structure.indicators]
    repeats = values.shape[1] // len(codes)
    rules = rules_by_indicator(codes, spec)
    as_coinr = context.spec.compatibility == "coinr"
    result = []
    for block in context.inputs.blocks(rows) if spec.over == "period" else [np.arange(len(rows))]:
        own = values[block]
        parts = []
        for rule, columns in rules:
            every = [r * len(codes) + column for r in range(repeats) for column in columns]
            if rule is not None:
                parts.append((every, treated(own[:, every], rule, as_coinr=as_coinr)))
        whole = (
            parts[0][1]
            if len(parts) == 1 and len(parts[0][0]) == own.shape[1]
            else joined(parts, own)
        )
        result.append((block, whole))
    return result


def _treat(context: IndexContext, rows: Ints, values: Floats, spec: Treat) -> Floats:
    """Replications are laid side by side: each column is treated by itself."""
    lead, (units, indicators) = values.shape[:-2], values.shape[-2:]
    flat = np.moveaxis(values.reshape(-1, units, indicators), 0, 1).reshape(units, -1)
    done = np.empty_like(flat)
    each = treatments(context, rows, flat, spec)
    if context.spec.normalise.over == "panel":
        _check_scales(context, each)
    for block, treatment in each:
        done[block] = treatment.values
    if not np.isfinite(done[~np.isnan(flat)]).all():
        _report_undefined(context, rows, flat, done, "treat")
    return np.moveaxis(done.reshape(units, -1, indicators), 1, 0).reshape(*lead, units, indicators)


def _check_scales(context: IndexContext, each: list[tuple[Ints, Treatment]]) -> None:
    """That no indicator is bent in some periods only, where all of them are to be measured on one scale."""
    bent = np.array([treatment.transformed for _, treatment in each])
    codes = [node.code for node in context.inputs.structure.indicators]
    mixed = sorted(
        {column % len(codes) for column in np.flatnonzero(bent.any(axis=0) & ~bent.all(axis=0))}
    )
    hint = (
        "Treat over the panel (`over: panel`), or normalise each period by itself (`over: period`)"
    )
    problems = [
        Problem(
            "composite-value-undefined",
            f"treat: indicator {codes[column]!r} is transformed in some periods and not in others, but normalised over all",
            context.inputs.source,
            hint=hint,
        )
        for column in mixed
    ]
    if problems:
        raise CeyuanError(problems)


def _normalise(context: IndexContext, rows: Ints, values: Floats) -> Floats:
    spec = context.spec.normalise
    empty = np.isnan(values).reshape(-1, *values.shape[-2:]).all(axis=(0, 1))
    if empty.any():
        codes = [node.code for node in context.inputs.structure.indicators]
        message = "indicator {!r} has no value for any of the {} units that screening leaves"
        raise CeyuanError(
            Problem(
                "composite-indicator-empty",
                message.format(codes[i], len(rows)),
                context.inputs.source,
            )
            for i in np.flatnonzero(empty)
        )
    blocks = context.inputs.blocks(rows) if spec.over == "period" else [np.arange(len(rows))]
    result = np.empty_like(values)
    for rule, columns in _rules(context, spec):
        part = values[..., columns]
        for block in blocks:
            own = part[..., block, :]
            about = _columns(context, rows[block], rule, columns)
            result[..., block[:, None], columns] = normalised(own, rule, about)
    if not np.isfinite(result[~np.isnan(values)]).all():
        _report_undefined(context, rows, values, result, "normalise")
    return result


def _rules(context: IndexContext, spec: Normalise) -> list[tuple[NormaliseOne, Ints]]:
    """The methods that occur, each with its columns."""
    codes = [node.code for node in context.inputs.structure.indicators]
    unknown = [code for code in spec.indicators if code not in codes]
    if unknown:
        key = "composite-unknown-code"
        hints = {code: did_you_mean(code, codes) for code in unknown}
        raise CeyuanError(
            Problem(key, f"normalise: no indicator {code!r}", hint=hint)
            for code, hint in hints.items()
        )
    own = [spec.indicators.get(code, spec) for code in codes]
    return [
        (rule, np.array([i for i, other in enumerate(own) if other is rule or other == rule]))
        for i, rule in enumerate(own)
        if rule not in own[:i]
    ]


def _reference(unit: str, units: Sequence[str]) -> int:
    """Where the unit of reference stands among those that are compared."""
    if unit in units:
        return units.index(unit)
    message = f"normalise: there is no reference unit {unit!r}"
    hint = did_you_mean(unit, units)
    raise fail("composite-normalise-parameter", message, hint=hint)


def _wanted(rule: NormaliseOne, about: Columns) -> Mapping[str, Floats]:
    """The indicators' own parameters that must be there, because the rule does not say them for all."""
    if rule.method == "dist_to_target" and rule.target is None:
        return {"target": about.parameters["target"]}
    if rule.method == "goalposts" and (rule.lower is None or rule.upper is None):
        return {name: about.parameters[name] for name in ("goalpost_lower", "goalpost_upper")}
    return missing_parameters(rule, about)


def _columns(context: IndexContext, rows: Ints, rule: NormaliseOne, columns: Ints) -> Columns:
    """What the method needs to know, and whether it is all there."""
    inputs = context.inputs
    nodes = [inputs.structure.indicators[i] for i in columns]
    parameters = {name: own[columns] for name, own in inputs.structure.parameters.items()}
    reference = None
    if rule.method == "dist_to_reference":
        reference = _reference(rule.reference or "", [inputs.units[row] for row in rows])
    like_coinr = context.spec.compatibility == "coinr"
    about = Columns(inputs.structure.directions[columns], parameters, reference, like_coinr)
    wanted = _wanted(rule, about)
    problems = [
        Problem(
            "composite-normalise-parameter",
            f"indicator {nodes[i].code!r} has no {name} in the structure table",
        )
        for name, own in wanted.items()
        for i in np.flatnonzero(np.isnan(own))
    ]
    if problems:
        raise CeyuanError(problems)
    return about


def _report_undefined(
    context: IndexContext, rows: Ints, before: Floats, after: Floats, step: str
) -> None:
    """Says which indicator a step could not handle, and why."""
    inputs, codes = context.inputs, [node.code for node in context.inputs.structure.indicators]
    bad = (~np.isfinite(after) & ~np.isnan(before)).reshape(-1, len(rows), before.shape[-1])
    values = before.reshape(-1, len(rows), before.shape[-1])
    problems = []
    for column in np.flatnonzero(bad.any(axis=(0, 1))):
        replication, row = np.argwhere(bad[:, :, column])[0]
        own = values[replication, :, column]
        code = codes[column % len(codes)]
        if not np.nanmax(own) - np.nanmin(own) > CONSTANT * np.nanmax(np.abs(own)):
            message = (
                f"indicator {code!r} is {own[row]:g} for all of {int((~np.isnan(own)).sum())} units"
            )
            problems.append(Problem("composite-indicator-constant", message, inputs.source))
        else:
            message = f"{step}: unit {inputs.label(rows[row])}, indicator {code!r}: not defined for {own[row]:g}"
            problems.append(Problem("composite-value-undefined", message, inputs.source))
    raise CeyuanError({str(problem): problem for problem in problems}.values())
