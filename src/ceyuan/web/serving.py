"""Serving a workspace until it is told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ceyuan.engine.scratch import remove_left_over
from ceyuan.errors import fail
from ceyuan.web.app import create_app
from ceyuan.web.guard import LOOPBACK
from ceyuan.web.shelf import Shelf
from ceyuan.web.site_files import SITE


def is_loopback(host: str) -> bool:
    """Whether a host is reached from this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(host: str, port: int) -> str:
    """The address of the site as a browser wants it.

    >>> address_of("::1", 8000)
    'http://[::1]:8000/'
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(
    root: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    site: Path | None = SITE,
    tell: Callable[[str], None] = lambda _: None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the site and the HTTP interface of a workspace, whatever is built meanwhile.

    Args:
        root: the workspace.
        host: the address to listen on.
        port: the port; any free one if 0.
        site: the built site; the interface alone if None.
        tell: told, in a sentence, what happens.
        ready: told the address when requests are answered from there.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build``, ``site-not-built`` or ``server-busy``.
    """
    listening = _socket(host, port)
    shelf = None
    try:
        remove_left_over()
        shelf = Shelf(root, tell)
        app = create_app(shelf, hosts=LOOPBACK if is_loopback(host) else None, site=site)
        server = _Server(uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3))
        server.ready = lambda: ready(address_of(host, listening.getsockname()[1]))
        server.run(sockets=[listening])
    finally:
        listening.close()
        if shelf is not None:
            shelf.close()


class _Server(uvicorn.Server):
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio sends at once (TCP_NODELAY): else every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise fail("server-busy", f"cannot listen on {host} port {port}: {error.strerror or error}") from None
    return listening
