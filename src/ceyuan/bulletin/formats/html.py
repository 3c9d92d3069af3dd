"""HTML: one self-contained file without scripts. A figure shows its note when it is pointed at, and leads to it."""

from __future__ import annotations

from html import escape
from importlib import resources

from ceyuan.bulletin.document import Block, Chart, Heading, Inlines, Listing, Paragraph, Table
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.notes import Note
from ceyuan.bulletin.words import colon, word


def as_html(annotated: Annotated) -> str:
    """The whole page."""
    return _Page(annotated).page()


class _Page:
    """Writes one page; counts references, so that every one of them has an address to come back to."""

    def __init__(self, annotated: Annotated) -> None:
        self._annotated = annotated
        self._document = annotated.document
        self._language = annotated.document.language
        self._notes = {note.key: note for note in annotated.notes}
        self._seen: dict[str, int] = {}

    def page(self) -> str:
        document, language = self._document, self._language
        css = (
            resources.files("ceyuan.bulletin.formats")
            .joinpath("page.css")
            .read_text(encoding="utf-8")
        )
        body = "".join(self._block(block) for block in document.blocks)
        return (
            f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="generator" content="Ceyuan">\n<title>{escape(document.title)}</title>\n'
            f'<style>\n{css}</style>\n</head>\n<body lang="{language}">\n<main>\n{self._head()}\n{body}'
            f"{self._notes_section()}</main>\n</body>\n</html>\n"
        )

    def _notes_section(self) -> str:
        if not self._annotated.notes:
            return ""
        language = self._language
        notes = "".join(self._note(note) for note in self._annotated.notes)
        return (
            f'<section class="notes" aria-labelledby="notes">\n<h2 id="notes">{word("notes", language)}</h2>\n'
            f"<p>{word('intro', language)}</p>\n<ol>\n{notes}</ol>\n"
            f"<p>{word('build', language, build=self._document.build)}</p>\n</section>\n"
        )

    def _head(self) -> str:
        document, language = self._document, self._language
        issued = "<br>".join(escape(line) for line in self._annotated.head)
        subtitle = (
            f'<p class="subtitle">{escape(document.subtitle)}</p>\n' if document.subtitle else ""
        )
        warning = (
            f'<p class="warning">{word("simulated_notice", language)}</p>\n'
            if self._annotated.simulated
            else ""
        )
        return f'<header>\n<h1>{escape(document.title)}</h1>\n{subtitle}<p class="issued">{issued}</p>\n</header>\n{warning}'

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return f"<h{block.level + 1}>{self._inline(block.inline)}</h{block.level + 1}>\n"
        if isinstance(block, Paragraph):
            return f'<p class="text">{self._inline(block.inline)}</p>\n'
        if isinstance(block, Listing):
            return self._list(block)
        if isinstance(block, Table):
            return self._table(block)
        return self._chart(block)

    def _list(self, block: Listing) -> str:
        """Items of deeper lists stand inside of the item before them."""
        tag, depth = ("ol" if block.ordered else "ul"), 0
        parts: list[str] = []
        for item, deep in zip(block.items, block.depths, strict=True):
            if deep > depth:
                parts += ["<ul>"] * (deep - depth)
            elif parts:
                parts += ["</li>", *["</ul></li>"] * (depth - deep), "\n"]
            parts.append(f"<li>{self._inline(item)}")
            depth = deep
        return f"<{tag}>\n{''.join(parts)}</li>{'</ul></li>' * depth}\n</{tag}>\n"

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{self._inline(cell)}</th>' for cell in table.head)
        rows = "".join(
            f"<tr>{''.join(f'<td>{self._inline(c)}</td>' for c in row)}</tr>\n"
            for row in table.rows
        )
        return f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n'

    def _chart(self, chart: Chart) -> str:
        language = self._language
        rows = "".join(
            f"<tr><td>{escape(row.label)}</td><td>{self._figure(row.figure, row.text)}</td></tr>"
            for row in chart.rows
        )
        head = f'<th scope="col">{word("item", language)}</th><th scope="col">{word("value", language)}</th>'
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        note = f'<p class="note">{escape(chart.note)}</p>\n' if chart.note else ""
        return (
            f"<figure>\n<figcaption>{escape(chart.title)}</figcaption>\n{chart.svg}\n{note}"
            f"<details><summary>{word('chart', language)}</summary>{table}</details>\n</figure>\n"
        )

    def _inline(self, inlines: Inlines) -> str:
        parts = []
        for inline in inlines:
            if inline.line_break:
                parts.append("<br>")
                continue
            text = (
                escape(inline.text)
                if inline.figure is None
                else self._figure(inline.figure, inline.text)
            )
            text = f"<strong>{text}</strong>" if inline.strong else text
            parts.append(f"<em>{text}</em>" if inline.emphasis else text)
        return "".join(parts)

    def _figure(self, key: str, text: str) -> str:
        note = self._notes[key]
        nth = self._seen[key] = self._seen.get(key, 0) + 1
        own = f"{note.number}-{nth}"
        shown = [line for line in note.lines if line.label != word("stated", self._language)]
        gap = colon(self._language)
        lines = "".join(
            f"<span><i>{escape(line.label)}{gap}</i>{escape(line.text)}</span>" for line in shown
        )
        return (
            f'<a class="fig" id="f{own}" href="#n{note.number}" data-n="{note.number}" aria-describedby="t{own}">'
            f'{escape(text)}</a><span class="tip" role="tooltip" id="t{own}"><b>{escape(note.heading)}</b>'
            f"{lines}</span>"
        )

    def _note(self, note: Note) -> str:
        lines = "".join(
            f"<dt>{escape(line.label)}</dt><dd>{escape(line.text)}</dd>" for line in note.lines
        )
        back = f'<a class="back" href="#f{note.number}-1">{word("back", self._language)}</a>'
        gap = colon(self._language)
        heading = f"{escape(note.heading)}{gap}{escape(note.text)}"
        return (
            f'<li id="n{note.number}"><h3><span class="n">[{note.number}]</span>{heading}</h3>\n<dl>{lines}</dl>'
            f'<span class="key">{escape(note.key)}</span> {back}</li>\n'
        )
