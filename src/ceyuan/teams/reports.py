"""Reports: drafted, changed and decided on, each in one transaction that also writes the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.plan.checks import task_file
from ceyuan.plan.filing import check_report, moved, next_report
from ceyuan.plan.model import Plan, Report
from ceyuan.plan.spec import ReportFile, State, TaskFile
from ceyuan.teams.database import Team
from ceyuan.teams.documents import (
    StoredReport,
    bad,
    filed,
    of_version,
    parsed,
    path_of,
    plan_of,
    require_may_write,
    seen,
    text_of,
    write,
)
from ceyuan.teams.rights import Actor, Decision, TeamState, decide
from ceyuan.teams.tables import DOCUMENT
from ceyuan.workspace.clock import today
from ceyuan.workspace.spec import parse_spec

_IN_TEXT: dict[Decision, State] = {
    "submit": "submitted",
    "return": "returned",
    "unapprove": "returned",
}


def draft(
    team: Team, actor: Actor, said: Mapping[str, Any], supersede: str | None = None
) -> StoredReport:
    """Begin a report of one's own side.

    Args:
        team: the team.
        actor: who drafts.
        said: ``task``, ``period`` and what the report says, as in its file; side and history are not hers to choose.
        supersede: why the report in force on the same task and period is replaced.

    Raises:
        CeyuanError: ``team-forbidden``, ``team-bad-report``, ``team-report-exists``.
    """
    if "drafter" not in actor.roles or actor.reads_only:
        raise fail("team-forbidden", f"{actor.name} may not draft reports of {actor.side}")
    first = {"state": "draft", "by": actor.display, "on": today(team.root).isoformat()}
    spec = _spec({**said, "party": actor.side, "history": [first]})
    # Checked before anything is locked: the task is held afterwards, and two of one name meet at the key.
    with team.reading() as connection:
        plan = plan_of(team, connection)
    try:
        new = next_report(plan, spec, None, supersede)
    except CeyuanError as error:
        raise fail("team-report-exists", error.problems[0].message) from None
    _check(plan, new)
    values = _values(new.file, "draft", 1, text_of(new.spec), in_force=False)
    with team.writing() as connection:
        try:
            connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
        except sa.exc.IntegrityError:
            raise fail("team-report-exists", f"there is a report {new.id!r} by now") from None
        _hold_task(connection, plan, new.spec.task)
        return write(connection, actor, "draft", values)


def edit(team: Team, actor: Actor, id_: str, version: int, said: Mapping[str, Any]) -> StoredReport:
    """Change what a report says while it is a draft or was returned.

    Args:
        team: the team.
        actor: who changes it.
        id_: the report.
        version: the version that she saw.
        said: everything that it says from now on, as in its file, but for task, side, period and history.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-forbidden``, ``team-illegal-state``, ``team-bad-report``.
    """
    with team.reading() as connection:
        old = of_version(seen(team, connection, actor, path_of(id_)), version)
        plan = plan_of(team, connection)
    require_may_write(actor, old, f"reports of {old.standing.party}")
    fixed = old.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    stays: dict[str, Any] = {
        k: fixed[k] for k in ("task", "party", "period", "supersedes", "history") if k in fixed
    }
    spec = _spec({**said, **stays})
    _check(plan, Report(id_, spec))
    values = _values(path_of(id_), old.state, version + 1, text_of(spec), in_force=False)
    with team.writing() as connection:
        # The version is the same as before: so are the state and the text that the new one was made from.
        of_version(seen(team, connection, actor, path_of(id_), lock=True), version)
        _hold_task(connection, plan, spec.task)
        return write(connection, actor, "edit", values)


def _hold_task(connection: sa.Connection, plan: Plan, task: str) -> None:
    """Hold the task that a report was checked against until the report is written.

    Raises:
        CeyuanError: ``team-stale`` where the sides have agreed another text of it meanwhile.
    """
    path = task_file(task)
    query = sa.select(DOCUMENT.c.text).where(DOCUMENT.c.path == path).with_for_update(read=True)
    if parsed(TaskFile, path, connection.execute(query).scalar_one()) != plan.tasks[task]:
        raise fail("team-stale", f"the task {task!r} has changed meanwhile")


def move(
    team: Team, actor: Actor, id_: str, version: int, decision: Decision, reason: str | None = None
) -> StoredReport:
    """Decide on a report: one transaction that checks right, state and version, moves the state and writes the log.

    Args:
        team: the team.
        actor: who decides.
        id_: the report.
        version: the version that she saw.
        decision: what.
        reason: why, for what is returned or taken back.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-bad-report`` for one that says nothing, or what
            :func:`ceyuan.teams.rights.decide` raises.
    """
    above = team.config.above
    with team.writing() as connection:
        old = of_version(seen(team, connection, actor, path_of(id_), lock=True), version)
        state = decide(actor, decision, old.standing, above, reason)
        is_last = state == "accepted" or (
            state == "approved" and above in (None, old.standing.party)
        )
        text = old.text
        if decision == "submit" and not _says_something(old.spec):
            raise fail("team-bad-report", "it does not say yet what was done")
        entry = "approved" if is_last else _IN_TEXT.get(decision)
        if entry is not None:
            text = text_of(_moved(old, entry, actor.display, today(team.root).isoformat(), reason))
        values = _values(path_of(id_), state, version + 1, text, in_force=is_last)
        return write(connection, actor, decision, values)


def _says_something(spec: ReportFile) -> bool:
    """Whether a report says what was done: it is begun before it does."""
    texts = spec.text.model_dump(exclude_none=True).values()
    return any(sign.isalnum() for sign in "".join(texts))


def _moved(old: StoredReport, state: State, by: str, on: str, reason: str | None) -> ReportFile:
    """The report with a further entry; the approval that is taken back stays in the log, not in the text."""
    spec = old.spec
    if spec.history[-1].state == "approved":
        spec = spec.model_copy(update={"history": spec.history[:-1]})
    return moved(spec, state, by, max(on, spec.history[-1].on), reason)


def _spec(raw: Mapping[str, Any]) -> ReportFile:
    try:
        return parse_spec(ReportFile, None, {k: v for k, v in raw.items() if v is not None})
    except CeyuanError as error:
        raise bad(error) from None


def _check(plan: Plan, new: Report) -> None:
    try:
        check_report(plan, new)
    except CeyuanError as error:
        raise bad(error) from None


def _values(
    path: str, state: TeamState, version: int, text: str, *, in_force: bool
) -> dict[str, Any]:
    about = filed(path, text)
    return {"path": path, "state": state, "version": version, "text": text, "in_force": in_force, **about}  # fmt: skip


def state_in_file(spec: ReportFile, above: str | None) -> tuple[TeamState, bool]:
    """The state of a report that comes from a file, and whether it is in force."""
    state = spec.history[-1].state
    if state == "approved":
        return ("accepted" if above not in (None, spec.party) else "approved"), True
    return state, state == "public"
