"""The different values of a list. It needs no compiler, so that who asks for small things waits for none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


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
