"""Backups: one file that holds log and state, for SQLite and PostgreSQL alike, checked when it is read."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.files import replaced
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.teams.database import Team
from ceyuan.teams.documents import filed
from ceyuan.teams.log import Verified, verify
from ceyuan.teams.tables import DOCUMENT, EVENT, HEAD, KEPT, metadata

_FORMAT = "ceyuan team 1"


def verify_team(team: Team) -> Verified:
    """Check the log and the state, also against what the workspace's builds say of the log."""
    folder = BuildFolder(team.root)
    manifests = {f"build {name}": folder.manifest(name) for name in folder.builds()}
    anchors = {
        name: manifest["team"] for name, manifest in manifests.items() if manifest.get("team")
    }
    with team.reading() as connection:
        return _verified(connection, anchors)


def _verified(
    connection: sa.Connection, anchors: Mapping[str, Mapping[str, Any]] | None = None
) -> Verified:
    found = verify(connection, anchors)
    return replace(found, faults=(*found.faults, *_misfiled(connection)))


def _misfiled(connection: sa.Connection) -> Iterator[str]:
    """Everything must be found as what it is: side and period decide who sees it and who decides on it."""
    for row in connection.execute(sa.select(DOCUMENT).order_by(DOCUMENT.c.path)):
        try:
            said = filed(row.path, row.text)
        except CeyuanError:
            yield f"{row.path}: its text cannot be read"
            continue
        if said != {"task": row.task, "party": row.party, "period": row.period}:
            yield f"{row.path}: it is filed as what it is not"


def backup(team: Team, path: Path) -> int:
    """Write log and state into a file, in one state of everything.

    Passwords are in it as hashes, and so are tokens: keep it as you keep the database.

    Returns:
        How many entries the log has.

    Raises:
        CeyuanError: ``unwritable-file``, or ``team-log-broken``: what is broken replaces no sound backup.
    """
    with team.reading() as connection:
        found = _verified(connection)
        _sound(found)
        # Twice over the same state: what the first line says of the rest must be known before.
        digest = hashlib.sha256()
        for line in _lines(connection):
            digest.update(line)
        try:
            with (
                replaced(path, 0o600) as stream,
                gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed,
            ):
                packed.write(f"{_FORMAT} {digest.hexdigest()}\n".encode())
                for line in _lines(connection):
                    packed.write(line)
        except OSError as error:
            said = f"cannot be written: {error.strerror}"
            raise fail("unwritable-file", said, file=str(path)) from None
    return found.entries


def _lines(connection: sa.Connection) -> Iterator[bytes]:
    for table in KEPT:
        query = sa.select(table).order_by(*table.primary_key.columns)
        query = query.execution_options(yield_per=10)
        for row in connection.execute(query).mappings():
            plain = [table.name, {str(k): _plain(v) for k, v in row.items()}]
            yield f"{json.dumps(plain, ensure_ascii=False)}\n".encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"bytes": b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    match value:
        case {"at": str(moment), **rest} if not rest:
            return datetime.fromisoformat(moment)
        case {"bytes": str(text), **rest} if not rest:
            return b64decode(text)
    return value


def restore(team: Team, path: Path) -> Verified:
    """Read a backup into a team's empty database, and check it.

    Raises:
        CeyuanError: ``team-not-empty``, ``team-backup-damaged``, ``unreadable-file``, ``team-log-broken``; nothing is
            left behind.
    """
    _check_whole(path)
    with team.writing() as connection:
        if connection.scalar(sa.select(sa.func.count()).select_from(EVENT)):
            raise fail("team-not-empty", "the log of this database has entries already")
        _put_back(connection, path)
        found = _verified(connection)
        _sound(found)
    return found


def _put_back(connection: sa.Connection, path: Path) -> None:
    """Write the rows of a backup; whoever makes one by hand can give it a first line that is right."""
    try:
        for name, row in _rows(path):
            table = metadata.tables[name]
            if table is HEAD:
                connection.execute(sa.update(HEAD).values(row))
            elif set(table.primary_key.columns.keys()) - row.keys():
                raise ValueError(f"a row of {name} without its key")
            else:
                connection.execute(sa.insert(table).values(row))
    except sa.exc.OperationalError:
        raise
    except (ValueError, TypeError, AttributeError, sa.exc.SQLAlchemyError):
        said = "it holds what is no row of a team"
        raise fail("team-backup-damaged", said, file=str(path)) from None


def _check_whole(path: Path) -> None:
    digest = hashlib.sha256()
    try:
        with gzip.open(path) as stream:
            head = stream.readline().rstrip(b"\n")
            for line in stream:
                digest.update(line)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise fail("team-backup-damaged", "it is no backup of a team", file=str(path)) from None
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=str(path)) from None
    if head != f"{_FORMAT} {digest.hexdigest()}".encode():
        raise fail(
            "team-backup-damaged", "its content is not what its first line says", file=str(path)
        )


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    known = {table.name for table in KEPT}
    with gzip.open(path) as stream:
        stream.readline()
        for line in stream:
            name, row = json.loads(line)
            if name in known:
                yield name, _read_row(row)


def _read_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(value) for name, value in row.items()}


def _sound(found: Verified) -> None:
    if found.faults:
        raise fail("team-log-broken", "; ".join(found.faults[:3]))
