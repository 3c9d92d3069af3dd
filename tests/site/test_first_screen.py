"""The first screen: a low header, content at once, and the answer before the reader has to scroll."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visiting import Visit


def test_five_lead_figures_map_and_plan_are_in_the_first_screen(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=1440).go("zh-Hans/")
    leads = page.locator(".leads > li")
    assert leads.count() == 5
    for part in (leads.last, page.locator(".beside svg").first, page.locator(".strip")):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    expect(leads.first.locator(".peers li")).to_have_count(4)
    assert "仅一个来源" in leads.first.inner_text()


def test_bars_are_as_long_as_what_they_stand_for(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served, width=1440).go("en/")
    rows = page.locator(".leads > li", has_text="PCT international").locator(".peers li").all()
    widths = [
        row.locator(".bar span").evaluate("e => e.getBoundingClientRect().width") for row in rows
    ]
    values = [float(row.locator(".num").first.inner_text().replace(",", "")) for row in rows]
    assert len(values) > 2
    for width, value in zip(widths, values, strict=True):
        assert abs(width / max(widths) - value / max(values)) < 0.02


def test_a_rank_has_no_bar(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/")
    rank = page.locator(".leads > li", has_text="Rank of innovation cluster")
    assert rank.locator(".peers li").count() > 1
    assert rank.locator(".bar").count() == 0


def test_24_indicators_stand_on_a_screen_each_with_its_own_place_first(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=1440).go("en/indicators")
    rows = page.locator("main tbody tr")
    tops = rows.evaluate_all("all => all.map(row => row.getBoundingClientRect().bottom)")
    assert sum(bottom <= 900 for bottom in tops) >= 24
    row = page.locator("main tbody tr", has_text="Rank of innovation cluster").first
    expect(row).to_contain_text("Shenzhen–Hong Kong–Guangzhou")
    assert page.evaluate("document.querySelector('main table').scrollWidth") <= 1200


@pytest.mark.parametrize(
    ("asked", "few", "many"),
    [
        ("topic=rd", 5, 60),
        ("place=macao", 5, 200),
        ("kind=rank", 1, 40),
        ("q=yanfa&place=gba9", 1, 30),
    ],
)
def test_the_catalogue_is_filtered_and_the_address_holds_it(
    asked: str, few: int, many: int, served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=1440).go(f"en/indicators?{asked}")
    assert few <= page.locator("main tbody tr").count() <= many


def test_the_catalogue_is_sorted_by_rank(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served, width=1440).go("en/indicators")
    page.get_by_role("button", name="Rank", exact=False).first.click()
    cells = page.locator("main tbody tr td:nth-child(5)").all_inner_texts()
    ranks = [int(text.split(" of ")[0]) for text in cells if " of " in text]
    assert len(ranks) > 20
    assert ranks == sorted(ranks, reverse=True)


def test_an_index_begins_with_the_own_place_and_says_what_it_found(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=1440).go("en/composites/cluster_output")
    expect(page.locator("main .lead")).to_contain_text("Shenzhen–Hong Kong–Guangzhou ranks 2 of")
    expect(page.locator("main .lead")).to_contain_text("first in 64% of the runs")
    expect(page.locator("main")).to_contain_text(
        "What the score of Shenzhen–Hong Kong–Guangzhou is made of"
    )


@pytest.mark.parametrize(
    ("typed", "first", "kind"),
    [
        ("shenzhen", "深圳", "地区"),
        ("xg", "香港", "地区"),
        ("廣州", "广州", "地区"),
        ("yfjftrqd", "研发经费投入强度", "指标"),
        ("Pengcheng", "鹏城实验室", "机构"),
        ("communiqué", "广东纵深推进", "来源"),
    ],
)
def test_the_whole_site_is_searched_by_keyboard_alone(
    typed: str, first: str, kind: str, served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("zh-Hans/data")
    page.keyboard.press("/")
    page.get_by_role("combobox").wait_for()
    page.keyboard.insert_text(typed)
    hit = page.get_by_role("option").first
    expect(hit).to_contain_text(first)
    expect(hit).to_contain_text(kind)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.split("/zh-Hans/")[1].split("/")[0] in {"places", "indicators", "data"}


def test_a_slash_that_is_typed_into_a_field_stays_there(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators")
    page.get_by_role("searchbox").first.focus()
    page.keyboard.type("r/d")
    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_role("searchbox").first.input_value() == "r/d"


def test_the_page_of_a_place_has_its_figures_ranks_bodies_and_tasks(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=1440).go("en/places/hongkong")
    expect(page.locator("main h1")).to_contain_text("Hong Kong")
    assert page.locator("main tbody tr").count() > 20
    assert page.locator("main tbody td", has_text=" of ").count() > 3
    for heading in ("Organisation", "Key tasks"):
        assert page.locator("main h2", has_text=heading).count() >= 1
    page.locator("main tbody [data-figure]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
