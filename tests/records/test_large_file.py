"""A file of 2 GB is read with bounded memory and the right lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from small_workspace import MakeWorkspace

ROWS = 106_000
WORK = """
import json, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from small_workspace import check_workspace
from ceyuan.engine import Engine, EngineSettings
from ceyuan.places import Gazetteer
from ceyuan.records.ingest import ingest
from ceyuan.records.store import Store
root = Path(sys.argv[1])
workspace, problems = check_workspace(root)
with Engine(EngineSettings(root / "build" / ".scratch", "2GB", 2)) as engine:
    store = Store(root / "build" / "store")
    done = ingest(workspace, Gazetteer.of(workspace.places), engine, store, root / "build" / ".scratch")
    lines = engine.rows("SELECT id, _line, length(purpose) FROM payment WHERE purpose IS NOT NULL")
    part = next(p for p in done.parts if p.table == "payments")
    print(json.dumps({"rows": lines, "read": part.read, "reasons": dict(part.reasons),
                      "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def test_a_file_of_two_gigabytes_is_read_with_bounded_memory(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = make_workspace()
    path = root / "records" / "payments.csv"
    cell = b"abcdefgh" * 2560  # 20 kB
    with path.open("wb") as stream:
        stream.write(b"id,day,from_party,to_party,from_place,amount,purpose\n")
        for row in range(ROWS):
            day = b"2024-02-30" if row == 1500 else b"2024-02-28"
            stream.write(b"r%d,%s,guangdong,hongkong,sz,1,%s\n" % (row, day, cell))
    try:
        assert path.stat().st_size > 2 * 2**30
        script = tmp_path / "work.py"
        script.write_text(WORK, encoding="utf-8")
        tests = Path(__file__).parents[1]
        done = subprocess.run([sys.executable, script, root, tests], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
    finally:
        path.unlink()
    assert (found["read"], found["reasons"]) == (ROWS, {"bad-period:date": 1})
    assert [[f"r{i}", i + 2, 20480] for i in range(ROWS) if i != 1500] == sorted(found["rows"], key=lambda r: r[1])
    assert found["memory"] < 3 * 2**30
    pytest.importorskip("resource")
