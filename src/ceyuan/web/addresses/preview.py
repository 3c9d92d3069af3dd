"""The picture that a link preview shows: the name of a page and its figure, 600 × 315 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import typst

from ceyuan.bulletin.formats.fonts import fonts, typefaces
from ceyuan.bulletin.formats.pdf import string, strings
from ceyuan.web.addresses.listing import SitePage
from ceyuan.web.addresses.words import BRAND
from ceyuan.web.resources.view import View
from ceyuan.wording import Language

_PRELUDE = """
#set page(width: 600pt, height: 315pt, margin: 36pt, fill: rgb("#fbfaf7"))
#let soft = rgb("#5b6770")
#let card(title, value, where, says, foot) = page[
  #block(height: 100%, width: 100%)[
    #text(size: 26pt, weight: "bold", title)
    #v(6pt)
    #if value != "" { text(size: 54pt, fill: rgb("#1b4965"), value) }
    #if where != "" [ #linebreak() #text(size: 17pt, fill: soft, where) ]
    #if value == "" { text(size: 19pt, fill: soft, says) }
    #place(bottom + left, text(size: 15pt, fill: soft, foot))
    #place(bottom + right, rect(fill: rgb("#a83a2b"), radius: 4pt, inset: 7pt, text(size: 18pt, fill: white, "策")))
  ]
]
"""


def previews(view: View, pages: Sequence[SitePage], language: Language) -> list[bytes]:
    """The pictures of pages, in their order, as PNG; many are set at once, since fonts are read once.

    Raises:
        CeyuanError: ``no-font``.
    """
    if not pages:
        return []
    foot = f"{view.build.config.name.get(language)} · {BRAND.get(language)}"
    cards = "\n".join(_card(view, page, language, foot) for page in pages)
    source = f"#set text(font: {strings(typefaces(language).sans)})\n{_PRELUDE}\n{cards}"
    made = typst.compile(source.encode(), font_paths=fonts(), format="png", ppi=72.0)
    pictures = cast("bytes | list[bytes]", made)
    return [pictures] if isinstance(pictures, bytes) else pictures


def _card(view: View, page: SitePage, language: Language, foot: str) -> str:
    value = where = ""
    if page.figure is not None:
        value = page.figure.text.get(language)
        place = view.place_names[page.figure.place].get(language)
        where = f"{place} · {page.figure.period_text.get(language)}"
    texts = (page.title.get(language), value, where, page.says.get(language), foot)
    return f"#card({', '.join(map(string, texts))})"
