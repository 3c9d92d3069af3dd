"""An annotated document in a format, as the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.export import as_json
from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.wording import printable

_T = TypeVar("_T")


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
    return as_json(annotated.document)


FORMATS: dict[str, Callable[[Annotated], bytes]] = {
    "html": _html, "md": _markdown, "docx": _docx, "pdf": _pdf, "json": _structured,
}  # fmt: skip
"""How a document can be printed, by name."""


def printed(annotated: Annotated, style: str) -> bytes:
    """A document in one of the :data:`FORMATS`, without the control characters that a text of the workspace may hold.

    Raises:
        CeyuanError: ``no-font`` where the print layout finds no font with Chinese characters.
    """
    return FORMATS[style](_cleaned(annotated))


def _cleaned(value: _T) -> _T:
    """The same value; every text in it can be printed."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = printable(value)
    elif isinstance(value, tuple):
        cleaned = tuple(_cleaned(part) for part in value)
    elif isinstance(value, Mapping):
        cleaned = {_cleaned(key): _cleaned(part) for key, part in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        cleaned = replace(
            value, **{f.name: _cleaned(getattr(value, f.name)) for f in fields(value) if f.init}
        )
    return cast("_T", cleaned)


def save(content: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        CeyuanError: ``bulletin-output``.
    """
    try:
        replace_file(path, content)
    except OSError as error:
        raise fail(
            "bulletin-output", f"cannot be written: {error.strerror}", file=str(path)
        ) from None
