"""What every answer carries, and which requests are let in at all."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ceyuan.errors import Problem
from ceyuan.web.faults import answer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names that only this machine has."""
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors "
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Adds the headers that protect a reader, and refuses requests for other hosts and from pages of other sites.

    A page of a foreign site can let a browser send requests to this machine under a name of its own (DNS rebinding); its
    Host header gives it away. It can also send texts to this machine under its right name; its Origin header gives that
    away.

    Args:
        app: the application.
        hosts: names that may be asked for; all of them if None.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] | None = None) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # HEAD is GET without the body; the server below leaves it out.
        scope = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        ancestors = "*" if b"embed" in scope["query_string"].split(b"&") else "'self'"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY + ancestors
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        problem = self._against(Request(scope))
        if problem is not None:
            await answer(problem)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _against(self, request: Request) -> Problem | None:
        """Why a request is refused, None where it is let in."""
        if self._hosts is None:
            return None
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if _name(host) not in self._hosts:
            return Problem("bad-host", f"this server does not answer for {host!r}")
        # A browser names the page that sends something.
        if request.method != "GET" and origin is not None and _name(origin.partition("://")[2]) not in self._hosts:
            return Problem("bad-origin", f"pages of {origin!r} may not send anything to this server")
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).casefold()
