"""Panels: several periods at once, normalised together or one by one, imputed over time, and their trends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceyuan.composite import compose
from ceyuan.composite.analysis.trends import growth_rate, percent_change, trends
from ceyuan.errors import CeyuanError

TREE = {"code": ["x", "y", "top"], "parent": ["top", "top", None], "direction": [1, -1, 1]}
N = None


def panel(x: list[Any], y: list[Any] | None = None) -> dict[str, Any]:
    """Units A and B over the periods 2018, 2019, 2021, 2022, unit by unit."""
    periods = [2018, 2019, 2021, 2022]
    y = y or [float(v) for v in range(8)]
    return {"unit": ["A"] * 4 + ["B"] * 4, "year": periods * 2, "x": x, "y": y}


@pytest.mark.parametrize(
    ("impute", "expected"),
    [
        ({"method": "latest"}, [N, 2, 2, 2, 5, 5, 5, 8]),
        ({"method": "latest", "max_periods": 1}, [N, 2, 2, N, 5, 5, N, 8]),
        ({"method": "constant"}, [2, 2, 2, 2, 5, 5, 5, 8]),
        ({"method": "linear"}, [2, 2, 2, 2, 5, 5.75, 7.25, 8]),
    ],
)
def test_imputation_over_periods_by_hand(impute: dict[str, Any], expected: list[Any]) -> None:
    index = compose(panel([N, 2, N, N, 5, N, N, 8]), TREE, {"impute": impute})
    np.testing.assert_allclose(index.stage("imputed").values[:, 0], np.array(expected, dtype=float))


def test_panels_can_be_normalised_as_a_whole_or_period_by_period() -> None:
    data = panel([0, 1, 2, 3, 10, 11, 12, 13])
    whole = compose(data, TREE, {"normalise": {"over": "panel"}}).column("x")
    np.testing.assert_allclose(whole, np.array([0, 1, 2, 3, 10, 11, 12, 13]) / 13 * 100)
    yearly = compose(data, TREE, {"normalise": {"over": "period"}}).column("x")
    np.testing.assert_allclose(yearly, [0] * 4 + [100] * 4)


def test_a_period_computed_alone_equals_the_panel_normalised_by_period() -> None:
    rng = np.random.default_rng(8)
    units = [f"u{i}" for i in range(9)]
    values = {
        period: {code: list(rng.lognormal(size=9)) for code in "xy"} for period in (2020, 2021)
    }
    data: dict[str, Any] = {"unit": units * 2, "period": [2020] * 9 + [2021] * 9}
    data |= {code: values[2020][code] + values[2021][code] for code in "xy"}
    steps = {
        "treat": {},
        "impute": {},
        "normalise": {"over": "period"},
        "aggregate": {"method": "copeland"},
    }
    whole = compose(data, TREE, steps)
    for start, period in ((0, 2020), (9, 2021)):
        alone = compose({"unit": units, **values[period]}, TREE, steps)
        np.testing.assert_allclose(whole.scores[start : start + 9], alone.scores)
        np.testing.assert_array_equal(whole.ranks[start : start + 9], alone.ranks)


def test_units_may_come_twice_only_in_different_periods() -> None:
    data = panel([1, 2, 3, 4, 5, 6, 7, 8])
    assert compose(data, TREE).context.inputs.is_panel
    data["year"][1] = 2018
    with pytest.raises(CeyuanError, match="'A' comes twice"):
        compose(data, TREE)


def test_growth_rates_by_hand() -> None:
    t = np.array([2010.0, 2011, 2012, 2014])
    assert growth_rate(np.array([100, 0, 5, 146.41]), t) == pytest.approx(0.1)
    assert growth_rate(np.array([np.nan, 100, np.nan, 133.1]), t) == pytest.approx(0.1)
    assert growth_rate(np.array([0.0, 1, 2, 0]), t) == 0
    assert np.isnan(growth_rate(np.array([-1.0, 1, 2, 5]), t))
    assert np.isnan(growth_rate(np.array([np.nan, 1, np.nan, np.nan]), t))


def test_percent_changes_by_hand() -> None:
    t = np.array([2010.0, 2011, 2012, 2014])
    assert percent_change(np.array([10.0, np.nan, np.nan, 14]), t) == pytest.approx(10)
    assert percent_change(10 + 2 * (t - 2010), t, per=10) == pytest.approx(200)
    slope, start = np.polyfit(t - 2010, [1.0, 5, 2, 4], 1)
    assert percent_change(np.array([1.0, 5, 2, 4]), t) == pytest.approx(slope / start * 100)
    assert percent_change(np.array([3.0, 3, 3, 3]), t) == 0


def test_trends_of_a_panel() -> None:
    index = compose(panel([100, 110, N, 146.41, 5, 5, 5, 5], [1, 1, 1, 2, 4, 3, 2, 1]), TREE)
    table = trends(index)
    rows = list(zip(table.columns["unit"], table.columns["code"], strict=True))
    found = dict(zip(rows, table.columns["trend"], strict=True))
    assert found["A", "x"] == pytest.approx(0.1)
    assert found["B", "x"] == 0
    assert found["A", "y"] < 0  # rises, and less is better
    assert table.columns["available"][rows.index(("A", "x"))] == 0.75
    late = trends(index, latest=2)
    assert dict(zip(rows, late.columns["trend"], strict=True))["A", "y"] == pytest.approx(-1)
    assert set(trends(index, "aggregated").columns["code"]) == {"x", "y", "top"}


def test_trends_need_time(small: tuple[dict[str, Any], dict[str, Any]]) -> None:
    with pytest.raises(CeyuanError, match="more than one period"):
        trends(compose(*small))


def test_denominators_of_a_panel_are_those_of_the_period() -> None:
    data = panel([10, 20, 30, 40, 50, 60, 70, 80])
    table = {"unit": data["unit"], "year": data["year"], "people": [1, 2, 3, 4, 5, 6, 7, 8]}
    spec = {"denominate": {"by": {"x": "people"}, "table": "t"}, "normalise": {"method": "none"}}
    index = compose(data, TREE, spec, tables={"t": table})
    np.testing.assert_allclose(index.stage("denominated").values[:, 0], 10)
