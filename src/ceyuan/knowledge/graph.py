"""Citations as a graph in order of time, and what had to be set aside to get there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ceyuan.compiled.threads import spread
from ceyuan.knowledge.arrays import AnyArray, Bools, Ints, Nodes
from ceyuan.knowledge.kernel.lists import (
    grouped,
    have_common,
    list_starts,
    time_tally,
    transposed,
    without_repeats,
)

BYTES_A_CITATION, BYTES_A_WORK = 20, 120


@dataclass(frozen=True)
class CitationTally:
    """What became of the citations: each that was read was kept, or set aside for the first reason that holds.

    Attributes:
        kept: those in the graph.
        unknown: those whose citing or cited work is not in the list of works, or has no time there.
        self_loops: works that cite themselves.
        self_citations: those between works with an author in common, where these are left out.
        duplicates: those that stand there already.
        same_time: of those kept, those to a work of the same year or day.
        future: of those kept, those to a later work.
    """

    kept: int
    unknown: int
    self_loops: int
    self_citations: int
    duplicates: int
    same_time: int
    future: int


@dataclass(frozen=True)
class CitationGraph:
    """Works in order of time with whom they cite and who cites them.

    Attributes:
        work: which work each node is: its place in the list of works, or behind it for cited works that are not in the list.
        time: year or day of each dated node, ascending.
        out_start: where the references of each node begin in ``out``, and one more.
        out: references, ascending for each node.
        in_start: the same for ``citers``.
        citers: the nodes that cite each node, ascending.
        tally: what was kept and what was set aside.
    """

    work: Nodes
    time: Nodes
    out_start: Ints
    out: Nodes
    in_start: Ints
    citers: Nodes
    tally: CitationTally

    @property
    def dated(self) -> int:
        """How many nodes have a time; they come first."""
        return int(self.time.size)


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
    """Bytes that a graph and its counts take at most, the tables that are read apart.

    >>> memory_needed(1_000_000, 10_000_000) >> 20
    305
    """
    return BYTES_A_WORK * works + BYTES_A_CITATION * citations


def build_graph(
    time: AnyArray,
    known: Bools,
    citing: Nodes,
    cited: Nodes,
    *,
    others: int = 0,
    authors: Authors | None = None,
    threads: int | None = None,
) -> CitationGraph:
    """Put citations in order of time.

    Args:
        time: year or day of each work in the list.
        known: whether it has one; works without are set aside with their citations.
        citing: place in the list of the citing work of each citation, −1 where it is not there.
        cited: the same for the cited work; places behind the list are cited works outside of it.
        others: how many such works there are.
        authors: who wrote each work; then citations between works with an author in common are left out.
        threads: threads to use, None for all.

    >>> graph = build_graph(np.array([2001, 2000]), np.array([True, True]), np.array([0, 0]), np.array([1, 0]))
    >>> graph.work.tolist(), graph.tally.kept, graph.tally.self_loops
    ([1, 0], 1, 1)
    """
    works = time.size
    dated = np.flatnonzero(known)
    order = dated[np.argsort(time[dated], kind="stable")]
    node_of = np.full(works + others + 1, -1, np.int32)  # the last entry is for −1
    node_of[order] = np.arange(order.size)
    # Cited works outside of the list come last: nothing later than them is ever asked for.
    outside = np.arange(works, works + others)
    if others:
        outside = np.concatenate([np.flatnonzero(~known), outside])
        node_of[outside] = np.arange(order.size, order.size + outside.size)
    ordered = time[order].astype(np.int32)
    source, target = node_of[citing], node_of[cited]
    read = source.size
    fits = (source >= 0) & (target >= 0) & (source < order.size)
    source, target = _kept(source, target, fits)
    known_count = source.size
    source, target = _kept(source, target, source != target)
    without_loops = source.size
    work = np.concatenate([order, outside]).astype(np.int32)
    if authors is not None:
        source, target = _kept(
            source, target, ~_common(authors, work[source], work[target], threads)
        )
    between_others = source.size
    # Lists of citers in any order first: transposed twice, both lists are ascending. What is not needed any more is dropped at
    # once, so that there are never more than three numbers for a citation.
    start = list_starts(target, work.size)
    unordered = grouped(target, source, start)
    del source, target
    out_start, out = transposed(start, unordered)
    del unordered, start
    out = out[: without_repeats(out_start, out)]
    in_start, citers = transposed(out_start, out)
    same, future = time_tally(out_start, out, ordered, order.size)
    tally = CitationTally(
        kept=out.size,
        unknown=read - known_count,
        self_loops=known_count - without_loops,
        self_citations=without_loops - between_others,
        duplicates=between_others - out.size,
        same_time=same,
        future=future,
    )
    return CitationGraph(work, ordered, out_start, out, in_start, citers, tally)


def _kept(source: Nodes, target: Nodes, which: Bools) -> tuple[Nodes, Nodes]:
    if which.all():
        return source, target
    return source[which], target[which]


def _common(authors: Authors, a: Nodes, b: Nodes, threads: int | None) -> Bools:
    found = np.zeros(a.size, np.bool_)
    task: Callable[[int, int], None] = lambda first, last: have_common(  # noqa: E731 - a piece of work for a thread
        authors.start, authors.member, a, b, found, first, last
    )
    spread(task, a.size, threads)
    return found
