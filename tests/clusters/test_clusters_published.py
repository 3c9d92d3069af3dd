"""The arithmetic of shares, scores, ranks and intensities, against the published tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ceyuan.clusters.ranking import (
    METHODS,
    check_method,
    intensity,
    method_of,
    ranks,
    scores,
    world_shares,
)
from ceyuan.clusters.simulation.published import published_2023, world_total
from ceyuan.errors import CeyuanError

GII = Path(__file__).resolve().parents[3] / "shared" / "data" / "gii"
needs_data = pytest.mark.skipif(not GII.is_dir(), reason=f"the published tables are not at {GII}")
KINDS = ("patent", "publication")


def table_2023() -> list[dict[str, str]]:
    with (GII / "gii2023_top_clusters_table.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["share_total_pct"]]
    assert len(rows) == 34
    return rows


@needs_data
def test_one_world_total_reproduces_all_34_rows_of_2023_and_their_order() -> None:
    rows = table_2023()
    counts = np.array(
        [[float(r["pct_applications"]), float(r["scientific_publications"])] for r in rows]
    )
    printed = np.array([[float(r["share_pct_pct"]), float(r["share_pubs_pct"])] for r in rows])
    totals = np.array([float(r["share_total_pct"]) for r in rows])
    limits = [world_total(counts[:, k], printed[:, k]) for k in range(2)]
    assert all(low < high for low, high in limits)  # one world total fits all rows
    exact = 0
    for pct in np.linspace(*limits[0], 9):
        for publications in np.linspace(*limits[1], 9):
            shares = world_shares(counts, np.array([pct, publications]))
            score = scores(shares, KINDS, METHODS["gii2023"])
            assert (np.abs(shares * 100 - printed) <= 0.05 + 1e-12).all()
            # the order holds for any such total
            assert ranks(score).tolist() == [int(r["rank"]) for r in rows]
            exact += bool((np.abs(score * 100 - totals) <= 0.05).all())
    assert exact > 0  # and for some of them all printed totals round as printed


@needs_data
def test_the_simulations_table_is_the_published_one() -> None:
    ours = [
        (p.name, p.pct, p.publications, p.share_pct, p.share_publications) for p in published_2023()
    ]
    for row, (name, pct, publications, share_pct, share_publications) in zip(
        table_2023(), ours, strict=True
    ):
        assert row["cluster"].startswith(name)
        assert (int(row["pct_applications"]), int(row["scientific_publications"])) == (
            pct,
            publications,
        )
        assert (float(row["share_pct_pct"]), float(row["share_pubs_pct"])) == (
            share_pct,
            share_publications,
        )


@needs_data
def test_patents_alone_would_have_ranked_otherwise() -> None:
    rows = table_2023()
    patents = np.array([[float(r["pct_applications"]), 0.0] for r in rows])
    rank = ranks(scores(world_shares(patents, np.array([1.26e6, 1.0])), KINDS, METHODS["gii2017"]))
    by_name = dict(zip((r["cluster"] for r in rows), rank.tolist(), strict=True))
    assert by_name["Tokyo–Yokohama"] == 1
    assert by_name["Tehran"] == 34
    assert by_name["Beijing"] == 6  # fourth by both metrics together


@needs_data
def test_intensities_agree_with_one_population() -> None:
    with (GII / "gii_cluster_facts_2017_2025.csv").open(encoding="utf-8") as file:
        facts = [
            r
            for r in csv.DictReader(file)
            if r["edition"] == "2023" and r["cluster_or_group"].startswith("Shenz")
        ]
    published = {r["indicator"]: float(r["value"]) for r in facts}
    row = next(r for r in table_2023() if r["cluster"].startswith("Shenz"))
    population = float(row["pct_applications"]) / published["pct_per_million"] * 1e6
    found = intensity(np.array([float(row["scientific_publications"])]), np.array([population]))
    assert found[0] == pytest.approx(published["pubs_per_million"], abs=1.5)


@needs_data
def test_the_order_of_2025_needs_the_third_metric() -> None:
    """Published shares of 2025: Shenzhen leads with deals, and only with deals."""
    with (GII / "gii_cluster_facts_2017_2025.csv").open(encoding="utf-8") as file:
        facts = {
            (r["cluster_or_group"], r["indicator"]): float(r["value"])
            for r in csv.DictReader(file)
            if r["edition"] == "2025"
            and r["indicator"] in ("share_pct", "share_pubs", "share_vc")
            and r["value"][0].isdigit()
        }
    kinds = ("patent", "publication", "deal")
    # Tokyo's share of publications is not among the facts of 2025; that of 2023 was 1.5 %.
    shares = np.array(
        [
            [facts["Shenzhen–Hong Kong–Guangzhou", f"share_{m}"] for m in ("pct", "pubs", "vc")],
            [facts["Tokyo–Yokohama", "share_pct"], 1.5, facts["Tokyo–Yokohama", "share_vc"]],
        ]
    )
    assert ranks(scores(shares, kinds, METHODS["gii2025"])).tolist() == [1, 2]
    assert ranks(scores(shares, kinds, METHODS["gii2024"])).tolist() == [2, 1]
    assert ranks(scores(shares, kinds, METHODS["gii2017"])).tolist() == [2, 1]


def test_methods_have_their_editions_metrics() -> None:
    assert list(METHODS) == [f"gii{year}" for year in range(2017, 2026)]
    assert method_of("gii2020").metrics == KINDS
    with pytest.raises(CeyuanError, match="Did you mean 'gii2025'"):
        method_of("gii205")


def test_a_ranking_of_ones_own_takes_any_kinds_with_any_weights() -> None:
    assert method_of("grant=2,patent=0.5").weights == (2.0, 0.5)
    assert method_of("patent=7").same_rule(METHODS["gii2017"])
    assert method_of("patent=1,publication=1").same_rule(METHODS["gii2018"])
    for bad in ("patent=", "patent=-1", "patent=1,patent=2", "=1", "patent=nan", "patent=1,deal"):
        with pytest.raises(CeyuanError, match="is no ranking"):
            method_of(bad)
    with pytest.raises(CeyuanError, match="no records of kind 'grants' to rank by, only grant"):
        check_method(method_of("grants=1"), ("patent", "grant"), np.array([0.0, 3.0]))


def test_equal_scores_share_a_rank_and_a_world_without_records_has_no_shares() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [1, 4, 1, 3]
    assert world_shares(np.array([[1.0, 0.0]]), np.array([4.0, 0.0])).tolist() == [[0.25, 0.0]]
    weighted = scores(np.array([[0.5, 0.1]]), KINDS, METHODS["gii2018"], np.array([3.0, 1.0]))
    assert weighted[0] == pytest.approx(1.5 * 0.5 + 0.5 * 0.1)
