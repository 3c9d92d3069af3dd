# ruff: noqa: A005 - a script of its own; nothing imports it
"""How quick the site is in a browser: every kind of page, a large catalogue, an indicator with many values, many points.

    python benchmarks/site.py

Needs Chromium and the built site (make site). The Greater Bay Area workspace is built and published; beside it stands a copy
whose catalogue has 5,000 indicators, one of whose indicators has 300 places × 20 years, and whose map has 100,000 points
(copies of figures and points under made-up identifiers: simulated). Medians of five, of three for maps; the browser draws with
the processor, without a graphics card.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Response, sync_playwright

import ceyuan
from ceyuan.api import open_workspace
from ceyuan.web.publishing import publish
from ceyuan.web.resources.view import View

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from demonstration import add_demonstration

PAGES = (
    "", "indicators/", "indicators/rd_expenditure/", "clusters/", "clusters/shenzhen-hongkong-guangzhou/", "places/",
    "places/guangzhou/", "composites/cluster_output/", "plan/", "plan/laboratories/", "communiques/", "bulletins/gba_2025/",
    "data/", "data/quality/",
)  # fmt: skip
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
ROUNDS = 5
INDICATORS, PLACES, YEARS, POINTS = 5000, 300, 20, 100_000
LCP = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({type: 'largest-contentful-paint', buffered: true}))"""
SETTLED = "() => document.querySelector('main h1') && !document.querySelector('[data-loading], [data-chart=waiting]')"
FRAMES = """async (move) => { const times = []; let last = performance.now(); const end = last + 3000;
  const step = new Function('i', move);
  for (let i = 0; performance.now() < end; i++) { step(i); await new Promise(requestAnimationFrame);
    const now = performance.now(); times.push(now - last); last = now }
  times.sort((a, b) => a - b); return 1000 / times[Math.floor(times.length / 2)] }"""
VIEWS = {"the world": ([30, 25], 1), "East Asia": ([113, 28], 4), "the delta": ([113.6, 22.8], 7)}
SHOW = """async ([center, zoom]) => { const map = document.querySelector('[data-map]').map;
  map.jumpTo({center, zoom}); await new Promise(done => map.once('idle', done)) }"""


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(folder: Path) -> str:
    """Serve a folder and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def enlarge(folder: Path) -> None:
    """Give a published site 5,000 indicators, and its R&D expenditure 300 places × 20 years."""
    path = folder / "data" / "indicators.json"
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    genuine = catalogue["items"]
    catalogue["items"] = genuine + [
        {**genuine[i % len(genuine)], "id": f"simulated_{i}"}
        for i in range(INDICATORS - len(genuine))
    ]
    path.write_text(json.dumps(catalogue, ensure_ascii=False), encoding="utf-8")
    path = folder / "data" / "indicators" / "rd_expenditure.json"
    page = json.loads(path.read_text(encoding="utf-8"))
    figure = next(f for f in page["figures"] if f["value"] is not None)
    page["figures"] = [
        _figure(figure, place, 2003 + year) for place in range(PLACES) for year in range(YEARS)
    ]
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    path = folder / "data" / "clusters" / "demonstration" / "density.json"
    density = json.loads(path.read_text(encoding="utf-8"))
    density["cells"] = _scattered(density["cells"], density["cell_deg"])
    path.write_text(json.dumps(density), encoding="utf-8")


def _scattered(cells: list[list[float]], width: float) -> list[list[float]]:
    """As many cells as there are points to draw: copies of the given ones, scattered around them."""
    rng, found = np.random.default_rng(1), {(c[0], c[1]): c for c in cells}
    while len(found) < POINTS:
        lon, lat, *values = cells[rng.integers(len(cells))]
        near = [round(x + width * round(rng.normal(0, 1.5 / width)), 6) for x in (lon, lat)]
        if abs(near[0]) < 180 and abs(near[1]) < 85:
            found.setdefault((near[0], near[1]), [*near, *values])
    return list(found.values())


def _figure(figure: dict[str, Any], place: int, year: int) -> dict[str, Any]:
    return {
        **figure,
        "key": f"rd_expenditure/simulated_{place}/{year}",
        "place": f"simulated_{place}",
        "period": str(year),
        "period_text": {"en": str(year), "zh-Hans": f"{year}年", "zh-Hant": f"{year}年"},
        "value": 100.0 + place + year % 7,
        "status": "simulated",
    }


def measured(
    browser: Browser, address: str, measure: Callable[[Page], float], rounds: int = ROUNDS
) -> float:
    """Median of a measurement, each in a browser without anything kept."""
    values = []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(SETTLED)
        values.append(measure(page))
        context.close()
    return statistics.median(values)


def bytes_loaded(browser: Browser, address: str) -> dict[str, int]:
    """Bytes, packed, of what a page loads before anybody touches it, by type (``script``, ``fetch``, …)."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("response", keep)
    page.goto(address)
    page.wait_for_function(SETTLED)
    page.wait_for_load_state("networkidle")
    found: dict[str, int] = {}
    for answer in answers:
        kind = answer.request.resource_type
        found[kind] = found.get(kind, 0) + len(gzip.compress(answer.body()))
    page.close()
    return found


def map_drawn(page: Page) -> float:
    """Milliseconds from the start of the page until its map can be moved."""
    page.wait_for_selector("[data-map][data-ready]")
    return settled(page)


def settled(page: Page) -> float:
    """Milliseconds from the start of the page until nothing on it was loading any more (it has just become so)."""
    return float(page.evaluate("performance.now()"))


def keystroke(page: Page) -> float:
    """Milliseconds from a letter typed into the search to the frame that shows its hits."""
    return float(page.evaluate(
        """async () => { const box = document.querySelector('input[type=search]'); const times = [];
        for (const text of ['y', 'ya', 'yan', 'yanf', 'yanfa', 'R&D', '研发', '']) { const start = performance.now();
          box.value = text; box.dispatchEvent(new Event('input', {bubbles: true}));
          await new Promise(requestAnimationFrame); await new Promise(done => setTimeout(done));
          times.push(performance.now() - start) } return Math.max(...times) }"""
    ))  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the results as JSON")
    out = parser.parse_args().out
    chromium = shutil.which("chromium")
    if chromium is None:
        print("pages: skipped, there is no Chromium on the machine")
        return
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        shutil.copytree(Path(ceyuan.__file__).parent / "workspaces" / "gba", folder / "gba")
        add_demonstration(folder / "gba")
        open_workspace(folder / "gba").make()
        view = View.open(folder / "gba")
        publish(view, folder / "site")
        view.close()
        shutil.copytree(folder / "site", folder / "large")
        enlarge(folder / "large")
        site, large = serve(folder / "site"), serve(folder / "large")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        scroll = partial(Page.evaluate, expression=FRAMES, arg="window.scrollTo(0, i * 120)")
        for page in PAGES:
            painted = measured(browser, f"{site}zh-Hans/{page}", lambda p: float(p.evaluate(LCP)))
            results[f"largest contentful paint of /{page}, ms"] = painted
        for page in ("", "clusters/"):
            loaded = bytes_loaded(browser, f"{site}zh-Hans/{page}")
            results[f"script of /{page}, kB packed"] = loaded["script"] / 1000
            results[f"all of /{page}, kB packed"] = sum(loaded.values()) / 1000
        results["map of clusters: drawn, ms"] = measured(
            browser, f"{site}zh-Hans/clusters/", map_drawn
        )
        results["5,000 indicators: catalogue shown, ms"] = measured(
            browser, f"{large}zh-Hans/indicators/", settled
        )
        results["5,000 indicators: slowest keystroke of a search, ms"] = measured(
            browser, f"{large}zh-Hans/indicators/", keystroke
        )
        results["5,000 indicators: scrolling, frames a second"] = measured(
            browser, f"{large}zh-Hans/indicators/", lambda p: float(scroll(p))
        )
        results["300 places × 20 years: indicator shown with charts, ms"] = measured(
            browser, f"{large}zh-Hans/indicators/rd_expenditure/", settled
        )
        # What drawing on the processor costs by itself, then with the points.
        for name, address in (("no points", site), (f"{POINTS:,} points", large)):
            for view, where in VIEWS.items():
                results[f"map of {view}, {name}: panning, frames a second"] = measured(
                    browser,
                    f"{address}zh-Hans/clusters/?of=demonstration",
                    partial(pan, where=where),
                    rounds=3,
                )
        browser.close()
    for name, value in results.items():
        print(f"{name:60}{value:10,.0f}")
    if out:
        out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def pan(page: Page, where: tuple[list[float], float]) -> float:
    """Frames a second while the map is moved there."""
    page.wait_for_selector("[data-map][data-ready]")
    page.evaluate(SHOW, list(where))
    move = "document.querySelector('[data-map]').map.panBy([8 * Math.cos(i / 20), 8 * Math.sin(i / 20)], {duration: 0})"
    return float(page.evaluate(FRAMES, move))


if __name__ == "__main__":
    main()
