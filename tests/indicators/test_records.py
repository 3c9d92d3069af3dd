"""Indicators counted from records: they equal what a few lines of Python count, whatever the order of the rows."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import INSIDE, World, said, values

from ceyuan.pipeline.tracing import trace

CITIES = ["guangzhou", "shenzhen", "zhuhai", "hongkong", "macao"]
APART = {"hongkong", "macao"}

payment = st.fixed_dictionaries({
    "from_party": st.sampled_from(["guangdong", "hongkong"]),
    "to_party": st.sampled_from(["guangdong", "hongkong", "macao"]),
    "amount": st.decimals(0, 10**9, places=2, allow_nan=False),
    "date": st.dates(min_value=__import__("datetime").date(2019, 1, 1), max_value=__import__("datetime").date(2024, 12, 31)),
    "place": st.sampled_from([*CITIES, "gba9", "guangdong", ""]),
})  # fmt: skip


def contains(place: str, record: str, *, separate: bool) -> bool:
    if not record or record not in INSIDE[place]:
        return False
    return not (separate and place == "cn" and record in APART)


KINDS = """kind: transfer
key: [id]
place: place
period: date
fields:
  - {id: id, type: text, required: true, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: from_party, type: party, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: to_party, type: party, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: amount, type: quantity, dimension: money, unit: 元, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: date, type: date, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: place, type: place, name: {en: i, zh-Hans: i, zh-Hant: i}}
"""
BASE = {"records": "transfer"}
INDICATORS = [
    {"id": "n", "type": "count", "unit": "笔", "periods": ["year", "quarter", "fiscal", "plan", "all"], **BASE},
    {"id": "money", "type": "sum", "value": "amount", "unit": "万元", **BASE, "by": ["to_party"]},
    {"id": "cross", "type": "sum", "value": "amount", "unit": "元", "where": "from_party != to_party", **BASE},
    {"id": "receivers", "type": "distinct", "value": "to_party", "unit": "个", **BASE},
    {"id": "in_china", "type": "count", "unit": "笔", **BASE, "hk_mo": {"rule": "in_china"}},
    {"id": "own", "type": "count", "unit": "笔", **BASE, "over_places": {"rule": "own"}},
]  # fmt: skip


def built(rows: list[dict[str, Any]]) -> Any:
    root = Path(tempfile.mkdtemp(prefix="ceyuan-test-"))
    world = World(root / "world")
    (root / "world" / "kinds").mkdir(parents=True)
    (root / "world" / "kinds" / "transfer.yaml").write_text(KINDS, encoding="utf-8")
    return world.build(INDICATORS, {"transfer": rows})


def fiscal(day: Any) -> str:
    year = day.year if day.month >= 4 else day.year - 1
    return f"{year}/{(year + 1) % 100:02d}"


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(payment, min_size=1, max_size=60), st.integers())
def test_counts_and_sums_equal_a_count_by_hand(rows: list[dict[str, Any]], seed: int) -> None:
    rows = [{"id": f"t{i}", **row} for i, row in enumerate(rows)]
    random.Random(seed).shuffle(rows)  # noqa: S311 - a test's order, not a secret
    with built(rows) as build:
        counts: dict[tuple[str, str], float] = defaultdict(float)
        money: dict[tuple[str, str], Any] = defaultdict(int)
        receivers: dict[tuple[str, str], set[str]] = defaultdict(set)
        in_china: dict[tuple[str, str], float] = defaultdict(float)
        for row in rows:
            day = row["date"]
            plan = "2016..2020" if day.year <= 2020 else "2021..2025"
            for place in INSIDE:
                if contains(place, row["place"], separate=True):
                    for period in (
                        str(day.year),
                        f"{day.year}-Q{(day.month + 2) // 3}",
                        fiscal(day),
                        plan,
                        "all",
                    ):
                        counts[place, period] += 1
                    money[place, str(day.year)] += row["amount"]
                    receivers[place, str(day.year)].add(row["to_party"])
                if contains(place, row["place"], separate=False):
                    in_china[place, str(day.year)] += 1
        assert values(build, "n") == counts
        assert values(build, "in_china") == in_china
        assert values(build, "receivers") == {k: len(v) for k, v in receivers.items()}
        found = values(build, "money")
        assert found.keys() == money.keys()
        for key, total in money.items():
            assert found[key] == pytest.approx(float(total) / 10_000, rel=1e-12)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.lists(payment, min_size=1, max_size=40))
def test_the_parts_of_a_breakdown_sum_to_the_total(rows: list[dict[str, Any]]) -> None:
    with built([{"id": f"t{i}", **row} for i, row in enumerate(rows)]) as build:
        parts: dict[tuple[str, str], float] = defaultdict(float)
        for o in build.show("money"):
            if o.breakdown:
                assert o.breakdown.startswith("to_party=")
                parts[o.place, o.period] += o.value or 0
        totals = values(build, "money")
        assert parts.keys() == totals.keys()
        assert all(parts[k] == pytest.approx(totals[k]) for k in parts)


def test_records_without_a_place_are_counted_as_such(world: World) -> None:
    rows = [
        {"id": "a", "place": "", "amount": 1, "date": "2020-01-01"},
        {"id": "b", "place": "macao", "amount": 2, "date": ""},
    ]
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "transfer.yaml").write_text(KINDS, encoding="utf-8")
    with world.build([INDICATORS[1]], {"transfer": rows}) as build:
        (coverage,) = build.manifest["coverage"]
        assert (coverage["matched"], coverage["unplaced"], coverage["undated"]) == (2, 1, 1)
        assert build.show("money") == []


def documents(shares: list[list[str]]) -> dict[str, list[dict[str, Any]]]:
    docs = [{"id": f"d{i}", "type": "paper", "date": "2023"} for i in range(len(shares))]
    people = [
        {"document": f"d{i}", "position": n + 1, "contributor": f"p{i}-{n}", "place": place}
        for i, places in enumerate(shares)
        for n, place in enumerate(places)
    ]
    return {"document": docs, "contribution": people}


FRACTIONAL = {
    "id": "papers", "type": "count", "unit": "篇", "records": "contribution", "counting": "fractional",
    "period": "document.date",
}  # fmt: skip


def test_fractional_weights_are_conserved(world: World) -> None:
    shares = [
        ["shenzhen", "hongkong"],
        ["guangzhou"],
        ["shenzhen", "shenzhen", "macao"],
        ["zhuhai", "", ""],
    ]
    with world.build([FRACTIONAL], documents(shares)) as build:
        found = values(build, "papers")
        assert found["shenzhen", "2023"] == pytest.approx(1 / 2 + 2 / 3)
        assert found["zhuhai", "2023"] == pytest.approx(1 / 3)
        assert found["gba", "2023"] == pytest.approx(4 - 2 / 3)
        placed = sum(found[c, "2023"] or 0 for c in CITIES)
        assert placed == pytest.approx(found["gba", "2023"])


def test_each_role_shares_a_document_once(world: World) -> None:
    tables = documents([["shenzhen", "macao"]])
    for row in tables["contribution"]:
        row["role"] = "inventor"
    tables["contribution"].append(
        {
            "document": "d0",
            "position": 1,
            "contributor": "firm",
            "place": "hongkong",
            "role": "applicant",
        }
    )
    inventors = {**FRACTIONAL, "where": "role = 'inventor'"}
    with world.build([inventors], tables) as build:
        assert values(build, "papers")["gba", "2023"] == pytest.approx(1)
        assert values(build, "papers")["macao", "2023"] == pytest.approx(1 / 2)


def test_periods_without_events_are_zero_in_a_running_total(world: World) -> None:
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "transfer.yaml").write_text(KINDS, encoding="utf-8")
    rows = [
        {"id": str(y), "place": "macao", "amount": 1, "date": f"{y}-05-01"}
        for y in (2019, 2020, 2023)
    ]
    running = {"id": "running", "type": "cumulative", "unit": "笔", "of": "own", "cumulative": True}
    with world.build([INDICATORS[5], running], {"transfer": rows}) as build:
        assert values(build, "running") == {
            ("macao", "2019"): 1,
            ("macao", "2020"): 2,
            ("macao", "2023"): 3,
        }


def test_full_counting_counts_every_contributor(world: World) -> None:
    with world.build(
        [{**FRACTIONAL, "counting": "full"}], documents([["shenzhen", "shenzhen"], ["macao"]])
    ) as build:
        assert values(build, "papers")["gba", "2023"] == 3


ACCOUNT = {
    "records": "account",
    "value": "amount",
    "type": "sum",
    "unit": "亿元",
    "where": "item = 'rd'",
}


def account(place: str, period: str, amount: float, unit: str = "亿元") -> dict[str, Any]:
    return {"item": "rd", "place": place, "period": period, "amount": amount, "amount_unit": unit}


def test_a_complete_sum_is_missing_until_every_part_is_there(world: World) -> None:
    complete = {"id": "rd", **ACCOUNT, "over_places": {"rule": "complete", "level": "city"}}
    rows = [
        account("guangzhou", "2023", 1),
        account("shenzhen", "2023", 2),
        account("guangdong", "2022", 9),
    ]
    rows += [account(c, "2024", i + 1) for i, c in enumerate(CITIES)]
    with world.build([complete], {"account": rows}) as build:
        found = {(o.place, o.period): o for o in build.show("rd")}
        assert found["gba9", "2023"].value is None
        assert said(found["gba9", "2023"].reason) == "only 2 of 3 parts (city) have a value"
        assert found["gba9", "2024"].value == 6
        assert found["gba", "2024"].value == 15
        assert found["cn", "2024"].value == 6  # Hong Kong and Macao are separate
        assert found["guangdong", "2022"].value == 9  # its own statement


def test_a_sum_of_enough_parts_is_a_lower_bound_that_says_of_how_many(world: World) -> None:
    rule = {"rule": "complete", "level": "city", "min_coverage": 0.66}
    loose = {"id": "rd", **ACCOUNT, "over_places": rule}
    kinds = {
        "id": "kinds",
        "records": "account",
        "type": "distinct",
        "value": "item",
        "unit": "个",
        "over_places": rule,
    }
    rows = [
        account("guangzhou", "2023", 1),
        account("shenzhen", "2023", 2),
        account("guangzhou", "2022", 1),
    ]
    rows += [account("guangzhou", "2021", 1), account("shenzhen", "2021", -2)]
    rows += [account(c, "2024", i + 1) for i, c in enumerate(CITIES)]
    with world.build([loose, kinds], {"account": rows}) as build:
        found = {o.period: o for o in build.show("rd", place="gba9")}
        assert (found["2023"].value, found["2023"].bound, said(found["2023"].note)) == (
            3,
            "ge",
            "sum of 2 of 3 parts (city)",
        )
        assert (found["2024"].value, found["2024"].bound, found["2024"].note) == (6, "eq", None)
        assert (found["2022"].value, said(found["2022"].reason)) == (
            None,
            "only 1 of 3 parts (city) have a value",
        )
        assert found["2021"].value is None  # with a negative part a sum of some is no lower bound
        (traced,) = trace(build, "rd", place="gba9", period="2023")
        assert (len(traced.records), traced.total) == (2, 3)
        assert {o.period: (o.value, o.bound) for o in build.show("kinds", place="gba9")}[
            "2023"
        ] == (1, "ge")


def test_two_sources_of_one_account_are_never_added_up(world: World) -> None:
    own = {"id": "rd", **ACCOUNT, "over_places": {"rule": "own"}}
    with world.build(
        [own],
        {"account@s1": [account("macao", "2023", 5)], "account@s2": [account("macao", "2023", 6)]},
    ) as build:
        everything = build.show("rd", all_sources=True)
        assert sorted((o.source, o.value, o.shown) for o in everything) == [
            ("s1", 5, False),
            ("s2", 6, True),
        ]
        assert everything[0].rule is not None


def test_stocks_take_the_last_statement_within_the_period(world: World) -> None:
    last = {"id": "rd", **ACCOUNT, "over_places": {"rule": "own"}, "over_periods": "last"}
    rows = [
        account("macao", "2023-Q1", 5),
        account("macao", "2023-Q3", 7),
        account("macao", "2024", 8),
    ]
    with world.build([last], {"account": rows}) as build:
        assert values(build, "rd") == {("macao", "2023"): 7, ("macao", "2024"): 8}


def test_accounts_of_another_grain_do_not_make_a_year(world: World) -> None:
    exact = {"id": "rd", **ACCOUNT, "over_places": {"rule": "own"}}
    rows = [
        account("macao", "2023-Q1", 5),
        account("macao", "2024", 8),
        account("macao", "2024/25", 1),
    ]
    with world.build([exact], {"account": rows}) as build:
        assert values(build, "rd") == {("macao", "2024"): 8}


def test_units_of_a_sum_must_agree(world: World) -> None:
    own = {"id": "rd", **ACCOUNT, "over_places": {"rule": "own"}}
    with pytest.raises(Exception, match="mixed-units"):
        world.build(
            [own],
            {"account": [account("macao", "2023", 5), account("hongkong", "2023", 5, "亿港元")]},
        )


def test_records_of_a_province_as_a_whole_are_warned_of_where_areas_have_parts_of_it(
    world: World,
) -> None:
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "transfer.yaml").write_text(KINDS, encoding="utf-8")
    places = ["guangdong", "guangdong", "shenzhen", "gba9"]
    rows = [
        {"id": str(i), "place": place, "amount": 1, "date": "2020-05-01"}
        for i, place in enumerate(places)
    ]
    with world.build([INDICATORS[0], INDICATORS[5]], {"transfer": rows}) as build:
        found = values(build, "n")
        assert (found["guangdong", "2020"], found["gba", "2020"], found["gba9", "2020"]) == (
            4,
            2,
            2,
        )
        (warning,) = build.manifest["warnings"]
        assert warning["code"] == "records-too-wide"
        assert "n: 2 records of transfer are placed at guangdong" in warning["message"]
        assert warning["message"].endswith("not for gba, gba9")
    narrow = [row for row in rows if row["place"] != "guangdong"]
    with world.build([INDICATORS[0]], {"transfer": narrow}) as build:
        assert build.manifest["warnings"] == []


@pytest.mark.parametrize(
    "stated",
    [
        {"2023": 5, "2023-Q4": 7}, {"2023-Q4": 7, "2023": 5}, {"2023-Q3": 1, "2023-12": 7, "2023": 5},
        {"2023-Q4": 5, "2023-12": 7},
    ],
)  # fmt: skip
def test_statements_of_one_end_are_not_added(world: World, stated: dict[str, float]) -> None:
    """What is stated for a year, and for its last quarter, is one stock twice: the longer period is the nearer one."""
    last = {
        "id": "rd",
        **ACCOUNT,
        "over_places": {"rule": "own"},
        "over_periods": "last",
        "periods": ["year", "plan"],
    }
    rows = [account("macao", period, amount) for period, amount in stated.items()]
    with world.build([last], {"account": rows}) as build:
        assert values(build, "rd") == {("macao", "2023"): 5, ("macao", "2021..2025"): 5}


def test_of_two_lengths_of_period_the_first_one_named_is_shown(tmp_path: Path) -> None:
    """A plan's own statement is its value both as it was given and as the last one within it."""
    rows = [
        account(place, "2016..2020", 5)
        for place in ("guangzhou", "shenzhen", "zhuhai", "hongkong", "macao")
    ]
    for periods in (["plan", "given"], ["given", "plan"]):
        rd = {
            "id": "rd",
            **ACCOUNT,
            "over_places": {"rule": "own"},
            "over_periods": "last",
            "periods": periods,
        }
        with World(tmp_path / periods[0]).build([rd], {"account": rows}) as build:
            shown, *others = build.show("rd", period="2016..2020", place="macao", all_sources=True)
            assert [o.shown for o in (shown, *others)] == [True, False]
            lengths = [
                build.lineage[o.lineage].query.partition("grain = ")[2].split()[0]
                for o in (shown, *others)
            ]
        assert [length.strip("'") for length in lengths] == periods
