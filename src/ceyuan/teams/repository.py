"""The log as a git repository: each entry that changed a text is a commit, with the account as its author."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.teams.database import Team
from ceyuan.teams.documents import PROPOSED
from ceyuan.teams.tables import ACCOUNT, BODY, EVENT
from ceyuan.workspace.reader import read_config
from ceyuan.workspace.submissions import FOLDER as SUBMITTED

_NO_NAME = re.compile(r"[<>\x00-\x1f]+")
_TEXTS = ("plan/", f"{PROPOSED}/", f"{SUBMITTED}/")


def export_repository(team: Team, out: Path) -> int:
    """Write the team's texts and their history into a new git repository, drafts among them.

    What stands at the end is what :func:`ceyuan.teams.projection.export` writes; of submitted figures only the texts about
    them, all in ``submitted``. A text that was erased has a commit without it.

    Args:
        team: the team.
        out: a folder that is not there yet.

    Returns:
        How many commits.

    Raises:
        CeyuanError: ``folder-not-empty``, ``no-git``, ``unwritable-file``.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise fail("folder-not-empty", "there is something already", file=str(out))
    if shutil.which("git") is None:
        raise fail("no-git", "the program git is not installed")
    with team.reading() as connection:
        commits = list(_commits(connection, read_config(team.root).id))
    try:
        _git("init", "--quiet", "--initial-branch=main", str(out))
        _git("-C", str(out), "fast-import", "--quiet", stream=b"".join(commits))
        _git("-C", str(out), "reset", "--quiet", "--hard", "main")
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace")
        shutil.rmtree(out, ignore_errors=True)
        raise fail("unwritable-file", f"git refuses: {said.strip()}", file=str(out)) from None
    return len(commits)


def _git(*said: str, stream: bytes = b"") -> None:
    """Run git as it comes, without anybody's settings."""
    isolated = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    subprocess.run(["git", *said], input=stream, check=True, capture_output=True, env=isolated)  # noqa: S603, S607 - its words are ours


def _commits(connection: sa.Connection, workspace: str) -> Iterator[bytes]:
    query = (
        sa.select(EVENT, BODY.c.text, ACCOUNT.c.display)
        .outerjoin(BODY, BODY.c.seq == EVENT.c.seq)
        .outerjoin(ACCOUNT, ACCOUNT.c.name == EVENT.c.account)
        .where(EVENT.c.what != "comment", EVENT.c.version > 0)
    )
    for row in connection.execute(query.order_by(EVENT.c.seq)):
        if row.subject.startswith(_TEXTS):
            yield _commit(row, workspace)


def _commit(row: sa.Row[tuple[object, ...]], workspace: str) -> bytes:
    name = _NO_NAME.sub(" ", row.display or row.account).strip() or row.account
    who = f"{name} <{row.account}@{row.side or 'server'}.{workspace}.invalid> {int(row.at.timestamp())} +0000"
    message = f"{row.what} {row.subject} {row.version}\n\nEntry {row.seq} of the log: {row.hash}\n"
    head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n{_data(message)}"
    is_agreed = row.what == "agree" and row.subject.startswith(f"{PROPOSED}/")
    if is_agreed:
        change = f"D {row.subject}\n"
    elif row.text is not None:
        change = f"M 100644 inline {row.subject}\n{_data(row.text)}"
    else:
        change = ""
    return f"{head}{change}\n".encode()


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
