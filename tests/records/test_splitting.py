"""A cell with several values makes a record for each, and nothing is counted twice by that."""

from __future__ import annotations

import csv
import io
import random

import pytest

from ceyuan.errors import address
from ceyuan.pipeline.checking import check_workspace
from small_workspace import MakeWorkspace, Read, read_records

PARTNERS = """\
kind: partner
name: {en: Partner, zh-Hans: 伙伴, zh-Hant: 夥伴}
place: place
period: when
fields:
  - {id: paper, type: text, name: {en: Paper, zh-Hans: 篇, zh-Hant: 篇}}
  - {id: who, type: text, required: true, name: {en: Who, zh-Hans: 谁, zh-Hant: 誰}}
  - {id: place, type: place, name: {en: Place, zh-Hans: 地, zh-Hant: 地}}
  - {id: when, type: period, name: {en: When, zh-Hans: 时, zh-Hant: 時}}
  - {id: money, type: quantity, name: {en: Money, zh-Hans: 钱, zh-Hant: 錢}}
"""
TABLE = """\
kind: partner
file: p.csv
source: office
columns:
  paper: 编号
  who: {column: 单位, split: "、"}
"""


def read(make: MakeWorkspace, rows: str, table: str = TABLE) -> Read:
    return read_records(
        make({"kinds/partner.yaml": PARTNERS, "records/partner.yaml": table, "records/p.csv": rows})
    )


def test_each_value_is_a_record_with_its_place_in_the_cell(make_workspace: MakeWorkspace) -> None:
    found = read(make_workspace, "编号,单位\na,甲大学、 乙公司 、丙所\nb,丁\nc,\nd,戊、\n")
    rows = [
        (r["paper"], r["who"], address(str(r["_file"]), int(str(r["_line"]))))
        for r in found.records["partner"]
    ]
    assert sorted(rows) == [
        ("a", "丙所", "records/p.csv:2#3"), ("a", "乙公司", "records/p.csv:2#2"), ("a", "甲大学", "records/p.csv:2#1"),
        ("b", "丁", "records/p.csv:3"), ("d", "戊", "records/p.csv:5"),
    ]  # fmt: skip
    assert found.part("partner").reasons == {"missing-value:who": 1}


def test_columns_go_together_or_the_row_is_set_aside(make_workspace: MakeWorkspace) -> None:
    table = TABLE + '  place: {column: 地, split: ["、", "；"], missing: ["-"]}\n'
    found = read(
        make_workspace, "编号,单位,地\na,甲、乙,深圳；-\nb,甲、乙,深圳\nc,甲,广州\n", table
    )
    assert sorted((r["paper"], r["who"], r["place"]) for r in found.records["partner"]) == [
        ("a", "乙", None), ("a", "甲", "sz"), ("c", "甲", "gz"),
    ]  # fmt: skip
    assert found.part("partner").reasons == {"uneven-split": 1}


@pytest.mark.parametrize(("more", "code"), [
    ("  money: {column: 钱, unit: 元}\n", "undivided-amount"), ('  money: {column: 钱, unit: 元, split: "、"}\n', None),
    ("  place: {column: 单位}\n", "bad-value"), ("", None),
])  # fmt: skip
def test_an_amount_is_never_counted_for_each_value(
    make_workspace: MakeWorkspace, more: str, code: str | None
) -> None:
    files = {"kinds/partner.yaml": PARTNERS, "records/partner.yaml": TABLE + more}
    _, problems = check_workspace(
        make_workspace(files | {"records/p.csv": "编号,单位,钱\na,甲、乙,1、2\n"})
    )
    assert [p.code for p in problems if p.severity == "error"] == ([code] if code else [])


def test_random_cells_as_plain_python_splits_them(make_workspace: MakeWorkspace) -> None:
    chance = random.Random(7)  # noqa: S311 - a test is no lottery
    cells = [
        "".join(chance.choices(["甲", "乙", "、", "；", " ", ".", "|"], k=chance.randint(0, 9)))
        for _ in range(200)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([["编号", "单位"], *([str(n), cell] for n, cell in enumerate(cells))])
    found = read(
        make_workspace,
        out.getvalue(),
        TABLE.replace('split: "、"', 'split: ["、", "；", "|", "."]'),
    )
    wanted = []
    for number, cell in enumerate(cells):
        for mark in "；|.":
            cell = cell.replace(mark, "、")  # noqa: PLW2901
        wanted += [(str(number), part.strip()) for part in cell.split("、") if part.strip()]
    assert sorted((str(r["paper"]), str(r["who"])) for r in found.records["partner"]) == sorted(
        wanted
    )
    part = found.part("partner")
    assert part.read == part.stored + part.quarantined
