"""Filters: what the engine answers is what the tree means, and nothing of a definition is ever run."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.engine.filters import Column, filter_sql
from ceyuan.expressions import (
    BoolOp,
    Comparison,
    Expression,
    Field,
    FilterSyntaxError,
    IsNull,
    Literal,
    Membership,
    Not,
    fields_of,
    literals_of,
    parse_filter,
)

COLUMNS = {
    "n": Column("n", "integer"), "m": Column("m", "integer"), "t": Column("t", "text"), "u": Column("u", "text"),
    "b": Column("b", "boolean"), "d": Column("d", "date"),
}  # fmt: skip
TEXTS = ["", "a", "ab", "it's", "量子", "A", "';--", "%", "a\0b", "null", "\\"]
DAYS = ["2024-01-01", "2024-06-18", "1999-12-31"]
ROW = st.fixed_dictionaries({
    "n": st.none() | st.integers(-2, 2), "m": st.none() | st.integers(-2, 2), "t": st.none() | st.sampled_from(TEXTS),
    "u": st.none() | st.sampled_from(TEXTS), "b": st.none() | st.booleans(), "d": st.none() | st.sampled_from(DAYS).map(date.fromisoformat),
})  # fmt: skip
OPS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


NUMBERS = st.sampled_from(["-2", "0", "1", "1.5", "1e0", "2"])
STRINGS = st.sampled_from(TEXTS).map(quoted)
OP = st.sampled_from([*OPS, "<>"])
LEAF = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(["n", "m"]), OP, NUMBERS | st.sampled_from(["n", "m"])),
    st.builds("{} {} {}".format, st.sampled_from(["t", "u"]), OP, STRINGS | st.sampled_from(["t", "u"])),
    st.builds("d {} {}".format, OP, st.sampled_from(DAYS).map(quoted)),
    st.builds("b {} {}".format, st.sampled_from(["=", "!="]), st.sampled_from(["true", "FALSE"])),
    st.builds("{} {} ({})".format, st.sampled_from(["n", "m"]), st.sampled_from(["in", "NOT IN"]), st.lists(NUMBERS, min_size=1, max_size=3).map(", ".join)),
    st.builds("t {} ({})".format, st.sampled_from(["in", "not in"]), st.lists(STRINGS, min_size=1, max_size=3).map(",".join)),
    st.builds("n between {} and {}".format, NUMBERS, NUMBERS),
    st.builds("{} is {}null".format, st.sampled_from(list(COLUMNS)), st.sampled_from(["", "not "])),
    st.builds("t contains {}".format, STRINGS),
)  # fmt: skip
FILTERS = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "OR"]), inner),
        st.builds("not {}".format, inner.map(lambda t: f"({t})")),
        st.builds("{} and {} or {}".format, inner, inner, inner),
    ),
    max_leaves=8,
)


def value_of(side: Field | Literal, row: Mapping[str, object], like: object) -> object:
    if isinstance(side, Field):
        return row[side.name]
    return date.fromisoformat(str(side.value)) if isinstance(like, date) else side.value


def holds(tree: Expression, row: Mapping[str, object]) -> bool | None:
    """Three-valued logic: None is unknown."""
    if isinstance(tree, BoolOp):
        found = [holds(c, row) for c in tree.conditions]
        decisive = tree.op == "or"
        return decisive if decisive in found else None if None in found else not decisive
    if isinstance(tree, Not):
        inner = holds(tree.condition, row)
        return None if inner is None else not inner
    if isinstance(tree, IsNull):
        return (row[tree.field.name] is None) != tree.negated
    left = row[tree.field.name if isinstance(tree, Membership) else tree.left.name]
    if left is None:
        return None
    if isinstance(tree, Membership):
        return (left in [v.value for v in tree.values]) != tree.negated
    assert isinstance(tree, Comparison)
    right = value_of(tree.right, row, left)
    if right is None:
        return None
    return (
        str(right) in str(left)
        if tree.op == "contains"
        else bool(OPS[tree.op](_bytes(left), _bytes(right)))
    )


def _bytes(value: object) -> object:
    return value.encode() if isinstance(value, str) else value


@settings(max_examples=300)
@given(FILTERS, ROW)
def test_the_engine_answers_what_the_filter_means(text: str, row: dict[str, object]) -> None:
    tree = parse_filter(text)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE r (n BIGINT, m DECIMAL(38, 10), t VARCHAR, u VARCHAR, b BOOLEAN, d DATE)"
        )
        connection.execute("INSERT INTO r VALUES ($n, $m, $t, $u, $b, $d)", row)
        answer = connection.execute(f"SELECT {filter_sql(tree, COLUMNS)} FROM r").fetchall()
    assert answer == [(holds(tree, row),)]


@given(FILTERS)
def test_a_filter_reads_known_fields_only(text: str) -> None:
    tree = parse_filter(text)
    assert {f.name for f in fields_of(tree)} <= set(COLUMNS)
    assert all(isinstance(v.value, str | int | float | bool) for v in literals_of(tree))


@given(st.text(st.sampled_from("ant =<>!()',.1-e;\"\0/*量"), max_size=25))
def test_any_text_is_a_filter_or_a_clear_refusal(text: str) -> None:
    try:
        parse_filter(text)
    except FilterSyntaxError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017


@pytest.mark.parametrize("text", [
    "a = 1; drop table x", "a = 1 -- x", "a = (select 1)", "a = read_csv('/etc/passwd')", "a = 'x' union select 1", 'a = "b"',
    "a = b.c()", "a /* */ = 1", "a = 1 or", "or a = 1", "a = 'x", "a in ()", "a between 1", "a is 3", "a.b. = 1", "a..b = 1",
    "a = " + "9" * 5000, "a = 1e999", "(" * 60 + "a = 1" + ")" * 60, "not " * 60 + "a = 1", "", "  ", "a", "1 = a", "a == 1",
])  # fmt: skip
def test_what_is_outside_the_grammar_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(FilterSyntaxError) as caught:
        parse_filter(text)
    assert 0 <= caught.value.position <= len(text)


def test_a_long_filter_is_read_and_run() -> None:
    tree = parse_filter(" or ".join(f"n = {i}" for i in range(3000)))
    with duckdb.connect() as connection:
        assert connection.execute(
            f"SELECT {filter_sql(tree, COLUMNS)} FROM (SELECT 2999 AS n)"
        ).fetchone() == (True,)
