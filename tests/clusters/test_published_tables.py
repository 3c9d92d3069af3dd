"""The arithmetic of shares, scores, ranks and intensities, against the published tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ceyuan.clusters.ranking import METHODS, intensity, method_of, ranks, scores, world_shares
from ceyuan.errors import CeyuanError

GII = Path(__file__).resolve().parents[3] / "shared" / "data" / "gii"
needs_data = pytest.mark.skipif(not GII.is_dir(), reason=f"the published tables are not at {GII}")
KINDS = ("patent", "publication")


def table_2023() -> list[dict[str, str]]:
    with (GII / "gii2023_top_clusters_table.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["share_total_pct"]]
    assert len(rows) == 34
    return rows


def world_total(counts: np.ndarray, printed: np.ndarray) -> tuple[float, float]:
    """The world totals with which every count rounds to its printed share (to a tenth of a per cent)."""
    low = (counts * 100 / (printed + 0.05)).max()
    known = printed > 0.05
    high = (counts[known] * 100 / (printed[known] - 0.05)).min()
    return low, high


@needs_data
def test_one_world_total_reproduces_all_34_rows_of_2023_and_their_order() -> None:
    rows = table_2023()
    counts = np.array([[float(r["pct_applications"]), float(r["scientific_publications"])] for r in rows])
    printed = np.array([[float(r["share_pct_pct"]), float(r["share_pubs_pct"])] for r in rows])
    limits = [world_total(counts[:, k], printed[:, k]) for k in range(2)]
    assert all(low < high for low, high in limits)
    world = np.array([np.mean(limit) for limit in limits])
    shares = world_shares(counts, world)
    assert (np.round(shares * 100, 1) == printed).all()
    score = scores(shares, KINDS, METHODS["gii2023"])
    totals = np.array([float(r["share_total_pct"]) for r in rows])
    assert np.abs(score * 100 - totals).max() <= 0.05 + 0.02  # the world total is only known to its limits
    assert (ranks(np.round(totals, 1)) <= np.arange(1, 35)).all()
    # The published order, wherever two scores differ by more than the limits leave open.
    for i in range(34):
        for j in range(i + 1, 34):
            assert score[i] > score[j] - 2e-4, (rows[i]["cluster"], rows[j]["cluster"])
    assert ranks(score)[:2].tolist() == [1, 2]


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
            r for r in csv.DictReader(file) if r["edition"] == "2023" and r["cluster_or_group"].startswith("Shenz")
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


def test_equal_scores_share_a_rank_and_a_world_without_records_has_no_shares() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [1, 4, 1, 3]
    assert world_shares(np.array([[1.0, 0.0]]), np.array([4.0, 0.0])).tolist() == [[0.25, 0.0]]
    weighted = scores(np.array([[0.5, 0.1]]), KINDS, METHODS["gii2018"], np.array([3.0, 1.0]))
    assert weighted[0] == pytest.approx(1.5 * 0.5 + 0.5 * 0.1)
