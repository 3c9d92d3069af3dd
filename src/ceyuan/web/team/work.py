"""Reports on the server: what waits, what is written, what is decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.errors import Problem
from ceyuan.teams import desk, notices, reports
from ceyuan.teams.reports import StoredReport
from ceyuan.teams.rights import Decision, may_write, possible
from ceyuan.web.faults import Refused
from ceyuan.web.team.gate import Address, TeamRequest, answered, private
from ceyuan.web.team.models import NewReport, Nothing, Reason, Remark, ReportContent
from ceyuan.wording import LANGUAGES, Language
from ceyuan.workspace.clock import today
from ceyuan.workspace.reader import read_config

_WITH_REASON: tuple[Decision, ...] = ("return", "unapprove")


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
    language = _language(request)
    config = read_config(team.root)
    with team.reading() as connection:
        plan = reports.plan_of(team, connection)
        waits = desk.my_desk(team, connection, actor)
    return notices.Desk(
        config.id, actor.name, config.name, waits, {task.id: task.name for task in plan.tasks.values()}, plan.parties,
        plan.config.warn_days, datetime.now(UTC), today(team.root), str(request.http.base_url), language,
    )  # fmt: skip


def _language(request: TeamRequest) -> Language:
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
        found = reports.seen(request.team, connection, request.actor, request.report)
        return _whole(request, connection, found)


def _whole(
    request: TeamRequest, connection: sa.Connection, found: StoredReport, status: int = 200
) -> Response:
    above = request.team.config.above
    before = _before(request, connection, found)
    content = {
        **_head(found), "report": found.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True), "yaml": found.text,
        "may": possible(request.actor, found.standing, above), "may_edit": may_write(request.actor, found.standing),
        "before": None if before is None else before.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }  # fmt: skip
    return answered(content, status, found.version)


def _before(
    request: TeamRequest, connection: sa.Connection, found: StoredReport
) -> StoredReport | None:
    """The last report of the same side on the same task for an earlier period, if whoever asks may see it."""
    spec = found.spec
    plan = reports.plan_of(request.team, connection)
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


def _plain(sent: ReportContent) -> dict[str, Any]:
    return sent.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"supersede"})


def change(request: TeamRequest) -> Response:
    """Change what a report says."""
    sent = request.sent(ReportContent)
    return _written(
        request,
        reports.edit(request.team, request.actor, request.report, request.version, _plain(sent)),
    )


def decision(name: Decision) -> Address:
    """The address of a decision."""
    needs_reason = name in _WITH_REASON

    def decided(request: TeamRequest) -> Response:
        reason = request.sent(Reason).reason if needs_reason else None
        return _written(
            request,
            reports.move(
                request.team, request.actor, request.report, request.version, name, reason
            ),
        )

    path = f"/reports/{{period}}/{{name}}/{name}"
    return Address("POST", path, "member", decided, Reason if needs_reason else Nothing)


def remark(request: TeamRequest) -> Response:
    """Comment on a version."""
    sent = request.sent(Remark)
    reports.comment(request.team, request.actor, request.report, sent.version, sent.text)
    return answered({}, 201)


def versions(request: TeamRequest) -> Response:
    """What happened to a report, oldest first, with every text that whoever asks may see."""
    with request.team.reading() as connection:
        return answered(desk.history(request.team, connection, request.actor, request.report))


def version(request: TeamRequest) -> Response:
    """One version of a report."""
    with request.team.reading() as connection:
        wanted = _number(request.at("number"))
        return answered(
            desk.version(request.team, connection, request.actor, request.report, wanted)
        )


def changes(request: TeamRequest) -> Response:
    """A version of a report compared word by word with the one before, or with that which ``since`` names."""
    since = request.http.query_params.get("since")
    before = None if since is None else _number(since)
    with request.team.reading() as connection:
        number = _number(request.at("number"))
        return answered(
            desk.changes(request.team, connection, request.actor, request.report, number, before)
        )


def _number(sent: str) -> int:
    """The number of a version as it was sent; 0, which no version has, for what is none."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
