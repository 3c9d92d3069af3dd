"""``ceyuan serve``: says where it listens, answers, follows a new build, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.web.scratch import PREFIX, Scratch, remove_left_over
from ceyuan.web.serving import serve
from small_workspace import PAYMENTS, MakeWorkspace

EVERYWHERE = "0.0.0.0"  # noqa: S104 - that is what is tested
COMMAND = [str(Path(sys.executable).with_name("ceyuan")), "serve", "--no-site", "--port", "0"]


@pytest.fixture
def small(make_workspace: MakeWorkspace) -> Path:
    root = make_workspace()
    ceyuan.open(str(root)).make()
    return root


def test_the_command_prints_its_address_follows_builds_and_ends_in_order(small: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "-w", str(small)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        try:
            address = run.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            before = httpx.get(f"{address}api/v1/meta").json()["build"]
            (small / "records" / "payments.csv").write_text(PAYMENTS.replace(",100,", ",900,"), encoding="utf-8")
            after = ceyuan.open(str(small)).make().build
            assert "explained at" in run.stderr.readline()
            assert run.stderr.readline() == f"Serving build {after}\n"
            assert httpx.get(f"{address}api/v1/meta").json()["build"] == after != before
            assert httpx.get(f"{address}api/v1/meta", headers={"Host": "evil.example"}).status_code == 421
        finally:
            run.send_signal(signal.SIGINT)
        assert "Traceback" not in run.stderr.read()


def test_a_port_in_use_is_said(small: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CeyuanError, match="server-busy"):
        serve(small, port=taken.getsockname()[1], site=None)
    with pytest.raises(CeyuanError, match="server-busy"):
        serve(small, host="192.0.2.1", site=None)


def test_the_command_says_what_is_missing(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    for root, said in ((tmp_path, "no-workspace"), (make_workspace(), "no-build")):
        done = subprocess.run([*COMMAND, "-w", str(root)], capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert said in done.stderr
        assert done.stdout == ""


def test_serving_to_others_comes_with_a_warning(small: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "-w", str(small), "--host", EVERYWHERE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        try:
            assert f"Anybody who reaches {EVERYWHERE}" in run.stderr.readline()
            port = run.stdout.readline().strip().rstrip("/").rpartition(":")[2]
            answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/meta", headers={"Host": "observatory.example"})
            assert answer.status_code == 200
        finally:
            run.send_signal(signal.SIGINT)


def folders(where: Path) -> list[Path]:
    return sorted(where.glob("ceyuan-snapshot-*"))


def started(root: Path, scratch: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [*COMMAND, "-w", str(root)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline().startswith("http://")
    return run


def test_a_terminated_server_leaves_nothing_and_what_a_killed_one_left_goes_when_the_next_starts(
    small: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    foreign = scratch / "ceyuan-snapshot-of-a-user"
    foreign.mkdir()
    build = ceyuan.open(str(small)).open().path
    with started(small, scratch) as run:
        assert len(folders(scratch)) == 2
        run.terminate()
        run.wait()
    assert folders(scratch) == [foreign]
    with started(small, scratch) as run:
        run.kill()
        run.wait()
    (left,) = set(folders(scratch)) - {foreign}
    with started(small, scratch) as first:
        assert left not in folders(scratch)
        (used,) = set(folders(scratch)) - {foreign}
        with started(small, scratch) as second:
            assert used in folders(scratch)
            second.terminate()
        assert used in folders(scratch)
        first.terminate()
    assert folders(scratch) == [foreign]
    assert (build / "manifest.json").is_file()


def test_a_folder_that_was_never_locked_goes_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fresh, old = tmp_path / f"{PREFIX}fresh", tmp_path / f"{PREFIX}old"
    for folder in (fresh, old):
        folder.mkdir()
    os.utime(old, (0, 0))
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path)
    mine = Scratch.make()
    assert remove_left_over() == [old]
    mine.remove()
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{PREFIX}fresh", f"{PREFIX}link"]
