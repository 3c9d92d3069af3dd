"""Serving a workspace until it is told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from ceyuan.engine.scratch import remove_left_over
from ceyuan.errors import fail
from ceyuan.web.app import create_app
from ceyuan.web.guard import LOOPBACK, Hosts
from ceyuan.web.site_files import SITE
from ceyuan.web.snapshots import Snapshots

if TYPE_CHECKING:
    from ceyuan.teams.database import Team


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


def hosts_of(host: str, allowed: Iterable[str] = ()) -> Hosts | None:
    """The hosts that a server answers for: what it listens on, this machine's name, and what is allowed beside them.

    Args:
        host: the address that it listens on.
        allowed: further names; ``*`` allows all.

    >>> hosts_of("127.0.0.1").have("observatory.example")
    False
    >>> hosts_of("0.0.0.0", ["observatory.example"]).have("observatory.example")
    True
    """
    names = {name.casefold() for name in allowed}
    if "*" in names:
        return None
    names |= LOOPBACK | {host.casefold()}
    if is_loopback(host):
        return Hosts(frozenset(names))
    machine = socket.gethostname().casefold()
    return Hosts(frozenset(names | {machine, f"{machine}.local"}), addresses=True)


@dataclass(frozen=True, slots=True)
class Front:
    """How a server is reached.

    Attributes:
        host: the address to listen on.
        port: the port; any free one if 0.
        allowed_hosts: names that it answers for beside its own; ``*`` for all.
        root_path: what stands before every address behind a proxy (``/observatory``), empty for nothing.
        proxies: addresses or networks of proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    root_path: str = ""
    proxies: tuple[str, ...] = ()


def serve(
    root: Path,
    front: Front = Front(),
    *,
    site: Path | None = SITE,
    tell: Callable[[str], None] = lambda _: None,
    ready: Callable[[str], None] = lambda _: None,
    log: Callable[[str], None] | None = None,
    team: Team | None = None,
) -> None:
    """Serve the site and the HTTP interface of a workspace, whatever is built meanwhile.

    Args:
        root: the workspace.
        front: how the server is reached.
        site: the built site; the interface alone if None.
        tell: told, in a sentence, what happens.
        ready: told the address when requests are answered from there.
        log: takes a line for each request; none is written if None.
        team: the workspace's team, whose sides write here; nobody writes anything if None.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build``, ``site-not-built`` or ``server-busy``.
    """
    listening = _socket(front.host, front.port)
    snapshots = None
    try:
        remove_left_over()
        snapshots = Snapshots(root, tell, team=team is not None)
        hosts = hosts_of(front.host, front.allowed_hosts)
        app = create_app(
            snapshots,
            hosts=hosts,
            site=site,
            root_path=front.root_path.rstrip("/"),
            log=log,
            team=team,
        )
        server = _Server(
            uvicorn.Config(
                app, log_level="warning", server_header=False, timeout_graceful_shutdown=3,
                proxy_headers=bool(front.proxies), forwarded_allow_ips=list(front.proxies),
            )
        )  # fmt: skip
        server.ready = lambda: ready(address_of(front.host, listening.getsockname()[1]))
        server.run(sockets=[listening])
    finally:
        listening.close()
        if snapshots is not None:
            snapshots.close()


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
        listening.listen()  # only this takes the port for certain; who comes before we are ready waits
    except OSError as error:
        listening.close()
        raise fail(
            "server-busy", f"cannot listen on {host} port {port}: {error.strerror or error}"
        ) from None
    return listening
