"""Economic (knowledge) complexity: which places have what few others have, and which fields are found only there.

With M the matrix of advantages, K the diversity of places and U the ubiquity of fields, ECI is the eigenvector of the second
eigenvalue of D_K⁻¹ M D_U⁻¹ Mᵀ (Hidalgo and Hausmann 2009; Mealy, Farmer and Teytelboym 2019). It is computed exactly from the
symmetric matrix A Aᵀ, A = D_K^−½ M D_U^−½, with eigenvectors v = D_K^½ ECI; not by twenty reflections, which stop short of it.

- Scale: ECI has mean 0 and standard deviation 1 (population) over the places that have one. PCI of a field is the mean ECI of the
  places that have it, on the same scale.
- Sign: an eigenvector has none. ECI grows with diversity: their correlation is not negative.
- A matrix in several parts that share no field has no single answer, the second eigenvalue is 1 as well: ECI is that of the
  largest part, places and fields of the others are undefined. Where the second and third eigenvalue agree, all are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ceyuan.knowledge.arrays import Bools, Floats, Ints

APART = 1e-10
"""Two eigenvalues nearer than this are taken as one."""


@dataclass(frozen=True)
class Complexity:
    """ECI of places and PCI of fields, NaN where undefined.

    Attributes:
        eci: of each place.
        pci: of each field.
        diversity: fields that each place has.
        ubiquity: places that have each field.
        parts: places of each part of the matrix, the largest first; those without any field are in none.
        reason: why nothing is defined, empty if something is.
    """

    eci: Floats
    pci: Floats
    diversity: Ints
    ubiquity: Ints
    parts: tuple[int, ...]
    reason: str = ""


def complexity(advantage: Bools) -> Complexity:
    """ECI and PCI of a matrix of advantages.

    Args:
        advantage: which places have which fields, shape (places, fields).

    >>> found = complexity(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]], bool))
    >>> (found.eci + 0.0).round(2).tolist()[::2], found.pci.round(2).tolist()[1:]
    ([1.22, -1.22], [0.61, 1.22])
    """
    diversity = advantage.sum(axis=1, dtype=np.int64)
    ubiquity = advantage.sum(axis=0, dtype=np.int64)
    eci, pci = np.full(diversity.size, np.nan), np.full(ubiquity.size, np.nan)
    part_of, sizes = _parts(advantage)
    if not sizes or sizes[0] < 3 or sizes[1:2] == sizes[:1]:
        reason = (
            "no part of the matrix has three places"
            if not sizes or sizes[0] < 3
            else "two parts are equally large"
        )
        return Complexity(eci, pci, diversity, ubiquity, tuple(sizes), reason)
    rows = part_of == 0
    columns = advantage[rows].any(axis=0)
    found = _second_vector(advantage[rows][:, columns])
    if found is None:
        reason = "the second and the third eigenvalue agree, or all places are alike"
        return Complexity(eci, pci, diversity, ubiquity, tuple(sizes), reason)
    eci[rows] = found
    has = advantage[rows][:, columns].astype(np.float64)
    pci[columns] = has.T @ found / has.sum(axis=0)
    return Complexity(eci, pci, diversity, ubiquity, tuple(sizes))


def _parts(advantage: Bools) -> tuple[Ints, list[int]]:
    """The part of each place, 0 for the largest, −1 for places without any field; and the places of each part."""
    places = advantage.shape[0]
    both = advantage.astype(np.float32)
    _, label = connected_components(csr_array(both @ both.T > 0), directed=False)
    size = np.bincount(label[advantage.any(axis=1)], minlength=places)
    order = np.argsort(-size, kind="stable")
    rank = np.empty(size.size, np.int64)
    rank[order] = np.arange(size.size)
    part = np.where(advantage.any(axis=1), rank[label], -1)
    return part, [int(n) for n in size[order] if n]


def _second_vector(advantage: Bools) -> Floats | None:
    """Standardised ECI of a connected matrix; None where it is not determined."""
    has = advantage.astype(np.float64)
    diversity, ubiquity = has.sum(axis=1), has.sum(axis=0)
    scaled = has / np.sqrt(diversity)[:, None] / np.sqrt(ubiquity)[None, :]
    n = diversity.size
    values, vectors = eigh(scaled @ scaled.T, subset_by_index=[n - 3, n - 1])
    if values[1] - values[0] < APART or values[1] < APART:
        return None
    raw = vectors[:, 1] / np.sqrt(diversity)
    raw = (raw - raw.mean()) / raw.std()
    against = float(raw @ (diversity - diversity.mean()))
    if abs(against) <= APART * n * max(1.0, float(diversity.std())):
        # no correlation: the first place is positive
        against = float(raw[np.argmax(np.abs(raw) > APART)])
    return np.asarray(raw if against > 0 else -raw)
