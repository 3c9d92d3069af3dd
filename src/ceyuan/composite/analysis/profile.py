"""Strengths and weaknesses of a unit: the indicators in which it ranks best and worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Bools, Floats, ranks
from ceyuan.composite.result import Composite
from ceyuan.errors import did_you_mean, fail


@dataclass(frozen=True)
class IndicatorStanding:
    """A unit's place in one indicator.

    Attributes:
        code: the indicator.
        group: the group it belongs to.
        rank: the unit's rank, 1 the best.
        of: the number of units with a rank.
        value: the unit's value before normalisation.
    """

    code: str
    group: str | None
    rank: int
    of: int
    value: float


def standings(
    composite: Composite,
    unit: str,
    *,
    most: int = 5,
    stage: str = "raw",
    within: str | None = None,
    min_unique: float = 0.0,
    skip_last: bool = True,
    group_level: int = 2,
) -> tuple[list[IndicatorStanding], list[IndicatorStanding]]:
    """Strengths and weaknesses of a unit.

    Args:
        composite: the index.
        unit: the unit (in the last period).
        most: how many of each.
        stage: which values are ranked, directions taken into account.
        within: rank only among units that share the unit's value of this attribute.
        min_unique: leave out indicators in which a smaller share of values is different: being first together with
            half of the others is no strength.
        skip_last: leave out indicators in which the unit shares the last place from the strengths.
        group_level: the level of the groups to report.

    Returns:
        Strengths, best first, and weaknesses, worst last.

    Raises:
        CeyuanError: ``composite-unknown-code`` for units and stages, ``composite-unknown-group`` for attributes.
    """
    structure = composite.context.inputs.structure
    state = composite.stage(stage)
    at = int(composite.states[-1].rows[composite.row(unit)])
    peers = _peers(composite, state.rows, at, within)
    own = np.flatnonzero(state.rows[peers] == at)[0]
    values = state.values[peers]
    better = values if stage == "normalised" else values * structure.directions
    placed = ranks(better, descending=True)
    usable = ~np.isnan(placed[own]) & (_unique_share(values) >= min_unique)
    if skip_last:
        usable &= placed[own] != np.fmax.reduce(placed, axis=0)
    order = [int(i) for i in np.argsort(placed[own], kind="stable") if usable[i]]
    found = [
        IndicatorStanding(
            structure.indicators[i].code,
            structure.ancestor(structure.indicators[i].code, group_level),
            int(placed[own, i]),
            int((~np.isnan(placed[:, i])).sum()),
            float(values[own, i]),
        )
        for i in order
    ]
    return found[:most], found[-most:]


def _peers(
    composite: Composite, rows: np.typing.NDArray[np.int64], at: int, within: str | None
) -> Bools:
    """Rows of the same period (and the same attribute)."""
    inputs = composite.context.inputs
    same = np.array([inputs.periods[row] == inputs.periods[at] for row in rows])
    if within is None:
        return same
    if within not in inputs.attributes:
        hint = did_you_mean(within, inputs.attributes)
        raise fail(
            "composite-unknown-group",
            f"there is no column {within!r}",
            file=inputs.source,
            hint=hint,
        )
    label = inputs.attributes[within][at]
    return np.asarray(same & np.array([inputs.attributes[within][row] == label for row in rows]))


def _unique_share(values: Floats) -> Floats:
    return np.array(
        [len(np.unique(column[~np.isnan(column)])) / len(column) for column in values.T]
    )
