"""A small workspace of three sides, one of them above the others, with a team and people of every role."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ceyuan.teams.database import Team, open_team
from ceyuan.teams.documents import (
    Stored,
    StoredReport,
    find,
    path_of,
    proposal_path,
    submission_path,
)
from ceyuan.teams.proposals import StoredProposal
from ceyuan.teams.rights import Actor, Role
from ceyuan.teams.setup import make_team
from plan_world import NAME, write_plan
from small_workspace import CONFIG, PAYMENTS_TABLE, write_workspace

SIDES = ("central", "guangdong", "hongkong")
LABS1, RULES = "2025-H1/labs.guangdong", "2025-H1/rules.hongkong"
CENTRAL = """\
parties:
  - id: central
    name: {en: Central, zh-Hans: 中央, zh-Hant: 中央}
"""
FIGURES = "2025-H1/payments.guangdong"
HEADER = "id,day,from_party,to_party,from_place,amount,purpose"
PAID = f"{HEADER}\np1,2024-03-01,guangdong,hongkong,sz,110,first\np9,2025-03-15,guangdong,hongkong,gz,5,new\n"
"""Payments: one that is there is changed, one is new."""
SAID = {"text": {"zh-Hans": "新建实验室1家"}}


def write_world(root: Path, tasks: int = 0) -> Path:
    """The workspace with its plan, and so many more tasks of Guangdong."""
    config = CONFIG.replace("parties:\n", CENTRAL)
    table = f"{PAYMENTS_TABLE}submitted_by: [guangdong]\n"
    write_workspace(root, {"ceyuan.yaml": config, "records/payments.yaml": table})
    write_plan(root)
    more = {
        f"plan/tasks/t{n}.yaml": f"id: t{n}\nyear: 2025\nname: {NAME}\nlead: guangdong\n"
        for n in range(tasks)
    }
    return write_plan(root, dict(more))


def person(side: str, *roles: Role, number: int = 1) -> Actor:
    """Somebody of a side; her name tells her roles."""
    name = "-".join((side, *roles, str(number)))
    return Actor(name, f"Person {name}", side, "", roles)


DRAFTER, SUBMITTER, APPROVER = (
    person("guangdong", role) for role in ("drafter", "submitter", "approver")
)
MINISTER = person("central", "approver")


@contextmanager
def team_in(root: Path, database: str | None = None, role: str | None = None) -> Iterator[Team]:
    """The team of a workspace, made; central stands above."""
    make_team(root, database, role, "central")
    with open_team(root) as team:
        yield team


def now(team: Team, id_: str) -> StoredReport:
    """A report as it stands."""
    with team.reading() as connection:
        found = find(connection, path_of(id_))
    assert found is not None
    return found


def proposal_now(team: Team, id_: str) -> StoredProposal:
    """A proposed task as it stands."""
    with team.reading() as connection:
        found = find(connection, proposal_path(id_))
    assert found is not None
    return found


def figures_now(team: Team, id_: str = FIGURES) -> Stored[Any]:
    """Submitted figures as they stand."""
    with team.reading() as connection:
        found = find(connection, submission_path(id_))
    assert found is not None
    return found


def binaries() -> Path:
    """Where PostgreSQL's programs are; a test that needs them skips where there are none, and says so."""
    known = [Path(shutil.which("initdb") or "/none/initdb").resolve().parent]
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in known:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    reason = "there is no PostgreSQL on this machine (initdb, postgres): .ci/postgresql installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _as_ordinary_user() -> tuple[list[str], str | None]:
    """PostgreSQL does not run as root: how to run it as somebody else, and as whom."""
    if os.getuid() != 0:
        return [], None
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"], "nobody"


class Server:
    """A PostgreSQL of its own, reached by a socket in its folder.

    Attributes:
        address: of its first database, as the owner.
    """

    def __init__(self) -> None:
        self._programs = binaries()
        self._before, user = _as_ordinary_user()
        self._folder = Path(tempfile.mkdtemp(prefix="ceyuan-pg-"))
        if user is not None:
            shutil.chown(self._folder, user)
        options = [
            "-U",
            "owner",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
            "-D",
            self._data,
        ]
        self._run("initdb", *options)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *options: str, check: bool = True) -> bool:
        command = [*self._before, str(self._programs / program), *options]
        return subprocess.run(command, check=check, capture_output=True, cwd="/").returncode == 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = ["-c", "listen_addresses=", "-c", "max_connections=120", "-k", str(self._folder)]
        command = [*self._before, str(self._programs / "postgres"), "-D", self._data, *settings]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
        ready = ["-h", str(self._folder), "-U", "owner", "-t", "1"]
        until = time.monotonic() + 120  # after a crash it reads its log first
        while not self._run("pg_isready", *ready, check=False):
            assert self._process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it and whatever it has started, as a power cut does."""
        assert self._process is not None
        children = subprocess.run(
            ["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        self._process.kill()
        for child in children.stdout.split():
            subprocess.run(["kill", "-9", child], check=False, capture_output=True)
        self._process.wait()
        (Path(self._data) / "postmaster.pid").unlink(missing_ok=True)

    def address(self, database: str, role: str = "owner") -> str:
        """A database's address."""
        return f"postgresql+psycopg://{role}@/{database}?host={self._folder}"

    def make(self, database: str, *roles: str) -> str:
        """A new database of the owner's, and roles; its address."""
        for role in roles:
            said = f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            self._psql(said)
        self._psql(f"CREATE DATABASE {database}")
        return self.address(database)

    def _psql(self, statement: str) -> None:
        self._run("psql", "-h", str(self._folder), "-U", "owner", "-d", "postgres", "-c", statement)

    def close(self) -> None:
        """Stop it and remove everything."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(2)  # a fast shutdown
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
