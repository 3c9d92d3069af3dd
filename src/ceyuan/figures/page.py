"""One HTML page that opens from disk: headings, words, tables and figures, all inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ceyuan.errors import fail
from ceyuan.figures.drawing import Drawing
from ceyuan.files import replace_file

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;color:#1b2a38;max-width:70rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}}
th,td{{padding:.2rem .6rem;border-bottom:1px solid #d9e0e6;text-align:left}}td.n,th.n{{text-align:right}}
figure{{margin:1rem 0;overflow-x:auto}}svg{{max-width:100%;height:auto}}.wide{{overflow-x:auto}}
.flag{{background:#1b2a38;color:#fff;padding:.5rem 1rem;font-weight:bold}}</style></head><body>
"""


@dataclass(frozen=True)
class PageTable:
    """A table of a page.

    Attributes:
        columns: values by the name of their column, all of one length.
    """

    columns: Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class PageSection:
    """A part of a page.

    Attributes:
        title: its heading.
        parts: paragraphs, lists (a tuple of lines), tables and figures, in order.
    """

    title: str
    parts: Sequence[str | tuple[str, ...] | PageTable | Drawing]


def page(title: str, lead: str, sections: Iterable[PageSection], flag: str = "") -> str:
    """The page as one text.

    Args:
        title: its heading.
        lead: what is to be known first.
        sections: its parts.
        flag: a warning above everything.

    >>> "<h2>Ranks</h2>" in page("An index", "", [PageSection("Ranks", [PageTable({"unit": ["A"], "rank": [1]})])])
    True
    """
    parts = [_HEAD.format(title=escape(title)), f"<h1>{escape(title)}</h1>"]
    if flag:
        parts.append(f'<p class="flag">{escape(flag)}</p>')
    if lead:
        parts.append(f"<p><strong>{escape(lead)}</strong></p>")
    for section in sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [_part(part) for part in section.parts]
    return "\n".join([*parts, "</body></html>\n"])


def _part(part: str | tuple[str, ...] | PageTable | Drawing) -> str:
    match part:
        case Drawing():
            return f"<figure>{part.svg}</figure>"
        case PageTable():
            return _table(part.columns)
        case tuple():
            lines = "".join(f"<li>{escape(own)}</li>" for own in part)
            return f"<ul>{lines}</ul>"
        case str():
            return f"<p>{escape(part)}</p>"


def _table(columns: Mapping[str, Sequence[object]]) -> str:
    numbers = {name: all(map(_is_number, values)) for name, values in columns.items()}
    head = "".join(_cell("th", name, right=numbers[name]) for name in columns)
    body = ""
    for row in zip(*columns.values(), strict=True):
        cells = zip(row, numbers.values(), strict=True)
        body += (
            f"<tr>{''.join(_cell('td', shown(value), right=right) for value, right in cells)}</tr>"
        )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, (int, float))


def _cell(tag: str, text: str, *, right: bool) -> str:
    place = ' class="n"' if right else ""
    return f"<{tag}{place}>{escape(text)}</{tag}>"


def shown(value: object) -> str:
    """A value as a reader sees it; a dash where it is missing.

    >>> shown(0.123456), shown(3.0), shown(float("nan"))
    ('0.1235', '3', '–')
    """
    if value is None or value != value:
        return "–"
    if isinstance(value, float):
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        return text.replace("-", "−")
    return (
        f"{value:,}"
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000
        else str(value)
    )


def write_page(path: Path, text: str) -> None:
    """Write a page, and the folders above it.

    Raises:
        CeyuanError: ``report-unwritable``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise fail(
            "report-unwritable", f"cannot be written: {error.strerror}", file=str(path)
        ) from error
