"""Figures of a place and of places that it has something in common with are never added up: against plain Python."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import INSIDE, PLACES, World, said

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build

Row = dict[str, Any]
TALLY = """\
kind: tally
name: {en: Tally, zh-Hans: 数, zh-Hant: 數}
key: [what, where, year]
place: where
period: year
fields:
  - {id: what, type: text, name: {en: What, zh-Hans: 项, zh-Hant: 項}}
  - {id: where, type: place, name: {en: Where, zh-Hans: 地, zh-Hant: 地}}
  - {id: year, type: period, name: {en: Year, zh-Hans: 年, zh-Hant: 年}}
  - {id: amount, type: number, name: {en: Amount, zh-Hans: 额, zh-Hant: 額}}
"""
# A second group that crosses the first: neither holds the other.
CROSSED = PLACES.replace(
    "zhuhai,city,gba9;guangdong",
    "west,group,guangdong,,West,西,西,\nzhuhai,city,gba9;guangdong;west",
)
WITHIN = {**INSIDE, "west": {"west", "zhuhai"}} | {
    whole: INSIDE[whole] | {"west"} for whole in ("cn", "guangdong")
}
SPECIAL = {"hongkong", "macao"}


def inside(place: str, *, separate: bool) -> set[str]:
    return WITHIN[place] - SPECIAL if separate and place == "cn" else WITHIN[place]


def asked(name: str, kind: str, **more: Any) -> Row:
    made = {"id": name, "type": "sum", "records": kind, "value": "amount", "unit": "人"}
    return {**made, "over_places": {"rule": "total"}, **more}


def counted(name: str, kind: str, **more: Any) -> Row:
    made = {"id": name, "type": "count", "records": kind, "unit": "个"}
    return {**made, "over_places": {"rule": "total"}, **more}


INDICATORS = [
    *(
        asked(f"{kind}_{rule}", kind, hk_mo={"rule": rule})
        for kind in ("account", "tally")
        for rule in ("separate", "in_china")
    ),
    asked("account_by", "account", by=["category"], hk_mo={"rule": "in_china"}),
    counted("account_count", "account", hk_mo={"rule": "in_china"}),
    counted("tally_count", "tally", hk_mo={"rule": "in_china"}),
    asked("groups", "account", over_places={"rule": "complete", "level": "group", "min_coverage": 0.5}),
    asked("together", "account", over_places={"rule": "total", "mixed": True}, hk_mo={"rule": "in_china"}),
]  # fmt: skip


def build_of(indicators: Sequence[Row], tables: dict[str, list[Row]]) -> Build:
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "tally.yaml").write_text(TALLY, encoding="utf-8")
    world.write(indicators, tables)
    (world.root / "places.csv").write_text(CROSSED, encoding="utf-8")
    return ceyuan.open(str(world.root)).build()


row = st.tuples(
    st.sampled_from(["s1", "s2"]),
    st.sampled_from(["", "basic", "applied"]),
    st.sampled_from([*WITHIN, "shenzhen", "zhuhai", "guangzhou"]),
    st.sampled_from(["2022", "2023"]),
)
figures = st.dictionaries(row, st.integers(1, 99), min_size=2, max_size=9)


def clash(one: tuple[str, str], other: tuple[str, str], *, separate: bool) -> bool:
    """Whether two figures, each a category and a place, hold the same."""
    (a, p), (b, q) = one, other
    common = p in inside(q, separate=separate) or q in inside(p, separate=separate)
    crossed = bool(inside(p, separate=separate) & inside(q, separate=separate))
    return p != q and (common or crossed) and (a == b or "" in (a, b))


def wanted(held: dict[tuple[str, str], int], *, separate: bool) -> int | None:
    """The sum of figures by category and place; None where two of them hold the same."""
    pairs = combinations(held, 2)
    if any(clash(one, other, separate=separate) for one, other in pairs):
        return None
    return sum(held.values())


@settings(max_examples=25, deadline=None, derandomize=True)
@given(figures)
def test_a_total_adds_figures_of_places_that_have_nothing_in_common_or_none(
    drawn: dict[tuple[str, str, str, str], int],
) -> None:
    tables: dict[str, list[Row]] = {"account@s1": [], "account@s2": [], "tally": []}
    tallies: dict[tuple[str, str, str], int] = {}
    for (source, category, place, year), amount in drawn.items():
        made = {"item": "staff", "category": category, "place": place, "period": year}
        tables[f"account@{source}"].append({**made, "amount": amount, "amount_unit": "人"})
        tallies.setdefault((category, place, year), amount)
    for (category, place, year), amount in tallies.items():
        tables["tally"].append({"what": category, "where": place, "year": year, "amount": amount})
    with build_of(INDICATORS, {name: rows for name, rows in tables.items() if rows}) as build:
        for indicator in INDICATORS:
            name, kind = indicator["id"], indicator["records"]
            separate = indicator.get("hk_mo", {"rule": "separate"})["rule"] == "separate"
            for o in build.show(name, all_sources=True):
                part = o.breakdown.removeprefix("category=") if o.breakdown else None
                here = inside(o.place, separate=separate)
                held = {
                    (category, place): amount
                    for (source, category, place, year), amount in drawn.items()
                    if place in here and year == o.period and part in (None, category)
                    if kind == "account" and source == o.source
                }  # fmt: skip
                if kind == "tally":
                    held = {
                        (what, place): amount
                        for (what, place, year), amount in tallies.items()
                        if place in here and year == o.period
                    }
                value: float | None
                match indicator["type"], indicator["over_places"]:
                    case "count", _:
                        plain = wanted(held, separate=separate)
                        value = None if plain is None else len(held)
                    case _, {"mixed": True}:
                        value = sum(held.values())
                    case _, {"rule": "complete"}:
                        own = {key: v for key, v in held.items() if key[1] == o.place}
                        parts = {
                            k: v
                            for k, v in held.items()
                            if k[1] in ("gba9", "west") and k not in own
                        }
                        value = sum(own.values()) if own else wanted(parts, separate=separate)
                    case _:
                        value = wanted(held, separate=separate)
                assert o.value == value, (name, o, held)


def account(place: str, amount: int, **more: Any) -> Row:
    made = {"item": "staff", "category": "", "place": place, "period": "2023", "amount_unit": "人"}
    return {**made, "amount": amount, **more}


def test_what_is_refused_is_told_with_its_places_and_what_to_do() -> None:
    rows = [account("guangdong", 100), account("shenzhen", 40), account("hongkong", 7)]
    with build_of(
        [asked("staff", "account", hk_mo={"rule": "separate"})], {"account": rows}
    ) as build:
        (warning,) = [w for w in build.manifest["warnings"] if "mixed-places" in str(w)]
        for word in (
            "indicators/all.yaml",
            "staff",
            "cn",
            "guangdong",
            "shenzhen",
            "2023",
            "rule: own",
        ):
            assert word in str(warning)
        found = {o.place: o for o in build.show("staff")}
        assert found["shenzhen"].value == 40
        assert found["gba"].value == 47  # Guangdong as a whole is no part of the area
        assert found["guangdong"].value is None
        assert (said(found["guangdong"].reason) or "").startswith(
            "records of a place and of places in it"
        )


def test_events_of_a_place_and_of_places_in_it_are_added_up() -> None:
    rows = [
        {"id": str(n), "place": place, "date": "2023-05-01", "name": "x", "type": "forum"}
        for n, place in enumerate(["guangdong", "shenzhen", "shenzhen"])
    ]
    with build_of(
        [counted("events", "event", hk_mo={"rule": "separate"})], {"event": rows}
    ) as build:
        assert {o.place: o.value for o in build.show("events")}["guangdong"] == 3


FLOWS = [
    {"id": name, "type": "flow", "records": "flow", "value": "number", "unit": "人", "within": "gba",
     "from": "from_place", "to": "to_place", "hk_mo": {"rule": "not_applicable"}, "among": {"places": ["gba9", "hongkong", "macao"]}, **more}
    for name, more in (("one_way", {}), ("both_ways", {"both_ways": True}))
]  # fmt: skip


@pytest.mark.parametrize("whole", [True, False])
def test_a_flow_does_not_add_the_figure_of_a_side_to_those_of_its_parts(whole: bool) -> None:
    ways = {("shenzhen", "hongkong"): 4, ("guangzhou", "hongkong"): 5, ("hongkong", "macao"): 6}
    if whole:
        ways["gba9", "hongkong"] = 20
    rows = [
        {"item": "x", "from_place": a, "to_place": b, "period": "2023", "number": n, "number_unit": "人"}
        for (a, b), n in ways.items()
    ]  # fmt: skip
    with build_of(FLOWS, {"flow": rows}) as build:
        for name in ("one_way", "both_ways"):
            found = {(o.place, o.breakdown): o.value for o in build.show(name)}
            between = None if whole else 9
            assert found["gba9", "to=hongkong"] == found["gba9", ""] == between
            assert found["hongkong", "to=macao"] == 6
            assert found["gba", ""] == (None if whole else 15)


def test_mixing_means_nothing_but_for_totals() -> None:
    wrong = asked(
        "staff", "account", over_places={"rule": "own", "mixed": True}, hk_mo={"rule": "in_china"}
    )
    with pytest.raises(CeyuanError) as caught:
        build_of([wrong], {"account": [account("shenzhen", 1)]})
    assert {p.code for p in caught.value.problems} == {"bad-aggregation"}
