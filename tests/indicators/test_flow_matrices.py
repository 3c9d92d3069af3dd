"""Flow matrices against plain Python: works in common, full and fractional, and what goes from one side to another."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations
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
])  # fmt: skip
def test_a_matrix_that_means_nothing_is_refused(more: Row, code: str) -> None:
    with pytest.raises(CeyuanError) as caught:
        build_of([flow("x", **more)], {})
    assert code in [p.code for p in caught.value.problems]
