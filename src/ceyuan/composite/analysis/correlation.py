"""Correlations of indicators and groups: within a level, across levels, with denominators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Literal

import numpy as np

from ceyuan.composite.arrays import Floats, mean
from ceyuan.composite.result import Composite
from ceyuan.composite.tables import Table

Kind = Literal["pearson", "spearman", "kendall"]
VARIES = 1e-20
"""A column whose squares about its mean over the common units are a smaller part than this of its whole is constant."""


def correlations(one: Floats, other: Floats, kind: Kind = "pearson") -> tuple[Floats, Floats]:
    """Correlations of the columns of two tables over the units that both have, and their p-values.

    p-values are two-sided: from Student's t with n - 2 degrees of freedom for Pearson; for Spearman and Kendall as
    :mod:`scipy.stats` gives them.

    Args:
        one: units x columns.
        other: units x columns, the same units.
        kind: which coefficient.

    Returns:
        Coefficients and p-values, columns of ``one`` x columns of ``other``; NaN where fewer than three units have both
        or a column does not vary among them.
    """
    if kind == "pearson":
        return _pearson(one, other)
    shape = (one.shape[1], other.shape[1])
    r, p = np.full(shape, np.nan), np.full(shape, np.nan)
    for i in range(shape[0]):
        for j in range(shape[1]):
            both = ~np.isnan(one[:, i]) & ~np.isnan(other[:, j])
            x, y = one[both, i], other[both, j]
            if len(x) >= 3 and np.ptp(x) > 0 and np.ptp(y) > 0:
                r[i, j], p[i, j] = _coefficient(x, y, kind)
    return r, p


def _pearson(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """All pairs at once, by sums over the units that both have."""
    from scipy.special import stdtr  # noqa: PLC0415 - takes long to import, rarely needed

    here, there = (~np.isnan(one)).astype(np.float64), (~np.isnan(other)).astype(np.float64)
    x, y = np.nan_to_num(one - mean(one)), np.nan_to_num(other - mean(other))
    n = here.T @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        sum_x, sum_y = x.T @ there, here.T @ y
        square_x = (x * x).T @ there - sum_x**2 / n
        square_y = here.T @ (y * y) - sum_y**2 / n
        r = np.clip((x.T @ y - sum_x * sum_y / n) / np.sqrt(square_x * square_y), -1, 1)
        varies = (square_x > VARIES * ((x * x).T @ there)) & (
            square_y > VARIES * (here.T @ (y * y))
        )
        r = np.where((n >= 3) & varies, r, np.nan)
        t = np.abs(r) * np.sqrt((n - 2) / (1 - r * r))
    return r, np.where(np.isnan(r), np.nan, 2 * stdtr(np.maximum(n - 2, 1), -t))


def _coefficient(x: Floats, y: Floats, kind: Kind) -> tuple[float, float]:
    from scipy import stats  # noqa: PLC0415 - takes long to import, rarely needed

    measure = stats.spearmanr if kind == "spearman" else stats.kendalltau
    found = measure(x, y)
    return float(found.statistic), float(found.pvalue)


def level_correlations(
    composite: Composite,
    low: int = 1,
    high: int | None = None,
    *,
    kind: Kind = "pearson",
    with_parent: bool = False,
    group_level: int | None = None,
    significance: float | None = 0.05,
) -> Table:
    """Correlations between the codes of two levels of an index.

    Args:
        composite: the index.
        low: one level.
        high: another level; the same where None.
        kind: which coefficient.
        with_parent: only those of codes with the group that they belong to.
        group_level: only those of codes that belong to the same group of this level.
        significance: coefficients whose p-value is above this are left out as missing; None keeps all.

    Returns:
        Columns ``group`` (the code of the higher level), ``code``, ``correlation``, ``p``.
    """
    structure = composite.context.inputs.structure
    high = low if high is None else high
    below = [node.code for node in structure.nodes if node.level == low]
    above = [node.code for node in structure.nodes if node.level == high]
    r, p = correlations(_columns(composite, above), _columns(composite, below), kind)
    if significance is not None:
        r = np.where(p > significance, np.nan, r)

    def belongs(upper: str, lower: str) -> bool:
        """Whether the pair is asked for."""
        if with_parent and high != low and structure.ancestor(lower, high) != upper:
            return False
        if group_level is None:
            return True
        groups = {structure.ancestor(code, group_level) for code in (lower, upper)}
        return len(groups) == 1

    pairs = product(enumerate(above), enumerate(below))
    keep = [(i, j) for (i, upper), (j, lower) in pairs if belongs(upper, lower)]
    columns: dict[str, list[object]] = {
        "group": [above[i] for i, _ in keep],
        "code": [below[j] for _, j in keep],
        "correlation": [float(r[i, j]) for i, j in keep],
        "p": [float(p[i, j]) for i, j in keep],
    }
    return Table(columns, "correlations")


def _columns(composite: Composite, codes: Sequence[str]) -> Floats:
    return np.column_stack([composite.column(code) for code in codes])


def flagged_pairs(
    values: Floats,
    codes: Sequence[str],
    groups: Mapping[str, str | None],
    limit: float = 0.9,
    *,
    below: bool = False,
    kind: Kind = "pearson",
) -> Table:
    """Pairs of indicators of one group that say nearly the same (or, ``below``, contradict each other).

    Args:
        values: units x indicators.
        codes: the indicators.
        groups: the group of each.
        limit: correlations above (below) this are reported.
        below: report those below.
        kind: which coefficient.
    """
    r, _ = correlations(values, values, kind)
    rows = []
    for i, one in enumerate(codes):
        for j in range(i):
            far = r[i, j] < limit if below else r[i, j] > limit
            if groups.get(one) == groups.get(codes[j]) and far:
                rows.append((groups.get(one), codes[j], one, float(r[i, j])))
    names = ("group", "one", "other", "correlation")
    return _table_of(rows, names, "flagged pairs")


def _table_of(rows: Sequence[tuple[object, ...]], names: Sequence[str], title: str) -> Table:
    """Rows as columns with names."""
    columns: dict[str, list[object]] = {name: [] for name in names}
    for row in rows:
        for cells, cell in zip(columns.values(), row, strict=True):
            cells.append(cell)
    return Table(columns, title)


def denominator_correlations(
    composite: Composite, limit: float = 0.6, kind: Kind = "pearson"
) -> Table:
    """Raw indicators that go along with a denominator: perhaps they should be divided by it."""
    inputs = composite.context.inputs
    names = list(inputs.denominators)
    codes = [node.code for node in inputs.structure.indicators]
    rows: list[tuple[str, str, float]] = []
    if names:
        r, _ = correlations(
            inputs.values, np.column_stack([inputs.denominators[name] for name in names]), kind
        )
        rows = [(codes[i], names[j], float(r[i, j])) for i, j in np.argwhere(np.abs(r) > limit)]
    header = ("code", "denominator", "correlation")
    return _table_of(rows, header, "correlations with denominators")
