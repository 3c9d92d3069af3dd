"""Tables that no file of the workspace holds: rows of a query on a database, and files at an address of the web.

What was fetched is kept as a dated copy in ``build/fetched/TABLE/``, which is read like any other file: lineage names the copy
with its hash, and beside it stands a file of the same name with ``.json`` that tells where it came from, when, and by which
query. Rows are kept in order of their texts, so that the same rows are the same copy, whenever and in whatever order a database
gives them; a copy that nothing has changed in keeps its date.

A password is never written down. That of the database ``office`` is taken from the environment variable
``CEYUAN_PASSWORD_OFFICE``, and ``CEYUAN_DATABASE_OFFICE`` replaces its whole address.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ceyuan.errors import CeyuanError, fail
from ceyuan.files import replace_file
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.sealed import derived_folder
from ceyuan.workspace.walking import may_read

FETCHED = "fetched"
_SECONDS = 60
_LARGEST = 1 << 30
_FILES = ("sqlite", "duckdb")
Rows = tuple[Sequence[str], Iterable[Sequence[Any]]]


def fetched_file(workspace: Workspace, table: Table) -> tuple[Path, str]:
    """The copy of what a table names by a query or an address, fetched now where that is needed, and how it is called.

    Raises:
        CeyuanError: ``database-failed``, ``address-failed``, ``unpinned-url``, ``changed-source``.
    """
    folder = derived_folder(workspace.root) / FETCHED / table.id
    path = (
        _of_query(workspace, table, folder)
        if table.spec.url is None
        else _of_url(table, table.spec.url, folder)
    )
    return path, path.relative_to(derived_folder(workspace.root).parent).as_posix()


def password_variable(database: str) -> str:
    """The environment variable that holds the password of a database.

    >>> password_variable("st-office")
    'CEYUAN_PASSWORD_ST_OFFICE'
    """
    return f"CEYUAN_PASSWORD_{database.upper().replace('-', '_')}"


def address_variable(database: str) -> str:
    """The environment variable that replaces the address of a database.

    >>> address_variable("office")
    'CEYUAN_DATABASE_OFFICE'
    """
    return f"CEYUAN_DATABASE_{database.upper().replace('-', '_')}"


def _of_query(workspace: Workspace, table: Table, folder: Path) -> Path:
    """Ask a database and keep the rows."""
    name, query = table.spec.database or "", table.spec.query or ""
    address = os.environ.get(address_variable(name)) or workspace.config.databases[name]
    line = table.line("query")
    try:
        text = _as_csv(*_rows(workspace.root, name, address, query))
    except CeyuanError:
        raise
    except Exception as error:  # noqa: BLE001 - a driver raises anything
        said = " ".join(str(error).split())[:300]
        message = f"the database {name!r} does not answer the query: {said}"
        hint = f"Its password is taken from {password_variable(name)}, its address may be from {address_variable(name)}"
        raise fail("database-failed", message, file=table.file, line=line, hint=hint) from None
    return _kept(folder, text.encode(), ".csv", {"database": name, "query": query})


def _rows(root: Path, name: str, address: str, query: str) -> Rows:
    """Column names and rows of a query."""
    scheme, _, rest = address.partition(":")
    if scheme not in _FILES:
        return _asked(name, address, query)
    path = root / rest.removeprefix("///")
    if not may_read(root, path):
        message = f"{rest!r} is no file of the workspace; allow its folder with --allow-root"
        raise fail("unsafe-root", message, file="ceyuan.yaml")
    if not path.is_file():
        raise fail("no-such-file", f"there is no database {rest!r}", file="ceyuan.yaml")
    if scheme == "sqlite":
        with closing(
            sqlite3.connect(f"file:{urllib.parse.quote(str(path))}?mode=ro", uri=True)
        ) as lite:
            cursor = lite.execute(query)
            return [column[0] for column in cursor.description], cursor.fetchall()
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(str(path), read_only=True, config=settings) as duck:
        found = duck.execute(query)
        return [column[0] for column in found.description or ()], found.fetchall()


def _asked(name: str, address: str, query: str) -> Rows:
    """The rows of a database that SQLAlchemy knows, in a transaction that writes nothing where the database can say so."""
    try:
        # Only a workspace with such a database needs its driver.
        import sqlalchemy as sa  # noqa: PLC0415
    except ImportError:
        message = f"the database {name!r} needs SQLAlchemy and its driver"
        raise fail("database-failed", message, hint="pip install 'ceyuan[team]'") from None
    url = sa.make_url(address)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    password = os.environ.get(password_variable(name))
    engine = sa.create_engine(
        url.set(password=password) if password else url, poolclass=sa.NullPool
    )
    options = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        found = connection.exec_driver_sql(query)
        return list(found.keys()), [tuple(row) for row in found]


def _as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as a file, in order of their texts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(sorted(list(map(_text, row)) for row in rows))
    return out.getvalue()


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return f"{cell:f}"
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)


def _of_url(table: Table, url: str, folder: Path) -> Path:
    """The copy with the pinned hash, fetched where there is none yet."""
    pinned = table.spec.sha256
    for path in sorted(folder.glob("*")) if pinned and folder.is_dir() else ():
        if path.suffix != ".json" and hashlib.sha256(path.read_bytes()).hexdigest() == pinned:
            return path
    content = _downloaded(table, url)
    found = hashlib.sha256(content).hexdigest()
    line = table.line("url")
    if pinned is None:
        message = f"{url} is read once its hash is written down"
        raise fail(
            "unpinned-url", message, file=table.file, line=line, hint=f"Write sha256: {found}"
        )
    if found != pinned:
        message = f"{url} is not what it was: its hash is {found} now, {pinned} is declared"
        hint = "Look at what has changed, then write the new hash"
        raise fail("changed-source", message, file=table.file, line=line, hint=hint)
    suffix = "".join(Path(urllib.parse.urlsplit(url).path).suffixes[-2:])
    return _kept(folder, content, suffix, {"url": url})


def _downloaded(table: Table, url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the declaration takes http and https only
            content = answer.read(_LARGEST + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise fail(
            "address-failed", f"{url}: {error}", file=table.file, line=table.line("url")
        ) from None
    if len(content) > _LARGEST:
        raise fail(
            "address-failed", f"{url} is larger than 1 GB", file=table.file, line=table.line("url")
        )
    return bytes(content)


def _kept(folder: Path, content: bytes, suffix: str, told: dict[str, str]) -> Path:
    """Keep a dated copy with what is told of it; the latest one if it is the same."""
    sha256 = hashlib.sha256(content).hexdigest()
    same = sorted(folder.glob(f"*-{sha256[:12]}{suffix}"))
    if same:
        return same[-1]
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}-{sha256[:12]}{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(path, content)
    facts = {**told, "retrieved": now.isoformat(timespec="seconds"), "sha256": sha256}
    replace_file(
        path.with_name(f"{path.name}.json"),
        (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(),
    )
    return path
