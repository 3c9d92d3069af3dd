"""Things in groups: sums, counts and places within a group."""

from __future__ import annotations

import numpy as np

from ceyuan.knowledge.arrays import AnyArray, Bools, Ints


def of_group(value: AnyArray, group: Ints, groups: int) -> AnyArray:
    """Sums by group.

    >>> of_group(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2]), 3).tolist()
    [1.0, 0.0, 6.0]
    """
    return np.bincount(group, value, groups)


def counted(group: Ints, groups: int, which: Bools) -> Ints:
    """How many of each group are meant.

    >>> counted(np.array([0, 2, 2]), 3, np.array([True, False, True])).tolist()
    [1, 0, 1]
    """
    return np.bincount(group[which], minlength=groups)


def numbered(many: Ints) -> Ints:
    """The place of each thing within its group, for groups of so many things one after the other.

    >>> numbered(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    return np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
