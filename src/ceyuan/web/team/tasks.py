"""The year's key tasks on the server: what is agreed, what sides propose, and the opening of the next year."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.plan.checks import task_file
from ceyuan.plan.spec import TaskFile
from ceyuan.teams import desk, documents, proposals, years
from ceyuan.teams.tables import DOCUMENT
from ceyuan.web.team.gate import TeamRequest, answered
from ceyuan.web.team.matters import Matter
from ceyuan.web.team.models import NewProposal, NewYear, TaskContent, plain


def programme(request: TeamRequest) -> Response:
    """What proposals and reports are made from: years, fields, mechanisms, tasks as agreed now, and what can be reported on."""
    with request.team.reading() as connection:
        plan = documents.plan_of(request.team, connection)
        version = years.version_of_plan(connection)
        reports_on = [asdict(one) for one in desk.beginnings(connection, request.actor, plan)]
    config = plan.config
    return answered({
        "version": version, "may_open": years.may_open(request.team, request.actor),
        "years": list(plan.years), "fields": [plain(one) for one in config.fields],
        "mechanisms": [plain(one) for one in config.mechanisms], "tasks": [plain(task) for task in plan.tasks.values()],
        "reports": reports_on,
    })  # fmt: skip


def open_year(request: TeamRequest) -> Response:
    """Open a programme year."""
    said = plain(request.sent(NewYear))
    version = years.open_year(request.team, request.actor, request.version, said)
    return answered({"version": version}, 201, version)


def listed(request: TeamRequest) -> Response:
    """The proposed tasks that whoever asks may see."""
    with request.team.reading() as connection:
        found = desk.proposals(request.team, connection, request.actor)
    return answered([_head(proposal) for proposal in found])


def _head(proposal: proposals.StoredProposal) -> dict[str, Any]:
    spec = proposal.spec
    return {
        "id": proposal.id, "task": spec.id, "party": proposal.standing.party, "year": spec.year, "name": spec.name,
        "state": proposal.state, "version": proposal.version,
    }  # fmt: skip


def _tell(
    _: TeamRequest, connection: sa.Connection, found: proposals.StoredProposal
) -> dict[str, Any]:
    """A proposed task, with the task of the plan that it would replace."""
    query = sa.select(DOCUMENT.c.text).where(DOCUMENT.c.path == task_file(found.spec.id))
    text = connection.scalar(query)
    agreed = None if text is None else documents.parsed(TaskFile, task_file(found.spec.id), text)
    return {
        **_head(found),
        "proposal": plain(found.spec),
        "agreed": None if agreed is None else plain(agreed),
        "reason": documents.reason_of(connection, found),
    }


def propose(request: TeamRequest) -> Response:
    """Begin a task, or a change of one, that one's own side proposes."""
    made = proposals.propose(request.team, request.actor, plain(request.sent(NewProposal)))
    return PROPOSALS.written(request, made, 201)


def revise(request: TeamRequest) -> Response:
    """Change what one's own side proposes."""
    said = plain(request.sent(TaskContent))
    made = proposals.revise(request.team, request.actor, request.id, request.version, said)
    return PROPOSALS.written(request, made)


PROPOSALS = Matter(
    "/proposals/{side}/{task}",
    _tell,
    proposals.decide_on,
    ("submit", "return", "approve", "agree"),
)
