"""The record of what the sides have agreed: as plain values for a page, and as a file."""

from __future__ import annotations

from fastapi.responses import Response

from ceyuan.bulletin.printing import printed
from ceyuan.bulletin.recording import record_document
from ceyuan.errors import Problem
from ceyuan.plan.export import as_plain
from ceyuan.teams.record import Record, record_of
from ceyuan.web.faults import Refused
from ceyuan.web.team.gate import TeamRequest, answered, private
from ceyuan.web.team.work import language_of
from ceyuan.workspace.clock import today

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def record(request: TeamRequest) -> Response:
    """What is agreed for the programme year that ``year`` names, or for the last one agreed by today."""
    return answered(as_plain(_record(request)))


def record_file(request: TeamRequest) -> Response:
    """The same as DOCX in the language that ``language`` names."""
    found = _record(request)
    document = record_document(found, today(request.team.root), language_of(request))
    answer = private(printed(document, "docx"), _WORD)
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{found.year}.docx"'
    return answer


def _record(request: TeamRequest) -> Record:
    year = request.asked("year")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Refused(Problem("bad-request", "year is no year", "query.year"))
    return record_of(request.team, int(year) if year else None)
