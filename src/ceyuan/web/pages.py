"""The pages of the site and the page that explains the interface, from memory."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from jinja2 import Environment

from ceyuan.web.addresses.serving import SitePages
from ceyuan.web.answering import Handler, response
from ceyuan.web.payload import Payload
from ceyuan.web.site_files import INDEX, SINGLE, built_site

_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html",
          ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".map": "application/json",
          ".webmanifest": "application/manifest+json"}  # fmt: skip
_TEXTS = (".js", ".mjs", ".css", ".html", ".json", ".svg", ".map", ".txt", ".webmanifest")


def site_routes(folder: Path, handler: Handler) -> APIRouter:
    """The built site below ``/``: its files, and a page at each of its addresses.

    Args:
        folder: the built site.
        handler: answers from the build that is served.

    Raises:
        CeyuanError: ``site-not-built``.
    """
    pages = SitePages(built_site(INDEX, folder).read_text(encoding="utf-8"), handler)
    files = _read(folder)
    made = APIRouter(include_in_schema=False)

    @made.get("/{path:path}")
    async def page(request: Request, path: str) -> Response:
        found = files.get(path)
        if found is None or path == INDEX:
            return await pages.answer(request, path)
        sent = response(request, *found, None)
        if path.startswith("assets/"):
            sent.headers["Cache-Control"] = _FOREVER
        return sent

    return made


def _read(folder: Path) -> Mapping[str, tuple[str, Payload]]:
    """All files by path, with tag and packed form; so no address can lead out of the folder."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SINGLE):
        body, suffix = path.read_bytes(), path.suffix.lower()
        media = (
            _TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        payload = Payload.of(body, media, pack=suffix in _TEXTS)
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        found[path.relative_to(folder).as_posix()] = (tag, payload)
    return found


def interface_page(app: FastAPI) -> Response:
    """A page for people that lists every address, made from OpenAPI; it loads nothing."""
    template = (
        resources.files("ceyuan.web").joinpath("interface.html.j2").read_text(encoding="utf-8")
    )
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    schema: dict[str, Any] = app.openapi()
    html = environment.from_string(template).render(
        info=schema["info"], paths=schema["paths"], schemas=schema["components"]["schemas"]
    )
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-cache"})
