"""Who cites whom: a table read in parts, its ids made numbers, and what cannot be used counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.compiled.threads import spread
from ceyuan.knowledge.arrays import AnyArray, Bools, Ints, Nodes
from ceyuan.knowledge.edges import Edges
from ceyuan.knowledge.graph import Authors, Order
from ceyuan.knowledge.inputs import AS_TEXT, Works, alike, id_column, places_in
from ceyuan.knowledge.kernel.lists import have_common, tally
from ceyuan.tabular.columns import columns_of_roles
from ceyuan.tabular.parts import Parts

LEAST_ROWS, MOST_ROWS = 1 << 20, 1 << 22
"""Rows at a time: as many as there are works, which have to be looked through for every part."""


@dataclass(frozen=True)
class Citations:
    """Who cites whom, as nodes of an order.

    Attributes:
        edges: the citations that can be used.
        count: how many of them each dated node makes.
        others: how many cited works outside of the list there are, where these are kept.
        read: rows read.
        without_id: rows that lack one of the two ids.
        unknown_citing: rows whose citing work is not in the list.
        unknown_cited: rows whose cited work is not in the list, though the citing one is, and which are not kept.
        undated: rows with a work that has no time.
        self_loops: works that cite themselves.
        self_citations: citations between works with an author in common, where these are left out.
        unreadable: rows that could not be split into cells.
    """

    edges: Edges
    count: Ints
    others: int
    read: int
    without_id: int
    unknown_citing: int
    unknown_cited: int
    undated: int
    self_loops: int
    self_citations: int
    unreadable: int


class _Outside:
    """Cited works that are not in the list, numbered in the order in which they come."""

    def __init__(self) -> None:
        self.ids = pa.array([], AS_TEXT)

    def numbers(self, column: Any) -> AnyArray:
        """The number of each; a new one for what was not seen before."""
        text = column.cast(AS_TEXT)
        distinct = pc.unique(text)
        new = distinct.filter(pc.is_null(pc.index_in(distinct, value_set=self.ids)))
        self.ids = pa.concat_arrays([self.ids, new])
        return places_in(text, self.ids)


@dataclass(frozen=True)
class _Reader:
    """What is known before the citations are read."""

    works: Works
    order: Order
    authors: Authors | None
    outside: _Outside | None
    threads: int | None

    def numbers(self, citing: Any, cited: Any, lost: Counter[str]) -> tuple[Nodes, Nodes]:
        """The nodes of the citations that can be used; the others are counted in ``lost``."""
        source, target, ids = alike(id_column(citing), id_column(cited), self.works.ids)
        complete = np.asarray(pc.and_(source.is_valid(), target.is_valid()).to_numpy())
        lost["without_id"] += int((~complete).sum())
        a, b = places_in(source, ids), places_in(target, ids)
        node_a, node_b = self.order.node_of[a], self.order.node_of[b]
        lost["unknown_citing"] += int((complete & (a < 0)).sum())
        outer = complete & (a >= 0) & (b < 0)
        if self.outside is None:
            lost["unknown_cited"] += int(outer.sum())
        elif outer.any():
            found = self.outside.numbers(target.filter(pa.array(outer)))
            node_b[outer] = self.order.work.size + found
        dated = (node_a >= 0) & (node_a < self.order.time.size)
        usable = complete & dated & (node_b >= 0)
        known = complete & (a >= 0) & ((b >= 0) | (node_b >= 0))
        lost["undated"] += int((known & ~usable).sum())
        return self._between_others(node_a, node_b, usable, lost)

    def _between_others(
        self, a: Nodes, b: Nodes, usable: Bools, lost: Counter[str]
    ) -> tuple[Nodes, Nodes]:
        """Without what works cite of themselves, and where authors are given of what their authors wrote."""
        loops = usable & (a == b)
        lost["self_loops"] += int(loops.sum())
        usable &= ~loops
        if not usable.all():
            a, b = a[usable], b[usable]
        if self.authors is None:
            return a, b
        own = self._of_same_authors(self.authors, a, b)
        lost["self_citations"] += int(own.sum())
        return a[~own], b[~own]

    def _of_same_authors(self, authors: Authors, a: Nodes, b: Nodes) -> Bools:
        """Whether two works have an author in common; nobody is known to have written works outside of the list."""
        own = np.zeros(a.size, np.bool_)
        listed = np.flatnonzero(b < self.order.work.size)
        work = self.order.work
        first, second = work[a[listed]], work[b[listed]]
        found = np.zeros(listed.size, np.bool_)
        task: Callable[[int, int], None] = lambda begin, end: have_common(  # noqa: E731 - a piece of work for a thread
            authors.start, authors.member, first, second, found, begin, end
        )
        spread(task, listed.size, self.threads)
        own[listed] = found
        return own


def read_citations(
    parts: Parts,
    works: Works,
    order: Order,
    renames: Mapping[str, str],
    *,
    authors: Authors | None = None,
    outside: bool = False,
    most: int | None = None,
    threads: int | None = None,
) -> Citations:
    """The citations of a table with the columns ``citing`` and ``cited``.

    Args:
        parts: the table.
        works: the list of works.
        order: their order.
        renames: names of columns by role.
        authors: who wrote each work; then citations between works with an author in common are left out.
        outside: keep cited works that are not in the list: they count as references, never as citers.
        most: how many citations are kept in memory, all if None.
        threads: threads to use, None for all.

    Raises:
        CeyuanError: ``column-missing`` and what reading finds.
    """
    columns = columns_of_roles(parts.head, renames, ("citing", "cited"))
    reader = _Reader(works, order, authors, _Outside() if outside else None, threads)
    edges, count = Edges(most), np.zeros(order.time.size, np.int64)
    lost: Counter[str] = Counter()
    read = unreadable = 0
    rows = min(max(LEAST_ROWS, len(works.ids)), MOST_ROWS)
    names = list(dict.fromkeys([columns["citing"], columns["cited"]]))
    for part in parts.of(names, rows):
        read, unreadable = read + part.rows, unreadable + part.unreadable
        citing, cited = part.column(columns["citing"]), part.column(columns["cited"])
        source, target = reader.numbers(citing, cited, lost)
        tally(source, count)
        edges.add(source, target)
    return Citations(
        edges=edges,
        count=count,
        others=0 if reader.outside is None else len(reader.outside.ids),
        read=read,
        without_id=lost["without_id"],
        unknown_citing=lost["unknown_citing"],
        unknown_cited=lost["unknown_cited"],
        undated=lost["undated"],
        self_loops=lost["self_loops"],
        self_citations=lost["self_citations"],
        unreadable=unreadable,
    )
