"""An account and a session of every role of every side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ceyuan.teams.accounts import Account, By, digest, invite
from ceyuan.teams.database import Team
from ceyuan.teams.rights import ROLES
from ceyuan.teams.tables import SESSION
from team_world import SIDES, person


def populate(team: Team) -> None:
    """An account and a session of every role of every side; the secret of a session is the account's name."""
    moment = datetime.now(UTC)
    with team.writing() as connection:
        for side in SIDES:
            for role in ROLES:
                actor = person(side, role)
                invite(
                    connection,
                    Account(
                        actor.name, actor.display, side, "", (role,), active=True, invited=True
                    ),
                    By(),
                )
                values = {
                    "secret": digest(actor.name),
                    "account": actor.name,
                    "csrf": f"csrf-{actor.name}",
                    "created": moment,
                }
                connection.execute(
                    sa.insert(SESSION).values(
                        **values, expires=moment + timedelta(hours=1), revoked=False
                    )
                )
