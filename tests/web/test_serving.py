"""``ceyuan serve``: says where it listens, answers, follows a new build, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.web.serving import Front, _socket, hosts_of, serve
from small_workspace import PAYMENTS, MakeWorkspace
from web_running import PATIENCE

EVERYWHERE = "0.0.0.0"  # noqa: S104 - that is what is tested
COMMAND = [str(Path(sys.executable).with_name("ceyuan")), "serve", "--no-site", "--port", "0"]
get = partial(httpx.get, timeout=PATIENCE)


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
            before = get(f"{address}api/v1/meta").json()["build"]
            (small / "records" / "payments.csv").write_text(
                PAYMENTS.replace(",100,", ",900,"), encoding="utf-8"
            )
            after = ceyuan.open(str(small)).make().build
            assert "explained at" in run.stderr.readline()
            assert run.stderr.readline() == f"Serving build {after}\n"
            assert get(f"{address}api/v1/meta").json()["build"] == after != before
            assert get(f"{address}api/v1/meta", headers={"Host": "evil.example"}).status_code == 421
        finally:
            run.send_signal(signal.SIGINT)
        assert "Traceback" not in run.stderr.read()


def test_a_port_in_use_is_said(small: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CeyuanError, match="server-busy"),
    ):
        serve(small, Front(port=taken.getsockname()[1]), site=None)
    with (
        # Taken by a server that starts at this moment: bound, and listening before it answers.
        _socket("127.0.0.1", 0) as taken,
        pytest.raises(CeyuanError, match="server-busy"),
    ):
        serve(small, Front(port=taken.getsockname()[1]), site=None)
    with pytest.raises(CeyuanError, match="server-busy"):
        serve(small, Front("192.0.2.1"), site=None)


def test_the_command_says_what_is_missing(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    for root, said in ((tmp_path, "no-workspace"), (make_workspace(), "no-build")):
        done = subprocess.run(
            [*COMMAND, "-w", str(root)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 3
        assert said in done.stderr
        assert done.stdout == ""


def test_serving_to_others_comes_with_a_warning_and_names_its_hosts(small: Path) -> None:
    arguments = ["--host", EVERYWHERE, "--allow-host", "Observatory.example", "--access-log"]
    with subprocess.Popen(
        [*COMMAND, "-w", str(small), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        try:
            assert f"Anybody who reaches {EVERYWHERE}" in run.stderr.readline()
            port = run.stdout.readline().strip().rstrip("/").rpartition(":")[2]
            hosts = (
                "observatory.example",
                "observatory.example:8080",
                "192.0.2.7",
                "[::1]:80",
                "evil.example",
                "",
            )
            answers = {
                host: get(
                    f"http://127.0.0.1:{port}/api/v1/meta?a=%0A", headers={"Host": host}
                ).status_code
                for host in hosts
            }
        finally:
            run.send_signal(signal.SIGINT)
        log = [line for line in run.stderr if "GET" in line]
    assert answers == dict.fromkeys(hosts[:4], 422) | dict.fromkeys(hosts[4:], 421)
    assert [line.split()[1:5] for line in log] == [
        ["127.0.0.1", "GET", "/api/v1/meta?a=%0A", str(status)] for status in answers.values()
    ]


@pytest.mark.parametrize(
    ("proxies", "asker"), [((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "203.0.113.9")]
)
def test_only_a_proxy_that_is_named_is_believed_who_it_asks_for(
    small: Path, proxies: tuple[str, ...], asker: str
) -> None:
    command = [*COMMAND, "-w", str(small), "--access-log", *proxies]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        try:
            address = run.stdout.readline().strip()
            assert (
                get(f"{address}health", headers={"X-Forwarded-For": "203.0.113.9"}).status_code
                == 200
            )
        finally:
            run.send_signal(signal.SIGINT)
        (line,) = [line for line in run.stderr if "GET" in line]
    assert line.split()[1] == asker


@pytest.mark.parametrize(
    ("host", "allowed", "asked", "answered"),
    [
        ("127.0.0.1", (), "localhost", True),
        ("127.0.0.1", (), "192.0.2.7", False),
        ("127.0.0.1", ("notebook.test",), "notebook.test", True),
        ("127.0.0.2", (), "127.0.0.2", True),
        ("192.0.2.7", (), "2001:db8::1", True),
        ("192.0.2.7", (), socket.gethostname().lower(), True),
        ("192.0.2.7", (), "rebound.test", False),
        ("192.0.2.7", (), "192.0.2.7.rebound.test", False),
    ],
)
def test_a_server_answers_for_its_own_names_and_those_allowed(
    host: str, allowed: tuple[str, ...], asked: str, answered: bool
) -> None:
    hosts = hosts_of(host, allowed)
    assert hosts is not None
    assert hosts.have(asked) is answered
    assert hosts_of(host, ("*",)) is None


def test_a_killed_server_leaves_nothing_that_the_next_would_not_clear_away(
    small: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for _ in range(2):
        with subprocess.Popen(
            [*COMMAND, "-w", str(small)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "TMPDIR": str(scratch)},
        ) as run:  # fmt: skip
            assert run.stdout is not None
            assert run.stdout.readline().startswith("http://")
            run.kill()
        assert list(scratch.iterdir()) == []
