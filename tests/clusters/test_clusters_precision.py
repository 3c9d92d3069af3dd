"""Positions are as uncertain as their class of precision says, and nothing about a class is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.robustness.scatter import Scattered
from ceyuan.clusters.robustness.scenarios import moved, site_errors
from ceyuan.clusters.robustness.study import StudyPlan, study
from ceyuan.clusters.run import Options, find_clusters
from ceyuan.errors import CeyuanError

KM = {"street": 0.3, "City": 8.0}


def rows(precision: list[str | None], **more: list[object]) -> pa.Table:
    n = len(precision)
    made = {
        "record_id": list(range(n)),
        "kind": ["patent"] * n,
        "lat": [5.0 + i for i in range(n)],
        "lon": [1.0] * n,
    }
    return pa.table({**made, "precision": pa.array(precision, pa.string()), **more})


def read(table: pa.Table, **options: object) -> PointTable:
    return read_points(table, precision=KM, **options)  # type: ignore[arg-type]


def test_a_class_is_what_was_declared_a_number_is_km_and_nothing_stays_unknown() -> None:
    points = read(rows(["STREET", " city ", "2.5", "", None]))
    assert points.error_km is not None
    assert points.error_km[np.argsort(points.lat)].tolist()[:3] == [0.3, 8.0, 2.5]
    assert np.isnan(points.error_km[np.argsort(points.lat)][3:]).all()
    errors = site_errors(points, 1.0) * 6371.0088
    assert np.sort(errors) == pytest.approx([0.3, 1.0, 1.0, 2.5, 8.0])


def test_rows_of_one_place_share_the_root_of_their_mean_square_by_weight() -> None:
    table = rows(["street", "city", "city", None], lat=[5.0] * 4, weight=[1.0, 3.0, 0.0, 9.0])
    points = read(table)
    assert points.error_km is not None
    assert points.error_km.tolist() == pytest.approx([np.sqrt((0.3**2 + 3 * 8.0**2) / 4)])


@pytest.mark.parametrize("left_out", ["year", "weight"])
def test_rows_that_do_not_count_have_no_say(left_out: str) -> None:
    values: dict[str, list[object]] = {"year": [2020, 2020, 1999], "weight": [1, 1, -1]}
    table = rows(["street", "street", "city"], lat=[5.0] * 3, **{left_out: values[left_out]})
    points = read(table, years=(2019, 2021) if left_out == "year" else None)
    assert points.error_km is not None
    assert points.error_km.tolist() == pytest.approx([0.3])


def test_every_class_without_a_distance_is_named_with_what_it_may_mean() -> None:
    with pytest.raises(CeyuanError) as caught:
        read(rows(["street", "town", "citty", "-3"]))
    assert [(p.code, p.message.split()[-1]) for p in caught.value.problems] == [
        ("cluster-bad-option", "'-3'"),
        ("cluster-bad-option", "'citty'"),
        ("cluster-bad-option", "'town'"),
    ]
    assert "city" in (caught.value.problems[1].hint or "")


def test_distances_without_a_column_are_refused_and_a_column_without_distances_is_not_read() -> (
    None
):
    table = rows(["town", "street"])
    with pytest.raises(CeyuanError, match="no input has such a column"):
        read(table.drop_columns(["precision"]))
    assert read_points(table).error_km is None


def test_exact_places_stay_and_vague_ones_move_by_their_distance() -> None:
    n = 20_000
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(-60, 60, n), rng.uniform(-170, 170, n)
    table = pa.table(
        {
            "record_id": np.arange(n),
            "kind": ["deal"] * n,
            "lat": lat,
            "lon": lon,
            "precision": np.where(np.arange(n) % 2, "0", "8"),
        }
    )
    points = read_points(table, precision={}, doubtful="keep")
    moves = rng.normal(0.0, 1.0, (n, 2)) * site_errors(points, 1.0)[:, np.newaxis]
    km = distance_km(points.lat, points.lon, *moved(points.lat, points.lon, moves))
    assert points.error_km is not None
    assert km[points.error_km == 0].max() < 1e-6
    assert np.sqrt((km[points.error_km == 8] ** 2).mean() / 2) == pytest.approx(8.0, rel=0.02)


def two_towns(precision: tuple[str, str]) -> pa.Table:
    """Two towns of 60 records at 12 places that lie within 6 km: 15 km of radius reach all of them."""
    n = 120
    town, place = np.arange(n) // 60, np.arange(n) % 12
    return pa.table(
        {
            "record_id": np.arange(n),
            "kind": ["patent"] * n,
            "lat": np.array([22.5, 48.0])[town] + 0.005 * place,
            "lon": np.array([114.0, 11.0])[town],
            "precision": np.array(precision)[town],
        }
    )


def test_a_cluster_of_exact_positions_is_surer_than_one_of_vague_ones() -> None:
    run = find_clusters(
        read_points(two_towns(("street", "city")), precision={"street": 0.1, "city": 30.0}),
        Options(min_weight=55, method="gii2017"),
    )
    south = int(np.argmin([run.points.lat[run.cluster_of_site == c].mean() for c in (0, 1)]))
    plan = StudyPlan(replications=80, error_km=1.0, radius_factors=(1.0,), threshold_factors=(1.0,))
    blurred = study(run, plan, lambda _: None).families["blur"].summary("gii2017")["p_exists"]
    assert blurred[south] == 1.0
    assert blurred[1 - south] < 0.5


def test_a_crowd_on_a_centre_is_spread_where_its_rows_are_off_each_by_itself() -> None:
    """Moved as one it stays as dense as a heap; each row by itself it is as thin as the geocoder left us to guess."""
    n = 200
    table = pa.table({
        "record_id": np.arange(n), "kind": ["patent"] * n, "lat": [22.54] * n, "lon": [114.06] * n,
        "precision": ["street"] * 100 + ["city"] * 100,
    })  # fmt: skip
    plan = StudyPlan(replications=80, error_km=1.0, radius_factors=(1.0,), threshold_factors=(1.0,))

    def exists(**independent: list[str]) -> float:
        points = read_points(table, precision={"street": 0.1, "city": 30.0}, **independent)
        run = find_clusters(points, Options(radius_km=5, min_weight=150, method="gii2017"))
        return float(
            study(run, plan, lambda _: None).families["blur"].summary("gii2017")["p_exists"][0]
        )

    assert exists() == 1.0
    assert exists(independent=["city"]) == 0.0


def test_spread_rows_lie_around_their_place_with_their_distance() -> None:
    n = 4000
    table = rows(
        ["city"] * n, lat=[48.0] * n, lon=[11.0] * n, weight=[float(i % 3) for i in range(n)]
    )
    points = read(table, independent=["CITY"])
    run = find_clusters(points, Options(min_weight=10, method="gii2017"))
    apart = Scattered.of(run)
    assert (apart.sites, apart.run.points.lat.size, apart.run.weight.total()) == (
        1,
        n,
        run.weight.total(),
    )
    errors = site_errors(apart.run.points, 1.0)
    moves = np.random.default_rng(2).normal(0.0, 1.0, (n, 2)) * errors[:, np.newaxis]
    km = distance_km(
        apart.run.points.lat,
        apart.run.points.lon,
        *moved(apart.run.points.lat, apart.run.points.lon, moves),
    )
    assert np.sqrt((km**2).mean() / 2) == pytest.approx(8.0, rel=0.03)
    # those that weigh 2 outweigh those that weigh 1
    votes = np.where(np.arange(n) % 3 == 2, 1, 0).astype(np.int32)
    assert apart.gathered(votes, apart.run.weight.floats()).tolist() == [1]


def test_an_independent_class_without_a_distance_is_refused() -> None:
    with pytest.raises(CeyuanError, match="citty"):
        read(rows(["city"]), independent=["citty"])


def test_the_command_takes_distances_and_refuses_what_is_none(tmp_path: Path) -> None:
    table = two_towns(("street", "city"))
    path = tmp_path / "p.csv"
    table.to_pandas().to_csv(path, index=False)
    shared = [str(path), "--min-weight", "55", "--cities", "none", "--out", str(tmp_path / "o")]
    study_ = ["--robustness", "--replications", "4", "--precision", "street=0.1"]
    refused = CliRunner().invoke(cli, ["clusters", *shared, *study_, "--precision", "city=far"])
    assert refused.exit_code != 0
    assert "cluster-bad-option" in str(refused.exception)
    assert "class=km" in str(refused.exception)
    done = CliRunner().invoke(
        cli, ["clusters", *shared, *study_, "--precision", "CITY=30"], catch_exceptions=False
    )
    assert done.exit_code == 0
    told = json.loads((tmp_path / "o/manifest.json").read_text(encoding="utf-8"))["precision"]
    assert told == {"sites": 24, "with_precision": 24, "rows_by_themselves": 0, "largest_km": 30.0}
    both = CliRunner().invoke(
        cli, ["clusters", *shared, *study_, "--precision", "city=30", "--independent", "city"]
    )
    assert both.exit_code == 0
    told = json.loads((tmp_path / "o/manifest.json").read_text(encoding="utf-8"))["precision"]
    assert told == {"sites": 24, "with_precision": 12, "rows_by_themselves": 60, "largest_km": 30.0}
