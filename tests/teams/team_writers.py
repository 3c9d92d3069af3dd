"""A process of writers that race for the same decisions; each that is confirmed is a line of output, written at once.

Run as ``team_writers.py ROOT THREADS ATTEMPTS SEED``.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from ceyuan.errors import CeyuanError
from ceyuan.teams.database import Team, open_team
from ceyuan.teams.desk import reports
from ceyuan.teams.reports import edit, move
from ceyuan.teams.rights import Decision
from team_world import now, person

# Central no longer sees what went back to its side meanwhile.
EXPECTED = {"team-stale", "team-illegal-state", "team-unknown-report"}
NEXT: dict[str, tuple[tuple[str, str], ...]] = {
    "draft": (("edit", "drafter"), ("submit", "submitter")),
    "returned": (("edit", "drafter"), ("submit", "submitter")),
    "submitted": (("approve", "approver"), ("return", "approver")),
    "approved": (("accept", "approver"), ("unapprove", "approver")),
    "accepted": (("unapprove", "approver"),),
}


def work(team: Team, ids: list[str], attempts: int, seed: str) -> None:
    rng = random.Random(seed)  # noqa: S311 - moments, not secrets
    for _ in range(attempts):
        id_ = rng.choice(ids)
        seen = now(team, id_)
        what, role = rng.choice(NEXT[seen.state])
        side = "central" if seen.state in ("approved", "accepted") else "guangdong"
        actor = person(side, role, number=rng.randint(1, 2))  # type: ignore[arg-type] # one of the roles
        try:
            if what == "edit":
                edit(team, actor, id_, seen.version, {"text": {"en": f"{seed} {rng.random()}"}})
            else:
                decision: Decision = what  # type: ignore[assignment] # one of the decisions
                move(
                    team,
                    actor,
                    id_,
                    seen.version,
                    decision,
                    "why" if what in ("return", "unapprove") else None,
                )
        except CeyuanError as error:
            if error.problems[0].code not in EXPECTED:
                raise
        else:
            sys.stdout.write(f"{what} {id_} {seen.version + 1}\n")
            sys.stdout.flush()


def main(root: str, threads: str, attempts: str, seed: str) -> None:
    with open_team(Path(root)) as team:
        with team.reading() as connection:
            ids = [r.id for r in reports(team, connection, person("guangdong", "reader"))]
        failed: list[BaseException] = []

        def run(number: int) -> None:
            try:
                work(team, ids, int(attempts), f"{seed}.{number}")
            except BaseException as error:  # noqa: BLE001 - it is told below
                failed.append(error)

        writers = [threading.Thread(target=run, args=(n,)) for n in range(int(threads))]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if failed:
            raise failed[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
