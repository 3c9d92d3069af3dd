"""The compiled kernel and the NumPy path find what scikit-learn's haversine DBSCAN finds, on every family of points."""

from __future__ import annotations

import numpy as np
import pytest
from point_families import FAMILIES, Case, make_case
from sklearn.cluster import DBSCAN

from ceyuan.clusters import SphericalDBSCAN, dbscan
from ceyuan.clusters.dbscan import Clustering, Engine
from ceyuan.clusters.geometry import EARTH_RADIUS_KM


def scikit_learn(case: Case) -> tuple[np.ndarray, np.ndarray]:
    found = DBSCAN(
        eps=case.radius_km / EARTH_RADIUS_KM,
        min_samples=case.min_weight,
        metric="haversine",
        algorithm="ball_tree",
    ).fit(np.radians(np.c_[case.lat, case.lon]), sample_weight=case.weight)
    core = np.zeros(case.lat.size, bool)
    core[found.core_sample_indices_] = True
    return found.labels_, core


def ours(case: Case, border: str, engine: Engine, threads: int | None = None) -> Clustering:
    return dbscan(
        case.lat, case.lon, radius_km=case.radius_km, min_weight=case.min_weight, weight=case.weight,
        border=border, engine=engine, threads=threads,
    )  # fmt: skip


@pytest.mark.parametrize("block", range(4))
@pytest.mark.parametrize("family", FAMILIES)
def test_labels_and_core_points_equal_scikit_learns(family: str, block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        case = make_case(family, seed, most=300)
        labels, core = scikit_learn(case)
        for engine in ("compiled", "numpy"):
            found = ours(case, "first", engine)
            assert (found.core == core).all(), (family, seed, engine)
            assert (found.labels == labels).all(), (family, seed, engine)


@pytest.mark.parametrize("family", FAMILIES)
def test_larger_sets_too(family: str) -> None:
    for seed in range(1000, 1004):
        case = make_case(family, seed, most=4000)
        labels, core = scikit_learn(case)
        found = ours(case, "first", "compiled")
        assert (found.core == core).all(), (family, seed)
        assert (found.labels == labels).all(), (family, seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_nearest_border_rule_equals_the_matrix_of_all_pairs(family: str) -> None:
    for seed in range(100):
        case = make_case(family, seed, most=300)
        compiled, plain = ours(case, "nearest", "compiled"), ours(case, "nearest", "numpy")
        assert (compiled.core == plain.core).all(), (family, seed)
        assert (compiled.labels == plain.labels).all(), (family, seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_neither_the_order_of_rows_nor_the_threads_matter(family: str) -> None:
    for seed in range(15):
        case = make_case(family, seed, most=1500)
        reference = ours(case, "nearest", "compiled", threads=1)
        order = np.random.default_rng(seed).permutation(case.lat.size)
        shuffled = Case(
            case.lat[order], case.lon[order], case.weight[order], case.radius_km, case.min_weight
        )
        for threads in (1, 3):
            found = ours(shuffled, "nearest", "compiled", threads)
            assert (found.labels == reference.labels[order]).all(), (family, seed, threads)
            assert (found.core == reference.core[order]).all(), (family, seed, threads)


def test_the_estimator_gives_scikit_learns_result_and_clones() -> None:
    case = make_case("cities", 7, most=500)
    labels, core = scikit_learn(case)
    estimator = SphericalDBSCAN(border="first").set_params(
        radius_km=case.radius_km, min_weight=case.min_weight
    )
    found = estimator.fit(np.c_[case.lat, case.lon], sample_weight=case.weight)
    assert (found.labels_ == labels).all()
    assert (found.core_sample_indices_ == np.flatnonzero(core)).all()
    assert SphericalDBSCAN(**estimator.get_params()).get_params() == estimator.get_params()
