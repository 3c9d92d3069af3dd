"""Every step of COINr's ASEM example, number by number."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from coinr_reference import ASEM_STEPS, Reference

from ceyuan.cli import cli
from ceyuan.composite import Composite, assess, compose
from ceyuan.composite.analysis.correlation import level_correlations
from ceyuan.composite.analysis.reliability import principal_components
from ceyuan.composite.analysis.stats import indicator_statistics
from ceyuan.composite.steps import treatments

EXACT = {"rtol": 1e-9, "atol": 1e-9}


def build(coinr: Reference, **changes: object) -> Composite:
    return compose(coinr.data, coinr.structure, {**ASEM_STEPS, **changes})


@pytest.fixture(scope="module")
def asem(coinr: Reference) -> Composite:
    return build(coinr)


@pytest.mark.parametrize(
    "stage", ["raw", "denominated", "imputed", "screened", "treated", "normalised"]
)
def test_each_step_equals_coinr(coinr: Reference, asem: Composite, stage: str) -> None:
    state = asem.stage(stage)
    codes = [node.code for node in asem.context.inputs.structure.indicators]
    expected = coinr.matrix(f"step_{stage.capitalize()}", asem.units, codes)
    np.testing.assert_allclose(state.values, expected, **EXACT)


def test_scores_and_ranks_equal_coinr(coinr: Reference, asem: Composite) -> None:
    np.testing.assert_allclose(
        asem.scores, coinr.matrix("step_Aggregated", asem.units, asem.codes), **EXACT
    )
    np.testing.assert_allclose(
        asem.scores, coinr.matrix("results_full", asem.units, asem.codes), **EXACT
    )
    np.testing.assert_array_equal(asem.ranks, coinr.matrix("results_ranks", asem.units, asem.codes))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("alt_rank", {"normalise": {"method": "n_rank"}}),
        ("alt_zscore_10_2", {"normalise": {"method": "n_zscore", "mean": 10, "sd": 2}}),
        (
            "alt_minmax_1_100_gmean",
            {"normalise": {"lower": 1, "upper": 100}, "aggregate": {"method": "a_gmean"}},
        ),
    ],
)
def test_alternative_indices_equal_coinr(
    coinr: Reference, name: str, changes: dict[str, Any]
) -> None:
    index = build(coinr, **changes)
    expected = coinr.matrix(name, index.units, index.codes)
    np.testing.assert_allclose(index.scores, expected, **EXACT)
    place = (expected[None] > expected[:, None]).sum(axis=1) + 1
    np.testing.assert_array_equal(index.ranks, place)


@pytest.mark.parametrize(
    ("name", "normalise"),
    [
        ("altnorm_rank", {"method": "rank"}),
        ("altnorm_zscore_10_2", {"method": "zscore", "mean": 10, "sd": 2}),
    ],
)
def test_alternative_normalisations_equal_coinr(
    coinr: Reference, name: str, normalise: dict[str, Any]
) -> None:
    index = build(coinr, normalise=normalise)
    codes = [node.code for node in index.context.inputs.structure.indicators]
    np.testing.assert_allclose(
        index.stage("normalised").values, coinr.matrix(name, index.units, codes), **EXACT
    )


def test_imputation_by_group_median_equals_coinr(coinr: Reference) -> None:
    index = build(coinr, impute={"method": "i_median_grp", "group": "EurAsia_group"})
    codes = [node.code for node in index.context.inputs.structure.indicators]
    expected = coinr.matrix("alt_impute_i_median_grp", index.units, codes)
    np.testing.assert_allclose(index.stage("imputed").values, expected, **EXACT)


def test_treatment_record_equals_coinr(coinr: Reference, asem: Composite) -> None:
    before = asem.stage("screened")
    spec = asem.context.spec.treat
    assert spec is not None
    [(_, record)] = treatments(asem.context, before.rows, before.values, spec)
    table = coinr.table("treat_details")
    order = [asem.codes.index(str(code)) for code in table.columns["iCode"]]
    for name, own in (
        ("check_SkewKurt0.Skew", record.before.skew),
        ("check_SkewKurt0.Kurt", record.before.kurtosis),
        ("winsorise.nwin", record.winsorised),
    ):
        np.testing.assert_allclose(own[order], table.numbers(name)[0], **EXACT)
    after = table.numbers("check_SkewKurt1.Skew")[0]
    np.testing.assert_allclose(
        record.after.skew[order][~np.isnan(after)], after[~np.isnan(after)], **EXACT
    )
    points = coinr.table("treat_points")
    units = coinr.table("step_Screened").text("uCode")
    place = [units.index(unit) for unit in asem.units]
    for i, node in enumerate(asem.context.inputs.structure.indicators):
        assert list(record.actions[:, i]) == [points.columns[node.code][row] for row in place]


def test_statistics_equal_coinr(coinr: Reference, asem: Composite) -> None:
    codes = [node.code for node in asem.context.inputs.structure.indicators]
    own = indicator_statistics(asem.stage("raw").values, codes)
    table = coinr.table("stats_raw")
    order = [codes.index(str(code)) for code in table.columns["iCode"]]
    names = {
        "Min": "min", "Max": "max", "Mean": "mean", "Median": "median", "Std": "sd", "Skew": "skew",
        "Kurt": "kurtosis", "N.Avail": "n_available", "N.NonZero": "n_nonzero", "N.Unique": "n_unique",
        "N.Same": "n_same", "Frc.Avail": "available", "Frc.NonZero": "nonzero", "Frc.Unique": "unique",
        "Frc.Same": "same",
    }  # fmt: skip
    for theirs, ours in names.items():
        values = np.array(own.columns[ours], dtype=float)[order]
        np.testing.assert_allclose(values, table.numbers(theirs)[0], err_msg=theirs, **EXACT)
    flags = {
        "Flag.Avail": "available",
        "Flag.NonZero": "nonzero",
        "Flag.Unique": "unique",
        "Flag.SkewKurt": "outliers",
    }
    for theirs, name in flags.items():
        assert [own.columns[f"flag_{name}"][i] for i in order] == list(table.columns[theirs])


def test_correlations_equal_coinr(coinr: Reference, asem: Composite) -> None:
    own = level_correlations(asem, 1, 2)
    found = dict(
        zip(
            zip(own.columns["group"], own.columns["code"], strict=True),
            own.columns["correlation"],
            strict=True,
        )
    )
    table = coinr.table("corr_l1_l2")
    expected = table.numbers("Correlation")[0]
    pairs = list(zip(table.columns["Var1"], table.columns["Var2"], strict=True))
    assert set(found) == set(pairs)
    np.testing.assert_allclose([found[pair] for pair in pairs], expected, **EXACT)


def test_principal_components_equal_coinr_up_to_sign(coinr: Reference, asem: Composite) -> None:
    table = coinr.table("pca_Conn")
    members = [str(code) for code in table.columns["var"]]
    loadings = principal_components(
        np.column_stack([asem.column(code) for code in members])
    ).loadings
    for i in range(5):
        expected = table.numbers(f"PC{i + 1}")[0]
        sign = np.sign(expected @ loadings[:, i])
        np.testing.assert_allclose(loadings[:, i] * sign, expected, **EXACT)


def replay_spec(coinr: Reference) -> dict[str, Any]:
    factors = {
        "winmax": {"of": "treat.winsorise.max_points", "alternatives": [1, 2, 3, 4, 5]},
        "norm": {
            "of": "normalise",
            "alternatives": {
                "n_minmax": {"method": "n_minmax", "lower": 1, "upper": 100},
                "n_zscore": {"method": "n_zscore", "mean": 10, "sd": 2},
            },
        },
        "weights": {"weight_sets": str(coinr.folder / "ua_noisy_weights.csv")},
        "agg": {"of": "aggregate.method", "alternatives": ["a_amean", "a_gmean"]},
    }
    replay = str(coinr.folder / "ua100_params.csv")
    return {
        **ASEM_STEPS,
        "uncertainty": {"seed": 1, "factors": factors, "replay": replay, "keep": True},
    }


def test_uncertainty_run_replays_score_by_score(coinr: Reference) -> None:
    result = assess(compose(coinr.data, coinr.structure, replay_spec(coinr)))
    units = result.composite.units
    names = [f"r_{i}" for i in range(1, 101)]
    np.testing.assert_allclose(result.scores, coinr.matrix("ua100_scores", units, names).T, **EXACT)
    np.testing.assert_array_equal(result.ranks, coinr.matrix("ua100_ranks", units, names).T)
    nominal = coinr.matrix("ua100_nominal", units, ["Score", "Rank"])
    np.testing.assert_allclose(result.nominal_scores, nominal[:, 0], **EXACT)
    np.testing.assert_array_equal(result.nominal_ranks, nominal[:, 1])
    stats = coinr.matrix("ua100_rankstats", units, ["Mean", "Median", "Q5", "Q95"])
    own = np.column_stack(
        [result.summary.mean, result.summary.median, result.summary.low, result.summary.high]
    )
    np.testing.assert_allclose(own, stats, **EXACT)


def test_the_command_writes_what_it_promises(coinr: Reference, tmp_path: Path) -> None:
    spec = Path(__file__).parents[2] / "examples/asem.yaml"
    command = [
        "compose",
        "--data",
        str(coinr.data),
        "--meta",
        str(coinr.structure),
        "--spec",
        str(spec),
    ]
    done = CliRunner().invoke(
        cli, [*command, "--out", str(tmp_path / "out")], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert done.stdout == ""
    with (tmp_path / "out/scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    units = tuple(row["unit"] for row in rows)
    codes = [code for code in rows[0] if code != "unit"]
    assert len(codes) == 60
    written = np.array([[float(row[code]) for code in codes] for row in rows])
    np.testing.assert_allclose(written, coinr.matrix("step_Aggregated", units, codes), **EXACT)
    with (tmp_path / "out/ranks.csv").open(encoding="utf-8") as file:
        placed = np.array([[float(row[code]) for code in codes] for row in csv.DictReader(file)])
    np.testing.assert_array_equal(placed, coinr.matrix("results_ranks", units, codes))
    for name in (
        "uncertainty",
        "sensitivity",
        "stages/raw",
        "stages/treated",
        "stages/treatment",
        "stages/weights",
    ):
        assert (tmp_path / f"out/{name}.csv").stat().st_size > 0
