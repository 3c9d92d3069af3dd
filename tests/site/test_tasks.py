"""Twelve things that readers come for, from the first page on: how many clicks each takes (a choice or a word typed counts as one).

The numbers are what the pages need today; a page that asks for more than that has become worse.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from visiting import Visit


@dataclass
class Reader:
    """Somebody at a page, and how often she has clicked."""

    page: Page
    clicks: int = 0

    def click(self, what: Locator) -> None:
        """Click."""
        what.click()
        self.clicks += 1

    def link(self, name: str) -> None:
        """Follow the first link of this name on the page."""
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str) -> None:
        """Press the first button of this name."""
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def type(self, where: Locator, text: str) -> None:
        """Type a word."""
        where.fill(text)
        self.clicks += 1

    def shows(self, text: str | re.Pattern[str]) -> None:
        """What she came for can be read on the page."""
        expect(self.page.locator("main")).to_contain_text(text)


def headline(reader: Reader) -> None:
    """Which share of its product does the area spend on research, and compared with whom?"""
    reader.shows("预计4.3%")
    reader.shows("6.58%")


def trace(reader: Reader) -> None:
    """Which row of which file is a headline figure from?"""
    reader.click(reader.page.locator('[data-figure="pct_applications/gba9/2025"]').first)
    where = reader.page.get_by_role("dialog").locator(".at").first
    expect(where).to_have_text(re.compile(r"\.csv:\d+"))


def find(reader: Reader) -> None:
    """Find an indicator by the first letters of its name."""
    reader.page.keyboard.press("/")
    reader.type(
        reader.page.get_by_role("combobox").or_(reader.page.get_by_role("searchbox")).first, "yfjf"
    )
    reader.click(reader.page.get_by_role("option", name="研发经费投入强度").first)
    expect(reader.page.locator("main h1")).to_have_text("研发经费投入强度")


def compare(reader: Reader) -> None:
    """Set a further place beside the area in a chart."""
    reader.link("研发经费投入强度")
    reader.page.get_by_label("添加地区").select_option(label="江苏")
    reader.clicks += 1
    expect(reader.page.get_by_role("button", name="移除江苏")).to_be_visible()


def on_a_map(reader: Reader) -> None:
    """See an indicator on the map."""
    reader.link("研发经费投入强度")
    reader.link("地图")
    reader.page.locator("figure svg circle").first.wait_for()


def take_away(reader: Reader) -> None:
    """Take the data of an indicator away as a file."""
    reader.link("研发经费投入强度")
    with reader.page.expect_download() as download:
        reader.button("CSV")
    assert download.value.suggested_filename.endswith(".csv")


def cite(reader: Reader) -> None:
    """Copy a citation of an indicator."""
    reader.link("研发经费投入强度")
    reader.link("说明")
    expect(reader.page.get_by_role("button", name="BibTeX").first).to_be_visible()
    reader.button("BibTeX")


def embed(reader: Reader) -> None:
    """Have the lines that show a chart in a page of one's own."""
    reader.link("研发经费投入强度")
    reader.click(reader.page.locator("summary", has_text="嵌入网页").first)
    expect(reader.page.get_by_label("嵌入网页").first).to_have_value(re.compile("^<iframe"))


def ranked(reader: Reader) -> None:
    """Which rank has the cluster, and what is it made of?"""
    reader.link("集群")
    reader.link("集群详情：深圳—香港—广州")
    reader.shows("首位")
    reader.shows("PCT")


def of_a_place(reader: Reader) -> None:
    """All figures of Shenzhen."""
    reader.link("地区")
    reader.link("深圳")
    expect(reader.page.locator("main h1")).to_contain_text("深圳")


def check_a_text(reader: Reader) -> None:
    """What is wrong with the figures of a text?"""
    reader.link("公报核验")
    reader.click(reader.page.get_by_role("link", name=re.compile("示例文稿")).first)
    reader.shows("上海为4.84%（与数据不符）")


def progress(reader: Reader) -> None:
    """What was last reported on a key task?"""
    reader.link("重点任务")
    reader.link("重大科技基础设施集群式建设，并向港澳开放使用")
    expect(reader.page.locator("main h1")).to_contain_text("重大科技基础设施")


TASKS: dict[Callable[[Reader], None], int] = {
    headline: 0, trace: 1, find: 2, compare: 2, on_a_map: 2, take_away: 2, cite: 3, embed: 2, ranked: 2, of_a_place: 2,
    check_a_text: 2, progress: 2,
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_what_readers_come_for_takes_few_clicks(
    task: Callable[[Reader], None], served: str, visit: Callable[..., Visit]
) -> None:
    reader = Reader(visit(served, width=1440).go("zh-Hans/"))
    task(reader)
    assert reader.clicks == TASKS[task]
