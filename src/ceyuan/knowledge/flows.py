"""Flows between units (places, sides, organisations, fields): works in common, and citations from one to another.

A work with n authorships, k_a of them of unit a, gives a the share s_a = k_a / n. Counting:

- full: a work counts 1 for every two units that it joins, and 1 for every unit that it has;
- fractional: it gives 2 s_a s_b to every two units and s_a² to each with itself, 1 in all, so that all flows add up to the works.
  A citation gives s_a t_b from each citing to each cited unit, 1 in all.

Fractions are whole numbers of 720,720 to one work: those of a work are rounded by the largest remainder (ties by the names of
units), so that they add up to it exactly, and sums depend neither on order nor on threads.

Expected flows keep the size of every unit and mix at random: between different units a and b of works in common
E = ½ (L_a L_b / (T − L_a) + L_a L_b / (T − L_b)), where L is what a unit shares with all others and T the sum of L (Steijn 2021);
of citations O_a I_b / T. A ratio above 1 is more than size explains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Floats, Ints
from ceyuan.knowledge.groups import numbered
from ceyuan.knowledge.inputs import alike, coded_names, encoded, id_column, text_column
from ceyuan.knowledge.results import Result
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns

ONE = 720_720
ROLES = ("work", "unit", "year", "citing", "cited")


@dataclass(frozen=True)
class Authorships:
    """Which units each work has, by work and unit in ascending order.

    Attributes:
        ids: the works; Arrow or a list.
        units: names of the units, in order of their names.
        start: where the units of each work begin, and one more.
        unit: a unit of a work.
        count: how many authorships it has there.
        period: year of each work, empty text where not known or not asked for.
        rows: rows read.
        incomplete: rows without a work or a unit.
    """

    ids: Any
    units: tuple[str, ...]
    start: Ints
    unit: Ints
    count: Ints
    period: AnyArray
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
    work, ids = encoded(id_column(table.column(columns["work"])))
    code, units = coded_names(table.column(columns["unit"]))
    good = (work >= 0) & (code >= 0)
    if not good.any():
        raise fail("knowledge-no-works", "no row has both a work and a unit", file=table.name)
    cell, count = np.unique(
        work[good].astype(np.int64) * len(units) + code[good], return_counts=True
    )
    start = np.searchsorted(cell, np.arange(len(ids) + 1) * len(units))
    period = np.full(len(ids), "", object)
    if by_year:
        years, texts = encoded(text_column(table.column(columns["year"])))
        period[work[good]] = np.array([*texts, ""], object)[years[good]]
    rows = work.size
    return Authorships(
        ids, units, start, cell % len(units), count, period, rows, int(rows - good.sum())
    )


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
    """Whole numbers in proportion to weights, 720,720 for each item, by the largest remainder."""
    total = np.bincount(item, weight).astype(np.int64)[item]
    amount, rest = weight * ONE // total, weight * ONE % total
    lacking = ONE - np.bincount(item, amount).astype(np.int64)
    order = np.lexsort((b, a, -rest / total, item))
    first = np.searchsorted(item, np.arange(lacking.size))
    rank = np.arange(item.size) - first[item[order]]
    amount[order] += rank < lacking[item[order]]
    return Parts(item, a, b, amount)


def joint_parts(table: Authorships) -> Parts:
    """The parts of works that two units have in common, each pair once (a ≤ b), a unit with itself included."""
    size = np.diff(table.start)
    work = np.repeat(np.arange(size.size), size)
    follows = table.start[work + 1] - np.arange(work.size)  # itself and those behind it in the work
    first = np.repeat(np.arange(work.size), follows)
    second = first + numbered(follows)
    twice = np.where(first == second, 1, 2)
    weight = table.count[first] * table.count[second] * twice
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


def _added(parts: Parts, units: int, period: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Period, units, works and 720,720ths of every flow, in this order."""
    key = (period[parts.item] * units + parts.a) * units + parts.b
    cells, place = np.unique(key, return_inverse=True)
    full = np.bincount(place)
    amount = np.zeros(cells.size, np.int64)
    np.add.at(amount, place, parts.amount)
    return cells // (units * units), cells // units % units, cells % units, full, amount


def _expected_joint(a: Ints, b: Ints, amount: Floats, units: int) -> Floats:
    apart = a != b
    links = np.bincount(a[apart], amount[apart], units) + np.bincount(
        b[apart], amount[apart], units
    )
    rest = links.sum() - links
    found = np.full(a.size, np.nan)
    both = links[a] * links[b]
    fair = apart & (rest[a] > 0) & (rest[b] > 0)
    found[fair] = (both[fair] / rest[a[fair]] + both[fair] / rest[b[fair]]) / 2
    return found


def _expected_citations(a: Ints, b: Ints, amount: Floats, units: int) -> Floats:
    out, into = np.bincount(a, amount, units), np.bincount(b, amount, units)
    return np.asarray(out[a] * into[b] / amount.sum())


def _flow_table(
    title: str, heads: tuple[str, str], parts: Parts, table: Authorships, item_period: AnyArray
) -> Result:
    """A row for every flow of every period."""
    periods = sorted(set(item_period.tolist()))
    number = {name: i for i, name in enumerate(periods)}
    of_item = np.array([number[name] for name in item_period.tolist()], np.int64)
    units = len(table.units)
    period, a, b, full, amount = _added(parts, units, of_item)
    expected = np.full(a.size, np.nan)
    formula = _expected_joint if heads[0] == "unit_a" else _expected_citations
    for which in range(len(periods)):
        rows = np.flatnonzero(period == which)
        expected[rows] = formula(a[rows], b[rows], amount[rows] / ONE, units)
    ratio = np.full(a.size, np.nan)
    np.divide(amount / ONE, expected, out=ratio, where=expected > 0)
    names = np.array(table.units, object)
    columns = {heads[0]: names[a], heads[1]: names[b], "full": full, "fractional": amount / ONE,
               "expected": expected, "ratio": ratio, "fractional_720720": amount}  # fmt: skip
    if periods != [""]:
        columns["period"] = np.array(periods, object)[period]
    return Result(title, columns)


@dataclass(frozen=True, repr=False)
class Flows:
    """Flows between units.

    Attributes:
        joint: works in common: ``unit_a, unit_b, full, fractional, expected, ratio`` and 720,720ths; each pair once.
        citations: citations from one to another: ``citing, cited`` and the same; None where none were given.
        units: each unit's works, fractional works, works of it alone, and the share of works with others.
        works: works with a unit.
        facts: what was read and set aside.
    """

    joint: Result
    citations: Result | None
    units: Result
    works: int
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Flows between {self.units.height:,} units in {self.works:,} works"


def flows(
    authorships: object,
    *,
    citations: object | None = None,
    by_year: bool = False,
    columns: Sequence[str] = (),
) -> Flows:
    """Flows between units, from a table of authorships.

    Args:
        authorships: columns ``work`` and ``unit``, a row for each authorship (an author in two units has two), and ``year``
            where flows are wanted by year: a path, a mapping or a frame.
        citations: columns ``citing`` and ``cited``; then flows of citations are given too, by the year of the citing work.
        by_year: give flows by year.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works`` and what reading finds.

    >>> found = flows({"work": [1, 1, 2], "unit": ["HK", "GD", "GD"]})
    >>> found.joint.frame("arrow").select(["unit_a", "unit_b", "full", "fractional"]).to_pylist()[1]
    {'unit_a': 'GD', 'unit_b': 'HK', 'full': 1, 'fractional': 0.5}
    """
    renames = parse_roles(columns, ROLES)
    table = read_authorships(read_columns(authorships, "authorships"), renames, by_year)
    parts = joint_parts(table)
    joint = _flow_table("Works in common", ("unit_a", "unit_b"), parts, table, table.period)
    works = int((np.diff(table.start) > 0).sum())
    facts = {
        "rows": {"read": table.rows, "set_aside": {"incomplete": table.incomplete}},
        "works": works,
    }
    cited = None
    if citations is not None:
        cited, facts["citations"] = _citation_flows(
            read_columns(citations, "citations"), table, renames
        )
    return Flows(joint, cited, _unit_table(table), works, facts)


def _citation_flows(
    citations: Columns, table: Authorships, renames: Mapping[str, str]
) -> tuple[Result, dict[str, int]]:
    columns = columns_of_roles(citations, renames, ("citing", "cited"))
    both = [id_column(citations.column(columns[role])) for role in ("citing", "cited")]
    place = {str(one): number for number, one in enumerate(table.ids)}
    # the last entry is for works that are not known
    has = np.append(np.diff(table.start) > 0, False)
    ends = []
    for column in alike(*both):
        code, ids = encoded(column)
        ends.append(np.array([place.get(str(one), -1) for one in ids] + [-1], np.int64)[code])
    citing, cited = ends
    good = has[citing] & has[cited] & (citing != cited)
    parts = citation_parts(table, citing[good], cited[good])
    result = _flow_table("Citations", ("citing", "cited"), parts, table, table.period[citing[good]])
    counted = {"read": int(good.size), "counted": int(good.sum()), "set_aside": int((~good).sum())}
    return result, counted


def _unit_table(table: Authorships) -> Result:
    """What each unit has, over all years."""
    size = np.diff(table.start)
    work = np.repeat(np.arange(size.size), size)
    n = len(table.units)
    total = np.bincount(work, table.count, size.size)
    works = np.bincount(table.unit, minlength=n)
    alone = np.bincount(table.unit[size[work] == 1], minlength=n)
    fractional = np.bincount(table.unit, table.count / total[work], n)
    columns = {"unit": np.array(table.units, object), "works": works, "fractional": fractional, "alone": alone,
               "share_joint": (works - alone) / works}  # fmt: skip
    return Result("Units", columns)
