"""A PDF file given back: each figure highlighted where it stands, with its verdict as a note."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import typst
from click.testing import CliRunner
from pypdf import PdfReader

from ceyuan.claims import verify
from ceyuan.claims.annotating import comment_of, highlighted
from ceyuan.cli import cli
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_bytes

SENTENCE = "2025年，大湾区高新技术企业超过6.9万家，{n}号园区企业{n}79家。"
TABLE = "#table(columns: 2, [地区], [高新技术企业（家）], [广东], [68000], [江苏], [70001])"


def paper() -> bytes:
    body = "\n\n".join(SENTENCE.format(n=n) for n in range(1, 40))
    page = f"#set page(width: 210mm, height: 297mm, columns: 2)\n#set text(size: 10pt)\n{body}\n\n#pagebreak()\n\n{TABLE}"
    return typst.compile(page.encode())


def test_every_figure_is_highlighted_where_it_stands(small: Build) -> None:
    data = paper()
    found = verify(small, read_bytes(data, "x.pdf"))
    made, left_out = highlighted(data, found)
    assert left_out == 0
    pages = pypdfium2.PdfDocument(made)
    covered: list[tuple[int, str, str]] = []
    for number, page in enumerate(PdfReader(io.BytesIO(made)).pages, start=1):
        text = pages[number - 1].get_textpage()
        for note in (reference.get_object() for reference in page.get("/Annots", ())):
            left, bottom, right, top = map(float, note["/Rect"])
            under = text.get_text_bounded(left + 0.5, bottom + 0.5, right - 0.5, top - 0.5)
            covered.append((number, "".join(under.split()), note["/Contents"].splitlines()[0]))
    whole = {(c.statement.page, "".join(c.statement.quote.split())) for c in found.claims}
    pieces = {piece for _, piece, _ in covered}
    # A figure that a line breaks has a highlight on each line.
    assert all(
        (page, piece) in whole or any(piece in quote for _, quote in whole)
        for page, piece, _ in covered
    )
    assert {"6.9万家", "68000", "70001"} <= pieces
    assert len(covered) >= len(found.claims)
    assert {sign for _, _, sign in covered} == {
        comment_of(claim).splitlines()[0] for claim in found.claims
    }


def test_the_command_gives_the_file_back(small: Build, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(paper())
    result = CliRunner().invoke(
        cli, ["verify", str(path), "-w", str(small.root), "--format", "pdf"]
    )
    notes = [
        a
        for page in PdfReader(io.BytesIO(result.stdout_bytes)).pages
        for a in page.get("/Annots", ())
    ]
    assert len(notes) >= 80
    text = tmp_path / "report.txt"
    text.write_text("企业9家。", encoding="utf-8")
    refused = CliRunner().invoke(
        cli, ["verify", str(text), "-w", str(small.root), "--format", "pdf"]
    )
    assert refused.exit_code == 2
