"""Clusters of sites together with what later steps can use again: the trees in which they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceyuan.clusters.amounts import Amounts
from ceyuan.clusters.arrays import Bools, Floats, Labels
from ceyuan.clusters.compiling import by_matrix
from ceyuan.clusters.dbscan import Border, Engine, dbscan_sites

if TYPE_CHECKING:
    from ceyuan.clusters.kernel.index import Aim, Index


@dataclass(frozen=True)
class Fit:
    """Clusters of sites.

    Attributes:
        lat: latitudes of the sites in degrees.
        lon: their longitudes.
        labels: cluster of each site, −1 for noise.
        core: whether each site is core.
        index: the compiled kernel's trees, None where NumPy was quicker.
        aim: the index aimed at the radius.
    """

    lat: Floats
    lon: Floats
    labels: Labels
    core: Bools
    index: Index | None = None
    aim: Aim | None = None


def fit_sites(
    lat: Floats,
    lon: Floats,
    weight: Amounts,
    radius_km: float,
    threshold: int,
    border: Border,
    *,
    engine: Engine = "auto",
    threads: int | None = None,
) -> Fit:
    """As :func:`ceyuan.clusters.dbscan.dbscan_sites`, keeping the index.

    Args:
        lat: latitudes in degrees.
        lon: longitudes in degrees.
        weight: their weights.
        radius_km: the radius.
        threshold: the weight in units from which a site is core.
        border: the rule for border points.
        engine: ``auto``, ``compiled`` or ``numpy``.
        threads: threads to use, None for all.
    """
    if engine == "numpy" or (engine == "auto" and by_matrix(lat.size)) or lat.size == 0:
        labels, core = dbscan_sites(lat, lon, weight, radius_km, threshold, border, engine="numpy")
        return Fit(lat, lon, labels, core)
    from ceyuan.clusters.kernel.index import Index  # numba takes half a second to import  # noqa: PLC0415

    index = Index.build(lat, lon, weight, radius_km, threads)
    aim = index.aim(radius_km)
    labels, core = index.fit(aim, threshold, border)
    return Fit(lat, lon, labels, core, index, aim)
