"""A workspace that changes while it is served: every answer is wholly of one state."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from pathlib import Path

import httpx
import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.web.app import create_app
from ceyuan.web.payload import Payload, PayloadStore
from ceyuan.web.resources.registry import RESOURCES
from ceyuan.web.snapshot import Snapshot
from ceyuan.web.snapshots import Snapshots
from ceyuan.web.warming import question
from small_workspace import PAYMENTS, MakeWorkspace
from web_running import PATIENCE, running


@pytest.fixture
def small(make_workspace: MakeWorkspace) -> Path:
    root = make_workspace()
    ceyuan.open(str(root)).make()
    return root


def pay(root: Path, amount: int, keep: int = 1) -> str:
    """Change what was paid and build again."""
    (root / "records" / "payments.csv").write_text(
        PAYMENTS.replace(",100,", f",{amount},"), encoding="utf-8"
    )
    return ceyuan.open(str(root)).make(keep=keep).build


def paid(document: dict[str, object]) -> float:
    """What was paid in Shenzhen in 2024."""
    figures = document["figures"]
    assert isinstance(figures, list)
    return float(next(f["value"] for f in figures if (f["place"], f["period"]) == ("sz", "2024")))


def test_every_answer_is_of_one_build_while_builds_are_replaced(small: Path) -> None:
    amounts = {ceyuan.open(str(small)).open().id: 150.5}
    found: list[tuple[str, str, float]] = []
    failed: list[str] = []
    stop = threading.Event()
    with running(create_app(Snapshots(small, every=0.05))) as client:

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=PATIENCE) as own:
                while not stop.is_set():
                    for path in ("indicators/paid", "observations?indicator=paid&size=1000"):
                        answer = own.get(f"/api/v1/{path}")
                        if answer.status_code != 200:
                            failed.append(answer.text)
                            continue
                        body = answer.json()
                        figures = {"figures": body.get("figures", body.get("items"))}
                        found.append((body["build"], answer.headers["etag"], paid(figures)))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        while len(found) < 4 and threads[0].is_alive():
            threading.Event().wait(0.02)
        for amount in range(200, 206):
            amounts[pay(small, amount)] = amount + 50.5
        pause = threading.Event()
        while found[-1][0] != max(amounts) and threads[0].is_alive():
            pause.wait(0.02)
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert {build for build, _, _ in found} >= {min(amounts), max(amounts)}
    for build, tag, value in found:
        assert amounts[build] == value
        assert build in tag
    assert len({tag for _, tag, _ in found}) == len({build for build, _, _ in found})


def said(snapshot: Snapshot) -> str:
    with snapshot.view() as view:
        return (view.build.texts / "communiques" / "a.txt").read_text(encoding="utf-8")


def test_texts_are_those_of_the_build(small: Path) -> None:
    """What is written beside a build changes no answer; the next build takes it in, without computing its figures again."""
    (small / "communiques").mkdir()
    text = small / "communiques" / "a.txt"
    text.write_text("2024年深圳拨付150.5万元。", encoding="utf-8")
    ceyuan.open(str(small)).make()
    snapshots = Snapshots(small)
    before = snapshots.current
    text.write_text("2024年深圳拨付999万元，另有一句。", encoding="utf-8")
    assert not snapshots.refresh()
    assert "150.5" in said(before)
    report = ceyuan.open(str(small)).make()
    assert (report.fresh, report.changes) == (True, ())
    assert snapshots.refresh()
    after = snapshots.current
    assert "999" in said(after)
    assert "150.5" in said(before)
    assert after.build == report.build != before.build
    assert after.tag != before.tag
    snapshots.close()


def test_a_snapshot_is_closed_when_its_last_user_leaves(small: Path) -> None:
    snapshots = Snapshots(small)
    snapshot = snapshots.current
    held = weakref.ref(snapshot)
    for amount in range(300, 304):
        pay(small, amount)
        assert snapshots.refresh()
        assert snapshots.current is not snapshot
    with snapshot.view() as view:
        # its files have gone, but it is small and was held in memory
        assert view.build.show("paid")
    del snapshot, view
    gc.collect()
    assert held() is None
    snapshots.close()


def test_who_goes_back_to_an_earlier_build_finds_its_snapshot_open(small: Path) -> None:
    snapshots = Snapshots(small)
    first = snapshots.current
    pay(small, 300, keep=5)
    assert snapshots.refresh()
    (small / "build" / "current").write_text(f"{first.build}\n", encoding="utf-8")
    assert snapshots.refresh()
    assert snapshots.current is first
    snapshots.close()


def test_a_damaged_build_leaves_the_one_before(small: Path) -> None:
    snapshots = Snapshots(small)
    first = snapshots.current
    build = pay(small, 300, keep=5)
    (small / "build" / "builds" / build / "manifest.json").write_bytes(b"")
    assert not snapshots.refresh()
    assert snapshots.current is first
    snapshots.close()
    told: list[str] = []
    again = Snapshots(small, told.append)
    assert again.current.build == first.build
    assert build in told[0]
    again.close()


def test_nothing_is_looked_at_where_nothing_changed(small: Path) -> None:
    snapshots = Snapshots(small)
    snapshot = snapshots.current
    assert not snapshots.refresh()
    assert snapshots.current is snapshot
    snapshots.close()


def test_a_workspace_without_a_build_is_not_served(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    for root, code in ((make_workspace(), "no-build"), (tmp_path, "no-workspace")):
        with pytest.raises(CeyuanError) as raised:
            Snapshots(root)
        assert [(p.code, p.file) for p in raised.value.problems] == [(code, str(root))]


def test_what_many_ask_for_at_once_is_made_once(small: Path) -> None:
    snapshot = Snapshots(small).current
    made = threading.Event()
    count = 0

    def make(_: object) -> Payload:
        nonlocal count
        count += 1
        made.wait(5)
        return Payload.of(b"{}")

    answers: list[Payload] = []
    threads = [
        threading.Thread(target=lambda: answers.append(snapshot.answer("x", make)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    made.set()
    for thread in threads:
        thread.join()
    assert count == 1
    assert len(answers) == 4


def test_what_fails_is_made_again(small: Path) -> None:
    snapshot = Snapshots(small).current

    def broken(_: object) -> Payload:
        raise LookupError("not now")

    with pytest.raises(LookupError):
        snapshot.answer("x", broken)
    assert snapshot.answer("x", lambda _: Payload.of(b"{}")).body == b"{}"


def test_the_store_of_answers_stays_within_its_budget() -> None:
    store = PayloadStore(100)
    for i in range(10):
        store.put(i, Payload.of(bytes(30)))
        assert store.get(0) is not None or i > 2
        store.get(0)
    kept = [i for i in range(10) if store.get(i)]
    assert len(kept) == 3
    assert 0 in kept  # asked for all the time
    assert 9 in kept


def test_a_build_that_cannot_be_opened_does_not_end_the_watch(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    snapshots = Snapshots(small, told.append)

    def broken(*_: object, **__: object) -> Snapshot:
        raise ValueError("no such table")

    with monkeypatch.context() as patched:
        patched.setattr("ceyuan.web.snapshots.Snapshot", broken)
        pay(small, 300)
        assert not snapshots.refresh()
    assert "no such table" in told[0]
    build = pay(small, 400)
    assert snapshots.refresh()
    assert snapshots.current.build == build
    snapshots.close()


def test_the_store_of_answers_does_not_grow_by_what_is_asked() -> None:
    store = PayloadStore(10**9)
    store.put("x" * 10_000, Payload.of(b"{}"))
    assert store.get("x" * 10_000) is None
    for i in range(30_000):
        store.put(i, Payload.of(b"{}"))
    assert sum(store.get(i) is not None for i in range(30_000)) == 20_000


def test_an_empty_workspace_has_a_site(small: Path) -> None:
    """No composites, no plan, no bulletins, no clusters: empty lists, not errors."""
    with running(create_app(Snapshots(small))) as client:
        meta = client.get("/api/v1/meta").json()
        assert meta["features"] == {"clusters": False, "claims": True, "composites": False, "plan": False,
                                    "bulletins": False, "team": False}  # fmt: skip
        for name in ("communiques", "composites", "bulletins"):
            assert client.get(f"/api/v1/{name}").json()["items"] == []
        assert client.get("/api/v1/plan").json()["plan"] is None
        assert client.get("/api/v1/clusters").json()["runs"] == []
        assert (
            client.get("/api/v1/overview").json()["headlines"][0]["figure"]["indicator"] == "paid"
        )


def test_answers_say_what_was_changed_since_the_build_before(small: Path) -> None:
    ceyuan.open(str(small)).make()
    (small / "records" / "payments.csv").write_text(
        PAYMENTS.replace(",100,", ",900,"), encoding="utf-8"
    )
    ceyuan.open(str(small)).make()
    with running(create_app(Snapshots(small))) as client:
        overview = client.get("/api/v1/overview").json()
        change = next(c for c in overview["changes"] if (c["place"], c["period"]) == ("sz", "2024"))
        assert (change["before"], change["after"]) == (150.5, 950.5)
        assert change["why"]["zh-Hans"] == "所依据的记录或数据有更新"
        assert json.dumps(change["after_text"], ensure_ascii=False).count("950.5") == 2
        builds = client.get("/api/v1/meta").json()["builds"]
        assert [b["current"] for b in builds] == [True, False]


def test_a_fault_of_the_program_is_told_as_such(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("ceyuan.web.resources.catalogue.search_key", broken)
    with running(create_app(Snapshots(small))) as client:
        answer = client.get("/api/v1/places")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/api/v1/meta").status_code == 200


def test_a_fault_in_a_file_of_the_workspace_is_not_the_askers(small: Path) -> None:
    (small / "communiques").mkdir()
    (small / "communiques" / "a.txt").write_text("2024年深圳拨付150.5万元。", encoding="utf-8")
    decisions = f"text: {{file: a.txt, sha256: {'0' * 64}}}\ndecisions:\n  - {{quote: 1, start: 0, end: 1, indicator: none}}\n"
    (small / "communiques" / "a.yaml").write_text(decisions, encoding="utf-8")
    ceyuan.open(str(small)).make()
    with running(create_app(Snapshots(small))) as client:
        answer = client.get("/api/v1/communiques/a")
        assert answer.status_code == 500
        assert answer.json()["where"].startswith("communiques/a.yaml:")
        (unreadable, *_) = client.get("/api/v1/communiques").json()["unreadable"]
        assert f"{unreadable['file']}:{unreadable['line']}" == answer.json()["where"]


def test_a_new_build_is_warm_before_it_is_served(small: Path) -> None:
    snapshots = Snapshots(small)
    pay(small, 300)
    assert snapshots.refresh()
    for entry in RESOURCES:
        if entry.ids is None and entry.path != "plan":  # there is none
            key, _ = question(entry, *((None, None) if entry.dated else ()))
            assert snapshots.current.kept(key) is not None, entry.path
    snapshots.close()
