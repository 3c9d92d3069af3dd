"""Files in all their formats and encodings, and files that are none."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.reader import read_bytes, read_file

TEXT = "2023年，大灣區高新技術企業超過6.9萬家，研發開支330億港元，比上年增長8.4%。"
PLAIN = "2023年，大湾区高新技术企业超过6.9万家，研发经费330亿港元，比上年增长8.4%。"
VALUES = [69000, 33_000_000_000, 8.4]


def code(data: bytes, name: str = "x.txt") -> str:
    with pytest.raises(CeyuanError) as caught:
        read_bytes(data, name)
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_are_recognised(encoding: str) -> None:
    text = TEXT if encoding == "big5" else PLAIN
    reading = read_bytes(text.encode(encoding), "x.txt")
    assert [float(s.value) for s in reading.statements] == VALUES
    assert all(reading.text[s.start : s.end] == s.quote for s in reading.statements)


def test_offsets_in_html_refer_to_the_file() -> None:
    page = (
        "<html><head><title>5家</title><script>var a='9家';</script></head><body><p>超过<b>6.9</b>"
        "万家<sup>1</sup></p><p>增长8&#46;4&#37;，面积3km<sup>2</sup></p><!-- 7家 --></body></html>"
    )
    reading = read_bytes(page.encode(), "x.html")
    found = {s.quote: (float(s.value), s.unit, s.bound) for s in reading.statements}
    assert found["6.9</b>万家"] == (69000.0, "家", "gt")
    assert found["8&#46;4&#37;"] == (8.4, "%", "eq")
    assert found["3km<sup>2"] == (3.0, "km2", "eq")
    assert "9家" not in found
    assert "7家" not in found


def test_markdown_marks_do_not_hide_bounds() -> None:
    reading = read_bytes("企业超过**6.9万家**，见[第5家](http://x/7家)".encode(), "x.md")
    assert [(s.quote, s.bound) for s in reading.statements] == [("6.9万家", "gt")]


def test_docx_paragraphs_and_tables() -> None:
    document = docx.Document()
    document.add_paragraph(PLAIN)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "平台", "20个"
    buffer = io.BytesIO()
    document.save(buffer)
    reading = read_bytes(buffer.getvalue(), "x.docx")
    assert [float(s.value) for s in reading.statements] == [*VALUES, 20.0]
    assert all(reading.text[s.start : s.end] == s.quote for s in reading.statements)


def pdf(text: str) -> bytes:
    """A one-page PDF with a line of Latin text, or none."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(out),
        )
    )


def test_pdf_text_is_read() -> None:
    reading = read_bytes(pdf("Spending rose by 8.4% to HK$330 billion."), "x.pdf")
    assert [float(s.value) for s in reading.statements] == [8.4, 330e9]


def test_bad_input_gets_a_clear_answer(tmp_path: Path) -> None:
    assert code(b"") == "document-empty"
    assert code(b" \n ") == "document-empty"
    assert code(b"<html><script>5</script></html>", "x.html") == "document-empty"
    assert code(bytes(range(256)) * 40) == "document-binary"
    assert code(b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 500) == "document-binary"
    assert code(b"\xff\xfe\xff") == "document-binary"
    assert code("Größe über alles".encode("latin-1")) == "document-binary"
    assert code(b"PK\x03\x04broken", "x.docx") == "document-damaged"
    assert code(b"PK\x03\x04broken", "x.xlsx") == "document-binary"
    assert code(b"%PDF-1.4 broken", "x.pdf") == "document-damaged"
    assert code(pdf(""), "x.pdf") == "document-no-text"
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(CeyuanError, match="document-too-large"):
        read_file(large)


def test_a_text_that_is_too_long_is_refused_before_it_is_searched() -> None:
    with pytest.raises(CeyuanError, match="text-too-long"):
        read_bytes(PLAIN.encode() * 100, "x.txt", most=1000)
    assert read_bytes(PLAIN.encode(), "x.txt", most=len(PLAIN)).characters == len(PLAIN)


def test_a_text_without_figures_has_no_statements() -> None:
    assert read_bytes("坚持创新驱动。".encode(), "x.txt").statements == ()
