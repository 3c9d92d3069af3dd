"""Tables that lie as yearbooks print them become rows, and every row says the cell that it came from."""

from __future__ import annotations

import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from pydantic import ValidationError

from ceyuan.clusters.points.sources import open_source
from ceyuan.composite import read_table
from ceyuan.errors import CeyuanError, address
from ceyuan.workspace.tables import TableSpec
from small_workspace import MakeWorkspace, Read, read_records
from yearbooks import PLACES_ALL, YEARBOOK, book


def read(make: MakeWorkspace, name: str, content: bytes, table: str) -> Read:
    files = {
        f"records/{name}": content,
        "records/t.yaml": f"kind: account\nfile: {name}\nsource: office\n{table}",
    }
    return read_records(make({"places.csv": PLACES_ALL, **files}, "w"))


def cells(found: Read) -> dict[tuple[object, ...], object]:
    return {(r["item"], r["place"], r["period"]): r["amount"] for r in found.records["t"]}


YEARBOOK_TABLE = """\
header: [3, 4]
until: [注]
unpivot: ["{period}/{item}"]
columns:
  place: 地区Region
  item: {column: item, map: {合计 Total: rd}, match: [{contains: [基础], value: basic}]}
  amount: {column: value, unit_from: heading, missing: ["…", "—"], marks: {"①": 快报数}}
"""


def test_every_cell_becomes_one_row_and_says_where_it_stands(make_workspace: MakeWorkspace) -> None:
    """The value at each address of the sheet is the one that the record has."""
    years = [2019, 2020, 2021]
    rows = [["地区", *years], ["深圳", 1, 2, 3], ["广州", 4, None, 6]]
    found = read(
        make_workspace,
        "y.xlsx",
        book(rows),
        "unpivot: ['{period}']\nconstants: {item: x}\ncolumns: {place: 地区, amount: {column: value, unit: 元}}\n",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(book(rows))).active
    assert len(found.records["t"]) == 5  # the empty cell says nothing
    for record in found.records["t"]:
        cell = address(str(record["_file"]), int(str(record["_line"]))).rpartition("!")[2]
        assert sheet is not None
        assert sheet[cell].value == record["amount"]


def test_the_same_table_as_text(make_workspace: MakeWorkspace) -> None:
    text = "\n".join(
        ";".join("" if c is None else str(c).replace("\n", " ") for c in row)
        for row in YEARBOOK[2:6]
    )
    table = YEARBOOK_TABLE.replace("[3, 4]", "[1, 2]").replace("unit_from: heading", "unit: 万元")
    plain = read(make_workspace, "y.csv", text.encode(), table)
    packed = read(make_workspace, "y.csv.gz", gzip.compress(text.encode()), table)
    assert len(cells(plain)) == 5
    assert cells(plain) == cells(packed)


def test_groups_are_filled_down_and_rows_skipped(make_workspace: MakeWorkspace) -> None:
    rows = "地区,年份,项目,数值\n甲,乙,丙,1\n深圳,2022,a,1\n,2023,a,2\n广州,2022,a,3\n,,b,4\n"
    table = "skip: 1\nfill_down: [地区, 年份]\ncolumns: {place: 地区, period: 年份, item: 项目, amount: {column: 数值, unit: 元}}\n"
    found = read(make_workspace, "t.csv", rows.encode(), table)
    assert cells(found) == {
        ("a", "sz", "2022"): 1,
        ("a", "sz", "2023"): 2,
        ("a", "gz", "2022"): 3,
        ("b", "gz", "2022"): 4,
    }


def test_units_in_names_become_the_unit_of_a_row(make_workspace: MakeWorkspace) -> None:
    rows = "地区,产值（亿元）,人员（人）\n深圳,3,7\n"
    table = "unpivot: ['{item}（{unit}）']\nconstants: {period: 2023}\ncolumns: {place: 地区, amount: {column: value, unit_column: unit}}\n"
    found = read(make_workspace, "t.csv", rows.encode(), table)
    assert [(r["item"], r["amount"], r["amount_unit"]) for r in found.records["t"]] == [
        ("产值", 300000000, "元"),
        ("人员", 7, "人"),
    ]


def test_a_decimal_comma_is_declared(make_workspace: MakeWorkspace) -> None:
    rows = "k;Region;Wert\na;深圳;1.234,5\nb;深圳;12,5\nc;深圳;7\nd;深圳;1 234,5 %\ne;深圳;1.5\n"
    table = "decimal: ','\nconstants: {item: x, period: 2023}\ncolumns: {category: k, place: Region, amount: {column: Wert, unit: 元}}\n"
    found = read(make_workspace, "t.csv", rows.encode(), table)
    assert [r["amount"] for r in found.records["t"]] == [Decimal("1234.5"), Decimal("12.5"), 7]
    assert found.part("t").reasons == {"bad-number:amount": 1, "unit-conflict:amount": 1}


@pytest.mark.parametrize(("text", "decimal", "result"), [
    ("1,234", "", "ambiguous-number:amount"), ("1.234", "", "ambiguous-number:amount"), ("12,5", "", "bad-number:amount"),
    ("1234.5", "", Decimal("1234.5")), ("1,234", "decimal: '.'", 1234), ("1,234", "decimal: ','", Decimal("1.234")),
    ("1.234", "decimal: ','", 1234), ("1.234", "decimal: '.'", Decimal("1.234")),
])  # fmt: skip
def test_where_semicolons_part_columns_decimals_must_be_told(
    make_workspace: MakeWorkspace, text: str, decimal: str, result: object
) -> None:
    table = f"{decimal}\nconstants: {{item: x, period: 2023}}\ncolumns: {{amount: {{column: v, unit: 元}}}}\n"
    found = read(make_workspace, "t.csv", f"place;v\nsz;{text}\n".encode(), table)
    if isinstance(result, str):
        assert result in found.part("t").reasons
    else:
        assert [r["amount"] for r in found.records["t"]] == [result]


def test_a_table_of_eurostat(make_workspace: MakeWorkspace) -> None:
    """Several keys in the first column, flags behind numbers, a colon for no value, blanks behind the years."""
    rows = "freq,unit,geo\\TIME_PERIOD\t2022 \t2023 \nA,MIO_EUR,DE\t120.5 \t121.75 p\nA,MIO_EUR,FR\t: c\t55.0 e\nA,PC_GDP,DE\t3.1 \t: \n"
    table = """\
split_first: ","
unpivot: ["{period}"]
columns:
  place: {column: geo, map: {DE: sz, FR: gz}}
  item: unit
  amount:
    {column: value, unit_column: unit, unit_map: {MIO_EUR: 百万欧元}, missing: [":"], marks: {p: provisional, e: estimated, c: confidential}}
"""
    found = read(make_workspace, "t.tsv", rows.encode(), table)
    assert [(r["place"], r["period"], r["amount"], r["note"]) for r in found.records["t"]] == [
        ("sz", "2022", 120500000, None), ("sz", "2023", 121750000, "provisional"), ("gz", "2023", 55000000, "estimated"),
    ]  # fmt: skip
    assert found.part("t").reasons == {"missing-value:amount": 2, "unknown-unit:amount": 1}
    assert [address(str(r["_file"]), int(str(r["_line"]))) for r in found.records["t"]][
        1
    ] == "records/t.tsv!C2"


def test_signs_become_bounds_and_ends_are_stripped(make_workspace: MakeWorkspace) -> None:
    rows = "place,period,v\n#深圳,2023,<5\n广州,2023,≥1.5\n广州,2024,约3\n"
    table = """\
kind: figure
file: f.csv
source: office
constants: {indicator: gdp}
columns:
  place: {column: place, strip: ["#"]}
  value: {column: v, unit: 亿元, bounds: {"<": lt, "≥": ge, "约": approx}}
"""
    found = read_records(
        make_workspace({"records/f.csv": rows.encode(), "records/f.yaml": table}, "w")
    )
    assert [(r["place"], r["bound"], r["value"]) for r in found.records["f"]] == [
        ("sz", "lt", 500000000), ("gz", "ge", 150000000), ("gz", "approx", 300000000)
    ]  # fmt: skip


def test_names_with_blanks_and_brackets_stand_in_backticks(make_workspace: MakeWorkspace) -> None:
    rows = "地　区,项目 名称（新）,数 值\n深圳,x,5\n合 计,x,9\n"
    table = """\
constants: {period: 2023}
columns: {place: 地区, item: 项目名称(新), amount: {column: 数值, unit: 元}}
exclude:
  - {when: "`地　区` = '合 计' and `项目名称(新)` is not null", why: a total}
"""
    found = read(make_workspace, "t.csv", rows.encode(), table)
    assert cells(found) == {("x", "sz", "2023"): 5}
    assert found.part("t").reasons == {"excluded": 1}


@pytest.mark.parametrize(("table", "code"), [
    ("unpivot: ['{period}#']\n", "missing-column"), ("fill_down: [无]\n", "missing-column"), ("header: [7, 8]\n", "bad-header"),
])  # fmt: skip
def test_a_layout_that_does_not_fit_is_a_problem(
    make_workspace: MakeWorkspace, table: str, code: str
) -> None:
    found = read(make_workspace, "t.csv", b"place,2023\nsz,1\n", table + "constants: {item: x}\n")
    assert code in found.codes


ROWS = "unit;x\nA;1\nB;2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("packed", ["", ".gz", ".zip"])
def test_every_room_opens_the_same_files(
    tmp_path: Path, make_workspace: MakeWorkspace, packed: str, encoding: str
) -> None:
    content = ROWS.encode(encoding)
    if packed == ".gz":
        content = gzip.compress(content)
    if packed == ".zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("t.csv", content)
        content = out.getvalue()
    path = tmp_path / f"t.csv{packed}"
    path.write_bytes(content)
    assert read_table(path).columns == {"unit": ["A", "B"], "x": ["1", "2"]}
    if encoding != "utf-16" or packed == ".zip":
        assert open_source(path).columns == ["unit", "x"]
    table = "constants: {place: sz, period: 2023}\ncolumns: {item: unit, amount: {column: x, unit: 元}}\n"
    assert [r["amount"] for r in read(make_workspace, path.name, content, table).records["t"]] == [
        1,
        2,
    ]


def test_a_zip_of_several_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", ROWS)
        archive.writestr("b.csv", ROWS)
    with pytest.raises(CeyuanError, match="2 files"):
        read_table(path)


def test_three_lines_of_names_with_units_and_a_year_of_the_whole_table(
    make_workspace: MakeWorkspace,
) -> None:
    rows: list[list[object]] = [
        ["地区", "企业数", "产值", None, "强度"],
        [None, "（个）", "（亿元）", None, "（%）"],
        ["Region", "Number", 2022, 2023, "Intensity"],
        ["甲", 1, 2, 3, 4],
        ["深圳\nShenzhen", 12, 1.5, 2, 0.0434],
    ]
    table = """\
header: [1, 2, 3]
skip: 1
unpivot: ["{item}/({unit})/{period}", "{item}/({unit})/*"]
columns:
  place: {column: 地区/Region, match: [{starts: [深圳], value: sz}]}
  period: {column: period, empty: 2023}
  amount: {column: value, unit_column: unit}
"""
    found = read(make_workspace, "t.xlsx", book(rows, ("A1:A2", "C1:D1", "C2:D2")), table)
    assert cells(found) == {
        ("企业数", "sz", "2023"): 12, ("产值", "sz", "2022"): 150000000, ("产值", "sz", "2023"): 200000000,
        ("强度", "sz", "2023"): Decimal("0.000434"),
    }  # fmt: skip


def test_a_formula_without_a_value_is_named_and_never_read_as_empty(
    make_workspace: MakeWorkspace,
) -> None:
    """A program that only writes formulas, as openpyxl does, leaves their cells without a value."""
    rows: list[list[object]] = [
        ["place", "item", "period", "v"],
        ["sz", "rd", 2023, 5],
        ["gz", "rd", 2023, "=D2*2"],
    ]
    found = read(
        make_workspace, "y.xlsx", book(rows), "columns: {amount: {column: v, unit: 万元}}\n"
    )
    assert cells(found) == {("rd", "sz", "2023"): 50000}
    assert found.part("t").reasons == {"bad-number:amount": 1}
    assert "=D2*2" in str(found.quarantine["t"])


@pytest.mark.parametrize(
    ("declared", "amounts", "reasons"),
    [
        # What a column's own name states goes before the line above, the cell's own before that line alone.
        ("unit_from: heading", {"B": 12, "C": 3_500_000, "D": Decimal("0.25"), "E": 4_000_000}, {}),
        ("unit: 家", {"B": 12}, {"unit-conflict:amount": 2}),
        ("unit: 百万元", {"C": 3_500_000, "E": 4_000_000}, {"unit-conflict:amount": 2}),
    ],
)
def test_each_column_of_an_unpivoted_table_has_the_unit_that_its_name_states(
    make_workspace: MakeWorkspace,
    declared: str,
    amounts: dict[str, object],
    reasons: dict[str, int],
) -> None:
    """Never firms in millions of yuan, because that is what stands above the table."""
    rows = [
        ["研发活动（金额单位：百万元）"],
        ["地区", "企业数（家）", "经费（百万元）", "占比", "税收"],
        ["深圳", 12, "3.5", "25%", 4],
    ]
    table = f"""\
header: 2
unpivot: ["企业{{item}}", "经费{{item}}", "占{{item}}", "税{{item}}"]
columns:
  place: 地区
  amount: {{column: value, {declared}}}
constants: {{period: 2023}}
"""
    found = read(make_workspace, "y.xlsx", book(rows), table)
    told = {str(r["_file"])[-1]: r["amount"] for r in found.records["t"]}
    left_out = {"E"} if declared == "unit: 家" else set()
    assert {at: told[at] for at in told if at not in left_out} == amounts
    assert found.part("t").reasons == reasons


@pytest.mark.parametrize(
    ("declared", "above", "stored"),
    [("unit: 家", "单位：家", 0), ("unit: 万家", "表", 1), ("unit_from: heading", "单位：家", 0)],
)
def test_a_multiplier_in_the_name_of_an_unpivoted_column_is_not_lost(
    make_workspace: MakeWorkspace, declared: str, above: str, stored: int
) -> None:
    table = f"""\
header: 2
unpivot: ["{{item}}（万）"]
columns: {{place: 地区, amount: {{column: value, {declared}}}}}
constants: {{period: 2023}}
"""
    rows = [[above], ["地区", "企业（万）"], ["深圳", 12]]
    found = read(make_workspace, "y.xlsx", book(rows), table)
    assert found.part("t").stored == stored
    assert [r["amount"] for r in found.records.get("t", [])] == [120_000] * stored


SIDE_BY_SIDE = [
    ["表一（万元）", None, None, None, "表二（人）"],
    ["地区", 2022, 2023, None, "地区", 2022, 2023],
    ["深圳", 100, 110, None, "深圳", 10, 11],
    ["广州", 200, 210, None, None, None, None],
    ["表三（个）"],
    ["地区", 2022],
    ["深圳", 5],
]  # fmt: skip


@pytest.mark.parametrize(("area", "more", "good"), [
    ("A1:C4", "header: 2\n", {"B3": 1000000, "C3": 1100000, "B4": 2000000, "C4": 2100000}),
    ("E1:G4", "header: 2\n", {"F3": 10, "G3": 11}),
    ("E2:G4", "", {}),  # without its title no unit is known
    ("A5:B9", "header: 6\n", {"B7": 5}),
])  # fmt: skip
def test_a_table_is_a_part_of_its_sheet(
    make_workspace: MakeWorkspace, area: str, more: str, good: dict[str, int]
) -> None:
    table = f"area: {area}\n{more}constants: {{item: x}}\nunpivot: ['{{period}}']\ncolumns: {{place: 地区, amount: {{column: value, unit_from: heading}}}}\n"
    found = read(make_workspace, "t.xlsx", book(SIDE_BY_SIDE), table)
    told = {
        address(str(r["_file"]), int(str(r["_line"]))).rpartition("!")[2]: r["amount"]
        for r in found.records.get("t", [])
    }
    assert told == good
    text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in SIDE_BY_SIDE)
    plain = read(make_workspace, "t.csv", text.encode(), table)
    assert [r["amount"] for r in plain.records.get("t", [])] == list(good.values())


@pytest.mark.parametrize("area", ["E", "G2:E4", "A9:C2"])
def test_an_area_is_one(area: str) -> None:
    with pytest.raises(ValidationError, match="area"):
        TableSpec(kind="account", file="t.csv", source="office", area=area)
