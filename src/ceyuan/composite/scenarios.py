"""Scenarios: an index under named other choices, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.pipeline import compute
from ceyuan.composite.result import Composite
from ceyuan.composite.uncertainty.factors import changed
from ceyuan.errors import CeyuanError, Problem
from ceyuan.figures.charts import heat_map
from ceyuan.figures.drawing import Figure
from ceyuan.frames import Framed


@dataclass(frozen=True, repr=False)
class Scenarios(Framed):
    """An index under its nominal choices and under those of each scenario.

    Attributes:
        nominal: the index.
        others: the index under each scenario, by name.
    """

    nominal: Composite
    others: dict[str, Composite]

    def __repr__(self) -> str:
        return f"Scenarios({self.nominal.top}: {', '.join(self.others)})"

    def columns(self) -> dict[str, list[Any]]:
        """Nominal score and rank of each unit, then score, rank and shift of rank (below 0: better) of each scenario."""
        nominal = self.nominal
        order = np.lexsort((np.arange(len(nominal.units)), np.nan_to_num(nominal.rank(nominal.top), nan=np.inf)))
        found: dict[str, list[Any]] = {"unit": [nominal.units[i] for i in order]}
        if nominal.context.inputs.is_panel:
            found["period"] = [nominal.periods[i] for i in order]
        ranks = self._of(nominal, nominal.rank(nominal.top))
        found["score"] = self._of(nominal, nominal.column(nominal.top))[order].tolist()
        found["rank"] = ranks[order].tolist()
        for name, other in self.others.items():
            own = self._of(other, other.rank(nominal.top))
            found[f"{name}: score"] = self._of(other, other.column(nominal.top))[order].tolist()
            found[f"{name}: rank"] = own[order].tolist()
            found[f"{name}: shift"] = (own - ranks)[order].tolist()
        return found

    def plot(self, most: int = 30) -> Figure:
        """Ranks under each scenario, the nominally best units first.

        Args:
            most: so many rows.
        """
        columns = self.columns()
        names = [str(unit) for unit in columns["unit"][:most]]
        wanted = ["rank", *(f"{name}: rank" for name in self.others)]
        ranks = np.array([columns[name][:most] for name in wanted], np.float64).T
        return heat_map(
            "Ranks under each scenario", names, ["nominal", *self.others], ranks, "Dark: first; empty: no rank"
        )

    def _of(self, other: Composite, values: Floats) -> Floats:
        """Values of a scenario at the rows of the nominal index: missing where it leaves the unit out."""
        every = np.full(len(other.context.inputs.units), np.nan)
        every[other.states[-1].rows] = values
        return every[self.nominal.states[-1].rows]


def scenarios(composite: Composite) -> Scenarios:
    """Compute an index under the scenarios of its specification.

    Args:
        composite: a computed index.

    Raises:
        CeyuanError: choices that do not exist or cannot be computed, with the scenario's name.

    >>> from ceyuan.composite import compose
    >>> data = {"unit": ["A", "B", "C"], "x": [1, 2, 9], "y": [3, 2, 1]}
    >>> spec = {"scenarios": {"ranks": {"normalise.method": "rank"}}}
    >>> scenarios(compose(data, ["x", "y"], spec)).columns()["ranks: rank"]
    [1.0, 1.0, 1.0]
    """
    others = {}
    for name, choices in composite.context.spec.scenarios.items():
        spec = composite.context.spec
        for path, value in choices.items():
            spec = changed(spec, f"scenario {name!r}", path, value)
        try:
            others[name] = compute(composite.context.with_spec(spec))
        except CeyuanError as error:
            raise CeyuanError(_named(name, problem) for problem in error.problems) from error
    return Scenarios(composite, others)


def _named(name: str, p: Problem) -> Problem:
    return Problem(p.code, f"scenario {name!r}: {p.message}", p.file, p.line, p.hint, p.severity)
