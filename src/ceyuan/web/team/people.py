"""Signing in, and keeping accounts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.errors import CeyuanError
from ceyuan.teams import accounts as kept
from ceyuan.teams import entrance
from ceyuan.teams.rights import roles_of
from ceyuan.teams.tables import TOKEN
from ceyuan.web.faults import Refused
from ceyuan.web.team.gate import COOKIE, PREFIX, Asked, answered
from ceyuan.web.team.models import AccountChange, Follow, NewAccount, NewPassword, NewToken, SignIn
from ceyuan.workspace.reader import read_config


def sign_in(asked: Asked) -> Response:
    """Sign in with name and password; the answer sets the cookie of the session."""
    said = asked.said(SignIn)
    client = asked.request.client
    try:
        secret, csrf = entrance.sign_in(asked.team, said.name, said.password, client.host if client else "")
    except CeyuanError as error:
        wait = str(int(entrance.WINDOW.total_seconds()))
        busy = error.problems[0].code == "team-too-many-attempts"
        raise Refused(error.problems[0], {"Retry-After": wait} if busy else {}) from None
    response = answered({"csrf": csrf})
    response.set_cookie(
        COOKIE, secret, max_age=int(entrance.SESSION_LASTS.total_seconds()), path=_path(asked), httponly=True,
        samesite="strict", secure=asked.request.scope["scheme"] == "https",
    )  # fmt: skip
    return response


def _path(asked: Asked) -> str:
    """The cookie is sent to the addresses of the team alone."""
    return f"{asked.request.scope.get('root_path', '')}{PREFIX}"


def sign_out(asked: Asked) -> Response:
    """End the session."""
    entrance.sign_out(asked.team, asked.who.secret)
    response = answered({})
    response.delete_cookie(COOKIE, path=_path(asked), httponly=True, samesite="strict")
    return response


def follow(asked: Asked) -> Response:
    """Choose a password by a link that works once."""
    said = asked.said(Follow)
    with asked.team.writing() as connection:
        return answered({"name": kept.follow_link(connection, said.link, said.password)})


def new_password(asked: Asked) -> Response:
    """Change one's own password; other sessions end."""
    said = asked.said(NewPassword)
    with asked.team.writing() as connection:
        kept.change_password(connection, asked.actor.name, said.old, said.new, asked.who.secret)
    return answered({})


def me(asked: Asked) -> Response:
    """Who is signed in, and what she may do."""
    actor = asked.actor
    parties = {party.id: party.name for party in read_config(asked.team.root).parties}
    return answered({
        "name": actor.name, "display": actor.display, "side": actor.side, "side_name": parties.get(actor.side),
        "unit": actor.unit, "roles": actor.roles, "above": asked.team.config.above, "csrf": asked.who.csrf,
        "may": {"draft": "drafter" in actor.roles, "accounts": "administrator" in actor.roles},
    })  # fmt: skip


def tokens(asked: Asked) -> Response:
    """One's own tokens that have not ended."""
    query = sa.select(TOKEN).where(TOKEN.c.account == asked.actor.name, ~TOKEN.c.revoked).order_by(TOKEN.c.created)
    with asked.team.reading() as connection:
        found = [
            {"id": row.id, "name": row.name, "scope": row.scope, "expires": _day(row.expires)}
            for row in connection.execute(query)
        ]
    return answered(found)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def new_token(asked: Asked) -> Response:
    """Make a token; its secret is shown once."""
    said = asked.said(NewToken)
    with asked.team.writing() as connection:
        id_, secret = entrance.make_token(connection, asked.actor, said.name, said.scope)
    return answered({"id": id_, "token": secret}, 201)


def end_token(asked: Asked) -> Response:
    """End a token of one's own."""
    with asked.team.writing() as connection:
        entrance.end_token(connection, asked.actor, asked.at("id"))
    return answered({})


def _by(asked: Asked) -> kept.By:
    return kept.By(asked.actor.name, asked.actor.side)


def accounts(asked: Asked) -> Response:
    """The accounts of one's own side."""
    with asked.team.reading() as connection:
        return answered(kept.accounts(connection, asked.actor.side))


def new_account(asked: Asked) -> Response:
    """Make an account of one's own side; the answer has the end of its link, once."""
    said = asked.said(NewAccount)
    made = kept.Account(
        said.name, said.display, asked.actor.side, said.unit, roles_of(said.roles), active=True, invited=True
    )
    with asked.team.writing() as connection:
        return answered({"link": kept.invite(connection, made, _by(asked))}, 201)


def change_account(asked: Asked) -> Response:
    """Change what an account of one's own side may do."""
    said = asked.said(AccountChange)
    with asked.team.writing() as connection:
        return answered(kept.change(connection, asked.at("name"), _by(asked), roles=said.roles, active=said.active))


def reset_account(asked: Asked) -> Response:
    """Make a link for a new password."""
    with asked.team.writing() as connection:
        return answered({"link": kept.reset(connection, asked.at("name"), _by(asked))})
