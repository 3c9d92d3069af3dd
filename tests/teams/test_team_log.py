"""The log: any change of it is found; backups, exports and builds tell what it told."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.teams.accounts import Account, By, invite
from ceyuan.teams.backup import backup, restore, verify_team
from ceyuan.teams.config import check_side
from ceyuan.teams.database import Team, open_team
from ceyuan.teams.documents import comment, path_of
from ceyuan.teams.projection import erase, export, import_plan, project
from ceyuan.teams.proposals import decide_on, propose
from ceyuan.teams.reports import draft, edit, move
from ceyuan.teams.repository import export_repository
from ceyuan.teams.setup import make_team
from ceyuan.teams.tables import KEPT, metadata
from shipped import copy_of
from small_workspace import MakeWorkspace
from team_world import (
    APPROVER,
    DRAFTER,
    LABS1,
    MINISTER,
    SAID,
    SUBMITTER,
    Server,
    now,
    person,
    team_in,
    write_world,
)

COMMAND = str(Path(sys.executable).with_name("ceyuan"))
LABS2 = "2025-H2/labs.guangdong"


def live(team: Team) -> None:
    """Something of everything."""
    draft(team, DRAFTER, {"task": "labs", "period": "2025-H2", **SAID})
    edit(team, DRAFTER, LABS2, 1, {"text": {"zh-Hans": "电话 13800000000"}})
    edit(team, DRAFTER, LABS2, 2, SAID)
    comment(team, DRAFTER, path_of(LABS2), 2, "私人电话")
    move(team, SUBMITTER, LABS2, 3, "submit")
    move(team, APPROVER, LABS2, 4, "approve")
    move(team, MINISTER, LABS2, 5, "accept")
    with team.writing() as connection:
        invite(
            connection,
            Account("li", "李明", "guangdong", "科技厅", ("drafter",), active=True, invited=True),
            By(),
        )


def files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def tampered(team: Team, *statements: str) -> tuple[str, ...]:
    """What a check finds after somebody with the file itself has changed it, without the guards."""
    path = Path(str(team.engine.url.database))
    kept = path.with_suffix(".kept")
    with sqlite3.connect(path) as source, sqlite3.connect(kept) as target:
        source.backup(target)
    raw = sqlite3.connect(path, isolation_level=None)
    for name in ("event_no_update", "event_no_delete", "body_no_update"):
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    raw.close()
    found = verify_team(team).faults
    with sqlite3.connect(kept) as source, sqlite3.connect(path) as target:
        source.backup(target)
    for connection in (source, target):
        connection.close()
    kept.unlink()
    return found


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE event SET account = 'other' WHERE seq = 3"],
        ["UPDATE event SET at = datetime(at, '+1 day') WHERE seq = 3"],
        ["UPDATE event SET what = 'accept' WHERE what = 'approve'"],
        ["UPDATE event SET side = 'hongkong' WHERE seq = 7"],
        ["UPDATE event SET detail = '{}' WHERE seq = 7"],
        ["UPDATE body SET text = text || ' ' WHERE seq = 6"],
        ["UPDATE body SET salt = 'x' WHERE seq = 6"],
        ["DELETE FROM body WHERE seq = 6"],
        ["DELETE FROM body WHERE seq = 6", "DELETE FROM event WHERE seq = 6"],
        ["DELETE FROM body WHERE seq > 11", "DELETE FROM event WHERE seq > 11"],
        ["UPDATE event SET seq = -1 WHERE seq = 6", "UPDATE event SET seq = 6 WHERE seq = 7", "UPDATE event SET seq = 7 WHERE seq = -1"],
        ["UPDATE head SET seq = seq - 1"],
        ["UPDATE document SET text = replace(text, '1', '9') WHERE state = 'accepted'"],
        ["UPDATE document SET in_force = 1 WHERE state = 'submitted'"],
        ["UPDATE document SET state = 'accepted' WHERE state = 'submitted'"],
        ["DELETE FROM document WHERE state = 'submitted'"],
        ["UPDATE account SET roles = '[\"approver\"]'"],
        ["UPDATE account SET side = 'central'"],
        ["UPDATE document SET party = 'hongkong' WHERE state = 'submitted'"],
        ["UPDATE document SET period = '2024' WHERE state = 'submitted'"],
        ["UPDATE document SET task = NULL WHERE state = 'submitted'"],
        ["UPDATE document SET party = 'hongkong' WHERE state IS NULL"],
    ],
)  # fmt: skip
def test_any_change_of_log_or_state_is_found(team: Team, statements: list[str]) -> None:
    live(team)
    assert verify_team(team).faults == ()
    assert tampered(team, *statements)
    assert verify_team(team).faults == ()


def test_a_log_that_was_written_anew_is_found_by_the_builds_that_knew_it(
    team: Team, root: Path
) -> None:
    subprocess.run([COMMAND, "build", "-w", root], check=True, capture_output=True)
    folder = BuildFolder(root)
    (name,) = folder.builds()
    assert folder.manifest(name)["team"]["seq"] == 4
    assert verify_team(team).faults == ()
    for path in root.glob("team.*"):
        path.unlink()
    (root / "plan" / "plan.yaml").write_text(
        (root / "plan" / "plan.yaml").read_text() + "# another\n"
    )
    with team_in(root) as other:
        assert verify_team(other).faults == (f"build {name} was made when entry 4 was another one",)


def test_the_database_itself_refuses_changes_of_the_log(team: Team) -> None:
    for statement in (
        "UPDATE event SET account = 'x'",
        "DELETE FROM event",
        "UPDATE body SET text = 'x'",
    ):
        with (
            pytest.raises(sa.exc.IntegrityError, match="append-only"),
            team.writing() as connection,
        ):
            connection.execute(sa.text(statement))


def test_a_text_is_erased_and_the_chain_holds(team: Team) -> None:
    live(team)
    with pytest.raises(CeyuanError, match=r"\[team-text-in-use\]"):
        erase(team, 10**30, "no database has such an entry")
    with pytest.raises(CeyuanError, match=r"\[team-text-in-use\]"):
        erase(team, 11, "it stands now")
    erase(team, 6, "telephone number")
    found = verify_team(team)
    assert (found.faults, found.erased) == ((), 1)
    with team.reading() as connection:
        assert not connection.scalars(
            sa.text("SELECT text FROM body WHERE text LIKE '%13800000000%'")
        ).all()


def test_import_then_export_gives_the_same_bytes(tmp_path: Path) -> None:
    root = copy_of("gba", tmp_path / "gba")
    before = files(root / "plan")
    read = make_team(root, above="central")
    assert read == len(before)
    with open_team(root) as team:
        export(team, tmp_path / "out")
        export(team, tmp_path / "approved", approved=True)
        project(team)
        assert import_plan(team, root) == (0, read)
    assert (
        files(tmp_path / "out" / "plan")
        == files(tmp_path / "approved" / "plan")
        == files(root / "plan")
        == before
    )


def test_the_log_is_a_git_repository_with_the_accounts_as_authors(
    team: Team, tmp_path: Path
) -> None:
    live(team)
    fund = {"id": "fund", "year": 2025, "name": {"en": "F", "zh-Hans": "基", "zh-Hant": "基"}}
    propose(team, DRAFTER, {**fund, "lead": "guangdong"})
    propose(team, DRAFTER, {**fund, "id": "other", "lead": "guangdong"})
    decide_on(team, SUBMITTER, "guangdong/fund", 1, "submit")
    decide_on(team, APPROVER, "guangdong/fund", 2, "approve")
    decide_on(team, person("central", "coordinator"), "guangdong/fund", 3, "agree")
    erase(team, 6, "telephone number")
    export(team, tmp_path / "plain")
    commits = export_repository(team, tmp_path / "repository")

    def git(*said: str) -> str:
        command = ["git", "-C", str(tmp_path / "repository"), *said]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    there = files(tmp_path / "repository")
    assert {k: v for k, v in there.items() if not k.startswith(".git/")} == files(
        tmp_path / "plain"
    )
    assert len(git("log", "--format=%h").splitlines()) == commits
    with team.reading() as connection:
        last = connection.execute(
            sa.text("SELECT seq, hash FROM event WHERE what = 'agree' ORDER BY seq DESC")
        ).first()
    assert last is not None
    assert f"Entry {last.seq} of the log: {last.hash}" in git("log", "-1", "--format=%B")
    assert MINISTER.name in git("log", "--format=%an %ae", "--", f"plan/reports/{LABS2}.yaml")
    assert git("status", "--porcelain") == ""
    assert "13800000000" not in git("log", "-p")
    with pytest.raises(CeyuanError, match="folder-not-empty"):
        export_repository(team, tmp_path / "repository")


def test_what_is_exported_is_what_the_plans_own_commands_would_write(
    team: Team, tmp_path: Path
) -> None:
    by_hand = write_world(tmp_path / "by-hand")
    move(team, APPROVER, LABS1, 1, "return", "没有依据")
    on = now(team, LABS1).spec.history[-1].on
    said = (
        "--task",
        "labs",
        "--party",
        "guangdong",
        "--period",
        "2025-H1",
        "--state",
        "returned",
        "--reason",
        "没有依据",
    )
    subprocess.run(
        [COMMAND, "plan", "report", "-w", by_hand, *said, "--by", APPROVER.display, "--on", on],
        check=True,
        capture_output=True,
    )
    export(team, tmp_path / "out")
    assert files(tmp_path / "out" / "plan") == files(by_hand / "plan")


def test_what_was_changed_by_hand_stops_a_projection_and_is_taken_in(
    team: Team, root: Path
) -> None:
    task = root / "plan" / "tasks" / "labs.yaml"
    task.write_text(task.read_text() + "# by hand\n")
    with pytest.raises(CeyuanError, match=r"plan/tasks/labs.yaml: error \[team-plan-edited\]"):
        project(team)
    assert import_plan(team, root) == (1, 3)
    project(team)
    report = root / "plan" / "reports" / "2025-H1" / "labs.guangdong.yaml"
    assert not report.exists()  # it is submitted and not accepted
    report.write_text(now(team, LABS1).text + "# by hand\n")
    with pytest.raises(CeyuanError, match=r"\[team-report-changed\]"):
        import_plan(team, root)


def rows(team: Team) -> dict[str, list[tuple[object, ...]]]:
    with team.reading() as connection:
        return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=str) for t in KEPT}


def test_a_backup_is_restored_whole_or_not_at_all(team: Team, root: Path, tmp_path: Path) -> None:
    live(team)
    packed = tmp_path / "team.gz"
    backup(team, packed)
    assert packed.stat().st_mode & 0o777 == 0o600  # hashes of passwords are nobody else's
    other = Path(shutil.copytree(root, tmp_path / "other", ignore=shutil.ignore_patterns("team.*")))
    make_team(other, above="central", empty=True)
    with open_team(other) as empty:
        damaged = tmp_path / "damaged.gz"
        damaged.write_bytes(packed.read_bytes()[:-20])
        with pytest.raises(CeyuanError, match=r"\[team-backup-damaged\]"):
            restore(empty, damaged)
        for line in (
            'nonsense', '[]', '["event"]', '["event", {"x": 1}]', '["event", {"seq": 1, "at": "x"}]', '["head", {"seq": "q", "hash": null}]',
            '["file", {"hash": {"bytes": "?"}}]', '["head", []]',
        ):  # fmt: skip
            body = f"{line}\n".encode()
            head = f"ceyuan team 1 {hashlib.sha256(body).hexdigest()}\n".encode()
            damaged.write_bytes(gzip.compress(head + body))
            with pytest.raises(CeyuanError, match=r"\[team-backup-damaged\]"):
                restore(empty, damaged)
        found = restore(empty, packed)
        assert found == verify_team(team)
        assert rows(empty) == rows(team)
        move(empty, MINISTER, LABS2, 6, "unapprove", "why")
        with pytest.raises(CeyuanError, match=r"\[team-not-empty\]"):
            restore(empty, packed)


def test_the_migrations_make_the_tables_that_the_program_uses(team: Team) -> None:
    with team.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_on_postgresql_the_servers_role_can_add_to_the_log_and_nothing_else(
    postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_world(tmp_path / "small")
    owner = postgresql.make("rights", "ceyuan_server")
    with team_in(root, owner, "ceyuan_server") as team:
        assert team.engine.url.username == "ceyuan_server"
        live(team)
        assert verify_team(team).faults == ()
        with team.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        changes = [
            "UPDATE event SET account = 'x'", "DELETE FROM event", "TRUNCATE event CASCADE", "UPDATE body SET text = 'x'",
            "DELETE FROM body", "DROP TRIGGER event_guard ON event", "ALTER TABLE event DISABLE TRIGGER ALL", "DROP TABLE body",
            "DELETE FROM account", "DELETE FROM document", "SET session_replication_role = replica",
        ]  # fmt: skip
        for statement in changes:
            with (
                pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"),
                team.writing() as connection,
            ):
                connection.execute(sa.text(statement))
        backup(team, tmp_path / "pg.gz")
        kept = rows(team)
    monkeypatch.setenv("CEYUAN_TEAM_DATABASE", owner)
    with open_team(root) as team:
        for statement in (
            "UPDATE event SET account = 'x'",
            "DELETE FROM event",
            "TRUNCATE body",
            "TRUNCATE event CASCADE",
        ):
            with (
                pytest.raises(sa.exc.DBAPIError, match="append-only"),
                team.writing() as connection,
            ):
                connection.execute(sa.text(statement))
        erase(team, 6, "telephone number")
        assert (verify_team(team).faults, verify_team(team).erased) == ((), 1)
    monkeypatch.delenv("CEYUAN_TEAM_DATABASE")
    # A backup goes from PostgreSQL to SQLite.
    other = write_world(tmp_path / "other")
    make_team(other, above="central", empty=True)
    with open_team(other) as empty:
        restore(empty, tmp_path / "pg.gz")
        assert rows(empty) == kept


def test_the_commands_make_verify_and_name_what_is_missing(root: Path, tmp_path: Path) -> None:
    def ceyuan(*said: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, "team", *said, "-w", root], capture_output=True, text=True, check=False
        )

    missing = ceyuan("verify")
    assert (missing.returncode, "[no-team]" in missing.stderr) == (3, True)
    assert "[unknown-party]" in ceyuan("init", "--above", "nobody").stderr
    assert ceyuan("init", "--above", "central").returncode == 0
    invited = ceyuan(
        "invite", "li", "--side", "guangdong", "--display", "李明", "--role", "drafter"
    )
    assert invited.stdout.startswith("zh-Hans/team/#link=")
    assert "[team-bad-account]" in ceyuan(
        "invite", "wu", "--side", "macao", "--display", "W", "--role", "king"
    ).stderr + (
        ceyuan("invite", "wu", "--side", "guangdong", "--display", "W", "--role", "king").stderr
    )
    assert [a["name"] for a in json.loads(ceyuan("accounts", "--format", "json").stdout)] == ["li"]
    assert "5 entries: sound" in ceyuan("verify").stdout
    # The side above is chosen once; an empty folder is filled where somebody stands.
    assert "stands in team.yaml" in ceyuan("init", "--above", "hongkong").stderr
    (tmp_path / "here").mkdir()
    here = [COMMAND, "team", "export", ".", "-w", root]
    subprocess.run(here, cwd=tmp_path / "here", check=True, capture_output=True)
    assert (tmp_path / "here" / "plan" / "plan.yaml").is_file()
    assert not (tmp_path / ".here.new").exists()
    assert ceyuan("backup", str(tmp_path / "b.gz")).returncode == 0
    (root / "team.yaml").write_text(
        "database: postgresql+psycopg://nobody:secret@127.0.0.1:1/none\n"
    )
    refused = ceyuan("verify")
    assert (refused.returncode, "[team-database]" in refused.stderr) == (1, True)
    assert "secret" not in refused.stderr


def test_a_city_that_belongs_to_a_party_is_a_side_and_a_province_is_none(
    make_workspace: MakeWorkspace,
) -> None:
    root = make_workspace()
    check_side(root, "sz")
    with pytest.raises(CeyuanError, match="unknown-party"):
        check_side(root, "gd")
