"""A draft says what can be seen in a file; once a person has filled in what is unclear it reads the file."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

import ceyuan
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.exporting import export
from ceyuan.records.suggest import suggest
from small_workspace import MakeWorkspace, read_records
from yearbooks import PLACES_ALL, YEARBOOK, book


def test_the_draft_of_a_yearbook_reads_it(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    content = book(YEARBOOK, ("A3:A4", "B3:C3", "D3:E3"), hidden=True)
    (tmp_path / "y.xlsx").write_bytes(content)
    draft = suggest(tmp_path / "y.xlsx")
    made = yaml.safe_load(draft.yaml())
    assert (made["header"], made["until"], made["unpivot"], made["sheet"]) == (
        [3, 4],
        ["注"],
        ["{period}/{item}"],
        "3-1",
    )
    assert any("'200①'" in sentence and "'…'" in sentence for sentence in draft.unclear)
    assert any("隐藏" in sentence for sentence in draft.unclear)
    declaration = draft.yaml().replace("SOURCE", "office")
    files = {"places.csv": PLACES_ALL, "records/y.xlsx": content, "records/y.yaml": declaration}
    found = read_records(make_workspace(files, "w"))
    part = found.part("y")
    # What the draft asks about is quarantined until somebody answers; nothing of it is guessed.
    assert (part.stored, part.reasons) == (4, {"bad-number:amount": 4})


def test_a_file_in_gb18030_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("地区;年份;金额（万元）\n深圳;2023;1,5\n".encode("gb18030"))
    draft = suggest(tmp_path / "t.csv")
    # With a point 1,5 would be no number.
    assert draft.keys == {"encoding": "gb18030", "decimal": ","}
    assert draft.columns["amount"] == {"column": "金额（万元）", "unit_from": "heading"}
    assert draft.columns["place"] == "地区"
    assert any("comma" in sentence for sentence in draft.unclear)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp949", "지역,연도,특허출원(건)\n동해시,2022년,12\n서산시,2023년,13\n주: 잠정치\n"),
        ("gb18030", "地区,年份,专利申请（件）\n东海市,2022年,12\n西山市,2023年,13\n注：快报数\n"),
        ("big5", "地區,年份,專利申請（件）\n東海市,2022年,12\n西山市,2023年,13\n註：快報數\n"),
        ("cp1252", "Region,Jahr,Umsätze für Öle\nThüringen,2022,12\nBayern,2023,13\nQuelle: Amt\n"),
    ],
)
def test_the_encoding_is_the_one_in_which_the_words_make_sense(
    tmp_path: Path, encoding: str, text: str
) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    draft = suggest(tmp_path / "t.csv")
    place, period, amount = text.splitlines()[0].split(",")
    assert draft.keys["encoding"] == encoding
    assert (draft.columns["place"], draft.columns["period"]) == (place, period)
    assert dict(yaml.safe_load(draft.yaml())["columns"]["amount"])["column"] == amount
    assert text.splitlines()[-1].startswith(draft.keys["until"][0])


def test_a_row_that_numbers_the_columns_is_skipped(tmp_path: Path) -> None:
    rows: list[list[object]] = [["地区", "2022年", "2023年"], ["甲", 1, 2], ["深圳", 1, 2]]
    (tmp_path / "t.xlsx").write_bytes(book(rows))
    assert suggest(tmp_path / "t.xlsx").keys["skip"] == 1
    (tmp_path / "u.xlsx").write_bytes(book([rows[0], rows[2]]))
    assert "skip" not in suggest(tmp_path / "u.xlsx").keys


def test_the_command_prints_yaml(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\nFR,2020,12.5,EUR,6\n"
    )
    ran = CliRunner().invoke(cli, ["suggest", str(tmp_path / "t.csv")])
    assert ran.exit_code == 0
    assert yaml.safe_load(ran.stdout)["columns"] == {
        "place": "REF_AREA",
        "period": "TIME_PERIOD",
        "amount": {"column": "OBS_VALUE", "unit_column": "UNIT_MEASURE"},
    }


OWN = {"records/figures.csv": None, "records/figures.yaml": None}


@pytest.mark.parametrize(
    ("style", "name"),
    [
        ("sdmx-ml", "told.xml"),
        ("sdmx-csv", "told.csv"),
        ("datapackage", "told.zip"),
        ("datapackage", "datapackage.json"),
        ("parquet", "told.parquet"),
        ("xlsx", "told.xlsx"),
    ],
)
def test_the_draft_of_an_export_reads_it_back(
    make_workspace: MakeWorkspace, style: str, name: str
) -> None:
    again = make_workspace(OWN, name="again") / "records"
    with ceyuan.open(str(make_workspace(name="first"))).build() as build:
        packed = name.replace("datapackage.json", "told.zip")
        export(build, again / packed, style, "gdp")
        expected = [(o.place, o.period, o.value, o.unit, o.bound) for o in build.show("gdp")]
    for beside in again.glob("told.*.*"):
        beside.unlink()
    if packed != name:
        zipfile.ZipFile(again / packed).extractall(again)
        (again / packed).unlink()
    draft = suggest(again / name).yaml().replace("SOURCE\n", "yearbook\n")
    (again / "told.yaml").write_text(draft, encoding="utf-8")
    with ceyuan.open(str(again.parent)).build() as build:
        found = [(o.place, o.period, o.value, o.unit, o.bound) for o in build.show("gdp")]
    assert found == expected


def test_columns_of_a_standard_kind_are_told(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    """Codes such as p1 are no numbers; a register is not an account of amounts."""
    path = tmp_path / "payments.csv"
    path.write_text("id,date,from_party,to_party,amount,unit\np1,2024,guangdong,hongkong,7,万元\n")
    draft = yaml.safe_load(suggest(path).yaml())
    assert draft["kind"] == "payment"
    assert draft["columns"] == {"amount": {"column": "amount", "unit_column": "unit"}}


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows.parquet"])
def test_objects_and_typed_columns_are_named_by_their_paths(
    make_workspace: MakeWorkspace, tmp_path: Path, name: str
) -> None:
    rows = [{"nr": "A1", "where": {"place": p}, "year": 2024, "spent": 1.5} for p in ("sz", "gz")]
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows).flatten(), tmp_path / name)
    else:
        text = "".join(json.dumps(row) + "\n" for row in rows).encode()
        (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    draft = suggest(tmp_path / name)
    assert draft.columns["place"] == "where.place"
    assert draft.columns["amount"] == {"column": "spent"}
    said = draft.yaml().replace("SOURCE\n", "office\n").replace("spent}", "spent, unit: 万元}")
    files = {
        "records/t.yaml": f"{said}constants: {{item: spent}}\n",
        f"records/{name}": (tmp_path / name).read_bytes(),
    }
    found = read_records(make_workspace(files))
    assert [row["amount"] for row in found.records["t"]] == [15000, 15000]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", b"{}", "unknown-format"),
        ("a.numbers", b"PK", "unknown-format"),
        ("a.xml", b"<a/>", "bad-sdmx"),
        ("a.jsonl", b"no object", "bad-jsonl"),
        ("a.parquet", b"PAR1", "bad-parquet"),
        ("datapackage.json", b"{}", "bad-package"),
        ("datapackage.json", b'{"resources": []}', "bad-package"),
        ("a.zip", b"PK", "truncated-gzip"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CeyuanError) as refused:
        suggest(tmp_path / name)
    assert [p.code for p in refused.value.problems] == [code]


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["suggest", str(tmp_path / "none.csv")]).exit_code == 2


# Tables as offices print them; what a person edits in their drafts; and a few figures that must come out.
PRINTED: dict[str, tuple[str, dict[str, str], dict[tuple[object, ...], tuple[float, str]]]] = {
    "hongkong": (
        '"HK$ million 百萬港元"\nYear 年,Type of performer,R&D expenditure,Year-on-year % change,No. of personnel\n'
        '2021,Business,"11,859",8.3,16 012\n,Higher education,"14,531",(2.5),20 345\nNotes: none\n',
        {"R&D expenditure: UNIT": "R&D expenditure: HK$ million", "No. of personnel: UNIT": "No. of personnel: 人",
         "columns:": "constants: {place: hk}\ncolumns:",
         "column: value": "column: value\n    brackets: negative"},
        {("R&D expenditure", "Higher education", "2021"): (14531000000, "港元"),
         ("Year-on-year % change", "Higher education", "2021"): (-0.025, "倍"),
         ("No. of personnel", "Business", "2021"): (16012, "人")},
    ),
    "monthly": (
        "2023年主要指标,,,,\n指标,单位,1-9月,,1-12月,\n,,累计,同比增长（%）,累计,同比增长（%）\n"
        "技术合同成交额,亿元,8800,10.5,13200.7,-2\n专利授权量,万件,8.8,0,11.3,3.4\n",
        {"columns:": "constants: {place: sz}\ncolumns:"},
        {("技术合同成交额", "累计", "2023-01..2023-09"): (880000000000, "元"),
         ("技术合同成交额", "同比增长（%）", "2023"): (-0.02, "倍"),
         ("专利授权量", "累计", "2023"): (113000, "件")},
    ),
    "beside": (
        "表一 经费（万元）,,,,表二 人员（人）,,\n地区,2022,2023,,地区,2022,2023\n深圳,100,110,,深圳,10,11\n广州,200,210,,广州,20,21\n"
        ",,,,,,\n续表 机构（个）,,,,,,\n地区,2022,2023,,,,\n深圳,5,6,,,,\n",
        {"area: A1:C4": "area: E1:G4", "columns:": "constants: {item: staff}\ncolumns:", "unit_from: heading": "unit: 人"},
        {("staff", None, "2022"): (20, "人"), ("staff", None, "2023"): (21, "人")},
    ),
    "korea": (
        '"(단위: 억원, 명)"\n시도별,2022,,2023,\n시도별,연구개발비,연구원수,연구개발비,연구원수\n서울,"170,000","130,001","180,000",X\n',
        {"place: 시도별": "place: {column: 시도별, map: {서울: sz}}", "column: value": "column: value\n    missing: [X]"},
        {("연구개발비", None, "2022"): (17000000000000, "韩元"), ("연구원수", None, "2022"): (130001, "人")},
    ),
    "eurostat": (
        "freq,unit,geo\\TIME_PERIOD\t2021 \t2022 \nA,MIO_EUR,深圳\t113.5 \t121.0 p\nA,PC_GDP,深圳\t3.13 \t: \n",
        {"MIO_EUR: UNIT": "MIO_EUR: 百万欧元", "PC_GDP: UNIT": "PC_GDP: '%'", "unit_column": "marks: {p: provisional}\n    unit_column",
         "place: geo": "place: geo\n  item: unit"},
        {("MIO_EUR", None, "2022"): (121000000, "欧元"), ("PC_GDP", None, "2021"): (0.0313, "倍")},
    ),
}  # fmt: skip


def test_the_draft_of_a_printed_table_reads_it_after_small_edits(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"places.csv": PLACES_ALL}
    for name, (text, edits, _) in PRINTED.items():
        file = f"{name}.tsv" if "\t" in text else f"{name}.csv"
        (tmp_path / file).write_text(text, encoding="utf-8")
        declaration = suggest(tmp_path / file).yaml().replace("SOURCE", "office")
        for drafted, meant in edits.items():
            assert drafted in declaration, (name, drafted, declaration)
            declaration = declaration.replace(drafted, meant, 1)
        files |= {f"records/{file}": text, f"records/{name}.yaml": declaration}
    found = read_records(make_workspace(files, "w"))
    for name, (_, _, figures) in PRINTED.items():
        read = {
            (r["item"], r["category"], r["period"]): (float(str(r["amount"])), r["amount_unit"])
            for r in found.records.get(name, [])
        }
        assert {key: read.get(key) for key in figures} == figures, name
