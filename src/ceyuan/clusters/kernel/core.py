"""The core test: has a point enough weight within the radius?

For all points of a node together, the weight in reach has a lower bound (balls surely inside) and an upper bound
(balls not surely outside). As soon as both fall between the same two thresholds the node is decided; only undecided
pairs of nodes are split, down to single points. So dense places and empty places cost almost nothing, and the work
is at the edges.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Ints, Labels
from ceyuan.clusters.geometry import Reach
from ceyuan.clusters.kernel.grid import MORTON_LEVELS
from ceyuan.clusters.kernel.sphere import Sites, squared_chord, within
from ceyuan.clusters.kernel.tree import STACK, Tree
from ceyuan.compiled.jit import jit, jit_bare

LISTS = MORTON_LEVELS + 2
"""A node's list stands behind its parent's: so many at a time, each of no more nodes than all candidates have."""


@jit_bare
def passed(thresholds: Ints, weight: int) -> int:
    """How many of the ascending thresholds a weight reaches; reaching exactly counts."""
    count = 0
    while count < thresholds.size and thresholds[count] <= weight:
        count += 1
    return count


@jit
def core_levels(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    thresholds: Ints,
    runs: Labels,
    count: Labels,
    before: Ints,
    level: Labels,
    start: int,
    stop: int,
) -> None:
    """For the sites of cells ``start … stop``: how many thresholds the weight within the radius reaches.

    ``before`` is the cumulated weight at the first site of each cell, and the whole weight.
    """
    nodes = np.empty(LISTS * most_nodes(tree, runs, count, start, stop), np.int64)
    frames, todo = np.empty((STACK, 4), np.int64), np.empty(STACK, np.int64)
    levels_of_cells(
        tree,
        sites,
        reach,
        thresholds,
        runs,
        count,
        before,
        level,
        nodes,
        frames,
        todo,
        start,
        stop,
    )


@jit_bare
def most_nodes(tree: Tree, runs: Labels, count: Labels, start: int, stop: int) -> int:
    """The most nodes that a neighbour of one of cells ``start … stop`` can be in."""
    most = 0
    for c in range(start, stop):
        nodes = 0
        for k in range(count[c]):
            nodes += tree.root[runs[c, k, 1]] - tree.root[runs[c, k, 0]]
        most = max(most, nodes)
    return most


@jit_bare
def levels_of_cells(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    thresholds: Ints,
    runs: Labels,
    count: Labels,
    before: Ints,
    level: Labels,
    nodes: Ints,
    frames: Ints,
    todo: Ints,
    start: int,
    stop: int,
) -> None:
    """The same, with space for the lists."""
    for c in range(start, stop):
        root = tree.root[c]
        most = 0
        for k in range(count[c]):
            most += before[runs[c, k, 1]] - before[runs[c, k, 0]]
        # a cell's points are all neighbours
        sure = passed(thresholds, before[c + 1] - before[c])
        if sure == passed(thresholds, most):
            level[tree.start[root] : tree.stop[root]] = sure
            continue
        listed = 0
        for k in range(count[c]):
            for d in range(runs[c, k, 0], runs[c, k, 1]):
                nodes[listed] = tree.root[d]
                listed += 1
        decide(tree, sites, reach, thresholds, root, nodes, listed, frames, todo, level)


@jit_bare
def decide(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    thresholds: Ints,
    root: int,
    nodes: Ints,
    listed: int,
    frames: Ints,
    todo: Ints,
    level: Labels,
) -> None:
    """Decide all sites below a node, given its list of candidate nodes.

    A frame is a node, its part of the list, and the weight already known to be within. A node's undecided
    candidates are written behind its own list, where its children find them; going depth first, siblings can use
    the same space again.
    """
    frames[0, 0], frames[0, 1], frames[0, 2], frames[0, 3] = root, 0, listed, 0
    top = 1
    while top:
        top -= 1
        node, a, b, lower = frames[top, 0], frames[top, 1], frames[top, 2], frames[top, 3]
        end, added, undecided = sift(tree, sites, reach, node, nodes, a, b, todo)
        lower += added
        sure = passed(thresholds, lower)
        if sure == passed(thresholds, lower + undecided):
            level[tree.start[node] : tree.stop[node]] = sure
        elif tree.children[node]:
            for k in range(tree.children[node]):
                child = tree.child[node] + k
                frames[top, 0], frames[top, 1], frames[top, 2], frames[top, 3] = (
                    child,
                    b,
                    end,
                    lower,
                )
                top += 1
        else:
            for p in range(tree.start[node], tree.stop[node]):
                level[p] = decide_site(
                    tree, sites, reach, thresholds, p, nodes, b, end, lower, lower + undecided, todo
                )


@jit_bare
def sift(
    tree: Tree, sites: Sites, reach: Reach, node: int, nodes: Ints, a: int, b: int, todo: Ints
) -> tuple[int, int, int]:
    """Sort candidates ``nodes[a:b]`` into surely within, surely not, and undecided (written from b on).

    Returns the end of the undecided ones, the weight surely within and the undecided weight.
    """
    end, added, undecided = b, 0, 0
    radius = tree.ball[node, 3]
    for i in range(a, b):
        todo[0] = nodes[i]
        top = 1
        while top:
            top -= 1
            other = todo[top]
            gap = np.sqrt(squared_chord(tree.ball[node], tree.ball[other]))
            both = radius + tree.ball[other, 3]
            if gap - both > reach.outer:
                continue
            weight = sites.cum[tree.stop[other]] - sites.cum[tree.start[other]]
            if gap + both <= reach.inner:
                added += weight
            elif tree.children[other] and tree.ball[other, 3] > radius:
                for k in range(tree.children[other]):
                    todo[top] = tree.child[other] + k
                    top += 1
            else:
                nodes[end] = other
                end += 1
                undecided += weight
    return end, added, undecided


@jit_bare
def decide_site(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    thresholds: Ints,
    p: int,
    nodes: Ints,
    a: int,
    b: int,
    lower: int,
    upper: int,
    todo: Ints,
) -> int:
    """The thresholds that one site reaches: candidates are settled one by one until the bounds agree."""
    for i in range(a, b):
        todo[0] = nodes[i]
        top = 1
        while top:
            top -= 1
            node = todo[top]
            first, last = tree.start[node], tree.stop[node]
            gap = np.sqrt(squared_chord(tree.ball[node], sites.xyz[p]))
            if gap + tree.ball[node, 3] <= reach.inner:
                lower += sites.cum[last] - sites.cum[first]
            elif gap - tree.ball[node, 3] > reach.outer:
                upper -= sites.cum[last] - sites.cum[first]
            elif tree.children[node]:
                for k in range(tree.children[node]):
                    todo[top] = tree.child[node] + k
                    top += 1
                continue
            else:
                for j in range(first, last):
                    weight = sites.cum[j + 1] - sites.cum[j]
                    if within(sites, reach, p, j):
                        lower += weight
                    else:
                        upper -= weight
            sure = passed(thresholds, lower)
            if sure == passed(thresholds, upper):
                return sure
    return passed(thresholds, lower)


@jit_bare
def reach_sums(
    tree: Tree,
    sites: Sites,
    reach: Reach,
    runs: Labels,
    count: Labels,
    cell: Ints,
    wanted: Ints,
    digits: Ints,
    total: Ints,
) -> None:
    """The digits of the weight within the radius of each wanted site, one by one: for the few that bounds leave open.

    Args:
        tree: the nodes.
        sites: the sites.
        reach: the radius.
        runs: neighbour runs of each cell.
        count: how many runs each cell has.
        cell: the cell of each wanted site.
        wanted: the sites, in cell order.
        digits: the digits of the weight of each site.
        total: added to, shape (wanted, digits).
    """
    for i in range(wanted.size):
        for k in range(count[cell[i]]):
            first = tree.start[tree.root[runs[cell[i], k, 0]]]
            last = tree.stop[tree.root[runs[cell[i], k, 1] - 1]]
            for j in range(first, last):
                if within(sites, reach, wanted[i], j):
                    for place in range(digits.shape[1]):
                        total[i, place] += digits[j, place]
