"""Who asks, and whether the address is for her. What no rule allows is refused."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, assert_never

from fastapi import Request
from fastapi.responses import Response
from pydantic_core import to_json

from ceyuan.errors import Problem
from ceyuan.teams.database import Team
from ceyuan.teams.documents import id_of, path_of, proposal_path, submission_path
from ceyuan.teams.entrance import Session, session_of, token_of
from ceyuan.teams.rights import Actor
from ceyuan.web.faults import Refused
from ceyuan.web.models.base import Model

COOKIE = "ceyuan-session"
CSRF = "X-CSRF-Token"
PREFIX = "/api/team"
Rule = Literal["anybody", "session", "signed_in", "member", "administrator"]
"""Whom an address is for: ``anybody``; whoever is signed in on a page (``session``), or also by a token (``signed_in``); who has
a part in reports (``member``); who keeps accounts, on a page (``administrator``). What she may do there her roles decide."""
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """A request that was let in.

    Attributes:
        team: the team.
        http: the request as it came in.
        session: who asks, None for anybody.
        body: what was sent.
    """

    team: Team
    http: Request
    session: Session | None
    body: Model | bytes | None

    @property
    def who(self) -> Session:
        """Who asks, at an address that is not for anybody."""
        assert self.session is not None  # noqa: S101 - the rule of the address asks for it
        return self.session

    @property
    def actor(self) -> Actor:
        """Who asks, with her roles."""
        return self.who.actor

    @property
    def file(self) -> bytes:
        """The file that was sent."""
        assert isinstance(self.body, bytes)  # noqa: S101 - the address takes one
        return self.body

    def sent(self, model: type[M]) -> M:
        """What was sent, as the address declares it."""
        assert isinstance(self.body, model)  # noqa: S101 - it was read as that
        return self.body

    def at(self, name: str) -> str:
        """A part of the address.

        Raises:
            Refused: ``no-resource`` for one that nothing is called.
        """
        found = str(self.http.path_params[name])
        if "\0" in found:  # PostgreSQL cannot even be asked for it
            raise Refused(Problem("no-resource", f"there is nothing at {self.http.url.path}"))
        return found

    def asked(self, name: str) -> str:
        """What stands behind the address under a name; nothing where nothing does."""
        return self.http.query_params.get(name, "")

    @property
    def path(self) -> str:
        """The file of the report, figures or proposed task that the address names."""
        match self.http.path_params:
            case {"figures": _}:
                return submission_path(f"{self.at('period')}/{self.at('figures')}")
            case {"period": _}:
                return path_of(f"{self.at('period')}/{self.at('name')}")
            case _:
                return proposal_path(f"{self.at('side')}/{self.at('task')}")

    @property
    def id(self) -> str:
        """The same by its folder and name."""
        return id_of(self.path)

    @property
    def version(self) -> int:
        """The version that the asker has seen.

        Raises:
            Refused: ``team-no-version`` or ``bad-request``.
        """
        tag = self.http.headers.get("if-match")
        if tag is None:
            raise Refused(Problem("team-no-version", "there is no If-Match"))
        number = tag.removeprefix('"').removesuffix('"')
        if tag != f'"{number}"' or not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Refused(
                Problem("bad-request", 'If-Match is no version, such as "3"', "header.if-match")
            )
        return int(number)


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the team: what it takes, and whom it is for.

    Attributes:
        method, path: the address, below ``/api/team``.
        rule: whom it is for.
        answer: makes the answer.
        body: what is sent: JSON of a model, or ``bytes`` for a file; None for nothing.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    rule: Rule
    answer: Callable[[TeamRequest], Response]
    body: type[Model] | type[bytes] | None = None


def who_asks(team: Team, request: Request) -> Session | None:
    """Who is signed in by the cookie of a page or by a program's token; a request with a token is no page's.

    Raises:
        Refused: ``team-login`` for a token that is none.
    """
    sent = request.headers.get("authorization")
    if sent is not None:
        scheme, _, secret = sent.partition(" ")
        found = token_of(team, secret.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise Refused(Problem("team-login", "the token is none, or has ended"))
        return found
    secret = request.cookies.get(COOKIE, "")
    return session_of(team, secret) if secret else None


def let_in(rule: Rule, session: Session | None, request: Request) -> None:
    """Refuse who is not meant by a rule, and what no page of ours has sent.

    Raises:
        Refused: ``team-login``, ``team-forbidden`` or ``team-csrf``.
    """
    if rule == "anybody":
        return
    if session is None:
        raise Refused(Problem("team-login", "nobody is signed in"))
    if not _is_meant(rule, session):
        raise Refused(Problem("team-forbidden", f"this is not for {session.actor.name}"))
    if request.method == "GET":
        return
    if session.actor.reads_only:
        raise Refused(Problem("team-forbidden", "this token only reads"))
    sent = request.headers.get(CSRF, "")
    # Compared as bytes: a header may hold what is no ASCII.
    if session.csrf is not None and not secrets.compare_digest(
        sent.encode(), session.csrf.encode()
    ):
        raise Refused(Problem("team-csrf", f"the header {CSRF} is not that of the session"))


def _is_meant(rule: Rule, session: Session) -> bool:
    on_page = session.csrf is not None
    match rule:
        case "anybody" | "signed_in":
            return True
        case "session":
            return on_page
        case "member":
            return session.actor.is_member
        case "administrator":
            return on_page and "administrator" in session.actor.roles
    assert_never(rule)


def answered(value: Any, status: int = 200, version: int | None = None) -> Response:
    """An answer for one person: no cache keeps it."""
    found = private(to_json(value, by_alias=True), "application/json", status)
    if version is not None:
        found.headers["ETag"] = f'"{version}"'
    return found


def private(content: bytes, media: str, status: int = 200) -> Response:
    """A file for one person: no cache keeps it."""
    return Response(
        content, status, {"Cache-Control": "no-store", "Vary": "Cookie, Authorization"}, media
    )
