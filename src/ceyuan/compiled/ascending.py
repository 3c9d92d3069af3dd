"""Ascending lists: made of different values, and searched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ceyuan.compiled.jit import jit


def distinct(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The different values of a list, ascending.

    NumPy's ``unique`` puts them into a table by their hashes, which takes up to eighty times as long for codes of pairs.

    >>> distinct(np.array([7, 3, 3, 1])).tolist(), distinct(np.array([], np.int64)).tolist()
    ([1, 3, 7], [])
    """
    ordered: npt.NDArray[np.int64] = np.sort(values)
    first = np.append(True, ordered[1:] != ordered[:-1])[: ordered.size]
    different: npt.NDArray[np.int64] = ordered[first]
    return different


@jit
def lower_bound(values: npt.NDArray[np.integer[Any]], start: int, stop: int, value: int) -> int:
    """The first position in ``start … stop`` of an ascending list whose value is not below ``value``.

    >>> int(lower_bound(np.array([1, 3, 3, 7]), 0, 4, 3)), int(lower_bound(np.array([1, 3, 3, 7]), 0, 4, 8))
    (1, 4)
    """
    while start < stop:
        middle = (start + stop) >> 1
        if values[middle] < value:
            start = middle + 1
        else:
            stop = middle
    return start
