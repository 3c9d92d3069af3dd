"""The grid: latitude bands of equal height, each cut into as many columns as its width needs.

Bands and columns rather than squares of a map projection, because then the poles (few columns) and the antimeridian
(column 0 follows the last one) are ordinary. A cell's diagonal is at most the radius, so that two points of one
cell are always neighbours. A cell is found by a 64-bit key of band, column and the Morton code of the position in
the cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.compiled.jit import jit_bare

MORTON_LEVELS = 6
KEY_BITS = 62
# up to so many bands their columns are kept, else computed point by point
MIN_TABLE, MAX_TABLE = (
    1 << 14,
    1 << 22,
)


class Grid(NamedTuple):
    """A grid for one radius.

    Attributes:
        angle: the radius in radians; no cell's diagonal is longer.
        height: height of a band in radians.
        margin: relative safety against rounding in the cell numbers.
        bands: number of bands.
        columns: number of columns of each band; empty where there are too many bands to keep.
        column_bits: bits for a column number in a key; 0 where a key would not fit.
        levels: Morton levels in a key.
    """

    angle: float
    height: float
    margin: float
    bands: int
    columns: Ints
    column_bits: int
    levels: int


def make_grid(angle: float, points: int = 0) -> Grid:
    """The grid for a radius.

    Args:
        angle: the radius as an angle in radians.
        points: how many points it is for; a table of columns is not worth its while for few points in many bands.
    """
    angle = min(angle, np.pi)
    # A cell number is good to one part in 2^52 of the largest cell number; cells shrink by that much more.
    margin = 1e-9 + 16.0 * np.finfo(np.float64).eps * np.pi / angle
    height = float(min(np.pi, angle / np.sqrt(2.0) * (1.0 - margin)))
    bands = max(1, int(np.ceil(np.pi / height)))
    equator = column_count(int(bands // 2), height, angle, margin)
    column_bits, band_bits = int(equator + 2).bit_length(), int(bands).bit_length()
    fits = column_bits + band_bits <= KEY_BITS
    levels = min(MORTON_LEVELS, (KEY_BITS - column_bits - band_bits) // 2) if fits else 0
    columns = np.empty(
        bands if bands <= min(MAX_TABLE, max(4 * points, MIN_TABLE)) else 0, np.int64
    )
    fill_columns(columns, height, angle, margin)
    return Grid(angle, height, margin, bands, columns, column_bits if fits else 0, levels)


def key_bits(grid: Grid) -> int:
    """How many bits the keys of a grid's cells have."""
    return grid.column_bits + int(grid.bands).bit_length() + 2 * grid.levels


@jit_bare
def column_count(band: int, height: float, angle: float, margin: float) -> int:
    """The fewest columns of a band with which a cell's diagonal stays within the radius.

    From sin²(d/2) = sin²(Δlat/2) + cos·cos·sin²(Δlon/2) with the band's largest cosine.
    """
    south = -np.pi / 2 + band * height
    north = min(np.pi / 2, south + height)
    widest = 1.0 if south <= 0.0 <= north else max(np.cos(south), np.cos(north))
    room = np.sqrt(max(0.0, np.sin(angle / 2) ** 2 - np.sin(height / 2) ** 2))
    if room >= widest:
        return 1
    return int(np.ceil(np.pi / (np.arcsin(room / widest) * (1.0 - margin))))


@jit_bare
def fill_columns(columns: Ints, height: float, angle: float, margin: float) -> None:
    """The column counts of all bands."""
    for band in range(columns.size):
        columns[band] = column_count(band, height, angle, margin)


@jit_bare
def columns_in(grid: Grid, band: int) -> int:
    """The number of columns of a band."""
    if grid.columns.size > 0:
        return int(grid.columns[band])
    return column_count(band, grid.height, grid.angle, grid.margin)


@jit_bare
def locate(grid: Grid, lat: float, lon: float) -> tuple[int, int, float, float]:
    """Band, column, and the position in the cell (0 … 1 northwards and eastwards) of a point in degrees."""
    up = (lat * (np.pi / 180.0) + np.pi / 2) / grid.height
    band = min(grid.bands - 1, max(0, int(up)))
    columns = columns_in(grid, band)
    turn = (lon + 180.0) / 360.0
    across = (turn - np.floor(turn)) * columns  # +180° is −180°
    column = int(across)
    if column >= columns:
        column, across = 0, 0.0
    return band, column, up - band, across - column


@jit_bare
def morton(levels: int, up: float, across: float) -> int:
    """The interleaved binary digits of a position in a cell."""
    side = 1 << levels
    u = min(side - 1, max(0, int(up * side)))
    v = min(side - 1, max(0, int(across * side)))
    return _apart(u) << 1 | _apart(v)


@jit_bare
def _apart(bits: int) -> int:
    """Eight binary digits with zeros between them."""
    bits = (bits | bits << 4) & 0x0F0F
    bits = (bits | bits << 2) & 0x3333
    return (bits | bits << 1) & 0x5555


@jit_bare
def cell_keys(grid: Grid, lat: Floats, lon: Floats, key: Ints, start: int, stop: int) -> None:
    """One sortable key a point: band, column, Morton code."""
    for i in range(start, stop):
        band, column, up, across = locate(grid, lat[i], lon[i])
        key[i] = ((band << grid.column_bits | column) << 2 * grid.levels) | morton(
            grid.levels, up, across
        )


@jit_bare
def cell_parts(grid: Grid, lat: Floats, lon: Floats, bands: Ints, columns: Ints) -> None:
    """Band and column apart, for radii so small that a key would not fit 62 bits."""
    for i in range(lat.size):
        bands[i], columns[i], _, _ = locate(grid, lat[i], lon[i])
