"""Every column that a command writes has its meaning beside it, and no meaning is told of what nobody writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.knowledge.outputs import meanings_of_columns

TABLE = """work,author,unit,year,item,field,place,value,period,part,lat,lon,citing,cited
p1,a1,HK,2001,x,f,A,1,2001,s,22,114,p2,p1
p1,a2,GD,2001,y,f,B,2,2001,s,23,113,p3,p1
p2,a2,GD,2002,x,f,A,3,2002,s,22,113,p3,p2
p2,a2,MO,2002,z,f,B,4,2002,s,22,113,p4,p2
p3,a2,HK,2009,z,g,A,4,2002,s,22,113,p4,p3
p3,a2,MO,2009,y,g,C,4,2002,s,22,113,p5,p3
"""
WORKS = "id,year,field,type\n" + "".join(f"p{i},{2000 + i},f,t\n" for i in range(1, 9))
PLACES = """place,lat,lon,size
HK,22.3,114.2,5
GD,23.1,113.3,4
MO,22.2,113.5,3
U4,30,120,2
U5,31,104,1
"""
LINKS = """work,unit
q1,HK
q1,GD
q2,GD
q2,MO
q3,HK
q3,U4
q4,U4
q4,U5
q5,HK
q5,MO
"""
OPTIONS = {
    "flows": ["links.csv", "--citations", "citations.csv", "--baseline", "gravity", "--places", "places.csv"],
    "disruption": ["table.csv", "--works", "works.csv", "--family"],
    "impact": ["table.csv", "--works", "works.csv", "--units", "table.csv", "--window", "1"],
    "novelty": ["table.csv", "--works", "works.csv", "--units", "table.csv", "--since", "2002"],
    "specialisation": ["table.csv", "--intervals"],
    "movers": ["table.csv"],
    "synergy": ["table.csv", "--column", "type=item"],
}  # fmt: skip


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = [f"q{i}" for i in range(1, 6)]
    cites = "".join(f"{a},{b}\n" for a in names for b in names if a != b)
    files = {"table": TABLE, "works": WORKS, "places": PLACES, "links": LINKS}
    for name, text in (files | {"citations": "citing,cited\n" + cites}).items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", OPTIONS)
def test_columns_of_all_files_are_explained(command: str, tables: Path) -> None:
    done = CliRunner().invoke(cli, ["knowledge", command, *OPTIONS[command], "--out", "out"])
    assert done.exit_code == 0, done.output
    with (tables / "out" / "columns.csv").open(encoding="utf-8", newline="") as file:
        said = [(row["table"], row["column"]) for row in csv.DictReader(file) if row["meaning"]]
    written = []
    for path in (tables / "out").glob("*.csv"):
        if path.stem != "columns":
            head = path.read_text(encoding="utf-8").splitlines()[0]
            written += [(path.stem, column) for column in head.split(",")]
    assert sorted(said) == sorted(written)
    told = meanings_of_columns()[command]
    known = {(table, column) for table, columns in told.items() for column in columns}
    assert known <= set(written)
