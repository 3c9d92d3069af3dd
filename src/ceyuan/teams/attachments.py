"""Evidence as attachments of a report: kept by their content, of few types, as large as they may be and no larger."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.teams.database import Team
from ceyuan.teams.documents import Stored, StoredReport, of_version, path_of, seen, write
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import Actor, may_write
from ceyuan.teams.tables import ATTACHMENT, DOCUMENT, FILE

LIMIT = 8 * 2**20
"""Bytes of the largest attachment."""
MOST = 20
"""How many a report has at most."""
_LONGEST_NAME = 150
_MOST_MEMBERS = 10_000
# Beside what no file system takes: signs that turn the direction of writing, so that "gpj.exe" reads as a picture.
_UNFIT = re.compile(
    '[\\x00-\\x1f\\x7f-\\x9f/\\\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]'
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a report.

    Attributes:
        hash: SHA-256 of its content, which is its address.
        name: what it is called.
        media: its type.
        size: its bytes.
        account: who attached it.
        at: when.
    """

    hash: str
    name: str
    media: str
    size: int
    account: str
    at: datetime


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _begins(sign: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(sign)


def _office(part: str) -> Callable[[bytes], bool]:
    """Whether something is a document of Office Open XML whose main part is in a folder, without macros."""

    def is_one(content: bytes) -> bool:
        names = _members(content)
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "[Content_Types].xml" in names and part in names and not has_macros

    return is_one


def _members(content: bytes) -> list[str]:
    """The names in an archive; nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return []
    return names if len(names) <= _MOST_MEMBERS else []


_OPEN = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".pdf": ("application/pdf", _begins(b"%PDF-")),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".docx": (f"{_OPEN}.wordprocessingml.document", _office("word/document.xml")),
    ".xlsx": (f"{_OPEN}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    ".csv": ("text/csv", _is_text),
    ".txt": ("text/plain", _is_text),
}
"""Types by the end of a file's name, each with how its content is known."""


def fit_name(name: str) -> str:
    """The name of a file that was sent.

    Raises:
        CeyuanError: ``team-bad-attachment`` for one that no file should have.

    >>> fit_name(" 公告.pdf")
    '公告.pdf'
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(name) <= _LONGEST_NAME or name.startswith(".") or _UNFIT.search(name):
        raise fail("team-bad-attachment", f"{name[:80]!r} cannot be the name of an attachment")
    return name


def checked(name: str, content: bytes) -> tuple[str, str]:
    """Name and type of a file that may be attached.

    Args:
        name: what it is called; the end of it says what it is.
        content: its bytes, which must be that.

    Raises:
        CeyuanError: ``team-bad-attachment``.

    >>> checked("公告.pdf", b"%PDF-1.7")
    ('公告.pdf', 'application/pdf')
    """
    name = fit_name(name)
    ending = PurePosixPath(name).suffix.lower().replace(".jpeg", ".jpg")
    if ending not in TYPES:
        known = ", ".join(TYPES)
        raise fail("team-bad-attachment", f"{name!r} is none of the types", hint=f"Known: {known}")
    media, is_one = TYPES[ending]
    if not content or len(content) > LIMIT:
        raise fail("team-bad-attachment", f"an attachment has 1 to {LIMIT:,} bytes")
    if not is_one(content):
        raise fail("team-bad-attachment", f"the content of {name!r} is not {media}, or has macros")
    return name, media


def attach(
    team: Team, actor: Actor, id_: str, version: int, name: str, content: bytes
) -> StoredReport:
    """Attach a file to a report while it is a draft or was returned.

    Args:
        team: the team.
        actor: who attaches it.
        id_: the report.
        version: the version that she saw.
        name: what the file is called.
        content: its bytes.

    Raises:
        CeyuanError: ``team-bad-attachment``, ``team-unknown-report``, ``team-stale``, ``team-forbidden``,
            ``team-illegal-state``.
    """
    with team.writing() as connection:
        old = _editable(team, connection, actor, id_, version)
        name, media = checked(name, content)
        digest = hashlib.sha256(content).hexdigest()
        there = attachments(connection, old.path)
        if len(there) >= MOST or any(digest == one.hash or name == one.name for one in there):
            said = f"a report has {MOST} attachments at most, each name and content once"
            raise fail("team-bad-attachment", said)
        about = keep(connection, old.path, actor.name, name, media, content)
        return write(connection, actor, "attach", _again(connection, old), attachment=about)


def detach(team: Team, actor: Actor, id_: str, version: int, digest: str) -> StoredReport:
    """Take an attachment off a report while it is a draft or was returned; that it was there stays in the log.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-forbidden``, ``team-illegal-state``.
    """
    with team.writing() as connection:
        old = _editable(team, connection, actor, id_, version)
        about = take_off(connection, old.path, digest)
        return write(connection, actor, "detach", _again(connection, old), attachment=about)


def keep(
    connection: sa.Connection, path: str, account: str, name: str, media: str, content: bytes
) -> dict[str, Any]:
    """Keep a file with a document that is held.

    Returns:
        What the log says of it.
    """
    digest = hashlib.sha256(content).hexdigest()
    if connection.scalar(sa.select(FILE.c.hash).where(FILE.c.hash == digest)) is None:
        connection.execute(sa.insert(FILE).values(hash=digest, content=content))
    row = {"name": name, "media": media, "size": len(content), "account": account}
    row |= {"at": datetime.now(UTC), "removed": False}
    where = (ATTACHMENT.c.path == path) & (ATTACHMENT.c.hash == digest)
    if connection.execute(sa.update(ATTACHMENT).where(where).values(row)).rowcount == 0:
        connection.execute(sa.insert(ATTACHMENT).values(path=path, hash=digest, **row))
    return {"hash": digest, "name": name, "media": media, "size": len(content)}


def take_off(connection: sa.Connection, path: str, digest: str) -> dict[str, Any]:
    """Take a file off a document that is held; its content is kept.

    Returns:
        What the log says of it.

    Raises:
        CeyuanError: ``team-unknown-report``.
    """
    found = _one(connection, path, digest)
    where = (ATTACHMENT.c.path == path) & (ATTACHMENT.c.hash == digest)
    connection.execute(sa.update(ATTACHMENT).where(where).values(removed=True))
    return {"hash": digest, "name": found.name}


def _editable(
    team: Team, connection: sa.Connection, actor: Actor, id_: str, version: int
) -> StoredReport:
    old: StoredReport = of_version(seen(team, connection, actor, path_of(id_), lock=True), version)
    if "drafter" not in actor.roles or actor.side != old.standing.party or actor.reads_only:
        raise fail("team-forbidden", f"{actor.name} may not change what {old.standing.party} writes")  # fmt: skip
    if not may_write(actor, old.standing):
        raise fail("team-illegal-state", f"it is {old.state} and cannot be changed")
    return old


def _again(connection: sa.Connection, old: Stored[Any]) -> dict[str, Any]:
    """The row of a report as its next version, which says the same."""
    row = connection.execute(sa.select(DOCUMENT).where(DOCUMENT.c.path == old.path)).mappings()
    values = {key: value for key, value in row.one().items() if key != "changed"}
    return {**values, "version": old.version + 1}


def attachments(connection: sa.Connection, path: str) -> list[Attachment]:
    """The attachments of a report, oldest first."""
    query = sa.select(ATTACHMENT).where(ATTACHMENT.c.path == path, ~ATTACHMENT.c.removed)
    return [_attachment(row) for row in connection.execute(query.order_by(ATTACHMENT.c.at))]


def _attachment(row: sa.Row[Any]) -> Attachment:
    return Attachment(row.hash, row.name, row.media, row.size, row.account, row.at)


def _one(connection: sa.Connection, path: str, digest: str) -> Attachment:
    for found in attachments(connection, path):
        if found.hash == digest:
            return found
    raise fail("team-unknown-report", "the report has no such attachment")


def content_of(
    team: Team, connection: sa.Connection, actor: Actor, path: str, digest: str
) -> tuple[Attachment, bytes]:
    """An attachment with its content, for who may see the report or the figures.

    Raises:
        CeyuanError: ``team-unknown-report``.
    """
    found = _one(connection, seen(team, connection, actor, path).path, digest)
    content = connection.scalar(sa.select(FILE.c.content).where(FILE.c.hash == digest))
    if content is None:
        raise fail("team-unknown-report", "the content of this attachment was erased")
    return found, bytes(content)


def erase_file(team: Team, digest: str, reason: str) -> None:
    """Erase the content of a file that no report has any more; that it was there, and its hash, stay in the log.

    Raises:
        CeyuanError: ``team-text-in-use``.
    """
    with team.writing() as connection:
        in_use = sa.select(ATTACHMENT.c.path).where(
            ATTACHMENT.c.hash == digest, ~ATTACHMENT.c.removed
        )
        if connection.scalar(in_use.limit(1)) is not None:
            raise fail("team-text-in-use", "a report has this attachment: take it off first")
        if connection.execute(sa.delete(FILE).where(FILE.c.hash == digest)).rowcount != 1:
            raise fail("team-text-in-use", f"there is no content of {digest!r}")
        detail = {"file": digest, "reason": reason}
        append(connection, Happened("operator", "", "erase", f"file/{digest}", detail=detail))
