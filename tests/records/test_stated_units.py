"""No silent wrong number: what a cell, a column, a heading and a declaration say of a unit is one thing, or the row is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ceyuan.records.measured import Expected, StatedUnit, measure
from ceyuan.records.numbers import written
from small_workspace import MakeWorkspace, Read, read_records

KIND = "kind: account\nsource: office\nconstants: {item: x, place: sz, period: 2024}\n"


def read(make: MakeWorkspace, name: str, content: bytes, column: str, more: str = "") -> Read:
    # Every row needs a key of its own: its category is its first cell.
    table = KIND + f"file: {name}\n{more}columns:\n  category: k\n  amount: {column}\n"
    return read_records(make({f"records/{name}": content, "records/t.yaml": table}, "w"))


def csv_value(
    make: MakeWorkspace, text: str, column: str, head: str = "v", more: str = ""
) -> object:
    found = read(make, "t.csv", f'k,"{head}"{more}\n'.encode() + text.encode(), column)
    return outcome(found)


def outcome(found: Read) -> object:
    part = found.part("t")
    assert part.read == part.stored + part.quarantined == 1
    if part.quarantined:
        return next(iter(part.reasons))
    (record,) = found.records["t"]
    return record["amount"], record["amount_unit"]


@pytest.mark.parametrize(("text", "unit", "result"), [
    ("95%", "%", (Decimal(95), "%")),
    ("95％", "%", (Decimal(95), "%")),
    ("4.3 %", "倍", (Decimal("4.3"), "%")),
    ('"1,234"', "件", (Decimal(1234), "件")),
    ("(123)", "元", "bad-number:amount"),
    ("−12.5", "元", (Decimal("-12.5"), "元")),
    ("１２３．５", "元", (Decimal("123.5"), "元")),
    ("3.5亿元", "万元", (Decimal(350000000), "元")),
    ("3.5亿", "元", (Decimal(350000000), "元")),
    ("3.5亿", "万元", "unit-conflict:amount"),
    ("12元", "万元", "unit-conflict:amount"),
    ("12件", "元", "unit-conflict:amount"),
    ("95%", "元", "unit-conflict:amount"),
    ("¥12", "万元", (Decimal(120000), "元")),
    ("$12", "元", "unit-conflict:amount"),
    ("$1.5", "百万美元", (Decimal(1500000), "美元")),
    ("3.5 Mio. EUR", "EUR", (Decimal(3500000), "欧元")),
    ("3.5 Mio. EUR", "Tsd. EUR", (Decimal(3500000), "欧元")),
    ("3.5 Mrd", "EUR", (Decimal(3500000000), "欧元")),
    ("£3.5 bn", "GBP", (Decimal(3500000000), "英镑")),
    ("HK$3.5 million", "HKD", (Decimal(3500000), "港元")),
    ("HK$3.5 million", "HK$ million", (Decimal(3500000), "港元")),
    ("3.5 million dollars", "HKD", (Decimal(3500000), "港元")),
    ("3.5 million dollars", "HK$ million", (Decimal(3500000), "港元")),
    ("3.5 million dollars", "HK$'000", "unit-conflict:amount"),
    ("3.5 million dollars", "EUR", "unit-conflict:amount"),
    ("3.5 million US dollars", "million USD", (Decimal(3500000), "美元")),
    ("3.5 million hats", "EUR", "bad-number:amount"),
    ("12①", "元", "bad-number:amount"),
    ("<5", "元", "bad-number:amount"),
    ("12~15", "元", "bad-number:amount"),
])  # fmt: skip
def test_a_cell_says_its_unit_or_is_refused(
    make_workspace: MakeWorkspace, text: str, unit: str, result: object
) -> None:
    found = csv_value(make_workspace, f"a,{text}\n", f'{{column: v, unit: "{unit}"}}')
    if isinstance(result, tuple) and result[1] == "%":
        result = (result[0] / 100, "倍")
    assert found == result


@pytest.mark.parametrize(("multiplier", "unit", "result"), [
    ("6", "EUR", Decimal(12500000)), ("6.0", "EUR", Decimal(12500000)), ("Millions", "EUR", Decimal(12500000)),
    ("6: Millions", "EUR", Decimal(12500000)), ("0", "EUR", Decimal("12.5")), ("Units", "EUR", Decimal("12.5")),
    ("3", "百万欧元", "unit-conflict:amount"), ("6", "百万欧元", Decimal(12500000)), ("many", "EUR", "bad-multiplier:amount"),
    ("6: Thousands", "EUR", "bad-multiplier:amount"), ("", "EUR", Decimal("12.5")), ("-2", "EUR", Decimal("0.125")),
])  # fmt: skip
@pytest.mark.parametrize("name", ["UNIT_MULT", "PowerCode"])
def test_a_multiplier_is_taken_once(
    make_workspace: MakeWorkspace, name: str, multiplier: str, unit: str, result: object
) -> None:
    """DECIMALS beside it says how many digits to print, and multiplies nothing."""
    rows = f"k,OBS_VALUE,UNIT_MEASURE,{name},DECIMALS\na,12.5,{unit},{multiplier},1\n".encode()
    found = outcome(
        read(make_workspace, "t.csv", rows, "{column: OBS_VALUE, unit_column: UNIT_MEASURE}")
    )
    assert found == ((result, "欧元") if isinstance(result, Decimal) else result)


@pytest.mark.parametrize(("said", "result"), [
    ("Mio. EUR", (Decimal(12500000), "欧元")), ("HK$ million", (Decimal(12500000), "港元")), ("US$ billion", (Decimal(12500000000), "美元")),
    ("백만원", (Decimal(12500000), "韩元")), ("RMB million", (Decimal(12500000), "元")), ("thousand USD", (Decimal(12500), "美元")),
    ("million dollars", "ambiguous-currency:amount"), ("EUR lakh", "unknown-unit:amount"),
])  # fmt: skip
def test_a_column_of_units_says_them_as_people_write_them(
    make_workspace: MakeWorkspace, said: str, result: object
) -> None:
    rows = f"k,v,unit\na,12.5,{said}\n".encode()
    assert outcome(read(make_workspace, "t.csv", rows, "{column: v, unit_column: unit}")) == result


@pytest.mark.parametrize(("declared", "result"), [
    ("百万欧元", (Decimal(12500000), "欧元")), ("欧元", (Decimal(12500000), "欧元")), ("千欧元", "unit-conflict:amount"),
    ("百万美元", "unit-conflict:amount"),
])  # fmt: skip
def test_a_declared_unit_and_undeclared_columns_must_agree(
    make_workspace: MakeWorkspace, declared: str, result: object
) -> None:
    rows = b"k,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\na,12.5,EUR,6\n"
    assert (
        outcome(read(make_workspace, "t.csv", rows, f"{{column: OBS_VALUE, unit: {declared}}}"))
        == result
    )


def test_a_unit_column_that_differs_from_the_declared_unit_refuses_its_row(
    make_workspace: MakeWorkspace,
) -> None:
    rows = "k,v,单位\na,1,万元\nb,2,亿元\nc,3,\nd,4,unclear\n".encode()
    found = read(make_workspace, "t.csv", rows, "{column: v, unit: 万元}")
    assert [r["amount"] for r in found.records["t"]] == [10000, 30000, 40000]
    assert found.part("t").reasons == {"unit-conflict:amount": 1}


def test_codes_of_units_are_declared(make_workspace: MakeWorkspace) -> None:
    rows = b"k,v,u\na,1.5,MIO_EUR\nb,2,THS_X\n"
    found = read(
        make_workspace, "t.csv", rows, "{column: v, unit_column: u, unit_map: {MIO_EUR: 百万欧元}}"
    )
    assert [r["amount"] for r in found.records["t"]] == [1500000]
    assert found.part("t").reasons == {"unknown-unit:amount": 1}


@pytest.mark.parametrize(("head", "unit", "more", "good"), [
    ("金额（万元）", "万元", "", True), ("金额（万元）", "元", "", False), ("金额(亿元)", "万元", "", False),
    ("金额（万）", "元", "", False), ("金额（万）", "万元", "", True), ("金额（注）", "万元", "", True),
    ("金额（元）", "万元", ", heading_unit: 元", True), ("Amount (US$)", "美元", "", True), ("占比(%)", "元", "", False),
    ("v (Mio. EUR)", "EUR million", "", True), ("v (million)", "EUR million", "", True), ("v (million)", "EUR", "", False),
    ("v (Tsd. EUR)", "EUR", "", False), ("v (US$ million)", "USD", "", False), ("v (HK$ million)", "US$ million", "", False),
])  # fmt: skip
def test_a_heading_must_not_contradict(
    make_workspace: MakeWorkspace, head: str, unit: str, more: str, good: bool
) -> None:
    found = read(
        make_workspace,
        "t.csv",
        f"k,{head}\na,5\n".encode(),
        f'{{column: "{head}", unit: {unit}{more}}}',
    )
    assert ("unit-conflict" in found.codes) is not good


@pytest.mark.parametrize(("title", "unit", "good"), [
    ("单位：亿元", "万元", False), ("单位:万元", "万元", True), ("单位：人、万元", "元", False), ("计量单位：件", "万元", True),
    ("Unit: Mio. EUR", "EUR", False), ("Unit: million US dollars", "USD", False), ("Unit: million US dollars", "million USD", True),
])  # fmt: skip
def test_a_line_above_the_table_must_not_contradict(
    make_workspace: MakeWorkspace, title: str, unit: str, good: bool
) -> None:
    found = read(
        make_workspace,
        "t.csv",
        f"{title},\nk,v\na,5\n".encode(),
        f"{{column: v, unit: {unit}}}",
        "header: 2\n",
    )
    assert ("unit-conflict" in found.codes) is not good


@pytest.mark.parametrize(("value", "number_format", "unit", "result"), [
    (0.0434, "0.00%", "%", (Decimal("0.0434"), "倍")),
    (0.0434, "General", "%", (Decimal("0.000434"), "倍")),
    (4.34, '0.00"%"', "%", (Decimal("0.0434"), "倍")),
    (12500000, "#,##0,", "千元", (Decimal(12500000), "元")),
    (12500000, "#,##0,", "元", (Decimal(12500000), "元")),
    (12500000, "#,##0,", "万元", "unit-conflict:amount"),
    (12500000, "#,##0.0,,", "百万元", (Decimal(12500000), "元")),
    (3.5, '0.0"亿元"', "亿元", (Decimal(350000000), "元")),
    (3.5, '0.0"亿元"', "元", (Decimal(350000000), "元")),
    (1200, "[$€-407] #,##0", "欧元", (Decimal(1200), "欧元")),
    (1200, "[$€-407] #,##0", "元", "unit-conflict:amount"),
    (-5.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "元", (Decimal("-5.5"), "元")),
    (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "元", (Decimal(0), "元")),
])  # fmt: skip
def test_a_number_format_is_part_of_a_cell(
    make_workspace: MakeWorkspace,
    tmp_path: Path,
    value: float,
    number_format: str,
    unit: str,
    result: object,
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["k", "v"])  # type: ignore[union-attr]
    book.active.append(["a", value])  # type: ignore[union-attr]
    book.active["B2"].number_format = number_format  # type: ignore[index]
    book.save(tmp_path / "t.xlsx")
    content = (tmp_path / "t.xlsx").read_bytes()
    assert (
        outcome(read(make_workspace, "t.xlsx", content, f'{{column: v, unit: "{unit}"}}')) == result
    )


def test_every_power_of_ten_is_taken_exactly_once() -> None:
    """Whatever of the three says the power, value times factor is the same."""
    for power, prefix in ((0, ""), (3, "千"), (4, "万"), (6, "百万"), (8, "亿")):
        ways = [
            StatedUnit(unit="元", multiplier=str(power)),
            StatedUnit(unit=f"{prefix}元"),
            StatedUnit(unit=f"{prefix}元", multiplier=str(power)),
            StatedUnit(written(f"7{prefix}元")),
        ]
        assert {measure(way, Expected(dimension="money")).factor for way in ways} == {
            Decimal(10) ** power
        }


def test_a_damaged_multiplier_never_gives_a_number() -> None:
    for text in ("x", "6 7", "99", "12x", "million euros"):
        assert measure(StatedUnit(unit="EUR", multiplier=text), Expected()).base is None


def test_problems_name_the_declaration(make_workspace: MakeWorkspace) -> None:
    found = read(
        make_workspace, "t.csv", "k,金额(万元)\na,5\n".encode(), '{column: "金额(万元)", unit: 元}'
    )
    assert found.problem("unit-conflict").where == "records/t.yaml:7"


def test_a_multiplier_in_a_columns_name_is_not_lost_where_the_unit_stands_above(
    make_workspace: MakeWorkspace,
) -> None:
    found = read(
        make_workspace,
        "t.csv",
        "单位：元,\nk,金额（万）\na,5\n".encode(),
        "{column: 金额（万）, unit_from: heading}",
        "header: 2\n",
    )
    assert found.part("t").reasons == {"missing-unit:amount": 1}


def test_blanks_part_thousands(make_workspace: MakeWorkspace) -> None:
    rows = "k,v\na,1 250.5\nb,12\u2009345\nc,1 2345\nd,1 25\n"
    found = read(make_workspace, "t.csv", rows.encode(), "{column: v, unit: 元}")
    assert [r["amount"] for r in found.records["t"]] == [Decimal("1250.5"), Decimal(12345)]
