"""Repeating a run whose choices are known: a table with one row a replication and one column a factor."""

from __future__ import annotations

import numpy as np

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.tables import Table
from ceyuan.composite.uncertainty.factors import Pool
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail


def replayed_picks(table: Table, pools: tuple[Pool, ...]) -> Ints:
    """Picks read from a table.

    Args:
        table: a column for each factor, holding names of its alternatives or weight sets.
        pools: the factors.

    Raises:
        CeyuanError: ``composite-replay-invalid`` for factors without a column, cells that name no alternative, and
            factors whose draws have no names.
    """
    columns, problems = [], list[Problem]()
    for pool in pools:
        if not pool.labels:
            message = f"factor {pool.name!r} is drawn from a distribution: its draws cannot be named in a table"
            raise fail("composite-replay-invalid", message, file=table.source)
        cells = table.text(table.require(pool.name))
        names = {label: i for i, label in enumerate(pool.labels)}
        picks = np.zeros(len(cells), dtype=np.int64)
        for row, cell in enumerate(cells):
            found = names.get(_normal(cell), names.get(cell or ""))
            if found is None:
                message = f"row {row + 1}: factor {pool.name!r} has no alternative {cell!r}"
                hint = did_you_mean(cell or "", names)
                problems.append(table.problem("composite-replay-invalid", message, row, hint))
            else:
                picks[row] = found
        columns.append(picks)
    if problems:
        raise CeyuanError(problems)
    return np.column_stack(columns)


def _normal(cell: str | None) -> str:
    """A number as it is written shortest (``5.0`` as ``5``)."""
    try:
        number = float(cell or "")
    except ValueError:
        return cell or ""
    return str(int(number)) if number.is_integer() else str(number)


def cut_alternatives(sample: Floats, alternatives: int) -> Ints:
    """Alternatives that COINr picks from a sample of numbers: the sample's own range in equal parts, right-closed.

    R's ``cut`` divides the range of the numbers drawn, not 0 to 1, so the parts are only about equally probable.

    >>> cut_alternatives(np.array([0.1, 0.3, 0.6, 0.9]), 2)
    array([0, 0, 1, 1])
    """
    edges = np.linspace(sample.min(), sample.max(), alternatives + 1)
    return np.clip(np.searchsorted(edges[1:-1], sample, side="left"), 0, alternatives - 1)
