"""What OpenAPI says about each address: every status that it answers with, and what each of them holds."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse, Response

from ceyuan.errors import catalogue
from ceyuan.web.faults import PROBLEM
from ceyuan.web.models.communiques import ReadRequest
from ceyuan.web.payload import JSON
from ceyuan.web.reading import FILES

_TAG = {
    "description": "The build, and everything beside it, that the answer was made of.",
    "schema": {"type": "string"},
}
_NOT_MODIFIED = {
    "description": "The asker has it already (`If-None-Match`).",
    "headers": {"ETag": _TAG},
}
FAULT_REF = {"$ref": "#/components/schemas/Fault"}
DESCRIPTION = """\
Everything that the site shows, as JSON. Every answer is wholly of one build, which it names; `ETag` stands for the build
and the texts beside it, so that `If-None-Match` costs next to nothing. Errors are `application/problem+json` (RFC 9457) with
a stable `code`. Figures carry what must be said beside them: bound, status, whether they are forecasts, and their sources;
their `key` leads to their lineage, down to file and line of the records.
"""


_FROM_FILES = ("communiques/", "bulletins/", "plan", "targets", "overview", "read")
"""Resources that are made of files beside the build, which may have been changed since it was checked."""


def fault(status: int, description: str, code: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of an error."""
    known = catalogue()[code]
    example = {"type": "about:blank", "title": known.title, "status": status, "code": code, "detail": known.meaning,
               "hint": known.remedy, "where": None}  # fmt: skip
    content = {PROBLEM: {"schema": FAULT_REF, "example": example}}
    return {status: {"description": description, "content": content}}


def faults_of(path: str, unknown: str | None = None) -> dict[int | str, dict[str, Any]]:
    """The errors of an address."""
    found = fault(
        422, "A query parameter is unknown, or given more than once.", "unknown-parameter"
    )
    if unknown is not None:
        found |= fault(
            404,
            "There is no such identifier, place, figure or page; the hint names what is alike.",
            unknown,
        )
    if path.startswith("observations."):
        found |= fault(
            413, "More rows are asked for than one download holds.", "download-too-large"
        )
    if path == "read":
        found |= fault(
            413,
            "The text has more than 200,000 characters, or the body is too large.",
            "text-too-long",
        )
        found |= fault(415, "The body is of a type that is not read.", "unreadable-media")
        found |= fault(503, "Too many texts are waiting to be read.", "too-many-texts")
    if path.startswith(("observations", "records", "read")) or path.endswith("lineage"):
        found |= fault(422, "A parameter or the body is not what it should be.", "bad-request")
    if path == "plan" or path.startswith("plan/"):
        found |= fault(422, "The day is none, or has not come yet.", "future-day")
    if path.startswith(_FROM_FILES):
        found |= fault(
            500, "A file of the workspace is wrong; `where` names it with its line.", "bad-value"
        )
    return found


def operation(
    path: str, summary: str, model: Any, unknown: str | None, media: str | None
) -> dict[str, Any]:
    """The arguments that register an address that is read with GET."""
    responses: dict[int | str, dict[str, Any]] = {
        200: {"description": "The answer.", "headers": {"ETag": _TAG}},
        304: _NOT_MODIFIED,
        **faults_of(path, unknown),
    }
    if model is None:
        binary = {"type": "string", "contentMediaType": media} if media else {}
        responses[200]["content"] = {(media or "").partition(";")[0]: {"schema": binary}}
    own = (
        "server only"
        if path.startswith(("observations", "records")) or path.endswith("geojson")
        else "resources"
    )
    name = (
        path.replace("/{id}", "_of")
        .replace("/", "_")
        .replace(".", "_")
        .replace("{", "")
        .replace("}", "")
    )
    return {
        "summary": summary, "operation_id": name, "response_model": model, "responses": responses, "tags": [own],
        "response_class": Response if model is None else type("Json", (JSONResponse,), {"media_type": media or JSON}),
    }  # fmt: skip


READ_BODY: dict[str, Any] = {
    "required": True,
    "description": "A text, or a file as it is.",
    "content": {
        "application/json": {"schema": ReadRequest.model_json_schema()},
        **{media: {"schema": {"type": "string", "format": "binary"}} for media in FILES},
    },
}
