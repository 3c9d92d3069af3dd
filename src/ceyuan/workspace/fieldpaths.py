"""Paths of fields: which field ``project.amount`` is, seen from a kind.

A path steps over references (``ref`` fields) to other kinds. Two endings are made up: ``date.year`` is the year of a date
or period, and ``amount_unit`` is the base unit of a quantity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import assert_never

from ceyuan.errors import did_you_mean
from ceyuan.expressions import (
    BoolOp,
    Comparison,
    Expression,
    Field,
    IsNull,
    Membership,
    Not,
)
from ceyuan.workspace.kinds import FieldSpec, FieldType, RecordKind

_TEXT_TYPES: frozenset[FieldType] = frozenset(
    {"text", "period", "place", "party", "unit", "choice", "ref", "url", "indicator", "source"}
)
_NUMBER_TYPES: frozenset[FieldType] = frozenset(
    {"integer", "number", "quantity", "latitude", "longitude"}
)


@dataclass(frozen=True, slots=True)
class FieldPath:
    """Where a field is found.

    Attributes:
        joins: the ``ref`` fields stepped over, in order.
        column: the column in the last kind's table.
        type: its type; the year of a date is an ``integer``.
        field: the declared field that the column belongs to.
    """

    joins: tuple[FieldSpec, ...]
    column: str
    type: FieldType
    field: FieldSpec


class UnknownFieldError(LookupError):
    """A path does not lead to a field; the message says where it ends, ``hint`` what was meant."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.hint = hint


def find_field(kinds: Mapping[str, RecordKind], kind: str, path: tuple[str, ...]) -> FieldPath:
    """Follow a path from a kind.

    Raises:
        UnknownFieldError: if a part of it does not exist.
    """
    joins: list[FieldSpec] = []
    here = kinds[kind]
    for position, name in enumerate(path):
        last = position == len(path) - 1
        found = here.field(name)
        if found is None and last and name.endswith("_unit"):
            quantity = here.field(name.removesuffix("_unit"))
            if quantity is not None and quantity.type == "quantity":
                return FieldPath(tuple(joins), name, "text", quantity)
        if found is None:
            names = [f.id for f in here.fields]
            raise UnknownFieldError(
                f"{here.kind} has no field {name!r}",
                did_you_mean(name, names) or f"Fields: {', '.join(names)}",
            )
        if last:
            return FieldPath(tuple(joins), found.id, found.type, found)
        if found.type in ("date", "period") and path[position + 1 :] == ("year",):
            return FieldPath(tuple(joins), f"{found.id}.year", "integer", found)
        if found.type != "ref" or found.to is None or found.to not in kinds:
            raise UnknownFieldError(f"{here.kind}.{name} is no reference to step over", None)
        joins.append(found)
        here = kinds[found.to]
    raise UnknownFieldError("the path is empty", None)


def filter_faults(
    kinds: Mapping[str, RecordKind], kind: str, tree: Expression
) -> list[tuple[str, str | None]]:
    """What is wrong with a filter over a kind: pairs of message and hint."""
    match tree:
        case BoolOp():
            below = (filter_faults(kinds, kind, condition) for condition in tree.conditions)
            return list(chain.from_iterable(below))
        case Not():
            return filter_faults(kinds, kind, tree.condition)
        case _:
            try:
                return _condition_faults(kinds, kind, tree)
            except UnknownFieldError as error:
                return [(str(error), error.hint)]


def _condition_faults(
    kinds: Mapping[str, RecordKind], kind: str, tree: Comparison | Membership | IsNull
) -> list[tuple[str, str | None]]:
    """What is wrong with one condition.

    Raises:
        UnknownFieldError: if a field that it names does not exist.
    """
    match tree:
        case IsNull():
            find_field(kinds, kind, tree.field.path)
            return []
        case Membership():
            found = find_field(kinds, kind, tree.field.path)
            faults = (_value_faults(tree.field, found, each.value) for each in tree.values)
            return list(chain.from_iterable(faults))
        case Comparison():
            return _comparison_faults(kinds, kind, tree)
        case _:
            assert_never(tree)


def _comparison_faults(
    kinds: Mapping[str, RecordKind], kind: str, tree: Comparison
) -> list[tuple[str, str | None]]:
    """What is wrong with a comparison of a field with another one or with a value."""
    field, right = tree.left, tree.right
    found = find_field(kinds, kind, field.path)
    if isinstance(right, Field):
        other = find_field(kinds, kind, right.path)
        if _family(found.type) == _family(other.type):
            return []
        return [(f"{field.name} and {right.name} cannot be compared", None)]
    if tree.op != "contains":
        return _value_faults(field, found, right.value)
    if _family(found.type) == "text" and isinstance(right.value, str):
        return []
    return [(f"`contains` looks for text in text, and {field.name} is {found.type}", None)]


def _family(type_: FieldType) -> str:
    if type_ in _TEXT_TYPES:
        return "text"
    return "number" if type_ in _NUMBER_TYPES else type_


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _value_faults(field: Field, found: FieldPath, value: object) -> list[tuple[str, str | None]]:
    family = _family(found.type)
    fits = {
        "text": isinstance(value, str),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "date": isinstance(value, str),
        "boolean": isinstance(value, bool),
    }[family]
    if not fits:
        return [(f"{field.name} is {found.type} and cannot be compared with {value!r}", None)]
    if family == "date" and not _is_day(str(value)):
        return [(f"{value!r} is no day to compare {field.name} with", "Write days as 'YYYY-MM-DD'")]
    choices = found.field.values
    if found.type == "choice" and value not in choices:
        return [
            (
                f"{field.name} is never {value!r}",
                did_you_mean(str(value), choices) or f"Values: {', '.join(choices)}",
            )
        ]
    return []
