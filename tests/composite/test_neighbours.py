"""Imputation from other indicators against scikit-learn, regressions, and what must not change; KMO against regressions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.impute import KNNImputer

from ceyuan.composite import compose
from ceyuan.composite.analysis.reliability import sampling_adequacy
from ceyuan.composite.neighbours import by_expectation, by_neighbours
from ceyuan.errors import CeyuanError


def holed(seed: int, n: int = 60, p: int = 4, part: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(p, p)) + 2
    whole = rng.normal(size=(n, p)) @ mixing * [1, 10, 0.1, 5][:p] + 100
    return whole, np.where(rng.random((n, p)) < part, np.nan, whole)


@pytest.mark.parametrize("neighbours", [1, 3, 7])
def test_neighbours_are_those_of_scikit_learn(neighbours: int) -> None:
    for seed in range(5):
        _, values = holed(seed)
        centre, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
        judge = KNNImputer(n_neighbors=neighbours).fit_transform((values - centre) / spread)
        np.testing.assert_allclose(by_neighbours(values, neighbours), judge * spread + centre)


def test_expectations_are_regressions_where_one_column_has_gaps() -> None:
    """Then the estimate of greatest likelihood is the regression on the other columns over complete rows (Anderson 1957)."""
    whole, _ = holed(3, n=200)
    values = whole.copy()
    values[::4, 2] = np.nan
    complete = ~np.isnan(values[:, 2])
    others = np.column_stack([np.ones(len(values)), whole[:, [0, 1, 3]]])
    slope = np.linalg.lstsq(others[complete], values[complete, 2], rcond=None)[0]
    np.testing.assert_allclose(
        by_expectation(values)[~complete, 2], (others @ slope)[~complete], rtol=1e-3
    )


def test_filled_values_are_nearer_than_means_and_given_ones_untouched() -> None:
    for seed in range(5):
        whole, values = holed(seed, n=150)
        gaps = np.isnan(values)
        spread = np.nanstd(values, axis=0)
        for filled in (by_expectation(values), by_neighbours(values, 5)):
            assert (filled[~gaps] == values[~gaps]).all()
            assert not np.isnan(filled).any()
            error = np.sqrt(np.mean(((filled - whole) / spread)[gaps] ** 2))
            means = np.sqrt(np.mean(((np.nanmean(values, axis=0) - whole) / spread)[gaps] ** 2))
            assert error < 0.8 * means


def test_an_empty_row_gets_means_and_an_index_takes_the_methods_by_name() -> None:
    _, values = holed(1)
    values[5] = np.nan
    filled = by_expectation(values)
    assert np.isfinite(filled).all()
    np.testing.assert_allclose(filled[5], filled.mean(axis=0), rtol=0.05)
    assert np.isnan(by_neighbours(values, 3)[5]).all()  # like nobody: it stays missing
    data = {
        "unit": list("ABCDEF"),
        "x": [1, 2, 3, 4, 5, None],
        "y": [2, 4, 6, 8, 10, 12],
        "z": [1, 3, 2, 5, 4, 6],
    }
    tree = {"code": ["x", "y", "z", "top"], "parent": ["top", "top", "top", None]}
    for method in ("knn", "em"):
        index = compose(data, tree, {"impute": {"method": method, "neighbours": 2}})
        assert index.warnings == ()
        assert index.stage("imputed").values[5, 0] > 3.5


def test_kmo_and_bartlett_follow_their_definitions() -> None:
    whole, _ = holed(2, n=80)
    found = sampling_adequacy(whole)
    r2 = q2 = 0.0
    for i in range(4):
        for j in range(4):
            if i == j:
                continue
            rest = np.column_stack(
                [np.ones(80), whole[:, [k for k in range(4) if k not in (i, j)]]]
            )
            left = [
                whole[:, c] - rest @ np.linalg.lstsq(rest, whole[:, c], rcond=None)[0]
                for c in (i, j)
            ]
            q2 += np.corrcoef(*left)[0, 1] ** 2
            r2 += np.corrcoef(whole[:, i], whole[:, j])[0, 1] ** 2
    assert found.kmo == pytest.approx(r2 / (r2 + q2))
    rejected = [
        sampling_adequacy(np.random.default_rng(s).normal(size=(60, 5))).p_value < 0.1
        for s in range(400)
    ]
    # independent columns: the test keeps its level
    assert np.mean(rejected) == pytest.approx(0.1, abs=0.05)
    assert found.p_value < 1e-6
    with pytest.raises(CeyuanError, match="determine each other"):
        sampling_adequacy(np.column_stack([whole, whole.sum(axis=1)]))


def test_multiple_imputations_vary_about_the_expectation_as_the_regression_leaves() -> None:
    """Of one column with gaps: mean the regression, variance its residual variance and that of the line (Rubin 1987)."""
    whole, _ = holed(3, n=300)
    values = whole.copy()
    values[::4, 2] = np.nan
    draws = np.array([by_expectation(values, np.random.default_rng(k)) for k in range(200)])
    gaps = np.isnan(values[:, 2])
    assert (draws[:, ~np.isnan(values)] == values[~np.isnan(values)]).all()
    others = np.column_stack([np.ones(len(values)), whole[:, [0, 1, 3]]])
    slope, rest, *_ = np.linalg.lstsq(others[~gaps], values[~gaps, 2], rcond=None)
    sigma = np.sqrt(rest[0] / ((~gaps).sum() - 4))
    off = (draws[:, gaps, 2] - (others @ slope)[gaps]) / sigma
    assert abs(off.mean()) < 0.03
    assert np.sqrt((off**2).mean()) == pytest.approx(1.01, abs=0.05)
