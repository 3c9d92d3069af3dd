"""Border points: not core, but within the radius of a core point.

Two rules. *Nearest*: the cluster of the nearest core point, and of equally near ones (up to rounding) the cluster
with the smallest label. *First*: the smallest label in reach, which is what scikit-learn's order of discovery
amounts to.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.geometry import Reach
from ceyuan.clusters.kernel.sphere import Sites, squared_chord, within
from ceyuan.clusters.kernel.tree import STACK, Tree
from ceyuan.compiled.jit import jit, jit_bare

TIE = 2e-9  # relative, of the squared chord: distances closer than this are equal (1e-9 of the distance)
TINY = 1e-30
FAR = 8.0  # no squared chord is longer than 4


@jit
def assign_sites(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    runs: Labels,
    count: Labels,
    level: Labels,
    peak: Labels,
    low: Labels,
    high: Labels,
    around: Labels,
    at: int,
    label_of_cell: Labels,
    nearest: bool,
    label: Labels,
    start: int,
    stop: int,
) -> None:
    """Labels of the sites of cells ``start … stop``: core points their cell's, border points by the rule, else −1.

    ``label_of_cell`` is the cluster of a cell's core points (−1 where it has none), ``low`` and ``high`` are the least and
    the highest level of a cell's sites, ``around`` is the highest of the cells that a neighbour can be in.
    """
    most = most_cells(runs, count, around, at, start, stop)
    nodes, labels = np.empty(most, np.int64), np.empty(most, np.int64)
    stack = np.empty(STACK, np.int64)
    assign_cells(
        tree,
        sites,
        reach,
        runs,
        count,
        level,
        peak,
        low,
        high,
        around,
        at,
        label_of_cell,
        nearest,
        label,
        nodes,
        labels,
        stack,
        start,
        stop,
    )


@jit_bare
def most_cells(runs: Labels, count: Labels, around: Labels, at: int, start: int, stop: int) -> int:
    """The most cells that a neighbour of one of cells ``start … stop`` can be in, where there are core points."""
    most = 0
    for c in range(start, stop):
        cells = 0
        if around[c] >= at:
            for k in range(count[c]):
                cells += runs[c, k, 1] - runs[c, k, 0]
        most = max(most, cells)
    return most


@jit_bare
def highest_around(
    runs: Labels, count: Labels, high: Labels, around: Labels, start: int, stop: int
) -> None:
    """For cells ``start … stop`` the highest level in the cells that a neighbour can be in, themselves included."""
    for c in range(start, stop):
        most = high[c]
        for k in range(count[c]):
            for d in range(runs[c, k, 0], runs[c, k, 1]):
                most = max(most, high[d])
        around[c] = most


@jit_bare
def assign_cells(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    runs: Labels,
    count: Labels,
    level: Labels,
    peak: Labels,
    low: Labels,
    high: Labels,
    around: Labels,
    at: int,
    label_of_cell: Labels,
    nearest: bool,
    label: Labels,
    nodes: Ints,
    labels: Ints,
    stack: Ints,
    start: int,
    stop: int,
) -> None:
    """The same, with space for the lists."""
    for c in range(start, stop):
        node = tree.root[c]
        core_here = high[c] >= at
        if low[c] >= at:
            label[tree.start[node] : tree.stop[node]] = label_of_cell[c]
            continue
        listed, alike = 0, True
        if around[c] >= at:
            listed, alike = candidates(
                tree, reach, runs[c], count[c], high, at, label_of_cell, node, nodes, labels
            )
        if listed == 0:
            label[tree.start[node] : tree.stop[node]] = -1
            continue
        for p in range(tree.start[node], tree.stop[node]):
            if core_here and level[p] >= at:
                label[p] = label_of_cell[c]
            elif alike and core_here:
                # a core point of the own cell is in reach, and no other cluster is
                label[p] = labels[0]
            elif nearest and not alike:
                label[p] = nearest_label(
                    tree, sites, reach, level, peak, at, nodes, labels, listed, p, stack
                )
            else:
                label[p] = first_label(
                    tree, sites, reach, level, peak, at, nodes, labels, listed, p, stack
                )


@jit_bare
def candidates(
    tree: Tree,
    reach: Reach,
    runs: Labels,
    count: int,
    high: Labels,
    at: int,
    label_of_cell: Labels,
    node: int,
    nodes: Ints,
    labels: Ints,
) -> tuple[int, bool]:
    """Roots of cells with core points that may be in reach of a node, with labels; how many, and if all alike."""
    listed, alike = 0, True
    for k in range(count):
        for d in range(runs[k, 0], runs[k, 1]):
            if high[d] < at:
                continue
            other = tree.root[d]
            gap = np.sqrt(squared_chord(tree.ball[other], tree.ball[node]))
            if gap - tree.ball[other, 3] - tree.ball[node, 3] > reach.outer:
                continue
            nodes[listed], labels[listed] = other, label_of_cell[d]
            alike = alike and labels[listed] == labels[0]
            listed += 1
    return listed, alike


@jit_bare
def in_reach(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    level: Labels,
    peak: Labels,
    at: int,
    root: int,
    p: int,
    limit: float,
    stack: Ints,
) -> float:
    """The squared chord from site p to its nearest core site below a node.

    Only sites within the radius and within the squared chord ``limit`` count; without one, ``FAR`` is returned.
    """
    best = FAR
    stack[0] = root
    top = 1
    while top:
        top -= 1
        node = stack[top]
        gap = np.sqrt(squared_chord(tree.ball[node], sites.xyz[p])) - tree.ball[node, 3]
        if gap > reach.outer or gap > np.sqrt(min(limit, best)) * (1.0 + 1e-12) + 2e-15:
            continue
        if tree.children[node]:
            for k in range(tree.children[node]):
                if peak[tree.child[node] + k] >= at:
                    stack[top] = tree.child[node] + k
                    top += 1
            continue
        for j in range(tree.start[node], tree.stop[node]):
            if level[j] >= at and within(sites, reach, p, j):
                square = squared_chord(sites.xyz[p], sites.xyz[j])
                if square <= limit:
                    best = min(best, square)
    return best


@jit_bare
def nearest_label(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    level: Labels,
    peak: Labels,
    at: int,
    nodes: Ints,
    labels: Ints,
    listed: int,
    p: int,
    stack: Ints,
) -> int:
    """The label of the nearest core site; of those equally near up to rounding, the smallest label."""
    best, label = FAR, -1
    for i in range(listed):
        square = in_reach(tree, sites, reach, level, peak, at, nodes[i], p, best, stack)
        if square < best:
            best, label = square, labels[i]
    if label < 0:
        return -1
    limit = best * (1.0 + TIE) + TINY
    for i in range(listed):
        if (
            labels[i] < label
            and in_reach(tree, sites, reach, level, peak, at, nodes[i], p, limit, stack) < FAR
        ):
            label = labels[i]
    return int(label)


@jit_bare
def first_label(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    level: Labels,
    peak: Labels,
    at: int,
    nodes: Ints,
    labels: Ints,
    listed: int,
    p: int,
    stack: Ints,
) -> int:
    """The smallest label with a core site within the radius."""
    label = -1
    for i in range(listed):
        if (label < 0 or labels[i] < label) and any_core(
            tree, sites, reach, level, peak, at, nodes[i], p, stack
        ):
            label = labels[i]
    return int(label)


@jit_bare
def any_core(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    level: Labels,
    peak: Labels,
    at: int,
    root: int,
    p: int,
    stack: Ints,
) -> bool:
    """Whether a core site below a node is within the radius of site p."""
    stack[0] = root
    top = 1
    while top:
        top -= 1
        node = stack[top]
        gap = np.sqrt(squared_chord(tree.ball[node], sites.xyz[p]))
        if gap - tree.ball[node, 3] > reach.outer:
            continue
        if gap + tree.ball[node, 3] <= reach.inner:
            return True
        if tree.children[node]:
            for k in range(tree.children[node]):
                if peak[tree.child[node] + k] >= at:
                    stack[top] = tree.child[node] + k
                    top += 1
            continue
        for j in range(tree.start[node], tree.stop[node]):
            if level[j] >= at and within(sites, reach, p, j):
                return True
    return False
