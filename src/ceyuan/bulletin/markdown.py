"""Markdown of a section to blocks: headings, paragraphs, lists, tables, and charts where their marks stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ceyuan.bulletin.document import (
    LINE_BREAK,
    Block,
    Chart,
    Heading,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Table,
)
from ceyuan.bulletin.marks import MarkMeaning, Marks
from ceyuan.wording import Language


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.disable(["link", "image", "autolink", "html_inline", "html_block", "code", "fence", "reference",
                           "backticks", "blockquote", "hr", "lheading"])  # fmt: skip


def blocks_of(
    text: str, marks: Marks, charts: Mapping[str, Chart], language: Language, level: int | None = 2
) -> tuple[Block, ...]:
    """The blocks of a section.

    Args:
        text: Markdown with marks.
        marks: what the marks stand for.
        charts: the drawn charts by identifier.
        language: decides whether a line break in the source is a space.
        level: level of all its headings; their own, from ``##`` on, if None.
    """
    return tuple(_Blocks(_parser().parse(text), marks, charts, language, level).read())


class _Blocks:
    """Walks over the tokens of one text."""

    def __init__(
        self,
        tokens: Sequence[Token],
        marks: Marks,
        charts: Mapping[str, Chart],
        language: Language,
        level: int | None,
    ) -> None:
        self._tokens = list(tokens)
        self._marks, self._charts, self._language, self._level = marks, charts, language, level

    def read(self) -> list[Block]:
        found: list[Block] = []
        while self._tokens:
            token = self._tokens.pop(0)
            if token.type == "heading_open":
                level = self._level if self._level is not None else max(1, int(token.tag[1]) - 1)
                found.append(Heading(level, self._inline(self._until("heading_close")[0])))
            elif token.type == "paragraph_open":
                found += self._paragraph(self._until("paragraph_close")[0])
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                found.append(
                    self._list(
                        token.type.replace("_open", "_close"), ordered=token.type.startswith("ord")
                    )
                )
            elif token.type == "table_open":
                found.append(self._table())
        return found

    def _until(self, end: str) -> list[Token]:
        found: list[Token] = []
        depth = 1
        start = end.replace("_close", "_open")
        while True:
            token = self._tokens.pop(0)
            depth += (token.type == start) - (token.type == end)
            if depth == 0:
                return found
            found.append(token)

    def _paragraph(self, token: Token) -> list[Block]:
        """A paragraph, cut where charts stand in it."""
        found: list[Block] = []
        words: list[Inline] = []
        for part in self._parts(token):
            if isinstance(part, MarkMeaning) and part.chart is not None:
                found += [Paragraph(_joined(words))] if _says(words) else []
                found.append(self._charts[part.chart])
                words = []
            else:
                assert not isinstance(part, MarkMeaning)  # noqa: S101 - only marks of charts are left as they are
                words.append(part)
        return [*found, Paragraph(_joined(words))] if _says(words) else found

    def _list(self, end: str, *, ordered: bool) -> Listing:
        found, depth = [], 0
        for token in self._until(end):
            depth += token.type.endswith("_list_open") - token.type.endswith("_list_close")
            if token.type == "inline":
                found.append((self._inline(token), depth))
        return Listing(ordered, tuple(i for i, _ in found), tuple(d for _, d in found))

    def _table(self) -> Table:
        rows: list[list[Inlines]] = []
        for token in self._until("table_close"):
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token))
        return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))

    def _inline(self, token: Token) -> Inlines:
        return _joined([part for part in self._parts(token) if not isinstance(part, MarkMeaning)])

    def _parts(self, token: Token) -> list[Inline | MarkMeaning]:
        strong = emphasis = 0
        found: list[Inline | MarkMeaning] = []
        for child in token.children or []:
            strong += (child.type == "strong_open") - (child.type == "strong_close")
            emphasis += (child.type == "em_open") - (child.type == "em_close")
            if child.type == "hardbreak":
                found.append(LINE_BREAK)
            elif child.type == "softbreak":
                found.append(Inline(self._gap(found, token, child)))
            elif child.type == "text":
                found += self._marked(child.content, bool(strong), bool(emphasis))
        return found

    def _marked(self, text: str, strong: bool, emphasis: bool) -> list[Inline | MarkMeaning]:
        found: list[Inline | MarkMeaning] = []
        for part in self._marks.split(text):
            if isinstance(part, str):
                found.append(Inline(part, strong, emphasis))
            elif part.chart is not None:
                found.append(part)
            elif part.key is not None:
                found.append(Inline(part.text, strong, emphasis, part.key))
            else:
                found.append(Inline(part.text, strong, emphasis))
        return found

    def _gap(self, before: Sequence[Inline | MarkMeaning], token: Token, at: Token) -> str:
        """Chinese lines are joined without a space, unless both sides are Latin."""
        if self._language == "en":
            return " "
        children = token.children or []
        following = (
            children[children.index(at) + 1] if children.index(at) + 1 < len(children) else None
        )
        left = before[-1].text[-1:] if before else ""
        right = following.content[:1] if following is not None else ""
        return (
            " " if left.isascii() and left.isalnum() and right.isascii() and right.isalnum() else ""
        )


def _joined(parts: Sequence[Inline]) -> Inlines:
    """Neighbouring words that are set alike as one."""
    found: list[Inline] = []
    for part in parts:
        last = found[-1] if found else LINE_BREAK
        if (
            _is_words(part)
            and _is_words(last)
            and (part.strong, part.emphasis) == (last.strong, last.emphasis)
        ):
            found[-1] = replace(last, text=last.text + part.text)
        elif part.text or not _is_words(part):
            found.append(part)
    return tuple(found)


def _says(parts: Sequence[Inline]) -> bool:
    return any(part.text.strip() for part in parts)


def _is_words(part: Inline) -> bool:
    return part.figure is None and not part.line_break
