"""Key tasks that a side proposes: drafted, changed, and agreed into the plan.

A proposal is the text that the file of the task will have. Until it is agreed it stands at ``proposed/<side>/<task>.yaml``,
where no build reads it; then the task in the plan says the same, byte for byte. A change of a task that is agreed already is
proposed in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.indicators.types import INDICATOR
from ceyuan.plan.checks import check_plan, task_file
from ceyuan.plan.model import Plan, in_order
from ceyuan.plan.references import check_references
from ceyuan.plan.spec import TaskFile
from ceyuan.teams.database import Team
from ceyuan.teams.documents import (
    Stored,
    bad,
    filed,
    of_version,
    plan_of,
    proposal_path,
    require_may_write,
    seen,
    text_of,
    write,
)
from ceyuan.teams.rights import Actor, Decision, TeamState, decide
from ceyuan.teams.tables import DOCUMENT, EVENT
from ceyuan.workspace.reader import load_workspace
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import parse_yaml

StoredProposal = Stored[TaskFile]


def propose(team: Team, actor: Actor, said: Mapping[str, Any]) -> StoredProposal:
    """Begin a key task, or a change of one, that one's own side proposes.

    Args:
        team: the team.
        actor: who drafts it.
        said: what the file of the task will say.

    Raises:
        CeyuanError: ``team-forbidden``, ``team-bad-report``, ``team-report-exists``.
    """
    if "drafter" not in actor.roles or actor.reads_only:
        raise fail("team-forbidden", f"{actor.name} may not propose tasks of {actor.side}")
    spec = _spec(said)
    with team.reading() as connection:
        base = _version_of_task(connection, spec.id)
        _check(plan_of(team, connection), spec)
    values = _values(actor.side, spec, "draft", 1)
    with team.writing() as connection:
        try:
            connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
        except sa.exc.IntegrityError:
            said_by = f"{actor.side} has a proposal {spec.id!r} already"
            raise fail("team-report-exists", said_by) from None
        return write(connection, actor, "draft", values, base=base)


def revise(
    team: Team, actor: Actor, id_: str, version: int, said: Mapping[str, Any]
) -> StoredProposal:
    """Change what a side proposes; where it was agreed already, the change is proposed anew.

    Args:
        team: the team.
        actor: who changes it.
        id_: side and task.
        version: the version that she saw.
        said: what the file of the task will say, but for its name.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-forbidden``, ``team-illegal-state``, ``team-bad-report``.
    """
    path = proposal_path(id_)
    with team.reading() as connection:
        old = of_version(seen(team, connection, actor, path), version)
        require_may_write(actor, old, f"what {old.standing.party} proposes")
        spec = _spec({**said, "id": old.spec.id})
        base = _version_of_task(connection, spec.id)
        _check(plan_of(team, connection), spec)
    state: TeamState = "draft" if old.state == "agreed" else old.state
    values = _values(old.standing.party, spec, state, version + 1)
    with team.writing() as connection:
        of_version(seen(team, connection, actor, path, lock=True), version)
        return write(connection, actor, "edit", values, base=base)


def decide_on(
    team: Team, actor: Actor, id_: str, version: int, decision: Decision, reason: str | None = None
) -> StoredProposal:
    """Decide on a proposed task; what is agreed becomes a task of the plan in the same transaction.

    Args:
        team: the team.
        actor: who decides.
        id_: side and task.
        version: the version that she saw.
        decision: what.
        reason: why, for what is returned.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale``, ``team-bad-report`` where the plan has no room for the task any
            more, ``team-task-changed`` where it was changed since, or what :func:`ceyuan.teams.rights.decide` raises.
    """
    path = proposal_path(id_)
    with team.writing() as connection:
        old = of_version(seen(team, connection, actor, path, lock=True), version)
        state = decide(actor, decision, old.standing, team.config.above, reason)
        values = _values(old.standing.party, old.spec, state, version + 1)
        if state == "agreed":
            _into_plan(team, connection, actor, old)
        detail = {} if reason is None else {"reason": reason.strip()}
        return write(connection, actor, decision, values, **detail)


def _into_plan(team: Team, connection: sa.Connection, actor: Actor, agreed: StoredProposal) -> None:
    """Make an agreed text the task of the plan."""
    path, spec = task_file(agreed.spec.id), agreed.spec
    # Held before the plan is read: no report is written that the plan read here does not show.
    row = connection.execute(
        sa.select(DOCUMENT.c.version).where(DOCUMENT.c.path == path).with_for_update()
    ).one_or_none()
    there = 0 if row is None else int(row.version)
    if there != _base(connection, agreed.path):
        raise fail("team-task-changed", f"the task {spec.id!r} was changed since this was proposed")
    _check(plan_of(team, connection), spec)
    about = filed(path, agreed.text)
    values = {"path": path, "state": None, "version": there + 1, "text": agreed.text, "in_force": False, **about}  # fmt: skip
    if row is None:
        connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
    write(connection, actor, "agree", values, proposal=agreed.path)


def _base(connection: sa.Connection, path: str) -> int:
    """The version of the task, 0 for none, that stood when a proposal was last written."""
    query = sa.select(EVENT.c.detail).where(
        EVENT.c.subject == path, EVENT.c.what.in_(("draft", "edit"))
    )
    last = connection.scalar(query.order_by(EVENT.c.seq.desc()).limit(1))
    return int(json.loads(last or "{}").get("base", 0))


def _version_of_task(connection: sa.Connection, task: str) -> int:
    found = connection.scalar(
        sa.select(DOCUMENT.c.version).where(DOCUMENT.c.path == task_file(task))
    )
    return int(found or 0)


def _values(party: str, spec: TaskFile, state: TeamState, version: int) -> dict[str, Any]:
    path, text = proposal_path(f"{party}/{spec.id}"), text_of(spec)
    about = filed(path, text)
    return {"path": path, "state": state, "version": version, "text": text, "in_force": False, **about}  # fmt: skip


def _spec(raw: Mapping[str, Any]) -> TaskFile:
    try:
        return parse_spec(TaskFile, None, {k: v for k, v in raw.items() if v is not None})
    except CeyuanError as error:
        raise bad(error) from None


def _check(plan: Plan, new: TaskFile) -> None:
    """Refuse a task that would bring a fault into the plan, be it in what others say of it.

    Raises:
        CeyuanError: ``team-bad-report``.
    """
    file = task_file(new.id)
    tasks = in_order([*(task for task in plan.tasks.values() if task.id != new.id), new])
    then = replace(plan, tasks=tasks, unwritten={file: parse_yaml(text_of(new), file)})
    workspace, problems = load_workspace(plan.root, INDICATOR)
    if workspace is None:
        raise CeyuanError(problems)
    before = {_said(p) for p in check_plan(plan)}
    found = [p for p in check_plan(then) if p.file == file or _said(p) not in before]
    found += [p for p in check_references(workspace, then) if p.file == file]
    if found:
        raise bad(CeyuanError(found))


def _said(problem: Problem) -> tuple[str, str | None, str]:
    return problem.code, problem.file, problem.message
