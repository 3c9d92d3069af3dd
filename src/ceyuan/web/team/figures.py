"""Figures that a side submits: sent as a file, tried before they are kept, decided on as reports are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.teams import attachments, desk, documents, submissions
from ceyuan.teams.steps import steps_of
from ceyuan.teams.submissions import StoredSubmission
from ceyuan.web.team.evidence import sent_back
from ceyuan.web.team.gate import TeamRequest, answered
from ceyuan.web.team.matters import Matter
from ceyuan.web.team.work import tables_with_kinds


def listed(request: TeamRequest) -> Response:
    """The tables that take figures, those of whoever asks marked, and the submissions that she may see."""
    tables = [
        {
            "id": table.id,
            "kind": kind,
            "description": table.spec.description,
            "mine": request.actor.side in table.spec.submitted_by,
        }
        for table, kind in tables_with_kinds(request.team.root)
    ]
    with request.team.reading() as connection:
        seen = desk.submissions(request.team, connection, request.actor)
        replaced = _replaced(connection)
        found = [_head(one, replaced) for one in seen]
    return answered({"tables": tables, "submissions": found})


def _replaced(connection: sa.Connection) -> set[str]:
    """Files of submissions in force that a later one replaces."""
    everything = submissions.all_submissions(connection)
    in_force = {one.path for one in everything if one.standing.in_force}
    return in_force - {one.path for one in submissions.in_force(everything)}


def _head(one: StoredSubmission, replaced: Iterable[str]) -> dict[str, Any]:
    spec = one.spec
    return {
        "id": one.id, "table": spec.table, "party": spec.party, "period": spec.period, "name": spec.name,
        "state": one.state, "version": one.version, "in_force": one.standing.in_force, "replaced": one.path in replaced,
    }  # fmt: skip


def _tell(_: TeamRequest, connection: sa.Connection, found: StoredSubmission) -> dict[str, Any]:
    """Submitted figures, with the decisions that hold."""
    return {
        **_head(found, _replaced(connection)),
        "sha256": found.spec.sha256,
        "size": submissions.size_of(connection, found),
        "steps": steps_of(connection, found.path),
        "reason": documents.reason_of(connection, found),
    }


def begin(request: TeamRequest) -> Response:
    """Send a table of one's own side: ``table``, ``period`` and ``name`` stand behind the address."""
    table, period, name = (request.asked(key) for key in ("table", "period", "name"))
    made = submissions.begin(request.team, request.actor, table, period, name, request.file)
    return FIGURES.written(request, made, 201)


def replace_file(request: TeamRequest) -> Response:
    """Send another file in place of the one that is there."""
    name = request.asked("name")
    made = submissions.replace_file(
        request.team, request.actor, request.id, request.version, name, request.file
    )
    return FIGURES.written(request, made)


def check(request: TeamRequest) -> Response:
    """What the declaration of the table makes of the file, and how its records differ from those that are there."""
    with request.team.reading() as connection:
        spec, content = submissions.file_of(request.team, connection, request.actor, request.id)
    return answered(submissions.tried(request.team, request.id, spec, content))


def file(request: TeamRequest) -> Response:
    """The file, to be kept and not to be shown."""
    with request.team.reading() as connection:
        seen = documents.seen(request.team, connection, request.actor, request.path)
        found, content = attachments.content_of(
            request.team, connection, request.actor, request.path, seen.spec.sha256
        )
    return sent_back(found, content)


FIGURES = Matter(
    "/figures/{period}/{figures}",
    _tell,
    submissions.move,
    ("submit", "return", "approve", "accept", "unapprove"),
)
