"""What is exported says the same as the build, and says what it means."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.periods import parse_period
from ceyuan.pipeline import exporting
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.exporting import FORMATS, export
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.sdmx import sdmx_time
from small_workspace import SOURCES, MakeWorkspace

READ: dict[str, Callable[[str], Any]] = {
    "string": str, "number": float, "integer": int, "boolean": {"true": True, "false": False}.__getitem__,
}  # fmt: skip


@pytest.fixture
def small(make_workspace: MakeWorkspace) -> Path:
    root = make_workspace({"sources.yaml": SOURCES.replace("title: Yearbook", 'title: "=1+1"')})
    build_workspace(root)
    return root


def read_resource(package: zipfile.ZipFile, resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a resource by nothing but what its descriptor says."""
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    text = package.read(resource["path"]).decode(resource["encoding"])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert not rows or list(rows[0]) == list(fields)
    return [{name: cell_of(fields[name], cell) for name, cell in row.items()} for row in rows]


def cell_of(field: dict[str, Any], cell: str) -> Any:
    return None if cell in field.get("missingValues", [""]) else READ[field["type"]](cell)


def test_a_data_package_read_back_by_its_descriptor_is_what_the_build_shows(
    gba: Build, tmp_path: Path
) -> None:
    out = tmp_path / "gba.zip"
    written = export(gba, out, "datapackage")
    with zipfile.ZipFile(out) as package:
        descriptor = json.loads(package.read("datapackage.json"))
        read = {r["name"]: read_resource(package, r) for r in descriptor["resources"]}
        schemas = {r["name"]: r["schema"] for r in descriptor["resources"]}
    shown = gba.show()
    assert written == len(read["observations"]) == len(shown) > 5_000
    same = (
        "indicator",
        "place",
        "period",
        "breakdown",
        "value",
        "value_max",
        "unit",
        "bound",
        "status",
        "records",
        "line",
    )
    told = [tuple(row[name] for name in same) for row in read["observations"]]
    # Without missing values of its own a text column cannot tell an empty text from one that is not there.
    assert told == [tuple(getattr(o, name) for name in same) for o in shown]
    for row in read["observations"]:
        assert row["indicator_zh_hans"] == gba.indicators[row["indicator"]].name.zh_hans
        assert row["place_en"] == gba.gazetteer.places[row["place"]].name.en
    for name, schema in schemas.items():
        keys = [tuple(row[part] for part in schema["primaryKey"]) for row in read[name]]
        assert len(set(keys)) == len(keys) > 0
    for link in schemas["observations"]["foreignKeys"]:
        known = {row["id"] for row in read[link["reference"]["resource"]]}
        assert {row[link["fields"][0]] for row in read["observations"]} == known


def test_every_column_says_what_it_means_without_code(gba: Build) -> None:
    for table in exporting.export_tables(gba, "rd_intensity", all_sources=True):
        assert table.rows.num_rows > 0
        for name, kind, meaning in table.fields:
            assert kind in READ
            assert meaning, f"{table.name}.{name}"
            assert not any(part in meaning for part in ("`", "None", "three languages")), meaning


def test_of_several_sources_no_key_is_claimed(gba: Build) -> None:
    shown, everything = (
        exporting.export_tables(gba, all_sources=several)[0] for several in (False, True)
    )
    assert everything.rows.num_rows > shown.rows.num_rows
    assert (shown.key, everything.key) == (("indicator", "place", "period", "breakdown"), ())


def test_a_workbook_holds_the_same_rows_and_no_formula(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "small.xlsx"
    with Build.open(small) as build:
        export(build, out, "xlsx")
        expected = build.table().to_pylist()
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["observations", "indicators", "places", "sources", "columns"]
    header, *rows = book["observations"].iter_rows(values_only=True)
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert told == [
        {name: cell or None if cell == "" else cell for name, cell in row.items()}
        for row in expected
    ]
    cells = [cell for row in book["sources"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}
    assert any(cell.value == "=1+1" for cell in cells)


def test_parquet_carries_what_its_columns_mean(small: Path, tmp_path: Path) -> None:
    with Build.open(small) as build:
        export(build, tmp_path / "small.parquet", "parquet", "paid")
        found = pq.read_table(tmp_path / "small.parquet")
        assert found.to_pylist() == build.table("paid").to_pylist()
    assert found.schema.field("unit").metadata[b"description"] == b"The indicator's unit."


def test_csv_comes_with_a_dictionary_and_can_be_declared_as_a_table_again(
    small: Path, make_workspace: MakeWorkspace
) -> None:
    columns = "columns: {value: {column: value, unit_column: unit}}"
    declaration = f"kind: figure\nfile: told.csv\nsource: yearbook\n{columns}\n"
    again = make_workspace({"records/figures.yaml": declaration}, name="again")
    with Build.open(small) as build:
        assert export(build, again / "records/told.csv", "csv", "gdp") == 3
        first = {(o.place, o.period): (o.value, o.bound) for o in build.show("gdp")}
    told = list(
        csv.DictReader(io.StringIO((again / "records/told.columns.csv").read_text("utf-8-sig")))
    )
    header = (again / "records/told.csv").read_text("utf-8-sig").splitlines()[0]
    assert [row["column"] for row in told] == header.replace('"', "").split(",")
    (again / "records/told.columns.csv").unlink()
    build_workspace(again)
    with Build.open(again) as build:
        assert {(o.place, o.period): (o.value, o.bound) for o in build.show("gdp")} == first


def test_a_sheet_of_an_exported_workbook_is_a_table_of_figures_again(
    small: Path, make_workspace: MakeWorkspace
) -> None:
    columns = "columns: {value: {column: value, unit_column: unit}}"
    declaration = (
        f"kind: figure\nfile: told.xlsx\nsheet: observations\nsource: yearbook\n{columns}\n"
    )
    again = make_workspace(
        {
            "records/figures.csv": None,
            "records/figures.yaml": None,
            "records/told.yaml": declaration,
        },
        name="again",
    )
    with Build.open(small) as build:
        export(build, again / "records/told.xlsx", "xlsx", "gdp")
        first = {(o.place, o.period): (o.value, o.bound) for o in build.show("gdp")}
    build_workspace(again)
    with Build.open(again) as build:
        assert {(o.place, o.period): (o.value, o.bound) for o in build.show("gdp")} == first


@pytest.mark.parametrize("style", list(FORMATS))
def test_the_same_build_makes_the_same_file(small: Path, tmp_path: Path, style: str) -> None:
    with Build.open(small) as build:
        made = [
            dict(FORMATS[style](build, tmp_path / "x", exporting.export_tables(build)))
            for _ in range(2)
        ]
    if style != "xlsx":  # a workbook says when it was made
        assert made[0] == made[1]
    assert all(content for content in made[0].values())


def test_sdmx_read_back_is_what_the_build_shows(gba: Build, tmp_path: Path) -> None:
    """Values, units, bounds and periods of every observation; no two of one key; names beside the codes."""
    assert export(gba, tmp_path / "x.csv", "sdmx-csv") == len(gba.show())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8"))))
    found = {
        (r["INDICATOR"], r["REF_AREA"], r["PERIOD"], r["BREAKDOWN"].replace("_T", "")): (
            float(r["OBS_VALUE"]) if r["OBS_VALUE"] else None,
            r["UNIT_MEASURE"],
            r["BOUND"],
            r["MODALITY"],
            r["SOURCE"],
        )
        for r in rows
    }
    shown = {
        (o.indicator, o.place, o.period, o.breakdown): (
            o.value,
            o.unit,
            o.bound,
            o.modality,
            o.source,
        )
        for o in gba.show()
    }
    assert found == shown
    keys = [
        tuple(r[name] for name in ("FREQ", "INDICATOR", "REF_AREA", "BREAKDOWN", "TIME_PERIOD"))
        for r in rows
    ]
    assert len(set(keys)) == len(keys)
    assert {r["OBS_STATUS"] for r in rows if not r["OBS_VALUE"]} == {"M"}
    assert {r["OBS_STATUS"] for r in rows if r["OBS_VALUE"] and r["MODALITY"] != "actual"} == {"F"}
    codes = list(
        csv.DictReader(io.StringIO((tmp_path / "x.codes.csv").read_text(encoding="utf-8-sig")))
    )
    assert {r["INDICATOR"] for r in rows} | {r["REF_AREA"] for r in rows} <= {
        c["code"] for c in codes
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", ("A", "2023")),
        ("2023-H2", ("S", "2023-S2")),
        ("2023-Q3", ("Q", "2023-Q3")),
        ("2023-04", ("M", "2023-04")),
        ("2023-04-05", ("D", "2023-04-05")),
        ("2023/24", ("A", "2023-04-01/P1Y")),
        ("2021..2025", ("_O", "2021-01-01/P5Y")),
        ("2023-02..2023-09", ("_O", "2023-02-01/P8M")),
        ("..2025", ("_O", "2025-12-31")),
        ("..2027", ("_O", "2026-06-30")),
        ("all", ("_O", "2026-06-30")),
    ],
)
def test_periods_have_their_words_in_sdmx(text: str, expected: tuple[str, str]) -> None:
    assert sdmx_time(parse_period(text), date(2026, 6, 30)) == expected


def test_what_a_sheet_cannot_hold_is_refused(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_SHEET_ROWS", 5)
    with Build.open(small) as build, pytest.raises(CeyuanError, match="5 are the limit of a sheet"):
        export(build, tmp_path / "x.xlsx", "xlsx")
    assert list(tmp_path.glob("x*")) == []


def test_the_command_takes_the_format_from_the_name(small: Path, tmp_path: Path) -> None:
    def run(out: Path, *more: str) -> int:
        return CliRunner().invoke(cli, ["export", str(out), "-w", str(small), *more]).exit_code

    assert run(tmp_path / "a.zip", "gdp") == 0
    assert zipfile.is_zipfile(tmp_path / "a.zip")
    assert run(tmp_path / "a.dat") == 2
    assert run(tmp_path / "a.dat", "--format", "parquet") == 0
    assert pq.read_table(tmp_path / "a.dat").num_rows > 0
    with Build.open(small) as build, pytest.raises(CeyuanError, match="cannot be written"):
        export(build, tmp_path / "nowhere" / "a.csv", "csv")


def test_figures_are_frames_of_the_users_library(small: Path) -> None:
    with Build.open(small) as build:
        in_pandas, in_polars = build.frame("paid"), build.frame("paid", "polars", place="gd")
        values = [o.value for o in build.show("paid")]
    assert isinstance(in_pandas, pd.DataFrame)
    assert in_pandas["value"].tolist() == values
    assert set(in_pandas["indicator_en"]) == {"Paid"}
    assert isinstance(in_polars, pl.DataFrame)
    assert in_polars["place_zh_hant"].unique().to_list() == ["廣東"]


def test_figures_are_a_table_and_a_drawing_in_a_notebook(make_workspace: MakeWorkspace) -> None:
    rows = "gdp,hk,2024,20,亿元,ge\ngdp,hk,2025,30,亿元,eq\n"
    figures = "indicator,place,period,value,value_unit,bound\n" + rows
    root = make_workspace({"records/figures.csv": figures})
    build_workspace(root)
    with Build.open(root) as build:
        found = build.show("gdp")
        assert found == list(found)
        html = found._repr_html_()
        for said in ("Hong Kong", "at least 2 billion yuan", "Bureau: Yearbook", "2025"):
            assert f">{said}<" in html
        assert "breakdown" not in html
        drawn = found.plot()
        assert (
            drawn.title,
            drawn.svg.count("<circle"),
            drawn.svg.count('fill="white" stroke'),
        ) == (
            "GDP",
            2,
            1,
        )
        for others in (build.show(), build.show("gdp", period="1999")):
            with pytest.raises(CeyuanError, match="cannot be one drawing"):
                others.plot()


def test_the_two_sides_of_a_flow_are_columns_with_names(gba: Build) -> None:
    flow = next(i.id for i in gba.indicators.values() if i.type == "flow")
    rows = gba.table(flow).to_pylist()
    shown = gba.show(flow)
    assert [o.ends for o in shown] == [
        None if row["from"] is None else (row["from"], row["to"]) for row in rows
    ]
    names = {party.id: party.name.zh_hans for party in gba.config.parties} | {
        name: place.name.zh_hans for name, place in gba.gazetteer.places.items()
    }
    ends = [row for row in rows if row["to"] is not None]
    assert ends
    assert all(row["to_zh_hans"] == names[row["to"]] for row in ends)
    assert "to" not in gba.table("rd_intensity").column_names


def test_records_in_csv_have_their_units_and_the_names_of_their_places(small: Path) -> None:
    run = CliRunner().invoke(
        cli, ["list", "records", "--kind", "payment", "-w", str(small), "--format", "csv"]
    )
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert [(row["amount"], row["amount_unit"], row["from_place_name"]) for row in rows][:2] == [
        ("1000000", "元", "Shenzhen"),
        ("505000", "元", "Shenzhen"),
    ]


def test_every_csv_tells_names_beside_identifiers(small: Path) -> None:
    run = CliRunner().invoke(cli, ["show", "gdp", "-w", str(small), "--format", "csv"])
    for row in csv.DictReader(io.StringIO(run.stdout)):
        assert (row["indicator_name"], row["place_name"]) in {
            ("GDP", "Guangdong"),
            ("GDP", "Shenzhen"),
        }
