"""How near fields are to each other, by the places that have both; and how near a field is to what a place has.

With M the matrix of advantages, U_p the places that have field p and C_pq those that have both:

- ``conditional``: φ = C_pq / max(U_p, U_q), the smaller of the two conditional probabilities (Hidalgo, Klinger, Barabási and
  Hausmann 2007);
- ``cosine``: φ = C_pq / √(U_p U_q) (Salton);
- ``association``: φ = C_pq over what chance gives, E_pq = ½ (S_p S_q / (T − S_p) + S_p S_q / (T − S_q)) with S_p = Σ C_pq
  over the other fields and T = Σ S_p (Steijn 2021, who corrects van Eck and Waltman 2009): above 1 is more than by chance.

Density: ω_cp = Σ_q M_cq φ_pq / Σ_q φ_pq over the other fields q: which part of what is related to p the place has. The field
itself is left out, so that density does not tell what it shall predict.
"""

from __future__ import annotations

from typing import Literal, assert_never

import numpy as np

from ceyuan.knowledge.arrays import Bools, Floats

Measure = Literal["conditional", "cosine", "association"]


def relatedness(advantage: Bools, measure: Measure = "conditional") -> Floats:
    """Relatedness of fields, shape (fields, fields); 0 where a field is nowhere, 1 of a field with itself (association: 0).

    Args:
        advantage: which places have which fields, shape (places, fields).
        measure: how to measure.

    >>> relatedness(np.array([[True, True, False], [True, False, True]]))[0].tolist()
    [1.0, 0.5, 0.5]
    """
    has = advantage.astype(np.float64)
    both = has.T @ has
    ubiquity = np.diag(both).copy()
    match measure:
        case "conditional":
            by = np.maximum.outer(ubiquity, ubiquity)
        case "cosine":
            by = np.sqrt(np.outer(ubiquity, ubiquity))
        case "association":
            np.fill_diagonal(both, 0)
            by = _by_chance(both)
        case _:
            assert_never(measure)
    return np.divide(both, by, out=np.zeros(both.shape), where=by > 0)


def _by_chance(both: Floats) -> Floats:
    """How often two fields would be found together by chance, given how often each is found with others."""
    links = both.sum(axis=1)
    rest = links.sum() - links
    chance = np.divide(
        np.outer(links, links), rest[:, None], out=np.zeros(both.shape), where=rest[:, None] > 0
    )
    return np.asarray((chance + chance.T) / 2)


def density(advantage: Bools, related: Floats) -> Floats:
    """Relatedness density of every cell, from 0 to 1; NaN of fields that are related to nothing.

    Args:
        advantage: which places have which fields.
        related: relatedness of fields.

    >>> has = np.array([[True, True, False], [True, False, True]])
    >>> density(has, relatedness(has))[0].tolist()
    [0.5, 1.0, 1.0]
    """
    others = related.copy()
    np.fill_diagonal(others, 0)
    total = others.sum(axis=0)
    near = advantage.astype(np.float64) @ others
    return np.asarray(
        np.divide(near, total[None, :], out=np.full(near.shape, np.nan), where=total[None, :] > 0)
    )
