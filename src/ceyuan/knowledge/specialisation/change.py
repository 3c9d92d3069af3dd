"""Entry and exit against relatedness density: do places gain what is near to what they have (principle of relatedness)?

An entry is a field that a place does not have in one period and has in the next; an exit the reverse. Density is that of the
earlier period. The share of entries is shown in ten bins of density with equally many cells, beside the slope of a logistic
regression of entry on standardised density and nothing else: size and general growth are not held constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ceyuan.knowledge.arrays import Bools, Floats

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Cells of similar density.

    Attributes:
        number: from 1, the least dense first.
        low: least density.
        high: highest density.
        cells: how many could enter or leave.
        events: how many did.
    """

    number: int
    low: float
    high: float
    cells: int
    events: int


def change_bins(event: Bools, density: Floats) -> Iterator[Bin]:
    """Entries or exits by density, in bins of equally many cells.

    Args:
        event: whether it happened, for each cell that could.
        density: the density of these cells.

    >>> [(part.cells, part.events) for part in change_bins(np.array([False, True]), np.array([0.9, 0.1]))]
    [(1, 1), (1, 0)]
    """
    order = np.argsort(density, kind="stable")
    for number, part in enumerate(np.array_split(order, BINS), start=1):
        if part.size:
            of = density[part]
            yield Bin(number, float(of[0]), float(of[-1]), int(part.size), int(event[part].sum()))


def logit_slope(event: Bools, density: Floats) -> float | None:
    """The slope of a logistic regression of an event on standardised density, None where it is not determined.

    exp(slope) is by how much the odds are multiplied for one standard deviation more.

    Args:
        event: whether it happened, for each cell that could.
        density: the density of these cells.

    >>> event = np.array([False, False, True, False, True, True])
    >>> round(logit_slope(event, np.arange(6.0)), 3)
    2.073
    """
    if event.all() or not event.any() or density.std() == 0:
        return None
    z = (density - density.mean()) / density.std()
    a = b = 0.0
    for _ in range(50):  # Newton's method
        p = 1 / (1 + np.exp(-(a + b * z)))
        weight = p * (1 - p)
        gradient = np.array([(event - p).sum(), ((event - p) * z).sum()])
        hessian = np.array(
            [[weight.sum(), (weight * z).sum()], [(weight * z).sum(), (weight * z * z).sum()]]
        )
        if np.linalg.det(hessian) < 1e-12:
            return None  # density parts what happened from what did not: no finite slope
        step = np.linalg.solve(hessian, gradient)
        a, b = a + float(step[0]), b + float(step[1])
        if np.abs(step).max() < 1e-10:
            return b
    return None
