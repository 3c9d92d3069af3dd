"""Fetching from the API: whatever the network does, each record is there exactly once, and a cut costs nothing."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from time import time
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openalex_stand_in import Api, send

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.hashes import file_sha256
from ceyuan.sources.openalex.client import Patience, retry_after
from ceyuan.sources.openalex.fetch import Fetched, fetch_openalex
from ceyuan.sources.openalex.files import find_files

Serve = Callable[..., Api]


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        if seconds > 1e-6:  # what keeps a pace of a billion a second is no wait
            self.waits.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def fetch(
    api: Api, out: Path, clock: Clock | None = None, per_page: int = 200, **settings: Any
) -> Fetched:
    clock = clock or Clock()
    patience = Patience(attempts=4, per_second=1e9, timeout=5, sleep=clock.sleep, clock=clock)
    return fetch_openalex(
        "works",
        out,
        parameters={"per-page": str(per_page)},
        base_url=api.url,
        patience=patience,
        **settings,
    )


def fetched_lines(folder: Path) -> list[bytes]:
    return [
        line
        for part in sorted(folder.glob("part_*"))
        for line in gzip.decompress(part.read_bytes()).splitlines()
    ]


def status(
    code: int, body: bytes = b"{}", **headers: str
) -> Callable[[BaseHTTPRequestHandler], bool]:
    def fault(handler: BaseHTTPRequestHandler) -> bool:
        send(
            handler, code, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        return True

    return fault


def cut(handler: BaseHTTPRequestHandler) -> bool:
    """An answer that promises more than it sends before the connection closes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"meta": {"count": 3, "next_cursor": null}, "results": [')
    handler.close_connection = True
    return True


def test_a_clean_fetch_keeps_every_record_byte_for_byte(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works)
    found = fetch(api, tmp_path)
    assert fetched_lines(found.folder) == works
    manifest = found.manifest
    assert (manifest.announced, manifest.received, manifest.records) == (2643, 2643, 2643)
    # 14 pages of 200, and the empty one that ends the list
    assert manifest.pages == len(api.requests) == 15
    assert found.folder.name.startswith(f"openalex-works-{manifest.begun}-")
    assert {f.file: f.sha256 for f in manifest.files} == {
        p.name: file_sha256(p) for p in found.folder.glob("part_*")
    }


def test_all_faults_of_a_network_together_change_nothing(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works)
    soon = formatdate(time() + 30, usegmt=True)
    api.faults = {
        1: cut,
        3: status(429, Retry_After="7"),
        4: status(429),
        6: status(500),
        7: status(503, b"<html>unavailable</html>"),
        9: cut,
        10: status(429, Retry_After=soon),
        12: status(200, b'{"results": [{"id": "https://openalex.org/W1"'),
        14: status(200, b'{"message": "no page"}'),
        16: status(403, b'{"error": "rate"}'),
    }
    clock = Clock()
    found = fetch(api, tmp_path, clock)
    assert fetched_lines(found.folder) == works
    assert found.retries == len(api.faults)
    assert 7.0 in clock.waits
    assert any(20 < wait <= 30 for wait in clock.waits)
    assert [w for w in clock.waits if w < 5] == [1.0, 2.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0]


def test_the_wait_doubles_and_the_attempts_end(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works[:5], faults={n: status(502) for n in range(10)})
    clock = Clock()
    with pytest.raises(CeyuanError, match="after 4 attempts: the server answers 502") as error:
        fetch(api, tmp_path, clock)
    assert [p.code for p in error.value.problems] == ["fetch-failed"]
    assert clock.waits == [1.0, 2.0, 4.0]
    assert len(api.requests) == 4


def test_a_fetch_that_was_given_up_goes_on_where_it_stopped(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works, faults={n: status(500) for n in range(5, 9)})
    with pytest.raises(CeyuanError, match="500"):
        fetch(api, tmp_path)
    before = len(api.requests)
    found = fetch(api, tmp_path)
    assert api.requests[before]["cursor"] == "at-1000"  # five pages were there
    assert fetched_lines(found.folder) == works
    assert found.manifest.repeated == 0
    assert len(list(tmp_path.iterdir())) == 1


def test_a_process_that_dies_while_writing_loses_nothing(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works, faults={n: status(500) for n in range(5, 9)})
    with pytest.raises(CeyuanError):
        fetch(api, tmp_path)
    (folder,) = tmp_path.iterdir()
    with (folder / "part_0000.jsonl.gz").open(
        "ab"
    ) as part:  # half of a page that is not in the journal
        part.write(gzip.compress(b"\n".join(works[1000:1200]))[:5000])
    (folder / "part_0001.jsonl.gz").write_bytes(b"a part that was just begun")
    assert fetched_lines(fetch(api, tmp_path).folder) == works


def test_a_part_that_is_shorter_than_its_journal_is_a_fault(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works, faults={n: status(500) for n in range(5, 9)})
    with pytest.raises(CeyuanError):
        fetch(api, tmp_path)
    (folder,) = tmp_path.iterdir()
    part = folder / "part_0000.jsonl.gz"
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(CeyuanError, match="by the journal"):
        fetch(api, tmp_path)
    (folder / "journal.json").write_text("{")
    with pytest.raises(CeyuanError, match="not readable"):
        fetch(api, tmp_path)


def test_repeated_pages_and_records_are_kept_once(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    twice = works[:300] + works[100:300] + works[300:400]
    found = fetch(serve(twice, announced=400), tmp_path, per_page=100)
    assert fetched_lines(found.folder) == works[:400]
    assert (found.manifest.repeated, found.manifest.received) == (200, 600)


def test_a_lost_cursor_begins_the_list_again_without_repeating(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works[:500], faults={n: status(500) for n in range(3, 7)})
    with pytest.raises(CeyuanError):
        fetch(api, tmp_path, per_page=100)
    api.refused = {"at-300"}
    api.faults = {}
    with pytest.raises(CeyuanError) as error:  # the cursor is refused in the second pass too
        fetch(api, tmp_path, per_page=100)
    assert [p.code for p in error.value.problems] == ["fetch-incomplete"]
    api.refused = set()
    found = fetch(api, tmp_path, per_page=100)
    assert fetched_lines(found.folder) == works[:500]
    assert found.manifest.repeated == 600  # the first 300 came in two further passes


def test_a_cursor_lost_once_is_mended_in_the_same_run(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    gone = b'{"message": "Cursor is invalid"}'
    api = serve(works[:500], faults={3: status(400, gone)})
    found = fetch(api, tmp_path, per_page=100)
    assert fetched_lines(found.folder) == works[:500]
    assert (found.manifest.passes, found.manifest.repeated) == (2, 300)


@pytest.mark.parametrize(
    "following", [None, "at-100", "*"], ids=["none", "itself", "the beginning"]
)
def test_a_list_that_breaks_off_or_runs_in_a_circle_is_no_complete_list(
    serve: Serve, works: list[bytes], tmp_path: Path, following: str | None
) -> None:
    api = serve(works[:500], cursors={"at-100": following})
    with pytest.raises(CeyuanError, match="200 of 500 records came"):
        fetch(api, tmp_path, per_page=100)
    assert len(api.requests) < 12
    api.cursors = {}
    assert fetched_lines(fetch(api, tmp_path, per_page=100).folder) == works[:500]


def test_bad_records_are_kept_aside_with_their_message(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    bad = [b"null", b'{"title": "no id"}', b'{"id": 5}', b'["W1"]']
    found = fetch(serve([*works[:3], *bad, *works[3:6]]), tmp_path, per_page=4)
    assert fetched_lines(found.folder) == works[:6]
    entries = [
        json.loads(line) for line in (found.folder / "quarantine.jsonl").read_text().splitlines()
    ]
    assert [e["record"].encode() for e in entries] == bad
    assert all(e["code"] == "bad-record" and e["message"] for e in entries)
    assert (found.manifest.records, found.manifest.quarantined, found.manifest.received) == (
        6,
        4,
        10,
    )


def test_records_over_several_lines_become_one_line(serve: Serve, tmp_path: Path) -> None:
    pretty = json.dumps({"id": "https://openalex.org/W1", "title": "a\nb"}, indent=2).encode()
    (line,) = fetched_lines(fetch(serve([pretty]), tmp_path).folder)
    assert json.loads(line) == json.loads(pretty)


def test_parts_begin_when_one_is_full(serve: Serve, works: list[bytes], tmp_path: Path) -> None:
    found = fetch(serve(works), tmp_path, part_size=300_000)
    assert len(found.manifest.files) > 3
    assert fetched_lines(found.folder) == works


def test_a_complete_fetch_of_today_is_not_fetched_again(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works[:50])
    first = fetch(api, tmp_path)
    count = len(api.requests)
    second = fetch(api, tmp_path)
    assert (second.fresh, second.manifest, len(api.requests)) == (False, first.manifest, count)
    assert fetch(api, tmp_path, per_page=20).folder != first.folder  # another query


def test_the_key_is_sent_and_nowhere_written(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    secret = "k3y-that-must-not-leak"  # noqa: S105 - a made-up one
    api = serve(works[:50], key=secret)
    with pytest.raises(CeyuanError, match="401 an API key is needed") as error:
        fetch(api, tmp_path)
    assert "OPENALEX_API_KEY" in str(error.value)
    api.faults = {1: status(400, f'{{"message": "bad key {secret}"}}'.encode())}
    with pytest.raises(CeyuanError) as told:
        fetch(api, tmp_path, per_page=10, key=secret)
    api.faults = {}
    found = fetch(api, tmp_path, key=secret)
    assert len(fetched_lines(found.folder)) == 50
    texts = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()] + [
        str(told.value).encode()
    ]
    assert not any(secret.encode() in text for text in texts)


def test_a_server_that_asks_for_hours_ends_the_command_at_once(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(
        works[:50], faults={0: status(429, b'{"message": "Daily limit"}', Retry_After="30000")}
    )
    clock = Clock()
    with pytest.raises(CeyuanError, match="Daily limit; it asks to wait 30,000 seconds") as error:
        fetch(api, tmp_path, clock)
    assert error.value.problems[0].code == "fetch-rate-limited"
    assert clock.waits == []


def test_requests_keep_the_pace(serve: Serve, works: list[bytes], tmp_path: Path) -> None:
    clock = Clock()
    patience = Patience(per_second=4, sleep=clock.sleep, clock=clock)
    fetch_openalex(
        "works",
        tmp_path,
        parameters={"per-page": "10"},
        base_url=serve(works[:50]).url,
        patience=patience,
    )
    assert clock.now == pytest.approx(5 * 0.25)  # six requests, five gaps


def test_nobody_there_is_told_plainly(tmp_path: Path) -> None:
    clock = Clock()
    patience = Patience(attempts=2, timeout=2, sleep=clock.sleep, clock=clock)
    with pytest.raises(CeyuanError, match="the connection fails"):
        fetch_openalex("works", tmp_path, base_url="http://127.0.0.1:9", patience=patience)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), ("-2", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_read_as_number_or_date(text: str, seconds: float | None) -> None:
    assert retry_after(text) == seconds


def test_the_command_prints_the_folder_and_its_points_can_be_read(
    serve: Serve, works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    folders = []
    for entity, records in (("works", works), ("institutions", institutions)):
        arguments = [
            "fetch",
            "openalex",
            entity,
            "--out",
            str(raw),
            "--per-page",
            "200",
            "--per-second",
            "1000",
        ]
        result = CliRunner().invoke(
            cli, [*arguments, "--base-url", serve(records).url], catch_exceptions=False
        )
        assert result.exit_code == 0
        folders.append(result.stdout.strip())
    out = tmp_path / "points.parquet"
    told = CliRunner().invoke(
        cli,
        ["points", "openalex", *folders, "--out", str(out), "--format", "json"],
        catch_exceptions=False,
    )
    report = msgspec.json.decode(told.stdout)
    assert report["accounts"]["works"] == {"read": 2643, "kept": 2643, "quarantined": 0}
    assert (
        report["vintage"] == json.loads((Path(folders[0]) / "manifest.json").read_text())["begun"]
    )
    assert Counter(Path(f["file"]).parent.name.split("-")[1] for f in report["inputs"]) == {
        "works": 1,
        "institutions": 1,
    }


@given(
    st.dictionaries(st.integers(0, 40), st.sampled_from(["cut", "429", "500", "half"]), max_size=30)
)
@settings(max_examples=20)
def test_whatever_fails_in_whatever_order_a_fetch_run_often_enough_is_complete(
    serve: Serve,
    works: list[bytes],
    tmp_path_factory: pytest.TempPathFactory,
    faults: dict[int, str],
) -> None:
    kinds = {
        "cut": cut,
        "429": status(429),
        "500": status(500),
        "half": status(200, b'{"results": [{"id"'),
    }
    api = serve(works[:60], faults={number: kinds[name] for number, name in faults.items()})
    out = tmp_path_factory.mktemp("fetch")
    runs, codes = 0, set[str]()
    while True:
        runs += 1
        try:
            found = fetch(api, out, per_page=10)
            break
        except CeyuanError as error:
            codes |= {p.code for p in error.problems}
    assert codes <= {"fetch-failed"}
    assert fetched_lines(found.folder) == works[:60]
    assert (found.manifest.repeated, found.manifest.pages) == (0, 7)
    assert len(api.requests) == 7 + sum(1 for number in faults if number < len(api.requests))
    assert runs <= 1 + len(faults) // 4


def test_points_are_not_made_of_a_fetch_that_has_not_come_to_its_end(
    serve: Serve, works: list[bytes], tmp_path: Path
) -> None:
    api = serve(works, faults={n: status(500) for n in range(5, 9)})
    with pytest.raises(CeyuanError):
        fetch(api, tmp_path)
    (folder,) = tmp_path.iterdir()
    with pytest.raises(CeyuanError, match="has not come to its end"):
        find_files([folder])
    fetch(api, tmp_path)
    assert [p.name for p in find_files([folder]).works] == ["part_0000.jsonl.gz"]
    with (folder / "part_0000.jsonl.gz").open("ab") as part:
        part.write(b"x")
    with pytest.raises(CeyuanError, match="snapshot-incomplete"):
        find_files([folder])
