"""Tables as they come in: files, Arrow, pandas and polars frames, or plain mappings, all turned into named columns.

Only the form is dealt with here. What a column means is for :mod:`~ceyuan.composite.structure` and
:mod:`~ceyuan.composite.inputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from ceyuan.composite.arrays import Floats
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.tabular.tables import read_records

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", ".", ".."})
"""How numeric columns write "no value". Text columns know only the empty cell: NA is Namibia's code."""


@dataclass(frozen=True)
class Table:
    """A table held by columns.

    Attributes:
        columns: cell values by column name, in the order of the table; text, numbers or None.
        source: the name to give in messages (a path, or what the frame is).
        lines: the line of each row in the source file, empty where there is no file.
    """

    columns: Mapping[str, Sequence[object]]
    source: str
    lines: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def line(self, row: int) -> int | None:
        """The line of a row in the source file, from 1."""
        return self.lines[row] if self.lines else None

    def problem(
        self, code: str, message: str, row: int | None = None, hint: str | None = None
    ) -> Problem:
        """A problem at a row of this table."""
        line = None if row is None else self.line(row)
        return Problem(code, message, self.source, line, hint)

    def find(self, *names: str) -> str | None:
        """The first column with one of these names, whatever its capitals; None where there is none."""
        lowered = {column.lower(): column for column in reversed(list(self.columns))}
        return next((lowered[name.lower()] for name in names if name.lower() in lowered), None)

    def require(self, *names: str) -> str:
        """As :meth:`find`, but a missing column is an error."""
        found = self.find(*names)
        if found is None:
            wanted = " or ".join(repr(name) for name in names)
            hint = did_you_mean(names[0], self.columns)
            raise fail(
                "composite-column-missing",
                f"column {wanted} is missing",
                file=self.source,
                hint=hint,
            )
        return found

    def arrow(self) -> pa.Table:
        """The same as an Arrow table, for pandas (``.to_pandas()``) and polars (``pl.from_arrow``)."""
        return pa.table({name: list(cells) for name, cells in self.columns.items()})

    def text(self, column: str) -> list[str | None]:
        """A column as text; empty cells are None."""
        return [_as_text(cell) for cell in self.columns[column]]

    def numbers(
        self, column: str, label: Sequence[str] | None = None
    ) -> tuple[Floats, list[Problem]]:
        """A column as numbers (NaN where missing) and a problem for each cell that is neither number nor missing.

        Args:
            column: the column's name.
            label: what each row is called in messages (unit codes); row numbers where None.
        """
        values = np.full(self.height, np.nan)
        problems = []
        for row, cell in enumerate(self.columns[column]):
            try:
                values[row] = _as_number(cell)
            except ValueError:
                name = f"row {row + 1}" if label is None else f"{label[row]!r}"
                message = f"{name}, column {column!r}: {cell!r} is not a number"
                problems.append(self.problem("composite-not-a-number", message, row))
        return values, problems


def read_table(source: object, name: str = "table") -> Table:
    """Reads a table from whatever it is held in.

    Args:
        source: a path to a table (delimited text, also packed, or a workbook), a :class:`Table`, a mapping of columns, or
            anything that Arrow can take over (pyarrow, pandas, polars).
        name: what to call a table without a file in messages.

    Raises:
        CeyuanError: ``composite-table-unreadable``.

    >>> read_table({"unit": ["A", "B"], "x": [1, None]}).numbers("x")[0]
    array([ 1., nan])
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, (str, Path)):
        return _read_file(Path(source))
    if isinstance(source, Mapping):
        columns = {str(key): list(cells) for key, cells in source.items()}
        return _same_length(Table(columns, name))
    try:
        arrow = pa.table(source)
    except (TypeError, ValueError, pa.ArrowException) as error:
        message = f"{name}: a {type(source).__name__} is not a table ({error})"
        raise fail("composite-table-unreadable", message) from error
    return Table(
        {field: arrow.column(i).to_pylist() for i, field in enumerate(arrow.column_names)}, name
    )


def _read_file(path: Path) -> Table:
    try:
        names, rows = read_records(path)
    except CeyuanError as error:
        code = "composite-table-unreadable"
        problems = [Problem(code, p.message, p.file, p.line, p.hint) for p in error.problems]
        raise CeyuanError(problems) from None
    columns = {name: [cells[name] for _, cells in rows] for name in names}
    return Table(columns, str(path), tuple(line for line, _ in rows))


def _same_length(table: Table) -> Table:
    if len({len(cells) for cells in table.columns.values()}) > 1:
        raise fail("composite-table-unreadable", f"{table.source}: columns differ in length")
    return table


def _as_text(cell: object) -> str | None:
    if cell is None or cell == "" or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _as_number(cell: object) -> float:
    if cell is None or (isinstance(cell, str) and cell.strip() in MISSING):
        return float("nan")
    value = float(str(cell)) if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]
    if np.isinf(value):
        raise ValueError(cell)
    return value
