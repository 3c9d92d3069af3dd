"""Stocks of records that are valid for a time, against plain Python: dates, periods, durations, and what is refused."""

from __future__ import annotations

import calendar
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from world import INSIDE, World

import ceyuan
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.silence import silences
from ceyuan.pipeline.tracing import trace
from ceyuan.workspace.definitions import Names

Row = dict[str, Any]
CERTIFICATES = """\
kind: certificate
name: {en: Certificate, zh-Hans: 证书, zh-Hant: 證書}
place: place
fields:
  - {id: place, type: place, name: {en: Place, zh-Hans: 地, zh-Hant: 地}}
  - {id: begins, type: date, name: {en: Begins, zh-Hans: 起, zh-Hant: 起}}
  - {id: ends, type: date, name: {en: Ends, zh-Hans: 止, zh-Hant: 止}}
  - {id: since, type: period, name: {en: Since, zh-Hans: 始, zh-Hant: 始}}
  - {id: last, type: period, name: {en: Last, zh-Hans: 末, zh-Hant: 末}}
  - {id: who, type: text, name: {en: Who, zh-Hans: 谁, zh-Hant: 誰}}
  - {id: level, type: text, name: {en: Level, zh-Hans: 级, zh-Hant: 級}}
  - {id: amount, type: number, name: {en: Amount, zh-Hans: 额, zh-Hant: 額}}
"""
CITIES = ["guangzhou", "shenzhen", "zhuhai", "hongkong", "macao"]
BY_DATES = {"from": "begins", "to": "ends"}


def stock(name: str, valid: Row, **more: Any) -> Row:
    made = {"id": name, "type": "count", "records": "certificate", "unit": "件", "valid": valid}
    return {**made, "hk_mo": {"rule": "in_china"}, **more}


def written(root: Path, indicators: list[Row], rows: list[Row]) -> World:
    world = World(root)
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "certificate.yaml").write_text(CERTIFICATES, encoding="utf-8")
    world.write(indicators, {"certificate": rows})
    return world


def certificates(seed: int, size: int) -> list[Row]:
    chance = random.Random(seed)  # noqa: S311 - a test is no lottery
    rows = []
    for _ in range(size):
        begins = date(2016, 1, 1) + timedelta(days=chance.randint(0, 2500))
        if chance.random() < 0.3:
            # The days on which a rule of dates goes wrong first.
            begins = chance.choice(
                [date(2020, 2, 29), date(2019, 12, 31), date(2020, 1, 1), date(2021, 3, 31)]
            )
        # Some end before they begin: they are never valid.
        ends = begins + timedelta(days=chance.choice([-40, 0, 30, 364, 365, 366, 1095, 2000]))
        if chance.random() < 0.2:
            ends = date(begins.year + 1, 12, chance.choice([30, 31]))
        first = chance.randint(2016, 2021)
        row = {
            "place": chance.choice([*CITIES, ""]), "begins": begins, "ends": ends if chance.random() < 0.85 else "",
            "since": first, "last": chance.choice([first, f"{first + 1}-06", f"{first + 2}", ""]),
            "who": chance.choice("甲乙丙丁"), "level": chance.choice("ab"), "amount": chance.randint(1, 9),
        }  # fmt: skip
        if chance.random() < 0.05:
            row |= {"begins": "", "since": ""}
        rows.append(row)
    return rows


# The same in plain Python: days, not periods.


def months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def year_end(text: str) -> date:
    year, _, month = str(text).partition("-")
    number = int(month or 12)
    return date(int(year), number, calendar.monthrange(int(year), number)[1])


def is_valid(row: Row, valid: Row, day: date) -> bool:
    start = row[valid["from"]]
    if start == "":
        return False
    begin = start if isinstance(start, date) else date(start, 1, 1)
    if day < begin:
        return False
    if "to" in valid:
        end = row[valid["to"]]
        if end == "":
            return True
        return day <= (end if isinstance(end, date) else year_end(end))
    return day < months_on(begin, valid.get("months", 12 * valid.get("years", 0)))


GRAINS = {
    "year": lambda y: [(str(y), date(y, 12, 31))],
    "quarter": lambda y: [(f"{y}-Q{q}", months_on(date(y, 1, 1), 3 * q) - timedelta(1)) for q in range(1, 5)],
    "month": lambda y: [(f"{y}-{m:02}", months_on(date(y, 1, 1), m) - timedelta(1)) for m in range(1, 13)],
    "fiscal": lambda y: [(f"{y}/{(y + 1) % 100:02}", date(y + 1, 3, 31))],
}  # fmt: skip


def ends_of(rows: list[Row], valid: Row, grain: str) -> list[tuple[str, date]]:
    """All ends of periods from the first beginning on, to the one of the last beginning."""
    begins = [row[valid["from"]] for row in rows if row[valid["from"]] != ""]
    days = [b if isinstance(b, date) else date(b, 1, 1) for b in begins]
    every = [end for year in range(2014, 2025) for end in GRAINS[grain](year)]
    latest = min(day for _, day in every if day >= max(days))
    return [(text, day) for text, day in every if min(days) <= day <= latest]


def counted(
    rows: list[Row], valid: Row, grain: str, value: Any = len
) -> dict[tuple[str, str], Any]:
    found = {}
    for place, inside in INSIDE.items():
        for text, day in ends_of(rows, valid, grain):
            here = [r for r in rows if r["place"] in inside and is_valid(r, valid, day)]
            if here:
                found[place, text] = value(here)
    return found


def shown(build: Build, name: str, breakdown: str = "") -> dict[tuple[str, str], float | None]:
    return {(o.place, o.period): o.value for o in build.show(name, breakdown=breakdown)}


@pytest.mark.parametrize(("seed", "valid"), [
    (1, BY_DATES), (2, {"from": "begins", "years": 3}), (3, {"from": "begins", "months": 7}), (4, {"from": "since", "to": "last"}),
    (5, {"from": "since", "years": 2}), (6, {"from": "begins", "to": "last"}),
])  # fmt: skip
def test_a_record_counts_at_the_end_of_each_period_in_which_it_is_valid(
    tmp_path: Path, seed: int, valid: Row
) -> None:
    rows = certificates(seed, 60)
    asked = [stock(f"at_{grain}", valid, periods=[grain]) for grain in GRAINS]
    asked += [
        stock("amounts", valid, type="sum", value="amount"),
        stock("holders", valid, type="distinct", value="who"),
        stock("largest", valid, type="statistic", statistic="max", value="amount"),
        stock("of_b", valid, where="level = 'b'"),
        stock("parts", valid, by=["level"]),
    ]
    written(tmp_path / "w", asked, rows)
    with ceyuan.open(str(tmp_path / "w")).build() as build:
        for grain in GRAINS:
            assert shown(build, f"at_{grain}") == counted(rows, valid, grain)
        amounts = counted(rows, valid, "year", lambda here: sum(r["amount"] for r in here))
        assert shown(build, "amounts") == amounts
        assert shown(build, "holders") == counted(
            rows, valid, "year", lambda here: len({r["who"] for r in here})
        )
        assert shown(build, "largest") == counted(
            rows, valid, "year", lambda here: max(r["amount"] for r in here)
        )
        # The last beginning of any record decides how far it reaches, not that of the records that match.
        of_b = counted(rows, valid, "year", lambda here: sum(r["level"] == "b" for r in here))
        of_b = {key: value for key, value in of_b.items() if value}
        assert shown(build, "of_b") == shown(build, "parts", "level=b") == of_b
        (place, period), value = max(amounts.items(), key=lambda one: one[1])
        (traced,) = trace(build, "amounts", place=place, period=period, limit=100)
        assert traced.total == value == sum(r.value or 0 for r in traced.records)


def test_the_records_are_counted_once_where_a_build_says_how_many_there_are(tmp_path: Path) -> None:
    rows = certificates(7, 50)
    written(tmp_path / "w", [stock("valid", BY_DATES)], rows)
    with ceyuan.open(str(tmp_path / "w")).build() as build:
        (said,) = build.manifest["coverage"]
        ends = [day for _, day in ends_of(rows, BY_DATES, "year")]
        never = [r for r in rows if not any(is_valid(r, BY_DATES, day) for day in ends)]
        unplaced = sum(r["place"] == "" for r in rows)
        assert (said["matched"], said["unplaced"], said["undated"]) == (50, unplaced, len(never))
        assert never
        assert silences(build.root) == []


def test_what_ran_out_is_zero_where_a_list_is_complete_and_a_stock_ends_where_it_is_told_to(
    tmp_path: Path,
) -> None:
    rows = [
        {"place": "shenzhen", "begins": "2018-05-01", "ends": "2019-04-30", "level": "a"},
        {"place": "zhuhai", "begins": "2020-05-01", "ends": "2023-04-30", "level": "a"},
    ]
    asked = [
        stock("plain", BY_DATES),
        stock("complete", BY_DATES, zero_where="level is not null"),
        stock("longer", {**BY_DATES, "until": 2023}),
        stock("shorter", {**BY_DATES, "until": "2019"}),
    ]
    written(tmp_path / "w", asked, rows)
    with ceyuan.open(str(tmp_path / "w")).build() as build:
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for name in ("plain", "complete", "longer", "shorter"):
            for (place, period), value in shown(build, name).items():
                if place in ("shenzhen", "zhuhai"):
                    found[name, place][period] = value
        assert found["plain", "shenzhen"] == {"2018": 1}
        assert found["complete", "shenzhen"] == {"2018": 1, "2019": 0, "2020": 0}
        assert found["plain", "zhuhai"] == found["complete", "zhuhai"] == {"2020": 1}
        assert found["longer", "zhuhai"] == {"2020": 1, "2021": 1, "2022": 1}
        assert found["shorter", "zhuhai"] == {}
        names = Names({}, {}, build.kinds)
        said = build.indicators["plain"].formula(names)
        assert "valid at the end of the period (from “Begins” to “Ends”)" in said.en
        assert "期末有效（自“起”至“止”）" in said.zh_hans


def test_a_build_that_changes_nothing_for_a_stock_traces_it_as_before(tmp_path: Path) -> None:
    rows = certificates(9, 30)
    world = written(tmp_path / "w", [stock("valid", BY_DATES)], rows)
    ceyuan.open(str(world.root)).build().close()
    world.write(
        [stock("valid", BY_DATES), stock("other", {"from": "begins", "years": 1})],
        {"certificate": rows},
    )
    with ceyuan.open(str(world.root)).build() as build:
        (place, period), value = max(shown(build, "valid").items(), key=lambda one: one[1] or 0)
        (traced,) = trace(build, "valid", place=place, period=period, limit=100)
        assert traced.total == value


@pytest.mark.parametrize(("valid", "more", "code"), [
    ({"from": "begins"}, {}, "missing-key"), ({"from": "begins", "to": "ends", "years": 1}, {}, "missing-key"),
    ({"from": "who", "years": 1}, {}, "bad-value"), ({"from": "begun", "years": 1}, {}, "unknown-field"),
    ({"from": "begins", "to": "level"}, {}, "bad-value"), ({**BY_DATES, "until": "soon"}, {}, "bad-period"),
    (BY_DATES, {"periods": ["given"]}, "bad-aggregation"), (BY_DATES, {"periods": ["year", "all"]}, "bad-aggregation"),
    (BY_DATES, {"period": "begins"}, "bad-aggregation"), (BY_DATES, {"over_periods": "sum"}, "bad-aggregation"),
    (BY_DATES, {"counting": "fractional"}, "bad-counting"), ({"from": "begins", "years": 0}, {}, "bad-value"),
    (BY_DATES, {"type": "flow", "from": "place", "to": "place", "within": "gba"}, "bad-aggregation"),
])  # fmt: skip
def test_what_means_nothing_of_a_stock_is_refused(
    tmp_path: Path, valid: Row, more: Row, code: str
) -> None:
    written(tmp_path / "w", [stock("x", valid, **more)], certificates(1, 3))
    _, problems = check_workspace(tmp_path / "w")
    assert code in [p.code for p in problems], problems
