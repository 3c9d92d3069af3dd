"""Whatever the weights are, what is counted equals the sum of fractions, in NumPy and compiled, and thresholds are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.clusters import counting
from ceyuan.clusters.amounts import amounts_of, as_fraction, check_sums, read_ratios
from ceyuan.clusters.counting import count_shares, row_parts, row_weights, site_weights
from ceyuan.clusters.dbscan import Engine, dbscan, dbscan_sites
from ceyuan.clusters.fields import count_fields
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import Options, find_clusters
from ceyuan.errors import CeyuanError

ENGINES: tuple[Engine, ...] = ("numpy", "compiled")
weights = st.one_of(
    st.floats(1e-12, 1e12),
    st.floats(-12, 12).map(lambda x: 10.0**x),
    st.integers(1, 400).map(lambda n: 1 / n),
    st.decimals("0.0001", "99999", places=4).map(float),
    st.integers(0, 10**12).map(float),
)
fast = settings(max_examples=80, deadline=None, derandomize=True)


@pytest.fixture(params=["numpy", "compiled"])
def counted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The way of counting: by NumPy as for few rows, or compiled as for many."""
    monkeypatch.setattr(counting, "SMALL_ROWS", 10**9 if request.param == "numpy" else -1)
    return str(request.param)


def points_of(weight: list[float], sizes: int, places: int) -> PointTable:
    n = len(weight)
    return read_points(pa.table({
        "record_id": np.arange(n) // sizes, "kind": ["patent"] * n, "lat": 10.0 + np.arange(n) % places,
        "lon": np.ones(n), "weight": weight, "field": [f"f{i % 3}" for i in range(n)],
    }))  # fmt: skip


@given(st.lists(weights, min_size=1, max_size=50))
@fast
def test_a_number_stands_for_a_fraction_that_it_is_the_nearest_double_of(
    values: list[float],
) -> None:
    for value, (top, bottom) in zip(values, read_ratios(np.array(values)), strict=True):
        assert top / bottom == value


def test_n_nths_reach_one_and_a_hair_less_does_not() -> None:
    for n in range(1, 1200):
        assert as_fraction(1 / n) == Fraction(1, n)
        same = np.zeros(n)
        assert dbscan(same, same, min_weight=1, weight=np.full(n, 1 / n)).core.all(), n
        assert not dbscan(same, same, min_weight=1 + 1e-12, weight=np.full(n, 1 / n)).core.any(), n


@given(st.lists(weights, min_size=1, max_size=60), st.integers(1, 30))
@fast
def test_counts_equal_sums_of_fractions(values: list[float], sizes: int) -> None:
    points = points_of([*values, 1.0], sizes, 4)
    assert points.weight is not None
    label = (np.arange(points.lat.size) % 3 - 1).astype(np.int32)
    label[0] = 0
    place = label[points.site]
    part = [
        as_fraction(w) / int(d)
        for w, d in zip(points.weight, counting.row_divisors(points), strict=True)
    ]
    for small in (10**9, -1):
        counting.SMALL_ROWS = small
        found = count_shares(points, label, row_parts(points))
        for c, of_cluster in enumerate(found.clusters[:, 0]):
            assert of_cluster == float(sum(p for p, at in zip(part, place, strict=True) if at == c))
        assert found.noise[0] == float(sum(p for p, at in zip(part, place, strict=True) if at < 0))
        assert found.world[0] == float(sum(part))
        sites = site_weights(points, row_weights(points))
        for s, whole in enumerate(sites.wholes()):
            expected = sum(
                as_fraction(w) for w, at in zip(points.weight, points.site, strict=True) if at == s
            )
            assert Fraction(whole, sites.unit) == expected
    counting.SMALL_ROWS = 200_000


@given(st.lists(weights, min_size=3, max_size=40), st.integers(0, 2**32 - 1), st.booleans())
@fast
def test_clusters_of_any_weights_are_those_of_the_definition(
    values: list[float], seed: int, met: bool
) -> None:
    rng = np.random.default_rng(seed)
    n = len(values)
    lat, lon = rng.uniform(0, 0.6, n).round(2), rng.uniform(0, 0.6, n).round(2)
    near = distance_km(lat[:, None], lon[:, None], lat, lon) <= 15.0
    weight = [as_fraction(v) for v in values]
    around = [sum((weight[j] for j in np.flatnonzero(row)), Fraction(0)) for row in near]
    distinct, place = np.unique(values, return_inverse=True)
    amounts = amounts_of(read_ratios(distinct), n).take(place)
    for target in (around[int(rng.integers(n))], sum(weight, Fraction(0)) / 3):
        threshold = max(1, -(-target.numerator * amounts.unit // target.denominator) + (not met))
        core = [w * amounts.unit >= threshold for w in around]
        labels = set()
        for engine in ENGINES:
            found, cores = dbscan_sites(
                lat, lon, amounts, 15.0, threshold, "nearest", engine=engine
            )
            assert cores.tolist() == core
            labels.add(tuple(found.tolist()))
        assert len(labels) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_clusters_are_numbered_by_exact_weights(engine: Engine) -> None:
    """Three thirds weigh what one weighs: the one in the south comes first; with a hair more the one in the north."""
    lat, lon = np.array([50.0, 50.0, 50.0, -50.0, 0.0]), np.zeros(5)
    third = 1 / 3
    equal = dbscan(
        lat, lon, min_weight=0.5, weight=[third, third, third, 1.0, 1e12 + 0.1], engine=engine
    )
    assert equal.labels.tolist() == [2, 2, 2, 1, 0]
    more = dbscan(
        lat,
        lon,
        min_weight=0.5,
        weight=[third, third, third + 1e-15, 1.0, 1e12 + 0.1],
        engine=engine,
    )
    assert more.labels.tolist() == [1, 1, 1, 2, 0]


def test_an_unrelated_row_changes_nothing(counted: str) -> None:
    del counted
    rows = {
        "record_id": [1, 2, 3],
        "kind": ["patent"] * 3,
        "lat": [22.5] * 3,
        "lon": [114.0] * 3,
        "weight": [1 / 3] * 3,
    }
    for other in (np.pi, 1e12, 1e-12, 0.1, 1 / 7):
        more = {
            "record_id": [4],
            "kind": ["patent"],
            "lat": [-40.0],
            "lon": [175.0],
            "weight": [other],
        }
        table = pa.concat_tables([pa.table(rows), pa.table(more)])
        run = find_clusters(read_points(table), Options(min_weight=1.0, method="gii2017"))
        assert run.cluster_of_site[0] >= 0
        assert run.counts.clusters[run.cluster_of_site[0], 0] == 1.0


def test_a_quarter_of_a_million_lognormal_weights_are_counted_like_fractions() -> None:
    rng = np.random.default_rng(5)
    values = rng.lognormal(0, 1.5, 250_000)
    points = points_of(values.tolist(), 1, 7)
    run = find_clusters(points, Options(min_weight=5.0, method="gii2017", radius_km=15))
    expected = sorted(
        (float(sum(Fraction(v) for v in values[s::7])) for s in range(7)), reverse=True
    )
    np.testing.assert_array_equal(run.counts.clusters[:, 0], expected)
    assert run.rank.tolist() == [1, 2, 3, 4, 5, 6, 7]
    fields = count_fields(run)
    assert fields is not None
    for cluster in range(7):
        assert fields.count[fields.cluster == cluster].sum() == pytest.approx(
            expected[cluster], rel=1e-14
        )


def test_sums_that_differ_stop_the_run(counted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if digits were made too long: then sums overflow, and nothing is said rather than something wrong."""
    del counted
    points = points_of([1.4, 2.7, 3.1] * 100, 1, 3)
    label = np.arange(3, dtype=np.int32)
    monkeypatch.setattr("ceyuan.clusters.amounts.SPARE_BITS", -9)
    monkeypatch.setattr(
        "ceyuan.clusters.counting.read_ratios", lambda v: [(int(x * 2**60), 2**60) for x in v]
    )
    with pytest.raises(CeyuanError) as caught:
        count_shares(points, label, row_parts(points))
    assert caught.value.problems[0].code == "cluster-sums-differ"
    negative = amounts_of([(1, 1)], 1)
    with pytest.raises(CeyuanError, match="do not add up"):
        check_sums(negative.with_sums(np.array([[-1], [2]])), 1, "these")


@pytest.mark.parametrize("column", ["weight", "citations"])
def test_weights_that_no_sum_can_hold_are_refused(column: str) -> None:
    table = pa.table(
        {
            "record_id": [1, 2],
            "kind": ["patent"] * 2,
            "lat": [10.0] * 2,
            "lon": [1.0] * 2,
            column: [1e308] * 2,
        }
    )
    with pytest.raises(CeyuanError, match=r"1e\+308 is beyond 1e\+100"):
        read_points(table, counting="citations" if column == "citations" else "records")
    with pytest.raises(CeyuanError, match=r"4.94066e-324 is below 1e-100"):
        dbscan([1.0, 2.0], [1.0, 2.0], min_weight=1, weight=[0.0, 5e-324])
    with pytest.raises(CeyuanError, match="beyond"):
        dbscan([1.0], [1.0], weight=[1e101])
