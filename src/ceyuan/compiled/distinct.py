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


def counted(
    values: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The different values of a list, ascending, and how often each stands there.

    >>> [each.tolist() for each in counted(np.array([7, 3, 3, 1]))]
    [[1, 3, 7], [1, 2, 1]]
    """
    # A stable sort makes use of what is in order already, as rows of a table mostly are.
    ordered: npt.NDArray[np.int64] = np.sort(values, kind="stable")
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: ordered.size])
    often: npt.NDArray[np.int64] = np.diff(np.append(first, ordered.size))
    different: npt.NDArray[np.int64] = ordered[first]
    return different, often
