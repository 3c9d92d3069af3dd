"""Texts without the characters that no document can hold."""

from __future__ import annotations

import re

# What XML 1.0 does not allow (and with it DOCX, XLSX and SVG), and the other control characters, which print as nothing.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str) -> str:
    r"""A text without control characters; tabs and ends of lines stay.

    A figure's digits are never among them, so that nothing that is said changes.

    >>> printable("a\x00b\x1b[1m\tc\n")
    'ab[1m\tc\n'
    """
    return _UNPRINTABLE.sub("", text)
