"""Flow matrices against plain Python: works in common, full and fractional, and what goes from one side to another."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import World

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

Row = dict[str, Any]
PARTY = {
    "guangzhou": "guangdong",
    "shenzhen": "guangdong",
    "zhuhai": "guangdong",
    "hongkong": "hongkong",
    "macao": "macao",
}
SIDES = {"kind": "city", "within": "gba"}


def flow(name: str, **more: Any) -> Row:
    return {"id": name, "type": "flow", "records": "contribution", "unit": "篇", "within": "gba",
            "hk_mo": {"rule": "not_applicable"}, **more}  # fmt: skip


WORKS = [
    flow("cities", side="place", among=SIDES), flow("cities_shared", side="place", among=SIDES, counting="fractional"),
    flow("parties", side="party"), flow("parties_shared", side="party", counting="fractional"),
    flow("firms", side="organisation", where="role = 'author'"),
    flow("regions", side="place", among={"places": ["gba9", "hongkong", "macao"]}),
]  # fmt: skip


def build_of(indicators: list[Row], tables: dict[str, list[Row]]) -> Build:
    return World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world").build(indicators, tables)


def matrix(build: Build, name: str) -> dict[tuple[str, str, str], float | None]:
    """Values by place, part and period."""
    return {(o.place, o.breakdown, o.period): o.value for o in build.show(name)}


document = st.tuples(
    st.sampled_from(["2022", "2023"]),
    st.lists(st.sampled_from([*PARTY, "", ""]), min_size=1, max_size=6),
)


def side_of(name: str, place: str) -> str | None:
    if not place:
        return None
    if name.startswith("cities"):
        return place
    region = {"guangdong": "gba9"} if name == "regions" else {}
    return f"Institute of {place}" if name == "firms" else region.get(PARTY[place], PARTY[place])


def expected(name: str, works: list[tuple[str, list[str]]]) -> dict[tuple[str, str, str], float]:
    """All cells, by pairs of authors."""
    found: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    for year, places in works:
        held = Counter(side for place in places if (side := side_of(name, place)) is not None)
        whole = Fraction(0)
        with_others: dict[str, Fraction] = defaultdict(Fraction)
        for a, b in permutations(held, 2):
            shared = Fraction(2 * held[a] * held[b], len(places) ** 2)
            amount = shared if name.endswith("shared") else Fraction(1)
            if name.startswith(("cities", "regions")):
                found[a, f"to={b}", year] += amount
                with_others[a] = with_others[a] + amount if name.endswith("shared") else amount
            if a < b:
                found["gba", f"from={a};to={b}", year] += amount
                whole = whole + amount if name.endswith("shared") else amount
        for a, amount in with_others.items():
            found[a, "", year] += amount
        if whole:
            found["gba", "", year] += whole
    return {key: float(value) for key, value in found.items()}


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(document, min_size=1, max_size=25))
def test_works_in_common_are_what_plain_python_counts(works: list[tuple[str, list[str]]]) -> None:
    tables: dict[str, list[Row]] = {"document": [], "contribution": []}
    for number, (year, places) in enumerate(works):
        tables["document"].append({"id": f"d{number}", "type": "paper", "date": year})
        for position, place in enumerate(places, start=1):
            tables["contribution"].append(
                {"document": f"d{number}", "role": "author", "position": position, "date": year, "place": place,
                 "party": PARTY.get(place, ""), "organisation": f"Institute of {place}" if place else ""}
            )  # fmt: skip
    with build_of(WORKS, tables) as build:
        for indicator in WORKS:
            name = indicator["id"]
            want = {
                key: pytest.approx(value, abs=1e-9) for key, value in expected(name, works).items()
            }
            assert matrix(build, name) == want, name


INVENTED = {"from_where": "role = 'inventor'", "to_where": "role = 'applicant'"}
LINKED = {
    "from_where": "organisation_type = 'university'",
    "to_where": "organisation_type = 'firm'",
}
DIRECTED = [
    flow("invented", side="place", among=SIDES, **INVENTED),
    flow("invented_shared", side="place", among=SIDES, counting="fractional", **INVENTED),
    flow("linked", side="party", **LINKED), flow("linked_shared", side="party", counting="fractional", **LINKED),
    flow("joined", records="participation", of="project", side="party", counting="fractional", **LINKED),
]  # fmt: skip
contributor = st.tuples(
    st.sampled_from(["inventor", "applicant", "author"]),
    st.sampled_from(["university", "firm", "hospital", ""]),
    st.sampled_from([*PARTY, ""]),
)


def expected_directed(
    name: str, works: list[list[tuple[str, str, str]]]
) -> dict[tuple[str, str, str], float]:
    """All cells, by every giver and every taker of a work."""
    found: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    at_places, shared = name.startswith("invented"), not name.endswith(("invented", "linked"))
    sort, ends = (0, ("inventor", "applicant")) if at_places else (1, ("university", "firm"))
    for rows in works:
        sides = {}
        for end in ends:
            sides[end] = [
                row[2] if at_places else PARTY.get(row[2]) for row in rows if row[sort] == end
            ]
        cells: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
        for a, b in product(*(sides[end] for end in ends)):
            if not a or not b or a == b:
                continue
            part = Fraction(1, len(sides[ends[0]]) * len(sides[ends[1]]))
            keys = [("gba", f"from={a};to={b}", "2022"), ("gba", "", "2022")]
            if at_places:
                keys += [(a, f"to={b}", "2022"), (a, "", "2022")]
            for key in keys:
                cells[key] = cells[key] + part if shared else Fraction(1)
        for key, amount in cells.items():
            found[key] += amount
    return {key: float(value) for key, value in found.items()}


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.lists(contributor, min_size=1, max_size=6), min_size=1, max_size=20))
def test_from_inventors_to_applicants_and_from_universities_to_firms(
    works: list[list[tuple[str, str, str]]],
) -> None:
    tables: dict[str, list[Row]] = {
        "document": [], "contribution": [], "project": [], "participation": []
    }  # fmt: skip
    for number, rows in enumerate(works):
        tables["document"].append({"id": f"d{number}", "type": "patent", "date": "2022"})
        tables["project"].append({"id": f"j{number}", "title": "One", "date": "2022"})
        for position, (role, sort, place) in enumerate(rows, start=1):
            shared = {"date": "2022", "place": place, "party": PARTY.get(place, ""),
                      "organisation": f"O{position}", "organisation_type": sort}  # fmt: skip
            tables["contribution"].append(
                {"document": f"d{number}", "role": role, "position": position, **shared}
            )
            tables["participation"].append({"project": f"j{number}", "role": "partner", **shared})
    with build_of(DIRECTED, tables) as build:
        for indicator in DIRECTED:
            name = indicator["id"]
            want = expected_directed(name, works)
            assert matrix(build, name) == {k: pytest.approx(v) for k, v in want.items()}, name


def test_a_directed_cell_is_traced_to_the_records_that_it_comes_from() -> None:
    rows = [
        ("inventor", "hongkong"),
        ("inventor", "hongkong"),
        ("inventor", "macao"),
        ("applicant", "shenzhen"),
    ]
    tables: dict[str, list[Row]] = {
        "document": [{"id": "d", "type": "patent", "date": "2022"}],
        "contribution": [
            {"document": "d", "role": role, "position": n, "date": "2022", "place": place}
            for n, (role, place) in enumerate(rows, start=1)
        ],
    }  # fmt: skip
    with build_of(DIRECTED[:2], tables) as build:
        (made,) = trace(build, "invented", place="gba", breakdown="from=hongkong;to=shenzhen")
        assert (made.observation.value, made.record_count) == (1, 2)
        (shared,) = trace(build, "invented_shared", place="hongkong", breakdown="to=shenzhen")
        assert shared.total == pytest.approx(2 / 3)
        # Nothing goes the other way.
        assert not build.show("invented", place="shenzhen")


payment = st.tuples(
    st.sampled_from(["2022", "2023"]),
    st.sampled_from([*PARTY, "guangdong"]),
    st.sampled_from([*PARTY, ""]),
    st.integers(1, 9),
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.lists(payment, min_size=1, max_size=25))
def test_what_goes_from_one_side_to_another_is_added_up_by_its_ends(
    rows: list[tuple[str, str, str, int]],
) -> None:
    paid = flow(
        "paid",
        records="payment",
        value="amount",
        unit="元",
        among=SIDES,
        **{"from": "from_place", "to": "to_place"},
    )
    joint = {**paid, "id": "joint", "both_ways": True}
    table = [
        {"id": f"p{n}", "date": year, "from_party": "guangdong", "to_party": "hongkong", "from_place": a, "to_place": b,
         "amount": amount, "amount_unit": "元"}
        for n, (year, a, b, amount) in enumerate(rows)
    ]  # fmt: skip
    directed: dict[tuple[str, str, str], int] = defaultdict(int)
    mutual: dict[tuple[str, str, str], int] = defaultdict(int)
    for year, a, b, amount in rows:
        if a == b or a not in PARTY or b not in PARTY:
            continue
        for place, part in ((a, f"to={b}"), (a, ""), ("gba", f"from={a};to={b}"), ("gba", "")):
            directed[place, part, year] += amount
        low, high = sorted((a, b))
        for place, part in (
            (a, f"to={b}"),
            (b, f"to={a}"),
            (a, ""),
            (b, ""),
            ("gba", f"from={low};to={high}"),
            ("gba", ""),
        ):
            mutual[place, part, year] += amount
    with build_of([paid, joint], {"payment": table}) as build:
        assert matrix(build, "paid") == directed
        assert matrix(build, "joint") == mutual


def test_a_cell_is_traced_to_the_records_of_one_side_and_knows_its_ends() -> None:
    tables: dict[str, list[Row]] = {
        "document": [{"id": "d", "type": "paper", "date": "2022"}],
        "contribution": [
            {"document": "d", "role": "author", "position": n, "date": "2022", "place": place}
            for n, place in enumerate(["shenzhen", "shenzhen", "hongkong"], start=1)
        ],
    }
    with build_of([WORKS[0], WORKS[1]], tables) as build:
        (made,) = trace(build, "cities", place="shenzhen", breakdown="to=hongkong")
        assert (made.observation.value, made.record_count, made.observation.ends) == (
            1,
            2,
            ("shenzhen", "hongkong"),
        )
        (shared,) = trace(
            build, "cities_shared", place="gba", breakdown="from=hongkong;to=shenzhen"
        )
        assert (shared.total, shared.observation.value) == (
            pytest.approx(4 / 9),
            pytest.approx(4 / 9),
        )
        assert shared.observation.ends == ("hongkong", "shenzhen")
        (whole,) = build.show("cities", place="gba", breakdown="")
        assert (whole.value, whole.ends) == (1, None)


@pytest.mark.parametrize(("more", "code"), [
    ({}, "missing-key"), ({"side": "place"}, "missing-key"), ({"side": "party", "among": SIDES}, "missing-key"),
    ({"side": "place", "among": {"places": ["gba9", "shenzhen"]}}, "bad-aggregation"),
    ({"side": "place", "among": {"places": ["gba", "cn"]}}, "bad-value"), ({"side": "party", "within": "x"}, "unknown-place"),
    ({"side": "party", "by": ["role"]}, "bad-aggregation"), ({"side": "party", "unit": "元"}, "wrong-unit"),
    ({"from": "party"}, "missing-key"), ({"side": "lat"}, "bad-value"), ({"side": "party", "both_ways": True}, "bad-value"),
    ({"from": "party", "to": "party", "counting": "fractional"}, "bad-counting"),
    ({"side": "party", "from_where": "role = 'inventor'"}, "missing-key"),
    ({"from": "party", "to": "party", "from_where": "position = 1", "to_where": "position = 2"}, "missing-key"),
    ({"side": "party", "from_where": "role = 'inventor'", "to_where": "rank = 2"}, "bad-filter"),
    ({"side": "party", "from_where": "role = 'inventor'", "to_where": "role = 'owner'"}, "bad-filter"),
])  # fmt: skip
def test_a_matrix_that_means_nothing_is_refused(more: Row, code: str) -> None:
    with pytest.raises(CeyuanError) as caught:
        build_of([flow("x", **more)], {})
    assert code in [p.code for p in caught.value.problems]
