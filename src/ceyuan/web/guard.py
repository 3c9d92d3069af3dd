"""What every answer carries, and which requests are let in at all."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ceyuan.errors import Problem
from ceyuan.web.faults import answer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names that only this machine has."""
_PORTS = {"http": 80, "https": 443}
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


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that a server answers for.

    Attributes:
        names: their names, in lower case.
        addresses: whether every plain address is one of them: for a foreign page to get behind the name of a host, the name
            must be one that it can point elsewhere.
    """

    names: frozenset[str]
    addresses: bool = False

    def have(self, name: str) -> bool:
        """Whether a name is one of them.

        >>> Hosts(frozenset({"observatory.example"}), addresses=True).have("192.0.2.7")
        True
        """
        return name in self.names or (self.addresses and _is_address(name))


class Guard:
    """Adds the headers that protect a reader, and refuses requests for other hosts and from pages of other sites.

    A page of a foreign site can let a browser send requests to this machine under a name of its own (DNS rebinding); its
    Host header gives it away. It can also send texts to this machine under its right name; its Origin header gives that
    away.

    Args:
        app: the application.
        hosts: the hosts that may be asked for; all of them if None.
        root_path: what stands before every address where a proxy passes it on; it may also leave it out.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts | None = None, root_path: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # HEAD is GET without the body; the server below leaves it out.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        scope = {**scope, "method": method, "root_path": self._root_path}
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
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        own = _authority(f"{request.scope['scheme']}://{host}")
        if self._hosts is not None and not self._hosts.have(own[0]):
            return Problem("bad-host", f"this server does not answer for {host!r}")
        # A browser names the page that sends something; a page of another port is another site.
        if request.method != "GET" and origin is not None and _authority(origin) != own:
            return Problem(
                "bad-origin", f"pages of {origin!r} may not send anything to this server"
            )
        return None


Authority = tuple[str, int | None]


def _authority(address: str) -> Authority:
    """Host and port of an address, the port None where it is that of its scheme; nothing where it is none.

    >>> _authority("https://Observatory.example:443"), _authority("http://[::1]:8000"), _authority("null")
    (('observatory.example', None), ('::1', 8000), ('', None))
    """
    try:
        parts = urlsplit(address)
        port = None if parts.port == _PORTS.get(parts.scheme) else parts.port
    except ValueError:
        return "", None
    return (parts.hostname or "").casefold(), port


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
