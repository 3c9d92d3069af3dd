"""A trial that was made is given again while nothing that it rests on has changed, and never after that."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from ceyuan.errors import CeyuanError
from ceyuan.pipeline import trying
from ceyuan.pipeline.trying import trial, try_file
from ceyuan.workspace.submissions import Submission, SubmissionFile
from small_workspace import CONFIG, PAYMENTS, PAYMENTS_TABLE, PLACES, write_workspace

HEADER = "id,day,from_party,to_party,from_place,amount,purpose"
SENT = f"{HEADER}\np1,2024-03-01,guangdong,hongkong,sz,100,first\np9,2025-03-15,guangdong,hongkong,gz,5,new\n"
SPEC = SubmissionFile(table="payments", party="guangdong", period="2025-H1", name="a.csv", sha256="0" * 64)  # fmt: skip
TAKES = f"{PAYMENTS_TABLE}submitted_by: [guangdong]\n"
MORE = "{kind: payment, file: '%s', source: office, columns: {date: day, amount: {column: amount, unit: 万元}}}\n"
ANOTHER = f"{HEADER}\np9,2025-03-15,guangdong,hongkong,gz,6,new\n"
STRICT = """\
kind: payment
extends: payment
name: {en: Payment, zh-Hans: 付, zh-Hant: 付}
key: [id]
checks:
  - {id: large, when: amount > 60000, message: it is small}
"""
ROOT = "roots: {beside: ../beside}\n"
DATABASE = "databases: {office: 'sqlite:///office.db'}\n"
ASKED = "{kind: payment, database: office, query: SELECT * FROM paid, source: office, columns: {date: day, amount: {column: amount, unit: 万元}}}\n"


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trials are made here, not in a process of their own; one entry for each that was made."""
    made: list[str] = []

    def here(root: Path, spec: SubmissionFile, shown_as: str, content: bytes) -> dict[str, Any]:
        made.append(shown_as)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file.csv")
            path.write_bytes(content)
            sent = Submission(spec, path, f"{shown_as}.csv")
            return dict(to_jsonable_python(asdict(trial(root, sent, Path(folder)))))

    monkeypatch.setattr(trying, "_tried", here)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_workspace(tmp_path / "small", {"records/payments.yaml": TAKES})


def told(root: Path) -> object:
    """What somebody is told who tries the file now."""
    try:
        return try_file(root, SPEC, "submitted/2025-H1/payments.guangdong", SENT.encode())
    except CeyuanError as error:
        return [(p.code, p.file) for p in error.problems]


def write(name: str, text: str) -> Callable[[Path], None]:
    """A change of a workspace: one file says something else."""

    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return change


def _in_place_at_its_time(root: Path) -> None:
    """As many bytes as before, and the time of before, as copying programs set it."""
    path = root / "records" / "payments.csv"
    before = path.stat()
    path.write_text(PAYMENTS.replace(",100,first", ",101,first"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _link_out(root: Path) -> None:
    (root / "records" / "passwd.csv").symlink_to("/etc/passwd")


def _submitted(root: Path) -> None:
    """Another period's submission, in force."""
    folder = root / "submitted" / "2024-H2"
    folder.mkdir(parents=True)
    (folder / "payments.guangdong.csv").write_text(ANOTHER, encoding="utf-8")
    sha256 = trying.sha256(ANOTHER.encode()).hexdigest()
    said = (
        f"{{table: payments, party: guangdong, period: 2024-H2, name: b.csv, sha256: {sha256}}}\n"
    )
    (folder / "payments.guangdong.yaml").write_text(said, encoding="utf-8")


CHANGES: dict[str, Callable[[Path], None]] = {
    "its records": write("records/payments.csv", PAYMENTS + "p9,2025-01-15,guangdong,hongkong,gz,5,more\n"),
    "its records, at their old time": _in_place_at_its_time,
    "another table": lambda root: [write("records/more.yaml", MORE % "more.csv")(root), write("records/more.csv", ANOTHER)(root)][0],
    "its declaration": write("records/payments.yaml", TAKES.replace("unit: 万元", "unit: 亿元")),
    "its kind": write("kinds/payment.yaml", STRICT),
    "places": write("places.csv", PLACES.replace("gz,city", "ca,city")),
    "sides": write("ceyuan.yaml", CONFIG.replace("  - id: hongkong", "  - id: hk")),
    "sources": write("sources.yaml", "sources: {yearbook: {title: Y, publisher: B}}\n"),
    "a submission": _submitted,
    "a link that leads out": _link_out,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_what_a_trial_rests_on_is_looked_at_again(
    tries: list[str], root: Path, change: Callable[[Path], None]
) -> None:
    before = told(root)
    assert told(root) == before
    assert len(tries) == 1
    change(root)
    after = told(root)
    assert len(tries) == 2
    trying._KNOWN.clear()
    assert after == told(root)
    assert change is CHANGES["sources"] or after != before


def test_another_file_is_another_trial(tries: list[str], root: Path) -> None:
    shown_as = "submitted/2025-H1/payments.guangdong"
    one = try_file(root, SPEC, shown_as, SENT.encode())
    assert try_file(root, SPEC, shown_as, ANOTHER.encode()) != one
    assert try_file(root, SPEC.model_copy(update={"period": "2025-H2"}), shown_as, SENT.encode()) == one  # fmt: skip
    assert len(tries) == 3


def test_another_day_is_another_trial(
    tries: list[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(root)
    monkeypatch.setattr(trying, "today", lambda _: date(2101, 1, 1))
    told(root)
    assert len(tries) == 2


def test_what_stands_outside_of_the_workspace_is_looked_at_each_time(
    tries: list[str], tmp_path: Path
) -> None:
    files = {"ceyuan.yaml": CONFIG + ROOT, "records/payments.yaml": TAKES, "records/more.yaml": MORE % "beside:*.csv"}  # fmt: skip
    root = write_workspace(tmp_path / "small", files)
    beside = tmp_path / "beside"
    beside.mkdir()
    nothing = told(root)  # the pattern means no file yet
    (beside / "a.csv").write_text(ANOTHER, encoding="utf-8")
    one = told(root)
    (beside / "a.csv").write_text(ANOTHER.replace(",6,", ",5,"), encoding="utf-8")
    other = told(root)
    assert one not in (nothing, other)
    assert len(tries) == 3


def test_a_database_is_asked_each_time(tries: list[str], tmp_path: Path) -> None:
    files = {"ceyuan.yaml": CONFIG + DATABASE, "records/payments.yaml": TAKES, "records/more.yaml": ASKED}  # fmt: skip
    root = write_workspace(tmp_path / "small", files)
    with sqlite3.connect(root / "office.db") as office:
        office.execute(f"CREATE TABLE paid ({HEADER})")
        office.execute("INSERT INTO paid VALUES ('p9', '2025-03-15', 'guangdong', 'hongkong', 'gz', '6', 'new')")  # fmt: skip
    before = told(root)
    with sqlite3.connect(root / "office.db") as office:
        office.execute("UPDATE paid SET amount = '5'")
    assert told(root) != before
    assert len(tries) == 2


def test_a_change_in_the_middle_of_a_trial_is_not_overlooked(
    tries: list[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trying._tried

    def disturbed(*said: Any) -> dict[str, Any]:
        found = made(*said)
        CHANGES["its records"](root)
        return found

    monkeypatch.setattr(trying, "_tried", disturbed)
    told(root)
    told(root)
    assert len(tries) == 2
