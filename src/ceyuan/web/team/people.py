"""Signing in, and keeping accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.errors import CeyuanError
from ceyuan.plan.loading import sides
from ceyuan.teams import accounts as account_store
from ceyuan.teams import entrance
from ceyuan.teams.rights import roles_of
from ceyuan.teams.tables import TOKEN
from ceyuan.web.faults import Refused
from ceyuan.web.team.gate import COOKIE, PREFIX, TeamRequest, answered
from ceyuan.web.team.models import AccountChange, Follow, NewAccount, NewPassword, NewToken, SignIn


def sign_in(request: TeamRequest) -> Response:
    """Sign in with name and password; the answer sets the cookie of the session."""
    sent = request.sent(SignIn)
    client = request.http.client
    with _few_attempts():
        secret, csrf = entrance.sign_in(
            request.team, sent.name, sent.password, client.host if client else ""
        )
    response = answered({"csrf": csrf})
    set_session_cookie(request, response, secret)
    return response


@contextmanager
def _few_attempts() -> Iterator[None]:
    """Who has tried too often is told how long to wait."""
    try:
        yield
    except CeyuanError as error:
        wait = str(int(entrance.WINDOW.total_seconds()))
        busy = error.problems[0].code == "team-too-many-attempts"
        raise Refused(error.problems[0], {"Retry-After": wait} if busy else {}) from None


def set_session_cookie(request: TeamRequest, response: Response, secret: str) -> None:
    """Give a browser its session."""
    response.set_cookie(
        COOKIE, secret, max_age=int(entrance.SESSION_LASTS.total_seconds()), path=_path(request), httponly=True,
        samesite="strict", secure=request.http.scope["scheme"] == "https",
    )  # fmt: skip


def _path(request: TeamRequest) -> str:
    """The cookie is sent to the addresses of the team alone."""
    return f"{request.http.scope.get('root_path', '')}{PREFIX}"


def sign_out(request: TeamRequest) -> Response:
    """End the session."""
    entrance.sign_out(request.team, request.who.secret)
    response = answered({})
    response.delete_cookie(COOKIE, path=_path(request), httponly=True, samesite="strict")
    return response


def follow(request: TeamRequest) -> Response:
    """Choose a password by a link that works once."""
    sent = request.sent(Follow)
    with request.team.writing() as connection:
        return answered({"name": account_store.follow_link(connection, sent.link, sent.password)})


def new_password(request: TeamRequest) -> Response:
    """Change one's own password; other sessions end."""
    sent = request.sent(NewPassword)
    with _few_attempts():
        entrance.new_password(request.team, request.who, sent.old, sent.new)
    return answered({})


def me(request: TeamRequest) -> Response:
    """Who is signed in, and what she may do."""
    actor = request.actor
    return answered({
        "name": actor.name, "display": actor.display, "side": actor.side,
        "side_name": sides(request.team.root).get(actor.side),
        "unit": actor.unit, "roles": actor.roles, "above": request.team.config.above, "csrf": request.who.csrf,
        "may": {"draft": "drafter" in actor.roles, "accounts": "administrator" in actor.roles},
    })  # fmt: skip


def tokens(request: TeamRequest) -> Response:
    """One's own tokens that have not ended."""
    query = (
        sa.select(TOKEN)
        .where(TOKEN.c.account == request.actor.name, ~TOKEN.c.revoked)
        .order_by(TOKEN.c.created)
    )
    with request.team.reading() as connection:
        found = [
            {"id": row.id, "name": row.name, "scope": row.scope, "expires": _day(row.expires)}
            for row in connection.execute(query)
        ]
    return answered(found)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def new_token(request: TeamRequest) -> Response:
    """Make a token; its secret is shown once."""
    sent = request.sent(NewToken)
    with request.team.writing() as connection:
        id_, secret = entrance.make_token(connection, request.actor, sent.name, sent.scope)
    return answered({"id": id_, "token": secret}, 201)


def end_token(request: TeamRequest) -> Response:
    """End a token of one's own."""
    with request.team.writing() as connection:
        entrance.end_token(connection, request.actor, request.at("id"))
    return answered({})


def _by(request: TeamRequest) -> account_store.By:
    return account_store.By(request.actor.name, request.actor.side)


def accounts(request: TeamRequest) -> Response:
    """The accounts of one's own side."""
    with request.team.reading() as connection:
        return answered(account_store.accounts(connection, request.actor.side))


def new_account(request: TeamRequest) -> Response:
    """Make an account of one's own side; the answer has the end of its link, once."""
    sent = request.sent(NewAccount)
    made = account_store.Account(
        sent.name,
        sent.display,
        request.actor.side,
        sent.unit,
        roles_of(sent.roles),
        active=True,
        invited=True,
    )
    with request.team.writing() as connection:
        return answered({"link": account_store.invite(connection, made, _by(request))}, 201)


def change_account(request: TeamRequest) -> Response:
    """Change what an account of one's own side may do."""
    sent = request.sent(AccountChange)
    with request.team.writing() as connection:
        return answered(
            account_store.change(
                connection, request.at("name"), _by(request), roles=sent.roles, active=sent.active
            )
        )


def reset_account(request: TeamRequest) -> Response:
    """Make a link for a new password."""
    with request.team.writing() as connection:
        return answered({"link": account_store.reset(connection, request.at("name"), _by(request))})
