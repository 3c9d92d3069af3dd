"""What the sheets of a workbook are, whatever program wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ceyuan.errors import CeyuanError, fail
from ceyuan.limits import OutOfTimeError
from ceyuan.tabular.opening import TableFile

Cells = list[str | None]
NOT_COMPUTED = "=…"
"""Stands for a formula whose value no program has computed: no number, so that whoever reads the table is told of it."""


class Area(NamedTuple):
    """Cells that are merged, from 1 and with both ends."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        title: its name.
        visible: whether it is shown.
        rows: makes the texts of its cells as they are shown, row by row from the first.
        merged: tells the areas of merged cells, once the rows of them have been read.
    """

    title: str
    visible: bool
    rows: Callable[[], Iterator[Cells]]
    merged: Callable[[], Iterable[Area]]


def bad_book(file: TableFile, error: Exception | str) -> CeyuanError:
    """The problem of a workbook that its reader cannot read; limits of time and memory go through."""
    if isinstance(error, MemoryError | OutOfTimeError | CeyuanError):
        raise error  # whoever set the limit says so
    kind = file.path.suffix.lower().removeprefix(".").upper()
    reason = re.sub(r"\s+", " ", str(error))[:160] or type(error).__name__
    return fail("bad-xlsx", f"not a readable {kind} file: {reason}", file=file.shown_as)
