"""Markdown: figures have footnotes; charts become tables of what they show, for a drawing cannot be embedded."""

from __future__ import annotations

import re

from ceyuan.bulletin.document import Block, Chart, Heading, Inlines, Listing, Paragraph, Table
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.words import colon, word
from ceyuan.wording import Language

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_LEADING = re.compile(r"^(\s*)([#+-]|\d+\.)(?=\s)")


def as_markdown(annotated: Annotated) -> str:
    """The whole text, with its notes as footnotes."""
    document = annotated.document
    language, numbers = document.language, document.numbers
    parts = [f"# {_escaped(document.title)}"]
    parts += [f"*{_escaped(document.subtitle)}*"] if document.subtitle else []
    parts += [_escaped(line) for line in annotated.head]
    parts += [f"**{word('simulated_notice', language)}**"] if annotated.simulated else []
    parts += [_block(block, numbers, language) for block in document.blocks]
    parts += [word("build", language, build=document.build)] if annotated.notes else []
    gap = colon(language)
    for note in annotated.notes:
        said = " · ".join(
            f"{_escaped(line.label)}{gap}{_escaped(line.text)}" for line in note.lines
        )
        parts.append(
            f"[^{note.number}]: **{_escaped(note.heading)}{gap}{_escaped(note.text)}** {said} `{note.key}`"
        )
    return "\n\n".join(parts) + "\n"


def _block(block: Block, numbers: object, language: Language) -> str:
    assert isinstance(numbers, dict)  # noqa: S101 - a document numbers its figures in a dictionary
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {_inline(block.inline, numbers)}"
    if isinstance(block, Paragraph):
        return _LEADING.sub(r"\1\\\2", _inline(block.inline, numbers))
    if isinstance(block, Listing):
        marks = [f"{i}." if block.ordered else "-" for i in range(1, len(block.items) + 1)]
        marks = [m if depth == 0 else "-" for m, depth in zip(marks, block.depths, strict=True)]
        lines = zip(marks, block.items, block.depths, strict=True)
        return "\n".join(
            f"{'   ' * depth}{mark} {_inline(item, numbers)}" for mark, item, depth in lines
        )
    if isinstance(block, Table):
        return _table(
            [_inline(c, numbers) for c in block.head],
            [[_inline(c, numbers) for c in row] for row in block.rows],
        )
    return _chart(block, numbers, language)


def _chart(chart: Chart, numbers: dict[str, int], language: Language) -> str:
    rows = [
        [_escaped(row.label), f"{_escaped(row.text)}[^{numbers[row.figure]}]"] for row in chart.rows
    ]
    table = _table([word("item", language), word("value", language)], rows)
    note = f"\n\n{_escaped(chart.note)}" if chart.note else ""
    return f"**{_escaped(chart.title)}**\n\n{table}{note}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _inline(inlines: Inlines, numbers: dict[str, int]) -> str:
    parts = []
    for inline in inlines:
        if inline.line_break:
            parts.append("\\\n")
            continue
        text = _escaped(inline.text)
        text = f"**{text}**" if inline.strong else f"*{text}*" if inline.emphasis else text
        parts.append(text if inline.figure is None else f"{text}[^{numbers[inline.figure]}]")
    return "".join(parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
