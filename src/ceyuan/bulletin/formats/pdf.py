"""PDF with a print layout of its own, typeset by Typst, fonts embedded, tagged for screen readers.

Every text enters as a string of the typesetting language, so nothing in it is markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import resources

import typst

from ceyuan.bulletin.document import Block, Chart, Heading, Inlines, Listing, Paragraph, Table
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.formats.fonts import fonts, typefaces
from ceyuan.bulletin.notes import Note
from ceyuan.bulletin.words import colon, word
from ceyuan.wording import Language

_LANGUAGES = {"zh-Hans": ("zh", "cn"), "zh-Hant": ("zh", "hk"), "en": ("en", "gb")}


def as_pdf(annotated: Annotated) -> bytes:
    """The document as PDF.

    Raises:
        CeyuanError: ``no-font`` where no font with Chinese characters is found.
    """
    # A bulletin printed twice from one build is the same file: it carries its day of issue, not the time of printing.
    issued = dt.datetime.combine(annotated.document.day, dt.time(), dt.UTC)
    made = typst.compile(
        markup(annotated).encode(), font_paths=fonts(), format="pdf", timestamp=issued
    )
    assert isinstance(made, bytes)  # noqa: S101 - several pages are one PDF
    return made


def as_png(svg: str, language: Language) -> bytes:
    """A drawing as a picture, for formats that take no SVG.

    Raises:
        CeyuanError: ``no-font``.
    """
    faces = typefaces(language)
    source = (
        f"#set page(width: 17cm, height: auto, margin: 0pt)\n#set text(font: {strings(faces.sans)})\n"
        f'#image(bytes({string(svg)}), format: "svg", width: 100%)'
    )
    made = typst.compile(source.encode(), font_paths=fonts(), format="png", ppi=220.0)
    assert isinstance(made, bytes)  # noqa: S101 - one page
    return made


def markup(annotated: Annotated) -> str:
    """The whole document in the typesetting language.

    Raises:
        CeyuanError: ``no-font``.
    """
    document = annotated.document
    language, faces = document.language, typefaces(document.language)
    prelude = (
        resources.files("ceyuan.bulletin.formats").joinpath("page.typ").read_text(encoding="utf-8")
    )
    lang, region = _LANGUAGES[language]
    folio = "(n, all) => [#n / #all]" if language == "en" else "(n, all) => [— #n —]"
    head = (
        f"#let serif = {strings(faces.serif)}\n#let sans = {strings(faces.sans)}\n{prelude}\n"
        f"#show: bulletin.with(title: {string(document.title)}, subtitle: {string(document.subtitle)}, "
        f"issued: {strings(annotated.head)}, folio: {folio}, lang: {string(lang)}, "
        f"region: {string(region)}, indent: {'0em' if language == 'en' else '2em'}, "
        f"warning: {string(word('simulated_notice', language) if annotated.simulated else '')})\n"
    )
    numbers = dict(document.numbers)
    body = "\n\n".join(_block(block, numbers) for block in document.blocks)
    return f"{head}\n{body}\n{_notes(annotated)}"


def _notes(annotated: Annotated) -> str:
    if not annotated.notes:
        return ""
    language = annotated.document.language
    notes = "\n".join(_note(note, language) for note in annotated.notes)
    build = _text(word("build", language, build=annotated.document.build))
    return (
        f"\n#heading(level: 1, {string(word('notes', language))})\n#set text(size: 8.2pt)\n{notes}\n\n"
        f"#v(1em)\n#text(fill: soft)[{build}]\n"
    )


def _block(block: Block, numbers: dict[str, int]) -> str:
    if isinstance(block, Heading):
        return f"#heading(level: {block.level})[{_inline(block.inline, numbers)}]"
    if isinstance(block, Paragraph):
        return _inline(block.inline, numbers)
    if isinstance(block, Listing):
        return _list(block, numbers)
    if isinstance(block, Table):
        cells = [*block.head, *(cell for row in block.rows for cell in row)]
        content = ", ".join(f"[{_inline(cell, numbers)}]" for cell in cells[len(block.head) :])
        head = ", ".join(f"[#strong[{_inline(cell, numbers)}]]" for cell in block.head)
        return (
            f'#table(columns: {len(block.head)}, stroke: (x: none, y: 0.5pt + rgb("#d9dee2")), inset: 6pt, '
            f"table.header({head}), {content})"
        )
    return _chart(block)


def _list(block: Listing, numbers: dict[str, int]) -> str:
    """A list by its marks at the beginning of lines; what they say is no markup, so lines stay lines."""
    lines = zip(block.items, block.depths, strict=True)
    return "\n".join(
        f"{'  ' * depth}{'+' if block.ordered and depth == 0 else '-'} {_inline(item, numbers)}"
        for item, depth in lines
    )


def _chart(chart: Chart) -> str:
    return f"#chart({string(chart.title)}, {string(chart.svg)}, {string(chart.note)})"


def _inline(inlines: Inlines, numbers: dict[str, int]) -> str:
    parts = []
    for inline in inlines:
        if inline.line_break:
            parts.append("#linebreak();")
            continue
        text = _text(inline.text)
        if inline.figure is not None:
            text = f"#fig({numbers[inline.figure]}, {string(inline.text)});"
        text = f"#strong[{text}];" if inline.strong else text
        parts.append(f"#emph[{text}];" if inline.emphasis else text)
    return "".join(parts)


def _note(note: Note, language: Language) -> str:
    gap = colon(language)
    lines = "".join(
        f"({string(f'{line.label}{gap}')}, {string(line.text)}), " for line in note.lines
    )
    return f"#note({note.number}, {string(f'{note.heading}{gap}{note.text}')}, ({lines}))"


def _text(text: str) -> str:
    """Words between markup; the semicolon ends the string, so that what follows is markup again."""
    return f"#{string(text)};"


def string(text: str) -> str:
    r"""A string of the typesetting language.

    >>> string('a "b" \\ c')
    '"a \\"b\\" \\\\ c"'
    """
    escaped = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "")
        .replace("\t", " ")
    )
    return f'"{escaped}"'


def strings(texts: Iterable[str]) -> str:
    """An array of strings of the typesetting language."""
    return "(" + "".join(f"{string(t)}, " for t in texts) + ")"
