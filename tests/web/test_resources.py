"""What resources say agrees with the build that they were made of."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import ceyuan
from ceyuan.bulletin import archive
from ceyuan.claims.model import VERDICTS
from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import figure_key
from ceyuan.pipeline.tracing import trace
from ceyuan.plan.opening import every_task
from ceyuan.reader import read_text
from ceyuan.web import publishing
from ceyuan.web.models.lineage import Lineage, Trace
from ceyuan.web.resources import (
    bulletins,
    catalogue,
    communiques,
    composites,
    finding,
    place,
    tracing,
)
from ceyuan.web.resources.registry import RESOURCES, names
from ceyuan.web.resources.view import View
from web_running import TEXT


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object anywhere in a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


Made = dict[str, bytes]


def get(made: Made, name: str) -> Any:
    return json.loads(made[name])


def test_there_is_one_resource_at_least_of_every_entry(view: View) -> None:
    all_names = list(names(view))
    assert len(set(all_names)) == len(all_names)
    for entry in RESOURCES:
        pattern = re.sub(r"\{\w+\}", "[^/]+", entry.path)
        assert any(re.fullmatch(pattern, name) for name in all_names), entry.path


def test_every_resource_names_its_build(view: View, made: Made) -> None:
    assert all(get(made, name)["build"] == view.build.id for name in made)


def test_every_text_has_words_in_all_three_languages(view: View, made: Made) -> None:
    # parties report in the languages that they write
    partly = {
        "text",
        "difficulties",
        "next_steps",
    }
    for name in made:
        for whole in parts(get(made, name)):
            for key, text in whole.items():
                if (
                    isinstance(text, dict)
                    and {"en", "zh-Hans"} & text.keys()
                    and "blocks" not in str(text.keys())
                ):
                    if key in partly and "history" in whole:
                        continue
                    if name.startswith(("bulletins/", "editions/")) and key == "documents":
                        continue
                    assert set(text) == {"en", "zh-Hans", "zh-Hant"}, (name, key)
                    # English has no counter where Chinese says 个.
                    assert key == "unit_text" or all(text.values()) or not any(text.values()), (
                        name,
                        key,
                        text,
                    )


def test_a_figure_is_written_as_its_indicator_counts(view: View) -> None:
    """English has a noun of the indicator, a movement of a rank is no rank, and 百强 is no bound of 100."""
    written = {f.key: f.text for name in ("high_tech_firms", "cluster_rank_change", "cluster_top100", "cluster_top10")
               for f in catalogue.indicator(view, name).figures}  # fmt: skip
    assert written["high_tech_firms/gba/2025"].en == "over 69,000 high-tech enterprises"
    ours = "shenzhen-hongkong-guangzhou/2025"
    assert written[f"cluster_rank_change/{ours}"].zh_hans == "上升1位"
    assert written["cluster_rank_change/osaka-kobe-kyoto/2025"].en == "down 4 places"
    assert written[f"cluster_top100/{ours}"].zh_hant == "百強"
    assert written["cluster_top10/osaka-kobe-kyoto/2025"].zh_hans == "未入十强"


@pytest.mark.parametrize(
    "name", ["rd_intensity", "cluster_rank", "high_tech_firms", "rd_expenditure_share"]
)
def test_a_page_shows_every_observation_of_its_indicator_once(view: View, name: str) -> None:
    page = catalogue.indicator(view, name)
    observations = view.build.show(name, all_sources=True)
    assert len(page.figures) == sum(o.shown for o in observations)
    assert len(page.others) == sum(not o.shown for o in observations)
    keys = [f.key for f in (*page.figures, *page.others)]
    assert len(set(keys)) == len(keys)
    assert sorted(f.value or -1 for f in page.figures) == sorted(
        o.value or -1 for o in observations if o.shown
    )


def test_every_figure_of_every_page_has_a_trace(view: View, made: Made) -> None:
    traces: dict[str, Trace] = {}
    for name in view.build.indicators:
        page = catalogue.indicator(view, name)
        places = sorted({f.place for f in (*page.figures, *page.others)})
        own = [
            Lineage.model_validate_json(made[f"indicators/{name}/lineage/{place}"])
            for place in places
        ]
        assert {f.key for f in (*page.figures, *page.others)} == {
            key for found in own for key in found.roots
        }
        for found in own:
            assert set(found.traces) == set(found.roots)
            traces |= found.traces
    assert all(key == t.figure.key for key, t in traces.items())
    assert all(key in traces for t in traces.values() for key in t.below)


@pytest.mark.parametrize(
    "name", ["rd_expenditure_share", "cluster_top10_streak", "cross_border_funds_cumulative"]
)
def test_traces_by_place_say_what_the_trace_of_the_whole_indicator_says(
    view: View, name: str
) -> None:
    whole = tracing.lineage(view, name)
    assert whole.complete
    own = dict(tracing.place_lineages(view, name))
    assert {key: trace for found in own.values() for key, trace in found.traces.items()} == {
        key: whole.traces[key] for key in whole.roots
    }
    assert all(tracing.place_lineage(view, name, place) == found for place, found in own.items())
    with pytest.raises(CeyuanError, match="no-observation"):
        tracing.place_lineage(view, name, "nowhere")


def test_a_flat_trace_says_what_the_nested_one_says(view: View) -> None:
    flat = tracing.lineage(view, "rd_expenditure_share", place=("广东",), period=("2022",))
    (nested,) = trace(view.build, "rd_expenditure_share", place="guangdong", period="2022")
    (root,) = flat.roots
    assert flat.traces[root].query == nested.query
    below = [flat.traces[key] for key in flat.traces[root].below]
    assert [t.total for t in below] == [t.total for t in nested.below]
    assert [(r.file, r.line) for t in below for r in t.records] == [
        (r.file, r.line) for t in nested.below for r in t.records
    ]
    assert all(t.total == pytest.approx(t.figure.value) for t in below)


def test_an_indicator_is_found_by_pinyin_in_full_and_by_initials(view: View) -> None:
    found = {i.id: i for i in catalogue.indicators(view).items}["high_tech_firms"]
    for typed in ("gaoxinjishuqiye", "gxjsqy", "高新技术企业", "高新技術企業", "high-tech"):
        assert typed in found.search


def test_the_latest_figure_of_a_headline_is_of_its_place(view: View) -> None:
    latest = {i.id: i.latest for i in catalogue.indicators(view).items}
    for headline in view.build.config.headline:
        figure = latest[headline.indicator]
        assert figure is not None
        headlines = {
            h.place for h in view.build.config.headline if h.indicator == headline.indicator
        }
        assert figure.place in headlines


def test_a_forecast_and_a_bound_are_written_in_words(view: View) -> None:
    figure = catalogue.indicator(view, "rd_intensity").figures
    expected = next(f for f in figure if f.place == "gba9" and f.period == "2025")
    assert (expected.modality, expected.text.zh_hans, expected.text.en) == (
        "expected",
        "预计4.3%",
        "4.3% (expected)",
    )
    firms = next(
        f
        for f in catalogue.indicator(view, "high_tech_firms").figures
        if (f.place, f.period) == ("gba", "2025")
    )
    assert firms.bound == "gt"
    assert firms.text.zh_hant == "超過6.9萬家"


def test_offsets_of_claims_are_those_of_javascript(view: View) -> None:
    page = communiques.communique(view, "trial")
    wide = page.text.encode("utf-16-le")
    assert page.text == TEXT
    assert page.claims
    for claim in page.claims:
        assert wide[2 * claim.start : 2 * claim.end].decode("utf-16-le") == claim.quote
        assert claim.start == claim.statement.start + 1  # after one character of two units


def test_verdicts_are_counted_and_tell_true_from_false(view: View) -> None:
    page = communiques.communique(view, "trial")
    by_quote = {c.quote: c.verdict for c in page.claims}
    assert by_quote["26家"] == "supported"
    assert by_quote["90家"] == "contradicted"
    assert set(page.counts) == set(VERDICTS)
    assert sum(page.counts.values()) == page.n == len(page.claims)


def test_a_text_of_too_many_figures_is_refused() -> None:
    figures = "新增5家，" * (communiques.MOST_FIGURES + 1)
    with pytest.raises(CeyuanError, match="too-many-figures"):
        communiques.bounded(read_text(figures))


def test_a_bulletin_written_from_a_build_is_not_contradicted_by_it(view: View) -> None:
    for item in communiques.communiques(view).items:
        if item.generated:
            assert item.counts["same_origin"] > 0
            assert item.counts["contradicted"] == 0


def test_every_figure_in_a_bulletin_is_in_it(view: View, made: Made) -> None:
    for name in view.bulletin_names:
        page = get(made, f"bulletins/{name}")
        for document in page["documents"].values():
            used = {p["figure"] for p in parts(document["blocks"]) if p.get("figure")}
            assert used
            assert used <= page["figures"].keys() | document["computed"].keys()


def test_a_score_can_be_put_together_again_from_what_the_page_holds(view: View) -> None:
    page = composites.composite(view, "cluster_output")
    (result,) = page.periods
    members = [n for n in page.structure if n.parent == page.top]
    assert sum(n.weight for n in members) == pytest.approx(1)
    for i in range(len(result.units)):
        mean = sum(n.weight * (result.normalised[n.code][i] or 0) for n in members)
        assert result.scores[page.top][i] == pytest.approx(mean)
    ordered = [s for s in result.scores[page.top] if s is not None]
    assert ordered == sorted(ordered, reverse=True)


def test_every_value_of_an_index_leads_to_a_figure(view: View) -> None:
    page = composites.composite(view, "cluster_output")
    for node in (n for n in page.structure if n.indicator):
        shown = {f.key: f.value for f in catalogue.indicator(view, str(node.indicator)).figures}
        for result in page.periods:
            raw = result.stages[node.code]["raw"]
            assert [shown[str(k)] for k in result.figures[node.code]] == pytest.approx(list(raw))


def test_clusters_count_what_the_run_counted(made: Made) -> None:
    run = get(made, "clusters/demonstration")
    assert run["run"]["simulated"] is True
    assert [r["rank"] for r in run["rows"]] == sorted(r["rank"] for r in run["rows"])
    assert (
        len(run["rows"])
        == run["run"]["n"]
        == len(get(made, "clusters/demonstration/outlines")["features"])
    )
    for kind, sums in run["world"].items():
        assert sums["clusters"] + sums["noise"] + sums["unlocated"] == pytest.approx(sums["world"])
        assert sum(r["metrics"][kind]["count"] for r in run["rows"]) == pytest.approx(
            sums["clusters"], rel=1e-6
        )
    density = get(made, "clusters/demonstration/density")
    for i, kind in enumerate(density["kinds"]):
        assert sum(c[3 + i] for c in density["cells"]) == pytest.approx(
            run["world"][kind]["world"], rel=1e-4
        )


def test_intervals_of_ranks_hold_their_medians_and_one_cluster_is_first(made: Made) -> None:
    run = get(made, "clusters/demonstration")
    assert run["run"]["robustness"] is True
    sure = [r["interval"] for r in run["rows"] if r["interval"]["rank_median"] is not None]
    assert len(sure) > 30
    assert all(1 <= i["rank_p05"] <= i["rank_median"] <= i["rank_p95"] for i in sure)
    assert all(0 <= i["p_first"] <= i["p_top100"] <= i["p_exists"] <= 1 for i in sure)
    assert sum(i["p_first"] for i in sure) == pytest.approx(1, abs=0.05)  # ties are first together


def test_fields_and_records_without_one_are_what_the_cluster_counts(made: Made) -> None:
    run, fields = get(made, "clusters/demonstration"), get(made, "clusters/demonstration/fields")
    assert run["run"]["fields"] == ["patent", "publication"]  # made-up deals have none
    found = {(row["cluster"], row["kind"]): row for row in fields["rows"]}
    assert set(found) == {
        (r["cluster"], kind) for r in run["rows"] for kind in run["run"]["fields"]
    }
    for cluster in run["rows"]:
        for kind in run["run"]["fields"]:
            row = found[cluster["cluster"], kind]
            counts = [f["count"] for f in row["fields"]]
            assert counts == sorted(counts, reverse=True)
            total = sum(counts) + row["others_count"] + row["not_given"]
            # rounded to 0.001 each
            assert total == pytest.approx(cluster["metrics"][kind]["count"], abs=0.02)
            for f in row["fields"]:
                rounding = 1e-5 + 1e-6 * f["specialisation"]  # shares have six decimals
                assert f["share"] == pytest.approx(
                    f["specialisation"] * f["world_share"], abs=rounding
                )
    assert {f["field"] for row in fields["rows"] for f in row["fields"]} == set(fields["names"])
    assert fields["names"]["Semiconductors"] == {
        "en": "Semiconductors",
        "zh-Hans": "半导体",
        "zh-Hant": "半導體",
    }


def test_ties_are_between_different_clusters_of_the_run(made: Made) -> None:
    run = get(made, "clusters/demonstration")
    numbers = {r["cluster"] for r in run["rows"]}
    assert run["ties"]
    assert all(t["a"] != t["b"] and {t["a"], t["b"]} <= numbers for t in run["ties"])


def test_the_published_first_cluster_is_first(made: Made) -> None:
    published = get(made, "clusters")["published"]
    last = published["editions"][-1]
    first = next(r for r in published["rows"] if r["edition"] == last)
    assert first["figures"][published["rank_indicator"]]["value"] == 1


def test_the_plan_counts_its_tasks_and_names_its_figures(made: Made) -> None:
    page = get(made, "plan")
    plan, figures = page["plan"], page["figures"]
    assert sum(plan["summaries"]["states"].values()) == len(plan["tasks"]) > 0
    assert all(t["state"] in plan["states"]["task"] for t in plan["tasks"])
    used = [t["current"] for task in plan["tasks"] for t in task["targets"] if t["current"]]
    used += [s["observation"] for task in plan["tasks"] for s in task["stated"] if s["observation"]]
    assert used
    assert {figure_key(o["indicator"], o["place"], o["period"]) for o in used} <= figures.keys()
    assert get(made, "overview")["plan"]["counts"] == plan["summaries"]["states"]


def test_every_target_of_every_year_is_told_once(made: Made, gba_root: Path) -> None:
    items = get(made, "targets")["items"]
    told = {
        (t["task"]["id"], *(t["status"]["target"][n] for n in ("indicator", "place", "period")))
        for t in items
    }
    asked = {
        (task.id, *status.target.figure): status.state
        for task in every_task(gba_root)
        for status in task.targets
        if status.target.value is not None
    }
    assert told == asked.keys()
    assert len(items) == len(asked) > 20
    assert {"met", "missed", "open"} <= {t["status"]["state"] for t in items}


def test_no_row_is_lost_in_the_report_on_quality(made: Made) -> None:
    quality = get(made, "quality")
    assert quality["parts"]
    assert all(p["read"] == p["stored"] + p["quarantined"] for p in quality["parts"])
    assert sum(p["stored"] for p in quality["parts"]) == get(made, "overview")["counts"]["records"]


def test_a_simulated_source_is_said_wherever_its_figures_are(view: View, made: Made) -> None:
    simulated = {s["id"] for s in get(made, "sources")["items"] if s["simulated"]}
    assert simulated
    assert get(made, "meta")["simulated"] is True
    for name in view.build.indicators:
        for figure in (
            *catalogue.indicator(view, name).figures,
            *catalogue.indicator(view, name).others,
        ):
            if simulated & set(figure.source):
                assert figure.status == "simulated"


def test_what_is_simulated_is_counted_apart(view: View, made: Made) -> None:
    counts = get(made, "overview")["counts"]
    figures = [f for name in view.build.indicators for f in catalogue.indicator(view, name).figures]
    assert counts["observations"] == sum(
        f.value is not None and f.status != "simulated" for f in figures
    )
    assert counts["missing"] == sum(f.value is None and f.status != "simulated" for f in figures)
    assert (
        counts["simulated"]
        == sum(f.value is not None and f.status == "simulated" for f in figures)
        > 0
    )
    assert counts["sources"] == sum(not s["simulated"] for s in get(made, "sources")["items"])


def test_sources_say_which_others_are_no_witnesses_beside_them(view: View, made: Made) -> None:
    items = {s["id"]: s for s in get(made, "sources")["items"]}
    known = view.build.provenance
    for name, item in items.items():
        assert set(item["kin"]) == {
            other for other in items if other != name and not known.independent(name, other)
        }
        assert len(item["makers"]) == len(known.origin(name))
    assert sum(s["records"] for s in items.values()) == sum(
        p.stored for p in view.build.record_parts
    )


def test_economies_have_the_names_of_the_places_of_the_workspace(view: View, made: Made) -> None:
    """Hong Kong is 香港 beside 中国, never 中国香港; Taiwan is 中国台湾."""
    known = {
        view.place_names[p.id].zh_hans for p in view.build.gazetteer.places.values() if p.iso3166
    }
    named = {
        e["zh-Hans"]
        for row in get(made, "clusters/demonstration")["rows"]
        for e in row["economies"]
    }
    assert all(re.fullmatch("[A-Z]{2}", name) for name in named - known)
    assert {"中国", "香港"} <= named
    assert (view.economy_name("TW").zh_hans, view.economy_name("XX").zh_hans) == ("中国台湾", "XX")


def test_published_files_are_what_the_interface_sends(
    view: View, client: httpx.Client, made: Made, tmp_path: Path
) -> None:
    done = publishing.publish(view, tmp_path / "public", pages=False)
    data = tmp_path / "public" / "data"
    files = {name for b in view.bulletin_names for name, _, _ in bulletins.bulletin_files(view, b)}
    found = {p.relative_to(data).as_posix() for p in data.rglob("*") if p.is_file()}
    assert found == {f"{name}.json" for name in made} | files
    assert done.resources == len(made) == len(list(names(view)))
    for name, content in made.items():
        assert (data / f"{name}.json").read_bytes() == content, name
    # The interface makes lineage place by place, which takes longer: one indicator of each type is asked for.
    of_each_type = {i.type: name for name, i in view.build.indicators.items()}
    for name, content in made.items():
        if "/lineage/" not in name or name.split("/")[1] in of_each_type.values():
            assert client.get(f"/api/v1/{name}").content == content, name


def test_every_figure_of_a_bulletin_has_its_note_in_every_language(view: View, made: Made) -> None:
    for name in view.bulletin_names:
        page = get(made, f"bulletins/{name}")
        for document in page["documents"].values():
            assert [note["key"] for note in document["notes"]] == document["keys"]
        chinese = page["documents"]["zh-Hans"]
        in_text = {
            i["figure"] for b in chinese["blocks"] if b["type"] == "paragraph" for i in b["inline"]
        } - {None}
        assert in_text - set(chinese["computed"]) <= set(page["verdicts"])


def test_an_edition_stays_as_it_was_said_and_tells_what_is_said_now(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "gba"
    shutil.copytree(root, folder)
    figures = folder / "records" / "communique_figures.csv"
    rows = figures.read_text(encoding="utf-8")
    figures.write_text(
        rows.replace("national_facilities,gba,2025,9,", "national_facilities,gba,2025,10,"),
        encoding="utf-8",
    )
    ceyuan.open(str(folder)).make()
    view = View.open(folder)
    try:
        (kept,) = bulletins.bulletins(view).editions
        page = bulletins.edition(view, kept.id)
        assert page.from_build != page.build
        assert [key for key, said in page.figures.items() if said.changed] == [
            "national_facilities/gba/2025"
        ]
        said = page.figures["national_facilities/gba/2025"]
        assert said.value == 9
        assert said.now is not None
        assert said.now.value == 10
        assert kept.id in [name.removeprefix("editions/") for name in names(view)]
    finally:
        view.close()


def test_a_forecast_that_came_true_as_forecast_is_a_change(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gba"
    shutil.copytree(root, folder)
    (kept,) = archive.archive(folder).editions
    figures = kept.figures()
    figures["national_facilities/gba/2025"]["modality"] = "expected"
    (kept.path / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    ceyuan.open(str(folder)).make()
    view = View.open(folder)
    try:
        page = bulletins.edition(view, kept.id.replace("/", "@"))
        assert [key for key, said in page.figures.items() if said.changed] == [
            "national_facilities/gba/2025"
        ]
    finally:
        view.close()


def test_decisions_on_a_text_are_not_about_a_bulletin_of_its_name(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "gba"
    shutil.copytree(root, folder)
    decisions = (
        f"text: {{file: gba_2025.txt, sha256: {'0' * 64}}}\n"
        "decisions:\n  - {quote: 1家, start: 0, end: 2, indicator: none}\n"
    )
    (folder / "communiques" / "gba_2025.yaml").write_text(decisions, encoding="utf-8")
    view = View.open(folder)
    try:
        page = communiques.communique(view, "bulletin-gba_2025")
        assert page.claims
        assert not page.warnings
    finally:
        view.close()


def test_a_rule_that_changed_a_reading_is_named(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gba"
    shutil.copytree(root, folder)
    rules = "rules:\n  - {name: of-companies, near: [高新技术企业], read: {modality: expected}}\n"
    view = View.open(folder)
    (view.build.texts / "communiques" / "rules.yaml").write_text(rules, encoding="utf-8")
    try:
        first, second, *_ = communiques.communique(view, "trial").claims
        assert (first.rule, first.reread, first.statement.modality) == (
            "",
            "of-companies",
            "expected",
        )
        assert (second.reread, second.statement.modality) == ("", "actual")
    finally:
        view.close()


def test_what_was_found_is_not_said_to_be_published(view: View) -> None:
    found = catalogue.indicator(view, "found_cluster_rank").formula
    stated = catalogue.indicator(view, "cluster_rank").formula
    assert stated.en.startswith("As published")
    assert found.en.startswith("From the search for clusters")
    assert len({found.zh_hans, found.zh_hant, stated.zh_hans, stated.zh_hant}) == 4


def test_a_text_written_from_a_bulletin_has_its_title_in_every_language(made: Made) -> None:
    declared = get(made, "bulletins/gba_2025")["title"]
    assert len(set(declared.values())) == 3
    (listed,) = (i for i in get(made, "communiques")["items"] if i["generated"])
    assert listed["title"] == get(made, "communiques/bulletin-gba_2025")["title"] == declared
    own = get(made, "communiques/trial")
    assert set(own["title"].values()) == {"试验文本：大湾区创新进展"}


@pytest.mark.parametrize(
    ("file", "content"),
    [("edition", "{"), ("zh-Hans", '{"blocks": 1}'), ("figures", '{"a/b/c": 1}')],
)
def test_a_damaged_edition_is_listed_with_its_error_beside_the_others(
    root: Path, tmp_path: Path, file: str, content: str
) -> None:
    folder = tmp_path / "gba"
    shutil.copytree(root, folder)
    (kept,) = archive.archive(folder).editions
    other = kept.path.with_name("2020-01-31")
    shutil.copytree(kept.path, other)
    said = json.loads((other / "edition.json").read_text(encoding="utf-8"))
    (other / "edition.json").write_text(
        json.dumps({**said, "date": "2020-01-31"}), encoding="utf-8"
    )
    (other / f"{file}.json").write_text(content, encoding="utf-8")
    ceyuan.open(str(folder)).make()
    view = View.open(folder)
    try:
        listed = bulletins.bulletins(view)
        assert kept.id.replace("/", "@") in [e.id for e in listed.editions]
        where = "bulletin/archive/gba_2025/2020-01-31"
        if file == "edition":
            assert [(d.code, d.file) for d in listed.damaged] == [
                ("unreadable-file", f"{where}/{file}.json")
            ]
            assert "editions/gba_2025@2020-01-31" not in set(names(view))
        with pytest.raises(CeyuanError) as caught:
            bulletins.edition(view, "gba_2025@2020-01-31")
        assert caught.value.problems[0].code == "unreadable-file"
        assert where in str(caught.value)
    finally:
        view.close()


def test_a_headline_stands_first_beside_peers_of_its_grain_and_no_later_period(made: Made) -> None:
    shown = get(made, "overview")["headlines"]
    assert any(len(headline["compared"]) > 1 for headline in shown)
    for headline in shown:
        first, *peers = headline["compared"]
        assert first["figure"] == headline["figure"]
        assert all(peer["figure"]["indicator"] == first["figure"]["indicator"] for peer in peers)
        assert all(peer["figure"]["period"] <= first["figure"]["period"] for peer in peers)
        assert all(
            len(peer["figure"]["period"]) == len(first["figure"]["period"]) for peer in peers
        )


def test_the_witnesses_of_a_headline_are_at_most_its_sources_and_not_fewer_than_one(
    view: View, made: Made
) -> None:
    for headline in get(made, "overview")["headlines"]:
        page = catalogue.indicator(view, headline["figure"]["indicator"])
        same = ("place", "period", "breakdown")
        known = [
            f
            for f in (*page.figures, *page.others)
            if all(getattr(f, k) == headline["figure"][k] for k in same)
        ]
        sources = {
            source for figure in known if figure.value is not None for source in figure.source
        }
        assert 1 <= headline["witnesses"] <= len(sources)
        assert {s["id"] for s in headline["sources"]} == set(headline["figure"]["source"])


def test_ranks_of_the_catalogue_agree_with_all_figures_of_the_indicator(view: View) -> None:
    ranked = [item for item in catalogue.indicators(view).items if item.rank]
    assert ranked
    for item in ranked:
        latest = item.latest
        assert latest is not None
        assert item.rank is not None
        places = view.build.gazetteer.places
        peers = [
            figure.value
            for figure in catalogue.indicator(view, item.id).figures
            if figure.period == latest.period
            and figure.breakdown == ""
            and figure.value is not None
            and figure.bound in ("eq", "approx")
            and places[figure.place].kind == item.rank.kind
            and (figure.status == "simulated") == (latest.status == "simulated")
        ]
        best_first = sorted(peers, reverse=item.direction == "higher")
        assert item.rank.rank == best_first.index(latest.value) + 1
        assert item.rank.among == len(peers)


def test_the_course_of_the_catalogue_ends_with_the_latest_outcome(view: View) -> None:
    for item in catalogue.indicators(view).items:
        if item.latest is None or item.latest.modality == "target":
            continue
        assert (item.latest.period, item.latest.value) in item.course


def test_the_own_places_stand_before_wider_ones(view: View) -> None:
    gazetteer = view.build.gazetteer
    for item in catalogue.indicators(view).items:
        if item.latest is None or item.latest.place in view.home:
            continue
        totals = [
            f.place
            for f in catalogue.indicator(view, item.id).figures
            if f.value is not None and not f.breakdown
        ]
        assert not set(totals) & set(view.home)
        assert set(totals) <= set(gazetteer.places)


def test_the_page_of_a_place_has_the_latest_total_of_every_indicator_that_it_has_a_value_of(
    view: View,
) -> None:
    rows = view.build.engine.rows(
        "SELECT DISTINCT indicator FROM observations WHERE place = 'hongkong' AND shown AND value IS NOT NULL AND breakdown = ''"
    )
    page = place.place(view, "hongkong")
    assert {f.indicator for f in page.figures} == {str(name) for (name,) in rows}
    for figure in page.figures:
        totals = [
            f for f in catalogue.indicator(view, figure.indicator).figures if f.key == figure.key
        ]
        assert [f.value for f in totals] == [figure.value]


def test_what_stands_in_a_place_stands_in_the_places_around_it(view: View) -> None:
    def held(name: str) -> set[tuple[str, str, str]]:
        return {
            (h.kind, i.name.zh_hans, i.place)
            for h in place.place(view, name).holdings
            for i in h.items
        }

    assert held("shenzhen")
    assert held("shenzhen") <= held("gba9") <= held("gba")


def test_an_unknown_place_is_told_with_the_name_that_was_meant(view: View) -> None:
    with pytest.raises(CeyuanError, match="shenzen"):
        place.place(view, "shenzen")


def test_every_address_of_the_search_is_a_page_that_there_is(view: View) -> None:
    items = finding.search_index(view).items
    known = set(names(view))
    kinds = {item.kind for item in items}
    assert kinds == {"place", "indicator", "organisation", "task", "text", "source"}
    for item in items:
        if item.path[0] in ("places", "indicators", "communiques"):
            assert "/".join(item.path) in known, item


def test_the_catalogue_begins_with_the_headlines_and_goes_on_by_topic(view: View) -> None:
    listed_items = catalogue.indicators(view).items
    config = view.build.config
    leads = list(dict.fromkeys(headline.indicator for headline in config.headline))
    listed = [item.id for item in listed_items]
    assert listed[: len(leads)] == leads
    assert sorted(listed) == sorted(view.build.indicators)
    order = [topic.id for topic in config.topics]
    topics = [item.topic for item in listed_items[len(leads) :] if item.topic in order]
    assert topics == sorted(topics, key=order.index)
