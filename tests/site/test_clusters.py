"""Map and clusters: the map and the table know of each other, published and computed are apart, simulated stays on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect
from visiting import LANGUAGES, PATIENCE, Visit

RUN = "clusters?of=demonstration"
SIMULATED = {"en": "simulated", "zh-Hans": "模拟", "zh-Hant": "模擬"}


@pytest.fixture(scope="module")
def run(served: str) -> Any:
    """The run of the demonstration as the server answers it."""
    with urlopen(f"{served}api/v1/clusters/demonstration") as answer:  # noqa: S310 (our own address)
        return json.load(answer)


def _table(page: Page, name: str) -> list[list[str]]:
    rows = page.get_by_role("region", name=name).locator("tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_the_map_is_loaded_when_it_is_asked_for(served: str, visit: Callable[..., Visit]) -> None:
    opened = visit(served)
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    opened.go("en/indicators")
    assert not [url for url in asked if "maplibre" in url or "/density" in url]
    opened.go("en/clusters")
    assert [url for url in asked if "maplibre" in url]


def test_editions_show_their_own_ranking(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/clusters")
    # A rank that others retold is marked behind the name.
    rank, change, name, economy = _table(page, "Ranking: 2025")[0]
    assert (rank, name.split(" reported")[0]) == ("1st", "Shenzhen–Hong Kong–Guangzhou")
    # second in 2024
    assert (change.split("\n")[-1], economy) == ("up 1", "China")
    page.get_by_role("combobox", name="Edition").select_option("2023")
    expect(page.get_by_role("region", name="Ranking: 2023")).to_be_visible()
    rank, _, name, _ = _table(page, "Ranking: 2023")[0]
    assert (rank, name.split(" reported")[0]) == ("1st", "Tokyo–Yokohama")
    expect(page).to_have_url(re.compile("edition=2023"))


def test_a_published_rank_is_traced(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/clusters")
    page.locator('[data-figure="cluster_rank/shenzhen-hongkong-guangzhou/2025"]').first.click()
    expect(page.get_by_role("dialog").locator(".at").first).to_contain_text("records/")


def test_a_run_says_under_which_rules_a_cluster_is_first(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go(f"en/{RUN}")
    rows = _table(
        page, "Share of replications in which a cluster is first, by method and by what was varied."
    )
    assert len({row[0] for row in rows}) == 3, (
        "every rule once, not every edition that ranked by it"
    )
    share: dict[tuple[str, str], float] = {}
    for rule, varied, _, first in rows:
        share[rule, varied] = share.get((rule, varied), 0.0) + float(first.rstrip(" %"))
    # Where everything is drawn at once, none of the run's clusters may be there to be first.
    assert all(p <= 100.2 for p in share.values())
    single = {key: p for key, p in share.items() if key[1] != "combined"}
    assert single == {key: pytest.approx(100, abs=0.2) for key in single}


def test_a_row_chosen_is_shown_on_the_map_and_in_the_address(
    served: str, visit: Callable[..., Visit], run: Any
) -> None:
    page = visit(served).go(f"en/{RUN}")
    second = run["rows"][1]
    page.get_by_role("button", name=second["name"]["en"]).first.press("Enter")
    expect(page).to_have_url(re.compile(f"cluster={second['place']}"))
    expect(page.locator("tr.selected")).to_contain_text(second["name"]["en"])


def test_a_click_on_the_map_chooses_the_row(
    served: str, visit: Callable[..., Visit], run: Any
) -> None:
    chosen = run["rows"][0]
    page = visit(served).go(f"en/{RUN}&cluster={chosen['place']}")
    page.evaluate(
        """() => {
      history.pushState({}, '', location.href.replace(/&cluster=[^&]*/, ''))
      dispatchEvent(new PopStateEvent('popstate'))
    }"""
    )
    expect(page.locator("tr.selected")).to_have_count(0)
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for attempt in range(PATIENCE // 500):  # the outline is drawn when the map's worker has cut it
        page.mouse.move(x + attempt % 2, y)
        if page.locator("tr.selected").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("tr.selected")).to_contain_text(chosen["name"]["en"])
    page.mouse.click(x, y)
    page.wait_for_url(f"**cluster={chosen['place']}*")


def test_methods_rank_as_the_server_does(
    served: str, visit: Callable[..., Visit], run: Any
) -> None:
    page = visit(served).go(f"en/{RUN}&method=gii2017")
    ranked = sorted(run["rows"], key=lambda row: row["ranks"]["gii2017"])
    shown = _table(page, "Ranking: rule of 2017: patents")
    assert [int(row[0]) for row in shown] == [
        row["ranks"]["gii2017"] for row in ranked[: len(shown)]
    ]
    assert shown[3][1].startswith(ranked[3]["name"]["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_stands_on_map_table_and_charts(
    language: str, served: str, visit: Callable[..., Visit], run: Any
) -> None:
    assert run["run"]["simulated"]
    word = SIMULATED[language]
    page = visit(served).go(f"{language}/{RUN}")
    expect(page.locator(".simulated strong")).to_have_text(word)
    expect(page.locator(".frame .stamp")).to_have_text(word)
    assert all(word in caption for caption in page.locator("caption").all_inner_texts())
    for drawn in page.locator("figure svg").all():
        assert word in (drawn.text_content() or "")
    page.goto(f"{served}{language}/clusters/{run['rows'][1]['place']}/")
    expect(page.locator(".simulated strong")).to_have_text(word)
    expect(page.locator(".frame .stamp")).to_have_text(word)


def test_simulated_goes_with_every_file(
    served: str, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(served).go(f"en/{RUN}")
    for button in page.get_by_role("button", name="CSV", exact=True).all():
        with page.expect_download() as started:
            button.click()
        path = tmp_path / started.value.suggested_filename
        started.value.save_as(path)
        assert path.stem.endswith("-simulated")
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) > 1
        assert {row[-1] for row in rows[1:]} == {"simulated"}
    with page.expect_download() as started:
        page.get_by_role("button", name="GeoJSON").click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    assert all(
        f["properties"]["simulated"] is True
        for f in json.loads(path.read_text(encoding="utf-8"))["features"]
    )
    with page.expect_download() as started:
        page.get_by_role("button", name="SVG").first.click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    assert "simulated" in path.read_text(encoding="utf-8")


def test_nothing_published_is_called_simulated(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go("en/clusters/shenzhen-hongkong-guangzhou")
    assert "simulated" not in page.locator("main").inner_text()


def test_a_found_cluster_tells_composition_ties_and_borders(
    served: str, visit: Callable[..., Visit], run: Any
) -> None:
    row = next(r for r in run["rows"] if r["cross_border"])
    opened = visit(served)
    page = opened.go(f"en/clusters/{row['place']}")
    expect(page.locator("h1")).to_have_text(row["name"]["en"])
    main = page.locator("main")
    expect(main).to_contain_text(f"{row['cross_border']} records join different parties")
    expect(main).to_contain_text("venture capital deals")
    ties = [t for t in run["ties"] if row["cluster"] in (t["a"], t["b"])]
    strongest = max(t["records"] for t in ties)
    assert _table(page, "Ties to other clusters")[0][1] == str(strongest)
    assert opened.axe() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_found_cluster_tells_its_fields_as_the_server_does(
    language: str, served: str, visit: Callable[..., Visit], run: Any, tmp_path: Path
) -> None:
    row = run["rows"][1]
    with urlopen(f"{served}api/v1/clusters/demonstration/fields") as answer:  # noqa: S310 (our own address)
        fields = json.load(answer)
    page = visit(served).go(f"{language}/clusters/{row['place']}")
    section = page.locator("section[aria-labelledby=fields]")
    kinds = [r for r in fields["rows"] if r["cluster"] == row["cluster"]]
    expect(section.locator("table")).to_have_count(len(kinds))
    for number, of in enumerate(kinds):
        table = section.locator("table").nth(number)
        expect(table.locator("tbody th").first).to_have_text(
            fields["names"][of["fields"][0]["field"]][language]
        )
        expect(table.locator("caption")).to_contain_text(SIMULATED[language])
        expect(section.locator("figure svg").nth(number)).to_contain_text(SIMULATED[language])
        with page.expect_download() as started:
            section.locator(".kind > div:last-child").nth(number).get_by_role(
                "button", name="CSV"
            ).click()
        path = tmp_path / started.value.suggested_filename
        started.value.save_as(path)
        written = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(written) == len(of["fields"]) + 1
        assert float(written[1][1]) == of["fields"][0]["share"]


def test_a_cluster_whose_points_have_no_fields_shows_none(
    served: str, visit: Callable[..., Visit], run: Any
) -> None:
    opened = visit(served)
    bare = {**run, "run": {**run["run"], "fields": []}}
    opened.page.route("**/api/v1/clusters/demonstration", lambda route: route.fulfill(json=bare))
    page = opened.go(f"en/clusters/{run['rows'][1]['place']}")
    expect(page.get_by_role("heading", name="Ties to other clusters")).to_be_visible()
    expect(page.locator("#fields")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Edition 2025: 2nd, 1st in 2024."),
        ("zh-Hans", "2025年版居第2位，2024年版为首位。"),
        ("zh-Hant", "2025年版居第2位，2024年版為首位。"),
    ],
)
def test_a_published_cluster_begins_with_its_rank_and_its_neighbours(
    served: str, visit: Callable[..., Visit], language: str, said: str
) -> None:
    page = visit(served, width=390).go(f"{language}/clusters/tokyo-yokohama")
    expect(page.locator("main .lead")).to_have_text(said)
    around = page.locator("main ol.strip li")
    expect(around).to_have_count(4)
    expect(page.locator("main ol.strip [aria-current]")).to_have_count(1)
    around.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile("clusters/shenzhen-hongkong-guangzhou"))


def test_an_unknown_cluster_says_so(served: str, visit: Callable[..., Visit]) -> None:
    opened = visit(served)
    page = opened.go("en/clusters/atlantis")
    expect(page.locator("h1")).to_have_text("There is no such cluster here.")
    # The browser itself reports the answer 404 on its console: that one is expected.
    assert [fault for fault in opened.faults if "404" not in fault] == []
    opened.faults.clear()
