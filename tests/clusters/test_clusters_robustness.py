"""Scenarios are what they say, clusters are found again in them, and the tallies add up."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from point_families import FAMILIES, make_case

from ceyuan.cli import cli
from ceyuan.clusters.amounts import integers
from ceyuan.clusters.dbscan import dbscan_sites
from ceyuan.clusters.describe import describe
from ceyuan.clusters.distinct import distinct_small
from ceyuan.clusters.full import count_full
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.merge import MergeRule
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.ranking import METHODS
from ceyuan.clusters.robustness import scenarios
from ceyuan.clusters.robustness.base import FULL, RULES, Base, outcome_of
from ceyuan.clusters.robustness.match import counterparts, heirs, join_like, overlap
from ceyuan.clusters.robustness.report import first_rows, statement
from ceyuan.clusters.robustness.scenarios import blur, bootstrap, combined, draw_times, moved, sweep
from ceyuan.clusters.robustness.study import StudyPlan, study, weigh_metrics
from ceyuan.clusters.robustness.tally import Votes, quantiles
from ceyuan.clusters.run import ClusterRun, Options, cluster_points, find_clusters
from ceyuan.errors import CeyuanError


def world(n: int = 1200, seed: int = 3, twins: bool = False) -> ClusterRun:
    """Three cities with patents and publications; the first leads by far unless the first two are twins."""
    rng = np.random.default_rng(seed)
    city = rng.choice(3, n, p=[0.4, 0.4, 0.2] if twins else [0.6, 0.3, 0.1])
    table = {
        "record_id": np.arange(n),
        "kind": rng.choice(["patent", "publication"], n),
        "lat": np.array([22.5, 35.6, 179.0 / 4])[city] + np.round(rng.normal(0, 0.03, n), 2),
        "lon": np.array([114.0, 139.7, -179.99])[city] + np.round(rng.uniform(0, 0.03, n), 2),
    }
    return find_clusters(read_points(pa.table(table)), Options(min_weight=40, method="gii2018"))


@pytest.mark.parametrize("family", [f for f in FAMILIES if f not in ("minute", "duplicates")])
def test_a_sweep_equals_single_fits(family: str) -> None:
    for seed in range(6):
        case = make_case(family, seed, most=700)
        found = distinct_small(case.lat, case.lon)
        weight = integers(case.weight).add_up(found.site, found.lat.size)
        radii = [case.radius_km * f for f in (0.7, 1.0, 1.3, 2.0)]
        steps = sorted({max(1, int(case.min_weight * f)) for f in (0.3, 0.8, 1.0, 1.5, 3.0)})
        seen = 0
        for got in sweep(found.lat, found.lon, weight, radii, steps):
            label = np.empty_like(got.label)
            label[got.order] = got.label
            expected, _ = dbscan_sites(
                found.lat,
                found.lon,
                weight,
                got.radius_km,
                got.threshold,
                "nearest",
                engine="compiled",
            )
            assert (label == expected).all(), (family, seed, got.radius_km, got.threshold)
            seen += 1
        assert seen == len(radii) * len(steps)


def test_an_unchanged_scenario_changes_nothing() -> None:
    run = world()
    outcome = outcome_of(Base.of(run), run.fit.labels)
    assert outcome.exists.all()
    assert (outcome.matched == run.cluster_of_site).all()
    assert (outcome.rank[RULES.index("gii2018")] == run.rank).all()
    assert (outcome.rank[-1] == count_full(run).rank).all()


def test_counterparts_are_found_one_to_one() -> None:
    rng = np.random.default_rng(9)
    for _ in range(200):
        a, b = rng.integers(-1, 5, 60).astype(np.int32), rng.integers(-1, 5, 60).astype(np.int32)
        b = np.where(rng.random(60) < rng.random(), a, b)
        weight = rng.integers(1, 9, 60).astype(float)
        shared = overlap(a, b, weight)
        same = counterparts(shared)
        taken = same[same >= 0]
        assert len(set(taken.tolist())) == taken.size
        for i, j in enumerate(same.tolist()):
            both, either = weight[(a == i) & (b == j)].sum(), weight[(a == i) | (b == j)].sum()
            assert j < 0 or both >= either / 2
        best, heir = heirs(shared)
        for i, j in enumerate(heir.tolist()):
            assert j < 0 or best[j] == i


def test_what_the_run_joined_is_joined_in_a_scenario_too() -> None:
    a = np.array([0, 0, 0, 1, 1, 2, 2], np.int32)
    # label 0 falls apart into 2 and a crumb; 1 and 2 stay
    b = np.array([2, 2, 0, 1, 1, 3, -1], np.int32)
    joined = join_like(np.array([0, 0, 1], np.int32), overlap(a, b, np.ones(7)))
    assert joined[1] == joined[2]
    assert len({joined[0], joined[1], joined[3]}) == 3


def test_bootstrap_draws_whole_records_reproducibly() -> None:
    run = world()
    first, again = (list(bootstrap(run, 3, seed=5)) for _ in range(2))
    for x, y in zip(first, again, strict=True):
        assert (x.label == y.label).all()
        assert (x.weight == y.weight).all()
        # one contributor a record here: weights are counts of records
        assert x.weight.sum() == x.world.sum()
        assert (x.fraction.sum(axis=1) == x.weight).all()
    assert not (first[0].weight == first[1].weight).all()
    assert np.mean([x.world.sum() for x in bootstrap(run, 40, seed=1)]) == pytest.approx(
        1200, rel=0.02
    )


def test_a_sample_of_contributors_takes_all_their_records_or_none() -> None:
    rows = {
        "record_id": range(300),
        "kind": ["patent"] * 300,
        "lat": [22.5] * 300,
        "lon": [114.0] * 300,
    }
    who = [f"c{i % 7}" if i < 280 else None for i in range(300)]
    points = read_points(pa.table({**rows, "contributor_id": pa.array(who, pa.string())}))
    assert points.contributor is not None
    first = points.contributor[points.start[:-1]]
    spread, alone = [], set()
    for seed in range(200):
        times = draw_times(points, np.random.default_rng(seed), blocks=True)
        for one in range(7):
            assert len(set(times[first == one].tolist())) == 1
        alone |= set(times[first < 0].tolist())
        spread.append(times.sum())
    assert len(alone) > 2  # records without a contributor are drawn one by one
    # Seven blocks of 40 records, each Poisson(1) times, and 20 single ones: variance 7 · 40² + 20.
    assert np.var(spread) == pytest.approx(7 * 40**2 + 20, rel=0.3)
    assert np.mean(spread) == pytest.approx(300, rel=0.1)


def test_a_combined_draw_is_the_run_where_nothing_is_varied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = world()
    monkeypatch.setattr(
        scenarios, "draw_times", lambda points, *_, **__: np.ones(points.n_records, np.int64)
    )
    plan = StudyPlan(error_km=1e-9, radius_factors=(1.0,), threshold_factors=(1.0,))
    for sample, setting in combined(run, plan, 2, seed=1):
        assert (sample.label == run.fit.labels).all()
        assert setting == {"radius_km": 15.0, "min_weight": 40.0}
        assert (sample.world == run.counts.world).all()
        assert sample.joined is not None
        pairs = set(zip(sample.joined.tolist(), run.cluster_of_label.tolist(), strict=True))
        assert len(pairs) == run.n_clusters  # the same groups, under other numbers


def test_joins_are_decided_anew_in_combined_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two near regions are joined by the records that they share: in a draw without these they are apart."""
    km = 1 / 111.195
    rows = [("patent", f"a{i}", 10.0, 20.0 + i * 1e-4) for i in range(40)]
    rows += [("patent", f"b{i}", 10.0 + 18 * km, 20.0 + i * 1e-4) for i in range(40)]
    shared = [("patent", f"s{i}", lat, 20.0) for i in range(5) for lat in (10.0, 10.0 + 18 * km)]
    table = pd.DataFrame([*rows, *shared], columns=["kind", "record_id", "lat", "lon"])
    options = Options(min_weight=40, method="gii2017", merge=MergeRule("mutual", 20.0))
    run = cluster_points(table, options=options)
    assert run.n_clusters == 1
    record = run.points.record_of_row()
    twice = np.flatnonzero(np.bincount(record) == 2)
    plan = StudyPlan(error_km=1e-9, radius_factors=(1.0,), threshold_factors=(1.0,))
    for often, clusters in ((1, 1), (0, 2)):
        times = np.ones(run.points.n_records, np.int64)
        times[twice] = often
        monkeypatch.setattr(scenarios, "draw_times", lambda *_, times=times, **__: times)
        for sample, _ in combined(run, plan, 1, seed=1):
            assert sample.joined is not None
            assert len(set(sample.joined.tolist())) == clusters


def test_a_ranking_of_ones_own_is_put_to_the_test_beside_the_editions() -> None:
    run = world()
    own = find_clusters(run.points, replace(run.options, method="publication=3, patent=1"))
    shares = own.shares
    kinds = list(own.counts.kinds)
    expected = 1.5 * shares[:, kinds.index("publication")] + 0.5 * shares[:, kinds.index("patent")]
    np.testing.assert_allclose(own.score, expected)
    found = study(
        own,
        StudyPlan(replications=4, radius_factors=(1.0,), threshold_factors=(1.0,)),
        lambda _: None,
    )
    assert found.families["combined"].rules == (*RULES, "publication=3, patent=1", FULL)
    assert (found.families["sweep"].rank[0, 3] == own.rank).all()
    rows = first_rows(describe(own), found, own)
    assert {row["method"] for row in rows} == {*METHODS, "publication=3, patent=1", FULL}


def test_a_site_without_records_in_a_sample_connects_nothing() -> None:
    """Two dense places and one record between them: in samples without that record they are apart."""
    step = 10 / 111.195
    lat = [0.0] * 40 + [step] + [2 * step] * 40
    table = pa.table(
        {"record_id": range(81), "kind": ["patent"] * 81, "lat": lat, "lon": [10.0] * 81}
    )
    options = Options(radius_km=11, min_weight=20, method="gii2017", merge=MergeRule("none"))
    run = find_clusters(read_points(table), options)
    assert run.n_clusters == 1
    for sample in bootstrap(run, 30, seed=2):
        middle = sample.weight[np.argsort(run.points.lat)[1]]
        assert sample.label.max() == (0 if middle else 1)


def test_blur_moves_places_by_the_stated_distance() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-89, 89, 20_000), rng.uniform(-180, 180, 20_000)
    a, o = moved(lat, lon, rng.normal(0, 2.0 / 6371.0088, (20_000, 2)))
    km = distance_km(lat, lon, a, o)
    assert np.sqrt((km**2).mean() / 2) == pytest.approx(2.0, rel=0.02)
    run = world()
    for label in blur(run, 1e-9, 2, seed=1):
        assert (label == run.fit.labels).all()


def lone_and_shared(shared: int = 60) -> pd.DataFrame:
    """Two cities: 100 records of one inventor in the first; in the second 40 such, and more with nine inventors at sea."""
    rows = [(f"a{i}", 10.0, 20.0 + i % 7 * 1e-3) for i in range(100)]
    rows += [(f"b{i}", 30.0, 40.0 + i % 7 * 1e-3) for i in range(40)]
    far = [(-40.0 - k, -20.0 - k) for k in range(9)]
    rows += [(f"s{i}", *at) for i in range(shared) for at in [(30.0, 40.0 + i % 7 * 1e-3), *far]]
    return pd.DataFrame(rows, columns=["record_id", "lat", "lon"]).assign(kind="patent")


def test_full_counts_are_put_to_the_test_as_fractional_ones_are() -> None:
    """By fractions the city of lone inventors leads, by full counts the one that has a part in most records."""
    options = Options(min_weight=90, method="gii2017", merge=MergeRule("none"))
    run = cluster_points(lone_and_shared(70), options=options)
    assert run.n_clusters == 2
    assert (run.rank.tolist(), count_full(run).rank.tolist()) == ([1, 2], [2, 1])
    plan = StudyPlan(40, radius_factors=(0.9, 1.0), threshold_factors=(0.9, 1.0), error_km=0.1)
    found = study(run, plan, lambda _: None)
    for name in ("sweep", "bootstrap", "blur", "weights"):
        by_fractions = found.families[name].summary("gii2017")["p_first"]
        by_full = found.families[name].summary(FULL)["p_first"]
        assert by_fractions[0] > 0.9, name
        assert by_full[1] > 0.5, name
    said = statement(describe(run), found, run)
    assert "by full counts: " in said


def test_a_sample_counts_each_record_in_full_as_often_as_it_was_drawn() -> None:
    run = cluster_points(
        lone_and_shared(), options=Options(min_weight=60, method="gii2017", radius_km=10)
    )
    base, record = Base.of(run), run.points.record_of_row()
    for sample in bootstrap(run, 12, seed=4):
        outcome = outcome_of(replace(base, times=sample.times), sample.label, sample.world)
        there = np.flatnonzero(outcome.exists)
        cluster = np.append(outcome.matched, np.int32(-1))[run.points.site]
        counts = [sample.times[np.unique(record[cluster == c])].sum() for c in there]
        wanted = [1 + sum(other > own for other in counts) for own in counts]
        assert outcome.clusters == there.size
        assert outcome.rank[-1, there].tolist() == wanted


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"replications": 0}, "0 replications"),
        ({"seed": -1}, "seed -1"),
        ({"error_km": float("nan")}, "error of nan km"),
        ({"error_km": -1.0}, "error of -1 km"),
        ({"radius_factors": ()}, "factors"),
        ({"threshold_factors": (0.0, 1.0)}, "factors"),
    ],
)
def test_a_plan_that_tries_nothing_is_refused(choice: dict[str, object], said: str) -> None:
    with pytest.raises(CeyuanError, match=said):
        StudyPlan(**choice)  # type: ignore[arg-type]


def test_impossible_choices_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    world_file = tmp_path / "p.csv"
    world_file.write_text("record_id,kind,lat,lon\n1,patent,22.5,114\n", encoding="utf-8")
    command = ["clusters", str(world_file), "--robustness", "--replications", "0"]
    done = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "o")])
    assert isinstance(done.exception, CeyuanError)
    assert not (tmp_path / "o").exists()


def test_a_clear_leader_is_first_and_twins_share_the_chance() -> None:
    plan = StudyPlan(replications=60, radius_factors=(0.9, 1.0), threshold_factors=(0.8, 1.0))
    clear = study(world(), plan, lambda _: None).families
    for name in ("sweep", "bootstrap", "blur", "weights", "combined"):
        summary = clear[name].summary("gii2018")
        assert summary["p_first"][0] == 1.0, name
        assert summary["rank_p05"][0] == summary["rank_p95"][0] == 1
    twins = (
        study(world(4000, twins=True), plan, lambda _: None)
        .families["bootstrap"]
        .summary("gii2018")
    )
    assert twins["p_first"][:2].sum() == pytest.approx(1.0, abs=0.1)
    assert 0.1 < twins["p_first"][0] < 0.999
    assert (twins["p_exists"][:2] == 1).all()


def test_metric_weights_matter_only_where_there_are_several_metrics() -> None:
    run = world()
    family = weigh_metrics(run, 50, seed=1)
    assert (family.rank[:, RULES.index("gii2017")] == family.rank[0, RULES.index("gii2017")]).all()
    assert family.rank.min() == 1
    assert family.rank.max() <= run.n_clusters


def test_votes_add_up_and_name_the_rival() -> None:
    votes = Votes(np.array([0, 0, -1], np.int32), 2)
    for matched in ([0, 1, -1], [0, 1, 1], [0, 0, 1], [-1, 1, 1]):
        votes.add(np.array(matched, np.int32))
    own, other, share = votes.shares()
    assert own.tolist() == [0.75, 0.25, 0.25]
    assert other.tolist() == [-1, 1, 1]
    assert share.tolist() == [0.0, 0.75, 0.75]


def test_quantiles_are_ranks_that_occurred() -> None:
    rank = np.array([[1.0, np.nan], [2.0, np.nan], [9.0, np.nan], [1.0, np.nan]])
    low, middle, high = quantiles(rank)
    assert (low[0], middle[0], high[0]) == (1, 1, 9)
    assert np.isnan([low[1], middle[1], high[1]]).all()


def test_the_report_is_written_and_flags_simulated_data(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    n = 800
    city = rng.integers(0, 2, n)
    table = pa.table(
        {
            "record_id": np.arange(n),
            "kind": rng.choice(["patent", "deal"], n),
            "lat": np.array([22.5, -36.8])[city] + np.round(rng.normal(0, 0.05, n), 2),
            "lon": np.array([114.0, 174.7])[city] + np.round(rng.normal(0, 0.05, n), 2),
        }
    ).replace_schema_metadata({b"ceyuan.simulated": b"true"})
    pq.write_table(table, tmp_path / "p.parquet")
    options = [
        "--min-weight",
        "80",
        "--robustness",
        "--replications",
        "8",
        "--out",
        str(tmp_path / "o"),
    ]
    result = CliRunner().invoke(
        cli, ["clusters", str(tmp_path / "p.parquet"), *options], catch_exceptions=False
    )
    assert result.exit_code == 0
    out = tmp_path / "o" / "robustness"
    with (out / "robustness.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["family"] for r in rows} == {"sweep", "bootstrap", "blur", "weights", "combined"}
    assert {r["simulated"] for r in rows} == {"True"}
    assert all(
        0 <= float(r["p_first"]) <= float(r["p_top100"]) <= float(r["p_exists"]) <= 1 for r in rows
    )
    with (out / "first.csv").open(encoding="utf-8") as file:
        assert {r["method"] for r in csv.DictReader(file)} == {*METHODS, FULL}
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "Simulated data" in page
    assert "SIMULATED" in (out / "first.svg").read_text(encoding="utf-8")
    votes = pq.read_table(out / "membership.parquet")
    assert votes.num_rows == json.loads((tmp_path / "o" / "manifest.json").read_text())["sites"]
    assert pa.compute.min_max(votes["vote"]).as_py()["max"] <= 1
