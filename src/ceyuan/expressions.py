r"""Filters: conditions on the fields of a record, as definitions write them.

The grammar is small on purpose. A filter is parsed into a tree and every name in it is looked up before any SQL is made,
so that nothing from a definition is ever pasted into a query::

    type = 'patent' and office in ('PCT', 'EPO') and not (year < 2015 or year is null)
    project.programme = 'key-area' and lead_type = 'firm'
    title contains '量子'
    `项目 名称（新）` is not null

Comparisons: ``= != < <= > >=``, ``in (…)``, ``not in (…)``, ``between a and b``, ``is null``, ``is not null``,
``contains 'text'``. Text stands in single quotes (doubled inside), dates are text, booleans are ``true`` and ``false``.
A dot follows a reference to another record. A name
with blanks or signs stands in backticks. A comparison with a missing value is never true.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as TypingLiteral

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its path: ``amount`` or ``project.amount``."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path as it was written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``; ``op`` is one of ``= != < <= > >= contains``."""

    left: Field
    op: str
    right: Field | Literal


@dataclass(frozen=True, slots=True)
class Membership:
    """``field [not] in (…)``."""

    field: Field
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNull:
    """``field is [not] null``."""

    field: Field
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    """``not condition``."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class BoolOp:
    """Conditions joined by ``and`` or ``or``."""

    op: TypingLiteral["and", "or"]
    conditions: tuple[Expression, ...]


Expression = Comparison | Membership | IsNull | Not | BoolOp


class FilterSyntaxError(ValueError):
    """The filter is not in the grammar.

    Attributes:
        position: where in the text it stopped making sense, from 0.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<op>!=|<>|<=|>=|[=<>(),])"
    r"|(?P<word>[^\W\d][\w.]*)|`(?P<quoted>[^`]+)`)"
)
_KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "null", "between", "contains", "true", "false"}
)
_MAX_DEPTH = 50
_MAX_DIGITS = 38


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(source: str) -> Iterator[_Token]:
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            start = position + len(source[position:]) - len(source[position:].lstrip())
            raise FilterSyntaxError(f"unexpected {source[start]!r}", start)
        group = kind = match.lastgroup or ""
        text = match[group]
        if kind == "word" and text.lower() in _KEYWORDS:
            kind, text = "keyword", text.lower()
        yield _Token(kind, "!=" if text == "<>" else text, match.start(group))
        position = match.end()
    yield _Token("end", "the end", len(source))


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = list(_tokens(source))
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> bool:
        if self.here.kind in ("keyword", "op") and self.here.text in texts:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.wrong(f"expected {text!r}")

    def wrong(self, message: str) -> FilterSyntaxError:
        return FilterSyntaxError(f"{message}, found {self.here.text!r}", self.here.position)

    def either(self) -> Expression:
        conditions = [self.both()]
        while self.take("or"):
            conditions.append(self.both())
        return conditions[0] if len(conditions) == 1 else BoolOp("or", tuple(conditions))

    def both(self) -> Expression:
        conditions = [self.negation()]
        while self.take("and"):
            conditions.append(self.negation())
        return conditions[0] if len(conditions) == 1 else BoolOp("and", tuple(conditions))

    def negation(self) -> Expression:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FilterSyntaxError("conditions are nested too deeply", self.here.position)
        try:
            if self.take("not"):
                return Not(self.negation())
            if self.take("("):
                inner = self.either()
                self.need(")")
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def field(self) -> Field:
        if self.here.kind == "quoted":
            self.at += 1
            return Field((self.tokens[self.at - 1].text,))
        if self.here.kind != "word":
            raise self.wrong("expected a field")
        path = tuple(self.here.text.split("."))
        if not all(path):
            raise self.wrong("a dot stands between two names")
        self.at += 1
        return Field(path)

    def comparison(self) -> Expression:
        field = self.field()
        if self.take("is"):
            negated = self.take("not")
            self.need("null")
            return IsNull(field, negated)
        negated = self.take("not")
        if self.take("in"):
            return Membership(field, self.values(), negated)
        if negated:
            raise self.wrong("expected 'in' after 'not'")
        if self.take("between"):
            low = self.literal()
            self.need("and")
            return BoolOp(
                "and", (Comparison(field, ">=", low), Comparison(field, "<=", self.literal()))
            )
        if self.take("contains"):
            return Comparison(field, "contains", self.literal())
        op = self.here.text
        if not self.take("=", "!=", "<", "<=", ">", ">="):
            raise self.wrong("expected a comparison")
        return Comparison(
            field, op, self.field() if self.here.kind in ("word", "quoted") else self.literal()
        )

    def values(self) -> tuple[Literal, ...]:
        self.need("(")
        values = [self.literal()]
        while self.take(","):
            values.append(self.literal())
        self.need(")")
        return tuple(values)

    def literal(self) -> Literal:
        token = self.here
        self.at += 1
        if token.kind == "number":
            if len(token.text) > _MAX_DIGITS or not math.isfinite(float(token.text)):
                raise FilterSyntaxError("the number is too long", token.position)
            return Literal(
                int(token.text) if re.fullmatch(r"-?\d+", token.text) else float(token.text)
            )
        if token.kind == "text":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "keyword" and token.text in ("true", "false"):
            return Literal(token.text == "true")
        self.at -= 1
        raise self.wrong("expected a value ('text', a number, true or false)")


def parse_filter(source: str) -> Expression:
    """Parse a filter.

    Raises:
        FilterSyntaxError: with what was expected, what was found and where.

    >>> parse_filter("year >= 2020")
    Comparison(left=Field(path=('year',)), op='>=', right=Literal(value=2020))
    """
    parser = _Parser(source)
    if parser.here.kind == "end":
        raise FilterSyntaxError("the filter is empty", 0)
    tree = parser.either()
    if parser.here.kind != "end":
        raise parser.wrong("expected 'and' or 'or'")
    return tree


def literals_of(tree: Expression) -> Iterator[Literal]:
    """Every constant of a filter, in order.

    >>> [v.value for v in literals_of(parse_filter("a in ('x', 'y') and b > 3"))]
    ['x', 'y', 3]
    """
    if isinstance(tree, BoolOp):
        for condition in tree.conditions:
            yield from literals_of(condition)
    elif isinstance(tree, Not):
        yield from literals_of(tree.condition)
    elif isinstance(tree, Membership):
        yield from tree.values
    elif isinstance(tree, Comparison) and isinstance(tree.right, Literal):
        yield tree.right


def fields_of(tree: Expression) -> Iterator[Field]:
    """Every field that a filter reads, in order, with repeats.

    >>> [f.name for f in fields_of(parse_filter("end >= start and kind = 'a'"))]
    ['end', 'start', 'kind']
    """
    if isinstance(tree, BoolOp):
        for condition in tree.conditions:
            yield from fields_of(condition)
    elif isinstance(tree, Not):
        yield from fields_of(tree.condition)
    elif isinstance(tree, Comparison):
        yield tree.left
        if isinstance(tree.right, Field):
            yield tree.right
    else:
        yield tree.field
