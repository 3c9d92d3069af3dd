"""A local stand-in of the OpenAlex API, and real works to serve."""

from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"
WORKS = SHARED / "openalex" / "works.jsonl.gz"


@pytest.fixture(scope="session")
def works() -> list[bytes]:
    """Genuine work records, one line each."""
    if not WORKS.is_file():
        pytest.skip(f"no {WORKS}: the real OpenAlex records are not here")
    return gzip.decompress(WORKS.read_bytes()).splitlines()


@pytest.fixture(scope="session")
def institutions(works: list[bytes]) -> list[bytes]:
    """Institution records for those works: their identifiers are real, the positions are made up (simulated)."""
    found: dict[str, str | None] = {}
    for line in works:
        for authorship in json.loads(line)["authorships"]:
            for institution in authorship["institutions"]:
                if institution["id"]:
                    found[institution["id"]] = institution.get("country_code")
    dice = random.Random(7)  # noqa: S311 - no secret
    return [
        json.dumps(
            {
                "id": name,
                "country_code": code,
                "geo": {
                    "latitude": dice.uniform(-60, 70),
                    "longitude": dice.uniform(-180, 180),
                    "city": "simulated",
                    "country_code": code,
                },
            }
        ).encode()
        for name, code in sorted(found.items())
    ]


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
            return 401, json.dumps({"error": "Unauthorized", "message": "an API key is needed"}).encode()
        cursor = parameters["cursor"]
        if cursor in self.refused:
            return 400, b'{"error": "Invalid query parameters error.", "message": "Cursor is invalid"}'
        start = 0 if cursor == "*" else int(cursor.removeprefix("at-"))
        end = start + int(parameters.get("per-page", "25"))
        following = f"at-{end}" if self.records[start:end] else None
        following = self.cursors.get(cursor, following)
        meta = {"count": len(self.records) if self.announced is None else self.announced, "next_cursor": following}
        results = b", ".join(self.records[start:end])
        return 200, b'{"meta": ' + json.dumps(meta).encode() + b', "results": [' + results + b"]}"


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
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


@pytest.fixture
def serve() -> Iterator[Callable[..., Api]]:
    """Starts stand-ins; they are stopped after the test."""
    servers: list[ThreadingHTTPServer] = []

    def start(records: list[bytes], **settings: Any) -> Api:
        api = Api(records, **settings)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                number = len(api.requests)
                api.requests.append({k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()})
                fault = api.faults.get(number)
                if fault is None or not fault(self):
                    send(self, *api.answer(api.requests[-1]))

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return api

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
