"""Reports on the server: what waits for whom, and what is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.errors import Problem
from ceyuan.teams import desk, documents, notices, reports
from ceyuan.teams.documents import StoredReport
from ceyuan.web.addresses.head import address_of
from ceyuan.web.faults import Refused
from ceyuan.web.team.gate import TeamRequest, answered, private
from ceyuan.web.team.matters import Matter
from ceyuan.web.team.models import (
    NewReport,
    ReportContent,
    plain,
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


def _tell(request: TeamRequest, connection: sa.Connection, found: StoredReport) -> dict[str, Any]:
    """A report, with the same side's report of the period before."""
    before = _before(request, connection, found)
    return {
        **_head(found),
        "report": plain(found.spec),
        "before": None if before is None else plain(before.spec),
    }


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


def begin(request: TeamRequest) -> Response:
    """Begin a report of one's own side."""
    sent = request.sent(NewReport)
    made = reports.draft(request.team, request.actor, plain(sent), sent.supersede)
    return REPORTS.written(request, made, 201)


def change(request: TeamRequest) -> Response:
    """Change what a report says."""
    sent = request.sent(ReportContent)
    made = reports.edit(request.team, request.actor, request.id, request.version, plain(sent))
    return REPORTS.written(request, made)


REPORTS = Matter(
    "/reports/{period}/{name}",
    _tell,
    reports.move,
    ("submit", "return", "approve", "accept", "unapprove"),
)
