"""Data messages of SDMX-ML as tables: what stands above an observation holds for it, and an export is read back."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.exporting import export
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.sdmx import MessageRows
from small_workspace import MakeWorkspace, read_records

DIMENSIONS = ("FREQ", "INDICATOR", "REF_AREA", "BREAKDOWN")
TABLE = """\
kind: figure
file: told.xml
source: yearbook
columns:
  indicator: INDICATOR
  place: REF_AREA
  period: PERIOD
  value: {column: OBS_VALUE, unit_column: UNIT_MEASURE}
  bound: BOUND
  breakdown: {column: BREAKDOWN, missing: [_T]}
"""
OWN_FIGURES = {
    "records/figures.csv": None,
    "records/figures.yaml": None,
    "records/told.yaml": TABLE,
}


def message(content: str, version: str = "2_1", root: str = "StructureSpecificData") -> str:
    spaces = f'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v{version}/message" xmlns:s="urn:s" xmlns:x="urn:x"'
    return f'<?xml version="1.0"?>\n<m:{root} {spaces}><m:Header><m:ID>1</m:ID></m:Header>{content}</m:{root}>'


def data_set(content: str, attributes: str = "") -> str:
    return f'<m:DataSet s:structureRef="A" x:type="t" action="Replace" {attributes}>{content}</m:DataSet>'


def observation(row: dict[str, str], series: bool) -> str:
    """An observation as a message has it, in a series of its own or flat."""
    told = {name: value for name, value in list(row.items())[3:] if value}
    if not series:
        return f"<Obs {written(told)}/>"
    own = {name: value for name, value in told.items() if name not in DIMENSIONS}
    return f"<Series {written({d: told[d] for d in DIMENSIONS})}><Obs {written(own)}/></Series>"


def written(attributes: dict[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())


def rows(tmp_path: Path, text: str) -> list[dict[str, str]]:
    path = tmp_path / "m.xml"
    path.write_text(text, encoding="utf-8")
    read = MessageRows(TableFile(path, "m.xml"))
    found = list(read)
    assert [row.line for row in found] == list(range(1, len(found) + 1))
    return [
        {n: c for n, c in zip(read.names, row.cells, strict=True) if c is not None} for row in found
    ]


@pytest.mark.parametrize("version", ["2_1", "3_0"])
@pytest.mark.parametrize("series", [True, False])
def test_an_export_as_sdmx_ml_is_read_back_with_equal_values(
    make_workspace: MakeWorkspace, tmp_path: Path, version: str, series: bool
) -> None:
    first, again = make_workspace(name="first"), make_workspace(OWN_FIGURES, name="again")
    with ceyuan.open(str(first)).build() as build:
        export(build, tmp_path / "x.csv", "sdmx-csv", "gdp")
        shown = {(o.place, o.period): (o.value, o.bound, o.unit) for o in build.show("gdp")}
    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        told = "".join(observation(row, series) for row in csv.DictReader(file))
    (again / "records" / "told.xml").write_text(message(data_set(told), version), encoding="utf-8")
    with ceyuan.open(str(again)).build() as build:
        assert {(o.place, o.period): (o.value, o.bound, o.unit) for o in build.show("gdp")} == shown
        (made,) = trace(build, "gdp", place="sz")
    assert [(r.file, r.line) for r in made.records] == [("records/told.xml", 3)]


def test_every_observation_of_a_large_message_is_read(gba: Build, tmp_path: Path) -> None:
    export(gba, tmp_path / "x.csv", "sdmx-csv")
    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    text = message(data_set("".join(observation(row, series=True) for row in listed)))
    expected = [{n: v for n, v in list(row.items())[3:] if v} for row in listed]
    assert len(expected) > 5_000
    assert rows(tmp_path, text) == expected


def test_what_stands_above_holds_below(tmp_path: Path) -> None:
    """A unit's power of ten stands at the group or the data set in messages of central banks."""
    groups = '<Group x:type="Sibling" AREA="DE" UNIT_MULT="6"/><Group AREA="FR" UNIT_MULT="3"/><Group KIND="b" TITLE="B"/>'
    series = '<Series AREA="DE" KIND="a"><Obs T="1" V="2"/></Series><Series AREA="FR" KIND="b"><Obs T="1" V="4"/></Series>'
    other = data_set('<Obs AREA="IT" T="1" V="5"/>')
    found = rows(tmp_path, message(data_set(series + groups, 'SOURCE="bank"') + other))
    assert found == [
        {"SOURCE": "bank", "AREA": "DE", "KIND": "a", "T": "1", "V": "2", "UNIT_MULT": "6"},
        {
            "SOURCE": "bank",
            "AREA": "FR",
            "KIND": "b",
            "T": "1",
            "V": "4",
            "UNIT_MULT": "3",
            "TITLE": "B",
        },
        {"AREA": "IT", "T": "1", "V": "5"},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (message(data_set(""), root="GenericData"), "GenericData"),
        (message(""), "no data set"),
        (message(data_set("")), "no data set"),
        (message('<m:DataSet action="Delete"><Obs V="1"/></m:DataSet>'), "deletes"),
        (message(data_set('<Obs V="1"><Comp id="N"><Value>1</Value></Comp></Obs>')), "Comp"),
        (message(data_set('<Obs V="1"/>'))[:-9], "no readable XML"),
        ("not XML", "no readable XML"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "of the kind a"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CeyuanError, match=said) as raised:
        rows(tmp_path, text)
    assert [(p.code, p.file) for p in raised.value.problems] == [("bad-sdmx", "m.xml")]


def test_a_packed_message_is_read_and_a_damaged_one_is_a_problem(
    make_workspace: MakeWorkspace,
) -> None:
    told = '<Obs INDICATOR="gdp" REF_AREA="gd" BREAKDOWN="_T" PERIOD="2024" OBS_VALUE="14163" UNIT_MEASURE="亿元" BOUND="eq"/>'
    packed = gzip.compress(message(data_set(told)).encode())
    for name, content, codes in [("a", packed, []), ("b", packed[:-9], ["truncated-gzip"])]:
        table = TABLE.replace("told.xml", "told.xml.gz")
        files = {**OWN_FIGURES, "records/told.yaml": table, "records/told.xml.gz": content}
        assert read_records(make_workspace(files, name=name)).codes == codes
