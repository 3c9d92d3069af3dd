"""Synergy of a system: what the place, the type and the field of organisations tell together, beyond what pairs of them tell.

With Shannon entropies H in bits of the shares of organisations, the mutual information of three dimensions is
T = H_x + H_y + H_z − H_xy − H_xz − H_yz + H_xyz (McGill 1954; Leydesdorff, Dolfsma and van der Panne 2006). **Sign:** two
dimensions always tell something of each other, T of two is never negative. T of three can have either sign: *below* 0 the three
together reduce uncertainty more than the pairs do, which is read as synergy (of university, industry and government); *above* 0
the pairs tell the same thing several times: redundancy.

Of parts of the whole (sides, provinces) with n_i of N organisations T = T_0 + Σ (n_i / N) T_i: T_0 is what arises between the
parts. Below 0 the whole has more synergy than its parts have by themselves. Few organisations in many cells are far from 0 by
chance: the limits under chance, with the dimensions shuffled against each other, stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Floats, Ints
from ceyuan.knowledge.inputs import coded_names
from ceyuan.knowledge.results import Result
from ceyuan.tabular.columns import columns_of_roles, parse_roles, read_columns

DIMENSIONS = ("place", "type", "field")
ROW_BYTES = 200
"""What an organisation takes while its dimensions are shuffled."""
LIMITS = (2.5, 97.5)
"""Percentiles of the shuffled tables that are given as limits of chance."""


@dataclass(frozen=True, repr=False)
class Synergy:
    """Mutual information of three dimensions, in millibits.

    Attributes:
        parts: for the whole (``part`` empty) and each part: ``n``, ``t``, ``contribution`` n_i / N · T_i, and ``chance_low``,
            ``chance_high``: limits of T where the dimensions have nothing to do with each other.
        between: T_0, what arises between the parts.
        set_aside: rows that lack a dimension or a part.
    """

    parts: Result
    between: float
    set_aside: int

    def __repr__(self) -> str:
        whole = self.parts.values["t"][0]
        return f"Synergy: {whole:.1f} mbit in all, {self.between:.1f} between {self.parts.height - 1} parts"


def synergy(
    organisations: object, *, samples: int = 200, seed: int = 1, columns: Sequence[str] = ()
) -> Synergy:
    """Synergy of place, type and field of organisations, in the whole and in its parts.

    Args:
        organisations: columns ``place``, ``type``, ``field`` and ``part`` (the side), a row for each organisation, or for each of
            its works: a path, a mapping or a frame.
        samples: how often the dimensions are shuffled against each other.
        seed: the seed of the shuffles.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works`` and what reading finds.

    >>> table = {"place": ["a", "a", "b", "b"], "type": ["u", "f", "u", "f"], "field": ["x", "y", "y", "x"], "part": ["s"] * 4}
    >>> synergy(table).parts.values["t"].tolist()
    [-1000.0, -1000.0]
    """
    table = read_columns(organisations, "organisations")
    names = columns_of_roles(
        table, parse_roles(columns, (*DIMENSIONS, "part")), (*DIMENSIONS, "part")
    )
    codes = [coded_names(table.column(names[role]))[0] for role in DIMENSIONS]
    part, parts = coded_names(table.column(names["part"]))
    good = (np.stack([*codes, part]) >= 0).all(axis=0)
    if not good.any():
        raise fail("knowledge-no-works", "no row has all dimensions and a part", file=table.name)
    cells = np.stack([code[good] for code in codes])
    of_part = part[good]
    generator = np.random.default_rng(seed)
    groups = [np.ones(of_part.size, np.bool_), *(of_part == i for i in range(len(parts)))]
    n = np.array([int(group.sum()) for group in groups])
    t = np.array([mutual_information(cells[:, group]) for group in groups])
    limits = [_chance(cells[:, group], samples, generator) for group in groups]
    contribution = n / of_part.size * t
    found = {
        "part": ["", *parts],
        "n": n,
        "t": t,
        "contribution": contribution,
        "chance_low": np.array([low for low, _ in limits]),
        "chance_high": np.array([high for _, high in limits]),
    }
    between = float(t[0] - contribution[1:].sum())
    return Synergy(Result("Synergy", found), between, int((~good).sum()))


def mutual_information(cells: Ints) -> float:
    """Mutual information of three dimensions in millibits.

    Args:
        cells: the dimensions of each row as numbers, shape (3, rows).

    >>> mutual_information(np.array([[0, 1], [0, 1], [0, 1]]))
    1000.0
    """
    if not cells.size:
        return 0.0
    total = _entropy(cells)
    for axis in range(len(DIMENSIONS)):
        total += _entropy(cells[[axis]])
        # the pair without it
        total -= _entropy(np.delete(cells, axis, axis=0))
    return 1000 * total


def _entropy(cells: Ints) -> float:
    """Entropy in bits of the shares of equal columns."""
    key = np.ravel_multi_index(tuple(cells), tuple(cells.max(axis=1) + 1))
    _, counts = np.unique(key, return_counts=True)
    share: Floats = counts / counts.sum()
    return float(-(share * np.log2(share)).sum())


def _chance(cells: Ints, samples: int, generator: np.random.Generator) -> tuple[float, float]:
    drawn = [mutual_information(generator.permuted(cells, axis=1)) for _ in range(samples)]
    low, high = np.percentile(drawn, LIMITS) if drawn else (np.nan, np.nan)
    return float(low), float(high)
