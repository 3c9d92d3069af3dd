"""Signing in: sessions that the server can end, tokens for programs, and few attempts at a password."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Literal

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.teams.accounts import NAME, change_password, digest, is_line, is_password
from ceyuan.teams.database import Team
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import Actor, roles_of
from ceyuan.teams.tables import ACCOUNT, ATTEMPT, SESSION, TOKEN

Scope = Literal["read", "write"]
SESSION_LASTS = timedelta(hours=12)
TOKEN_LASTS = timedelta(days=365)
WINDOW = timedelta(minutes=15)
ATTEMPTS_OF_ACCOUNT = 5
ATTEMPTS_OF_CLIENT = 30


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        actor: who.
        csrf: what a page must send along with whatever it writes; None for a program with a token, which no browser sends by
            itself.
        secret: the hash of what she came with.
    """

    actor: Actor
    csrf: str | None
    secret: str


def sign_in(team: Team, name: str, password: str, client: str) -> tuple[str, str]:
    """Sign in with a password.

    Args:
        team: the team.
        name: the account.
        password: the password.
        client: where the request comes from.

    Returns:
        The secret of the session and what its pages send along.

    Raises:
        CeyuanError: ``team-login`` whatever is wrong, ``team-too-many-attempts``.
    """
    if not NAME.fullmatch(name):
        name = ""  # which no account has
    # The attempt is written down before the password is looked at: many at once do not get by.
    with team.writing() as connection:
        most = {account_key(name): ATTEMPTS_OF_ACCOUNT, client_key(client): ATTEMPTS_OF_CLIENT}
        tried = count_attempts(connection, most)
    with team.reading() as connection:
        row = connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.name == name)).one_or_none()
    kept = row.password if row is not None and row.active else None
    if not is_password(kept, password):
        raise fail("team-login", "there is no such account, or its password is another one")
    with team.writing() as connection:
        again = connection.execute(
            sa.select(ACCOUNT).where(ACCOUNT.c.name == name).with_for_update()
        ).one()
        # It may have been closed, or its password changed, while the old one was looked at.
        if not again.active or again.password != kept:
            raise fail("team-login", "there is no such account, or its password is another one")
        forget_attempts(connection, name)
        # Many people may sit behind one address: what led to a session is not held against the others.
        here = (ATTEMPT.c.key == client_key(client)) & (ATTEMPT.c.at == tried)
        connection.execute(sa.delete(ATTEMPT).where(here))
        return new_session(connection, name)


def new_session(connection: sa.Connection, name: str) -> tuple[str, str]:
    """A session of an account whose owner has shown that it is hers.

    Returns:
        Its secret and what its pages send along.
    """
    secret, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), datetime.now(UTC)
    values = {
        "secret": digest(secret), "account": name, "csrf": csrf, "created": now, "expires": now + SESSION_LASTS,
        "revoked": False,
    }  # fmt: skip
    connection.execute(sa.insert(SESSION).values(values))
    return secret, csrf


def count_attempts(connection: sa.Connection, most: Mapping[str, int]) -> datetime:
    """Write down an attempt to sign in under each key, of which so many may be made within a while.

    Returns:
        The moment under which it is written down.

    Raises:
        CeyuanError: ``team-too-many-attempts``.
    """
    if connection.dialect.name == "postgresql":
        # Else each of many at once would see none of the others. Nothing is locked by whoever waits here.
        connection.execute(sa.text("LOCK TABLE attempt IN SHARE ROW EXCLUSIVE MODE"))
    since = datetime.now(UTC) - WINDOW
    connection.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.at <= since))
    for key, allowed in most.items():
        made = connection.scalar(
            sa.select(sa.func.count()).where(ATTEMPT.c.key == key, ATTEMPT.c.at > since)
        )
        if (made or 0) >= allowed:
            raise fail("team-too-many-attempts", "there were too many attempts to sign in")
    now = datetime.now(UTC)
    connection.execute(sa.insert(ATTEMPT), [{"key": key, "at": now} for key in most])
    return now


def account_key(name: str) -> str:
    """Under what attempts at the password of an account are counted."""
    return f"account/{name}"


def client_key(client: str) -> str:
    """Under what attempts of a client are counted: of IPv6 the network, of which each client has a whole one (RFC 6177).

    >>> client_key("192.0.2.1"), client_key("::ffff:192.0.2.1"), client_key("2001:db8:1:2:3::4")
    ('client/192.0.2.1', 'client/192.0.2.1', 'client/2001:db8:1:2::')
    """
    try:
        address = ip_address(client)
    except ValueError:
        return f"client/{client}"[:300]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)
    return f"client/{address}"


def forget_attempts(connection: sa.Connection, name: str) -> None:
    """Forget the attempts at an account whose owner has shown that it is hers."""
    connection.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.key == account_key(name)))


def new_password(team: Team, session: Session, old: str, new: str) -> None:
    """Change one's own password; all other sessions end. Attempts at the present one count as attempts to sign in.

    Raises:
        CeyuanError: ``team-login``, ``team-weak-password``, ``team-too-many-attempts``.
    """
    name = session.actor.name
    with team.writing() as connection:
        count_attempts(connection, {account_key(name): ATTEMPTS_OF_ACCOUNT})
    with team.writing() as connection:
        change_password(connection, name, old, new, session.secret)
        forget_attempts(connection, name)


def session_of(team: Team, secret: str) -> Session | None:
    """Who has a session; None where it is unknown, over or ended."""
    return _found(team, SESSION, secret)


def token_of(team: Team, secret: str) -> Session | None:
    """Who has a token; None where it is unknown, over or ended."""
    return _found(team, TOKEN, secret)


def _found(team: Team, table: sa.Table, secret: str) -> Session | None:
    valid = (
        table.c.secret == digest(secret),
        ~table.c.revoked,
        table.c.expires > datetime.now(UTC),
        ACCOUNT.c.active,
    )
    query = sa.select(ACCOUNT, table).join(ACCOUNT, ACCOUNT.c.name == table.c.account).where(*valid)
    with team.reading() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    reads_only = table is TOKEN and row[TOKEN.c.scope] == "read"
    name, roles = row[ACCOUNT.c.name], roles_of(row[ACCOUNT.c.roles])
    actor = Actor(
        name, row[ACCOUNT.c.display], row[ACCOUNT.c.side], row[ACCOUNT.c.unit], roles, reads_only
    )
    return Session(actor, row[SESSION.c.csrf] if table is SESSION else None, row[table.c.secret])


def sign_out(team: Team, secret: str) -> None:
    """End a session, by its hash."""
    with team.writing() as connection:
        connection.execute(
            sa.update(SESSION).where(SESSION.c.secret == secret).values(revoked=True)
        )


def make_token(connection: sa.Connection, actor: Actor, name: str, scope: Scope) -> tuple[str, str]:
    """A token for a program: it may do what the account may on its side, or only read that.

    Returns:
        Its identifier, and the secret, which is shown once.

    Raises:
        CeyuanError: ``team-bad-account`` for a name that cannot stand in a line.
    """
    if not is_line(name):
        raise fail("team-bad-account", f"{name!r} cannot be the name of a token")
    secret, id_, now = secrets.token_urlsafe(32), secrets.token_hex(8), datetime.now(UTC)
    values = {
        "secret": digest(secret), "id": id_, "account": actor.name, "name": name, "scope": scope, "created": now,
        "expires": now + TOKEN_LASTS, "revoked": False,
    }  # fmt: skip
    connection.execute(sa.insert(TOKEN).values(values))
    append(
        connection,
        Happened(actor.name, actor.side, "token", f"token/{id_}", detail={"scope": scope}),
    )
    return id_, secret


def end_token(connection: sa.Connection, actor: Actor, id_: str) -> None:
    """End one of one's own tokens.

    Raises:
        CeyuanError: ``team-unknown-token``.
    """
    ended = sa.update(TOKEN).where(
        TOKEN.c.id == id_, TOKEN.c.account == actor.name, ~TOKEN.c.revoked
    )
    if connection.execute(ended.values(revoked=True)).rowcount != 1:
        raise fail("team-unknown-token", f"there is no token {id_!r}")
    append(connection, Happened(actor.name, actor.side, "end-token", f"token/{id_}"))
