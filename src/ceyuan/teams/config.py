"""``team.yaml``: where a workspace's team has its database, and which side stands above the others."""

from __future__ import annotations

import os
from pathlib import Path

from ceyuan.errors import did_you_mean, fail
from ceyuan.plan.loading import sides
from ceyuan.plan.writing import rewrite, to_yaml
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import Id, Spec, parse_spec, spec_field
from ceyuan.workspace.yamlfile import read_yaml

FILE = "team.yaml"
DATABASE = "CEYUAN_TEAM_DATABASE"
"""The environment variable that names the database in place of ``team.yaml``: an address may hold a password."""


class TeamFile(Spec):
    """The file ``team.yaml``."""

    database: str = spec_field(
        "The database: a file of SQLite in the workspace, or an address without a password. CEYUAN_TEAM_DATABASE goes before.",
        good="postgresql+psycopg://ceyuan_server@db.example/ceyuan", bad="", default="team.db", min_length=1,
    )  # fmt: skip
    above: Id | None = spec_field(
        "The side that accepts or returns what another side has approved. Without one, a side's own approval is the last.",
        good="central", bad="The ministry", default=None,
    )  # fmt: skip


def has_team(root: Path) -> bool:
    """Whether a workspace has a team."""
    return (root / FILE).is_file()


def read_team(root: Path) -> TeamFile:
    """Read ``team.yaml``.

    Raises:
        CeyuanError: ``no-team``, ``unknown-party``, or every fault of the file.
    """
    if not has_team(root):
        raise fail("no-team", f"{str(root)!r} has no {FILE}", file=str(root))
    document = read_yaml(root / FILE, FILE, languages_of(root))
    team = parse_spec(TeamFile, document, document.data)
    if team.above is not None:
        check_side(root, team.above, FILE, document.line(("above",)))
    return team


def write_team(root: Path, team: TeamFile) -> None:
    """Write ``team.yaml``.

    Raises:
        CeyuanError: ``unwritable-file``.
    """
    rewrite(root / FILE, to_yaml(team).encode() or b"{}\n", FILE)


def check_side(root: Path, side: str, file: str | None = None, line: int | None = None) -> None:
    """Refuse a side that the workspace does not have.

    Raises:
        CeyuanError: ``unknown-party``.
    """
    known = sides(root)
    if side not in known:
        hint = did_you_mean(side, known) or f"Known: {', '.join(known)}"
        raise fail("unknown-party", f"there is no party {side!r}", file=file, line=line, hint=hint)


def address_of(root: Path, database: str | None = None) -> str:
    """The address of a database as SQLAlchemy takes it.

    Args:
        root: the workspace.
        database: as ``team.yaml`` names it, or what the environment says if None.

    >>> address_of(Path("/srv/gba"), "team.db")
    'sqlite:////srv/gba/team.db'
    """
    named = database or os.environ.get(DATABASE) or read_team(root).database
    return named if "://" in named else f"sqlite:///{root.absolute() / named}"
