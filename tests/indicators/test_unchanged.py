"""What has not changed is taken over from the build before: the same figures as if all were computed again."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from world import World

from ceyuan.cli import cli
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build

ORDERS = {
    "observations": "indicator, place, period, breakdown, source, file, line",
    "lineage": "id",
    "lineage_inputs": "lineage, kind, name, file",
    "periods": "period",
    "period_within": "period, grain, container",
}
INDICATORS: dict[str, dict[str, Any]] = {
    "paid": {"type": "sum", "records": "account", "value": "amount", "unit": "万元"},
    "payments": {"type": "count", "records": "account", "unit": "个"},
    "paid_change": {"type": "growth", "of": "paid", "unit": "%"},
    "mean_payment": {
        "type": "ratio",
        "numerator": "paid",
        "denominator": "payments",
        "unit": "万元/个",
    },
    "gdp": {"type": "published", "unit": "亿元"},
    "gdp_change": {"type": "growth", "of": "gdp", "unit": "%"},
    "paid_of_gdp": {"type": "ratio", "numerator": "paid", "denominator": "gdp", "unit": "%"},
    "people": {"type": "published", "unit": "万人"},
}


class State:
    """What a workspace says now; every edit changes one thing of it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.indicators = json.loads(json.dumps(INDICATORS))
        self.priority = 0
        self.payments = [self._payment(n) for n in range(12)]
        self.figures = {source: self._figures() for source in ("s1", "s3")}

    def _payment(self, number: int) -> dict[str, object]:
        place = self.rng.choice(["guangzhou", "shenzhen", "hongkong"])
        year = 2019 + number % 4
        return {
            "item": f"p{number}",
            "place": place,
            "period": year,
            "amount": self.rng.randrange(1, 99),
            "amount_unit": "万元",
        }

    def _figures(self) -> list[dict[str, object]]:
        keys = [
            (i, p, y)
            for i in ("gdp", "people")
            for p in ("gba", "guangzhou")
            for y in range(2019, 2023)
        ]
        unit = {"gdp": "亿元", "people": "万人"}
        return [
            {
                "indicator": i,
                "place": p,
                "period": y,
                "value": self.rng.randrange(1, 999),
                "value_unit": unit[i],
            }
            for i, p, y in self.rng.sample(keys, 9)
        ]

    def edit(self) -> None:
        match self.rng.randrange(7):
            case 0:
                self.priority = 3 - self.priority
            case 1:
                self.rng.choice(self.payments)["amount"] = self.rng.randrange(100, 200)
            case 2:
                del self.payments[-1]
            case 3:
                figures = self.rng.choice(list(self.figures.values()))
                self.rng.choice(figures)["value"] = self.rng.randrange(1000, 2000)
            case 4:
                figures = self.rng.choice(list(self.figures.values()))
                del figures[self.rng.randrange(len(figures))]
            case 5:
                self.indicators["paid"]["where"] = f"amount > {self.rng.randrange(50)}"
            case _:
                self.indicators["gdp"]["shown"] = self.rng.sample(["s1", "s3", "published"], 3)

    def write(self, root: Path) -> Path:
        tables = {
            "account": self.payments,
            **{f"figure@{name}": rows for name, rows in self.figures.items()},
        }
        source = f"  s3: {{title: Three, publisher: P, priority: {self.priority}}}\n"
        return World(root).write(
            [{"id": name, **said} for name, said in self.indicators.items()], tables, source
        )


def build(root: Path) -> list[str]:
    """Build, and say which indicators were computed."""
    computed: list[str] = []
    build_workspace(
        root, progress=lambda stage, item: computed.append(item) if stage == "indicators" else None
    )
    return computed


def content(root: Path) -> dict[str, Any]:
    """All that a build says of its figures."""
    with Build.open(root) as opened:
        found: dict[str, Any] = {
            name: opened.engine.rows(f"SELECT * FROM {name} ORDER BY {order}")
            for name, order in ORDERS.items()
        }
        coverage = sorted(opened.manifest["coverage"], key=lambda c: (c["indicator"], c["grain"]))
        said = ("counts", "of_figures", "indicators")
        return found | {name: opened.manifest[name] for name in said} | {"coverage": coverage}


@pytest.mark.parametrize("seed", range(2))
def test_builds_after_any_changes_hold_what_a_new_one_holds(tmp_path: Path, seed: int) -> None:
    state = State(random.Random(seed))  # noqa: S311 - edits, not secrets
    for step in range(6):
        root = state.write(tmp_path / "kept")
        build(root)
        new = state.write(tmp_path / f"new{step}")
        assert build(new) == list(dict.fromkeys(build_order(state)))
        assert content(root) == content(new)
        state.edit()


def build_order(state: State) -> list[str]:
    """All indicators, those that are made of no other first."""
    made = [name for name, said in state.indicators.items() if said["type"] in ("growth", "ratio")]
    return [*(name for name in state.indicators if name not in made), *made]


def test_a_change_costs_what_it_touches_and_what_is_made_of_it(tmp_path: Path) -> None:
    state = State(random.Random(0))  # noqa: S311 - edits, not secrets
    root = state.write(tmp_path)
    build(root)
    state.indicators["paid"]["where"] = "amount > 20"
    assert set(build(state.write(root))) == {"paid", "paid_change", "mean_payment", "paid_of_gdp"}
    state.figures["s3"] = [
        {**row, "value": 7} if row["indicator"] == "people" else row for row in state.figures["s3"]
    ]
    # Both are stated in that file, which the lineage of both names with its hash.
    assert set(build(state.write(root))) == {"people", "gdp", "gdp_change", "paid_of_gdp"}
    state.indicators["people"]["name"] = {"en": "Inhabitants", "zh-Hans": "人口", "zh-Hant": "人口"}
    assert build(state.write(root)) == []
    # Which source is shown decides what is made of it.
    state.priority = 3
    assert set(build(state.write(root))) == set(INDICATORS)


def test_what_there_is_to_say_is_said_each_time(tmp_path: Path) -> None:
    state = State(random.Random(0))  # noqa: S311 - edits, not secrets
    row = {"indicator": "gdp", "place": "gba", "period": 2024, "value": 3, "value_unit": "万人"}
    state.figures["s1"].append(row)
    root = state.write(tmp_path)
    first = build_workspace(root).warnings
    state.indicators["people"]["unit"] = "人"
    again = build_workspace(state.write(root)).warnings
    assert [w.code for w in first] == [w.code for w in again] == ["wrong-unit"]


def test_changes_are_listed_with_the_names_of_indicators_and_places(world: World) -> None:
    asked = {"id": "paid", "type": "sum", "records": "payment", "value": "amount", "unit": "元"}
    asked |= {"name": {"en": "Paid", "zh-Hans": "支付", "zh-Hant": "支付"}}
    row = {"id": "p", "date": "2020", "from_party": "guangdong", "to_party": "hongkong", "from_place": "shenzhen",
           "amount_unit": "元"}  # fmt: skip
    for amount in (1, 2):
        world.build([asked], {"payment": [{**row, "amount": amount}]}).close()
    command = ["list", "changes", "-w", str(world.root), "--format", "csv"]
    told = CliRunner().invoke(cli, command)
    rows = list(csv.DictReader(io.StringIO(told.output)))
    of_city = next(row for row in rows if row["place"] == "shenzhen")
    assert (of_city["indicator_name"], of_city["place_name"]) == ("Paid", "Shenzhen")
    assert (of_city["old"], of_city["new"]) == ("1.0", "2.0")
