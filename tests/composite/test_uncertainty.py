"""Uncertainty and sensitivity: estimators against others, and what must hold whatever the index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami

from ceyuan.composite import assess, compose
from ceyuan.composite.pipeline import prepare
from ceyuan.composite.uncertainty.engine import MIB, ScoreEngine
from ceyuan.composite.uncertainty.factors import make_pools
from ceyuan.composite.uncertainty.replay import cut_alternatives
from ceyuan.composite.uncertainty.run import UncertaintyResult
from ceyuan.composite.uncertainty.sobol import sobol_indices
from ceyuan.errors import CeyuanError

Small = tuple[dict[str, Any], dict[str, Any]]


def run(
    small: Small, factors: dict[str, Any], tables: dict[str, Any] | None = None, **more: object
) -> UncertaintyResult:
    steps = {"impute": {}, "treat": {}, "normalise": {"lower": 1}}
    own = {"seed": 7, "replications": 200, "factors": factors, **more}
    return assess(compose(*small, {**steps, "uncertainty": own}, tables=tables))


NORM = {
    "of": "normalise",
    "alternatives": {"a": {"lower": 1}, "b": {"method": "zscore", "mean": 10, "sd": 1}},
}
MEAN = {"of": "aggregate.method", "alternatives": ["arithmetic", "geometric"]}
NOISE = {"noise": {1: 0.3, 2: 0.3}}


def design(samples: int, factors: int) -> tuple[np.ndarray, np.ndarray]:
    """A Sobol design in our order and in SALib's, on the unit cube."""
    rng = np.random.default_rng(11)
    a, b = rng.random((samples, factors)), rng.random((samples, factors))
    mixed = np.stack([np.where(np.arange(factors) == i, b, a) for i in range(factors)])
    ours = np.concatenate([a, b, mixed.reshape(-1, factors)])
    theirs = np.concatenate([a[:, None], mixed.transpose(1, 0, 2), b[:, None]], axis=1).reshape(
        -1, factors
    )
    return ours, theirs


def test_sobol_indices_equal_those_of_salib() -> None:
    ours, theirs = design(512, 3)
    stretch = lambda u: (2 * u - 1) * np.pi  # noqa: E731
    names = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[-np.pi, np.pi]] * 3}
    expected = salib_sobol.analyze(
        names, Ishigami.evaluate(stretch(theirs)), calc_second_order=False, seed=1
    )
    y = Ishigami.evaluate(stretch(ours))
    found = sobol_indices(y, 3)
    share = (2 * 512 - 1) / (2 * 512)  # SALib divides the variance by n, not n - 1
    middle = np.concatenate([y[:1024]]).mean()
    assert found.variance * share == pytest.approx(np.var(y[:1024]))
    np.testing.assert_allclose(found.total / share, expected["ST"], rtol=1e-9)
    # SALib centres by the mean over the whole design, we by that of A and B: both are the same estimator but for that
    shift = (
        (y.mean() - middle) * (y[1024:].reshape(3, 512) - y[:512]).mean(axis=1) / np.var(y[:1024])
    )
    np.testing.assert_allclose(found.first / share - shift, expected["S1"], rtol=1e-9, atol=1e-12)


def test_sobol_indices_approach_the_true_ones() -> None:
    ours, _ = design(20_000, 3)
    found = sobol_indices(
        Ishigami.evaluate((2 * ours - 1) * np.pi), 3, bootstrap=100, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(found.first, [0.3139, 0.4424, 0], atol=0.03)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.03)
    assert (found.first_interval[:, 0] < found.first).all()
    assert (found.total < found.total_interval[:, 1]).all()


@pytest.mark.parametrize("n", [100, 400])
def test_intervals_cover_the_true_indices(n: int) -> None:
    """A linear function and an additive one with a kink: both indices of a factor are its share of the variance."""
    slopes, repetitions = np.array([3.0, 2.0, 1.0]), 150
    for shape, spread in ((lambda x: x, 1.0), (lambda x: np.abs(x - 0.3) ** 1.5, 1.0)):
        grid = shape((np.arange(200_000) + 0.5) / 200_000)
        true = (slopes * spread) ** 2 * grid.var() / ((slopes * spread) ** 2 * grid.var()).sum()
        covered = np.zeros((2, 3))
        for seed in range(repetitions):
            rng = np.random.default_rng([seed, n])
            a, b = rng.random((2, n, 3))
            mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
            output = shape(np.concatenate([a, b, *mixed])) @ slopes
            found = sobol_indices(output, 3, bootstrap=150, rng=rng)
            for k, interval in enumerate((found.first_interval, found.total_interval)):
                covered[k] += (interval[:, 0] <= true) & (true <= interval[:, 1])
        assert ((covered / repetitions).mean(axis=1) > 0.85).all()
        assert ((covered / repetitions).mean(axis=1) < 0.95).all()


def test_what_does_not_vary_has_no_indices() -> None:
    found = sobol_indices(
        np.full(50, 0.1 + 0.2) + np.array([0, 1e-17] * 25),
        3,
        bootstrap=5,
        rng=np.random.default_rng(0),
    )
    assert np.isnan([found.first, found.total, *found.first_interval.T]).all()
    assert found.variance == 0


def test_coinr_estimators_do_not_centre() -> None:
    y = np.random.default_rng(2).random(5 * 40) + 3
    found = sobol_indices(y, 3, centred=False)
    a, b, ab = y[:40], y[40:80], y[80:].reshape(3, 40)
    variance = np.var(y[:80], ddof=1)
    np.testing.assert_allclose(found.first, [(b * (x - a)).mean() / variance for x in ab])
    np.testing.assert_allclose(
        found.total, [((a - x) ** 2).sum() / (2 * 40 * variance) for x in ab]
    )


def test_the_same_seed_gives_the_same_answer(small: Small) -> None:
    factors = {"norm": NORM, "noise": NOISE, "data": {"errors": {"relative": 0.1}}}
    one, same, other = (run(small, factors, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.scores, same.scores)
    np.testing.assert_array_equal(
        one.sensitivity[0].indices.total_interval, same.sensitivity[0].indices.total_interval
    )
    assert one.drivers == same.drivers
    assert not np.array_equal(one.scores, other.scores)


def test_blocks_do_not_change_the_answer(small: Small) -> None:
    many = {"unit": [f"u{i}" for i in range(3000)]}
    rng = np.random.default_rng(1)
    many |= {
        code: list(rng.random(3000) + 1) for code in ("rnd", "papers", "cost", "speed", "people")
    }
    factors = {"noise": NOISE, "mean": MEAN, "data": {"errors": {"relative": 0.02}}}
    few, all_at_once = (
        run(
            (many, small[1]),
            factors,
            replications=12,
            memory_mib=m,
            sensitivity={"replications": 3},
        )
        for m in (1, 512)
    )
    np.testing.assert_allclose(few.scores, all_at_once.scores, rtol=1e-12)
    np.testing.assert_array_equal(few.ranks, all_at_once.ranks)


def test_identical_alternatives_have_no_effect_at_all(small: Small) -> None:
    same = {"of": "treat.winsorise.max_points", "alternatives": {"five": 5, "also five": 5}}
    targets = [{"mean_rank_shift": True}, {"score": "A"}, {"rank": "B"}, {"above": ["A", "B"]}]
    sensitivity = {"replications": 64, "targets": targets, "bootstrap": 10}
    result = run(small, {"norm": NORM, "same": same, "noise": NOISE}, sensitivity=sensitivity)
    for explained in result.sensitivity:
        assert not explained.indices.first[1] > 0
        assert not explained.indices.total[1] > 0
    assert any(explained.indices.total[2] > 0 for explained in result.sensitivity)
    assert result.dead == ("same",)
    assert "'same' changes nothing" in str(result.warnings[0])


def test_a_factor_that_changes_nothing_can_be_refused(small: Small) -> None:
    # differ, but no indicator has outliers
    idle = {
        "of": "treat.winsorise.max_points",
        "alternatives": [40, 50],
    }
    assert run(small, {"norm": NORM, "idle": idle}).dead == ("idle",)
    with pytest.raises(CeyuanError, match="'idle' changes nothing"):
        run(small, {"norm": NORM, "idle": idle}, dead_factors="refuse")


def test_replications_equal_indices_computed_one_by_one(small: Small) -> None:
    sets = {
        "set": ["p", "p", "q", "q"],
        "code": ["rnd", "science", "rnd", "science"],
        "weight": [5, 1, 2, 4],
    }
    factors = {"norm": NORM, "mean": MEAN, "sets": {"weight_sets": "sets"}}
    result = run(small, factors, {"sets": sets}, replications=30)
    for replication, (norm, mean, chosen) in enumerate(result.picks):
        spec = {
            "impute": {},
            "treat": {},
            "normalise": list(NORM["alternatives"].values())[norm],
            "aggregate": {"method": MEAN["alternatives"][mean]},
            "weights": {"table": "sets", "set": "pq"[chosen]},
        }
        index = compose(*small, spec, tables={"sets": sets})
        np.testing.assert_allclose(result.scores[replication], index.column("index"), rtol=1e-12)
        np.testing.assert_array_equal(result.ranks[replication], index.rank("index"))


def test_weights_without_spread_reproduce_the_nominal_index(small: Small) -> None:
    result = run(small, {"tight": {"dirichlet": 1e12}, "loose": {"noise": {3: 0.5}}})
    np.testing.assert_allclose(result.scores, np.tile(result.nominal_scores, (200, 1)), rtol=1e-4)
    assert "loose" in result.dead  # the top's own weight counts for nothing


def test_dirichlet_weights_are_given_ones_on_average(small: Small) -> None:
    context = prepare(*small, {"uncertainty": {"seed": 1, "factors": {"w": {"dirichlet": 5}}}})
    [pool] = make_pools(context, np.random.default_rng(1), 20_000)
    assert pool.weights is not None
    np.testing.assert_allclose(
        pool.weights.mean(axis=0), [0.25, 0.75, 0.5, 0.5, 2 / 3, 1 / 3, 1], atol=0.01
    )


def test_noise_keeps_within_its_share(small: Small) -> None:
    context = prepare(*small, {"uncertainty": {"seed": 1, "factors": {"w": {"noise": {2: 0.25}}}}})
    [pool] = make_pools(context, np.random.default_rng(1), 5_000)
    assert pool.weights is not None
    assert (pool.weights[:, :4] == 1).all()
    assert pool.weights[:, 4:6].min() == pytest.approx(0.75, abs=0.001)
    assert pool.weights[:, 4:6].max() == pytest.approx(1.25, abs=0.001)


def test_errors_of_the_data_follow_their_intervals(small: Small) -> None:
    table = {
        "unit": ["A", "A"],
        "indicator": ["rnd", "papers"],
        "lower": [1.0, 90.0],
        "upper": [4.0, 110.0],
    }
    for shape in ("normal", "uniform"):
        errors = {"table": "intervals", "coverage": 0.9, "shape": shape}
        spec = {"uncertainty": {"seed": 1, "factors": {"e": {"errors": errors}}}}
        context = prepare(*small, spec, tables={"intervals": table})
        [pool] = make_pools(context, np.random.default_rng(1), 4000)
        assert pool.errors is not None
        drawn = pool.errors.draw(np.arange(4000))
        inside = ((drawn[:, 0, 0] >= 1) & (drawn[:, 0, 0] <= 4)).mean()
        assert inside == pytest.approx(0.9 if shape == "normal" else 1.0, abs=0.02)
        # the value stays the median
        assert (drawn[:, 0, 0] > 2).mean() == pytest.approx(0.5, abs=0.03)
        assert (drawn[:, 1, 0] == 4).all()  # no interval, no error
        np.testing.assert_array_equal(pool.errors.draw(np.array([17])), drawn[17:18])


def test_probabilities_are_kept(small: Small) -> None:
    factor = {**NORM, "probabilities": [0.9, 0.1]}
    result = run(small, {"norm": factor, "mean": MEAN}, replications=5000)
    assert (result.picks[:, 0] == 0).mean() == pytest.approx(0.9, abs=0.02)


def test_numbers_can_have_distributions(small: Small) -> None:
    factors = {
        "upper": {"of": "normalise.upper", "uniform": [50, 100]},
        "power": {"of": "aggregate.groups.science.power", "normal": [2.0, 0.1]},
    }
    steps = {
        "impute": {},
        "aggregate": {"groups": {"science": {"method": "generalised", "power": 2}}},
    }
    spec = {**steps, "uncertainty": {"seed": 1, "replications": 50, "factors": factors}}
    result = assess(compose(*small, spec))
    best = np.nanmax(result.scores, axis=1)
    assert best.std() > 1
    assert result.dead == ()


def test_noise_comes_on_top_of_weight_sets_in_whatever_order(small: Small) -> None:
    sets = {"set": ["p", "q"], "code": ["science", "science"], "weight": [0.01, 100]}
    noise, chosen = {"noise": {2: 0.2}}, {"weight_sets": "sets"}
    for factors in ({"noise": noise, "sets": chosen}, {"sets": chosen, "noise": noise}):
        result = run(small, factors, {"sets": sets})
        assert result.dead == ()


def test_a_single_indicator_can_be_looked_at(small: Small) -> None:
    result = run(small, {"norm": NORM, "noise": NOISE}, code="cost")
    assert result.dead == ("noise",)
    np.testing.assert_array_equal(np.unique(result.ranks, axis=0), result.nominal_ranks[None])


def test_summary_and_pairs_by_hand(small: Small) -> None:
    result = run(small, {"noise": NOISE, "mean": MEAN}, above=[("E", "A"), ("A", "E")])
    place = result.ranks
    for i in range(6):
        assert result.summary.median[i] == np.median(place[:, i])
        assert result.summary.low[i] == np.quantile(place[:, i], 0.05)
        assert result.summary.first[i] == (place[:, i] == 1).mean()
    assert (result.summary.top_ten == 1).all()
    assert result.pairs[0][2] == (place[:, 4] < place[:, 0]).mean()
    assert result.pairs[0][2] + result.pairs[1][2] <= 1


def test_the_main_factor_is_the_one_that_moves_the_rank(small: Small) -> None:
    tiny = {"noise": {2: 0.0001}}
    big = {"of": "weights.values.science", "alternatives": [0.01, 100]}
    result = run(small, {"tiny": tiny, "big": big})
    moved = result.ranks.max(axis=0) > result.ranks.min(axis=0)
    assert moved.any()
    assert all(result.drivers[i] == "big" for i in np.flatnonzero(moved))
    assert all(result.drivers[i] is None for i in np.flatnonzero(~moved))


def test_screened_units_are_missing_where_they_are_screened(small: Small) -> None:
    data, structure = small
    spec = {
        "screen": {"min_available": 0.5},
        "uncertainty": {
            "seed": 1,
            "replications": 60,
            "factors": {
                "s": {"of": "screen.min_available", "alternatives": [0.5, 0.9]},
                "mean": NOISE,
            },
        },
    }
    result = assess(compose(data, structure, spec))
    strict = result.picks[:, 0] == 1
    assert np.isnan(result.scores[strict][:, [2, 3]]).all()
    assert not np.isnan(result.scores[~strict]).any()
    assert result.summary.computed[2] == (~strict).sum()


def test_failing_combinations_are_named_or_left_missing(small: Small) -> None:
    centred = {
        "of": "normalise",
        "alternatives": {"fine": {"lower": 1}, "centred": {"method": "zscore"}},
    }
    with pytest.raises(
        CeyuanError, match=r"with norm = centred, mean = geometric: unit .* has no place for"
    ):
        run(small, {"norm": centred, "mean": MEAN})
    result = run(small, {"norm": centred, "mean": {**MEAN, "probabilities": [1, 0]}})
    assert np.isfinite(result.scores).all()
    steps = {"impute": {}, "normalise": {"lower": 1}}
    own = {"seed": 1, "factors": {"norm": centred, "mean": MEAN}, "failures": "missing"}
    lenient = assess(compose(*small, {**steps, "uncertainty": own}))
    impossible = (lenient.picks == 1).all(axis=1)
    assert np.isnan(lenient.scores[impossible]).all()
    assert np.isfinite(lenient.scores[~impossible]).all()
    assert 3 < lenient.sensitivity[0].used < 256


def test_only_the_replications_whose_data_fail_are_missing(small: Small) -> None:
    steps = {
        "normalise": {"method": "none"},
        "aggregate": {"groups": {"science": {"method": "geometric"}}},
    }
    own = {"seed": 1, "factors": {"data": {"errors": {"relative": 0.5}}}}
    context = prepare(*small, {**steps, "uncertainty": own})
    pools = make_pools(context, np.random.default_rng(1), 300)
    assert pools[0].errors is not None
    drawn = pools[0].errors.draw(np.arange(300))
    impossible = (drawn[:, :, :2] <= 0).any(axis=(1, 2))
    assert 0.05 < impossible.mean() < 0.5
    scores = ScoreEngine(context, pools, "science", MIB, skip_failures=True).scores(
        np.arange(300)[:, None]
    )
    np.testing.assert_array_equal(np.isnan(scores).any(axis=1), impossible)


def test_a_step_can_be_switched_off(small: Small) -> None:
    data = {**small[0], "papers": [100.0, 400, 50, 40, 500, 90000]}
    off = {"of": "treat", "alternatives": {"on": {"check": {"skew": 1}}, "off": "none"}}
    result = run((data, small[1]), {"treatment": off, "noise": NOISE})
    assert result.dead == ()
    for i, name in enumerate(("on", "off")):
        treat = {"treat": {"check": {"skew": 1}}} if name == "on" else {}
        index = compose(data, small[1], {"impute": {}, "normalise": {"lower": 1}, **treat})
        near = np.abs(result.scores[result.picks[:, 0] == i].mean(axis=0) - index.column("index"))
        assert near.max() < 4


def test_progress_is_told(small: Small) -> None:
    said: list[tuple[int, int]] = []
    spec = {
        "impute": {},
        "uncertainty": {"seed": 1, "replications": 20, "factors": {"norm": NORM, "noise": NOISE}},
    }
    assess(compose(*small, spec), lambda done, of: said.append((done, of)))
    assert said[-1][0] == said[-1][1]
    assert len(said) == 2


def test_replay_with_a_sensitivity_design(small: Small) -> None:
    rng = np.random.default_rng(3)
    a, b = (rng.choice(["a", "b"], size=(8, 2)) for _ in range(2))
    rows = np.concatenate(
        [a, b, np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]])]
    )
    mean = {"of": "aggregate.method", "alternatives": {"a": "arithmetic", "b": "geometric"}}
    table = {"norm": list(rows[:, 0]), "mean": list(rows[:, 1])}
    sensitivity = {"replications": 8, "centred": False, "bootstrap": 0, "targets": [{"score": "A"}]}
    factors = {"norm": NORM, "mean": mean}
    result = run(small, factors, {"params": table}, replay="params", sensitivity=sensitivity)
    assert len(result.scores) == 16  # A and B: the plain samples
    y = np.array([score_of_a(small, *row) for row in rows])
    expected = sobol_indices(y, 2, centred=False)
    np.testing.assert_allclose(result.sensitivity[0].indices.first, expected.first, rtol=1e-9)
    np.testing.assert_allclose(result.sensitivity[0].indices.total, expected.total, rtol=1e-9)


def score_of_a(small: Small, norm: str, mean: str) -> float:
    spec = {
        "impute": {},
        "treat": {},
        "normalise": NORM["alternatives"][norm],
        "aggregate": {"method": {"a": "arithmetic", "b": "geometric"}[mean]},
    }
    return float(compose(*small, spec).column("index")[0])


def test_a_sample_is_cut_over_its_own_range_as_r_does() -> None:
    sample = np.array([0.2, 0.39, 0.41, 0.6, 0.8])
    # three parts of 0.2 to 0.8, closed on the right
    np.testing.assert_array_equal(cut_alternatives(sample, 3), [0, 0, 1, 1, 2])


def test_a_panel_is_ranked_period_by_period() -> None:
    rng = np.random.default_rng(4)
    units = [f"u{i}" for i in range(8)]
    data = {
        "unit": units * 2,
        "period": [2020] * 8 + [2021] * 8,
        "x": list(rng.random(16)),
        "y": list(rng.random(16)),
    }
    tree = {"code": ["x", "y", "top"], "parent": ["top", "top", None]}
    spec = {"uncertainty": {"seed": 1, "replications": 50, "factors": {"w": {"noise": {1: 0.9}}}}}
    result = assess(compose(data, tree, spec))
    assert (np.sort(result.ranks[:, :8], axis=1) == np.arange(1, 9)).all()
    assert (np.sort(result.ranks[:, 8:], axis=1) == np.arange(1, 9)).all()
