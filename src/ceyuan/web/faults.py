"""Errors as RFC 9457 has them: ``application/problem+json``, with Ceyuan's code and what would mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from ceyuan.errors import CeyuanError, Problem, catalogue
from ceyuan.web.models.base import Fault

PROBLEM = "application/problem+json"
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 2**20
_STATUS = {
    "unknown-indicator": 404, "unknown-place": 404, "unknown-kind": 404, "unknown-communique": 404, "unknown-composite": 404,
    "unknown-bulletin": 404, "unknown-edition": 404, "plan-unknown-year": 404, "cluster-unknown-run": 404,
    "no-observation": 404, "no-page": 404, "no-resource": 404, "no-build": 404,
    "bad-period": 422, "bad-date": 422, "future-day": 422,
    "bad-request": 422, "unknown-parameter": 422, "document-empty": 422, "document-no-text": 422, "document-damaged": 422,
    "document-binary": 422, "bad-encoding": 422,
    "text-too-long": 413, "text-too-costly": 413, "too-many-figures": 413, "file-too-costly": 413, "too-many-checks": 503,
    "request-too-large": 413, "document-too-large": 413, "download-too-large": 413,
    "unreadable-media": 415, "method-not-allowed": 405, "bad-host": 421, "bad-origin": 403, "too-many-texts": 503,
    "team-login": 401, "team-sign-on": 401, "team-forbidden": 403, "team-csrf": 403, "team-four-eyes": 403,
    "team-unknown-report": 404, "team-unknown-account": 404, "team-unknown-token": 404, "team-report-exists": 409,
    "team-illegal-state": 409, "team-task-changed": 409, "team-account-exists": 409, "team-link": 410,
    "team-stale": 412, "team-reason": 422, "team-bad-report": 422, "team-bad-attachment": 422, "team-bad-figures": 422,
    "team-bad-account": 422, "team-weak-password": 422, "team-no-version": 428, "team-too-many-attempts": 429,
    "team-database": 503,
}  # fmt: skip


class Last(Response):
    """The last answer on a connection whose asker is still sending.

    A connection that is closed while data comes in is reset, and the asker may lose the answer with it (RFC 9112, 9.6). So
    the whole answer is sent at once, and what still comes is thrown away for a while before the connection is closed.

    Args:
        whole: the answer.
    """

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, wait until the asker has ended or gone, and close."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                await _thrown_away(receive, _LINGER_BYTES)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _thrown_away(receive: Receive, most: int) -> None:
    taken = 0
    while taken <= most:
        message = await receive()
        taken += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request that is answered with a problem, with headers of its own."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.headers = dict(headers or {})


def answer(
    problem: Problem, *, asked: bool = True, headers: Mapping[str, str] | None = None
) -> Response:
    """The response of a problem.

    Args:
        problem: the problem.
        asked: whether the request is to blame; what is wrong with the workspace itself is a fault of the server.
        headers: further headers.
    """
    status = _STATUS.get(problem.code, 500) if asked else 500
    fault = Fault(
        title=_title(problem), status=status, code=problem.code, detail=problem.message, hint=problem.advice,
        where=problem.where or None,
    )  # fmt: skip
    return Response(
        fault.model_dump_json(),
        status,
        media_type=PROBLEM,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _title(problem: Problem) -> str:
    return catalogue()[problem.code].title


async def on_ceyuan_error(request: Request, error: Exception) -> Response:
    """What a function of Ceyuan complained about; the first problem decides on the status.

    What stands in a file of the workspace is not the asker's fault, whatever the code; a file that was sent is.
    """
    if not isinstance(error, CeyuanError):
        raise error
    problem = error.problems[0]
    of_what_was_sent = ("document-", "bad-encoding", "text-too-", "too-many-figures")
    sent = request.method == "POST" and problem.code.startswith(of_what_was_sent)
    return answer(problem, asked=sent or problem.file is None)


async def on_bug(_: Request, error: Exception) -> Response:
    """A fault of the program itself; the server writes the traceback to its log, the asker is told no more than that."""
    problem = Problem("internal-error", f"the answer could not be made ({type(error).__name__})")
    # The error goes on to the server's log, and the server then closes the connection.
    return answer(problem, asked=False, headers={"Connection": "close"})


async def on_refused(_: Request, error: Exception) -> Response:
    """A request that the interface itself refuses."""
    if not isinstance(error, Refused):
        raise error
    response = answer(error.problem, headers=error.headers)
    return Last(response) if error.headers.get("Connection") == "close" else response


async def on_invalid(_: Request, error: Exception) -> Response:
    """Parameters that are not what they should be: all of them in one answer, the first one named."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    said = "; ".join(
        f"{'.'.join(str(part) for part in e['loc'][1:]) or 'body'}: {e['msg']}" for e in found
    )
    place = found[0]["loc"]
    # Of a list of values the parameter is named, of a body the field.
    where = ".".join(str(part) for part in (place[:2] if place[0] == "query" else place))
    return answer(Problem("bad-request", said, file=where))


async def on_http_error(request: Request, error: Exception) -> Response:
    """An address or a method that is not there."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        problem = Problem(
            "method-not-allowed", f"{request.method} is no method of {request.url.path}"
        )
        return answer(problem, headers=error.headers)
    return answer(Problem("no-resource", f"there is nothing at {request.url.path}"))
