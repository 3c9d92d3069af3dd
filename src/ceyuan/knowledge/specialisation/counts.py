"""Counts of places × fields, by period where there are several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from ceyuan.compiled.distinct import distinct
from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats
from ceyuan.knowledge.inputs import as_number, encoded, numbers, text_column, year_names
from ceyuan.tabular.columns import Columns, columns_of_roles

ROLES = ("place", "field", "value", "period")


@dataclass(frozen=True)
class Counts:
    """One matrix of places × fields.

    Attributes:
        places: names of the rows.
        fields: names of the columns.
        values: what is counted; 0 where nothing is said.
        period: its period, empty where there is none.
    """

    places: tuple[str, ...]
    fields: tuple[str, ...]
    values: Floats
    period: str = ""

    def chosen(self, rows: Bools, columns: Bools) -> Counts:
        """Some of the places and fields only.

        >>> Counts(("A", "B"), ("x",), np.array([[9.0], [1.0]])).chosen(np.array([True, False]), np.array([True])).places
        ('A',)
        """
        return Counts(
            tuple(compress(self.places, rows)),
            tuple(compress(self.fields, columns)),
            self.values[rows][:, columns],
            self.period,
        )


@dataclass(frozen=True)
class CountsRead:
    """Matrices of one shape for every period, in order, and what was set aside.

    Attributes:
        matrices: one for each period.
        rows: rows read.
        incomplete: rows without a place, a field or a period.
        without_value: rows whose value is missing or no number.
        added: rows whose place, field and period stand further up; their values are added.
    """

    matrices: tuple[Counts, ...]
    rows: int
    incomplete: int
    without_value: int
    added: int


def read_counts(table: Columns, renames: Mapping[str, str]) -> CountsRead:
    """Counts of a table with the columns ``place, field, value`` and, where there is one, ``period``.

    Args:
        table: the table.
        renames: names of columns by role.

    Raises:
        CeyuanError: ``column-missing``, ``knowledge-no-works``, and ``knowledge-bad-value`` for a negative or infinite value.
    """
    columns = columns_of_roles(table, renames, ("place", "field", "value"), ("period",))
    place, places = encoded(text_column(table.column(columns["place"])))
    field, fields = encoded(text_column(table.column(columns["field"])))
    period, periods = np.zeros(place.size, np.int32), [""]
    if "period" in columns:
        period, periods = _periods(table.column(columns["period"]))
    value = numbers(table.column(columns["value"]), columns["value"])
    complete = (place >= 0) & (field >= 0) & (period >= 0)
    good = complete & ~np.isnan(value)
    bad = good & ((value < 0) | np.isinf(value))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        message = f"row {row + 1}, {places[place[row]]!r} in {fields[field[row]]!r}: {value[row]:g} is no count"
        raise fail("knowledge-bad-value", message, file=table.name)
    if not good.any():
        raise fail("knowledge-no-works", "no row has a place, a field and a value", file=table.name)
    shape = (len(periods), len(places), len(fields))
    cell = np.ravel_multi_index((period[good], place[good], field[good]), shape)
    values = np.bincount(cell, value[good], minlength=int(np.prod(shape))).reshape(shape)
    order = sorted(range(len(periods)), key=lambda number: _period_order(periods[number]))
    matrices = tuple(
        Counts(tuple(places), tuple(fields), values[number], periods[number]) for number in order
    )
    return CountsRead(
        matrices=matrices,
        rows=place.size,
        incomplete=int((~complete).sum()),
        without_value=int((complete & np.isnan(value)).sum()),
        added=int(good.sum() - distinct(cell).size),
    )


def _periods(column: Any) -> tuple[AnyArray, list[str]]:
    """The period of each row, −1 where missing, and the periods; a year is one however it is written."""
    code, texts = encoded(text_column(column))
    names = year_names(texts)
    periods = list(dict.fromkeys(names))
    place = {name: number for number, name in enumerate(periods)}
    return np.array([place[name] for name in names] + [-1], np.int32)[code], periods


def _period_order(text: str) -> tuple[bool, float, str]:
    """Numbers in their order, then texts in theirs."""
    number = as_number(text)
    return (number != number, 0.0 if number != number else number, text)
