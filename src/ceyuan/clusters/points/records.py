"""Rows to records: which rows belong together, in an order in which they stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Bools, Bytes, Ints, Labels
from ceyuan.clusters.points.sites import SMALL_ROWS


@dataclass(frozen=True)
class Grouping:
    """Records as runs of rows.

    Attributes:
        start: first row of each record, and one more.
        order: the order that makes records contiguous; None if they are already.
    """

    start: Ints
    order: Ints | None


def group_rows(record: Ints, kind: Bytes, threads: int | None = None) -> Grouping:
    """Group rows by record and kind (ids of patents and of publications may coincide).

    Files are usually written record by record: then ids ascend and one look at each neighbour is enough.

    Args:
        record: record number of each row; negative where missing: such a row is a record of its own.
        kind: kind of each row.
        threads: threads to use, None for all.
    """
    if record.size == 0:
        return Grouping(np.zeros(1, np.int64), None)
    start = _starts_in_order(record, kind, threads)
    if start is not None:
        return Grouping(start, None)
    order = np.lexsort((kind, record))
    record, kind = record[order], kind[order]
    new = (record[1:] != record[:-1]) | (kind[1:] != kind[:-1]) | (record[1:] < 0)
    return Grouping(_starts(new), order)


def _starts_in_order(record: Ints, kind: Bytes, threads: int | None) -> Ints | None:
    """The records' first rows where ids ascend, none is missing, and none has two kinds; else None."""
    if record.size > SMALL_ROWS:
        from ceyuan.clusters.kernel.runs import record_starts  # numba only where it is used  # noqa: PLC0415

        return record_starts(record, kind, threads)
    new_id = record[1:] != record[:-1]
    new_kind = kind[1:] != kind[:-1]
    in_order = not (record[1:] < record[:-1]).any() and int(record[0]) >= 0
    return _starts(new_id) if in_order and not (new_kind & ~new_id).any() else None


def _starts(new: Bools) -> Ints:
    return np.concatenate([[0], np.flatnonzero(new) + 1, [new.size + 1]])


def divisors(start: Ints, contributor: Ints, site: Labels) -> Ints:
    """Into how many parts a record is cut for each row when a contributor may have several rows.

    A record gives 1/n to each of its n contributors. A contributor with several located rows (affiliations) shares it
    evenly among them; rows without a position take part only if the contributor has no other.

    Args:
        start: first row of each record, and one more.
        contributor: contributor of each row, −1 where missing: then the row is a contributor of its own.
        site: site of each row, −1 where unlocated.

    Returns:
        For each row n × (rows that share the contributor's part); 0 for rows that take no part.
    """
    rows = contributor.size
    record = np.repeat(np.arange(start.size - 1), np.diff(start))
    who = np.where(contributor >= 0, contributor, contributor.max(initial=0) + 1 + np.arange(rows))
    order = np.lexsort((who, record))
    new = np.concatenate(
        [[True], (record[order][1:] != record[order][:-1]) | (who[order][1:] != who[order][:-1])]
    )
    group = np.empty(rows, np.int64)
    group[order] = np.cumsum(new[:rows]) - 1
    located = site >= 0
    groups = int(group.max(initial=-1)) + 1
    located_rows = np.bincount(group[located], minlength=groups)
    all_rows = np.bincount(group, minlength=groups)
    sharing = np.where(located_rows > 0, located_rows, all_rows)
    contributors = np.bincount(record[order][new[:rows]], minlength=start.size - 1)
    takes_part = located | (located_rows[group] == 0)
    return np.where(takes_part, contributors[record] * sharing[group], 0)
