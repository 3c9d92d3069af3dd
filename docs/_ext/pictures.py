"""Takes the pictures of the site that the two README files show: ``make pictures``, after ``make demo SERVE=0``.

Run: ``python docs/_ext/pictures.py build/demo/gba docs/pictures``. Chromium must be on this machine.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

LANGUAGES = ("en", "zh-Hans")
PAGES = {"overview": "", "checked": "communiques/sample/?claim=4"}
"""Name of the picture, and the page."""
WINDOW = {"width": 1280, "height": 800}
# Chromium draws the map without a graphics card.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 120
_SETTLED = """() => document.querySelector('main h1') && !document.querySelector('[data-loading]')
  && !document.querySelector('[data-chart=waiting], [data-map]:not([data-ready])')"""


def main() -> None:
    """Serve a built workspace for as long as it takes, and write a picture of each page in each language."""
    workspace, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    command = Path(sys.executable).with_name("ceyuan")
    server = subprocess.Popen([command, "serve", "-w", workspace, "--port", str(port)])  # noqa: S603 - our own command
    try:
        _wait(home)
        take(home, folder)
    finally:
        server.terminate()
        server.wait()


def _wait(home: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urlopen(f"{home}/health").close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"nobody answers at {home}")


def take(home: str, folder: Path) -> None:
    """Write the pictures of a site."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": WINDOW["width"], "height": WINDOW["height"]})
        page.set_default_timeout(PATIENCE * 1000)
        for language in LANGUAGES:
            for name, address in PAGES.items():
                page.goto(f"{home}/{language}/{address}")
                page.wait_for_load_state("networkidle")
                page.wait_for_function(_SETTLED)
                page.screenshot(path=folder / f"{name}.{language}.png")
        browser.close()


if __name__ == "__main__":
    main()
