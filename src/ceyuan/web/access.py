"""The access log: a line for each request, when it has been answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """Writes who asked for what, and what became of it: moment, client, request, status, bytes, milliseconds.

    Args:
        app: the application.
        write: takes a line.
    """

    def __init__(self, app: ASGIApp, write: Callable[[str], None]) -> None:
        self._app = app
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        status, size = 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            took = (time.perf_counter() - begin) * 1000
            self._write(
                f"{moment} {_client(scope)} {_request(scope)} {status or '-'} {size} {took:.0f}ms"
            )


def _client(scope: Scope) -> str:
    """Who asked; a proxy that is trusted says who it asks for."""
    client = scope.get("client")
    return _printable(str(client[0])) if client else "-"


def _request(scope: Scope) -> str:
    """Method and address as they were sent: what is not printable there is percent-encoded, or refused by the server."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    return _printable(
        f"{scope['method']} {(path + b'?' + query if query else path).decode('latin-1')}"
    )


def _printable(text: str) -> str:
    """Text that cannot pretend to be another line."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
