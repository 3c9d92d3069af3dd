"""Which cells belong together: union–find over cells that hold neighbouring core points.

The core points of one cell are always one cluster, so cells are the elements. Near pairs go first: they join most cells
cheaply, and a far pair whose cells are already together needs no test.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bools, Ints, Labels
from ceyuan.clusters.geometry import Reach
from ceyuan.clusters.kernel.sphere import Sites, squared_chord, within
from ceyuan.clusters.kernel.tree import STACK, Tree
from ceyuan.compiled.jit import jit, jit_bare

NEAR = 0.8  # of the radius, between ball centres: such pairs very probably touch


@jit_bare
def highest_levels(tree: Tree, level: Labels, peak: Labels, start: int, stop: int) -> None:
    """For the nodes of cells ``start … stop``: the highest level of a site below."""
    for c in range(start, stop):
        # children come after their parents
        for node in range(tree.root[c + 1] - 1, tree.root[c] - 1, -1):
            best = -1
            if tree.children[node]:
                for k in range(tree.children[node]):
                    best = max(best, peak[tree.child[node] + k])
            else:
                for p in range(tree.start[node], tree.stop[node]):
                    best = max(best, level[p])
            peak[node] = best


@jit_bare
def find(parent: Ints, i: int) -> int:
    """The representative of i's set."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@jit_bare
def touching(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    level: Labels,
    peak: Labels,
    at: int,
    a: int,
    b: int,
    stack: Ints,
) -> bool:
    """Whether two nodes hold sites of at least level ``at`` within the radius of each other."""
    stack[0, 0], stack[0, 1] = a, b
    top = 1
    while top:
        top -= 1
        a, b = stack[top, 0], stack[top, 1]
        gap = np.sqrt(squared_chord(tree.ball[a], tree.ball[b]))
        both = tree.ball[a, 3] + tree.ball[b, 3]
        if gap - both > reach.outer:
            continue
        if gap + both <= reach.inner:
            return True
        if tree.children[a] == 0 and tree.children[b] == 0:
            if sites_touch(tree, sites, reach, level, at, a, b):
                return True
            continue
        if tree.children[b] == 0 or (tree.children[a] and tree.ball[a, 3] >= tree.ball[b, 3]):
            a, b = b, a
        for k in range(tree.children[b]):
            if peak[tree.child[b] + k] >= at:
                stack[top, 0], stack[top, 1] = a, tree.child[b] + k
                top += 1
    return False


@jit_bare
def sites_touch(
    tree: Tree, sites: Sites, reach: Reach, level: Labels, at: int, a: int, b: int
) -> bool:
    """The same for two leaves, site by site."""
    for i in range(tree.start[a], tree.stop[a]):
        if level[i] < at:
            continue
        for j in range(tree.start[b], tree.stop[b]):
            if level[j] >= at and within(sites, reach, i, j):
                return True
    return False


@jit
def join_cells(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    runs: Labels,
    count: Labels,
    level: Labels,
    peak: Labels,
    at: int,
    fresh: Bools,
    parent: Ints,
) -> None:
    """Join all cells with neighbouring core points of at least level ``at``; the smaller cell becomes the root.

    Args:
        tree: nodes of all cells.
        sites: the points.
        reach: the radius.
        runs: neighbour runs of each cell.
        count: how many runs.
        level: thresholds reached by each site.
        peak: highest level below each node.
        at: the level from which a site is a core point.
        fresh: cells that gained core points since ``parent`` was last complete (all of them at first).
        parent: the sets, changed in place.
    """
    stack = np.empty((STACK, 2), np.int64)
    join_with(tree, sites, reach, runs, count, level, peak, at, fresh, parent, stack)


@jit_bare
def join_with(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    runs: Labels,
    count: Labels,
    level: Labels,
    peak: Labels,
    at: int,
    fresh: Bools,
    parent: Ints,
    stack: Ints,
) -> None:
    """The same, with space for the nodes to be compared."""
    for near in (True, False):
        for c in range(parent.size):
            a = tree.root[c]
            if peak[a] < at:
                continue
            for k in range(count[c]):
                for d in range(max(c + 1, runs[c, k, 0]), runs[c, k, 1]):
                    b = tree.root[d]
                    if peak[b] < at or not (fresh[c] or fresh[d]):
                        continue
                    if (
                        near
                        and squared_chord(tree.ball[a], tree.ball[b]) > (NEAR * reach.inner) ** 2
                    ):
                        continue
                    x, y = find(parent, c), find(parent, d)
                    if x != y and touching(tree, sites, reach, level, peak, at, a, b, stack):
                        parent[max(x, y)] = min(x, y)
