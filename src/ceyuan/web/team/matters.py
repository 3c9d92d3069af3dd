"""What reports, proposed tasks and figures have in common: each is shown, decided on, commented, and has a history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.teams import desk, documents
from ceyuan.teams.database import Team
from ceyuan.teams.documents import Stored
from ceyuan.teams.rights import WITH_REASON, Actor, Decision, may_write, possible
from ceyuan.web.team.gate import Address, TeamRequest, answered
from ceyuan.web.team.models import Nothing, Reason, Remark


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of document that the sides decide on.

    Attributes:
        path: the address of one.
        tell: what is told of one, beside what whoever asks may do with it.
        move: makes a decision: team, who, which document, the version that she saw, what, and why where a reason is needed.
        decisions: those that there are.
    """

    path: str
    tell: Callable[[TeamRequest, sa.Connection, Any], dict[str, Any]]
    move: Callable[[Team, Actor, str, int, Decision, str | None], Stored[Any]]
    decisions: tuple[Decision, ...]

    def one(self, request: TeamRequest) -> Response:
        """One as it stands, with what whoever asks may do now."""
        with request.team.reading() as connection:
            found = documents.seen(request.team, connection, request.actor, request.path)
            return self._whole(request, connection, found)

    def written(self, request: TeamRequest, found: Stored[Any], status: int = 200) -> Response:
        """One that was just written, as it stands now."""
        with request.team.reading() as connection:
            return self._whole(request, connection, found, status)

    def _whole(
        self,
        request: TeamRequest,
        connection: sa.Connection,
        found: Stored[Any],
        status: int = 200,
    ) -> Response:
        content = {
            **self.tell(request, connection, found),
            "yaml": found.text,
            "may": possible(request.actor, found.standing, request.team.config.above),
            "may_edit": may_write(request.actor, found.standing),
        }
        return answered(content, status, found.version)

    def addresses(self) -> Iterator[Address]:
        """The addresses that are alike for all kinds."""
        yield Address("GET", self.path, "member", self.one)
        for decision in self.decisions:
            yield self._decision(decision)
        yield Address("GET", f"{self.path}/versions", "member", versions)
        yield Address("GET", f"{self.path}/versions/{{number}}", "member", version)
        yield Address("GET", f"{self.path}/versions/{{number}}/changes", "member", changes)
        yield Address("POST", f"{self.path}/comments", "member", remark, Remark)

    def _decision(self, name: Decision) -> Address:
        needs_reason = name in WITH_REASON

        def decided(request: TeamRequest) -> Response:
            reason = request.sent(Reason).reason if needs_reason else None
            found = self.move(
                request.team, request.actor, request.id, request.version, name, reason
            )
            return self.written(request, found)

        body = Reason if needs_reason else Nothing
        return Address("POST", f"{self.path}/{name}", "member", decided, body)


def remark(request: TeamRequest) -> Response:
    """Comment on a version."""
    sent = request.sent(Remark)
    documents.comment(request.team, request.actor, request.path, sent.version, sent.text)
    return answered({}, 201)


def versions(request: TeamRequest) -> Response:
    """What happened to a document, oldest first, with every text that whoever asks may see."""
    with request.team.reading() as connection:
        return answered(desk.history(request.team, connection, request.actor, request.path))


def version(request: TeamRequest) -> Response:
    """One version."""
    with request.team.reading() as connection:
        wanted = _number(request.at("number"))
        return answered(desk.version(request.team, connection, request.actor, request.path, wanted))


def changes(request: TeamRequest) -> Response:
    """A version compared word by word with the one before, or with that which ``since`` names."""
    since = request.http.query_params.get("since")
    before = None if since is None else _number(since)
    with request.team.reading() as connection:
        number = _number(request.at("number"))
        return answered(
            desk.changes(request.team, connection, request.actor, request.path, number, before)
        )


def _number(sent: str) -> int:
    """The number of a version as it was sent; 0, which no version has, for what is none."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
