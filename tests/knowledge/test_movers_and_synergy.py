"""Moves of authors and mutual information are what plain Python finds, and keep what they must keep."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from math import log2
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge import movers, synergy

Table = dict[str, list[object]]


def authorships(seed: int) -> Table:
    rng = np.random.default_rng(seed)
    n = 120
    unit = [None if rng.random() < 0.05 else "ABCD"[rng.integers(0, 4)] for _ in range(n)]
    return {
        "author": rng.integers(0, 15, n).tolist(),
        "unit": unit,
        "year": rng.integers(2000, 2012, n).tolist(),
    }


def expected_moves(table: Table, gap: int) -> tuple[dict[tuple[object, ...], Fraction], int]:
    """Moves in fractions, and steps."""
    held: dict[object, dict[int, Counter[object]]] = defaultdict(lambda: defaultdict(Counter))
    for author, unit, year in zip(*table.values(), strict=True):
        if unit is not None:
            held[author][int(str(year))][unit] += 1
    found: dict[tuple[object, ...], Fraction] = defaultdict(Fraction)
    steps = 0
    for years in held.values():
        for y, z in pairwise(sorted(years)):
            if z - y > gap:
                continue
            steps += 1
            s = {u: Fraction(k, sum(years[y].values())) for u, k in years[y].items()}
            t = {u: Fraction(k, sum(years[z].values())) for u, k in years[z].items()}
            kept = sum(
                (min(s.get(u, Fraction(0)), t.get(u, Fraction(0))) for u in "ABCD"), Fraction(0)
            )
            for a, part in s.items():
                for b, later in t.items():
                    left = max(Fraction(0), part - t.get(a, 0))
                    gained = max(Fraction(0), later - s.get(b, 0))
                    if left * gained:
                        found[a, b, z] += left * gained / (1 - kept)
    return found, steps


@pytest.mark.parametrize("seed", range(25))
def test_moves_are_what_fractions_say_and_every_step_adds_up_to_one(seed: int) -> None:
    table = authorships(seed)
    gap = 1 + seed % 4
    made = movers(table, longest_gap=gap)
    want, steps = expected_moves(table, gap)
    rows = made.moves.frame("arrow").to_pylist()
    got = {(r["unit_from"], r["unit_to"], r["year"]): r["movers"] for r in rows}
    assert got == {key: pytest.approx(float(value)) for key, value in want.items()}
    assert made.steps == steps
    assert made.stayed + sum(got.values()) == pytest.approx(steps)
    assert made.set_aside == sum(unit is None for unit in table["unit"])


def test_an_author_who_adds_a_unit_has_half_moved_and_a_long_gap_is_no_step() -> None:
    table: Table = {"author": [1, 1, 1, 1], "unit": ["HK", "HK", "GD", "MO"], "year": [2000, 2001, 2001, 2010]}  # fmt: skip
    made = movers(table)
    assert (made.steps, made.stayed) == (1, 0.5)


def organisations(seed: int) -> Table:
    rng = np.random.default_rng(seed)
    n = 80
    return {
        "place": [f"p{i}" for i in rng.integers(0, 4, n)],
        "type": [f"t{i}" for i in rng.integers(0, 3, n)],
        "field": [f"f{i}" for i in rng.integers(0, 3, n)],
        "part": [f"s{i}" for i in rng.integers(0, 3, n)],
    }


def information(rows: list[tuple[object, ...]]) -> float:
    def entropy(*axes: int) -> float:
        counts = Counter(tuple(row[a] for a in axes) for row in rows)
        return -sum(k / len(rows) * log2(k / len(rows)) for k in counts.values())

    singles = entropy(0) + entropy(1) + entropy(2)
    return 1000 * (singles - entropy(0, 1) - entropy(0, 2) - entropy(1, 2) + entropy(0, 1, 2))


@pytest.mark.parametrize("seed", range(25))
def test_mutual_information_is_what_entropies_say_and_parts_add_up(seed: int) -> None:
    table = organisations(seed)
    rows = list(zip(*table.values(), strict=True))
    made = synergy(table, samples=5)
    values = made.parts.values
    assert values["t"][0] == pytest.approx(information(rows), abs=1e-9)
    for name, t in zip(values["part"][1:], values["t"][1:], strict=True):
        assert t == pytest.approx(information([r for r in rows if r[3] == name]), abs=1e-9)
    assert made.between + sum(values["contribution"][1:]) == pytest.approx(values["t"][0])


def test_neither_the_order_of_rows_nor_names_matter_and_chance_is_seeded() -> None:
    table = organisations(3)
    turned = {name: [f"{cell}'" for cell in cells[::-1]] for name, cells in table.items()}
    one, other = (synergy(t, samples=5).parts.values["t"] for t in (table, turned))
    assert one == pytest.approx(other)
    again = [synergy(table, samples=20, seed=7).parts.values["chance_low"] for _ in range(2)]
    assert (again[0] == again[1]).all()


def test_what_is_redundant_is_above_zero_and_what_only_three_tell_below() -> None:
    same: Table = {"place": ["a", "b"] * 4, "type": ["u", "f"] * 4, "field": ["x", "y"] * 4, "part": ["s"] * 8}  # fmt: skip
    assert synergy(same, samples=1).parts.values["t"][0] == pytest.approx(1000)
    parity: Table = {"place": list("aabb"), "type": list("ufuf"), "field": list("xyyx"), "part": ["s"] * 4}  # fmt: skip
    assert synergy(parity, samples=1).parts.values["t"][0] == pytest.approx(-1000)


def test_rows_that_lack_everything_are_told() -> None:
    nothing: Table = {"place": [None], "type": ["u"], "field": ["x"], "part": ["s"]}
    with pytest.raises(CeyuanError) as caught:
        synergy(nothing)
    assert caught.value.problems[0].code == "knowledge-no-works"


def written(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("command", "table", "made"),
    [("movers", authorships(1), "moves"), ("synergy", organisations(1), "synergy")],
)
def test_commands_write_what_python_finds_with_meanings_and_rules(
    command: str, table: Table, made: str, tmp_path: Path
) -> None:
    path, out = tmp_path / "table.csv", tmp_path / "out"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(table), *zip(*table.values(), strict=True)])
    done = CliRunner().invoke(cli, ["knowledge", command, str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "need about 1 MB" in done.output
    rows = written(out, f"{made}.csv")
    if command == "movers":
        want = movers(table).moves
        assert [float(row["movers"]) for row in rows] == want.values["movers"].tolist()
        assert [row["unit_to"] for row in rows] == want.values["unit_to"].tolist()
    else:
        parts = synergy(table).parts
        assert [float(row["t"]) for row in rows] == parts.values["t"].tolist()
        assert [float(row["chance_low"]) for row in rows] == parts.values["chance_low"].tolist()
    assert [row["column"] for row in written(out, "columns.csv")] == list(rows[0])
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    lacking = sum(any(cell is None for cell in row) for row in zip(*table.values(), strict=True))
    assert facts["rows"] == {
        "read": len(table["place" if command == "synergy" else "author"]),
        "set_aside": {"incomplete": lacking},
    }
    assert set(facts["files"]) == {f"{made}.csv", "columns.csv"}
    assert facts["rules"]
    assert facts["inputs"]
