"""Pages in a real browser: Debian's Chromium, a served workspace, and a page that notices what must not happen."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from plan_of_today import write_plan
from playwright.sync_api import Browser, Request, expect, sync_playwright
from visiting import CEYUAN, FLAGS, OBSERVED, PATIENCE, Visit, missing

from ceyuan.bulletin.archive import publish as keep_edition
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.web.site_files import SITE
from demonstration import add_demonstration
from shipped import Once

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("there is no chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def with_clusters(once: Once, gba_root: Path) -> Path:
    """The GBA workspace with the demonstration of clusters, built; to be read only."""

    def make(root: Path) -> None:
        shutil.copytree(gba_root, root)
        add_demonstration(root)
        build_workspace(root)

    return once("with_clusters", make)


@pytest.fixture(scope="session")
def lively(once: Once, gba_root: Path) -> Path:
    """The GBA workspace with a text of every kind of verdict, a plan of every state, and an edition that is out of date.

    To be read only.
    """

    def make(root: Path) -> None:
        shutil.copytree(gba_root, root)
        write_plan(root)
        (root / "communiques" / "observed.txt").write_text(OBSERVED, encoding="utf-8")
        build_workspace(root)
        with Build.open(root) as build:
            keep_edition(build, write_bulletin(build, "gba_2025"))
        figures = root / "records" / "communique_figures.csv"
        rows = figures.read_text(encoding="utf-8")
        figures.write_text(
            rows.replace("national_facilities,gba,2025,9,", "national_facilities,gba,2025,10,"),
            encoding="utf-8",
        )
        build_workspace(root)

    return once("lively", make)


@pytest.fixture(scope="session")
def lively_site(serve: Callable[[Path], str], lively: Path) -> str:
    """Address of the lively workspace's site."""
    return serve(lively)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a workspace as ``ceyuan serve`` does, and gives its address."""
    if not (SITE / "index.html").is_file():
        missing("the site is not built: make site")
    running: list[subprocess.Popen[str]] = []

    def start(root: Path) -> str:
        command = [CEYUAN, "serve", "-w", str(root), "--port", "0"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(process)
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address), address
        return address

    yield start
    for process in running:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="session")
def served(serve: Callable[[Path], str], with_clusters: Path) -> str:
    """Address of the GBA workspace's site."""
    return serve(with_clusters)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens pages; whatever is opened must end without an error, and without a request to another host."""
    opened: list[tuple[Visit, Callable[[], None]]] = []

    def start(home: str, *, theme: str = "light", width: int = 1280) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        made = Visit(page, home)
        host = urlsplit(home).netloc

        def requested(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https") and parts.netloc != host:
                made.faults.append(f"request to {request.url}")

        page.on("request", requested)
        page.on(
            "console",
            lambda m: (
                made.faults.append(f"console: {m.text} {m.location}") if m.type == "error" else None
            ),
        )
        page.on("pageerror", lambda error: made.faults.append(f"error: {error}"))
        opened.append((made, context.close))
        return made

    yield start
    for made, close in opened:
        close()
        assert made.faults == []


@pytest.fixture(scope="session")
def published(once: Once, with_clusters: Path) -> Path:
    """The folder that ``ceyuan publish`` writes of the GBA workspace with clusters; to be read only."""
    return once("published", lambda root: _publish(root, "-w", with_clusters))


@pytest.fixture(scope="session")
def single_file(once: Once, with_clusters: Path) -> Path:
    """The same as one page; to be read only."""

    def make(root: Path) -> None:
        root.mkdir()
        _publish(root / "gba.html", "--single-file", "-w", with_clusters)

    return once("single_file", make) / "gba.html"


@pytest.fixture(scope="session")
def published_lively(once: Once, lively: Path) -> Path:
    """The folder that ``ceyuan publish`` writes of the lively workspace; to be read only."""
    return once("published_lively", lambda root: _publish(root, "-w", lively))


def _publish(*arguments: object) -> None:
    if not (SITE / "index.html").is_file():
        missing("the site is not built: make site")
    subprocess.run([CEYUAN, "publish", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def file_server() -> Iterator[Callable[[Path], str]]:
    """Any file server: serves a folder as it is."""
    servers: list[ThreadingHTTPServer] = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
