"""The pages of the site at their addresses, answered from the build that is served."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from ceyuan.errors import CeyuanError, fail
from ceyuan.web.addresses.feeds import changes_feed, sitemap
from ceyuan.web.addresses.head import Site, page_html, unknown_html
from ceyuan.web.addresses.listing import SitePage, page_at, site_pages
from ceyuan.web.addresses.preview import previews
from ceyuan.web.answering import Handler
from ceyuan.web.payload import Payload
from ceyuan.web.resources.view import View
from ceyuan.web.site_files import INDEX
from ceyuan.wording import LANGUAGES, Language

FEED, SITEMAP, PREVIEW = "changes.atom", "sitemap.xml", "preview.png"


@dataclass(frozen=True, slots=True)
class SitePages:
    """Answers every address of the site that is no file of it.

    Attributes:
        html: the page of the built site.
        handler: answers from the build that is served.
    """

    html: str
    handler: Handler

    async def answer(self, request: Request, path: str) -> Response:
        """The page, feed, list of addresses or picture at an address below that of the site.

        Raises:
            CeyuanError: ``no-resource`` for an address that is none of the site.
        """
        base = str(request.base_url)
        if path in ("", INDEX):
            return await self._made(request, (path, base), lambda view: self._home(view, base))
        if path == SITEMAP:
            return await self._made(request, (path, base), lambda view: self._sitemap(view, base))
        first, *parts = path.split("/")
        language = next((known for known in LANGUAGES if known == first), None)
        if language is None:
            raise fail("no-resource", f"there is no page {path!r}")
        if parts == [FEED]:
            make = self._feed(base, language)
        elif parts[-1:] == [PREVIEW]:
            make = _picture(tuple(parts[:-1]), language)
        elif path.endswith("/"):
            make = self._page(base, tuple(parts[:-1]), language)
        else:
            return _with_slash(request, path)
        try:
            return await self._made(request, (path, base), make)
        except CeyuanError as error:
            if error.problems[0].code != "no-resource" or not path.endswith("/"):
                raise
            html = unknown_html(self.html, len(parts))
            return Response(html, status_code=404, media_type="text/html")

    async def _made(
        self, request: Request, key: Hashable, make: Callable[[View], Payload]
    ) -> Response:
        beside = hashlib.sha256(f"{self.html}{key}".encode()).hexdigest()[:8]
        return await self.handler.answer(request, ("page", key), make, beside=f"-{beside}")

    def _site(self, view: View, base: str) -> Site:
        return Site(self.html, view.build.config.languages, base)

    def _home(self, view: View, base: str) -> Payload:
        site = self._site(view, base)
        page = _known(view, ())
        html = page_html(site, page, site.languages[0], at_root=True)
        return Payload.of(html.encode(), "text/html")

    def _page(
        self, base: str, path: tuple[str, ...], language: Language
    ) -> Callable[[View], Payload]:
        def make(view: View) -> Payload:
            html = page_html(self._site(view, base), _known(view, path), language)
            return Payload.of(html.encode(), "text/html")

        return make

    def _sitemap(self, view: View, base: str) -> Payload:
        return Payload.of(sitemap(self._site(view, base), site_pages(view)), "application/xml")

    def _feed(self, base: str, language: Language) -> Callable[[View], Payload]:
        def make(view: View) -> Payload:
            feed = changes_feed(view, self._site(view, base), language)
            return Payload.of(feed, "application/atom+xml")

        return make


def _picture(path: tuple[str, ...], language: Language) -> Callable[[View], Payload]:
    def make(view: View) -> Payload:
        (picture,) = previews(view, [_known(view, path)], language)
        return Payload.of(picture, "image/png", pack=False)

    return make


def _known(view: View, path: tuple[str, ...]) -> SitePage:
    page = page_at(view, path)
    if page is None:
        raise fail("no-resource", f"there is no page {'/'.join(path)!r}")
    return page


def _with_slash(request: Request, path: str) -> Response:
    """To the same address with a slash at its end, as a file server does; said so that any proxy may stand before it."""
    query = request.url.query
    place = f"{quote(path.rsplit('/', maxsplit=1)[-1])}/{f'?{query}' if query else ''}"
    return Response(status_code=308, headers={"Location": place, "Cache-Control": "no-cache"})
