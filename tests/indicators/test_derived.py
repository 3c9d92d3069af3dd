"""Indicators made of others: worked examples, and the rules that keep them honest."""

from __future__ import annotations

import math
from typing import Any

import pytest
from world import World, said, values

import ceyuan
from ceyuan.pipeline.tracing import trace
from ceyuan.workspace.definitions import Names

Row = dict[str, Any]


def account(item: str, place: str, period: str, amount: float, unit: str = "亿元") -> Row:
    return {"item": item, "place": place, "period": period, "amount": amount, "amount_unit": unit}


def total(name: str, unit: str = "亿元", **more: Any) -> Row:
    rule = {"rule": "complete", "level": "city"}
    return {"id": name, "type": "sum", "records": "account", "value": "amount", "unit": unit,
            "where": f"item = '{name}'", "over_places": rule, **more}  # fmt: skip


RD, GDP = total("rd"), total("gdp")
INTENSITY = {
    "id": "intensity",
    "type": "ratio",
    "unit": "%",
    "numerator": "rd",
    "denominator": "gdp",
}


def test_ratios_are_recomputed_never_averaged(world: World) -> None:
    rows = [
        account(item, city, "2023", amount)
        for item, amounts in (("rd", [90, 300, 10]), ("gdp", [3000, 5000, 500]))
        for city, amount in zip(["guangzhou", "shenzhen", "zhuhai"], amounts, strict=True)
    ]
    with world.build([RD, GDP, INTENSITY], {"account": rows}) as build:
        found = values(build, "intensity")
        assert found["guangzhou", "2023"] == pytest.approx(3)
        assert found["shenzhen", "2023"] == pytest.approx(6)
        assert found["gba9", "2023"] == pytest.approx(100 * 400 / 8500)
        assert found["gba9", "2023"] != pytest.approx((3 + 6 + 2) / 3)


def test_a_missing_input_makes_a_missing_value_with_its_reason(world: World) -> None:
    rows = [account("rd", "macao", "2022", 1), account("rd", "macao", "2023", 1), account("gdp", "macao", "2023", 50),
            account("gdp", "hongkong", "2023", 60), account("gdp", "shenzhen", "2023", 0), account("rd", "shenzhen", "2023", 3)]  # fmt: skip
    with world.build([RD, GDP, INTENSITY], {"account": rows}) as build:
        found = {(o.place, o.period): o for o in build.show("intensity")}
        assert found["macao", "2023"].value == pytest.approx(2)
        assert (found["macao", "2022"].value, said(found["macao", "2022"].reason)) == (
            None, "the denominator has no value for this period",
        )  # fmt: skip
        assert (
            said(found["hongkong", "2023"].reason) == "the numerator has no value for this period"
        )
        assert said(found["shenzhen", "2023"].reason) == "the denominator is zero"


def test_a_ratio_may_come_out_in_a_compound_unit(world: World) -> None:
    papers, people = total("papers", "篇"), total("people", "万人")
    density = {
        "id": "density",
        "type": "ratio",
        "unit": "篇/万人",
        "numerator": "papers",
        "denominator": "people",
    }
    rows = [
        account("papers", "macao", "2023", 700, "篇"),
        account("people", "macao", "2023", 68.2, "万人"),
    ]
    with world.build([papers, people, density], {"account": rows}) as build:
        assert values(build, "density")["macao", "2023"] == pytest.approx(700 / 68.2)


def test_shares_of_a_containing_place(world: World) -> None:
    share = {"id": "share", "type": "share", "unit": "%", "part": "rd", "whole_place": "gba9"}
    rows = [
        account("rd", c, "2023", a)
        for c, a in (("guangzhou", 30), ("shenzhen", 60), ("zhuhai", 10))
    ]
    with world.build([RD, share], {"account": rows}) as build:
        found = values(build, "share")
        assert [found[c, "2023"] for c in ("guangzhou", "shenzhen", "zhuhai", "gba9")] == [
            30,
            60,
            10,
            100,
        ]


SERIES = [
    account("rd", "macao", str(y), a) for y, a in ((2019, 10), (2020, 12), (2021, 9), (2023, 18))
]


def test_growth_and_change_against_the_previous_period_know_gaps(world: World) -> None:
    growth = {"id": "growth", "type": "growth", "unit": "%", "of": "rd"}
    change = {"id": "change", "type": "change", "unit": "亿元", "of": "rd"}
    with world.build([RD, growth, change], {"account": SERIES}) as build:
        found = {o.period: o for o in build.show("growth", place="macao")}
        assert found.keys() == {"2020", "2021", "2023"}  # nothing before the series began
        assert found["2020"].value == pytest.approx(20)
        assert found["2021"].value == pytest.approx(-25)
        assert (found["2023"].value, said(found["2023"].reason)) == (
            None,
            "the earlier period has no value",
        )
        assert values(build, "change")["macao", "2021"] == pytest.approx(-3)


def test_change_against_the_first_and_against_a_named_period(world: World) -> None:
    first = {"id": "first", "type": "growth", "unit": "%", "of": "rd", "against": "first"}
    named = {"id": "named", "type": "change", "unit": "万元", "of": "rd", "against": 2020}
    with world.build([RD, first, named], {"account": SERIES}) as build:
        assert values(build, "first")["macao", "2023"] == pytest.approx(80)
        assert values(build, "named")["macao", "2023"] == pytest.approx(60_000)


def figure(indicator: str, place: str, period: str, value: float, unit: str, **more: Any) -> Row:
    return {
        "indicator": indicator,
        "place": place,
        "period": period,
        "value": value,
        "value_unit": unit,
        **more,
    }


PUBLISHED = {"id": "rate", "type": "published", "unit": "%"}


def test_from_to_is_two_observations_and_a_change_in_percentage_points(world: World) -> None:
    change = {
        "id": "rate_change",
        "type": "change",
        "unit": "个百分点",
        "of": "rate",
        "against": "first",
    }
    rows = [
        figure("rate", "guangdong", "..2025", 5, "%"),
        figure("rate", "guangdong", "2025", 100, "%"),
    ]
    with world.build([PUBLISHED, change], {"figure": rows}) as build:
        assert values(build, "rate") == {("guangdong", "..2025"): 5, ("guangdong", "2025"): 100}
        assert values(build, "rate_change") == {("guangdong", "2025"): 95}


def test_cumulative_totals_run_from_the_period_that_is_named(world: World) -> None:
    running = {
        "id": "running",
        "type": "cumulative",
        "unit": "亿元",
        "of": "rd",
        "since": "2020",
        "cumulative": True,
    }
    with world.build([RD, running], {"account": SERIES}) as build:
        assert {o.period: o.value for o in build.show("running", place="macao")} == {
            "2020": 12,
            "2021": 21,
            "2023": None,
        }
        (missing,) = build.show("running", place="macao", period="2023")
        # 2022 is not known: it is not zero
        assert said(missing.reason) == "an earlier period has no value"
        assert all(o.cumulative for o in build.show("running"))


CITY_VALUES = [("guangzhou", 5), ("shenzhen", 9), ("zhuhai", 5), ("hongkong", 7), ("macao", 1)]


@pytest.mark.parametrize(
    ("ties", "direction", "expected"),
    [
        ("min", "higher", [3, 1, 3, 2, 5]),
        ("max", "higher", [4, 1, 4, 2, 5]),
        ("dense", "higher", [3, 1, 3, 2, 4]),
        ("min", "lower", [2, 5, 2, 4, 1]),
    ],
)
def test_ranks_with_every_rule_for_ties(
    world: World, ties: str, direction: str, expected: list[int]
) -> None:
    rank = {
        "id": "rank",
        "type": "rank",
        "unit": "位",
        "of": "rd",
        "among": {"kind": "city"},
        "ties": ties,
        "direction": direction,
    }
    rows = [account("rd", city, "2023", amount) for city, amount in CITY_VALUES]
    with world.build([{**RD, "direction": direction}, rank], {"account": rows}) as build:
        found = values(build, "rank")
        assert [found[city, "2023"] for city, _ in CITY_VALUES] == expected
        note = build.show("rank")[0].note
        assert said(note) == "among 5 of 5 places with a value"
        assert note is not None
        assert note.zh_hans == "参与排位地区5个，其中5个有数据"


def test_membership_says_on_which_side_and_streaks_break_at_gaps(world: World) -> None:
    ranks = {"2018": 80, "2019": 101, "2020": 99, "2021": 100, "2023": 90, "2024": 91}
    rows = [figure("rank", "macao", year, rank, "位") for year, rank in ranks.items()]
    definitions = [
        {"id": "rank", "type": "published", "unit": "位"},
        {"id": "top", "type": "membership", "unit": "强", "of": "rank", "top": 100},
        {"id": "streak", "type": "streak", "unit": "年", "of": "top"},
    ]
    with world.build(definitions, {"figure": rows}) as build:
        assert {o.period: (o.value, o.bound) for o in build.show("top")} == {
            year: (100, "le" if rank <= 100 else "gt") for year, rank in ranks.items()
        }
        # 2018 and 2023 follow years that are not known, so these runs may be longer.
        assert {o.period: (o.value, o.bound) for o in build.show("streak")} == {
            "2018": (1, "ge"), "2019": (0, "eq"), "2020": (1, "eq"), "2021": (2, "eq"), "2023": (1, "ge"), "2024": (2, "ge"),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        ("eq", "eq", "eq"),
        ("gt", "eq", "gt"),
        ("eq", "gt", "lt"),
        ("gt", "lt", "gt"),
        ("gt", "gt", "approx"),
        ("approx", "eq", "approx"),
    ],
)
def test_bounds_are_carried_through_a_ratio(
    world: World, top: str, bottom: str, expected: str
) -> None:
    definitions = [
        {"id": "a", "type": "published", "unit": "件"},
        {"id": "b", "type": "published", "unit": "件"},
        {"id": "r", "type": "ratio", "unit": "%", "numerator": "a", "denominator": "b"},
    ]
    rows = [
        figure("a", "macao", "2023", 1, "件", bound=top),
        figure("b", "macao", "2023", 4, "件", bound=bottom),
    ]
    with world.build(definitions, {"figure": rows}) as build:
        (found,) = build.show("r")
        assert (found.value, found.bound) == (25, expected)


def test_figures_are_read_in_the_unit_of_the_indicator(world: World) -> None:
    definitions = [
        {"id": "pct", "type": "published", "unit": "件"},
        {"id": "fund", "type": "published", "unit": "亿元"},
        PUBLISHED,
    ]
    rows = [
        figure("pct", "gba", "2025", 2.68, "万件", bound="gt"),
        figure("fund", "gba", "2025", 3.58, "万亿元", modality="expected"),
        figure("rate", "gba", "2025", 4.35, "%"),
        {**figure("rate", "macao", "2025", 5, "%"), "value_max": 8},
    ]
    with world.build(definitions, {"figure": rows}) as build:
        found = {(o.indicator, o.place): o for o in build.show()}
        assert (found["pct", "gba"].value, found["pct", "gba"].bound) == (26_800, "gt")
        assert (found["fund", "gba"].value, found["fund", "gba"].modality) == (35_800, "expected")
        assert found["rate", "gba"].value == 4.35
        assert (found["rate", "macao"].value, found["rate", "macao"].value_max) == (5, 8)
        assert {o.status for o in found.values()} == {"published"}


def test_what_is_aimed_at_is_shown_only_where_nothing_else_is_known(world: World) -> None:
    rows = [
        figure("rate", "gba", "2025", 4.5, "%", modality="target"),
        {**figure("rate", "gba", "2025", 4.4, "%", modality="expected"), "status": "estimated"},
        figure("rate", "gba", "2029", 5, "%", modality="target"),
    ]
    with world.build([PUBLISHED], {"figure": rows}) as build:
        assert {o.period: o.value for o in build.show() if o.shown} == {"2025": 4.4, "2029": 5}


def test_a_figure_in_a_unit_that_does_not_fit_is_left_out_and_reported(world: World) -> None:
    with world.build(
        [PUBLISHED], {"figure": [figure("rate", "gba", "2025", 4.3, "亿元")]}
    ) as build:
        assert build.show() == []
        (warning,) = build.manifest["warnings"]
        assert (warning["code"], warning["file"], warning["line"]) == (
            "wrong-unit",
            "records/figure.csv",
            2,
        )


def test_the_rule_chooses_what_is_shown_and_all_sources_stay(world: World) -> None:
    rows = [account("rd", c, "2023", 10) for c in ("guangzhou", "shenzhen", "zhuhai")]
    stated = {
        "figure@s1": [figure("rd", "gba9", "2023", 29, "亿元")],
        "figure@s2": [figure("rd", "gba9", "2023", 31, "亿元")],
    }
    for rule, expected in ((["computed"], 30), (["published"], 31), (["s1", "published"], 29)):
        with world.build([{**RD, "shown": rule}], {"account": rows, **stated}) as build:
            assert values(build, "rd")["gba9", "2023"] == expected
            assert sorted(
                o.value or 0 for o in build.show("rd", place="gba9", all_sources=True)
            ) == [29, 30, 31]


def test_simulated_records_make_simulated_figures_all_the_way_up(world: World) -> None:
    made_up = "  dream: {title: Dream, publisher: P, simulated: true}\n"
    rows = {
        "account@dream": [account("rd", "macao", "2023", 1)],
        "account@s1": [account("gdp", "macao", "2023", 50)],
    }
    with world.build([RD, GDP, INTENSITY], rows, sources=made_up) as build:
        assert {o.indicator: o.status for o in build.show(place="macao")} == {
            "rd": "simulated", "gdp": "computed", "intensity": "simulated",
        }  # fmt: skip


FIRMS = {"id": "firms", "type": "published", "unit": "家"}


def test_a_rolling_sum_needs_all_its_periods_and_carries_bound_status_and_source(
    world: World,
) -> None:
    rolling = {
        "id": "stock",
        "type": "rolling",
        "unit": "家",
        "of": "firms",
        "window": 3,
        "shown": ["computed"],
    }
    mean = {**rolling, "id": "mean", "aggregate": "mean", "window": 2}
    stated = {
        "figure@s1": [
            figure("firms", "macao", str(y), n, "家")
            for y, n in ((2018, 10), (2019, 20), (2020, 30), (2022, 7))
        ]
        + [figure("stock", "macao", "2020", 61, "家")],
        "figure@s2": [figure("firms", "macao", "2021", 40, "家", bound="gt", status="estimated")],
    }
    with world.build([FIRMS, rolling, mean], stated) as build:
        found = {o.period: o for o in build.show("stock", place="macao")}
        assert [found[str(y)].value for y in range(2018, 2023)] == [None, None, 60, 90, 77]
        assert said(found["2019"].reason) == "only 2 of 3 periods in a row have a value"
        assert said(found["2020"].note) == "sum of 3 periods"
        assert (found["2020"].bound, found["2020"].status, found["2020"].source) == (
            "eq",
            "computed",
            "s1",
        )
        assert (found["2021"].bound, found["2021"].status, found["2021"].source) == (
            "gt",
            "estimated",
            "s1;s2",
        )
        both = build.show("stock", place="macao", period="2020", all_sources=True)
        assert {o.status: o.value for o in both} == {"computed": 60, "published": 61}
        assert values(build, "mean")["macao", "2020"] == 25
        (traced,) = trace(build, "stock", place="macao", period="2021")
        assert [below.observation.period for below in traced.below] == ["2019", "2020", "2021"]


def test_a_rolling_sum_over_a_gap_is_missing_and_of_a_ratio_refused(world: World) -> None:
    rolling = {"id": "stock", "type": "rolling", "unit": "家", "of": "firms", "window": 2}
    rows = [figure("firms", "macao", year, 5, "家") for year in ("2019", "2021")]
    with world.build([FIRMS, rolling], {"figure": rows}) as build:
        assert values(build, "stock") == {("macao", "2019"): None, ("macao", "2021"): None}
    world.write([PUBLISHED, {**rolling, "unit": "%", "of": "rate"}], {})
    (problem,) = ceyuan.open(str(world.root)).check()
    assert (problem.code, "mean" in problem.message) == ("wrong-unit", True)


def test_records_of_a_part_make_lower_bounds_beside_what_is_published(world: World) -> None:
    covers = {"part": "some", "note": {"en": "By name", "zh-Hans": "按名称", "zh-Hant": "按名稱"}}
    listed = {"id": "labs", "type": "count", "records": "laboratory", "unit": "家", "periods": ["all"], "covers": covers,
              "shown": ["published", "computed"]}  # fmt: skip
    names = {"id": "names", "type": "distinct", "records": "laboratory", "value": "name", "unit": "家", "periods": ["all"],
             "covers": covers}  # fmt: skip
    share = {"id": "share", "type": "share", "part": "names", "whole": "stated", "unit": "%"}
    inverse = {
        "id": "inverse",
        "type": "ratio",
        "numerator": "stated",
        "denominator": "names",
        "unit": "%",
    }
    stated = {"id": "stated", "type": "published", "unit": "家"}
    rows = [
        {"id": f"l{i}", "name": f"L{i}", "place": "macao", "class": "gba_joint"} for i in range(3)
    ]
    figures = [figure("labs", "macao", "all", 5, "家"), figure("stated", "macao", "all", 4, "家")]
    with world.build(
        [listed, names, stated, share, inverse], {"laboratory": rows, "figure": figures}
    ) as build:
        shown, other = build.show("labs", place="macao", all_sources=True)
        assert (shown.value, shown.status, shown.bound, shown.shown) == (5, "published", "eq", True)
        assert (other.value, other.status, other.bound, other.shown) == (3, "computed", "ge", False)
        assert said(other.note) == "3 found by name, a lower bound"
        (found,) = build.show("share", place="macao")
        assert (found.value, found.bound) == (75, "ge")
        (found,) = build.show("inverse", place="macao")
        assert found.bound == "le"


def test_a_doubted_value_is_shown_last_and_nothing_is_made_of_it(world: World) -> None:
    stated = {"id": "share", "type": "published", "unit": "%"}
    change = {
        "id": "step",
        "type": "change",
        "unit": "个百分点",
        "of": "share",
        "against": "previous",
    }
    row = {"indicator": "share", "place": "macao", "value_unit": "%"}
    figures = [
        {**row, "period": "2022", "value": 4, "doubt": ""},
        {**row, "period": "2023", "value": 9, "doubt": "period"},
        {**row, "period": "2024", "value": 90, "doubt": "conflict"},
    ]
    better = [{**row, "period": "2024", "value": 6, "doubt": ""}]
    # The second source has the lower priority of the two, and is shown all the same.
    with world.build([stated, change], {"figure@s2": figures, "figure@s1": better}) as build:
        shown = {o.period: (o.value, o.status) for o in build.show("share")}
        assert shown == {
            "2022": (4, "published"),
            "2023": (9, "doubtful"),
            "2024": (6, "published"),
        }
        assert {o.value for o in build.show("share", period="2024", all_sources=True)} == {6, 90}
        assert {o.period: o.value for o in build.show("step")} == {"2024": None}


def test_nothing_is_counted_from_a_doubted_record(world: World) -> None:
    rows = [
        {**account("rd", city, "2023", 10), "doubt": doubt}
        for city, doubt in (("macao", ""), ("hongkong", "unit"))
    ]
    with world.build([total("rd")], {"account": rows}) as build:
        assert values(build, "rd").get(("macao", "2023")) == 10
        assert ("hongkong", "2023") not in values(build, "rd")


def test_a_sum_takes_the_parts_of_the_first_level_that_a_place_has(world: World) -> None:
    two = total("rd") | {"over_places": {"rule": "complete", "level": ["province", "city"]}}
    rows = [
        account("rd", p, "2023", a)
        for p, a in (("guangdong", 500), ("guangzhou", 90), ("shenzhen", 300), ("zhuhai", 10))
    ]
    with world.build([two], {"account": rows}) as build:
        found = values(build, "rd")
        assert found["gba9", "2023"] == 400, "it has cities only"
        assert found["cn", "2023"] == 500, (
            "it has a province, so that its cities do not count again"
        )
        assert found["guangdong", "2023"] == 500, "its own value goes first"


def published(name: str, unit: str) -> Row:
    return {"id": name, "type": "published", "unit": unit}


def calculated(expression: str, unit: str, **more: Any) -> Row:
    return {
        "id": "calculated",
        "type": "expression",
        "unit": unit,
        "expression": expression,
        **more,
    }


def test_dimensions_cancel_and_a_nations_rate_serves_its_cities(world: World) -> None:
    """Imports of 250 million dollars at 7 yuan a dollar are 1.75 billion yuan, wherever they are."""
    given = [published("imports", "万美元"), published("rate", "元/美元")]
    rows = [figure("imports", city, "2023", 25000, "万美元") for city in ("shenzhen", "macao")]
    rows += [figure("rate", "cn", "2023", 7, "元/美元")]
    yuan = calculated("imports * at(rate, cn)", "亿元")
    with world.build([*given, yuan], {"figure": rows}) as build:
        assert values(build, "calculated") == {("shenzhen", "2023"): 17.5, ("macao", "2023"): 17.5}
        (traced,) = trace(build, "calculated", place="macao", period="2023")
        assert [(t.observation.indicator, t.observation.place) for t in traced.below] == [
            ("imports", "macao"),
            ("rate", "cn"),
        ]


def test_the_mean_of_two_year_ends_is_traced_to_both(world: World) -> None:
    rows = [figure("stock", "macao", str(2020 + n), 10 * n, "人") for n in (1, 2, 3)]
    mean = calculated("0.5 * (stock + lag(stock))", "人")
    with world.build([published("stock", "人"), mean], {"figure": rows}) as build:
        found = {o.period: (o.value, said(o.reason)) for o in build.show("calculated")}
        assert found == {
            "2021": (None, "an input is missing"),
            "2022": (15, None),
            "2023": (25, None),
        }
        (traced,) = trace(build, "calculated", place="macao", period="2023")
        assert [t.observation.period for t in traced.below] == ["2022", "2023"]


def test_a_month_is_compared_with_the_same_month_of_the_year_before(world: World) -> None:
    rows = [figure("exports", "macao", period, value, "亿元")
            for period, value in (("2022-02", 10), ("2022-03", 20), ("2023-02", 11), ("2023-04", 5), ("2024-02", 22))]  # fmt: skip
    growth = {"id": "growth", "type": "growth", "unit": "%", "of": "exports", "against": "year_ago"}
    change = calculated("exports - year_ago(exports)", "亿元")
    with world.build([published("exports", "亿元"), growth, change], {"figure": rows}) as build:
        assert values(build, "growth") == {
            ("macao", "2023-02"): 10,
            ("macao", "2024-02"): 100,
            ("macao", "2023-04"): None,
        }
        assert values(build, "calculated")["macao", "2024-02"] == 11
        (traced,) = trace(build, "growth", place="macao", period="2024-02")
        assert [t.observation.period for t in traced.below] == ["2023-02", "2024-02"]


def test_parts_are_reckoned_with_parts_and_with_what_has_none(world: World) -> None:
    """Where an input has parts only, nothing is said of a total."""
    rows = [
        figure("papers", "macao", "2023", n, "篇", breakdown=part)
        for part, n in (("physics", 6), ("law", 3))
    ]
    rows += [figure("people", "macao", "2023", 3, "人")]
    given = [published("papers", "篇"), published("people", "人")]
    with world.build([*given, calculated("papers / people", "篇/人")], {"figure": rows}) as build:
        assert {o.breakdown: o.value for o in build.show("calculated")} == {"physics": 2, "law": 1}


def test_an_expression_is_said_with_names_and_the_brackets_that_it_needs(world: World) -> None:
    names = {
        "a": {"en": "A", "zh-Hans": "甲", "zh-Hant": "甲"},
        "b": {"en": "B", "zh-Hans": "乙", "zh-Hant": "乙"},
    }
    given = [{**published(name, "人"), "name": names[name]} for name in "ab"]
    wanted = calculated("a - (b - lag(a)) + 0.5 * (a * (b / b))", "人")
    with world.build(
        [*given, wanted], {"figure": [figure("a", "macao", "2023", 1, "人")]}
    ) as build:
        formula = build.indicators["calculated"].formula(
            Names({name: i.name for name, i in build.indicators.items()}, {}, build.kinds)
        )
        assert formula.en == "A − (B − A of the period before) + 0.5 × A × B ÷ B"
        assert formula.zh_hans == "甲 − （乙 − 上期甲） + 0.5 × 甲 × 乙 ÷ 乙"


@pytest.mark.parametrize(
    ("expression", "unit", "code", "part"),
    [
        ("stock ** 2", "人", "bad-expression", "'stock ** 2' is not understood"),
        ("stock +", "人", "bad-expression", "cannot be read"),
        ("stock / 0", "人", "bad-expression", "'stock / 0' divides by 0"),
        ("stock / 0.0", "人", "bad-expression", "'stock / 0.0' divides by 0"),
        ("__import__('os')", "人", "bad-expression", "is not understood"),
        ("stock if stock else 1", "人", "bad-expression", "is not understood"),
        ("lag(stock + stock)", "人", "bad-expression", "is of an indicator, not of"),
        ("at(stock, cn)", "人", "bad-expression", "no place is left"),
        ("stock + at(stock, nowhere)", "人", "unknown-place", "nowhere"),
        ("1 + 2", "倍", "bad-expression", "names no indicator"),
        ("stock + " * 90 + "stock", "人", "bad-expression", "more than 500 characters"),
        ("(" * 240 + "stock" + ")" * 240, "人", "bad-expression", "cannot be read"),
        ("stokc + 1", "人", "unknown-indicator", "stokc"),
        (
            "stock + money",
            "人",
            "wrong-unit",
            "what is in money:CNY cannot be added to what is in person",
        ),
        (
            "stock - 1",
            "人",
            "wrong-unit",
            "what is in ratio cannot be taken from what is in person",
        ),
        ("stock * money", "人", "wrong-unit", "is in money:CNY·person, not in 人"),
        ("money / stock", "元", "wrong-unit", "is in money:CNY/person, not in 元"),
    ],
)
def test_an_expression_that_means_nothing_is_refused(
    world: World, expression: str, unit: str, code: str, part: str
) -> None:
    given = [published("stock", "人"), published("money", "元")]
    root = world.write([*given, calculated(expression, unit)], {})
    problems = ceyuan.open(str(root)).check()
    assert [p.code for p in problems if p.severity == "error"] == [code]
    assert any(part in p.message for p in problems), problems


@pytest.mark.parametrize("expression", ["stock ÷ 2", "avg(stock, stock)", "lag(stock, 2)"])
def test_what_an_expression_does_not_know_is_told_where_it_is_found(
    world: World, expression: str
) -> None:
    root = world.write([published("stock", "人"), calculated(expression, "人")], {})
    (problem,) = [p for p in ceyuan.open(str(root)).check() if p.code == "bad-expression"]
    assert problem.hint is not None
    assert all(word in problem.hint for word in ("* and /", "`rolling`", "lag(a)"))


def test_a_mean_of_ratios_that_is_weighted_by_their_denominators_is_the_ratio_of_the_whole(
    world: World,
) -> None:
    cities = ["guangzhou", "shenzhen", "zhuhai"]
    rows = [account(item, city, "2023", amount) for item, amounts in (("rd", [90, 300, 10]), ("gdp", [3000, 5000, 500]))
            for city, amount in zip(cities, amounts, strict=True)]  # fmt: skip
    whole = {"type": "distribution", "place": "gba9", "among": {"kind": "city", "within": "gba9"}}
    mean = {
        "id": "mean",
        **whole,
        "of": "intensity",
        "statistic": "weighted_mean",
        "weights": "gdp",
        "unit": "%",
    }
    entropy = {"id": "entropy", **whole, "of": "even", "statistic": "entropy", "unit": "倍"}
    even = calculated("gdp / gdp", "倍", id="even")
    with world.build([RD, GDP, INTENSITY, mean, even, entropy], {"account": rows}) as build:
        assert values(build, "mean")["gba9", "2023"] == values(build, "intensity")["gba9", "2023"]
        assert values(build, "entropy")["gba9", "2023"] == pytest.approx(math.log(3))
        (traced,) = trace(build, "mean", place="gba9", period="2023")
        assert {(t.observation.indicator, t.observation.place) for t in traced.below} == {
            (name, city) for name in ("intensity", "gdp") for city in cities
        }


def test_too_few_places_make_no_distribution_and_it_is_said_how_many_there_are(
    world: World,
) -> None:
    rows = [figure("stock", city, "2023", 5, "人") for city in ("guangzhou", "zhuhai")]
    median = {"id": "median", "type": "distribution", "of": "stock", "statistic": "median", "unit": "人", "place": "gba9",
              "among": {"kind": "city", "within": "gba9"}}  # fmt: skip
    loose = {**median, "id": "loose", "min_coverage": 0.66}
    with world.build([published("stock", "人"), median, loose], {"figure": rows}) as build:
        (strict,), (loosely,) = build.show("median"), build.show("loose")
        assert (strict.value, said(strict.reason)) == (None, "only 2 of 3 places have a value")
        assert (loosely.value, loosely.bound, said(loosely.note)) == (5, "approx", "2 of 3 places")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"statistic": "percentile"}, "missing-key"),
        ({"statistic": "median", "percentile": 50}, "missing-key"),
        ({"statistic": "weighted_mean"}, "missing-key"),
        ({"statistic": "median", "place": "nowhere"}, "unknown-place"),
        ({"statistic": "median", "among": {}}, "missing-key"),
        ({"statistic": "gini"}, "wrong-unit"),
        ({"statistic": "mean", "unit": "%"}, "wrong-unit"),
    ],
)
def test_a_distribution_that_means_nothing_is_refused(world: World, more: Row, code: str) -> None:
    one = {
        "id": "one",
        "type": "distribution",
        "of": "stock",
        "unit": "人",
        "place": "gba9",
        "among": {"kind": "city"},
        **more,
    }
    problems = ceyuan.open(str(world.write([published("stock", "人"), one], {}))).check()
    assert [p.code for p in problems if p.severity == "error"] == [code]
