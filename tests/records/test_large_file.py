"""A file that is larger than the memory that may be used is read with the right lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from small_workspace import MakeWorkspace

CELL = b"abcdefgh" * 2560  # 20 kB
WORK = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from small_workspace import check_workspace
from ceyuan.engine import Engine, EngineSettings
from ceyuan.places import Gazetteer
from ceyuan.records.ingest import ingest
from ceyuan.records.store import Store
def peak():
    # Of this program alone: what getrusage tells begins with the memory of the process that started it.
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024
root = Path(sys.argv[1])
workspace, problems = check_workspace(root)
with Engine(EngineSettings(root / "build" / ".scratch", sys.argv[3], 2)) as engine:
    store = Store(root / "build" / "store")
    done = ingest(workspace, Gazetteer.of(workspace.places), engine, store, root / "build" / ".scratch")
    lines = engine.rows("SELECT id, _line, length(purpose) FROM payment WHERE purpose IS NOT NULL")
    part = next(p for p in done.parts if p.table == "payments")
    print(json.dumps({"rows": lines, "read": part.read, "reasons": dict(part.reasons),
                      "memory": peak()}))
"""


@pytest.mark.parametrize(
    ("rows", "engine", "most"),
    [
        (26_500, "768MB", 1280 * 2**20),
        pytest.param(106_000, "2GB", 3 * 2**30, marks=pytest.mark.long),
    ],
    ids=["half a gigabyte", "two gigabytes"],
)
def test_a_large_file_is_read_with_bounded_memory(
    make_workspace: MakeWorkspace, tmp_path: Path, rows: int, engine: str, most: int
) -> None:
    if not Path("/proc/self/status").is_file():
        pytest.skip("this system does not tell the memory of a process in /proc")
    root = make_workspace()
    path = root / "records" / "payments.csv"
    with path.open("wb") as stream:
        stream.write(b"id,day,from_party,to_party,from_place,amount,purpose\n")
        for row in range(rows):
            day = b"2024-02-30" if row == 1500 else b"2024-02-28"
            stream.write(b"r%d,%s,guangdong,hongkong,sz,1,%s\n" % (row, day, CELL))
    try:
        assert path.stat().st_size > rows * len(CELL)
        script = tmp_path / "work.py"
        script.write_text(WORK, encoding="utf-8")
        tests = Path(__file__).parents[1]
        command = [sys.executable, script, root, tests, engine]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
    finally:
        path.unlink()
    assert (found["read"], found["reasons"]) == (rows, {"bad-period:date": 1})
    assert [[f"r{i}", i + 2, len(CELL)] for i in range(rows) if i != 1500] == sorted(
        found["rows"], key=lambda r: r[1]
    )
    assert found["memory"] < most
