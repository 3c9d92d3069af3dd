"""The public functions: extremes of the radius, weights, and errors that say what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from ceyuan.clusters import SphericalDBSCAN, dbscan
from ceyuan.clusters.amounts import ones
from ceyuan.clusters.dbscan import Engine
from ceyuan.clusters.kernel.grid import make_grid
from ceyuan.clusters.kernel.index import Index
from ceyuan.errors import CeyuanError

ENGINES: tuple[Engine, ...] = ("compiled", "numpy")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("radius", [20_016.0, 30_000.0, 1e6])
def test_beyond_half_the_circumference_everything_is_near(engine: Engine, radius: float) -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-90, 90, 300), rng.uniform(-180, 180, 300)
    lat[:2], lon[:2] = [90, -90], [0, 0]
    found = dbscan(lat, lon, radius_km=radius, min_weight=300, engine=engine)
    assert found.core.all()
    assert found.n_clusters == 1
    assert not dbscan(lat, lon, radius_km=radius, min_weight=301, engine=engine).core.any()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_smallest_radius_keeps_different_places_apart(engine: Engine) -> None:
    lat, lon = [10.0, 10.0, 10.0000001, -89.0], [20.0, 20.0, 20.0, 180.0]
    found = dbscan(lat, lon, radius_km=1e-9, min_weight=2, engine=engine)
    assert found.labels.tolist() == [0, 0, -1, -1]


def test_cells_are_never_wider_than_the_radius() -> None:
    for radius in (1e-7, 1e-3, 0.5, 15.0, 800.0, 9_000.0):
        rng = np.random.default_rng(2)
        lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, 3000))), rng.uniform(-180, 180, 3000)
        lat[1000:], lon[1000:] = (
            50 + rng.normal(0, radius / 200, 2000),
            179.99 + rng.normal(0, radius / 200, 2000),
        )
        lat, lon = np.clip(lat, -90, 90), (lon + 180) % 360 - 180
        index = Index.build(lat, lon, ones(3000), radius)
        limit = 2 * np.sin(min(make_grid(radius / 6371.0088).angle, np.pi) / 2) + 1e-15
        for a, b in zip(index.cells.start[:-1], index.cells.start[1:], strict=True):
            xyz = index.sites.xyz[a:b]
            assert np.linalg.norm(xyz[:, None] - xyz[None], axis=2).max() <= limit


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_of_thirds_and_zero_count_exactly(engine: Engine) -> None:
    lat, lon = [0.0, 0.0, 0.0, 0.0], [0.0, 0.01, 0.02, 0.03]
    assert dbscan(lat[:3], lon[:3], min_weight=1, weight=[1 / 3] * 3, engine=engine).core.all()
    assert not dbscan(lat[:3], lon[:3], min_weight=1, weight=[0.333] * 3, engine=engine).core.any()
    zero = dbscan(lat, lon, min_weight=2, weight=[1, 1, 0, 0], engine=engine)
    # as in scikit-learn: a point of weight 0 has neighbours too
    assert zero.labels.tolist() == [
        0,
        0,
        0,
        0,
    ]


def test_no_points_make_no_clusters() -> None:
    assert dbscan([], [], min_weight=1).n_clusters == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lat": [91.0], "lon": [0.0]}, "cluster-bad-coordinate"),
        ({"lat": [np.nan], "lon": [0.0]}, "cluster-bad-coordinate"),
        ({"lat": [1.0, 2.0], "lon": [0.0]}, "cluster-bad-coordinate"),
        ({"weight": [-1.0]}, "cluster-bad-weight"),
        ({"weight": [np.inf]}, "cluster-bad-weight"),
        ({"weight": [1.0, 2.0]}, "cluster-bad-weight"),
        ({"radius_km": 0.0}, "cluster-bad-option"),
        ({"radius_km": np.nan}, "cluster-bad-option"),
        ({"min_weight": 0.0}, "cluster-bad-option"),
        ({"border": "nowhere"}, "cluster-bad-option"),
    ],
)
def test_what_cannot_be_clustered_is_refused(change: dict[str, object], code: str) -> None:
    arguments = {"lat": [1.0], "lon": [2.0], **change}
    with pytest.raises(CeyuanError) as caught:
        dbscan(**arguments)
    assert [p.code for p in caught.value.problems] == [code]


def test_all_impossible_options_are_reported_at_once() -> None:
    with pytest.raises(CeyuanError) as caught:
        dbscan([1.0], [2.0], radius_km=-1, min_weight=-1, border="x")  # type: ignore[arg-type]
    assert len(caught.value.problems) == 3


def test_the_estimator_refuses_what_it_does_not_know() -> None:
    with pytest.raises(CeyuanError, match="Did you mean 'radius_km'"):
        SphericalDBSCAN().set_params(radius=3)
    with pytest.raises(CeyuanError, match="not \\(n, 2\\)"):
        SphericalDBSCAN().fit([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("position", [[100.0, 0.0], [0.0, 181.0], [np.nan, 1.0], [1.0, -np.inf]])
def test_positions_that_are_none_are_in_no_cluster_and_not_outside_either(
    position: list[float],
) -> None:
    model = SphericalDBSCAN(min_weight=1).fit([[22.5, 114.0]])
    with pytest.raises(
        CeyuanError, match="1 points are missing or outside the range, first point 1"
    ):
        model.predict([[22.5, 114.0], position])


def test_the_estimator_says_what_is_wrong_with_what_it_is_given() -> None:
    with pytest.raises(CeyuanError, match="two columns of numbers"):
        SphericalDBSCAN().fit([["here", "there"]])
    with pytest.warns(UserWarning, match="degrees, not in radians"):
        SphericalDBSCAN(min_weight=2).fit(np.radians([[22.5, 114.0], [22.6, 114.1]]))
