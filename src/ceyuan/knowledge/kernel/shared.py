"""For each work: its citers in a window, those that cite its references too, and those that cite its references only.

The nodes are in order of time, so that a window is a range of nodes and the part of an ascending list that lies in it is
found by bisection. The citers of all references are a union of such parts. It is collected in a bitmap of the window,
which stays in the processor's nearest memory: a citer counts when its bit was not yet set. The lists of the most cited
works (hubs) are also kept as bitmaps, so that long parts are joined word by word, 64 citers at a time.
"""

from __future__ import annotations

import numpy as np

from ceyuan.compiled.jit import jit
from ceyuan.compiled.search import lower_bound
from ceyuan.knowledge.arrays import Ints, Nodes, Words

LEVELS = 5
"""DI_1 … DI_5 are told apart: the citers that cite at least so many of the references."""
ONE, SIX, LOW = np.uint64(1), np.uint64(6), np.uint64(63)
ALL = ~np.uint64(0)


@jit
def bits_in(word: int) -> int:
    """How many bits of a word are set."""
    x = np.uint64(word)
    x = x - ((x >> ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))  # type: ignore[return-value]


@jit
def hub_rows(hubs: Nodes, start: Ints, citers: Nodes, rows: Words, first: int, last: int) -> None:
    """Write the citers of hubs ``first … last`` as bitmaps."""
    for k in range(first, last):
        for e in range(start[hubs[k]], start[hubs[k] + 1]):
            x = np.uint64(citers[e])
            rows[k, x >> SIX] |= ONE << (x & LOW)


@jit
def stretch(citers: Nodes, start: Ints, node: int, low: int, high: int) -> tuple[int, int]:
    """Where the citers of a node that lie in a window begin and end."""
    begin = lower_bound(citers, start[node], start[node + 1], low)
    return begin, lower_bound(citers, begin, start[node + 1], high)


@jit
def join_rows(
    references: Nodes, in_start: Ints, citers: Nodes, low: int, high: int, hub_of: Nodes, rows: Words, seen: Words, long: int
) -> bool:  # fmt: skip
    """Join the bitmaps of those references that have more than ``long`` citers in the window; whether there are any."""
    first, last = low >> 6, (high - 1) >> 6
    some = False
    for r in references:
        if hub_of[r] >= 0:
            begin, end = stretch(citers, in_start, r, low, high)
            if end - begin > long:
                some = True
                for w in range(first, last + 1):
                    seen[w] |= rows[hub_of[r], w]
    if some:  # what lies outside of the window in its first and last word
        seen[first] &= ALL << np.uint64(low & 63)
        if high & 63:
            seen[last] &= ALL >> np.uint64(64 - (high & 63))
    return some


@jit
def join_lists(
    references: Nodes, in_start: Ints, citers: Nodes, low: int, high: int, hub_of: Nodes, seen: Words, long: int
) -> tuple[int, int]:  # fmt: skip
    """Set the bits of all citers that are in no joined row; how many were new, and how many there are."""
    found, listed = 0, 0
    for r in references:
        begin, end = stretch(citers, in_start, r, low, high)
        if hub_of[r] >= 0 and end - begin > long:
            continue
        listed += end - begin
        for e in range(begin, end):
            x = np.uint64(citers[e])
            bit = ONE << (x & LOW)
            if not seen[x >> SIX] & bit:
                found += 1
                seen[x >> SIX] |= bit
    return found, listed


@jit
def clear_lists(
    references: Nodes, in_start: Ints, citers: Nodes, low: int, high: int, seen: Words
) -> None:
    """Clear every word that a citer set."""
    for r in references:
        begin, end = stretch(citers, in_start, r, low, high)
        for e in range(begin, end):
            seen[np.uint64(citers[e]) >> SIX] = np.uint64(0)


@jit
def joined(
    references: Nodes, in_start: Ints, citers: Nodes, low: int, high: int, hub_of: Nodes, rows: Words, seen: Words
) -> int:  # fmt: skip
    """How many nodes of ``low … high`` cite at least one of the references; ``seen`` is empty before and after."""
    first, last = low >> 6, (high - 1) >> 6
    words = last - first + 1
    long = max(words // 3, 64)  # from here on a row of words is quicker than a list
    dense = join_rows(references, in_start, citers, low, high, hub_of, rows, seen, long)
    found, listed = join_lists(references, in_start, citers, low, high, hub_of, seen, long)
    if listed < words and not dense:
        clear_lists(references, in_start, citers, low, high, seen)
        return found
    if dense:
        found = 0
        for w in range(first, last + 1):
            found += bits_in(seen[w])
    seen[first : last + 1] = np.uint64(0)
    return found


@jit
def count_shared(
    cites_start: Ints, cites: Nodes, out_start: Ints, out: Nodes, in_start: Ints, citers: Nodes,
    low: Nodes, high: Nodes, node_of_first: int, citer_of_first: int, hub_of: Nodes, rows: Words,
    direct: Nodes, level: Nodes, only: Nodes, links: Ints, first: int, last: int,
) -> None:  # fmt: skip
    """Add what a block of citers counts for the works ``first … last``.

    Args:
        cites_start: where the references of each work begin.
        cites: their references, ascending for each.
        out_start: where the references of each citer of the block begin.
        out: these references, ascending for each.
        in_start: where the citers of each node begin.
        citers: citers of the block, ascending for each node, counted from the first of the block.
        low: first citer of the window of each work, counted likewise.
        high: one past its last.
        node_of_first: which node work 0 is.
        citer_of_first: which citer of the block it is; negative, or too large, where it is none.
        hub_of: row of the bitmap of each node, −1 where it has none.
        rows: bitmaps of the citers of hubs.
        direct: added to: citers in the window.
        level: added to: citers that cite at least 1 … ``LEVELS`` of the references, shape (works, levels).
        only: added to: citers in the window that cite a reference, but not the work.
        links: added to: citations from citers to references.
        first: first work.
        last: one past the last.
    """
    seen = np.zeros((out_start.size + 63) >> 6, np.uint64)
    referred = np.zeros((in_start.size + 63) >> 6, np.uint64)
    for work in range(first, last):
        begin, end = cites_start[work], cites_start[work + 1]
        node, itself = node_of_first + work, citer_of_first + work
        for k in range(begin, end):
            r = np.uint64(cites[k])
            referred[r >> SIX] |= ONE << (r & LOW)
        both = 0
        start, stop = stretch(citers, in_start, node, low[work], high[work])
        for e in range(start, stop):
            x = citers[e]
            common = 0
            for k in range(out_start[x], out_start[x + 1]):
                r = np.uint64(out[k])
                common += 1 if referred[r >> SIX] & (ONE << (r & LOW)) else 0
            links[work] += common
            both += 1 if common else 0
            for step in range(min(common, level.shape[1])):
                level[work, step] += 1
        direct[work] += stop - start
        for k in range(begin, end):
            referred[np.uint64(cites[k]) >> SIX] = np.uint64(0)
        if begin < end and low[work] < high[work]:
            union = joined(
                cites[begin:end], in_start, citers, low[work], high[work], hub_of, rows, seen
            )
            # it cites its own references, but is not later than itself
            union -= 1 if low[work] <= itself < high[work] else 0
            only[work] += union - both
