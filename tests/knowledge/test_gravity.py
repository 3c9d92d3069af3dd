"""The gravity model is what another optimiser finds, keeps what it must keep, and is refused where there is none."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from itertools import combinations, permutations
from math import asin, cos, exp, log, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import minimize

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge.authorships import ONE
from ceyuan.knowledge.expected import Cells, Expected, ratio_with_limits
from ceyuan.knowledge.flows import Flows, flows
from ceyuan.knowledge.gravity import poisson_fit

Table = dict[str, list[object]]
UNITS = "ABCDEFGH"


def world(seed: int, works: int = 150) -> tuple[Table, Table, Table]:
    """Authorships, citations and places."""
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(len(UNITS)) * 2)
    n = works * 3
    table: Table = {
        "work": rng.integers(0, works, n).tolist(),
        "unit": rng.choice(list(UNITS), n, p=weight).tolist(),
    }
    table["year"] = [2000 + int(str(work)) % 2 for work in table["work"]]
    cites = rng.integers(0, works, (400, 2))
    places: Table = {
        "place": list(UNITS),
        "lat": rng.uniform(20, 30, len(UNITS)).tolist(),
        "lon": rng.uniform(100, 120, len(UNITS)).tolist(),
    }
    return table, {"citing": cites[:, 0].tolist(), "cited": cites[:, 1].tolist()}, places


def km(places: Table, a: str, b: str) -> float:
    i, j = UNITS.index(a), UNITS.index(b)
    lat1, lat2 = (radians(float(str(places["lat"][k]))) for k in (i, j))
    lon1, lon2 = (radians(float(str(places["lon"][k]))) for k in (i, j))
    half = sin((lat1 - lat2) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon1 - lon2) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(half))


def sizes(found: Flows) -> dict[str, float]:
    values = found.units.values
    return dict(zip(values["unit"], values["fractional"], strict=True))


def likeliest(rows: list[list[float]], observed: list[float]) -> list[float]:
    """What a general optimiser finds."""
    design, flow = np.array(rows), np.array(observed)
    middle = design.mean(axis=0) * (design.std(axis=0) > 0)

    def lacking(beta: np.ndarray) -> float:
        linear = (design - middle) @ beta
        return float(np.exp(linear).sum() - flow @ linear)

    def slope(beta: np.ndarray) -> np.ndarray:
        centred = design - middle
        return np.asarray(centred.T @ (np.exp(centred @ beta) - flow))

    start = np.zeros(design.shape[1])
    found = minimize(lacking, start, jac=slope, method="BFGS", options={"gtol": 1e-9}).x
    found[0] -= float(middle @ found)
    return [float(x) for x in found]


@pytest.mark.parametrize("seed", range(6))
def test_works_in_common_are_expected_as_another_optimiser_says(seed: int) -> None:
    table, _, places = world(seed)
    found = flows(table, baseline="gravity", places=places)
    rows = {(r["unit_a"], r["unit_b"]): r for r in found.joint.frame("arrow").to_pylist()}
    size = sizes(found)
    pairs = list(combinations(UNITS, 2))
    design = [[1.0, log(size[a] * size[b]), log(km(places, a, b))] for a, b in pairs]
    observed = [rows[pair]["fractional"] for pair in pairs]
    beta = likeliest(design, observed)
    for pair, x in zip(pairs, design, strict=True):
        expected = exp(sum(b * v for b, v in zip(beta, x, strict=True)))
        assert rows[pair]["expected"] == pytest.approx(expected, rel=1e-4)
        assert rows[pair]["ratio"] == pytest.approx(rows[pair]["fractional"] / expected, rel=1e-4)
        assert rows[pair]["ratio_low"] <= rows[pair]["ratio"] <= rows[pair]["ratio_high"]
    # With a constant all that is expected adds up to all that is observed.
    assert sum(rows[pair]["expected"] for pair in pairs) == pytest.approx(sum(observed))
    assert all(rows[u, u]["expected"] is None for u in UNITS if (u, u) in rows)


@pytest.mark.parametrize("seed", range(3))
def test_citations_have_a_size_at_both_ends(seed: int) -> None:
    table, cites, places = world(seed)
    found = flows(table, citations=cites, baseline="gravity", places=places)
    assert found.citations is not None
    rows = {(r["citing"], r["cited"]): r for r in found.citations.frame("arrow").to_pylist()}
    size = sizes(found)
    pairs = list(permutations(UNITS, 2))
    design = [[1.0, log(size[a]), log(size[b]), log(km(places, a, b))] for a, b in pairs]
    beta = likeliest(design, [rows[pair]["fractional"] for pair in pairs])
    assert found.gravity is not None
    told = [r for r in found.gravity.frame("arrow").to_pylist() if r["flow"] == "Citations"]
    assert [r["term"] for r in told] == ["constant", "size_from", "size_to", "distance"]
    assert [r["coefficient"] for r in told] == pytest.approx(beta, abs=1e-4)
    assert {r["pairs"] for r in told} == {len(pairs)}


def test_flows_of_zero_are_listed_and_count() -> None:
    table, _, places = world(2, works=12)
    found = flows(table, baseline="gravity", places=places)
    observed = flows(table).joint.height
    none = [r for r in found.joint.frame("arrow").to_pylist() if not r["full"]]
    assert none
    assert found.joint.height == observed + len(none)
    for row in none:
        assert (row["ratio"], row["ratio_low"]) == (0, 0)
        assert row["ratio_high"] > 0
    assert found.gravity is not None
    assert set(found.gravity.values["pairs_without_flow"]) == {len(none)}


def test_each_year_has_a_model_of_its_own_and_the_order_of_rows_changes_nothing() -> None:
    table, _, places = world(4)
    order = np.random.default_rng(1).permutation(len(table["work"])).tolist()
    mixed: Table = {name: [cells[i] for i in order] for name, cells in table.items()}
    one, other = (flows(t, by_year=True, baseline="gravity", places=places) for t in (table, mixed))
    assert one.joint.frame("arrow").equals(other.joint.frame("arrow"))
    first = [i for i, year in enumerate(table["year"]) if year == 2000]
    alone: Table = {name: [cells[i] for i in first] for name, cells in table.items()}
    apart = flows(alone, baseline="gravity", places=places)
    of_year = one.joint.values["period"] == "2000"
    assert one.joint.values["expected"][of_year] == pytest.approx(
        apart.joint.values["expected"], nan_ok=True
    )


@pytest.mark.parametrize("seed", range(10))
def test_with_an_effect_for_every_unit_margins_are_kept(seed: int) -> None:
    """Doubly constrained: what every unit sends and receives is what it does (Fally 2015)."""
    rng = np.random.default_rng(seed)
    n = 6
    a, b = (x.ravel() for x in np.meshgrid(range(n), range(n), indexing="ij"))
    far = rng.uniform(0, 3, n * n)
    flow = rng.poisson(np.exp(2 - 0.7 * far)).astype(float)
    flow[:n] += 1  # nobody is without any flow
    flow[::n] += 1
    effects = [a == i for i in range(n)] + [b == i for i in range(1, n)]
    design = np.stack([*np.array(effects, float), far], axis=1)
    fit = poisson_fit(design, flow)
    for side in (a, b):
        assert np.bincount(side, fit.expected) == pytest.approx(np.bincount(side, flow))
    assert far @ fit.expected == pytest.approx(far @ flow)


def test_standard_errors_say_how_much_estimates_vary() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, 200)
    design = np.stack([np.ones(200), x], axis=1)
    mean = np.exp(0.5 + x)
    fits = [poisson_fit(design, rng.gamma(2, mean / 2)) for _ in range(200)]
    slopes = np.array([fit.coefficients[1] for fit in fits])
    said = np.mean([np.sqrt(fit.covariance[1, 1]) for fit in fits])
    assert slopes.mean() == pytest.approx(1, abs=0.03)
    assert said == pytest.approx(slopes.std(), rel=0.15)


def test_limits_hold_what_is_true_in_nineteen_of_twenty() -> None:
    """Flows of works that join in parts of a half, a third, a sixth, about known expectations."""
    rng = np.random.default_rng(3)
    n, true = 4000, rng.uniform(0.5, 30, 4000)
    part = np.array([1 / 2, 1 / 3, 1 / 6])
    counts = rng.poisson(true[:, None] / 3, (n, 3))
    flow, squares = counts @ part, counts @ part**2
    amount = np.rint(flow * ONE).astype(np.int64)
    index = np.arange(n)
    cells = Cells(index, index, counts.sum(axis=1), amount, squares)
    expected = Expected(true / 3 * part.sum(), np.zeros(n))
    _, low, high = ratio_with_limits(cells, expected)
    assert 0.94 < ((low <= 1) & (high >= 1)).mean() < 0.99
    # What is not known well has wider limits.
    _, lower, higher = ratio_with_limits(cells, Expected(expected.value, np.full(n, 0.3)))
    assert ((lower < low) | (low == 0)).all()
    assert (higher > high).all()


def test_what_the_data_do_not_determine_is_refused() -> None:
    ones = np.ones(5)
    with pytest.raises(CeyuanError, match="knowledge-not-identified"):  # sizes all alike
        poisson_fit(np.stack([ones, ones * 3], axis=1), np.arange(5.0))
    with pytest.raises(CeyuanError, match="knowledge-not-identified"):  # two pairs for two unknowns
        poisson_fit(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 2.0]))
    # The effect of the last two is minus infinity: all their flows are 0.
    design = np.stack([ones, np.array([0, 0, 0, 1.0, 1.0])], axis=1)
    with pytest.raises(CeyuanError, match="knowledge-not-identified"):
        poisson_fit(design, np.array([1.0, 2.0, 3.0, 0, 0]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lat": [91.0] * 8}, "knowledge-bad-value"),
        ({"size": [-1.0] * 8}, "knowledge-bad-value"),
        ({"size": [5.0] * 8}, "knowledge-not-identified"),
        ({"place": ["Z"] * 8}, "knowledge-not-identified"),
    ],
)
def test_places_that_are_none_are_told(change: Table, code: str) -> None:
    table, _, places = world(1)
    with pytest.raises(CeyuanError, match=code):
        flows(table, baseline="gravity", places=places | change)


def test_gravity_needs_places_and_nothing_else_does() -> None:
    table, _, places = world(1)
    with pytest.raises(CeyuanError, match="knowledge-bad-option"):
        flows(table, baseline="gravity")
    with pytest.raises(CeyuanError, match="knowledge-bad-option"):
        flows(table, places=places)


def test_the_command_writes_the_model_and_says_its_rule(tmp_path: Path) -> None:
    table, _, places = world(7)
    for name, columns in (("table", table), ("places", places)):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
    out = tmp_path / "out"
    args = [str(tmp_path / "table.csv"), "--places", str(tmp_path / "places.csv"), "--by-year"]
    done = CliRunner().invoke(
        cli, ["knowledge", "flows", *args, "--baseline", "gravity", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    with (out / "gravity.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_period = defaultdict(list)
    for row in rows:
        by_period[row["period"]].append(row["term"])
    assert dict(by_period) == {"2000": ["constant", "sizes", "distance"]} | {
        "2001": ["constant", "sizes", "distance"]
    }
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert facts["rules"]["baseline"] == "gravity"
    assert "places" in facts["inputs"]
    assert facts["units_without_coordinates"] == 0
