"""Files to readings: which format it is, its text, its limits."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ceyuan.errors import fail
from ceyuan.reader.decode import decode
from ceyuan.reader.heal import Source, as_given
from ceyuan.reader.markup import html_source, markdown_source
from ceyuan.reader.office import docx_paragraphs, pdf_text
from ceyuan.reader.reading import Reading, read_source

LIMIT = 32 * 2**20
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def read_file(path: Path) -> Reading:
    """Read a file: plain text, Markdown, HTML, DOCX or PDF.

    Args:
        path: the file; its content decides on the format, its name only between text and Markdown or HTML.

    Raises:
        CeyuanError: ``document-empty``, ``document-too-large``, ``document-binary``, ``document-damaged``,
            ``document-no-text``.
    """
    size = path.stat().st_size
    if size > LIMIT:
        raise fail("document-too-large", f"the file has {size / 2**20:.0f} MB, the limit is 32 MB", file=str(path))
    return read_bytes(path.read_bytes(), path.name)


def read_bytes(data: bytes, name: str, most: int | None = None) -> Reading:
    """Read the content of a file.

    Args:
        data: its bytes.
        name: its name, for the format and for messages.
        most: characters that it may have; what has more is refused before it is searched for figures.

    Raises:
        CeyuanError: as :func:`read_file`, and ``text-too-long``.
    """
    if not data.strip():
        raise fail("document-empty", "the file is empty", file=name)
    source, given = _source(data, name)
    if most is not None and len(given) > most:
        raise fail("text-too-long", f"the text has {len(given):,} characters, {most:,} are the limit", file=name)
    if not source.text.strip("\ufeff \t\r\n\f"):
        raise fail("document-empty", "the file holds no text", file=name)
    return read_source(source, given, hashlib.sha256(data).hexdigest(), plain=source.text.replace("\f", "\n") == given)


def _source(data: bytes, name: str) -> tuple[Source, str]:
    """The source of a file and the text that its offsets refer to."""
    suffix = Path(name).suffix.lower()
    if data.startswith(b"%PDF"):
        text = pdf_text(data, name)
        return as_given(text), text
    if data.startswith(b"PK\x03\x04"):
        return _docx(data, name, suffix)
    text = decode(data, name)
    if suffix in (".html", ".htm", ".xhtml") or _HTML.match(data[:2048]):
        return html_source(text), text
    if suffix in (".md", ".markdown"):
        return markdown_source(text), text
    return as_given(text), text


def _docx(data: bytes, name: str, suffix: str) -> tuple[Source, str]:
    if suffix not in (".docx", ".docm", ""):
        raise fail("document-binary", f"a {suffix} file is no text document", file=name)
    paragraphs = docx_paragraphs(data, name)
    return as_given("\f".join(paragraphs)), "\n".join(paragraphs)
