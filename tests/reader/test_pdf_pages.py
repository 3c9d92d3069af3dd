"""PDF pages as they are read: columns one after the other, tables cell by cell, what is no text named."""

from __future__ import annotations

import io
from functools import cache

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ceyuan.reader import Reading, read_bytes
from ceyuan.reader.written import Skipped

PARAGRAPH = (
    "第{k}段。2023年，广东省研发经费{k}11亿元，比上年增长{k}.5%，高新技术企业{k}22家，发明专利有效量{k}33件，"
    "技术合同成交额{k}44亿元。"
)


@cache
def pdf(body: str, columns: int = 1) -> bytes:
    """A page set by Typst in a serif face of whatever the machine has."""
    page = (
        f"#set page(width: 210mm, height: 297mm, columns: {columns})\n#set text(size: 10pt)\n{body}"
    )
    return typst.compile(page.encode())


def read(data: bytes) -> Reading:
    reading = read_bytes(data, "x.pdf")
    assert all(reading.text[s.start : s.end] == s.quote for s in reading.statements)
    return reading


def facts(reading: Reading) -> list[tuple[float, str]]:
    return [(float(s.value), s.unit) for s in reading.statements]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_columns_are_read_one_after_the_other(columns: int) -> None:
    body = "\n\n".join(PARAGRAPH.format(k=k) for k in range(1, 25))
    reading = read(pdf(body, columns))
    told = read_bytes(body.encode(), "x.txt")
    assert facts(reading) == facts(told)
    pages = [s.page or 0 for s in reading.statements]
    assert pages[0] == 1
    assert pages == sorted(pages)


def test_a_title_over_two_columns_parts_nothing() -> None:
    body = "\n\n".join(PARAGRAPH.format(k=k) for k in range(1, 17))
    title = "2023年全省科技经费投入统计公报共有99家单位参加编写并经过各有关部门审核后发布"
    page = f"{title}\n\n#columns(2)[{body}]"
    assert facts(read(pdf(page))) == [(99.0, "家"), *facts(read_bytes(body.encode(), "x.txt"))]


def test_english_columns_keep_their_words() -> None:
    sentence = "In 20{k:02d}, the {k} firms of this region spent ${k}.5 billion on research and employed {k},412 people. "
    body = "\n\n".join(sentence.format(k=k) for k in range(10, 40))
    assert facts(read(pdf(body.replace("$", "\\$"), 2))) == facts(
        read_bytes(body.encode(), "x.txt")
    )


TABLE = (
    "表1 各地区研发经费（2023年）\n\n单位：亿元\n\n"
    "#table(columns: 4, [地区], [研发经费], [基础研究], [增速（%）], [广东], [4,802.6], [266.7], [8.9],"
    " [江苏], [4,212.3], [208.0], [9.8], [北京], [2,947.1], [472.3], [3.7])\n\n2023年，全国研发经费33357.1亿元。"
)


def test_narrow_columns_keep_their_cells_apart() -> None:
    table = (
        "#table(columns: 3, inset: 3pt, align: left, [地区], [研发经费（亿元）], [强度（%）], [浙江], [2640.2], [3.20],"
        " [湖北], [1408.2], [2.52], [四川], [1357.8], [2.26])"
    )
    found = read(pdf(table)).statements
    assert [(float(s.value), s.unit, s.place) for s in found] == [
        (2640.2e8, "元", "浙江"), (3.2, "%", "浙江"), (1408.2e8, "元", "湖北"), (2.52, "%", "湖北"),
        (1357.8e8, "元", "四川"), (2.26, "%", "四川"),
    ]  # fmt: skip


def test_cells_of_a_table_have_heads_unit_and_address() -> None:
    found = read(pdf(TABLE)).statements
    assert [(float(s.value), s.unit, s.kind, s.place, s.subject) for s in found[:3]] == [
        (4802.6e8, "元", "level", "广东", "广东 研发经费"),
        (266.7e8, "元", "level", "广东", "广东 基础研究"),
        (8.9, "%", "growth", "广东", "广东 增速"),
    ]
    assert {s.period for s in found} == {"2023"}
    assert found[4].address == "table 1, row 3, column 3"
    assert (len(found), found[-1].quote, found[-1].address) == (
        10,
        "33357.1亿元",
        "page 1, paragraph 2",
    )


def test_a_head_over_two_columns_holds_for_both() -> None:
    body = (
        "#table(columns: 3, table.cell(rowspan: 2)[地区], table.cell(colspan: 2)[研发经费（亿元）], [2022年], [2023年],"
        " [广东], [4411.9], [4802.6], [江苏], [3835.4], [4212.3])"
    )
    found = read(pdf(body)).statements
    assert [(float(s.value), s.unit, s.place, s.period) for s in found] == [
        (4411.9e8, "元", "广东", "2022"), (4802.6e8, "元", "广东", "2023"),
        (3835.4e8, "元", "江苏", "2022"), (4212.3e8, "元", "江苏", "2023"),
    ]  # fmt: skip


def test_a_list_of_contents_is_no_table() -> None:
    lines = "\n\n".join(f"第{n}章 创新主体与平台建设 #h(1fr) {n}{n}" for n in range(1, 8))
    assert read(pdf(lines)).statements == ()


@pytest.mark.parametrize("align", ["top", "bottom"])
def test_a_row_head_of_two_lines_is_one_head(align: str) -> None:
    body = (
        f"表1 研发经费（2023年）\n\n单位：亿元\n\n#table(columns: (40mm, 30mm, 30mm), align: {align}, inset: 8pt,"
        " [地区], [研发经费], [基础研究], [广东省规模以上工业企业和重点服务业企业], [4,802.6], [266.7],"
        " [江苏省规模以上工业企业和重点服务业企业], [4,212.3], [208.0], [北京], [2,947.1], [472.3])"
    )
    found = read(pdf(body)).statements
    assert [float(s.value) for s in found] == [
        4802.6e8,
        266.7e8,
        4212.3e8,
        208e8,
        2947.1e8,
        472.3e8,
    ]
    assert found[2].subject == "江苏省规模以上工业企业和重点服务业企业 研发经费"
    assert found[3].address == "table 1, row 3, column 3"


def test_figures_of_running_text_know_their_paragraph() -> None:
    filling = "各地坚持把科技创新摆在核心位置，深入实施创新驱动发展战略。" * 4
    body = "\n\n".join(f"{filling}第{k}类企业有{k}5家。{filling}" for k in range(1, 6))
    found = read(pdf(body)).statements
    assert [s.address for s in found] == [f"page 1, paragraph {k}" for k in range(1, 6)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_turned_is_read_as_it_shows(degrees: int) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_sideways(degrees))))
    made = io.BytesIO()
    writer.write(made)
    assert facts(read(made.getvalue())) == facts(read(pdf(TABLE)))


def _sideways(degrees: int) -> bytes:
    """The page of the table with its text turned by some degrees and the page turned back."""
    turned = pdf(f"#rotate(-{degrees}deg, reflow: true)[#box(width: 160mm)[{TABLE}]]")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(turned)))
    writer.pages[0].rotate(degrees)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_pictures_are_named_as_not_read() -> None:
    dot = '(encoding: "rgb8", width: 1, height: 1)'
    picture = f"#image(bytes((0, 128, 255)), format: {dot}, width: 2cm)"
    reading = read(pdf(f"共有8家。\n\n{picture}"))
    assert facts(reading) == [(8.0, "家")]
    assert reading.skipped == (Skipped("pictures", 1, page=1),)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.decimals(min_value="0.1", max_value=9999, places=1), min_size=4, max_size=4))
def test_any_table_reads_the_same_from_any_format(numbers: list[float]) -> None:
    rows = [("地区", "经费（亿元）", "增速（%）"), ("广东", *numbers[:2]), ("江苏", *numbers[2:])]
    cells = [str(cell) for row in rows for cell in row]
    paper = "#table(columns: 3, " + ", ".join(f"[{cell}]" for cell in cells) + ")"
    page = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    marked = "\n".join(
        "| " + " | ".join(map(str, row)) + " |" for row in [rows[0], ("---",) * 3, *rows[1:]]
    )
    told = [
        [(s.value, s.unit, s.kind, s.place, s.subject, s.address) for s in read_bytes(data, name).statements]
        for data, name in (
            (pdf(paper), "x.pdf"), (f"<html><body><table>{page}</table></body></html>".encode(), "x.html"),
            (marked.encode(), "x.md"),
        )
    ]  # fmt: skip
    assert len(told[0]) == 4
    assert told[0] == told[1] == told[2]
