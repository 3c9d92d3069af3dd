"""Bytes to text: UTF-8, UTF-16, GB18030 and Big5 are told apart by their content."""

from __future__ import annotations

import codecs
import re

from ceyuan.errors import fail

# Characters that make up much of any Chinese text, in both scripts: a wrong decoding hardly ever yields them.
_COMMON = frozenset(
    "的一是在有和年中人不了为上大业国科技经地产发工设市全新高力家省研区企成出比增长创部分别达亿万元件项"
    "為業國經產發設區創長億萬項與會個際積極來時後開關進實機構學術資總"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_READABLE = re.compile(r"[\t\r\n -~\u2010-\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def decode(data: bytes, name: str) -> str:
    """The text of a file; a byte order mark stays a character of it.

    Args:
        data: the file's bytes.
        name: the file's name, for messages.

    Raises:
        CeyuanError: ``document-binary`` where the bytes are no text in a known encoding.

    >>> decode("香港研發開支330億港元".encode("big5"), "x.txt")
    '香港研發開支330億港元'
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return _strict(data, encoding, name)
    utf16 = _unmarked_utf16(data)
    if utf16:
        return _strict(data, utf16, name)
    if _CONTROL.search(data[:65536]):
        raise fail("document-binary", "the file holds control bytes and is no text", file=name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese_legacy(data, name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise fail(
            "document-binary", f"the file is no valid {encoding} text: {error.reason}", file=name
        ) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: digits and line breaks leave zero bytes at every other place only."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 2 or min(even, odd) > 0 or len(data) % 2:
        return None
    encoding = "utf-16-le" if odd else "utf-16-be"
    text = data[:4096].decode(encoding, "replace")
    return encoding if len(_READABLE.findall(text)) > 0.8 * len(text) else None


def _chinese_legacy(data: bytes, name: str) -> str:
    candidates = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((_plausibility(text), text))
    best = max(candidates, key=lambda item: item[0], default=(0.0, ""))
    if best[0] < 0.02:
        raise fail(
            "document-binary", "the bytes are no text in UTF-8, UTF-16, GB18030 or Big5", file=name
        )
    return best[1]


def _plausibility(text: str) -> float:
    """Share of very common characters among the Chinese ones of a sample."""
    chinese = _CHINESE.findall(text[:20000])
    return sum(c in _COMMON for c in chinese) / len(chinese) if chinese else 0.0
