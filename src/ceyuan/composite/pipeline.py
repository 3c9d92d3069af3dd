"""Tables and a specification in, an index out: a pure function once everything is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ceyuan.composite.aggregate import OwnFunction
from ceyuan.composite.arrays import Floats
from ceyuan.composite.cautions import cautions
from ceyuan.composite.context import IndexContext, check_aggregation, load_tables
from ceyuan.composite.fit import weights_of
from ceyuan.composite.inputs import Inputs, read_inputs
from ceyuan.composite.result import Composite
from ceyuan.composite.scores import group_scores
from ceyuan.composite.spec import Spec
from ceyuan.composite.specfile import read_spec
from ceyuan.composite.steps import raw, run_steps
from ceyuan.workspace.spec import parse_spec


def compose(
    data: object,
    structure: object = None,
    spec: Spec | Mapping[str, Any] | str | Path | None = None,
    *,
    tables: Mapping[str, object] | None = None,
    functions: Mapping[str, OwnFunction] | None = None,
) -> Composite:
    """Computes an index from two tables.

    Args:
        data: units x indicators, see :func:`~ceyuan.composite.inputs.read_inputs`: CSV path, pandas, polars, Arrow or a
            mapping of columns.
        structure: codes with parents, weights, directions, see :func:`~ceyuan.composite.structure.read_structure`; a list of
            indicators (``-`` before those of which less is better) or None (all columns of numbers) for a flat index.
        spec: the specification, as an object, a mapping, or a path to YAML; all defaults where None.
        tables: the tables that the specification names, where they are not files.
        functions: own methods of aggregation, by the name that the specification uses.

    Raises:
        CeyuanError: with every fault found, naming file and line, or unit and indicator.

    >>> data = {"unit": ["A", "B", "C"], "x": [1, 2, 3], "y": [30, 10, 20]}
    >>> tree = {"code": ["x", "y", "top"], "parent": ["top", "top", None], "direction": [1, -1, 1]}
    >>> compose(data, tree).column("top")
    array([ 0., 75., 75.])
    >>> compose(data, ["x", "-y"]).column("index")
    array([ 0., 75., 75.])
    """
    return compute(prepare(data, structure, spec, tables=tables, functions=functions))


def prepare(
    data: object,
    structure: object = None,
    spec: Spec | Mapping[str, Any] | str | Path | None = None,
    *,
    tables: Mapping[str, object] | None = None,
    functions: Mapping[str, OwnFunction] | None = None,
) -> IndexContext:
    """Reads and checks everything an index is computed from; arguments as for :func:`compose`."""
    folder = Path(spec).parent if isinstance(spec, (str, Path)) else None
    wanted = _spec(spec)
    inputs = data if isinstance(data, Inputs) else read_inputs(data, structure)
    context = IndexContext(
        inputs, wanted, load_tables(wanted, folder, tables or {}), functions or {}
    )
    check_aggregation(context)
    return context


def _spec(spec: Spec | Mapping[str, Any] | str | Path | None) -> Spec:
    if isinstance(spec, Spec):
        return spec
    if isinstance(spec, (str, Path)):
        return read_spec(spec)
    return parse_spec(Spec, None, dict(spec or {}))


def compute(context: IndexContext) -> Composite:
    """Computes an index from what has been read.

    Raises:
        CeyuanError: what the data does not allow, naming unit and indicator.
    """
    states = run_steps(context, raw(context))
    last = states[-1]
    weights = weights_of(context, last.rows, last.values)
    groups = group_scores(context, last.rows, last.values[None], weights[None])
    scores = _together(context, last.values, groups)
    return Composite(
        context, tuple(states), weights, scores, tuple(cautions(context, states, weights, scores))
    )


def _together(context: IndexContext, normalised: Floats, groups: Mapping[str, Floats]) -> Floats:
    columns = [groups[node.code][0] for node in context.inputs.structure.groups]
    return np.column_stack([normalised, *columns]) if columns else normalised
