"""DOCX with a real footnote for every figure; charts as pictures with their data below."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from ceyuan.bulletin.document import (
    Block,
    Chart,
    Heading,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Table,
)
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.formats.footnotes import Footnotes
from ceyuan.bulletin.formats.pdf import as_png
from ceyuan.bulletin.notes import Note
from ceyuan.bulletin.words import colon, word
from ceyuan.wording import Language

_ACCENT, _SOFT, _BLUE = (
    RGBColor(0x9B, 0x2C, 0x24),
    RGBColor(0x56, 0x61, 0x6B),
    RGBColor(0x1B, 0x49, 0x65),
)
# Running text, headings; the fonts that office programs of the place have.
_FONTS = {
    "zh-Hans": ("FangSong", "SimHei", "zh-CN"),
    "zh-Hant": ("PMingLiU", "Microsoft JhengHei", "zh-HK"),
    "en": ("SimSun", "SimHei", "zh-CN"),
}


def as_docx(annotated: Annotated) -> bytes:
    """The document as DOCX.

    Raises:
        CeyuanError: ``no-font`` where charts cannot be drawn for want of a font.
    """
    return _Writer(annotated).document()


class _Writer:
    def __init__(self, annotated: Annotated) -> None:
        self._annotated = annotated
        self._source = annotated.document
        self._language: Language = annotated.document.language
        self._notes = {note.key: note for note in annotated.notes}
        self._docx: Any = docx.Document()
        self._footnotes = Footnotes(self._docx)
        self._said: set[str] = set()

    def document(self) -> bytes:
        self._styles()
        self._head()
        for block in self._source.blocks:
            self._block(block)
        if self._annotated.notes:
            self._line(
                word("build", self._language, build=self._source.build), size=8, colour=_SOFT
            )
        properties = self._docx.core_properties
        properties.title, properties.author = self._source.title, self._source.issuer
        properties.created = properties.modified = dt.datetime.combine(self._source.day, dt.time())
        properties.language = _FONTS[self._language][2] if self._language != "en" else "en-GB"
        self._footnotes.close()
        buffer = io.BytesIO()
        self._docx.save(buffer)
        return buffer.getvalue()

    def _styles(self) -> None:
        section = self._docx.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.7)
        section.top_margin, section.bottom_margin = Cm(3), Cm(2.8)
        body, headings, _ = _FONTS[self._language]
        normal = self._docx.styles["Normal"]
        _face(normal.element, "Times New Roman", body, self._language)
        normal.font.size = Pt(11.5 if self._language == "en" else 14)
        normal.paragraph_format.line_spacing = 1.5
        normal.paragraph_format.space_after = Pt(6)
        for level in (1, 2):
            style = self._docx.styles[f"Heading {level}"]
            _face(style.element, "Arial", headings, self._language)
            style.font.size, style.font.color.rgb, style.font.bold = (
                Pt(17 - 2 * level),
                _BLUE,
                self._language == "en",
            )

    def _head(self) -> None:
        title = self._line(self._source.title, size=20, align=WD_ALIGN_PARAGRAPH.CENTER)
        title.runs[0].bold = True
        title.style = self._docx.styles["Title"]
        self._docx.styles["Title"].font.color.rgb = RGBColor(0x1C, 0x23, 0x2B)
        _face(self._docx.styles["Title"].element, "Times New Roman", "SimSun", self._language)
        if self._source.subtitle:
            self._line(
                self._source.subtitle, size=14, align=WD_ALIGN_PARAGRAPH.CENTER, colour=_ACCENT
            )
        for line in self._annotated.head:
            self._line(line, size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER, colour=_SOFT)
        if self._annotated.simulated:
            self._line(word("simulated_notice", self._language), size=12, colour=_ACCENT)

    def _line(
        self, text: str, *, size: float, align: Any = None, colour: RGBColor | None = None
    ) -> Line:
        line: Line = self._docx.add_paragraph()
        run = line.add_run(text)
        run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb = colour
        line.alignment = align
        return line

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._inline(self._docx.add_heading(level=block.level), block.inline)
        elif isinstance(block, Paragraph):
            line = self._docx.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            if self._language != "en":
                line.paragraph_format.first_line_indent = Pt(28)
            self._inline(line, block.inline)
        elif isinstance(block, Listing):
            for item, depth in zip(block.items, block.depths, strict=True):
                style = (
                    "List Number"
                    if block.ordered and depth == 0
                    else "List Bullet 2"
                    if depth
                    else "List Bullet"
                )
                self._inline(self._docx.add_paragraph(style=style), item)
        elif isinstance(block, Table):
            self._table(block.head, block.rows)
        else:
            self._chart(block)

    def _table(self, head: tuple[Inlines, ...], rows: tuple[tuple[Inlines, ...], ...]) -> None:
        table = self._docx.add_table(rows=0, cols=len(head), style="Table Grid")
        for number, row in enumerate((head, *rows)):
            cells = table.add_row().cells
            for cell, inlines in zip(cells, row, strict=True):
                spacing = cell.paragraphs[0].paragraph_format
                spacing.line_spacing, spacing.space_after, spacing.keep_with_next = (
                    1.15,
                    Pt(1),
                    number < len(rows),
                )
                self._inline(cell.paragraphs[0], inlines, strong=number == 0, size=10.5)
        self._docx.add_paragraph()

    def _chart(self, chart: Chart) -> None:
        caption = self._line(chart.title, size=12)
        caption.runs[0].bold = True
        caption.paragraph_format.keep_with_next = True
        picture = self._docx.add_picture(
            io.BytesIO(as_png(chart.svg, self._language)), width=Cm(15.4)
        )
        described = picture._inline.docPr  # noqa: SLF001 - python-docx has no other way to an alternative text
        described.set("descr", "; ".join(f"{row.label}: {row.text}" for row in chart.rows))
        described.set("title", chart.title)
        if chart.note:
            self._line(chart.note, size=9, colour=_SOFT)
        head = tuple((Inline(word(name, self._language)),) for name in ("item", "value"))
        self._table(head, tuple(((Inline(row.label),), (row.inline,)) for row in chart.rows))

    def _inline(
        self, line: Line, inlines: Inlines, *, strong: bool = False, size: float | None = None
    ) -> None:
        for inline in inlines:
            if inline.line_break:
                line.add_run().add_break()
                continue
            run = line.add_run(inline.text)
            run.bold = True if strong or inline.strong else None
            run.italic = True if inline.emphasis else None
            if size is not None:
                run.font.size = Pt(size)
            if inline.figure is not None:
                self._refer(line, inline.figure)

    def _refer(self, line: Line, figure: str) -> None:
        """A footnote at the first reference to a figure, its number at every other one."""
        note = self._notes[figure]
        if figure in self._said:
            run: Run = line.add_run(str(note.number))
            run.font.superscript = True
            return
        self._said.add(figure)
        self._footnotes.add(line.add_run(), note.number, self._parts(note))

    def _parts(self, note: Note) -> list[tuple[str, bool]]:
        gap, stop = (
            colon(self._language),
            "  " if self._language == "en" else "\N{IDEOGRAPHIC SPACE}",
        )
        parts = [(f"{note.heading}{gap}{note.text}{stop}", True)]
        for line in note.lines:
            parts += [(f"{line.label}{gap}", False), (f"{line.text}{stop}", False)]
        return parts


def _face(style: Any, latin: str, east_asian: str, language: Language) -> None:
    """Set the fonts of a style for Latin and for Chinese characters, and the language of the spelling."""
    properties = style.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]  # themes would override what is set
    for name, face in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), face)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), _FONTS[language][2])
    properties.append(spoken)
