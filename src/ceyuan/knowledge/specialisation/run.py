"""Specialisation of every period: quotients, relatedness, density, complexity, and the tables that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.specialisation.change import change_bins, logit_slope
from ceyuan.knowledge.specialisation.complexity import Complexity, complexity
from ceyuan.knowledge.specialisation.counts import ROLES, Counts, CountsRead, read_counts
from ceyuan.knowledge.specialisation.quotients import has_advantage, rca, rca_interval
from ceyuan.knowledge.specialisation.relatedness import Measure, density, relatedness
from ceyuan.knowledge.windows import one_of
from ceyuan.tabular.columns import parse_roles, read_columns

CHANGE_COLUMNS = (
    "from",
    "to",
    "event",
    "bin",
    "density_low",
    "density_high",
    "cells",
    "events",
    "share",
    "slope",
)


@dataclass(frozen=True)
class Period:
    """One matrix and what follows from it.

    Attributes:
        counts: the matrix.
        rca: revealed comparative advantage of each cell.
        advantage: where it is at least 1.
        related: relatedness of fields.
        density: relatedness density of each cell.
        complexity: ECI and PCI.
    """

    counts: Counts
    rca: Floats
    advantage: Bools
    related: Floats
    density: Floats
    complexity: Complexity


@dataclass(frozen=True, repr=False)
class Specialisation:
    """Specialisation of places in every period.

    Attributes:
        read: the counts and what was set aside.
        periods: a matrix and its measures for each period, in order.
        intervals: whether cells carry limits of RCA.
    """

    read: CountsRead
    periods: tuple[Period, ...]
    intervals: bool = False

    def __repr__(self) -> str:
        first = self.periods[0].counts
        shape = f"{len(first.places):,} places × {len(first.fields):,} fields"
        return (
            f"Specialisation of {shape}, {len(self.periods)} period{'s' * (len(self.periods) != 1)}"
        )

    @property
    def has_periods(self) -> bool:
        """Whether the counts name periods."""
        return bool(self.periods[0].counts.period)

    def _stacked(
        self, title: str, columns: Sequence[dict[str, Any]], sizes: Sequence[int]
    ) -> Result:
        """The columns of all periods one after the other, with the period where there is one."""
        values: dict[str, Any] = {}
        for name in columns[0]:
            values[name] = np.concatenate([one[name] for one in columns])
        if self.has_periods:
            names = np.array([period.counts.period for period in self.periods])
            values["period"] = np.repeat(names, sizes)
        return Result(title, values)

    @cached_property
    def places(self) -> Result:
        """ECI, diversity and total of every place."""
        columns = [_of_places(one) for one in self.periods]
        return self._stacked("Places", columns, [len(one.counts.places) for one in self.periods])

    @cached_property
    def fields(self) -> Result:
        """PCI, ubiquity and total of every field."""
        columns = [_of_fields(one) for one in self.periods]
        return self._stacked("Fields", columns, [len(one.counts.fields) for one in self.periods])

    @cached_property
    def cells(self) -> Result:
        """RCA and relatedness density of every place in every field."""
        columns = []
        for one in self.periods:
            cells: dict[str, Any] = _cell_names(one.counts)
            cells |= {
                "rca": one.rca.ravel(),
                "density": one.density.ravel(),
                "value": one.counts.values.ravel(),
            }
            if self.intervals:
                low, high = rca_interval(one.counts.values)
                cells |= {"rca_low": low.ravel(), "rca_high": high.ravel()}
            columns.append(cells)
        return self._stacked("Cells", columns, [one.rca.size for one in self.periods])

    @cached_property
    def options(self) -> Result:
        """What each place could become good at in the last period, the densest first; see :func:`options_of`."""
        one = self.periods[-1]
        pci = one.complexity.pci
        place, field = np.nonzero(option_cells(one))
        near = one.density[place, field]
        order = np.lexsort((field, -near, place))
        place, field = place[order], field[order]
        return Result(
            "Options",
            {
                "place": names(one.counts.places)[place],
                "field": names(one.counts.fields)[field],
                "density": near[order],
                "pci": pci[field],
                "rca": one.rca[place, field],
            },
        )

    @cached_property
    def changes(self) -> Result:
        """Entries and exits from period to period, in bins of density; ``slope`` is that of all bins together."""
        rows: list[tuple[Any, ...]] = []
        for before, after in pairwise(self.periods):
            rows += _changes_between(before, after)
        columns = list(zip(*rows, strict=True)) or [()] * len(CHANGE_COLUMNS)
        return Result("Changes", dict(zip(CHANGE_COLUMNS, map(list, columns), strict=True)))


def _of_places(one: Period) -> dict[str, Any]:
    found, total = one.complexity, one.counts.values.sum(axis=1)
    return {
        "place": names(one.counts.places),
        "eci": found.eci,
        "diversity": found.diversity,
        "total": total,
    }


def _of_fields(one: Period) -> dict[str, Any]:
    found, total = one.complexity, one.counts.values.sum(axis=0)
    return {
        "field": names(one.counts.fields),
        "pci": found.pci,
        "ubiquity": found.ubiquity,
        "total": total,
    }


Event = Literal["entry", "exit"]
EVENTS: tuple[Event, ...] = get_args(Event)


def _could_change(before: Period, after: Period, event: Event) -> tuple[Bools, Floats]:
    """Of the cells that could enter, or leave: whether they did, and their earlier density."""
    could = ~before.advantage if event == "entry" else before.advantage
    cells = could & ~np.isnan(before.density)
    return (before.advantage != after.advantage)[cells], before.density[cells]


def change_slope(before: Period, after: Period, event: Event) -> float | None:
    """How entries or exits follow the earlier density, None where that is not determined; see :func:`logit_slope`."""
    return logit_slope(*_could_change(before, after, event))


def _changes_between(before: Period, after: Period) -> list[tuple[Any, ...]]:
    """The rows of two periods for the table of changes."""
    rows: list[tuple[Any, ...]] = []
    for event in EVENTS:
        happened, near = _could_change(before, after, event)
        slope = logit_slope(happened, near)
        for part in change_bins(happened, near):
            spans = (before.counts.period, after.counts.period, event)
            share = part.events / part.cells
            rows.append(
                (*spans, part.number, part.low, part.high, part.cells, part.events, share, slope)
            )
    return rows


def names(values: Sequence[str]) -> AnyArray:
    """Names as an array that can be indexed."""
    return np.array(values, object)


def _cell_names(counts: Counts) -> dict[str, Any]:
    rows, columns = counts.values.shape
    return {
        "place": np.repeat(names(counts.places), columns),
        "field": np.tile(names(counts.fields), rows),
    }


def option_cells(one: Period) -> Bools:
    """Which cells of a period are options of their place; see :func:`options_of`."""
    chosen = np.zeros(one.rca.shape, np.bool_)
    for row in range(one.rca.shape[0]):
        chosen[row] = options_of(one.advantage[row], one.density[row], one.complexity.pci)
    return chosen


def options_of(has: Bools, near: Floats, pci: Floats) -> Bools:
    """Fields that a place has not, with a density of at least its median such field, and a PCI above the mean of what it has."""
    open_ = ~has & ~np.isnan(near) & ~np.isnan(pci)
    known = has & ~np.isnan(pci)
    if not open_.any() or not known.any():
        return np.zeros(has.size, np.bool_)
    return np.asarray(open_ & (near >= np.median(near[open_])) & (pci > pci[known].mean()))


def specialisation(
    counts: object,
    *,
    measure: Measure = "conditional",
    threshold: float = 1.0,
    least_place: float = 0.0,
    least_field: float = 0.0,
    intervals: bool = False,
    columns: Sequence[str] = (),
) -> Specialisation:
    """What places are specialised in, how near and how complex fields are, in every period.

    Args:
        counts: columns ``place``, ``field``, ``value`` and, where there is one, ``period``: a path, a mapping or a frame.
        measure: how relatedness is measured: ``conditional``, ``cosine`` or ``association``.
        threshold: RCA from which a place has a field.
        least_place: places with a smaller total over all periods are left out.
        least_field: then fields with a smaller total are left out.
        intervals: give limits of RCA; values must be whole counts.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``knowledge-no-works``, ``knowledge-bad-value``.

    >>> counts = {"place": ["A", "A", "B"], "field": ["x", "y", "y"], "value": [2, 1, 3]}
    >>> specialisation(counts).cells.values["rca"].tolist()
    [2.0, 0.5, 0.0, 1.5]
    """
    one_of("measure", measure, get_args(Measure))
    if not 0 < threshold < np.inf:
        raise fail("knowledge-bad-option", f"threshold is {threshold}, not a number above 0")
    read = read_counts(read_columns(counts, "counts"), parse_roles(columns, ROLES))
    matrices = filtered(read.matrices, least_place, least_field)
    return Specialisation(
        read, tuple(period_of(one, measure, threshold) for one in matrices), intervals
    )


def filtered(
    matrices: Sequence[Counts], least_place: float, least_field: float
) -> Sequence[Counts]:
    """The matrices without tiny places and fields: those whose total over all periods is small, so that periods keep one shape.

    Raises:
        CeyuanError: ``knowledge-no-works`` where nothing is left.
    """
    whole = np.sum([one.values for one in matrices], axis=0)
    rows = whole.sum(axis=1) >= least_place
    columns = whole[rows].sum(axis=0) >= least_field
    if not rows.any() or not columns.any():
        raise fail(
            "knowledge-no-works", "no place or no field has a total as large as is asked for"
        )
    return [one.chosen(rows, columns) for one in matrices]


def period_of(counts: Counts, measure: Measure, threshold: float) -> Period:
    """Everything about one matrix.

    Args:
        counts: the matrix.
        measure: how relatedness is measured.
        threshold: RCA from which a place has a field.
    """
    advantage = has_advantage(counts.values, threshold)
    related = relatedness(advantage, measure)
    return Period(
        counts,
        rca(counts.values),
        advantage,
        related,
        density(advantage, related),
        complexity(advantage),
    )
