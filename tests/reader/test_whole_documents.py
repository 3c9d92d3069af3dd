"""Documents as a reader sees them: all that shows is read or named as not read, nothing that does not show is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.errors import CeyuanError
from ceyuan.reader import Reading, read_bytes, read_file
from ceyuan.reader.written import Skipped

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "documents"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A Word file whose paragraphs are given as the XML inside them, and a table."""
    document = docx.Document()
    for inside in paragraphs:
        document.element.body.insert(-1, parse_xml(f"<w:p {NAMESPACE}>{inside}</w:p>"))
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def quotes(reading: Reading) -> list[str]:
    return [s.quote for s in reading.statements]


def test_insertions_count_and_deletions_and_hidden_runs_do_not() -> None:
    inside = (
        f"{run('经费')}<w:del><w:r><w:delText>111亿元</w:delText></w:r></w:del><w:ins>{run('222亿元')}</w:ins>"
        f"{run('，另有9家', '<w:vanish/>')}<w:sdt><w:sdtContent>{run('，企业33家。')}</w:sdtContent></w:sdt>"
    )
    reading = read_bytes(word(inside), "x.docx")
    assert quotes(reading) == ["222亿元", "33家"]
    assert reading.skipped == (Skipped("hidden passages", 1),)
    assert {s.address for s in reading.statements} == {"paragraph 1"}


def test_headers_and_footers_are_read() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉：企业77家。"
    document.sections[0].footer.paragraphs[0].text = "页脚：高校88所。"
    document.add_paragraph("企业66家。")
    buffer = io.BytesIO()
    document.save(buffer)
    reading = read_bytes(buffer.getvalue(), "x.docx")
    assert [(s.quote, s.address) for s in reading.statements] == [
        ("66家", "paragraph 1"), ("77家", "header"), ("88所", "footer"),
    ]  # fmt: skip


def test_equal_cells_are_kept_and_cells_have_heads_unit_and_address() -> None:
    rows = (
        ("地区", "2022年经费（亿元）", "增速（%）"),
        ("广东", "9.0", "9.0"),
        ("北京", "2,947.1", "-3.7"),
    )
    found = read_bytes(word(rows=rows), "x.docx").statements
    facts = [(float(s.value), s.unit, s.kind, s.place, s.address) for s in found]
    assert facts == [
        (9e8, "元", "level", "广东", "table 1, row 2, column 2"),
        (9.0, "%", "growth", "广东", "table 1, row 2, column 3"),
        (2947.1e8, "元", "level", "北京", "table 1, row 3, column 2"),
        (-3.7, "%", "growth", "北京", "table 1, row 3, column 3"),
    ]
    assert found[0].subject == "广东 2022年经费"
    assert found[0].period == "2022"


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display: none'>9家</span>",
        "<div hidden>9家</div>",
        "<del>9家</del>",
        "<nav>9家</nav>",
        "<ul role='navigation'><li>9家</li></ul>",
        "<select><option>9家</option></select>",
        "<p class='gone'>9家</p>",
        "<!-- 9家 -->",
    ],
)
def test_what_a_page_does_not_show_is_not_read(hidden: str) -> None:
    page = f"<html><head><style>.gone {{display:none}}</style></head><body>{hidden}<p>共有8家。</p><img src=x></body></html>"
    reading = read_bytes(page.encode(), "x.html")
    assert quotes(reading) == ["8家"]
    assert reading.skipped == (Skipped("pictures", 1),)


def test_a_table_under_two_rows_of_heads_is_read() -> None:
    page = (
        "<table><tr><th rowspan=2>地区</th><th colspan=2>2023年</th></tr><tr><th>经费<br>（亿元）</th><th>强度（%）</th></tr>"
        "<tr><td>广东</td><td>4802.6</td><td>3.54</td></tr></table><p>共有8家。</p>"
    )
    found = read_bytes(page.encode(), "x.html").statements
    assert [(float(s.value), s.unit, s.place, s.period) for s in found] == [
        (4802.6e8, "元", "广东", "2023"), (3.54, "%", "广东", "2023"), (8.0, "家", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("caption", ["各省研发经费（单位：亿元）", "2023年研发经费 单位：亿元"])
def test_a_caption_says_the_unit(caption: str) -> None:
    page = f"<p>前言。</p><table><caption>{caption}</caption><tr><th>地区<th>2023年<tr><td>广东<td>4802.6</table>"
    (found,) = read_bytes(page.encode(), "x.html").statements
    assert (float(found.value), found.unit, found.subject[:2]) == (4802.6e8, "元", "广东")
    assert "前言" not in found.subject


def test_a_markdown_table_has_its_unit_from_the_title() -> None:
    page = "表1 研发经费（单位：亿元）\n\n| 地区 | 2022年 | 2023 |\n|---|--:|--:|\n| 全国 | 30,782.9 | 33357.1 |\n"
    found = read_bytes(page.encode(), "x.md").statements
    assert [(s.value, s.unit, s.period, s.subject) for s in found] == [
        (3078290000000, "元", "2022", "全国 研发经费"), (3335710000000, "元", "2023", "全国 研发经费"),
    ]  # fmt: skip


@given(
    st.decimals(min_value="0.1", max_value=99999, places=1),
    st.sampled_from(["docx", "odt", "html", "md", "txt"]),
)
def test_any_number_reads_back_from_any_format(number: float, suffix: str) -> None:
    text = f"全省企业投入研发经费{number}亿元。"
    data = text.encode()
    if suffix == "docx":
        data = word(run(text))
    elif suffix == "odt":
        data = odt(f"<text:p>{text}</text:p>")
    elif suffix == "html":
        data = f"<html><body><p>{text}</p></body></html>".encode()
    found = read_bytes(data, f"x.{suffix}").statements
    assert [(s.value, s.unit) for s in found] == [(number * 10**8, "元")]


def test_formats_that_are_not_read_are_refused() -> None:
    with pytest.raises(CeyuanError, match="RTF") as caught:
        read_bytes(b"{\\rtf1 5}", "x.rtf")
    assert caught.value.problems[0].code == "document-binary"


NAMESPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    + ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def odt(body: str, footer: str = "") -> bytes:
    """An ODT file by the XML inside its body and its footer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        inside = f"<office:body><office:text>{body}</office:text></office:body>"
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}>{inside}</office:document-content>",
        )
        styles = f"<style:footer>{footer}</style:footer>"
        archive.writestr(
            "styles.xml", f"<office:document-styles {NAMESPACES}>{styles}</office:document-styles>"
        )
    return buffer.getvalue()


def test_an_odt_file_is_read_as_it_shows() -> None:
    body = (
        "<text:tracked-changes><text:p>删去9家</text:p></text:tracked-changes>"
        "<text:h>概况</text:h><text:p>企业<text:span>22</text:span>家<text:note text:note-class='footnote'>"
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>其中33所。</text:p></text:note-body></text:note>。"
        "<text:hidden-text>9家</text:hidden-text><office:annotation><text:p>9家？</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>另有44项。</text:p></draw:text-box><draw:image/></draw:frame></text:p>"
    )
    reading = read_bytes(odt(body, "<text:p>页脚55件。</text:p>"), "x.odt")
    assert [(s.quote, s.address) for s in reading.statements] == [
        ("22家", "paragraph 2"), ("44项", "text box"), ("33所", "footnote"), ("55件", "footer"),
    ]  # fmt: skip
    assert reading.skipped == (Skipped("comments", 1), Skipped("pictures", 1))


def test_cells_of_an_odt_table_have_their_heads() -> None:
    def row(*cells: str) -> str:
        inside = "".join(
            f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells
        )
        return f"<table:table-row>{inside}</table:table-row>"

    head = (
        "<table:table-row><table:table-cell><text:p>地区</text:p></table:table-cell><table:table-cell"
        " table:number-columns-spanned='2'><text:p>经费（亿元）</text:p></table:table-cell><table:covered-table-cell/>"
        "</table:table-row>"
    )
    table = f"<table:table>{head}{row('', '2022年', '2023年')}{row('广东', '4411.9', '4802.6')}</table:table>"
    note = (
        "<text:p>2023年，江苏4212.3亿元<text:note text:note-class='footnote'><text:note-body>"
        "<text:p>2022年为3835.4亿元。</text:p></text:note-body></text:note>。</text:p>"
    )
    again = read_bytes(odt(note + table.replace("2023年", "")), "x.odt").statements
    assert again[2].period == "2023"  # the year of a note holds for no more than the note
    found = read_bytes(odt(table), "x.odt").statements
    assert [(float(s.value), s.unit, s.place, s.period, s.address) for s in found] == [
        (4411.9e8, "元", "广东", "2022", "table 1, row 3, column 2"),
        (4802.6e8, "元", "广东", "2023", "table 1, row 3, column 3"),
    ]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", odt("")[:200], odt("<text:p>"), odt("").replace(b"content", b"contend")]
)
def test_a_broken_odt_file_is_damage(data: bytes) -> None:
    with pytest.raises(CeyuanError) as caught:
        read_bytes(data, "x.odt")
    assert caught.value.problems[0].code == "document-damaged"


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not part of the repository")
def test_the_cases_are_read_whole() -> None:
    assert len(read_file(CASES / "t.docx").statements) == 21
    reading = read_file(CASES / "t.html")
    values = {float(s.value) for s in reading.statements}
    assert {480260000000.0, 3.54, 69000.0, 9.0, 12000000000.0, 5.2} <= values
    assert not values & {9999.0, 8888.0, 10000000000.0, 77.0, 10.0, 1.0}
