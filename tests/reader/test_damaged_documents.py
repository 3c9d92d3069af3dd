"""Damaged DOCX and PDF files: whatever is broken in them, they are read or refused with a code, never a traceback.

Bytes are flipped, cut out, doubled and swapped, in the file itself and (so that the parser sees them) in the parts inside of it.
Two thousand of them are among the long tests; ``CEYUAN_MUTATIONS`` sets how many a test run takes.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable

import docx
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.reader import read_bytes

COUNT = int(os.environ.get("CEYUAN_MUTATIONS", "100"))
KNOWN = {
    "document-damaged",
    "document-empty",
    "document-no-text",
    "document-binary",
    "document-too-large",
}
Damage = Callable[[random.Random, bytes], bytes]


def _flip(rng: random.Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
    return bytes(spoiled)


def _cut(rng: random.Random, data: bytes) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:a] + data[min(b, a + 400) :]


def _double(rng: random.Random, data: bytes) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:b] + data[a:b] + data[b:]


def _truncate(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def _number(rng: random.Random, data: bytes) -> bytes:
    """A digit becomes a large or negative number: lengths, offsets, sizes of tables."""
    digits = [i for i, byte in enumerate(data) if chr(byte).isdigit()] or [0]
    at = rng.choice(digits)
    return data[:at] + rng.choice([b"-1", b"99999999", b"0", b"1e9"]) + data[at + 1 :]


DAMAGES: tuple[Damage, ...] = (_flip, _cut, _double, _truncate, _number)


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("2023年，大湾区高新技术企业超过6.9万家。")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "研发经费"
    table.cell(1, 1).merge(table.cell(2, 1)).text = "330亿元"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf() -> bytes:
    stream = zlib.compress(
        b"BT /F1 12 Tf 72 700 Td (Spending rose by 8.4% to 330 billion dollars.) Tj ET"
    )
    to_unicode = b"1 beginbfrange <00> <ff> <0000> endbfrange"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/LastChar 33/Widths[500 500]/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(to_unicode), to_unicode),
    ]  # fmt: skip
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer


def _inside(rng: random.Random, damage: Damage, data: bytes) -> bytes:
    """A DOCX file one of whose parts is damaged, packed again so that it opens."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as whole,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        names = whole.namelist()
        chosen = rng.choice(
            [n for n in names if n.endswith(("document.xml", ".rels", "styles.xml", "Types].xml"))]
        )
        for name in names:
            part = whole.read(name)
            made.writestr(name, damage(rng, part) if name == chosen else part)
    return buffer.getvalue()


def _outcome(data: bytes, name: str) -> str:
    try:
        read_bytes(data, name)
    except CeyuanError as error:
        return error.problems[0].code
    return "read"


@pytest.mark.parametrize(
    ("damage", "times"),
    [*((d, COUNT // len(DAMAGES) // 2) for d in DAMAGES), *(pytest.param(d, 134, marks=pytest.mark.long) for d in DAMAGES)],
)  # fmt: skip
def test_damaged_documents_are_read_or_refused(damage: Damage, times: int) -> None:
    rng = random.Random(f"{damage.__name__} {times}")  # noqa: S311 - damage, no secret
    found: Counter[str] = Counter()
    for _ in range(max(1, times)):
        found[_outcome(damage(rng, _docx()), "x.docx")] += 1
        found[_outcome(_inside(rng, damage, _docx()), "x.docx")] += 1
        found[_outcome(damage(rng, _pdf()), "x.pdf")] += 1
    assert found["document-damaged"] > 0, found
    assert found.keys() <= KNOWN | {"read"}, found


@pytest.mark.parametrize(
    "error", [IndexError("x"), AssertionError(), RecursionError("deep"), OverflowError("x")]
)
def test_whatever_a_parser_raises_is_damage(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    word, paper = _docx(), _pdf()
    monkeypatch.setattr("docx.Document", broken)
    assert _outcome(word, "x.docx") == "document-damaged"
    monkeypatch.setattr("pypdfium2.PdfDocument", broken)
    assert _outcome(paper, "x.pdf") == "document-damaged"


def test_a_whole_document_is_read() -> None:
    assert _outcome(_docx(), "x.docx") == "read"
    assert _outcome(_pdf(), "x.pdf") == "read"
