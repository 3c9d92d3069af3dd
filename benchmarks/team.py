"""How long a decision takes on a team's server while others decide, too.

Run ``python benchmarks/team.py`` (SQLite) or ``python benchmarks/team.py --postgresql`` (a PostgreSQL that it starts itself).
Several server processes serve one team; people with tokens decide on reports (submit, return, approve, accept, take back) at
a steady rate, and look at their desks after each decision. The time of a decision runs from the moment at which it was due,
so that one that waits in a queue counts as slow, to the end of the answer. Everything in the workspace is made up.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ceyuan.pipeline.builder import build_workspace
from ceyuan.teams.accounts import Account, By, invite
from ceyuan.teams.backup import verify_team
from ceyuan.teams.database import Team
from ceyuan.teams.entrance import make_token
from ceyuan.teams.reports import draft
from ceyuan.teams.rights import Actor, Role

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from team_world import Server, person, team_in, write_world

# What is decided on a report again and again: by whose approver or submitter.
CYCLE: tuple[tuple[str, str, Role], ...] = (
    ("submit", "guangdong", "submitter"),
    ("return", "guangdong", "approver"),
    ("submit", "guangdong", "submitter"),
    ("approve", "guangdong", "approver"),
    ("accept", "central", "approver"),
    ("unapprove", "central", "approver"),
)
NEEDS_REASON = ("return", "unapprove")


@dataclass
class Report:
    """A report, with what is to be decided on it next."""

    id: str
    version: int = 1
    steps: Iterator[tuple[str, str, Role]] = field(default_factory=lambda: itertools.cycle(CYCLE))
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Load:
    """The people and servers of a run, and what it measured."""

    servers: list[httpx.Client]
    tokens: dict[tuple[str, Role], str]
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def decide(self, report: Report, due: float) -> None:
        """Make the next decision on a report, and look at the desk of who made it."""
        server = random.choice(self.servers)  # noqa: S311 - which server, no secret
        with report.lock:
            what, side, role = next(report.steps)
            headers = {"Authorization": f"Bearer {self.tokens[side, role]}"}
            body = {"reason": "measured"} if what in NEEDS_REASON else {}
            address = f"/api/team/reports/{report.id}/{what}"
            sent = {**headers, "If-Match": f'"{report.version}"'}
            try:
                answer = server.post(address, json=body, headers=sent)
            except httpx.HTTPError as error:
                self.errors.append(repr(error))
                return
            self.seconds.append(time.monotonic() - due)
            if answer.is_success:
                report.version = answer.json()["version"]
            else:
                self.errors.append(f"{what} {report.id}: {answer.status_code} {answer.text[:200]}")
        server.get("/api/team/desk", headers=headers)


def people(team: Team) -> dict[tuple[str, Role], str]:
    """A token of each who decides."""
    tokens: dict[tuple[str, Role], str] = {}
    with team.writing() as connection:
        for side, role in {(side, role) for _, side, role in CYCLE}:
            actor: Actor = person(side, role)
            account = Account(actor.name, actor.display, side, "", (role,), active=True, invited=True)  # fmt: skip
            invite(connection, account, By())
            tokens[side, role] = make_token(connection, actor, "measured", "write")[1]
    return tokens


def reports(team: Team, tasks: int) -> list[Report]:
    """A draft on each task for both halves of the year."""
    drafter = person("guangdong", "drafter")
    made = []
    for number in range(tasks):
        for period in ("2025-H1", "2025-H2"):
            said = {"task": f"t{number}", "period": period, "text": {"zh-Hans": "新建实验室1家"}}
            made.append(Report(draft(team, drafter, said).id))
    return made


@contextmanager
def serving(root: Path) -> Iterator[httpx.Client]:
    """A server process of its own."""
    ceyuan = str(Path(sys.executable).with_name("ceyuan"))
    command = [ceyuan, "serve", "-w", str(root), "--team", "--no-site", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client
        process.terminate()


def at(share: float, seconds: list[float]) -> float:
    """The value that a share of the values does not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def run(load: Load, found: list[Report], rate: float, seconds: float) -> None:
    """Decide at a steady rate."""
    begun = time.monotonic()
    with ThreadPoolExecutor(max_workers=32) as pool:
        for number in range(int(rate * seconds / 60)):
            due = begun + number * 60 / rate
            time.sleep(max(0.0, due - time.monotonic()))
            pool.submit(load.decide, found[number % len(found)], due)


def main() -> None:
    """Measure, and print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rate", type=float, default=200, help="decisions a minute")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        root = write_world(Path(folder, "small"), tasks=asked.tasks)
        build_workspace(root)
        database, role = None, None
        if asked.postgresql:
            server = Server()
            stack.callback(server.close)
            database, role = server.make("measured", "ceyuan_server"), "ceyuan_server"
        team = stack.enter_context(team_in(root, database, role))
        tokens = people(team)
        found = reports(team, asked.tasks)
        servers = [stack.enter_context(serving(root)) for _ in range(asked.servers)]
        load = Load(servers, tokens)
        run(load, found, asked.rate, asked.seconds)
        faults = verify_team(team).faults
    seconds = load.seconds
    print(json.dumps({
        "database": "PostgreSQL" if asked.postgresql else "SQLite", "servers": asked.servers, "decisions a minute": asked.rate,
        "n": len(seconds), "p50": round(at(0.5, seconds), 4), "p99": round(at(0.99, seconds), 4), "max": round(max(seconds), 4),
        "errors": len(load.errors), "first errors": load.errors[:3], "faults of the log": list(faults),
        "cores": os.cpu_count(), "load": [round(n, 1) for n in os.getloadavg()],
    }, ensure_ascii=False, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
