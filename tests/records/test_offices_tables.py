"""Tables as statistical offices of several countries print them: marks in headings, units in labels and lines, brackets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml

from ceyuan.records.suggest import suggest
from small_workspace import MakeWorkspace, Read, read_records
from yearbooks import PLACES_ALL, book


def read(make: MakeWorkspace, rows: list[list[object]], table: str) -> Read:
    files = {
        "records/t.xlsx": book(rows),
        "records/t.yaml": f"kind: account\nfile: t.xlsx\nsource: office\n{table}",
    }
    return read_records(make({"places.csv": PLACES_ALL, **files}, "w"))


def figures(found: Read) -> dict[tuple[object, object], tuple[object, object, object]]:
    return {
        (r["place"], r["period"]): (r["amount"], r["amount_unit"], r["note"])
        for r in found.records.get("t", [])
    }


MARKED = [["Region", "2021", "2022 (r)", "2023p", "2024 1)"], ["深圳", 1, 2, 3, 4], ["广州", 5, 6, None, 8]]  # fmt: skip


def test_marks_beside_the_years_of_a_heading_become_notes(make_workspace: MakeWorkspace) -> None:
    table = """\
constants: {item: x}
unpivot: ["{period}"]
columns:
  place: Region
  period: {column: period, marks: {(r): revised, p: provisional, "1)": estimate}}
  amount: {column: value, unit: million EUR}
"""
    found = read(make_workspace, MARKED, table)
    euro = "欧元"
    assert figures(found) == {
        ("sz", "2021"): (1_000_000, euro, None), ("sz", "2022"): (2_000_000, euro, "revised"),
        ("sz", "2023"): (3_000_000, euro, "provisional"), ("sz", "2024"): (4_000_000, euro, "estimate"),
        ("gz", "2021"): (5_000_000, euro, None), ("gz", "2022"): (6_000_000, euro, "revised"),
        ("gz", "2024"): (8_000_000, euro, "estimate"),
    }  # fmt: skip
    assert "column-left" not in found.codes


def test_a_year_that_fits_no_pattern_is_never_lost_in_silence(
    make_workspace: MakeWorkspace,
) -> None:
    table = "constants: {item: x}\nunpivot: ['{period}']\ncolumns: {place: Region, amount: {column: value, unit: EUR}}\n"
    found = read(make_workspace, MARKED, table)
    assert {period for _, period in figures(found)} == {"2021"}
    said = found.problem("column-left").message
    assert all(name in said for name in ("'2022 (r)'", "'2023p'", "'2024 1)'"))


def test_a_pattern_leaves_the_columns_alone_that_a_declaration_reads(
    make_workspace: MakeWorkspace,
) -> None:
    rows: list[list[object]] = [["Region", "Year", "R&D", "Patents"], ["深圳", 2022, 1, 2], ["广州", 2022, 3, 4]]  # fmt: skip
    table = "unpivot: ['{item}']\ncolumns: {place: Region, period: Year, item: item, amount: {column: value, unit: 件}}\n"
    found = read(make_workspace, rows, table)
    assert {(r["item"], r["place"], r["amount"]) for r in found.records["t"]} == {
        ("R&D", "sz", 1), ("Patents", "sz", 2), ("R&D", "gz", 3), ("Patents", "gz", 4),
    }  # fmt: skip


LABELLED = [["Item", "2022", "2023"], ["R&D経費 expenditure", 10, 20], ["R&D人员 personnel（人）", 7, 8], ["Share (%)", 3, 4]]  # fmt: skip


@pytest.mark.parametrize("unit", ["unit: 千元", "unit_from: heading"])
def test_the_unit_of_a_label_is_never_the_declared_one_in_silence(
    make_workspace: MakeWorkspace, unit: str
) -> None:
    above: list[list[object]] = [["单位：千元"]]
    table = f"header: 2\nconstants: {{place: 深圳}}\nunpivot: ['{{period}}']\ncolumns: {{item: Item, amount: {{column: value, {unit}}}}}\n"
    found = read(make_workspace, above + LABELLED, table)
    read_so = {(str(r["item"])[:3], r["period"]): (r["amount"], r["amount_unit"]) for r in found.records["t"]}  # fmt: skip
    assert read_so["R&D", "2022"] in ((10_000, "元"), (7, "人"))
    if unit.startswith("unit:"):
        assert found.part("t").reasons == {"unit-conflict:amount": 4}
    else:
        assert {unit for _, unit in read_so.values()} >= {"人", "倍"}
    for record in found.records["t"]:
        wanted = {"R&D経費 expenditure": "元", "R&D人员 personnel（人）": "人", "Share (%)": "倍"}
        assert record["amount_unit"] == wanted[str(record["item"])]


@pytest.mark.parametrize("line", ["in Mio. EUR", "en millions d'euros", "EUR million", "Unit: million EUR", "(million EUR)"])  # fmt: skip
def test_a_line_above_that_is_nothing_but_a_unit_states_it(
    make_workspace: MakeWorkspace, line: str
) -> None:
    rows: list[list[object]] = [["Table 1. Expenditure of regions"], [line], ["Region", "2022"], ["深圳", 12]]  # fmt: skip
    table = "header: 3\nconstants: {item: x}\nunpivot: ['{period}']\ncolumns: {place: Region, amount: {column: value, unit_from: heading}}\n"
    assert figures(read(make_workspace, rows, table)) == {("sz", "2022"): (12_000_000, "欧元", None)}  # fmt: skip


@pytest.mark.parametrize(("cell", "amount"), [
    ("(35)", -35), ("（1,250.5）", -1250.5), ("( 7 )", -7), ("12", 12), ("-3", -3), ("(12) p", -12), ("(-3)", None), ("(a)", None), ("()", None),
])  # fmt: skip
@pytest.mark.parametrize("declared", [True, False])
def test_a_number_in_brackets_is_negative_where_that_is_declared(
    make_workspace: MakeWorkspace, cell: str, amount: float | None, declared: bool
) -> None:
    said = ", brackets: negative" if declared else ""
    rows: list[list[object]] = [["Region", "2022"], ["深圳", cell]]
    table = f"constants: {{item: x}}\nunpivot: ['{{period}}']\ncolumns: {{place: Region, amount: {{column: value, unit: EUR, marks: {{p: prov}}{said}}}}}\n"
    found = figures(read(make_workspace, rows, table))
    expected = amount if declared or cell[0] not in "(（" else None
    value = found[("sz", "2022")][0] if found else None
    assert (None if value is None else float(str(value))) == expected


def test_a_mark_that_is_a_part_of_another_is_not_meant_by_it(make_workspace: MakeWorkspace) -> None:
    rows: list[list[object]] = [["Region", "2022"], ["深圳", "12 (prel)"], ["广州", "13 p"]]
    table = "constants: {item: x}\nunpivot: ['{period}']\ncolumns: {place: Region, amount: {column: value, unit: EUR, marks: {p: provisional, (prel): preliminary}}}\n"
    notes = {place: note for (place, _), (_, _, note) in figures(read(make_workspace, rows, table)).items()}  # fmt: skip
    assert notes == {"sz": "preliminary", "gz": "provisional"}


@pytest.mark.parametrize(("cell", "amount"), [
    ("△7.5", -7.5), ("▲ 1,234", -1234), ("△△7", None), ("△", None), ("-7", -7), ("7", 7), ("△-7", None), ("△Ⅶ", None),
])  # fmt: skip
@pytest.mark.parametrize("declared", [True, False])
def test_a_sign_is_a_minus_where_that_is_declared(
    make_workspace: MakeWorkspace, cell: str, amount: float | None, declared: bool
) -> None:
    said = ", minus: [△, ▲]" if declared else ""
    rows: list[list[object]] = [["Region", "2022"], ["深圳", cell]]
    table = f"constants: {{item: x}}\nunpivot: ['{{period}}']\ncolumns: {{place: Region, amount: {{column: value, unit: EUR{said}}}}}\n"
    found = figures(read(make_workspace, rows, table))
    expected = amount if declared or cell[0] not in "△▲" else None
    assert [float(str(value)) for value, *_ in found.values()] == ([] if expected is None else [expected])  # fmt: skip


@pytest.mark.parametrize(("title", "amount"), [
    ("Table 4.1: Expenditure by region, £ million [note 1]", (12_000_000, "英镑")),
    ("Table 2 – EUR million", (12_000_000, "欧元")), ("表1 R&D经费，万元", (120_000, "元")), ("Share of GDP, %", (Decimal("0.12"), "倍")),
    ("Table 3: Expenditure, 2022", None), ("Researchers: number", None), ("Persons, total", None), ("Table 1", None),
])  # fmt: skip
def test_the_end_of_a_title_states_a_unit(
    make_workspace: MakeWorkspace, title: str, amount: tuple[object, str] | None
) -> None:
    rows: list[list[object]] = [[title], ["Region", "2022"], ["深圳", 12]]
    table = "header: 2\nconstants: {item: x}\nunpivot: ['{period}']\ncolumns: {place: Region, amount: {column: value, unit_from: heading}}\n"
    found = figures(read(make_workspace, rows, table))
    assert [(value, unit) for value, unit, _ in found.values()] == ([] if amount is None else [amount])  # fmt: skip


@pytest.mark.parametrize(("above", "unit", "refused"), [
    ("Revenue (millions)", "EUR", True), ("Revenue (millions)", "million EUR", False), ("企业（千）", "家", True),
    ("（十）主要指标", "EUR", False), ("Revenue (million EUR)", "million EUR", False), ("Shares (thousands)", "%", False),
])  # fmt: skip
def test_a_multiplier_above_a_table_is_not_lost(
    make_workspace: MakeWorkspace, above: str, unit: str, refused: bool
) -> None:
    rows: list[list[object]] = [[above], ["Region", "2022"], ["深圳", 12]]
    table = f"header: 2\nconstants: {{item: x}}\nunpivot: ['{{period}}']\ncolumns: {{place: Region, amount: {{column: value, unit: {unit!r}}}}}\n"
    assert ("unit-conflict" in read(make_workspace, rows, table).codes) == refused


def test_a_number_of_things_in_a_table_of_money_is_told_by_its_label(
    make_workspace: MakeWorkspace,
) -> None:
    rows: list[list[object]] = [["单位：亿元"], ["指标", "2022年"], ["经费", 2], ["企业数（个）", 9], ["占比（%）", 3]]  # fmt: skip
    table = "header: 2\nconstants: {place: sz}\nunpivot: ['{period}']\ncolumns: {item: 指标, amount: {column: value, unit_from: heading}}\n"
    found = {r["item"]: (r["amount"], r["amount_unit"]) for r in read(make_workspace, rows, table).records["t"]}  # fmt: skip
    assert found == {
        "经费": (200_000_000, "元"), "企业数（个）": (9, "个"), "占比（%）": (Decimal("0.03"), "倍"),
    }  # fmt: skip


YEARS = ["2009-10", "2010-11", "2011-12", "2012-13"]


@pytest.mark.parametrize(("heads", "periods"), [
    (YEARS, {"2012/13"}),
    (YEARS[:3], set()),
    (["2010-10", "2010-11", "2010-12"], {"2010-10", "2010-11", "2010-12"}),
    (["2010-11"], {"2010-11"}),
    (["2010-11", "2012-13", "2012-01"], {"2010-11", "2012-01", "2012/13"}),
])  # fmt: skip
def test_a_month_among_pairs_of_years_is_not_taken_for_one(
    make_workspace: MakeWorkspace, heads: list[str], periods: set[str]
) -> None:
    rows: list[list[object]] = [["Region", *heads], ["深圳", *range(len(heads))]]
    table = "constants: {item: x}\nunpivot: ['{period}']\ncolumns: {place: Region, amount: {column: value, unit: EUR}}\n"
    found = read(make_workspace, rows, table)
    assert {period for _, period in figures(found)} == periods
    reasons = {row["_reasons"] for row in found.quarantine.get("t", [])}
    assert reasons == (set() if len(periods) == len(heads) else {"ambiguous-period:period"})


def test_a_declaration_says_that_a_pair_of_years_is_meant(make_workspace: MakeWorkspace) -> None:
    rows: list[list[object]] = [["Region", *YEARS], ["深圳", 1, 2, 3, 4]]
    spelt = "{2009-10: 2009/10, 2010-11: 2010/11, 2011-12: 2011/12}"
    table = f"constants: {{item: x}}\nunpivot: ['{{period}}']\ncolumns: {{place: Region, period: {{column: period, map: {spelt}}}, amount: {{column: value, unit: EUR}}}}\n"
    found = figures(read(make_workspace, rows, table))
    assert {p: float(str(v)) for (_, p), (v, *_) in found.items()} == {
        "2009/10": 1, "2010/11": 2, "2011/12": 3, "2012/13": 4,
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["numbers", "xlsb"])
def test_a_workbook_of_another_format_is_refused_with_what_to_do(
    make_workspace: MakeWorkspace, suffix: str
) -> None:
    files = {
        f"records/t.{suffix}": b"PK",
        "records/t.yaml": f"kind: account\nfile: t.{suffix}\nsource: office\n",
    }
    found = read_records(make_workspace(files, "w"))
    assert "save it as .xlsx" in (found.problem("unknown-format").hint or "")


def drafted(folder: Path, rows: list[list[object]]) -> dict[str, object]:
    book_ = openpyxl.Workbook()
    sheet = book_.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book_.save(folder / "t.xlsx")
    made: dict[str, object] = yaml.safe_load(suggest(folder / "t.xlsx").yaml())
    return made


def test_a_draft_sees_marks_beside_years_units_above_and_decimal_commas(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Dépenses de R&D par région"],
        ["en millions d'euros"],
        ["Region", "2020", "2021 (r)", "2022 (p)"],
        ["Île-de-France", "21 480,5", "22 310,7", "23 000,1"],
    ]
    draft = drafted(tmp_path, rows)
    assert (draft["header"], draft["unpivot"], draft["decimal"]) == (3, ["{period}"], ",")
    columns = draft["columns"]
    assert isinstance(columns, dict)
    assert set(columns["period"]["marks"]) == {"(r)", "(p)"}
    assert columns["amount"] == {"column": "value", "unit_from": "heading"}


def test_a_draft_takes_no_amount_for_a_year(tmp_path: Path) -> None:
    rows: list[list[object]] = [["单位：件"], ["地区", "2021", "2022"], ["北京", 1000, 1100]]
    draft = drafted(tmp_path, rows)
    assert (draft["header"], draft["unpivot"]) == (2, ["{period}"])


def test_a_draft_passes_over_a_cover_and_sees_units_in_the_heads_of_columns(tmp_path: Path) -> None:
    book_ = openpyxl.Workbook()
    cover = book_.active
    assert cover is not None
    cover.append(["R&D statistics"])
    sheet = book_.create_sheet("4.1")
    for row in (
        ["구분", "2022년", None, "2023년", None],
        [None, "연구개발비(억원)", "증가율(%)", "연구개발비(억원)", "증가율(%)"],
        ["서울", 150_000, 3.5, 160_500, "△7.0"],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(area)
    book_.save(tmp_path / "t.xlsx")
    draft: dict[str, object] = yaml.safe_load(suggest(tmp_path / "t.xlsx").yaml())
    assert (draft["sheet"], draft["header"], draft["unpivot"]) == ("4.1", [1, 2], ["{period}/{item}"])  # fmt: skip
    columns = draft["columns"]
    assert isinstance(columns, dict)
    assert columns["amount"] == {"column": "value", "unit_from": "heading"}
