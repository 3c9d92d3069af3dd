"""Composite indices, with all that is needed to put them together again under other choices."""

from __future__ import annotations

from ceyuan.web.models.base import Model, Resource
from ceyuan.wording import Trilingual

Row = tuple[float | None, ...]


class CompositeItem(Model):
    """A composite index."""

    id: str
    """Identifier."""
    name: Trilingual
    """Name."""
    n_units: int
    """Number of places that are compared in its last period."""
    n_indicators: int
    """Number of its indicators."""
    periods: tuple[str, ...]
    """Its periods."""
    simulated: bool
    """Whether any of its scores is made of simulated data."""


class Composites(Resource):
    """The indices of the workspace."""

    items: tuple[CompositeItem, ...]
    """The indices."""


class Node(Model):
    """An indicator of the index, or a group."""

    code: str
    """Its code in the index."""
    name: Trilingual
    """Its name."""
    parent: str | None
    """The group it belongs to; null at the top."""
    level: int
    """Its level, 1 for indicators."""
    weight: float
    """Its weight among its siblings, as used."""
    declared_weight: float
    """Its weight as declared."""
    direction: str
    """Which way is better: higher or lower."""
    indicator: str | None
    """The indicator whose values are taken; null for a group."""
    breakdown: str
    """The part of a breakdown that is taken."""
    denominator: str | None
    """The indicator that its values are divided by."""
    method: str | None
    """For a group: how its members are put together (arithmetic, geometric, harmonic, generalised, copeland)."""
    power: float | None
    """For a generalised mean: its exponent."""
    min_share: float | None
    """For a group: the smallest share of members with a value; below it there is no score."""


class RankInterval(Model):
    """How sure the rank of a place is."""

    place: str
    """The place."""
    median_rank: float | None
    """Median of its ranks over all replications."""
    rank_q5: float | None
    """5 % of the ranks are below."""
    rank_q95: float | None
    """95 % of the ranks are below."""
    p_first: float | None
    """Share of replications in which it is first."""
    p_top10: float | None
    """Share of replications in which it is among the first ten."""
    main_factor: str | None
    """The choice that moves its rank most."""


class ScenarioResult(Model):
    """The index under a named scenario; rows are in the order of the period's `units`."""

    id: str
    """Its key in the declaration."""
    name: Trilingual
    """Its name."""
    scores: Row
    """Scores of the index."""
    ranks: Row
    """Ranks, 1 the best; null where the scenario leaves a place out."""


class PeriodResult(Model):
    """The index in one period; all rows are in the order of `units`."""

    period: str
    """The period."""
    units: tuple[str, ...]
    """The places that are compared, best first."""
    normalised: dict[str, Row]
    """Indicator → normalised values."""
    stages: dict[str, dict[str, Row]]
    """Indicator → step (`raw` first) → values."""
    scores: dict[str, Row]
    """Group → scores; the top is the index itself."""
    ranks: dict[str, Row]
    """Code → ranks, 1 the best."""
    statuses: dict[str, tuple[str, ...]]
    """Code → computed, estimated or simulated."""
    figures: dict[str, tuple[str | None, ...]]
    """Indicator → keys of the figures that the values were taken from."""
    denominators: dict[str, tuple[str | None, ...]]
    """Indicator → keys of the figures that the values were divided by, where they were."""
    texts: dict[str, tuple[Trilingual | None, ...]]
    """Indicator → the values of `figures` as each language writes them."""
    denominator_texts: dict[str, tuple[Trilingual | None, ...]]
    """Indicator → the values of `denominators` as each language writes them."""
    intervals: tuple[RankInterval, ...]
    """How sure the ranks are; empty where uncertainty was not asked for."""
    scenarios: tuple[ScenarioResult, ...]
    """What becomes of the index under named other choices, in the order of the declaration."""
    left_out: dict[str, tuple[str, ...]]
    """Places that are not compared → codes that they lack."""


class Sensitivity(Model):
    """How much a choice matters for a result."""

    target: str
    """The result: the mean shift of ranks, the rank of a place …"""
    factor: str
    """The choice."""
    first: float | None
    """First-order Sobol index: the share of the variance that the choice explains alone."""
    first_q5: float | None
    """Lower end of its interval."""
    first_q95: float | None
    """Upper end of its interval."""
    total: float | None
    """Total Sobol index: with all interactions."""
    total_q5: float | None
    """Lower end of its interval."""
    total_q95: float | None
    """Upper end of its interval."""
    used: float | None
    """Share of replications that could be used."""
    effect: str | None
    """What the choice does, in words."""


class Pair(Model):
    """How often one place is above another."""

    unit: str
    """The place."""
    other: str
    """The other one."""
    p_above: float | None
    """Share of replications in which it is above."""


class CompositePage(Resource):
    """An index with everything that it was made of."""

    id: str
    """Identifier."""
    name: Trilingual
    """Name."""
    description: Trilingual
    """What it measures, and what it does not."""
    note: Trilingual | None
    """Anything a reader must know."""
    definition: str
    """``file:line`` of the declaration."""
    version: str
    """Version of the declaration."""
    top: str
    """Code of the index itself."""
    normalisation: str
    """How values are brought onto one scale."""
    missing: str
    """What is done with a place that lacks a value: keep, leave_out or refuse."""
    structure: tuple[Node, ...]
    """The tree, in the order of the declaration."""
    units: dict[str, Trilingual]
    """Names of all places."""
    periods: tuple[PeriodResult, ...]
    """The results, oldest period first."""
    replications: int | None
    """Number of replications behind the intervals; null where uncertainty was not asked for."""
    factors: tuple[str, ...]
    """The choices that were varied."""
    names: dict[str, Trilingual]
    """Names of choices that the declaration names."""
    sensitivity: tuple[Sensitivity, ...]
    """Sobol indices."""
    pairs: tuple[Pair, ...]
    """How often one place is above another."""
