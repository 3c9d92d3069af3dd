"""What a record counts: 1, its citations, or its citations beside those of its field and year.

Counting by citations, or by citations over the mean of the records of the same kind, field and year, is declared, never guessed.
The second is the quotient whose mean over records is the mean normalised citation score (Waltman, van Eck, van Leeuwen, Visser,
van Raan 2011: Towards a new crown indicator). A mean over a cell is 1 then, so that the records of every kind, field and year
count together what they are in number. Density is not touched: clusters are found as before.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from ceyuan.clusters.amounts import check_size
from ceyuan.clusters.arrays import Bytes, Floats, Ints, Labels
from ceyuan.errors import fail

Counting = Literal["records", "citations", "normalised"]
COUNTINGS: tuple[Counting, ...] = ("records", "citations", "normalised")


def record_values(
    counting: Counting,
    citations: Floats,
    start: Ints,
    kind: Bytes,
    field: Labels | None,
    year: Floats | None,
) -> tuple[Floats, int]:
    """What each record counts.

    Args:
        counting: ``citations``, or ``normalised`` by kind, field and year.
        citations: of each row, NaN where missing; rows of a record agree or are missing.
        start: first row of each record, and one more.
        kind: kind of each row.
        field: field of each row, −1 where missing: such records are a field of their own; None if not given.
        year: year of each row, NaN where missing: such records are a year of their own; None if not given.

    Returns:
        The value of each record, and how many have none: they count nothing. Records of a kind of which nothing is known count 1
        each.

    Raises:
        CeyuanError: ``cluster-bad-column`` for rows of a record that disagree and for citations below 0;
            ``cluster-bad-weight`` for such as no sum can hold.

    >>> one = np.zeros(4, np.uint8), np.zeros(4, np.int32), np.full(4, 2020.0)
    >>> record_values("normalised", np.array([0.0, 2.0, 4.0, 2.0]), np.arange(5), *one)
    (array([0., 1., 2., 1.]), 0)
    """
    first = start[:-1]
    most, least = np.fmax.reduceat(citations, first), np.fmin.reduceat(citations, first)
    if (most > least).any():
        message = f"rows of {int((most > least).sum())} records have different citations: they are those of the record"
        raise fail("cluster-bad-column", message)
    if (least < 0).any() or np.isinf(most).any():
        raise fail("cluster-bad-column", "there are citations below 0 or without end")
    check_size(most)
    own = kind[first].astype(np.int64)
    known = ~np.isnan(most)
    counted = np.bincount(own[known], minlength=256) > 0
    values = np.where(known, most, np.where(counted[own], 0.0, 1.0))
    if counting == "normalised":
        cell = _cells(own, field, year, first)
        number, total = np.bincount(cell[known]), np.bincount(cell[known], most[known])
        average = total[cell[known]] / number[cell[known]]
        # Where no record of a cell is cited, none stands out: each counts 1, as the average does elsewhere.
        values[known] = np.divide(
            most[known], average, out=np.ones(average.size), where=average > 0
        )
        if not np.allclose(np.bincount(cell[known], values[known]), number, rtol=1e-9):
            raise fail(
                "cluster-sums-differ", "normalised citations do not add up to the number of records"
            )
    return values, int((~known & counted[own]).sum())


def _cells(kind: Ints, field: Labels | None, year: Floats | None, first: Ints) -> Ints:
    """Numbers of the combinations of kind, field and year of records."""
    columns = [kind]
    if field is not None:
        columns.append(field[first].astype(np.int64))
    if year is not None:
        columns.append(np.nan_to_num(year[first], nan=-1.0).astype(np.int64))
    return (
        np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)[1]
        .ravel()
        .astype(np.int64)
    )
