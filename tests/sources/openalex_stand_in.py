"""A local stand-in of the OpenAlex API."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared" / "data"

Fault = Callable[[BaseHTTPRequestHandler], bool]
"""Answers in place of the server and returns True, or does nothing and returns False."""


@dataclass
class Api:
    """A stand-in of the OpenAlex API that serves a list of records by cursor.

    Attributes:
        records: JSON of each record.
        faults: for the n-th request (from 0), what goes wrong.
        requests: the parameters of all requests so far.
        url: where it is.
        announced: the count that it announces, if not the true one.
    """

    records: list[bytes]
    faults: dict[int, Fault] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    announced: int | None = None
    refused: set[str] = field(default_factory=set)
    cursors: dict[str, str | None] = field(default_factory=dict)
    key: str | None = None

    def answer(self, parameters: dict[str, str]) -> tuple[int, bytes]:
        """Status and body for a request."""
        if self.key is not None and parameters.get("api_key") != self.key:
            return 401, json.dumps(
                {"error": "Unauthorized", "message": "an API key is needed"}
            ).encode()
        cursor = parameters["cursor"]
        if cursor in self.refused:
            return (
                400,
                b'{"error": "Invalid query parameters error.", "message": "Cursor is invalid"}',
            )
        start = 0 if cursor == "*" else int(cursor.removeprefix("at-"))
        end = start + int(parameters.get("per-page", "25"))
        following = f"at-{end}" if self.records[start:end] else None
        following = self.cursors.get(cursor, following)
        meta = {
            "count": len(self.records) if self.announced is None else self.announced,
            "next_cursor": following,
        }
        results = b", ".join(self.records[start:end])
        return 200, b'{"meta": ' + json.dumps(meta).encode() + b', "results": [' + results + b"]}"


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    """A complete answer."""
    handler.send_response(status)
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
