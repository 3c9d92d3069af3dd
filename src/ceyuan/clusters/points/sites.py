"""A growing table of distinct sites: compiled hashing for many rows, sorting in NumPy for few."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.clusters.distinct import distinct_small

SMALL_ROWS = 200_000
"""Up to this many rows NumPy is quick enough, and nothing has to be compiled."""


LEAST_SLOTS = 1 << 16


class SiteTable(Protocol):
    """Collects rows' positions; afterwards knows the distinct ones."""

    def add(self, lat: Floats, lon: Floats, site: Labels) -> None:
        """Take rows in; ``site`` is (or will be, at the end) filled with their sites, −1 where unusable."""

    def finish(self) -> tuple[Floats, Floats, Ints]:
        """Latitudes and longitudes of the sites, and how many rows are missing, outside, zero."""


class SortedSites:
    """For few rows: keeps everything and sorts at the end."""

    def __init__(self) -> None:
        self._rows: list[tuple[Floats, Floats, Labels]] = []

    def add(self, lat: Floats, lon: Floats, site: Labels) -> None:
        """Keep the rows."""
        self._rows.append((lat + 0.0, lon + 0.0, site))

    def finish(self) -> tuple[Floats, Floats, Ints]:
        """Sort, and fill the sites of all rows."""
        none = np.empty(0)
        lat = np.concatenate([none, *(r[0] for r in self._rows)])
        lon = np.concatenate([none, *(r[1] for r in self._rows)])
        reasons = unusable_rows(lat, lon)
        usable = ~np.logical_or.reduce(reasons)
        found = distinct_small(lat[usable], lon[usable])
        site = np.full(lat.size, -1, np.int32)
        site[usable] = found.site
        begin = 0
        for _, _, out in self._rows:
            out[:] = site[begin : begin + out.size]
            begin += out.size
        return found.lat, found.lon, np.array([int(r.sum()) for r in reasons])


def unusable_rows(lat: Floats, lon: Floats) -> tuple[Bools, Bools, Bools]:
    """Which rows have no position, one outside the range, or (0, 0)."""
    missing = np.isnan(lat) | np.isnan(lon)
    outside = ~missing & ~((np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0))
    return missing, outside, (lat == 0.0) & (lon == 0.0)


class HashedSites:
    """For many rows: one pass, compiled.

    Args:
        rows: how many there will be. The table begins with a slot for every eighth, which is little beside the rows
            themselves; when it is full, the last rows tell how many sites are to come.
    """

    def __init__(self, rows: int) -> None:
        self._rows, self._seen = rows, 0
        self._exact = True
        self._n = 0
        self._tally = np.zeros(3, np.int64)
        self._lat, self._lon, self._table = self._space(max(LEAST_SLOTS, rows // 8))

    @staticmethod
    def _space(slots: int) -> tuple[Floats, Floats, Ints]:
        """Latitudes and longitudes of sites, and a table that they fill to two thirds."""
        sites = 2 * slots // 3
        return np.empty(sites), np.empty(sites), np.zeros((slots, 2), np.int64)

    def add(self, lat: Floats, lon: Floats, site: Labels) -> None:
        """Find or add each row's site."""
        from ceyuan.clusters.kernel.hash import add_rows  # numba is imported only where it is used  # noqa: PLC0415

        begin, before = 0, self._n
        while begin < lat.size:
            self._n, done = add_rows(
                lat[begin:],
                lon[begin:],
                self._exact,
                self._table,
                self._lat,
                self._lon,
                self._n,
                site[begin:],
                self._tally,
            )
            if done < 0:
                self._mix()
                done = -1 - done
            elif begin + done < lat.size:
                self._make_room(self._foreseen(begin + done, self._n - before))
            begin += done
        self._seen += lat.size

    def _foreseen(self, rows: int, new: int) -> int:
        """How many sites to make room for, if the rows to come bring as many as the last ones did."""
        coming = max(0, self._rows - self._seen) * new // max(rows, 1)
        return self._n + min(7 * self._n, max(self._n // 4, coming))

    def _make_room(self, sites: int) -> None:
        from ceyuan.clusters.kernel.hash import enlarge  # noqa: PLC0415

        lat, lon, table = self._space(3 * sites // 2 + LEAST_SLOTS)
        lat[: self._n], lon[: self._n] = self._lat[: self._n], self._lon[: self._n]
        enlarge(self._table, table)
        self._lat, self._lon, self._table = lat, lon, table

    def _mix(self) -> None:
        """From here on, keys are mixtures."""
        from ceyuan.clusters.kernel.hash import fill_mixed  # noqa: PLC0415

        bits = np.empty(2, np.int64)
        self._exact = False
        self._table = np.zeros(self._table.shape, np.int64)
        fill_mixed(self._lat, self._lon, self._n, self._table, bits.view(np.float64), bits)

    def absorb(self, other: HashedSites) -> Labels:
        """Take in another table's sites; returns the new number of each, and −1 at the end (so that −1 stays −1)."""
        from ceyuan.clusters.kernel.hash import NEW, insert_new, look_up, number_new  # noqa: PLC0415

        if self._exact and not other._exact:
            self._mix()
        elif other._exact and not self._exact:
            other._mix()
        lat, lon, tally = other.finish()
        numbers = np.full(lat.size + 1, -1, np.int32)
        look_up(self._table, self._lat, self._lon, self._exact, other._table, lat, lon, numbers)
        before, total = self._n, self._n + int(np.count_nonzero(numbers == NEW))
        if total > self._lat.size:
            self._make_room(total)
        number_new(numbers, before, lat, lon, self._lat, self._lon)
        insert_new(self._table, other._table, numbers, before)
        self._n = total
        self._tally += tally
        return numbers

    def finish(self) -> tuple[Floats, Floats, Ints]:
        """The sites so far."""
        return self._lat[: self._n], self._lon[: self._n], self._tally
