"""Tables of databases and of the web: rows, dated copies, lineage, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import duckdb
import psycopg
import pytest

import ceyuan
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.tracing import trace
from small_workspace import CONFIG, PAYMENTS, MakeWorkspace, read_records
from team_world import Server

QUERY = "SELECT id, day, from_party, to_party, from_place, amount FROM payments"
TABLE = f"kind: payment\ndatabase: office\nquery: {QUERY}\nsource: office\ncolumns:\n  date: day\n  amount: {{column: amount, unit: 万元}}\n"
CREATE = "CREATE TABLE payments (id text, day text, from_party text, to_party text, from_place text, amount numeric(12, 2))"
ROWS = "INSERT INTO payments VALUES ('b', '2024-05-02', '粤', '香港', 'sz', 50.5), ('a', '2024-03-01', 'guangdong', 'hk', 'gz', NULL), ('c', '2025', 'guangdong', 'hongkong', 'gz', 1200)"
NOTHING = {"records/payments.csv": None}


def files(address: str, table: str = TABLE) -> dict[str, str | None]:
    return {
        **NOTHING,
        "ceyuan.yaml": f"{CONFIG}databases: {{office: '{address}'}}\n",
        "records/payments.yaml": table,
    }


def fill(path: Path, kind: str) -> None:
    if kind == "sqlite":
        with sqlite3.connect(path) as lite:
            lite.execute(CREATE)
            lite.execute(ROWS)
    else:
        with duckdb.connect(str(path)) as duck:
            duck.execute(CREATE)
            duck.execute(ROWS)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_in_the_workspace_is_a_table_with_a_dated_copy(
    make_workspace: MakeWorkspace, kind: str
) -> None:
    root = make_workspace(files(f"{kind}:data.db"))
    fill(root / "data.db", kind)
    with ceyuan.open(str(root)).build() as build:
        assert {(o.place, o.period): o.value for o in build.show("paid")} == {
            ("gd", "2024"): 50.5, ("sz", "2024"): 50.5, ("cn", "2024"): 50.5, ("gd", "2025"): 1200, ("gz", "2025"): 1200, ("cn", "2025"): 1200,
        }  # fmt: skip
        (made,) = trace(build, "paid", place="sz")
        (copy,) = {i.file for i in made.inputs}
        told = json.loads((root / f"{copy}.json").read_text(encoding="utf-8"))
        assert (told["database"], told["query"]) == ("office", QUERY)
        assert {i.hash for i in made.inputs} == {told["sha256"]}
        assert hashlib.sha256((root / str(copy)).read_bytes()).hexdigest() == told["sha256"]
    assert not ceyuan.open(str(root)).make().fresh  # the same rows are no other build


def test_rows_in_another_order_are_the_same_copy_and_a_changed_row_is_a_new_one(
    make_workspace: MakeWorkspace,
) -> None:
    root = make_workspace(files("sqlite:data.db"))
    fill(root / "data.db", "sqlite")
    first = read_records(root).part("payments")
    with sqlite3.connect(root / "data.db") as lite:
        lite.execute("UPDATE payments SET rowid = rowid + 10 WHERE id = 'b'")
    assert read_records(root).part("payments").file == first.file
    with sqlite3.connect(root / "data.db") as lite:
        lite.execute("UPDATE payments SET amount = 51 WHERE id = 'b'")
    assert read_records(root).part("payments").sha256 != first.sha256
    assert len(list((root / "build" / "fetched" / "payments").glob("*.csv"))) == 2


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM payments", "SELECT nothing FROM payments", "DROP TABLE payments", "SELECT"],
)
@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_query_only_reads(make_workspace: MakeWorkspace, kind: str, query: str) -> None:
    root = make_workspace(files(f"{kind}:data.db", TABLE.replace(QUERY, query)))
    fill(root / "data.db", kind)
    assert "database-failed" in read_records(root).codes


def test_a_database_is_in_the_workspace_and_holds_no_password(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    fill(tmp_path / "other.db", "sqlite")
    root = make_workspace(files(f"sqlite:{tmp_path}/other.db"), "a")
    assert "unsafe-root" in read_records(root).codes
    _, problems = check_workspace(make_workspace(files("postgresql://me:secret@host/db"), "b"))
    assert [p.code for p in problems] == ["written-password"]
    _, problems = check_workspace(
        make_workspace(
            {
                **files("sqlite:x"),
                "records/payments.yaml": TABLE.replace("office\nquery", "other\nquery"),
            },
            "c",
        )
    )
    assert [p.code for p in problems] == ["unknown-database"]
    _, problems = check_workspace(
        make_workspace({"records/payments.yaml": TABLE + "file: x.csv\n"}, "d")
    )
    assert "bad-value" in [p.code for p in problems]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_a_real_postgresql_is_asked_read_only(
    make_workspace: MakeWorkspace, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgresql.make("st")
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute(CREATE)
        connection.execute(ROWS)
    plain = address.replace("+psycopg", "")
    monkeypatch.setenv("CEYUAN_DATABASE_OFFICE", plain)
    found = read_records(make_workspace(files("postgresql://nobody@nowhere/none"), "a"))
    assert [(r["id"], r["amount"]) for r in found.records["payments"]] == [
        ("b", 505000),
        ("c", 12000000),
    ]
    assert found.part("payments").reasons == {
        "missing-value:amount": 1,
        "unknown-party:to_party": 1,
    }
    deletes = TABLE.replace(QUERY, "DELETE FROM payments RETURNING id")
    assert (
        "database-failed"
        in read_records(
            make_workspace(files("postgresql://nobody@nowhere/none", deletes), "b")
        ).codes
    )


class Page(BaseHTTPRequestHandler):
    content: ClassVar[bytes] = PAYMENTS.encode()
    asked: ClassVar[int] = 0

    def do_GET(self) -> None:
        Page.asked += 1
        self.send_response(200 if self.path == "/payments.csv" else 404)
        self.end_headers()
        self.wfile.write(Page.content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    Page.content, Page.asked = PAYMENTS.encode(), 0
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_read_by_its_hash_once_and_never_as_something_else(
    make_workspace: MakeWorkspace, site: str
) -> None:
    table = f"kind: payment\nurl: {site}/payments.csv\nsource: office\ncolumns:\n  date: day\n  amount: {{column: amount, unit: 万元}}\n"
    found = read_records(make_workspace({**NOTHING, "records/payments.yaml": table}, "a"))
    sha256 = hashlib.sha256(Page.content).hexdigest()
    assert found.problem("unpinned-url").hint == f"Write sha256: {sha256}"
    root = make_workspace({**NOTHING, "records/payments.yaml": f"{table}sha256: {sha256}\n"}, "b")
    assert len(read_records(root).records["payments"]) == 4
    asked = Page.asked
    Page.content = b"other"
    assert len(read_records(root).records["payments"]) == 4
    assert Page.asked == asked  # the copy is kept
    again = make_workspace({**NOTHING, "records/payments.yaml": f"{table}sha256: {sha256}\n"}, "c")
    assert "changed-source" in read_records(again).codes
    gone = table.replace("payments.csv", "gone.csv")
    assert (
        "address-failed"
        in read_records(make_workspace({**NOTHING, "records/payments.yaml": gone}, "d")).codes
    )


def test_no_password_of_the_environment_reaches_a_message(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEYUAN_PASSWORD_OFFICE", "very-secret")
    found = read_records(make_workspace(files("postgresql://nobody@127.0.0.1:1/none")))
    problem = found.problem("database-failed")
    assert "very-secret" not in f"{problem.message} {problem.hint}"
    assert os.environ["CEYUAN_PASSWORD_OFFICE"]
