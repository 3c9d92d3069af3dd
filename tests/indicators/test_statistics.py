"""Statistics of records, against plain Python: values, coverage, and what bounds and parts make of them."""

from __future__ import annotations

import math
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import INSIDE, World, said

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

Row = dict[str, Any]
GRANTS = """\
kind: grant
name: {en: Grant, zh-Hans: 资助, zh-Hant: 資助}
place: place
period: year
fields:
  - {id: place, type: place, name: {en: Place, zh-Hans: 地, zh-Hant: 地}}
  - {id: year, type: period, name: {en: Year, zh-Hans: 年, zh-Hant: 年}}
  - {id: who, type: text, name: {en: Who, zh-Hans: 谁, zh-Hant: 誰}}
  - {id: amount, type: quantity, dimension: money, name: {en: Amount, zh-Hans: 额, zh-Hant: 額}}
  - {id: staff, type: number, name: {en: Staff, zh-Hans: 人, zh-Hant: 人}}
  - {id: bound, type: choice, values: [eq, ge, le, gt, lt, approx], name: {en: Bound, zh-Hans: 界, zh-Hant: 界}}
"""
LEVELS = ("mean", "median", "min", "max")
SHARES = ("hhi", "gini", "entropy")


def indicator(name: str, statistic: str, **more: Any) -> Row:
    unit = "1" if statistic in SHARES else "千元"
    made = {
        "id": name,
        "type": "statistic",
        "records": "grant",
        "value": "amount",
        "statistic": statistic,
        "unit": unit,
    }
    # Grants are events: some are known by city, others by a group of cities.
    together = {"rule": "total", "mixed": True}
    return {**made, "hk_mo": {"rule": "in_china"}, "over_places": together, **more}


def build_of(indicators: Sequence[Row], rows: Sequence[Row]) -> Build:
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "grant.yaml").write_text(GRANTS, encoding="utf-8")
    written = [{**row, "amount_unit": "元" if row["amount"] != "" else ""} for row in rows]
    return world.build(indicators, {"grant": written})


def plain(statistic: str, values: list[float], weights: list[float]) -> float | None:
    """The statistic by the textbook; gini by all pairs."""
    whole = sum(values)
    if statistic in SHARES and (min(values) < 0 or whole == 0):
        return None
    match statistic:
        case "mean":
            return statistics.fmean(values)
        case "weighted_mean":
            return (
                sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
                if sum(weights)
                else None
            )
        case "median":
            return statistics.median(values)
        case "percentile":  # type 7 at 90 %
            return (
                statistics.quantiles(values, n=10, method="inclusive")[8]
                if len(values) > 1
                else values[0]
            )
        case "min" | "max":
            return min(values) if statistic == "min" else max(values)
        case "hhi":
            return sum((v / whole) ** 2 for v in values)
        case "gini":
            return sum(abs(x - y) for x in values for y in values) / (2 * len(values) * whole)
        case _:
            return -sum(v / whole * math.log(v / whole) for v in values if v)


grant = st.fixed_dictionaries({
    "place": st.sampled_from(["guangzhou", "shenzhen", "hongkong", "gba9", ""]), "year": st.sampled_from(["2022", "2023"]),
    "who": st.sampled_from(["甲", "乙", "丙", ""]), "amount": st.sampled_from([*range(10), ""]), "staff": st.integers(0, 5),
})  # fmt: skip
ASKED = [
    *(indicator(name, name, min_coverage=0.5) for name in (*LEVELS, *SHARES)),
    indicator("percentile", "percentile", percentile=90, min_coverage=0.5),
    indicator("weighted_mean", "weighted_mean", weights="staff", min_coverage=0.5),
    *(
        indicator(f"{name}_each", name, each="who", min_coverage=0.5)
        for name in ("median", "hhi", "max")
    ),
]


def expected(asked: Row, rows: list[Row]) -> tuple[float | None, str]:
    """Value and bound of one place and year."""
    statistic, each = asked["statistic"], asked.get("each")
    known = [r for r in rows if r["amount"] != "" and (not each or r["who"])]
    values, weights = [float(r["amount"]) for r in known], [float(r["staff"]) for r in known]
    if each:
        sums: dict[str, float] = defaultdict(float)
        for r in known:
            sums[r["who"]] += r["amount"]
        values = list(sums.values())
    enough = bool(known) and len(known) >= math.ceil(len(rows) / 2)
    value = plain(statistic, values, weights) if enough else None
    bound = "eq" if len(known) == len(rows) else {"min": "le", "max": "ge"}.get(statistic, "approx")
    if value is not None and statistic not in SHARES:
        value /= 1000
    return value, bound


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(grant, min_size=1, max_size=40))
def test_statistics_are_what_plain_python_makes_of_the_records(rows: list[Row]) -> None:
    with build_of(ASKED, rows) as build:
        for asked in ASKED:
            found = {(o.place, o.period): o for o in build.show(asked["id"])}
            for place, inside in INSIDE.items():
                for year in ("2022", "2023"):
                    here = [r for r in rows if r["place"] in inside and r["year"] == year]
                    assert ((place, year) in found) == bool(here)
                    if not here:
                        continue
                    got = found[place, year]
                    value, bound = expected(asked, here)
                    assert got.value == (
                        None if value is None else pytest.approx(value, abs=1e-9)
                    ), (
                        asked,
                        place,
                        here,
                    )
                    assert got.value is None or got.bound == bound, (asked, here)
                    assert got.records == len(here)


def one(rows: Sequence[Row], *indicators: Row) -> Mapping[str, Any]:
    full = [{"place": "shenzhen", "year": "2022", "who": "甲", "staff": 1, **row} for row in rows]
    with build_of(indicators, full) as build:
        return {i["id"]: build.show(i["id"], place="shenzhen")[0] for i in indicators}


def test_what_a_bound_of_a_record_means_depends_on_the_statistic() -> None:
    rows: list[Row] = [{"amount": 1000}, {"amount": 3000, "bound": "ge"}, {"amount": 2000}]
    found = one(rows, *(indicator(name, name) for name in (*LEVELS, "hhi")))
    bounds = {name: o.bound for name, o in found.items()}
    # The median of 1, 2 and something from 3 on is 2, whatever that is.
    assert bounds == {"mean": "ge", "median": "eq", "min": "eq", "max": "ge", "hhi": "approx"}


def test_a_part_of_the_records_bounds_only_the_extremes() -> None:
    note = {"en": "Named", "zh-Hans": "有名", "zh-Hant": "有名"}
    part = {"covers": {"part": "some", "note": note}}
    found = one(
        [{"amount": 1000}, {"amount": 3000}], *(indicator(name, name, **part) for name in LEVELS)
    )
    assert {n: o.bound for n, o in found.items()} == {
        "mean": "approx",
        "median": "approx",
        "min": "le",
        "max": "ge",
    }
    assert said(found["max"].note) == "of 2 records found, which are not all"


def test_too_few_values_are_missing_with_how_many_there_are() -> None:
    found = one(
        [{"amount": 1000}, {"amount": ""}],
        indicator("strict", "median"),
        indicator("half", "median", min_coverage=0.5),
    )
    assert (found["strict"].value, said(found["strict"].reason)) == (
        None,
        "only 1 of 2 records have a value",
    )
    assert (found["half"].value, said(found["half"].note)) == (1, "1 of 2 records have a value")


INTENSITIES = {"cn": 2.6, "guangzhou": 1.2, "shenzhen": 3.0, "hongkong": 0.9, "gba9": 2.0}
MIXED = "records of a place and of places in it would be mixed"


@pytest.mark.parametrize("where", [("cn",), ("gba9",), ("cn", "gba9"), ()])
@pytest.mark.parametrize("statistic", ["mean", "median", "percentile", "gini", "max"])
def test_the_record_of_a_place_is_never_mixed_with_those_of_its_parts(
    where: tuple[str, ...], statistic: str
) -> None:
    cities = {p for p in INTENSITIES if p not in ("cn", "gba9")}
    rows = [
        {"place": place, "year": year, "who": "甲", "staff": 1, "amount": 1000 * value}
        for place, value in INTENSITIES.items()
        for year in ("2022", "2023")
        # In 2023 no place has a record beside its parts.
        if place in cities or (place in where and year == "2022")
    ]
    asked = [
        indicator(
            "x",
            statistic,
            over_places={"rule": "total"},
            **({"percentile": 90} if statistic == "percentile" else {}),
        )
    ]
    with build_of(asked, rows) as build:
        for o in build.show("x"):
            inside = INSIDE[o.place]
            here = [r for r in rows if r["place"] in inside and r["year"] == o.period]
            places = {r["place"] for r in here}
            nested = any(b in INSIDE.get(a, ()) for a in places for b in places if a != b)
            if nested:
                assert o.value is None
                assert (said(o.reason) or "").startswith(MIXED), o
            else:
                scale = 1 if statistic in SHARES else 1000
                wanted = plain(statistic, [r["amount"] for r in here], [1.0] * len(here))
                assert o.value == pytest.approx((wanted or 0) / scale, abs=1e-9)
        missing = {(o.place, o.period) for o in build.show("x") if o.value is None}
        assert bool(missing) == bool(where)


def test_a_statistic_is_traced_to_its_records() -> None:
    rows = [
        {"place": "shenzhen", "year": "2022", "who": "甲", "staff": 1, "amount": n}
        for n in (1, 2, 9)
    ]
    with build_of([indicator("median", "median")], rows) as build:
        (made,) = trace(build, "median", place="guangdong")
        assert (made.record_count, made.total, sorted(r.value or 0 for r in made.records)) == (
            3,
            None,
            [1, 2, 9],
        )


@pytest.mark.parametrize(("more", "code"), [
    ({"statistic": "percentile", "percentile": 0.9}, "bad-value"),
    ({"statistic": "percentile"}, "missing-key"), ({"percentile": 5}, "missing-key"), ({"weights": "staff"}, "missing-key"),
    ({"statistic": "hhi", "unit": "元"}, "wrong-unit"), ({"unit": "人"}, "wrong-unit"), ({"value": "who"}, "bad-value"),
    ({"over_places": {"rule": "own", "mixed": True}}, "bad-aggregation"),
    ({"over_places": {"rule": "complete", "level": "city"}}, "bad-aggregation"), ({"each": "whom"}, "unknown-field"),
    ({"type": "sum"}, "bad-aggregation"),
])  # fmt: skip
def test_what_means_nothing_is_refused(more: Row, code: str) -> None:
    wrong = {**indicator("x", "median"), **more}
    if more.get("type") == "sum":
        del wrong["statistic"]
    with pytest.raises(CeyuanError) as caught:
        one([{"amount": 1}], wrong)
    assert code in [p.code for p in caught.value.problems]
