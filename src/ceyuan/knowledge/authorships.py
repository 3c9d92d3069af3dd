"""Which units works have, and the parts of works and citations that go from one to another.

A work with n authorships, k_a of them of unit a, gives a the share s_a = k_a / n. Counting:

- full: a work counts 1 for every two units that it joins, and 1 for every unit that it has;
- fractional: it gives 2 s_a s_b to every two units and s_a² to each with itself, 1 in all, so that all flows add up to the works.
  A citation gives s_a t_b from each citing to each cited unit, 1 in all.

Fractions are whole numbers of 720,720 to one work: those of a work are rounded by the largest remainder (ties by the names of
units), so that they add up to it exactly, and sums depend neither on order nor on threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.compiled.distinct import counted
from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats, Ints
from ceyuan.knowledge.groups import numbered
from ceyuan.knowledge.inputs import coded, coded_names, encoded, id_column, text_column, year_names
from ceyuan.tabular.columns import Columns, columns_of_roles

ONE = 720_720
"""One work, or one citation: a whole number that most numbers of authorships divide."""


@dataclass(frozen=True)
class Authorships:
    """Which units each work has, by work and unit in ascending order.

    Attributes:
        ids: the works; Arrow.
        units: names of the units, in order of their names.
        start: where the units of each work begin, and one more.
        unit: a unit of a work.
        count: how many authorships it has there.
        period: year of each work, the earliest of several; empty text where not known or not asked for.
        several: works whose rows have several years.
        rows: rows read.
        incomplete: rows without a work or a unit.
    """

    ids: Any
    units: tuple[str, ...]
    start: Ints
    unit: Ints
    count: Ints
    period: AnyArray
    several: int
    rows: int
    incomplete: int


def read_authorships(table: Columns, renames: Mapping[str, str], by_year: bool) -> Authorships:
    """Authorships of a table with the columns ``work``, ``unit`` and, where it is asked for, ``year``.

    Raises:
        CeyuanError: ``column-missing``, ``knowledge-no-works``.
    """
    columns = columns_of_roles(
        table, renames, ("work", "unit", "year") if by_year else ("work", "unit")
    )
    work, ids = coded(id_column(table.column(columns["work"])))
    code, units = coded_names(table.column(columns["unit"]))
    good = (work >= 0) & (code >= 0)
    if not good.any():
        raise fail("knowledge-no-works", "no row has both a work and a unit", file=table.name)
    cell, count = counted(work[good].astype(np.int64) * len(units) + code[good])
    start = np.searchsorted(cell, np.arange(len(ids) + 1) * len(units))
    period, several = np.full(len(ids), "", object), 0
    if by_year:
        period, several = _periods(table.column(columns["year"]), work, good, len(ids))
    rows = work.size
    return Authorships(
        ids, units, start, cell % len(units), count, period, several, rows, int(rows - good.sum())
    )


def _periods(column: Any, work: AnyArray, good: Bools, works: int) -> tuple[AnyArray, int]:
    """The year of each work, the earliest where its rows have several, whatever their order; and how many works have several."""
    code, texts = encoded(text_column(column))
    of_text = year_names(texts)
    names = sorted(set(of_text))
    number = {name: rank for rank, name in enumerate(names)}
    rank = np.array([number[name] for name in of_text] + [len(names)], np.int64)[code]
    told = good & (rank < len(names))
    first, last = np.full(works, len(names)), np.full(works, -1)
    np.minimum.at(first, work[told], rank[told])
    np.maximum.at(last, work[told], rank[told])
    return np.array([*names, ""], object)[first], int((last > first).sum())


@dataclass(frozen=True)
class Parts:
    """Parts of works or citations that go from one unit to another.

    Attributes:
        item: the work or citation of each part, ascending.
        a: the first, or citing, unit.
        b: the second, or cited, unit.
        amount: the part, in 720,720ths; those of an item add up to 720,720.
    """

    item: Ints
    a: Ints
    b: Ints
    amount: Ints


def _apportioned(item: Ints, weight: Ints, a: Ints, b: Ints) -> Parts:
    """Whole numbers in proportion to weights, 720,720 for each item, by the largest remainder.

    Args:
        item: what is shared, ascending.
        weight: the part of each share.
        a: the first unit, ascending for each item.
        b: the second unit, ascending for each of these.
    """
    total = np.bincount(item, weight).astype(np.int64)[item]
    amount = weight * ONE // total
    lacking = ONE - np.bincount(item, amount).astype(np.int64)
    # Most works are shared without a rest. Of equal rests the first units get more: they stand in the order of their names.
    some = np.flatnonzero(lacking[item] > 0)
    rest = weight[some] * ONE - amount[some] * total[some]
    order = some[np.lexsort((-rest / total[some], item[some]))]
    first = np.searchsorted(item[some], np.arange(lacking.size))
    rank = np.arange(some.size) - first[item[order]]
    amount[order] += rank < lacking[item[order]]
    return Parts(item, a, b, amount)


def fractional_works(table: Authorships, chosen: Bools | None = None) -> Floats:
    """The works of each unit, every one shared by its authorships.

    Args:
        table: the units of works.
        chosen: which works are counted, all if absent.
    """
    size = np.diff(table.start)
    work = np.repeat(np.arange(size.size), size)
    parts = _apportioned(work, table.count, table.unit, table.unit)
    kept = slice(None) if chosen is None else chosen[work]
    total = np.zeros(len(table.units), np.int64)
    np.add.at(total, table.unit[kept], parts.amount[kept])
    return np.asarray(total / ONE)


def joint_parts(table: Authorships) -> Parts:
    """The parts of works that two units have in common, each pair once (a ≤ b), a unit with itself included."""
    size = np.diff(table.start)
    work = np.repeat(np.arange(size.size), size)
    follows = table.start[work + 1] - np.arange(work.size)  # itself and those behind it in the work
    first = np.repeat(np.arange(work.size), follows)
    second = first + numbered(follows)
    weight = table.count[first] * table.count[second]
    weight[first != second] *= 2
    return _apportioned(work[first], weight, table.unit[first], table.unit[second])


def citation_parts(table: Authorships, citing: AnyArray, cited: AnyArray) -> Parts:
    """The parts of citations between units.

    Args:
        table: the units of works.
        citing: place of the citing work of each citation; both must have units.
        cited: place of the cited work.
    """
    size = np.diff(table.start)
    wide, high = size[citing], size[cited]
    cells = wide * high
    item = np.repeat(np.arange(citing.size), cells)
    number = numbered(cells)
    first = table.start[citing][item] + number // high[item]
    second = table.start[cited][item] + number % high[item]
    return _apportioned(
        item, table.count[first] * table.count[second], table.unit[first], table.unit[second]
    )
