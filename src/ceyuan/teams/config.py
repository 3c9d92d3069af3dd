"""``team.yaml``: where a workspace's team has its database, and which side stands above the others."""

from __future__ import annotations

import os
from pathlib import Path

from ceyuan.errors import did_you_mean, fail
from ceyuan.plan.loading import sides
from ceyuan.plan.writing import rewrite, to_yaml
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import FreeText, Id, OneOrMore, Spec, parse_spec, spec_field
from ceyuan.workspace.yamlfile import read_yaml

FILE = "team.yaml"
DATABASE = "CEYUAN_TEAM_DATABASE"
"""The environment variable that names the database in place of ``team.yaml``: an address may hold a password."""


class Provider(Spec):
    """An institution that vouches for its people by OpenID Connect."""

    id: Id = spec_field("Its identifier, a part of addresses.", good="gdstc", bad="GDSTC")
    name: FreeText = spec_field(
        "What it is called, once or in three languages.", good="广东省科技厅", bad=""
    )
    issuer: str = spec_field(
        "The issuer, exactly as it names itself; it is asked for `/.well-known/openid-configuration`.",
        good="https://id.example",
        bad="id.example",
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:\d+)?(/|$))\S*$",
        max_length=300,
    )
    client: str = spec_field(
        "As what this server is known there. Its secret, if it has one, stands in CEYUAN_OIDC_<ID>_SECRET.",
        good="ceyuan", bad="", min_length=1, max_length=200,
    )  # fmt: skip
    sides: OneOrMore = spec_field(
        "The sides whose accounts it vouches for; all if absent.",
        good=["guangdong"], bad=["Guangdong"], default=(),
    )  # fmt: skip

    @property
    def secret_variable(self) -> str:
        """The environment variable with the client's secret."""
        return f"CEYUAN_OIDC_{self.id.upper().replace('-', '_')}_SECRET"


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
    single_sign_on: tuple[Provider, ...] = spec_field(
        "Institutions with which people sign in (OpenID Connect), once their account was invited.",
        good=[{"id": "gdstc", "name": "广东省科技厅", "issuer": "https://id.example", "client": "ceyuan"}], bad="x", default=(),
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
    for number, provider in enumerate(team.single_sign_on):
        for side in provider.sides:
            check_side(root, side, FILE, document.line(("single_sign_on", number, "sides")))
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
