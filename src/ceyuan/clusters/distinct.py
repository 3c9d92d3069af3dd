"""Distinct coordinates: which there are, and which one each row has. Exact: nothing is rounded away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.arrays import Floats, Labels


@dataclass(frozen=True)
class Distinct:
    """Distinct coordinates of rows.

    Attributes:
        lat: their latitudes in degrees, in order of first appearance.
        lon: their longitudes.
        site: for each row, which of them it has; −1 for rows without a usable position.
    """

    lat: Floats
    lon: Floats
    site: Labels


def distinct_small(lat: Floats, lon: Floats) -> Distinct:
    """Distinct coordinates by sorting; for rows whose positions are all usable.

    >>> distinct_small(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0])).site.tolist()
    [0, 1, 0]
    """
    if lat.size == 0:
        return Distinct(lat, lon, np.empty(0, np.int32))
    order = np.lexsort((lon, lat))
    a, o = lat[order], lon[order]
    new = np.concatenate([[True], (a[1:] != a[:-1]) | (o[1:] != o[:-1])])
    group = np.empty(lat.size, np.int64)
    group[order] = np.cumsum(new) - 1
    # lexsort is stable, but the minimum says what is meant
    first = np.minimum.reduceat(order, np.flatnonzero(new))
    by_appearance = np.argsort(first)
    rank = np.empty(first.size, np.int32)
    rank[by_appearance] = np.arange(first.size)
    first = first[by_appearance]
    return Distinct(lat[first], lon[first], rank[group])
