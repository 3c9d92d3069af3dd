"""Flows between units (places, sides, organisations, fields): works in common, and citations from one to another.

How works and citations are shared: :mod:`ceyuan.knowledge.authorships`. What is expected, and what more or less than that
means: :mod:`ceyuan.knowledge.expected`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Floats, Ints
from ceyuan.knowledge.authorships import (
    ONE,
    Authorships,
    Parts,
    citation_parts,
    fractional_works,
    joint_parts,
    read_authorships,
)
from ceyuan.knowledge.expected import (
    Baseline,
    Cells,
    Expected,
    Gravity,
    configuration,
    gravity,
    ratio_with_limits,
)
from ceyuan.knowledge.inputs import places_of
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.sites import Sites, read_sites
from ceyuan.knowledge.windows import one_of
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns

ROLES = ("work", "unit", "year", "citing", "cited", "place", "lat", "lon", "size")
JOINT = ("unit_a", "unit_b")
SQUARED = 7
DENSE = 1 << 20


def _added(parts: Parts, units: int, period: Ints, which: int) -> Cells:
    """The flows of a period."""
    of_period = parts
    if period.max(initial=0) > 0:
        chosen = period[parts.item] == which
        of_period = Parts(*(each[chosen] for each in (parts.item, parts.a, parts.b, parts.amount)))
    key = of_period.a * units + of_period.b
    if units * units <= max(DENSE, key.size):
        # Few units: a cell for every two of them, and nothing to sort.
        cells, place = np.arange(units * units), key
    else:
        cells, place = np.unique(key, return_inverse=True)
    amount, squares = np.zeros(cells.size, np.int64), np.zeros(cells.size, np.int64)
    np.add.at(amount, place, of_period.amount)
    # Whole numbers, so that the order does not matter; seventh parts, so that the sums of many squares fit.
    np.add.at(squares, place, (of_period.amount // SQUARED) ** 2)
    full = np.bincount(place, minlength=cells.size)
    some = np.flatnonzero(full)
    cells, full, amount, squares = cells[some], full[some], amount[some], squares[some]
    return Cells(cells // units, cells % units, full, amount, squares / (ONE // SQUARED) ** 2)


@dataclass(frozen=True)
class Passing:
    """What passes between units, before it is added up.

    Attributes:
        title: what it is.
        heads: what the first and the second unit are called.
        parts: the parts of works or citations.
        period: the period of each work or citation.
    """

    title: str
    heads: tuple[str, str]
    parts: Parts
    period: AnyArray

    @property
    def joint(self) -> bool:
        """Whether works in common pass, which have no direction."""
        return self.heads == JOINT


def _beside_expected(
    passing: Passing, table: Authorships, sites: Sites | None
) -> tuple[Result, list[dict[str, Any]]]:
    """A row for every flow of every period, and the coefficients of the gravity model where sites are given."""
    periods = sorted(set(passing.period.tolist())) or [""]
    number = {name: i for i, name in enumerate(periods)}
    of_item = np.array([number[name] for name in passing.period.tolist()], np.int64)
    units = len(table.units)
    tables: list[dict[str, Any]] = []
    models: list[dict[str, Any]] = []
    for which, period in enumerate(periods):
        cells = _added(passing.parts, units, of_item, which)
        if sites is None:
            expected = configuration(cells, units, passing.joint)
        else:
            name = f"{passing.title} {period}".strip()
            sizes = _sizes(passing, table, period)
            cells, expected, model = gravity(cells, sites, sizes, passing.joint, name)
            models += _model_rows(passing.title, period, model)
        tables.append(
            _columns(passing, table, cells, expected) | {"period": [period] * cells.a.size}
        )
    columns = {}
    for name in tables[0]:
        if name != "period" or periods != [""]:
            columns[name] = np.concatenate([one[name] for one in tables])
    return Result(passing.title, columns), models


def _columns(
    passing: Passing, table: Authorships, cells: Cells, expected: Expected
) -> dict[str, Any]:
    ratio, low, high = ratio_with_limits(cells, expected)
    names = np.array(table.units, object)
    return {
        passing.heads[0]: names[cells.a],
        passing.heads[1]: names[cells.b],
        "full": cells.full,
        "fractional": cells.flow,
        "expected": expected.value,
        "ratio": ratio,
        "ratio_low": low,
        "ratio_high": high,
        "fractional_720720": cells.amount,
    }


def _sizes(passing: Passing, table: Authorships, period: str) -> tuple[Floats, Floats]:
    """Fractional works of every unit: those of the period; of cited units, whose works are older, all."""
    of_period = fractional_works(table, table.period == period)
    return of_period, of_period if passing.joint else fractional_works(table)


def _model_rows(title: str, period: str, model: Gravity) -> Iterator[dict[str, Any]]:
    for term, coefficient, error in model.rows():
        yield {
            "flow": title,
            "period": period,
            "term": term,
            "coefficient": coefficient,
            "standard_error": error,
            "pairs": model.pairs,
            "pairs_without_flow": model.zeros,
            "dispersion": model.fit.dispersion,
        }


@dataclass(frozen=True, repr=False)
class Flows:
    """Flows between units.

    Attributes:
        joint: works in common: ``unit_a, unit_b, full, fractional, expected, ratio, ratio_low, ratio_high`` and 720,720ths; each
            pair once.
        citations: citations from one to another: ``citing, cited`` and the same; None where none were given.
        units: each unit's works, fractional works, works of it alone, and the share of works with others.
        gravity: the coefficients of the gravity model, where it was asked for: ``flow, period, term, coefficient,
            standard_error, pairs, pairs_without_flow, dispersion``.
        works: works with a unit.
        facts: what was read and set aside.
    """

    joint: Result
    citations: Result | None
    units: Result
    gravity: Result | None
    works: int
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Flows between {self.units.height:,} units in {self.works:,} works"


def flows(
    authorships: object,
    *,
    citations: object | None = None,
    by_year: bool = False,
    baseline: Baseline = "configuration",
    places: object | None = None,
    columns: Sequence[str] = (),
) -> Flows:
    """Flows between units, from a table of authorships.

    Args:
        authorships: columns ``work`` and ``unit``, a row for each authorship (an author in two units has two), and ``year``
            where flows are wanted by year: a path, a mapping or a frame.
        citations: columns ``citing`` and ``cited``; then flows of citations are given too, by the year of the citing work.
        by_year: give flows by year.
        baseline: what flows are compared with: sizes and chance (``configuration``), or sizes and distances (``gravity``).
        places: for gravity: columns ``place`` (the name of a unit), ``lat``, ``lon`` and, where the number of works shall not be
            the size, ``size``.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works``, ``knowledge-bad-option``,
            ``knowledge-not-identified``, ``knowledge-too-large`` and what reading finds.

    >>> found = flows({"work": [1, 1, 2], "unit": ["HK", "GD", "GD"]})
    >>> found.joint.frame("arrow").select(["unit_a", "unit_b", "full", "fractional"]).to_pylist()[1]
    {'unit_a': 'GD', 'unit_b': 'HK', 'full': 1, 'fractional': 0.5}
    """
    one_of("baseline", baseline, get_args(Baseline))
    renames = parse_roles(columns, ROLES)
    table = read_authorships(read_columns(authorships, "authorships"), renames, by_year)
    if (baseline == "gravity") != (places is not None):
        message = "gravity needs to know where units are, and nothing else does: give `places` with it alone"
        raise fail("knowledge-bad-option", message)
    sites = None
    if places is not None:
        sites = read_sites(read_columns(places, "places"), renames, table.units)
    together = Passing("Works in common", JOINT, joint_parts(table), table.period)
    joint, models = _beside_expected(together, table, sites)
    works = int((np.diff(table.start) > 0).sum())
    facts: dict[str, Any] = {
        "rows": {"read": table.rows, "set_aside": {"incomplete": table.incomplete}},
        "works": works,
    }
    if by_year:
        facts["works_of_several_years"] = table.several
    if sites is not None:
        facts["units_without_coordinates"] = int((~sites.placed).sum())
    cited = None
    if citations is not None:
        passing, facts["citations"] = _citations(
            read_columns(citations, "citations"), table, renames
        )
        cited, more = _beside_expected(passing, table, sites)
        models += more
    return Flows(joint, cited, _unit_table(table), _model_table(models), works, facts)


def _citations(
    citations: Columns, table: Authorships, renames: Mapping[str, str]
) -> tuple[Passing, dict[str, int]]:
    columns = columns_of_roles(citations, renames, ("citing", "cited"))
    citing, cited = (
        places_of(citations.column(columns[role]), table.ids) for role in ("citing", "cited")
    )
    # The last entry is for works that are not known.
    has = np.append(np.diff(table.start) > 0, False)
    good = has[citing] & has[cited] & (citing != cited)
    parts = citation_parts(table, citing[good], cited[good])
    passing = Passing("Citations", ("citing", "cited"), parts, table.period[citing[good]])
    counted = {"read": int(good.size), "counted": int(good.sum()), "set_aside": int((~good).sum())}
    return passing, counted


def _model_table(rows: Sequence[Mapping[str, Any]]) -> Result | None:
    if not rows:
        return None
    columns = {}
    for name in rows[0]:
        columns[name] = [row[name] for row in rows]
    return Result("Gravity", columns)


def _unit_table(table: Authorships) -> Result:
    """What each unit has, over all years."""
    size = np.diff(table.start)
    work = np.repeat(np.arange(size.size), size)
    n = len(table.units)
    works = np.bincount(table.unit, minlength=n)
    alone = np.bincount(table.unit[size[work] == 1], minlength=n)
    columns = {"unit": np.array(table.units, object), "works": works, "fractional": fractional_works(table), "alone": alone,
               "share_joint": (works - alone) / works}  # fmt: skip
    return Result("Units", columns)
