"""All addresses of a team. There is no other way to add one than to name its rule."""

# Annotations stay objects here: FastAPI reads those of functions inside functions.
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy.exc import DataError, OperationalError

from ceyuan.errors import Problem
from ceyuan.teams.attachments import LIMIT
from ceyuan.teams.database import Team
from ceyuan.teams.entrance import Session
from ceyuan.web.faults import Refused
from ceyuan.web.models.base import Model
from ceyuan.web.reading import JSON_LIMIT, file_body, json_body
from ceyuan.web.team import agreed, evidence, figures, people, sign_on, tasks, work
from ceyuan.web.team.gate import Address, TeamRequest, let_in, who_asks
from ceyuan.web.team.models import (
    AccountChange,
    BeginSignOn,
    Follow,
    NewAccount,
    NewPassword,
    NewProposal,
    NewReport,
    NewToken,
    NewYear,
    Nothing,
    ReportContent,
    SignIn,
    TaskContent,
)

ADDRESSES: tuple[Address, ...] = (
    Address("POST", "/login", "anybody", people.sign_in, SignIn),
    Address("POST", "/link", "anybody", people.follow, Follow),
    Address("GET", "/sso", "anybody", sign_on.providers),
    Address("POST", "/sso/{provider}", "anybody", sign_on.begin, BeginSignOn),
    Address("GET", "/sso/{provider}/callback", "anybody", sign_on.come_back),
    Address("POST", "/logout", "session", people.sign_out, Nothing),
    Address("POST", "/password", "session", people.new_password, NewPassword),
    Address("GET", "/me", "signed_in", people.me),
    Address("GET", "/tokens", "session", people.tokens),
    Address("POST", "/tokens", "session", people.new_token, NewToken),
    Address("DELETE", "/tokens/{id}", "session", people.end_token),
    Address("GET", "/accounts", "administrator", people.accounts),
    Address("POST", "/accounts", "administrator", people.new_account, NewAccount),
    Address("POST", "/accounts/{name}", "administrator", people.change_account, AccountChange),
    Address("POST", "/accounts/{name}/reset", "administrator", people.reset_account, Nothing),
    Address("GET", "/desk", "member", work.my_desk),
    Address("GET", "/desk.atom", "member", work.desk_feed),
    Address("GET", "/desk.ics", "member", work.desk_calendar),
    Address("GET", "/reports", "member", work.listed),
    Address("POST", "/reports", "member", work.begin, NewReport),
    Address("PUT", work.REPORTS.path, "member", work.change, ReportContent),
    Address("GET", f"{work.REPORTS.path}/attachments", "member", evidence.listed),
    Address("POST", f"{work.REPORTS.path}/attachments", "member", evidence.attach, bytes),
    Address("GET", f"{work.REPORTS.path}/attachments/{{hash}}", "member", evidence.one),
    Address("DELETE", f"{work.REPORTS.path}/attachments/{{hash}}", "member", evidence.detach),
    Address("GET", "/record", "member", agreed.record),
    Address("GET", "/record.docx", "member", agreed.record_file),
    Address("POST", "/years", "member", tasks.open_year, NewYear),
    Address("GET", "/programme", "member", tasks.programme),
    Address("GET", "/proposals", "member", tasks.listed),
    Address("POST", "/proposals", "member", tasks.propose, NewProposal),
    Address("PUT", tasks.PROPOSALS.path, "member", tasks.revise, TaskContent),
    Address("GET", "/figures", "member", figures.listed),
    Address("POST", "/figures", "member", figures.begin, bytes),
    Address("PUT", figures.FIGURES.path, "member", figures.replace_file, bytes),
    Address("GET", f"{figures.FIGURES.path}/check", "member", figures.check),
    Address("GET", f"{figures.FIGURES.path}/file", "member", figures.file),
    *work.REPORTS.addresses(),
    *tasks.PROPOSALS.addresses(),
    *figures.FIGURES.addresses(),
)


def team_router(team: Team) -> APIRouter:
    """The addresses, to be included below ``/api/team``."""
    made = APIRouter(include_in_schema=False)
    for address in ADDRESSES:
        made.add_api_route(address.path, _endpoint(team, address), methods=[address.method])
    return made


async def read_body(
    request: Request, wanted: type[Model] | type[bytes] | None
) -> Model | bytes | None:
    """What was sent, as the address takes it."""
    if wanted is None:
        return None
    if issubclass(wanted, bytes):
        return await file_body(request, LIMIT)
    return await json_body(request, wanted, JSON_LIMIT)


def _endpoint(team: Team, address: Address) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except OperationalError:
            problem = Problem("team-database", "the team's database does not answer")
            raise Refused(problem, {"Retry-After": "5"}) from None
        except DataError:
            said = "it holds what the team's database cannot keep"
            raise Refused(Problem("bad-request", said, "body")) from None

    async def answer(request: Request) -> Response:
        # Who asks comes first: of what strangers send nothing is read.
        session = await asks(request)
        body = await read_body(request, address.body)
        if body is not None:
            # It may have taken as long as the sender liked: what has ended meanwhile decides nothing.
            session = await asks(request)
        return await run_in_threadpool(address.answer, TeamRequest(team, request, session, body))

    async def asks(request: Request) -> Session | None:
        session = None
        if address.rule != "anybody":
            session = await run_in_threadpool(who_asks, team, request)
        let_in(address.rule, session, request)
        return session

    return endpoint
