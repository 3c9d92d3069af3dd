"""Beside amounts in one unit stand growth rates, shares and numbers of things: none is ever read in the unit of the amounts."""

from __future__ import annotations

import pytest

from small_workspace import MakeWorkspace, Read, read_records
from yearbooks import PLACES_ALL


def read(make: MakeWorkspace, text: str, table: str) -> Read:
    files = {
        "records/t.csv": text,
        "records/t.yaml": f"kind: account\nfile: t.csv\nsource: office\n{table}",
    }
    return read_records(make({"places.csv": PLACES_ALL, **files}, "w"))


def figures(found: Read) -> dict[tuple[object, ...], tuple[object, object]]:
    return {
        (r["item"], r["category"]): (round(float(str(r["amount"])), 6), r["amount_unit"])
        for r in found.records.get("t", [])
    }


MONTHLY = """\
指标,单位,2023年1-9月/累计,2023年1-9月/同比增长（%）,2023年1-9月/增速
技术合同成交额,亿元,1200.5,12.3,3.1
专利授权量,万件,1.2,-5,3.2
"""
MONTHLY_TABLE = """\
constants: {{place: sz}}
unpivot: ["{{period}}/{{category}}"]
columns: {{item: 指标, period: period, category: category, amount: {{column: value, unit_column: 单位{more}}}}}
"""
AMOUNTS = {("技术合同成交额", "累计"): (120050000000, "元"), ("专利授权量", "累计"): (12000, "件")}
RATES = {("技术合同成交额", "同比增长（%）"): (0.123, "倍"), ("专利授权量", "同比增长（%）"): (-0.05, "倍")}  # fmt: skip


def test_a_growth_rate_is_no_amount_whatever_the_rows_unit(make_workspace: MakeWorkspace) -> None:
    found = read(make_workspace, MONTHLY, MONTHLY_TABLE.format(more=""))
    assert figures(found) == AMOUNTS
    assert found.part("t").reasons == {"unit-conflict:amount": 4}


def test_the_name_of_a_column_goes_before_the_rows_unit_where_both_are_declared(
    make_workspace: MakeWorkspace,
) -> None:
    found = read(make_workspace, MONTHLY, MONTHLY_TABLE.format(more=", unit_from: heading"))
    assert figures(found) == AMOUNTS | RATES
    assert found.part("t").reasons == {"unit-conflict:amount": 2}  # 增速 names no unit


HEADS = ["Spending", "Year-on-year % change", "No. of personnel", "Balance, € million", "Growth, %", "Top 1% papers"]  # fmt: skip


@pytest.mark.parametrize(("unit", "good"), [
    ("unit: HK$ million", {"Spending": (3000000, "港元"), "Top 1% papers": (8000000, "港元")}),
    ("unit_from: heading", {"Spending": (3000000, "港元"), "Year-on-year % change": (0.04, "倍"),
                            "Balance, € million": (6000000, "欧元"), "Growth, %": (0.07, "倍"),
                            "Top 1% papers": (8000000, "港元")}),
])  # fmt: skip
def test_heads_of_columns_that_mean_something_else(
    make_workspace: MakeWorkspace, unit: str, good: dict[str, tuple[float, str]]
) -> None:
    heads = ",".join(f'"{head}"' for head in HEADS)
    text = f'"HK$ million 百萬港元"\nRegion,{heads}\n深圳,3,4,5,6,7,8\n'
    table = f"header: 2\nconstants: {{period: 2023}}\nunpivot: ['{{item}}']\ncolumns: {{place: Region, item: item, amount: {{column: value, {unit}}}}}\n"
    found = read(make_workspace, text, table)
    assert {item: value for (item, _), value in figures(found).items()} == good


def test_labels_of_rows_that_mean_something_else(make_workspace: MakeWorkspace) -> None:
    text = "指标,2023\nR&D经费,10\n增速,5.5\n研发投入占GDP比重,6.4\n企业数,70\n项目数额,8\n"
    table = "constants: {place: sz}\nunpivot: ['{period}']\ncolumns: {item: 指标, period: period, amount: {column: value, unit: 亿元}}\n"
    found = read(make_workspace, text, table)
    assert {item for item, _ in figures(found)} == {"R&D经费", "项目数额"}


@pytest.mark.parametrize(("title", "amount", "good"), [
    ("(단위: 억원, 명, %)", "unit: 억원", None),
    ("单位：亿元、人", "unit: 亿元", None),
    ("单位：亿元、人", "unit: 亿元, heading_unit: 亿元", 2),
    ("单位：亿元、人", "unit_column: item, unit_map: {甲: 亿元, 乙: 人}", 2),
    ("单位：亿元、万元", "unit: 亿元", 2),
])  # fmt: skip
def test_one_unit_is_not_declared_for_a_table_that_lists_several(
    make_workspace: MakeWorkspace, title: str, amount: str, good: int | None
) -> None:
    table = f"header: 2\nconstants: {{period: 2023}}\nunpivot: ['{{item}}']\ncolumns: {{place: 地区, item: item, amount: {{column: value, {amount}}}}}\n"
    found = read(make_workspace, f'"{title}"\n地区,甲,乙\n深圳,1,2\n', table)
    if good is None:
        assert "unit_map" in (found.problem("unit-conflict").hint or "")
    assert len(figures(found)) == (good or 0)
