"""The page that a browser is sent at an address: the one page of the built site, with the head of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from ceyuan.web.addresses.listing import SitePage
from ceyuan.web.addresses.words import BRAND, CHANGES
from ceyuan.wording import Language

HTML_LANG = {"zh-Hans": "zh-Hans-CN", "zh-Hant": "zh-Hant-HK", "en": "en"}
_LOCALE = {"zh-Hans": "zh_CN", "zh-Hant": "zh_HK", "en": "en_GB"}
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_LANG = re.compile(r'<html lang="[^"]*"')


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages of a site share.

    Attributes:
        html: the page of the built site, in its mode.
        languages: the languages that the workspace publishes in, its own first.
        address: the address of the site with a slash at its end, empty where nobody knows it yet.
    """

    html: str
    languages: tuple[Language, ...]
    address: str = ""


def address_of(path: tuple[str, ...], language: Language) -> str:
    """The address of a page below that of the site.

    >>> address_of(("places", "hongkong"), "en")
    'en/places/hongkong/'
    """
    return "".join(f"{quote(part, safe='@')}/" for part in (language, *path))


def preview_of(page: SitePage, language: Language) -> str:
    """Where the picture of a page stands; one without a figure of its own has that of the overview."""
    path = page.path if page.figure is not None else ()
    return f"{address_of(path, language)}preview.png"


def unknown_html(html: str, depth: int) -> str:
    """The page where there is none: it says so in the reader's language.

    Args:
        html: the page of the built site.
        depth: how many folders below the site the address is.
    """
    return _placed(html, "../" * depth or "./")


def page_html(site: Site, page: SitePage, language: Language, at_root: bool = False) -> str:
    """The page with what is said of it: its title, language, description, preview, canonical address and other languages.

    Args:
        site: what all pages share.
        page: the page.
        language: its language.
        at_root: whether it stands at the root of the site rather than at its own address.
    """
    html = _placed(site.html, _above(page, at_root))
    title = page.title.get(language)
    whole = f"{escape(title)} · {BRAND.get(language)}"
    head = f"<title>{whole}</title>{_head(site, page, language, at_root)}"
    html = _TITLE.sub(lambda _: head, html, count=1)
    return _LANG.sub(f'<html lang="{HTML_LANG[language]}"', html, count=1)


def _placed(html: str, above: str) -> str:
    """What stands beside the page of the built site, as seen from an address further down."""
    return re.sub(r'((?:src|href|content)=")\./', rf"\g<1>{above}", html)


def _above(page: SitePage, at_root: bool) -> str:
    """The way from a page up to the root of the site."""
    return "./" if at_root else "../" * (len(page.path) + 1)


def _head(site: Site, page: SitePage, language: Language, at_root: bool) -> str:
    base = site.address or _above(page, at_root)
    own = base if at_root else base + address_of(page.path, language)
    title, says = page.title.get(language), page.says.get(language)
    names = [
        ("description", says),
        ("twitter:card", "summary_large_image"),
    ]
    properties = [
        ("og:type", "website"),
        ("og:site_name", BRAND.get(language)),
        ("og:locale", _LOCALE[language]),
        ("og:title", title),
        ("og:description", says),
    ]
    if site.address:
        properties.append(("og:url", own))
        properties.append(("og:image", base + preview_of(page, language)))
    lines = [f'<meta name="{name}" content="{escape(text)}" />' for name, text in names]
    lines += [f'<meta property="{name}" content="{escape(text)}" />' for name, text in properties]
    lines.append(_link("canonical", own))
    for other in site.languages:
        address = base + address_of(page.path, other)
        lines.append(_link("alternate", address, f'hreflang="{HTML_LANG[other]}"'))
    feed = f'type="application/atom+xml" title="{escape(CHANGES.get(language))}"'
    lines.append(_link("alternate", f"{base}{language}/changes.atom", feed))
    return "".join(f"\n    {line}" for line in lines)


def _link(rel: str, address: str, more: str = "") -> str:
    return f'<link rel="{rel}" href="{escape(address)}" {more}'.rstrip() + " />"
