"""Runs an uncertainty and sensitivity analysis from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats, Ints, mean
from ceyuan.composite.result import Composite
from ceyuan.composite.uncertainty.engine import MIB, ScoreEngine
from ceyuan.composite.uncertainty.plan import ReplicationPlan
from ceyuan.composite.uncertainty.shapley import ShapleyEffects, shapley_effects
from ceyuan.composite.uncertainty.sobol import Indices, second_order, sobol_indices, total_effects
from ceyuan.composite.uncertainty.spec import Sensitivity, Target, Uncertainty
from ceyuan.composite.uncertainty.summary import (
    RankSummary,
    replication_ranks,
    share_above,
    summarise,
)
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.figures.charts import rank_ranges
from ceyuan.figures.drawing import Drawing
from ceyuan.frames import Framed

NO_EFFECT = 1e-12
"""A factor whose largest change of any score, relative to the largest score, stays below this changes nothing."""
MIN_COMPLETE = 3
"""Sets of replications without a missing value that Sobol indices need at least."""


@dataclass(frozen=True)
class VarianceShares:
    """Sobol indices of one target.

    Attributes:
        target: what is explained.
        indices: its indices, in the order of the factors; all missing where factors depend on each other.
        used: how many sets of replications they are from: all, but for those with a missing value.
        second: second-order indices of all pairs of factors, (0, 1), (0, 2), ..., and their intervals, where asked for.
        shapley: Shapley effects, where asked for.
    """

    target: Target
    indices: Indices
    used: int
    second: tuple[Floats, Floats] | None = None
    shapley: ShapleyEffects | None = None


@dataclass(frozen=True, repr=False)
class UncertaintyResult(Framed):
    """An uncertainty run.

    Attributes:
        composite: the nominal index.
        code: whose scores and ranks these are.
        factors: names of the factors.
        picks: replications x factors: what each replication picked.
        labels: names of the picks of each factor; empty where draws have no names.
        scores: replications x rows.
        ranks: replications x rows.
        nominal_scores: rows.
        nominal_ranks: rows.
        summary: ranks of the units over the replications.
        drivers: the factor that moves each row's rank most; None where none does or no design can say so.
        pairs: P(A above B) of the pairs asked about, in the last period.
        sensitivity: Sobol indices by target.
        dead: factors that change nothing.
        warnings: those factors, in words.
    """

    composite: Composite
    code: str
    factors: tuple[str, ...]
    picks: Ints
    labels: tuple[tuple[str, ...], ...]
    scores: Floats
    ranks: Floats
    nominal_scores: Floats
    nominal_ranks: Floats
    summary: RankSummary
    drivers: tuple[str | None, ...]
    pairs: tuple[tuple[str, str, float], ...]
    sensitivity: tuple[VarianceShares, ...]
    dead: tuple[str, ...]
    warnings: tuple[Problem, ...]

    def __repr__(self) -> str:
        return f"UncertaintyResult({self.code}: {len(self.scores):,} replications, {len(self.factors)} factors)"

    def columns(self) -> dict[str, list[Any]]:
        """Units with nominal rank, median and 5-95 % of ranks, P(first), and the factor that moves them most."""
        inputs, found = self.composite.context.inputs, self.summary
        order = np.lexsort(
            (np.arange(len(inputs.units)), np.nan_to_num(self.nominal_ranks, nan=np.inf))
        )
        period = {"period": [inputs.periods[i] for i in order]} if inputs.is_panel else {}
        return {
            "unit": [inputs.units[i] for i in order],
            **period,
            "rank": self.nominal_ranks[order].tolist(),
            "rank_q5": found.low[order].tolist(),
            "median_rank": found.median[order].tolist(),
            "rank_q95": found.high[order].tolist(),
            "p_first": found.first[order].tolist(),
            "main_factor": [self.drivers[i] for i in order],
        }

    def plot(self, most: int = 40) -> Drawing:
        """Intervals of ranks with their medians, the nominally best units first, in the last period.

        Args:
            most: so many units.
        """
        periods = np.array(self.composite.context.inputs.periods)
        last = np.flatnonzero((periods == periods.max()) & ~np.isnan(self.nominal_ranks))
        best = last[np.argsort(self.nominal_ranks[last], kind="stable")[:most]]
        found, note = self.summary, f"Median and 5–95 % of {len(self.scores):,} replications"
        names = [
            f"{self.nominal_ranks[i]:g} {self.composite.context.inputs.units[i]}" for i in best
        ]
        return rank_ranges(
            f"Ranks of {self.code}",
            names,
            found.low[best],
            found.median[best],
            found.high[best],
            note,
        )


def assess(
    composite: Composite, progress: Callable[[int, int], None] | None = None
) -> UncertaintyResult:
    """Says how much of an index's ranking is method.

    Args:
        composite: a computed index whose specification has a section ``uncertainty``.
        progress: told, every now and then, how many of how many different replications are done.

    Returns:
        The run; the same for the same seed.

    Raises:
        CeyuanError: factors that do not exist or, if they are to be refused, change nothing; combinations of choices
            that cannot be computed.
    """
    spec = composite.context.spec.uncertainty
    if spec is None:
        raise fail("composite-factor-unknown", "the specification has no section 'uncertainty'")
    code = spec.code or composite.top
    composite.rank(code)  # so that an unknown code is reported before any work
    _check_targets(composite, spec)
    plan = ReplicationPlan.make(composite.context, spec)
    skip = spec.failures == "missing"
    engine = ScoreEngine(composite.context, plan.pools, code, spec.memory_mib * MIB, skip, progress)
    scores = engine.scores(np.concatenate([plan.sample, plan.design, plan.around]))
    nominal = _spread(composite, composite.column(code))
    inputs = composite.context.inputs
    placed = replication_ranks(inputs, np.concatenate([nominal[None], scores]))
    own = len(plan.sample)
    run = _Run(composite, spec, plan, scores[own:], placed[1 + own :], nominal, placed[0])
    dead = run.dead()
    warnings = tuple(_dead_problem(name, spec) for name in dead)
    if warnings and spec.dead_factors == "refuse":
        raise CeyuanError(warnings)
    shown = slice(None, own) if own else slice(None, 2 * plan.base)
    reported = (scores[shown], placed[1:][shown])
    return UncertaintyResult(
        composite,
        code,
        tuple(pool.name for pool in plan.pools),
        (plan.sample if own else plan.design)[shown],
        tuple(pool.labels for pool in plan.pools),
        *reported,
        nominal,
        placed[0],
        summarise(reported[1]),
        run.drivers(),
        tuple((a, b, run.above(reported[1], a, b)) for a, b in spec.above),
        run.explained(plan.bootstrap_rng),
        dead,
        warnings,
    )


@dataclass(frozen=True)
class _Run:
    """The outputs of the Sobol design and what they say."""

    composite: Composite
    spec: Uncertainty
    plan: ReplicationPlan
    scores: Floats
    ranks: Floats
    nominal_scores: Floats
    nominal_ranks: Floats

    @property
    def first_rows(self) -> slice:
        """The rows of the design that first-order and total indices need."""
        return slice(0, self.plan.base * (len(self.plan.pools) + 2))

    def dead(self) -> tuple[str, ...]:
        """Factors without any effect on any score."""
        scores = self.scores[self.first_rows]
        if not len(scores):
            return ()
        largest = float(np.nanmax(np.abs(scores), initial=0.0))
        a = scores[: self.plan.base]
        mixed = scores[2 * self.plan.base :].reshape(len(self.plan.pools), *a.shape)
        same = np.isclose(mixed, a, rtol=0, atol=NO_EFFECT * largest, equal_nan=True)
        return tuple(pool.name for i, pool in enumerate(self.plan.pools) if same[i].all())

    def drivers(self) -> tuple[str | None, ...]:
        """The factor with the largest total effect on each row's rank."""
        rows = len(self.nominal_scores)
        if not len(self.ranks) or self.spec.dependence:
            return (None,) * rows
        effects = total_effects(self.ranks[self.first_rows], len(self.plan.pools))
        best = effects.argmax(axis=0)
        return tuple(
            self.plan.pools[best[row]].name if effects[best[row], row] > 0 else None
            for row in range(rows)
        )

    def explained(self, rng: np.random.Generator) -> tuple[VarianceShares, ...]:
        """Sobol indices of each target."""
        if not len(self.scores):
            return ()
        asked = self.spec.sensitivity or Sensitivity(replications=max(3, self.plan.base))
        return tuple(self._one(target, asked, rng) for target in asked.targets)

    def _one(self, target: Target, asked: Sensitivity, rng: np.random.Generator) -> VarianceShares:
        every, factors = self._output(target), len(self.plan.pools)
        shapley = self._shapley(every[len(self.plan.design) :], asked, rng)
        if self.spec.dependence:
            nothing = np.full((factors, 2), np.nan)
            return VarianceShares(
                target,
                Indices(nothing[:, 0], nothing[:, 0], nothing, nothing, np.nan),
                0,
                None,
                shapley,
            )
        output = every[: len(self.plan.design)]
        complete = ~np.isnan(output.reshape(-1, self.plan.base)).any(axis=0)
        if complete.sum() < MIN_COMPLETE:
            message = f"{target.label}: only {int(complete.sum())} of {self.plan.base} sets of replications have values"
            raise fail("composite-analysis-impossible", message)
        usable = output.reshape(-1, self.plan.base)[:, complete]
        first = usable[: factors + 2].ravel()
        found = sobol_indices(
            first, factors, centred=asked.centred, bootstrap=asked.bootstrap, rng=rng
        )
        second = (
            second_order(usable.ravel(), factors, asked.bootstrap, rng)
            if asked.second_order
            else None
        )
        return VarianceShares(target, found, int(complete.sum()), second, shapley)

    def _shapley(
        self, output: Floats, asked: Sensitivity, rng: np.random.Generator
    ) -> ShapleyEffects | None:
        if self.plan.shapley is None:
            return None
        return shapley_effects(self.plan.shapley, output, asked.bootstrap, rng)

    def _output(self, target: Target) -> Floats:
        if target.rank is not None:
            return self.ranks[:, self._row(target.rank)]
        if target.score is not None:
            return self.scores[:, self._row(target.score)]
        if target.above is not None:
            one, other = (self._row(unit) for unit in target.above)
            return (self.ranks[:, one] < self.ranks[:, other]).astype(np.float64)
        return mean(np.abs(self.ranks - self.nominal_ranks), axis=1)[:, 0]

    def above(self, placed: Floats, one: str, other: str) -> float:
        """P(one above other)."""
        return float(
            share_above(placed, np.array([self._row(one)]), np.array([self._row(other)]))[0]
        )

    def _row(self, unit: str) -> int:
        return int(self.composite.states[-1].rows[self.composite.row(unit)])


def _spread(composite: Composite, column: Floats) -> Floats:
    """Scores of the rows that screening left, at their places among all rows."""
    result = np.full(len(composite.context.inputs.units), np.nan)
    result[composite.states[-1].rows] = column
    return result


def _check_targets(composite: Composite, spec: Uncertainty) -> None:
    targets = spec.sensitivity.targets if spec.sensitivity else ()
    named = [unit for pair in spec.above for unit in pair]
    for target in targets:
        named += [
            unit for unit in (target.rank, target.score, *(target.above or ())) if unit is not None
        ]
    missing = [unit for unit in dict.fromkeys(named) if unit not in composite.units]
    if missing:
        key = "composite-unknown-code"
        raise CeyuanError(
            Problem(
                key,
                f"uncertainty: there is no unit {unit!r}",
                hint=did_you_mean(unit, composite.units),
            )
            for unit in missing
        )


def _dead_problem(name: str, spec: Uncertainty) -> Problem:
    message = f"factor {name!r} changes nothing: no score differs, whatever its value"
    severity = "error" if spec.dead_factors == "refuse" else "warning"
    return Problem("composite-factor-dead", message, severity=severity)  # type: ignore[arg-type]
