"""What is exported for statistical offices is read back by a declaration as what it was: values, bounds, decimals, status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.io.xml.doc_validation import validate_doc

import ceyuan
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.exporting import export
from ceyuan.pipeline.reading import Build
from small_workspace import MakeWorkspace

FIGURES = """\
indicator,place,period,value,value_max,value_unit,bound,modality,status,doubt,note,breakdown
gdp,gd,2024,14163,,亿元,eq,,,,,
gdp,gd,2025,1.450,,万亿元,approx,expected,estimated,,revised & <early>,
gdp,sz,2024-Q3,3680.50,,亿元,gt,,,,,
gdp,sz,2023年1—9月,2.00,2.50,亿元,ge,,,,"two, lines",
gdp,gd,2023-H1,7,,亿元,lt,,,definition,whose?,
gdp,hk,2024/25,0.1,,亿元,le,target,,,,
gdp,gd,2021..2025,60000,,亿元,order,target,,,,
gdp,gz,2025-03,12,,亿元,eq,,,,,sector=services
"""
PACKAGE = """\
kind: figure
file: told.zip
resource: observations
source: yearbook
columns:
  value: {column: value, unit_column: unit}
  value_max: {column: value_max, unit_column: unit}
  status: {column: status, missing: [doubtful]}
  doubt: {column: status, map: {doubtful: source}, missing: [published, estimated]}
"""
SDMX = """\
kind: figure
file: told.csv
source: yearbook
columns:
  indicator: INDICATOR
  place: REF_AREA
  period: PERIOD
  breakdown: {column: BREAKDOWN, missing: [_T]}
  value: {column: OBS_VALUE, unit_column: UNIT_MEASURE}
  value_max: {column: UPPER_VALUE, unit_column: UNIT_MEASURE}
  decimals: DECIMALS
  bound: BOUND
  modality: MODALITY
  source: SOURCE
  status: {column: STATUS, missing: [doubtful]}
  doubt: {column: STATUS, map: {doubtful: source}, missing: [published, estimated]}
  note: COMMENT_OBS
"""
FORMS = {
    "datapackage": ("zip", PACKAGE),
    "sdmx-csv": ("csv", SDMX),
    "sdmx-ml": ("xml", SDMX.replace("told.csv", "told.xml")),
}


def told(o: Observation) -> tuple[Any, ...]:
    """All that a stated figure says."""
    note = None if o.note is None else o.note.en
    key = (o.indicator, o.place, o.period, o.breakdown, o.source)
    return *key, o.value, o.value_max, o.unit, o.bound, o.modality, o.status, o.decimals, note


@pytest.fixture
def stated(make_workspace: MakeWorkspace) -> Build:
    root = make_workspace({"records/figures.csv": FIGURES}, name="first")
    return ceyuan.open(str(root)).build()


@pytest.mark.parametrize("style", list(FORMS))
def test_what_was_exported_is_read_back_equal(
    stated: Build, make_workspace: MakeWorkspace, style: str
) -> None:
    suffix, declaration = FORMS[style]
    files = {
        "records/figures.csv": None,
        "records/figures.yaml": None,
        "records/told.yaml": declaration,
    }
    again = make_workspace(files, name="again")
    export(stated, again / "records" / f"told.{suffix}", style, "gdp", all_sources=True)
    for beside in again.glob("records/told.*.*"):
        beside.unlink()
    expected = [told(o) for o in stated.show("gdp", all_sources=True)]
    assert len(expected) == len(FIGURES.splitlines()) - 1
    assert {one[-2] for one in expected} >= {None, -1, 2}
    with ceyuan.open(str(again)).build() as build:
        assert [told(o) for o in build.show("gdp", all_sources=True)] == expected


def test_pysdmx_reads_the_message_and_its_structure(stated: Build, tmp_path: Path) -> None:
    """Another program finds each observation, the dimensions and the names of the codes, and the schemas of SDMX hold."""
    out, beside = tmp_path / "x.xml", tmp_path / "x.structure.xml"
    export(stated, out, "sdmx-ml")
    for path in (out, beside):
        validate_doc(path.read_text(encoding="utf-8"))
    (found,) = get_datasets(out, beside)
    shown = stated.show()
    rows = found.data.to_dict("records")
    assert [
        (r["INDICATOR"], r["REF_AREA"], float(r["OBS_VALUE"]) if r["OBS_VALUE"] else None)
        for r in rows
    ] == [(o.indicator, o.place, o.value) for o in shown]
    assert [c.id for c in found.structure.components.dimensions] == [
        "FREQ",
        "INDICATOR",
        "REF_AREA",
        "BREAKDOWN",
        "TIME_PERIOD",
    ]
    lists = {one.id: one for one in read_sdmx(beside).get_codelists()}
    assert {c.id: c.name for c in lists["CL_REF_AREA"].items}["sz"] == "Shenzhen"
    assert {r["REF_AREA"] for r in rows} == {c.id for c in lists["CL_REF_AREA"].items}
