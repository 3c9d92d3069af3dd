"""What works put together: their items (classes, keywords, topics, cited journals), and every two items of a work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.compiled.distinct import distinct
from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Ints
from ceyuan.knowledge.groups import numbered
from ceyuan.knowledge.inputs import Works, coded_names, places_of
from ceyuan.knowledge.windows import year_of
from ceyuan.tabular.columns import Columns, columns_of_roles

WHOLE = ("pairs", "new_items", "new_pairs", "later_uses")
"""What works and units have that is counted."""
MOST_PAIRS = 200_000_000
"""Pairs of all works together; each takes 24 bytes and more while they are put in order."""


@dataclass(frozen=True)
class Combinations:
    """The items of every dated work, by work and item in ascending order, each once.

    Attributes:
        ids: ids of all works of the list; Arrow.
        year: year of each work; 0 where it is not known.
        items: names of the items, in order of their names.
        start: where the items of each work begin, and one more.
        item: an item of a work.
        rows: rows read.
        set_aside: rows that were not used, by reason.
    """

    ids: Any
    year: Ints
    items: tuple[str, ...]
    start: Ints
    item: Ints
    rows: int
    set_aside: Mapping[str, int]

    @property
    def size(self) -> Ints:
        """How many items each work has."""
        return np.diff(self.start)

    @property
    def work(self) -> Ints:
        """The work of each item."""
        return np.repeat(np.arange(self.size.size), self.size)


def read_combinations(
    table: Columns, works: Works, renames: Mapping[str, str], most_items: int
) -> Combinations:
    """The items of works, of a table with the columns ``work`` and ``item``.

    Args:
        table: the table, a row for each item of a work.
        works: the list of works.
        renames: names of columns by role.
        most_items: works with more items are set aside: they are lists, and their pairs would be most of all pairs.

    Raises:
        CeyuanError: ``column-missing``, ``knowledge-no-works``, and ``knowledge-too-large`` for too many pairs.
    """
    columns = columns_of_roles(table, renames, ("work", "item"))
    work = places_of(table.column(columns["work"]), works.ids)
    code, items = coded_names(table.column(columns["item"]))
    dated = np.append(works.known, False)  # the last entry is for works that are not in the list
    complete = (work >= 0) & (code >= 0)
    good = complete & dated[work]
    cell = distinct(work[good].astype(np.int64) * len(items) + code[good])
    size = np.bincount(cell // max(1, len(items)), minlength=len(works.ids))
    long = size > most_items
    used = cell[~long[cell // max(1, len(items))]]
    if not used.size:
        raise fail(
            "knowledge-no-works", "no row has an item of a dated work of the list", file=table.name
        )
    set_aside = {
        "without_item": int((code < 0).sum()),
        "unknown_work": int(((code >= 0) & (work < 0)).sum()),
        "undated": int((complete & ~good).sum()),
        "repeated": int(good.sum() - cell.size),
        "of_works_with_too_many_items": int(cell.size - used.size),
    }
    start = np.searchsorted(used, np.arange(len(works.ids) + 1) * len(items))
    year = np.where(works.known, year_of(works.time, works.grain), 0).astype(np.int64)
    return Combinations(works.ids, year, items, start, used % len(items), code.size, set_aside)


@dataclass(frozen=True)
class Pairs:
    """Every two items of every work.

    Attributes:
        work: the work of each pair.
        code: which pair of items it is, an index into ``keys``.
        keys: the pairs that occur, as first item · number of items + second item, ascending.
        items: number of items.
    """

    work: Ints
    code: Ints
    keys: Ints
    items: int

    @property
    def a(self) -> Ints:
        """The first item of each pair that occurs."""
        return np.asarray(self.keys // self.items)

    @property
    def b(self) -> Ints:
        """The second item of each pair that occurs."""
        return np.asarray(self.keys % self.items)


def pair_up(found: Combinations) -> Pairs:
    """Every two items of every work, each once.

    Raises:
        CeyuanError: ``knowledge-too-large``.
    """
    size, work = found.size, found.work
    total = int((size * (size - 1) // 2).sum())
    if total > MOST_PAIRS:
        message = f"the works have {total:,} pairs of items, more than {MOST_PAIRS:,}"
        raise fail(
            "knowledge-too-large", message, hint="Set aside works with many items: --most-items 50."
        )
    # items of the same work behind each item
    behind = found.start[work + 1] - np.arange(work.size) - 1
    first = np.repeat(np.arange(work.size), behind)
    second = first + 1 + numbered(behind)
    keys, code = np.unique(
        found.item[first] * len(found.items) + found.item[second], return_inverse=True
    )
    return Pairs(work[first], code, keys, len(found.items))
