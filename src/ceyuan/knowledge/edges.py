"""Citations as they come in and lists of nodes, in memory as far as they may, then in files that vanish with the process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from weakref import finalize

import numpy as np

from ceyuan.knowledge.arrays import AnyArray, Nodes

PAIRS = 1 << 20
"""Citations at a time that are taken from a file."""
_EACH = np.dtype(np.int32).itemsize


class NodeFile:
    """A list of nodes in a file without a name, of which slices are read.

    The file is in the folder for temporary files (``TMPDIR``).

    >>> stored = NodeFile()
    >>> stored.write(0, np.array([4, 5, 6], np.int32))
    >>> stored[1:3].tolist(), stored.size
    ([5, 6], 3)
    """

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="ceyuan-knowledge-")  # noqa: SIM115 - it is closed, and vanishes, with the list
        self.size = 0
        finalize(self, self._file.close)

    def write(self, at: int, nodes: Nodes) -> None:
        """Write nodes from a place on."""
        self._file.seek(at * _EACH)
        self._file.write(np.ascontiguousarray(nodes, np.int32).data)
        self.size = max(self.size, at + nodes.size)

    def __getitem__(self, which: slice) -> Nodes:
        begin, end, _ = which.indices(self.size)
        self._file.seek(begin * _EACH)
        found = np.empty(max(0, end - begin), np.int32)
        self._file.readinto(found.data)
        return found


class Edges:
    """Pairs of nodes, who cites whom, kept in the order in which they come.

    Args:
        most: how many are kept in memory, all if None.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._parts: list[tuple[Nodes, Nodes]] = []
        self._stored: NodeFile | None = None
        self.size = 0

    def add(self, source: Nodes, target: Nodes) -> None:
        """Take more."""
        self.size += source.size
        self._parts.append((source, target))
        if self._most is not None and self.size > self._most:
            self._stored = self._stored or NodeFile()
            for each in self._parts:
                self._stored.write(self._stored.size, np.stack(each, axis=1).ravel())
            self._parts = []

    def __iter__(self) -> Iterator[tuple[Nodes, Nodes]]:
        """All pairs, part by part."""
        if self._stored is not None:
            for begin in range(0, self._stored.size, 2 * PAIRS):
                pairs = self._stored[begin : begin + 2 * PAIRS].reshape(-1, 2)
                yield pairs[:, 0].copy(), pairs[:, 1].copy()
        yield from self._parts

    def taken(self) -> Iterator[tuple[Nodes, Nodes]]:
        """The same; those in memory are forgotten as they are given."""
        if self._stored is not None:
            yield from self
            return
        while self._parts:
            yield self._parts.pop(0)

    def by_range(self, cuts: Sequence[int]) -> list[Edges]:
        """The same citations by ranges of citing nodes, on disk where there are several; nothing is left here.

        Args:
            cuts: where the ranges begin, and where the last one ends.
        """
        if len(cuts) == 2:
            return [self]
        found = [Edges(most=0) for _ in cuts[1:]]
        for source, target in self.taken():
            which = np.searchsorted(cuts, source, side="right") - 1
            order = np.argsort(which, kind="stable")
            ends = np.cumsum(np.bincount(which, minlength=len(found)))
            for bucket, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                if begin < end:
                    chosen = order[begin:end]
                    found[bucket].add(source[chosen], target[chosen])
        self._stored = None
        return found


def cut(start: AnyArray, first: int, last: int, most: int | None) -> list[int]:
    """Ranges of nodes ``first … last`` with at most so many citations each; a node that has more stands alone.

    Args:
        start: where the citations of each node begin, and one more.
        first: the first node.
        last: one past the last.
        most: how many, None for no limit.

    >>> cut(np.array([0, 2, 3, 9, 10]), 0, 4, 4)
    [0, 2, 3, 4]
    """
    found = [first]
    while found[-1] < last:
        at = found[-1]
        end = last
        if most is not None:
            end = int(np.searchsorted(start, start[at] + most, side="right")) - 1
        found.append(min(max(end, at + 1), last))
    return found if len(found) > 1 else [first, last]
