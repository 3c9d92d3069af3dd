"""Two indices side by side, and which of their differences moves each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.context import IndexContext
from ceyuan.composite.pipeline import compute
from ceyuan.composite.result import Composite
from ceyuan.errors import fail

CHOICES = (
    "order",
    "compatibility",
    "denominate",
    "screen",
    "impute",
    "treat",
    "normalise",
    "weights",
    "aggregate",
)


@dataclass(frozen=True)
class IndexComparison:
    """Two indices compared, over the units that both have.

    Attributes:
        units: the units (of the last common period).
        one: ranks in the first index.
        other: ranks in the second.
        because: change of rank from the first to the second, by what differs (``data`` or a part of the
            specification); for each unit the parts sum to the whole change. Negative is upwards.
    """

    units: tuple[str, ...]
    one: Floats
    other: Floats
    because: Mapping[str, Floats]

    @property
    def change(self) -> Floats:
        """Change of rank from the first index to the second."""
        return np.asarray(self.other - self.one)


def compare(one: Composite, other: Composite, code: str | None = None) -> IndexComparison:
    """Compares two indices and explains the differences of rank.

    What differs is changed one part after the other, once in the order of the steps and once in the reverse order; a
    part's effect is the mean of both changes of rank. Effects depend on what else is changed, which one order alone
    would hide; the parts always sum to the whole.

    Args:
        one: an index.
        other: another one.
        code: whose ranks are compared; the top of each where None.

    Raises:
        CeyuanError: ``composite-analysis-impossible`` where they have no unit in common, or a mixture of both cannot be
            computed.
    """
    parts = _differences(one.context, other.context)
    forward = _path(one.context, other.context, parts, code)
    backward = _path(one.context, other.context, parts[::-1], code)
    units = [
        unit
        for unit in _ranks(one, code)
        if all(unit in placed for placed in (*forward, *backward))
    ]
    if not units:
        raise fail("composite-analysis-impossible", "the two indices have no unit in common")
    because = {}
    for i, part in enumerate(parts):
        j = len(parts) - 1 - i
        first = _column(forward[i + 1], units) - _column(forward[i], units)
        second = _column(backward[j + 1], units) - _column(backward[j], units)
        because[part] = (first + second) / 2
    return IndexComparison(
        tuple(units), _column(forward[0], units), _column(forward[-1], units), because
    )


def _differences(one: IndexContext, other: IndexContext) -> list[str]:
    parts = [] if one.inputs is other.inputs else ["data"]
    return parts + [
        name for name in CHOICES if getattr(one.spec, name) != getattr(other.spec, name)
    ]


def _path(
    one: IndexContext, other: IndexContext, parts: list[str], code: str | None
) -> list[dict[str, float]]:
    """Ranks after each change."""
    placed = [_ranks(compute(one), code)]
    context = one
    for part in parts:
        context = _changed(context, other, part)
        placed.append(_ranks(compute(context), code))
    return placed


def _changed(context: IndexContext, other: IndexContext, part: str) -> IndexContext:
    tables = {**context.tables, **other.tables}
    functions = {**context.functions, **other.functions}
    if part == "data":
        return IndexContext(other.inputs, context.spec, tables, functions)
    spec = context.spec.model_copy(update={part: getattr(other.spec, part)})
    return IndexContext(context.inputs, spec, tables, functions)


def _ranks(composite: Composite, code: str | None) -> dict[str, float]:
    """Ranks of the units in the last period."""
    last = max(composite.periods)
    column = composite.rank(code or composite.top)
    return {
        unit: float(column[i])
        for i, unit in enumerate(composite.units)
        if composite.periods[i] == last
    }


def _column(placed: Mapping[str, float], units: list[str]) -> Floats:
    return np.array([placed[unit] for unit in units])
