"""A count over a complete list is 0 where the place and period was looked at, and missing where it was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

TEXT = "{en: x, zh-Hans: x, zh-Hant: x}"
PLACES = """id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon
cn,economy,,,China,中国,中國,,CN,,,,
a,province,cn,,A,甲,甲,,,,,,
b,province,cn,,B,乙,乙,,,,,,
"""
ROWS = """organisation,period,result,place,administrator
u1,2023,excellent,a,X
u2,2023,poor,a,Y
u3,2023,good,b,X
u4,2024,good,b,X
u5,2024,good,b,
"""


def workspace(tmp_path: Path, definition: str) -> Path:
    files = {
        "ceyuan.yaml": f"ceyuan: 1\nid: test\nname: {TEXT}\n",
        "places.csv": PLACES,
        "sources.yaml": f"sources:\n  s: {{title: {TEXT}, publisher: {TEXT}}}\n",
        "records/t.csv": ROWS,
        "records/t.yaml": "kind: open_sharing\nfile: t.csv\nsource: s\n",
        "indicators/i.yaml": (
            "indicators:\n"
            f"  - {{id: n, name: {TEXT}, description: {TEXT}, hk_mo: {{rule: not_applicable}}, unit: 家, {definition}}}\n"
        ),
    }
    for name, content in files.items():
        path = tmp_path / "w" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "w"


def shown(
    root: Path, breakdown: str | None = ""
) -> dict[tuple[str, ...], tuple[float | None, int | None]]:
    build_workspace(root)
    with Build.open(root) as build:
        found = build.show("n", breakdown=breakdown)
    return {
        (o.place, o.period, *([o.breakdown] if breakdown is None else [])): (o.value, o.records)
        for o in found
    }


EXCELLENT = "records: open_sharing, where: result = 'excellent'"


def test_without_it_a_count_of_nothing_is_not_there(tmp_path: Path) -> None:
    found = shown(workspace(tmp_path, f"type: count, {EXCELLENT}"))
    assert found == {("a", "2023"): (1, 1), ("cn", "2023"): (1, 1)}


@pytest.mark.parametrize("measure", ["type: count", "type: distinct, value: organisation"])
def test_looked_at_and_none_counted_is_zero_and_not_looked_at_is_missing(
    tmp_path: Path, measure: str
) -> None:
    found = shown(workspace(tmp_path, f"{measure}, {EXCELLENT}, zero_where: result is not null"))
    assert found == {
        ("a", "2023"): (1, 1), ("cn", "2023"): (1, 1), ("b", "2023"): (0, 0), ("b", "2024"): (0, 0), ("cn", "2024"): (0, 0),
    }  # fmt: skip


def test_the_filter_says_what_looking_is(tmp_path: Path) -> None:
    found = shown(workspace(tmp_path, f"type: count, {EXCELLENT}, zero_where: administrator = 'Y'"))
    assert found == {("a", "2023"): (1, 1), ("cn", "2023"): (1, 1)}


def test_a_part_of_a_breakdown_is_zero_where_it_was_looked_at(tmp_path: Path) -> None:
    definition = (
        f"type: count, {EXCELLENT}, by: [administrator], zero_where: administrator is not null"
    )
    found = {
        key[1:]: value
        for key, value in shown(workspace(tmp_path, definition), None).items()
        if key[0] == "cn"
    }
    assert found == {
        ("2023", ""): (1, 1), ("2023", "administrator=X"): (1, 1), ("2023", "administrator=Y"): (0, 0),
        ("2024", ""): (0, 0), ("2024", "administrator=X"): (0, 0),
    }  # fmt: skip


def test_a_zero_traces_to_no_record(tmp_path: Path) -> None:
    root = workspace(tmp_path, f"type: count, {EXCELLENT}, zero_where: result is not null")
    build_workspace(root)
    with Build.open(root) as build:
        (found,) = trace(build, "n", place="b", period="2024")
    assert (found.observation.value, found.record_count, found.records) == (0, 0, ())
    assert found.observation.source == "s"


def test_faults_are_found_before_anything_is_computed(tmp_path: Path) -> None:
    _, problems = check_workspace(
        workspace(tmp_path, f"type: count, {EXCELLENT}, zero_where: results is not null")
    )
    assert [p.code for p in problems] == ["bad-filter"]
    (tmp_path / "w" / "indicators" / "i.yaml").unlink()
    figures = "type: count, records: account, zero_where: item = 'x'"
    _, problems = check_workspace(workspace(tmp_path, figures))
    assert [p.code for p in problems] == ["bad-aggregation"]
