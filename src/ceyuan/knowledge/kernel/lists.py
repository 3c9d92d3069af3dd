"""Citations as compressed lists: for each node whom it cites, and who cites it, both in ascending order.

Two transpositions sort both lists without comparing anything; the lists themselves take at most 12 bytes a citation.
"""

from __future__ import annotations

import numpy as np

from ceyuan.compiled.jit import jit
from ceyuan.knowledge.arrays import Bools, Ints, Nodes


@jit
def tally(key: Nodes, counted: Ints) -> None:
    """Count each node once more for every time that it stands there."""
    for i in range(key.size):
        counted[key[i]] += 1


@jit
def list_starts(key: Nodes, n: int) -> Ints:
    """Where the list of each node begins, and one more."""
    start = np.zeros(n + 1, np.int64)
    tally(key, start[1:])
    for node in range(n):
        start[node + 1] += start[node]
    return start


@jit
def put(key: Nodes, value: Nodes, position: Ints, found: Nodes) -> None:
    """Put the values into lists by key, each behind those of its list that are there; ``position`` moves on."""
    for i in range(key.size):
        at = position[key[i]]
        found[at] = value[i]
        position[key[i]] = at + 1


@jit
def transposed(start: Ints, lists: Nodes, others: int) -> tuple[Ints, Nodes]:
    """The lists seen from the other side, where ``others`` nodes are: where they begin, what is in them in ascending order."""
    begin = list_starts(lists, others)
    position = begin[:-1].copy()
    found = np.empty(lists.size, np.int32)
    for node in range(start.size - 1):
        for e in range(start[node], start[node + 1]):
            at = position[lists[e]]
            found[at] = node
            position[lists[e]] = at + 1
    return begin, found


@jit
def without_repeats(start: Ints, lists: Nodes) -> int:
    """Take what stands twice out of ascending lists, in place; the number of entries that are left."""
    kept = 0
    begin = start[0]
    for node in range(start.size - 1):
        end = start[node + 1]
        last = np.int32(-1)
        for e in range(begin, end):
            if lists[e] != last:
                last = lists[e]
                lists[kept] = last
                kept += 1
        begin = end
        start[node + 1] = kept
    return kept


@jit
def time_tally(start: Ints, lists: Nodes, time: Nodes, first: int) -> tuple[int, int]:
    """How many citations of nodes from ``first`` on go to a node of the same time, how many to a later one; some have none."""
    same = later = 0
    for node in range(start.size - 1):
        for e in range(start[node], start[node + 1]):
            if lists[e] < time.size:
                same += time[lists[e]] == time[first + node]
                later += time[lists[e]] > time[first + node]
    return same, later


@jit
def have_common(
    start: Ints, members: Nodes, a: Nodes, b: Nodes, found: Bools, first: int, last: int
) -> None:
    """Whether the lists of ``a[i]`` and ``b[i]``, both ascending, have a member in common."""
    for i in range(first, last):
        x, end_x = start[a[i]], start[a[i] + 1]
        y, end_y = start[b[i]], start[b[i] + 1]
        while x < end_x and y < end_y and members[x] != members[y]:
            if members[x] < members[y]:
                x += 1
            else:
                y += 1
        found[i] = x < end_x and y < end_y
