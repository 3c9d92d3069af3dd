"""A result that is a table of named columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ceyuan.frames import Framed


@dataclass(frozen=True, repr=False)
class Result(Framed):
    """Columns with a title; ``frame()`` gives them to pandas, polars or Arrow.

    Attributes:
        title: what they are.
        values: the columns by name.

    >>> Result("Two places", {"place": ["A", "B"]})
    Two places: 2 rows of place
    """

    title: str
    values: Mapping[str, Any]

    def columns(self) -> Mapping[str, Any]:
        """The columns by name."""
        return self.values

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(next(iter(self.values.values()), ()))

    def __repr__(self) -> str:
        return f"{self.title}: {self.height:,} rows of {', '.join(self.values)}"
