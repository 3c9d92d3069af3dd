"""Analyses: against pandas and scipy, and on worked examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ceyuan.composite import compose
from ceyuan.composite.analysis.compare import compare
from ceyuan.composite.analysis.correlation import (
    correlations,
    denominator_correlations,
    flagged_pairs,
    level_correlations,
)
from ceyuan.composite.analysis.influence import effective_weights, without_each
from ceyuan.composite.analysis.profile import standings
from ceyuan.composite.analysis.reliability import cronbach_alpha, principal_components
from ceyuan.composite.analysis.report import analysis_tables
from ceyuan.composite.analysis.stats import group_availability
from ceyuan.composite.output import result_tables
from ceyuan.errors import CeyuanError

Small = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def gaps() -> np.ndarray:
    values = np.random.default_rng(6).normal(size=(30, 4)) @ np.random.default_rng(7).normal(
        size=(4, 4)
    )
    values[[1, 5, 9], [0, 1, 2]] = np.nan
    return values


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_correlations_are_those_of_pandas(gaps: np.ndarray, kind: str) -> None:
    found, p = correlations(gaps, gaps, kind)
    np.testing.assert_allclose(found, pd.DataFrame(gaps).corr(method=kind), atol=1e-12)
    assert ((p >= 0) & (p <= 1)).all()


def test_alpha_is_the_textbook_one(gaps: np.ndarray) -> None:
    complete = gaps[~np.isnan(gaps).any(axis=1)]
    k, own = 4, complete.var(axis=0, ddof=1).sum()
    expected = k / (k - 1) * (1 - own / complete.sum(axis=1).var(ddof=1))
    assert cronbach_alpha(complete) == pytest.approx(expected)
    covariance = pd.DataFrame(gaps).cov().to_numpy()
    between = (covariance.sum() - np.trace(covariance)) / 12
    assert cronbach_alpha(gaps) == pytest.approx(16 * between / covariance.sum())


def test_principal_components_are_those_of_the_correlation_matrix(gaps: np.ndarray) -> None:
    found = principal_components(gaps)
    complete = gaps[~np.isnan(gaps).any(axis=1)]
    assert found.used == len(complete) == 27
    values = np.linalg.eigvalsh(np.corrcoef(complete, rowvar=False))[::-1]
    np.testing.assert_allclose(found.deviations**2, values, atol=1e-12)
    assert (found.loadings.sum(axis=0) >= 0).all()


def test_analyses_that_have_too_little_data_say_so() -> None:
    with pytest.raises(CeyuanError, match="need 2 complete units, not 1"):
        principal_components(np.array([[1.0, 2.0], [np.nan, 1.0]]))
    with pytest.raises(CeyuanError, match="column 2 is constant"):
        principal_components(np.array([[1.0, 2.0], [2.0, 2.0]]))


def test_effective_weights_by_hand(small: Small) -> None:
    shares = effective_weights(compose(*small))
    assert shares["index"] == 1
    assert shares["science"] == pytest.approx(2 / 3)
    assert shares["papers"] == pytest.approx(2 / 3 * 3 / 4)
    assert sum(shares[code] for code in ("rnd", "papers", "cost", "speed")) == pytest.approx(1)


def test_leaving_one_out_equals_an_index_without_it(small: Small) -> None:
    index = compose(*small, {"impute": {}})
    table, placed = without_each(index)
    assert table.columns["code"] == ["rnd", "papers", "cost", "speed"]
    for i, code in enumerate(table.columns["code"]):
        other = compose(*small, {"impute": {}, "weights": {"values": {code: 0}}})
        np.testing.assert_array_equal(placed[:, i], other.rank("index"))
        shift = np.abs(other.rank("index") - index.rank("index"))
        assert table.columns["mean_shift"][i] == shift.mean()
        assert shift[index.units.index(table.columns["most_moved"][i])] == shift.max()


def test_leaving_out_a_lone_member_leaves_out_its_group() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1, 2, 3], "y": [3, 1, 2]}
    tree = {"code": ["x", "y", "g", "top"], "parent": ["g", "top", "top", None]}
    index = compose(data, tree)
    _, placed = without_each(index)
    np.testing.assert_array_equal(placed[:, 0], [1, 3, 2])
    with pytest.raises(CeyuanError, match="no elements of level 7"):
        without_each(index, 7)


def test_strengths_and_weaknesses_by_hand(small: Small) -> None:
    index = compose(*small)
    best, worst = standings(index, "E", most=2)
    assert [(s.code, s.rank, s.of) for s in best] == [("papers", 1, 6), ("cost", 1, 6)]
    assert [s.code for s in worst] == ["speed", "rnd"]
    assert best[1].value == 2
    assert best[1].group == "business"
    best, _ = standings(index, "B", most=1, within="region")
    assert (best[0].code, best[0].rank, best[0].of) == ("rnd", 1, 2)
    best, _ = standings(index, "A", min_unique=0.99)
    assert "papers" not in [s.code for s in best]
    with pytest.raises(CeyuanError, match="no column 'regoin'"):
        standings(index, "B", within="regoin")


def test_differences_of_rank_are_explained_in_full(small: Small) -> None:
    one = compose(*small, {"impute": {}})
    spec = {
        "impute": {"method": "median", "group": "region"},
        "normalise": {"method": "rank"},
        "weights": {"method": "equal"},
    }
    other = compose(*small, spec)
    found = compare(one, other)
    assert set(found.because) == {"data", "impute", "normalise", "weights"}
    np.testing.assert_array_equal(found.one, one.rank("index"))
    np.testing.assert_array_equal(found.other, other.rank("index"))
    np.testing.assert_allclose(sum(found.because.values()), found.change)
    assert (found.because["data"] == 0).all()  # read twice, but the same
    only = compare(
        one, compose(one.context.inputs, None, {"impute": {}, "weights": {"method": "equal"}})
    )
    np.testing.assert_array_equal(only.because["weights"], only.change)


def test_flags_and_denominators(small: Small) -> None:
    data, structure = small
    data = {**data, "papers": [100.0, 200, 100, 400, 500, 250]}
    index = compose(data, structure)
    table = denominator_correlations(index, 0.9)
    assert ("papers", "people") in set(
        zip(table.columns["code"], table.columns["denominator"], strict=True)
    )
    values = np.column_stack([index.column("papers")] * 2)
    pairs = flagged_pairs(values, ["a", "b"], {"a": "g", "b": "g"})
    assert pairs.columns["correlation"][0] == pytest.approx(1)
    assert flagged_pairs(values, ["a", "b"], {"a": "g", "b": "h"}).height == 0


def test_correlations_with_parents_only(small: Small) -> None:
    index = compose(*small, {"impute": {}})
    table = level_correlations(index, 1, 2, with_parent=True, significance=None)
    assert list(zip(table.columns["group"], table.columns["code"], strict=True)) == [
        ("science", "rnd"), ("science", "papers"), ("business", "cost"), ("business", "speed"),
    ]  # fmt: skip
    within = level_correlations(index, group_level=2, significance=None)
    assert within.height == 8
    strict = level_correlations(index, significance=0.0)
    assert np.isnan(
        [
            c
            for c, p in zip(strict.columns["correlation"], strict.columns["p"], strict=True)
            if p > 0
        ]
    ).all()


def test_availability_by_group(small: Small) -> None:
    inputs = compose(*small).context.inputs
    table = group_availability(inputs.values, inputs.units, inputs.structure)
    assert table.columns["science"] == [1, 1, 0.5, 1, 1, 1]
    assert table.columns["index"][2] == 0.75


def test_a_report_has_a_table_of_everything(small: Small) -> None:
    tables = analysis_tables(compose(*small, {"denominate": {}, "impute": {}}))
    assert {
        "analysis/statistics",
        "analysis/reliability",
        "analysis/without_each_of_level_2",
    } <= set(tables)
    assert all(isinstance(table.arrow(), pa.Table) for table in tables.values())


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_every_kind_of_frame_gives_the_same_index(small: Small, kind: type) -> None:
    expected = compose(*small, {"impute": {"group": "region"}})
    found = compose(*(kind(table) for table in small), {"impute": {"group": "region"}})
    np.testing.assert_array_equal(found.scores, expected.scores)
    assert found.context.inputs.structure == expected.context.inputs.structure


def test_results_go_on_to_other_libraries(small: Small) -> None:
    table = result_tables(compose(*small))["scores"].arrow()
    assert table.to_pandas().shape == (6, 8)
    assert pl.from_arrow(table).height == 6


def test_what_is_no_table_is_said_so() -> None:
    with pytest.raises(CeyuanError, match="a int is not a table"):
        compose(3, {"code": ["x"], "parent": [None]})
