"""Data Packages as tables: what a descriptor says is done, what is not done is refused, and an export is read back."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import ceyuan
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.exporting import export
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from small_workspace import MakeWorkspace, read_records

TABLE = "kind: figure\nfile: {file}\nresource: {resource}\nsource: yearbook\ncolumns:\n  value: {{column: value, unit_column: unit}}\n"
OWN_FIGURES = {"records/figures.csv": None, "records/figures.yaml": None}
ROWS = "indicator;place;period;value;unit\ngdp;广东;2024;1.234,5;亿元\ngdp;sz;2024;k.A.;亿元\n"
NUMBER = {"name": "value", "type": "number", "decimalChar": ",", "groupChar": "."}
RESOURCE: dict[str, Any] = {
    "name": "gdp",
    "path": "data/gdp.csv",
    "encoding": "gb18030",
    "dialect": {"delimiter": ";", "headerRows": [2]},
    "schema": {"fields": [NUMBER], "missingValues": ["", {"value": "k.A.", "label": "not given"}]},
}


def package(resource: dict[str, Any], name: str = "gdp") -> dict[str, str | bytes | None]:
    """A workspace's files with an unpacked package of one resource beside another that nobody reads."""
    descriptor = {"resources": [resource, {"name": "places", "path": "data/places.csv"}]}
    return {
        **OWN_FIGURES,
        "records/told.yaml": TABLE.format(file="pkg/datapackage.json", resource=name),
        "records/pkg/datapackage.json": json.dumps(descriptor, ensure_ascii=False),
        "records/pkg/data/gdp.csv": ("a heading\n" + ROWS).encode("gb18030"),
    }


def test_a_resource_is_read_as_its_descriptor_says(make_workspace: MakeWorkspace) -> None:
    root = make_workspace(package(RESOURCE))
    read = read_records(root)
    (row,) = read.records["told"]
    assert (row["place"], row["value"], row["_line"]) == ("gd", 1234.5e8, 3)
    (aside,) = read.quarantine["told"]
    assert aside["_line"] == 4
    assert "bad-number" not in str(aside)
    _, problems = check_workspace(root)
    assert [p.code for p in problems] == []  # the resource's file is declared


@pytest.mark.parametrize("packed", [True, False])
def test_an_exported_package_is_read_back_with_equal_values(
    make_workspace: MakeWorkspace, tmp_path: Path, packed: bool
) -> None:
    out = tmp_path / "told.zip"
    first = make_workspace(name="first")
    ceyuan.open(str(first)).make()
    with Build.open(first) as build:
        assert export(build, out, "datapackage", "gdp") == 3
        shown = {(o.place, o.period): (o.value, o.bound, o.unit) for o in build.show("gdp")}
    file = "told.zip" if packed else "told/datapackage.json"
    declared = TABLE.format(file=file, resource="observations")
    again = make_workspace({**OWN_FIGURES, "records/told.yaml": declared}, name="again")
    if packed:
        out.rename(again / "records" / "told.zip")
    else:
        zipfile.ZipFile(out).extractall(again / "records" / "told")
    with ceyuan.open(str(again)).build() as build:
        assert {(o.place, o.period): (o.value, o.bound, o.unit) for o in build.show("gdp")} == shown
        (made,) = trace(build, "gdp", place="sz")
        (row,) = made.records
    assert row.file == (
        "records/told.zip!observations.csv" if packed else "records/told/observations.csv"
    )


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"path": "https://example.org/gdp.csv"}, "bad-package", "but an address"),
        ({"path": "../payments.csv"}, "no-such-file", "leads out"),
        ({"path": "/etc/passwd"}, "no-such-file", "leads out"),
        ({"path": "c:\\gdp.csv"}, "no-such-file", "leads out"),
        ({"path": "data/gpd.csv"}, "no-such-file", "no file 'data/gpd.csv'"),
        ({"path": "data/*.csv"}, "no-such-file", "no file"),
        ({"path": ["data/gdp.csv", "data/gdp.csv"]}, "bad-package", "not one file"),
        ({"path": None, "data": [[1]]}, "bad-package", "not one file"),
        ({"dialect": {"commentChar": "#"}}, "bad-package", "commentChar"),
        ({"dialect": {"header": False}}, "bad-package", "header"),
        ({"dialect": {"quoteChar": "'"}}, "bad-package", "quoteChar"),
        ({"dialect": {"delimiter": "::"}}, "bad-package", "cannot part"),
        ({"dialect": {"delimiter": '"'}}, "bad-package", "cannot part"),
        ({"dialect": {"headerRows": [0]}}, "bad-package", "headerRows"),
        ({"dialect": "dialect.json"}, "bad-package", "elsewhere"),
        ({"schema": "schema.json"}, "bad-package", "elsewhere"),
        (
            {"schema": {"fields": [NUMBER, {"name": "n", "type": "number"}]}},
            "bad-package",
            "decimalChar",
        ),
        ({"encoding": 5}, "bad-package", "no text"),
        ({"encoding": "klingon"}, "unknown-encoding", "klingon"),
    ],
)
def test_what_is_not_read_is_refused(
    make_workspace: MakeWorkspace, change: dict[str, Any], code: str, said: str
) -> None:
    problem = read_records(make_workspace(package({**RESOURCE, **change}))).problem(code)
    assert said in problem.message
    assert str(problem.file).startswith("records/pkg/")


def test_the_declaration_goes_before_the_descriptor(make_workspace: MakeWorkspace) -> None:
    files = package({**RESOURCE, "encoding": "utf-8", "dialect": {"headerRows": [2]}})
    assert "missing-column" in read_records(make_workspace(files, name="as-told")).codes
    files["records/told.yaml"] = f'{files["records/told.yaml"]}encoding: gb18030\ndelimiter: ";"\n'
    assert read_records(make_workspace(files)).part("told").stored == 1


def test_a_resource_must_be_named_and_there(make_workspace: MakeWorkspace) -> None:
    problem = read_records(make_workspace(package(RESOURCE, "gpd"), name="wrong")).problem(
        "unknown-resource"
    )
    assert (problem.file, problem.line, problem.hint) == (
        "records/told.yaml",
        3,
        "Did you mean 'gdp'?",
    )
    files = package(RESOURCE)
    files["records/told.yaml"] = TABLE.format(file="pkg/datapackage.json", resource="x").replace(
        "resource: x\n", ""
    )
    problem = read_records(make_workspace(files, name="none")).problem("unknown-resource")
    assert problem.hint == "Resources: gdp, places"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"resources": [{"path": "x"}]}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_broken_descriptor_is_a_problem(make_workspace: MakeWorkspace, content: bytes) -> None:
    root = make_workspace({**package(RESOURCE), "records/pkg/datapackage.json": content})
    assert read_records(root).problem("bad-package").file == "records/pkg/datapackage.json"


def test_a_member_of_an_archive_must_be_there_and_be_text(make_workspace: MakeWorkspace) -> None:
    for path, code in [
        ("gpd.csv", "no-such-file"),
        ("gdp.xlsx", "bad-package"),
        (None, "bad-package"),
    ]:
        files = {**OWN_FIGURES, "records/told.yaml": TABLE.format(file="told.zip", resource="gdp")}
        root = make_workspace(files, name=f"w{code}{path}")
        with zipfile.ZipFile(root / "records" / "told.zip", "w") as archive:
            archive.writestr("gdp.csv", ROWS)
            archive.writestr("gdp.xlsx", b"x")
            if path is not None:
                archive.writestr(
                    "datapackage.json", json.dumps({"resources": [{"name": "gdp", "path": path}]})
                )
        problem = read_records(root).problem(code)
        assert problem.file == "records/told.zip"
        assert path != "gpd.csv" or problem.hint == "Did you mean 'gdp.csv'?"


def test_a_locked_archive_is_a_problem(make_workspace: MakeWorkspace) -> None:
    for number, resource in enumerate(["resource: gdp\n", ""]):
        declared = TABLE.format(file="told.zip", resource="gdp").replace(
            "resource: gdp\n", resource
        )
        root = make_workspace(
            {**OWN_FIGURES, "records/told.yaml": f"{declared}format: csv\n"}, name=f"w{number}"
        )
        path = root / "records" / "told.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("datapackage.json", "{}")
        content = bytearray(path.read_bytes())
        content[6] |= 1  # the flag of the member itself
        content[content.index(b"PK\x01\x02") + 8] |= 1  # and of its entry in the list
        path.write_bytes(content)
        problem = read_records(root).problem("bad-package" if resource else "truncated-gzip")
        assert "encrypted" in problem.message
