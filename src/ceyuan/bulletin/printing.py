"""An annotated document in a format, as the bytes of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.export import of_document
from ceyuan.errors import fail
from ceyuan.files import replace_file


def _html(annotated: Annotated) -> bytes:
    from ceyuan.bulletin.formats.html import as_html  # noqa: PLC0415 - each format loads only what it needs

    return as_html(annotated).encode()


def _markdown(annotated: Annotated) -> bytes:
    from ceyuan.bulletin.formats.markdown import as_markdown  # noqa: PLC0415

    return as_markdown(annotated).encode()


def _docx(annotated: Annotated) -> bytes:
    from ceyuan.bulletin.formats.docx import as_docx  # noqa: PLC0415

    return as_docx(annotated)


def _pdf(annotated: Annotated) -> bytes:
    from ceyuan.bulletin.formats.pdf import as_pdf  # noqa: PLC0415

    return as_pdf(annotated)


def _structured(annotated: Annotated) -> bytes:
    return (json.dumps(of_document(annotated.document), ensure_ascii=False, indent=2) + "\n").encode()


FORMATS: dict[str, Callable[[Annotated], bytes]] = {
    "html": _html, "md": _markdown, "docx": _docx, "pdf": _pdf, "json": _structured,
}  # fmt: skip
"""How a document can be printed, by name."""


def printed(annotated: Annotated, style: str) -> bytes:
    """A document in one of the :data:`FORMATS`.

    Raises:
        CeyuanError: ``no-font`` where the print layout finds no font with Chinese characters.
    """
    return FORMATS[style](annotated)


def save(content: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        CeyuanError: ``bulletin-output``.
    """
    try:
        replace_file(path, content)
    except OSError as error:
        raise fail("bulletin-output", f"cannot be written: {error.strerror}", file=str(path)) from None
