"""Cells that hold points, and for each of them the runs of cells that a neighbour can be in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.kernel.grid import Grid, cell_keys, cell_parts, columns_in
from ceyuan.compiled.jit import jit
from ceyuan.compiled.search import lower_bound
from ceyuan.compiled.threads import spread

SAFETY = 1e-14  # radians; rounding can put a point this far into the wrong band


class Cells(NamedTuple):
    """The cells that hold points, ascending by band and column.

    Attributes:
        start: first site of each cell, and one more.
        row: which occupied band a cell is in (index into ``band``).
        column: a cell's column.
        band: the occupied bands' numbers.
        first: first cell of each occupied band, and one more.
        columns: number of columns of each occupied band.
    """

    start: Ints
    row: Labels
    column: Ints
    band: Ints
    first: Ints
    columns: Ints


def sort_into_cells(
    grid: Grid, lat: Floats, lon: Floats, threads: int | None
) -> tuple[Ints, Ints, Cells]:
    """The order that sorts points by cell, their keys in that order, and the cells.

    In the keys, the bits above ``2 * grid.levels`` tell cells apart.
    """
    if grid.column_bits:
        key = np.empty(lat.size, np.int64)
        spread(lambda a, b: cell_keys(grid, lat, lon, key, a, b), lat.size, threads)
        order = np.argsort(key)
        key = key[order]
        start = run_starts(key >> (2 * grid.levels))
        place = key[start[:-1]] >> (2 * grid.levels)
        return (
            order,
            key,
            _group(grid, start, place >> grid.column_bits, place & ((1 << grid.column_bits) - 1)),
        )
    bands, columns = np.empty(lat.size, np.int64), np.empty(lat.size, np.int64)
    cell_parts(grid, lat, lon, bands, columns)
    order = np.lexsort((columns, bands))
    bands, columns = bands[order], columns[order]
    new = np.flatnonzero((np.diff(bands) != 0) | (np.diff(columns) != 0)) + 1
    start = np.concatenate([[0], new, [lat.size]])
    key = np.repeat(np.arange(start.size - 1), np.diff(start))
    return order, key, _group(grid, start, bands[start[:-1]], columns[start[:-1]])


def run_starts(values: Ints) -> Ints:
    """Where runs of equal values begin, and one more: the length."""
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1, [values.size]])


def _group(grid: Grid, start: Ints, bands: Ints, columns: Ints) -> Cells:
    first = run_starts(bands)
    occupied = bands[first[:-1]]
    row = np.repeat(np.arange(occupied.size, dtype=np.int32), np.diff(first))
    counts = np.array([columns_in(grid, int(b)) for b in occupied], np.int64)
    return Cells(start, row, columns, occupied, first, counts)


@jit
def longitude_reach(height: float, angle: float, band: int, other: int) -> float:
    """How far apart in longitude points of two bands can be and still be within the radius.

    2π stands for any longitude, −1 for bands that are too far apart.
    """
    angle = angle * (1.0 + 1e-9) + SAFETY
    gap = max(0.0, max(0, abs(other - band) - 1) * height - SAFETY)
    if gap > angle:
        return -1.0
    if angle >= np.pi:
        return 2 * np.pi
    least = 1.0
    for b in (band, other):
        south = -np.pi / 2 + b * height
        least *= max(0.0, min(np.cos(south), np.cos(min(np.pi / 2, south + height))))
    room = np.sin(angle / 2) ** 2 - np.sin(gap / 2) ** 2
    if least <= room * (1.0 + 1e-9) + 1e-300:
        return 2 * np.pi
    return float(2 * np.arcsin(np.sqrt(max(0.0, room) / least)) * (1.0 + 1e-9) + 1e-12)


@jit
def neighbour_runs(
    cells: Cells,
    height: float,
    angle: float,
    across: int,
    runs: Labels,
    count: Labels,
    start: int,
    stop: int,
) -> None:
    """For cells ``start … stop``: runs of cells (first, one past last) that hold every possible neighbour.

    ``across`` is how many bands the radius spans. A run may wrap past the antimeridian, which makes it two.
    """
    for c in range(start, stop):
        own = cells.row[c]
        width = 2 * np.pi / cells.columns[own]
        west, east = cells.column[c] * width, (cells.column[c] + 1) * width
        k = 0
        low = own
        while low > 0 and cells.band[own] - cells.band[low - 1] <= across:
            low -= 1
        row = low
        while row < cells.band.size and cells.band[row] - cells.band[own] <= across:
            reach = longitude_reach(height, angle, cells.band[own], cells.band[row])
            if reach >= 0.0:
                k = _runs_of_band(cells, row, west - reach, east + reach, runs[c], k)
            row += 1
        count[c] = k


@jit
def _runs_of_band(cells: Cells, row: int, west: float, east: float, runs: Labels, k: int) -> int:
    """Append the one or two runs of a band between two longitudes (radians); returns the count."""
    first, last, n = cells.first[row], cells.first[row + 1], cells.columns[row]
    width = 2 * np.pi / n
    a, b = int(np.floor(west / width)), int(np.floor(east / width))
    if b - a + 1 >= n:
        runs[k, 0], runs[k, 1] = first, last
        return k + 1
    for lo, hi in ((a + n, n - 1), (max(a, 0), min(b, n - 1)), (0, b - n)):
        if lo > hi:
            continue
        p = lower_bound(cells.column, first, last, lo)
        q = lower_bound(cells.column, p, last, hi + 1)
        if p < q:
            runs[k, 0], runs[k, 1] = p, q
            k += 1
    return k
