"""Signing in with an institution, against a small identity provider of these tests; and what somebody would try who wants in."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.teams.accounts import Account, By, accounts, change, invite
from ceyuan.teams.backup import backup, restore, verify_team
from ceyuan.teams.config import Provider
from ceyuan.teams.database import Team, open_team
from ceyuan.teams.entrance import session_of
from ceyuan.teams.setup import make_team
from ceyuan.teams.single_sign_on import begin, finish
from ceyuan.web.app import create_app
from ceyuan.web.snapshots import Snapshots
from ceyuan.workspace.spec import parse_spec
from oidc_provider import KEY, OTHER_KEY, SECRET, Change, Issuer
from shipped import Once
from team_world import Server, team_in, write_world
from web_running import running


@pytest.fixture
def school() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


@pytest.fixture
def bureau() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


@pytest.fixture
def built(once: Once, tmp_path: Path) -> Path:
    """The workspace, built once for all tests."""

    def make(folder: Path) -> None:
        write_world(folder)
        build_workspace(folder)

    return Path(shutil.copytree(once("team", make), tmp_path / "built"))


@pytest.fixture
def team(
    built: Path, school: Issuer, bureau: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    for name in ("SCHOOL", "BUREAU"):
        monkeypatch.setenv(f"CEYUAN_OIDC_{name}_SECRET", SECRET)
    with team_in(built):
        pass
    more = "single_sign_on:\n" + "".join(
        f"  - {{id: {id_}, name: {id_}, issuer: '{one.issuer}', client: ceyuan{sides}}}\n"
        for id_, one, sides in (("school", school, ""), ("bureau", bureau, ", sides: [guangdong]"))
    )
    path = built / "team.yaml"
    path.write_text(path.read_text() + more)
    with open_team(built) as made:
        yield made


@pytest.fixture
def client(team: Team) -> Iterator[httpx.Client]:
    with running(create_app(Snapshots(team.root), team=team)) as found:
        yield found


def invited(team: Team, name: str, side: str = "guangdong") -> str:
    with team.writing() as connection:
        account = Account(name, f"Person {name}", side, "", ("drafter",), active=True, invited=True)
        return invite(connection, account, By())


def went(
    client: httpx.Client, issuer: Issuer, subject: str, link: str | None = None, at: str = "school"
) -> str:
    """Somebody signs in with her institution; where her browser ends."""
    sent = {"language": "en"} | ({} if link is None else {"link": link})
    begun = client.post(f"/api/team/sso/{at}", json=sent)
    assert begun.status_code == 200, begun.text
    return came_back(client, issuer.sign_in(begun.json()["url"], subject))


def came_back(client: httpx.Client, url: str) -> str:
    found = client.get(url)
    assert found.status_code == 303
    assert found.headers["cache-control"] == "no-store"
    return str(found.headers["location"]).removeprefix(str(client.base_url))


def who(client: httpx.Client) -> str | None:
    found = client.get("/api/team/me")
    return found.json()["name"] if found.is_success else None


REFUSED = "/zh-Hans/team/?refused=team-sign-on"


def test_an_invited_person_signs_in_with_her_institution_from_then_on(
    team: Team, client: httpx.Client, school: Issuer, tmp_path: Path
) -> None:
    assert [one["id"] for one in client.get("/api/team/sso").json()] == ["school", "bureau"]
    link = invited(team, "li")
    assert went(client, school, "s-1", link) == "/en/team/"
    assert who(client) == "li"
    session = client.get("/api/team/me")
    assert session.json()["csrf"]
    client.cookies.clear()
    assert went(client, school, "s-1") == "/en/team/"
    assert who(client) == "li"
    # The link worked once, and the account needs no password.
    client.cookies.clear()
    assert went(client, school, "s-2", link).endswith("?refused=team-link")
    with team.reading() as connection:
        (account,) = accounts(connection)
    assert not account.invited
    assert verify_team(team).faults == ()
    # A backup holds who is who.
    backup(team, tmp_path / "backup")
    other = write_world(tmp_path / "other")
    make_team(other, empty=True, above="central")
    (other / "team.yaml").write_text((team.root / "team.yaml").read_text())
    with open_team(other) as restored:
        restore(restored, tmp_path / "backup")
        begun = begin(restored, "school", "http://x/callback", "en/team/", "")
        at = urlsplit(school.sign_in(begun.url, "s-1")).query
        came = {name: values[0] for name, values in parse_qs(at).items()}
        assert finish(restored, "school", "http://x/callback", begun.browser, came).secret


def test_nobody_makes_an_account_for_herself(
    team: Team, client: httpx.Client, school: Issuer
) -> None:
    assert went(client, school, "stranger") == REFUSED
    assert who(client) is None
    assert went(client, school, "stranger", "no such link").endswith("?refused=team-link")
    with team.reading() as connection:
        assert accounts(connection) == []


def _set(**claims: object) -> Change:
    return lambda _, found: found.update(claims)


def _without(name: str) -> Change:
    return lambda _, found: found.pop(name)


def _alg(name: str) -> Change:
    return lambda header, _: header.update(alg=name)


FORGED: dict[str, tuple[Change, Any]] = {
    "signed by another key": (_set(), OTHER_KEY),
    "not signed": (_alg("none"), b""),
    "signed with the secret": (_alg("HS256"), SECRET.encode()),
    "signed with the public key as a secret": (_alg("HS256"), KEY.as_pem(private=False)),
    "for another client": (_set(aud="others"), KEY),
    "for several, authorised to another": (_set(aud=["ceyuan", "others"], azp="others"), KEY),
    "without an audience": (_without("aud"), KEY),
    "of another issuer": (_set(iss="https://id.example"), KEY),
    "without an issuer": (_without("iss"), KEY),
    "over": (_set(exp=int(time.time()) - 3600), KEY),
    "without an end": (_without("exp"), KEY),
    "from tomorrow": (_set(nbf=int(time.time()) + 86_400), KEY),
    "for another request": (_set(nonce="another"), KEY),
    "for no request": (_without("nonce"), KEY),
    "of nobody": (_without("sub"), KEY),
    "of a number": (_set(sub=1), KEY),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_the_issuers_word_for_us_and_now_is_not_believed(
    team: Team, client: httpx.Client, school: Issuer, name: str
) -> None:
    assert went(client, school, "s-1", invited(team, "li")) == "/en/team/"
    client.cookies.clear()
    school.change, school.key = FORGED[name]
    assert went(client, school, "s-1") == REFUSED
    assert who(client) is None


def test_an_answer_is_taken_once_by_the_browser_that_asked(
    team: Team, client: httpx.Client, school: Issuer, bureau: Issuer
) -> None:
    went(client, school, "s-1", invited(team, "li"))
    client.cookies.clear()
    with httpx.Client(base_url=client.base_url) as stranger:
        begun = client.post("/api/team/sso/school", json={"language": "en"})
        back, kept = school.sign_in(begun.json()["url"], "s-1"), begun.cookies["ceyuan-sign-on"]
        # Who has the address alone gets nothing, nor is she signed in as somebody else.
        assert came_back(stranger, back) == REFUSED
        her = {"Cookie": f"ceyuan-sign-on={kept}"}
        for other in (back.replace("/school/", "/bureau/"), back.replace("state=", "state=x")):
            assert stranger.get(other, headers=her).headers["location"].endswith(REFUSED)
        assert came_back(client, back) == "/en/team/"
        assert stranger.get(back, headers=her).headers["location"].endswith(REFUSED)
        assert who(stranger) is None


def test_the_same_subject_of_another_issuer_is_another_person(
    team: Team, client: httpx.Client, school: Issuer, bureau: Issuer
) -> None:
    went(client, school, "s-1", invited(team, "li"))
    client.cookies.clear()
    assert went(client, bureau, "s-1", at="bureau") == REFUSED
    # Nor does one issuer speak in the name of the other, though it has the same key here.
    bureau.change = _set(iss=school.issuer)
    assert went(client, bureau, "s-1", at="bureau") == REFUSED
    bureau.change = _set()
    bureau.says = school.issuer
    assert client.post("/api/team/sso/bureau", json={"language": "en"}).json()["code"] == "team-sign-on"  # fmt: skip
    assert who(client) is None


def test_an_identity_is_one_account_and_vouches_for_its_sides_alone(
    team: Team, client: httpx.Client, school: Issuer, bureau: Issuer
) -> None:
    went(client, school, "s-1", invited(team, "li"))
    client.cookies.clear()
    second = invited(team, "wang")
    assert went(client, school, "s-1", second) == REFUSED
    assert (
        went(client, school, "s-2", second) == "/en/team/"
    )  # what was refused has used nothing up
    client.cookies.clear()
    abroad = invited(team, "gao", "hongkong")
    assert went(client, bureau, "s-9", abroad, at="bureau") == REFUSED
    with team.writing() as connection:
        change(connection, "li", By(), active=False)
    assert went(client, school, "s-1") == REFUSED
    assert who(client) is None


def test_a_provider_that_could_be_overheard_is_refused() -> None:
    said = {"id": "a", "name": "A", "client": "ceyuan"}
    for issuer in ("http://id.example", "id.example", "http://127.0.0.1.evil.example", "ftp://id.example"):  # fmt: skip
        with pytest.raises(CeyuanError):
            parse_spec(Provider, None, said | {"issuer": issuer})


def test_the_servers_role_on_postgresql_may_do_what_this_needs(
    postgresql: Server, root: Path, school: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEYUAN_OIDC_SCHOOL_SECRET", SECRET)
    with team_in(root, postgresql.make("sign_on", "ceyuan_server"), "ceyuan_server"):
        file = root / "team.yaml"
        said = f"{{id: school, name: School, issuer: '{school.issuer}', client: ceyuan}}"
        file.write_text(f"{file.read_text()}single_sign_on: [{said}]\n")
    with open_team(root) as team:
        for link in (invited(team, "li"), None):
            begun = begin(team, "school", "http://x/callback", "en/team/", "", link)
            at = parse_qs(urlsplit(school.sign_in(begun.url, "s-1")).query)
            came = {name: values[0] for name, values in at.items()}
            done = finish(team, "school", "http://x/callback", begun.browser, came)
            session = session_of(team, done.secret)
            assert session is not None
            assert session.actor.name == "li"
        assert verify_team(team).faults == ()
