"""Attachments: who sees them, what is refused, and that nothing of them is lost or shown where it should not be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.teams import projected
from ceyuan.teams.attachments import LIMIT, MOST, attach, attachments, checked, content_of, detach
from ceyuan.teams.attachments import erase_file as erase
from ceyuan.teams.backup import backup, restore, verify_team
from ceyuan.teams.database import Team, open_team
from ceyuan.teams.documents import path_of
from ceyuan.teams.reports import draft, move
from ceyuan.teams.rights import Actor
from ceyuan.teams.setup import make_team
from ceyuan.teams.tables import DOCUMENT, FILE
from ceyuan.web.app import create_app
from ceyuan.web.snapshots import Snapshots
from ceyuan.web.team.gate import COOKIE, CSRF
from team_sessions import populate
from team_world import (
    APPROVER,
    DRAFTER,
    MINISTER,
    SAID,
    SUBMITTER,
    Server,
    now,
    person,
    team_in,
    write_world,
)
from web_running import running

LABS2 = "2025-H2/labs.guangdong"
PDF = b"%PDF-1.7\nnot to be seen"
AT = f"/api/team/reports/{LABS2}/attachments"


def office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "xl/workbook.xml")


def refused(code: str) -> Any:
    return pytest.raises(CeyuanError, match=rf"\[{code}\]")


@pytest.fixture
def drafted(team: Team) -> Team:
    draft(team, DRAFTER, {"task": "labs", "period": "2025-H2", **SAID})
    return team


def digest_of(team: Team, place: int = 0) -> str:
    with team.reading() as connection:
        return attachments(connection, path_of(LABS2))[place].hash


def sees(team: Team, actor: Actor) -> bool:
    try:
        with team.reading() as connection:
            return content_of(team, connection, actor, path_of(LABS2), digest_of(team))[1] == PDF
    except CeyuanError:
        return False


def test_an_attachment_is_seen_by_who_sees_the_report(drafted: Team) -> None:
    team = drafted
    made = attach(team, DRAFTER, LABS2, 1, "公告.pdf", PDF)
    assert (made.version, made.state, made.text) == (2, "draft", now(team, LABS2).text)
    people = [person(side, "reader") for side in ("guangdong", "central", "hongkong")]
    people.append(person("guangdong", "administrator"))
    assert [sees(team, who) for who in people] == [True, False, False, False]
    move(team, SUBMITTER, LABS2, 2, "submit")
    move(team, APPROVER, LABS2, 3, "approve")
    assert [sees(team, who) for who in people] == [True, True, False, False]
    move(team, MINISTER, LABS2, 4, "accept")
    assert [sees(team, who) for who in people] == [True, True, True, False]
    # What is approved stays as it was approved.
    with refused("team-illegal-state"):
        attach(team, DRAFTER, LABS2, 5, "second.pdf", PDF + b"2")
    with refused("team-illegal-state"):
        detach(team, DRAFTER, LABS2, 5, digest_of(team))
    assert verify_team(team).faults == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("图.PNG", b"\x89PNG\r\n\x1a\n.."), ("b.jpeg", b"\xff\xd8\xff.."), ("c.docx", DOCX), ("d.xlsx", XLSX),
     ("e.csv", "年,数\n2025,1\n".encode("utf-8-sig")), ("f.txt", "说明".encode())],
)  # fmt: skip
def test_what_is_of_a_known_type_is_attached(name: str, content: bytes) -> None:
    assert checked(name, content)[0] == name


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"MZ"), ("a.html", b"<script>"), ("a.svg", b"<svg onload=alert(1)>"), ("a.pdf.exe", PDF),
     ("a.docx", XLSX), ("a.docx", b"PK\x03\x04"), ("a.docm", DOCX), ("a.xlsx", office("xl/workbook.xml")),
     ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")), ("a.csv", b"a\0b"),
     ("a.txt", b"\xff\xfe"), ("../a.pdf", PDF), ("/etc/a.pdf", PDF), ("a\\b.pdf", PDF), (".pdf", PDF), ("pdf", PDF), ("", PDF),
     ("a\r\nSet-Cookie: x.pdf", PDF), ("a\u202efdp.pdf", PDF), ("a" * 200 + ".pdf", PDF), ("a.pdf", b""),
     ("a.pdf", PDF + b"x" * LIMIT), ("a.pdf\0.txt", PDF), ("a\ud800.pdf", PDF)],
)  # fmt: skip
def test_what_is_none_is_not(name: str, content: bytes) -> None:
    with refused("team-bad-attachment"):
        checked(name, content)


def test_names_and_contents_stand_once_and_are_not_without_number(drafted: Team) -> None:
    attach(drafted, DRAFTER, LABS2, 1, "a.pdf", PDF)
    for name, content in (("b.pdf", PDF), ("a.pdf", PDF + b"2")):
        with refused("team-bad-attachment"):
            attach(drafted, DRAFTER, LABS2, 2, name, content)
    with refused("team-stale"):
        attach(drafted, DRAFTER, LABS2, 1, "b.pdf", PDF + b"2")
    for number in range(MOST - 1):
        attach(drafted, DRAFTER, LABS2, number + 2, f"{number}.pdf", PDF + bytes([number]))
    with refused("team-bad-attachment"):
        attach(drafted, DRAFTER, LABS2, MOST + 1, "last.pdf", PDF + b"last")


def test_what_is_taken_off_is_seen_by_nobody_and_can_be_erased(drafted: Team) -> None:
    team = drafted
    attach(team, DRAFTER, LABS2, 1, "a.pdf", PDF)
    digest = digest_of(team)
    with refused("team-text-in-use"):
        erase(team, digest, "why")
    detach(team, DRAFTER, LABS2, 2, digest)
    with team.reading() as connection, refused("team-unknown-report"):
        content_of(team, connection, DRAFTER, path_of(LABS2), digest)
    erase(team, digest, "personal data")
    assert verify_team(team).faults == ()
    attach(team, DRAFTER, LABS2, 3, "again.pdf", PDF)
    assert sees(team, DRAFTER)
    assert verify_team(team).faults == ()


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM file", "DELETE FROM attachment", "UPDATE attachment SET name = 'other.pdf'", "UPDATE attachment SET removed = 1",
     "UPDATE attachment SET hash = 'x'"],
)  # fmt: skip
def test_a_change_of_what_is_attached_is_found(drafted: Team, statement: str) -> None:
    attach(drafted, DRAFTER, LABS2, 1, "a.pdf", PDF)
    with drafted.writing() as connection:
        connection.execute(sa.text(statement))
    assert verify_team(drafted).faults


def test_the_database_refuses_to_change_a_content(drafted: Team) -> None:
    attach(drafted, DRAFTER, LABS2, 1, "a.pdf", PDF)
    with (
        pytest.raises(sa.exc.IntegrityError, match="never changed"),
        drafted.writing() as connection,
    ):
        connection.execute(sa.update(FILE).values(content=b"other"))


def test_a_backup_carries_attachments_from_postgresql_to_sqlite(
    postgresql: Server, tmp_path: Path
) -> None:
    root = write_world(tmp_path / "small")
    with team_in(root, postgresql.make("attached", "ceyuan_server"), "ceyuan_server") as team:
        draft(team, DRAFTER, {"task": "labs", "period": "2025-H2", **SAID})
        attach(team, DRAFTER, LABS2, 1, "a.pdf", PDF)
        for statement in ("UPDATE file SET content = ''", "DELETE FROM file", "TRUNCATE file"):
            with (
                pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
                team.writing() as connection,
            ):
                connection.execute(sa.text(statement))
        backup(team, tmp_path / "team.gz")
    other = write_world(tmp_path / "other")
    make_team(other, above="central", empty=True)
    with open_team(other) as team:
        restore(team, tmp_path / "team.gz")
        assert sees(team, DRAFTER)
        assert verify_team(team).faults == ()


@pytest.fixture
def client(drafted: Team) -> Iterator[httpx.Client]:
    build_workspace(drafted.root)
    populate(drafted)
    with running(create_app(Snapshots(drafted.root), team=drafted)) as made:
        yield made


def send(client: httpx.Client, who: str, name: str, content: bytes, **more: str) -> httpx.Response:
    headers = {"Cookie": f"{COOKIE}={who}", CSRF: f"csrf-{who}", "If-Match": '"1"', **more}
    return client.post(AT, params={"name": name}, content=content, headers=headers)


def test_over_http_it_comes_back_as_a_download_and_nothing_else(
    drafted: Team, client: httpx.Client, tmp_path: Path
) -> None:
    drafts, other = DRAFTER.name, person("hongkong", "drafter").name
    assert send(client, drafts, "a.pdf", PDF + b"x" * LIMIT).status_code == 413
    assert send(client, drafts, "a.pdf", PDF, **{CSRF: "guessed"}).json()["code"] == "team-csrf"
    assert send(client, drafts, "a.html", b"<p>").json()["code"] == "team-bad-attachment"
    assert send(client, other, "a.pdf", PDF).status_code == 404
    # A form of a foreign page could send that type; without the sign of the session it does nothing.
    assert (
        send(client, drafts, "公 告.pdf", PDF, **{"Content-Type": "text/plain"}).status_code == 201
    )
    cookie = {"Cookie": f"{COOKIE}={drafts}"}
    (listed,) = client.get(AT, headers=cookie).json()
    at = f"{AT}/{listed['hash']}"
    found = client.get(at, headers=cookie)
    assert found.content == PDF
    assert (
        found.headers["content-disposition"]
        == "attachment; filename*=UTF-8''%E5%85%AC%20%E5%91%8A.pdf"
    )
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"] == "no-store"
    assert client.get(at).status_code == 401
    assert client.get(at, headers={"Cookie": f"{COOKIE}={other}"}).status_code == 404
    for guessed in (
        "0" * 64,
        "..%2F..%2Fteam.db",
        listed["hash"][:-1],
        "%00",
        listed["hash"].upper(),
    ):
        assert client.get(f"{AT}/{guessed}", headers=cookie).status_code == 404
    # Of another report it is not found, though the content is there.
    elsewhere = at.replace("2025-H2", "2025-H1")
    assert client.get(elsewhere, headers=cookie).status_code == 404
    build_workspace(drafted.root, team=projected(drafted.root))
    for folder in ("build", "plan"):
        for path in (drafted.root / folder).rglob("*"):
            assert not path.is_file() or PDF not in path.read_bytes()
    with drafted.reading() as connection:
        assert connection.scalar(sa.select(DOCUMENT.c.version).where(DOCUMENT.c.path == path_of(LABS2))) == 2  # fmt: skip
