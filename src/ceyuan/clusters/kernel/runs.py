"""Records of tens of millions of rows that were written record by record: where each begins, in one pass over threads."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints
from ceyuan.compiled.jit import jit_bare
from ceyuan.compiled.threads import cuts, in_threads, thread_count

NOT_IN_ORDER = -1


@jit_bare
def count_starts(record: Ints, kind: Bytes, first: int, last: int) -> int:
    """How many records begin in rows ``first … last`` (``first`` ≥ 1); ``NOT_IN_ORDER`` where sorting is needed."""
    found = 0
    for i in range(first, last):
        if record[i] < record[i - 1] or (record[i] == record[i - 1] and kind[i] != kind[i - 1]):
            return NOT_IN_ORDER
        found += record[i] != record[i - 1]
    return found


@jit_bare
def fill_starts(record: Ints, first: int, last: int, start: Ints) -> None:
    """Write the rows at which the records of rows ``first … last`` begin."""
    n = 0
    for i in range(first, last):
        if record[i] != record[i - 1]:
            start[n] = i
            n += 1


def record_starts(record: Ints, kind: Bytes, threads: int | None = None) -> Ints | None:
    """First row of each record, and one more, if ids ascend and no record has two kinds; else None.

    Args:
        record: record number of each row, at least one; negative where missing.
        kind: kind of each row.
        threads: threads to use, None for all.
    """
    if record[0] < 0:
        return None
    pieces = [(a + 1, b + 1) for a, b in cuts(record.size - 1, thread_count(threads))]
    found = in_threads([partial(count_starts, record, kind, a, b) for a, b in pieces])
    if NOT_IN_ORDER in found:
        return None
    begins = np.cumsum([1, *found])
    start = np.empty(begins[-1] + 1, np.int64)
    start[0], start[-1] = 0, record.size
    in_threads(
        [
            partial(fill_starts, record, a, b, start[x:y])
            for (a, b), (x, y) in zip(pieces, pairwise(begins), strict=True)
        ]
    )
    return start
