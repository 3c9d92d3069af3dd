"""Reports on the server: what waits, what is written, what is decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi.responses import Response

from ceyuan.teams import desk, reports
from ceyuan.teams.reports import Kept
from ceyuan.teams.rights import Decision, may_write, possible
from ceyuan.web.team.gate import Address, Asked, answered
from ceyuan.web.team.models import Begun, Nothing, Reason, Remark, Said

_WITH_REASON: tuple[Decision, ...] = ("return", "unapprove")


def my_desk(asked: Asked) -> Response:
    """What waits for whoever asks."""
    with asked.team.reading() as connection:
        return answered(desk.my_desk(asked.team, connection, asked.actor))


def listed(asked: Asked) -> Response:
    """The reports that whoever asks may see, of a period if one is named."""
    with asked.team.reading() as connection:
        found = desk.reports(asked.team, connection, asked.actor, period=asked.request.query_params.get("period"))
    return answered([_head(report) for report in found])


def _head(report: Kept) -> dict[str, Any]:
    spec = report.spec
    return {
        "id": report.id, "task": spec.task, "party": spec.party, "period": spec.period, "state": report.state,
        "version": report.version, "in_force": report.standing.in_force,
    }  # fmt: skip


def one(asked: Asked) -> Response:
    """A report as it stands, with what whoever asks may do now, and the same side's report of the period before."""
    with asked.team.reading() as connection:
        found = reports.seen(asked.team, connection, asked.actor, asked.report)
        return _whole(asked, connection, found)


def _whole(asked: Asked, connection: sa.Connection, found: Kept, status: int = 200) -> Response:
    above = asked.team.config.above
    before = _before(asked, connection, found)
    said = {
        **_head(found), "report": found.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True), "yaml": found.text,
        "may": possible(asked.actor, found.standing, above), "may_edit": may_write(asked.actor, found.standing),
        "before": None if before is None else before.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }  # fmt: skip
    return answered(said, status, found.version)


def _before(asked: Asked, connection: sa.Connection, found: Kept) -> Kept | None:
    """The last report of the same side on the same task for an earlier period, if whoever asks may see it."""
    spec = found.spec
    plan = reports.plan_of(asked.team, connection)
    periods = plan.periods_of(plan.tasks[spec.task])
    earlier = periods[: periods.index(spec.period)]
    same = [
        report
        for report in desk.reports(asked.team, connection, asked.actor)
        if (report.spec.task, report.spec.party) == (spec.task, spec.party) and report.spec.period in earlier
    ]
    return max(same, key=lambda report: periods.index(report.spec.period), default=None)


def _written(asked: Asked, found: Kept, status: int = 200) -> Response:
    with asked.team.reading() as connection:
        return _whole(asked, connection, found, status)


def begin(asked: Asked) -> Response:
    """Begin a report of one's own side."""
    said = asked.said(Begun)
    made = reports.draft(asked.team, asked.actor, _plain(said), said.supersede)
    return _written(asked, made, 201)


def _plain(said: Said) -> dict[str, Any]:
    return said.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"supersede"})


def change(asked: Asked) -> Response:
    """Change what a report says."""
    said = asked.said(Said)
    return _written(asked, reports.edit(asked.team, asked.actor, asked.report, asked.version, _plain(said)))


def decision(name: Decision) -> Address:
    """The address of a decision."""
    needs_reason = name in _WITH_REASON

    def decided(asked: Asked) -> Response:
        reason = asked.said(Reason).reason if needs_reason else None
        return _written(asked, reports.move(asked.team, asked.actor, asked.report, asked.version, name, reason))

    path = f"/reports/{{period}}/{{name}}/{name}"
    return Address("POST", path, "member", decided, Reason if needs_reason else Nothing)


def remark(asked: Asked) -> Response:
    """Comment on a version."""
    said = asked.said(Remark)
    reports.comment(asked.team, asked.actor, asked.report, said.version, said.text)
    return answered({}, 201)


def versions(asked: Asked) -> Response:
    """What happened to a report, oldest first, with every text that whoever asks may see."""
    with asked.team.reading() as connection:
        return answered(desk.history(asked.team, connection, asked.actor, asked.report))


def version(asked: Asked) -> Response:
    """One version of a report."""
    number = asked.at("number")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    with asked.team.reading() as connection:
        return answered(desk.version(asked.team, connection, asked.actor, asked.report, wanted))
