"""Pages and figures: what they say is what was computed, they are well formed, and nothing in them comes from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.clusters.run import Options, cluster_points
from ceyuan.composite import assess, compose
from ceyuan.errors import CeyuanError
from ceyuan.figures.charts import effect_bars, rank_ranges
from ceyuan.figures.page import PageSection, PageTable, page, write_page

DATA = {"unit": ["A<b>", "B", "C", "D"], "x": [1, 2, 3, 9], "y": [5, 1, 2, 4], "z": [2, 2, 3, 1]}
SPEC = {
    "title": "An index & more",
    "uncertainty": {
        "seed": 1,
        "replications": 40,
        "factors": {
            "scale": {
                "of": "normalise",
                "alternatives": {"m": {"method": "minmax"}, "r": {"method": "rank"}},
            },
            "weights": {"noise": {1: 0.5}},
        },
        "sensitivity": {"replications": 32, "targets": [{"score": "B"}]},
    },
}


class Reader(HTMLParser):
    """Collects the cells of tables and what is loaded from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.loads: list[str] = []
        self.open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self.open = tag in ("td", "th")
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "onload")]

    def handle_data(self, data: str) -> None:
        if self.open:
            self.rows[-1].append(data)
            self.open = False


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - it is our own


def figures_of(text: str) -> list[ET.Element]:
    return [parsed(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]


def test_the_report_of_an_index_shows_scores_intervals_effects_correlations_and_the_framework(
    tmp_path: Path,
) -> None:
    pd.DataFrame(DATA).to_csv(tmp_path / "units.csv", index=False)
    (tmp_path / "index.yaml").write_text(re.sub("'", '"', str(SPEC)), encoding="utf-8")
    report = tmp_path / "more" / "report.html"
    given = [
        "--data",
        str(tmp_path / "units.csv"),
        "--spec",
        str(tmp_path / "index.yaml"),
        "--report",
        str(report),
    ]
    done = CliRunner().invoke(cli, ["compose", *given])
    assert done.exit_code == 0, done.output
    text = report.read_text(encoding="utf-8")
    read = Reader(text)
    assert not read.loads
    index = compose(DATA, spec=SPEC)
    order = [row[0] for row in read.rows if row[0] in DATA["unit"]][:4]
    assert order == index.frame()["unit"].tolist()
    assert [figure.findtext("{http://www.w3.org/2000/svg}title") for figure in figures_of(text)] == [
        "Scores of index", "Correlations", "Ranks of index", "What moves the score of B",
    ]  # fmt: skip
    assert "An index &amp; more" in text
    assert "A<b>" not in text
    assert "weight 33.3%" in text


def test_the_report_of_clusters_has_its_map_and_ranking(tmp_path: Path) -> None:
    rows = [(f"r{i}", "patent", 22.5 + i * 1e-4, 114.0) for i in range(60)]
    rows += [(f"s{i}", "patent", 35.7 + i * 1e-4, 139.7) for i in range(90)]
    pd.DataFrame(rows, columns=["record_id", "kind", "lat", "lon"]).to_csv(
        tmp_path / "points.csv", index=False
    )
    report = tmp_path / "report.html"
    given = [
        "--min-weight",
        "50",
        "--method",
        "gii2017",
        "--out",
        str(tmp_path / "out"),
        "--report",
        str(report),
    ]
    done = CliRunner().invoke(cli, ["clusters", str(tmp_path / "points.csv"), *given])
    assert done.exit_code == 0, done.output
    text = report.read_text(encoding="utf-8")
    assert not Reader(text).loads
    chart, ranking = figures_of(text)
    assert len(chart.findall("{http://www.w3.org/2000/svg}path")) == 2
    assert [row[:2] for row in Reader(text).rows[1:3]] == [["1", "Tokyo"], ["2", "Shenzhen"]]
    assert "60.0%" not in text
    assert "0.6" in "".join(ranking.itertext())


def test_results_draw_themselves(tmp_path: Path) -> None:
    index = compose(DATA, spec=SPEC)
    result = assess(index)
    points = pd.DataFrame({"record_id": range(9), "kind": "patent", "lat": 10.0, "lon": 20.0})
    run = cluster_points(points, options=Options(min_weight=5, method="gii2017"))
    for figure in (index.plot(), result.plot(), run.plot()):
        parsed(figure.svg)
        assert figure.save(tmp_path / "figure.svg").read_text(encoding="utf-8") == figure.svg
        assert len(repr(figure)) < 60
    names = [
        own.text
        for own in parsed(index.plot(2).svg)
        if own.text and own.get("text-anchor") == "end"
    ]
    assert names == index.frame()["unit"].tolist()[:2]


def test_a_target_that_does_not_vary_has_no_bar() -> None:
    nothing = np.full(2, np.nan)
    svg = effect_bars("t", ["a", "b"], nothing, nothing, nothing, nothing, "").svg
    assert svg.count("the target does not vary") == 2
    empty = rank_ranges("t", [], nothing[:0], nothing[:0], nothing[:0], "")
    parsed(empty.svg)


def test_missing_is_a_dash_and_a_page_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    text = page(
        "t", "", [PageSection("s", [PageTable({"a": [None, float("nan"), -1.5, 1234567]})])]
    )
    assert [row[0] for row in Reader(text).rows[1:]] == ["–", "–", "−1.5", "1,234,567"]
    (tmp_path / "file").write_text("")
    with pytest.raises(CeyuanError, match="report-unwritable"):
        write_page(tmp_path / "file" / "page.html", text)
