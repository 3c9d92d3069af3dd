"""Reports: drafted, changed, decided on and commented, each in one transaction that also writes the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.plan.filing import check_report, moved, next_report
from ceyuan.plan.model import FOLDER, PLAN_FILE, Plan, Report, in_order
from ceyuan.plan.spec import PlanFile, ProposalFile, ReportFile, State, TaskFile
from ceyuan.plan.writing import to_yaml
from ceyuan.teams.database import Team
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import Actor, Decision, Standing, TeamState, decide, may_see, may_write
from ceyuan.teams.tables import DOCUMENT, EVENT
from ceyuan.workspace.clock import today
from ceyuan.workspace.reader import read_config
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.yamlfile import parse_yaml

_WROTE = ("draft", "edit", "submit")
_IN_TEXT: dict[Decision, State] = {
    "submit": "submitted",
    "return": "returned",
    "unapprove": "returned",
}


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it stands.

    Attributes:
        id: folder and name of its file without suffix.
        state: its state in the team.
        version: how often it has changed; the first is 1.
        text: its YAML.
        standing: what decides about it.
        changed: when it became this version.
    """

    id: str
    state: TeamState
    version: int
    text: str
    standing: Standing
    changed: datetime

    @property
    def spec(self) -> ReportFile:
        """What it says."""
        return said_in(path_of(self.id), self.text)


def path_of(id_: str) -> str:
    """The file of a report."""
    return f"{FOLDER}/reports/{id_}.yaml"


def id_of(path: str) -> str:
    """The report of a file."""
    return path.removeprefix(f"{FOLDER}/reports/").removesuffix(".yaml")


@lru_cache(maxsize=20_000)
def _parsed(model: type[Any], path: str, text: str) -> Any:
    # which names must stand was asked when it came in
    document = parse_yaml(text, path, languages=())
    return parse_spec(model, document, document.data)


def said_in(path: str, text: str) -> ReportFile:
    """What the text of a report's file says."""
    said: ReportFile = _parsed(ReportFile, path, text)
    return said


def model_of(path: str) -> type[Spec]:
    """What a file of the folder ``plan`` is.

    >>> model_of("plan/tasks/labs.yaml").__name__
    'TaskFile'
    """
    if path == PLAN_FILE:
        return PlanFile
    kinds: dict[str, type[Spec]] = {
        "tasks": TaskFile,
        "proposals": ProposalFile,
        "reports": ReportFile,
    }
    return kinds[path.split("/")[1]]


def plan_of(team: Team, connection: sa.Connection) -> Plan:
    """The plan as the team has it now, drafts among it."""
    rows = connection.execute(sa.select(DOCUMENT.c.path, DOCUMENT.c.text).order_by(DOCUMENT.c.path))
    found = {path: _parsed(model_of(path), path, text) for path, text in rows}
    config = found.pop(PLAN_FILE)
    parties = {p.id: p.name for p in read_config(team.root).parties}
    return Plan(
        team.root, config, in_order(s for s in found.values() if isinstance(s, TaskFile)),
        tuple(Report(id_of(p), s) for p, s in found.items() if isinstance(s, ReportFile)),
        {s.id: s for s in found.values() if isinstance(s, ProposalFile)}, parties,
    )  # fmt: skip


def find(connection: sa.Connection, id_: str, *, lock: bool = False) -> StoredReport | None:
    """A report as it stands; None where there is none.

    Args:
        connection: the transaction.
        id_: the report.
        lock: hold it until the transaction ends.
    """
    query = sa.select(DOCUMENT).where(
        DOCUMENT.c.path == path_of(id_), DOCUMENT.c.state.is_not(None)
    )
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else stored(row, writers(connection, path_of(id_)))


def stored(row: sa.Row[Any], wrote: frozenset[str] = frozenset()) -> StoredReport:
    """A report from its row."""
    standing = Standing(row.party, row.state, row.in_force, wrote)
    return StoredReport(id_of(row.path), row.state, row.version, row.text, standing, row.changed)


def writers(connection: sa.Connection, path: str) -> frozenset[str]:
    """The accounts that ever drafted, changed or submitted a report."""
    query = sa.select(EVENT.c.account).where(EVENT.c.subject == path, EVENT.c.what.in_(_WROTE))
    return frozenset(connection.scalars(query))


def seen(
    team: Team, connection: sa.Connection, actor: Actor, id_: str, *, lock: bool = False
) -> StoredReport:
    """A report that somebody may see.

    Raises:
        CeyuanError: ``team-unknown-report``, also where there is one that she may not see.
    """
    found = find(connection, id_, lock=lock)
    if found is None or not may_see(actor, found.standing, team.config.above):
        raise fail("team-unknown-report", f"there is no report {id_!r}")
    return found


def _of_version(found: StoredReport, version: int) -> StoredReport:
    """A report in the version that somebody saw.

    Raises:
        CeyuanError: ``team-stale``.
    """
    if found.version != version:
        raise fail("team-stale", f"it is of version {found.version} by now, not {version}")
    return found


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
    # Checked before anything is locked: tasks change by an import alone, and two of one name meet at the key.
    with team.reading() as connection:
        plan = plan_of(team, connection)
    try:
        new = next_report(plan, spec, None, supersede)
    except CeyuanError as error:
        raise fail("team-report-exists", error.problems[0].message) from None
    _check(plan, new)
    values = _values(new.file, "draft", 1, to_yaml(new.spec), in_force=False)
    with team.writing() as connection:
        try:
            connection.execute(sa.insert(DOCUMENT).values(**values, changed=datetime.now(UTC)))
        except sa.exc.IntegrityError:
            raise fail("team-report-exists", f"there is a report {new.id!r} by now") from None
        return _written(connection, actor, "draft", new.file, values)


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
        old = _of_version(seen(team, connection, actor, id_), version)
        plan = plan_of(team, connection)
    _may_edit(actor, old)
    fixed = old.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    stays: dict[str, Any] = {
        k: fixed[k] for k in ("task", "party", "period", "supersedes", "history") if k in fixed
    }
    spec = _spec({**said, **stays})
    _check(plan, Report(id_, spec))
    values = _values(path_of(id_), old.state, version + 1, to_yaml(spec), in_force=False)
    with team.writing() as connection:
        # The version is the same as before: so are the state and the text that the new one was made from.
        _of_version(seen(team, connection, actor, id_, lock=True), version)
        return _written(connection, actor, "edit", path_of(id_), values)


def _may_edit(actor: Actor, old: StoredReport) -> None:
    if may_write(actor, old.standing):
        return
    if may_write(actor, Standing(old.standing.party, "draft")):
        raise fail("team-illegal-state", f"it is {old.state} and cannot be changed")
    raise fail("team-forbidden", f"{actor.name} may not change reports of {old.standing.party}")


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
        CeyuanError: ``team-unknown-report``, ``team-stale``, or what :func:`ceyuan.teams.rights.decide` raises.
    """
    above = team.config.above
    with team.writing() as connection:
        old = _of_version(seen(team, connection, actor, id_, lock=True), version)
        state = decide(actor, decision, old.standing, above, reason)
        is_last = state == "accepted" or (
            state == "approved" and above in (None, old.standing.party)
        )
        text = old.text
        entry = "approved" if is_last else _IN_TEXT.get(decision)
        if entry is not None:
            text = to_yaml(_moved(old, entry, actor.display, today(team.root).isoformat(), reason))
        values = _values(path_of(id_), state, version + 1, text, in_force=is_last)
        return _written(connection, actor, decision, path_of(id_), values)


def _moved(old: StoredReport, state: State, by: str, on: str, reason: str | None) -> ReportFile:
    """The report with a further entry; the approval that is taken back stays in the log, not in the text."""
    spec = old.spec
    if spec.history[-1].state == "approved":
        spec = spec.model_copy(update={"history": spec.history[:-1]})
    return moved(spec, state, by, max(on, spec.history[-1].on), reason)


def comment(team: Team, actor: Actor, id_: str, version: int, text: str) -> None:
    """Say something about a version of a report that one sees.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale`` for a version that is not there, ``team-forbidden``,
            ``team-bad-report`` for no text.
    """
    if not text.strip() or len(text) > 10_000:
        raise fail("team-bad-report", "a comment has 1 to 10,000 characters")
    with team.writing() as connection:
        found = seen(team, connection, actor, id_)
        if actor.reads_only:
            raise fail("team-forbidden", "this token only reads")
        if not 1 <= version <= found.version:
            raise fail("team-stale", f"there is no version {version}")
        append(
            connection,
            Happened(
                actor.name, actor.side, "comment", path_of(id_), 0, {"on": version}, text.strip()
            ),
        )


def _spec(raw: Mapping[str, Any]) -> ReportFile:
    try:
        return parse_spec(ReportFile, None, {k: v for k, v in raw.items() if v is not None})
    except CeyuanError as error:
        raise _bad(error) from None


def _check(plan: Plan, new: Report) -> None:
    try:
        check_report(plan, new)
    except CeyuanError as error:
        raise _bad(error) from None


def _bad(error: CeyuanError) -> CeyuanError:
    return fail(
        "team-bad-report", "; ".join(p.message for p in error.problems), hint=error.problems[0].hint
    )


def _values(
    path: str, state: TeamState, version: int, text: str, *, in_force: bool
) -> dict[str, Any]:
    spec = said_in(path, text)
    return {
        "path": path, "state": state, "version": version, "text": text, "in_force": in_force, "task": spec.task,
        "party": spec.party, "period": spec.period,
    }  # fmt: skip


def _written(
    connection: sa.Connection, actor: Actor, what: str, path: str, values: Mapping[str, Any]
) -> StoredReport:
    """Write the log and the state that it tells of."""
    detail = {"state": {"state": values["state"], "in_force": values["in_force"]}}
    happened = Happened(
        actor.name, actor.side, what, path, values["version"], detail, values["text"]
    )
    at = append(connection, happened)
    connection.execute(
        sa.update(DOCUMENT).where(DOCUMENT.c.path == path).values(**values, changed=at)
    )
    found = find(connection, id_of(path))
    assert found is not None  # noqa: S101 - it was written just now
    return found


def state_in_file(spec: ReportFile, above: str | None) -> tuple[TeamState, bool]:
    """The state of a report that comes from a file, and whether it is in force."""
    state = spec.history[-1].state
    if state == "approved":
        return ("accepted" if above not in (None, spec.party) else "approved"), True
    return state, state == "public"
