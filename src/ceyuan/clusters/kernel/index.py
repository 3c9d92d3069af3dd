"""The kernel's pieces put together: build an index once, aim it at a radius, ask for thresholds, get labels."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ceyuan.clusters.amounts import Amounts
from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.clusters.geometry import Reach, central_angle, reach_of
from ceyuan.clusters.kernel.border import assign_sites, highest_around
from ceyuan.clusters.kernel.cells import Cells, neighbour_runs, sort_into_cells
from ceyuan.clusters.kernel.core import core_levels, reach_sums
from ceyuan.clusters.kernel.grid import Grid, make_grid
from ceyuan.clusters.kernel.number import Numbering, find_outermost, label_cells
from ceyuan.clusters.kernel.sphere import Sites, place_sites
from ceyuan.clusters.kernel.tree import Tree, grow
from ceyuan.clusters.kernel.union import highest_levels, join_cells
from ceyuan.compiled.threads import spread

Border = Literal["nearest", "first"]
MOST = 1 << 62  # more than all cumulated weights


@dataclass(frozen=True)
class Index:
    """Distinct points sorted into cells, for one smallest radius.

    Attributes:
        grid: the cells' geometry.
        order: original index of each site in cell order.
        cells: which cells there are.
        tree: their nodes.
        sites: coordinates and cumulated weights, cut to 64 bits if need be.
        weight: the exact weights in cell order.
        shift: by how many bits the cumulated weights were cut.
        lat: original latitudes in degrees (in the given order).
        lon: original longitudes in degrees.
        threads: threads to use, None for all.
    """

    grid: Grid
    order: Labels
    cells: Cells
    tree: Tree
    sites: Sites
    weight: Amounts
    shift: int
    lat: Floats
    lon: Floats
    threads: int | None

    @classmethod
    def build(
        cls, lat: Floats, lon: Floats, weight: Amounts, radius_km: float, threads: int | None = None
    ) -> Index:
        """Sort points into cells for radii of ``radius_km`` and more.

        Args:
            lat: latitudes in degrees, −90 … 90.
            lon: longitudes in degrees, −180 … 180.
            weight: their weights.
            radius_km: the smallest radius to be asked for.
            threads: threads to use, None for all.
        """
        n = lat.size
        grid = make_grid(central_angle(radius_km), n)
        order, key, cells = sort_into_cells(grid, lat, lon, threads)
        sites = Sites(np.empty((n, 3)), np.empty(n), np.empty(n), np.zeros(n + 1, np.int64))
        sorted_weight = weight.take(order)
        cut, shift = sorted_weight.coarse()
        np.cumsum(cut, out=sites.cum[1:])
        spread(lambda a, b: place_sites(order, lat, lon, sites, a, b), n, threads)
        tree = grow(key, grid.levels, cells.start, sites.xyz, threads)
        return cls(grid, order, cells, tree, sites, sorted_weight, shift, lat, lon, threads)

    @property
    def exact(self) -> bool:
        """Whether the cumulated weights are exact."""
        return self.shift == 0

    def weighted(self, weight: Amounts) -> Index:
        """The same points with other weights (in the given order)."""
        sorted_weight = weight.take(self.order)
        cut, shift = sorted_weight.coarse()
        cum = np.zeros(cut.size + 1, np.int64)
        np.cumsum(cut, out=cum[1:])
        sites = self.sites._replace(cum=cum)
        return dataclasses.replace(self, sites=sites, weight=sorted_weight, shift=shift)

    def aim(self, radius_km: float) -> Aim:
        """Find, for every cell, where its neighbours within a radius can be.

        Args:
            radius_km: at least the radius that the index was built for.
        """
        reach = reach_of(radius_km)
        grid, cells = self.grid, self.cells
        across = min(grid.bands, int(reach.angle / grid.height) + 1)
        n = cells.row.size
        spans = min(cells.band.size, 2 * across + 1)
        runs, count = np.empty((n, 2 * spans, 2), np.int32), np.empty(n, np.int32)
        spread(
            lambda a, b: neighbour_runs(cells, grid.height, reach.angle, across, runs, count, a, b),
            n,
            self.threads,
        )
        return Aim(reach, runs, count)

    def levels(self, aim: Aim, thresholds: Sequence[int]) -> Labels:
        """How many of the ascending thresholds (in units) the weight around each site reaches (in cell order)."""
        if self.exact:
            return self._reached(aim, np.array([min(t, MOST) for t in thresholds], np.int64))
        slack = self.weight.digits.size  # what was cut off: less than 1 for each digit of each site
        sure = np.array([min(-(-t >> self.shift), MOST) for t in thresholds], np.int64)
        possible = np.array([min(t >> self.shift, MOST) - slack for t in thresholds], np.int64)
        steps = np.unique(np.concatenate([sure, possible]))
        reached = np.append(np.iinfo(np.int64).min, steps)[self._reached(aim, steps)]
        level = np.searchsorted(sure, reached, side="right").astype(np.int32)
        unsure = np.flatnonzero(level != np.searchsorted(possible, reached, side="right"))
        for site, whole in zip(unsure.tolist(), self._around(aim, unsure).wholes(), strict=True):
            level[site] = bisect_right(thresholds, whole)
        return level

    def _reached(self, aim: Aim, steps: Ints) -> Labels:
        """How many steps the cumulated weight around each site reaches."""
        level = np.empty(self.order.size, np.int32)
        before = self.sites.cum[self.cells.start]
        spread(
            lambda a, b: core_levels(
                self.tree, self.sites, aim.reach, steps, aim.runs, aim.count, before, level, a, b
            ),
            self.cells.row.size,
            self.threads,
        )
        return level

    def _around(self, aim: Aim, wanted: Ints) -> Amounts:
        """The exact weight around some sites (places in cell order)."""
        cell = np.searchsorted(self.cells.start, wanted, side="right") - 1
        found = np.zeros((wanted.size, self.weight.digits.shape[1]), np.int64)
        spread(
            lambda a, b: reach_sums(
                self.tree,
                self.sites,
                aim.reach,
                aim.runs,
                aim.count,
                cell[a:b],
                wanted[a:b],
                self.weight.digits,
                found[a:b],
            ),
            wanted.size,
            self.threads,
        )
        return self.weight.with_sums(found)

    def peaks(self, level: Labels) -> Labels:
        """The highest level below each node."""
        peak = np.empty(self.tree.start.size, np.int32)
        spread(
            lambda a, b: highest_levels(self.tree, level, peak, a, b),
            self.cells.row.size,
            self.threads,
        )
        return peak

    @cached_property
    def outermost(self) -> Labels:
        """For each cell its first site in the given order, and its southernmost one in cell order; shape (cells, 2)."""
        found = np.empty((self.cells.row.size, 2), np.int32)
        spread(
            lambda a, b: find_outermost(self.cells.start, self.order, self.sites, found, a, b),
            self.cells.row.size,
            self.threads,
        )
        return found

    def extremes(self, aim: Aim, level: Labels, peak: Labels) -> tuple[Labels, Labels, Labels]:
        """The least and the highest level of each cell's sites, and the highest of all cells around it."""
        low, high = np.minimum.reduceat(level, self.cells.start[:-1]), peak[self.tree.root[:-1]]
        around = np.empty_like(high)
        spread(
            lambda a, b: highest_around(aim.runs, aim.count, high, around, a, b),
            high.size,
            self.threads,
        )
        return low, high, around

    def fit(
        self, aim: Aim, threshold: int, border: Border, present: Bools | None = None
    ) -> tuple[Labels, Bools]:
        """Labels and core flags of all points in the given order.

        Args:
            aim: this index, aimed at a radius.
            threshold: the weight in units from which a point is a core point.
            border: the rule for border points.
            present: points (in the given order) that may be core points; None for all.
        """
        level = self.levels(aim, [threshold])
        if present is not None:
            level[~present[self.order]] = 0
        peak = self.peaks(level)
        low, high, around = self.extremes(aim, level, peak)
        parent = np.arange(self.cells.row.size)
        self.join(aim, level, peak, 1, np.ones(parent.size, np.bool_), parent)
        numbering: Numbering = "weight" if border == "nearest" else "first"
        of_cell = label_cells(self, level, low, high, 1, parent, numbering)
        found = self.assign(aim, level, peak, low, high, around, 1, of_cell, border)
        labels, core = np.empty(found.size, np.int32), np.empty(found.size, np.bool_)
        labels[self.order] = found
        core[self.order] = level >= 1
        return labels, core

    def join(
        self, aim: Aim, level: Labels, peak: Labels, at: int, fresh: Bools, parent: Ints
    ) -> None:
        """Join cells with neighbouring core points of at least level ``at``; ``parent`` is changed in place."""
        join_cells(
            self.tree, self.sites, aim.reach, aim.runs, aim.count, level, peak, at, fresh, parent
        )

    def assign(
        self,
        aim: Aim,
        level: Labels,
        peak: Labels,
        low: Labels,
        high: Labels,
        around: Labels,
        at: int,
        label_of_cell: Labels,
        border: Border,
    ) -> Labels:
        """Labels of all sites in cell order, given the labels of cells."""
        label = np.empty(level.size, np.int32)
        nearest = border == "nearest"
        spread(
            lambda a, b: assign_sites(
                self.tree,
                self.sites,
                aim.reach,
                aim.runs,
                aim.count,
                level,
                peak,
                low,
                high,
                around,
                at,
                label_of_cell,
                nearest,
                label,
                a,
                b,
            ),
            self.cells.row.size,
            self.threads,
        )
        return label


@dataclass(frozen=True)
class Aim:
    """An index aimed at a radius.

    Attributes:
        reach: the radius.
        runs: neighbour runs of each cell, shape (cells, runs, 2).
        count: how many runs each cell has.
    """

    reach: Reach
    runs: Labels
    count: Labels
