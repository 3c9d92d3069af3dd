"""The application: the HTTP interface at ``/api/v1/``, the site at ``/``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ceyuan.errors import CeyuanError
from ceyuan.version import __version__
from ceyuan.web.access import AccessLog
from ceyuan.web.answering import Handler
from ceyuan.web.documentation import DESCRIPTION
from ceyuan.web.faults import (
    Refused,
    on_bug,
    on_ceyuan_error,
    on_http_error,
    on_invalid,
    on_refused,
)
from ceyuan.web.guard import Guard, Hosts
from ceyuan.web.openapi import finished
from ceyuan.web.pages import interface_page, site_routes
from ceyuan.web.parameters import PREFIX, parameters_of
from ceyuan.web.routes import router
from ceyuan.web.snapshots import Snapshots

if TYPE_CHECKING:
    from ceyuan.teams.database import Team


def create_app(
    snapshots: Snapshots,
    *,
    hosts: Hosts | None = None,
    site: Path | None = None,
    root_path: str = "",
    log: Callable[[str], None] | None = None,
    team: Team | None = None,
) -> FastAPI:
    """The application over the snapshots of a workspace.

    Args:
        snapshots: the snapshots; the application follows the workspace while it runs and closes them at the end.
        hosts: the hosts that it answers for; all of them if None.
        site: the built site; the interface alone if None.
        root_path: what stands before every address behind a proxy that passes on a part of its site (``/observatory``).
        log: takes a line for each request; none is written if None.
        team: the workspace's team, whose sides write here; nobody writes anything if None.

    Raises:
        CeyuanError: ``site-not-built``.

    >>> snapshots = Snapshots(gba)
    >>> create_app(snapshots).title  # to be run by an ASGI server, as `ceyuan serve` does
    'Ceyuan'
    >>> snapshots.close()
    """
    handler = Handler(snapshots)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        snapshots.watch()
        yield
        handler.close()

    app = FastAPI(
        title="Ceyuan", version=__version__, description=DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
    )  # fmt: skip
    app.state.handler = handler
    app.include_router(router(), prefix=PREFIX)
    _document(app, root_path)
    app.state.parameters = parameters_of(app.openapi())

    @app.get("/health", include_in_schema=False)
    async def health() -> Response:
        return JSONResponse(
            {"status": "ok", "build": snapshots.current.build},
            headers={"Cache-Control": "no-store"},
        )

    @app.get(f"{PREFIX}/", include_in_schema=False)
    async def interface() -> Response:
        return interface_page(app)

    if team is not None:
        from ceyuan.web.team.routes import team_router  # noqa: PLC0415 - only a team needs a database

        app.include_router(team_router(team), prefix="/api/team")
    if site is not None:
        app.include_router(site_routes(site, handler))
    app.add_exception_handler(CeyuanError, on_ceyuan_error)
    app.add_exception_handler(Exception, on_bug)
    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_middleware(Guard, hosts=hosts, root_path=root_path)
    if log is not None:
        app.add_middleware(AccessLog, write=log)
    return app


def _document(app: FastAPI, root_path: str) -> None:
    """Make OpenAPI once, with our form of errors and the address that the interface has behind a proxy."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            servers = {"servers": [{"url": root_path}]} if root_path else {}
            app.openapi_schema = {**finished(made()), **servers}
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to change it
