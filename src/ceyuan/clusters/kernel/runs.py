"""Records of tens of millions of rows that were written record by record: where each begins, in one pass over threads."""

from __future__ import annotations

from functools import partial

import numpy as np

from ceyuan.clusters.arrays import Bytes, Ints
from ceyuan.compiled.jit import jit_bare
from ceyuan.compiled.threads import cuts, in_threads, thread_count

NOT_IN_ORDER = -1


@jit_bare
def find_starts(record: Ints, kind: Bytes, first: int, last: int, start: Ints) -> int:
    """Write the rows at which the records of rows ``first … last`` (``first`` ≥ 1) begin.

    Returns how many there are, or ``NOT_IN_ORDER`` where sorting is needed.
    """
    found = 0
    ordered = True
    for i in range(first, last):
        new = record[i] != record[i - 1]
        ordered &= (record[i] >= record[i - 1]) & (new | (kind[i] == kind[i - 1]))
        start[found] = i
        found += new
    return found if ordered else NOT_IN_ORDER


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
    # one more: a row that begins no record is written, too, and then overwritten
    space = [np.empty(b - a + 1, np.int64) for a, b in pieces]
    found = in_threads(
        [
            partial(find_starts, record, kind, *ab, own)
            for ab, own in zip(pieces, space, strict=True)
        ]
    )
    if NOT_IN_ORDER in found:
        return None
    starts = [own[:n] for own, n in zip(space, found, strict=True)]
    return np.concatenate([np.zeros(1, np.int64), *starts, np.array([record.size])])
