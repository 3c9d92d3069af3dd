"""Small files of one table that are read together give what each gives alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ceyuan.records import ingest as ingesting
from ceyuan.records.files import RecordFile
from ceyuan.records.part import Reading
from ceyuan.records.store import StoredPart
from ceyuan.workspace import Table
from small_workspace import MakeWorkspace, Read, read_records

HEAD = "id,day,from_party,to_party,from_place,amount,purpose"
TABLE = """\
kind: payment
file: "many_*.csv"
source: office
columns:
  date: day
  amount: {column: amount, unit: 万元}
"""
ODD = {
    "unknown place": lambda rows: [rows[0].replace(",sz,", ",nowhere,"), *rows[1:]],
    "key twice": lambda rows: [*rows, rows[0]],
    "quoted": lambda rows: [rows[0].rsplit(",", 1)[0] + ',"a, b"', *rows[1:]],
    "quoted over lines": lambda rows: [rows[0].rsplit(",", 1)[0] + ',"a\nb"', *rows[1:]],
    "blank line": lambda rows: [rows[0], "", *rows[1:]],
    "too few cells": lambda rows: [rows[0].rsplit(",", 1)[0], *rows[1:]],
    "amount in words": lambda rows: [rows[0].replace(",7,", ",7万元,"), *rows[1:]],
    "no rows": lambda rows: rows[:0],
    "unit in a cell": lambda rows: [rows[0].replace(",7,", ",7亿元,"), *rows[1:]],
}


def rows_of(file: int, count: int) -> list[str]:
    chance = random.Random(file)  # noqa: S311 - not for secrets
    places = ["sz", "广州市", "深圳"]
    first = f"f{file}r0,2024-01-02,粤,hongkong,sz,7,first"
    return [first] + [
        f"f{file}r{row},2024-{chance.randint(1, 12):02}-11,guangdong,香港,{chance.choice(places)},{chance.randint(1, 99)}.5,p"
        for row in range(1, count)
    ]


def workspace_files(odd: dict[int, str], files: int = 8) -> dict[str, str]:
    made = {"records/many.yaml": TABLE}
    for file in range(files):
        rows = rows_of(file, 3 + file)
        if file in odd:
            rows = ODD[odd[file]](rows)
        made[f"records/many_{file}.csv"] = "\n".join([HEAD, *rows]) + "\n"
    return made


def kept(found: Read) -> tuple[object, ...]:
    parts = [part for part in found.ingested.parts if part.table == "many"]
    rows = {table: sorted(map(str, rows)) for table, rows in found.records.items()}
    bad = {table: sorted(map(str, rows)) for table, rows in found.quarantine.items()}
    return parts, rows, bad, [str(problem) for problem in found.ingested.problems]


@pytest.mark.parametrize("odd", [{}, *({3: name} for name in ODD), {0: "key twice", 7: "blank line"}], ids=str)  # fmt: skip
def test_files_read_together_are_those_read_alone(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, odd: dict[int, str]
) -> None:
    files = workspace_files(odd)
    together = kept(read_records(make_workspace(files, "together")))
    monkeypatch.setattr(ingesting, "read_together", lambda *_: {})
    assert kept(read_records(make_workspace(files, "alone"))) == together


def test_clean_files_are_not_read_one_by_one(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone: list[str] = []
    read_part = ingesting.read_part

    def spied(reading: Reading, table: Table, file: RecordFile) -> StoredPart:
        alone.append(file.shown_as)
        return read_part(reading, table, file)

    monkeypatch.setattr(ingesting, "read_part", spied)
    read_records(make_workspace(workspace_files({2: "unknown place"}), "w"))
    assert [name for name in alone if "many_" in name] == ["records/many_2.csv"]


def test_each_row_knows_its_file_and_line(make_workspace: MakeWorkspace) -> None:
    found = read_records(make_workspace(workspace_files({}), "w"))
    rows = found.records["many"]
    assert len(rows) == sum(3 + file for file in range(8))
    for row in rows:
        file, line = row["id"].removeprefix("f").split("r")
        assert (row["_file"], row["_line"]) == (f"records/many_{file}.csv", int(line) + 2)


def test_a_changed_file_of_many_is_read_alone_and_a_renamed_place_only_where_it_stands(
    make_workspace: MakeWorkspace,
) -> None:
    root = make_workspace(workspace_files({}), "w")
    before = {part.file: part.key for part in read_records(root).ingested.parts}
    path = root / "records" / "many_4.csv"
    path.write_text(path.read_text().replace(",first", ",changed"))
    after = {part.file: part.key for part in read_records(root).ingested.parts}
    assert {file for file in after if after[file] != before[file]} == {"records/many_4.csv"}
    # 广州市 does not stand in every file: only where it does another answer makes another part.
    places = Path(root, "places.csv")
    places.write_text(places.read_text().replace("gz,city,gd", "canton,city,gd"))
    renamed = {part.file: part.key for part in read_records(root).ingested.parts}
    holds = {
        f"records/{path.name}"
        for path in root.glob("records/many_*.csv")
        if "广州市" in path.read_text()
    }
    changed = {file for file in renamed if "many_" in file and renamed[file] != after[file]}
    assert changed == holds
    assert 0 < len(holds) < 8
