"""Uncertain choices made ready for computing: each factor with the pool of values that it can take.

A replication picks one element of each factor's pool. Alternatives and weight sets have small pools; distributions have
one element a draw. Elements that mean the same are one element, so that a factor whose alternatives are identical has
exactly no effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext
from ceyuan.composite.model import SpecModel
from ceyuan.composite.spec import STEPS, Spec
from ceyuan.composite.uncertainty.errors import ErrorModel, error_model
from ceyuan.composite.uncertainty.spec import Factor
from ceyuan.composite.weight import given_weights, weight_sets
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.workspace.spec import parse_spec

_OPEN = frozenset({"indicators", "groups", "levels", "values", "by", "scale"})
"""Mappings of the specification whose keys are codes or levels: alternatives may add to them."""


@dataclass(frozen=True)
class Pool:
    """A factor and what it can be.

    Attributes:
        name: the factor's name.
        factor: its description.
        labels: names of the elements, where they have any.
        same_as: for each element the first one that means the same.
        probabilities: of the elements; None: one draw an element.
        choices: elements that are values of the specification.
        weights: elements that are weights or multipliers of weights: elements x codes.
        errors: the model of errors of the data.
    """

    name: str
    factor: Factor
    labels: tuple[str, ...] = ()
    same_as: tuple[int, ...] = ()
    probabilities: Floats | None = None
    choices: tuple[Any, ...] = ()
    weights: Floats | None = None
    errors: ErrorModel | None = None

    @property
    def varies_spec(self) -> bool:
        """Whether the factor changes the specification itself."""
        return self.factor.of is not None

    @property
    def kind(self) -> str:
        """The way in which the factor varies."""
        return self.factor.way


def make_pools(
    context: IndexContext, rng: np.random.Generator, draws: int, *, quantiles: bool = False
) -> tuple[Pool, ...]:
    """The pools of all factors.

    Args:
        context: data and specification, with its uncertainty.
        rng: the source of all draws.
        draws: how many elements the pools of distributions have.
        quantiles: whether numbers are evenly spread quantiles of their distribution, in order, and not drawn.

    Raises:
        CeyuanError: choices that do not exist, alternatives that are not allowed.
    """
    uncertainty = context.spec.uncertainty
    factors: Mapping[str, Factor] = {} if uncertainty is None else uncertainty.factors
    problems: list[Problem] = []
    pools = []
    for name, factor in factors.items():
        try:
            pools.append(_pool(context, name, factor, rng, draws, quantiles=quantiles))
        except CeyuanError as error:
            problems += error.problems
    if problems:
        raise CeyuanError(problems)
    return tuple(pools)


def _pool(
    context: IndexContext,
    name: str,
    factor: Factor,
    rng: np.random.Generator,
    draws: int,
    *,
    quantiles: bool,
) -> Pool:
    if factor.alternatives is not None:
        return _alternatives(context, name, factor)
    if factor.uniform is not None or factor.normal is not None:
        values = _quantiles(factor, draws) if quantiles else _numbers(factor, rng, draws)
        changed(context.spec, f"factor {name!r}", factor.of or "", float(values[0]))
        return Pool(
            name, factor, same_as=tuple(range(draws)), choices=tuple(float(v) for v in values)
        )
    if factor.weight_sets is not None:
        sets = weight_sets(context.inputs.structure, context.tables[factor.weight_sets])
        rows = np.array(list(sets.values()))
        return Pool(name, factor, tuple(sets), _first_equal(rows), _equal(len(sets)), weights=rows)
    if factor.errors is not None:
        model = error_model(context, factor.errors, int(rng.integers(2**63)))
        return Pool(name, factor, same_as=tuple(range(draws)), errors=model)
    weights = (
        _noise(context, name, factor, rng, draws)
        if factor.noise
        else _dirichlet(context, factor, rng, draws)
    )
    return Pool(name, factor, same_as=tuple(range(draws)), weights=weights)


def _numbers(factor: Factor, rng: np.random.Generator, draws: int) -> Floats:
    if factor.uniform is not None:
        return rng.uniform(*factor.uniform, size=draws)
    return rng.normal(*(factor.normal or (0.0, 1.0)), size=draws)


def _quantiles(factor: Factor, draws: int) -> Floats:
    """Evenly spread quantiles of a distribution, in order."""
    share = (np.arange(draws) + 0.5) / draws
    if factor.uniform is not None:
        low, high = factor.uniform
        return np.asarray(low + (high - low) * share)
    from scipy.special import ndtri  # noqa: PLC0415 - takes long to import, rarely needed

    middle, spread = factor.normal or (0.0, 1.0)
    return np.asarray(middle + spread * ndtri(share))


def _equal(n: int) -> Floats:
    return np.full(n, 1 / n)


def _first_equal(rows: Floats) -> tuple[int, ...]:
    _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return tuple(int(first[i]) for i in which.ravel())


def _alternatives(context: IndexContext, name: str, factor: Factor) -> Pool:
    labels = tuple(factor.alternatives or {})
    values = tuple((factor.alternatives or {}).values())
    specs = [changed(context.spec, f"factor {name!r}", factor.of or "", value) for value in values]
    same_as = tuple(specs.index(spec) for spec in specs)
    probabilities = (
        _equal(len(labels)) if factor.probabilities is None else np.array(factor.probabilities)
    )
    return Pool(name, factor, labels, same_as, probabilities, choices=values)


def changed(spec: Spec, whose: str, path: str, value: object) -> Spec:
    """The specification with another value at a dotted path; ``whose`` says in messages who wants it.

    Raises:
        CeyuanError: ``composite-factor-unknown`` where there is no such choice, ``composite-spec-invalid`` where the
            value is not allowed there.
    """
    document = _document(spec)
    *above, last = path.split(".")
    node: Any = document
    for part in above:
        # what is not on the way stays the object that it is: it is not read again, and known again by steps
        if isinstance(node.get(part), SpecModel):
            node[part] = node[part].model_dump(mode="json")
        node = node.get(part)
        if not isinstance(node, dict):
            raise _no_such_choice(spec, whose, path)
    may_be_new = above[-1] in _OPEN if above else last in STEPS
    if last not in node and not may_be_new:
        raise _no_such_choice(spec, whose, path)
    node[last] = value
    try:
        return parse_spec(Spec, None, document)
    except CeyuanError as error:
        hint = f"Correct this value of {whose}"
        raise fail(
            "composite-spec-invalid", f"{whose}: {error.problems[0].message}", hint=hint
        ) from error


def _document(spec: Spec) -> dict[str, Any]:
    """The keys of a specification that a factor can change, and their values."""
    keys = (key for key in Spec.model_fields if key not in ("uncertainty", "scenarios"))
    given = {key: getattr(spec, key) for key in keys}
    return {key: own for key, own in given.items() if not (key in STEPS and own is None)}


def _no_such_choice(spec: Spec, whose: str, path: str) -> CeyuanError:
    step = path.partition(".")[0]
    if step in STEPS and getattr(spec, step) is None:
        message = f"{whose}: the specification has no step {step!r}, so {path!r} changes nothing"
        return fail("composite-factor-unknown", message, hint=f"Add the step {step!r}")
    message = f"{whose}: the specification has no choice {path!r}"
    known = _paths(spec.model_dump(include=set(_document(spec))))
    return fail("composite-factor-unknown", message, hint=did_you_mean(path, known))


def _paths(document: Mapping[str, Any], before: str = "") -> list[str]:
    found = []
    for key, value in document.items():
        found.append(before + str(key))
        if isinstance(value, dict):
            found += _paths(value, f"{before}{key}.")
    return found


def _noise(
    context: IndexContext, name: str, factor: Factor, rng: np.random.Generator, draws: int
) -> Floats:
    """Multipliers of weights: 1 ± the level's share."""
    structure = context.inputs.structure
    known = {node.level for node in structure.nodes}
    for level in factor.noise or {}:
        if level not in known:
            raise fail(
                "composite-factor-unknown", f"factor {name!r}: the structure has no level {level}"
            )
    reach = np.array([(factor.noise or {}).get(node.level, 0.0) for node in structure.nodes])
    return 1 + reach * rng.uniform(-1, 1, size=(draws, len(reach)))


def _dirichlet(
    context: IndexContext, factor: Factor, rng: np.random.Generator, draws: int
) -> Floats:
    """Weights of each group from a Dirichlet distribution whose means are the given weights."""
    structure, spec = context.inputs.structure, context.spec.weights
    given = given_weights(
        structure, spec, None if spec.table is None else context.tables[spec.table]
    )
    result = np.ones((draws, len(given)))
    for members in structure.members.values():
        positions = [structure.position[member] for member in members]
        shares = given[positions] / given[positions].sum()
        some = np.flatnonzero(shares > 0)
        result[:, positions] = 0.0
        drawn = rng.dirichlet(shares[some] * (factor.dirichlet or 1.0) * len(some), size=draws)
        result[:, [positions[i] for i in some]] = drawn
    return result


def scenario_spec(
    spec: Spec, pools: tuple[Pool, ...], picks: Ints, before: dict[tuple[int, ...], Spec]
) -> Spec:
    """The specification under the picks of the factors that change it.

    Args:
        spec: the nominal one.
        pools: the factors.
        picks: one for each factor.
        before: the specifications under the first picks of the scenario before, which this one may share; replaced by its own.
    """
    own: dict[tuple[int, ...], Spec] = {}
    first: tuple[int, ...] = ()
    for pool, pick in zip(pools, picks.tolist(), strict=True):
        if pool.varies_spec:
            first = (*first, pick)
            spec = own[first] = before.get(first) or changed(
                spec, f"factor {pool.name!r}", pool.factor.of or "", pool.choices[pick]
            )
    before.clear()
    before.update(own)
    return spec


def describe(pools: tuple[Pool, ...], picks: Ints) -> str:
    """Picks in words, for messages."""
    words = []
    for pool, pick in zip(pools, picks, strict=True):
        if pool.labels:
            words.append(f"{pool.name} = {pool.labels[pick]}")
        elif pool.choices:
            words.append(f"{pool.name} = {json.dumps(pool.choices[pick])}")
    return ", ".join(words)
