"""Who takes up what started where: pairs that works of one unit made first, and later works of each unit that use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ceyuan.compiled.distinct import distinct
from ceyuan.knowledge.arrays import Bools, Floats, Ints
from ceyuan.knowledge.groups import numbered
from ceyuan.knowledge.inputs import coded_names, places_of
from ceyuan.knowledge.novelty.combinations import WHOLE, Combinations, Pairs
from ceyuan.knowledge.novelty.firsts import FirstUses
from ceyuan.knowledge.results import Result
from ceyuan.tabular.columns import Columns, columns_of_roles


@dataclass(frozen=True)
class Units:
    """Which units (places, sides, organisations) each work has, by work.

    Attributes:
        names: names of the units, in order of their names.
        start: where the units of each work begin, and one more.
        unit: a unit of a work.
        set_aside: rows without a unit or without a work of the list.
    """

    names: tuple[str, ...]
    start: Ints
    unit: Ints
    set_aside: int

    def of(self, work: Ints) -> tuple[Ints, Ints]:
        """The units of some works: which of them each belongs to, and the unit."""
        many = np.diff(self.start)[work]
        which = np.repeat(np.arange(work.size), many)
        return which, self.unit[self.start[work][which] + numbered(many)]


def read_units(table: Columns, found: Combinations, renames: Mapping[str, str]) -> Units:
    """The units of a table with the columns ``work`` and ``unit``.

    Raises:
        CeyuanError: ``column-missing``.
    """
    columns = columns_of_roles(table, renames, ("work", "unit"))
    work = places_of(table.column(columns["work"]), found.ids)
    code, names = coded_names(table.column(columns["unit"]))
    good = (work >= 0) & (code >= 0)
    n = max(1, len(names))
    cell = distinct(work[good].astype(np.int64) * n + code[good])
    start = np.searchsorted(cell, np.arange(len(found.ids) + 1) * n)
    return Units(names, start, cell % n, int((~good).sum()))


def uptake(pairs: Pairs, uses: FirstUses, new: Bools, units: Units) -> Result:
    """From the unit whose works made a pair first to the unit whose works used it later; full counting.

    Args:
        pairs: the pairs of all works.
        uses: their first and later uses.
        new: which of the pairs that occur are new.
        units: the units of works.

    Returns:
        ``unit_from, unit_to``, how many ``pairs`` went that way, and how many ``works`` of the second unit used them.
    """
    origin, source = _by_code(pairs, uses.is_first & new[pairs.code], units)
    uses_later = np.flatnonzero(uses.is_later & new[pairs.code])
    row, user = units.of(pairs.work[uses_later])
    later = uses_later[row]
    begin = np.searchsorted(origin, pairs.code[later], side="left")
    many = np.searchsorted(origin, pairs.code[later], side="right") - begin
    use = np.repeat(np.arange(later.size), many)
    start = begin[use] + numbered(many)
    n = max(1, len(units.names))
    way = source[start] * n + user[use]
    ways, pair_count = _distinct(way, pairs.code[later][use])
    _, work_count = _distinct(way, pairs.work[later][use])
    names = np.array(units.names, object)
    columns = {
        "unit_from": names[ways // n],
        "unit_to": names[ways % n],
        "pairs": pair_count,
        "works": work_count,
    }
    return Result("Uptake", columns)


def _by_code(pairs: Pairs, which: Bools, units: Units) -> tuple[Ints, Ints]:
    """Pairs and the units of the works that use them, each once, by pair."""
    row, unit = units.of(pairs.work[which])
    n = max(1, len(units.names))
    cell = distinct(pairs.code[which][row] * n + unit)
    return cell // n, cell % n


def _distinct(way: Ints, thing: Ints) -> tuple[Ints, Ints]:
    """How many different things there are for each way."""
    if not way.size:
        return way, way
    wide = int(thing.max()) + 1
    return np.unique(distinct(way * wide + thing) // wide, return_counts=True)


def of_units(units: Units, columns: Mapping[str, Floats], judged: Bools) -> Result:
    """What the works of each unit have together: works, those that are judged, and of these the sums and means of columns."""
    row = np.repeat(np.arange(units.start.size - 1), np.diff(units.start))
    n = len(units.names)
    counts = judged[row]
    works = np.bincount(units.unit, minlength=n)
    among = np.bincount(units.unit[counts], minlength=n)
    found: dict[str, object] = {
        "unit": np.array(units.names, object),
        "works": works,
        "judged": among,
    }
    for name, values in columns.items():
        known = counts & ~np.isnan(values[row])
        total = np.bincount(units.unit[known], values[row][known], n)
        found[name] = total.astype(np.int64) if name in WHOLE else total
    made = np.bincount(units.unit[counts & (columns["new_pairs"][row] > 0)], minlength=n)
    share = np.full(n, np.nan)
    np.divide(made, among, out=share, where=among > 0)
    return Result("Units", found | {"share_with_new_pairs": share})
