"""Real use on published facts: innovation clusters of one edition, under its own method and under others."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

import ceyuan
from ceyuan.pipeline.composites.reading import IndexReader
from ceyuan.pipeline.reading import Build

GBA = Path(ceyuan.__file__).parent / "workspaces/gba"


@pytest.fixture(scope="module")
def index(gba: Build) -> IndexReader:
    return IndexReader.open(gba, "cluster_output")


def published(index: IndexReader, indicator: str) -> dict[str, float]:
    return {
        o.place: o.value for o in index.build.show(indicator, period="2023") if o.value is not None
    }


def test_the_nominal_index_is_the_published_ranking(index: IndexReader) -> None:
    """Ranks exactly; twice the score is the total share, to the rounding of two printed shares and the implied totals."""
    ranks, shares = published(index, "cluster_rank"), published(index, "cluster_total_share")
    assert {row["place"]: row["rank"] for row in index.scores()} == ranks
    assert len(ranks) == 35
    assert len(shares) == 34
    for row in index.scores():
        if row["place"] in shares:
            assert 2 * row["score"] == pytest.approx(shares[row["place"]], abs=0.055)


def test_the_implied_totals_fit_every_printed_share(index: IndexReader) -> None:
    pairs = {"invention": "cluster_pct_share", "science": "cluster_publication_share"}
    for code, indicator in pairs.items():
        shares = published(index, indicator)
        for row in index.scores(code):
            if row["place"] in shares:
                assert row["score"] == pytest.approx(shares[row["place"]], abs=0.0505)


def test_the_first_place_is_a_matter_of_method(index: IndexReader) -> None:
    first = {row["place"]: row["p_first"] for row in index.scores()}
    assert 0.1 < first["tokyo-yokohama"] < first["shenzhen-hongkong-guangzhou"] < 0.9
    assert sum(first.values()) == pytest.approx(1, abs=0.01)
    fifth = next(row for row in index.scores() if row["place"] == "shanghai-suzhou")
    assert (fifth["rank_q5"], fifth["rank_q95"]) == (5, 5)


def test_clusters_without_figures_are_left_out_by_name(index: IndexReader) -> None:
    assert index.left_out()["macao-zhuhai 2023"] == ["invention", "science"]
    assert not set(index.left_out()) & {f"{row['place']} 2023" for row in index.scores()}


def test_parts_are_published_figures_with_their_source(index: IndexReader) -> None:
    for part in index.explain("深圳—香港—广州").parts:
        [observation] = part.observations
        assert (observation.status, observation.source) == ("published", "gii-2023-report")
        assert part.stages["raw"] == observation.value


def stretched(values: dict[str, float], place: str, among: Collection[str]) -> float:
    """A value between the least (0) and the most (1) of some places."""
    least, most = (pick(values[name] for name in among) for pick in (min, max))
    return (values[place] - least) / (most - least)


def test_named_scenarios_stand_beside_the_published_ranking(index: IndexReader) -> None:
    """On one scale for both metrics the first two change places: what is counted more often does not decide alone then."""
    rows = {(row["scenario"], row["place"]): row for row in index.scenarios()}
    filings, papers = (
        published(index, "cluster_pct_filings"),
        published(index, "cluster_publications"),
    )
    both = filings.keys() & papers.keys()
    for place in both:
        one, other = (stretched(own, place, both) for own in (filings, papers))
        assert rows["one_scale", place]["score"] == pytest.approx(1 + 99 * (one + other) / 2)
    assert rows["one_scale", "shenzhen-hongkong-guangzhou"]["rank"] == 1
    assert rows["applications_twice", "shenzhen-hongkong-guangzhou"]["nominal_rank"] == 2
