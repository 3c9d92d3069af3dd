"""Every page in three languages: nothing missing, broken or foreign, nothing that axe objects to, at every width."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from visiting import LANGUAGES, ROOT, Visit

PAGES = [
    "",
    "indicators",
    "indicators?q=yanfa&topic=rd",
    "indicators/rd_expenditure",
    "indicators/cluster_rank?period=2025",
    "indicators/rd_expenditure?apart=yes",
    "indicators/rd_expenditure?tab=map&of=province&period=2022",
    "indicators/rd_expenditure?tab=table",
    "indicators/rd_expenditure?tab=about",
    "indicators/ai_papers_between_sides?tab=map",
    "indicators/guidance_fund_size",
    "observations/rd_expenditure_share?of=guangdong/2022",
    "observations/rd_expenditure?of=guangdong/2023",
    "clusters",
    "clusters?edition=2023&cluster=tokyo-yokohama",
    "clusters?of=demonstration&method=gii2025&kind=patent",
    "clusters/shenzhen-hongkong-guangzhou",
    "places",
    "places/guangzhou",
    "places/macao",
    "composites",
    "composites/cluster_output",
    "composites/cluster_output?w=science:2&m=output:geometric&place=beijing-cluster",
    "data",
    "data/sources/gii-2025-yicai",
    "data/quality",
    "data/corrections",
    "data/reading",
    "data/builds",
    "?trace=rd_intensity/gba9/2025",
    "communiques",
    "communiques/new",
    "plan",
    "plan?view=timeline",
    "plan?view=parties&party=hongkong",
    "plan/laboratories",
    "bulletins",
    "bulletins/gba_2025",
    "bulletins/gba_2025?trace=rd_intensity/gba9/2025",
]
MESSAGES = {
    "zh-Hans": ("总览", "zh-Hans-CN"),
    "zh-Hant": ("總覽", "zh-Hant-HK"),
    "en": ("Overview", "en"),
}

KEYS = re.compile(r"\bundefined\b|(?<!is )\bnull\b|\bNaN\b|\[object")
"""What is left on a page where a word is missing."""
TOPS = """() => ({
  header: document.querySelector('header.top').offsetHeight,
  heading: document.querySelector('main h1').getBoundingClientRect().top,
})"""


def test_every_page_of_the_site_is_in_this_list() -> None:
    routes = (ROOT / "web/src/routes.ts").read_text(encoding="utf-8")
    declared = set(re.findall(r"\{ id: '(\w*)'", routes))
    # What the sides of a team write together is served with accounts only, and has tests of its own.
    assert declared - {"team"} == {re.split(r"[/?]", page)[0] for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sound_in_three_languages(
    page: str, served: str, visit: Callable[..., Visit]
) -> None:
    """A page is opened once in each language, and all that must hold of it is looked at there."""
    titles = set()
    opened = visit(served, width=1440)
    for language in LANGUAGES:
        shown = opened.go(f"{language}/{page}")
        word, tag = MESSAGES[language]
        assert shown.locator("html").get_attribute("lang") == tag
        assert shown.get_by_role("navigation").get_by_text(word, exact=True).count() >= 1
        assert shown.locator("[role=alert]").count() == 0
        titles.add(shown.locator("main h1").inner_text())
        tops = shown.evaluate(TOPS)
        assert tops["header"] == 56
        assert tops["heading"] <= 120
        assert opened.axe() == []
        assert not KEYS.search(shown.locator("body").inner_text())
        assert opened.overflows(1600, 768, 360) == []
        # A page on a Chinese text says of it what only Chinese words can.
        if not (language == "en" and page.startswith("communiques/")):
            assert opened.strays(language) == []
        shown.set_viewport_size({"width": 1440, "height": 900})
    assert len(titles) == len(LANGUAGES)


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_in_the_dark(page: str, served: str, visit: Callable[..., Visit]) -> None:
    opened = visit(served, theme="dark")
    shown = opened.go(f"zh-Hans/{page}")
    assert shown.locator("html").get_attribute("data-theme") == "dark"
    assert opened.axe() == []


def test_no_page_begins_wider_than_a_telephone(served: str, visit: Callable[..., Visit]) -> None:
    opened = visit(served, width=360)
    for page in PAGES:
        shown = opened.go(f"en/{page}")
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360, page
