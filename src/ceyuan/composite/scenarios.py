"""Scenarios: an index under named other choices, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.pipeline import compute
from ceyuan.composite.result import Composite
from ceyuan.composite.spec import Spec
from ceyuan.composite.uncertainty.factors import changed
from ceyuan.errors import CeyuanError, Problem
from ceyuan.figures.charts import heat_map
from ceyuan.figures.drawing import Drawing
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
        order = np.lexsort(
            (np.arange(len(nominal.units)), np.nan_to_num(nominal.rank(nominal.top), nan=np.inf))
        )
        found: dict[str, list[Any]] = {"unit": [nominal.units[i] for i in order]}
        if nominal.context.inputs.is_panel:
            found["period"] = [nominal.periods[i] for i in order]
        scores, ranks = self.of(nominal)
        found["score"] = scores[order].tolist()
        found["rank"] = ranks[order].tolist()
        for name, other in self.others.items():
            scores, own = self.of(other)
            found[f"{name}: score"] = scores[order].tolist()
            found[f"{name}: rank"] = own[order].tolist()
            found[f"{name}: shift"] = (own - ranks)[order].tolist()
        return found

    def of(self, index: Composite) -> tuple[Floats, Floats]:
        """Scores and ranks under a scenario at the rows of the nominal index: missing where it leaves the unit out."""
        top = self.nominal.top
        every = np.full((len(index.context.inputs.units), 2), np.nan)
        every[index.states[-1].rows] = np.column_stack((index.column(top), index.rank(top)))
        scores, ranks = every[self.nominal.states[-1].rows].T
        return scores, ranks

    def plot(self, most: int = 30) -> Drawing:
        """Ranks under each scenario, the nominally best units first.

        Args:
            most: so many rows.
        """
        columns = self.columns()
        names = [str(unit) for unit in columns["unit"][:most]]
        wanted = ["rank", *(f"{name}: rank" for name in self.others)]
        ranks = np.array([columns[name][:most] for name in wanted], np.float64).T
        return heat_map(
            "Ranks under each scenario",
            names,
            ["nominal", *self.others],
            ranks,
            "Dark: first; empty: no rank",
        )


def with_choices(spec: Spec, name: str, choices: Mapping[str, Any]) -> Spec:
    """A specification with the choices of a scenario in place of its own.

    Args:
        spec: the nominal specification.
        name: the scenario's name, for messages.
        choices: dotted paths into the specification with their values.

    Raises:
        CeyuanError: a path that does not exist, or a value that does not fit there.
    """
    for path, value in choices.items():
        spec = changed(spec, f"scenario {name!r}", path, value)
    return spec


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
        spec = with_choices(composite.context.spec, name, choices)
        try:
            others[name] = compute(composite.context.with_spec(spec))
        except CeyuanError as error:
            raise CeyuanError(_named(name, problem) for problem in error.problems) from error
    return Scenarios(composite, others)


def _named(name: str, p: Problem) -> Problem:
    return Problem(p.code, f"scenario {name!r}: {p.message}", p.file, p.line, p.hint, p.severity)
