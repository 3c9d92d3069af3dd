"""``ceyuan serve --team`` is killed while people decide over HTTP: every decision is one entry, none is double, none is lost."""

from __future__ import annotations

import random
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from ceyuan.pipeline.builder import build_workspace
from ceyuan.teams.accounts import Account, By, invite
from ceyuan.teams.backup import verify_team
from ceyuan.teams.database import Team
from ceyuan.teams.entrance import make_token
from ceyuan.teams.log import head_of
from ceyuan.teams.reports import draft
from ceyuan.teams.rights import Actor
from ceyuan.teams.tables import DOCUMENT, EVENT
from team_world import APPROVER, DRAFTER, MINISTER, SAID, SUBMITTER, Server, team_in, write_world

TASKS = 6
NEXT: dict[str, tuple[tuple[str, Actor], ...]] = {
    "draft": (("submit", SUBMITTER),),
    "returned": (("submit", SUBMITTER),),
    "submitted": (("approve", APPROVER), ("return", APPROVER)),
    "approved": (("accept", MINISTER), ("unapprove", MINISTER)),
    "accepted": (("unapprove", MINISTER),),
}
REFUSED = {403, 404, 409, 412}
"""Somebody else was faster."""
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""No certificates are read for what is not encrypted."""


@dataclass
class People:
    """Who decides over HTTP, and what they were told.

    Attributes:
        ids: the reports.
        tokens: by account.
        told: each decision that was confirmed.
        open: how many requests had no answer.
        wrong: answers that nobody should get.
    """

    ids: list[str]
    tokens: dict[str, str]
    told: Counter[str] = field(default_factory=Counter)
    open: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, address: str, seed: str, over: threading.Event) -> None:
        """Decide on one report after the other until the server is gone, sometimes on what somebody else decides on."""
        rng = random.Random(seed)  # noqa: S311 - moments, not secrets
        at = f"{address}/api/team/reports"
        with httpx.Client(base_url=at, timeout=30, verify=NO_TLS) as client:
            while not over.is_set():
                try:
                    self._decide(client, rng)
                except httpx.HTTPError:
                    return

    def _decide(self, client: httpx.Client, rng: random.Random) -> None:
        id_ = rng.choice(self.ids)
        reading = client.get(id_, headers=self._as(SUBMITTER))
        seen = reading.json()
        what, actor = rng.choice(NEXT[seen["state"]])
        body = {"reason": "why"} if what in ("return", "unapprove") else {}
        headers = self._as(actor) | {"If-Match": f'"{seen["version"]}"'}
        try:
            answer = client.post(f"{id_}/{what}", json=body, headers=headers)
        except httpx.HTTPError:
            with self.lock:
                self.open += 1
            raise
        with self.lock:
            if answer.is_success:
                self.told[f"{what} {id_} {answer.json()['version']}"] += 1
            elif answer.status_code not in REFUSED:
                self.wrong.append(f"{what} {id_}: {answer.status_code} {answer.text[:200]}")

    def _as(self, actor: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[actor.name]}"}


def people_of(team: Team) -> People:
    tokens = {}
    with team.writing() as connection:
        for actor in (SUBMITTER, APPROVER, MINISTER):
            account = Account(
                actor.name, actor.display, actor.side, "", actor.roles, active=True, invited=True
            )
            invite(connection, account, By())
            tokens[actor.name] = make_token(connection, actor, "races", "write")[1]
    said = [{"task": f"t{n}", "period": "2025-H1", **SAID} for n in range(TASKS)]
    return People([draft(team, DRAFTER, one).id for one in said], tokens)


@contextmanager
def serving(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, and its address."""
    command = [str(Path(sys.executable).with_name("ceyuan")), "serve", "-w", str(root), "--team"]
    with (root.parent / "serve.err").open("a") as said:
        process = subprocess.Popen(
            [*command, "--no-site", "--port", "0"], stdout=subprocess.PIPE, stderr=said, text=True
        )
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip().rstrip("/")
        finally:
            process.kill()
            process.communicate()


def kill(team: Team, times: int, threads: int, seed: int) -> None:
    people = people_of(team)
    with team.reading() as connection:
        since = int(head_of(connection)["seq"])
    rng = random.Random(seed)  # noqa: S311 - moments, not secrets
    for number in range(times):
        before, over = people.told.total(), threading.Event()
        with serving(team.root) as (process, address):
            running = [
                threading.Thread(target=people.work, args=(address, f"{number}.{n}", over))
                for n in range(threads)
            ]
            for one in running:
                one.start()
            while people.told.total() < before + 5 and any(one.is_alive() for one in running):
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 0.3))
            process.kill()
            process.wait()
            over.set()
            for one in running:
                one.join()
        assert people.wrong == []
        assert people.told.total() >= before + 5
        check(team, people, since)


def check(team: Team, people: People, since: int) -> None:
    query = sa.select(EVENT).where(EVENT.c.seq > since)
    with team.reading() as connection:
        entries = Counter(
            f"{e.what} {e.subject[13:-5]} {e.version}" for e in connection.execute(query)
        )
        versions = connection.scalar(sa.select(sa.func.sum(DOCUMENT.c.version)))
        of_documents = EVENT.c.subject.in_(sa.select(DOCUMENT.c.path))
        in_log = connection.scalar(sa.select(sa.func.count()).where(of_documents))
    # What was confirmed is there, once; what is there and was not confirmed had no answer when the server died.
    assert people.told - entries == Counter()
    assert (entries - people.told).total() <= people.open
    assert set(entries.values()) == {1}
    assert versions == in_log
    assert verify_team(team).faults == ()


def killed(root: Path, times: int, database: str | None = None, role: str | None = None) -> None:
    write_world(root, TASKS)
    build_workspace(root)
    with team_in(root, database, role) as team:
        kill(team, times, threads=6, seed=times)


def test_a_server_killed_under_load_loses_nothing_on_sqlite(tmp_path: Path) -> None:
    killed(tmp_path / "small", 3)


def test_a_server_killed_under_load_loses_nothing_on_postgresql(
    postgresql: Server, tmp_path: Path
) -> None:
    killed(tmp_path / "small", 3, postgresql.make("http", "ceyuan_server"), "ceyuan_server")


@pytest.mark.long
def test_a_server_killed_100_times_under_load_loses_nothing_on_sqlite(tmp_path: Path) -> None:
    killed(tmp_path / "small", 100)


@pytest.mark.long
def test_a_server_killed_100_times_under_load_loses_nothing_on_postgresql(
    postgresql: Server, tmp_path: Path
) -> None:
    killed(tmp_path / "small", 100, postgresql.make("http_long", "ceyuan_server"), "ceyuan_server")
