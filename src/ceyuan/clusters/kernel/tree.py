"""In each cell a shallow quadtree: nodes of neighbouring points with the smallest ball that a box centre gives.

Balls are in space, around chords: one subtraction tells how near and how far two nodes can be, at the poles and the
antimeridian too. The children of a node stand side by side, and a cell's nodes stand parents first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Bytes, Floats, Ints, Labels
from ceyuan.compiled.jit import jit, jit_bare
from ceyuan.compiled.threads import spread

LEAF = 12  # sites; below this, looking at points one by one is as fast
STACK = 512  # a walk keeps at most 3 siblings a level, 7 levels, two trees


class Tree(NamedTuple):
    """The nodes of all cells.

    Attributes:
        root: node of each cell, and one more; a cell's nodes are ``root[c] … root[c + 1] - 1``, parents first.
        start: first site of a node.
        stop: one past its last site.
        child: its first child.
        children: how many children (0 for a leaf).
        ball: centre (3) and radius of the bounding ball, shape (nodes, 4).
    """

    root: Ints
    start: Labels
    stop: Labels
    child: Labels
    children: Bytes
    ball: Floats


def grow(key: Ints, levels: int, cell_start: Ints, xyz: Floats, threads: int | None) -> Tree:
    """Trees over sorted keys."""
    n_cells = cell_start.size - 1
    counts = np.empty(n_cells, np.int64)
    spread(lambda a, b: count_nodes(key, levels, cell_start, counts, a, b), n_cells, threads)
    root = np.concatenate([[0], np.cumsum(counts)])
    n = int(root[-1])
    tree = Tree(
        root,
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.uint8),
        np.empty((n, 4)),
    )
    spread(lambda a, b: fill_nodes(key, levels, cell_start, xyz, tree, a, b), n_cells, threads)
    return tree


@jit_bare
def run_end(key: Ints, shift: int, start: int, stop: int) -> int:
    """One past the last position from ``start`` on whose key agrees with the first above ``shift`` bits."""
    value = key[start] >> shift
    low, high = start, stop
    while high - low > 1:
        middle = (low + high) >> 1
        if key[middle] >> shift == value:
            low = middle
        else:
            high = middle
    return high


@jit
def count_nodes(
    key: Ints, levels: int, cell_start: Ints, counts: Ints, start: int, stop: int
) -> None:
    """How many nodes each cell's tree will have."""
    stack = np.empty((STACK, 3), np.int64)
    count_with(key, levels, cell_start, counts, stack, start, stop)


@jit_bare
def count_with(
    key: Ints, levels: int, cell_start: Ints, counts: Ints, stack: Ints, start: int, stop: int
) -> None:
    """The same, with space for what is still to be split."""
    for c in range(start, stop):
        counts[c] = 1
        if cell_start[c + 1] - cell_start[c] <= LEAF:
            continue
        stack[0, 0], stack[0, 1], stack[0, 2] = cell_start[c], cell_start[c + 1], levels
        top = 1
        while top:
            top -= 1
            a, b, level = stack[top, 0], stack[top, 1], stack[top, 2]
            if b - a <= LEAF or level == 0:
                continue
            while a < b:
                end = run_end(key, 2 * (level - 1), a, b)
                stack[top, 0], stack[top, 1], stack[top, 2] = a, end, level - 1
                top += 1
                counts[c] += 1
                a = end


@jit_bare
def bounding_ball(xyz: Floats, start: int, stop: int, ball: Floats) -> None:
    """Centre of the bounding box and the distance to the farthest site, rounded up."""
    low_x = high_x = xyz[start, 0]
    low_y = high_y = xyz[start, 1]
    low_z = high_z = xyz[start, 2]
    for i in range(start + 1, stop):
        low_x, high_x = min(low_x, xyz[i, 0]), max(high_x, xyz[i, 0])
        low_y, high_y = min(low_y, xyz[i, 1]), max(high_y, xyz[i, 1])
        low_z, high_z = min(low_z, xyz[i, 2]), max(high_z, xyz[i, 2])
    x, y, z = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y), 0.5 * (low_z + high_z)
    farthest = 0.0
    if stop - start > 1:
        for i in range(start, stop):
            square = (xyz[i, 0] - x) ** 2 + (xyz[i, 1] - y) ** 2 + (xyz[i, 2] - z) ** 2
            farthest = max(farthest, square)
    ball[0], ball[1], ball[2] = x, y, z
    ball[3] = np.sqrt(farthest) * (1.0 + 1e-15) + 1e-16


@jit_bare
def fill_nodes(
    key: Ints, levels: int, cell_start: Ints, xyz: Floats, tree: Tree, start: int, stop: int
) -> None:
    """Breadth first, so that children stand side by side and each level is finished before the next."""
    for c in range(start, stop):
        head = tree.root[c]
        tail = head + 1
        tree.start[head], tree.stop[head] = cell_start[c], cell_start[c + 1]
        level, level_end = levels, tail
        while head < tail:
            if head == level_end:
                level, level_end = level - 1, tail
            a, b = tree.start[head], tree.stop[head]
            bounding_ball(xyz, a, b, tree.ball[head])
            if b - a > LEAF and level > 0:
                tree.child[head] = tail
                while a < b:
                    end = run_end(key, 2 * (level - 1), a, b)
                    tree.start[tail], tree.stop[tail] = a, end
                    tail += 1
                    a = end
                tree.children[head] = tail - tree.child[head]
            head += 1
