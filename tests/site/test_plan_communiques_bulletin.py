"""Texts whose figures are marked, the plan, the bulletin: shown in three languages, filtered, traced, read and printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from plan_of_today import TODAY
from playwright.sync_api import Page, expect
from visiting import LANGUAGES, OBSERVED, Visit

PAGES = [
    "communiques",
    "communiques/observed",
    "communiques/observed?claim=2",
    "communiques/observed?view=table&verdict=contradicted",
    "communiques/bulletin-gba_2025?claim=0",
    "plan",
    "plan?view=board",
    "plan?view=timeline",
    "plan?view=timeline&by=field&table=1",
    "plan?view=parties&party=guangdong",
    "plan/made-at-risk",
    "plan/made-overdue",
    "bulletins",
    "bulletins/gba_2025?note=3",
    "bulletins/editions/gba_2025@2026-06-30",
]
NAMES = {"supported": "Supported", "contradicted": "Contradicted", "uncheckable": "Not checkable"}


def _chosen(page: Page) -> str:
    return page.locator("[data-claim][aria-current]").evaluate("e => e.firstChild.textContent")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_free_of_faults_in_every_language_theme_and_width(
    page: str, lively_site: str, visit: Callable[..., Visit]
) -> None:
    for theme, width in (("light", 1280), ("dark", 360)):
        opened = visit(lively_site, theme=theme, width=width)
        for language in LANGUAGES:
            shown = opened.go(f"{language}/{page}")
            assert shown.locator("[role=alert]").count() == 0
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            assert not re.search(
                r"\bundefined\b|\bNaN\b|\[object", shown.locator("body").inner_text()
            )
            assert opened.axe() == []


def test_every_figure_of_a_text_is_marked_with_words_beside_the_colour(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/communiques/observed")
    marks = page.locator(".text [data-claim]")
    said = {m.evaluate("e => e.firstChild.textContent"): m for m in marks.all()}
    assert list(said) == ["6.9万家", "26家", "30家", "4.3%", "2.9万件", "15座"]
    for quote, verdict in (
        ("26家", "supported"),
        ("30家", "contradicted"),
        ("15座", "uncheckable"),
    ):
        assert verdict in (said[quote].get_attribute("class") or "").split()
        assert NAMES[verdict] in said[quote].inner_text()
        assert said[quote].locator("svg").count() == 1
    text = page.locator(".text").inner_text()
    assert '<b onclick="alert(1)">原文如此</b>' in text
    assert "**" not in text
    assert page.locator(".text b").count() == 0


def test_a_figure_opens_by_keyboard_and_the_arrows_lead_to_the_next(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("zh-Hans/communiques/observed")
    page.locator("[data-claim='1']").focus()
    page.keyboard.press("Enter")
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("国家重点实验室")
    expect(panel).to_contain_text("本站数据为26家")
    page.keyboard.press("ArrowRight")
    assert _chosen(page) == "30家"
    expect(panel).to_contain_text("与数据不符")
    expect(panel).to_contain_text("本站数据为24家")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert _chosen(page) == "6.9万家"
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.claim") == "0"


def test_a_chosen_verdict_hides_the_others_and_the_arrows_pass_them_over(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/communiques/observed")
    page.get_by_role("button", name="Contradicted 2").click()
    expect(page).to_have_url(re.compile("verdict=contradicted"))
    assert page.locator(".text [data-claim]").count() == 2
    page.get_by_role("button", name="Next figure").click()
    assert _chosen(page) == "30家"
    page.get_by_role("button", name="Next figure").click()
    assert _chosen(page) == "2.9万件"


def test_a_marked_figure_leads_to_the_row_that_contradicts_it(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/communiques/observed?claim=2")
    page.locator("[data-panel] [data-figure]").click()
    expect(page.get_by_role("dialog").locator(".at").first).to_have_text(
        re.compile(r"records/communique_figures\.csv:\d+")
    )


def test_a_pasted_text_is_read_at_once_and_its_figure_opens(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("zh-Hant/communiques/new")
    page.get_by_label("文稿內容").fill(OBSERVED)
    page.get_by_role("button", name="讀取並核實").click()
    page.locator("[data-claim]").first.wait_for()
    assert page.locator(".text [data-claim]").count() == 6
    page.locator("[data-claim='4']").click()
    expect(page.locator("[data-panel]")).to_contain_text("與數據不符")
    assert page.locator(".text b, .text img").count() == 0


def test_a_file_is_read_and_what_cannot_be_read_is_explained(
    served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    page = opened.go("en/communiques/new")
    chooser = page.locator("input[type=file]")
    alert = page.get_by_role("alert")
    chooser.set_input_files(
        {"name": "文.md", "mimeType": "text/markdown", "buffer": OBSERVED.encode()}
    )
    expect(page.locator(".text [data-claim]")).to_have_count(6)
    page_of_pictures = "<p>大湾区高新技术企业超过6.9万家。</p><img src='a.png'><img src='b.png'>"
    chooser.set_input_files(
        {"name": "a.html", "mimeType": "text/html", "buffer": page_of_pictures.encode()}
    )
    expect(page.get_by_text("Not read: 2 pictures")).to_be_visible()
    chooser.set_input_files({"name": "a.exe", "mimeType": "", "buffer": b"MZ"})
    expect(alert).to_contain_text("Such files are not read")
    page.get_by_label("Text", exact=True).fill("数" * 200_001)
    page.get_by_role("button", name="Read and check").click()
    expect(alert).to_contain_text("200,001 characters; 200,000")
    assert opened.faults == []
    for name, content, said in (
        ("a.pdf", b"%PDF-1.4 broken", "cannot be opened"),
        ("long.txt", "数".encode() * 200_001, "200,000"),
    ):
        chooser.set_input_files({"name": name, "mimeType": "", "buffer": content})
        expect(alert).to_contain_text(said)
    # The browser itself reports the two refusals on its console.
    assert len(opened.faults) == 2
    assert all(re.search(r"status of 4(13|22)", fault) for fault in opened.faults)
    opened.faults.clear()


def test_a_page_without_a_server_says_that_reading_needs_one(
    single_file: Path, visit: Callable[..., Visit]
) -> None:
    opened = visit(single_file.as_uri())
    assert "ceyuan serve" in opened.go("en/communiques/new").locator("main").inner_text()
    assert opened.page.locator("textarea").count() == 0
    assert (
        opened.go("en/communiques/bulletin-gba_2025?claim=0").locator("[data-panel]").count() == 1
    )
    assert opened.go("en/plan/laboratories").locator("[data-figure]").count() > 0
    assert opened.go("en/bulletins/gba_2025").locator("article [data-figure]").count() > 20


def test_every_state_of_the_plan_has_its_column_and_not_reported_looks_like_a_gap(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/plan?view=board")
    heads = [text.splitlines()[0] for text in page.locator(".board h2").all_inner_texts()]
    assert heads == ["overdue", "not reported", "at risk", "in progress", "on track", "done"]
    style = "e => getComputedStyle(e).borderTopStyle"
    columns = page.locator(".board > section")
    assert [c.evaluate(style) for c in columns.all()] == [
        "solid",
        "dashed",
        "solid",
        "solid",
        "solid",
        "solid",
    ]


def test_from_a_filtered_plan_to_a_task_and_the_lineage_of_its_figure(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/plan")
    page.get_by_label("Field").select_option("key_technologies")
    expect(page).to_have_url(re.compile("field=key_technologies"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("PCT international patent applications")
    page.get_by_role("button", name="Board", exact=True).click()
    expect(page.locator(".board article")).to_have_count(1)
    page.get_by_role("link", name="Raise international patenting").click()
    target = page.locator("article", has_text="PCT international patent applications").first
    expect(target).to_contain_text("behind")
    expect(target).to_contain_text("at least 60,000")
    expect(page.locator("article", has_text="High-tech enterprises").first).to_contain_text(
        "no target stated"
    )
    target.locator("[data-figure]").click()
    expect(page.get_by_role("dialog").locator(".at").first).to_contain_text("records/")


def test_a_report_that_is_missing_is_named_and_nothing_in_one_is_markup(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/plan/made-overdue")
    reports = page.locator("section[aria-labelledby=reports]")
    expect(
        reports.locator("article.gap, article.ahead").filter(has_text="Hong Kong").first
    ).to_be_visible()
    expect(reports).to_contain_text("The guide for <b>applicants</b> is agreed.")
    assert reports.locator("b").count() == 0


def test_a_party_sees_what_it_must_do_and_what_it_has_reported(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/plan?view=parties")
    page.get_by_role("link", name="Guangdong", exact=True).click()
    expect(page.locator("section[aria-labelledby=must]")).to_contain_text(
        "Call for projects opened"
    )
    expect(page.locator("section[aria-labelledby=have]")).to_contain_text("submitted")
    page.get_by_role("link", name="Hong Kong", exact=True).click()
    expect(page.locator("section[aria-labelledby=have]")).to_contain_text(
        "Nothing has been reported"
    )


def test_the_timeline_has_the_same_days_as_a_table(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(lively_site)
    page = opened.go("en/plan?view=timeline")
    tracks = page.locator(".track svg[role=img]")
    assert tracks.count() == 6
    assert "Call for projects opened" in " ".join(
        t.get_attribute("aria-label") or "" for t in tracks.all()
    )
    page.get_by_role("link", name="Show as a table").click()
    expect(page.get_by_role("table")).to_contain_text("Call for projects opened")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_bulletin_leads_to_its_lineage(
    language: str, served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    page = opened.go(f"{language}/bulletins/gba_2025")
    figures = page.locator("article > p .figure, article table .figure")
    assert figures.count() >= 30
    # What the bulletin counted itself, as tasks of the plan, leads to its note, which names the files.
    counted = figures.locator("a[href*='note=']")
    assert figures.locator("[data-figure]").count() + counted.count() == figures.count()
    if counted.count():
        counted.first.click()
        expect(page.locator("dl:visible").last).to_contain_text("plan/tasks/")
    page.locator('article [data-figure="high_tech_firms/gba/2025"]').first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".at").first).to_contain_text("records/communique_figures.csv")
    expect(dialog.locator(".same-origin")).to_have_count(1)


def test_a_note_of_the_bulletin_opens_and_says_where_the_figure_is_from(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("zh-Hans/bulletins/gba_2025")
    note = page.locator("#note-1")
    expect(note.locator("dl")).to_be_hidden()
    note.get_by_role("button").click()
    expect(note.locator("dl")).to_contain_text("records/communique_figures.csv")
    expect(page).to_have_url(re.compile("note=1"))


def test_drawings_are_rebuilt_from_a_list_of_shapes(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/bulletins/gba_2025")
    drawings = page.locator("figure .drawing svg")
    assert drawings.count() == page.locator("article figure").count() >= 3
    names = drawings.evaluate_all(
        "all => [...new Set(all.flatMap(s => [...s.querySelectorAll('*')].map(e => e.localName)))]"
    )
    assert set(names) <= {
        "g",
        "title",
        "desc",
        "line",
        "rect",
        "circle",
        "path",
        "polyline",
        "polygon",
        "text",
        "tspan",
    }
    attributes = drawings.evaluate_all(
        "all => all.flatMap(s => [...s.querySelectorAll('*')].flatMap(e => [...e.attributes].map(a => a.name)))"
    )
    assert not [name for name in attributes if name.startswith("on") or "href" in name]


def test_an_edition_stands_as_published_and_marks_what_has_changed(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    page = visit(lively_site).go("en/bulletins")
    page.get_by_role("link", name="The Greater Bay Area").last.click()
    expect(page.locator(".kept")).to_contain_text("1 of its figures")
    changed = page.locator("article .figure", has_text="≠")
    expect(changed.first).to_contain_text("9 major national facilities")
    expect(changed.first).to_contain_text("today 10")


@pytest.mark.parametrize(
    ("label", "start"),
    [("Word", b"PK"), ("PDF", b"%PDF"), ("Markdown", b"#"), ("HTML", b"<!doctype")],
)
def test_the_bulletin_can_be_taken_away(
    label: str, start: bytes, served: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(served).go("zh-Hant/bulletins/gba_2025")
    with page.expect_download() as download:
        page.get_by_role("link", name=label, exact=True).click()
    assert download.value.suggested_filename.startswith("gba_2025.zh-Hant.")
    download.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes().startswith(start)


def test_the_bulletin_prints_on_a4_without_the_frame_and_with_its_notes(
    served: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(served, theme="dark").go("zh-Hans/bulletins/gba_2025")
    page.emulate_media(media="print")
    for gone in ("header.top", "footer.foot", "aside", ".notice"):
        for element in page.locator(gone).all():
            expect(element).to_be_hidden()
    expect(page.locator("#note-1 dl")).to_be_visible()
    expect(page.locator("article sup").first).to_have_text("[1]")
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") in (
        "rgba(0, 0, 0, 0)",
        "rgb(255, 255, 255)",
    )
    assert page.locator("article h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    # What a note before has said is not printed again.
    expect(page.locator("#note-8 dd").first).to_be_hidden()
    expect(page.locator("#note-8 dd").nth(1)).to_have_text("同注5")
    page.pdf(path=tmp_path / "bulletin.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "bulletin.pdf") as document:
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)
        assert len(document) < 7


def test_the_day_of_the_plan_is_chosen_kept_in_the_address_and_followed_by_every_view(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(lively_site)
    page = opened.go("en/plan")
    chooser = page.get_by_label("As of", exact=True)
    assert chooser.input_value() == TODAY.isoformat()
    before = (TODAY - timedelta(days=25)).isoformat()
    chooser.fill(before)
    expect(page).to_have_url(re.compile(f"as_of={before}"))
    expect(page.get_by_role("note")).to_contain_text("This is how the plan stood on")
    page.get_by_role("link", name="Timeline").or_(
        page.get_by_role("button", name="Timeline")
    ).click()
    expect(page).to_have_url(re.compile(f"as_of={before}"))
    page.get_by_role("link", name="Open joint calls").first.click()
    expect(page).to_have_url(re.compile(f"plan/made-overdue/?\\?as_of={before}"))
    then = page.locator("header .status").inner_text()
    page.get_by_role("link", name="Today").click()
    expect(page.locator("header .status")).not_to_have_text(then)
    expect(page.locator("header .status")).to_contain_text("Overdue", ignore_case=True)
    assert "as_of" not in page.url


def test_a_day_that_has_not_come_or_is_none_is_said_in_the_language_of_the_page(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(lively_site)
    for day, said in (("2999-01-01", "该日期尚未到来"), ("yesterday", "日期无效")):
        page = opened.go(f"zh-Hans/plan?as_of={day}")
        expect(page.get_by_role("alert")).to_contain_text(said)
        page.get_by_role("link", name="今天").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("重点任务")
    refused = [f for f in opened.faults if "422" in f]
    assert len(refused) == 2
    opened.faults[:] = [f for f in opened.faults if f not in refused]


def test_a_published_bulletin_is_taken_away_as_a_file_and_a_single_page_says_that_it_has_none(
    published_lively: Path, single_file: Path, visit: Callable[..., Visit], file_server: Callable[[Path], str]
) -> None:  # fmt: skip
    page = visit(file_server(published_lively)).go("zh-Hant/bulletins/gba_2025")
    for name in ("Word", "PDF", "Markdown", "HTML"):
        with page.expect_download() as downloading:
            page.get_by_role("link", name=name, exact=True).click()
        assert downloading.value.path().stat().st_size > 1000
    page = visit(single_file.as_uri()).go("en/bulletins/gba_2025")
    expect(page.get_by_text("This single file does not hold the bulletin as Word")).to_be_visible()
    assert page.get_by_role("link", name="Word").count() == 0


def test_a_published_site_says_that_it_holds_one_day(
    published_lively: Path, visit: Callable[..., Visit], file_server: Callable[[Path], str]
) -> None:
    page = visit(file_server(published_lively)).go("en/plan?as_of=2020-01-31")
    chooser = page.get_by_label("As of", exact=True)
    expect(chooser).to_be_disabled()
    expect(chooser).to_have_value(TODAY.isoformat())
    expect(page.get_by_role("status").filter(has_text="31 January 2020")).to_be_visible()
    expect(page.get_by_text("holds the plan as of the day of its publication")).to_be_visible()


def test_texts_are_listed_by_the_title_of_the_language_of_the_page(
    lively_site: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(lively_site)
    titles = {}
    for language in LANGUAGES:
        page = opened.go(f"{language}/communiques")
        titles[language] = page.locator("a[href$='communiques/bulletin-gba_2025/']").inner_text()
        assert (
            opened.go(f"{language}/communiques/bulletin-gba_2025").locator("h1").inner_text()
            == titles[language]
        )
    assert len(set(titles.values())) == 3
    assert titles["en"].isascii() or "–" in titles["en"]
