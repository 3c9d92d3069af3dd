"""Files that are attached to reports."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from ceyuan.teams import attachments
from ceyuan.teams.documents import seen
from ceyuan.web.team.gate import TeamRequest, answered, private


def listed(request: TeamRequest) -> Response:
    """The attachments of a report."""
    with request.team.reading() as connection:
        found = seen(request.team, connection, request.actor, request.path)
        return answered(attachments.attachments(connection, found.path), version=found.version)


def attach(request: TeamRequest) -> Response:
    """Attach the file that was sent, under the name in ``name``."""
    name = request.asked("name")
    made = attachments.attach(
        request.team, request.actor, request.id, request.version, name, request.file
    )
    return answered({"version": made.version}, 201, made.version)


def detach(request: TeamRequest) -> Response:
    """Take an attachment off."""
    made = attachments.detach(
        request.team, request.actor, request.id, request.version, request.at("hash")
    )
    return answered({"version": made.version}, version=made.version)


def one(request: TeamRequest) -> Response:
    """An attachment, to be kept and not to be shown: a browser opens nothing of it here."""
    with request.team.reading() as connection:
        found, content = attachments.content_of(
            request.team, connection, request.actor, request.path, request.at("hash")
        )
    return sent_back(found, content)


def sent_back(found: attachments.Attachment, content: bytes) -> Response:
    """A file that somebody has sent, as a download."""
    answer = private(content, found.media)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
