"""The workspace of knowledge: every row accounted for, figures equal to plain Python and to the reference answers.

Expected values are computed here with the csv module alone, straight from the public tables.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, pstdev

import pytest

from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

REPOSITORY = Path(__file__).parents[1]
WORKSPACE = REPOSITORY / "workspaces" / "knowledge"
SHARED = REPOSITORY.parent / "shared" / "data"
DATA = SHARED / "knowledge"
Row = dict[str, str]

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public tables (../shared/data/knowledge) are not here"
)
SIDES = {"guangzhou": "Guangdong", "shenzhen": "Guangdong", "zhuhai": "Guangdong", "guangdong": "Guangdong",
         "hongkong": "Hong Kong", "macao": "Macao"}  # fmt: skip
TWO_SIDES = {
    "Konstanz University, VCC SIAT, China",
    "Chinese University of Hong Kong and Guangdong Prov. Key Lab. of CV and VR Tech., SIAT",
    "Chinese University of Hong Kong, Guangdong Prov. Key Lab. of CV and VR Tech., SIAT",
    "VRHIT SIAT, Chinese University of Hong Kong",
}
"""Texts that name a university elsewhere and a laboratory in Shenzhen: read as Shenzhen, uncertain."""


def rows(name: str) -> list[Row]:
    opening = gzip.open if name.endswith(".gz") else open
    with opening(DATA / name, "rt", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    root = tmp_path_factory.mktemp("knowledge") / "workspace"
    shutil.copytree(WORKSPACE, root, ignore=shutil.ignore_patterns("build", ".schemas"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEYUAN_ROOT_SHARED", str(SHARED))
        report = build_workspace(root)
        assert all(part.stored == part.read for part in report.parts)
        assert {w.code for w in report.warnings} <= {"records-too-wide"}
    with Build.open(root) as build:
        yield build


def placed(build: Build) -> list[tuple[str, str, str, str]]:
    """Work, position, text and place of every authorship."""
    query = "SELECT document, position, coalesce(organisation, ''), place FROM contribution"
    return [
        (str(d), str(n), str(text), str(place)) for d, n, text, place in build.engine.rows(query)
    ]


def test_the_workspace_has_no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the repository is a link, the relative root leads out of it.
    monkeypatch.setenv("CEYUAN_ROOT_SHARED", str(SHARED))
    _, problems = check_workspace(WORKSPACE)
    assert [p for p in problems if p.severity == "error" and p.code != "missing-root"] == []


def test_no_file_of_the_tables_is_kept_in_the_workspace() -> None:
    kept = [p for p in WORKSPACE.rglob("*") if p.is_file() and "build" not in p.parts]
    assert {p.suffix for p in kept} <= {".yaml", ".csv", ".md", ""}
    assert [p.name for p in kept if p.suffix == ".csv"] == ["places.csv"]


@needs_data
def test_places_of_affiliations_agree_with_another_reading_but_for_texts_that_name_two_sides(
    knowledge: Build,
) -> None:
    other = {
        (r["doi"], r["position"]): r["china_place_by_rule"] for r in rows("vis_authorships.csv.gz")
    }
    apart: Counter[str] = Counter()
    agree: Counter[str] = Counter()
    for work, position, text, place in placed(knowledge):
        own, theirs = SIDES.get(place, ""), other[work, position]
        theirs = theirs if theirs in SIDES.values() else ""
        if own != theirs:
            apart[f"{text} | {own or 'elsewhere'} | {theirs or 'elsewhere'}"] += 1
        elif own:
            agree[own] += 1
    assert sum(agree.values()) >= 385
    assert {line.split(" | ")[0] for line in apart} <= TWO_SIDES, sorted(apart)


@needs_data
def test_140_papers_have_the_bay_area_in_them_and_8_join_guangdong_and_hong_kong(
    knowledge: Build,
) -> None:
    at: dict[str, set[str]] = defaultdict(set)
    for work, _, _, place in placed(knowledge):
        if place in SIDES:
            at[work].add(SIDES[place])
    (papers,) = knowledge.show("vis_papers", place="gba", period="all")
    assert papers.value == len(at)
    sides = set(SIDES.values())
    other = {r["doi"] for r in rows("vis_authorships.csv.gz") if r["china_place_by_rule"] in sides}
    # One of them has it only by a laboratory in Shenzhen that the other reading does not know.
    assert len(other) == 139
    assert len(at) == 140
    assert other < set(at)
    both = sum({"Guangdong", "Hong Kong"} <= sides for sides in at.values())
    (joint,) = knowledge.show(
        "vis_joint_papers", place="gba", period="all", breakdown="from=gba9;to=hongkong"
    )
    assert joint.value == both == 8


class Conference:
    """The citations inside the conference."""

    def __init__(self) -> None:
        self.year = {r["doi"]: int(r["year"]) for r in rows("vis_works.csv.gz")}
        self.references: dict[str, set[str]] = defaultdict(set)
        self.citers: dict[str, set[str]] = defaultdict(set)
        for row in rows("vis_references.csv.gz"):
            citing, cited = row["citing"], row["cited"]
            if cited in self.year and citing != cited:
                self.references[citing].add(cited)
                self.citers[cited].add(citing)
        self.last = max(self.year.values())

    def cd(self, work: str) -> float | None:
        year = self.year[work]
        later = {w for w in self.citers[work] if year < self.year[w] <= year + 5}
        if year + 5 > self.last or not later or not self.references[work]:
            return None
        of_references = {
            w
            for r in self.references[work]
            for w in self.citers[r]
            if year < self.year[w] <= year + 5
        }
        both = len(later & of_references)
        return (len(later) - 2 * both) / len(later | of_references)

    def cited(self, work: str) -> int:
        year = self.year[work]
        return sum(year <= self.year[w] <= year + 5 for w in self.citers[work])


@needs_data
def test_disruption_and_impact_by_place_are_what_plain_python_finds(knowledge: Build) -> None:
    conference = Conference()
    exact = {r["doi"]: r for r in rows("vis_cd_reference.csv.gz")}
    scores = {work: conference.cd(work) for work in conference.year}
    for work, score in scores.items():
        if score is not None:
            assert score == pytest.approx(float(exact[work]["CD5"]), abs=1e-9)
    means = {
        year: fmean(conference.cited(w) for w, y in conference.year.items() if y == year)
        for year in set(conference.year.values())
    }
    at: dict[str, dict[str, int]] = defaultdict(Counter)
    authors: Counter[str] = Counter()
    for work, _, _, place in placed(knowledge):
        authors[work] += 1
        if place in SIDES:
            at["gba"][work] += 1
            at["hongkong" if place == "hongkong" else "other"][work] += 1
    for place in ("gba", "hongkong"):
        found = [score for work in at[place] if (score := scores[work]) is not None]
        (value,) = knowledge.show("vis_disruption", place=place, period="all")
        assert value.value == pytest.approx(fmean(found), abs=1e-9)
        assert f"{len(found)} of {len(at[place])} works" in (value.note.en if value.note else "")
        weights = {
            work: share / authors[work]
            for work, share in at[place].items()
            if conference.year[work] + 5 <= conference.last and means[conference.year[work]]
        }
        total = sum(
            weight * conference.cited(work) / means[conference.year[work]]
            for work, weight in weights.items()
        )
        (mncs,) = knowledge.show("vis_mncs", place=place, period="all")
        assert mncs.value == pytest.approx(total / sum(weights.values()), abs=1e-9)
    (world,) = knowledge.show("vis_mncs", place="world", period="all")
    assert world.value == pytest.approx(1, abs=1e-9)
    (top,) = knowledge.show("vis_top10", place="world", period="all")
    assert top.value == pytest.approx(10, abs=1e-9)


@needs_data
def test_a_value_leads_to_the_papers_behind_it(knowledge: Build) -> None:
    (made,) = trace(knowledge, "vis_disruption", place="macao", period="all")
    assert {r.fields["organisation"] for r in made.records} == {"University of Macau"}
    assert {used.name for used in made.inputs} == {"vis_authors", "vis_papers", "vis_references"}


@needs_data
def test_quotients_and_complexity_are_the_reference_answers(knowledge: Build) -> None:
    quotients = {
        (o.place, o.breakdown): o.value for o in knowledge.show("nz_quotient", period="2013", breakdown=None) if o.breakdown
    }  # fmt: skip
    reference = rows("nz2013_lq_econgeo.csv.gz")
    assert len(reference) == len(quotients) == 9295
    for row in reference:
        ua, industry, lq = list(row.values())[:3]
        assert quotients[f"nz-{ua}", f"field={industry}"] == pytest.approx(float(lq), abs=1e-9)
    own = {"cn": "chn", "hongkong": "hkg", "macao": "mac", "nz": "nzl"}
    found = {
        own.get(o.place, o.place.removeprefix("x-")): o.value
        for o in knowledge.show("trade_complexity")
        if o.value is not None
    }
    exact = {
        r["country"]: float(r["eci_exact"])
        for r in rows("world_trade_eci_exact.csv")
        if r["eci_exact"]
    }
    assert set(found) == set(exact)
    mean, spread = fmean(exact.values()), pstdev(exact.values())
    assert all(math.isclose(found[c] or 0, (exact[c] - mean) / spread, abs_tol=1e-9) for c in exact)


@needs_data
def test_new_industries_of_cities_are_near_to_those_they_have(knowledge: Build) -> None:
    """The principle of relatedness: entries are likelier, exits less likely where density is higher, in every census."""
    entries = {o.period: o.value for o in knowledge.show("nz_entry_slope", place="nz")}
    exits = {o.period: o.value for o in knowledge.show("nz_exit_slope", place="nz")}
    assert len(entries) == len(exits) == 7
    assert all(value > 0 for value in entries.values() if value is not None)
    assert all(value < 0 for value in exits.values() if value is not None)


READINGS = sorted((REPOSITORY / "docs" / "methods").glob("worked-reading*.md"))
_ROW = re.compile(
    r"^\| `(\w+)` \| `(\w+)` \| (\S+) \| (\d+) / (\d+) \| (\S+) … (\S+) \|$", re.MULTILINE
)
_SAME_YEARS = re.compile(
    r"^:caption: same_years\.py\n(.+?)^```$.+?^```text\n(.+?)^```$", re.MULTILINE | re.DOTALL
)


@needs_data
@pytest.mark.parametrize("page", READINGS, ids=lambda page: page.name)
def test_the_worked_reading_says_what_the_build_gives(knowledge: Build, page: Path) -> None:
    found = _ROW.findall(page.read_text(encoding="utf-8"))
    assert len(found) == 12
    for indicator, place, shown, scored, of, low, high in found:
        (value,) = knowledge.show(indicator, place=place, period="all")
        assert value.limits is not None
        assert value.note is not None
        assert value.note.en.startswith(f"{scored} of {of} works have a score")
        decimals = len(shown.partition(".")[2])
        assert [shown, low, high] == [f"{x:.{decimals}f}" for x in (value.value, *value.limits)]


@needs_data
@pytest.mark.parametrize("page", READINGS, ids=lambda page: page.name)
def test_the_comparison_with_papers_of_the_same_years_prints_what_the_reading_shows(
    knowledge: Build, page: Path, tmp_path: Path
) -> None:
    shown = _SAME_YEARS.search(page.read_text(encoding="utf-8"))
    assert shown is not None
    for place in ("hongkong", "world"):
        (made,) = trace(knowledge, "vis_disruption", place=place, period="all", limit=20_000)
        records = [
            {"fields": {"document": r.fields["document"]}, "value": r.value} for r in made.records
        ]
        (tmp_path / f"{place}.json").write_text(json.dumps([{"records": records}]))
    shutil.copy(DATA / "vis_works.csv.gz", tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", shown[1]], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == shown[2]


@needs_data
def test_the_worked_reading_counts_references_keywords_and_first_authors_rightly(
    knowledge: Build,
) -> None:
    conference = Conference()
    scored = {w for w in conference.year if conference.cd(w) is not None}
    at: dict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for work, position, _, place in placed(knowledge):
        at[work].add(SIDES.get(place, "elsewhere"))
        if position == "1":
            first[work] = SIDES.get(place, "elsewhere")
    joint = [w for w, sides in at.items() if {"Guangdong", "Hong Kong"} <= sides]
    assert Counter(first[w] for w in joint) == {"Hong Kong": 5, "elsewhere": 3}
    guangdong = [w for w, sides in at.items() if "Guangdong" in sides]
    assert sum(conference.year[w] > 2018 for w in guangdong) == 30
    own = [w for w in scored if "Hong Kong" in at[w]]
    of_year: dict[int, list[int]] = defaultdict(list)
    for work in scored:
        of_year[conference.year[work]].append(len(conference.references[work]))
    assert round(fmean(len(conference.references[w]) for w in own), 1) == 8.6
    assert round(fmean(fmean(of_year[conference.year[w]]) for w in own), 1) == 7.4
    with_keywords = {
        r["doi"]: int(r["year"]) for r in rows("vis_works.csv.gz") if r["author_keywords"]
    }
    assert (len(with_keywords), max(with_keywords.values())) == (1892, 2016)
    assert sum(bool(at[w] & set(SIDES.values())) for w in with_keywords) == 39
