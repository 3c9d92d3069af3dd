"""What tests of pages share: where things are, what a page of the browser is, and a text with figures of every kind."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

import ceyuan

ROOT = Path(__file__).parents[2]
GBA = Path(ceyuan.__file__).parent / "workspaces" / "gba"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
CEYUAN = str(Path(sys.executable).with_name("ceyuan"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PATIENCE = 180_000
"""Milliseconds that something on a page may take on a machine that is busy with other things."""
_SETTLED = """() => document.querySelector('main h1, main [role=alert]') && !document.querySelector('[data-loading]')
  && !document.querySelector('[data-chart=waiting], [data-map]:not([data-ready])') && (!location.href.includes('trace=') || document.querySelector('dialog .node'))"""
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
ENGLISH = r"[A-Za-z][A-Za-z’'-]*(?:[ ,;:\u00a0]+[A-Za-z][A-Za-z’'-]*){3,}"
# English notes name single words of Chinese sources; a sentence or the name of a body is longer than that.
CHINESE = r"\p{Script=Han}{6,}"
FOREIGN = """([pattern, own]) => {
  const foreign = new RegExp(pattern, 'u')
  const apart = (element) => {
    for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
      if (['CODE', 'PRE', 'KBD', 'SCRIPT', 'STYLE', 'NOSCRIPT'].includes(e.tagName)) return true
      if (e.lang) return !e.lang.startsWith(own)
    }
    return false
  }
  document.querySelectorAll('details').forEach((d) => { d.open = true })
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const [element, texts] = node.nodeType === Node.TEXT_NODE
      ? [node.parentElement, [node.data]]
      : [node, ['title', 'aria-label', 'aria-description', 'placeholder', 'alt'].map((name) => node.getAttribute(name) ?? '')]
    for (const text of texts) if (foreign.test(text) && !apart(element)) found.push(text.trim().slice(0, 200))
  }
  return foreign.test(document.title) ? [...found, document.title] : found
}"""
OBSERVED = """\
创新观察

# 一、企业与实验室

2025年，大湾区高新技术企业超过6.9万家，大湾区国家重点实验室达到26家、省实验室达到30家。𠮷日，<b onclick="alert(1)">原文如此</b>。

# 二、投入与产出

2025年，大湾区内地9市R&D投入强度预计达到4.3%，PCT国际专利申请量达到2.9万件。**另有**茶馆15座。
"""
"""A text whose figures the workspace supports, contradicts and does not know; it holds markup and a character beyond 16 bits."""


def missing(what: str) -> None:
    """In CI nothing may be missing; elsewhere the tests of the pages say why they skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def ask(home: str, resource: str) -> Any:
    """What the interface answers, read."""
    with urlopen(f"{home}api/v1/{resource}") as answer:  # noqa: S310 (the test's own server)
        return json.load(answer)


@dataclass
class Visit:
    """A page of the browser, with what went wrong on it.

    Attributes:
        page: the page.
        home: address of the site; that of a page where it is a single file, or is embedded.
        faults: messages of the console and of scripts, and requests to other hosts.
    """

    page: Page
    home: str
    faults: list[str] = field(default_factory=list)

    def go(self, route: str) -> Page:
        """Open a route and wait until nothing on it is loading any more."""
        self.page.goto(self.address(route))
        self.page.wait_for_function(_SETTLED)
        return self.page

    def address(self, route: str) -> str:
        """The address of a route; a single file has all of them behind its own."""
        if self.home.endswith(".html"):
            return f"{self.home}#/{route}"
        path, mark, query = route.partition("?")
        return f"{self.home}{path.rstrip('/')}/{mark}{query}"

    def strays(self, language: str) -> list[str]:
        """What stands on the page in another language without being marked; what was folded is unfolded for it."""
        pattern, own = (CHINESE, "en") if language == "en" else (ENGLISH, "zh")
        found: list[str] = self.page.evaluate(FOREIGN, [pattern, own])
        return found

    def overflows(self, *windows: int) -> list[int]:
        """The windows that the page is wider than."""
        wider = []
        for window in windows:
            self.page.set_viewport_size({"width": window, "height": 900})
            # What is drawn to measure is drawn again in the frame after.
            self.page.evaluate(
                "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
            )
            if self.page.evaluate("document.documentElement.scrollWidth") > window:
                wider.append(window)
        return wider

    def axe(self) -> list[str]:
        """What axe finds, one line each."""
        if "axe" not in self.page.evaluate("Object.keys(window).filter(k => k === 'axe')"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
        )
        return [
            f"{v['id']}: {n['html'][:200]} {n.get('failureSummary', '')[:300]}"
            for v in found
            for n in v["nodes"]
        ]
