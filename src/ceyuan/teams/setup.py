"""Making a team: its database, ``team.yaml``, and the plan read into the log."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.plan.loading import has_plan
from ceyuan.teams.config import TeamFile, address_of, check_side, has_team, read_team, write_team
from ceyuan.teams.database import Team, clear_faults, connect, upgrade
from ceyuan.teams.projection import import_plan


def make_team(
    root: Path, database: str | None = None, server_role: str | None = None, above: str | None = None, *, empty: bool = False
) -> int:  # fmt: skip
    """Make a workspace's team, or bring the tables of the one that is there up to date.

    Args:
        root: the workspace.
        database: a file of SQLite in the workspace, or the address of a database as its owner; as ``team.yaml`` or the
            environment says if None.
        server_role: on PostgreSQL the role that the server signs in with, which owns nothing.
        above: the side that accepts or returns what others have approved.
        empty: leave the log empty, for a backup to be restored into it.

    Returns:
        How many files of the plan were read.

    Raises:
        CeyuanError: ``no-plan``, ``unknown-party``, ``team-database``, or every fault of the plan.
    """
    there = has_team(root)
    config = read_team(root) if there else TeamFile(above=above)
    if not there and above is not None:
        check_side(root, above)
    if not has_plan(root) and not there:
        raise fail("no-plan", f"{str(root)!r} has no folder plan", file=str(root))
    engine = connect(address_of(root, database or (None if there else config.database)))
    try:
        upgrade(engine, server_role)
        if there:
            return 0
        config = config.model_copy(
            update={"database": _shown(engine, database or config.database, server_role)}
        )
        read = 0
        if not empty:
            with clear_faults():
                read, _ = import_plan(Team(root, config, engine), root)
        write_team(root, config)
        return read
    finally:
        engine.dispose()


def _shown(engine: sa.Engine, database: str, server_role: str | None) -> str:
    """The address as ``team.yaml`` has it: of the server's role, without a password."""
    if engine.dialect.name == "sqlite":
        return database
    url = engine.url.set(username=server_role or engine.url.username)
    return sa.URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string(hide_password=False)
