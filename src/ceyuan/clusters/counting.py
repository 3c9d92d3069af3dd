"""Fractional counting: what part of the world's records each cluster holds; nothing is lost.

A record gives 1/n to each of its n contributors. The parts of located contributors go to their clusters or to
noise, the parts of the others to *unlocated*, so that the three add up to the number of records. Everything is
counted in integers of a unit that 1 to 16 divide; for other n the remainder of the division is kept in
``rounding``, and the sum is checked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.distinct import sum_by_site
from ceyuan.clusters.points.sites import SMALL_ROWS
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.ties import MAX_DENSE, Ties, count_ties, no_ties, ties_of_table
from ceyuan.clusters.weights import SHARES, IntegerWeights, to_integers

SUM_TOLERANCE = 1e-9
WHOLE = 16  # into so many parts, and fewer, a record is cut without a remainder


@dataclass(frozen=True)
class Counts:
    """Fractional counts.

    Attributes:
        clusters: records of each cluster and kind, shape (clusters, kinds).
        noise: records outside clusters, by kind.
        unlocated: records of contributors without a position, by kind.
        rounding: what integer division left over, by kind.
        kinds: names of the kinds.
    """

    clusters: Floats
    noise: Floats
    unlocated: Floats
    rounding: Floats
    kinds: tuple[str, ...]

    @property
    def world(self) -> Floats:
        """All records by kind, wherever they are."""
        return np.asarray(self.clusters.sum(axis=0) + self.noise + self.unlocated + self.rounding)

    def merged(self, group: Labels, n: int) -> Counts:
        """The counts of groups of clusters: ``group[c]`` is the group of cluster c, of ``n`` groups."""
        clusters = np.zeros((n, self.clusters.shape[1]))
        np.add.at(clusters, group, self.clusters)
        return Counts(clusters, self.noise, self.unlocated, self.rounding, self.kinds)


def row_weights(points: PointTable) -> IntegerWeights | None:
    """The rows' weights as integers, None where every row weighs 1."""
    return None if points.weight is None else to_integers(points.weight, points.n_rows)


def site_weights(points: PointTable, weights: IntegerWeights | None, threads: int | None = None) -> Ints:
    """The integer weight of every site: what the density of clusters is measured in."""
    n, values = points.lat.size, None if weights is None else weights.values
    if points.n_rows <= SMALL_ROWS:
        return sum_by_site(points.site, n, values)
    from ceyuan.clusters.kernel.passes import sum_sites  # noqa: PLC0415 - numba only where it is used

    return sum_sites(points.site, n, values, threads)


def count_shares(
    points: PointTable, label: Labels, weights: IntegerWeights | None, threads: int | None = None
) -> Counts:
    """Count every cluster's part of the records.

    Args:
        points: the rows.
        label: cluster of each site, −1 for noise.
        weights: the rows' integer weights, None for 1 each.
        threads: threads to use, None for all.

    Raises:
        ArithmeticError: if the parts do not add up to the records, which would be a fault of this program.
    """
    return count_all(points, label, weights, threads, ties=False)[0]


def count_all(
    points: PointTable,
    label: Labels,
    weights: IntegerWeights | None,
    threads: int | None = None,
    *,
    ties: bool = True,
) -> tuple[Counts, Ties]:
    """The same together with the ties between clusters: one pass over the rows serves both.

    Args:
        points: the rows.
        label: cluster of each site, −1 for noise.
        weights: the rows' integer weights, None for 1 each.
        threads: threads to use, None for all.
        ties: whether ties are wanted; without, they come out empty.

    Raises:
        ArithmeticError: as :func:`count_shares`.
    """
    clusters = int(label.max(initial=-1)) + 1
    values, scale = (None, 1.0) if weights is None else (weights.values, weights.scale)
    unit = unit_of(points, weights)
    found = no_ties(clusters)
    if points.n_rows <= SMALL_ROWS:
        share = _share_small(points, label, values, unit, clusters)
        found = count_ties(points, label) if ties else found
    else:
        from ceyuan.clusters.kernel.passes import sum_counts  # numba only where it is used  # noqa: PLC0415

        dense = ties and clusters <= MAX_DENSE
        share, table = sum_counts(points, label, values, unit, clusters, dense, threads)
        if ties:
            found = ties_of_table(table) if dense else count_ties(points, label)
    in_records = share / (unit * scale)
    rounding = _rounding(points, weights, unit) / (unit * scale)
    counts = Counts(in_records[:-2], in_records[-2], in_records[-1], rounding, points.kinds)
    _check(points, counts)
    return counts, found


def unit_for(total: float) -> int:
    """What a whole record is worth: as large as the sum of all rows allows, divisible by 1 to 16."""
    shift = max(0, int(np.floor(np.log2(2.0**61 / (SHARES * max(1.0, total))))))
    return SHARES << min(shift, 30)


def unit_of(points: PointTable, weights: IntegerWeights | None) -> int:
    """What a whole record of these rows is worth."""
    return unit_for(float(points.n_rows) if weights is None else float(weights.values.sum()) + 1.0)


def row_divisors(points: PointTable) -> Ints:
    """Into how many parts its record is cut for each row; 0 for rows that take no part."""
    if points.divisor is not None:
        return points.divisor
    size = np.diff(points.start)
    return np.repeat(size, size)


def _share_small(points: PointTable, label: Labels, weight: Ints | None, unit: int, clusters: int) -> Ints:
    """The same as the compiled pass, in NumPy."""
    divisor = row_divisors(points)
    part = np.where(divisor > 0, unit // np.maximum(divisor, 1), 0)
    if weight is not None:
        part = part * weight
    place = np.append(label, clusters + 1)[points.site]  # site −1 is the last entry
    place = np.where(place == -1, clusters, place)
    share = np.zeros((clusters + 2, len(points.kinds)), np.int64)
    np.add.at(share, (place, points.kind), part)
    return share


def _rounding(points: PointTable, weights: IntegerWeights | None, unit: int) -> Floats:
    """What unit // divisor lost, by kind. Few distinct divisors, so counted by divisor and kind, in pieces."""
    lost = np.zeros(len(points.kinds))
    if weights is None and points.divisor is None:
        size = np.diff(points.start)
        rare = np.flatnonzero(size > WHOLE)
        np.add.at(lost, points.kind[points.start[rare]], (unit % size[rare]).astype(np.float64))
        return lost
    divisor = row_divisors(points)
    rare = np.flatnonzero(divisor > WHOLE)
    weight = 1.0 if weights is None else weights.values[rare].astype(np.float64)
    np.add.at(lost, points.kind[rare], (unit % divisor[rare]) / divisor[rare] * weight)
    return lost


def _check(points: PointTable, counts: Counts) -> None:
    """Where every row weighs 1, the parts must add up to the number of records of each kind."""
    if points.weight is not None:
        return
    records = np.bincount(points.kind[points.start[:-1]], minlength=len(points.kinds))
    if not np.allclose(counts.world, records, rtol=SUM_TOLERANCE, atol=SUM_TOLERANCE):
        raise ArithmeticError(f"{counts.world} records are counted, there are {records}")
