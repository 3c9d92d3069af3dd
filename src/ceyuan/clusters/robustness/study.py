"""The whole study: all families of scenarios of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.full import count_full
from ceyuan.clusters.ranking import Method, ranks, scores, world_shares
from ceyuan.clusters.robustness.base import Base, Outcome, outcome_of, rule_of, rules_of
from ceyuan.clusters.robustness.scatter import Scattered
from ceyuan.clusters.robustness.scenarios import Resample, blur, bootstrap, combined, sweep
from ceyuan.clusters.robustness.tally import Family, Votes
from ceyuan.clusters.run import ClusterRun
from ceyuan.errors import CeyuanError, Problem

RADIUS_FACTORS = (2 / 3, 0.75, 0.85, 0.95, 1.0, 1.05, 1.15, 1.25, 1.4, 5 / 3)
THRESHOLD_FACTORS = (
    0.25,
    0.35,
    0.45,
    0.55,
    0.65,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
    0.95,
    1.0,
    1.05,
    1.1,
    1.2,
    1.3,
    1.5,
    1.75,
    2.0,
    2.25,
)
CONCENTRATION = 10.0
"""Of the Dirichlet distribution of metric weights, for each metric: weights mostly within a third of equal ones."""


@dataclass(frozen=True)
class StudyPlan:
    """How much to try.

    Attributes:
        replications: bootstrap samples; a quarter as many blurred worlds and samples of blocks, half as many draws of
            everything together, ten times as many draws of metric weights.
        seed: the seed of all draws.
        error_km: standard deviation of the blur.
        radius_factors: radii of the sweep, as multiples of the run's.
        threshold_factors: thresholds of the sweep, as multiples of the run's.
    """

    replications: int = 200
    seed: int = 1
    error_km: float = 1.0
    radius_factors: tuple[float, ...] = RADIUS_FACTORS
    threshold_factors: tuple[float, ...] = THRESHOLD_FACTORS

    def __post_init__(self) -> None:
        """Refuse plans of which no scenario can come.

        Raises:
            CeyuanError: ``cluster-bad-option``.
        """
        factors = (*self.radius_factors, *self.threshold_factors)
        wrong = {
            f"{self.replications} replications are no sample": self.replications < 1,
            f"the seed {self.seed} is negative": self.seed < 0,
            f"an error of {self.error_km:g} km is no distance": not 0 <= self.error_km < np.inf,
            "factors of radius and threshold are positive, one of each at least": not (
                self.radius_factors
                and self.threshold_factors
                and all(0 < f < np.inf for f in factors)
            ),
        }
        if any(wrong.values()):
            raise CeyuanError(Problem("cluster-bad-option", text) for text in wrong if wrong[text])


@dataclass(frozen=True)
class Study:
    """What became of a run's clusters.

    Attributes:
        families: the outcomes by family.
        votes: the votes of the sites over all families but ``weights``.
        plan: what was tried.
    """

    families: dict[str, Family]
    votes: Votes
    plan: StudyPlan


def study(run: ClusterRun, plan: StudyPlan, tell: Callable[[str], None]) -> Study:
    """Try all scenarios.

    Args:
        run: the run.
        plan: how much to try.
        tell: is told what begins.
    """
    base = Base.of(run)
    votes = Votes(run.cluster_of_site, run.n_clusters)
    tell(f"sweep: {len(plan.radius_factors)} radii × {len(plan.threshold_factors)} thresholds …")
    swept = _sweep(run, base, plan, votes)
    tell(f"bootstrap: {plan.replications} samples of the records …")
    sampled = _bootstrap(run, base, plan, votes)
    tell("blur …")
    apart = Scattered.of(run)
    blurred = _blur(apart, plan, votes)
    weighted = weigh_metrics(run, 10 * plan.replications, plan.seed)
    families = [swept, sampled, blurred, weighted]
    if run.points.contributor is not None:
        tell("bootstrap of contributors …")
        families.append(_bootstrap(run, base, plan, votes, blocks=True))
    tell("everything together …")
    families.append(_combined(apart, plan, votes))
    return Study({f.name: f for f in families}, votes, plan)


def _sweep(run: ClusterRun, base: Base, plan: StudyPlan, votes: Votes) -> Family:
    points, options = run.points, run.options
    radii = [options.radius_km * f for f in plan.radius_factors]
    thresholds = {run.weight.threshold(options.min_weight * f): f for f in plan.threshold_factors}
    outcomes, settings = [], []
    ordered, order = base, None
    for found in sweep(
        points.lat, points.lon, run.weight, radii, list(thresholds), options.border, options.threads
    ):
        if found.order is not order:
            ordered, order = base.ordered(found.order), found.order
        outcome = outcome_of(ordered, found.label)
        matched = np.empty_like(outcome.matched)
        matched[found.order] = outcome.matched
        votes.add(matched)
        outcomes.append(replace(outcome, matched=matched[:0]))
        settings.append(
            {
                "radius_km": round(found.radius_km, 6),
                "min_weight": found.threshold / run.weight.unit,
                "clusters": outcome.clusters,
            }
        )
    return Family.of("sweep", base.rules, outcomes, settings, run.n_clusters)


def _bootstrap(
    run: ClusterRun, base: Base, plan: StudyPlan, votes: Votes, *, blocks: bool = False
) -> Family:
    outcomes: list[Outcome] = []
    replications = max(1, plan.replications // 4) if blocks else plan.replications
    for sample in bootstrap(run, replications, plan.seed, blocks=blocks):
        outcome = outcome_of(_sampled(base, sample), sample.label, sample.world)
        votes.add(outcome.matched)
        outcomes.append(replace(outcome, matched=outcome.matched[:0]))
    settings = [{"sample": i, "clusters": o.clusters} for i, o in enumerate(outcomes)]
    name = "blocks" if blocks else "bootstrap"
    return Family.of(name, base.rules, outcomes, settings, run.n_clusters)


def _blur(apart: Scattered, plan: StudyPlan, votes: Votes) -> Family:
    run, base = apart.run, Base.of(apart.run)
    outcomes: list[Outcome] = []
    for label in blur(run, plan.error_km, max(1, plan.replications // 4), plan.seed):
        outcome = outcome_of(base, label)
        votes.add(apart.gathered(outcome.matched, base.weight))
        outcomes.append(replace(outcome, matched=outcome.matched[:0]))
    settings = [{"error_km": plan.error_km, "clusters": o.clusters} for o in outcomes]
    return Family.of("blur", base.rules, outcomes, settings, run.n_clusters)


def _combined(apart: Scattered, plan: StudyPlan, votes: Votes) -> Family:
    run, base = apart.run, Base.of(apart.run)
    outcomes: list[Outcome] = []
    settings = []
    rng = np.random.default_rng([plan.seed, 1_000_004])
    for sample, setting in combined(run, plan, max(1, plan.replications // 2), plan.seed):
        weights = _metric_weights(base.rules, rng, run.options.method)
        outcome = outcome_of(
            _sampled(base, sample), sample.label, sample.world, weights, sample.joined
        )
        votes.add(apart.gathered(outcome.matched, sample.weight))
        outcomes.append(replace(outcome, matched=outcome.matched[:0]))
        settings.append({**setting, "clusters": outcome.clusters})
    return Family.of("combined", base.rules, outcomes, settings, run.n_clusters)


def _sampled(base: Base, sample: Resample) -> Base:
    """The run's sites as they are in a sample."""
    return replace(base, weight=sample.weight, fraction=sample.fraction, times=sample.times)


def _metric_weights(
    rules: Sequence[Method], rng: np.random.Generator, method: str, *shape: int
) -> dict[str, Floats]:
    """Weights of the metrics of each rule, from a Dirichlet distribution; the same ones for a method under full counting."""
    drawn = {
        rule.name: rng.dirichlet([CONCENTRATION] * len(rule.metrics), *shape)
        for rule in rules
        if not rule.full
    }
    return {rule.name: drawn[rule_of(method) if rule.full else rule.name] for rule in rules}


def weigh_metrics(run: ClusterRun, draws: int, seed: int) -> Family:
    """Ranks with metric weights from a Dirichlet distribution around equal weights; clusters stay as they are."""
    rng = np.random.default_rng([seed, 1_000_003])
    rules = rules_of(run.options.method)
    rank = np.empty((draws, len(rules), run.n_clusters))
    weights = _metric_weights(rules, rng, run.options.method, draws)
    full = count_full(run)
    shares = {False: run.shares, True: world_shares(full.clusters, full.world)}
    for r, method in enumerate(rules):
        own = shares[method.full]
        for d in range(draws):
            rank[d, r] = ranks(scores(own, run.counts.kinds, method, weights[method.name][d]))
    exists = np.ones((draws, run.n_clusters), np.int64)
    return Family(
        "weights",
        tuple(rule.name for rule in rules),
        exists,
        rank,
        [{"draw": d, "clusters": run.n_clusters} for d in range(draws)],
    )
