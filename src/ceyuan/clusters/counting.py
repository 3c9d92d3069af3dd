"""Fractional counting: what part of the world's records each cluster holds; nothing is lost.

A record gives 1/n to each of its n contributors. The parts of located contributors go to their clusters or to
noise, the parts of the others to *unlocated*, so that the three add up to the number of records. Parts are added as
:mod:`ceyuan.clusters.amounts`, and the sums are checked against the records and weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from ceyuan.clusters.amounts import Amounts, amounts_of, check_sums, ones, read_ratios
from ceyuan.clusters.arrays import AnyArray, Bytes, Floats, Ints, Labels
from ceyuan.clusters.points.sites import SMALL_ROWS
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.ties import Ties, count_ties, has_table, no_ties, ties_of_table
from ceyuan.errors import fail

SUM_TOLERANCE = 1e-9
LONGEST_UNIT = 256
"""Bits of a unit that all parts divide exactly (records of up to some 180 contributors in any mixture); where it would
be longer, parts are rounded down by less than 2⁻⁸⁰ of the least weight."""

NOTHING = np.empty(0, np.int32)


@dataclass(frozen=True)
class Counts:
    """Fractional counts.

    Attributes:
        exact: the counts of each cluster and kind, then of noise and of what is unlocated, one after the other.
        kinds: names of the kinds.
    """

    exact: Amounts
    kinds: tuple[str, ...]

    @cached_property
    def _places(self) -> Floats:
        return self.exact.floats().reshape(-1, len(self.kinds))

    @property
    def clusters(self) -> Floats:
        """Records of each cluster and kind, shape (clusters, kinds)."""
        return self._places[:-2]

    @property
    def noise(self) -> Floats:
        """Records outside clusters, by kind."""
        return np.asarray(self._places[-2])

    @property
    def unlocated(self) -> Floats:
        """Records of contributors without a position, by kind."""
        return np.asarray(self._places[-1])

    @cached_property
    def world(self) -> Floats:
        """All records by kind, wherever they are."""
        kinds = len(self.kinds)
        return self.exact.add_up(np.arange(len(self.exact)) % kinds, kinds).floats()

    def regrouped(self, group: Labels, n: int) -> Counts:
        """The counts of groups of clusters: ``group[c]`` is the group of cluster c, of ``n`` groups."""
        place = np.append(group, [n, n + 1]).astype(np.int64)
        kinds = np.arange(len(self.kinds))
        cell = place[:, None] * kinds.size + kinds
        return replace(self, exact=self.exact.add_up(cell.ravel(), (n + 2) * kinds.size))


@dataclass(frozen=True)
class RowAmounts:
    """What each row counts.

    Attributes:
        code: for each row its place in ``table``; empty if that is the number of rows in its record.
        table: the distinct amounts.
    """

    code: Labels
    table: Amounts

    def codes(self, start: Ints) -> Labels | Ints:
        """The place of each row in the table, given the first row of each record."""
        size = np.diff(start)
        return self.code if self.code.size else np.repeat(size, size)

    def total(self, start: Ints, times: Ints | None) -> int:
        """The sum over all rows in units; ``times`` is how often each record counts."""
        size = np.diff(start)
        if self.code.size:
            often = np.bincount(
                self.code, None if times is None else np.repeat(times, size), len(self.table)
            )
        else:
            often = np.bincount(size, size if times is None else size * times, len(self.table))
        used = np.flatnonzero(often)
        wholes = self.table.take(used).wholes()
        return sum(
            whole * n
            for whole, n in zip(wholes, often[used].astype(np.int64).tolist(), strict=True)
        )


def row_weights(points: PointTable) -> RowAmounts:
    """The weight of each row: what density is measured in."""
    if points.weight is None:
        return RowAmounts(NOTHING, ones(int(np.diff(points.start).max(initial=0)) + 1))
    code, values = _encoded(points.weight)
    return RowAmounts(code, amounts_of(read_ratios(values), points.n_rows))


def row_parts(points: PointTable) -> RowAmounts:
    """What each row adds to a count: its weight, times what its record counts, over the parts that its record is cut into."""
    counted = points.counted
    if counted is None:
        sizes = np.diff(points.start) if points.divisor is None else points.divisor
        cuts = np.flatnonzero(np.bincount(sizes))
        ratios = [(0, 1)] * (int(sizes.max(initial=0)) + 1)
        for n in cuts[cuts > 0].tolist():
            ratios[n] = (1, n)
        code = NOTHING if points.divisor is None else points.divisor.astype(np.int32)
        return RowAmounts(code, amounts_of(ratios, points.n_rows, _short_unit(ratios, 1)))
    weight, values = _encoded(counted)
    divisor, cuts = _encoded(row_divisors(points))
    code, pairs = _encoded(weight * np.int64(cuts.size) + divisor)
    of_weight = read_ratios(values)
    ratios = [
        (of_weight[w][0], of_weight[w][1] * n) if n else (0, 1)
        for w, n in zip(
            (pairs // cuts.size).tolist(), cuts[pairs % cuts.size].tolist(), strict=True
        )
    ]
    least = math.lcm(1, *{bottom for _, bottom in of_weight})
    return RowAmounts(code, amounts_of(ratios, points.n_rows, _short_unit(ratios, least)))


def _encoded(values: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Which of the distinct values each one is, and the distinct values."""
    encoded = pa.array(values).dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_numpy(
        zero_copy_only=False
    )


def _short_unit(ratios: list[tuple[int, int]], least: int) -> int | None:
    """None where the unit that all fractions divide is short enough, else one that serves; ``least`` is the weights' unit."""
    exact = math.lcm(least, *{bottom for _, bottom in ratios})
    return (
        None if exact.bit_length() <= LONGEST_UNIT + least.bit_length() else least * (720_720 << 64)
    )


def row_divisors(points: PointTable) -> Ints:
    """Into how many parts its record is cut for each row; 0 for rows that take no part."""
    if points.divisor is not None:
        return points.divisor
    size = np.diff(points.start)
    return np.repeat(size, size)


def site_weights(
    points: PointTable, weights: RowAmounts, threads: int | None = None, times: Ints | None = None
) -> Amounts:
    """The weight of every site: what the density of clusters is measured in.

    Args:
        points: the rows.
        weights: their weights.
        threads: threads to use, None for all.
        times: how often each record counts; once where not given.

    Raises:
        CeyuanError: ``cluster-sums-differ``, which would be a fault of this program.
    """
    n = points.lat.size
    of_row = None if times is None else np.repeat(times, np.diff(points.start))
    if points.n_rows <= SMALL_ROWS:
        # site −1 is the last entry
        digits = np.zeros((n + 1, weights.table.digits.shape[1]), np.int64)
        part = weights.table.digits[weights.codes(points.start)]
        np.add.at(digits, points.site, part if of_row is None else part * of_row[:, None])
    else:
        from ceyuan.clusters.kernel.passes import sum_sites  # noqa: PLC0415 - numba only where it is used

        digits = sum_sites(points.site, n, weights.code, weights.table.digits, of_row, threads)
    found = weights.table.with_sums(digits)
    check_sums(found, weights.total(points.start, times), "the weights of places")
    if points.weight is not None:
        _check_about(
            found.total() / found.unit, points.weight if of_row is None else points.weight * of_row
        )
    return found.take(np.arange(n))


def count_shares(
    points: PointTable,
    label: Labels,
    parts: RowAmounts,
    threads: int | None = None,
    times: Ints | None = None,
) -> Counts:
    """Count every cluster's part of the records; see :func:`count_all`."""
    return count_all(points, label, parts, threads, ties=False, times=times)[0]


def count_all(
    points: PointTable,
    label: Labels,
    parts: RowAmounts,
    threads: int | None = None,
    *,
    ties: bool = True,
    times: Ints | None = None,
) -> tuple[Counts, Ties]:
    """Count every cluster's part of the records, and the ties between clusters: one pass over the rows serves both.

    Args:
        points: the rows.
        label: cluster of each site, −1 for noise.
        parts: what each row counts, of :func:`row_parts`.
        threads: threads to use, None for all.
        ties: whether ties are wanted; without, they come out empty.
        times: how often each record counts; once where not given.

    Raises:
        CeyuanError: ``cluster-sums-differ`` if the parts do not add up to the records, which would be a fault of this
            program.
    """
    clusters = int(label.max(initial=-1)) + 1
    found = no_ties(clusters)
    if points.n_rows <= SMALL_ROWS:
        digits = _share_small(points, label, parts, clusters, times)
        found = count_ties(points, label, times) if ties else found
    else:
        from ceyuan.clusters.kernel.passes import sum_counts  # numba only where it is used  # noqa: PLC0415
        from ceyuan.compiled.threads import thread_count  # noqa: PLC0415

        dense = ties and has_table(clusters, thread_count(threads))
        digits, table = sum_counts(
            points, label, parts.code, parts.table.digits, clusters, dense, threads, times
        )
        if ties:
            found = ties_of_table(table) if dense else count_ties(points, label, times)
    share = parts.table.with_sums(digits.reshape(-1, digits.shape[-1]))
    check_sums(share, parts.total(points.start, times), "the counts of clusters")
    counts = Counts(share, points.kinds)
    _check_records(points, counts, times)
    return counts, found


def _share_small(
    points: PointTable, label: Labels, parts: RowAmounts, clusters: int, times: Ints | None
) -> Ints:
    """The same as the compiled pass, in NumPy."""
    part = parts.table.digits[parts.codes(points.start)]
    if times is not None:
        part = part * np.repeat(times, np.diff(points.start))[:, None]
    place = np.append(label, clusters + 1)[points.site]  # site −1 is the last entry
    place = np.where(place == -1, clusters, place)
    share = np.zeros((clusters + 2, len(points.kinds), part.shape[1]), np.int64)
    np.add.at(share, (place, points.kind), part)
    return share


def _check_records(points: PointTable, counts: Counts, times: Ints | None) -> None:
    """Where every row counts 1, the parts must add up to the number of records of each kind; else to what rows count."""
    kind: Bytes = points.kind[points.start[:-1]]
    counted = points.counted
    if counted is None:
        records = np.bincount(kind, times, len(points.kinds))
        if not np.allclose(counts.world, records, rtol=SUM_TOLERANCE, atol=SUM_TOLERANCE):
            raise fail(
                "cluster-sums-differ", f"{counts.world} records are counted, there are {records}"
            )
        return
    divisor = row_divisors(points)
    part = np.divide(counted, divisor, out=np.zeros(divisor.size), where=divisor > 0)
    _check_about(
        float(counts.world.sum()),
        part if times is None else part * np.repeat(times, np.diff(points.start)),
    )


def _check_about(total: float, values: Floats) -> None:
    """A second opinion on a sum, from floats that were added in the usual way."""
    if not math.isclose(total, float(values.sum()), rel_tol=SUM_TOLERANCE):
        raise fail("cluster-sums-differ", f"weights of {values.sum():g} were counted as {total:g}")
