"""Every page leads to its help in the reader's language where the workspace says that the documentation is published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from visiting import LANGUAGES, Visit

import ceyuan
from small_workspace import CONFIG, MakeWorkspace

DOCS = Path(__file__).parents[2] / "docs"
PARTS = [
    "",
    "indicators/",
    "indicators/paid/",
    "places/gd/",
    "observations/paid/?of=gd/2024",
    "data/",
]


def test_a_page_leads_to_its_help_in_the_language_of_the_reader(
    make_workspace: MakeWorkspace, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    root = make_workspace({"ceyuan.yaml": f"{CONFIG}docs: https://example.org/docs/\n"})
    ceyuan.open(str(root)).make()
    opened = visit(serve(root), width=390)
    for language in LANGUAGES:
        for part in PARTS:
            opened.page.goto(f"{opened.home}{language}/{part}")
            link = opened.page.locator("a[rel=help]")
            expect(link).to_be_visible()
            page, _, section = (link.get_attribute("href") or "").partition(".html#")
            file = DOCS / f"{page.removeprefix('https://example.org/docs/')}.md"
            assert f"\n({section})=\n## " in file.read_text(encoding="utf-8")
            assert file.name.endswith(".zh-Hans.md") == (language != "en")
        assert opened.axe() == []


def test_no_help_is_offered_where_nobody_says_that_there_is_any(
    make_workspace: MakeWorkspace, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    root = make_workspace()
    ceyuan.open(str(root)).make()
    opened = visit(serve(root))
    opened.page.goto(f"{opened.home}en/")
    expect(opened.page.locator("main h1")).to_be_visible()
    expect(opened.page.locator("a[rel=help]")).to_have_count(0)
