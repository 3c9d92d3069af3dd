"""Which replications an analysis computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Ints
from ceyuan.composite.context import IndexContext
from ceyuan.composite.uncertainty.designs import (
    correlation_of,
    dependent,
    points,
    taken,
    two_samples,
)
from ceyuan.composite.uncertainty.factors import Pool, make_pools
from ceyuan.composite.uncertainty.replay import replayed_picks
from ceyuan.composite.uncertainty.shapley import MOST_FACTORS, ShapleyDesign
from ceyuan.composite.uncertainty.sobol import sobol_rows
from ceyuan.composite.uncertainty.spec import Sensitivity, Uncertainty
from ceyuan.errors import fail

DRIVER_REPLICATIONS = 256
"""Base sample for the factor that moves each unit most, where no sensitivity analysis is asked for."""
FINE = 4096
"""So many quantiles, or more, stand for a distribution in a design of quantiles."""


@dataclass(frozen=True)
class ReplicationPlan:
    """The replications of an analysis.

    Attributes:
        pools: the factors.
        sample: picks of plain replications.
        design: picks of a Sobol design of ``base`` replications a sample.
        base: N.
        bootstrap_rng: the source of bootstrap samples.
        around: picks of the design of Shapley effects.
        shapley: that design, where the effects are asked for.
    """

    pools: tuple[Pool, ...]
    sample: Ints
    design: Ints
    base: int
    bootstrap_rng: np.random.Generator
    around: Ints
    shapley: ShapleyDesign | None = None

    @classmethod
    def make(cls, context: IndexContext, spec: Uncertainty) -> ReplicationPlan:
        """Draw the replications.

        Args:
            context: data and specification.
            spec: its section ``uncertainty``.

        Raises:
            CeyuanError: choices that do not exist, tables of choices that do not fit.
        """
        root = np.random.SeedSequence(spec.seed)
        pool_rng, pick_rng, bootstrap_rng = (
            np.random.default_rng(child) for child in root.spawn(3)
        )
        asked = spec.sensitivity or Sensitivity(
            replications=max(3, min(DRIVER_REPLICATIONS, spec.replications))
        )
        base = asked.replications
        even = spec.design != "random" or asked.shapley > 0 or bool(spec.dependence)
        draws = spec.replications + 2 * base
        pools = make_pools(context, pool_rng, max(draws, FINE) if even else draws, quantiles=even)
        if spec.replay is not None:
            return cls(pools, *_replayed(context, spec, pools), bootstrap_rng, _nothing(pools))
        if even:
            return cls._spread(pools, spec, asked, pick_rng, bootstrap_rng)
        sample = _drawn(pools, pick_rng, spec.replications, 0)
        a = _drawn(pools, pick_rng, base, spec.replications)
        b = _drawn(pools, pick_rng, base, spec.replications + base)
        design = sobol_rows(a, b, second=asked.second_order)
        return cls(pools, sample, design, base, bootstrap_rng, _nothing(pools))

    @classmethod
    def _spread(
        cls,
        pools: tuple[Pool, ...],
        spec: Uncertainty,
        asked: Sensitivity,
        rng: np.random.Generator,
        bootstrap_rng: np.random.Generator,
    ) -> ReplicationPlan:
        """Replications at quantiles of the factors."""
        correlation = correlation_of(spec)
        quantiles = points(spec.design, spec.replications, len(pools), rng)
        if spec.dependence:
            quantiles = dependent(quantiles, correlation)
        a, b = two_samples(spec.design, asked.replications, len(pools), rng)
        design = sobol_rows(taken(pools, a), taken(pools, b), second=asked.second_order)
        sample, base = taken(pools, quantiles), asked.replications
        if not asked.shapley:
            return cls(pools, sample, design, base, bootstrap_rng, _nothing(pools))
        if len(pools) > MOST_FACTORS:
            message = f"Shapley effects of {len(pools)} factors: at most {MOST_FACTORS} go"
            raise fail("composite-spec-invalid", message)
        effects = ShapleyDesign(correlation, asked.shapley, 2 * base)
        around = taken(pools, effects.quantiles(rng))
        return cls(pools, sample, design, base, bootstrap_rng, around, effects)


def _nothing(pools: tuple[Pool, ...]) -> Ints:
    return np.zeros((0, len(pools)), dtype=np.int64)


def _replayed(
    context: IndexContext, spec: Uncertainty, pools: tuple[Pool, ...]
) -> tuple[Ints, Ints, int]:
    """Picks of a table as a plain sample, or as a design, with its N."""
    table = context.tables[spec.replay or ""]
    picks = replayed_picks(table, pools)
    asked = spec.sensitivity
    if asked is None:
        return picks, _nothing(pools), 0
    sets = len(pools) * (2 if asked.second_order else 1) + 2
    if len(picks) != asked.replications * sets:
        message = f"{len(picks)} replications are not {asked.replications} x {sets}, as {len(pools)} factors need"
        raise fail("composite-replay-invalid", message, file=table.source)
    return _nothing(pools), picks, asked.replications


def _drawn(pools: tuple[Pool, ...], rng: np.random.Generator, n: int, start: int) -> Ints:
    """Picks of every factor, independent of each other."""
    return np.column_stack([_picks(pool, rng, n, start) for pool in pools])


def _picks(pool: Pool, rng: np.random.Generator, n: int, start: int) -> Ints:
    """One pick a replication: an alternative by its probability, or the next draw."""
    if pool.probabilities is None:
        return np.arange(start, start + n)
    return rng.choice(len(pool.probabilities), size=n, p=pool.probabilities)
