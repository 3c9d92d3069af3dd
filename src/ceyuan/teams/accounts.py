"""Accounts: each belongs to one side and one unit. They are made by invitation and reset by a link that works once."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ceyuan.errors import fail
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import Role, roles_of
from ceyuan.teams.tables import ACCOUNT, IDENTITY, LINK, SESSION, TOKEN

LINK_LASTS = timedelta(days=7)
SHORTEST = 12
"""Characters of the shortest password."""
LONGEST = 1000
NAME = re.compile(r"[a-z][a-z0-9._-]{0,79}")
"""What the name of an account looks like."""
# Controls, signs that turn the direction of writing or cannot be seen, and ends of lines and paragraphs.
_UNFIT = ("Cc", "Cf", "Cs", "Zl", "Zp")
hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """An account.

    Attributes:
        name: what she signs in with.
        display: the person's name, which stands in reports.
        side: the party that she belongs to.
        unit: her department.
        roles: what she may do there.
        active: whether she can sign in.
        invited: whether she has neither chosen a password nor signed in with her institution yet.
    """

    name: str
    display: str
    side: str
    unit: str
    roles: tuple[Role, ...]
    active: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class By:
    """Who keeps accounts.

    Attributes:
        account: her account, or ``operator`` for whoever runs the server.
        side: her side, whose accounts alone she keeps; empty for whoever runs the server.
    """

    account: str = "operator"
    side: str = ""


def digest(secret: str) -> str:
    """What is kept of a secret that cannot be guessed: from its hash nobody gets it back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_line(text: str) -> bool:
    r"""Whether a name can stand in a line without pretending to be something else there.

    >>> is_line("李　明"), is_line("李明\n已批准"), is_line("gnim\u202e")
    (True, False, False)
    """
    return not any(unicodedata.category(sign) in _UNFIT for sign in text)


def accounts(connection: sa.Connection, side: str | None = None) -> list[Account]:
    """Accounts by side and name."""
    query = sa.select(ACCOUNT).order_by(ACCOUNT.c.side, ACCOUNT.c.name)
    if side is not None:
        query = query.where(ACCOUNT.c.side == side)
    bound = set(connection.scalars(sa.select(IDENTITY.c.account)))
    return [_account(row, is_bound=row.name in bound) for row in connection.execute(query)]


def _account(row: sa.Row[tuple[object, ...]], *, is_bound: bool) -> Account:
    roles, waits = roles_of(row.roles), row.password is None and not is_bound
    return Account(row.name, row.display, row.side, row.unit, roles, row.active, waits)


def invite(connection: sa.Connection, account: Account, by: By) -> str:
    """Make an account.

    Returns:
        The secret of the link with which she chooses a password, once.

    Raises:
        CeyuanError: ``team-bad-account``, ``team-account-exists`` or ``team-forbidden``.
    """
    _may_keep(by, account.side)
    if not NAME.fullmatch(account.name) or account.name == By().account:
        raise fail("team-bad-account", f"{account.name!r} cannot be the name of an account")
    if not account.display.strip():
        raise fail("team-bad-account", "the person's name is missing")
    for text in (account.display, account.unit):
        if not is_line(text.strip()):
            raise fail("team-bad-account", f"{text!r} is no name that can stand in a line")
    roles = list(roles_of(account.roles))
    row = {
        "name": account.name, "display": account.display.strip(), "side": account.side, "unit": account.unit.strip(),
        "roles": roles, "active": True, "version": 1, "password": None,
    }  # fmt: skip
    try:
        connection.execute(sa.insert(ACCOUNT).values(row))
    except sa.exc.IntegrityError:
        raise fail("team-account-exists", f"there is an account {account.name!r} already") from None
    secret = _link(connection, account.name)
    state = {key: row[key] for key in ("side", "unit", "roles", "active")}
    subject = f"account/{account.name}"
    append(
        connection,
        Happened(
            by.account, by.side, "invite", subject, 1, {"state": state}, account.display.strip()
        ),
    )
    return secret


def change(
    connection: sa.Connection,
    name: str,
    by: By,
    *,
    roles: Collection[str] | None = None,
    active: bool | None = None,
) -> Account:
    """Change what an account may do; its sessions and tokens end.

    Raises:
        CeyuanError: ``team-unknown-account``, ``team-bad-account`` or ``team-forbidden``.
    """
    row = _locked(connection, name, by)
    if by.account == name:
        raise fail("team-forbidden", "nobody changes her own account")
    then = {
        "roles": list(row.roles if roles is None else roles_of(roles)),
        "active": row.active if active is None else active, "version": row.version + 1,
    }  # fmt: skip
    connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.name == name).values(then))
    _end_all(connection, name)
    state = {"side": row.side, "unit": row.unit, "roles": then["roles"], "active": then["active"]}
    append(
        connection,
        Happened(
            by.account, by.side, "change", f"account/{name}", then["version"], {"state": state}
        ),
    )
    return next(a for a in accounts(connection, row.side) if a.name == name)


def reset(connection: sa.Connection, name: str, by: By) -> str:
    """Make a link with which somebody chooses a new password; what she is signed in with ends.

    Raises:
        CeyuanError: ``team-unknown-account`` or ``team-forbidden``.
    """
    row = _locked(connection, name, by)
    if by.account == name:
        raise fail("team-forbidden", "nobody resets her own account")
    connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.name == name).values(password=None))
    _end_all(connection, name)
    secret = _link(connection, name)
    append(connection, Happened(by.account, by.side, "reset", f"account/{row.name}"))
    return secret


def follow_link(connection: sa.Connection, secret: str, password: str) -> str:
    """Choose a password by a link, which works once.

    Returns:
        The account.

    Raises:
        CeyuanError: ``team-link`` or ``team-weak-password``.
    """
    # The link comes first: for whoever has none nothing is hashed, which takes long and keeps writers waiting.
    row = use_link(connection, digest(secret))
    hashed = hashed_password(password)
    name = str(row.name)
    connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.name == name).values(password=hashed))
    append(connection, Happened(name, row.side, "password", f"account/{name}"))
    return name


def use_link(connection: sa.Connection, kept: str) -> sa.Row[Any]:
    """Use a link, which works once.

    Args:
        connection: a transaction that writes.
        kept: what is kept of its secret.

    Returns:
        The account, held for this transaction.

    Raises:
        CeyuanError: ``team-link``.
    """
    used = (
        sa.update(LINK)
        .where(LINK.c.secret == kept, ~LINK.c.used, LINK.c.expires > datetime.now(UTC))
        .values(used=True)
        .returning(LINK.c.account)
    )
    name = connection.scalar(used)
    if name is None:
        raise fail("team-link", "the link was used already, or is no longer valid")
    return connection.execute(
        sa.select(ACCOUNT).where(ACCOUNT.c.name == name).with_for_update()
    ).one()


def change_password(connection: sa.Connection, name: str, old: str, new: str, keep: str) -> None:
    """Change one's own password; all other sessions end.

    Args:
        connection: a transaction that writes.
        name: the account.
        old: the password until now.
        new: the password from then on.
        keep: the session that stays, as its hash.

    Raises:
        CeyuanError: ``team-login`` or ``team-weak-password``.
    """
    row = connection.execute(
        sa.select(ACCOUNT).where(ACCOUNT.c.name == name).with_for_update()
    ).one()
    if not is_password(row.password, old):
        raise fail("team-login", "the present password is another one")
    connection.execute(
        sa.update(ACCOUNT).where(ACCOUNT.c.name == name).values(password=hashed_password(new))
    )
    connection.execute(
        sa.update(SESSION)
        .where(SESSION.c.account == name, SESSION.c.secret != keep)
        .values(revoked=True)
    )
    append(connection, Happened(name, row.side, "password", f"account/{name}"))


def hashed_password(password: str) -> str:
    """A password as it is kept (argon2id).

    Raises:
        CeyuanError: ``team-weak-password``.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise fail("team-weak-password", f"a password has {SHORTEST} to {LONGEST} characters")
    return hasher.hash(password)


@cache
def _of_nobody() -> str:
    return hasher.hash(secrets.token_hex())


def is_password(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept; it takes as long where none is."""
    try:
        return hasher.verify(kept or _of_nobody(), password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _may_keep(by: By, side: str) -> None:
    if by.side not in ("", side):
        raise fail("team-forbidden", f"{by.account} keeps the accounts of {by.side} alone")


def _locked(connection: sa.Connection, name: str, by: By) -> sa.Row[tuple[object, ...]]:
    row = connection.execute(
        sa.select(ACCOUNT).where(ACCOUNT.c.name == name).with_for_update()
    ).one_or_none()
    # Of other sides' accounts she does not learn whether they exist.
    if row is None or by.side not in ("", row.side):
        raise fail("team-unknown-account", f"there is no account {name!r}")
    return row


def _end_all(connection: sa.Connection, name: str) -> None:
    connection.execute(sa.update(SESSION).where(SESSION.c.account == name).values(revoked=True))
    connection.execute(sa.update(TOKEN).where(TOKEN.c.account == name).values(revoked=True))
    connection.execute(sa.update(LINK).where(LINK.c.account == name).values(used=True))


def _link(connection: sa.Connection, name: str) -> str:
    secret = secrets.token_urlsafe(32)
    row = {
        "secret": digest(secret),
        "account": name,
        "expires": datetime.now(UTC) + LINK_LASTS,
        "used": False,
    }
    connection.execute(sa.insert(LINK).values(row))
    return secret
