"""Numbers for clusters: by weight (does not depend on the order of rows) or by first row (as scikit-learn does)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.kernel.jit import jit
from ceyuan.clusters.kernel.union import find

if TYPE_CHECKING:
    from ceyuan.clusters.kernel.index import Index

Numbering = Literal["weight", "first"]


def label_cells(index: Index, level: Labels, at: int, parent: Ints, numbering: Numbering) -> Labels:
    """The label of each cell's core points, −1 for cells without any.

    ``weight``: heaviest cluster of core points first, equals by their southernmost, then westernmost core point.
    ``first``: the cluster whose first core point comes first in the given order.
    """
    n = parent.size
    weight, first, lowest = np.zeros(n, np.int64), np.full(n, level.size, np.int64), np.full(n, -1, np.int64)
    root = np.full(n, -1, np.int64)
    summarise(
        index.cells.start, level, at, parent, index.order, index.sites.cum, index.lat, index.lon, root, weight,
        first, lowest,
    )  # fmt: skip
    roots = np.flatnonzero(lowest >= 0)
    if numbering == "first":
        ranked = roots[np.argsort(first[roots])]
    else:
        south = lowest[roots]
        ranked = roots[np.lexsort((index.lon[south], index.lat[south], -weight[roots]))]
    label = np.full(n + 1, -1, np.int32)  # the last entry serves cells without a root
    label[ranked] = np.arange(ranked.size, dtype=np.int32)
    return label[root]


@jit
def summarise(
    cell_start: Ints,
    level: Labels,
    at: int,
    parent: Ints,
    order: Ints,
    cum: Ints,
    lat: Floats,
    lon: Floats,
    root: Ints,
    weight: Ints,
    first: Ints,
    lowest: Ints,
) -> None:
    """For each set of cells: weight of its core points, their smallest index, and which is southernmost."""
    for c in range(parent.size):
        for p in range(cell_start[c], cell_start[c + 1]):
            if level[p] < at:
                continue
            r = find(parent, c)
            root[c] = r
            i = order[p]
            weight[r] += cum[p + 1] - cum[p]
            first[r] = min(first[r], i)
            best = lowest[r]
            if best < 0 or lat[i] < lat[best] or (lat[i] == lat[best] and lon[i] < lon[best]):
                lowest[r] = i
