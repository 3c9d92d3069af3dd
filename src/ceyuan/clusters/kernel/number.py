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


def label_cells(index: Index, level: Labels, at: int, parent: Ints, numbering: Numbering) -> Labels:
    """The label of each cell's core points, −1 for cells without any.

    ``weight``: heaviest cluster of core points first, equals by their southernmost, then westernmost core point.
    ``first``: the cluster whose first core point comes first in the given order.
    """
    n = parent.size
    weight, first, lowest = (
        np.zeros(n, np.int64),
        np.full(n, level.size, np.int64),
        np.full(n, -1, np.int64),
    )
    root = np.full(n, -1, np.int64)
    summarise(
        index.cells.start, level, at, parent, index.order, index.sites, root, weight, first, lowest
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
def summarise(
    cell_start: Ints,
    level: Labels,
    at: int,
    parent: Ints,
    order: Labels,
    sites: Sites,
    root: Ints,
    weight: Ints,
    first: Ints,
    lowest: Ints,
) -> None:
    """For each set of cells: weight of its core points, their smallest index, and which is southernmost (cell order).

    Everything is read in cell order: looking sites up in their original order would take ten times as long.
    """
    for c in range(parent.size):
        r, best = -1, -1
        for p in range(cell_start[c], cell_start[c + 1]):
            if level[p] < at:
                continue
            if r < 0:
                r = find(parent, c)
                root[c] = r
                best = lowest[r]
            weight[r] += sites.cum[p + 1] - sites.cum[p]
            first[r] = min(first[r], order[p])
            if (
                best < 0
                or sites.lat[p] < sites.lat[best]
                or (sites.lat[p] == sites.lat[best] and sites.lon[p] < sites.lon[best])
            ):
                best = p
        if r >= 0:
            lowest[r] = best
