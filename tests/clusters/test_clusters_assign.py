"""Which cluster a position is in, and ties between parties: the same as looking at every pair."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ceyuan.clusters.assign import cluster_of_positions, nearest_within
from ceyuan.clusters.dbscan import dbscan
from ceyuan.clusters.earlier import EarlierSites, shared_weights
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.parties import PartyPlace, cross_border, site_parties
from ceyuan.clusters.points.read import read_points

CENTRES = np.array([(22.5, 114.0), (35.7, 139.7), (-17.0, 179.95), (89.7, 20.0)])


def sample(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centre = CENTRES[rng.integers(0, len(CENTRES), n)]
    lat = np.clip(centre[:, 0] + rng.normal(0, 0.15, n), -90, 90)
    lon = centre[:, 1] + rng.normal(0, 0.15, n) / np.maximum(0.01, np.cos(np.radians(lat)))
    return lat, (lon + 180) % 360 - 180


@pytest.mark.parametrize("seed", range(12))
def test_a_position_is_where_dbscan_would_put_a_point(seed: int) -> None:
    lat, lon = sample(seed)
    found = dbscan(lat, lon, radius_km=8.0, min_weight=12)
    assert found.n_clusters > 0
    own = cluster_of_positions(lat, lon, (lat, lon), found.labels, found.core, 8.0)
    assert (own == found.labels).all()
    a, o = sample(seed + 100)
    other = cluster_of_positions(a, o, (lat, lon), found.labels, found.core, 8.0)
    cores = np.flatnonzero(found.core)
    for i in range(a.size):
        away = distance_km(lat[cores], lon[cores], a[i], o[i])
        expected = found.labels[cores[away.argmin()]] if away.min() <= 8.0 else -1
        assert other[i] == expected


def test_what_has_no_position_or_nothing_near_is_in_no_cluster() -> None:
    nowhere = np.array([np.nan, 0.0])
    none = np.empty(0)
    here = np.array([22.5]), np.array([114.0])
    label, core = np.zeros(1, np.int32), np.ones(1, bool)
    assert cluster_of_positions(nowhere, nowhere, here, label, core, 15.0).tolist() == [-1, -1]
    assert cluster_of_positions(
        *here, (none, none), np.empty(0, np.int32), np.empty(0, bool), 15.0
    ).tolist() == [-1]
    # a border point is its cluster's
    assert cluster_of_positions(*here, here, label, ~core, 15.0).tolist() == [0]
    assert nearest_within(none, none, *here, 5.0).size == 0


def test_shared_weights_are_parts_of_the_later_cluster() -> None:
    lat, lon = sample(5)
    found = dbscan(lat, lon, radius_km=8.0, min_weight=12)
    earlier = EarlierSites(
        [f"c{i}" for i in range(found.n_clusters)], lat, lon, found.labels, found.core, 8.0
    )
    weight = np.random.default_rng(1).uniform(1, 3, lat.size)
    shared = shared_weights(found.labels, earlier.cluster_of(lat, lon), weight, earlier.ids)
    assert shared == [(pytest.approx(1.0), i, f"c{i}") for i in range(found.n_clusters)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("contributors", [False, True])
def test_ties_between_parties_are_those_that_a_loop_counts(seed: int, contributors: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 300
    place = rng.integers(0, 4, n)
    lat, lon = CENTRES[place, 0], CENTRES[place, 1]
    columns = {"record_id": rng.integers(0, 90, n), "kind": ["patent"] * n, "lat": lat, "lon": lon}
    if contributors:
        columns["contributor_id"] = [f"p{i}" for i in rng.integers(0, 60, n)]
    points = read_points(pa.table(columns))
    cluster_of_site = np.where(points.lat > 30, 1, 0).astype(np.int32)
    party = rng.integers(-1, 3, n).astype(np.int32)  # of each input row
    found = cross_border(points, cluster_of_site, party[points.rows()], ("a", "b", "c"), 2)
    for cluster in range(2):
        inside = (lat > 30) == bool(cluster)
        ties = crossing = 0
        pairs = np.zeros((3, 3), int)
        for record in np.unique(columns["record_id"]):
            rows = [
                i
                for i in np.flatnonzero((columns["record_id"] == record) & inside)
                if party[i] >= 0
            ]
            people = {columns["contributor_id"][i] for i in rows} if contributors else set(rows)
            if len(people) >= 2:
                ties += 1
                present = sorted({int(party[i]) for i in rows})
                crossing += len(present) >= 2
                for x, a in enumerate(present):
                    for b in present[x + 1 :]:
                        pairs[a, b] += 1
        assert (found.ties[cluster], found.crossing[cluster]) == (ties, crossing)
        assert (found.pairs[cluster] == pairs).all()
        assert found.known[cluster] == pytest.approx((party[inside] >= 0).mean())
        assert found.reason(cluster) == ""


def test_a_party_reaches_as_far_as_is_said_and_the_nearest_place_decides() -> None:
    places = [PartyPlace("gd", 22.54, 114.06), PartyPlace("hk", 22.30, 114.17)]
    lat, lon = np.array([22.53, 22.31, 23.5]), np.array([114.05, 114.16, 114.0])
    assert site_parties(lat, lon, places, ("gd", "hk"), 15.0).tolist() == [0, 1, -1]
    assert site_parties(lat, lon, places, ("gd", "hk"), 200.0).tolist() == [0, 1, 0]
    assert site_parties(lat, lon, [], ("gd", "hk"), 200.0).tolist() == [-1, -1, -1]
