"""Distinct coordinates of tens of millions of rows, by hashing, in one pass.

Most published coordinates have at most seven decimals (a centimetre). Then latitude and longitude fit one 64-bit
integer exactly, and that is the key. As soon as a coordinate with more digits turns up, the key becomes a mixture
of the bits of both numbers and a match is confirmed on the numbers themselves. Either way nothing is rounded.

The search for a key begins at its leading digits after multiplication. So entries stand nearly in the same order in a table
of any size, and one table goes into another as a file goes into a file, without jumping about in memory.
"""

from __future__ import annotations

import numpy as np

from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.compiled.jit import jit, jit_bare

EMPTY = 0  # no key is 0
LONG = -2  # instead of an exact key: the coordinate has more digits
BLOCK = 128  # keys are computed block by block, so that the table's memory is asked for early
DECIMALS = 1e7
MISSING, OUTSIDE, ZERO = 0, 1, 2  # places in a tally of unusable rows
NEW = -2  # the number of a site that another table does not have


@jit_bare
def exact_key(lat: float, lon: float) -> int:
    """The key of a coordinate of at most seven decimals, ``LONG`` if it has more, ``EMPTY`` if it cannot be used."""
    a, o = np.rint(lat * DECIMALS), np.rint(lon * DECIMALS)
    inside = (abs(lat) <= 90.0) & (abs(lon) <= 180.0) & ((lat != 0.0) | (lon != 0.0))
    short = (a / DECIMALS == lat) & (o / DECIMALS == lon)
    key = (int(a) + 900_000_001) << 32 | (int(o) + 1_800_000_000)
    return (key if short else LONG) if inside else EMPTY


@jit_bare
def mixed_key(lat: float, lon: float, floats: Floats, bits: Ints) -> int:
    """A mixture of both numbers, ``EMPTY`` if they cannot be used; ``bits`` is the memory of the two ``floats``."""
    if unusable(lat, lon) >= 0:
        return EMPTY
    floats[0], floats[1] = lat, lon
    mixed = np.uint64(bits[0]) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(bits[1]) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    mixed ^= mixed >> np.uint64(29)
    return np.int64((mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(2)) + 1  # type: ignore[return-value]


@jit_bare
def slot_of(key: int, slots: int) -> int:
    """Where in the table the search for a key begins: the leading digits of a product, as a part of all slots."""
    mixed = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    return np.int64((mixed * np.uint64(slots)) >> np.uint64(32))  # type: ignore[return-value]


@jit_bare
def next_slot(slot: int, slots: int) -> int:
    """The slot after a slot; the first one comes after the last one."""
    return slot + 1 if slot + 1 < slots else 0


@jit_bare
def put(table: Ints, key: int, number: int) -> None:
    """Put a key into a table that does not hold it."""
    slots = table.shape[0]
    slot = slot_of(key, slots)
    while table[slot, 0] != EMPTY:
        slot = next_slot(slot, slots)
    table[slot, 0], table[slot, 1] = key, number


@jit_bare
def place_of(
    key: int,
    lat: float,
    lon: float,
    exact: bool,
    table: Ints,
    slot: int,
    site_lat: Floats,
    site_lon: Floats,
) -> int:
    """The slot that holds a key, or the empty one where it is to be put, searched from ``slot`` on."""
    while table[slot, 0] != EMPTY:
        if table[slot, 0] == key:
            found = table[slot, 1]
            if exact or (site_lat[found] == lat and site_lon[found] == lon):
                break
        slot = next_slot(slot, table.shape[0])
    return slot


@jit_bare
def enlarge(table: Ints, larger: Ints) -> None:
    """Fill an empty table with what is in a smaller one."""
    for old in range(table.shape[0]):
        if table[old, 0] != EMPTY:
            put(larger, table[old, 0], table[old, 1])


@jit_bare
def fill_mixed(lat: Floats, lon: Floats, n: int, table: Ints, floats: Floats, bits: Ints) -> None:
    """Fill an empty table with the first n sites, by mixed keys."""
    for i in range(n):
        put(table, mixed_key(lat[i], lon[i], floats, bits), i)


@jit_bare
def look_up(
    table: Ints,
    site_lat: Floats,
    site_lon: Floats,
    exact: bool,
    other: Ints,
    other_lat: Floats,
    other_lon: Floats,
    numbers: Labels,
) -> None:
    """The number in a table of each site of another one, ``NEW`` where it has none; both have the same kind of key."""
    for old in range(other.shape[0]):
        key = other[old, 0]
        if key != EMPTY:
            i = other[old, 1]
            slot = place_of(
                key,
                other_lat[i],
                other_lon[i],
                exact,
                table,
                slot_of(key, table.shape[0]),
                site_lat,
                site_lon,
            )
            numbers[i] = table[slot, 1] if table[slot, 0] != EMPTY else NEW


@jit_bare
def number_new(
    numbers: Labels, n: int, lat: Floats, lon: Floats, site_lat: Floats, site_lon: Floats
) -> None:
    """Number the new sites from n on, in the order in which the other table found them, and copy their coordinates."""
    for i in range(lat.size):
        if numbers[i] == NEW:
            numbers[i] = n
            site_lat[n], site_lon[n] = lat[i], lon[i]
            n += 1


@jit_bare
def insert_new(table: Ints, other: Ints, numbers: Labels, n: int) -> None:
    """Put those entries of another table into a table that have become sites from n on."""
    for old in range(other.shape[0]):
        if other[old, 0] != EMPTY and numbers[other[old, 1]] >= n:
            put(table, other[old, 0], numbers[other[old, 1]])


@jit_bare
def renumber(site: Labels, numbers: Labels, first: int, last: int) -> None:
    """Replace the sites of rows ``first … last`` by their new numbers; −1 takes the last one."""
    for i in range(first, last):
        site[i] = numbers[site[i]]


@jit_bare
def leave_out(site: Labels, numbers: Labels, often: Ints, first: int, last: int) -> None:
    """As ``renumber``; rows at sites of the number −2 − k lose their site and are counted in ``often[k]``."""
    for i in range(first, last):
        number = numbers[site[i]]
        if number < -1:
            often[-2 - number] += 1
            number = -1
        site[i] = number


@jit_bare
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
        table: slots of key and site number.
        site_lat: latitudes of the sites, with room for two thirds as many as the table has slots.
        site_lon: longitudes of the sites.
        n: how many sites there are.
        site: filled with the rows' sites, −1 for unusable rows.
        tally: counts unusable rows by reason.

    Returns:
        How many sites there are now, and how many rows were done: fewer than given if the table is full, −1 − that
        many if a coordinate has too many digits for an exact key.
    """
    bits = np.empty(2, np.int64)
    floats = bits.view(np.float64)
    keys, slots = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    slots_in_all = table.shape[0]
    begin = 0
    while begin < lat.size:
        size = min(BLOCK, lat.size - begin)
        if n + size > site_lat.size:
            return n, begin
        some = slice(begin, begin + size)
        if keys_of(lat[some], lon[some], exact, slots_in_all, keys, slots, floats, bits):
            return n, -1 - begin
        # reads that do not wait for each other: the memory answers many at a time
        bits[0] = touch(table, slots, size)  # keeps the compiler from leaving the reads out
        n = add_block(
            lat[some],
            lon[some],
            exact,
            keys,
            slots,
            table,
            site_lat,
            site_lon,
            n,
            site[some],
            tally,
        )
        begin += size
    return n, begin


@jit_bare
def keys_of(
    lat: Floats,
    lon: Floats,
    exact: bool,
    slots_in_all: int,
    keys: Ints,
    slots: Ints,
    floats: Floats,
    bits: Ints,
) -> bool:
    """The keys of rows and where their search begins; whether one of them has too many digits for an exact key."""
    long = False
    if exact:
        for k in range(lat.size):
            keys[k] = exact_key(lat[k], lon[k])
            long |= keys[k] == LONG
    else:
        for k in range(lat.size):
            keys[k] = mixed_key(lat[k] + 0.0, lon[k] + 0.0, floats, bits)
    for k in range(lat.size):
        slots[k] = slot_of(keys[k], slots_in_all)
    return long


@jit_bare
def touch(table: Ints, slots: Ints, n: int) -> int:
    """Read the first n slots, for nothing but to have them near."""
    touched = 0
    for k in range(n):
        touched ^= table[slots[k], 0]
    return touched


@jit_bare
def add_block(
    lat: Floats,
    lon: Floats,
    exact: bool,
    keys: Ints,
    slots: Ints,
    table: Ints,
    site_lat: Floats,
    site_lon: Floats,
    n: int,
    site: Labels,
    tally: Ints,
) -> int:
    """Find or add the sites of rows whose keys are known; how many sites there are now."""
    for k in range(lat.size):
        if keys[k] == EMPTY:
            tally[unusable(lat[k], lon[k])] += 1
            site[k] = -1
            continue
        a, o = lat[k] + 0.0, lon[k] + 0.0  # −0 becomes 0
        slot = place_of(keys[k], a, o, exact, table, slots[k], site_lat, site_lon)
        if table[slot, 0] == EMPTY:
            table[slot, 0], table[slot, 1] = keys[k], n
            site_lat[n], site_lon[n] = a, o
            n += 1
        site[k] = table[slot, 1]
    return n


@jit_bare
def unusable(lat: float, lon: float) -> int:
    """Why a position cannot be used, −1 if it can."""
    if np.isnan(lat) or np.isnan(lon):
        return MISSING
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        return OUTSIDE
    if lat == 0.0 and lon == 0.0:
        return ZERO
    return -1
