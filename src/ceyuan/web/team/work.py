"""Reports and proposed tasks on the server: what waits, what is written, what is decided."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response
from pydantic import BaseModel

from ceyuan.errors import Problem
from ceyuan.plan.checks import task_file
from ceyuan.plan.spec import TaskFile
from ceyuan.teams import desk, documents, notices, proposals, reports, years
from ceyuan.teams.documents import Stored, StoredReport
from ceyuan.teams.rights import WITH_REASON, Decision, may_write, possible
from ceyuan.teams.tables import DOCUMENT
from ceyuan.web.addresses.head import address_of
from ceyuan.web.faults import Refused
from ceyuan.web.models.base import Model
from ceyuan.web.team.gate import Address, TeamRequest, answered, private
from ceyuan.web.team.models import (
    NewProposal,
    NewReport,
    NewYear,
    Nothing,
    Reason,
    Remark,
    ReportContent,
    TaskContent,
)
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.clock import today
from ceyuan.workspace.reader import Table, read_config, read_kinds, read_tables


def my_desk(request: TeamRequest) -> Response:
    """What waits for whoever asks."""
    with request.team.reading() as connection:
        return answered(desk.my_desk(request.team, connection, request.actor))


def desk_feed(request: TeamRequest) -> Response:
    """What waits for whoever asks, as an Atom feed."""
    return private(notices.atom_feed(_told(request), str(request.http.url)), "application/atom+xml")


def desk_calendar(request: TeamRequest) -> Response:
    """What waits for whoever asks, as a calendar."""
    return private(notices.desk_calendar(_told(request)), "text/calendar")


def _told(request: TeamRequest) -> notices.Desk:
    team, actor = request.team, request.actor
    language = language_of(request)
    config = read_config(team.root)
    names = {table.id: kind for table, kind in tables_with_kinds(team.root)}
    with team.reading() as connection:
        plan = documents.plan_of(team, connection)
        waits = desk.my_desk(team, connection, actor)
    return notices.Desk(
        config.id, actor.name, config.name, waits, names | {task.id: task.name for task in plan.tasks.values()}, plan.parties,
        plan.config.warn_days, datetime.now(UTC), today(team.root),
        lambda path: f"{request.http.base_url}{address_of(path, language)}", language,
    )  # fmt: skip


def tables_with_kinds(root: Path) -> list[tuple[Table, Trilingual]]:
    """The tables that take figures, each with what its kind of records is called."""
    names = {id_: kind.name for id_, kind in read_kinds(root).items()}
    found = []
    for table in read_tables(root):
        name = names.get(table.spec.kind)
        if table.spec.submitted_by and name is not None:
            found.append((table, name))
    return found


def language_of(request: TeamRequest) -> Language:
    """The language that ``language`` names, Simplified Chinese where it names none.

    Raises:
        Refused: ``bad-request``.
    """
    sent = request.http.query_params.get("language", LANGUAGES[0])
    for language in LANGUAGES:
        if sent == language:
            return language
    raise Refused(
        Problem("bad-request", f"language is none of {', '.join(LANGUAGES)}", "query.language")
    )


def listed(request: TeamRequest) -> Response:
    """The reports that whoever asks may see, of a period if one is named."""
    with request.team.reading() as connection:
        found = desk.reports(
            request.team, connection, request.actor, period=request.http.query_params.get("period")
        )
    return answered([_head(report) for report in found])


def _head(report: StoredReport) -> dict[str, Any]:
    spec = report.spec
    return {
        "id": report.id, "task": spec.task, "party": spec.party, "period": spec.period, "state": report.state,
        "version": report.version, "in_force": report.standing.in_force,
    }  # fmt: skip


def one(request: TeamRequest) -> Response:
    """A report as it stands, with what whoever asks may do now, and the same side's report of the period before."""
    with request.team.reading() as connection:
        found = documents.seen(request.team, connection, request.actor, request.path)
        return _whole(request, connection, found)


def _whole(
    request: TeamRequest, connection: sa.Connection, found: StoredReport, status: int = 200
) -> Response:
    before = _before(request, connection, found)
    content = {
        **_head(found), "report": _plain(found.spec), **may(request, found),
        "before": None if before is None else _plain(before.spec),
    }  # fmt: skip
    return answered(content, status, found.version)


def may(request: TeamRequest, found: Stored[Any]) -> dict[str, Any]:
    """What whoever asks may do now, and the text as its file has it."""
    can = possible(request.actor, found.standing, request.team.config.above)
    may_edit = may_write(request.actor, found.standing)
    return {"yaml": found.text, "may": can, "may_edit": may_edit}


def _before(
    request: TeamRequest, connection: sa.Connection, found: StoredReport
) -> StoredReport | None:
    """The last report of the same side on the same task for an earlier period, if whoever asks may see it."""
    spec = found.spec
    plan = documents.plan_of(request.team, connection)
    periods = plan.periods_of(plan.tasks[spec.task])
    earlier = periods[: periods.index(spec.period)]
    same = [
        report
        for report in desk.reports(request.team, connection, request.actor)
        if (report.spec.task, report.spec.party) == (spec.task, spec.party)
        and report.spec.period in earlier
    ]
    return max(same, key=lambda report: periods.index(report.spec.period), default=None)


def _written(request: TeamRequest, found: StoredReport, status: int = 200) -> Response:
    with request.team.reading() as connection:
        return _whole(request, connection, found, status)


def begin(request: TeamRequest) -> Response:
    """Begin a report of one's own side."""
    sent = request.sent(NewReport)
    made = reports.draft(request.team, request.actor, _plain(sent), sent.supersede)
    return _written(request, made, 201)


def _plain(said: BaseModel) -> dict[str, Any]:
    return said.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"supersede"})


def change(request: TeamRequest) -> Response:
    """Change what a report says."""
    sent = request.sent(ReportContent)
    return _written(
        request,
        reports.edit(request.team, request.actor, request.report, request.version, _plain(sent)),
    )


def programme(request: TeamRequest) -> Response:
    """What proposals and reports are made from: years, fields, mechanisms, tasks as agreed now, and what can be reported on."""
    with request.team.reading() as connection:
        plan = documents.plan_of(request.team, connection)
        version = years.version_of_plan(connection)
        reports_on = [asdict(one) for one in desk.beginnings(connection, request.actor, plan)]
    config = plan.config
    return answered({
        "version": version, "may_open": years.may_open(request.team, request.actor),
        "years": list(plan.years), "fields": [_plain(one) for one in config.fields],
        "mechanisms": [_plain(one) for one in config.mechanisms], "tasks": [_plain(task) for task in plan.tasks.values()],
        "reports": reports_on,
    })  # fmt: skip


def open_year(request: TeamRequest) -> Response:
    """Open a programme year."""
    said = _plain(request.sent(NewYear))
    version = years.open_year(request.team, request.actor, request.version, said)
    return answered({"version": version}, 201, version)


def listed_proposals(request: TeamRequest) -> Response:
    """The proposed tasks that whoever asks may see."""
    with request.team.reading() as connection:
        found = desk.proposals(request.team, connection, request.actor)
    return answered([_proposal_head(proposal) for proposal in found])


def _proposal_head(proposal: proposals.StoredProposal) -> dict[str, Any]:
    spec = proposal.spec
    return {
        "id": proposal.id, "task": spec.id, "party": proposal.standing.party, "year": spec.year, "name": spec.name,
        "state": proposal.state, "version": proposal.version,
    }  # fmt: skip


def one_proposal(request: TeamRequest) -> Response:
    """A proposed task as it stands, with what whoever asks may do now, and the task of the plan that it would replace."""
    with request.team.reading() as connection:
        found = documents.seen(request.team, connection, request.actor, request.path)
        return _whole_proposal(request, connection, found)


def _whole_proposal(
    request: TeamRequest,
    connection: sa.Connection,
    found: proposals.StoredProposal,
    status: int = 200,
) -> Response:
    query = sa.select(DOCUMENT.c.text).where(DOCUMENT.c.path == task_file(found.spec.id))
    text = connection.scalar(query)
    agreed = None if text is None else documents.parsed(TaskFile, task_file(found.spec.id), text)
    content = {
        **_proposal_head(found), "proposal": _plain(found.spec), **may(request, found),
        "agreed": None if agreed is None else _plain(agreed),
        "reason": documents.reason_of(connection, found.path) if found.state == "returned" else None,
    }  # fmt: skip
    return answered(content, status, found.version)


def _written_proposal(
    request: TeamRequest, found: proposals.StoredProposal, status: int = 200
) -> Response:
    with request.team.reading() as connection:
        return _whole_proposal(request, connection, found, status)


def propose(request: TeamRequest) -> Response:
    """Begin a task, or a change of one, that one's own side proposes."""
    made = proposals.propose(request.team, request.actor, _plain(request.sent(NewProposal)))
    return _written_proposal(request, made, 201)


def revise(request: TeamRequest) -> Response:
    """Change what one's own side proposes."""
    said = _plain(request.sent(TaskContent))
    made = proposals.revise(request.team, request.actor, request.proposal, request.version, said)
    return _written_proposal(request, made)


def reason_in(request: TeamRequest, decision: Decision) -> str | None:
    """Why somebody decides, where the decision needs a reason."""
    return request.sent(Reason).reason if decision in WITH_REASON else None


def decision_body(decision: Decision) -> type[Model]:
    """What is sent with a decision."""
    return Reason if decision in WITH_REASON else Nothing


def decision_on_proposal(name: Decision) -> Address:
    """The address of a decision on a proposed task."""

    def decided(request: TeamRequest) -> Response:
        reason = reason_in(request, name)
        found = proposals.decide_on(
            request.team, request.actor, request.proposal, request.version, name, reason
        )
        return _written_proposal(request, found)

    return Address(
        "POST", f"/proposals/{{side}}/{{task}}/{name}", "member", decided, decision_body(name)
    )


def decision(name: Decision) -> Address:
    """The address of a decision on a report."""

    def decided(request: TeamRequest) -> Response:
        found = reports.move(
            request.team,
            request.actor,
            request.report,
            request.version,
            name,
            reason_in(request, name),
        )
        return _written(request, found)

    return Address(
        "POST", f"/reports/{{period}}/{{name}}/{name}", "member", decided, decision_body(name)
    )


def remark(request: TeamRequest) -> Response:
    """Comment on a version."""
    sent = request.sent(Remark)
    documents.comment(request.team, request.actor, request.path, sent.version, sent.text)
    return answered({}, 201)


def versions(request: TeamRequest) -> Response:
    """What happened to a report or a proposed task, oldest first, with every text that whoever asks may see."""
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
