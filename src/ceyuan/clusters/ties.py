"""Ties between clusters: records with contributors in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.points.table import PointTable
from ceyuan.compiled.distinct import distinct

MOST_CELLS = 1 << 26
"""Many rows are counted in tables of pairs, one for each thread, where all of them have no more cells (512 MB)."""


@dataclass(frozen=True)
class Ties:
    """Pairs of clusters with records in common.

    Attributes:
        a: first cluster of each pair.
        b: second cluster, greater than ``a``.
        records: how many records touch both.
        touching: how many records touch each cluster.
    """

    a: Ints
    b: Ints
    records: Ints
    touching: Ints

    def strength(self) -> Ints:
        """For each cluster, its records shared with any other cluster, added over the others."""
        total = np.zeros(self.touching.size, np.int64)
        np.add.at(total, self.a, self.records)
        np.add.at(total, self.b, self.records)
        return total

    def shares(self) -> tuple[Floats, Floats]:
        """The pair's part of all ties of its first, and of its second cluster (0 … 1)."""
        total = np.maximum(self.strength(), 1)
        return self.records / total[self.a], self.records / total[self.b]

    def strongest(self) -> Labels:
        """The cluster that each cluster is tied to most (of equals the first one); −1 without ties."""
        best = np.full(self.touching.size, -1, np.int32)
        one, other = np.append(self.a, self.b), np.append(self.b, self.a)
        records = np.append(self.records, self.records)
        order = np.lexsort((other, -records, one))
        order = order[records[order] > 0]
        who, first = np.unique(one[order], return_index=True)
        best[who] = other[order][first]
        return best

    def grouped(self, group: Labels, n: int) -> tuple[Ints, Ints, Ints]:
        """Pairs of groups and their records, added over pairs of clusters (a record may be in several of them)."""
        x, y = group[self.a], group[self.b]
        apart = x != y
        code = np.minimum(x, y)[apart].astype(np.int64) * n + np.maximum(x, y)[apart]
        pairs, place = np.unique(code, return_inverse=True)
        records = np.zeros(pairs.size, np.int64)
        np.add.at(records, place, self.records[apart])
        return pairs // max(n, 1), pairs % max(n, 1), records


def has_table(clusters: int, tables: int) -> bool:
    """Whether pairs of so many clusters are counted in tables: beyond, pairs of record and cluster are sorted.

    >>> has_table(4_000, 2), has_table(10_000, 2)
    (True, False)
    """
    return clusters * clusters * tables <= MOST_CELLS


def no_ties(clusters: int) -> Ties:
    """No ties between any of the clusters."""
    none = np.empty(0, np.int64)
    return Ties(none, none, none, np.zeros(clusters, np.int64))


def ties_of_table(table: Ints) -> Ties:
    """Ties from a table of pairs (upper triangle) with the touched clusters on its diagonal."""
    a, b = np.nonzero(np.triu(table, 1))
    return Ties(a, b, table[a, b], np.ascontiguousarray(np.diagonal(table)))


def count_ties(points: PointTable, label: Labels, times: Ints | None = None) -> Ties:
    """Count the records that touch each pair of clusters, by sorting pairs of record and cluster.

    For many rows :func:`ceyuan.clusters.counting.count_all` counts them on its way.

    Args:
        points: the rows.
        label: cluster of each site, −1 for noise.
        times: how often each record counts; once where not given.
    """
    clusters = int(label.max(initial=-1)) + 1
    often = np.ones(points.n_records, np.int64) if times is None else times
    place = np.append(label, -1)[points.site]
    inside = np.flatnonzero(place >= 0)
    pairs = distinct(points.record_of_row()[inside] * max(clusters, 1) + place[inside])
    record, cluster = pairs // max(clusters, 1), pairs % max(clusters, 1)
    touching = np.zeros(clusters, np.int64)
    np.add.at(touching, cluster, often[record])
    codes, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    left, step = np.arange(record.size), 1
    # pairs of a record stand side by side: compare each with the next, the one after …
    while left.size:
        left = left[left + step < record.size]
        left = left[record[left + step] == record[left]]
        codes.append(cluster[left] * clusters + cluster[left + step])
        counts.append(often[record[left]])
        step += 1
    code, pair = np.unique(np.concatenate(codes), return_inverse=True)
    records = np.zeros(code.size, np.int64)
    np.add.at(records, pair, np.concatenate(counts))
    tied = records > 0
    code, records = code[tied], records[tied]
    return Ties(code // max(clusters, 1), code % max(clusters, 1), records, touching)
