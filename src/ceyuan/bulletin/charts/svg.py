"""A small writer of SVG: elements, text that fits, colours and fonts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

from ceyuan.wording import Language

WIDTH = 640
INK, SOFT, LINE, MAIN, ACCENT, LAND = (
    "#1f2933",
    "#5b6770",
    "#d5dbe0",
    "#1b4965",
    "#b5322b",
    "#eceae4",
)
_SANS = {
    "zh-Hans": "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif",
    "zh-Hant": "'Noto Sans HK','Noto Sans CJK HK','PingFang HK','Microsoft JhengHei',sans-serif",
    "en": "'Noto Sans','Noto Sans CJK SC','Noto Sans SC',system-ui,sans-serif",
}


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element; underscores in names of attributes become hyphens, its content is markup already.

    >>> element("rect", x=1, stroke_width=2)
    '<rect x="1" stroke-width="2"/>'
    """
    said = "".join(
        f' {n.replace("_", "-")}="{escape(_number(v))}"'
        for n, v in attributes.items()
        if v is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def words(text: str, x: float, y: float, *, size: float = 15, fill: str = INK, anchor: str = "start",
          weight: int | None = None) -> str:  # fmt: skip
    """A line of text."""
    return element(
        "text",
        escape(text),
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=anchor,
        font_weight=weight,
    )


def picture(
    parts: Iterable[str], height: float, title: str, description: str, language: Language
) -> str:
    """A whole drawing, with a title and a description for those who do not see it."""
    content = (
        element("title", escape(title)) + element("desc", escape(description)) + "".join(parts)
    )
    return element(
        "svg", content, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {_number(height)}", width=WIDTH,
        height=height, role="img", lang=language, font_family=_SANS[language], aria_label=title,
    )  # fmt: skip


def width_of(text: str, size: float) -> float:
    """About how wide a text is: wide characters are as wide as high, others about half."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.56 for c in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A label in as many lines as it needs; Latin words stay whole, Chinese ones may break anywhere.

    >>> wrapped("Share of output", 10, 60)
    ['Share of', 'output']
    """
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width_of(lines[-1] + piece.rstrip(), size) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            piece = piece.lstrip()  # noqa: PLW2901 - a line does not begin with a space
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """What may not be broken: words with the space behind them, and single wide characters with their punctuation."""
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        closing = character in "，。、；：！？）》”’%"
        if pieces and (
            closing or (not wide and not pieces[-1].endswith(" ") and not _is_wide(pieces[-1][-1]))
        ):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
