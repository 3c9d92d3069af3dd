"""Running totals that begin anew, and stocks of events that are valid for some periods."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import pytest
from world import INSIDE, World, said, values

from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.tracing import trace

Row = dict[str, Any]
PAID = {"id": "paid", "type": "sum", "records": "payment", "value": "amount", "unit": "元", "periods": ["month", "year"],
        "hk_mo": {"rule": "in_china"}}  # fmt: skip
FIRMS = {
    "id": "firms",
    "type": "count",
    "records": "payment",
    "unit": "家",
    "hk_mo": {"rule": "in_china"},
}


def payment(number: int, day: str, place: str, amount: int) -> Row:
    return {"id": f"p{number}", "date": day, "from_party": "guangdong", "to_party": "hongkong", "from_place": place,
            "amount": amount, "amount_unit": "元"}  # fmt: skip


def payments(seed: int, years: list[int]) -> list[Row]:
    chance = random.Random(seed)  # noqa: S311 - a test is no lottery
    cities = ["guangzhou", "shenzhen", "zhuhai"]
    days = [
        f"{chance.choice(years)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        for _ in range(40)
    ]
    return [
        payment(n, day, chance.choice(cities), chance.randint(1, 9)) for n, day in enumerate(days)
    ]


@pytest.mark.parametrize("restarts", ["year", "fiscal", "plan"])
def test_a_running_total_begins_anew(world: World, restarts: str) -> None:
    def begin(year: int, month: int) -> int:
        return {"year": year, "fiscal": year - (month < 4), "plan": (year - 1) // 5}[restarts]

    rows = payments(5, [2019, 2020, 2021, 2022])
    total = {"id": "so_far", "type": "cumulative", "of": "paid", "restarts": restarts, "unit": "元",
             "hk_mo": {"rule": "in_china"}}  # fmt: skip
    with world.build([PAID, total], {"payment": rows}) as build:
        found = {
            key: value
            for key, value in values(build, "so_far").items()
            if len(key[1]) == len("2020-01")
        }
        wanted: dict[tuple[str, str], int] = {}
        for place, inside in INSIDE.items():
            here = [r for r in rows if r["from_place"] in inside]
            for month in {r["date"][:7] for r in here}:
                year, number = int(month[:4]), int(month[5:])
                same = [
                    r
                    for r in here
                    if begin(int(r["date"][:4]), int(r["date"][5:7])) == begin(year, number)
                ]
                wanted[place, month] = sum(r["amount"] for r in same if r["date"][:7] <= month)
        assert found == wanted
        period = max(month for _, month in found)
        (traced,) = trace(build, "so_far", place="guangdong", period=period)
        assert (
            sum(step.observation.value or 0 for step in traced.below) == found["guangdong", period]
        )


def test_a_year_to_date_without_its_first_months_is_missing(world: World) -> None:
    given = [{"indicator": "sales", "place": "shenzhen", "period": p, "value": 1, "value_unit": "元"}
             for p in ("2023-12", "2024-01", "2024-02", "2025-02")]  # fmt: skip
    sales = {"id": "sales", "type": "published", "unit": "元"}
    total = {"id": "so_far", "type": "cumulative", "of": "sales", "restarts": "year", "unit": "元"}
    with world.build([sales, total], {"figure": given}) as build:
        found = {o.period: (o.value, said(o.reason)) for o in build.show("so_far")}
        gap = (None, "an earlier period has no value")
        assert found == {"2023-12": gap, "2024-01": (1, None), "2024-02": (2, None), "2025-02": gap}


def test_what_is_valid_for_three_years_makes_a_stock_over_years_without_events(
    world: World,
) -> None:
    rows = [
        row
        for row in payments(8, [2015, 2016, 2018, 2021, 2022])
        if row["date"] < "2022" or row["from_place"] != "zhuhai"
    ]
    stock = {
        "id": "stock",
        "type": "rolling",
        "of": "firms",
        "window": 3,
        "unit": "家",
        "hk_mo": {"rule": "in_china"},
    }
    with world.build([FIRMS, stock], {"payment": rows}) as build:
        dates = defaultdict(list)
        for row in rows:
            dates[row["from_place"]].append(int(row["date"][:4]))
        wanted = {}
        for place, inside in INSIDE.items():
            years = [year for city, found in dates.items() if city in inside for year in found]
            for year in sorted({int(r["date"][:4]) for r in rows}):
                valid = sum(year - 3 < then <= year for then in years)
                if valid:
                    wanted[place, str(year)] = valid if year >= 2017 else None
        assert values(build, "stock") == wanted


def test_a_total_that_begins_twice_is_refused(world: World) -> None:
    world.write(
        [
            PAID,
            {
                "id": "x",
                "type": "cumulative",
                "of": "paid",
                "since": "2020",
                "restarts": "year",
                "unit": "元",
            },
        ],
        {},
    )
    _, problems = check_workspace(world.root)
    assert "bad-value" in [p.code for p in problems]
