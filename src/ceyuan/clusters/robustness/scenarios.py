"""The scenarios: other radii and thresholds, other samples of records, blurred places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ceyuan.clusters.amounts import Amounts
from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.counting import count_all, count_shares, row_weights, site_weights
from ceyuan.clusters.edges import near_edges
from ceyuan.clusters.fit import Fit
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, to_degrees, unit_vectors
from ceyuan.clusters.kernel.index import Border, Index
from ceyuan.clusters.kernel.number import Numbering, label_cells
from ceyuan.clusters.merge import merge
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import ClusterRun

REUSE = 1.45
"""An index serves radii up to this many times the one that it was built for; beyond, its cells are too small."""


class Factors(Protocol):
    """What is varied together.

    Attributes:
        radius_factors: what the radius is multiplied by.
        threshold_factors: what the threshold is multiplied by.
        error_km: standard deviation of the move of places to the east and to the north, where the points do not tell.
    """

    @property
    def radius_factors(self) -> Sequence[float]: ...  # noqa: D102
    @property
    def threshold_factors(self) -> Sequence[float]: ...  # noqa: D102
    @property
    def error_km(self) -> float: ...  # noqa: D102


@dataclass(frozen=True)
class Combination:
    """A combination of a sweep.

    Attributes:
        radius_km: the radius.
        threshold: the threshold in units.
        order: the order of ``label``: original index of each site.
        label: label of each site in that order, −1 for noise.
    """

    radius_km: float
    threshold: int
    order: Labels
    label: Labels


def sweep(
    lat: Floats,
    lon: Floats,
    weight: Amounts,
    radii_km: Sequence[float],
    thresholds: Sequence[int],
    border: Border = "nearest",
    threads: int | None = None,
) -> Iterator[Combination]:
    """DBSCAN for every combination of radius and threshold, doing common work once.

    An index serves several radii. For each radius one pass finds how many thresholds each site reaches, and clusters
    grow from the highest threshold to the lowest: core points are only ever added.

    Args:
        lat: latitudes of distinct sites in degrees.
        lon: their longitudes.
        weight: their weights.
        radii_km: the radii.
        thresholds: the thresholds in units.
        border: the rule for border points.
        threads: threads to use, None for all.
    """
    steps = sorted(set(thresholds))
    index: Index | None = None
    built = 0.0
    for radius in sorted(set(radii_km)):
        if index is None or radius > REUSE * built:
            index, built = Index.build(lat, lon, weight, radius, threads), radius
        aim = index.aim(radius)
        level = index.levels(aim, steps)
        peak = index.peaks(level)
        low, high, around = index.extremes(aim, level, peak)
        numbering: Numbering = "weight" if border == "nearest" else "first"
        parent = np.arange(index.cells.row.size)
        for at in range(len(steps), 0, -1):
            fresh = (low <= at) & (high >= at)  # other cells gain no core points here
            index.join(aim, level, peak, at, fresh, parent)
            of_cell = label_cells(index, level, low, high, at, parent, numbering)
            label = index.assign(aim, level, peak, low, high, around, at, of_cell, border)
            yield Combination(radius, steps[at - 1], index.order, label)


@dataclass(frozen=True)
class Resample:
    """A bootstrap sample.

    Attributes:
        label: label of each site.
        weight: weight of each site in the sample.
        fraction: fractional counts of each site by kind.
        world: all records by kind.
        times: how often each record is in the sample.
        joined: which cluster each label is part of, where joins were decided anew.
    """

    label: Labels
    weight: Floats
    fraction: Floats
    world: Floats
    times: Ints
    joined: Labels | None = None


def bootstrap(
    run: ClusterRun, replications: int, seed: int, *, blocks: bool = False
) -> Iterator[Resample]:
    """Samples of the records with replacement: each record counts Poisson(1) times (Hanley, MacGibbon 2006).

    Records, not rows, are drawn: the contributors of a record stay together. The threshold stays as it is.

    Args:
        run: the run.
        replications: how many samples.
        seed: the seed; a sample depends on it and on the order of the records in the input.
        blocks: draw contributors (applicants, institutions) with all records of which they are the first, for records of
            one of them do not come about independently.
    """
    points, options = run.points, run.options
    index = Index.build(points.lat, points.lon, run.weight, options.radius_km, options.threads)
    aim = index.aim(options.radius_km)
    weights, each = row_weights(points), np.arange(points.lat.size, dtype=np.int32)
    threshold = run.weight.threshold(options.min_weight)
    for number in range(replications):
        times = draw_times(points, np.random.default_rng([seed, number]), blocks=blocks)
        weight = site_weights(points, weights, options.threads, times)
        label, _ = index.weighted(weight).fit(
            aim, threshold, options.border, present=weight.nonzero()
        )
        counts = count_shares(points, each, run.parts, options.threads, times)
        yield Resample(label, weight.floats(), counts.clusters, counts.world, times)


def draw_times(points: PointTable, rng: np.random.Generator, *, blocks: bool) -> Ints:
    """How often each record counts in a sample: Poisson(1), with ``blocks`` the same for all of one first contributor."""
    if not blocks or points.contributor is None:
        return rng.poisson(1.0, points.n_records)
    first = points.contributor[points.start[:-1]]
    # a record without one is a block of its own
    alone = len(points.contributors) + np.arange(first.size)
    return rng.poisson(1.0, len(points.contributors) + first.size)[
        np.where(first >= 0, first, alone)
    ]


def combined(
    run: ClusterRun, plan: Factors, replications: int, seed: int
) -> Iterator[tuple[Resample, dict[str, float]]]:
    """Everything at once: in each draw other records, other places, another radius, another threshold, and joins decided anew.

    Args:
        run: the run.
        plan: what the radius and the threshold are multiplied by, and how far places are moved.
        replications: how many draws.
        seed: the seed.

    Yields:
        The sample, and its radius and threshold.
    """
    points, options = run.points, run.options
    weights, each = row_weights(points), np.arange(points.lat.size, dtype=np.int32)
    order, error = np.lexsort((points.lon, points.lat)), site_errors(points, plan.error_km)
    for number in range(replications):
        rng = np.random.default_rng([seed, number, 2])
        radius = options.radius_km * float(rng.choice(plan.radius_factors))
        least = options.min_weight * float(rng.choice(plan.threshold_factors))
        moves = np.empty((order.size, 2))
        moves[order] = rng.normal(0.0, 1.0, moves.shape)
        moves *= error[:, np.newaxis]
        times = draw_times(points, rng, blocks=False)
        weight = site_weights(points, weights, options.threads, times)
        index = Index.build(*moved(points.lat, points.lon, moves), weight, radius, options.threads)
        present = weight.nonzero()
        aim = index.aim(radius)
        label, core = index.fit(aim, weight.threshold(least), options.border, present=present)
        counts = count_shares(points, each, run.parts, options.threads, times)
        joined = _joined(run, Fit(index.lat, index.lon, label, core, index, aim), times)
        yield (
            Resample(label, weight.floats(), counts.clusters, counts.world, times, joined),
            {"radius_km": radius, "min_weight": least},
        )


def _joined(run: ClusterRun, fit: Fit, times: Ints) -> Labels:
    """The cluster of each label of a draw, by the run's rule on the draw's own ties and edges."""
    rule = run.options.merge
    labels = int(fit.labels.max(initial=-1)) + 1
    if rule.name == "none":
        return np.arange(labels, dtype=np.int32)
    _, ties = count_all(run.points, fit.labels, run.parts, run.options.threads, times=times)
    return merge(labels, near_edges(fit, rule.km), ties, rule)


def blur(run: ClusterRun, error_km: float, replications: int, seed: int) -> Iterator[Labels]:
    """Labels of the sites when every place is moved at random.

    Args:
        run: the run.
        error_km: standard deviation of the move to the east and to the north, for places whose precision is not known.
        replications: how many times.
        seed: the seed; places are moved in the order of their coordinates, so the order of rows does not matter.
    """
    lat, lon, options = run.points.lat, run.points.lon, run.options
    threshold = run.weight.threshold(options.min_weight)
    order, error = np.lexsort((lon, lat)), site_errors(run.points, error_km)
    for number in range(replications):
        moves = np.empty((lat.size, 2))
        moves[order] = np.random.default_rng([seed, number]).normal(0.0, 1.0, (lat.size, 2))
        moves *= error[:, np.newaxis]
        a, o = moved(lat, lon, moves)
        index = Index.build(a, o, run.weight, options.radius_km, options.threads)
        yield index.fit(index.aim(options.radius_km), threshold, options.border)[0]


def site_errors(points: PointTable, error_km: float) -> Floats:
    """How far each site is off, in radians: by the class of precision of its rows, else by the one distance for all."""
    if points.error_km is None:
        return np.full(points.lat.size, error_km / EARTH_RADIUS_KM)
    return np.where(np.isnan(points.error_km), error_km, points.error_km) / EARTH_RADIUS_KM


def moved(lat: Floats, lon: Floats, moves: Floats) -> tuple[Floats, Floats]:
    """Positions in degrees after moves to the east and north, in radians along the tangent plane; shape (n, 2)."""
    a, o = np.radians(lat), np.radians(lon)
    east = np.stack([-np.sin(o), np.cos(o), np.zeros(o.size)], axis=-1)
    north = np.stack([-np.sin(a) * np.cos(o), -np.sin(a) * np.sin(o), np.cos(a)], axis=-1)
    return to_degrees(unit_vectors(lat, lon) + moves[:, :1] * east + moves[:, 1:] * north)
