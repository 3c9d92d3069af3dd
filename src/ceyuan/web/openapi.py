"""The description of the HTTP interface (OpenAPI), without a workspace; as a command it prints it for the site's types."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from ceyuan.frames import field_meanings
from ceyuan.version import __version__
from ceyuan.web.documentation import DESCRIPTION, FAULT_REF
from ceyuan.web.faults import PROBLEM
from ceyuan.web.models.base import Fault
from ceyuan.web.parameters import PREFIX
from ceyuan.web.routes import router

_OWN_ERRORS = ("HTTPValidationError", "ValidationError")


def openapi() -> dict[str, Any]:
    """The description of the HTTP interface.

    >>> "/api/v1/meta" in openapi()["paths"]
    True
    """
    app = FastAPI(title="Ceyuan", version=__version__, description=DESCRIPTION)
    app.include_router(router(), prefix=PREFIX)
    return finished(app.openapi())


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI as FastAPI makes it, with Ceyuan's form of errors, and with docstrings told field by field."""
    schemas = document["components"]["schemas"]
    for name in _OWN_ERRORS:
        schemas.pop(name, None)
    for schema in schemas.values():
        if "properties" in schema:
            schema["required"] = list(schema["properties"])  # an answer tells what is as usual, too
    schemas["Fault"] = Fault.model_json_schema()
    for text in schemas["Trilingual"]["properties"].values():
        # a rule for what is declared; the unit of a plain ratio is no words at all
        text.pop("minLength")
    for operation in _operations(document):
        for answer in operation["responses"].values():
            _told_as_problem(answer)
    for schema in schemas.values():
        _describe_fields(schema)
    _close_maps(document)
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _told_as_problem(answer: dict[str, Any]) -> None:
    """FastAPI documents its own form of errors, wherever a parameter can be wrong, beside or instead of ours."""
    content = answer.get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.endswith(_OWN_ERRORS):
        del content["application/json"]
        content.setdefault(PROBLEM, {"schema": FAULT_REF})


def _describe_fields(schema: dict[str, Any]) -> None:
    """Give each property what the section ``Attributes`` of its class says of it."""
    if "description" not in schema:
        return
    schema["description"], meanings = field_meanings(schema["description"])
    properties = schema.get("properties", {})
    for name in meanings.keys() & properties.keys():
        properties[name].setdefault("description", re.sub(r"\bNone\b", "null", meanings[name]))


def _close_maps(part: Any) -> None:
    """A map over a closed set of keys names every one of them; say so, as pydantic only says that there are no others."""
    if isinstance(part, dict):
        keys = part.get("propertyNames", {}).get("enum")
        if keys:
            value = part.pop("additionalProperties")
            del part["propertyNames"]
            part |= {
                "properties": dict.fromkeys(keys, value),
                "required": keys,
                "additionalProperties": False,
            }
        for inner in part.values():
            _close_maps(inner)
    elif isinstance(part, list):
        for inner in part:
            _close_maps(inner)


if __name__ == "__main__":
    json.dump(openapi(), sys.stdout, ensure_ascii=False)
