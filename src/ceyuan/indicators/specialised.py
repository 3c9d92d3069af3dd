"""The values of a ``specialisation`` indicator: matrices of places × fields, one for each period, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.indicators.types.specialisation import SpecialisationIndicator
from ceyuan.knowledge.arrays import AnyArray, Floats
from ceyuan.knowledge.specialisation.quotients import rca_interval
from ceyuan.knowledge.specialisation.run import (
    Event,
    Period,
    change_slope,
    option_cells,
    specialisation,
)
from ceyuan.periods import parse_period

_COMPUTED = pa.schema(
    [
        ("place", pa.string()),
        ("period", pa.string()),
        ("breakdown", pa.string()),
        ("value", pa.float64()),
        ("places", pa.int64()),
        ("fields", pa.int64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def specialised(indicator: SpecialisationIndicator, cells: pa.Table) -> pa.Table:
    """The values of an indicator: ``place, period, breakdown, value``, and how many places and fields were compared.

    Args:
        indicator: what is asked for.
        cells: ``place, period, field, value``; none is negative.
    """
    found = [_COMPUTED.empty_table()]
    for periods in _of_one_grain(cells["period"].unique().to_pylist()):
        rows = cells.filter(pc.is_in(cells["period"], pa.array(periods)))
        if pc.sum(rows["value"]).as_py() == 0:
            continue  # nobody has anything
        found += _of_periods(indicator, rows, periods)
    return pa.concat_tables(found)


def _of_one_grain(periods: Sequence[str]) -> Iterator[list[str]]:
    """Periods of one length, in their order: a year is compared with a year."""
    parsed = sorted(
        (parse_period(text) for text in periods), key=lambda p: (p.grain, p.start, p.text)
    )
    for _, group in groupby(parsed, key=lambda p: p.grain):
        yield [period.text for period in group]


def _of_periods(
    indicator: SpecialisationIndicator, rows: pa.Table, order: Sequence[str]
) -> Iterator[pa.Table]:
    made = specialisation(
        rows,
        measure=indicator.relatedness,
        threshold=indicator.threshold,
        least_place=indicator.least_place,
        least_field=indicator.least_field,
    )
    of_period = {one.counts.period: one for one in made.periods}
    before: Period | None = None
    for name in order:
        yield _values(indicator, of_period[name], before)
        before = of_period[name]


def _values(indicator: SpecialisationIndicator, one: Period, before: Period | None) -> pa.Table:
    """The values of one period, in the order of places and fields."""
    match indicator.figure:
        case "rca":
            return _by_cell(indicator, one, one.rca, _limits(indicator, one))
        case "density":
            return _by_cell(indicator, one, one.density)
        case "option":
            near = np.where(option_cells(one), one.density, np.nan)
            listed = _by_cell(indicator, one, near)
            return listed.filter(pc.is_valid(listed["value"]))
        case "complexity":
            return _by_place(one, one.complexity.eci)
        case "diversity":
            return _by_place(one, one.complexity.diversity)
        case "field_complexity":
            return _by_field(indicator, one, one.complexity.pci)
        case "ubiquity":
            return _by_field(indicator, one, one.complexity.ubiquity)
        case "entry_slope" | "exit_slope":
            if before is None:
                return _COMPUTED.empty_table()
            event: Event = "entry" if indicator.figure == "entry_slope" else "exit"
            slope = change_slope(before, one, event)
            return _table(one, [indicator.place or ""], [""], [slope])
        case _:
            assert_never(indicator.figure)


def _limits(indicator: SpecialisationIndicator, one: Period) -> tuple[Floats, Floats] | None:
    """Limits of quotients where they are asked for; shared works are no counts, and have none."""
    counts = one.counts.values
    if not indicator.intervals or not (counts == np.rint(counts)).all():
        return None
    return rca_interval(counts)


def _by_cell(
    indicator: SpecialisationIndicator,
    one: Period,
    values: AnyArray,
    limits: tuple[Floats, Floats] | None = None,
) -> pa.Table:
    rows, columns = values.shape
    places = np.repeat(np.array(one.counts.places, object), columns)
    return _table(one, places, _parts(indicator, one) * rows, values.ravel(), limits)


def _by_place(one: Period, values: AnyArray) -> pa.Table:
    places = one.counts.places
    return _table(one, places, [""] * len(places), values)


def _by_field(indicator: SpecialisationIndicator, one: Period, values: AnyArray) -> pa.Table:
    parts = _parts(indicator, one)
    return _table(one, [indicator.place or ""] * len(parts), parts, values)


def _parts(indicator: SpecialisationIndicator, one: Period) -> list[str]:
    return [f"{indicator.by}={field}" for field in one.counts.fields]


def _table(
    one: Period,
    places: Sequence[str] | AnyArray,
    parts: Sequence[str],
    values: object,
    limits: tuple[Floats, Floats] | None = None,
) -> pa.Table:
    """Values as a table; what is undefined is missing."""
    number = np.asarray(values, np.float64)
    size = number.size
    rows, columns = one.counts.values.shape
    columns_of = [
        pa.array(list(places), pa.string()),
        pa.array([one.counts.period] * size, pa.string()),
        pa.array(list(parts), pa.string()),
        pa.array(number, pa.float64(), mask=np.isnan(number)),
        pa.array([rows] * size, pa.int64()),
        pa.array([columns] * size, pa.int64()),
    ]
    unknown = np.full(size, np.nan)
    for ends in limits or (unknown, unknown):
        end = ends.ravel()
        columns_of += [pa.array(end, pa.float64(), mask=np.isnan(end))]
    return pa.table(columns_of, schema=_COMPUTED)
