"""A computed index: every stage kept, so that each score can be taken apart down to raw values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats, ranks
from ceyuan.composite.context import IndexContext
from ceyuan.composite.steps import State
from ceyuan.errors import Problem, did_you_mean, fail
from ceyuan.figures.charts import bars
from ceyuan.figures.drawing import Drawing
from ceyuan.frames import Framed


@dataclass(frozen=True)
class Part:
    """One member's part in a score.

    Attributes:
        code: the member.
        value: its value or score.
        share: its share of the weight among the members that have a value (0 where it has none).
        contribution: what it adds to the group's score, where the mean is arithmetic; NaN otherwise.
        stages: for an indicator, its value at each stage from ``raw`` to ``normalised``.
        parts: for a group, its own members' parts.
    """

    code: str
    value: float
    share: float
    contribution: float
    stages: Mapping[str, float]
    parts: tuple[Part, ...]


def member_shares(values: Floats, weights: Floats) -> Floats:
    """Shares of the weight among the members that have a value (along the last axis), 0 for the others."""
    own = np.where(np.isnan(values), 0.0, weights)
    total = own.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(own, total, out=np.zeros_like(own), where=total != 0))


@dataclass(frozen=True, repr=False)
class Composite(Framed):
    """A computed index.

    Attributes:
        context: what it was computed from.
        states: values after each step, from ``raw`` to ``normalised``.
        weights: weights of all codes, as used.
        scores: rows x codes: normalised indicators and scores of groups.
        warnings: what the user should know although the index could be computed.
    """

    context: IndexContext
    states: tuple[State, ...]
    weights: Floats
    scores: Floats
    warnings: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        inputs = self.context.inputs
        return f"Composite({self.top}: {len(self.units)} units, {len(inputs.structure.indicators)} indicators)"

    def columns(self) -> dict[str, list[Any]]:
        """Units with their rank and score, then the scores of all groups and normalised indicators, the best first."""
        order = np.lexsort(
            (np.arange(len(self.units)), np.nan_to_num(self.rank(self.top), nan=np.inf))
        )
        found: dict[str, list[Any]] = {"unit": [self.units[i] for i in order]}
        if self.context.inputs.is_panel:
            found["period"] = [self.periods[i] for i in order]
        found["rank"] = [
            None if np.isnan(r) else int(r) for r in self.rank(self.top)[order].tolist()
        ]
        codes = [
            node.code
            for node in sorted(self.context.inputs.structure.nodes, key=lambda node: -node.level)
        ]
        return found | {code: self.column(code)[order].tolist() for code in codes}

    def plot(self, most: int = 30) -> Drawing:
        """The best scores of the index as bars, in the last period.

        Args:
            most: so many units.
        """
        last = np.flatnonzero(np.array(self.periods) == max(self.periods))
        score = self.column(self.top)[last]
        best = last[np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")[:most]]
        note = (
            f"{len(last)} units" if len(last) <= most else f"the first {most} of {len(last)} units"
        )
        return bars(
            f"Scores of {self.top}",
            [self.units[i] for i in best],
            self.column(self.top)[best],
            note,
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The columns of :attr:`scores`."""
        return self.context.inputs.structure.codes

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The unit of each row of :attr:`scores`."""
        return tuple(self.context.inputs.units[row] for row in self.states[-1].rows)

    @cached_property
    def periods(self) -> tuple[float, ...]:
        """The period of each row of :attr:`scores`."""
        return tuple(self.context.inputs.periods[row] for row in self.states[-1].rows)

    @property
    def top(self) -> str:
        """The code of the index itself."""
        return self.context.inputs.structure.tops[0]

    @cached_property
    def ranks(self) -> Floats:
        """Competition ranks of :attr:`scores`, 1 the best, within each period; equal scores share one."""
        result = np.full_like(self.scores, np.nan)
        for block in self.context.inputs.blocks(self.states[-1].rows):
            result[block] = ranks(self.scores[block], descending=True)
        return result

    def column(self, code: str) -> Floats:
        """Scores of a code.

        Raises:
            CeyuanError: ``composite-unknown-code``.
        """
        return self.scores[:, self._position(code)]

    def rank(self, code: str) -> Floats:
        """Ranks of a code.

        Raises:
            CeyuanError: ``composite-unknown-code``.
        """
        return self.ranks[:, self._position(code)]

    def stage(self, name: str) -> State:
        """Values after a step (``raw``, ``denominated`` ... ``normalised``).

        Raises:
            CeyuanError: ``composite-unknown-code`` where the specification has no such step.
        """
        names = [state.name for state in self.states]
        if name not in names:
            raise fail(
                "composite-unknown-code",
                f"there is no stage {name!r}",
                hint=did_you_mean(name, names),
            )
        return self.states[names.index(name)]

    def _position(self, code: str) -> int:
        positions = self.context.inputs.structure.position
        if code not in positions:
            raise fail(
                "composite-unknown-code",
                f"there is no code {code!r}",
                hint=did_you_mean(code, positions),
            )
        return positions[code]

    def row(self, unit: str, period: float | None = None) -> int:
        """The row of a unit, in a period (the last one where None).

        Raises:
            CeyuanError: ``composite-unknown-code``.
        """
        rows = [
            i
            for i, own in enumerate(self.units)
            if own == unit and period in (None, self.periods[i])
        ]
        if not rows:
            what = unit if period is None else f"{unit} in {period:g}"
            raise fail(
                "composite-unknown-code",
                f"there is no unit {what!r}",
                hint=did_you_mean(unit, self.units),
            )
        return max(rows, key=lambda i: self.periods[i])

    def explain(self, unit: str, code: str | None = None, period: float | None = None) -> Part:
        """Takes a unit's score apart, down to the raw values.

        Args:
            unit: the unit.
            code: the score; the top of the index where None.
            period: the period; the last one where None.

        Raises:
            CeyuanError: ``composite-unknown-code``.
        """
        code = code or self.top
        self._position(code)
        return self._part(self.row(unit, period), code, 1.0, float("nan"))

    def _part(self, row: int, code: str, share: float, contribution: float) -> Part:
        structure = self.context.inputs.structure
        value = float(self.scores[row, structure.position[code]])
        if code not in structure.members:
            return Part(
                code, value, share, contribution, self._stages(row, structure.position[code]), ()
            )
        members = structure.members[code]
        positions = [structure.position[member] for member in members]
        own = self.scores[row, positions]
        shares = member_shares(own, self.weights[positions])
        additive = self.context.rule(code).method == "arithmetic"
        adds = shares * np.nan_to_num(own) if additive else np.full(len(own), np.nan)
        parts = (
            self._part(row, m, float(s), float(a))
            for m, s, a in zip(members, shares, adds, strict=True)
        )
        return Part(code, value, share, contribution, {}, tuple(parts))

    def _stages(self, row: int, column: int) -> dict[str, float]:
        at = self.states[-1].rows[row]
        found = {}
        for state in self.states:
            found[state.name] = float(state.values[np.flatnonzero(state.rows == at)[0], column])
        return found
