"""Backups: one file that holds log and state, for SQLite and PostgreSQL alike, checked when it is read."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.teams.database import Team
from ceyuan.teams.log import Verified, verify
from ceyuan.teams.tables import EVENT, HEAD, KEPT, metadata

_FORMAT = "ceyuan team 1"


def verify_team(team: Team) -> Verified:
    """Check the log and the state, also against what the workspace's builds say of the log."""
    folder = BuildFolder(team.root)
    manifests = {f"build {name}": folder.manifest(name) for name in folder.builds()}
    anchors = {
        name: manifest["team"] for name, manifest in manifests.items() if manifest.get("team")
    }
    with team.reading() as connection:
        return verify(connection, anchors)


def backup(team: Team, path: Path) -> int:
    """Write log and state into a file, in one state of everything.

    Passwords are in it as hashes, and so are tokens: keep it as you keep the database.

    Returns:
        How many entries the log has.

    Raises:
        CeyuanError: ``unwritable-file``, or ``team-log-broken``: what is broken replaces no sound backup.
    """
    with team.reading() as connection:
        found = verify(connection)
        _sound(found)
        lines = list(_lines(connection))
    content = "\n".join(lines).encode() + b"\n"
    packed = gzip.compress(
        f"{_FORMAT} {hashlib.sha256(content).hexdigest()}\n".encode() + content, mtime=0
    )
    try:
        replace_file(path, packed)
    except OSError as error:
        raise fail(
            "unwritable-file", f"cannot be written: {error.strerror}", file=str(path)
        ) from None
    return found.entries


def _lines(connection: sa.Connection) -> Iterator[str]:
    for table in KEPT:
        order = list(table.primary_key.columns)
        for row in connection.execute(sa.select(table).order_by(*order)).mappings():
            yield json.dumps(
                [table.name, {str(k): _plain(v) for k, v in row.items()}], ensure_ascii=False
            )


def _plain(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _read(value: Any) -> Any:
    return (
        datetime.fromisoformat(value["at"])
        if isinstance(value, dict) and set(value) == {"at"}
        else value
    )


def restore(team: Team, path: Path) -> Verified:
    """Read a backup into a team's empty database, and check it.

    Raises:
        CeyuanError: ``team-not-empty``, ``team-backup-damaged``, ``unreadable-file``, ``team-log-broken``; nothing is
            left behind.
    """
    rows = _rows(path)
    with team.writing() as connection:
        if connection.scalar(sa.select(sa.func.count()).select_from(EVENT)):
            raise fail("team-not-empty", "the log of this database has entries already")
        for name, row in rows:
            table = metadata.tables[name]
            if table is HEAD:
                connection.execute(sa.update(HEAD).values(row))
            else:
                connection.execute(sa.insert(table).values(row))
        found = verify(connection)
        _sound(found)
    return found


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        head, _, content = gzip.decompress(path.read_bytes()).partition(b"\n")
    except (gzip.BadGzipFile, EOFError):
        raise fail("team-backup-damaged", "it is no backup of a team", file=str(path)) from None
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=str(path)) from None
    if head != f"{_FORMAT} {hashlib.sha256(content).hexdigest()}".encode():
        raise fail(
            "team-backup-damaged", "its content is not what its first line says", file=str(path)
        )
    known = {table.name for table in KEPT}
    rows = [json.loads(line) for line in content.splitlines()]
    return [(name, _read_row(row)) for name, row in rows if name in known]


def _read_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(value) for name, value in row.items()}


def _sound(found: Verified) -> None:
    if found.faults:
        raise fail("team-log-broken", "; ".join(found.faults[:3]))
