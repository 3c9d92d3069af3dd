"""Checks between sources: each finds what it is for and nothing in tables without faults, and the real workspace has looked at all."""

from __future__ import annotations

import csv
import random
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import ceyuan
from ceyuan.errors import Problem
from ceyuan.pipeline.fact_reading import check_facts_of
from ceyuan.pipeline.facts import Fact, KnownWorkspace, check_facts

GBA = Path(ceyuan.__file__).parent / "workspaces" / "gba"
CITIES = ("north", "south", "west")
KNOWN = KnownWorkspace(
    adds_up={"rd", "gdp"},
    totals=set(),
    ratios={"intensity": ("rd", "gdp", None, Decimal(100))},
    growths={"rd_growth": "rd"},
    inside={"whole": set(CITIES)},
    levels={"whole": [set(CITIES)]},
)


def fact(
    indicator: str,
    place: str,
    year: int,
    value: float | Decimal,
    bound: str = "eq",
    source: str = "office",
) -> Fact:
    return Fact(
        indicator, place, str(year), Decimal(str(value)), bound, source, f"{indicator}.csv", year
    )


def world(seed: int) -> list[Fact]:
    """A table without faults: cities that grow steadily, their sums, and ratios and growth rates reckoned from them."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    levels: dict[tuple[str, str, int], Decimal] = {}
    for city in CITIES:
        gdp, rd = rng.uniform(900, 9000), rng.uniform(20, 300)
        for year in range(2018, 2024):
            gdp, rd = gdp * rng.uniform(1.04, 1.2), rd * rng.uniform(1.05, 1.3)
            levels["gdp", city, year], levels["rd", city, year] = (
                Decimal(f"{gdp:.2f}"),
                Decimal(f"{rd:.2f}"),
            )
    for (item, _, year), value in list(levels.items()):
        levels[item, "whole", year] = levels.get((item, "whole", year), Decimal(0)) + value
    facts = [fact(item, place, year, value) for (item, place, year), value in levels.items()]
    for (item, place, year), value in levels.items():
        if item == "rd":
            facts.append(
                fact("intensity", place, year, round(value / levels["gdp", place, year] * 100, 2))
            )
            if year > 2018:
                facts.append(
                    fact(
                        "rd_growth",
                        place,
                        year,
                        round((value / levels["rd", place, year - 1] - 1) * 100, 1),
                    )
                )
    return facts


def codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def change(facts: list[Fact], indicator: str, place: str, year: int, factor: float) -> list[Fact]:
    return [
        replace(f, value=f.value * Decimal(str(factor)))
        if (f.indicator, f.place, f.period) == (indicator, place, str(year))
        else f
        for f in facts
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_table_without_faults_raises_no_alarm(seed: int) -> None:
    assert check_facts(world(seed), KNOWN) == []


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_fault_is_found_where_it_was_planted(seed: int) -> None:
    facts = world(seed)
    whole = next(f for f in facts if (f.indicator, f.place, f.period) == ("rd", "whole", "2020"))
    above = check_facts(change(facts, "rd", "north", 2020, float(whole.value) * 20), KNOWN)
    assert ("fact-part-above-whole", 2020) in {(p.code, p.line) for p in above}
    assert "fact-jump" in codes(above)
    assert "fact-ratio" in codes(check_facts(change(facts, "intensity", "south", 2021, 1.5), KNOWN))
    assert "fact-growth" in codes(check_facts(change(facts, "rd_growth", "west", 2022, 3), KNOWN))
    second = fact("gdp", "north", 2019, 5, source="paper")
    assert "fact-stock-beside-flow" in codes(check_facts([*facts, second], KNOWN))
    near = replace(next(f for f in facts if f.indicator == "gdp"), source="paper")
    assert codes(
        check_facts([*facts, replace(near, value=near.value * Decimal("1.05"))], KNOWN)
    ) == {"fact-two-values"}
    assert check_facts([*facts, replace(near, value=near.value * Decimal("1.004"))], KNOWN) == []


def test_a_ratio_that_fits_the_year_before_is_told_from_one_that_fits_none() -> None:
    """4,912.9 is 14.7 % of the national total of 2023 and less of that of 2024, of which only a lower bound is known."""
    known = replace(KNOWN, ratios={"share": ("rd", "rd", "cn", Decimal(100))}, inside={}, levels={})
    nation = [fact("rd", "cn", 2023, 33357.1), fact("rd", "cn", 2024, 36000, "gt")]
    stated = [fact("rd", "gba", 2024, 4912.9), fact("share", "gba", 2024, 14.7)]
    assert [(p.code, "2023" in p.message) for p in check_facts([*nation, *stated], known)] == [
        ("fact-ratio-of-another-year", True)
    ]
    assert codes(check_facts([*nation, stated[0], fact("share", "gba", 2024, 19.9)], known)) == {
        "fact-ratio"
    }
    assert check_facts([*nation, stated[0], fact("share", "gba", 2024, 13.2)], known) == []


def test_bounds_are_no_contradiction_where_they_leave_room() -> None:
    assert (
        check_facts(
            [fact("rd", "north", 2020, 60, "gt"), fact("rd", "north", 2020, 61.7, source="b")],
            KNOWN,
        )
        == []
    )
    assert codes(
        check_facts(
            [fact("rd", "north", 2020, 69, "gt"), fact("rd", "north", 2020, 61.7, source="b")],
            KNOWN,
        )
    ) == {"fact-two-values"}


def test_one_source_that_says_two_things_of_one_figure_is_found_among_others() -> None:
    told = [
        fact("rd", "north", 2020, 60),
        fact("rd", "north", 2020, 61, source="b"),
        fact("rd", "north", 2020, 90),
    ]
    assert codes(check_facts(told, KNOWN)) == {"fact-two-values"}


def test_the_greater_bay_area_has_looked_at_everything_that_is_found() -> None:
    assert check_facts_of(GBA) == []


def test_rows_that_are_doubted_are_found_again_without_their_marks(tmp_path: Path) -> None:
    root = tmp_path / "gba"
    shutil.copytree(GBA, root, ignore=shutil.ignore_patterns("build"))
    path = root / "records" / "stated_figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, [name for name in rows[0] if name != "doubt"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
    (root / "facts.yaml").unlink()
    found = {(p.code, p.message.split(":")[0]) for p in check_facts_of(root)}
    assert {
        ("fact-ratio-of-another-year", "rd_expenditure_share of gba in 2024"),
        ("fact-ratio-of-another-year", "rd_intensity of huizhou in 2023"),
        ("fact-part-above-whole", "equity_funds_raised of gba in 2025"),
        ("fact-stock-beside-flow", "talent_endorsements of gba9 in 2023"),
    } <= found
    assert len(found) < 20, "no flood of alarms"
