"""The body of ``POST read``: a text or a file, read to its limit and not beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from ceyuan.errors import Problem
from ceyuan.web.faults import Refused
from ceyuan.web.models.communiques import ReadRequest

M = TypeVar("M", bound=BaseModel)
JSON_LIMIT = 2 * 2**20
"""Bytes of a JSON body: 200,000 characters, each escaped, and some room."""
FILE_LIMIT = 8 * 2**20
"""Bytes of an uploaded file."""
FILES = {
    "application/octet-stream": "",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
}
"""Media types of files that are read, with the suffix that a file without a name gets."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent.

    Attributes:
        text: a text, None where a file was sent.
        data: a file, None where a text was sent.
        name: title of the text, or name of the file.
    """

    text: str | None
    data: bytes | None
    name: str


async def sent(request: Request, name: str | None) -> Sent:
    """The text or file of a request.

    Raises:
        Refused: if it is of another kind, too large, or no such JSON.
    """
    media = _media(request)
    if media == "application/json":
        asked = await json_body(request, ReadRequest, JSON_LIMIT)
        return Sent(asked.text, None, name or asked.name or "")
    if media in FILES:
        return Sent(None, await file_body(request, FILE_LIMIT), name or f"text{FILES[media]}")
    known = ", ".join(("application/json", *FILES))
    raise Refused(
        Problem(
            "unreadable-media", f"a body of the type {media!r} is not read", hint=f"Known: {known}"
        )
    )


async def json_body(request: Request, model: type[M], limit: int) -> M:
    """The JSON of a request.

    Args:
        request: the request.
        model: what it should be.
        limit: the most bytes that are read.

    Raises:
        Refused: if it is of another kind, too large, or no such JSON.
    """
    media = _media(request)
    if media != "application/json":
        raise Refused(
            Problem(
                "unreadable-media", f"a body of the type {media!r} is not read", hint="Send JSON"
            )
        )
    body = await file_body(request, limit)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(("body", *(str(part) for part in first["loc"])))
        raise Refused(Problem("bad-request", f"{place}: {first['msg']}", file=place)) from None


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def file_body(request: Request, limit: int) -> bytes:
    """The body, unless it is too large; then no more of it is read."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        parts.append(chunk)
    return b"".join(parts)


def _too_large(limit: int) -> Refused:
    problem = Problem("request-too-large", f"the body has more than {limit:,} bytes", file="body")
    return Refused(problem, {"Connection": "close"})
