"""A team's database: opening it, its tables, and who may do what there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ceyuan.errors import fail
from ceyuan.teams.config import TeamFile, address_of, read_team

try:
    import alembic.command
    import alembic.config
    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
except ModuleNotFoundError as error:
    raise fail(
        "team-extra-missing", f"a team needs the package {error.name!r}, which is not installed"
    ) from None

from ceyuan.teams import tables

_PATIENCE_SECONDS = 60
_SERVER_RIGHTS = {
    "SELECT": tables.metadata.tables.values(),
    "INSERT": [t for t in tables.metadata.tables.values() if t is not tables.HEAD],
    "UPDATE": [
        t for t in tables.metadata.tables.values() if t not in (*tables.LOG, tables.ATTEMPT)
    ],
    "DELETE": [tables.ATTEMPT, tables.IDENTITY, tables.SIGN_ON],
}
"""What the role of the server may do on PostgreSQL. It owns no table, so that it cannot drop a trigger."""


@dataclass(frozen=True)
class Team:
    """A workspace's team.

    Attributes:
        root: the workspace.
        config: ``team.yaml``.
        engine: its database.
    """

    root: Path
    config: TeamFile
    engine: sa.Engine

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it, or nothing."""
        # On SQLite a transaction that reads before it writes would fail at once where another one writes.
        with (
            self.engine.connect().execution_options(ceyuan_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of everything, whatever is written meanwhile."""
        level = (
            {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        )
        with self.engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection


def connect(address: str, **more: Any) -> sa.Engine:
    """An engine for SQLite or PostgreSQL.

    Args:
        address: as SQLAlchemy takes it.
        more: further options of :func:`sqlalchemy.create_engine`.

    Raises:
        CeyuanError: ``team-database`` where the address is none.
    """
    try:
        # A connection that the database has closed meanwhile is made anew.
        engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, **more)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise fail("team-database", f"the database cannot be opened: {_said(error)}") from None
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise fail("team-database", f"{engine.dialect.name} is neither sqlite nor postgresql")
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_connect)
        sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own
    for setting in (
        f"busy_timeout={_PATIENCE_SECONDS * 1000}",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {setting}")


def _on_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("ceyuan_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def open_team(root: Path, **more: Any) -> Iterator[Team]:
    """Open the team of a workspace; its connections are closed at the end.

    Args:
        root: the workspace.
        more: further options of :func:`sqlalchemy.create_engine`.

    Raises:
        CeyuanError: ``no-team``, ``team-database``, ``team-schema``, or every fault of ``team.yaml``.
    """
    config = read_team(root)
    engine = connect(address_of(root), **more)
    try:
        with clear_faults():
            _check_schema(engine)
        yield Team(root, config, engine)
    finally:
        engine.dispose()


@contextmanager
def clear_faults() -> Iterator[None]:
    """What a database says, as a problem that a person understands."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        raise fail("team-database", f"the database refuses: {_said(error.orig or error)}") from None


def _said(error: BaseException) -> str:
    """The first line of a message, without a password that may stand in an address."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return re.sub(r"://([^:@/\s]*):[^@\s]*@", r"://\1:…@", first)


def _alembic() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option(
        "script_location", str(resources.files("ceyuan.teams").joinpath("_migrations"))
    )
    config.set_main_option("path_separator", "os")
    return config


def _check_schema(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).is_file():
        raise fail("team-database", f"there is no file {engine.url.database}")
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(_alembic()).get_current_head()
    if found != wanted:
        raise fail(
            "team-schema", f"the tables are of version {found or 'none'}, and {wanted} is needed"
        )


def upgrade(engine: sa.Engine, server_role: str | None = None) -> None:
    """Make the tables, or bring them to the present version; to be done by the owner of the database.

    Args:
        engine: the database.
        server_role: the role that the server signs in with, which gets the rights that it needs and no others.

    Raises:
        CeyuanError: ``team-database``.
    """
    with clear_faults():
        if engine.dialect.name == "sqlite":
            # hashes of passwords are nobody else's
            Path(str(engine.url.database)).touch(mode=0o600)
            with engine.connect() as connection:
                # Outside of a transaction: writers do not keep readers waiting from now on.
                raw = connection.connection.driver_connection
                raw.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr] # the driver is sqlite3
        with (
            engine.connect().execution_options(ceyuan_writes=True) as connection,
            connection.begin(),
        ):
            config = _alembic()
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            if server_role is not None:
                _grant(connection, server_role)


def _grant(connection: sa.Connection, role: str) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    for right, given in _SERVER_RIGHTS.items():
        for table in given:
            connection.exec_driver_sql(f"GRANT {right} ON {quote(table.name)} TO {quote(role)}")
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {quote(role)}")
    connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE attempt_id_seq TO {quote(role)}")
