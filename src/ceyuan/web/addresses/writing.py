"""The pages of a published site as files, so that any file server finds one at each address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from ceyuan.web.addresses.feeds import changes_feed, sitemap
from ceyuan.web.addresses.head import Site, page_html
from ceyuan.web.addresses.listing import SitePage, site_pages
from ceyuan.web.addresses.preview import previews
from ceyuan.web.addresses.serving import FEED, PREVIEW, SITEMAP
from ceyuan.web.resources.view import View
from ceyuan.web.site_files import INDEX
from ceyuan.wording import Language

UNKNOWN = "404.html"


def write_pages(view: View, site: Site, folder: Path, progress: Callable[[str, str], None]) -> None:
    """A file for each page in each language, the page at the root, and the page for addresses that are none.

    Where the address of the site is known, also the pictures of link previews and the list of addresses: both must name
    whole addresses.

    Raises:
        CeyuanError: ``no-font`` where no picture can be set.
    """
    pages = list(site_pages(view))
    home = page_html(site, pages[0], site.languages[0], at_root=True)
    (folder / INDEX).write_text(home, encoding="utf-8")
    lost = resources.files("ceyuan.web.addresses").joinpath("lost.html")
    (folder / UNKNOWN).write_text(lost.read_text(encoding="utf-8"), encoding="utf-8")
    for language in site.languages:
        progress("pages", language)
        for page in pages:
            path = folder / _plain(page, language)
            path.mkdir(parents=True, exist_ok=True)
            html = page_html(site, page, language)
            (path / INDEX).write_text(html, encoding="utf-8")
        (folder / language / FEED).write_bytes(changes_feed(view, site, language))
    if site.address:
        (folder / SITEMAP).write_bytes(sitemap(site, pages))
        for language in site.languages:
            progress("pictures", language)
            _write_previews(view, pages, language, folder)


def _write_previews(
    view: View, pages: Sequence[SitePage], language: Language, folder: Path
) -> None:
    """The pictures, some at a time: all of them together would fill the memory of a small machine."""
    pictured = [page for page in pages if page.figure is not None or not page.path]
    for start in range(0, len(pictured), 100):
        some = pictured[start : start + 100]
        for page, picture in zip(some, previews(view, some, language), strict=True):
            (folder / _plain(page, language) / PREVIEW).write_bytes(picture)


def _plain(page: SitePage, language: Language) -> Path:
    """The folder of a page; a file server reads the percent signs of an address away."""
    return Path(language, *page.path)
