"""What commands print: the first rows of a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Tell = Callable[[str], None]


def top_lines(columns: Mapping[str, Any], by: Any, most: int = 10) -> list[str]:
    """The first rows by a value, the highest first, as lines of tab-separated values; those without one are left out."""
    value = np.asarray(by, np.float64)
    order = np.argsort(-np.nan_to_num(value, nan=-np.inf), kind="stable")[:most]
    lines = ["\t".join(columns)]
    for row in order.tolist():
        if np.isnan(value[row]):
            break
        cells = [shown(column[row]) for column in columns.values()]
        lines.append("\t".join(cells))
    return lines


def memory_line(what: str, size: int) -> str:
    """How much memory a measure is about to take.

    >>> memory_line("1,000 rows", 200_000)
    '1,000 rows need about 1 MB …'
    """
    return f"{what} need about {(size >> 20) + 1:,} MB …"


def shown(value: Any) -> str:
    """A value for the eye.

    >>> shown(0.12345678), shown(3), shown("a")
    ('0.123457', '3', 'a')
    """
    value = value.as_py() if hasattr(value, "as_py") else value
    return f"{float(value):.6g}" if isinstance(value, float) else str(value)
