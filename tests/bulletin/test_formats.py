"""Formats: the same text in all of them, every figure with its note, nothing that means something to the format."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdfium2
import pytest
from click.testing import CliRunner
from docx.oxml import parse_xml
from pypdf import PdfReader

from ceyuan.bulletin.briefing import briefing_document
from ceyuan.bulletin.charts.bars import bars
from ceyuan.bulletin.charts.marks import ChartPoint
from ceyuan.bulletin.document import Chart, Document, Inline, Paragraph, plain_text
from ceyuan.bulletin.edition import Annotated, annotate
from ceyuan.bulletin.formats.fonts import typefaces
from ceyuan.bulletin.formats.pdf import as_png
from ceyuan.bulletin.printing import printed
from ceyuan.bulletin.writing import Bulletin, write_bulletin
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.plan.briefing import briefing
from ceyuan.plan.opening import plan_as_of
from ceyuan.plan.phrases import phrase
from ceyuan.reader import read_bytes
from ceyuan.wording import LANGUAGES, Language

CHINESE = re.compile(r"[一-鿿]")
NASTY = '#*_[x](y)<script>alert("1")</script>\\$`@label `#let{}| =x\n- 1. “引号” & ~ %'


@pytest.fixture(scope="module", params=LANGUAGES)
def noted(request: pytest.FixtureRequest, gba: Build, bulletin: Bulletin) -> Annotated:
    return annotate(gba, bulletin, request.param)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


class Page(HTMLParser):
    """What a browser would load, link and show."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, name: str) -> list[str]:
        return [str(a[name]) for t, a in self.tags if t == tag and name in a]


def test_html_loads_nothing_and_leads_every_figure_to_its_note(noted: Annotated) -> None:
    page = Page(printed(noted, "html").decode())
    assert {"script", "link", "iframe", "img"}.isdisjoint(t for t, _ in page.tags)
    assert not any(key in a for _, a in page.tags for key in ("src", "onclick", "style"))
    ids = [str(a["id"]) for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = page.all("a", "href")
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    figures = [a for t, a in page.tags if t == "a" and a.get("class") == "fig"]
    charts = [b for b in noted.document.blocks if isinstance(b, Chart)]
    assert {a["href"] for a in figures} == {f"#n{n}" for n in range(1, len(noted.notes) + 1)}
    assert all(a["aria-describedby"] in ids for a in figures)
    assert page.all("html", "lang") == [noted.document.language]
    assert len(page.all("svg", "role")) == len(charts) == 3


def test_a_note_says_definition_source_lineage_and_verdict(noted: Annotated) -> None:
    first = noted.notes[0]
    said = " ".join(line.text for line in first.lines)
    assert len(first.lines) >= 7
    assert "indicators/rd.yaml:" in said
    assert "records/communique_figures.csv:2" in said
    assert "第二篇第1段 L41" in said
    assert first.lines[6].text in {
        "stated by the same origin only",
        "与来源一致，未经独立印证",
        "與來源一致，未經獨立印證",
    }
    independent = sum(bool(note.independent) for note in noted.notes)
    assert any(
        (str(independent) in line and "figures" in line) or "数据" in line or "數據" in line
        for line in noted.head
    )
    assert any(w in said for w in ("No period is stated", "原文未注明时期", "原文未有註明時期"))
    assert any(w in said for w in ("forecast", "预计数", "預計數字"))


def test_markdown_has_a_footnote_for_every_figure(noted: Annotated) -> None:
    text = printed(noted, "md").decode()
    numbers = {int(n) for n in re.findall(r"\[\^(\d+)\](?!:)", text)}
    defined = [int(n) for n in re.findall(r"(?m)^\[\^(\d+)\]:", text)]
    assert defined == sorted(numbers) == list(range(1, len(noted.notes) + 1))


def test_docx_has_a_real_footnote_for_every_figure(noted: Annotated) -> None:
    content = printed(noted, "docx")
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        notes = parse_xml(package.read("word/footnotes.xml"))
        body = parse_xml(package.read("word/document.xml"))
    ids = [int(n.attrib[f"{word}id"]) for n in notes]
    assert (
        ids[2:]
        == [int(r.attrib[f"{word}id"]) for r in body.iter(f"{word}footnoteReference")]
        == sorted(ids[2:])
    )
    assert len(ids) - 2 == len(noted.notes)
    opened = docx.Document(io.BytesIO(content))
    text = squeezed("".join(p.text for p in opened.paragraphs))
    for block in noted.document.blocks:
        if isinstance(block, Paragraph):
            # A footnote's number may follow its figure, so the words up to the first figure are looked for.
            words = next(i.text for i in block.inline if i.figure is None and not i.line_break)
            assert squeezed(words) in text
    assert len(opened.inline_shapes) == 3


def test_the_reader_reads_the_docx_as_it_reads_the_text(gba: Build, bulletin: Bulletin) -> None:
    noted = annotate(gba, bulletin, "zh-Hans")
    values = {
        (s.value, s.unit) for s in read_bytes(printed(noted, "docx"), "bulletin.docx").statements
    }
    from_text = {
        (s.value, s.unit)
        for s in read_bytes(plain_text(noted.document)[0].encode(), "bulletin.txt").statements
    }
    assert from_text <= values


def test_pdf_shows_every_figure_in_embedded_fonts_that_have_its_characters(
    noted: Annotated,
) -> None:
    content = printed(noted, "pdf")
    pages = pypdfium2.PdfDocument(content)
    shown = squeezed("".join(page.get_textpage().get_text_bounded() for page in pages))
    for block in noted.document.blocks:
        if isinstance(block, Paragraph):
            for inline in block.inline:
                if inline.figure is not None:
                    assert squeezed(inline.text) in shown
    assert "\ufffd" not in shown
    reader = PdfReader(io.BytesIO(content))
    fonts = [f.get_object() for p in reader.pages for f in p["/Resources"]["/Font"].values()]  # type: ignore[index]
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    chinese = typefaces(noted.document.language).chinese.replace(" ", "")
    assert any(chinese[:8] in str(f["/BaseFont"]).replace(" ", "") for f in fonts)
    assert reader.metadata is not None
    assert reader.metadata.title == noted.document.title
    assert printed(noted, "pdf") == content  # the same build gives the same file


def test_characters_are_drawn_and_are_no_empty_boxes() -> None:
    """Different characters look different; characters without a glyph (tofu) all look alike."""
    drawn = {c: as_png(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><text x="2" y="32" font-size="30" '
             f'font-family="Noto Sans HK, Noto Sans CJK HK">{c}</text></svg>', "zh-Hant") for c in "粵港澳資訊晶片"}  # fmt: skip
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_chinese_font_there_is_an_error_and_no_tofu(language: Language) -> None:
    with pytest.raises(CeyuanError) as caught:
        typefaces(language, frozenset({"DejaVu Sans", "Libertinus Serif"}))
    assert caught.value.problems[0].code == "no-font"
    assert typefaces("zh-Hant", frozenset({"Noto Sans SC"})).chinese == "Noto Sans SC"


@pytest.mark.parametrize("style", ["html", "md", "docx", "pdf"])
def test_text_that_looks_like_markup_is_text(noted: Annotated, style: str) -> None:
    document = noted.document
    nasty = Document(
        document.language,
        NASTY,
        NASTY,
        NASTY,
        document.day,
        (Paragraph((Inline(NASTY, strong=True), Inline(NASTY))),),
        {},
        "b",
    )
    content = printed(Annotated(nasty, ()), style)
    wanted = squeezed(NASTY)
    if style == "html":
        assert "<script>" not in content.decode()
        assert "&lt;script&gt;" in content.decode()
    elif style == "docx":
        text = squeezed("".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs))
        assert text.count(wanted) == 5
    elif style == "pdf":
        text = squeezed(
            "".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(content))
        )
        assert text.count("<script>alert") >= 4
    else:
        assert r"\<script\>" in content.decode()


@pytest.mark.parametrize("style", ["html", "md", "docx", "pdf", "json"])
def test_control_characters_are_left_out_of_every_format(style: str) -> None:
    marked = "甲\x00乙\x08丙\x0b丁\x1b戊\x7f己\x85庚\ufffe辛"
    points = [ChartPoint(f"标{marked}", "12件", 12.0, None, "件", "eq", False, "2025", 2025, None)]
    chart = Chart("c", "bars", marked, bars(points, marked, "zh-Hans"), (), marked)
    document = Document(
        "zh-Hans",
        marked,
        marked,
        marked,
        date(2026, 6, 30),
        (Paragraph((Inline(marked),)), chart),
        {},
        "b",
    )
    content = printed(Annotated(document, ()), style)
    if style == "docx":
        said = "".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
    elif style == "pdf":
        said = squeezed(
            "".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(content))
        )
    else:
        said = content.decode()
    assert "甲乙丙丁戊己庚辛" in said
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]", said)


def test_charts_are_well_formed_and_say_what_they_show(bulletin: Bulletin) -> None:
    for document in bulletin.documents.values():
        for chart in (b for b in document.blocks if isinstance(b, Chart)):
            root = parse_xml(chart.svg)
            namespace = "{http://www.w3.org/2000/svg}"
            texts = [t.text or "" for t in root.iter(f"{namespace}text")]
            described = root.findtext(f"{namespace}desc") or ""
            for row in chart.rows:
                assert any(row.text in t for t in texts), row.label
                assert row.text in described
            for shape in root.iter(f"{namespace}circle"):
                assert 0 <= float(shape.attrib["cx"]) <= 640


def test_bars_are_as_long_as_their_values(bulletin: Bulletin) -> None:
    (chart,) = [
        b for b in bulletin.documents["en"].blocks if isinstance(b, Chart) and b.kind == "bars"
    ]
    widths = [
        float(r.attrib["width"])
        for r in parse_xml(chart.svg).iter("{http://www.w3.org/2000/svg}rect")
    ]
    values = [float(row.text.rstrip("%")) for row in chart.rows]
    assert all(
        abs(w / v - widths[0] / values[0]) < 0.01 for w, v in zip(widths, values, strict=True)
    )


def test_a_negative_bar_is_left_of_zero_and_no_forecast() -> None:
    points = [
        ChartPoint("A", f"{v}%", v, None, "%", "eq", False, "2025", 2025, None) for v in (-2.0, 4.0)
    ]
    root = parse_xml(bars(points, "A", "en"))
    (zero,) = root.iter("{http://www.w3.org/2000/svg}line")
    loss, gain = root.iter("{http://www.w3.org/2000/svg}rect")
    at = float(zero.attrib["x1"])
    assert abs(float(loss.attrib["x"]) + float(loss.attrib["width"]) - at) < 0.02
    assert float(gain.attrib["x"]) == at
    assert float(gain.attrib["width"]) == pytest.approx(2 * float(loss.attrib["width"]), abs=0.02)
    assert loss.attrib["fill"] == gain.attrib["fill"]


@pytest.mark.parametrize("style", ["html", "docx", "pdf", "md"])
def test_the_briefing_pack_is_printed_in_every_format(
    gba: Build, gba_root: Path, style: str, tmp_path: Path
) -> None:
    pack = briefing(plan_as_of(gba_root, "2026-06-30"), gba.config.name)
    assert printed(briefing_document(pack, "zh-Hant"), style)
    out = tmp_path / f"brief.{style}"
    done = CliRunner().invoke(
        cli,
        [
            "plan",
            "brief",
            "-w",
            str(gba_root),
            "--as-of",
            "2026-06-30",
            "--lang",
            "zh-Hans",
            "--format",
            style,
            "--out",
            str(out),
        ],
    )
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 1000
    if style == "html":
        assert phrase("state.no_account").zh_hans in out.read_text(encoding="utf-8")


def test_the_command_writes_each_format(gba_root: Path, tmp_path: Path) -> None:
    for style, start in (
        ("html", b"<!doctype"),
        ("md", b"# "),
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("json", b"{"),
    ):
        out = tmp_path / f"out.{style}"
        done = CliRunner().invoke(
            cli,
            [
                "bulletin",
                "-w",
                str(gba_root),
                "--lang",
                "zh-Hant",
                "--format",
                style,
                "--out",
                str(out),
            ],
        )
        assert done.exit_code == 0, done.output
        assert out.read_bytes().startswith(start)
    direct = CliRunner().invoke(
        cli, ["bulletin", "-w", str(gba_root), "--lang", "zh-Hant", "--format", "docx"]
    )
    assert direct.stdout_bytes.startswith(b"PK")


def test_a_file_that_cannot_be_written_is_a_clear_error(gba_root: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["bulletin", "-w", str(gba_root), "--out", str(tmp_path / "none" / "out.html")]
    )
    assert isinstance(done.exception, CeyuanError)
    assert done.exception.problems[0].code == "bulletin-output"


def test_simulated_figures_are_announced(small: Callable[..., Path]) -> None:
    sources = "sources:\n  office: {title: Register, publisher: Office}\n  yearbook: {title: Yearbook, publisher: Bureau, simulated: true}\n"
    with Build.open(
        small('总值{{ figure("gdp", period=2024) }}。', **{"sources.yaml": sources})
    ) as build:
        noted = annotate(build, write_bulletin(build), "zh-Hans")
    assert noted.simulated
    assert "模拟数据" in printed(noted, "html").decode()
    assert "模拟数据" in printed(noted, "md").decode()
