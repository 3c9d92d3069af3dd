"""What is taken away says where it is from: pictures, citations, addresses, and charts on pages of other sites."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from visiting import PATIENCE, Visit

ROUTE = "en/indicators/rd_expenditure?place=guangdong,jiangsu"


def _copied(page: Page, button: str) -> str:
    page.get_by_role("button", name=button, exact=True).last.click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(1)
    text = page.evaluate("navigator.clipboard.readText()")
    expect(page.get_by_role("button", name="Copied")).to_have_count(0)
    return str(text)


def test_a_saved_picture_carries_title_unit_source_day_and_address(
    served: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(served).go(ROUTE)
    figure = page.locator("figure").first
    figure.locator("svg path").first.wait_for(state="attached")
    with page.expect_download() as download:
        figure.get_by_role("button", name="SVG").click()
    download.value.save_as(tmp_path / "chart.svg")
    drawn = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    title, told = re.search(r"<title>(.*?)</title><desc>(.*?)</desc>", drawn, re.DOTALL).groups()  # type: ignore[union-attr]
    assert "R&amp;D expenditure" in title
    unit, source, where = told.split("\n")
    assert unit == "Unit: 100 million yuan"
    assert source.startswith("Source: ")
    assert "expenditure" in source
    assert f"{served}en/indicators/rd_expenditure/?" in where
    assert re.search(r"\b20\d\d\b", where)
    # All of it is drawn, not only told.
    texts = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))
    assert re.sub(r"\s", "", source) in re.sub(r"\s", "", texts)


def test_a_page_is_cited_in_words_as_bibtex_and_as_csl(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go(ROUTE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    words = _copied(page, "Copy")
    assert "R&D expenditure" in words
    bibtex = _copied(page, "BibTeX")
    (item,) = json.loads(_copied(page, "CSL-JSON"))
    assert bibtex.startswith(f"@dataset{{{item['id']},")
    assert item["note"] == words
    assert item["URL"].startswith(f"{served}en/indicators/rd_expenditure/?place=guangdong")
    assert f"version = {{{item['version']}}}" in bibtex
    assert _copied(page, "Copy the address") == item["URL"]


def test_a_chart_stands_on_a_page_of_another_site(
    served: str,
    browser: Browser,
    visit: Callable[..., Visit],
    tmp_path: Path,
    file_server: Callable[[Path], str],
) -> None:
    page = visit(served).go(ROUTE)
    page.get_by_text("Embed", exact=True).first.click()
    code = page.locator("textarea").first.input_value()
    (tmp_path / "theirs.html").write_text(
        f"<!doctype html><title>Theirs</title>{code}", encoding="utf-8"
    )
    whole = code.replace("?embed&amp;", "?")
    (tmp_path / "whole.html").write_text(f"<!doctype html>{whole}", encoding="utf-8")
    elsewhere = file_server(tmp_path)
    other = browser.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(f"{elsewhere}theirs.html")
    inside = other.frame_locator("iframe")
    inside.locator("figure svg path").first.wait_for(state="attached")
    expect(inside.locator("nav, footer")).to_have_count(0)
    link = inside.get_by_role("link", name="Open in Ceyuan")
    address = link.get_attribute("href")
    assert address is not None
    assert "embed" not in address
    # The whole site cannot be put into somebody's frame: only charts can.
    other.goto(f"{elsewhere}whole.html")
    other.wait_for_timeout(1000)
    assert other.frames[1].locator("main").count() == 0
    other.close()


def test_a_course_is_shown_relative_to_its_beginning_and_the_address_holds_it(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go(ROUTE)
    figure = page.locator("figure").first
    page.get_by_role("link", name="Relative").click()
    expect(page).to_have_url(re.compile("scale=relative"))
    expect(figure.locator("svg")).to_contain_text("2011 = 100")
    page.get_by_role("link", name="Logarithmic").click()
    expect(figure.locator("svg")).to_contain_text("100 million yuan")
    expect(figure.locator("svg")).to_contain_text("10,000")
    ranks = visit(served).go("en/indicators/cluster_rank")
    assert ranks.get_by_role("link", name="Logarithmic").count() == 0
