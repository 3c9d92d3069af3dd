"""The text of the plan is a projection of the log: the same files that a person would write, read in and written out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.plan.filing import parse_report
from ceyuan.plan.loading import load_plan, sides
from ceyuan.plan.model import FOLDER
from ceyuan.plan.spec import TaskFile
from ceyuan.plan.writing import one_writer
from ceyuan.teams.database import Team
from ceyuan.teams.documents import PROPOSED, REPORTS, filed, parsed
from ceyuan.teams.handing import (
    import_submissions,
    other_files,
    project_submissions,
    settled_files,
    write_file,
)
from ceyuan.teams.log import Happened, append, head_of
from ceyuan.teams.reports import state_in_file
from ceyuan.teams.tables import BODY, DOCUMENT, EVENT
from ceyuan.workspace.submissions import FOLDER as SUBMITTED
from ceyuan.workspace.walking import plain_files

OPERATOR = "operator"


def files_of(connection: sa.Connection, *, approved: bool = False) -> dict[str, str]:
    """The files of the plan as the team has it: everything, or only what is approved.

    Args:
        connection: a transaction that sees one state.
        approved: leave out reports that are not in force, and tasks that are proposed.
    """
    query = sa.select(DOCUMENT.c.path, DOCUMENT.c.text).order_by(DOCUMENT.c.path)
    query = query.where(~DOCUMENT.c.path.startswith(f"{SUBMITTED}/"))
    is_settled = DOCUMENT.c.in_force | DOCUMENT.c.state.is_(None)
    # A proposal that is agreed is the task of the plan.
    query = query.where(is_settled if approved else is_settled | (DOCUMENT.c.state != "agreed"))
    return {row.path: row.text for row in connection.execute(query)}


def project(team: Team) -> dict[str, Any]:
    """Write what is approved into the folders ``plan`` and ``submitted`` of the workspace, in place of what was there before.

    Returns:
        The end of the log that the text was taken from.

    Raises:
        CeyuanError: ``team-plan-edited`` where a file of the folder is none that the team ever had; nothing is written.
    """
    (team.root / FOLDER).mkdir(exist_ok=True)
    with one_writer(team.root), team.reading() as connection:
        wanted = files_of(connection, approved=True)
        there = _files_in(team.root)
        changed = {path for path, text in there.items() if wanted.get(path) != text}
        edited = [
            path for path in sorted(changed) if not _was_written(connection, path, there[path])
        ]
        if edited:
            said = "it was changed by hand: the team has no such text"
            raise CeyuanError(Problem("team-plan-edited", said, path) for path in edited)
        for path, text in wanted.items():
            if there.get(path) != text:
                write_file(team.root / path, text.encode())
        for path in there.keys() - wanted.keys():
            (team.root / path).unlink()
        project_submissions(team.root, connection)
        return head_of(connection)


def _files_in(root: Path, folder: str = FOLDER) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): _text(path, root) for path in plain_files(root, folder)
    }


def _text(path: Path, root: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise fail(
            "bad-encoding", "it is not UTF-8", file=path.relative_to(root).as_posix()
        ) from None


def _was_written(connection: sa.Connection, path: str, text: str) -> bool:
    """Whether the team ever had a file with that text."""
    query = sa.select(EVENT.c.seq).join(BODY, BODY.c.seq == EVENT.c.seq)
    found = query.where(
        EVENT.c.subject == path, EVENT.c.what != "comment", BODY.c.text == text
    ).limit(1)
    return connection.scalar(found) is not None


def export(team: Team, out: Path, *, approved: bool = False) -> int:
    """Write the files of the plan into a folder that is not there yet.

    Args:
        team: the team.
        out: the folder; ``plan`` is made in it, ``proposed`` where tasks are proposed, ``submitted`` where figures were
            submitted, and ``pending`` where some of these are not in force.
        approved: leave out reports and figures that are not in force, and tasks that are proposed.

    Returns:
        How many files.

    Raises:
        CeyuanError: ``folder-not-empty``, ``unwritable-file``.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise fail("folder-not-empty", "there is something already", file=str(out))
    with team.reading() as connection:
        files = {p: text.encode() for p, text in files_of(connection, approved=approved).items()}
        files |= settled_files(connection)
        if not approved:
            files |= other_files(connection)
    out = out.absolute()  # the present folder has no name of its own
    draft = out.with_name(f".{out.name}.new")
    try:
        for path, content in files.items():
            write_file(draft / path, content)
        _put_in_place(draft, out)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise fail(
            "unwritable-file", f"cannot be written: {error.strerror}", file=str(out)
        ) from None
    return len(files)


def _put_in_place(draft: Path, out: Path) -> None:
    """Move a folder to where it belongs; an empty one that is there stays, as somebody may stand in it."""
    if not out.exists():
        draft.rename(out)
        return
    for path in list(draft.iterdir()):
        path.rename(out / path.name)
    draft.rmdir()


def import_plan(team: Team, folder: Path) -> tuple[int, int]:
    """Read the folders ``plan`` and ``submitted`` of a workspace into the log: all that is new or changed, or nothing.

    Reports, proposals and figures that the team has already change by decisions, not by files. A task in the folder
    ``proposed`` of an export becomes a draft of the side whose folder it stands in, and so do figures in ``pending``.

    Args:
        team: the team.
        folder: the workspace that holds the folder; it is checked as a plan of its own.

    Returns:
        How many files are new or changed, and how many are as before.

    Raises:
        CeyuanError: ``team-report-changed``, or every fault of the plan.
    """
    load_plan(folder)
    files = _files_in(folder) | _proposed_in(team, folder)
    with team.writing() as connection:
        known = _held(connection, files)
        changed = {
            path: text for path, text in files.items() if known.get(path, (0, None))[1] != text
        }
        decided = (f"{REPORTS}/", f"{PROPOSED}/")
        refused = [path for path in changed if path in known and path.startswith(decided)]
        if refused:
            said = "the team has another text of it"
            raise CeyuanError(Problem("team-report-changed", said, path) for path in refused)
        rows = [_row(team, path, text, known) for path, text in changed.items()]
        # All files before the end of the log: whoever decides meanwhile locks in the same order.
        for row in rows:
            _put(connection, row)
        for row in rows:
            state = {"state": row["state"], "in_force": row["in_force"]}
            append(
                connection,
                Happened(
                    OPERATOR,
                    "",
                    "import",
                    row["path"],
                    row["version"],
                    {"state": state},
                    row["text"],
                ),
            )
        new, known_already = import_submissions(team, connection, folder)
    return len(changed) + new, len(files) - len(changed) + known_already


def _proposed_in(team: Team, folder: Path) -> dict[str, str]:
    """The proposed tasks of an export.

    Raises:
        CeyuanError: every fault of them.
    """
    if not (folder / PROPOSED).is_dir():
        return {}
    files = _files_in(folder, PROPOSED)
    known = sides(team.root)
    for path, text in files.items():
        _, side, *name = path.split("/")
        spec: TaskFile = parsed(TaskFile, path, text)
        if side not in known or name != [f"{spec.id}.yaml"]:
            said = f"proposals stand at {PROPOSED}/<side>/<task>.yaml"
            raise fail("plan-misplaced", said, file=path)
    return files


def _held(connection: sa.Connection, files: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Versions and texts of files that the team has, held in the order of their names."""
    query = (
        sa.select(DOCUMENT.c.path, DOCUMENT.c.version, DOCUMENT.c.text)
        .order_by(DOCUMENT.c.path)
        .with_for_update()
    )
    return {
        row.path: (row.version, row.text) for row in connection.execute(query) if row.path in files
    }


def _row(team: Team, path: str, text: str, known: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": path, "version": known.get(path, (0, ""))[0] + 1, "text": text, "state": None, "in_force": False,
        "changed": datetime.now(UTC), **filed(path, text),
    }  # fmt: skip
    if path.startswith(f"{REPORTS}/"):
        spec = parse_report(text.encode(), path)
        state, in_force = state_in_file(spec, team.config.above)
        row |= {"state": state, "in_force": in_force}
    if path.startswith(f"{PROPOSED}/"):
        row["state"] = "draft"
    return row


def _put(connection: sa.Connection, row: Mapping[str, Any]) -> None:
    if row["version"] == 1:
        connection.execute(sa.insert(DOCUMENT).values(row))
    else:
        connection.execute(sa.update(DOCUMENT).where(DOCUMENT.c.path == row["path"]).values(row))


def erase(team: Team, entry: int, reason: str) -> None:
    """Erase what an entry of the log said; the entry stays, and the chain holds.

    Raises:
        CeyuanError: ``team-text-in-use`` where the text stands now, or there is none.
    """
    with team.writing() as connection:
        query = (
            sa.select(EVENT.c.subject, BODY.c.text)
            .join(BODY, BODY.c.seq == EVENT.c.seq)
            .where(EVENT.c.seq == entry)
        )
        # A number that no database holds is asked for nowhere.
        found = connection.execute(query).one_or_none() if entry < 2**63 else None
        if found is None:
            raise fail("team-text-in-use", f"entry {entry} has no text")
        if found.text in _standing(connection, found.subject):
            raise fail("team-text-in-use", f"the text of entry {entry} is the one that stands now")
        connection.execute(sa.delete(BODY).where(BODY.c.seq == entry))
        detail = {"entry": entry, "reason": reason}
        append(connection, Happened(OPERATOR, "", "erase", found.subject, detail=detail))


def _standing(connection: sa.Connection, subject: str) -> Iterator[str]:
    yield from connection.scalars(sa.select(DOCUMENT.c.text).where(DOCUMENT.c.path == subject))
    if subject.startswith("account/"):
        yield from connection.scalars(
            sa.select(BODY.c.text).join(EVENT).where(EVENT.c.subject == subject)
        )
