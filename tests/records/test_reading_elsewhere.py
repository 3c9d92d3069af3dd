"""Files read by the workers of a cluster come out as those read here; a real cluster is asked in the tests of Spark."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from ceyuan.engine import Engine, KindFiles, RecordEngine
from ceyuan.errors import CeyuanError
from ceyuan.records import elsewhere
from ceyuan.records.store import code_version
from small_workspace import CONFIG, PAYMENTS, read_records, write_workspace

HEAVY = CONFIG + "engine: {kind: spark, master: 'local[1]', local_bytes: 0}\n"
HEADER, *ROWS = PAYMENTS.splitlines()
FILES = {
    "records/payments.yaml": "kind: payment\nfile: 'payments/*.csv'\nsource: office\ncolumns: {date: day, amount: {column: amount, unit: 万元}}\n",
    "records/payments.csv": None,
    "records/payments/1.csv": "\n".join([HEADER, *ROWS[:2]]),
    "records/payments/2.csv": "\n".join([HEADER, ROWS[2], "p9,no day,guangdong,nobody,sz,1,"]),
    "records/payments/3.csv": "\n".join([HEADER, ROWS[0], ROWS[3]]),
    "records/payments/4.csv": b"id,day\n\xff\xfe\x00broken",
    "records/payments/5.csv": "",
}


class InOneProcess:
    """A cluster whose workers are this process; what goes to them and comes back is bytes all the same."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def each(self, task: Callable[[bytes], bytes], items: Sequence[bytes]) -> list[bytes]:
        self.asked.append(len(items))
        there: Callable[[bytes], bytes] = pickle.loads(pickle.dumps(task))  # noqa: S301 - our own
        return [there(item) for item in items]

    def records(
        self, engine: Engine, kinds: Mapping[str, KindFiles], local_rows: int
    ) -> RecordEngine:
        raise AssertionError(f"{engine} is asked of {list(kinds)}, more than {local_rows} rows")


@pytest.mark.parametrize("damaged", [False, True])
def test_files_read_elsewhere_come_out_alike(tmp_path: Path, damaged: bool) -> None:
    files = FILES if damaged else {n: c for n, c in FILES.items() if n[-5] not in "45"}
    here = read_records(write_workspace(tmp_path / "here", files))
    cluster = InOneProcess()
    there = read_records(
        write_workspace(tmp_path / "there", {**files, "ceyuan.yaml": HEAVY}), cluster
    )
    assert 5 - 2 * (not damaged) in cluster.asked
    assert there.ingested.problems == here.ingested.problems
    assert [asdict(p) for p in there.ingested.parts] == [asdict(p) for p in here.ingested.parts]
    assert (there.records, there.quarantine) == (here.records, here.quarantine)
    # the first row of the third file stands in the first one already, and a row of the second is no payment
    assert {p.file[-5]: p.quarantined for p in here.ingested.parts if p.table == "payments"} == {
        "1": 0, "2": 1, "3": 1,
    }  # fmt: skip


def test_light_tables_stay_here(tmp_path: Path) -> None:
    cluster = InOneProcess()
    read_records(write_workspace(tmp_path), cluster)
    assert cluster.asked == []


def test_workers_of_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "0" * 16
    own = code_version()
    # The driver asks first and last; the worker in between.
    versions = iter([own, other, other, own])
    monkeypatch.setattr(elsewhere, "code_version", lambda: next(versions))
    with pytest.raises(CeyuanError, match=f"{other} there and {own} here") as caught:
        read_records(write_workspace(tmp_path, {"ceyuan.yaml": HEAVY}), InOneProcess())
    assert [p.code for p in caught.value.problems] == ["workers-without-ceyuan"]
