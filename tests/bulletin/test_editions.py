"""Editions: kept whole, never changed, and compared figure by figure with the reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_bulletin import SERIES

from ceyuan.bulletin.archive import Edition, archive, edition, figures_of, publish
from ceyuan.bulletin.differences import Difference, compare
from ceyuan.bulletin.edition import annotate
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from small_workspace import CONFIG, INDICATORS, SOURCES

TEXT = '拨付{{ figure("paid") }}，总值{{ figure("gdp", place="gd") }}，比上年{{ change("gdp", period=2024, up="增加", down="减少") }}。'


@pytest.fixture
def published(small: Callable[..., Path]) -> Path:
    root = small(TEXT)
    with Build.open(root) as build:
        publish(build, write_bulletin(build))
    return root


def editions(root: Path) -> list[Edition]:
    kept = archive(root)
    assert not kept.damaged
    return list(kept.editions)


def since(root: Path) -> list[Difference]:
    build_workspace(root)
    with Build.open(root) as build:
        return compare(
            edition(root, "2026-01-31").figures(), figures_of(build, write_bulletin(build))
        )


def rewrite(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edition_is_kept_with_the_build_that_it_came_from(published: Path) -> None:
    (kept,) = editions(published)
    assert kept.id == "pay/2026-01-31"
    said = json.loads((kept.path / "edition.json").read_text(encoding="utf-8"))
    assert (
        json.loads((kept.path / "manifest.json").read_text(encoding="utf-8"))["build"]
        == said["build"]
        == kept.build
    )
    paid = kept.figures()["paid/gd/2025"]
    assert paid["text"]["zh-Hans"] == "1207万元"
    assert [(r["file"], r["line"]) for r in paid["made_of"]["records"]] == [
        ("records/payments.csv", 4),
        ("records/payments.csv", 5),
    ]
    shutil.rmtree(published / "build")
    assert edition(published, "2026-01-31").figures() == kept.figures()
    assert "1207万元" in (kept.path / "zh-Hans.html").read_text(encoding="utf-8")


def test_an_edition_that_is_being_written_is_none_yet(published: Path) -> None:
    (kept,) = editions(published)
    shutil.copytree(kept.path, kept.path.with_name(".2026-02-28.incoming"))
    assert [e.id for e in editions(published)] == [kept.id]
    assert edition(published, "2026-01-31") == kept


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"title": "x"}', "[" * 100_000])
@pytest.mark.parametrize("file", ["edition", "figures", "zh-Hans"])
def test_a_damaged_edition_is_a_clear_error_and_hides_no_other(
    published: Path, file: str, content: str
) -> None:
    (kept,) = editions(published)
    other = kept.path.with_name("2025-01-31")
    shutil.copytree(kept.path, other)
    rewrite(
        published, str((other / "edition.json").relative_to(published)), "2026-01-31", "2025-01-31"
    )
    (kept.path / f"{file}.json").write_text(content, encoding="utf-8")
    found = archive(published)
    if not found.damaged:  # an empty object of figures is as good as none
        assert file != "edition"
        return
    assert [e.date for e in found.editions] == ["2025-01-31"]
    with pytest.raises(CeyuanError) as caught:
        edition(published, "2026-01-31")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == (
        "unreadable-file",
        f"bulletin/archive/pay/2026-01-31/{file}.json",
    )
    assert edition(published, "2025-01-31").path == other
    listed = CliRunner().invoke(cli, ["bulletin", "list", "-w", str(published), "--format", "csv"])
    assert "pay/2025-01-31" in listed.stdout
    assert f"2026-01-31/{file}.json" in listed.stderr


def test_an_edition_is_never_changed(published: Path) -> None:
    before = {p.name: p.read_bytes() for p in editions(published)[0].path.iterdir()}
    with Build.open(published) as build, pytest.raises(CeyuanError) as caught:
        publish(build, write_bulletin(build))
    assert caught.value.problems[0].code == "edition-exists"
    assert {p.name: p.read_bytes() for p in editions(published)[0].path.iterdir()} == before
    assert not list((published / "bulletin" / "archive").glob("**/*.incoming"))


def test_nothing_changed_is_nothing_reported(published: Path) -> None:
    assert since(published) == []


def test_moved_rows_are_no_difference(published: Path) -> None:
    rewrite(
        published,
        "records/payments.csv",
        "p1,2024-03-01",
        "p0,2023-03-01,guangdong,hongkong,sz,5,older\np1,2024-03-01",
    )
    assert since(published) == []


def test_changed_records_are_named_with_file_and_line(published: Path) -> None:
    rewrite(published, "records/payments.csv", '"1,200"', '"1,300"')
    (found,) = since(published)
    assert (found.key, found.old, found.new, found.why) == (
        "paid/gd/2025",
        "1207万元",
        "1307万元",
        ("records",),
    )
    assert any("records/payments.csv:4" in d and d.startswith("+") for d in found.details)


def test_a_changed_definition_is_the_reason(published: Path) -> None:
    rewrite(
        published,
        "indicators/all.yaml",
        "where: from_party = 'guangdong' and amount_unit = '元'",
        "where: purpose = 'third'",
    )
    (found,) = since(published)
    assert (found.new, found.why[0]) == ("1200万元", "definition")
    assert any("version" in d for d in found.details)


def test_another_source_and_an_outcome_instead_of_a_forecast_are_reasons(published: Path) -> None:
    (published / "sources.yaml").write_text(
        SOURCES + "  census: {title: Census, publisher: Bureau, priority: 9}\n", encoding="utf-8"
    )
    (published / "records" / "census.yaml").write_text(
        "kind: figure\nfile: census.csv\nsource: census\n", encoding="utf-8"
    )
    (published / "records" / "census.csv").write_text(
        "indicator,place,period,value,value_unit\ngdp,gd,2025,14600,亿元\n", encoding="utf-8"
    )
    (found,) = since(published)
    assert (found.old, found.new) == ("预计14500.5亿元", "1.46万亿元")
    assert {"source", "forecast"} <= set(found.why)


def test_other_decimals_are_a_reason_of_their_own(published: Path) -> None:
    """A stated figure is written as its source prints it, whatever its indicator asks of computed ones."""
    assert "name: {en: GDP" in INDICATORS
    rewrite(published, "indicators/all.yaml", "name: {en: GDP,", "decimals: 0\n    name: {en: GDP,")
    assert since(published) == []
    rewrite(published, "records/figures.csv", "14500.5,", "14500.50,")
    (found,) = since(published)
    assert (found.old, found.new, found.why) == (
        "预计14500.5亿元",
        "预计14500.50亿元",
        ("rounding",),
    )


def test_a_computed_figure_changes_with_what_it_is_made_of(published: Path) -> None:
    assert "gdp,gd,2023,13000" in SERIES
    rewrite(published, "records/figures.csv", "gdp,gd,2023,13000", "gdp,gd,2023,13063")
    found = {d.key: d for d in since(published)}
    assert found["change(gdp/gd/2024,gdp/gd/2023)"].why == ("inputs",)
    assert found["gdp/gd/2023"].why == ("records",)


def test_figures_that_come_and_go_are_listed(published: Path) -> None:
    for language in ("zh-Hans", "zh-Hant", "en"):
        rewrite(published, f"bulletin/pay.{language}.md.j2", 'figure("paid")', 'figure("payments")')
    assert {(d.what, d.key) for d in since(published)} == {
        ("added", "payments/gd/2025"),
        ("gone", "paid/gd/2025"),
    }


def test_the_commands_list_and_compare(published: Path) -> None:
    listed = json.loads(
        CliRunner()
        .invoke(cli, ["bulletin", "list", "-w", str(published), "--format", "json"])
        .stdout
    )
    assert [row["edition"] for row in listed] == [None, "pay/2026-01-31"]
    rewrite(published, "records/payments.csv", '"1,200"', '"1,300"')
    build_workspace(published)
    done = CliRunner().invoke(
        cli,
        [
            "bulletin",
            "diff",
            "2026-01-31",
            "-w",
            str(published),
            "--lang",
            "en",
            "--format",
            "json",
        ],
    )
    (row,) = json.loads(done.stdout)
    assert (row["old"], row["new"], row["why"]) == (
        "12.07 million yuan",
        "13.07 million yuan",
        "its records changed",
    )
    same = CliRunner().invoke(
        cli, ["bulletin", "diff", "2026-01-31", "pay/2026-01-31", "-w", str(published)]
    )
    assert "0 figures changed" in same.stderr


def test_a_bulletin_of_a_workspace_in_one_language(small: Callable[..., Path]) -> None:
    said = CONFIG.replace("languages: [en, zh-Hans, zh-Hant]", "languages: [en]")
    assert said != CONFIG
    root = small({"en": "GDP is {{ figure('gdp') }}."}, **{"ceyuan.yaml": said})
    with Build.open(root) as build:
        written = write_bulletin(build, root=root)
        assert set(written.documents) == {"en"}
        assert annotate(build, written, "en").document is written.main
        with pytest.raises(CeyuanError, match="not written in zh-Hans"):
            annotate(build, written, "zh-Hans")
        kept = publish(build, written)
    assert kept.languages == ("en",)
    assert archive(root).damaged == {}
