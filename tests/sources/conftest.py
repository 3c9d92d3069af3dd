"""A local stand-in of the OpenAlex API, and real works to serve."""

from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openalex_stand_in import SHARED, Api, send

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


@pytest.fixture
def serve() -> Iterator[Callable[..., Api]]:
    """Starts stand-ins; they are stopped after the test."""
    servers: list[ThreadingHTTPServer] = []

    def start(records: list[bytes], **settings: Any) -> Api:
        api = Api(records, **settings)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                number = len(api.requests)
                api.requests.append(
                    {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                )
                fault = api.faults.get(number)
                if fault is None or not fault(self):
                    send(self, *api.answer(api.requests[-1]))

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        servers.append(server)
        return api

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
