"""Distinct coordinates of tens of millions of rows, by hashing, in one pass.

Most published coordinates have at most seven decimals (a centimetre). Then latitude and longitude fit one 64-bit
integer exactly, and that is the key. As soon as a coordinate with more digits turns up, the key becomes a mixture
of the bits of both numbers and a match is confirmed on the numbers themselves. Either way nothing is rounded.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.compiled.jit import jit

EMPTY = -1
BLOCK = 128  # keys are computed block by block, so that the table's memory is asked for early
DECIMALS = 1e7
MISSING, OUTSIDE, ZERO = 0, 1, 2  # places in a tally of unusable rows


@jit
def exact_key(lat: float, lon: float) -> int:
    """The key of a coordinate of at most seven decimals, −2 if it has more."""
    a, o = np.rint(lat * DECIMALS), np.rint(lon * DECIMALS)
    if a / DECIMALS != lat or o / DECIMALS != lon:
        return -2
    return (int(a) + 900_000_000) << 32 | (int(o) + 1_800_000_000)


@jit
def mixed_key(lat: float, lon: float, bits: Ints) -> int:
    """A 63-bit mixture of both numbers; ``bits`` is two integers whose memory ``bits.view(float64)`` shares."""
    floats = bits.view(np.float64)
    floats[0], floats[1] = lat, lon
    mixed = np.uint64(bits[0]) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(bits[1]) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    mixed ^= mixed >> np.uint64(29)
    return np.int64((mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(1))  # type: ignore[return-value]


@jit
def slot_of(key: int, mask: int) -> int:
    """Where in the table the search for a key begins."""
    return np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask  # type: ignore[return-value]


@jit
def rehash(lat: Floats, lon: Floats, n: int, exact: bool, table: Ints) -> None:
    """Fill an empty table with the first n sites."""
    mask = table.shape[0] - 1
    bits = np.empty(2, np.int64)
    for i in range(n):
        key = exact_key(lat[i], lon[i]) if exact else mixed_key(lat[i], lon[i], bits)
        slot = slot_of(key, mask)
        while table[slot, 0] != EMPTY:
            slot = (slot + 1) & mask
        table[slot, 0], table[slot, 1] = key, i


@jit
def renumber(site: Labels, numbers: Labels, first: int, last: int) -> None:
    """Replace the sites of rows ``first … last`` by their new numbers; −1 takes the last one."""
    for i in range(first, last):
        site[i] = numbers[site[i]]


@jit
def mark_used(site: Labels, used: Bools) -> None:
    """Mark the sites that rows stand at; −1 marks the last entry."""
    for i in range(site.size):
        used[site[i]] = True


@jit
def add_rows(
    lat: Floats,
    lon: Floats,
    exact: bool,
    table: Ints,
    site_lat: Floats,
    site_lon: Floats,
    n: int,
    site: Labels,
    tally: Ints,
) -> tuple[int, int]:
    """Find or add the site of each row.

    Args:
        lat: the rows' latitudes; NaN where missing.
        lon: their longitudes.
        exact: which kind of key the table has.
        table: slots of key and site number, a power of two of them.
        site_lat: latitudes of the sites, with room for half as many as the table has slots.
        site_lon: longitudes of the sites.
        n: how many sites there are.
        site: filled with the rows' sites, −1 for unusable rows.
        tally: counts unusable rows by reason.

    Returns:
        How many sites there are now, and how many rows were done: fewer than given if the table is full, −1 − that
        many if a coordinate has too many digits for an exact key.
    """
    mask = table.shape[0] - 1
    keys, slots = np.empty(BLOCK, np.int64), np.zeros(BLOCK, np.int64)
    bits = np.empty(2, np.int64)
    begin = 0
    while begin < lat.size:
        size = min(BLOCK, lat.size - begin)
        if 2 * (n + size) > table.shape[0]:
            return n, begin
        for k in range(size):
            a, o = lat[begin + k] + 0.0, lon[begin + k] + 0.0
            reason = unusable(a, o)
            if reason >= 0:
                keys[k] = EMPTY
                continue
            keys[k] = exact_key(a, o) if exact else mixed_key(a, o, bits)
            if keys[k] == -2:
                return n, -1 - begin
            slots[k] = slot_of(keys[k], mask)
        touched = 0
        # reads that do not wait for each other: the memory answers many at a time
        for k in range(size):
            touched ^= table[slots[k], 0]
        bits[0] = touched  # keeps the compiler from leaving the reads out
        for k in range(size):
            a, o = lat[begin + k] + 0.0, lon[begin + k] + 0.0
            if keys[k] == EMPTY:
                tally[unusable(a, o)] += 1
                site[begin + k] = -1
                continue
            slot = slots[k]
            while table[slot, 0] != EMPTY:
                found = table[slot, 1]
                if table[slot, 0] == keys[k] and (
                    exact or (site_lat[found] == a and site_lon[found] == o)
                ):
                    break
                slot = (slot + 1) & mask
            if table[slot, 0] == EMPTY:
                table[slot, 0], table[slot, 1] = keys[k], n
                site_lat[n], site_lon[n] = a, o
                n += 1
            site[begin + k] = table[slot, 1]
        begin += size
    return n, begin


@jit
def unusable(lat: float, lon: float) -> int:
    """Why a position cannot be used, −1 if it can."""
    if np.isnan(lat) or np.isnan(lon):
        return MISSING
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        return OUTSIDE
    if lat == 0.0 and lon == 0.0:
        return ZERO
    return -1
