"""Where units are, and how large, for models that ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Bools, Floats
from ceyuan.knowledge.inputs import encoded, numbers, text_column
from ceyuan.tabular.columns import Columns, columns_of_roles

LIMITS = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "size": (0.0, np.inf)}


@dataclass(frozen=True)
class Sites:
    """Units with their places.

    Attributes:
        lat: latitude in degrees, NaN where not known.
        lon: longitude.
        size: a size that was given, NaN where there is none.
    """

    lat: Floats
    lon: Floats
    size: Floats

    @property
    def placed(self) -> Bools:
        """Whether it is known where a unit is."""
        return ~(np.isnan(self.lat) | np.isnan(self.lon))


def read_sites(table: Columns, renames: Mapping[str, str], units: Sequence[str]) -> Sites:
    """The sites of units, of a table with the columns ``place`` (the name of a unit), ``lat``, ``lon`` and perhaps ``size``.

    Args:
        table: the table; of several rows of a unit the first counts.
        renames: names of columns by role.
        units: the units that are asked for.

    Raises:
        CeyuanError: ``column-missing``; ``knowledge-bad-value`` for coordinates that are none and sizes below 0.
    """
    columns = columns_of_roles(table, renames, ("place", "lat", "lon"), ("size",))
    code, names = encoded(text_column(table.column(columns["place"])))
    rows = {name: int(np.argmax(code == number)) for number, name in enumerate(names)}
    # The last entry is for units that are not in the table.
    row = [rows.get(unit, code.size) for unit in units]
    found = {role: np.full(len(units), np.nan) for role in LIMITS}
    for role, (least, most) in LIMITS.items():
        if role in columns:
            values = numbers(table.column(columns[role]), columns[role])
            _check(values, least, most, columns[role], table.name)
            found[role] = np.append(values, np.nan)[row]
    return Sites(**found)


def _check(values: Floats, least: float, most: float, column: str, name: str) -> None:
    bad = np.flatnonzero((values < least) | (values > most) | np.isinf(values))
    if bad.size:
        message = f"row {bad[0] + 1}: {column} is {values[bad[0]]:g}"
        raise fail("knowledge-bad-value", message, file=name)
