"""Cells that hold points, and for each of them the runs of cells that a neighbour can be in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.kernel.grid import Grid, cell_keys, cell_parts, columns_in, key_bits
from ceyuan.clusters.kernel.radix import sort_keys
from ceyuan.compiled.jit import jit, jit_bare
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
) -> tuple[Labels, Ints, Cells]:
    """The order that sorts points by cell, their keys in that order, and the cells.

    In the keys, the bits above ``2 * grid.levels`` tell cells apart.
    """
    if grid.column_bits:
        key = np.empty(lat.size, np.int64)
        spread(lambda a, b: cell_keys(grid, lat, lon, key, a, b), lat.size, threads)
        order, key = sort_keys(key, key_bits(grid), threads)
        start = run_starts(key >> (2 * grid.levels))
        place = key[start[:-1]] >> (2 * grid.levels)
        return (
            order,
            key,
            _group(grid, start, place >> grid.column_bits, place & ((1 << grid.column_bits) - 1)),
        )
    bands, columns = np.empty(lat.size, np.int64), np.empty(lat.size, np.int64)
    cell_parts(grid, lat, lon, bands, columns)
    order = np.lexsort((columns, bands)).astype(np.int32)
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
    counts = (
        grid.columns[occupied]
        if grid.columns.size
        else np.array([columns_in(grid, int(b)) for b in occupied], np.int64)
    )
    return Cells(start, row, columns, occupied, first, counts)


@jit_bare
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

    ``across`` is how many bands the radius spans. A run may wrap past the antimeridian, which makes it two. Cells of a
    band ascend eastwards, and so do their runs: each is looked for from where the last one was.
    """
    spans = min(cells.band.size, 2 * across + 1)
    reach, found = np.empty(spans), np.empty((spans, 2), np.int64)
    _runs_of_cells(cells, height, angle, across, reach, found, runs, count, start, stop)


@jit_bare
def _runs_of_cells(
    cells: Cells,
    height: float,
    angle: float,
    across: int,
    reach: Floats,
    found: Ints,
    runs: Labels,
    count: Labels,
    start: int,
    stop: int,
) -> None:
    """The same, with space for how far each band reaches and where its last run was."""
    own, low, high, width = -1, 0, 0, 0.0
    for c in range(start, stop):
        if cells.row[c] != own:
            own = cells.row[c]
            low, high = _bands_in_reach(cells, height, angle, across, own, reach)
            width = 2 * np.pi / cells.columns[own]
            for row in range(low, high):
                found[row - low, 0] = found[row - low, 1] = cells.first[row]
        west, east = cells.column[c] * width, (cells.column[c] + 1) * width
        k = 0
        for row in range(low, high):
            room = reach[row - low]
            if room >= 0.0:
                k = _runs_of_band(
                    cells, row, west - room, east + room, found[row - low], runs[c], k
                )
        count[c] = k


@jit_bare
def _bands_in_reach(
    cells: Cells, height: float, angle: float, across: int, own: int, reach: Floats
) -> tuple[int, int]:
    """The occupied bands around one of them (first, one past last); fills in how far they reach in longitude."""
    low = own
    while low > 0 and cells.band[own] - cells.band[low - 1] <= across:
        low -= 1
    high = low
    while high < cells.band.size and cells.band[high] - cells.band[own] <= across:
        reach[high - low] = longitude_reach(height, angle, cells.band[own], cells.band[high])
        high += 1
    return low, high


@jit_bare
def _runs_of_band(
    cells: Cells, row: int, west: float, east: float, found: Ints, runs: Labels, k: int
) -> int:
    """Append the one or two runs of a band between two longitudes (radians); returns the count.

    ``found`` is where the run of the cell before begins and ends; it is moved on.
    """
    first, last, n = cells.first[row], cells.first[row + 1], cells.columns[row]
    width = 2 * np.pi / n
    a, b = int(np.floor(west / width)), int(np.floor(east / width))
    if b - a + 1 >= n:
        runs[k, 0], runs[k, 1] = first, last
        return k + 1
    if a < 0:  # past the antimeridian in the west: the last columns
        k = _append_run(runs, k, lower_bound(cells.column, first, last, a + n), last)
    p, q = found[0], found[1]
    while p < last and cells.column[p] < a:
        p += 1
    while q < last and cells.column[q] <= b:
        q += 1
    found[0], found[1] = p, q
    k = _append_run(runs, k, p, q)
    if b >= n:  # in the east: the first columns
        k = _append_run(runs, k, first, lower_bound(cells.column, first, last, b - n + 1))
    return k


@jit_bare
def _append_run(runs: Labels, k: int, start: int, stop: int) -> int:
    """Append a run unless it is empty; returns the count."""
    if start < stop:
        runs[k, 0], runs[k, 1] = start, stop
        return k + 1
    return k
