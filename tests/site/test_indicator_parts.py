"""The page of an indicator: chart, map, table and what it means, each at an address of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visiting import LANGUAGES, Visit, ask

PARTS = {
    "en": ("Chart", "Map", "Table", "About"),
    "zh-Hans": ("图表", "地图", "表格", "说明"),
    "zh-Hant": ("圖表", "地圖", "表格", "說明"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_has_its_address_and_paper_has_all_of_them(
    served: str, visit: Callable[..., Visit], language: str
) -> None:
    opened = visit(served)
    page = opened.go(f"{language}/indicators/rd_expenditure?place=guangdong")
    values, meaning = page.locator("#values"), page.locator("#definition")
    _, land, table, about = PARTS[language]
    page.get_by_role("link", name=table, exact=True).click()
    expect(page).to_have_url(re.compile(r"place=guangdong&tab=table"))
    expect(values).to_be_visible()
    expect(meaning).to_be_hidden()
    assert opened.axe() == []
    page.get_by_role("link", name=about, exact=True).click()
    expect(meaning).to_be_visible()
    expect(values).to_be_hidden()
    assert opened.axe() == []
    page.emulate_media(media="print")
    expect(values).to_be_visible()
    expect(meaning).to_be_visible()
    expect(page.locator("figure").first).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name=land, exact=True).click()
    expect(page.locator("figure svg circle").first).to_be_visible()
    assert opened.axe() == []


def test_the_map_shows_every_located_place_of_a_kind_and_its_area_is_the_value(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?tab=map&period=2022&of=province")
    places = {p["id"]: p for p in ask(served, "places")["items"]}
    every = ask(served, "observations?indicator=rd_expenditure&period=2022&size=1000")["items"]
    known = {
        places[f["place"]]["name"]["en"]: f
        for f in every
        if f["value"] is not None
        and not f["breakdown"]
        and places[f["place"]]["kind"] == "province"
        and places[f["place"]]["lat"] is not None
    }
    circles = page.locator("figure svg circle")
    expect(circles).to_have_count(len(known))
    largest = max(f["value"] for f in known.values())
    for circle in circles.all():
        said = circle.locator("title").text_content() or ""
        (figure,) = [f for name, f in known.items() if said == f"{name} {f['text']['en']}"]
        radius = float(circle.get_attribute("r") or 0)
        expected = max(3, 26 * (figure["value"] / largest) ** 0.5)
        assert radius == pytest.approx(expected), said
    circles.first.click()
    expect(page.get_by_role("dialog")).to_contain_text("records/")


def test_the_period_moves_and_runs_to_its_end(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?tab=map&period=2021&of=province")
    slider = page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "2021")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("period=2022"))
    expect(page.locator("figcaption").first).to_contain_text("2022")
    page.get_by_role("button", name="Run through the periods").click()
    expect(page.get_by_role("button", name="Run through the periods")).to_be_visible(timeout=60_000)
    last = page.url
    assert "period=2022" not in last
    assert slider.input_value() == slider.get_attribute("max")


def test_places_stand_in_frames_of_their_own_on_the_same_axes(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?place=guangdong,jiangsu,shanghai")
    page.get_by_role("link", name="A chart for each place").click()
    expect(page).to_have_url(re.compile("apart=yes"))
    chart = page.locator("figure").first.locator("svg")
    for name in ("Guangdong", "Jiangsu", "Shanghai"):
        expect(chart.get_by_text(name, exact=True)).to_have_count(1)
    # Three frames, hence every label of the upright axis three times.
    labels = chart.locator("text").all_text_contents()
    numbers = [label for label in labels if re.fullmatch(r"[\d,]+", label) and len(label) > 4]
    assert numbers
    assert {numbers.count(label) for label in numbers} == {3}
    expect(page.get_by_role("link", name="In one chart")).to_be_visible()


def test_what_passes_between_sides_is_drawn_as_lines_as_wide_as_it_is_much(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators/ai_papers_between_sides?tab=map&period=2024")
    every = ask(served, "observations?indicator=ai_papers_between_sides&period=2024&size=1000")
    sides = {
        tuple(sorted((f["place"], f["breakdown"].removeprefix("to=")))): f["value"]
        for f in every["items"]
        if f["breakdown"].startswith("to=") and f["value"]
    }
    lines = page.locator("figure svg path.link")
    expect(lines).to_have_count(len(sides))
    widths = sorted(float(line.get_attribute("stroke-width") or 0) for line in lines.all())
    largest = max(sides.values())
    assert widths == pytest.approx(sorted(max(1, 16 * v / largest) for v in sides.values()))
    page.get_by_role("button", name=re.compile("Guangdong – Hong Kong")).click()
    expect(page.get_by_role("dialog")).to_contain_text("records/ai_paper_places.csv")
