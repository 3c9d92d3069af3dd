"""What somebody sees: what waits for her, reports and proposed tasks, their versions and comments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from ceyuan.errors import fail
from ceyuan.periods import parse_period
from ceyuan.plan.model import Plan
from ceyuan.teams.comparison import compare
from ceyuan.teams.database import Team
from ceyuan.teams.documents import (
    PROPOSED,
    REPORTS,
    Stored,
    StoredReport,
    id_of,
    model_of,
    parsed,
    plan_of,
    reason_of,
    seen,
    stored,
    writers,
)
from ceyuan.teams.proposals import StoredProposal
from ceyuan.teams.rights import Actor, Decision, Standing, may_see, may_write, possible
from ceyuan.teams.submissions import StoredSubmission
from ceyuan.teams.tables import ACCOUNT, BODY, DOCUMENT, EVENT
from ceyuan.workspace.clock import today
from ceyuan.workspace.submissions import FOLDER as SUBMITTED

Why = Literal["draft", "returned", "to_submit", "to_approve", "to_accept", "to_agree", "to_report"]
_TO_DO: dict[Decision, Why] = {
    "submit": "to_submit",
    "approve": "to_approve",
    "accept": "to_accept",
    "agree": "to_agree",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody.

    Attributes:
        why: what is to be done: go on with a draft, mend what was returned, submit, approve, accept, agree, or begin a report.
        task, period, party: what it is about; of a proposed task the period is the programme year.
        since: since when it waits: the report's last change, or the beginning of a period without a report.
        report: the report, None where there is none yet.
        due: the day by which the report is due, None where the plan names none.
        reason: why it was returned.
        proposal: the proposed task, None where it is about something else.
        figures: the submitted table, None where it is about something else; its task is the table of records.
    """

    why: Why
    task: str
    period: str
    party: str
    since: datetime
    report: str | None = None
    due: date | None = None
    reason: str | None = None
    proposal: str | None = None
    figures: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """A report that can be begun.

    Attributes:
        task, period: what it is about.
        replaces: whether one is in force, so that it must be said why it is replaced.
    """

    task: str
    period: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class Version:
    """What happened to a report or a proposed task.

    Attributes:
        number: the version from then on; of a comment, the one that it is about.
        at: when, by the server's clock.
        account, side: who, on behalf of which side.
        name: the person's name as her account has it; the account's where it has none.
        what: ``draft``, ``edit``, ``submit``, ``return``, ``approve``, ``accept``, ``unapprove``, ``agree``, ``import``,
            ``comment``.
        text: its YAML, or the comment; None where it was erased.
    """

    number: int
    at: datetime
    account: str
    side: str
    name: str
    what: str
    text: str | None


def reports(
    team: Team, connection: sa.Connection, actor: Actor, *, period: str | None = None
) -> list[StoredReport]:
    """The reports that somebody may see, in the order of their files."""
    found = _visible(team, connection, actor, REPORTS)
    return [r for r in found if period is None or r.spec.period == period]


def proposals(team: Team, connection: sa.Connection, actor: Actor) -> list[StoredProposal]:
    """The proposed tasks that somebody may see, in the order of their files."""
    return _visible(team, connection, actor, PROPOSED)


def submissions(team: Team, connection: sa.Connection, actor: Actor) -> list[StoredSubmission]:
    """The submitted figures that somebody may see, in the order of their files."""
    return _visible(team, connection, actor, SUBMITTED)


def _visible(team: Team, connection: sa.Connection, actor: Actor, folder: str) -> list[Stored[Any]]:
    query = sa.select(DOCUMENT).where(DOCUMENT.c.path.startswith(f"{folder}/"))
    rows = connection.execute(query.order_by(DOCUMENT.c.path))
    return [r for r in map(stored, rows) if may_see(actor, r.standing, team.config.above)]


def history(team: Team, connection: sa.Connection, actor: Actor, path: str) -> list[Version]:
    """What happened to a report or a proposed task that somebody may see, oldest first.

    Other sides see it as it was whenever they could see it, and what their own side did and said: nothing of a draft. The
    level above also sees what was said about such a version, and so do all of a proposed task.

    Raises:
        CeyuanError: ``team-unknown-report``.
    """
    found = seen(team, connection, actor, path)
    query = sa.select(EVENT, BODY.c.text, ACCOUNT.c.display).where(EVENT.c.subject == path)
    query = query.outerjoin(BODY, BODY.c.seq == EVENT.c.seq)
    query = query.outerjoin(ACCOUNT, ACCOUNT.c.name == EVENT.c.account)
    rows = list(connection.execute(query.order_by(EVENT.c.seq)))
    entries = [
        Version(_number(r), r.at, r.account, r.side, r.display or r.account, r.what, r.text)
        for r in rows
    ]
    if actor.side == found.standing.party:
        return entries
    shared = {
        _number(r) for r in rows if may_see(actor, _then(r, found.standing), team.config.above)
    }
    hears = found.standing.is_proposal or actor.side == team.config.above

    def is_shown(entry: Version) -> bool:
        is_said = entry.what != "comment" or hears
        return entry.side == actor.side or (entry.number in shared and is_said)

    return [entry for entry in entries if is_shown(entry)]


def _then(row: sa.Row[Any], now: Standing) -> Standing:
    """How a report or a proposed task stood after an entry of the log; after a comment as if it were nobody's to see."""
    state = json.loads(row.detail).get("state", {"state": "draft", "in_force": False})
    return replace(now, state=state["state"], in_force=state["in_force"])


def _number(row: sa.Row[tuple[object, ...]]) -> int:
    return int(row.version or json.loads(row.detail).get("on", 0))


def version(team: Team, connection: sa.Connection, actor: Actor, path: str, number: int) -> Version:
    """One version of a report or a proposed task.

    Raises:
        CeyuanError: ``team-unknown-report``, also where she may not see that version.
    """
    for entry in history(team, connection, actor, path):
        if entry.number == number and entry.what != "comment":
            return entry
    raise fail("team-unknown-report", f"there is no version {number} of {id_of(path)!r}")


def changes(
    team: Team,
    connection: sa.Connection,
    actor: Actor,
    path: str,
    number: int,
    since: int | None = None,
) -> dict[str, Any]:
    """What a version of a report or a proposed task says otherwise than another, word by word.

    Args:
        team: the team.
        connection: the transaction.
        actor: who asks; she sees of both versions what she may read, and nothing of any other.
        path: its file.
        number: the version.
        since: the version that it is compared with; the last one before that she may read if None.

    Returns:
        ``number``; ``since``, None where nothing that she may read came before; and what
        :func:`ceyuan.teams.comparison.compare` finds.

    Raises:
        CeyuanError: ``team-unknown-report``, also where she may not see one of the two or its text was erased.
    """
    entries = history(team, connection, actor, path)
    readable = {
        e.number: parsed(model_of(path), path, e.text)
        for e in entries
        if e.what != "comment" and e.text is not None
    }
    if since is None:
        since = max((n for n in readable if n < number), default=None)
    for wanted in (number, since):
        if wanted is not None and wanted not in readable:
            raise fail("team-unknown-report", f"there is no version {wanted} of {id_of(path)!r}")
    old = None if since is None else readable[since]
    return {"number": number, "since": since, **compare(old, readable[number])}


def my_desk(team: Team, connection: sa.Connection, actor: Actor) -> list[Waiting]:
    """What waits for somebody, by period and task; of whoever's token only reads, what she herself can do."""
    actor = replace(actor, reads_only=False)
    plan = plan_of(team, connection)
    found = [
        *_on_reports(team, connection, actor, plan),
        *_on_proposals(team, connection, actor),
        *_on_submissions(team, connection, actor),
        *_to_begin(team, connection, actor, plan),
    ]
    return sorted(found, key=lambda w: (w.due or date.max, w.period, w.task, w.party))


def _on_reports(
    team: Team, connection: sa.Connection, actor: Actor, plan: Plan
) -> Iterator[Waiting]:
    for report in reports(team, connection, actor):
        spec = report.spec
        due = _due(plan, spec.period)
        for why in _to_do(team, connection, actor, report):
            reason = spec.history[-1].reason if why == "returned" else None
            about = (spec.task, spec.period, spec.party, report.changed)
            yield Waiting(why, *about, report.id, due, reason)


def _on_proposals(team: Team, connection: sa.Connection, actor: Actor) -> Iterator[Waiting]:
    for proposal in proposals(team, connection, actor):
        spec = proposal.spec
        for why in _to_do(team, connection, actor, proposal):
            reason = reason_of(connection, proposal)
            about = (spec.id, str(spec.year), proposal.standing.party, proposal.changed)
            yield Waiting(why, *about, reason=reason, proposal=proposal.id)


def _on_submissions(team: Team, connection: sa.Connection, actor: Actor) -> Iterator[Waiting]:
    for one in submissions(team, connection, actor):
        spec = one.spec
        for why in _to_do(team, connection, actor, one):
            reason = reason_of(connection, one)
            about = (spec.table, spec.period, spec.party, one.changed)
            yield Waiting(why, *about, reason=reason, figures=one.id)


def _to_do(team: Team, connection: sa.Connection, actor: Actor, found: Stored[Any]) -> list[Why]:
    """What somebody is to do about a report or a proposed task."""
    standing = replace(found.standing, wrote=writers(connection, found.path))
    todo: list[Why] = []
    if may_write(actor, standing):
        if found.state == "returned":
            todo.append("returned")
        elif found.state == "draft":
            todo.append("draft")
    can = possible(actor, standing, team.config.above)
    return [*todo, *(why for decision, why in _TO_DO.items() if decision in can)]


def beginnings(connection: sa.Connection, actor: Actor, plan: Plan) -> Iterator[Beginning]:
    """The reports that a drafter can begin: for every period of her side's tasks of which none is being written.

    A public account is none of them: the side's own report is begun beside it.
    """
    if "drafter" not in actor.roles or actor.reads_only:
        return
    query = sa.select(DOCUMENT.c.task, DOCUMENT.c.period, DOCUMENT.c.in_force)
    query = query.where(DOCUMENT.c.path.startswith(f"{REPORTS}/"), DOCUMENT.c.party == actor.side)
    rows = list(connection.execute(query.where(DOCUMENT.c.state != "public")))
    there = {(row.task, row.period) for row in rows}
    written = {(row.task, row.period) for row in rows if not row.in_force}
    for task in plan.tasks.values():
        if actor.side in task.parties:
            keys = [(task.id, period) for period in plan.periods_of(task)]
            yield from (Beginning(*key, key in there) for key in keys if key not in written)


def _to_begin(team: Team, connection: sa.Connection, actor: Actor, plan: Plan) -> Iterator[Waiting]:
    """Reports that a drafter's side owes for periods that have begun, by a stated duty."""
    day = today(team.root)
    for one in beginnings(connection, actor, plan):
        start, due = parse_period(one.period).start, _due(plan, one.period)
        begun = start is None or start <= day
        if due is not None and begun and not one.replaces:
            since = datetime.combine(start or due, time(), UTC)
            yield Waiting("to_report", one.task, one.period, actor.side, since, None, due)


def _due(plan: Plan, period: str) -> date | None:
    for year in plan.years.values():
        if period in year.reporting and year.duty is not None and year.report_due_days is not None:
            return parse_period(period).end + timedelta(days=year.report_due_days)
    return None
