"""Finding a place in an ascending list, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ceyuan.compiled.jit import jit_bare


@jit_bare
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
