"""Flows beside what is expected of them: by the sizes of units (configuration), or by sizes and distances (gravity).

- configuration: every unit keeps its size and mixes at random. Between different units a and b of works in common
  E = ½ (L_a L_b / (T − L_a) + L_a L_b / (T − L_b)), where L is what a unit shares with all others and T the sum of L (Steijn
  2021); of citations O_a I_b / T.
- gravity: see :mod:`ceyuan.knowledge.gravity`; of different units whose place is known, flows of 0 included.

A ratio above 1 is more than this explains. Its limits say how much chance is in the works that make the flow: a sum of parts w of
works that occur at random has the limits of a Poisson mean of n = (Σ w)² / Σ w² events (Fay and Feuer 1997, with the mean part
in place of the largest one). With gravity they also say how much is in the coefficients: both are put together on the scale of
logarithms (Zou and Donner 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincinv

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Bools, Floats, Ints
from ceyuan.knowledge.authorships import ONE
from ceyuan.knowledge.gravity import PoissonFit, poisson_fit
from ceyuan.knowledge.sites import Sites
from ceyuan.places.distance import distance_km

Baseline = Literal["configuration", "gravity"]
TAIL = 0.025
Z = 1.959963984540054
LEAST_KM = 1.0
"""Units nearer to each other count as so far apart."""
MOST_PAIRS = 30_000_000
PAIR_BYTES = 200
"""What a pair of units takes while its flow is fitted."""


@dataclass(frozen=True)
class Cells:
    """Flows of one period, by unit and unit in ascending order.

    Attributes:
        a: the first, or citing, unit.
        b: the second, or cited, unit.
        full: works or citations.
        amount: their parts, in 720,720ths of one.
        squares: the sum of the squares of the parts.
    """

    a: Ints
    b: Ints
    full: Ints
    amount: Ints
    squares: Floats

    @property
    def flow(self) -> Floats:
        """The parts as numbers."""
        return np.asarray(self.amount / ONE)


@dataclass(frozen=True)
class Expected:
    """What is expected of flows.

    Attributes:
        value: of each flow, NaN where nothing is.
        log_deviation: the standard error of its logarithm, 0 where it is taken as known.
    """

    value: Floats
    log_deviation: Floats


def configuration(cells: Cells, units: int, joint: bool) -> Expected:
    """What is expected of units that keep their sizes and mix at random.

    Args:
        cells: the flows.
        units: how many units there are.
        joint: whether they are works in common; else they go from a to b.
    """
    formula = _random_joint if joint else _random_citations
    value = formula(cells.a, cells.b, cells.flow, units)
    return Expected(value, np.zeros_like(value))


def _random_joint(a: Ints, b: Ints, amount: Floats, units: int) -> Floats:
    apart = a != b
    links = np.bincount(a[apart], amount[apart], units) + np.bincount(
        b[apart], amount[apart], units
    )
    rest = links.sum() - links
    found = np.full(a.size, np.nan)
    both = links[a] * links[b]
    fair = apart & (rest[a] > 0) & (rest[b] > 0)
    found[fair] = (both[fair] / rest[a[fair]] + both[fair] / rest[b[fair]]) / 2
    return found


def _random_citations(a: Ints, b: Ints, amount: Floats, units: int) -> Floats:
    out, into = np.bincount(a, amount, units), np.bincount(b, amount, units)
    return np.asarray(out[a] * into[b] / amount.sum())


@dataclass(frozen=True)
class Gravity:
    """A gravity model of the flows of one period.

    Attributes:
        terms: the names of its coefficients.
        fit: the model.
        pairs: pairs of units that it was fitted to.
        zeros: those without a flow.
    """

    terms: tuple[str, ...]
    fit: PoissonFit
    pairs: int
    zeros: int

    def rows(self) -> Iterator[tuple[str, float, float]]:
        """Each coefficient with its standard error."""
        errors = np.sqrt(np.diag(self.fit.covariance))
        yield from zip(self.terms, self.fit.coefficients.tolist(), errors.tolist(), strict=True)


def gravity(
    cells: Cells, sites: Sites, sizes: tuple[Floats, Floats], joint: bool, name: str
) -> tuple[Cells, Expected, Gravity]:
    """Fit sizes and distances to flows between different units.

    Args:
        cells: the flows.
        sites: the units.
        sizes: works of each unit as the first and as the second one; units without any are left out.
        joint: whether they are works in common, else they go from a to b.
        name: what messages call the flows.

    Returns:
        The flows, those of 0 included, what is expected of them, and the model.

    Raises:
        CeyuanError: ``knowledge-not-identified``, ``knowledge-too-large``.
    """
    given = ~np.isnan(sites.size)
    first, second = (np.where(given, sites.size, works) for works in sizes)
    found = _pairs(sites, first > 0, second > 0, joint, name)
    every = _with_zeros(cells, *found, sites.lat.size)
    both = np.isin(_keys(every, sites.lat.size), found[0] * sites.lat.size + found[1])
    design, terms = _design(every.a[both], every.b[both], sites, first, second, joint)
    flow = every.flow[both]
    fit = poisson_fit(design, flow, name)
    value, deviation = np.full(both.size, np.nan), np.zeros(both.size)
    value[both], deviation[both] = fit.expected, fit.log_deviation(design)
    model = Gravity(terms, fit, flow.size, int((flow == 0).sum()))
    return every, Expected(value, deviation), model


def _pairs(sites: Sites, first: Bools, second: Bools, joint: bool, name: str) -> tuple[Ints, Ints]:
    """All different units of known place and with a size."""
    rows, columns = np.flatnonzero(sites.placed & first), np.flatnonzero(sites.placed & second)
    many = rows.size * columns.size
    if many > MOST_PAIRS:
        message = f"{name}: {many:,} pairs of units need about {many * PAIR_BYTES >> 30} GB; give larger units"
        raise fail("knowledge-too-large", message)
    a, b = np.repeat(rows, columns.size), np.tile(columns, rows.size)
    kept = a < b if joint else a != b
    return a[kept], b[kept]


def _keys(cells: Cells, units: int) -> Ints:
    return np.asarray(cells.a * units + cells.b)


def _with_zeros(cells: Cells, a: Ints, b: Ints, units: int) -> Cells:
    """The flows, and those of 0 between other units."""
    had, wanted = _keys(cells, units), a * units + b
    keys = np.union1d(had, wanted)
    place = np.searchsorted(keys, had)
    full, amount = np.zeros(keys.size, np.int64), np.zeros(keys.size, np.int64)
    squares = np.zeros(keys.size)
    full[place], amount[place], squares[place] = cells.full, cells.amount, cells.squares
    return Cells(keys // units, keys % units, full, amount, squares)


def _design(
    a: Ints, b: Ints, sites: Sites, first: Floats, second: Floats, joint: bool
) -> tuple[Floats, tuple[str, ...]]:
    """The columns of the model, and their names."""
    km = distance_km(sites.lat[a], sites.lon[a], sites.lat[b], sites.lon[b])
    far = np.log(np.maximum(km, LEAST_KM))
    ones = np.ones(a.size)
    of_a, of_b = np.log(first[a]), np.log(second[b])
    if joint:
        return np.stack([ones, of_a + of_b, far], axis=1), ("constant", "sizes", "distance")
    terms = ("constant", "size_from", "size_to", "distance")
    return np.stack([ones, of_a, of_b, far], axis=1), terms


def ratio_with_limits(cells: Cells, expected: Expected) -> tuple[Floats, Floats, Floats]:
    """Observed over expected, and its limits (95 %); NaN where nothing is expected.

    >>> sure = Expected(np.array([2.0]), np.zeros(1))
    >>> four = Cells(np.array([0]), np.array([1]), np.array([4]), np.array([4 * ONE]), np.array([4.0]))
    >>> [round(float(x[0]), 3) for x in ratio_with_limits(four, sure)]
    [2.0, 0.545, 5.121]
    """
    flow = cells.flow
    there = expected.value > 0
    value = np.where(there, expected.value, np.nan)
    ratio = flow / value
    # The part of a work that a flow is made of; where there is no flow, that of all flows.
    squares = cells.squares.sum() or flow.sum() ** 2 / max(1, cells.full.sum())
    mean = squares / flow.sum() if flow.any() else 1.0
    part = np.divide(cells.squares, flow, out=np.full(flow.size, mean), where=flow > 0)
    tiny = (flow > 0) & (part == 0)  # squares too small to be kept: all parts are taken as one size
    part[tiny] = flow[tiny] / cells.full[tiny]
    events = flow / part
    some = flow > 0
    low = part * gammaincinv(np.where(some, events, 1.0), TAIL) / value
    high = part * gammaincinv(events + 1, 1 - TAIL) / value
    doubt = Z * expected.log_deviation
    # Of no flow there is no logarithm: its lower limit is 0, and all doubt widens the upper one.
    at = np.where(some, ratio, high)
    down, up = np.hypot(np.log(at / low), doubt), np.hypot(np.log(high / at), doubt)
    return ratio, np.where(some, ratio * np.exp(-down), 0 * ratio), at * np.exp(up)
