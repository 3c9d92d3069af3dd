"""Real use on official statistics: 31 provinces, five years, intervals, from the workspace of China's provinces."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ceyuan.pipeline.composites.reading import IndexReader
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared/data"


@pytest.fixture(scope="module")
def index(china: Build) -> IndexReader:
    return IndexReader.open(china, "innovation")


def test_every_province_and_year_has_a_score(index: IndexReader) -> None:
    scores = index.scores(period="all")
    assert len(scores) == 155
    assert all(row["score"] is not None and row["status"] == "computed" for row in scores)
    assert index.left_out("all") == {}


def test_beijing_leads_whatever_the_method(index: IndexReader) -> None:
    for row in index.scores(period="all"):
        if row["place"] == "beijing":
            assert row["rank_q95"] == 1
            assert row["p_first"] > 0.99


def test_the_middle_of_the_ranking_is_less_certain_than_its_ends(index: IndexReader) -> None:
    widths = [(row["rank"], row["rank_q95"] - row["rank_q5"]) for row in index.scores(period="all")]
    middle = [width for rank, width in widths if 8 < rank < 24]
    ends = [width for rank, width in widths if not 8 < rank < 24]
    assert sum(middle) / len(middle) > sum(ends) / len(ends)


def test_sensitivity_is_what_the_documentation_says(index: IndexReader) -> None:
    total = {(row["target"], row["factor"]): row["total"] for row in index.sensitivity()}
    assert round(total["mean rank shift", "normalisation"], 2) == 0.64
    assert round(total["mean rank shift", "outliers"], 2) == 0.15
    assert round(total["rank of guangdong", "weights"], 2) == 0.92


def test_raw_values_are_those_of_the_yearbook(index: IndexReader) -> None:
    """Read with the csv module alone, straight from the published table."""
    with (SHARED / "china_st/RDPaperInternational.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        published = {
            (row["province"], str(int(float(row["year"])))): float(row["value"])
            for row in csv.DictReader(file)
            if row["chn_block4"] == "篇数SCI" and row["value"] not in ("", "NA")
        }
    names = {place.id: place.name.zh_hans for place in index.build.gazetteer.places.values()}
    papers = [row for row in index.inputs("all") if row["code"] == "papers"]
    assert len(papers) == 155
    for row in papers:
        assert row["value"] == published[names[row["place"]], row["period"]]


def test_a_score_leads_to_the_line_of_the_yearbook(index: IndexReader) -> None:
    knowledge = index.explain("广东", "knowledge")
    papers = next(part for part in knowledge.parts if part.code == "papers")
    assert [o.indicator for o in papers.observations] == ["sci_papers", "rd_expenditure"]
    value, money = papers.observations
    assert papers.stages["denominated"] == pytest.approx((value.value or 0) / (money.value or 1))
    [traced] = trace(index.build, value.indicator, place=value.place, period=value.period)
    assert traced.total == value.value
    assert all(record.line > 1 for record in traced.records)
