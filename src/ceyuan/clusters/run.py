"""From points to ranked clusters: the whole way, step by step, each step timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ceyuan.clusters.amounts import Amounts
from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.counting import (
    Counts,
    RowAmounts,
    count_all,
    row_parts,
    row_weights,
    site_weights,
)
from ceyuan.clusters.dbscan import MIN_WEIGHT, RADIUS_KM, Border, check_options
from ceyuan.clusters.edges import Edges, near_edges
from ceyuan.clusters.fit import Fit, fit_sites
from ceyuan.clusters.merge import MergeRule, merge
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.ranking import Method, check_method, method_of, ranks, scores, world_shares
from ceyuan.clusters.ties import Ties
from ceyuan.figures.drawing import Drawing
from ceyuan.frames import Framed

if TYPE_CHECKING:
    from ceyuan.clusters.describe import Described


def _silent(_: str) -> None:
    """No progress shown."""


@dataclass(frozen=True)
class Options:
    """Choices of a run.

    Attributes:
        radius_km: the radius of DBSCAN.
        min_weight: its threshold.
        method: name of the ranking method.
        border: the rule for border points.
        merge: the rule for joining neighbours.
        near_km: pairs of clusters with edges at most this far apart are reported; at least the merge rule's distance.
        threads: threads to use, None for all.
    """

    radius_km: float = RADIUS_KM
    min_weight: float = MIN_WEIGHT
    method: str = "gii2025"
    border: Border = "nearest"
    merge: MergeRule = field(default_factory=MergeRule)
    near_km: float = RADIUS_KM
    threads: int | None = None


@dataclass(frozen=True, repr=False)
class ClusterRun(Framed):
    """Ranked clusters and all that they were made of.

    ``frame()`` gives the clusters as a table, named by the shipped gazetteer; :func:`ceyuan.clusters.describe.describe` does so
    with another one.

    Attributes:
        options: the choices.
        points: the rows.
        weight: weight of each site.
        parts: what each row counts.
        fit: DBSCAN's labels of the sites.
        edges: distances between the edges of near labels.
        ties: ties between labels.
        cluster_of_label: which ranked cluster each label is part of.
        counts: fractional counts of the clusters, best rank first.
        score: their scores.
        rank: their ranks from 1.
        timings: seconds of each step.
    """

    options: Options
    points: PointTable
    weight: Amounts
    parts: RowAmounts
    fit: Fit
    edges: Edges
    ties: Ties
    cluster_of_label: Labels
    counts: Counts
    score: Floats
    rank: Ints
    timings: dict[str, float]

    def __repr__(self) -> str:
        rows, places = self.points.n_rows, self.points.lat.size
        return f"ClusterRun({self.n_clusters:,} clusters of {rows:,} rows at {places:,} places, {self.options.method})"

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """The columns of ``clusters.csv``, best rank first."""
        return self._described.columns()

    def _repr_html_(self) -> str:
        return self._described._repr_html_().replace(repr(self._described), repr(self), 1)

    @cached_property
    def _described(self) -> Described:
        from ceyuan.clusters.cities import shipped_cities  # a second or two, only where wanted  # noqa: PLC0415
        from ceyuan.clusters.describe import describe  # it stands on this module  # noqa: PLC0415

        return describe(self, shipped_cities())

    def plot(self) -> Drawing:
        """Outlines of the clusters over the places of all points."""
        from ceyuan.clusters.report import cluster_map  # it stands on this module  # noqa: PLC0415

        return cluster_map(self, self._described)

    @property
    def n_clusters(self) -> int:
        """How many ranked clusters there are."""
        return int(self.rank.size)

    @property
    def shares(self) -> Floats:
        """Each cluster's share of the world's records, shape (clusters, kinds)."""
        return world_shares(self.counts.clusters, self.counts.world)

    @property
    def cluster_of_site(self) -> Labels:
        """The ranked cluster of each site, −1 for noise."""
        return np.append(self.cluster_of_label, np.int32(-1))[self.fit.labels]

    def rank_under(self, method: Method) -> Ints:
        """The clusters' ranks under another method."""
        return ranks(scores(self.shares, self.counts.kinds, method))


class Clock:
    """Times steps by name."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = tell

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside, and say that it begins."""
        self._tell(name)
        begin = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begin


def find_clusters(
    points: PointTable, options: Options | None = None, tell: Callable[[str], None] = _silent
) -> ClusterRun:
    """Find, join and rank clusters.

    Args:
        points: the rows, from :func:`ceyuan.clusters.points.read.read_points`.
        options: the choices.
        tell: is told the name of each step as it begins.

    Raises:
        CeyuanError: ``cluster-bad-option``, ``cluster-bad-weight`` or ``cluster-unknown-method``.
    """
    chosen = options or Options()
    check_options(chosen.radius_km, chosen.min_weight, chosen.border)
    method = method_of(chosen.method)
    clock, threads = Clock(tell), chosen.threads
    with clock.step("weigh"):
        weight = site_weights(points, row_weights(points), threads)
        parts = row_parts(points)
    threshold = weight.threshold(chosen.min_weight)
    with clock.step("cluster"):
        fit = fit_sites(
            points.lat,
            points.lon,
            weight,
            chosen.radius_km,
            threshold,
            chosen.border,
            threads=threads,
        )
    with clock.step("count"):
        of_labels, ties = count_all(points, fit.labels, parts, threads)
        check_method(method, points.kinds, of_labels.world)
    with clock.step("edges"):
        edges = near_edges(fit, max(chosen.near_km, chosen.merge.km))
    with clock.step("rank"):
        group = merge(int(fit.labels.max(initial=-1)) + 1, edges, ties, chosen.merge)
        cluster_of_label, counts, score = _ranked(group, of_labels, method)
    return ClusterRun(
        chosen,
        points,
        weight,
        parts,
        fit,
        edges,
        ties,
        cluster_of_label,
        counts,
        score,
        ranks(score),
        clock.seconds,
    )


def _ranked(group: Labels, of_labels: Counts, method: Method) -> tuple[Labels, Counts, Floats]:
    """Groups in the order of their scores (equals by their first label): cluster of each label, counts, scores."""
    n = int(group.max(initial=-1)) + 1
    counts = of_labels.regrouped(group, n)
    score = scores(world_shares(counts.clusters, counts.world), counts.kinds, method)
    order = np.lexsort((np.arange(n), ranks(score)))
    place = np.empty(n, np.int32)
    place[order] = np.arange(n)
    return place[group], counts.regrouped(place, n), score[order]


def cluster_points(
    *inputs: object,
    options: Options | None = None,
    tell: Callable[[str], None] = _silent,
    **reading: Any,
) -> ClusterRun:
    """Read points and find clusters: what ``ceyuan clusters`` does before it writes.

    Args:
        inputs: see :func:`ceyuan.clusters.points.read.read_points`.
        options: the choices.
        tell: is told the name of each step as it begins.
        reading: further arguments of ``read_points``.

    Raises:
        CeyuanError: see ``read_points`` and :func:`find_clusters`.
    """
    # DuckDB and Arrow are imported only to read
    from ceyuan.clusters.points.read import (  # noqa: PLC0415
        read_points,
    )

    chosen = options or Options()
    clock = Clock(tell)
    with clock.step("read"):
        points = read_points(*inputs, threads=chosen.threads, **reading)
    run = find_clusters(points, chosen, tell)
    run.timings.update({**clock.seconds, **run.timings})
    return run
