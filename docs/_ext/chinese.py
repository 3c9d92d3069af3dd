"""Lines of Chinese text are joined without a space: browsers show the end of a line as one."""

from __future__ import annotations

from typing import Any
from unicodedata import category, east_asian_width

_BOTH = "“”‘’…—"
"""Marks that Chinese and English share."""


def joined(before: str, after: str) -> bool:
    """Whether nothing stands between the characters on both sides of the end of a line.

    So it is between two Chinese ones, and beside a mark of Chinese punctuation.
    """
    wide = [character for character in (before, after) if east_asian_width(character) in ("W", "F")]
    marks = any(category(character).startswith("P") for character in wide)
    return marks or (bool(wide) and all(c in wide or c in _BOTH for c in (before, after)))


def join_lines(_: Any, page: Any) -> None:
    """Take the ends of lines out of a page where Chinese goes on."""
    for end in [text for text in page.findall() if text == "\n"]:
        parts = end.parent.children
        place = next(i for i, part in enumerate(parts) if part is end)
        before, after = (
            "".join(part.astext() for part in near) for near in (parts[:place], parts[place + 1 :])
        )
        if before and after and joined(before[-1], after[0]):
            del parts[place]


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("doctree-read", join_lines)
    return {"parallel_read_safe": True}
