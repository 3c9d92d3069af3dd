"""The shipped bulletin: every figure of the communiqué is in it, can be traced, and is read back as what it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from ceyuan.bulletin.checking import check
from ceyuan.bulletin.document import Chart, Inline, Paragraph, plain_text, references
from ceyuan.bulletin.edition import annotate
from ceyuan.bulletin.export import as_json, of_document, read_json
from ceyuan.bulletin.glossary import mainland_terms
from ceyuan.bulletin.series import Series
from ceyuan.bulletin.vocabulary import written
from ceyuan.bulletin.writing import Bulletin
from ceyuan.indicators.observations import figure_key
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from ceyuan.reader import read_text
from ceyuan.units import parse_unit
from ceyuan.wording import LANGUAGES, Language

CHINESE: tuple[Language, ...] = ("zh-Hans", "zh-Hant")


def rows(root: Path) -> list[dict[str, str]]:
    with (root / "records" / "communique_figures.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_article_is_referred_to(
    gba_root: Path, bulletin: Bulletin, language: Language
) -> None:
    keys = {figure_key(r["indicator"], r["place"], r["period"]) for r in rows(gba_root)}
    assert len(keys) == 33
    missing = keys - set(bulletin.documents[language].figures)
    # The first of the two years in a row is said by the streak, which is traced to it.
    assert missing == {figure_key("cluster_top100", "macao-zhuhai", "2024")}


def test_every_figure_of_an_observation_leads_to_records(gba: Build, bulletin: Bulletin) -> None:
    for figure in bulletin.documents["zh-Hans"].figures.values():
        if (o := figure.observation) is not None:
            (found,) = trace(gba, o.indicator, place=o.place, period=o.period)
            # A figure that is made of others leads to theirs.
            records = [r for t in (found, *found.below) for r in t.records]
            assert records, figure.key
            assert all((gba.root / r.file).is_file() and r.line > 1 for r in records)


@pytest.mark.parametrize("language", CHINESE)
def test_the_reader_reads_the_same_values_units_and_bounds(
    gba: Build, bulletin: Bulletin, language: Language
) -> None:
    document = bulletin.documents[language]
    text, placed = plain_text(document)
    statements = read_text(text).statements
    read = 0
    for place in placed:
        figure = document.figures[place.figure]
        found = [s for s in statements if place.start < s.end <= place.end]
        unit = parse_unit(figure.unit)
        factor = Decimal(1) if unit.text in ("%", "年", "位", "强") else unit.factor
        value = Decimal(str(figure.value))
        # What is computed is written with the decimals of its indicator.
        expected = (value if figure.decimals is None else round(value, figure.decimals)) * factor
        if not found:
            # The earlier end of a change is read with the later one.
            assert any(s.from_value == expected and s.start > place.end for s in statements), place
            continue
        (statement,) = found
        read += 1
        assert (statement.value, statement.unit) == (
            expected,
            unit.base if unit.word.scaled else unit.text,
        ), place
        # Readers call 千亿级 approximate; records keep that it is an order of magnitude.
        assert statement.bound == ("approx" if figure.bound == "order" else figure.bound), place
        assert statement.modality == figure.modality, place
    assert read + 2 == len(placed)
    assert len(statements) == read


@pytest.mark.parametrize("language", CHINESE)
def test_every_claim_agrees_with_its_figure_and_nothing_else_is_stated(
    gba: Build, bulletin: Bulletin, language: Language
) -> None:
    found = check(gba, bulletin.documents[language])
    assert (found.unread, found.foreign) == ((), ())
    assert found.verification.own_sources == ()
    verdicts = {key: {c.verdict for c in claims} for key, claims in found.by_key.items()}
    counted = {key for key in verdicts if key.startswith("plan(")}
    assert all(verdicts[key] == {"not_checkable"} for key in counted)
    assert len(verdicts) - len(counted) == 42
    # A bulletin does not certify itself: what it was written from is of one origin with it.
    agreeing = [v for key, v in verdicts.items() if key not in counted]
    assert all(v <= {"same_origin", "supported", "consistent"} for v in agreeing)
    assert sum(v == {"same_origin"} for v in agreeing) > 0


def test_a_figure_that_is_said_otherwise_is_contradicted(gba: Build, bulletin: Bulletin) -> None:
    """The check can fail: the same text with one digit changed."""
    key = figure_key("pct_applications", "gba9", "2025")

    def misprinted(inline: Inline) -> Inline:
        known = inline.figure == key
        return replace(inline, text=inline.text.replace("2.68", "2.86")) if known else inline

    document = bulletin.documents["zh-Hans"]
    blocks = [
        replace(b, inline=tuple(map(misprinted, b.inline))) if isinstance(b, Paragraph) else b
        for b in document.blocks
    ]
    found = check(gba, replace(document, blocks=tuple(blocks))).by_key
    assert {
        k for k, claims in found.items() if any(c.verdict == "contradicted" for c in claims)
    } == {key}


@pytest.mark.parametrize(("language", "said"), [
    ("zh-Hans", "预计达到4.3%"), ("zh-Hant", "預計達到4.3%"), ("en", "is expected to reach 4.3%"),
])  # fmt: skip
def test_a_forecast_stays_a_forecast(bulletin: Bulletin, language: Language, said: str) -> None:
    assert said in plain_text(bulletin.documents[language])[0]


def test_first_time_and_years_in_a_row_follow_from_the_records(
    gba: Build, bulletin: Bulletin
) -> None:
    text, _ = plain_text(bulletin.documents["zh-Hans"])
    assert "首次升至首位" in text
    assert "连续两年列入全球百强" in text
    series = Series.of(gba.show(), gba.indicators)
    rank = series.observations["cluster_rank", "shenzhen-hongkong-guangzhou", "2025", ""]
    assert series.first_time(rank)
    assert series.move(rank) == "fell"  # a smaller rank is a better one
    second = series.observations["cluster_rank", "shenzhen-hongkong-guangzhou", "2024", ""]
    assert not series.first_time(second)


def test_all_languages_have_the_same_blocks_with_the_same_figures(bulletin: Bulletin) -> None:
    shapes = []
    for language in LANGUAGES:
        blocks = bulletin.documents[language].blocks
        shapes.append([(type(b).__name__, b.id if isinstance(b, Chart) else None) for b in blocks])
    assert shapes[0] == shapes[1] == shapes[2]


def test_hong_kong_reads_its_own_words(gba: Build, bulletin: Bulletin) -> None:
    noted = annotate(gba, bulletin, "zh-Hant")
    text = plain_text(noted.document)[0]
    charts = [b for b in noted.document.blocks if isinstance(b, Chart)]
    text += "".join(c.title + c.note + "".join(row.label for row in c.rows) for c in charts)
    # What a source calls itself and says stays as it is; names and definitions are ours.
    text += "".join(n.heading + n.text + n.lines[0].text for n in noted.notes)
    assert mainland_terms(text) == []
    assert bulletin.warnings == ()
    text.encode("big5hkscs")  # no simplified character is left


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_half_translated(gba: Build, bulletin: Bulletin, language: Language) -> None:
    noted = annotate(gba, bulletin, language)
    text, _ = plain_text(noted.document)
    if language == "en":
        assert not re.search(r"[一-鿿]", text)
        assert not any(re.search(r"[一-鿿]", n.heading + n.text) for n in noted.notes)
    else:
        latin = set(re.findall(r"[A-Za-z]{2,}", text)) - {"PCT", "Xbot", "Park"}
        assert not latin
    assert not re.search(r"[\ue000-\uf8ff□{}]|None|\bnan\b", text)


def test_the_resource_for_the_site_refers_to_figures_by_key(gba: Build, bulletin: Bulletin) -> None:
    assert set(bulletin.documents) == set(LANGUAGES)
    observed = {figure_key(o.indicator, o.place, o.period, o.breakdown) for o in gba.show()}
    for language, document in bulletin.documents.items():
        exported = of_document(document)
        assert set(references(exported.blocks)) == set(exported.keys)
        assert set(exported.keys) <= observed | set(exported.computed)
        assert all(written(document.figures[key], language) for key in exported.keys)
        assert read_json(as_json(document)) == exported


def traditional(value: object) -> Iterator[str]:
    """Every text for Hong Kong anywhere in a file."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "zh-Hant" and isinstance(inner, str):
                yield inner
            else:
                yield from traditional(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from traditional(inner)


def test_the_whole_workspace_is_written_for_hong_kong_as_its_bulletin_is(gba_root: Path) -> None:
    # 科技創新 stands in the titles of the sources and of the programme.
    files = (f for f in gba_root.rglob("*.yaml") if "build" not in f.relative_to(gba_root).parts)
    texts = [
        text
        for file in files
        for text in traditional(yaml.safe_load(file.read_text(encoding="utf-8")))
    ]
    assert len(texts) > 300
    assert [(t, u.term) for t in texts for u in mainland_terms(t) if u.term != "科技創新"] == []
