"""Citations as a graph in order of time: whole in memory, or on disk and looked at in blocks of citing works.

What a measure counts for a work it counts over its citers and those of its references, one by one: counts of several blocks of
citing works add up to those of all. A block needs the references of its own works only, whoever is cited; since works stand in
order of time, the windows that it lies in are those of a range of works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ceyuan.knowledge.arrays import AnyArray, Bools, Ints, Nodes
from ceyuan.knowledge.edges import Edges, NodeFile, cut
from ceyuan.knowledge.kernel.lists import put, tally, time_tally, transposed, without_repeats

BYTES_A_CITATION, BYTES_A_WORK = 20, 200
LEAST_BLOCK = 1 << 20
"""Citations that are held in any case."""


@dataclass(frozen=True)
class Order:
    """Works in order of time.

    Attributes:
        node_of: the node of each work of the list; −1 where it has none, and at the end.
        work: which work each node is.
        time: year or day of each dated node, ascending.
    """

    node_of: Nodes
    work: Nodes
    time: Nodes


@dataclass(frozen=True)
class CitationTally:
    """What became of the citations between nodes.

    Attributes:
        kept: those in the graph.
        duplicates: those that stand there already.
        same_time: of those kept, those to a work of the same year or day.
        future: of those kept, those to a later work.
    """

    kept: int
    duplicates: int
    same_time: int
    future: int


@dataclass(frozen=True)
class Block:
    """Some citing works, with whom they cite and who of them cites whom.

    Attributes:
        first: the first of them, a node.
        last: one past the last.
        out_start: where the references of each of them begin in ``out``, and one more.
        out: references, ascending for each of them.
        in_start: where the citers of each node of the graph begin in ``citers``, and one more.
        citers: those of them that cite each node, counted from ``first``, ascending.
    """

    first: int
    last: int
    out_start: Ints
    out: Nodes
    in_start: Ints
    citers: Nodes


@dataclass(frozen=True)
class CitationGraph:
    """Works in order of time with whom they cite.

    Attributes:
        work: which work each node is: its place in the list of works, or behind it for cited works that are not in the list.
        time: year or day of each dated node, ascending.
        out_start: where the references of each dated node begin in ``out``, and one more.
        out: references, ascending for each node; in a file where they are not to be in memory.
        most: how many citations a block may have, None for any number.
        tally: what was kept and what was set aside.
    """

    work: Nodes
    time: Nodes
    out_start: Ints
    out: Nodes | NodeFile
    most: int | None
    tally: CitationTally

    @property
    def dated(self) -> int:
        """How many nodes have a time; they come first."""
        return int(self.time.size)

    def references(self, first: int, last: int) -> tuple[Ints, Nodes]:
        """Where the references of nodes ``first … last`` begin, and one more, and these references."""
        start = self.out_start[first : last + 1]
        return start - start[0], self.out[start[0] : start[-1]]

    def blocks(self) -> Iterator[Block]:
        """All dated works as citing works, block by block."""
        cuts = cut(self.out_start, 0, self.dated, self.most)
        for first, last in pairwise(cuts):
            start, out = self.references(first, last)
            yield Block(first, last, start, out, *transposed(start, out, self.work.size))


@dataclass(frozen=True)
class Authors:
    """Who wrote each work.

    Attributes:
        start: where the authors of each work begin, and one more.
        member: authors, ascending for each work.
    """

    start: Ints
    member: Nodes


def memory_needed(works: int, citations: int) -> int:
    """Bytes that a graph and its counts take at most in memory, the tables that are read apart.

    >>> memory_needed(1_000_000, 10_000_000) >> 20
    381
    """
    return BYTES_A_WORK * works + BYTES_A_CITATION * citations


def most_held(memory: int, works: int) -> int:
    """How many citations may be held at a time so that no more memory is needed than a limit.

    >>> most_held(1 << 30, 1_000_000)
    43687091
    """
    return max(LEAST_BLOCK, (memory - BYTES_A_WORK * works) // BYTES_A_CITATION)


def in_order(time: AnyArray, known: Bools, *, undated: bool = False) -> Order:
    """Put works in order of time.

    Args:
        time: year or day of each work.
        known: whether it has one.
        undated: whether works without a time are nodes too, behind the others: they may be cited.

    >>> in_order(np.array([2001, 0, 2000]), np.array([True, False, True])).work.tolist()
    [2, 0]
    """
    dated = np.flatnonzero(known)
    order = dated[np.argsort(time[dated], kind="stable")]
    times = time[order].astype(np.int32)
    if undated:
        # Nothing later than them is ever asked for.
        order = np.concatenate([order, np.flatnonzero(~known)])
    node_of = np.full(time.size + 1, -1, np.int32)  # the last entry is for −1
    node_of[order] = np.arange(order.size)
    return Order(node_of, order.astype(np.int32), times)


def build_graph(
    order: Order, edges: Edges, count: Ints, *, others: int = 0, most: int | None = None
) -> CitationGraph:
    """Citations in order of time; those that are given are used up.

    Args:
        order: the works.
        edges: citations of dated nodes, none of itself.
        count: how many citations each dated node makes.
        others: how many cited works outside of the list there are, which are the nodes behind those of the order.
        most: how many citations are held at a time, all if None.

    >>> order, edges = in_order(np.array([2001, 2000]), np.array([True, True])), Edges()
    >>> edges.add(np.array([1, 1], np.int32), np.array([0, 0], np.int32))
    >>> build_graph(order, edges, np.array([0, 2])).tally
    CitationTally(kept=1, duplicates=1, same_time=0, future=0)
    """
    dated, read = order.time.size, edges.size
    # Behind the list of works: cited works that are not in it.
    outside = np.arange(order.node_of.size - 1, order.node_of.size - 1 + others)
    work = np.concatenate([order.work, outside]).astype(np.int32)
    cuts = cut(np.concatenate([[0], np.cumsum(count)]), 0, dated, most)
    out_start = np.zeros(dated + 1, np.int64)
    out: Nodes | NodeFile = np.zeros(0, np.int32)
    stored = NodeFile() if len(cuts) > 2 else None
    kept = same = future = 0
    for first, last, part in zip(cuts[:-1], cuts[1:], edges.by_range(cuts), strict=True):
        start, lists = _ascending(part, first, last, work.size)
        of_same, of_future = time_tally(start, lists, order.time, first)
        same, future = same + of_same, future + of_future
        out_start[first : last + 1] = kept + start
        if stored is None:
            out = lists
        else:
            stored.write(kept, lists)
            out = stored
        kept += lists.size
    tallied = CitationTally(kept, read - kept, same, future)
    return CitationGraph(work, order.time, out_start, out, most, tallied)


def _ascending(edges: Edges, first: int, last: int, nodes: int) -> tuple[Ints, Nodes]:
    """The references of nodes ``first … last``, ascending for each, each once."""
    # Lists of citers in any order, seen from the other side, are lists of references in ascending order.
    start, unordered = _unordered(edges, first, nodes)
    out_start, out = transposed(start, unordered, last - first)
    return out_start, out[: without_repeats(out_start, out)]


def _unordered(edges: Edges, first: int, nodes: int) -> tuple[Ints, Nodes]:
    """The citers of each node, counted from ``first``, in the order in which they come."""
    start = np.zeros(nodes + 1, np.int64)
    for _, target in edges:
        tally(target, start[1:])
    np.cumsum(start, out=start)
    found = np.empty(start[-1], np.int32)
    position = start[:-1].copy()
    for source, target in edges.taken():
        put(target, source - np.int32(first), position, found)
    return start, found
