"""Whatever is put in, an index comes out or a clear error: no traceback, no warning of the libraries below."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.composite import assess, compose
from ceyuan.composite.analysis.report import analysis_tables
from ceyuan.composite.output import result_tables, uncertainty_tables
from ceyuan.errors import CeyuanError

CODES = ["a", "b", "c", "d", "e"]
cells = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, 1.0, -1.0]),
    st.floats(-1e3, 1e6).map(lambda v: round(v, 3)),
)
normalisers = st.sampled_from(
    [
        {"method": "minmax"},
        {"method": "minmax", "lower": 1, "upper": 10, "over": "period"},
        {"method": "zscore", "mean": 10, "sd": 2},
        {"method": "rank"},
        {"method": "borda"},
        {"method": "percent_rank"},
        {"method": "dist_to_max"},
        {"method": "fraction_of_max"},
        {"method": "scaled", "upper": 7},
        {"method": "goalposts", "lower": 0, "upper": 5},
        {"method": "dist_to_target", "target": 3, "cap": True},
        {"method": "dist_to_reference", "reference": "u1"},
    ]
)
means = st.sampled_from(
    [
        {"method": "arithmetic"},
        {"method": "geometric"},
        {"method": "harmonic"},
        {"method": "copeland"},
        {"method": "generalised", "power": 3, "min_share": 0.6},
        {"method": "generalised", "power": -0.5},
    ]
)
steps = st.fixed_dictionaries(
    {"normalise": normalisers, "aggregate": means},
    optional={
        "screen": st.fixed_dictionaries(
            {"by": st.sampled_from(["missing", "zeros"]), "min_available": st.floats(0, 1)}
        ),
        "impute": st.sampled_from(
            [
                {},
                {"method": "median", "group": "region"},
                {"by": "row", "level": 2},
                {"method": "latest"},
                {"method": "linear"},
            ]
        ),
        "treat": st.sampled_from(
            [
                {},
                {"check": {"skew": 0.2, "kurtosis": -2}, "combine": True},
                {
                    "check": {"skew": 0.2, "kurtosis": -2},
                    "winsorise": {"max_points": None},
                    "transform": {"method": "log_gii"},
                },
                {
                    "check": {"skew": 0.1, "kurtosis": -3},
                    "winsorise": {"force": True},
                    "transform": {"method": "box_cox"},
                },
            ]
        ),
        "weights": st.sampled_from(
            [{"method": "equal"}, {"levels": {1: "pca"}}, {"values": {"a": 0, "b": 0}}]
        ),
        "order": st.permutations(["denominate", "screen", "impute", "treat", "normalise"]).map(
            lambda o: [*o, "aggregate"]
        ),
    },
)
factors = st.sampled_from(
    [
        {
            "n": {"of": "normalise.method", "alternatives": ["rank", "borda"]},
            "w": {"noise": {1: 0.5}},
        },
        {"d": {"dirichlet": 3}, "e": {"errors": {"relative": 0.2, "shape": "uniform"}}},
        {"t": {"of": "treat", "alternatives": {"yes": {}, "no": "none"}}, "w": {"noise": {2: 0.2}}},
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    units = draw(st.integers(2, 7))
    periods = draw(st.integers(1, 3))
    n = units * periods
    columns = {code: draw(st.lists(cells, min_size=n, max_size=n)) for code in CODES}
    data: dict[str, Any] = {"unit": [f"u{i}" for i in range(units)] * periods}
    data["period"] = list(np.repeat(np.arange(2020, 2020 + periods), units))
    data["region"] = draw(st.lists(st.sampled_from(["N", "S", None]), min_size=n, max_size=n))
    return data | columns


TREE = {
    "code": [*CODES, "g", "h", "top"],
    "parent": ["g", "g", "h", "h", "top", "top", "top", None],
    "direction": [1, -1, 1, 1, -1, 1, 1, 1],
}


@settings(max_examples=250)
@given(data=tables(), spec=steps, vary=factors)
def test_an_index_or_a_clear_error(
    data: dict[str, Any], spec: dict[str, Any], vary: dict[str, Any]
) -> None:
    uncertainty = {"seed": 1, "replications": 6, "factors": vary, "failures": "missing"}
    with suppress(CeyuanError):
        index = compose(data, TREE, {**spec, "uncertainty": uncertainty})
        assert not np.isinf(index.scores).any()
        assert all(table.columns for table in result_tables(index).values())
        assert analysis_tables(index)
        assert uncertainty_tables(assess(index))
