"""The traps that random points do not spring: each test here kills a mutant of the kernel that survives the others.

``benchmarks/clusters_mutants.py`` applies the mutants and shows that each one is killed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from ceyuan.clusters import dbscan
from ceyuan.clusters.dbscan import Engine
from ceyuan.clusters.geometry import EARTH_RADIUS_KM

ENGINES: tuple[Engine, ...] = ("compiled", "numpy")
# degrees of a kilometre along a meridian or the equator
KM = float(np.degrees(1 / EARTH_RADIUS_KM))


def haversine(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The deciding formula, written once more with the mathematics library."""
    a, b = np.radians(lat1), np.radians(lat2)
    s, t = math.sin(0.5 * (a - b)), math.sin(0.5 * (np.radians(lon1) - np.radians(lon2)))
    return s * s + math.cos(a) * math.cos(b) * t * t


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("radius", [0.5, 15.0, 40.0])
def test_pairs_exactly_at_the_radius_are_decided_by_the_formula_alone(
    engine: Engine, radius: float
) -> None:
    """Kills: no slack on bounding balls. Rounding of a chord must never decide."""
    rng = np.random.default_rng(3)
    # Pairs on a loose lattice, farther apart than the radius; the second point at the radius in some direction.
    lat, lon = (g.ravel() for g in np.meshgrid(np.arange(-60.0, 61, 4), np.arange(-170.0, 171, 12)))
    lat, lon, d = (
        lat + rng.uniform(0, 1, lat.size),
        lon + rng.uniform(0, 1, lat.size),
        radius / EARTH_RADIUS_KM,
    )
    a, bearing = np.radians(lat), rng.uniform(0, 2 * np.pi, lat.size)
    a2 = np.arcsin(np.sin(a) * np.cos(d) + np.cos(a) * np.sin(d) * np.cos(bearing))
    o2 = np.arctan2(np.sin(bearing) * np.sin(d) * np.cos(a), np.cos(d) - np.sin(a) * np.sin(a2))
    lat2, lon2 = np.degrees(a2), lon + np.degrees(o2)
    labels = dbscan(
        np.r_[lat, lat2], np.r_[lon, lon2], radius_km=radius, min_weight=2, engine=engine
    ).labels
    limit = math.sin(0.5 * d) ** 2
    expected = np.array([haversine(*p) <= limit for p in zip(lat, lon, lat2, lon2, strict=True)])
    assert 0.2 < expected.mean() < 0.8  # rounding goes either way, or nothing is tested
    assert ((labels[: lat.size] >= 0) == expected).all()
    assert ((labels[lat.size :] >= 0) == expected).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_equally_near_clusters_share_their_border_point_by_weight(engine: Engine) -> None:
    """Kills: no tie tolerance. A mirror image is equally near, whatever the last digit says."""
    rng = np.random.default_rng(5)
    for lat, lon in zip(rng.uniform(-60, 60, 60), rng.uniform(-170, 170, 60), strict=True):
        d = 10 * KM / np.cos(np.radians(lat))
        # The lighter cluster first, and on alternating sides: neither place nor order may decide.
        side = 1 if rng.random() < 0.5 else -1
        lons = [lon, lon + side * d, lon + side * 2 * d, lon - side * d, lon - side * 2 * d]
        weight = [1, 1, 100, 1, 101]
        found = dbscan([lat] * 5, lons, radius_km=11, min_weight=50, weight=weight, engine=engine)
        assert found.core.tolist() == [False, True, True, True, True]
        assert found.labels.tolist() == [0, 1, 1, 0, 0], (lat, lon)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_border_point_may_leave_the_cell_of_its_neighbour(engine: Engine) -> None:
    """Kills: borders of a cell with core points forced to that cell's cluster."""
    for offset in np.linspace(0, 12, 49):
        east = (
            np.array([0.0, -9.0, -23.0, 7.0, 21.0]) + offset
        ) * KM  # p; A and its partner; B and its partner
        labels = dbscan(
            np.zeros(5),
            30 + east,
            radius_km=15,
            min_weight=11,
            weight=[1, 1, 11, 1, 10],
            engine=engine,
        ).labels
        assert labels[1] == labels[2] == 0
        assert labels[3] == labels[4] == 1
        assert labels[0] == 1, offset  # B is 7 km away, A 9 km


@pytest.mark.parametrize("engine", ENGINES)
def test_the_antimeridian_is_no_border(engine: Engine) -> None:
    """Kills: no wrap at ±180."""
    for lat in (-70.0, -1.0, 0.0, 45.0, 89.0):
        for half in np.linspace(0.1, 7.4, 12):
            d = half * KM / np.cos(np.radians(lat))
            found = dbscan(
                [lat, lat], [180 - d, d - 180], radius_km=15, min_weight=2, engine=engine
            )
            assert found.labels.tolist() == [0, 0], (lat, half)
    assert dbscan(
        [5.0, 5.0], [180.0, -180.0], radius_km=0.001, min_weight=2, engine=engine
    ).labels.tolist() == [0, 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_exactly_the_threshold_is_enough(engine: Engine) -> None:
    """Kills: > for ≥ in the weight."""
    lat, lon = [0.0, 5 * KM, 10 * KM], [0.0, 0.0, 0.0]
    assert dbscan(lat, lon, radius_km=6, min_weight=3, engine=engine).core.tolist() == [
        False,
        True,
        False,
    ]
    assert not dbscan(lat, lon, radius_km=6, min_weight=3.0001, engine=engine).core.any()
    tenths = dbscan(
        [0.0] * 10,
        np.arange(10) * KM / 100,
        radius_km=1,
        min_weight=1,
        weight=[0.1] * 10,
        engine=engine,
    )
    assert tenths.core.all()  # ten tenths are one, in whatever order they are added


@pytest.mark.parametrize("engine", ENGINES)
def test_exactly_the_radius_is_near_enough(engine: Engine) -> None:
    """Kills: > for ≥ in the distance."""
    tried = 0
    for lon in np.arange(1, 400) / 1000.0:
        radius = float(np.radians(lon) * EARTH_RADIUS_KM)
        if math.sin(0.5 * (radius / EARTH_RADIUS_KM)) ** 2 != haversine(0.0, 0.0, 0.0, lon):
            continue
        tried += 1
        found = dbscan([0.0, 0.0], [0.0, lon], radius_km=radius, min_weight=2, engine=engine)
        assert found.labels.tolist() == [0, 0], lon
    assert tried > 100


@pytest.mark.parametrize("engine", ENGINES)
def test_neighbours_are_found_two_bands_away(engine: Engine) -> None:
    """Kills: one band too few. A cell is lower than the radius, so a neighbour can be in the band after next."""
    for base in (-89.9, -45.0, 0.0, 60.0):
        for offset in np.linspace(0, 15, 31):
            lat = [base + offset * KM, base + (offset + 14.9) * KM]
            lat = [min(x, 90.0) for x in lat]
            found = dbscan(lat, [20.0, 20.0], radius_km=15, min_weight=2, engine=engine)
            assert found.labels.tolist() == [0, 0], (base, offset)


def test_candidate_lists_grow_as_far_as_needed() -> None:
    """Dense rings around a dense centre leave far more undecided nodes than any first guess of a buffer."""
    rng = np.random.default_rng(8)
    n = 30_000
    lat, lon = 10 + rng.normal(0, 0.05, n), 20 + rng.normal(0, 0.05, n)
    found = dbscan(lat, lon, radius_km=8.0, min_weight=n * 0.6, engine="compiled")
    sample = rng.integers(0, n, 60)
    a, o = np.radians(lat), np.radians(lon)
    for p in sample:
        half = np.sin((a - a[p]) / 2) ** 2 + np.cos(a) * np.cos(a[p]) * np.sin((o - o[p]) / 2) ** 2
        assert found.core[p] == ((half <= np.sin(4.0 / EARTH_RADIUS_KM) ** 2).sum() >= n * 0.6)
    assert 0.05 < found.core.mean() < 0.95
