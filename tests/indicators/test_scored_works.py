"""Disruption, impact and novelty as indicators, against definitions written out with sets over small random worlds."""

from __future__ import annotations

import random
import tempfile
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest
from world import INSIDE, World, said

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from ceyuan.workspace.definitions import Names

Row = dict[str, Any]
Work = tuple[int, list[str], list[str], str]
"""Year, places of its authors, classes, discipline."""
CITIES = ("guangzhou", "shenzhen", "hongkong", "macao", "")
YEARS = range(2000, 2008)
LAST = 2007
SKIPPED = {"guangdong", "gba9", "gba", "cn"}


def scored(name: str, kind: str, **more: Any) -> Row:
    return {"id": name, "type": kind, "records": "contribution", "unit": "1", "hk_mo": {"rule": "in_china"}, **more}  # fmt: skip


INDICATORS = [
    scored("cd", "disruption", window="2"),
    scored("cd_shared", "disruption", window="2", counting="fractional"),
    scored("cd_same", "disruption", window="open", ties="same"),
    scored("di5", "disruption", window="open", figure="di5", statistic="median"),
    scored("above", "disruption", window="open", figure="disruptive"),
    scored("others", "disruption", window="open", author="contributor"),
    scored("cites", "impact", figure="citations", window="2", ties="later", statistic="sum", unit="次"),
    scored("mncs", "impact", figure="score", window="2", field="field"),
    scored("top", "impact", figure="top10", window="2", counting="fractional", statistic="sum", unit="篇"),
    scored("pairs", "novelty", figure="new_pairs", statistic="sum", since=2002, unit="项"),
]  # fmt: skip


def random_world(seed: int, size: int, density: float) -> tuple[list[Work], list[tuple[int, int]]]:
    """Works of all years; of two works either may cite the other: the future is cited, too, and works cite themselves."""
    rng = random.Random(seed)  # noqa: S311 - a test world, no secret
    works: list[Work] = [(2000, ["shenzhen"], ["a"], "physics")]
    for _ in range(size):
        places = [rng.choice(CITIES) for _ in range(rng.randint(1, 3))]
        classes = rng.sample("abcd", rng.randint(0, 3))
        works.append((rng.choice(YEARS), places, classes, rng.choice(["physics", "chemistry"])))
    # One finished and one late work, so that the data have both ends.
    works.append((LAST, ["macao"], ["b"], "physics"))
    numbers = range(1, size + 1)
    edges = [(a, b) for a in numbers for b in numbers if rng.random() < density]
    return works, edges


def tables_of(works: list[Work], edges: list[tuple[int, int]]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {
        "document": [],
        "contribution": [],
        "document_class": [],
        "citation": [],
    }
    for number, (year, places, classes, field) in enumerate(works):
        name = f"d{number}"
        tables["document"].append({"id": name, "type": "paper", "date": year, "field": field})
        tables["contribution"] += [
            {"document": name, "role": "author", "position": n, "date": year, "place": place, "contributor": f"a{number % 3}"}
            for n, place in enumerate(places, start=1)
        ]  # fmt: skip
        tables["document_class"] += [{"document": name, "scheme": "x", "class": c} for c in classes]
    tables["citation"] = [{"citing": f"d{a}", "cited": f"d{b}"} for a, b in edges]
    tables["citation"].append({"citing": "d0", "cited": "elsewhere"})
    return tables


class Definitions:
    """The measures, word by word."""

    def __init__(self, works: list[Work], edges: list[tuple[int, int]]) -> None:
        self.works = works
        self.year = [work[0] for work in works]
        self.edges = {(a, b) for a, b in edges if a != b}

    def cd(
        self, focal: int, window: int | None, same: bool, own: bool, least: int = 1
    ) -> float | None:
        edges = self.edges
        if not own:
            edges = {(a, b) for a, b in edges if a % 3 != b % 3}
        if window is not None and self.year[focal] + window > LAST:
            return None
        later = {w for w in range(len(self.works)) if self._counts(w, focal, window, same)}
        references = {b for a, b in edges if a == focal}
        citers = {a for a, b in edges if b == focal} & later
        if not references or not citers:
            return None
        shared = {c: sum((c, r) in edges for r in references) for c in later}
        nf = sum(shared[c] == 0 for c in citers)
        nb = sum(shared[c] >= least for c in citers)
        nr = sum(shared[w] > 0 for w in later - citers)
        return None if nf + nb + nr == 0 else (nf - nb) / (nf + nb + nr)

    def _counts(self, other: int, focal: int, window: int | None, same: bool) -> bool:
        gap = self.year[other] - self.year[focal]
        return (
            other != focal and (gap >= 0 if same else gap > 0) and (window is None or gap <= window)
        )

    def cited(self, focal: int, window: int, same: bool) -> int | None:
        if self.year[focal] + window > LAST:
            return None
        return sum(b == focal and self._counts(a, focal, window, same) for a, b in self.edges)

    def comparable(self, focal: int, by_field: bool) -> list[int]:
        def alike(other: int) -> bool:
            same_field = not by_field or self.works[other][3] == self.works[focal][3]
            return self.year[other] == self.year[focal] and same_field

        return [self.cited(w, 2, True) or 0 for w in range(len(self.works)) if alike(w)]

    def mncs(self, focal: int) -> float | None:
        cited, cell = self.cited(focal, 2, True), self.comparable(focal, True)
        return None if cited is None or sum(cell) == 0 else cited / fmean(cell)

    def top(self, focal: int) -> float | None:
        cited, cell = self.cited(focal, 2, True), self.comparable(focal, False)
        if cited is None:
            return None
        above, ties = sum(c > cited for c in cell), cell.count(cited)
        return min(1.0, max(0.0, (0.1 * len(cell) - above) / ties))

    def new_pairs(self, focal: int) -> int | None:
        classes = set(self.works[focal][2])
        if len(classes) < 2 or self.year[focal] < 2002:
            return None
        earlier = [set(w[2]) for w in self.works if w[0] < self.year[focal]]
        return sum(not any({a, b} <= w for w in earlier) for a, b in combinations(classes, 2))

    def score(self, name: str, focal: int) -> float | None:
        found = {
            "cd": lambda: self.cd(focal, 2, False, True),
            "cd_shared": lambda: self.cd(focal, 2, False, True),
            "cd_same": lambda: self.cd(focal, None, True, True),
            "di5": lambda: self.cd(focal, None, False, True, least=5),
            "above": lambda: self.cd(focal, None, False, True),
            "others": lambda: self.cd(focal, None, False, False),
            "cites": lambda: self.cited(focal, 2, False),
            "mncs": lambda: self.mncs(focal),
            "top": lambda: self.top(focal),
            "pairs": lambda: self.new_pairs(focal),
        }[name]()
        return float(found > 0) if name == "above" and found is not None else found

    def of_place(self, name: str, place: str, year: int) -> tuple[float | None, int, int]:
        """The value, and how many works have a score of how many."""
        scores: list[tuple[float, Fraction]] = []
        size = 0
        for number, (when, places, _, _) in enumerate(self.works):
            here = sum(p in INSIDE[place] for p in places)
            if when != year or not here:
                continue
            size += 1
            score = self.score(name, number)
            if score is not None:
                scores.append((score, Fraction(here, len(places))))
        return self._made(name, scores), len(scores), size

    def _made(self, name: str, scores: list[tuple[float, Fraction]]) -> float | None:
        if not scores:
            return None
        if name in ("cd_shared", "top"):
            total = sum(score * float(share) for score, share in scores)
            return total if name == "top" else total / float(sum(share for _, share in scores))
        values = [score for score, _ in scores]
        match name:
            case "di5":
                return median(values)
            case "cites" | "pairs":
                return sum(values)
            case _:
                return fmean(values)


def build_of(indicators: list[Row], tables: dict[str, list[Row]]) -> Build:
    return World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world").build(indicators, tables)


def assert_right(works: list[Work], edges: list[tuple[int, int]]) -> None:
    """Every value of every indicator is what the definitions say."""
    right = Definitions(works, edges)
    with build_of(INDICATORS, tables_of(works, edges)) as build:
        for indicator in INDICATORS:
            name = indicator["id"]
            shown = {(o.place, int(o.period)): o for o in build.show(name)}
            for place in INSIDE:
                for year in YEARS:
                    value, present, size = right.of_place(name, place, year)
                    if size == 0:
                        assert (place, year) not in shown
                        continue
                    found = shown[place, year]
                    assert found.value == (
                        None if value is None else pytest.approx(value, abs=1e-9)
                    ), (name, place, year)
                    text = said(found.note if value is not None else found.reason) or ""
                    assert f"{present} of {size} works" in text, (name, place, year, text)


@pytest.mark.parametrize(
    ("seed", "size", "density"), [(1, 4, 0.3), (2, 20, 0.08), (3, 40, 0.06), (4, 25, 0.3)]
)
def test_every_value_is_what_the_definitions_say(seed: int, size: int, density: float) -> None:
    assert_right(*random_world(seed, size, density))


def test_every_value_is_right_where_nearly_every_work_cites_most_earlier_ones() -> None:
    """Small random graphs are too thin for citers that share five references, and for windows that end with the data."""
    rng = random.Random(5)  # noqa: S311 - a test world, no secret
    works: list[Work] = [
        (2000 + n // 3, [rng.choice(CITIES), rng.choice(CITIES)], ["a", "b"], "physics")
        for n in range(24)
    ]
    edges = [(a, b) for a in range(24) for b in range(a) if rng.random() < 0.6]
    assert_right(works, edges)


SMALL: list[Work] = [
    (2000, ["shenzhen"], ["a"], "physics"),
    (2001, ["guangzhou", "hongkong"], ["a", "b"], "physics"),
    (2002, ["shenzhen"], [], "physics"),
    (2003, ["macao"], [], "physics"),
    (2007, ["macao"], [], "physics"),
]
CITED = [(1, 0), (2, 1), (3, 1), (3, 0)]
"""Of the citers of the second work one cites what it cites too: CD = (1 − 1) / 2 = 0."""


def test_a_value_is_traced_to_the_records_of_its_works_and_what_scored_them() -> None:
    with build_of([scored("cd", "disruption")], tables_of(SMALL, CITED)) as build:
        (made,) = trace(build, "cd", place="gba9", period="2001")
    assert (made.observation.value, made.record_count, made.total) == (0, 1, None)
    (record,) = made.records
    assert (record.fields["document"], record.value) == ("d1", 0)
    assert {used.name for used in made.inputs} == {"contribution", "document", "citation"}
    assert "work_scores" in made.query


def test_scores_are_taken_over_where_nothing_changed_and_computed_anew_where_citations_did() -> (
    None
):
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    asked = [
        scored("cd", "disruption"),
        scored("mean_score", "impact", figure="citations", unit="次"),
    ]
    tables = tables_of(SMALL, CITED)
    world.build(asked, tables).close()
    renamed = [asked[0], {**asked[1], "note": "Anew"}]
    with world.build(renamed, tables) as build:
        (made,) = trace(build, "cd", place="hongkong", period="2001")
        assert made.records[0].value == 0
    tables["citation"].remove({"citing": "d3", "cited": "d0"})
    with world.build(renamed, tables) as build:
        assert build.show("cd", place="hongkong", period="2001")[0].value == 1


def test_too_few_works_make_no_value_and_a_mean_has_limits() -> None:
    works = [*SMALL, (2001, ["hongkong"], [], "physics")]
    cited = [*CITED, (5, 0), (2, 5)]
    asked = [
        scored("cd", "disruption"),
        scored("cd_percent", "disruption", unit="%"),
        scored("strict", "disruption", min_works=3),
        scored("alike", "impact", figure="citations", window="open", where="place = 'macao'", unit="次"),
    ]  # fmt: skip
    with build_of(asked, tables_of(works, cited)) as build:
        (percent,) = build.show("cd_percent", place="hongkong", period="2001")
        (alike,) = build.show("alike", place="macao", period="2003")
        (mean,) = build.show("cd", place="hongkong", period="2001")
        (strict,) = build.show("strict", place="hongkong", period="2001")
        rows = build.frame("cd", "arrow", place="hongkong", period="2001").to_pylist()
    # Scores 0 and 1/2: their mean has a standard error of 1/4.
    assert mean.value == pytest.approx(0.25)
    assert said(mean.note) == "2 of 2 works have a score; 95% limits -0.24 to 0.74"
    assert (mean.limits, strict.limits, alike.limits) == ((-0.24, 0.74), None, None)
    assert (percent.value, percent.limits) == (pytest.approx(25), (-24.0, 74.0))
    assert [(row["low"], row["high"]) for row in rows] == [(-0.24, 0.74)]
    assert (strict.value, said(strict.reason)) == (None, "only 2 of 2 works have a score")


def test_the_formula_says_every_rule() -> None:
    asked = [
        scored("own", "disruption", author="contributor", works_where="type = 'paper'"),
        scored("top", "impact", figure="top1", field="field"),
    ]
    with build_of(asked, tables_of(SMALL, CITED)) as build:
        names = Names({}, {}, build.kinds)
        own, top = (build.indicators[name].formula(names).en for name in ("own", "top"))
    for rule in (
        "within 5 years",
        "without self-citations",
        "same year left out",
        "type = 'paper'",
    ):
        assert rule in own
    assert "1%" in top
    assert "year, field" in top


@pytest.mark.parametrize(
    ("more", "code", "what"),
    [
        ({"citations": "citations"}, "unknown-kind", "citation"),
        ({"citations": "document"}, "unknown-field", "citing"),
        ({"window": "five"}, "knowledge-bad-option", "five"),
        ({"window": "90d"}, "knowledge-bad-option", "days"),
        ({"works_where": "colour = 'red'"}, "bad-filter", "colour"),
        ({"of": "contributor"}, "unknown-field", "refers to no work"),
        ({"records": "payment"}, "unknown-field", "payment"),
        ({"author": "writer"}, "unknown-field", "writer"),
        ({"unit": "亿元"}, "wrong-unit", "ratio"),
        ({"unit": "篇"}, "wrong-unit", "ratio"),
        ({"statistic": "median", "counting": "fractional"}, "bad-counting", "median"),
        ({"over_places": {"rule": "complete", "level": "city"}}, "bad-aggregation", "not added up"),
        ({"over_periods": "last"}, "bad-aggregation", "period"),
        ({"zero_where": "role = 'author'"}, "bad-aggregation", "zero_where"),
        ({"statistic": "average"}, "bad-value", "mean"),
    ],
)  # fmt: skip
def test_faults_of_a_definition_are_told(more: Row, code: str, what: str) -> None:
    with pytest.raises(CeyuanError) as caught:
        build_of([scored("cd", "disruption", **more)], tables_of(SMALL, CITED))
    assert code in {p.code for p in caught.value.problems}
    assert any(what in f"{p.message} {p.hint}" for p in caught.value.problems if p.code == code)


def test_without_works_or_citations_nothing_has_a_score() -> None:
    asked = scored("cd", "disruption")
    with build_of([asked], {}) as build:
        assert build.show("cd") == []
    tables = tables_of(SMALL, [])
    del tables["citation"]
    with build_of([asked], tables) as build:
        assert {(o.value, said(o.reason)) for o in build.show("cd", place="shenzhen")} == {
            (None, "only 0 of 1 works have a score")
        }
