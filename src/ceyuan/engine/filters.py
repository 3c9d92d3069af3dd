"""Filters as SQL: a tree from :mod:`ceyuan.expressions` over named columns, every value a literal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.engine.sql import literal
from ceyuan.expressions import (
    BoolOp,
    Comparison,
    Expression,
    Field,
    IsNull,
    Literal,
    Membership,
    Not,
    Value,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a filter may use.

    Attributes:
        sql: its expression.
        type: its field type (``date`` columns compare with dates written as text).
    """

    sql: str
    type: str


def filter_sql(tree: Expression, columns: Mapping[str, Column]) -> str:
    """The condition as SQL.

    Raises:
        KeyError: if the filter names a column that is not given.

    >>> from ceyuan.expressions import parse_filter
    >>> filter_sql(parse_filter("n > 3 and m is null"), {"n": Column("n", "integer"), "m": Column("m", "text")})
    '((n > 3) AND (m IS NULL))'
    """
    if isinstance(tree, BoolOp):
        return (
            "(" + f" {tree.op.upper()} ".join(filter_sql(c, columns) for c in tree.conditions) + ")"
        )
    if isinstance(tree, Not):
        return f"(NOT {filter_sql(tree.condition, columns)})"
    if isinstance(tree, IsNull):
        return f"({columns[tree.field.name].sql} IS {'NOT ' if tree.negated else ''}NULL)"
    if isinstance(tree, Membership):
        column = columns[tree.field.name]
        values = ", ".join(_constant(v, column) for v in tree.values)
        return f"({column.sql} {'NOT IN' if tree.negated else 'IN'} ({values}))"
    return _comparison(tree, columns)


def _comparison(tree: Comparison, columns: Mapping[str, Column]) -> str:
    left = columns[tree.left.name]
    right = (
        columns[tree.right.name].sql
        if isinstance(tree.right, Field)
        else _constant(tree.right, left)
    )
    if tree.op == "contains":
        return f"(position({right} IN {left.sql}) > 0)"
    return f"({left.sql} {'<>' if tree.op == '!=' else tree.op} {right})"


def _constant(value: Literal, column: Column) -> str:
    plain: Value = value.value
    return f"CAST({literal(plain)} AS DATE)" if column.type == "date" else literal(plain)
