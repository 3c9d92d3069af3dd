"""New combinations, beside a reference with sets; chance, beside sampled chance; who took them up; real works."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge import novelty
from ceyuan.knowledge.novelty import combinations as combined
from ceyuan.knowledge.novelty.atypical import expected

KNOWLEDGE = Path(__file__).resolve().parents[3] / "shared" / "data" / "knowledge"


def random_world(
    seed: int,
) -> tuple[dict[str, list[Any]], dict[str, list[Any]], dict[str, list[Any]]]:
    """Works of a few years with a few items, some repeated, some of unknown works, some without a year; units of works."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(15, 45))
    year = [int(y) if rng.random() > 0.1 else None for y in rng.integers(2000, 2012, n)]
    rows = int(rng.integers(n, 4 * n))
    items = {
        "work": [int(w) for w in rng.integers(0, n + 2, rows)],
        "item": [f"i{k}" if k else None for k in rng.integers(0, int(rng.integers(3, 12)), rows)],
    }
    units = {
        "work": [int(w) for w in rng.integers(0, n, n)],
        "unit": [f"u{k}" for k in rng.integers(0, 3, n)],
    }
    return items, {"id": list(range(n)), "year": year}, units


def used(
    items: dict[str, list[Any]], works: dict[str, list[Any]]
) -> dict[int, tuple[int, set[str]]]:
    """The year and the items of each dated work."""
    year = {w: y for w, y in zip(works["id"], works["year"], strict=True) if y is not None}
    found: dict[int, tuple[int, set[str]]] = {}
    for work, item in zip(items["work"], items["item"], strict=True):
        if work in year and item is not None:
            found.setdefault(work, (year[work], set()))[1].add(item)
    return found


def reference(
    of: dict[int, tuple[int, set[str]]], since: int, window: int, history: int
) -> dict[str, Any]:
    """New pairs, their difficulty and later uses, written with sets and dictionaries."""
    uses: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for work, (year, items) in of.items():
        for pair in combinations(sorted(items), 2):
            uses[pair].append((year, work))
    pairs = {}
    for pair, when in uses.items():
        first = min(year for year, _ in when)
        if first < since:
            continue
        partners: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for (a, b), past in uses.items():
            for year, _ in past:
                if first - history <= year < first:
                    partners[a][b] += 1
                    partners[b][a] += 1
        one, other = (partners[item] for item in pair)
        lengths = [math.sqrt(sum(v * v for v in vector.values())) for vector in (one, other)]
        near = (
            sum(v * other.get(k, 0) for k, v in one.items()) / (lengths[0] * lengths[1])
            if all(lengths)
            else None
        )
        later = [work for year, work in when if first < year <= first + window]
        makers = [work for year, work in when if year == first]
        pairs[pair] = {
            "first": first,
            "makers": makers,
            "later": later,
            "difficulty": None if near is None else 1 - near,
        }
    return pairs


@pytest.mark.parametrize("seed", range(150))
def test_new_pairs_equal_a_reference_with_sets(seed: int) -> None:
    items, works, units = random_world(seed)
    of = used(items, works)
    years = [year for year, _ in of.values()]
    since = sorted(set(years))[1]
    window, history = seed % 6 + 1, seed % 3 + 1
    found = novelty(items, works, units=units, since=since, window=str(window), history=history)
    right = reference(of, since, window, history)
    rows = {(r["item_a"], r["item_b"]): r for r in found.pairs.frame("arrow").to_pylist()}
    assert rows.keys() == right.keys()
    for pair, row in rows.items():
        own = right[pair]
        assert (row["first"], row["by"], row["later_uses"]) == (
            own["first"],
            len(own["makers"]),
            len(own["later"]),
        )
        assert row["complete"] == (own["first"] + window <= max(years))
        assert (row["difficulty"] is None) == (own["difficulty"] is None)
        assert (row["difficulty"] or 0) == pytest.approx(own["difficulty"] or 0)
    for row in found.works.frame("arrow").to_pylist():
        made = [own for own in right.values() if row["id"] in own["makers"]]
        if row["year"] < since or len(of[row["id"]][1]) < 2:
            assert row["new_pairs"] is None
            continue
        assert row["new_pairs"] == len(made)
        assert row["later_uses"] == sum(len(own["later"]) for own in made)
        assert row["novelty"] == pytest.approx(sum(own["difficulty"] or 0 for own in made))
        assert row["novelty_taken_up"] == pytest.approx(
            sum(own["difficulty"] or 0 for own in made if own["later"])
        )
        assert (row["z_low"], row["z_median"]) == tuple(
            own and pytest.approx(own) for own in plain_z(of, row["id"])
        )
    assert_uptake(found, right, units)


def plain_z(of: dict[int, tuple[int, set[str]]], work: int) -> tuple[float | None, float | None]:
    """The 10th percentile and the median of z of a work's pairs among the works of its year, step by step."""
    year = of[work][0]
    peers = [own for when, own in of.values() if when == year]
    total, slots = sum(len(own) for own in peers), sum(len(own) * (len(own) - 1) for own in peers)
    z = []
    for pair in combinations(sorted(of[work][1]), 2):
        a, b = (sum(item in own for own in peers) for item in pair)
        both = sum(set(pair) <= own for own in peers)
        parts = (math.inf if total == n else 1 / (total - n) for n in (a, b))
        mean = min(slots * a * b / (2 * total) * sum(parts), a, b)
        variance = (
            mean * (1 - a / len(peers)) * (1 - b / len(peers)) * len(peers) / max(len(peers) - 1, 1)
        )
        if variance > 1e-12:
            z.append((both - mean) / math.sqrt(variance))
    z.sort()
    if not z:
        return None, None
    return z[max(math.ceil(0.1 * len(z)), 1) - 1], z[math.ceil(0.5 * len(z)) - 1]


def assert_uptake(found: Any, right: dict[str, Any], units: dict[str, list[Any]]) -> None:
    """Who made a pair first, who used it later."""
    of_work: dict[int, set[str]] = defaultdict(set)
    for work, unit in zip(units["work"], units["unit"], strict=True):
        of_work[work].add(unit)
    ways: dict[tuple[str, str], tuple[set[Any], set[int]]] = defaultdict(lambda: (set(), set()))
    for pair, own in right.items():
        sources = set().union(*(of_work[work] for work in own["makers"]))
        for work in own["later"]:
            for source in sources:
                for user in of_work[work]:
                    ways[source, user][0].add(pair)
                    ways[source, user][1].add(work)
    rows = {
        (r["unit_from"], r["unit_to"]): (r["pairs"], r["works"])
        for r in found.uptake.frame("arrow").to_pylist()
    }
    assert rows == {way: (len(pairs), len(works)) for way, (pairs, works) in ways.items()}


def test_chance_is_what_swapping_items_between_works_gives() -> None:
    """Items per work and works per item kept, pairs of slots swapped many times: mean and spread of each pair."""
    rng = np.random.default_rng(4)
    n, m = 60, 12
    size = rng.integers(2, 5, n)
    works = [
        set(
            rng.choice(m, int(d), replace=False, p=np.arange(m, 0, -1) / (m * (m + 1) / 2)).tolist()
        )
        for d in size
    ]
    often = np.bincount([i for w in works for i in w], minlength=m)
    draws = []
    for draw in range(600):
        for _ in range(300 if draw else 5000):
            a, b = rng.choice(n, 2, replace=False).tolist()
            mine, theirs = sorted(works[a] - works[b]), sorted(works[b] - works[a])
            if mine and theirs:
                x, y = mine[int(rng.integers(len(mine)))], theirs[int(rng.integers(len(theirs)))]
                works[a] = works[a] - {x} | {y}
                works[b] = works[b] - {y} | {x}
        draws.append([sum(i in w and j in w for w in works) for i, j in combinations(range(m), 2)])
    sampled = np.array(draws, np.float64)
    first, second = np.array(list(combinations(range(m), 2))).T
    mean, variance = expected(np.array([len(w) for w in works]), often[first], often[second])
    assert mean == pytest.approx(sampled.mean(axis=0), rel=0.12, abs=0.12)
    assert np.sqrt(variance) == pytest.approx(sampled.std(axis=0), rel=0.15, abs=0.1)


def test_expected_pairs_of_equal_items_add_up_to_the_pairs_that_there_are() -> None:
    """100 items, each in 6 of 200 works of 3: 600 pairs of slots over 4,950 pairs of items."""
    often = np.full(100 * 99 // 2, 6)
    mean, _ = expected(np.full(200, 3), often, often)
    assert mean.sum() == pytest.approx(200 * 3, rel=1e-9)


def test_an_atypical_pair_pulls_the_low_end_and_not_the_median() -> None:
    """Every year the same two schools; one work joins them."""
    works: dict[str, list[Any]] = {"id": [], "year": []}
    items: dict[str, list[Any]] = {"work": [], "item": []}
    for number in range(40):
        school = ["a", "b", "c", "d"] if number % 2 else ["w", "x", "y", "z"]
        own = [*school, "x"] if number == 1 else school
        works["id"].append(number)
        works["year"].append(2001 if number > 3 else 2000)
        items["work"] += [number] * len(own)
        items["item"] += own
    works["year"] = [2000, 2001, *works["year"][2:]]
    found = {r["id"]: r for r in novelty(items, works, since=2001).works.frame("arrow").to_pylist()}
    assert found[1]["z_low"] < 0 < found[1]["z_median"]
    assert found[5]["z_low"] > 0


def test_items_of_unknown_undated_and_overlong_works_are_counted_not_used() -> None:
    items = {
        "work": [1, 1, 1, 2, 2, 3, 9, 4, 4, 4, 4],
        "item": ["a", "b", "a", "a", None, "a", "a", "a", "b", "c", "d"],
    }
    found = novelty(
        items, {"id": [1, 2, 3, 4], "year": [2001, 2000, None, 2001]}, since=2001, most_items=3
    )
    assert found.facts["rows"]["set_aside"] == {
        "without_item": 1,
        "unknown_work": 1,
        "undated": 1,
        "repeated": 1,
        "of_works_with_too_many_items": 4,
    }
    assert [r["id"] for r in found.works.frame("arrow").to_pylist()] == [1, 2]
    enough = novelty(
        items, {"id": [1, 2, 3, 4], "year": [2001, 2000, None, 2001]}, since=2001, most_items=4
    )
    assert [(r["id"], r["new_pairs"]) for r in enough.works.frame("arrow").to_pylist()] == [
        (1, 1),
        (2, None),
        (4, 6),
    ]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"window": "90d"}, "knowledge-bad-option", "in years"),
        ({"since": 2000}, "knowledge-bad-option", "with a past"),
        ({"since": 2013}, "knowledge-bad-option", "2000 to 2012"),
        ({"columns": ["item=class"]}, "column-missing", "class"),
        ({"columns": ["itme=i"]}, "column-role", "itme"),
    ],
)
def test_what_cannot_be_measured_is_refused(options: dict[str, Any], code: str, words: str) -> None:
    items = {"work": [1, 1, 2, 2], "item": ["a", "b", "a", "b"]}
    with pytest.raises(CeyuanError) as caught:
        novelty(items, {"id": [1, 2], "year": [2000, 2012]}, **options)
    assert caught.value.problems[0].code == code
    assert words in caught.value.problems[0].message


def test_too_many_pairs_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combined, "MOST_PAIRS", 2)
    items = {"work": [1, 1, 1, 2], "item": ["a", "b", "c", "a"]}
    with pytest.raises(CeyuanError, match="knowledge-too-large"):
        novelty(items, {"id": [1, 2], "year": [2012, 2000]}, since=2012)


def test_the_command_writes_what_python_gives(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(
        "patent,ipc\np1,H\np1,G\np2,H\np2,A\np3,A\np3,G\np4,G\np4,A\n", encoding="utf-8"
    )
    (tmp_path / "works.csv").write_text(
        "id,date\np1,2001-02-03\np2,2004-01-01\np3,2008-05-05\np4,2009-12-31\n", encoding="utf-8"
    )
    (tmp_path / "units.csv").write_text(
        "work,unit\np3,Hong Kong\np4,Guangdong\np4,Hong Kong\n", encoding="utf-8"
    )
    names = [
        "items.csv",
        "--works",
        "works.csv",
        "--units",
        "units.csv",
        "--column",
        "work=patent",
        "--column",
        "item=ipc",
    ]
    paths = [str(tmp_path / n) if n.endswith(".csv") else n for n in names]
    refused = CliRunner().invoke(
        cli, ["knowledge", "novelty", *paths, "--out", str(tmp_path / "out")]
    )
    assert "column-missing" in str(refused.exception)  # units.csv has no column patent
    (tmp_path / "units.csv").write_text(
        "patent,unit\np3,Hong Kong\np4,Guangdong\np4,Hong Kong\n", encoding="utf-8"
    )
    done = CliRunner().invoke(
        cli,
        ["knowledge", "novelty", *paths, "--out", str(tmp_path / "out")],
        catch_exceptions=False,
    )
    assert done.stdout.splitlines() == [
        "unit_from\tunit_to\tpairs\tworks",
        "Hong Kong\tGuangdong\t1\t1",
        "Hong Kong\tHong Kong\t1\t1",
    ]
    rows = list(
        csv.DictReader((tmp_path / "out/works.csv").read_text(encoding="utf-8").splitlines())
    )
    assert [(row["id"], row["new_pairs"]) for row in rows] == [
        ("p1", ""),
        ("p2", ""),
        ("p3", "1"),
        ("p4", "0"),
    ]
    of_units = list(
        csv.DictReader((tmp_path / "out/units.csv").read_text(encoding="utf-8").splitlines())
    )
    assert [
        (u["unit"], u["works"], u["new_pairs"], u["later_uses"], u["share_with_new_pairs"])
        for u in of_units
    ] == [
        ("Guangdong", "1", "0", "0", "0.0"),
        ("Hong Kong", "2", "1", "1", "0.5"),
    ]
    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["since"] == 2006
    assert set(manifest["files"]) == {
        "works.csv",
        "pairs.csv",
        "items.csv",
        "units.csv",
        "uptake.csv",
        "columns.csv",
    }


@pytest.mark.skipif(not KNOWLEDGE.is_dir(), reason="the shared data are not here")
def test_keywords_of_a_whole_topic() -> None:
    """OpenAlex handball: first uses of keyword pairs counted again with sets over all works."""
    folder = KNOWLEDGE
    with gzip.open(folder / "openalex_handball_keywords.csv.gz", "rt", encoding="utf-8") as file:
        head = next(csv.reader(file))
        rows = list(csv.reader(file))
    items = {"work": [r[0] for r in rows], "item": [r[1] for r in rows]}
    assert len(head) == 2
    found = novelty(items, folder / "openalex_handball_works.csv.gz", since=1990)
    year = {}
    with gzip.open(folder / "openalex_handball_works.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year[row["id"]] = int(row["year"]) if row["year"] else None
    works = {"id": list(year), "year": list(year.values())}
    of = {w: own for w, own in used(items, works).items() if len(own[1]) <= 100}
    first: dict[tuple[str, str], int] = {}
    for when, own in sorted(of.values(), key=lambda one: one[0]):
        for pair in combinations(sorted(own), 2):
            first.setdefault(pair, when)
    assert found.pairs.height == sum(when >= 1990 for when in first.values())
    z = np.asarray(found.works.values["z_median"])
    assert np.nanmedian(z) > 0  # works put together what goes together
