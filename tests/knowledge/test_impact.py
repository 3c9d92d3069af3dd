"""Normalised impact keeps its identities, is what plain Python counts, and needs the field and the type."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.knowledge.impact import impact
from ceyuan.knowledge.normalised import TOPS, normalise

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "knowledge"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public graphs are not at {DATA}")


@pytest.mark.parametrize("seed", range(5))
def test_means_are_one_a_tenth_a_hundredth_a_thousandth_and_fifty_in_every_cell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, 20, 5000)
    citations = np.floor(rng.lognormal(0.5, 1.5, 5000) * (rng.random(5000) > 0.5)).astype(np.int64)
    found = normalise(citations, cell)
    for one in range(20):
        of = cell == one
        assert found.score[of].mean() == pytest.approx(1, abs=1e-12)
        assert found.percentile[of].mean() == pytest.approx(50, abs=1e-10)
        for name, part in TOPS.items():
            assert found.top[name][of].mean() == pytest.approx(part, abs=1e-12)


def test_scores_are_what_plain_python_counts() -> None:
    rng = np.random.default_rng(7)
    for _ in range(100):
        n = int(rng.integers(1, 15))
        cell, citations = rng.integers(0, 3, n), rng.integers(0, 4, n)
        found = normalise(citations, np.unique(cell, return_inverse=True)[1])
        for i in range(n):
            others = [int(c) for c, k in zip(citations, cell, strict=True) if k == cell[i]]
            below, ties = (
                sum(c < citations[i] for c in others),
                sum(c == citations[i] for c in others),
            )
            if sum(others):
                assert found.score[i] == pytest.approx(
                    float(Fraction(int(citations[i]) * len(others), sum(others)))
                )
            else:
                assert np.isnan(found.score[i])
            assert found.percentile[i] == pytest.approx(100 * (below + ties / 2) / len(others))
            first = Fraction(len(others), 10)  # places in the top
            held = max(Fraction(0), min(Fraction(ties), first - (len(others) - below - ties)))
            assert found.top["top10"][i] == pytest.approx(float(held / ties), abs=1e-12)


def test_works_are_compared_within_year_field_and_type() -> None:
    """Kills: normalisation without the type, or without the field."""
    works = {
        "id": list("abcdefghz"),
        "year": [2000] * 8 + [2006],
        "field": [*"xxxxyyyyx"],
        "type": [*"rrssrrssr"],
    }
    citing, cited = ["z"] * 4 + ["b", "h"], ["a", "c", "e", "g", "a", "g"]
    found = impact({"citing": citing, "cited": cited}, works, window="6").works.values
    assert found["citations"].tolist() == [2, 0, 1, 0, 1, 0, 2, 0, 0]
    assert found["score"].tolist()[:8] == [2.0, 0.0] * 4
    assert not found["complete"][8]
    assert np.isnan(found["score"][8])
    without = {name: values for name, values in works.items() if name != "type"}
    assert impact({"citing": citing, "cited": cited}, without, window="6").works.values["score"][
        2
    ] == pytest.approx(4 / 3)


def test_units_share_works_and_their_means_weigh_to_one() -> None:
    rng = np.random.default_rng(3)
    works = {
        "id": list(range(300)),
        "year": rng.integers(2000, 2004, 300).tolist(),
        "field": rng.choice(["x", "y"], 300).tolist(),
    }
    cites = {"citing": rng.integers(0, 300, 2000), "cited": rng.integers(0, 300, 2000)}
    units = {
        "work": rng.integers(0, 300, 900).tolist() + list(range(300)),
        "unit": rng.choice(list("ABC"), 1200).tolist(),
    }
    found = impact(cites, works, units=units, window="0")
    assert found.units is not None
    rows = [
        row for row in found.units.frame("arrow").to_pylist() if row["counting"] == "fractional"
    ]
    assert sum(row["works"] for row in rows) == pytest.approx(300)
    assert sum(row["works"] * row["mncs"] for row in rows) == pytest.approx(300)
    assert sum(row["share_of_top10"] for row in rows) == pytest.approx(1)
    for row in rows:
        assert row["mncs_low"] <= row["mncs"] <= row["mncs_high"]
    full = defaultdict(set)
    for work, unit in zip(units["work"], units["unit"], strict=True):
        full[unit].add(work)
    counted = {
        row["unit"]: row["works"]
        for row in found.units.frame("arrow").to_pylist()
        if row["counting"] == "full"
    }
    assert counted == {unit: len(of) for unit, of in full.items()}


@needs_data
def test_impact_of_places_at_ieee_vis(tmp_path: Path) -> None:
    args = [
        str(DATA / "vis_references.csv.gz"),
        "--works",
        str(DATA / "vis_works.csv.gz"),
        "--units",
        str(DATA / "vis_authorships.csv.gz"),
    ]
    args += [
        f"--column={pair}"
        for pair in ("id=doi", "work=doi", "unit=china_place_by_rule", "type=venue")
    ]
    done = CliRunner().invoke(cli, ["knowledge", "impact", *args[:-1], "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    with (tmp_path / "impact.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scores = [float(row["score"]) for row in rows if row["score"]]
    assert np.mean(scores) == pytest.approx(1)
    assert {row["complete"] for row in rows if int(row["year"]) > 2018} == {"false"}
    with (tmp_path / "units.csv").open(encoding="utf-8") as file:
        assert "Hong Kong" in {row["unit"] for row in csv.DictReader(file)}
