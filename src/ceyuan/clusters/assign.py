"""Which cluster a position is in: that of the core site in reach, as DBSCAN's border points are."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ceyuan.clusters.arrays import Bools, Floats, Ints, Labels
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, unit_vectors

_SAME_KM = 1e-5  # a centimetre


def cluster_of_positions(
    lat: Floats,
    lon: Floats,
    sites: tuple[Floats, Floats],
    cluster: Labels,
    core: Bools,
    radius_km: float,
) -> Labels:
    """The cluster of each position, −1 where it is in none.

    A position where a site is has the site's cluster. Another one is in the cluster of the nearest core site, if that is at
    most a radius away: there a point that was added would be a border point or core.

    Args:
        lat: latitudes in degrees, NaN where there is no position.
        lon: longitudes.
        sites: latitudes and longitudes of the sites.
        cluster: the cluster of each site, −1 for noise.
        core: whether each site is core.
        radius_km: the radius of the run.

    >>> one = np.array([22.5])
    >>> cluster_of_positions(np.array([22.6, 23.0]), np.array([114.0, 114.0]), (one, one + 91.5), np.zeros(1, np.int32),
    ...                      np.ones(1, bool), 15.0).tolist()
    [0, -1]
    """
    found = np.full(lat.size, -1, np.int32)
    here = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if not here.size or not cluster.size:
        return found
    site = nearest_within(lat[here], lon[here], *sites, _SAME_KM)
    exact = site >= 0
    found[here[exact]] = cluster[site[exact]]
    others, cores = here[~exact], np.flatnonzero(core)
    nearest = nearest_within(lat[others], lon[others], sites[0][cores], sites[1][cores], radius_km)
    inside = nearest >= 0
    found[others[inside]] = cluster[cores[nearest[inside]]]
    return found


def nearest_within(lat: Floats, lon: Floats, of_lat: Floats, of_lon: Floats, km: float) -> Ints:
    """For each position which of other positions is nearest, −1 where none is within a distance.

    Args:
        lat: latitudes in degrees.
        lon: longitudes.
        of_lat: latitudes of the others.
        of_lon: their longitudes.
        km: the greatest distance.

    >>> nearest_within(np.array([0.0, 9.0]), np.zeros(2), np.array([0.1, 0.2]), np.zeros(2), 50.0).tolist()
    [0, -1]
    """
    if not lat.size or not of_lat.size:
        return np.full(lat.size, -1, np.int64)
    chord, nearest = cKDTree(unit_vectors(of_lat, of_lon)).query(unit_vectors(lat, lon))
    reach = 2.0 * np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2.0)
    return np.where(chord <= reach, nearest, -1).astype(np.int64)
