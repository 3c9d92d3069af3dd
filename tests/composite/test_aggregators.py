"""Aggregations of whole profiles against plain formulas, a search over all weights, and limits that are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.composite import compose
from ceyuan.composite.aggregate import aggregated
from ceyuan.composite.aggregators import benefit_of_doubt, mazziotta_pareto, ordered
from ceyuan.composite.spec import AggregateOne
from ceyuan.errors import CeyuanError

fast = settings(max_examples=60, deadline=None, derandomize=True)
profiles = st.lists(
    st.lists(st.floats(0.1, 100), min_size=3, max_size=3), min_size=2, max_size=7
).map(np.array)


@given(profiles, st.integers(0, 1000))
@fast
def test_mazziotta_pareto_is_the_mean_less_its_coefficient_of_variation_times_the_deviation(
    values: np.ndarray, seed: int
) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 1, 3)
    found = mazziotta_pareto(values[None], weights[None], add=False)[0]
    for own, score in zip(values, found, strict=True):
        middle = np.average(own, weights=weights)
        deviation = np.sqrt(np.average((own - middle) ** 2, weights=weights))
        assert score == pytest.approx(middle - deviation * (deviation / middle))
    assert (found <= np.average(values, axis=1, weights=weights) + 1e-9).all()
    upward = mazziotta_pareto(values[None], weights[None], add=True)[0]
    np.testing.assert_allclose((found + upward) / 2, np.average(values, axis=1, weights=weights))


@given(profiles, st.integers(0, 1000))
@fast
def test_the_ordered_mean_lies_between_the_worst_and_the_best(
    values: np.ndarray, seed: int
) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 1, (1, 3))
    scores = [ordered(values[None], weights, orness)[0] for orness in (0.0, 0.2, 0.5, 0.8, 1.0)]
    np.testing.assert_allclose(scores[0], values.min(axis=1))
    np.testing.assert_allclose(scores[2], np.average(values, axis=1, weights=weights[0]))
    np.testing.assert_allclose(scores[4], values.max(axis=1))
    for lower, higher in pairwise(scores):
        assert (lower <= higher + 1e-9).all()


def test_ordered_weights_follow_yagers_formula_and_leave_gaps_out() -> None:
    values = np.array([[[3.0, np.nan, 1.0, 2.0], [5.0, 5.0, 5.0, 5.0]]])
    # Q(r) = r^2 over three members: 1/9, 3/9, 5/9
    found = ordered(values, np.ones((1, 4)), 1 / 3)[0]
    assert found[0] == pytest.approx((1 * 3 + 3 * 2 + 5 * 1) / 9)
    assert found[1] == pytest.approx(5)


@given(
    st.lists(st.tuples(st.floats(0.1, 9), st.floats(0.1, 9)), min_size=2, max_size=8).map(np.array)
)
@fast
def test_benefit_of_the_doubt_is_the_best_over_all_weights(values: np.ndarray) -> None:
    """With two members there is one ratio of weights to search."""
    angle = np.concatenate([np.linspace(0, np.pi / 2, 4001), np.arctan2(*_crossings(values))])
    weights = np.stack([np.cos(angle), np.sin(angle)])
    totals = np.maximum(values @ np.maximum(weights, 0), 1e-300)
    expected = (totals / totals.max(axis=0)).max(axis=1)
    np.testing.assert_allclose(benefit_of_doubt(values, 0.0, 1.0), expected, atol=2e-4)
    assert (benefit_of_doubt(values, 0.0, 1.0) >= expected - 1e-9).all()
    parts = (values * weights.T[:, None, :]) / totals.T[:, :, None]
    kept = (parts.min(axis=2) >= 0.3).T
    ratio = np.where(kept, totals / totals.max(axis=0), 0).max(axis=1)
    np.testing.assert_allclose(benefit_of_doubt(values, 0.3, 1.0), ratio, atol=2e-2)


def _crossings(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights under which two units are equal: there the best unit changes."""
    gap = values[:, None] - values
    first, second = np.abs(gap[..., 1]).ravel(), np.abs(gap[..., 0]).ravel()
    return second, first


def test_benefit_of_the_doubt_ignores_units_of_measurement_and_knows_gaps() -> None:
    values = np.array(
        [[1.0, 400.0], [4.0, 100.0], [2.0, 200.0], [np.nan, 400.0], [0.0, 0.0], [np.nan, np.nan]]
    )
    found = benefit_of_doubt(values, 0.0, 1.0)
    np.testing.assert_allclose(found[:5], [1, 1, 0.8, 1, 0])
    assert np.isnan(found[5])
    np.testing.assert_allclose(benefit_of_doubt(values * [7.0, 0.01], 0.0, 1.0)[:5], found[:5])


def test_an_index_takes_them_by_name_and_refuses_what_does_not_fit() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1, 2, 4], "y": [4, 1, 2]}
    tree = {"code": ["x", "y", "top"], "parent": ["top", "top", None]}
    raw = {"normalise": {"method": "none"}}
    doubt = compose(data, tree, {**raw, "aggregate": {"method": "benefit_of_doubt"}})
    np.testing.assert_allclose(doubt.column("top"), [1, 6 / 12, 1])
    adjusted = compose(
        data, tree,
        {"normalise": {"method": "minmax", "lower": 70, "upper": 130}, "aggregate": {"method": "mazziotta_pareto"}},
    )  # fmt: skip
    np.testing.assert_allclose(adjusted.column("top")[0], 100 - 30**2 / 100)
    compose(data, tree, {**raw, "aggregate": {"method": "owa", "orness": 0.3}})
    for bad in (
        {"method": "owa"},
        {"method": "arithmetic", "orness": 0.5},
        {"method": "arithmetic", "most_share": 0.5},
    ):
        with pytest.raises(CeyuanError, match="belong"):
            compose(data, tree, {"aggregate": bad})
    with pytest.raises(CeyuanError, match="composite-value-undefined"):
        compose(
            data,
            tree,
            {"normalise": {"method": "zscore"}, "aggregate": {"method": "benefit_of_doubt"}},
        )


def test_replications_with_their_own_weights_and_periods_with_their_own_frontier() -> None:
    values = np.array([[[1.0, 2.0], [2.0, 1.0], [8.0, 8.0]]])
    rule = AggregateOne(method="benefit_of_doubt")
    together = aggregated(values, np.ones((2, 2)), rule, [np.arange(3)])
    np.testing.assert_allclose(together, [[0.25, 0.25, 1]] * 2)
    apart = aggregated(values, np.ones((2, 2)), rule, [np.array([0, 1]), np.array([2])])
    np.testing.assert_allclose(apart, [[1, 1, 1]] * 2)
