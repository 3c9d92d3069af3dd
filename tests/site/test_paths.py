"""What readers do on the site: find an indicator, trace it to a row, share an address, go by keyboard, take data away."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from visiting import Visit

from ceyuan.api import open_workspace
from small_workspace import MakeWorkspace


def _records(page: Page) -> list[str]:
    return [text for text in page.locator("dialog .at").all_inner_texts() if text]


@pytest.mark.parametrize(
    "typed", ["yfjftrqd", "yanfajingfeitouru", "研發經費投入強度", "R&D intens"]
)
def test_an_indicator_is_found_by_pinyin_and_in_each_script(
    typed: str, served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("zh-Hans/indicators")
    page.get_by_role("searchbox").fill(typed)
    expect(page.locator("main tbody a.name").first).to_have_text("研发经费投入强度")


def test_from_a_search_to_the_row_of_the_file(
    served: str, with_clusters: Path, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators")
    page.get_by_role("searchbox").fill("zqgyfjfbz")
    page.get_by_role("link", name="Share of national R&D expenditure").click()
    page.get_by_role("link", name="Table", exact=True).click()
    page.get_by_role("table").first.wait_for()
    wanted = page.locator('[data-figure="rd_expenditure_share/guangdong/2022"]')
    while not wanted.count():  # later years stand on the pages before
        page.get_by_role("button", name="Next page").click()
    wanted.first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("14.3%")
    dialog.locator(".at").first.wait_for()
    stated = {"guangdong": None, "cn": None}
    for where in _records(page):
        file, line = where.rsplit(":", 1)
        rows = (with_clusters / file).read_text(encoding="utf-8").splitlines()
        cells = dict(
            zip(next(csv.reader(rows[:1])), next(csv.reader([rows[int(line) - 1]])), strict=True)
        )
        stated[cells["place"]] = float(cells["amount"])  # type: ignore[assignment]
    assert round(100 * stated["guangdong"] / stated["cn"], 1) == 14.3  # type: ignore[operator]


def test_a_lineage_has_an_address_and_back_leaves_it(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/")
    page.locator('[data-figure="pct_applications/gba9/2025"]').click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page).to_have_url(re.compile("trace=pct_applications"))
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("trace="))


def test_back_leads_to_where_the_reader_was(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/indicators")
    page.locator("main tbody a.name").first.wait_for()
    page.evaluate("window.scrollTo(0, 800)")
    page.wait_for_timeout(100)
    page.locator("main tbody a.name").nth(40).click()
    page.locator("#definition").wait_for(state="attached")
    assert page.evaluate("window.scrollY") == 0
    assert page.evaluate("document.activeElement.id") == "main"
    page.go_back()
    page.wait_for_function("() => window.scrollY === 800")


def test_a_server_that_is_gone_is_said_clearly_and_can_be_tried_again(
    served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    page = opened.go("en/")
    page.route("**/api/v1/indicators", lambda route: route.abort())
    page.get_by_role("navigation").get_by_text("Indicators").click()
    expect(page.get_by_role("alert")).to_contain_text("ceyuan serve")
    page.unroute("**/api/v1/indicators")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert [fault for fault in opened.faults if "ERR_FAILED" not in fault] == []
    opened.faults.clear()


def test_a_figure_is_opened_and_closed_by_keyboard_alone(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.figure"):
            break
    key = page.evaluate("document.activeElement.dataset.figure")
    assert key
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.figure") == key


def test_the_language_changes_in_place_and_the_theme_is_kept(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators/rd_intensity?place=gba9")
    page.get_by_role("link", name="繁體").click()
    expect(page.locator("h1")).to_have_text("研發經費投入強度")
    expect(page).to_have_url(re.compile(r"/zh-Hant/indicators/rd_intensity/\?place=gba9$"))
    page.get_by_role("button", name="配色").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    page.wait_for_selector("h1")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_charts_follow_the_theme_and_print_light(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served, theme="dark").go("en/indicators/rd_expenditure?place=guangdong")
    page.locator("figure svg path").first.wait_for(state="attached")
    strokes = (
        "() => [...document.querySelectorAll('figure svg path')].map(p => p.getAttribute('stroke'))"
    )
    first_colour = (
        "() => getComputedStyle(document.documentElement).getPropertyValue('--c1').trim()"
    )
    dark = page.evaluate(first_colour)
    assert dark in page.evaluate(strokes)
    page.get_by_role("button", name="Colours").click()
    light = page.evaluate(first_colour)
    assert light != dark
    assert light in page.evaluate(strokes)
    assert dark not in page.evaluate(strokes)
    page.get_by_role("button", name="Colours").click()
    page.emulate_media(media="print")
    page.wait_for_function(f"() => ({strokes})().includes({light!r})")


def test_a_table_sorts_by_its_heads_and_keeps_missing_values_last(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?tab=table")
    region = page.get_by_role("region", name="Table: R&D expenditure: all")
    head = region.locator("th", has_text="Value")
    values = region.locator("tbody td.numeric a.fig")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    amounts = (re.search(r"([\d,.]+) billion yuan", text) for text in values.all_inner_texts())
    shown = [float(found[1].replace(",", "")) for found in amounts if found]
    assert len(shown) > 10
    assert shown == sorted(shown, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert "no data" not in values.all_inner_texts()
    last = page.get_by_role("button", name="Next page")
    while last.is_enabled():
        last.click()
    assert "no data" in values.all_inner_texts()


def test_a_chart_has_the_same_numbers_as_a_table_and_as_files(
    served: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?place=guangdong,jiangsu")
    figure = page.locator("figure").first
    figure.locator("svg path").first.wait_for(state="attached")
    with page.expect_download() as download:
        figure.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "series.csv")
    rows = list(csv.reader((tmp_path / "series.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["Periods", "Guangdong", "Jiangsu", "Unit", "Source"]
    (last,) = [row for row in rows if row[0] == "2022"]
    assert last[1:4] == ["4411.9", "3835.4", "100 million yuan"]
    assert "expenditure" in last[4]
    with page.expect_download() as download:
        figure.get_by_role("button", name="Columns").click()
    assert download.value.suggested_filename == "rd_expenditure-series.columns.csv"
    download.value.save_as(tmp_path / "series.columns.csv")
    text = (tmp_path / "series.columns.csv").read_text(encoding="utf-8-sig")
    columns = list(csv.DictReader(text.splitlines()))
    assert [one["column"] for one in columns] == rows[0]
    assert [one["unit"] for one in columns] == ["", "100 million yuan", "100 million yuan", "", ""]
    assert all(one["meaning"] for one in columns)
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            figure.get_by_role("button", name=kind).click()
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)
    figure.get_by_role("button", name="Show as a table").click()
    assert figure.locator("tbody tr").count() == len(rows) - 1


def test_unknown_addresses_say_so(served: str, visit: Callable[..., Visit]) -> None:
    opened = visit(served)
    assert opened.go("en/nowhere").locator("h1").inner_text() == "There is no such page."
    page = opened.go("en/indicators/rd_intensty")
    expect(page.get_by_role("alert")).to_contain_text("rd_intensity")
    # The browser itself reports the answer 404 on its console: that one is expected.
    assert [fault for fault in opened.faults if "404" not in fault] == []
    opened.faults.clear()


@pytest.mark.parametrize("kind", ["static", "single"])
def test_a_published_site_traces_without_a_server(
    kind: str,
    published: Path,
    single_file: Path,
    visit: Callable[..., Visit],
    file_server: Callable[[Path], str],
) -> None:
    home = file_server(published) if kind == "static" else single_file.as_uri()
    opened = visit(home)
    page = opened.go("en/")
    page.locator('[data-figure="rd_intensity/gba9/2025"]').click()
    page.locator("dialog .at").first.wait_for()
    assert _records(page) == ["records/communique_figures.csv:2"]
    page.keyboard.press("Escape")
    # Closing a trace goes back in the history, which takes a moment: an address opened before that would be left again.
    expect(page).not_to_have_url(re.compile("trace="))
    page = opened.go("zh-Hans/indicators/rd_expenditure")
    page.locator("figure svg path").first.wait_for(state="attached")
    assert page.locator("[role=alert]").count() == 0


def test_nothing_in_the_data_is_read_as_html(
    make_workspace: MakeWorkspace, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    root = make_workspace()
    sources = (root / "sources.yaml").read_text(encoding="utf-8")
    (root / "sources.yaml").write_text(
        sources.replace("Register of payments", json.dumps(hostile)), encoding="utf-8"
    )
    config = (root / "ceyuan.yaml").read_text(encoding="utf-8")
    (root / "ceyuan.yaml").write_text(
        config.replace("en: Small", f"en: {json.dumps(hostile)}"), encoding="utf-8"
    )
    open_workspace(root).make()
    opened = visit(serve(root))
    page = opened.go("en/")
    assert page.locator("h1").inner_text() == hostile
    key = page.locator("[data-figure]").first.get_attribute("data-figure")
    assert key is not None
    for route in (
        "en/data",
        f"en/observations/{key.replace('/', '?of=', 1)}",
        f"en/indicators/{key.split('/', maxsplit=1)[0]}",
    ):
        page = opened.go(route)
        page.wait_for_timeout(200)
        assert page.locator("main img, main script").count() == 0
        assert page.title() != "1"


def test_a_chart_can_stand_on_another_page_alone(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/indicators/rd_expenditure?place=guangdong,jiangsu")
    page.get_by_text("Embed", exact=True).first.click()
    code = page.locator("textarea").first.input_value()
    address = code.split('src="')[1].split('"')[0].replace("&amp;", "&")
    assert address.startswith(f"{served}en/indicators/rd_expenditure/?embed&")
    opened = visit(served)
    alone = opened.go(address.removeprefix(served))
    assert alone.locator("figure").count() == 1
    assert alone.locator("nav, footer, table").count() == 0
    assert opened.axe() == []
