"""Numbers for clusters: by weight (does not depend on the order of rows) or by first row (as scikit-learn does)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.kernel.sphere import Sites
from ceyuan.clusters.kernel.union import find
from ceyuan.compiled.jit import jit_bare

if TYPE_CHECKING:
    from ceyuan.clusters.kernel.index import Index

Numbering = Literal["weight", "first"]


def label_cells(
    index: Index,
    level: Labels,
    low: Labels,
    high: Labels,
    at: int,
    parent: Ints,
    numbering: Numbering,
) -> Labels:
    """The label of each cell's core points, −1 for cells without any.

    ``weight``: heaviest cluster of core points first, equals by their southernmost, then westernmost core point.
    ``first``: the cluster whose first core point comes first in the given order.

    Args:
        index: the sites.
        level: how many thresholds each site reaches.
        low: the least level of each cell's sites.
        high: the highest.
        at: the level from which a site is a core point.
        parent: the sets of cells.
        numbering: what decides on the numbers.
    """
    n = parent.size
    weight, first, lowest = (
        np.zeros(n, np.int64),
        np.full(n, level.size, np.int64),
        np.full(n, -1, np.int64),
    )
    root = np.full(n, -1, np.int64)
    summarise(
        index.cells.start,
        level,
        low,
        high,
        at,
        parent,
        index.order,
        index.sites,
        index.outermost,
        root,
        weight,
        first,
        lowest,
    )
    roots = np.flatnonzero(lowest >= 0)
    if numbering == "first":
        ranked = roots[np.argsort(first[roots])]
    else:
        south = index.order[lowest[roots]]
        heavy = weight[roots] if index.exact else _exact_order(index, level, at, root, roots)
        ranked = roots[np.lexsort((index.lon[south], index.lat[south], -heavy))]
    label = np.full(n + 1, -1, np.int32)  # the last entry serves cells without a root
    label[ranked] = np.arange(ranked.size, dtype=np.int32)
    return label[root]


def _exact_order(index: Index, level: Labels, at: int, root: Ints, roots: Ints) -> Ints:
    """Numbers in the order of the weights of core points, where 64 bits do not hold those exactly."""
    core = np.flatnonzero(level >= at)
    number = np.empty(root.size, np.int64)
    number[roots] = np.arange(roots.size)
    cell = np.searchsorted(index.cells.start, core, side="right") - 1
    wholes = index.weight.take(core).add_up(number[root[cell]], roots.size).wholes()
    place = {whole: i for i, whole in enumerate(sorted(set(wholes)))}
    return np.array([place[whole] for whole in wholes], np.int64)


@jit_bare
def south_of(sites: Sites, p: int, best: int) -> bool:
    """Whether site p is south of another one (−1: of none), or as far south and west of it."""
    return best < 0 or bool(
        sites.lat[p] < sites.lat[best]
        or (sites.lat[p] == sites.lat[best] and sites.lon[p] < sites.lon[best])
    )


@jit_bare
def find_outermost(
    cell_start: Ints, order: Labels, sites: Sites, outermost: Labels, start: int, stop: int
) -> None:
    """For cells ``start … stop``: the first site in the given order, and the southernmost (cell order)."""
    for c in range(start, stop):
        first, lowest = order[cell_start[c]], -1
        for p in range(cell_start[c], cell_start[c + 1]):
            first = min(first, order[p])
            if south_of(sites, p, lowest):
                lowest = p
        outermost[c, 0], outermost[c, 1] = first, lowest


@jit_bare
def summarise(
    cell_start: Ints,
    level: Labels,
    low: Labels,
    high: Labels,
    at: int,
    parent: Ints,
    order: Labels,
    sites: Sites,
    outermost: Labels,
    root: Ints,
    weight: Ints,
    first: Ints,
    lowest: Ints,
) -> None:
    """For each set of cells: weight of its core points, their smallest index, and which is southernmost (cell order).

    Everything is read in cell order: looking sites up in their original order would take ten times as long. Of cells of
    which all sites are core points the sums are known.
    """
    for c in range(parent.size):
        if high[c] < at:
            continue
        r = find(parent, c)
        root[c] = r
        if low[c] >= at:
            weight[r] += sites.cum[cell_start[c + 1]] - sites.cum[cell_start[c]]
            first[r] = min(first[r], outermost[c, 0])
            if south_of(sites, outermost[c, 1], lowest[r]):
                lowest[r] = outermost[c, 1]
            continue
        for p in range(cell_start[c], cell_start[c + 1]):
            if level[p] < at:
                continue
            weight[r] += sites.cum[p + 1] - sites.cum[p]
            first[r] = min(first[r], order[p])
            if south_of(sites, p, lowest[r]):
                lowest[r] = p
