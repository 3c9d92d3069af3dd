"""Each method of each step on worked examples, and what must hold for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats as scipy_stats

from ceyuan.composite import compose
from ceyuan.composite.aggregate import aggregated
from ceyuan.composite.arrays import median, ranks, skewness_and_kurtosis
from ceyuan.composite.normalise import Columns, normalised
from ceyuan.composite.output import result_tables
from ceyuan.composite.spec import AggregateOne, Check, NormaliseOne, Transform, Treat, Winsorise
from ceyuan.composite.structure import PARAMETERS
from ceyuan.composite.transforms import transformed
from ceyuan.composite.treat import treated, winsorised

Small = tuple[dict[str, Any], dict[str, Any]]
X = np.array([[2.0], [8.0], [4.0], [8.0], [np.nan]])


def column(
    rule: dict[str, Any], values: np.ndarray = X, direction: float = 1.0, **known: object
) -> np.ndarray:
    nothing = {name: np.full(values.shape[1], np.nan) for name in PARAMETERS}
    own = {name: np.array([value]) for name, value in known.pop("parameters", {}).items()}
    about = Columns(np.full(values.shape[1], direction), nothing | own, **known)
    return normalised(values, NormaliseOne.model_validate(rule), about).ravel()


@pytest.mark.parametrize(
    ("rule", "direction", "expected"),
    [
        ({"method": "minmax"}, 1, [0, 100, 100 / 3, 100, np.nan]),
        ({"method": "minmax", "lower": 1, "upper": 10}, -1, [10, 1, 7, 1, np.nan]),
        ({"method": "scaled", "lower": 0, "upper": 10}, 1, [20, 80, 40, 80, np.nan]),
        ({"method": "scaled", "lower": 0, "upper": 10, "factor": 1}, 1, [0.2, 0.8, 0.4, 0.8, np.nan]),
        ({"method": "rank"}, 1, [1, 3, 2, 3, np.nan]),
        ({"method": "rank"}, -1, [4, 1, 3, 1, np.nan]),
        ({"method": "borda"}, 1, [0, 2, 1, 2, np.nan]),
        ({"method": "percent_rank"}, 1, [0, 2 / 3, 1 / 3, 2 / 3, np.nan]),
        ({"method": "dist_to_max"}, 1, [0, 1, 1 / 3, 1, np.nan]),
        ({"method": "dist_to_max"}, -1, [1, 0, 2 / 3, 0, np.nan]),
        ({"method": "dist_to_target", "target": 5}, 1, [0, 2, 2 / 3, 2, np.nan]),
        ({"method": "dist_to_target", "target": 5, "cap": True}, 1, [0, 1, 2 / 3, 1, np.nan]),
        ({"method": "fraction_of_max"}, 1, [0.25, 1, 0.5, 1, np.nan]),
        ({"method": "fraction_of_max"}, -1, [1, 0.25, 0.5, 0.25, np.nan]),
        ({"method": "goalposts", "lower": 3, "upper": 7}, 1, [0, 1, 0.25, 1, np.nan]),
        ({"method": "goalposts", "lower": 3, "upper": 7, "truncate": False}, 1, [-0.25, 1.25, 0.25, 1.25, np.nan]),
        ({"method": "goalposts", "lower": 3, "upper": 7, "factor": 10}, 1, [0, 10, 2.5, 10, np.nan]),
        ({"method": "goalposts", "lower": 3, "upper": 7}, -1, [1, 0, 0.75, 0, np.nan]),
        ({"method": "scaled", "lower": 0, "upper": 10}, -1, [80, 20, 60, 20, np.nan]),
        ({"method": "dist_to_target", "target": 3}, -1, [1.2, 0, 0.8, 0, np.nan]),
        ({"method": "none"}, -1, [-2, -8, -4, -8, np.nan]),
    ],
)  # fmt: skip
def test_normalisation_by_hand(
    rule: dict[str, Any], direction: float, expected: list[float]
) -> None:
    np.testing.assert_allclose(column(rule, direction=direction), expected, atol=1e-12)


def test_z_scores_have_the_wanted_mean_and_deviation() -> None:
    z = column({"method": "zscore", "mean": 10, "sd": 2})
    assert np.nanmean(z) == pytest.approx(10)
    assert np.nanstd(z, ddof=1) == pytest.approx(2)


def test_distance_to_a_reference_unit() -> None:
    rule = {"method": "dist_to_reference", "reference": "C"}
    np.testing.assert_allclose(column(rule, reference=2), [0, 3, 1, 3, np.nan])
    np.testing.assert_allclose(column({**rule, "cap": True}, reference=2), [0, 1, 1, 1, np.nan])


def test_parameters_of_the_structure_turn_with_the_direction() -> None:
    goalposts = {"goalpost_lower": 3.0, "goalpost_upper": 7.0, "goalpost_scale": 10.0}
    rule = {"method": "goalposts", "from_structure": True}
    np.testing.assert_allclose(column(rule, parameters=goalposts), [0, 10, 2.5, 10, np.nan])
    np.testing.assert_allclose(
        column(rule, direction=-1, parameters=goalposts), [10, 0, 7.5, 0, np.nan]
    )
    uncut = goalposts | {"goalpost_trunc2posts": 0.0}
    np.testing.assert_allclose(
        column(rule, direction=-1, parameters=uncut), [12.5, -2.5, 7.5, -2.5, np.nan]
    )
    target = {"method": "dist_to_target", "from_structure": True}
    # COINr's own example: (max - x) / (max - target) where less is better
    found = column(target, direction=-1, parameters={"target": 3.0})
    np.testing.assert_allclose(found, [1.2, 0, 0.8, 0, np.nan])
    capped = column(target, direction=-1, parameters={"target": 3.0, "dist2targ_cap_max": 1.0})
    np.testing.assert_allclose(capped, [1, 0, 0.8, 0, np.nan])


def test_coinr_turns_fractions_of_the_maximum_upside_down() -> None:
    found = column({"method": "fraction_of_max"}, direction=-1, as_coinr=True)
    np.testing.assert_allclose(found, [1, 4, 2, 4, np.nan])


MONOTONE = [
    "minmax",
    "zscore",
    "rank",
    "borda",
    "percent_rank",
    "dist_to_max",
    "fraction_of_max",
    "scaled",
]


@pytest.mark.parametrize("method", MONOTONE)
@given(
    values=arrays(np.float64, 12, elements=st.floats(0.5, 1e6).map(lambda v: float(f"{v:.4g}"))),
    direction=st.sampled_from([1.0, -1.0]),
)
def test_monotone_normalisations_keep_the_order(
    method: str, values: np.ndarray, direction: float
) -> None:
    if np.ptp(values) == 0:
        return
    found = column({"method": method}, values[:, None], direction)
    better = ranks(values[:, None] * direction).ravel()
    np.testing.assert_array_equal(ranks(found[:, None], digits=12).ravel(), better)


@given(arrays(np.float64, (9, 2), elements=st.floats(-1e3, 1e3).map(lambda v: round(v, 2))))
def test_moments_are_those_of_scipy(values: np.ndarray) -> None:
    skew, kurtosis = skewness_and_kurtosis(values)
    for i in range(2):
        if np.ptp(values[:, i]) > 1e-3:
            assert skew[i] == pytest.approx(scipy_stats.skew(values[:, i], bias=False), abs=1e-8)
            assert kurtosis[i] == pytest.approx(
                scipy_stats.kurtosis(values[:, i], bias=False), abs=1e-8
            )


def test_median_and_ranks_leave_missing_values_out() -> None:
    values = np.array([[3.0, np.nan], [1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]])
    np.testing.assert_array_equal(median(values), [[2.0, np.nan]])
    np.testing.assert_array_equal(ranks(values, descending=True)[:, 0], [1, 3, np.nan, 2])


def test_ranks_can_ignore_rounding_noise() -> None:
    noisy = np.array([[0.3], [0.1 + 0.2], [0.2]])
    np.testing.assert_array_equal(ranks(noisy, descending=True).ravel(), [2, 1, 3])
    np.testing.assert_array_equal(ranks(noisy, descending=True, digits=12).ravel(), [1, 1, 3])


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ({"method": "log_ct"}, np.log([0.06, 6.06, 2.06])),
        ({"method": "log_ct_orig"}, np.log([1, 7, 3])),
        ({"method": "log_gii"}, np.log([1, 8, 7 / 3 + 1])),
        ({"method": "log"}, np.log([2, 8, 4])),
        ({"method": "box_cox", "exponent": 2}, [0, 24, 4]),
        ({"method": "box_cox", "exponent": 0, "shift": False}, np.log([2, 8, 4])),
        ({"method": "log_ct_plus"}, np.log([0.06, 6.06, 2.06])),
        ({"method": "none"}, [2, 8, 4]),
    ],
)
def test_transformations_by_hand(transform: dict[str, Any], expected: list[float]) -> None:
    found = transformed(np.array([[2.0], [8.0], [4.0]]), Transform.model_validate(transform))
    np.testing.assert_allclose(found.ravel(), expected)


def test_log_ct_plus_mirrors_a_long_lower_tail() -> None:
    values = np.array([[8.0], [2.0], [7.0]])
    found = transformed(values, Transform(method="log_ct_plus"))
    np.testing.assert_allclose(found.ravel(), -np.log([0.06, 6.06, 1.06]))


def test_coinr_leaves_log_gii_undone() -> None:
    values = np.array([[2.0], [8.0], [4.0]])
    np.testing.assert_array_equal(
        transformed(values, Transform(method="log_gii"), as_coinr=True), values
    )


TAIL = np.array([*range(1, 21), 100.0, 200.0])[:, None]


def test_winsorising_gives_the_largest_points_the_next_value() -> None:
    done, lowered, raised = winsorised(TAIL, Check(), Winsorise(max_points=5))
    np.testing.assert_array_equal(done[-3:, 0], [20, 20, 20])
    assert lowered[:, 0].sum() == 2
    assert not raised.any()


def test_winsorising_turns_to_the_tail_that_is_there() -> None:
    done, lowered, raised = winsorised(-TAIL, Check(), Winsorise(max_points=5))
    np.testing.assert_array_equal(done[-3:, 0], [-20, -20, -20])
    assert raised[:, 0].sum() == 2
    assert not lowered.any()


def test_forced_winsorising_goes_to_its_limit() -> None:
    _, lowered, raised = winsorised(TAIL, Check(), Winsorise(max_points=4, force=True))
    assert lowered.sum() + raised.sum() >= 4


@pytest.mark.parametrize(
    ("combine", "start"),
    [(False, TAIL), (True, np.where(TAIL == 200, 100, TAIL))],
    ids=["original", "winsorised"],
)
def test_the_transformation_starts_from_original_or_winsorised_values(
    combine: bool, start: np.ndarray
) -> None:
    rule = Treat(winsorise=Winsorise(max_points=1), combine=combine)
    done = treated(TAIL, rule)
    expected = transformed(start, Transform())
    np.testing.assert_allclose(done.values, expected)
    assert done.transformed.all()
    assert done.actions[-1, 0] == ("winhi+log_ct" if combine else "log_ct")


def test_an_indicator_that_winsorising_would_make_constant_is_left_alone() -> None:
    rare = np.zeros((30, 1))
    rare[0] = 1
    done = treated(rare, Treat())
    np.testing.assert_array_equal(done.values, rare)
    assert (done.actions == "").all()


def test_indicators_can_have_their_own_treatment(small: Small) -> None:
    data, structure = small
    data = {**data, "papers": [100.0, 400, 50, 40, 500, 9000]}
    rule = {
        "check": {"skew": 0.001, "kurtosis": -9},
        "transform": None,
        "winsorise": {"max_points": 1},
    }
    all_of_them = compose(data, structure, {"treat": rule}).stage("treated").values[:, 1]
    assert all_of_them[5] == 500
    spared = compose(data, structure, {"treat": {**rule, "indicators": {"papers": "none"}}})
    assert spared.stage("treated").values[5, 1] == 9000
    more = compose(
        data,
        structure,
        {"treat": {**rule, "indicators": {"papers": {"winsorise": {"max_points": 2}}}}},
    )
    assert more.stage("treated").values[5, 1] == 400


M = np.array([[1.0, 4.0, 16.0], [np.nan, 2.0, 8.0], [np.nan, np.nan, np.nan]])
W = np.array([1.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"method": "arithmetic"}, [37 / 4, 6, np.nan]),
        ({"method": "geometric"}, [(1 * 4 * 16**2) ** 0.25, (2 * 8**2) ** (1 / 3), np.nan]),
        ({"method": "harmonic"}, [4 / (1 + 1 / 4 + 2 / 16), 3 / (1 / 2 + 2 / 8), np.nan]),
        (
            {"method": "generalised", "power": 2},
            [((1 + 16 + 2 * 256) / 4) ** 0.5, ((4 + 2 * 64) / 3) ** 0.5, np.nan],
        ),
        (
            {"method": "generalised", "power": -1},
            [4 / (1 + 1 / 4 + 2 / 16), 3 / (1 / 2 + 2 / 8), np.nan],
        ),
        ({"method": "arithmetic", "min_share": 0.7}, [37 / 4, np.nan, np.nan]),
        # the second unit has two of three: exactly the share that is asked for is enough
        ({"method": "arithmetic", "min_share": 2 / 3}, [37 / 4, 6, np.nan]),
    ],
)
def test_means_by_hand(rule: dict[str, Any], expected: list[float]) -> None:
    for copies in (1, 3):  # one set of weights is summed in another way than many
        found = aggregated(
            M[None], np.tile(W, (copies, 1)), AggregateOne.model_validate(rule), [np.arange(3)]
        )
        np.testing.assert_allclose(found, np.tile(expected, (copies, 1)))


def test_copeland_counts_duels_won_less_duels_lost() -> None:
    values = np.array([[1.0, 3.0, 2.0], [2.0, 2.0, 3.0], [3.0, 1.0, 1.0], [4.0, 5.0, 4.0]])
    found = aggregated(
        values[None], np.ones((1, 3)), AggregateOne(method="copeland"), [np.arange(4)]
    )
    np.testing.assert_array_equal(found[0], [-1, 1, -3, 3])


def test_copeland_duels_are_fought_over_what_both_have() -> None:
    values = np.array([[1.0, np.nan, 3.0], [2.0, 9.0, 1.0], [np.nan, 8.0, 2.0]])
    weights = np.array([[1.0, 1.0, 3.0]])
    # 1 against 2: lost with weight 1, won with weight 3; 1 against 3: won; 2 against 3: won with 1, lost with 3
    found = aggregated(values[None], weights, AggregateOne(method="copeland"), [np.arange(3)])
    np.testing.assert_array_equal(found[0], [2, -2, 0])


def test_copeland_ties_count_for_nobody() -> None:
    values = np.array([[1.0, 2.0], [2.0, 1.0]])
    found = aggregated(
        values[None], np.ones((1, 2)), AggregateOne(method="copeland"), [np.arange(2)]
    )
    np.testing.assert_array_equal(found[0], [0, 0])


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "copeland"])
@given(
    values=arrays(np.float64, (6, 4), elements=st.floats(1, 100).map(lambda v: round(v, 1))),
    weights=arrays(np.float64, 4, elements=st.floats(0.1, 5)),
    factor=st.floats(0.01, 100),
)
def test_weights_times_a_constant_change_nothing(
    method: str, values: np.ndarray, weights: np.ndarray, factor: float
) -> None:
    rule, blocks = AggregateOne(method=method), [np.arange(6)]
    one = aggregated(values[None], weights[None], rule, blocks)
    np.testing.assert_allclose(
        aggregated(values[None], weights[None] * factor, rule, blocks), one, rtol=1e-12
    )


@given(order=st.permutations(range(6)), columns=st.permutations(range(4)))
def test_the_order_of_rows_and_columns_is_irrelevant(order: list[int], columns: list[int]) -> None:
    values = np.random.default_rng(3).normal(10, 3, (6, 4)).round(3)
    codes, units = [f"i{i}" for i in range(4)], [f"u{i}" for i in range(6)]

    def build(rows: list[int], places: list[int]) -> dict[str, float]:
        data = {"unit": [units[r] for r in rows]} | {
            codes[c]: list(values[rows, c]) for c in places
        }
        tree = {
            "code": [*(codes[c] for c in places), "g", "h", "top"],
            "parent": [*(("g", "g", "h", "h")[c] for c in places), "top", "top", None],
        }
        spec = {
            "treat": {},
            "normalise": {"lower": 1},
            "aggregate": {"groups": {"g": {"method": "copeland"}}},
        }
        index = compose(data, tree, spec)
        return dict(zip(index.units, index.rank("top"), strict=True))

    assert build(order, columns) == build(list(range(6)), list(range(4)))


def test_mixed_aggregators_within_one_level_and_an_own_function(small: Small) -> None:
    data, structure = small

    def lowest(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        assert len(weights) == 2
        return np.min(values, axis=1)

    spec = {
        "impute": {},
        "normalise": {"lower": 1},
        "aggregate": {
            "groups": {"science": {"method": "geometric"}},
            "levels": {3: {"method": "worst"}},
        },
    }
    index = compose(data, structure, spec, functions={"worst": lowest})
    low = {code: index.column(code) for code in index.codes}
    np.testing.assert_allclose(low["science"], (low["rnd"] * low["papers"] ** 3) ** 0.25)
    np.testing.assert_allclose(low["business"], (low["cost"] + low["speed"]) / 2)
    np.testing.assert_allclose(low["index"], np.minimum(low["science"], low["business"]))


def test_denominators_from_the_data_with_a_scale(small: Small) -> None:
    index = compose(*small, {"denominate": {"scale": {"papers": 10}}})
    np.testing.assert_allclose(index.stage("denominated").values[:, 1], [100, 200, 50, 10, 100, 40])


def test_denominators_from_a_table_of_their_own(small: Small) -> None:
    table = {"unit": ["F", "E", "D", "C", "B", "A", "Z"], "area": [1, 2, 4, 5, 8, 10, 0.5]}
    spec = {"denominate": {"by": {"papers": "area"}, "table": "area.csv"}}
    index = compose(*small, spec, tables={"area.csv": table})
    np.testing.assert_allclose(index.stage("denominated").values[:, 1], [10, 50, 10, 10, 250, 100])


@pytest.mark.parametrize(
    ("impute", "rnd", "speed"),
    [
        ({"method": "mean"}, 2.5, 34),
        ({"method": "median"}, 2.5, 30),
        ({"method": "mean", "group": "region"}, 3, 55),
        ({"method": "median", "indicators": {"speed": "none"}}, 2.5, np.nan),
        # unit C has papers 10/460 and cost 3/7 of the way up, speed 10/50: the mean of these on rnd's 1-4
        (
            {"method": "mean", "by": "row"},
            1 + 3 * (10 / 460 + 3 / 7 + 10 / 50) / 3,
            10 + 50 * (0 + 0 + 0) / 3,
        ),
        ({"method": "mean", "by": "row", "level": 2}, 1 + 3 * (10 / 460), 10 + 50 * 0),
    ],
)
def test_imputation_by_hand(small: Small, impute: dict[str, Any], rnd: float, speed: float) -> None:
    values = compose(*small, {"impute": impute}).stage("imputed").values
    assert values[2, 0] == pytest.approx(rnd)
    assert values[3, 3] == pytest.approx(speed, nan_ok=True)


@pytest.mark.parametrize(
    ("screen", "left"),
    [
        ({"min_available": 0.75}, "ABCDEF"),
        ({"min_available": 0.76}, "ABEF"),
        ({"min_available": 0.76, "include": ["C"], "exclude": ["A"]}, "BCEF"),
        ({"by": "zeros", "min_nonzero": 0.8}, "ABCDE"),
        ({"by": "byNAandzeros", "min_available": 1, "min_nonzero": 0.8}, "ABE"),
    ],
)
def test_screening_by_hand(small: Small, screen: dict[str, Any], left: str) -> None:
    data, structure = small
    data = {**data, "papers": [100.0, 400, 50, 40, 500, 0]}
    index = compose(data, structure, {"screen": screen})
    assert "".join(index.units) == left


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, [1, 3, 1, 1, 2, 1]),
        ({"method": "equal"}, [1, 1, 1, 1, 1, 1]),
        ({"levels": {1: "equal"}}, [1, 1, 1, 1, 2, 1]),
        ({"values": {"rnd": 5}}, [5, 3, 1, 1, 2, 1]),
        ({"table": "w", "set": "b"}, [1, 9, 1, 1, 2, 1]),
    ],
)
def test_weights_come_from_where_they_should(
    small: Small, weights: dict[str, Any], expected: list[float]
) -> None:
    sets = {"set": ["a", "b"], "code": ["papers", "papers"], "weight": [7, 9]}
    index = compose(*small, {"weights": weights}, tables={"w": sets})
    np.testing.assert_array_equal(index.weights[:6], expected)


def test_balanced_weights_give_equal_influence() -> None:
    rng = np.random.default_rng(5)
    common = rng.normal(size=200)
    data = {"unit": [f"u{i}" for i in range(200)]}
    for i, noise in enumerate((0.3, 1.0, 2.0)):
        data[f"x{i}"] = list(common + noise * rng.normal(size=200))
    tree = {"code": ["x0", "x1", "x2", "top"], "parent": ["top", "top", "top", None]}
    index = compose(
        data, tree, {"normalise": {"method": "zscore"}, "weights": {"method": "balanced"}}
    )
    influence = [
        np.corrcoef(index.column(code), index.column("top"))[0, 1] for code in ("x0", "x1", "x2")
    ]
    np.testing.assert_allclose(influence, influence[0], rtol=1e-3)
    wanted = {"method": "balanced", "importance": {"x0": 1.2}}
    more = compose(data, tree, {"normalise": {"method": "zscore"}, "weights": wanted})
    assert np.corrcoef(more.column("x0"), more.column("top"))[0, 1] > 1.1 * influence[0]


def test_principal_component_weights_are_first_loadings(small: Small) -> None:
    index = compose(*small, {"impute": {}, "weights": {"levels": {1: "pca"}}})
    values = index.stage("normalised").values[:, :2]
    correlation = np.corrcoef(values, rowvar=False)
    _, vectors = np.linalg.eigh(correlation)
    expected = vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1)
    np.testing.assert_allclose(np.abs(index.weights[:2]), np.abs(expected))


def test_a_score_can_be_taken_apart_down_to_raw_values(small: Small) -> None:
    index = compose(*small, {"denominate": {}, "impute": {}})
    whole = index.explain("C")
    assert whole.value == index.column("index")[2]
    assert sum(part.contribution for part in whole.parts) == pytest.approx(whole.value)
    science = whole.parts[0]
    assert [part.share for part in science.parts] == [0.25, 0.75]
    papers = science.parts[1]
    assert papers.stages["raw"] == 50
    assert papers.stages["denominated"] == 5
    assert papers.stages["normalised"] == papers.value
    assert science.parts[0].stages["raw"] != science.parts[0].stages["raw"]  # missing: NaN
    assert science.parts[0].stages["imputed"] == 2.5


def test_all_scores_taken_apart_add_up(small: Small) -> None:
    index = compose(*small)
    table = result_tables(index)["stages/parts"].arrow().to_pandas()
    sums = table.groupby(["unit", "group"]).contribution.sum()
    for group in ("science", "business", "index"):
        for row, unit in enumerate(index.units):
            assert sums[unit, group] == pytest.approx(index.column(group)[row])
    assert table.groupby(["unit", "group"]).share.sum().to_numpy() == pytest.approx(1)


def test_a_missing_member_leaves_its_weight_to_the_others(small: Small) -> None:
    index = compose(*small)
    row = index.units.index("C")
    assert index.column("science")[row] == index.column("papers")[row]
    assert index.explain("C").parts[0].parts[0].share == 0


def test_a_scoreboard_may_have_several_tops(small: Small) -> None:
    data, structure = small
    structure = {**structure, "parent": ["science", "science", "business", "business", *[None] * 5]}
    keep = [i for i, code in enumerate(structure["code"]) if code != "index"]
    board = compose(data, {name: [cells[i] for i in keep] for name, cells in structure.items()})
    assert set(board.context.inputs.structure.tops) == {"science", "business"}
    assert np.isfinite(board.rank("business")).all()


def test_a_mean_beyond_all_floats_is_missing_not_infinite() -> None:
    """Weights of principal components can nearly cancel, and then a geometric mean has no bound."""
    values, weights = np.array([[[1e5, 1.0]]]), np.array([[1.0, -0.9999]])
    assert np.isnan(
        aggregated(values, weights, AggregateOne(method="geometric"), [np.array([0])])
    ).all()
