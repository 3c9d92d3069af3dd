"""The kernel's pieces put together: build an index once, aim it at a radius, ask for thresholds, get labels."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.clusters.geometry import Reach, central_angle, reach_of
from ceyuan.clusters.kernel.border import assign_sites
from ceyuan.clusters.kernel.cells import Cells, neighbour_runs, sort_into_cells
from ceyuan.clusters.kernel.core import core_levels
from ceyuan.clusters.kernel.grid import Grid, make_grid
from ceyuan.clusters.kernel.number import Numbering, label_cells
from ceyuan.clusters.kernel.sphere import Sites, place_sites
from ceyuan.clusters.kernel.threads import spread
from ceyuan.clusters.kernel.tree import Tree, grow
from ceyuan.clusters.kernel.union import highest_levels, join_cells

Border = Literal["nearest", "first"]


@dataclass(frozen=True)
class Index:
    """Distinct points sorted into cells, for one smallest radius.

    Attributes:
        grid: the cells' geometry.
        order: original index of each site in cell order.
        cells: which cells there are.
        tree: their nodes.
        sites: coordinates and cumulated weights.
        lat: original latitudes in degrees (in the given order).
        lon: original longitudes in degrees.
        threads: threads to use, None for all.
    """

    grid: Grid
    order: Ints
    cells: Cells
    tree: Tree
    sites: Sites
    lat: Floats
    lon: Floats
    threads: int | None

    @classmethod
    def build(cls, lat: Floats, lon: Floats, weight: Ints, radius_km: float, threads: int | None = None) -> Index:
        """Sort points into cells for radii of ``radius_km`` and more.

        Args:
            lat: latitudes in degrees, −90 … 90.
            lon: longitudes in degrees, −180 … 180.
            weight: integer weights, not negative.
            radius_km: the smallest radius to be asked for.
            threads: threads to use, None for all.
        """
        n = lat.size
        grid = make_grid(central_angle(radius_km), n)
        order, key, cells = sort_into_cells(grid, lat, lon, threads)
        sites = Sites(np.empty((n, 3)), np.empty(n), np.empty(n), np.zeros(n + 1, np.int64))
        np.cumsum(weight[order], out=sites.cum[1:])
        spread(lambda a, b: place_sites(order, lat, lon, sites, a, b), n, threads)
        tree = grow(key, grid.levels, cells.start, sites.xyz, threads)
        return cls(grid, order, cells, tree, sites, lat, lon, threads)

    def weighted(self, weight: Ints) -> Index:
        """The same points with other weights (in the given order)."""
        cum = np.zeros(weight.size + 1, np.int64)
        np.cumsum(weight[self.order], out=cum[1:])
        return dataclasses.replace(self, sites=self.sites._replace(cum=cum))

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
        spread(lambda a, b: neighbour_runs(cells, grid.height, reach.angle, across, runs, count, a, b), n, self.threads)
        return Aim(reach, runs, count)

    def levels(self, aim: Aim, thresholds: Ints) -> Labels:
        """How many of the ascending thresholds the weight around each site reaches (in cell order)."""
        level = np.empty(self.order.size, np.int32)
        spread(
            lambda a, b: core_levels(self.tree, self.sites, aim.reach, thresholds, aim.runs, aim.count, level, a, b),
            self.cells.row.size,
            self.threads,
        )
        return level

    def peaks(self, level: Labels) -> Labels:
        """The highest level below each node."""
        peak = np.empty(self.tree.start.size, np.int32)
        spread(lambda a, b: highest_levels(self.tree, level, peak, a, b), self.cells.row.size, self.threads)
        return peak

    def fit(self, aim: Aim, threshold: int, border: Border, present: Bools | None = None) -> tuple[Labels, Bools]:
        """Labels and core flags of all points in the given order.

        Args:
            aim: this index, aimed at a radius.
            threshold: the integer weight from which a point is a core point.
            border: the rule for border points.
            present: points (in the given order) that may be core points; None for all.
        """
        level = self.levels(aim, np.array([threshold], np.int64))
        if present is not None:
            level[~present[self.order]] = 0
        peak = self.peaks(level)
        parent = np.arange(self.cells.row.size)
        self.join(aim, level, peak, 1, np.ones(parent.size, np.bool_), parent)
        numbering: Numbering = "weight" if border == "nearest" else "first"
        found = self.assign(aim, level, peak, 1, label_cells(self, level, 1, parent, numbering), border)
        labels, core = np.empty(found.size, np.int32), np.empty(found.size, np.bool_)
        labels[self.order] = found
        core[self.order] = level >= 1
        return labels, core

    def join(self, aim: Aim, level: Labels, peak: Labels, at: int, fresh: Bools, parent: Ints) -> None:
        """Join cells with neighbouring core points of at least level ``at``; ``parent`` is changed in place."""
        join_cells(self.tree, self.sites, aim.reach, aim.runs, aim.count, level, peak, at, fresh, parent)

    def assign(self, aim: Aim, level: Labels, peak: Labels, at: int, label_of_cell: Labels, border: Border) -> Labels:
        """Labels of all sites in cell order, given the labels of cells."""
        label = np.empty(level.size, np.int32)
        nearest = border == "nearest"
        spread(
            lambda a, b: assign_sites(
                self.tree, self.sites, aim.reach, aim.runs, aim.count, level, peak, at, label_of_cell, nearest,
                label, a, b,
            ),
            self.cells.row.size,
            self.threads,
        )  # fmt: skip
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
