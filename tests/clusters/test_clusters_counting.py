"""Shares conserve the records; ties, edges and joins are what a plain count says; both ways of counting agree."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.clusters import counting, full
from ceyuan.clusters.amounts import ones
from ceyuan.clusters.counting import count_all, count_shares, row_parts, row_weights, site_weights
from ceyuan.clusters.edges import near_edges
from ceyuan.clusters.fit import fit_sites
from ceyuan.clusters.full import count_full, full_counts
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.merge import MergeRule, merge, parse_rule
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import Options, find_clusters
from ceyuan.clusters.ties import Ties
from ceyuan.errors import CeyuanError

Row = tuple[int, str, int, int, float]  # record, kind, contributor, place (-1: unlocated), weight
rows_of = st.lists(
    st.tuples(
        st.integers(0, 8), st.sampled_from(["patent", "publication"]), st.integers(0, 5), st.integers(-1, 9),
        st.sampled_from([0.5, 1.0, 2.0]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip
fast = settings(max_examples=120, deadline=None, derandomize=True)


def table(rows: list[Row], *, contributors: bool, weights: bool) -> PointTable:
    data: dict[str, list[object]] = {
        "record_id": [r[0] for r in rows] + [99],
        "kind": [r[1] for r in rows] + ["patent"],
        "lat": [None if r[3] < 0 else float(r[3] + 2) for r in rows]
        + [50.0],  # one located row in any case
        "lon": [1.0] * len(rows) + [1.0],
    }
    if contributors:
        data["contributor_id"] = [f"c{r[2]}" for r in rows] + ["x"]
    if weights:
        data["weight"] = [r[4] for r in rows] + [1.0]
    return read_points(pa.table(data))


def by_definition(
    points: PointTable, label: np.ndarray, *, contributors: bool
) -> dict[tuple[int, int], Fraction]:
    """Fractional counts with fractions, by (cluster, kind); cluster −1 is noise, −2 unlocated."""
    found: dict[tuple[int, int], Fraction] = {}
    for a, b in zip(points.start[:-1], points.start[1:], strict=True):
        members: dict[int, list[int]] = {}
        for i in range(a, b):
            who = (
                int(points.contributor[i]) if contributors and points.contributor is not None else i
            )
            members.setdefault(who, []).append(i)
        for rows in members.values():
            located = [i for i in rows if points.site[i] >= 0] or rows
            for i in located:
                place = -2 if points.site[i] < 0 else int(label[points.site[i]])
                weight = Fraction(1) if points.weight is None else Fraction(float(points.weight[i]))
                key = (place, int(points.kind[i]))
                found[key] = found.get(key, Fraction(0)) + weight / len(members) / len(located)
    return found


@fast
@given(rows_of, st.booleans(), st.booleans())
def test_fractional_counts_follow_the_definition_and_conserve_records(
    rows: list[Row], contributors: bool, weights: bool
) -> None:
    points = table(rows, contributors=contributors, weights=weights)
    label = (np.arange(points.lat.size) % 3 - 1).astype(np.int32)
    expected = by_definition(points, label, contributors=contributors)
    kinds = range(len(points.kinds))
    for small in (10**9, -1):
        counting.SMALL_ROWS = small
        found = count_shares(points, label, row_parts(points))
        clusters = len(found.clusters)
        for c in range(clusters):
            np.testing.assert_allclose(
                found.clusters[c], [float(expected.get((c, k), 0)) for k in kinds], atol=1e-9
            )
        np.testing.assert_allclose(
            found.noise, [float(expected.get((-1, k), 0)) for k in kinds], atol=1e-9
        )
        np.testing.assert_allclose(
            found.unlocated, [float(expected.get((-2, k), 0)) for k in kinds], atol=1e-9
        )
        world = [float(sum(v for (_, kind), v in expected.items() if kind == k)) for k in kinds]
        np.testing.assert_allclose(found.world, world, rtol=1e-12, atol=1e-12)
    counting.SMALL_ROWS = 200_000


def test_seventeen_contributors_leave_no_remainder() -> None:
    points = table(
        [(0, "patent", i, i % 10, 1.0) for i in range(17)], contributors=False, weights=False
    )
    label = np.zeros(points.lat.size, np.int32)
    found = count_shares(points, label, row_parts(points))
    assert found.clusters[0, 0] == 2.0


@pytest.mark.parametrize("contributors", [False, True])
def test_many_rows_are_counted_the_same_compiled_over_any_threads(
    contributors: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(8)
    # more contributors than parts are kept ready for
    sizes = [
        *rng.integers(1, 9, 600).tolist(),
        1,
        1500,
        300,
        2,
    ]
    rows: list[Row] = [
        (
            100 + r,
            ["patent", "publication"][r % 2],
            int(rng.integers(0, 2000)),
            int(rng.integers(-1, 40)),
            1.0,
        )
        for r, size in enumerate(sizes)
        for _ in range(size)
    ]
    points = table(rows, contributors=contributors, weights=False)
    label = (np.arange(points.lat.size) % 7 - 1).astype(np.int32)
    plain, ties = count_all(points, label, row_parts(points))
    monkeypatch.setattr(counting, "SMALL_ROWS", -1)
    for threads in (1, 2, 5):
        found, tied = count_all(points, label, row_parts(points), threads)
        for name in ("clusters", "noise", "unlocated", "world"):
            assert (getattr(found, name) == getattr(plain, name)).all()
        assert (tied.records == ties.records).all()
        assert (tied.touching == ties.touching).all()


def test_a_record_of_n_gives_each_a_share_of_one_nth_and_the_unlocated_keep_theirs() -> None:
    points = table([(0, "patent", 0, 1, 1.0), (0, "patent", 1, 2, 1.0), (0, "patent", 2, -1, 1.0)], contributors=False,
                   weights=False)  # fmt: skip
    found = count_shares(points, np.array([0, 1, -1], np.int32), row_parts(points))
    np.testing.assert_allclose(found.clusters[:, 0], [1 / 3, 1 / 3])
    np.testing.assert_allclose([found.unlocated[0], found.noise[0]], [1 / 3, 1.0])


@fast
@given(rows_of)
def test_ties_are_records_in_both_clusters(rows: list[Row]) -> None:
    points = table(rows, contributors=False, weights=False)
    label = (np.arange(points.lat.size) % 4 - 1).astype(np.int32)
    expected: dict[tuple[int, int], int] = {}
    touching = [0] * (int(label.max()) + 1)
    for a, b in zip(points.start[:-1], points.start[1:], strict=True):
        inside = sorted({int(label[s]) for s in points.site[a:b] if s >= 0 and label[s] >= 0})
        for c in inside:
            touching[c] += 1
        for pair in combinations(inside, 2):
            expected[pair] = expected.get(pair, 0) + 1
    for small in (10**9, -1):
        counting.SMALL_ROWS = small
        _, found = count_all(points, label, row_parts(points))
        pairs = zip(found.a.tolist(), found.b.tolist(), strict=True)
        assert dict(zip(pairs, found.records.tolist(), strict=True)) == expected
        assert found.touching.tolist() == touching
    counting.SMALL_ROWS = 200_000


def test_the_weight_of_a_site_is_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    points = table(
        [(i, "patent", 0, i % 5 - 1, 0.5) for i in range(30)], contributors=False, weights=True
    )
    plain = site_weights(points, row_weights(points))
    monkeypatch.setattr(counting, "SMALL_ROWS", -1)
    assert site_weights(points, row_weights(points), threads=3).wholes() == plain.wholes()


def test_edge_distances_are_the_least_of_all_pairs_both_ways() -> None:
    rng = np.random.default_rng(2)
    pairs = 0
    for _ in range(12):
        n = 1500
        lat, lon = rng.uniform(0, 1.5, n), (rng.uniform(179.2, 180.8, n) + 180) % 360 - 180
        fits = [
            fit_sites(lat, lon, ones(n), 4.0, 5, "nearest", engine=engine)
            for engine in ("compiled", "numpy")
        ]
        for limit in (3.0, 4.0, 11.0):
            trees, matrix = (near_edges(fit, limit) for fit in fits)
            assert (trees.a == matrix.a).all()
            assert (trees.b == matrix.b).all()
            np.testing.assert_allclose(trees.km, matrix.km, rtol=1e-9)
            pairs += trees.a.size
        label = fits[0].labels
        for a, b, km in zip(matrix.a[:20], matrix.b[:20], matrix.km[:20], strict=True):
            i, j = np.flatnonzero(label == a), np.flatnonzero(label == b)
            least = distance_km(lat[i][:, None], lon[i][:, None], lat[j], lon[j]).min()
            assert km == pytest.approx(least, rel=1e-6)
    assert pairs > 500


def test_joining_follows_the_named_rule() -> None:
    from ceyuan.clusters.edges import Edges  # noqa: PLC0415

    # 0 and 1 are each other's strongest; 2 is tied to 1 most, but 1 is not tied to 2 most; 3 is far away.
    tied = Ties(
        np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([50, 20, 10]), np.array([90, 90, 90, 90])
    )
    edges = Edges(np.array([0, 1]), np.array([1, 2]), np.array([2.0, 4.9]))
    assert merge(4, edges, tied, parse_rule("none")).tolist() == [0, 1, 2, 3]
    assert merge(4, edges, tied, parse_rule("mutual")).tolist() == [0, 0, 1, 2]
    assert merge(4, edges, tied, parse_rule("mutual", km=1.0)).tolist() == [0, 1, 2, 3]
    # 20 of 30 ties of cluster 2
    assert merge(4, edges, tied, parse_rule("share=0.6")).tolist() == [
        0,
        0,
        0,
        1,
    ]
    assert merge(4, edges, tied, MergeRule("share", 5.0, 0.7)).tolist() == [0, 0, 1, 2]
    for bad in ("most", "share", "share=2", "share=x"):
        with pytest.raises(CeyuanError, match="there is no merge rule"):
            parse_rule(bad)


@given(rows_of, st.lists(st.integers(0, 3), min_size=1, max_size=5), st.booleans())
@fast
def test_full_counts_are_records_with_a_row_in_the_cluster(
    rows: list[Row], often: list[int], drawn: bool
) -> None:
    points = table(rows, contributors=True, weights=True)
    cluster = (np.arange(points.lat.size) % 4 - 1).astype(np.int32)
    times = np.resize(np.array(often, np.int64), points.n_records) if drawn else None
    wanted = np.zeros((3, len(points.kinds)), np.int64)
    world = np.zeros(len(points.kinds), np.int64)
    for record, (a, b) in enumerate(zip(points.start[:-1], points.start[1:], strict=True)):
        n = 1 if times is None else int(times[record])
        world[points.kind[a]] += n
        for to in {int(cluster[s]) for s in points.site[a:b] if s >= 0} - {-1}:
            wanted[to, points.kind[a]] += n
    for small in (10**9, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(full, "SMALL_ROWS", small)
            found, every = full_counts(points, cluster, 3, 2, times)
            assert found.tolist() == wanted.tolist()
            assert every.tolist() == world.tolist()


def test_a_record_of_two_clusters_counts_in_full_in_each_and_once_where_they_are_joined() -> None:
    """Two places 20 km apart, one record shared between them, one of the first alone."""
    data = {
        "record_id": [1, 1, 1, 2],
        "kind": ["patent"] * 4,
        "lat": [10.0, 10.0, 10.18, 10.0],
        "lon": [1.0] * 4,
    }
    points = read_points(pa.table(data))
    apart = find_clusters(
        points, Options(radius_km=15, min_weight=1, method="gii2017", merge=parse_rule("none", 0))
    )
    assert sorted(count_full(apart).clusters[:, 0].tolist()) == [1, 2]
    assert count_full(apart).world.tolist()[0] == 2
    joined = find_clusters(
        points,
        Options(radius_km=15, min_weight=1, method="gii2017", merge=parse_rule("mutual", 50)),
    )
    assert count_full(joined).clusters[:, 0].tolist() == [2]
    assert count_full(joined).rank.tolist() == [1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), max_size=12))
@fast
def test_the_strongest_tie_is_the_one_with_most_records_of_equals_the_first(
    pairs: list[tuple[int, int, int]],
) -> None:
    found = {(min(a, b), max(a, b)): n for a, b, n in pairs if a != b}
    a, b = (np.array([pair[end] for pair in found], np.int64) for end in (0, 1))
    ties = Ties(a, b, np.array(list(found.values()), np.int64), np.zeros(6, np.int64))
    wanted = []
    for one in range(6):
        own = [(-n, y if one == x else x) for (x, y), n in found.items() if n and one in (x, y)]
        wanted.append(min(own)[1] if own else -1)
    assert ties.strongest().tolist() == wanted
