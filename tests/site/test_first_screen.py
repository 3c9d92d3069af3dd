"""The first screen: a low header, content at once, and the answer before the reader has to scroll."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from test_pages import PAGES
from visiting import Visit

TOPS = """() => ({
  header: document.querySelector('header.top').offsetHeight,
  heading: document.querySelector('main h1').getBoundingClientRect().top,
})"""


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_header_is_56_pixels_and_content_begins_before_120(
    language: str, served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served, width=1440)
    for page in PAGES:
        tops = opened.go(f"{language}/{page}").evaluate(TOPS)
        assert tops["header"] == 56, page
        assert tops["heading"] <= 120, page


def test_five_lead_figures_map_and_plan_are_in_the_first_screen(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served, width=1440).go("zh-Hans/")
    leads = page.locator(".leads > li")
    assert leads.count() == 5
    for part in (leads.last, page.locator(".beside svg").first, page.locator(".strip")):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    expect(leads.first.locator(".peers li")).to_have_count(4)
    assert "独立来源" in leads.first.inner_text()


def test_bars_are_as_long_as_what_they_stand_for(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served, width=1440).go("en/")
    rows = page.locator(".leads > li", has_text="PCT international").locator(".peers li").all()
    widths = [row.locator(".bar span").evaluate("e => e.getBoundingClientRect().width") for row in rows]
    values = [float(row.locator(".num").first.inner_text().replace(",", "")) for row in rows]
    assert len(values) > 2
    for width, value in zip(widths, values, strict=True):
        assert abs(width / max(widths) - value / max(values)) < 0.02


def test_a_rank_has_no_bar(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/")
    rank = page.locator(".leads > li", has_text="Rank of innovation cluster")
    assert rank.locator(".peers li").count() > 1
    assert rank.locator(".bar").count() == 0
