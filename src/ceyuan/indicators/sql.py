"""The SQL that types of indicators share: bounds, the weakest input, factors between units, remarks.

All of it is in the common subset (see :mod:`ceyuan.engine`). What is said of a row is for joins of inputs, what is said of
many rows is an aggregate; with ``over`` it is a window instead.

Bounds follow two rules. Where a result grows with everything that goes into it, as a sum does, it is at least what it is
reckoned to be if no input is less than stated, and more than that if one of them is more. Where it falls with an input, as a
difference with what is taken away, that input's bound is turned around first. Everything else is only ``approx``.
"""

from __future__ import annotations

from ceyuan.engine import literal, literals
from ceyuan.indicators.remarks import remark
from ceyuan.units import Unit

MODALITIES = ("target", "expected", "actual")
"""The weakest first; what is made of several inputs is as weak as the weakest of them."""
STATUSES = ("simulated", "estimated", "computed")
"""Likewise; what is made of published and computed values is computed."""


def number(value: object) -> str:
    """A number as SQL, read as a binary fraction from its decimals."""
    return f"CAST('{value}' AS DOUBLE)"


def factor(unit: Unit, into: Unit) -> str:
    """SQL of the factor from one unit to another of the same dimension.

    >>> from ceyuan.units import parse_unit
    >>> factor(parse_unit("亿元"), parse_unit("万元"))
    "CAST('10000' AS DOUBLE)"
    """
    return number(unit.factor / into.factor)


def say(key: str) -> str:
    """SQL of a remark without parts."""
    return literal(remark(key))


def weaker(order: tuple[str, ...], *columns: str) -> str:
    """SQL for the weakest word of a row's columns: the first of the order that one of them holds, else its last."""
    cases = (
        f"WHEN {literal(word)} IN ({', '.join(columns)}) THEN {literal(word)}"
        for word in order[:-1]
    )
    return f"CASE {' '.join(cases)} ELSE {literal(order[-1])} END"


def weakest(order: tuple[str, ...], column: str, over: str = "") -> str:
    """SQL for the weakest word of a column among many rows."""
    cases = (f"WHEN {_occurs(column, (word,), over)} THEN {literal(word)}" for word in order[:-1])
    return f"CASE {' '.join(cases)} ELSE {literal(order[-1])} END"


def flipped(bound: str) -> str:
    """SQL for a bound of what falls where this grows."""
    return f"CASE {bound} WHEN 'gt' THEN 'lt' WHEN 'ge' THEN 'le' WHEN 'lt' THEN 'gt' WHEN 'le' THEN 'ge' ELSE {bound} END"


def joint_bound(one: str, other: str) -> str:
    """SQL for the bound of what grows with two values of a row."""
    both = f"({one}, {other})"
    return (
        f"CASE WHEN 'approx' IN {both} OR 'order' IN {both} THEN 'approx' "
        f"WHEN {one} = 'eq' THEN {other} WHEN {other} = 'eq' THEN {one} "
        f"WHEN {one} = {other} THEN {one} "
        f"WHEN {one} IN ('gt', 'ge') AND {other} IN ('gt', 'ge') THEN 'gt' "
        f"WHEN {one} IN ('lt', 'le') AND {other} IN ('lt', 'le') THEN 'lt' ELSE 'approx' END"
    )


def difference_bound(grows: str, falls: str) -> str:
    """SQL for the bound of a difference of two values, given theirs."""
    return joint_bound(grows, f"({flipped(falls)})")


def quotient_bound(top: str, bottom: str) -> str:
    """SQL for the bound of a quotient, given the aliases of both values: a negative one turns the other's bound around."""
    of_top = f"CASE WHEN {bottom}.value < 0 THEN {flipped(f'{top}.bound')} ELSE {top}.bound END"
    of_bottom = (
        f"CASE WHEN {top}.value = 0 THEN 'eq' WHEN {top}.value < 0 THEN {bottom}.bound "
        f"ELSE {flipped(f'{bottom}.bound')} END"
    )
    return joint_bound(f"({of_top})", f"({of_bottom})")


def product_bound(one: str, other: str) -> str:
    """SQL for the bound of a product, given the names of both values: a negative one turns the other's bound around."""
    of_one, of_other = (
        f"CASE WHEN {b}.value = 0 THEN 'eq' WHEN {b}.value < 0 THEN {flipped(f'{a}.bound')} ELSE {a}.bound END"
        for a, b in ((one, other), (other, one))
    )
    return joint_bound(f"({of_one})", f"({of_other})")


def part_sql(breakdown: str, table: str) -> str:
    """SQL for the part of an input that goes with a part of another: the same, or the whole where the input has no such part."""
    return f"CASE WHEN {breakdown} IN (SELECT breakdown FROM {table}) THEN {breakdown} ELSE '' END"


def total_bound(column: str, over: str = "") -> str:
    """SQL for the bound of a sum of many rows."""
    lower, upper = (_occurs(column, bounds, over) for bounds in (("gt", "ge"), ("lt", "le")))
    return (
        f"CASE WHEN {_occurs(column, ('approx', 'order'), over)} OR ({lower} AND {upper}) THEN 'approx' "
        f"WHEN {_occurs(column, ('gt',), over)} THEN 'gt' WHEN {lower} THEN 'ge' "
        f"WHEN {_occurs(column, ('lt',), over)} THEN 'lt' WHEN {upper} THEN 'le' ELSE 'eq' END"
    )


def text_list(column: str) -> str:
    """SQL that joins the distinct texts of a column, in order, by ``;``."""
    return f"string_agg(DISTINCT {column}, ';' ORDER BY {column})"


def _occurs(column: str, words: tuple[str, ...], over: str) -> str:
    listed = literals(words)
    return f"count(CASE WHEN {column} IN ({listed}) THEN 1 END) {over} > 0"
