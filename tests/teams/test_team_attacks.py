"""Every role, every address, every side, with the answer written down; and what somebody would try who wants in."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from team_answers import ACCEPTED, ANSWERS, APPROVED, RETURNED, SUBMITTED

from ceyuan.pipeline.builder import build_workspace
from ceyuan.teams import projected, submissions
from ceyuan.teams.accounts import Account, By, digest, follow_link, invite
from ceyuan.teams.attachments import attach
from ceyuan.teams.database import Team
from ceyuan.teams.documents import Stored
from ceyuan.teams.proposals import decide_on, propose
from ceyuan.teams.reports import draft, move
from ceyuan.teams.rights import ROLES, Actor, Decision
from ceyuan.teams.tables import SESSION
from ceyuan.web.app import create_app
from ceyuan.web.publishing import publish
from ceyuan.web.resources.view import View
from ceyuan.web.snapshots import Snapshots
from ceyuan.web.team.gate import COOKIE, CSRF
from ceyuan.web.team.routes import ADDRESSES, team_router
from shipped import Once
from team_sessions import populate
from team_world import (
    APPROVER,
    DRAFTER,
    FIGURES,
    LABS1,
    MINISTER,
    PAID,
    SUBMITTER,
    Server,
    figures_now,
    now,
    open_team,
    person,
    proposal_now,
    team_in,
    write_world,
)
from web_running import running

PASSWORD = "correct horse battery"  # noqa: S105 - of these tests
UNPUBLISHED = "尚未公开的草稿"
H2 = {"task": "labs", "period": "2025-H2", "text": {"zh-Hans": UNPUBLISHED}}
REPORT = f"/reports/{LABS1}"
TASK = {
    "year": 2025,
    "name": {"en": "Fund", "zh-Hans": "基金", "zh-Hant": "基金"},
    "lead": "guangdong",
}
FUND = "guangdong/fund"
ABOUT = ("/reports/{", "/proposals/{", "/figures/{")
"""The beginnings of addresses that are about a report, a proposed task or figures."""
PROPOSAL = f"/proposals/{FUND}"
BODIES: dict[str, Any] = {
    "POST /login": {"name": "nobody", "password": PASSWORD},
    "POST /link": {"link": "x", "password": PASSWORD},
    "POST /sso/{provider}": {"language": "en"},
    "POST /password": {"old": "another password", "new": PASSWORD},
    "POST /tokens": {"name": "program", "scope": "read"},
    "POST /accounts": {"name": "new", "display": "New", "roles": ["reader"]},
    "POST /accounts/{name}": {"active": False},
    "POST /reports": H2,
    "PUT /reports/{period}/{name}": {"text": {"en": "Changed"}},
    "POST /reports/{period}/{name}/comments": {"version": 1, "text": "?"},
    "POST /reports/{period}/{name}/return": {"reason": "why"},
    "POST /reports/{period}/{name}/unapprove": {"reason": "why"},
    "POST /years": {"year": 2031, "reporting": ["2031"]},
    "POST /proposals": {"id": "other", **TASK},
    "PUT /proposals/{side}/{task}": TASK,
    "POST /proposals/{side}/{task}/comments": {"version": 1, "text": "?"},
    "POST /proposals/{side}/{task}/return": {"reason": "why"},
    "POST /figures/{period}/{figures}/comments": {"version": 1, "text": "?"},
    "POST /figures/{period}/{figures}/return": {"reason": "why"},
    "POST /figures/{period}/{figures}/unapprove": {"reason": "why"},
}
EVIDENCE = b"%PDF-1.7 evidence"
HASH = hashlib.sha256(EVIDENCE).hexdigest()
STATES: tuple[tuple[str, Actor, Decision, Actor, Decision], ...] = (
    (SUBMITTED, SUBMITTER, "submit", SUBMITTER, "submit"),
    (APPROVED, APPROVER, "approve", APPROVER, "approve"),
    (ACCEPTED, MINISTER, "accept", person("central", "coordinator"), "agree"),
)


def people() -> list[str]:
    return [
        person(side, role).name for side in ("guangdong", "central", "hongkong") for role in ROLES
    ]


def table(text: str) -> Iterator[tuple[str, str, list[int]]]:
    for line in text.strip().splitlines():
        method, path, *answers = (
            line.replace("|", " ")
            .replace("REPORT", "/reports/{period}/{name}")
            .replace("PROPOSAL", "/proposals/{side}/{task}")
            .replace("FIGURES", "/figures/{period}/{figures}")
            .split()
        )
        yield method, path, [int(a) for a in answers]


class World:
    """The server of a team, and a way back to how it was at the beginning."""

    def __init__(self, team: Team, client: httpx.Client, *, keeps: bool = True) -> None:
        self.team, self.client = team, client
        self._path = Path(str(team.engine.url.database))
        self._kept = self._path.with_suffix(".kept")
        self.changed = False
        if keeps:
            self.keep()

    def keep(self) -> None:
        """What it is now it will be again."""
        self._copy(self._path, self._kept)

    @contextmanager
    def kept_as_it_is(self) -> Iterator[None]:
        """After this, it goes back to what it was before."""
        content = self._kept.read_bytes()
        try:
            yield
        finally:
            self._kept.write_bytes(content)
            self.changed = True

    def again(self) -> None:
        if self.changed:
            self._copy(self._kept, self._path)
        self.changed = False

    def _copy(self, source: Path, target: Path) -> None:
        one, other = sqlite3.connect(source), sqlite3.connect(target)
        one.backup(other)
        one.close()
        other.close()

    def ask(
        self, who: str | None, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """A request as the page of somebody's session sends it."""
        sent = {} if who is None else {"Cookie": f"{COOKIE}={who}", CSRF: f"csrf-{who}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if method != "GET" and body is None:
            body = {}
        found = self.client.request(method, f"/api/team{path}", json=body, headers=sent)
        self.changed = self.changed or path == "/login" or (method != "GET" and found.is_success)
        # Nothing of what is one person's is kept by a cache, errors neither.
        assert found.headers["cache-control"] == "no-store"
        return found


@pytest.fixture(scope="module")
def served(once: Once) -> Iterator[World]:
    def make(folder: Path) -> None:
        write_world(folder)
        build_workspace(folder)

    built = once("team", make)
    root = built.parent / "served"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(built, root)
    with team_in(root) as team:
        populate(team)
        propose(team, DRAFTER, {"id": "fund", **TASK})
        decide_on(team, SUBMITTER, FUND, 1, "submit")
        sent = submissions.begin(team, DRAFTER, "payments", "2025-H1", "a.csv", PAID.encode())
        submissions.move(team, SUBMITTER, FIGURES, sent.version, "submit")
        with running(create_app(Snapshots(root), team=team)) as client:
            yield World(team, client)
    shutil.rmtree(root)


@pytest.fixture
def world(served: World) -> World:
    served.changed = True
    served.again()
    served.changed = True  # a test may write into the database itself
    return served


def check_table(world: World, text: str) -> None:
    report, proposal = now(world.team, LABS1), proposal_now(world.team, FUND)
    figures = figures_now(world.team)
    wrong = []
    for method, path, answers in table(text):
        for who, expected in zip([None, *people()], answers, strict=True):
            world.again()
            at = path.replace("{period}/{name}", LABS1).replace("{name}", "guangdong-reader-1")
            at = at.replace("{side}/{task}", FUND)
            at = at.replace("{period}/{figures}", FIGURES)
            about: dict[str, Stored[Any]] = {"/proposals": proposal, "/figures": figures}
            version = about.get("/" + path.split("/")[1], report).version
            at = at.replace("{number}", "1").replace("{id}", "0123456789abcdef")
            at = at.replace("{hash}", HASH)
            found = world.ask(
                who, method, at, BODIES.get(f"{method} {path}"), If_Match=f'"{version}"'
            )
            if found.status_code != expected:
                wrong.append((who, method, path, expected, found.status_code, found.text))
    assert wrong == []


def test_every_address_has_a_rule_and_an_answer_for_everybody(world: World) -> None:
    named = {(a.method, a.path) for a in ADDRESSES}
    about = {(method, path) for method, path in named if path.startswith(ABOUT)}
    assert {(method, path) for method, path, _ in table(ANSWERS)} == named - about
    for text in (RETURNED, *(text for text, *_ in STATES)):
        assert {(method, path) for method, path, _ in table(text)} == about
    app = create_app(Snapshots(world.team.root), team=world.team)

    def below(routes: Any, before: str = "") -> Iterator[tuple[str, str]]:
        for route in routes:
            inner = getattr(route, "routes", None) or getattr(
                getattr(route, "original_router", None), "routes", None
            )
            if inner is not None:
                yield from below(inner, before)
            elif hasattr(route, "methods"):
                yield from ((method, route.path) for method in route.methods)

    there = set(below(app.routes))
    assert set(below(team_router(world.team).routes)) == named
    assert {
        (method, path.removeprefix("/api/team"))
        for method, path in there
        if path.startswith("/api/team")
    } <= named
    # Elsewhere a text can be sent to be read, and nothing else.
    elsewhere = {
        (m, p.removeprefix("/api/team")) for m, p in there if m not in ("GET", "HEAD")
    } - named
    assert {(method, path.removeprefix("/api/v1")) for method, path in elsewhere} == {
        ("POST", "/read")
    }
    app.state.handler.close()


def test_every_role_of_every_side_gets_the_answer_that_is_written_down(world: World) -> None:
    check_table(world, ANSWERS)


def decided(team: Team, actor: Actor, on_report: Decision, other: Actor, on_task: Decision) -> None:
    """The same is decided on report, proposed task and figures."""
    reason = "why" if on_report == "return" else None
    move(team, actor, LABS1, now(team, LABS1).version, on_report, reason)
    decide_on(team, other, FUND, proposal_now(team, FUND).version, on_task, reason)
    submissions.move(team, actor, FIGURES, figures_now(team).version, on_report, reason)


def test_the_answers_change_with_the_state_of_what_they_are_about(world: World) -> None:
    with world.kept_as_it_is():
        decided(world.team, APPROVER, "return", APPROVER, "return")
        attach(world.team, DRAFTER, LABS1, now(world.team, LABS1).version, "notice.pdf", EVIDENCE)
        world.keep()
        check_table(world, RETURNED)
        for text, *decision in STATES:
            world.again()
            decided(world.team, *decision)
            world.keep()
            check_table(world, text)


DRAFTS, READS, APPROVES, KEEPS = (
    person("guangdong", r).name for r in ("drafter", "reader", "approver", "administrator")
)


@pytest.mark.parametrize(
    "forged", ["x", "a" * 10_000, digest(DRAFTS), f"{DRAFTS}\x7f", "' OR 1=1 --"]
)
def test_a_session_cannot_be_forged(world: World, forged: str) -> None:
    assert world.ask(forged, "GET", "/me").status_code == 401
    assert world.ask(None, "GET", "/me", Authorization=f"Bearer {forged}").status_code == 401


def test_a_session_that_is_over_is_over(world: World) -> None:
    assert world.ask(DRAFTS, "POST", "/logout").status_code == 200
    assert world.ask(DRAFTS, "GET", "/me").status_code == 401  # replayed
    with world.team.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(
            sa.update(SESSION).where(SESSION.c.account == READS).values(expires=past)
        )
    assert world.ask(READS, "GET", "/me").status_code == 401
    # A closed account, changed roles and a reset end what was open.
    for path, body in (
        (f"/accounts/{APPROVES}", {"roles": ["reader"]}),
        (f"/accounts/{APPROVES}/reset", {}),
    ):
        world.again()
        assert world.ask(APPROVES, "GET", "/me").status_code == 200
        assert world.ask(KEEPS, "POST", path, body).status_code == 200
        assert world.ask(APPROVES, "GET", "/me").status_code == 401


def test_what_no_page_of_ours_sends_changes_nothing(world: World) -> None:
    def codes(**headers: str) -> str:
        return str(world.ask(DRAFTS, "POST", "/reports", H2, **headers).json()["code"])

    assert codes(X_CSRF_Token="") == "team-csrf"
    assert codes(X_CSRF_Token=f"csrf-{READS}") == "team-csrf"  # of another session
    assert codes(X_CSRF_Token="guessed") == "team-csrf"  # noqa: S106
    assert codes(Origin="https://evil.example") == "bad-origin"
    # a form of a foreign page can send that
    assert codes(Content_Type="text/plain") == "unreadable-media"
    assert [r["id"] for r in world.ask(DRAFTS, "GET", "/reports").json()] == [LABS1]


@pytest.mark.parametrize(
    "more",
    [
        {"party": "hongkong"},
        {"history": []},
        {"state": "approved"},
        {"in_force": True},
        {"version": 7},
        {"supersedes": {}},
    ],
)
def test_nobody_sets_what_is_not_hers(world: World, more: dict[str, Any]) -> None:
    assert world.ask(DRAFTS, "POST", "/reports", {**H2, **more}).status_code == 422
    move(world.team, APPROVER, LABS1, 1, "return", "why")
    sent = {"text": {"en": "x"}, **more}
    assert world.ask(DRAFTS, "PUT", REPORT, sent, If_Match='"2"').status_code == 422
    assert (
        world.ask(
            KEEPS,
            "POST",
            "/accounts",
            {"name": "n", "display": "N", "roles": ["reader"], "side": "central"},
        ).status_code
        == 422
    )
    assert world.ask(KEEPS, "POST", f"/accounts/{READS}", {"side": "central"}).status_code == 422


def test_an_administrator_keeps_accounts_and_never_her_own(world: World) -> None:
    assert (
        world.ask(KEEPS, "POST", f"/accounts/{KEEPS}", {"roles": ["approver"]}).status_code == 403
    )
    assert world.ask(KEEPS, "POST", f"/accounts/{KEEPS}/reset").status_code == 403
    both = {"name": "both", "display": "B", "roles": ["administrator", "approver"]}
    assert world.ask(KEEPS, "POST", "/accounts", both).json()["code"] == "team-bad-account"
    assert (
        world.ask(
            KEEPS, "POST", "/accounts", {**both, "name": "operator", "roles": ["reader"]}
        ).status_code
        == 422
    )
    assert (
        world.ask(
            KEEPS, "POST", "/accounts", {**both, "name": READS, "roles": ["reader"]}
        ).status_code
        == 409
    )


@pytest.mark.parametrize(
    "path",
    ["/reports/..%2F..%2Fceyuan/x", "/reports/2025-H1/labs.guangdong.yaml", "/reports/2025-H1/rules.hongkong", "/reports/%00/x",
     "/reports/plan/plan", "/reports/2025-H1/labs.guangdong/versions/-1", "/reports/2025-H1/labs.guangdong/versions/٣",
     "/reports/2025-H1/labs.guangdong/versions/9/changes", "/reports/2025-H1/labs.guangdong/versions/1/changes?since=0",
     "/reports/2025-H1/labs.guangdong/versions/1/changes?since=-1", "/reports/2025-H1/rules.hongkong/versions/1/changes",
     "/reports/2025-H1/' OR '1'='1", "/reports/2025-H1/%25", "/proposals/guangdong/none", "/proposals/hongkong/fund",
     "/proposals/..%2Fplan/tasks%2Flabs", "/proposals/guangdong/fund.yaml", "/proposals/guangdong/fund/versions/9"],
)  # fmt: skip
def test_guessed_addresses_lead_nowhere(world: World, path: str) -> None:
    assert world.ask(DRAFTS, "GET", path).status_code == 404


def test_who_saw_another_version_or_names_none_changes_nothing(world: World) -> None:
    def code(**headers: str) -> tuple[int, str]:
        found = world.ask(APPROVES, "POST", f"{REPORT}/approve", {}, **headers)
        return found.status_code, found.json().get("code", "")

    assert code() == (428, "team-no-version")
    assert [code(If_Match=t) for t in ('"0"', '"2"', '"99999"')] == [(412, "team-stale")] * 3
    assert [code(If_Match=t)[1] for t in ("*", "1", 'W/"1"', '"1", "2"', '"1e0"', "")] == [
        "bad-request"
    ] * 6
    assert world.ask(APPROVES, "GET", REPORT).headers["etag"] == '"1"'
    assert code(If_Match='"1"') == (200, "")
    assert code(If_Match='"1"') == (412, "team-stale")  # sent again


def test_a_password_is_chosen_once_by_a_link_and_signs_in(world: World) -> None:
    link = world.ask(
        KEEPS, "POST", "/accounts", {"name": "li", "display": "李明", "roles": ["drafter"]}
    ).json()["link"]
    follow = {"link": link, "password": PASSWORD}
    assert (
        world.ask(None, "POST", "/login", {"name": "li", "password": PASSWORD}).status_code == 401
    )
    assert (
        world.ask(None, "POST", "/link", {**follow, "password": "short"}).json()["code"]
        == "team-weak-password"
    )
    assert world.ask(None, "POST", "/link", follow).json() == {"name": "li"}
    assert world.ask(None, "POST", "/link", follow).json()["code"] == "team-link"
    found = world.ask(None, "POST", "/login", {"name": "li", "password": PASSWORD})
    cookie = found.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/api/team"))
    assert "secure" not in cookie  # this connection has no TLS
    secret, csrf = found.cookies[COOKIE], found.json()["csrf"]
    world.client.cookies.clear()
    mine = {"Cookie": f"{COOKIE}={secret}", CSRF: csrf}
    assert world.client.post("/api/team/reports", json=H2, headers=mine).status_code == 201
    change = {"old": PASSWORD, "new": f"{PASSWORD} staple"}
    other = world.ask(None, "POST", "/login", {"name": "li", "password": PASSWORD}).cookies[COOKIE]
    world.client.cookies.clear()
    assert world.client.post("/api/team/password", json=change, headers=mine).status_code == 200
    assert world.client.get("/api/team/me", headers=mine).status_code == 200
    assert world.ask(other, "GET", "/me").status_code == 401


def test_a_link_that_is_old_opens_nothing(world: World) -> None:
    link = world.ask(KEEPS, "POST", f"/accounts/{READS}/reset").json()["link"]
    with world.team.writing() as connection:
        connection.execute(sa.text("UPDATE link SET expires = '2020-01-01 00:00:00.000000'"))
    assert world.ask(None, "POST", "/link", {"link": link, "password": PASSWORD}).status_code == 410
    again = world.ask(KEEPS, "POST", f"/accounts/{READS}/reset").json()["link"]
    last = world.ask(KEEPS, "POST", f"/accounts/{READS}/reset").json()["link"]
    assert (
        world.ask(None, "POST", "/link", {"link": again, "password": PASSWORD}).status_code == 410
    )
    assert world.ask(None, "POST", "/link", {"link": last, "password": PASSWORD}).status_code == 200


def test_passwords_cannot_be_tried(world: World) -> None:
    link = world.ask(KEEPS, "POST", f"/accounts/{READS}/reset").json()["link"]
    assert world.ask(None, "POST", "/link", {"link": link, "password": PASSWORD}).status_code == 200

    def sign_in(name: str, password: str) -> httpx.Response:
        found = world.ask(None, "POST", "/login", {"name": name, "password": password})
        world.client.cookies.clear()
        return found

    answers = [sign_in(READS, f"wrong password {n}") for n in range(6)]
    assert [a.status_code for a in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "900"
    assert sign_in(READS, PASSWORD).status_code == 429  # the right one neither
    # Who signs in is not counted against the others who sit behind the same address.
    link = world.ask(KEEPS, "POST", f"/accounts/{APPROVES}/reset").json()["link"]
    follow = {"link": link, "password": PASSWORD}
    assert world.ask(None, "POST", "/link", follow).status_code == 200
    assert {sign_in(APPROVES, PASSWORD).status_code for _ in range(30)} == {200}
    # Nobody learns from the answer which accounts there are.
    assert sign_in("nobody-at-all", PASSWORD).json() == answers[0].json()
    assert [sign_in(f"n{n}", PASSWORD).status_code for n in range(30)][
        -1
    ] == 429  # one client, many names


def test_the_present_password_cannot_be_tried_either(world: World) -> None:
    link = world.ask(KEEPS, "POST", f"/accounts/{READS}/reset").json()["link"]
    # Whoever has no link learns so before anything is hashed, and a bad choice does not use it up.
    nothing = {"link": "x", "password": "short"}
    assert world.ask(None, "POST", "/link", nothing).json()["code"] == "team-link"
    follow = {"link": link, "password": PASSWORD}
    assert world.ask(None, "POST", "/link", {**follow, "password": "short"}).status_code == 422
    assert world.ask(None, "POST", "/link", follow).status_code == 200
    entered = world.ask(None, "POST", "/login", {"name": READS, "password": PASSWORD})
    world.client.cookies.clear()
    mine = {"Cookie": f"{COOKIE}={entered.cookies[COOKIE]}", CSRF: entered.json()["csrf"]}

    def change(old: str) -> httpx.Response:
        sent = {"old": old, "new": f"{PASSWORD} staple"}
        return world.client.post("/api/team/password", json=sent, headers=mine)

    assert [change(f"wrong {n}").status_code for n in range(6)] == [401] * 5 + [429]
    assert change(PASSWORD).headers["retry-after"] == "900"


def raw(world: World, who: str, path: str, body: bytes, then: Callable[[], object]) -> bytes:
    """The first line of the answer to a request of which the last byte is sent after something else has happened."""
    url = world.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=60) as sent:
        head = (
            f"POST /api/team{path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nCookie: {COOKIE}={who}\r\n"
            f'{CSRF}: csrf-{who}\r\nIf-Match: "1"\r\nContent-Type: application/json\r\n'
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        sent.sendall(head.encode() + body[:-1])
        time.sleep(0.3)  # the server has asked by now who it is
        then()
        sent.sendall(body[-1:])
        return sent.makefile("rb").readline()


def test_what_is_sent_slowly_decides_nothing_once_the_account_is_closed(world: World) -> None:
    def close() -> None:
        assert world.ask(KEEPS, "POST", f"/accounts/{APPROVES}", {"active": False}).is_success

    found = raw(world, APPROVES, f"{REPORT}/approve", b"{ }", close)
    assert b" 401 " in found
    assert now(world.team, LABS1).state == "submitted"


NUL = "a\0b"
UNFIT: tuple[tuple[str | None, str, str, Any], ...] = (
    (None, "POST", "/login", {"name": NUL, "password": NUL}),
    (None, "POST", "/link", {"link": NUL, "password": PASSWORD}),
    ("guangdong-administrator-1", "POST", "/accounts", {"name": "n1", "display": NUL, "roles": ["reader"]}),
    ("guangdong-administrator-1", "POST", "/accounts", {"name": "n1", "display": "李\u202e明", "roles": ["reader"]}),
    ("guangdong-administrator-1", "POST", "/accounts",
     {"name": "n1", "display": "N", "unit": "厅\n已批准", "roles": ["reader"]}),
    ("guangdong-administrator-1", "POST", "/accounts/%00", {"active": False}),
    ("guangdong-administrator-1", "POST", "/accounts/a%00/reset", {}),
    ("guangdong-drafter-1", "POST", "/tokens", {"name": NUL, "scope": "read"}),
    ("guangdong-drafter-1", "DELETE", "/tokens/%00", None),
    ("guangdong-drafter-1", "GET", "/reports/%00/x", None),
    ("guangdong-drafter-1", "GET", f"/reports/{LABS1}%00/versions", None),
    ("guangdong-drafter-1", "GET", "/figures/2025/%00", None),
    ("guangdong-drafter-1", "GET", "/proposals/%00/x", None),
    ("guangdong-drafter-1", "POST", "/reports", {**H2, "text": {"en": NUL}}),
    ("guangdong-drafter-1", "POST", f"/reports/{LABS1}/comments", {"version": 1, "text": NUL}),
    ("guangdong-drafter-1", "POST", f"/reports/{LABS1}/comments", {"version": 10**30, "text": "?"}),
    ("guangdong-drafter-1", "POST", "/proposals", {"id": "new", **TASK, "name": {"en": NUL, "zh-Hans": "a", "zh-Hant": "a"}}),
    ("guangdong-drafter-1", "POST", "/figures?table=payments%00&period=2025-H1&name=a.csv", None),
    ("guangdong-approver-1", "POST", f"/reports/{LABS1}/return", {"reason": NUL}),
    ("central-coordinator-1", "POST", "/years",
     {"year": 2031, "reporting": ["2031"], "duty": {"source": "office", "document": NUL}}),
)  # fmt: skip


def check_unfit(world: World) -> None:
    """What no line and no database holds is refused as what the asker sent, and never a fault of the program."""
    for who, method, path, body in UNFIT:
        found = world.ask(who, method, path, body, If_Match='"1"')
        assert 400 <= found.status_code < 500, (method, path, body, found.text)


def test_what_no_database_holds_is_refused(world: World) -> None:
    check_unfit(world)


def test_on_postgresql_it_is_refused_as_well_and_many_guesses_at_once_are_few(
    served: World, postgresql: Server, tmp_path: Path
) -> None:
    root = tmp_path / "on-postgresql"
    shutil.copytree(served.team.root, root, ignore=shutil.ignore_patterns("team.*"))
    address = postgresql.make("attacks", "ceyuan_server")
    with team_in(root, address, "ceyuan_server") as team:
        populate(team)
        with running(create_app(Snapshots(root), team=team)) as client:
            check_unfit(World(team, client, keeps=False))

            def guess(number: int) -> int:
                sent = {"name": READS, "password": f"wrong {number}"}
                return client.post("/api/team/login", json=sent).status_code

            with ThreadPoolExecutor(16) as pool:
                assert Counter(pool.map(guess, range(16))) == {401: 5, 429: 11}


def test_a_program_has_a_token_of_its_scope(world: World) -> None:
    def token(scope: str) -> dict[str, str]:
        made = world.ask(DRAFTS, "POST", "/tokens", {"name": "program", "scope": scope}).json()
        return {"Authorization": f"Bearer {made['token']}", "id": made["id"]}

    reads, writes = token("read"), token("write")
    assert (
        world.ask(None, "GET", "/reports", Authorization=reads["Authorization"]).status_code == 200
    )
    assert (
        world.ask(None, "POST", "/reports", H2, Authorization=reads["Authorization"]).status_code
        == 403
    )
    assert (
        world.ask(None, "POST", "/reports", H2, Authorization=writes["Authorization"]).status_code
        == 201
    )
    for method, path in (
        ("GET", "/tokens"),
        ("POST", "/tokens"),
        ("POST", "/password"),
        ("GET", "/accounts"),
    ):
        body = BODIES.get(f"{method} {path}")
        assert (
            world.ask(None, method, path, body, Authorization=writes["Authorization"]).status_code
            == 403
        )
    assert world.ask(READS, "DELETE", f"/tokens/{writes['id']}").status_code == 404  # another one's
    assert world.ask(DRAFTS, "DELETE", f"/tokens/{writes['id']}").status_code == 200
    assert world.ask(None, "GET", "/me", Authorization=writes["Authorization"]).status_code == 401


def test_a_program_that_only_reads_gets_the_desk_as_feed_and_calendar(world: World) -> None:
    made = world.ask(APPROVES, "POST", "/tokens", {"name": "reader", "scope": "read"}).json()
    token = f"Bearer {made['token']}"
    feed = world.ask(None, "GET", "/desk.atom?language=en", Authorization=token)
    assert feed.headers["content-type"] == "application/atom+xml"
    calendar = world.ask(None, "GET", "/desk.ics", Authorization=token)
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    for found in (feed, calendar):
        assert found.headers["vary"] == "Cookie, Authorization"
        assert LABS1 in found.text.replace("\r\n ", "")
        # What it shows is hers: the same address tells another person something else.
        assert LABS1 not in world.ask(READS, "GET", found.url.path.removeprefix("/api/team")).text
    assert (
        world.ask(None, "GET", "/desk.atom?language=fr", Authorization=token).json()["code"]
        == "bad-request"
    )
    # addresses are kept by logs
    assert world.ask(None, "GET", f"/desk.atom?token={made['token']}").status_code == 401
    assert world.ask(APPROVES, "DELETE", f"/tokens/{made['id']}").status_code == 200
    assert world.ask(None, "GET", "/desk.ics", Authorization=token).status_code == 401


def test_too_much_is_not_read_and_strangers_are_not_heard(world: World) -> None:
    large = {**H2, "text": {"en": "x" * 3_000_000}}
    assert world.ask(None, "POST", "/reports", large).status_code == 401
    assert world.ask(DRAFTS, "POST", "/reports", large).status_code == 413
    broken = world.client.post(
        "/api/team/reports",
        content=b"{",
        headers={
            "Cookie": f"{COOKIE}={DRAFTS}",
            CSRF: f"csrf-{DRAFTS}",
            "Content-Type": "application/json",
        },
    )
    assert broken.status_code == 422


def test_a_script_in_a_text_stays_a_text(world: World) -> None:
    made = world.ask(
        DRAFTS,
        "POST",
        "/reports",
        {**H2, "text": {"en": "<script>alert(1)</script>\n- x: !!python/object:os.system"}},
    )
    assert made.json()["report"]["text"]["en"].startswith("<script>")
    assert made.headers["content-type"] == "application/json"
    assert made.headers["x-content-type-options"] == "nosniff"


def test_drafts_are_in_no_build_and_in_no_published_site(world: World, tmp_path: Path) -> None:
    draft(world.team, DRAFTER, H2)
    root = Path(shutil.copytree(world.team.root, tmp_path / "copy"))
    build_workspace(root, team=projected(root))
    view = View.open(root)
    publish(view, tmp_path / "public", pages=False)
    view.close()
    for folder in (tmp_path / "public", root / "build", root / "plan"):
        for path in folder.rglob("*"):
            assert not path.is_file() or UNPUBLISHED.encode() not in path.read_bytes(), path


def test_a_workspace_without_a_team_has_no_address_of_one(world: World) -> None:
    with running(create_app(Snapshots(world.team.root))) as client:
        assert client.get("/api/team/me").status_code == 404
        assert client.post("/api/team/login", json=BODIES["POST /login"]).status_code == 404


def test_behind_tls_the_cookie_is_sent_over_tls_alone(world: World) -> None:
    with world.team.writing() as connection:
        made = Account("wu", "Wu", "guangdong", "", ("reader",), active=True, invited=True)
        follow_link(connection, invite(connection, made, By()), PASSWORD)
    command = [
        str(Path(sys.executable).with_name("ceyuan")),
        "serve",
        "-w",
        str(world.team.root),
        "--team",
        "--no-site",
        "--port",
        "0",
    ]
    command += ["--proxy", "127.0.0.1", "--root-path", "/observatory"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        sent = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        found = httpx.post(
            f"{address}api/team/login",
            json={"name": "wu", "password": PASSWORD},
            headers=sent,
            timeout=60,
        )
        process.terminate()
        process.communicate()
    assert found.status_code == 200, found.text
    cookie = found.headers["set-cookie"].lower()
    assert "; secure" in cookie
    assert "path=/observatory/api/team" in cookie


def test_no_role_of_the_server_rewrites_the_log(world: World) -> None:
    allowed: list[Callable[[], httpx.Response]] = [
        lambda: world.ask(KEEPS, "POST", "/accounts/../log", {}),
        lambda: world.ask(APPROVES, "DELETE", REPORT),
        lambda: world.ask(APPROVES, "PUT", f"{REPORT}/versions/1", {}),
    ]
    assert {attempt().status_code for attempt in allowed} <= {403, 404, 405}
    with open_team(world.team.root) as team, team.reading() as connection:
        assert json.loads(
            connection.scalar(sa.text("SELECT detail FROM event WHERE seq = 4")) or "{}"
        )["state"]
