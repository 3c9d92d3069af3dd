"""How far apart the edges of neighbouring clusters are: the least of all distances between them.

Nodes whose points all carry one label are never compared with nodes of the same label, and a pair of clusters that
is known to come closer than two nodes can is not looked at again, so only the seams between clusters cost anything.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.kernel.sphere import Sites, squared_chord
from ceyuan.clusters.kernel.tree import STACK, Tree
from ceyuan.compiled.jit import jit, jit_bare

FREE = -1
MIXED, NOISE = -2, -1


@jit_bare
def node_labels(tree: Tree, label: Labels, found: Labels) -> None:
    """For each node the one label that its labelled sites share, ``MIXED`` if several, ``NOISE`` if none."""
    for node in range(tree.start.size):
        one = NOISE
        for i in range(tree.start[node], tree.stop[node]):
            if label[i] >= 0 and one != label[i]:
                one = label[i] if one == NOISE else MIXED
                if one == MIXED:
                    break
        found[node] = one


@jit_bare
def slot_of_pair(key: Ints, a: int, b: int, clusters: int) -> int:
    """Where the pair of clusters is, or is to be, in an open hash table."""
    code = min(a, b) * clusters + max(a, b)
    mask = key.size - 1
    slot = (code * 2654435761) & mask
    while key[slot] not in (FREE, code):
        slot = (slot + 1) & mask
    return slot


@jit
def nearest_edges(
    tree: Tree,
    sites: Sites,
    runs: Labels,
    count: Labels,
    label: Labels,
    of_node: Labels,
    limit: float,
    clusters: int,
    key: Ints,
    best: Floats,
) -> bool:
    """Fill a table of pairs of clusters with their least squared chord, where it is at most ``limit``.

    Returns:
        False if the table is too small: nothing can then be relied on.
    """
    stack = np.empty((2 * STACK, 2), np.int64)
    return fill_edges(tree, sites, runs, count, label, of_node, limit, clusters, key, best, stack)


@jit_bare
def fill_edges(
    tree: Tree,
    sites: Sites,
    runs: Labels,
    count: Labels,
    label: Labels,
    of_node: Labels,
    limit: float,
    clusters: int,
    key: Ints,
    best: Floats,
    stack: Ints,
) -> bool:
    """The same, with space for the nodes to be compared."""
    used = 0
    for c in range(count.size):
        a = tree.root[c]
        if of_node[a] == NOISE:
            continue
        for k in range(count[c]):
            for d in range(max(c, runs[c, k, 0]), runs[c, k, 1]):
                b = tree.root[d]
                if of_node[b] == NOISE or (of_node[a] >= 0 and of_node[a] == of_node[b]):
                    continue
                used += compare(
                    tree, sites, label, of_node, limit, clusters, key, best, a, b, stack
                )
                if 2 * used > key.size:
                    return False
    return True


@jit_bare
def compare(
    tree: Tree,
    sites: Sites,
    label: Labels,
    of_node: Labels,
    limit: float,
    clusters: int,
    key: Ints,
    best: Floats,
    a: int,
    b: int,
    stack: Ints,
) -> int:
    """Compare two nodes; how many new pairs of clusters were met."""
    fresh = 0
    stack[0, 0], stack[0, 1] = a, b
    top = 1
    while top:
        top -= 1
        a, b = stack[top, 0], stack[top, 1]
        if (
            of_node[a] == NOISE
            or of_node[b] == NOISE
            or (of_node[a] >= 0 and of_node[a] == of_node[b])
        ):
            continue
        gap = max(
            0.0,
            np.sqrt(squared_chord(tree.ball[a], tree.ball[b]))
            - tree.ball[a, 3]
            - tree.ball[b, 3]
            - 2e-15,
        )
        if gap * gap > limit:
            continue
        if of_node[a] >= 0 and of_node[b] >= 0:
            slot = slot_of_pair(key, of_node[a], of_node[b], clusters)
            if key[slot] != FREE and gap * gap >= best[slot]:
                continue
        if tree.children[a] == 0 and tree.children[b] == 0:
            fresh += compare_sites(tree, sites, label, limit, clusters, key, best, a, b)
            if 2 * fresh > key.size // 2:
                return fresh + key.size
        elif a != b and (
            tree.children[b] == 0 or (tree.children[a] and tree.ball[a, 3] >= tree.ball[b, 3])
        ):
            for k in range(tree.children[a]):
                stack[top, 0], stack[top, 1] = tree.child[a] + k, b
                top += 1
        else:
            for k in range(tree.children[b]):
                # a node with itself: each pair of its children
                last = tree.children[b] if a == b else k + 1
                for m in range(k, last):
                    stack[top, 0] = tree.child[b] + m if a == b else a
                    stack[top, 1] = tree.child[b] + k
                    top += 1
    return fresh


@jit_bare
def compare_sites(
    tree: Tree,
    sites: Sites,
    label: Labels,
    limit: float,
    clusters: int,
    key: Ints,
    best: Floats,
    a: int,
    b: int,
) -> int:
    """Compare two leaves site by site; how many new pairs of clusters were met."""
    fresh = 0
    for i in range(tree.start[a], tree.stop[a]):
        if label[i] < 0:
            continue
        for j in range(tree.start[b], tree.stop[b]):
            if label[j] < 0 or label[j] == label[i]:
                continue
            square = squared_chord(sites.xyz[i], sites.xyz[j])
            if square > limit:
                continue
            slot = slot_of_pair(key, label[i], label[j], clusters)
            if key[slot] == FREE:
                key[slot] = min(label[i], label[j]) * clusters + max(label[i], label[j])
                best[slot] = square
                fresh += 1
            else:
                best[slot] = min(best[slot], square)
    return fresh
