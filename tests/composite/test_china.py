"""Real use on official statistics: 31 provinces, five years, intervals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ceyuan.composite import UncertaintyResult, assess, compose
from ceyuan.composite.analysis.trends import trends

EXAMPLES = Path(__file__).parents[2] / "examples"


def provinces(folder: Path) -> pd.DataFrame:
    """The yearbook's long tables, one row a province and year."""

    def series(file: str, block: str) -> pd.Series:
        table = pd.read_csv(folder / f"{file}.csv")
        table = table[(table.chn_block4 == block) & table.year.between(2018, 2022) & (table.province != "全国")]
        return table.set_index(["province", "year"]).value

    rd, intensity = series("RDIntense", "RD经费"), series("RDIntense", "RD强度")
    firms = pd.read_csv(folder / "HitechFirmsPub.csv").astype({"year": int}).set_index(["province", "year"]).num
    columns = {
        "rd_intensity": intensity,
        "basic_research": series("RDActivity", "基础研究") / 10_000,
        "papers": series("RDPaperInternational", "篇数SCI"),
        "inventions": series("RDPatentAuthority", "发明"),
        "stock": series("RDPatentValid", "发明"),
        "contracts_out": series("MarketPush", "金额") / 10_000,
        "contracts_in": series("MarketPull", "金额") / 10_000,
        "firms": firms,
        "rd": rd,
        "gdp": rd / intensity * 100,
    }
    return pd.DataFrame(columns).loc[rd.index].reset_index().rename(columns={"province": "unit", "year": "period"})


@pytest.fixture(scope="module")
def result() -> UncertaintyResult:
    folder = Path(__file__).parents[3] / "shared/data/china_st"
    if not folder.is_dir():
        pytest.skip(f"the tables of the yearbook are not at {folder}")
    index = compose(provinces(folder), EXAMPLES / "china_structure.csv", EXAMPLES / "china_innovation.yaml")
    return assess(index)


def test_every_province_and_year_has_a_score(result: UncertaintyResult) -> None:
    index = result.composite
    assert index.scores.shape == (155, 12)
    assert np.isfinite(index.scores).all()
    assert not index.warnings


def test_beijing_leads_whatever_the_method(result: UncertaintyResult) -> None:
    rows = [i for i, unit in enumerate(result.composite.units) if unit == "北京"]
    assert (result.summary.high[rows] <= 2).all()
    assert (result.summary.first[rows] > 0.9).all()


def test_the_middle_of_the_ranking_is_less_certain_than_its_ends(result: UncertaintyResult) -> None:
    width = result.summary.high - result.summary.low
    middle = (result.nominal_ranks > 8) & (result.nominal_ranks < 24)
    assert width[middle].mean() > width[~middle].mean()


def test_every_factor_moves_something(result: UncertaintyResult) -> None:
    assert result.dead == ()
    assert len(result.sensitivity) == 3
    for explained in result.sensitivity:
        assert explained.indices.total.sum() > 0.8


def test_scores_can_be_followed_over_the_years(result: UncertaintyResult) -> None:
    table = trends(result.composite, "aggregated").arrow().to_pandas()
    assert (table.available == 1).all()
    assert (table[table.code == "stock"].trend > 0).mean() > 0.9  # patents in force outgrew GDP nearly everywhere
