"""Disruption is what sets say that it is, on thousands of small graphs and on three real ones."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge import disruption

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "knowledge"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public graphs are not at {DATA}")
Counts = tuple[int, int, int, int, int, int]


def by_sets(
    years: dict[int, int], pairs: list[tuple[int, int]], window: int | None, ties: str = "later"
) -> dict[int, Counts]:
    """References, n_F, n_B, n_R, n_B^5 and shared references of each work, straight from the definitions."""
    cites, cited = defaultdict(set), defaultdict(set)
    for a, b in pairs:
        if a != b and a in years and b in years:
            cites[a].add(b)
            cited[b].add(a)

    def later(c: int, f: int) -> bool:
        after = years[c] >= years[f] if ties == "same" else years[c] > years[f]
        return c != f and after and (window is None or years[c] <= years[f] + window)

    found = {}
    for f in years:
        direct = {c for c in cited[f] if later(c, f)}
        of_references = {c for r in cites[f] for c in cited[r] if later(c, f)}
        both = direct & of_references
        five = sum(len(cites[c] & cites[f]) >= 5 for c in direct)
        links = sum(len(cites[c] & cites[f]) for c in direct)
        only = len(of_references - direct)
        found[f] = (len(cites[f]), len(direct - both), len(both), only, five, links)
    return found


def counts_of(found: Any) -> dict[int, Counts]:
    columns = (found.references, found.nf, found.nb, found.nr, found.level[:, 4], found.links)
    return dict(
        zip(found.ids.to_pylist(), zip(*(c.tolist() for c in columns), strict=True), strict=True)
    )


def compare(
    years: dict[int, int], pairs: list[tuple[int, int]], window: int | None, ties: str, threads: int
) -> None:
    works = {"id": list(years), "year": list(years.values())}
    citations = {
        "citing": np.array([a for a, _ in pairs], int),
        "cited": np.array([b for _, b in pairs], int),
    }
    text = "open" if window is None else str(window)
    found = disruption(citations, works, window=text, ties=ties, threads=threads)  # type: ignore[arg-type]
    expected = by_sets(years, pairs, window, ties)
    assert counts_of(found) == expected
    for i, (references, nf, nb, nr, five, links) in enumerate(expected.values()):
        if references and nf + nb:
            assert found.cd[i] == (nf - nb) / (nf + nb + nr)
            assert found.mcd[i] == pytest.approx((nf - nb) / (nf + nb + nr) * (nf + nb), rel=1e-12)
            assert found.dependence[i] == links / (nf + nb)
            if nf + five + nr:
                assert found.di(5)[i] == (nf - five) / (nf + five + nr)
        else:
            assert np.isnan([found.cd[i], found.mcd[i], found.dependence[i], found.di(5)[i]]).all()
        last = max(years.values())
        assert found.complete[i] == (
            window is not None and years[found.ids[i].as_py()] + window <= last
        )


def small_graph(rng: np.random.Generator) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Few works and years, so that ties, loops, duplicates, citations of the future and isolated works abound."""
    n = int(rng.integers(1, 14))
    years = {
        int(i): int(y)
        for i, y in zip(
            rng.permutation(n), rng.integers(2000, 2000 + rng.integers(1, 9), n), strict=True
        )
    }
    m = int(rng.integers(0, 5 * n))
    return years, [(int(a), int(b)) for a, b in rng.integers(0, n + 1, (m, 2))]  # work n is unknown


@pytest.mark.parametrize("seed", range(8))
def test_small_graphs_are_counted_as_sets_count_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(300):
        years, pairs = small_graph(rng)
        window = [None, 0, 1, 2, 3, 5][rng.integers(6)]
        compare(years, pairs, window, ["later", "same"][rng.integers(2)], 1)


@pytest.mark.parametrize("seed", range(6))
def test_hubs_whose_citers_are_joined_as_bitmaps_are_counted_alike(seed: int) -> None:
    """Kills: bits outside of the window left in the first and last word; hubs forgotten."""
    rng = np.random.default_rng(seed)
    n = 3000
    years = dict(enumerate(np.sort(rng.integers(2000, 2012, n)).tolist()))
    citing = rng.integers(0, n, 12 * n)
    cited = (citing * rng.random(citing.size) ** [1, 4][seed % 2]).astype(int)
    hubs = rng.integers(0, n // 3, 5)
    cited = np.where(rng.random(citing.size) < 0.3, hubs[rng.integers(0, 5, citing.size)], cited)
    compare(
        years,
        list(zip(citing.tolist(), cited.tolist(), strict=True)),
        [3, 5, None][seed % 3],
        "later",
        1 + seed % 2,
    )


def test_a_reference_that_cites_the_work_is_one_citer_and_not_two() -> None:
    # 1 cites 0 and 2; 2 is a reference of 1, cites it (later) and cites 0 as well.
    found = counts_of(
        disruption(
            {"citing": [1, 1, 2, 2], "cited": [0, 2, 1, 0]},
            {"id": [0, 1, 2], "year": [2000, 2001, 2002]},
        )
    )
    assert found[1] == (2, 0, 1, 0, 0, 1)


def test_a_window_ends_with_its_last_year() -> None:
    """Kills: window off by one, ≥ for >."""
    works = {"id": ["f", "r", "same", "last", "over"], "year": [2000, 1999, 2000, 2005, 2006]}
    citations = {"citing": ["f", "same", "last", "over"], "cited": ["r", "f", "f", "f"]}
    for window, ties, citers in (
        ("5", "later", 1),
        ("5", "same", 2),
        ("6", "later", 2),
        ("open", "same", 3),
    ):
        assert disruption(citations, works, window=window, ties=ties).direct[0] == citers  # type: ignore[arg-type]


def test_dates_count_whole_years_whatever_leap_days_lie_between() -> None:
    fixture = {0: "1992", 1: "1992", 2: "1993", 3: "1993", 4: "1995", 5: "1997", 6: "1998"}
    works = {"id": list(fixture), "date": [f"{y}-01-01" for y in fixture.values()]}
    citations = {"citing": [4, 4, 5, 6, 6], "cited": [2, 0, 2, 2, 4]}
    years = disruption(citations, works, window="5")
    assert years.direct.tolist()[2] == 3
    # a day short of five years: the trap of programs that count seconds
    days = disruption(citations, works, window="1825d")
    assert days.direct.tolist()[2] == 2
    leap = {
        "id": ["f", "r", "in", "out"],
        "date": ["1996-02-29", "1995-01-01", "2001-02-28", "2001-03-01"],
    }
    assert disruption({"citing": ["f", "in", "out"], "cited": ["r", "f", "f"]}, leap).direct[0] == 1


def test_every_citation_is_kept_or_set_aside_for_one_reason(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(
        "id,year\na,2000\nb,2001\nc,\na,1999\n,2003\nd,2002\n", encoding="utf-8"
    )
    rows = ["b,a", "b,a", "b,b", "d,b", "a,d", "c,a", "a,c", "x,a", "a,x", ",a", "d,a,extra", "d,a"]
    (tmp_path / "c.csv").write_text("citing,cited\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = CliRunner().invoke(
        cli,
        [
            "knowledge",
            "disruption",
            str(tmp_path / "c.csv"),
            "--works",
            str(tmp_path / "w.csv"),
            "--out",
            str(tmp_path / "o"),
        ],
    )
    assert done.exit_code == 0, done.output
    facts = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    aside = facts["citations"]["set_aside"]
    assert aside == {
        "without_id": 1, "unknown_citing": 1, "unknown_cited": 1, "undated": 2, "self_loops": 1, "self_citations": 0,
        "duplicates": 1,
    }  # fmt: skip
    assert facts["citations"]["kept"] + sum(aside.values()) == facts["citations"]["read"] == 11
    assert facts["citations"]["unreadable"] == 1
    assert facts["citations"]["kept_of_the_future"] == 1
    assert facts["works"]["set_aside"] == {"without_id": 1, "repeated": 1, "undated": 1}
    with (tmp_path / "o" / "disruption.csv").open(encoding="utf-8") as file:
        rows_out = list(csv.DictReader(file))
    assert list(rows_out[0]) == [
        "id",
        "year",
        "references",
        "nf",
        "nb",
        "nr",
        "cd",
        "di5",
        "dependence",
        "complete",
    ]
    assert [r["id"] for r in rows_out] == ["a", "b", "d"]
    assert {r["complete"] for r in rows_out} == {"false"}


def test_citations_between_the_same_authors_are_left_out_when_asked() -> None:
    """Kills: self-citations kept."""
    works = {"id": ["r", "f", "own", "other"], "year": [1999, 2000, 2001, 2002]}
    citations = {"citing": ["f", "own", "other", "other"], "cited": ["r", "f", "f", "r"]}
    authors = {"work": ["f", "f", "own", "other"], "author": ["x", "y", "y", "z"]}
    kept = counts_of(disruption(citations, works))
    assert kept["f"][:4] == (1, 1, 1, 0)  # type: ignore[index]
    found = counts_of(disruption(citations, works, authors=authors))
    assert found["f"][:4] == (1, 0, 1, 0)  # type: ignore[index]


def test_cited_works_outside_of_the_list_are_references_where_they_are_kept() -> None:
    works = {"id": ["f", "c"], "year": [2000, 2001]}
    citations = {"citing": ["f", "c", "c"], "cited": ["book", "f", "book"]}
    assert counts_of(disruption(citations, works))["f"] == (0, 1, 0, 0, 0, 0)  # type: ignore[index]
    assert counts_of(disruption(citations, works, outside=True))["f"] == (1, 0, 1, 0, 0, 1)  # type: ignore[index]


def test_order_of_rows_and_names_of_works_change_nothing() -> None:
    rng = np.random.default_rng(4)
    years, pairs = (
        {i: int(y) for i, y in enumerate(rng.integers(2000, 2010, 200))},
        rng.integers(0, 200, (1500, 2)),
    )
    plain = counts_of(
        disruption(
            {"citing": pairs[:, 0], "cited": pairs[:, 1]},
            {"id": list(years), "year": list(years.values())},
        )
    )
    order, mixed = rng.permutation(200), rng.permutation(pairs)
    named = {"citing": [f"w{a}" for a in mixed[:, 0]], "cited": [f"w{b}" for b in mixed[:, 1]]}
    works = {"id": [f"w{i}" for i in order], "year": [str(years[i]) for i in order.tolist()]}
    other = counts_of(disruption(named, works, threads=2))
    assert other == {f"w{i}": plain[i] for i in order.tolist()}


def test_min_references_makes_works_with_fewer_undefined() -> None:
    works = {"id": ["r", "s", "f", "c"], "year": [1999, 1999, 2000, 2001]}
    citations = {"citing": ["f", "f", "c"], "cited": ["r", "s", "f"]}
    assert disruption(citations, works, min_references=2).cd[2] == 1
    assert np.isnan(disruption(citations, works, min_references=3).cd[2])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"window": "five"}, "knowledge-bad-option"),
        ({"window": "90d"}, "knowledge-bad-option"),
        ({"until": "soon"}, "knowledge-bad-option"),
        ({"columns": ["identity=id"]}, "column-role"),
        ({"columns": ["id=doi"]}, "column-missing"),
    ],
)
def test_what_cannot_be_done_is_a_problem_with_a_code(options: dict[str, Any], code: str) -> None:
    with pytest.raises(CeyuanError) as caught:
        disruption(
            {"citing": ["b"], "cited": ["a"]}, {"id": ["a", "b"], "year": [1, 2000]}, **options
        )
    assert caught.value.problems[0].code == code


def test_works_without_any_time_are_a_problem() -> None:
    with pytest.raises(CeyuanError, match="knowledge-no-works"):
        disruption({"citing": ["b"], "cited": ["a"]}, {"id": ["a", "b"], "year": ["n.d.", ""]})


def packed_rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@needs_data
@pytest.mark.parametrize(
    ("name", "citations", "key"), [("hepph", "hepph_citations", "id"), ("openalex_handball", "openalex_handball_citations", "id"),
                                   ("vis", "vis_references", "doi")],
)  # fmt: skip
@pytest.mark.parametrize("window", ["5", "open"])
def test_real_graphs_have_the_exact_answer(
    name: str, citations: str, key: str, window: str
) -> None:
    found = disruption(
        DATA / f"{citations}.csv.gz",
        DATA / f"{name}_works.csv.gz",
        window=window,
        columns=[f"id={key}"],
    )
    wanted = list(packed_rows(f"{name}_cd_reference.csv.gz"))
    assert found.ids.to_pylist() == [row[key] for row in wanted]
    end = "5" if window == "5" else ""
    for column, values in (("NF", found.nf), ("NB", found.nb), ("NR", found.nr)):
        assert values.tolist() == [int(row[column + end]) for row in wanted]
    if window == "5":
        assert found.level[:, 4].tolist() == [int(row["NB5_l5"]) for row in wanted]
        assert found.links.tolist() == [int(row["DEP5"]) for row in wanted]
    cd = np.array([float(row[f"CD{end}"] or "nan") for row in wanted])
    assert (found.cd[found.defined] == cd[found.defined]).all()


@needs_data
def test_the_fixture_of_cdindex_differs_only_by_its_short_window_and_where_we_say_undefined() -> (
    None
):
    fixture = json.loads((DATA / "cd_small_fixture.json").read_text(encoding="utf-8"))
    dates = [date(year, 1, 1).isoformat() for year in fixture["times_unix_start_of_year"].values()]
    works = {"id": list(range(11)), "date": dates}
    pairs = fixture["edges_citing_cited"]
    citations = {"citing": [a for a, _ in pairs], "cited": [b for _, b in pairs]}
    found = disruption(citations, works, window="1825d")
    assert found.defined.tolist() == [i == 4 for i in range(11)]
    total = found.nf + found.nb + found.nr
    raw = np.divide(found.nf - found.nb, total, out=np.full(11, np.nan), where=total > 0)
    assert [None if v != v else v for v in raw.tolist()] == list(fixture["cd"].values())
    assert found.mcd[4] == fixture["mcd"]["4"]
