"""A draft says what can be seen in a file; once a person has filled in what is unclear it reads the file."""

from __future__ import annotations

from pathlib import Path

import yaml
from click.testing import CliRunner

from ceyuan.cli import cli
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
    assert draft.keys == {"encoding": "gb18030"}
    assert draft.columns["amount"] == {"column": "金额（万元）", "unit_from": "heading"}
    assert draft.columns["place"] == "地区"
    assert any("comma" in sentence for sentence in draft.unclear)


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


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["suggest", str(tmp_path / "none.csv")]).exit_code == 2
