"""First uses: when an item or a pair was used first, by how many works, how often later, and how far apart its items were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ceyuan.knowledge.arrays import Bools, Floats, Ints
from ceyuan.knowledge.groups import counted
from ceyuan.knowledge.novelty.combinations import Pairs

CHUNK = 100_000
"""So many new pairs are compared at once."""


@dataclass(frozen=True)
class FirstUses:
    """What became of each item, or each pair.

    Attributes:
        first: year of its first use.
        by: how many works of that year used it: they all are the first.
        later: how many works of later years used it, up to the end of the window.
        is_first: for each use, whether it is one of the first.
        is_later: for each use, whether it is a later one in the window.
    """

    first: Ints
    by: Ints
    later: Ints
    is_first: Bools
    is_later: Bools


def first_uses(code: Ints, year: Ints, codes: int, window: int | None) -> FirstUses:
    """First and later uses.

    Args:
        code: what is used, from 0.
        year: when, for each use.
        codes: how many different things there are.
        window: so many years after the first use count as later ones; None for all.

    >>> uses = first_uses(np.array([0, 0, 0, 1]), np.array([2001, 2001, 2004, 2010]), 2, 5)
    >>> uses.first.tolist(), uses.by.tolist(), uses.later.tolist()
    ([2001, 2010], [2, 1], [1, 0])
    """
    first = np.full(codes, np.iinfo(np.int64).max)
    np.minimum.at(first, code, year)
    age = year - first[code]
    is_later = (age > 0) if window is None else (age > 0) & (age <= window)
    return FirstUses(
        first, counted(code, codes, age == 0), counted(code, codes, is_later), age == 0, is_later
    )


def difficulty(pairs: Pairs, year: Ints, first: Ints, wanted: Bools, history: int) -> Floats:
    """How hard it was to see a new pair: 1 − cosine of what its items were put together with in the years before.

    After Wang, Veugelers and Stephan 2017. Items that share their partners are near (0); items without a common partner are
    far (1).

    Args:
        pairs: the pairs of all works.
        year: year of each of them.
        first: year of the first use of each pair that occurs.
        wanted: which of the pairs that occur are asked for.
        history: so many years before the first use are looked at.

    Returns:
        For each pair that occurs; NaN where it is not wanted, or an item was not put together with anything in these years.
    """
    found = np.full(pairs.keys.size, np.nan)
    for now in np.unique(first[wanted]).tolist():
        before = (year < now) & (year >= now - history)
        ask = np.flatnonzero(wanted & (first == now))
        partners = _partners(pairs, pairs.code[before])
        length = np.sqrt(np.asarray(partners.multiply(partners).sum(axis=1)))
        for begin in range(0, ask.size, CHUNK):
            some = ask[begin : begin + CHUNK]
            a, b = pairs.a[some], pairs.b[some]
            common = np.asarray(partners[a].multiply(partners[b]).sum(axis=1))
            lengths = length[a] * length[b]
            near = np.full(some.size, np.nan)
            np.divide(common, lengths, out=near, where=lengths > 0)
            found[some] = 1.0 - np.minimum(near, 1.0)
    return found


def _partners(pairs: Pairs, code: Ints) -> csr_array:
    """How often each item was put together with each other one, both ways."""
    a, b = pairs.a[code], pairs.b[code]
    ends = (np.concatenate((a, b)), np.concatenate((b, a)))
    return csr_array((np.ones(ends[0].size), ends), shape=(pairs.items, pairs.items))
