"""Files to readings: which format it is, its text, its limits."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ceyuan.errors import fail
from ceyuan.reader.decode import decode
from ceyuan.reader.heal import as_given
from ceyuan.reader.markup import html_written, markdown_written
from ceyuan.reader.office import docx_written, odt_written, pdf_written
from ceyuan.reader.reading import Reading, read_written
from ceyuan.reader.written import Written

# The first entry of an ODT file says what it is.
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
LIMIT = 32 * 2**20
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_file(path: Path) -> Reading:
    """Read a file: plain text, Markdown, HTML, DOCX, ODT or PDF.

    Args:
        path: the file; its content decides on the format, its name only between text and Markdown or HTML.

    Raises:
        CeyuanError: ``document-empty``, ``document-too-large``, ``document-binary``, ``document-damaged``,
            ``document-no-text``.
    """
    size = path.stat().st_size
    if size > LIMIT:
        raise fail(
            "document-too-large",
            f"the file has {size / 2**20:.0f} MB, the limit is 32 MB",
            file=str(path),
        )
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
    written = _written(data, name)
    if most is not None and len(written.given) > most:
        much = f"{len(written.given):,}"
        raise fail(
            "text-too-long", f"the text has {much} characters, {most:,} are the limit", file=name
        )
    if not written.source.text.strip("\ufeff \t\r\n\f"):
        raise fail("document-empty", "the file holds no text", file=name)
    return read_written(written, hashlib.sha256(data).hexdigest())


def _written(data: bytes, name: str) -> Written:
    """What a file says, by its format."""
    suffix = Path(name).suffix.lower()
    if data.startswith(b"%PDF"):
        return pdf_written(data, name)
    if data.startswith(b"{\\rtf"):
        raise fail(
            "document-binary",
            "RTF files are not read; save the text as DOCX or as plain text",
            file=name,
        )
    if data.startswith(b"PK\x03\x04"):
        return _office(data, name, suffix)
    text = decode(data, name)
    if suffix in (".html", ".htm", ".xhtml") or _HTML.match(data[:2048]):
        return html_written(text)
    if suffix in (".md", ".markdown"):
        return markdown_written(text)
    return Written(as_given(text), text)


def _office(data: bytes, name: str, suffix: str) -> Written:
    if data[30:].startswith(_ODT) or suffix == ".odt":
        return odt_written(data, name)
    if suffix not in (".docx", ".docm", ""):
        raise fail("document-binary", f"a {suffix} file is no text document", file=name)
    return docx_written(data, name)
