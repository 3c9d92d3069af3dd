"""Institutions' single sign-on: OpenID Connect, by authorization code with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0).

Nobody makes an account that way. Whoever was invited follows her link once and signs in with her institution; from then on the
pair of issuer and subject is her account. What an identity provider says is believed only if it is signed with a key of the
issuer by an asymmetric algorithm, is for us, is fresh, and answers the very request that this browser began.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
import urllib3

from ceyuan.errors import fail
from ceyuan.teams.accounts import digest, use_link
from ceyuan.teams.config import Provider
from ceyuan.teams.database import Team
from ceyuan.teams.entrance import ATTEMPTS_OF_CLIENT, client_key, count_attempts, new_session
from ceyuan.teams.log import Happened, append
from ceyuan.teams.tables import ACCOUNT, IDENTITY, SIGN_ON

try:
    from authlib.common.urls import add_params_to_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
except ModuleNotFoundError as error:
    raise fail(
        "oidc-extra-missing",
        f"single sign-on needs the package {error.name!r}, which is not installed",
    ) from None

LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in with her institution."""
_ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
"""Signatures that are believed: made with a key that only the issuer has. ``none`` and shared secrets are not."""
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 2**20
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-on that was begun.

    Attributes:
        url: where the browser goes.
        browser: what the browser keeps: whoever comes back must have it.
    """

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody who came back.

    Attributes:
        secret: the secret of her session.
        page: where she wants to go.
    """

    secret: str
    page: str


def provider_of(team: Team, id_: str) -> Provider:
    """A declared provider.

    Raises:
        CeyuanError: ``team-sign-on`` where there is none.
    """
    for provider in team.config.single_sign_on:
        if provider.id == id_:
            return provider
    raise fail("team-sign-on", f"there is no provider {id_!r}")


def begin(
    team: Team, id_: str, redirect: str, page: str, client: str, link: str | None = None
) -> Begun:
    """Begin to sign in with an institution.

    Args:
        team: the team.
        id_: the provider.
        redirect: the address at which she comes back.
        page: where she goes then.
        client: where the request comes from.
        link: the end of an invitation that is to be followed; None for an account that is bound already.

    Raises:
        CeyuanError: ``team-sign-on``, ``team-too-many-attempts``.
    """
    provider = provider_of(team, id_)
    with team.writing() as connection:
        count_attempts(connection, {client_key(client): ATTEMPTS_OF_CLIENT})
    known = _discovered(provider)
    state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    now = datetime.now(UTC)
    row = {
        "state": digest(state), "browser": digest(browser), "provider": id_, "nonce": nonce, "verifier": verifier,
        "link": None if link is None else digest(link), "page": page[:300], "expires": now + LASTS,
    }  # fmt: skip
    with team.writing() as connection:
        connection.execute(sa.delete(SIGN_ON).where(SIGN_ON.c.expires <= now))
        connection.execute(sa.insert(SIGN_ON).values(row))
    asked = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": redirect, "scope": "openid", "state": state,
        "nonce": nonce, "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    return Begun(add_params_to_uri(known["authorization_endpoint"], list(asked.items())), browser)


def finish(team: Team, id_: str, redirect: str, browser: str, came: Mapping[str, str]) -> Done:
    """Sign in who comes back from her institution.

    Args:
        team: the team.
        id_: the provider.
        redirect: the address at which she came back.
        browser: what her browser kept.
        came: what stands behind the address: ``code`` and ``state``, or ``error``.

    Raises:
        CeyuanError: ``team-sign-on`` whatever is wrong, ``team-link``.
    """
    provider = provider_of(team, id_)
    # Used once, whatever comes of it.
    with team.writing() as connection:
        asked = connection.execute(
            sa.delete(SIGN_ON)
            .where(
                SIGN_ON.c.state == digest(came.get("state", "")),
                SIGN_ON.c.browser == digest(browser),
                SIGN_ON.c.provider == id_,
                SIGN_ON.c.expires > datetime.now(UTC),
            )
            .returning(SIGN_ON)
        ).one_or_none()
    if asked is None:
        raise fail("team-sign-on", "nobody began to sign in like this, or it took too long")
    if came.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise fail("team-sign-on", "another issuer has answered")
    if "code" not in came:
        raise fail("team-sign-on", f"the provider refuses: {came.get('error', 'no code')[:80]}")
    subject = _subject(provider, came["code"], asked.verifier, asked.nonce, redirect)
    with team.writing() as connection:
        if asked.link is not None:
            _bind(connection, provider, subject, asked.link)
        account = _account(connection, provider, subject)
        secret, _ = new_session(connection, account)
    return Done(secret, asked.page)


def _bind(connection: sa.Connection, provider: Provider, subject: str, link: str) -> None:
    """Make an identity that of the invited account, in place of what was bound to it before."""
    row = use_link(connection, link)
    if provider.sides and row.side not in provider.sides:
        raise fail("team-sign-on", f"{provider.id} vouches for nobody of {row.side}")
    connection.execute(sa.delete(IDENTITY).where(IDENTITY.c.account == row.name))
    values = {"issuer": provider.issuer, "subject": subject, "account": row.name}
    try:
        connection.execute(sa.insert(IDENTITY).values(values))
    except sa.exc.IntegrityError:
        raise fail("team-sign-on", "this identity belongs to another account") from None
    detail = {"issuer": provider.issuer}
    append(connection, Happened(row.name, row.side, "bind", f"account/{row.name}", detail=detail))


def _account(connection: sa.Connection, provider: Provider, subject: str) -> str:
    bound = sa.select(ACCOUNT.c.name, ACCOUNT.c.side).join(
        IDENTITY, IDENTITY.c.account == ACCOUNT.c.name
    )
    found = connection.execute(
        bound.where(
            IDENTITY.c.issuer == provider.issuer, IDENTITY.c.subject == subject, ACCOUNT.c.active
        ).with_for_update(of=ACCOUNT)
    ).one_or_none()
    if found is None or (provider.sides and found.side not in provider.sides):
        raise fail("team-sign-on", "no account was invited that is hers")
    return str(found.name)


def _subject(provider: Provider, code: str, verifier: str, nonce: str, redirect: str) -> str:
    """Who the provider says it is."""
    known = _discovered(provider)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier,
        "client_id": provider.client,
    }  # fmt: skip
    answer = _asked("POST", known["token_endpoint"], provider, form)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise fail("team-sign-on", "the provider gave no identity")
    return _validated(provider, token, _asked("GET", known["jwks_uri"], provider), nonce)


def _validated(provider: Provider, token: str, keys: Mapping[str, Any], nonce: str) -> str:
    """The subject of an identity token that is signed by the issuer, for us, fresh, and for this request."""
    must = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client},
        "nonce": {"essential": True, "value": nonce},
        "sub": {"essential": True},
    }
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(_public(keys)), algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims, decoded.header, must, {"nonce": nonce, "client_id": provider.client}
        )
        claims.validate(leeway=_LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise fail("team-sign-on", f"the identity is not valid: {type(error).__name__}") from None
    subject = decoded.claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise fail("team-sign-on", "the identity has no subject")
    return subject


def _public(keys: Mapping[str, Any]) -> Any:
    """Keys with which only the issuer can sign: a shared secret among them is none."""
    listed = keys.get("keys")
    if not isinstance(listed, list):
        raise fail("team-sign-on", "the provider has no keys")
    return {"keys": [key for key in listed if isinstance(key, dict) and key.get("kty") != "oct"]}


def _discovered(provider: Provider) -> dict[str, str]:
    """Where the provider is asked what, as it says itself."""
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _asked("GET", address, provider)
    if found.get("issuer") != provider.issuer:
        raise fail("team-sign-on", "the provider says that it is another issuer")
    known = {name: found.get(name) for name in _NEEDED}
    fit = {name: url for name, url in known.items() if isinstance(url, str) and is_safe(url)}
    if len(fit) < len(_NEEDED):
        raise fail("team-sign-on", "the provider does not say where it is asked")
    return fit


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read what is sent to an address: TLS, or this machine itself.

    >>> is_safe("https://id.example/token"), is_safe("http://id.example/token"), is_safe("http://127.0.0.1:9/x")
    (True, False, True)
    """
    parts = urllib3.util.parse_url(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.host in ("127.0.0.1", "[::1]", "localhost")
    )


def _asked(
    method: str, address: str, provider: Provider, form: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the provider answers, as JSON."""
    headers = {"Accept": "application/json"}
    secret = os.environ.get(provider.secret_variable)
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if form is not None and secret:
        headers |= urllib3.make_headers(basic_auth=f"{provider.client}:{secret}")
    try:
        answer = urllib3.request(
            method,
            address,
            body=None if form is None else urlencode(form),
            headers=headers,
            timeout=_TIMEOUT_SECONDS,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        content = answer.read(_MOST_BYTES + 1)
        answer.release_conn()
        found = json.loads(content)
    except (urllib3.exceptions.HTTPError, ValueError):
        raise fail("team-sign-on", "the provider does not answer as one") from None
    if answer.status != 200 or not isinstance(found, dict):
        raise fail("team-sign-on", f"the provider refuses: {answer.status}")
    return found
