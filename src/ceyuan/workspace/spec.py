"""The base of everything that a workspace declares in YAML, and how a fault in it becomes a line and a hint."""

from __future__ import annotations

import types
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.yamlfile import YamlDocument, YamlPath

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=80)]
"""An identifier: lower case ASCII letters, digits, ``_`` and ``-``, beginning with a letter."""

FieldName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$", max_length=200)
]
"""A field of a record, or one of a record that it refers to: ``amount``, ``project.amount``."""


class Spec(BaseModel):
    """Frozen, and strict about its keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True,
        json_schema_serialization_defaults_required=True,
    )  # fmt: skip


def _in_all(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise ValueError("the text is empty")
    return {"en": value, "zh-Hans": value, "zh-Hant": value}


FreeText = Annotated[Trilingual, BeforeValidator(_in_all, json_schema_input_type=str | Trilingual)]
"""A text for readers: written once and taken as it is for all languages, or written in each of the three."""


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[
    tuple[Id, ...], BeforeValidator(_several, json_schema_input_type=Id | tuple[Id, ...])
]
"""Identifiers; a single one may stand without brackets."""


def spec_field(
    meaning: str, *, good: object, bad: object, default: Any = PydanticUndefined, **more: Any
) -> Any:
    """A field of a YAML file, with its meaning and a good and a bad example for editors and documentation."""
    extra: dict[str, Any] = {"badExamples": [bad]}
    return Field(default, description=meaning, examples=[good], json_schema_extra=extra, **more)


S = TypeVar("S")


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def parse_spec(
    model: type[S] | TypeAdapter[S],
    document: YamlDocument | None,
    data: object,
    at: YamlPath = (),
    languages: tuple[Language, ...] = LANGUAGES,
) -> S:
    """Validate one part of a document, or plain values that stand in no file.

    Args:
        model: what it should be: a model, or an adapter of a union of models.
        document: the file, for lines; None where there is none.
        data: the part.
        at: the path of that part in the document.
        languages: those in which names must stand where there is no file; a file knows its own.

    Raises:
        CeyuanError: one problem for each fault, with line and hint.
    """
    adapter: TypeAdapter[S] = model if isinstance(model, TypeAdapter) else _adapter(model)  # type: ignore[arg-type] # a class
    try:
        return adapter.validate_python(
            data, context=languages if document is None else document.languages
        )
    except ValidationError as error:
        annotation = adapter._type  # noqa: SLF001 - the adapter has no public way back to its type
        raise CeyuanError(
            _problem(annotation, document, details, at) for details in error.errors()
        ) from None


def _problem(
    model: Any, document: YamlDocument | None, details: ErrorDetails, at: YamlPath
) -> Problem:
    path = (*at, *details["loc"])
    file = None if document is None else document.file
    line = None if document is None else document.line(_in_document(document, path))
    name = ".".join(str(part) for part in details["loc"]) or "the whole entry"
    if details["type"] == "extra_forbidden":
        known = _field_names(model, details["loc"][:-1])
        key = str(details["loc"][-1])
        hint = did_you_mean(key, known) or (
            f"Known keys: {', '.join(sorted(known))}" if known else None
        )
        return Problem("unknown-key", f"the key {key!r} is not known here", file, line, hint)
    if details["type"] == "missing":
        return Problem("missing-key", f"{name} is required", file, line)
    if details["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _tag_problem(details, file, line)
    reason = details["msg"].removeprefix("Value error, ")
    # A rule over several keys is broken by all of them together: to print the whole mapping would help nobody.
    shown = "" if details["type"] == "value_error" else f", not {repr(details['input'])[:60]}"
    return Problem(
        "bad-value",
        f"{name}: {reason[:1].lower()}{reason[1:]}{shown}",
        file,
        line,
        _literal_hint(details),
    )


def _tag_problem(details: ErrorDetails, file: str | None, line: int | None) -> Problem:
    context = details.get("ctx", {})
    tag = str(context.get("tag", ""))
    key = str(context.get("discriminator", "type")).strip("'")
    if not tag:
        return Problem("missing-key", f"{key} is required", file, line)
    known = [t.strip(" '") for t in str(context.get("expected_tags", "")).split(",")]
    hint = did_you_mean(tag, known) or f"Known: {', '.join(known)}"
    return Problem("bad-value", f"{key}: {tag!r} is not known", file, line, hint)


def _literal_hint(details: ErrorDetails) -> str | None:
    if details["type"] != "literal_error":
        return None
    expected = str(details.get("ctx", {}).get("expected", ""))
    known = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
    return did_you_mean(str(details["input"]), known) or f"Known: {', '.join(known)}"


def _in_document(document: YamlDocument, path: YamlPath) -> YamlPath:
    """The path without the parts that pydantic adds (tags of unions, names of validators)."""
    found: YamlPath = ()
    for part in path:
        if (*found, part) in document.lines:
            found = (*found, part)
    return found


def _field_names(model: Any, loc: Iterable[str | int]) -> list[str]:
    """The keys that could stand at a path of a model."""
    candidates: list[Any] = _flatten(model)
    for part in loc:
        tagged = [
            c
            for c in candidates
            if _is_model(c) and any(_tag(f) == part for f in c.model_fields.values())
        ]
        candidates = tagged or [
            inner for candidate in candidates for inner in _step(candidate, part)
        ]
    return [
        f.alias or name for c in candidates if _is_model(c) for name, f in c.model_fields.items()
    ]


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _step(candidate: Any, part: str | int) -> list[Any]:
    if _is_model(candidate):
        fields: dict[str, FieldInfo] = candidate.model_fields
        return [
            t
            for name, info in fields.items()
            if part in (name, info.alias)
            for t in _flatten(info.annotation)
        ]
    arguments = get_args(candidate)
    return (
        _flatten(arguments[-1] if get_origin(candidate) is dict else arguments[0])
        if arguments
        else []
    )


def _tag(info: FieldInfo) -> object:
    return get_args(info.annotation)[0] if get_origin(info.annotation) is Literal else None


def _flatten(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _flatten(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [t for argument in get_args(annotation) for t in _flatten(argument)]
    return [annotation]
