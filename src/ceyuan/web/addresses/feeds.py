"""``sitemap.xml`` for search engines, and an Atom feed (RFC 4287) of what changed from build to build."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from ceyuan.web.addresses.head import HTML_LANG, Site, address_of
from ceyuan.web.addresses.listing import SitePage
from ceyuan.web.addresses.words import BRAND, CHANGES
from ceyuan.web.models.overview import Change
from ceyuan.web.resources.builds import changes
from ceyuan.web.resources.view import View
from ceyuan.wording import Language

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_ENTRIES = 100
_MOST = 50_000
"""Addresses that a sitemap may hold."""


def sitemap(site: Site, pages: Iterable[SitePage]) -> bytes:
    """Every page in every language, each with the others (sitemaps.org, hreflang)."""
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    top = ET.Element(f"{{{_SITEMAP}}}urlset")
    for page in pages:
        for language in site.languages:
            if len(top) == _MOST:
                break
            url = ET.SubElement(top, f"{{{_SITEMAP}}}url")
            _text(url, f"{{{_SITEMAP}}}loc", site.address + address_of(page.path, language))
            for other in site.languages:
                link = ET.SubElement(url, f"{{{_XHTML}}}link")
                link.set("rel", "alternate")
                link.set("hreflang", HTML_LANG[other])
                link.set("href", site.address + address_of(page.path, other))
    return _written(top)


def changes_feed(view: View, site: Site, language: Language) -> bytes:
    """What the build changed, a figure an entry; each leads to the figure's own page."""
    manifest = view.build.manifest
    home = site.address + address_of((), language)
    top = _element("feed")
    title = f"{view.build.config.name.get(language)} · {CHANGES.get(language)}"
    _text(top, _atom("title"), title)
    _text(top, _atom("id"), _name(view.build.config.id, language))
    _text(top, _atom("updated"), manifest["created"])
    author = ET.SubElement(top, _atom("author"))
    _text(author, _atom("name"), BRAND.get(language))
    _link(top, "alternate", home)
    if site.address:
        _link(top, "self", f"{site.address}{language}/changes.atom")
    for change in changes(view, manifest["changes"][:_ENTRIES]):
        _entry(top, view, site, language, change)
    return _written(top)


def _entry(top: ET.Element, view: View, site: Site, language: Language, change: Change) -> None:
    entry = ET.SubElement(top, _atom("entry"))
    where = f"{change.name.get(language)} · {change.place_name.get(language)} · {change.period}"
    before = change.before_text.get(language) if change.before_text else "–"
    after = change.after_text.get(language) if change.after_text else "–"
    path = ("indicators", change.indicator)
    known = change.indicator in view.build.indicators
    address = address_of(path if known else ("data", "builds"), language)
    _text(entry, _atom("title"), f"{where}: {before} → {after}")
    _text(entry, _atom("id"), _name(view.build.id, change.key))
    _text(entry, _atom("updated"), view.build.manifest["created"])
    _link(entry, "alternate", site.address + address)
    _text(entry, _atom("summary"), f"{before} → {after}")


def _name(*parts: str) -> str:
    """A name that stays the same wherever the feed is read (RFC 4122)."""
    return uuid5(NAMESPACE_URL, "/".join(parts)).urn


def _atom(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _element(name: str) -> ET.Element:
    ET.register_namespace("", _ATOM)
    return ET.Element(_atom(name))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, rel: str, address: str) -> None:
    link = ET.SubElement(parent, _atom("link"))
    link.set("rel", rel)
    link.set("href", address)


def _written(top: ET.Element) -> bytes:
    ET.indent(top, " ")
    content: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
