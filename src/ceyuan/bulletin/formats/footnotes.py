"""Footnotes of a DOCX file, which python-docx has no means for: a part of its own, and references to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.run import Run

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# Word wants the two rules above notes to be the first of them.
_RULES = (("separator", -1), ("continuationSeparator", 0))


class Footnotes:
    """The footnotes of one document.

    Args:
        document: the document of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._root: Any = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for kind, number in _RULES:
            rule = self._note(number)
            rule.set(qn("w:type"), kind)
            line, run = OxmlElement("w:p"), OxmlElement("w:r")
            run.append(OxmlElement(f"w:{kind}"))
            line.append(run)
            rule.append(line)
        styles = document.styles
        text = styles.add_style("Footnote Text", WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = styles["Normal"]
        text.font.size = Pt(8)
        text.paragraph_format.line_spacing = 1.0
        text.paragraph_format.space_after = Pt(1)
        mark = styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        self._text, self._mark = text.style_id, mark.style_id

    def add(self, at: Run, number: int, parts: Iterable[tuple[str, bool]]) -> None:
        """Write a footnote and refer to it.

        Args:
            at: the run that holds the reference.
            number: its identifier, from 1.
            parts: pieces of its text, and whether each is set bold.
        """
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        at._r.append(_styled(self._mark))  # noqa: SLF001 - python-docx has no footnotes
        at._r.append(reference)  # noqa: SLF001
        note, line = self._note(number), OxmlElement("w:p")
        style = OxmlElement("w:pPr")
        named = OxmlElement("w:pStyle")
        named.set(qn("w:val"), self._text)
        style.append(named)
        own = OxmlElement("w:r")
        own.append(_styled(self._mark))
        own.append(OxmlElement("w:footnoteRef"))
        line.append(style)
        line.append(own)
        for text, bold in (("\N{NO-BREAK SPACE}", False), *parts):
            line.append(_run(text, bold))
        note.append(line)

    def close(self) -> None:
        """Put the footnotes into the document."""
        content = serialize_part_xml(self._root)
        package = self._document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, content, package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = OxmlElement("w:footnotePr")
        for _, number in _RULES:
            rule = OxmlElement("w:footnote")
            rule.set(qn("w:id"), str(number))
            settings.append(rule)
        # The schema prescribes an order: notes stand before the compatibility settings.
        element = self._document.settings.element
        before = element.find(qn("w:compat"))
        if before is None:
            element.append(settings)
        else:
            before.addprevious(settings)

    def _note(self, number: int) -> Any:
        note = OxmlElement("w:footnote")
        note.set(qn("w:id"), str(number))
        self._root.append(note)
        return note


def _styled(style: str) -> Any:
    properties, named = OxmlElement("w:rPr"), OxmlElement("w:rStyle")
    named.set(qn("w:val"), style)
    properties.append(named)
    return properties


def _run(text: str, bold: bool) -> Any:
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    if bold:
        properties = OxmlElement("w:rPr")
        properties.append(OxmlElement("w:b"))
        run.append(properties)
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    return run
