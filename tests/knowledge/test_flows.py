"""Flows are what a few lines of plain Python count, and fractions add up to the works exactly."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge.authorships import ONE
from ceyuan.knowledge.flows import flows

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "knowledge"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the public authorships are not at {DATA}"
)


def world(seed: int) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    rng = np.random.default_rng(seed)
    n = 400
    work = rng.integers(0, 90, n).tolist()
    unit = [None if rng.random() < 0.05 else "ABCDEFG"[rng.integers(0, 7)] for _ in range(n)]
    year = [2000 + w % 3 for w in work]
    cites = rng.integers(0, 100, (300, 2))
    return {"work": work, "unit": unit, "year": year}, {
        "citing": cites[:, 0].tolist(),
        "cited": cites[:, 1].tolist(),
    }


def shares_of(table: dict[str, list[object]]) -> dict[object, dict[object, Fraction]]:
    units: dict[object, Counter[object]] = defaultdict(Counter)
    for work, unit in zip(table["work"], table["unit"], strict=True):
        if unit is not None:
            units[work][unit] += 1
    return {
        work: {u: Fraction(k, sum(of.values())) for u, k in of.items()}
        for work, of in units.items()
    }


@pytest.mark.parametrize("seed", range(5))
def test_works_in_common_are_counted_as_plain_python_counts_them(seed: int) -> None:
    table, _ = world(seed)
    full: Counter[tuple[object, object]] = Counter()
    part: dict[tuple[object, object], Fraction] = defaultdict(Fraction)
    shares = shares_of(table)
    for of in shares.values():
        for a, b in product(of, of):
            full[min(a, b), max(a, b)] += a <= b  # type: ignore[type-var, operator]
            part[min(a, b), max(a, b)] += of[a] * of[b]  # type: ignore[type-var]
    found = flows(table)
    rows = found.joint.frame("arrow").to_pylist()
    assert {(r["unit_a"], r["unit_b"]): r["full"] for r in rows} == dict(full)
    for row in rows:
        exact = part[row["unit_a"], row["unit_b"]]
        assert abs(Fraction(row["fractional_720720"], ONE) - exact) <= Fraction(row["full"], ONE)
    assert sum(r["fractional_720720"] for r in rows) == ONE * len(shares) == ONE * found.works
    # What is expected between different units keeps the sum of all such flows, nearly.
    apart = [r for r in rows if r["unit_a"] != r["unit_b"]]
    assert sum(r["expected"] for r in apart) == pytest.approx(
        sum(r["fractional"] for r in apart), rel=0.05
    )


@pytest.mark.parametrize("seed", range(5))
def test_citations_between_units_add_up_to_the_citations(seed: int) -> None:
    table, cites = world(seed)
    shares = shares_of(table)
    full: Counter[tuple[object, object]] = Counter()
    counted = 0
    for x, y in zip(cites["citing"], cites["cited"], strict=True):
        if x != y and x in shares and y in shares:
            counted += 1
            full.update(product(shares[x], shares[y]))
    found = flows(table, citations=cites)
    assert found.citations is not None
    rows = found.citations.frame("arrow").to_pylist()
    assert {(r["citing"], r["cited"]): r["full"] for r in rows} == dict(full)
    assert sum(r["fractional_720720"] for r in rows) == ONE * counted
    assert sum(r["expected"] for r in rows) <= counted + 1e-6
    assert found.facts["citations"] == {"read": 300, "counted": counted, "set_aside": 300 - counted}


def test_years_add_up_to_all_years_and_the_order_of_rows_changes_nothing() -> None:
    table, _ = world(9)
    order = np.random.default_rng(1).permutation(400).tolist()
    mixed = {name: [values[i] for i in order] for name, values in table.items()}
    by_year = flows(mixed, by_year=True).joint.frame("arrow").to_pylist()
    whole = flows(table).joint.frame("arrow").to_pylist()
    added: Counter[tuple[str, str]] = Counter()
    for row in by_year:
        added[row["unit_a"], row["unit_b"]] += row["fractional_720720"]
    assert added == {(r["unit_a"], r["unit_b"]): r["fractional_720720"] for r in whole}
    assert {r["period"] for r in by_year} == {"2000", "2001", "2002"}
    assert flows(mixed).joint.frame("arrow").equals(flows(table).joint.frame("arrow"))


@needs_data
def test_guangdong_and_hong_kong_have_eight_papers_in_common_at_ieee_vis(tmp_path: Path) -> None:
    args = [
        str(DATA / "vis_authorships.csv.gz"),
        "--column",
        "work=doi",
        "--column",
        "unit=china_place_by_rule",
    ]
    args += ["--citations", str(DATA / "vis_references.csv.gz"), "--out", str(tmp_path)]
    done = CliRunner().invoke(cli, ["knowledge", "flows", *args])
    assert done.exit_code == 0, done.output
    with (tmp_path / "flows.csv").open(encoding="utf-8") as file:
        rows = {(row["unit_a"], row["unit_b"]): row for row in csv.DictReader(file)}
    assert rows["Guangdong", "Hong Kong"]["full"] == "8"
    facts = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert sum(int(row["fractional_720720"]) for row in rows.values()) == ONE * facts["works"]


def test_authorships_without_units_are_a_problem() -> None:
    with pytest.raises(CeyuanError, match="knowledge-no-works"):
        flows({"work": [1], "unit": [""]})


def test_citations_of_unknown_works_make_an_empty_table() -> None:
    found = flows({"work": [1], "unit": ["A"]}, citations={"citing": [1], "cited": [9]})
    assert found.citations is not None
    assert found.citations.height == 0
    assert list(found.citations.values)[:3] == ["citing", "cited", "full"]
