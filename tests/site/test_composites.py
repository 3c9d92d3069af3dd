"""Composite indices in the browser: put together again as the server did it, changed by hand, addressed, traced."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from visiting import ROOT, Visit, missing

from ceyuan.web.resources.registry import make
from ceyuan.web.resources.view import View

WEB = ROOT / "web"
INDEX = "composites/cluster_output"


def _ranking(page: Page) -> list[str]:
    """Places of the table of the ranking, in its order."""
    table = page.get_by_role("region", name="Ranking, 2023").locator("tbody tr th")
    return table.all_inner_texts()


def _resource(root: Path, name: str, folder: Path) -> Path:
    view = View.open(root)
    try:
        path = folder / f"{name.replace('/', '-')}.json"
        path.write_bytes(make(view, name))
    finally:
        view.close()
    return path


def _recompose(*files: Path) -> subprocess.CompletedProcess[str]:
    """What the module of the site makes of these indices."""
    runner = WEB / "node_modules" / ".bin" / "vitest"
    if not runner.is_file():
        missing("the site's tools are not installed: make site")
    environment = {**os.environ, "CEYUAN_COMPOSITES": ",".join(map(str, files)), "NO_COLOR": "1"}
    command = [str(runner), "run", "src/pages/composites", "--reporter=verbose"]
    return subprocess.run(
        command, cwd=WEB, env=environment, capture_output=True, text=True, check=False
    )


def test_the_browser_gets_the_servers_scores_of_gba_to_1e_9(
    with_clusters: Path, tmp_path: Path
) -> None:
    ran = _recompose(_resource(with_clusters, INDEX, tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "cluster_output 2023 comes out the same" in ran.stdout


def test_the_browser_gets_the_servers_scores_of_the_provinces_to_1e_9(
    china_root: Path, tmp_path: Path
) -> None:
    ran = _recompose(_resource(china_root, "composites/innovation", tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for year in range(2018, 2023):
        assert f"innovation {year} comes out the same" in ran.stdout


def test_a_score_that_is_not_the_servers_is_noticed(with_clusters: Path, tmp_path: Path) -> None:
    path = _resource(with_clusters, INDEX, tmp_path)
    index = json.loads(path.read_text(encoding="utf-8"))
    index["periods"][0]["scores"][index["top"]][4] *= 1 + 1e-8
    path.write_text(json.dumps(index), encoding="utf-8")
    assert _recompose(path).returncode != 0


def test_a_weight_changed_moves_ranks_and_its_address_opens_the_same(
    served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    page = opened.go(f"en/{INDEX}")
    before = _ranking(page)
    assert before[:2] == ["Tokyo–Yokohama", "Shenzhen–Hong Kong–Guangzhou"]
    weight = page.get_by_role(
        "spinbutton", name="Weight of Scientific publications of innovation cluster"
    )
    weight.fill("3")
    weight.press("Enter")
    expect(page.get_by_text("Your choices", exact=True).first).to_be_visible()
    after = _ranking(page)
    assert after != before
    assert after[0] == "Shenzhen–Hong Kong–Guangzhou"
    expect(page).to_have_url(re.compile("w=science%3A3"))
    again = visit(served).go(page.url.removeprefix(served))
    assert _ranking(again) == after
    again.get_by_role("button", name="Back to the declared index").click()
    expect(again.get_by_text("Your choices", exact=True)).to_have_count(0)
    assert _ranking(again) == before
    assert "w=" not in again.url


def test_a_weight_is_changed_by_the_arrow_keys(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go(f"en/{INDEX}")
    slider = page.get_by_role("slider", name="Weight of PCT applications of innovation cluster")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^1\.1, 52\.4% of its group$"))
    expect(page).to_have_url(re.compile(r"w=invention%3A1\.1"))


def test_a_mean_that_is_not_defined_says_for_which_value(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go(f"en/{INDEX}?scale=zscore&m=output:geometric")
    expect(page.get_by_role("status").first).to_contain_text("it has no place for -")
    assert _ranking(page)[0] == "Tokyo–Yokohama"


def test_ranks_against_the_declared_ones_are_told(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go(f"en/{INDEX}?m=output:geometric")
    row = page.locator("tr", has_text="Shenzhen–Hong Kong–Guangzhou").first
    assert row.locator("td").all_inner_texts()[:3] == ["1", "2", "▲ 1\nup 1"]


def test_a_score_is_followed_down_to_the_figure(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go(f"en/{INDEX}?place=beijing-cluster")
    page.locator('[data-figure="cluster_publications/beijing-cluster/2023"]').click()
    expect(page.get_by_role("dialog")).to_contain_text("gii")


@pytest.mark.parametrize(
    ("language", "caption", "name"),
    [
        ("en", "Ranks under each scenario, 2023", "Neither can stand in for the other"),
        ("zh-Hans", "2023各方案下的位次", "两项不可相互替代"),
        ("zh-Hant", "2023各方案下的名次", "兩項不可互相替代"),
    ],
)
def test_scenarios_stand_side_by_side_in_the_readers_language(
    language: str,
    caption: str,
    name: str,
    with_clusters: Path,
    tmp_path: Path,
    served: str,
    visit: Callable[..., Visit],
) -> None:
    opened = visit(served)
    page = opened.go(f"{language}/{INDEX}")
    table = page.get_by_role("region", name=caption)
    heads = [head.strip() for head in table.locator("thead th").all_inner_texts()]
    column = next(i for i, head in enumerate(heads) if head.startswith(name))
    index = json.loads(_resource(with_clusters, INDEX, tmp_path).read_text(encoding="utf-8"))
    (period,) = index["periods"]
    wanted = next(s["ranks"] for s in period["scenarios"] if s["name"][language] == name)
    shown = [
        row.locator("th,td").nth(column).inner_text().split()[0]
        for row in table.locator("tbody tr").all()
    ]
    assert shown == [str(round(rank)) for rank in wanted]
    assert shown[:2] != ["1", "2"]
    assert opened.axe() == []


def test_what_the_intervals_do_not_hold_is_said(served: str, visit: Callable[..., Visit]) -> None:
    page = visit(served).go(f"en/{INDEX}")
    notes = page.locator("section", has=page.get_by_role("heading", name="How to read it")).last
    expect(notes).to_contain_text("1,000 replications")
    expect(notes).to_contain_text("Errors of measurement")
    expect(notes).to_contain_text("not computed anew for your choices")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_provinces_index_says_what_changes_nothing(
    width: int, china_root: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    opened = visit(serve(china_root), width=width)
    page = opened.go(
        "en/composites/innovation?target=guangdong above zhejiang&place=guangdong&w=papers:2"
    )
    sensitivity = page.locator("section", has=page.get_by_role("heading", name="What matters")).last
    expect(sensitivity).to_contain_text("It changes scores, but not this result.")
    expect(page.get_by_text("Ranks over the years").first).to_be_visible()
    assert opened.axe() == []
