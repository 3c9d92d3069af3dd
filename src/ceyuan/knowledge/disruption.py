"""Disruption: do later works cite a work instead of what it built on, or together with it?

For a work *f* and the works that are later than it and inside the window, let n_F be those that cite f but none of its
references, n_B those that cite f and at least one of its references, n_R those that cite a reference but not f. Then

- CD = (n_F − n_B) / (n_F + n_B + n_R), which is also DI_1 (Funk and Owen-Smith 2017; Wu, Wang and Evans 2019);
- mCD = CD · (n_F + n_B): disruption weighted by use (Funk and Owen-Smith 2017);
- DI_l = (n_F − n_B^l) / (n_F + n_B^l + n_R), where n_B^l are those that cite f and at least l of its references
  (Bornmann, Devarakonda, Tekles and Chacko 2020);
- dependence = the mean number of f's references that a citer of f cites (Bu, Waltman and Huang 2021).

A work without (known) references cannot consolidate anything: the formula gives it CD = 1, which says nothing. A work that
nobody cites in the window disrupts nothing: the formula gives 0. Both are *undefined* here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from ceyuan.compiled.threads import cuts, in_threads, spread, thread_count
from ceyuan.errors import fail
from ceyuan.frames import Framed
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats, Ints, Nodes, Words
from ceyuan.knowledge.edges import cut
from ceyuan.knowledge.graph import Block, CitationGraph
from ceyuan.knowledge.kernel.shared import LEVELS, count_shared, hub_rows
from ceyuan.knowledge.prepared import Prepared, prepare
from ceyuan.knowledge.windows import (
    Grain,
    Ties,
    Window,
    finished,
    node_ranges,
    one_of,
    parse_window,
    read_times,
    window_ends,
    year_of,
)

HUB_BYTES_A_CITATION, LEAST_HUB_BYTES = 8, 1 << 25
"""The bitmaps of the most cited works may take so much."""
FIVE_YEARS = Window()


@dataclass(frozen=True)
class Rules:
    """What counts, besides the formulas.

    Attributes:
        window: how long after a work others count.
        ties: whether works of the same year or day count as later (``same``) or not (``later``).
        min_references: works with fewer known references are undefined; those with none always are.
        until: the last year or day of the data; the latest of all works if None.
    """

    window: Window = FIVE_YEARS
    ties: Ties = "later"
    min_references: int = 0
    until: int | None = None


@dataclass(frozen=True, repr=False)
class Disruption(Framed):
    """The counts of each dated work, in the order of the list of works, and the indices that follow from them.

    Attributes:
        ids: the works.
        time: year or day of each.
        grain: which of the two.
        references: known references.
        direct: works in the window that cite it.
        level: of these, those that cite at least 1 … 5 of its references, shape (works, 5).
        only: works in the window that cite a reference, but not the work.
        links: citations from its citers to its references.
        complete: whether its window is over at the end of the data.
        rules: what counted.
    """

    ids: Sequence[Any]
    time: AnyArray
    grain: Grain
    references: Ints
    direct: Nodes
    level: Nodes
    only: Nodes
    links: Ints
    complete: Bools
    rules: Rules

    @property
    def nf(self) -> Nodes:
        """n_F: citers that cite no reference."""
        return np.asarray(self.direct - self.level[:, 0])

    @property
    def nb(self) -> Nodes:
        """n_B: citers that also cite a reference."""
        return np.asarray(self.level[:, 0])

    @property
    def nr(self) -> Nodes:
        """n_R: works that cite a reference only."""
        return self.only

    @cached_property
    def defined(self) -> Bools:
        """Whether a work has references enough and at least one citer in its window."""
        enough = self.references >= max(1, self.rules.min_references)
        return np.asarray(enough & (self.direct > 0))

    def di(self, least: int = 1) -> Floats:
        """DI_l; NaN where undefined.

        Args:
            least: l, from 1 to 5.
        """
        both = self.level[:, least - 1]
        total = self.nf + both + self.nr
        return _ratio(self.nf - both, total, self.defined)

    @property
    def cd(self) -> Floats:
        """CD; NaN where undefined."""
        return self.di(1)

    @property
    def mcd(self) -> Floats:
        """MCD: CD times the citers; NaN where undefined."""
        # The product of two counts of works may be larger than a number of works.
        top = (self.nf - self.nb).astype(np.float64) * self.direct
        return _ratio(top, self.direct + self.nr, self.defined)

    @property
    def dependence(self) -> Floats:
        """References that a citer shares with the work on average; NaN where undefined."""
        return _ratio(self.links, self.direct, self.defined)

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """The columns of ``disruption.csv``, then ``mcd`` and ``di2`` … ``di4``."""
        return {**self.main_columns(), "mcd": self.mcd, **{f"di{k}": self.di(k) for k in (2, 3, 4)}}

    def main_columns(self) -> dict[str, Any]:
        """The columns of ``disruption.csv``."""
        return {
            "id": self.ids,
            "year": year_of(self.time, self.grain),
            "references": self.references,
            "nf": self.nf,
            "nb": self.nb,
            "nr": self.nr,
            "cd": self.cd,
            "di5": self.di(5),
            "dependence": self.dependence,
            "complete": self.complete,
        }

    def family_columns(self) -> dict[str, Any]:
        """MCD, and the counts and values of DI_1 … DI_5."""
        levels = range(1, LEVELS + 1)
        counted = {f"nb{k}": self.level[:, k - 1] for k in levels}
        return {
            "id": self.ids,
            "mcd": self.mcd,
            **counted,
            **{f"di{k}": self.di(k) for k in levels},
        }

    def __repr__(self) -> str:
        n = len(self.ids)
        return f"Disruption of {n:,} works, window {self.rules.window}: {int(self.defined.sum()):,} defined"


def measure(prepared: Prepared, rules: Rules, threads: int | None = None) -> Disruption:
    """Count and measure every dated work.

    Args:
        prepared: works and citations in order of time.
        rules: what counts.
        threads: threads to use, None for all.

    Raises:
        CeyuanError: ``knowledge-bad-option``.
    """
    graph, grain = prepared.graph, prepared.works.grain
    ends = window_ends(graph.time, rules.window, grain)
    low, high = node_ranges(graph.time, ends, rules.ties)
    found = counts(graph, low, high, threads)
    until = int(graph.time[-1]) if rules.until is None else rules.until
    back = np.argsort(graph.work[: graph.dated], kind="stable")  # in the order of the list of works
    listed = graph.work[: graph.dated][back]
    return Disruption(
        ids=prepared.works.names.take(pa.array(listed)),
        time=graph.time[back],
        grain=grain,
        references=np.diff(graph.out_start)[back],
        direct=found.direct[back],
        level=found.level[back],
        only=found.only[back],
        links=found.links[back],
        complete=finished(ends, until)[back],
        rules=replace(rules, until=until),
    )


@dataclass(frozen=True)
class _Counts:
    """What is counted for each dated node."""

    direct: Nodes
    level: Nodes
    only: Nodes
    links: Ints

    @classmethod
    def of_none(cls, nodes: int) -> _Counts:
        """Nothing counted yet."""
        direct, only = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32)
        return cls(direct, np.zeros((nodes, LEVELS), np.int32), only, np.zeros(nodes, np.int64))


def counts(graph: CitationGraph, low: Nodes, high: Nodes, threads: int | None = None) -> _Counts:
    """Citers in the window, those that share references, works that cite references only, shared references; by node.

    Args:
        graph: citations in order of time.
        low: first node of the window of each dated node.
        high: one past its last.
        threads: threads to use, None for all.
    """
    found = _Counts.of_none(graph.dated)
    for block in graph.blocks():
        hub_of, rows = _hubs(block, threads)
        # Windows begin and end in order of time: those that the block lies in are those of a range of works.
        begin = int(np.searchsorted(high, block.first, side="right"))
        end = int(np.searchsorted(low, block.last, side="left"))
        pieces = cut(graph.out_start, begin, end, graph.most) if begin < end else []
        for first, last in pairwise(pieces):
            _count(graph, block, (first, last), (low, high), hub_of, rows, found, threads)
    return found


def _count(
    graph: CitationGraph, block: Block, works: tuple[int, int], windows: tuple[Nodes, Nodes], hub_of: Nodes, rows: Words,
    found: _Counts, threads: int | None,
) -> None:  # fmt: skip
    """Add what the citers of a block count for a range of works."""
    first, last = works
    whole = works == (block.first, block.last)
    cites = (block.out_start, block.out) if whole else graph.references(first, last)
    width = block.last - block.first
    low, high = (np.clip(each[first:last] - block.first, 0, width) for each in windows)
    task = partial(
        count_shared, *cites, block.out_start, block.out, block.in_start, block.citers, low, high, first, first - block.first,
        hub_of, rows, found.direct[first:last], found.level[first:last], found.only[first:last], found.links[first:last],
    )  # fmt: skip
    spread(task, last - first, threads)


def _hubs(block: Block, threads: int | None) -> tuple[Nodes, Words]:
    """The most cited nodes and bitmaps of their citers in a block, as far as the memory that they may take."""
    words = (block.out_start.size + 62) >> 6
    cited = np.diff(block.in_start)
    hubs = np.flatnonzero(cited > max(64, words // 8))
    most = max(LEAST_HUB_BYTES, HUB_BYTES_A_CITATION * block.out.size) // max(1, 8 * words)
    if hubs.size > most:
        hubs = hubs[np.argsort(-cited[hubs], kind="stable")[:most]]
    hub_of = np.full(cited.size, -1, np.int32)
    hub_of[hubs] = np.arange(hubs.size)
    rows = np.zeros((hubs.size, words), np.uint64)
    pieces = cuts(hubs.size, thread_count(threads))
    of = hubs.astype(np.int32)
    in_threads([partial(hub_rows, of, block.in_start, block.citers, rows, a, b) for a, b in pieces])
    return hub_of, rows


def _ratio(top: AnyArray, bottom: AnyArray, defined: Bools) -> Floats:
    found = np.full(top.size, np.nan)
    np.divide(top, bottom, out=found, where=defined & (bottom > 0))
    return found


def disruption(
    citations: object,
    works: object,
    *,
    window: str = "5",
    ties: Ties = "later",
    min_references: int = 0,
    until: str | None = None,
    authors: object | None = None,
    outside: bool = False,
    columns: Sequence[str] = (),
    memory: str | None = None,
    threads: int | None = None,
) -> Disruption:
    """Disruption indices of every work of a list.

    Args:
        citations: columns ``citing``, ``cited``: a path, a mapping of columns, or a frame of pandas, polars or pyarrow.
        works: columns ``id`` and ``year`` or ``date``.
        window: so many years (``5``), days (``1825d``), or ``open``.
        ties: whether works of the same year or day count as later (``same``) or not (``later``).
        min_references: works with fewer known references are undefined.
        until: the last year or day of the data; the latest of all works if None.
        authors: columns ``work``, ``author``; then citations between works with an author in common are left out.
        outside: keep cited works that are not in the list, as references.
        columns: other names of columns, as ``role=Column``.
        memory: how much memory the graph and its counts may take (``4GB``), see :func:`~ceyuan.knowledge.prepared.prepare`.
        threads: threads to use, None for all.

    Raises:
        CeyuanError: what :func:`~ceyuan.knowledge.prepared.prepare` finds, or ``knowledge-bad-option``.

    >>> works = {"id": ["old", "new", "a", "b"], "year": [2000, 2005, 2006, 2007]}
    >>> found = disruption({"citing": ["new", "a", "b", "b"], "cited": ["old", "new", "new", "old"]}, works)
    >>> found.nf.tolist(), found.nb.tolist(), found.cd.tolist()
    ([1, 1, 0, 0], [0, 1, 0, 0], [nan, 0.0, nan, nan])
    """
    prepared = prepare(
        citations, works, authors=authors, outside=outside, columns=columns, memory=memory, threads=threads
    )  # fmt: skip
    return measure(prepared, rules_of(prepared, window, ties, min_references, until), threads)


def rules_of(
    prepared: Prepared, window: str, ties: Ties, min_references: int, until: str | None
) -> Rules:
    """The rules in the words of the command line.

    Raises:
        CeyuanError: ``knowledge-bad-option``.
    """
    one_of("ties", ties, get_args(Ties))
    if min_references < 0:
        raise fail("knowledge-bad-option", f"min_references is {min_references}, less than none")
    last = None
    if until is not None:
        last = read_times([str(until)], prepared.works.grain)[0]
        if last is None:
            raise fail(
                "knowledge-bad-option",
                f"{until!r} is no {prepared.works.grain}, which the works have",
            )
    return Rules(parse_window(window), ties, min_references, last)
