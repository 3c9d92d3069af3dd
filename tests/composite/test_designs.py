"""Designs, second-order indices and Shapley effects against SALib, published functions and closed forms."""

from __future__ import annotations

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from SALib.analyze import sobol as salib
from scipy.special import ndtri
from scipy.stats import rankdata, spearmanr

from ceyuan.composite import UncertaintyResult, assess, compose, scenarios
from ceyuan.composite.uncertainty.designs import correlation_of, dependent, points, two_samples
from ceyuan.composite.uncertainty.shapley import ShapleyDesign, shapley_effects
from ceyuan.composite.uncertainty.sobol import second_order, sobol_indices, sobol_rows
from ceyuan.composite.uncertainty.spec import Uncertainty
from ceyuan.errors import CeyuanError

ISHIGAMI = {
    "first": (0.3139, 0.4424, 0.0),
    "total": (0.5576, 0.4424, 0.2437),
    "pairs": (0.0, 0.2437, 0.0),
}
"""Saltelli, Chan, Scott (2000), a = 7 and b = 0.1."""


def ishigami(u: np.ndarray) -> np.ndarray:
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(u: np.ndarray, a: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)


def as_salib(output: np.ndarray, factors: int) -> np.ndarray:
    """Our order of a design (all A, all B, ...) as SALib's (set by set: A, AB_1..., BA_1..., B)."""
    sets = output.reshape(2 * factors + 2, -1)
    order = [0, *range(2, 2 * factors + 2), 1]
    return sets[order].T.ravel()


def test_indices_of_all_orders_are_salibs() -> None:
    rng = np.random.default_rng(4)
    rows = sobol_rows(rng.random((400, 3)), rng.random((400, 3)), second=True)
    output = ishigami(rows)
    judge = salib.analyze(
        {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3},
        as_salib(output, 3),
        print_to_console=False,
        seed=1,
    )
    ours = sobol_indices(output[: 400 * 5], 3)
    second, _ = second_order(output, 3)
    # SALib divides by the variance with n, and takes the first order without centring B: both differ by O(1/N).
    np.testing.assert_allclose(ours.total, judge["ST"], atol=2e-3)
    pairs = [judge["S2"][j, k] for j, k in combinations(range(3), 2)]
    own_first = judge["S1"]
    closed = [
        pair + own_first[j] + own_first[k]
        for pair, (j, k) in zip(pairs, combinations(range(3), 2), strict=True)
    ]
    mine = [
        pair + ours.first[j] + ours.first[k]
        for pair, (j, k) in zip(second, combinations(range(3), 2), strict=True)
    ]
    np.testing.assert_allclose(mine, closed, atol=5e-3)


@pytest.mark.parametrize("design", ["random", "sobol", "latin_hypercube"])
def test_published_indices_of_ishigami_are_found(design: str) -> None:
    n = 8192
    a, b = two_samples(design, n, 3, np.random.default_rng(2))  # type: ignore[arg-type]
    output = ishigami(sobol_rows(a, b, second=True))
    found = sobol_indices(output[: n * 5], 3)
    pairs, interval = second_order(output, 3, 100, np.random.default_rng(1))
    np.testing.assert_allclose(found.first, ISHIGAMI["first"], atol=0.03)
    np.testing.assert_allclose(found.total, ISHIGAMI["total"], atol=0.03)
    np.testing.assert_allclose(pairs, ISHIGAMI["pairs"], atol=0.06)
    assert ((interval[:, 0] <= pairs) & (pairs <= interval[:, 1])).all()


def test_sobol_sequences_are_nearer_than_independent_draws() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0])
    part = 1 / (3 * (1 + a) ** 2)
    truth = part / (np.prod(1 + part) - 1)
    miss = {}
    for design in ("random", "sobol"):
        errors = []
        for seed in range(20):
            rows = sobol_rows(*two_samples(design, 512, 4, np.random.default_rng(seed)))  # type: ignore[arg-type]
            errors.append(sobol_indices(sobol_g(rows, a), 4).first - truth)
        miss[design] = float(np.sqrt(np.mean(np.square(errors))))
    assert miss["sobol"] < 0.6 * miss["random"]


def test_a_latin_hypercube_has_one_point_in_every_row_and_column() -> None:
    found = points("latin_hypercube", 50, 3, np.random.default_rng(1))
    assert (np.sort(np.floor(found * 50), axis=0) == np.arange(50)[:, None]).all()


def brute_shapley(costs: dict[frozenset[int], float], factors: int) -> np.ndarray:
    """The definition: the mean addition over all orders."""
    found = np.zeros(factors)
    for order in permutations(range(factors)):
        before: frozenset[int] = frozenset()
        for factor in order:
            after = before | {factor}
            found[factor] += costs[after] - costs[before]
            before = after
    return found / factorial(factors)


def linear_costs(beta: np.ndarray, covariance: np.ndarray) -> dict[frozenset[int], float]:
    """E[Var(Y | X_-J)] of a linear function of normal variables, in closed form."""
    factors = len(beta)
    costs = {frozenset(): 0.0}
    for size in range(1, factors + 1):
        for free in combinations(range(factors), size):
            known = [i for i in range(factors) if i not in free]
            left = covariance[np.ix_(free, free)].astype(float)
            if known:
                across = covariance[np.ix_(free, known)]
                left = left - across @ np.linalg.solve(covariance[np.ix_(known, known)], across.T)
            own = beta[list(free)]
            costs[frozenset(free)] = float(own @ left @ own)
    return costs


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.9])
def test_shapley_effects_of_dependent_factors_are_those_of_the_closed_form(
    correlation: float,
) -> None:
    beta = np.array([1.0, 2.0, 1.5])
    covariance = np.eye(3)
    covariance[0, 2] = covariance[2, 0] = correlation
    design = ShapleyDesign(covariance, 4000, 8000)
    output = ndtri(design.quantiles(np.random.default_rng(5))) @ beta
    found = shapley_effects(design, output, 50, np.random.default_rng(6))
    truth = brute_shapley(linear_costs(beta, covariance), 3) / (beta @ covariance @ beta)
    np.testing.assert_allclose(found.effects, truth, atol=0.03)
    assert found.effects.sum() == pytest.approx(1)
    assert (found.interval[:, 0] < found.effects).all()
    assert (found.effects < found.interval[:, 1]).all()


def test_shapley_effects_of_independent_factors_share_interactions_evenly() -> None:
    design = ShapleyDesign(np.eye(3), 6000, 20_000)
    output = ishigami(design.quantiles(np.random.default_rng(1)))
    found = shapley_effects(design, output, 0, np.random.default_rng(2))
    half = ISHIGAMI["pairs"][1] / 2
    np.testing.assert_allclose(
        found.effects, [ISHIGAMI["first"][0] + half, ISHIGAMI["first"][1], half], atol=0.03
    )


def test_a_constant_output_has_no_shapley_effects() -> None:
    design = ShapleyDesign(np.eye(2), 5, 10)
    found = shapley_effects(
        design,
        np.full(len(design.quantiles(np.random.default_rng(1))), 3.0),
        5,
        np.random.default_rng(2),
    )
    assert np.isnan(found.effects).all()


def test_dependent_quantiles_have_the_rank_correlation_of_the_copula() -> None:
    given = dependent(np.random.default_rng(1).random((20_000, 2)), np.array([[1, 0.7], [0.7, 1]]))
    assert spearmanr(given).statistic == pytest.approx(6 / np.pi * np.arcsin(0.35), abs=0.02)
    assert np.sort(given[:, 1])[10_000] == pytest.approx(0.5, abs=0.02)


DATA = {
    "unit": list("ABCDEF"),
    "x": [1, 2, 3, 9, 4, 6],
    "y": [5, 1, 2, 4, 3, 3],
    "z": [2, 2.5, 3, 1, 7, 4],
}
FACTORS = {
    "scale": {
        "of": "normalise",
        "alternatives": {"m": {"method": "minmax", "upper": 1}, "r": {"method": "percent_rank"}},
    },
    "power": {"of": "aggregate.power", "uniform": [1.0, 3.0]},
    "weights": {"noise": {1: 0.5}},
}
BASE = {"aggregate": {"method": "generalised", "power": 2}}


def analysed(**more: object) -> UncertaintyResult:
    spec = {**BASE, "uncertainty": {"seed": 3, "replications": 128, "factors": FACTORS, **more}}
    return assess(compose(DATA, ["x", "y", "z"], spec))


def plain_score_of_d(u: np.ndarray) -> np.ndarray:
    """The score of D for quantiles of scale, power and three weights, in plain arithmetic."""
    raw = np.array([DATA[name] for name in "xyz"], float)
    scaled = (raw - raw.min(axis=1, keepdims=True)) / np.ptp(raw, axis=1)[:, None]
    placed = (rankdata(raw, method="min", axis=1) - 1) / 5
    values = np.where(u[:, :1] < 0.5, scaled[:, 3], placed[:, 3])
    power, weights = 1 + 2 * u[:, 1:2], 0.5 + u[:, 2:]
    return ((weights * values**power).sum(axis=1) / weights.sum(axis=1)) ** (1 / power[:, 0])


def plain_first_order(n: int = 20_000) -> np.ndarray:
    """First-order indices of the three factors, the weights taken as one."""
    rng = np.random.default_rng(8)
    a, b = rng.random((n, 5)), rng.random((n, 5))
    one, other = plain_score_of_d(a), plain_score_of_d(b)
    found = []
    for columns in ([0], [1], [2, 3, 4]):
        mixed = a.copy()
        mixed[:, columns] = b[:, columns]
        found.append(np.mean((other - one.mean()) * (plain_score_of_d(mixed) - one)) / one.var())
    return np.array(found)


@pytest.mark.parametrize("design", ["random", "sobol", "latin_hypercube"])
def test_an_index_is_analysed_by_every_design_alike(design: str) -> None:
    targets = [{"score": "D"}, {"above": ["D", "E"]}]
    asked = {
        "replications": 512,
        "targets": targets,
        "second_order": True,
        "shapley": 100,
        "bootstrap": 50,
    }
    result = analysed(design=design, sensitivity=asked)
    again = analysed(design=design, sensitivity=asked)
    np.testing.assert_array_equal(result.scores, again.scores)
    found = result.sensitivity[0]
    np.testing.assert_allclose(
        found.indices.first, plain_first_order(), atol=0.16 if design == "random" else 0.08
    )
    assert found.second is not None
    assert found.shapley is not None
    low, high = found.indices.first, found.indices.total
    assert (found.shapley.effects > np.minimum(low, high) - 0.12).all()
    assert (found.shapley.effects < np.maximum(low, high) + 0.12).all()
    assert found.shapley.effects.sum() == pytest.approx(1)


def test_dependent_factors_have_shapley_effects_and_no_sobol_indices() -> None:
    pair = [{"factors": ["scale", "power"], "correlation": 0.9}]
    result = analysed(
        dependence=pair,
        sensitivity={"replications": 64, "targets": [{"score": "D"}], "shapley": 50},
    )
    found = result.sensitivity[0]
    assert np.isnan(found.indices.total).all()
    assert found.shapley is not None
    assert found.shapley.effects.sum() == pytest.approx(1)
    assert set(result.drivers) == {None}
    scale, power = result.picks[:, 0], result.picks[:, 1]
    assert power[scale == 1].mean() > 1.5 * power[scale == 0].mean()


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        ([("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)], "cannot all be true"),
        ([("a", "d", 0.5)], "no factor 'd'"),
    ],
)
def test_impossible_dependence_is_refused(pairs: list[tuple[str, str, float]], word: str) -> None:
    factor = {"noise": {1: 0.1}}
    given = [{"factors": [one, other], "correlation": r} for one, other, r in pairs]
    spec = Uncertainty.model_validate(
        {"seed": 1, "factors": dict.fromkeys("abc", factor), "dependence": given}
    )
    with pytest.raises(CeyuanError, match=word):
        correlation_of(spec)


def test_imputation_as_a_factor_moves_only_what_has_gaps() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=40)
    data = {
        "unit": [f"u{i}" for i in range(40)],
        "x": x,
        "y": x + rng.normal(size=40),
        "z": x + rng.normal(size=40),
    }
    data["y"] = np.where(np.arange(40) < 8, np.nan, data["y"])
    spec = {
        "impute": {"method": "em"},
        "normalise": {"method": "none"},
        "uncertainty": {
            "seed": 1, "replications": 60,
            "factors": {"gaps": {"of": "impute.draw", "alternatives": list(range(1, 31))}},
            "sensitivity": {"replications": 32, "targets": [{"score": "u3"}, {"score": "u20"}]},
        },
    }  # fmt: skip
    result = assess(compose(data, ["x", "y", "z"], spec))
    spread = result.scores.std(axis=0)
    assert (spread[:8] > 0.1).all()
    assert spread[8:].max() < 1e-12
    with_gap, without = result.sensitivity
    assert with_gap.indices.total[0] == pytest.approx(1, abs=0.25)
    assert np.isnan(without.indices.total[0])


def test_scenarios_stand_side_by_side_and_equal_indices_of_their_own() -> None:
    named = {
        "ranks": {"normalise.method": "rank"},
        "no z, geometric": {"weights.values": {"z": 0}, "aggregate.power": 3},
    }
    found = scenarios(compose(DATA, ["x", "y", "z"], {**BASE, "scenarios": named}))
    columns = found.columns()
    alone = compose(DATA, ["x", "y", "z"], {**BASE, "normalise": {"method": "rank"}})
    assert [alone.rank("index")[alone.row(unit)] for unit in columns["unit"]] == columns[
        "ranks: rank"
    ]
    third = compose(
        DATA,
        ["x", "y", "z"],
        {"aggregate": {"method": "generalised", "power": 3}, "weights": {"values": {"z": 0}}},
    )
    np.testing.assert_allclose(
        [third.column("index")[third.row(unit)] for unit in columns["unit"]],
        columns["no z, geometric: score"],
    )
    assert columns["ranks: shift"] == [
        a - b for a, b in zip(columns["ranks: rank"], columns["rank"], strict=True)
    ]
    assert "ranks" in found.plot().svg
    with pytest.raises(CeyuanError, match="scenario 'x'"):
        scenarios(
            compose(DATA, ["x", "y", "z"], {**BASE, "scenarios": {"x": {"aggregate.powr": 3}}})
        )
