"""Submitted figures as files: what a build reads, what an export holds, what an import takes in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.files import replace_file
from ceyuan.plan.writing import to_yaml
from ceyuan.teams.attachments import TYPES, keep
from ceyuan.teams.database import Team
from ceyuan.teams.documents import filed, id_of
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import TeamState
from ceyuan.teams.steps import Step, steps_of
from ceyuan.teams.submissions import StoredSubmission, all_submissions, content_of, in_force
from ceyuan.teams.tables import ATTACHMENT, BODY, DOCUMENT, EVENT
from ceyuan.workspace.reader import read_tables
from ceyuan.workspace.submissions import FOLDER, LogEntry, Submission, read_submission
from ceyuan.workspace.walking import plain_files
from ceyuan.workspace.yamlfile import parse_yaml

PENDING = "pending"
"""The folder of an export with submissions that no build reads: drafts, and what has been replaced."""
_OPERATOR = "operator"


def settled_files(connection: sa.Connection) -> dict[str, bytes]:
    """The files of the folder ``submitted`` as a build reads it."""
    found: dict[str, bytes] = {}
    for one in in_force(all_submissions(connection)):
        found |= _files_of(connection, one, FOLDER)
    return found


def other_files(connection: sa.Connection) -> dict[str, bytes]:
    """The files of submissions that no build reads."""
    everything = all_submissions(connection)
    settled = {one.path for one in in_force(everything)}
    found: dict[str, bytes] = {}
    for one in everything:
        if one.path not in settled:
            found |= _files_of(connection, one, PENDING)
    return found


def _files_of(connection: sa.Connection, one: StoredSubmission, folder: str) -> dict[str, bytes]:
    entries = tuple(_entry(step) for step in steps_of(connection, one.path))
    text = to_yaml(one.spec.model_copy(update={"log": entries}))
    name = f"{folder}/{one.id}"
    return {
        f"{name}.yaml": text.encode(),
        f"{name}{one.spec.suffix}": content_of(connection, one.spec),
    }


def _entry(step: Step) -> LogEntry:
    return LogEntry(
        what=step.what,
        by=step.name,
        side=step.side,
        at=step.at.isoformat(timespec="seconds"),
        entry=step.entry,
        hash=step.hash,
    )


def project_submissions(root: Path, connection: sa.Connection) -> None:
    """Write the folder ``submitted`` of a workspace in place of what was written there before.

    Raises:
        CeyuanError: ``team-plan-edited`` where a file of the folder is none that the team ever had; nothing is written.
    """
    wanted = settled_files(connection)
    there = _files_in(root)
    changed = [path for path, content in there.items() if wanted.get(path) != content]
    edited = [path for path in changed if not _was_written(connection, path, there[path])]
    if edited:
        said = "it was changed by hand: the team has no such file"
        raise CeyuanError(Problem("team-plan-edited", said, path) for path in edited)
    for path in there.keys() - wanted.keys():
        (root / path).unlink()
    for path, content in wanted.items():
        if there.get(path) != content:
            write_file(root / path, content)


def write_file(path: Path, content: bytes) -> None:
    """Write a file, and the folders that it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content)


def _files_in(root: Path) -> dict[str, bytes]:
    files = plain_files(root, FOLDER) if (root / FOLDER).is_dir() else ()
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _was_written(connection: sa.Connection, path: str, content: bytes) -> bool:
    """Whether the team ever had that file: the text is the log's, but for who decided, which the log knows itself."""
    if PurePosixPath(path).suffix != ".yaml":
        digest = hashlib.sha256(content).hexdigest()
        known = sa.select(ATTACHMENT.c.hash).where(ATTACHMENT.c.hash == digest)
        return connection.scalar(known.limit(1)) is not None
    text = content.decode(errors="replace").partition("\nlog:\n")[0].rstrip("\n") + "\n"
    query = sa.select(EVENT.c.seq).join(BODY, BODY.c.seq == EVENT.c.seq)
    found = query.where(EVENT.c.subject == path, BODY.c.text == text).limit(1)
    return connection.scalar(found) is not None


def import_submissions(team: Team, connection: sa.Connection, folder: Path) -> tuple[int, int]:
    """Take submissions into the log: those in ``submitted`` as in force, those in ``pending`` as drafts.

    Args:
        team: the team.
        connection: a transaction that writes.
        folder: a workspace or an export.

    Returns:
        How many are new, and how many are there already.

    Raises:
        CeyuanError: ``team-report-changed``, ``not-submitted-here``, ``submission-changed``, or every fault of the files.
    """
    known = {one.path: one.spec.sha256 for one in all_submissions(connection)}
    takes = {table.id: table.spec.submitted_by for table in read_tables(team.root)}
    new = 0
    found = list(_in_folder(folder))
    for path, is_settled, one in found:
        spec = one.spec
        if path in known and known[path] != spec.sha256:
            raise fail("team-report-changed", "the team has another file of it", file=path)
        if spec.party not in takes.get(spec.table, ()):
            said = f"the table {spec.table!r} takes nothing from {spec.party}"
            raise fail("not-submitted-here", said, file=path)
        if path not in known:
            _take_in(team, connection, path, one, is_settled=is_settled)
            new += 1
    return new, len(found) - new


def _in_folder(folder: Path) -> Iterator[tuple[str, bool, Submission]]:
    for name in (FOLDER, PENDING):
        for path in plain_files(folder, name) if (folder / name).is_dir() else ():
            if path.suffix == ".yaml":
                shown = path.relative_to(folder).as_posix()
                document = parse_yaml(path.read_bytes().decode(errors="replace"), shown)
                one = read_submission(folder, document)
                yield f"{FOLDER}/{id_of(shown)}.yaml", name == FOLDER, one


def _take_in(
    team: Team, connection: sa.Connection, path: str, one: Submission, *, is_settled: bool
) -> None:
    state: TeamState = "draft"
    if is_settled:
        state = "approved" if team.config.above in (None, one.spec.party) else "accepted"
    spec = one.spec.model_copy(update={"log": ()})
    said: Mapping[str, object] = {"state": state, "in_force": is_settled}
    text = to_yaml(spec)
    values = {**said, "path": path, "version": 1, "text": text, **filed(path, text)}
    connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
    media = TYPES[spec.suffix][0]
    about = keep(connection, path, _OPERATOR, spec.name, media, one.path.read_bytes())
    append(connection, Happened(_OPERATOR, "", "attach", path, detail={"attachment": about}))
    append(connection, Happened(_OPERATOR, "", "import", path, 1, {"state": said}, text))
