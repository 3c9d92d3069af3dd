"""Text of DOCX, ODT and PDF files, by python-docx, lxml and PDFium; offsets refer to the text that they give."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from ceyuan.errors import CeyuanError, fail
from ceyuan.reader.odt import odt_passages
from ceyuan.reader.pdf import pdf_passages
from ceyuan.reader.word import word_passages
from ceyuan.reader.written import Written


def require_unpackable(data: bytes, name: str, limit: int = 300) -> None:
    """Refuse an office file that unpacks to more than it is worth, before any of it is unpacked.

    Args:
        data: the file.
        name: its name, for the report.
        limit: in megabytes.

    Raises:
        CeyuanError: ``document-too-large``.
        BadZipFile: if it is no such file at all.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > limit * 2**20:
            raise fail("document-too-large", f"the file unpacks to more than {limit} MB", file=name)


@contextmanager
def _damaged_unless_read(kind: str, name: str) -> Iterator[None]:
    """Whatever a parser of somebody else's files raises means that the file is damaged.

    Such parsers are written for whole files: on broken ones they fail in as many ways as there are ways to break one
    (indices, types, recursion, assertions), and a list of them is never complete.

    Raises:
        CeyuanError: ``document-damaged``, or what was raised already.
    """
    try:
        yield
    except CeyuanError:
        raise
    except Exception as error:
        what = str(error) or type(error).__name__
        raise fail(
            "document-damaged", f"the {kind} file cannot be read: {what[:200]}", file=name
        ) from error


def docx_written(data: bytes, name: str) -> Written:
    """What a DOCX file shows, in order.

    Raises:
        CeyuanError: ``document-damaged`` where it cannot be opened, ``document-too-large`` where it unpacks to
            too much.
    """
    import docx  # noqa: PLC0415 - heavy, and only some files need it

    with _damaged_unless_read("DOCX", name):
        require_unpackable(data, name)
        return word_passages(docx.Document(io.BytesIO(data))).written()


def odt_written(data: bytes, name: str) -> Written:
    """What an ODT file shows, in order; see :mod:`ceyuan.reader.odt`.

    Raises:
        CeyuanError: ``document-damaged``, ``document-too-large``, as :func:`docx_written`.
    """
    with _damaged_unless_read("ODT", name):
        require_unpackable(data, name)
        return odt_passages(data).written()


def pdf_written(data: bytes, name: str) -> Written:
    """The text layer of a PDF file, page after page; see :mod:`ceyuan.reader.pdf`.

    Raises:
        CeyuanError: ``document-damaged`` where it cannot be opened or is locked, ``document-no-text`` where it is
            a scan.
    """
    with _damaged_unless_read("PDF", name):
        return pdf_passages(data, name)
