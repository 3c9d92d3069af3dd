"""The HTTP interface under mixed reads, beside a bare FastAPI that says hello: requests a second and how long they take.

Run with ``make bench`` or ``python benchmarks/web.py [--seconds 10] [--rate 200]``. Both servers are processes of their own
over the built Greater Bay Area workspace; the load comes from this process, from eight connections. Each is asked twice: as
fast as it answers, and at a steady rate, where a request's time counts from the moment when it was due, so that a server
that stalls cannot hide it. A quarter of the requests come with the entity tag that the last answer had; a twentieth ask for
something that was not asked for before.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ceyuan

_HELLO = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""
_CONNECTIONS = 8
_FRESH = itertools.count(1)


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server, waited for, and ended at the end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def paths_of(root: Path) -> list[str]:
    """What a visitor's browser asks for, the frequent ones more often."""
    with ceyuan.open(str(root)).open() as build:
        indicators = list(build.indicators)
    shared = [
        "meta",
        "overview",
        "indicators",
        "places",
        "sources",
        "plan",
        "clusters",
        "communiques",
        "composites",
    ]
    pages = [f"indicators/{name}" for name in indicators]
    traces = [
        f"indicators/{name}/lineage?place=gba9&period=2025"
        for name in ("rd_intensity", "pct_applications")
    ]
    lists = [f"observations?size=50&page={page}" for page in range(1, 11)]
    return [f"/api/v1/{path}" for path in (*shared * 4, *pages, *traces, *lists)]


def ask(connection: http.client.HTTPConnection, path: str, tag: str | None) -> str | None:
    """One request; its entity tag."""
    headers = {"Accept-Encoding": "gzip", "Host": "127.0.0.1"} | (
        {"If-None-Match": tag} if tag else {}
    )
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (200, 304):
        raise RuntimeError(f"{path}: {answer.status}")
    return answer.getheader("ETag")


def load(
    port: int, paths: list[str], seconds: float, rate: float | None, fresh: str | None
) -> list[float]:
    """Times of all requests, in seconds; as many as go if there is no rate."""
    times: list[float] = []
    lock, start = threading.Lock(), time.perf_counter()
    serial = itertools.count()

    def work(seed: int) -> None:
        dice, own, tag = random.Random(seed), [], None  # noqa: S311 - no secret
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            due = time.perf_counter() if rate is None else start + next(serial) / rate
            if due > start + seconds:
                break
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            path = dice.choice(paths)
            if fresh is not None and dice.random() < 0.05:
                path = f"{fresh}{next(_FRESH)}"
            tag = ask(connection, path, tag if dice.random() < 0.25 else None)
            own.append(time.perf_counter() - due)
        with lock:
            times.extend(own)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def report(name: str, times: list[float], seconds: float) -> None:
    """A line of the table."""
    cuts = statistics.quantiles(times, n=100)
    print(
        f"{name:34} {len(times) / seconds:8.0f}/s   p50 {cuts[49] * 1e3:7.2f} ms   p95 {cuts[94] * 1e3:7.2f} ms"
        f"   p99 {cuts[98] * 1e3:7.2f} ms   max {max(times) * 1e3:7.1f} ms"
    )


def main() -> None:
    """Build the workspace, start both servers, measure them in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "gba"
        shipped = Path(ceyuan.__file__).parent / "workspaces" / "gba"
        shutil.copytree(shipped, root, ignore=shutil.ignore_patterns("build"))
        ceyuan.open(str(root)).make()
        command = str(Path(sys.executable).with_name("ceyuan"))
        serve = [command, "serve", "--no-site", "-w", str(root), "--port", "18431"]
        fresh = "/api/v1/observations?size=20&page=1&breakdown=fresh"
        with running(serve, 18431), running([sys.executable, "-c", _HELLO, "18432"], 18432):
            paths = paths_of(root)
            connection = http.client.HTTPConnection("127.0.0.1", 18431, timeout=60)
            start = time.perf_counter()
            for path in dict.fromkeys(paths):
                ask(connection, path, None)
            print(
                f"first answers of {len(set(paths))} resources: {time.perf_counter() - start:.1f} s"
            )
            for rate, how in (
                (options.rate, f"{options.rate:g}/s wanted"),
                (None, "as fast as it goes"),
            ):
                for name, port, asked, new in (
                    ("hello", 18432, ["/hello"], None), ("mixed reads", 18431, paths, fresh),
                ):  # fmt: skip
                    report(
                        f"{name}, {how}",
                        load(port, asked, options.seconds, rate, new),
                        options.seconds,
                    )


if __name__ == "__main__":
    main()
