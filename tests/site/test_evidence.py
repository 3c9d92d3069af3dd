"""What pages say of evidence: own sources, side by side, one value without a chart, editions by what of them is recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visiting import LANGUAGES, Visit, ask

SHOWN = "observations/rd_expenditure?of=guangdong/2023"
SINGLE = "indicators/guidance_fund_size"


def test_one_value_gets_its_words_and_its_source_instead_of_a_chart(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served, width=390).go(f"en/{SINGLE}")
    expect(page.locator("main article blockquote")).to_have_text("千亿级")
    expect(page.locator("main article")).to_contain_text(
        "Department of Science and Technology of Guangdong"
    )
    expect(page.get_by_text("What would complete it")).to_be_visible()
    assert page.locator("[data-chart]").count() == 0


def test_a_figure_is_cited_with_its_own_source_only(
    served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    cited = opened.go(f"en/{SHOWN}").locator("aside blockquote")
    expect(cited).to_contain_text("National Bureau of Statistics")
    assert "Strategy Research Group" not in cited.inner_text()
    of_all = (
        opened.go("en/indicators/rd_expenditure")
        .locator("section[aria-labelledby=cite] blockquote")
        .inner_text()
    )
    assert "National Bureau of Statistics" in of_all
    assert "People's Government of Guangdong" in of_all


@pytest.mark.parametrize("language", LANGUAGES)
def test_stated_computed_and_others_stand_side_by_side(
    served: str, visit: Callable[..., Visit], language: str
) -> None:
    page = visit(served).go(f"{language}/{SHOWN}")
    rows = page.locator("section[aria-labelledby=beside] tbody tr")
    every = ask(
        served, "observations?indicator=rd_expenditure&place=guangdong&period=2023&all_sources=true"
    )
    known = [f for f in every["items"] if f["value"] is not None and not f["breakdown"]]
    assert rows.count() == len(known) > 1
    told = {
        "en": "not independent: measured by",
        "zh-Hans": "非独立：无论何方列示",
        "zh-Hant": "非獨立：無論何方列示",
    }[language]
    expect(
        rows.filter(has_text=re.compile("Torch|政府工作|work reports", re.IGNORECASE)).first
    ).to_contain_text(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_of_its_own_is_independent_of_who_measures(
    served: str, visit: Callable[..., Visit], language: str
) -> None:
    page = visit(served).go(f"{language}/observations/patent_grants_invention?of=guangdong/2020")
    rows = page.locator("section[aria-labelledby=beside] tbody tr")
    independent = {"en": "independent", "zh-Hans": "独立来源", "zh-Hant": "獨立來源"}[language]
    assert rows.count() == 2
    expect(rows.nth(1).locator("span.good")).to_have_text(independent)


def test_an_edition_says_how_many_of_its_ranks_are_recorded_and_by_whom(
    served: str, visit: Callable[..., Visit]
) -> None:
    published = ask(served, "clusters")["published"]
    wipo = [
        s
        for s in ask(served, "sources")["items"]
        if "World Intellectual" in json.dumps(s["makers"])
    ]
    own = {s["id"] for s in wipo if not s["retold"]}
    last = [
        r["figures"].get(published["rank_indicator"])
        for r in published["rows"]
        if r["edition"] == published["editions"][-1]
    ]
    ranks = [f for f in last if f]
    told = sum(not set(f["source"]) & own for f in ranks)
    page = visit(served).go("en/clusters")
    said = f"{len(ranks)} ranks of the edition of {published['editions'][-1]} are recorded here: {len(ranks) - told} from the publisher, {told} as"
    expect(page.locator("main")).to_contain_text(said)
    assert 0 < told < len(ranks) < 100


def test_ranks_are_drawn_to_scale_of_time(served: str, visit: Callable[..., Visit]) -> None:
    """From 2017 to 2022 it is five times as far as from 2024 to 2025."""
    page = visit(served, width=1440).go("en/clusters")
    middle = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll('[data-chart] text')]
      .filter((t) => /^20\\d\\d$/.test(t.textContent)).map((t) => { const b = t.getBoundingClientRect(); return [t.textContent, b.x + b.width / 2] }))""")
    unit = middle["2025"] - middle["2024"]
    assert middle["2022"] - middle["2017"] == pytest.approx(5 * unit, abs=3)


def test_a_source_says_who_made_its_figures_and_what_it_was_taken_from(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/data/sources")
    page.get_by_role("link", name=re.compile("tops WIPO", re.IGNORECASE)).first.click()
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("World Intellectual Property Organization")
    expect(facts).to_contain_text("press")
    expect(facts).to_contain_text("Taken from")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_passes_between_sides_is_a_matrix_that_moves_with_the_years(
    served: str, visit: Callable[..., Visit], language: str
) -> None:
    opened = visit(served, width=390)
    page = opened.go(f"{language}/indicators/ai_papers_between_sides?period=2024")
    matrix = page.locator("section[aria-labelledby=flows]")
    every = ask(
        served,
        "observations?indicator=ai_papers_between_sides&breakdown=to%3Dhongkong&place=guangdong",
    )["items"]
    told = {f["period"]: f["text"][language] for f in every}
    cell = (
        matrix.locator(
            "tbody tr", has=page.locator("th", has_text=re.compile("Guangdong|广东|廣東"))
        )
        .locator("td")
        .nth(1)
    )
    expect(cell).to_have_text(told["2024"])
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(cell).to_have_text(told["2023"])
    expect(page).to_have_url(re.compile("period=2023"))
    cell.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("records/ai_paper_places.csv")
    assert opened.axe() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_stand_on_the_pages_of_their_indicator_and_place(
    served: str, visit: Callable[..., Visit], language: str
) -> None:
    items = ask(served, "targets")["items"]
    (known,) = [
        item["status"]
        for item in items
        if item["task"]["id"] == "fyp14-guangdong"
        and item["status"]["target"]["indicator"] == "rd_intensity"
    ]
    assert known["state"] == "met"
    opened = visit(served)
    for route in ("indicators/rd_intensity", "places/guangdong"):
        page = opened.go(f"{language}/{route}")
        row = page.locator(
            "section[aria-labelledby=aims] tbody tr", has_text=known["words"]["current"][language]
        ).first
        expect(row).to_contain_text(known["words"]["aim"][language])
        expect(row).to_contain_text(
            {"en": "met", "zh-Hans": "已达标", "zh-Hant": "已達標"}[language]
        )
        row.get_by_role("link").last.click()
        expect(page.locator("h1")).to_be_visible()
        expect(page).to_have_url(re.compile("plan/fyp14-guangdong"))
    assert opened.go(f"{language}/places/guangdong").locator("#aims").count() == 1
    assert opened.axe() == []
