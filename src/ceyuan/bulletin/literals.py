"""Figures that were typed by hand: found in the literal text of a template by the reader, and by their digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes

from ceyuan.bulletin.glossary import judgement_terms, mainland_terms
from ceyuan.errors import Problem
from ceyuan.expressions import FilterSyntaxError, parse_filter
from ceyuan.periods import parse_period
from ceyuan.reader import read_text
from ceyuan.wording import Language

# What stands in place of everything that is computed: no digit, no unit, no part of a word.
HOLE = "□"
_DIGITS = re.compile(r"\d[\d.,]*")
_DATES = (
    re.compile(r"(?:1[89]|2[01])\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?"),
    re.compile(r"(?<!\d)\d{1,2}月\d{1,2}日"),
    re.compile(r"(?<![\d.,])\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"),
    re.compile(r"(?<![\d.,])(?:1[89]|2[01])\d\d(?![\d.,]*\d)(?!\s*[%‰\w])"),
    re.compile(r"(?<![\d.,])(?:1[89]|2[01])\d\d(?=[ ,.;:)–-])(?! (?:per|million|billion|trillion|thousand)\b)(?! [a-z]+s\b)"),
    re.compile(r"(?m)^ {0,3}\d{1,3}\. "),
)  # fmt: skip
# Names of indicators, places and charts, and of other templates.
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]*|[\w.-]+\.md\.j2")


@dataclass(frozen=True, slots=True)
class LiteralText:
    """A piece of literal text with the line of each of its characters.

    Attributes:
        text: the text, holes where something is computed.
        lines: for every character its line, from 1.
    """

    text: str
    lines: tuple[int, ...]


def typed_figures(
    source: str, file: str, allowed: Iterable[str], environment: Environment
) -> list[Problem]:
    """Every figure that the text of a template states by itself.

    Args:
        source: the template.
        file: its name, for the report.
        allowed: names that hold numbers and are no figures.
        environment: knows the syntax of templates.
    """
    literal, strings = _literal(source, environment)
    names = list(allowed)
    found = [(literal.lines[start], quote) for start, quote in stated(literal.text, names)]
    for line, string in strings:
        # A filter picks records and is not written; were it written, the finished section would still be read.
        if not _IDENTIFIER.fullmatch(string) and not _is_period(string) and not _is_filter(string):
            found += [(line, quote) for _, quote in stated(string, names)]
    return [
        Problem("typed-figure", f"the figure {quote!r} is typed into the text", file, line)
        for line, quote in sorted(set(found))
    ]


def mainland_words(source: str, file: str, environment: Environment) -> list[Problem]:
    """Words in the text of a template for Hong Kong that Hong Kong writes otherwise, as warnings."""
    literal, _ = _literal(source, environment)
    return [
        Problem(
            "mainland-word",
            f"Hong Kong writes {u.own} for {u.term}",
            file,
            literal.lines[u.start],
            severity="warning",
        )
        for u in mainland_terms(literal.text)
    ]


def judgement_words(
    source: str, file: str, language: Language, environment: Environment
) -> list[Problem]:
    """Words that judge and stand outside of every condition, as warnings: no rule computes that they hold."""
    return [
        problem
        for data in _unconditional(environment.parse(source))
        for problem in judged(data.data, file, data.lineno, language)
    ]


def judged(text: str, file: str, line: int, language: Language) -> Iterator[Problem]:
    """The words of a text that judge; ``line`` is that of its beginning."""
    lower = text.lower()
    for term in judgement_terms(language):
        at = lower.find(term)
        if at >= 0:
            message = f"{term!r} judges"
            yield Problem(
                "judgement-word", message, file, line + lower[:at].count("\n"), severity="warning"
            )


def _unconditional(node: nodes.Node) -> Iterator[nodes.TemplateData]:
    """The literal text of a template that is written whatever the figures are."""
    if isinstance(node, nodes.TemplateData):
        yield node
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.If):
            yield from _unconditional(child)


def stated(text: str, allowed: Iterable[str]) -> list[tuple[int, str]]:
    """Figures in a text: what the reader reads, and any other digits that are no date and no allowed name.

    >>> stated("2025年，高新技术企业超过6.9万家", [])
    [(14, '6.9万家')]
    >>> stated("“1+1+1”计划", ["1+1+1"]), stated("占比4成", [])
    ([], [(2, '4成')])
    """
    masked = _masked(text, allowed)
    found = {
        s.start: " ".join(s.quote.split())
        for s in read_text(masked).statements
        if HOLE not in s.quote
    }
    spans = [(s.start, s.end) for s in read_text(masked).statements]
    digits = masked
    for pattern in _DATES:
        digits = pattern.sub(lambda m: HOLE * len(m.group()), digits)
    for match in _DIGITS.finditer(digits):
        if not any(start <= match.start() < end for start, end in spans):
            found[match.start()] = match.group()
    return sorted(found.items())


def _masked(text: str, allowed: Iterable[str]) -> str:
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, HOLE * len(name))
    return text


def _literal(source: str, environment: Environment) -> tuple[LiteralText, list[tuple[int, str]]]:
    """The literal text of a template, and the strings inside of its expressions with their lines."""
    text: list[str] = []
    lines: list[int] = []
    strings: list[tuple[int, str]] = []
    for line, kind, value in environment.lex(source):
        if kind == "data":
            for character in value:
                text.append(character)
                lines.append(line)
                line += character == "\n"  # noqa: PLW2901 - counts on from the token's line
        elif kind == "variable_begin":
            text.append(HOLE)
            lines.append(line)
        elif kind == "string":
            strings.append((line, value[1:-1]))
    return LiteralText("".join(text), tuple(lines)), strings


def _is_period(text: str) -> bool:
    try:
        parse_period(text)
    except ValueError:
        return False
    return True


def _is_filter(text: str) -> bool:
    try:
        parse_filter(text)
    except FilterSyntaxError:
        return False
    return True
