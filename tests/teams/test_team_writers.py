"""Many writers at once, and writers that are killed: every decision is one entry of the log, none is double, none is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from ceyuan.teams.backup import verify_team
from ceyuan.teams.database import Team
from ceyuan.teams.log import head_of
from ceyuan.teams.reports import draft, move
from ceyuan.teams.tables import DOCUMENT, EVENT
from team_world import DRAFTER, SAID, SUBMITTER, Server, team_in, write_world

HERE = Path(__file__).parent
TASKS = 6


@dataclass(frozen=True)
class Process:
    """A process of writers, and the file into which it writes what it was told that it has decided."""

    process: subprocess.Popen[bytes]
    out: Path

    def lines(self) -> list[str]:
        text = self.out.read_text()
        return text[: text.rfind("\n") + 1].splitlines()  # a last line may have been cut off

    def until_at_work(self) -> None:
        while not self.lines() and self.process.poll() is None:
            time.sleep(0.02)


def begin(team: Team) -> int:
    """Reports to decide on; the last entry before the race."""
    for number in range(TASKS):
        made = draft(team, DRAFTER, {"task": f"t{number}", "period": "2025-H1", **SAID})
        move(team, SUBMITTER, made.id, 1, "submit")
    with team.reading() as connection:
        return int(head_of(connection)["seq"])


def writers(root: Path, threads: int, attempts: int, seed: int) -> Process:
    paths = [str(HERE), str(HERE.parent), *sys.path]
    command = [
        sys.executable,
        str(HERE / "team_writers.py"),
        str(root),
        str(threads),
        str(attempts),
        str(seed),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    out = root.parent / f"{seed}.out"
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        return Process(
            subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment), out
        )


def logged(team: Team, since: int) -> list[str]:
    """The decisions in the log."""
    query = sa.select(EVENT).where(EVENT.c.seq > since).order_by(EVENT.c.seq)
    with team.reading() as connection:
        return [f"{e.what} {e.subject[13:-5]} {e.version}" for e in connection.execute(query)]


def sound(team: Team) -> None:
    found = verify_team(team)
    assert found.faults == ()
    with team.reading() as connection:
        # Each version of each subject is one entry, and each entry one version.
        versions = connection.scalar(sa.select(sa.func.sum(DOCUMENT.c.version)))
        assert versions == found.entries
        times = list(connection.scalars(sa.select(EVENT.c.at).order_by(EVENT.c.seq)))
    assert times == sorted(times)


def race(team: Team, processes: int, threads: int, attempts: int) -> None:
    since = begin(team)
    running = [writers(team.root, threads, attempts, seed) for seed in range(processes)]
    for one in running:
        assert one.process.wait() == 0, one.out.with_suffix(".err").read_text()
    told = [line for one in running for line in one.lines()]
    entries = Counter(logged(team, since))
    assert Counter(told) == entries
    assert max(entries.values()) == 1
    assert len(told) > TASKS
    sound(team)


def kill(team: Team, times: int, seed: int, threads: int = 3, server: Server | None = None) -> None:
    rng = random.Random(seed)  # noqa: S311 - moments, not secrets
    since = begin(team)
    told: Counter[str] = Counter()
    for number in range(times):
        running = [writers(team.root, threads, 10_000, 10 * number + n) for n in range(2)]
        for one in running:
            one.until_at_work()
        time.sleep(rng.uniform(0, 0.3))
        kills_server = server is not None and number % 2 == 1
        if server is not None and kills_server:
            server.kill()
        for one in running:
            one.process.kill()
            one.process.wait()
            told.update(one.lines())
        if server is not None and kills_server:
            server.start()
            team.engine.dispose()
        entries = Counter(logged(team, since))
        # Nothing that was confirmed is lost; what was done and not yet told is one decision for each writer at most.
        assert told - entries == Counter()
        assert entries.total() - told.total() <= 2 * threads * (number + 1)
        assert max(entries.values()) == 1
        sound(team)


def test_20_writers_in_several_processes_on_sqlite(tmp_path: Path) -> None:
    with team_in(write_world(tmp_path / "small", TASKS)) as team:
        race(team, processes=4, threads=5, attempts=8)


def test_50_writers_in_several_processes_on_postgresql(postgresql: Server, tmp_path: Path) -> None:
    address = postgresql.make("race", "ceyuan_server")
    with team_in(write_world(tmp_path / "small", TASKS), address, "ceyuan_server") as team:
        race(team, processes=5, threads=10, attempts=8)


def test_killed_writers_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    with team_in(write_world(tmp_path / "small", TASKS)) as team:
        kill(team, 2, seed=1)


def test_killed_writers_and_servers_lose_nothing_on_postgresql(
    postgresql: Server, tmp_path: Path
) -> None:
    address = postgresql.make("killed", "ceyuan_server")
    with team_in(write_world(tmp_path / "small", TASKS), address, "ceyuan_server") as team:
        kill(team, 2, seed=2, server=postgresql)


@pytest.mark.long
def test_writers_killed_100_times_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    with team_in(write_world(tmp_path / "small", TASKS)) as team:
        kill(team, 100, seed=3)


@pytest.mark.long
def test_writers_and_servers_killed_100_times_lose_nothing_on_postgresql(
    postgresql: Server, tmp_path: Path
) -> None:
    address = postgresql.make("killed_long", "ceyuan_server")
    with team_in(write_world(tmp_path / "small", TASKS), address, "ceyuan_server") as team:
        kill(team, 100, seed=4, server=postgresql)
