"""Figures that a side submits: a table that is tried before it is kept, approved as reports are, and read by the next build."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.periods import parse_period
from ceyuan.pipeline.trying import try_file
from ceyuan.plan.loading import period_folder
from ceyuan.teams.attachments import LIMIT, TYPES, attachments, fit_name, keep, take_off
from ceyuan.teams.database import Team
from ceyuan.teams.documents import (
    Stored,
    filed,
    of_version,
    require_may_write,
    seen,
    stored,
    submission_path,
    text_of,
    write,
)
from ceyuan.teams.rights import Actor, Decision, TeamState, decide
from ceyuan.teams.tables import DOCUMENT, FILE
from ceyuan.workspace.reader import Table, read_tables
from ceyuan.workspace.submissions import FOLDER, SUFFIXES, SubmissionFile

StoredSubmission = Stored[SubmissionFile]
# What concerns the file or the moment, and not how many want to check.
_AS_THEY_ARE = ("file-too-costly", "too-many-checks")


def tables_for(team: Team, side: str) -> list[Table]:
    """The tables of records that take figures from a side, in the order of their files."""
    return [t for t in read_tables(team.root) if side in t.spec.submitted_by and "/" not in t.id]


def begin(
    team: Team, actor: Actor, table: str, period: str, name: str, content: bytes
) -> StoredSubmission:
    """Send a table as a draft of one's own side.

    Args:
        team: the team.
        actor: who sends it.
        table: the table of records that it is to be read as.
        period: the period that it is for; what is in force for it already is replaced once this one is.
        name: what the file is called.
        content: its bytes.

    Raises:
        CeyuanError: ``team-forbidden``, ``team-bad-figures``, ``team-report-exists``, ``file-too-costly``,
            ``too-many-checks``.
    """
    if "drafter" not in actor.roles or actor.reads_only:
        raise fail("team-forbidden", f"{actor.name} may not send figures of {actor.side}")
    if table not in [one.id for one in tables_for(team, actor.side)]:
        raise fail("team-bad-figures", f"no table {table!r} takes figures from {actor.side}")
    spec = _spec(table, actor.side, _period(period), name, content)
    with team.reading() as connection:
        id_ = _next_id(connection, spec)
    tried(team, id_, spec, content)
    path = submission_path(id_)
    values = _values(path, spec, "draft", 1)
    with team.writing() as connection:
        try:
            connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
        except sa.exc.IntegrityError:
            raise fail("team-report-exists", f"there is a table {id_!r} by now") from None
        write(connection, actor, "draft", values)
        return _attached(connection, actor, path, spec, 2, "draft", content)


def replace_file(
    team: Team, actor: Actor, id_: str, version: int, name: str, content: bytes
) -> StoredSubmission:
    """Send another file in place of the one that is there, while it is a draft or was returned.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-forbidden``, ``team-illegal-state``,
            ``team-bad-figures``, ``file-too-costly``, ``too-many-checks``.
    """
    path = submission_path(id_)
    with team.reading() as connection:
        old = of_version(seen(team, connection, actor, path), version)
    require_may_write(actor, old, f"figures of {old.standing.party}")
    said = old.spec
    spec = _spec(said.table, said.party, said.period, name, content)
    if spec.sha256 == said.sha256:
        raise fail("team-bad-figures", "it is the file that is there already")
    tried(team, id_, spec, content)
    with team.writing() as connection:
        of_version(seen(team, connection, actor, path, lock=True), version)
        about = take_off(connection, path, said.sha256)
        values = _values(path, said, old.state, version + 1)
        write(connection, actor, "detach", values, attachment=about)
        return _attached(connection, actor, path, spec, version + 2, old.state, content)


def move(
    team: Team, actor: Actor, id_: str, version: int, decision: Decision, reason: str | None = None
) -> StoredSubmission:
    """Decide on figures, as on a report.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, or what :func:`ceyuan.teams.rights.decide` raises.
    """
    path, above = submission_path(id_), team.config.above
    with team.writing() as connection:
        old = of_version(seen(team, connection, actor, path, lock=True), version)
        state = decide(actor, decision, old.standing, above, reason)
        values = _values(path, old.spec, state, version + 1)
        values["in_force"] = is_settled(state, old.standing.party, above)
        detail = {} if reason is None else {"reason": reason.strip()}
        return write(connection, actor, decision, values, **detail)


def is_settled(state: TeamState, party: str, above: str | None) -> bool:
    """Whether figures in a state are what a build reads."""
    return state == "accepted" or (state == "approved" and above in (None, party))


def file_of(
    team: Team, connection: sa.Connection, actor: Actor, id_: str
) -> tuple[SubmissionFile, bytes]:
    """Figures that somebody may see, with their file, to be tried once the connection is given back.

    Raises:
        CeyuanError: ``team-unknown-report``.
    """
    found: StoredSubmission = seen(team, connection, actor, submission_path(id_))
    return found.spec, content_of(connection, found.spec)


def tried(team: Team, id_: str, spec: SubmissionFile, content: bytes) -> dict[str, Any]:
    """Try a table that was sent.

    Raises:
        CeyuanError: ``team-bad-figures`` where it cannot be read at all, ``file-too-costly``, ``too-many-checks``.
    """
    try:
        return try_file(team.root, spec, f"{FOLDER}/{id_}", content)
    except CeyuanError as error:
        first = error.problems[0]
        if first.code in _AS_THEY_ARE:
            raise
        raise fail("team-bad-figures", f"{first.code}: {first.message}", hint=first.advice) from None  # fmt: skip


def content_of(connection: sa.Connection, spec: SubmissionFile) -> bytes:
    """The file of a submission.

    Raises:
        CeyuanError: ``team-unknown-report`` where its content was erased.
    """
    content = connection.scalar(sa.select(FILE.c.content).where(FILE.c.hash == spec.sha256))
    if content is None:
        raise fail("team-unknown-report", "the content of this file was erased")
    return bytes(content)


def all_submissions(connection: sa.Connection) -> list[StoredSubmission]:
    """Every submission, in the order of their files."""
    query = sa.select(DOCUMENT).where(DOCUMENT.c.path.startswith(f"{FOLDER}/"))
    return [stored(row) for row in connection.execute(query.order_by(DOCUMENT.c.path))]


def in_force(found: Iterable[StoredSubmission]) -> list[StoredSubmission]:
    """Of each table, side and period the last submission that is in force: it replaces those before it."""
    last: dict[tuple[str, str, str], StoredSubmission] = {}
    for one in sorted(found, key=number_of):
        if one.standing.in_force:
            last[key_of(one.spec)] = one
    return sorted(last.values(), key=lambda one: one.path)


def key_of(spec: SubmissionFile) -> tuple[str, str, str]:
    """What a submission is of: table, side and period."""
    return spec.table, spec.party, spec.period


def number_of(one: StoredSubmission) -> int:
    """Which of its table, side and period it is, from 1."""
    end = one.id.rpartition(".")[2]
    return int(end) if end.isdecimal() else 1


def _next_id(connection: sa.Connection, spec: SubmissionFile) -> str:
    same = [one for one in all_submissions(connection) if key_of(one.spec) == key_of(spec)]
    name = f"{period_folder(spec.period)}/{spec.table}.{spec.party}"
    if not same:
        return name
    last = max(same, key=number_of)
    if not last.standing.in_force:
        said = f"{last.id} is there already, and it is {last.state}"
        raise fail("team-report-exists", said)
    return f"{name}.{number_of(last) + 1}"


def _period(text: str) -> str:
    try:
        return parse_period(text).text
    except ValueError as error:
        raise fail("team-bad-figures", str(error)) from None


def _spec(table: str, party: str, period: str, name: str, content: bytes) -> SubmissionFile:
    """What is kept of a file, if it is of a type that can be submitted."""
    try:
        fit = fit_name(name)
    except CeyuanError as error:
        raise fail("team-bad-figures", error.problems[0].message) from None
    suffix = PurePosixPath(fit).suffix.lower()
    if suffix not in SUFFIXES:
        raise fail("team-bad-figures", f"{fit!r} is neither CSV nor XLSX")
    if not content or len(content) > LIMIT:
        raise fail("team-bad-figures", f"a table has 1 to {LIMIT:,} bytes")
    # Text may be in the encoding that the table declares; whoever reads it says what is wrong with it.
    is_workbook = TYPES[".xlsx"][1]
    if suffix == ".xlsx" and not is_workbook(content):
        raise fail("team-bad-figures", f"{fit!r} is no workbook, or has macros")
    digest = hashlib.sha256(content).hexdigest()
    return SubmissionFile(table=table, party=party, period=period, name=fit, sha256=digest)


def _values(path: str, spec: SubmissionFile, state: TeamState, version: int) -> dict[str, Any]:
    text = text_of(spec)
    about = filed(path, text)
    return {"path": path, "state": state, "version": version, "text": text, "in_force": False, **about}  # fmt: skip


def _attached(
    connection: sa.Connection,
    actor: Actor,
    path: str,
    spec: SubmissionFile,
    version: int,
    state: TeamState,
    content: bytes,
) -> StoredSubmission:
    """Keep the file of a submission."""
    media = TYPES[spec.suffix][0]
    about = keep(connection, path, actor.name, spec.name, media, content)
    return write(connection, actor, "attach", _values(path, spec, state, version), attachment=about)


def size_of(connection: sa.Connection, one: StoredSubmission) -> int:
    """Bytes of the file of a submission."""
    return sum(a.size for a in attachments(connection, one.path) if a.hash == one.spec.sha256)
