"""Exact weighted DBSCAN on the sphere: the function that everything else in this room stands on.

A point is a *core point* if the weight of all points within the radius, itself included, reaches the threshold.
Core points within the radius of each other are one cluster. A point that is not core but within the radius of a
core point is a *border point* of that point's cluster. All others are noise. (Ester, Kriegel, Sander, Xu 1996; the
clusters of WIPO's Global Innovation Index are found this way among inventors and authors.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ceyuan.clusters.amounts import (
    Amounts,
    amounts_of,
    check_sums,
    check_weights,
    ones,
    read_ratios,
)
from ceyuan.clusters.arrays import Bools, Floats, Labels
from ceyuan.clusters.compiling import by_matrix
from ceyuan.clusters.distinct import distinct_small
from ceyuan.clusters.small import dbscan_small
from ceyuan.errors import CeyuanError, Problem, fail

Border = Literal["nearest", "first"]
Engine = Literal["auto", "compiled", "numpy"]

RADIUS_KM = 15.0
"""Default radius. Widely quoted for WIPO's method, not confirmed in a text at hand."""

MIN_WEIGHT = 4500.0
"""Default threshold. Widely quoted for WIPO's method, not confirmed in a text at hand."""

LEAST_RADIUS_KM = 1e-9
MOST_RADIUS_KM = 1e6


@dataclass(frozen=True)
class Clustering:
    """What DBSCAN found.

    Attributes:
        labels: cluster of each point, −1 for noise.
        core: whether each point is a core point.
    """

    labels: Labels
    core: Bools

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.labels.max(initial=-1)) + 1


def dbscan(
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    radius_km: float = RADIUS_KM,
    min_weight: float = MIN_WEIGHT,
    weight: ArrayLike | None = None,
    border: Border = "nearest",
    engine: Engine = "auto",
    threads: int | None = None,
) -> Clustering:
    """Cluster points on the sphere.

    Args:
        lat: latitudes in degrees, −90 … 90.
        lon: longitudes in degrees, −180 … 180 (180 and −180 are the same meridian).
        radius_km: neighbours are at most this far apart along the great circle; exactly this far counts.
        min_weight: the weight within the radius from which a point is a core point; exactly this much counts.
        weight: weights, not negative; 1 each where not given.
        border: ``nearest``: a border point goes to its nearest core point, of equally near ones to the heavier cluster,
            and clusters are numbered from the heaviest. ``first``: scikit-learn's rule and numbers, which depend on the
            order of the points.
        engine: ``numpy`` compiles nothing and suits a few thousand distinct points, ``compiled`` any number; ``auto``
            takes the compiled one but for very few points, or for few where its code is not at hand yet.
        threads: threads to use; None for all. Results do not depend on it.

    Raises:
        CeyuanError: ``cluster-bad-coordinate``, ``cluster-bad-weight`` or ``cluster-bad-option``.

    >>> found = dbscan([22.54, 22.55, 22.32, 60.0], [114.06, 114.05, 114.17, 0.0], radius_km=30, min_weight=3)
    >>> found.labels.tolist(), found.core.tolist()
    ([0, 0, 0, -1], [True, True, True, False])
    """
    check_options(radius_km, min_weight, border)
    a, o = coordinates_of(lat, lon)
    weights = _weights(weight, a.size)
    found = distinct_small(a, o)
    total = weights.add_up(found.site, found.lat.size)
    check_sums(total, weights.total(), "the weights of places")
    labels, core = dbscan_sites(
        found.lat,
        found.lon,
        total,
        radius_km,
        total.threshold(min_weight),
        border,
        engine=engine,
        threads=threads,
    )
    return Clustering(labels[found.site], core[found.site])


def dbscan_sites(
    lat: Floats,
    lon: Floats,
    weight: Amounts,
    radius_km: float,
    threshold: int,
    border: Border,
    *,
    engine: Engine = "auto",
    threads: int | None = None,
) -> tuple[Labels, Bools]:
    """Labels and core flags of distinct points with exact weights; nothing is checked.

    Args:
        lat: latitudes in degrees.
        lon: longitudes in degrees.
        weight: their weights.
        radius_km: the radius.
        threshold: the weight in units from which a point is a core point.
        border: see :func:`dbscan`.
        engine: see :func:`dbscan`.
        threads: see :func:`dbscan`.
    """
    if engine == "numpy" or (engine == "auto" and by_matrix(lat.size)) or lat.size == 0:
        return dbscan_small(lat, lon, weight, radius_km, threshold, border)
    from ceyuan.clusters.kernel.index import Index  # numba takes half a second to import  # noqa: PLC0415

    index = Index.build(lat, lon, weight, radius_km, threads)
    return index.fit(index.aim(radius_km), threshold, border)


def check_options(radius_km: float, min_weight: float, border: str) -> None:
    """Refuse impossible options, all at once.

    Raises:
        CeyuanError: ``cluster-bad-option``.
    """
    problems = []
    if not LEAST_RADIUS_KM <= radius_km <= MOST_RADIUS_KM:
        problems.append(
            f"the radius {radius_km:g} km is not between {LEAST_RADIUS_KM:g} and {MOST_RADIUS_KM:g} km"
        )
    if not 0 < min_weight < float("inf"):
        problems.append(f"the threshold {min_weight:g} is not a positive number")
    if border not in ("nearest", "first"):
        problems.append(f"there is no border rule {border!r}, only 'nearest' and 'first'")
    if problems:
        raise CeyuanError(Problem("cluster-bad-option", p) for p in problems)


def _weights(weight: ArrayLike | None, n: int) -> Amounts:
    if weight is None:
        return ones(n)
    values = np.asarray(weight, np.float64)
    check_weights(values, n)
    distinct, place = np.unique(values, return_inverse=True)
    return amounts_of(read_ratios(distinct), n).take(place)


def coordinates_of(lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
    """Latitudes and longitudes in degrees as arrays.

    Raises:
        CeyuanError: ``cluster-bad-coordinate`` for any that are missing or outside the range.
    """
    a, o = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    if a.ndim != 1 or a.shape != o.shape:
        raise fail(
            "cluster-bad-coordinate", f"latitudes have the shape {a.shape}, longitudes {o.shape}"
        )
    bad = ~((np.abs(a) <= 90.0) & (np.abs(o) <= 180.0))
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        message = f"{int(bad.sum())} points are missing or outside the range, first point {i}: {a[i]:g}, {o[i]:g}"
        raise fail("cluster-bad-coordinate", message)
    return a + 0.0, o + 0.0  # −0 becomes 0
