"""Signing in with an institution: the way there, and the way back."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response

from ceyuan.errors import CeyuanError
from ceyuan.web.addresses.head import address_of
from ceyuan.web.team.gate import PREFIX, TeamRequest, answered
from ceyuan.web.team.models import BeginSignOn
from ceyuan.web.team.people import set_session_cookie
from ceyuan.workspace.settings import languages_of

_BROWSER = "ceyuan-sign-on"


def providers(request: TeamRequest) -> Response:
    """The institutions with which people sign in here."""
    known = request.team.config.single_sign_on
    return answered([{"id": one.id, "name": one.name} for one in known])


def begin(request: TeamRequest) -> Response:
    """Begin: the answer says where the browser goes."""
    # Only a team with a provider needs what speaks with one.
    from ceyuan.teams import single_sign_on  # noqa: PLC0415

    sent = request.sent(BeginSignOn)
    client = request.http.client
    begun = single_sign_on.begin(
        request.team,
        request.at("provider"),
        _redirect(request),
        address_of(("team",), sent.language),
        client.host if client else "",
        sent.link,
    )
    response = answered({"url": begun.url})
    # Lax: it must come along when the institution sends the browser back.
    response.set_cookie(
        _BROWSER, begun.browser, max_age=int(single_sign_on.LASTS.total_seconds()), path=_path(request), httponly=True,
        samesite="lax", secure=request.http.scope["scheme"] == "https",
    )  # fmt: skip
    return response


def come_back(request: TeamRequest) -> Response:
    """Sign in, and go on to the page of the team; what is wrong is said there."""
    from ceyuan.teams import single_sign_on  # as above  # noqa: PLC0415

    browser = request.http.cookies.get(_BROWSER, "")
    came = dict(request.http.query_params)
    home = str(request.http.base_url)
    try:
        done = single_sign_on.finish(
            request.team, request.at("provider"), _redirect(request), browser, came
        )
    except CeyuanError as error:
        page = address_of(("team",), languages_of(request.team.root)[0])
        response = _sent_on(f"{home}{page}?refused={error.problems[0].code}")
    else:
        response = _sent_on(f"{home}{done.page}")
        set_session_cookie(request, response, done.secret)
    response.delete_cookie(_BROWSER, path=_path(request), httponly=True, samesite="lax")
    return response


def _sent_on(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def _redirect(request: TeamRequest) -> str:
    provider = request.at("provider")
    return f"{request.http.base_url}{PREFIX.lstrip('/')}/sso/{provider}/callback"


def _path(request: TeamRequest) -> str:
    return f"{request.http.scope.get('root_path', '')}{PREFIX}/sso"
