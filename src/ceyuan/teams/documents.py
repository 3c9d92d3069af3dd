"""What the sides decide on, as it stands: reports, proposed key tasks and figures, found, seen, written and commented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.plan.model import FOLDER, PLAN_FILE, Plan, Report, in_order
from ceyuan.plan.spec import PlanFile, ProposalFile, ReportFile, TaskFile
from ceyuan.plan.writing import to_yaml
from ceyuan.teams.database import Team
from ceyuan.teams.log import Happened, append
from ceyuan.teams.rights import Actor, Standing, TeamState, may_see, may_write
from ceyuan.teams.tables import DOCUMENT, EVENT
from ceyuan.workspace.reader import read_config
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.submissions import FOLDER as SUBMITTED
from ceyuan.workspace.submissions import SubmissionFile
from ceyuan.workspace.yamlfile import parse_yaml

S = TypeVar("S", bound=Spec)
REPORTS = f"{FOLDER}/reports"
PROPOSED = "proposed"
"""The folder of proposed key tasks, ``proposed/<side>/<task>.yaml``, beside ``plan``: no build reads it."""
_WROTE = ("draft", "edit", "attach", "detach", "submit")


@dataclass(frozen=True, slots=True)
class Stored(Generic[S]):
    """A report or a proposed key task as it stands.

    Attributes:
        path: its file.
        state: its state in the team.
        version: how often it has changed; the first is 1.
        text: its YAML.
        standing: what decides about it.
        changed: when it became this version.
    """

    path: str
    state: TeamState
    version: int
    text: str
    standing: Standing
    changed: datetime

    @property
    def id(self) -> str:
        """Folder and name of its file without suffix."""
        return id_of(self.path)

    @property
    def spec(self) -> S:
        """What it says."""
        found: S = parsed(model_of(self.path), self.path, self.text)
        return found


StoredReport = Stored[ReportFile]


def path_of(id_: str) -> str:
    """The file of a report."""
    return f"{REPORTS}/{id_}.yaml"


def proposal_path(id_: str) -> str:
    """The file of a proposed key task, by its side and name.

    >>> proposal_path("macao/joint-fund")
    'proposed/macao/joint-fund.yaml'
    """
    return f"{PROPOSED}/{id_}.yaml"


def submission_path(id_: str) -> str:
    """The file of submitted figures, by period and name.

    >>> submission_path("2025-H1/payments.guangdong")
    'submitted/2025-H1/payments.guangdong.yaml'
    """
    return f"{SUBMITTED}/{id_}.yaml"


def id_of(path: str) -> str:
    """The report or proposal of a file: its folder and name."""
    return "/".join(path.removesuffix(".yaml").split("/")[-2:])


@lru_cache(maxsize=20_000)
def parsed(model: type[Any], path: str, text: str) -> Any:
    """What the text of a file says."""
    # which names must stand was asked when it came in
    document = parse_yaml(text, path, languages=())
    return parse_spec(model, document, document.data)


def model_of(path: str) -> type[Spec]:
    """What a file of the team is.

    >>> model_of("plan/tasks/labs.yaml").__name__
    'TaskFile'
    """
    if path == PLAN_FILE:
        return PlanFile
    if path.startswith(f"{PROPOSED}/"):
        return TaskFile
    if path.startswith(f"{SUBMITTED}/"):
        return SubmissionFile
    kinds: dict[str, type[Spec]] = {
        "tasks": TaskFile,
        "proposals": ProposalFile,
        "reports": ReportFile,
    }
    return kinds[path.split("/")[1]]


def filed(path: str, text: str) -> dict[str, str | None]:
    """Under which task, side and period a file is found, as itself says; of what nobody decides on, none."""
    found = dict.fromkeys(("task", "party", "period"))
    if path.startswith(f"{PROPOSED}/"):
        _, found["party"], name = path.split("/")
        return found | {"task": name.removesuffix(".yaml")}
    if path.startswith((f"{REPORTS}/", f"{SUBMITTED}/")):
        spec = parsed(model_of(path), path, text)
        found |= {"party": spec.party, "period": spec.period, "task": getattr(spec, "task", None)}
    return found


def text_of(spec: Spec) -> str:
    """The text of a file, as a person would write it; what is written can be read again.

    Raises:
        CeyuanError: ``team-bad-report`` for what no file can hold.
    """
    text = to_yaml(spec)
    try:
        parse_yaml(text, "", languages=())
    except CeyuanError as error:
        raise bad(error) from None
    return text


def plan_of(team: Team, connection: sa.Connection) -> Plan:
    """The plan as the team has it now, draft reports among it."""
    query = sa.select(DOCUMENT.c.path, DOCUMENT.c.text).order_by(DOCUMENT.c.path)
    rows = connection.execute(query.where(DOCUMENT.c.path.startswith(f"{FOLDER}/")))
    found = {path: parsed(model_of(path), path, text) for path, text in rows}
    config = found.pop(PLAN_FILE)
    parties = {p.id: p.name for p in read_config(team.root).parties}
    return Plan(
        team.root, config, in_order(s for s in found.values() if isinstance(s, TaskFile)),
        tuple(Report(id_of(p), s) for p, s in found.items() if isinstance(s, ReportFile)),
        {s.id: s for s in found.values() if isinstance(s, ProposalFile)}, parties,
    )  # fmt: skip


def find(connection: sa.Connection, path: str, *, lock: bool = False) -> Stored[Any] | None:
    """A report or proposal as it stands; None where there is none.

    Args:
        connection: the transaction.
        path: its file.
        lock: hold it until the transaction ends.
    """
    query = sa.select(DOCUMENT).where(DOCUMENT.c.path == path, DOCUMENT.c.state.is_not(None))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else stored(row, writers(connection, path))


def stored(row: sa.Row[Any], wrote: frozenset[str] = frozenset()) -> Stored[Any]:
    """A report or proposal from its row."""
    is_proposal = row.path.startswith(f"{PROPOSED}/")
    standing = Standing(row.party, row.state, row.in_force, wrote, is_proposal=is_proposal)
    return Stored(row.path, row.state, row.version, row.text, standing, row.changed)


def writers(connection: sa.Connection, path: str) -> frozenset[str]:
    """The accounts that ever drafted, changed or submitted it."""
    query = sa.select(EVENT.c.account).where(EVENT.c.subject == path, EVENT.c.what.in_(_WROTE))
    return frozenset(connection.scalars(query))


def seen(
    team: Team, connection: sa.Connection, actor: Actor, path: str, *, lock: bool = False
) -> Stored[Any]:
    """A report or proposal that somebody may see.

    Raises:
        CeyuanError: ``team-unknown-report``, also where there is one that she may not see.
    """
    found = find(connection, path, lock=lock)
    if found is None or not may_see(actor, found.standing, team.config.above):
        raise fail("team-unknown-report", f"there is no report, proposal or table {id_of(path)!r}")
    return found


def of_version(found: Stored[S], version: int) -> Stored[S]:
    """A report or proposal in the version that somebody saw.

    Raises:
        CeyuanError: ``team-stale``.
    """
    if found.version != version:
        raise fail("team-stale", f"it is of version {found.version} by now, not {version}")
    return found


def comment(team: Team, actor: Actor, path: str, version: int, text: str) -> None:
    """Say something about a version of what one sees.

    Raises:
        CeyuanError: ``team-unknown-report``, ``team-stale`` for a version that is not there, ``team-forbidden``,
            ``team-bad-report`` for no text.
    """
    if not text.strip() or len(text) > 10_000 or "\0" in text:
        raise fail("team-bad-report", "a comment has 1 to 10,000 characters, none of them NUL")
    with team.writing() as connection:
        found = seen(team, connection, actor, path)
        if actor.reads_only:
            raise fail("team-forbidden", "this token only reads")
        if not 1 <= version <= found.version:
            raise fail("team-stale", f"there is no version {version}")
        detail = {"on": version}
        append(
            connection,
            Happened(actor.name, actor.side, "comment", path, 0, detail, text.strip()),
        )


def write(
    connection: sa.Connection,
    actor: Actor,
    what: str,
    values: Mapping[str, Any],
    **detail: Any,
) -> Stored[Any]:
    """Write the log and the state that it tells of, of a document that is held.

    Args:
        connection: the transaction.
        actor: who did it.
        what: what was done.
        values: the row from then on.
        detail: what else the log keeps.
    """
    path = values["path"]
    state = {"state": values["state"], "in_force": values["in_force"]}
    happened = Happened(
        actor.name,
        actor.side,
        what,
        path,
        values["version"],
        {"state": state, **detail},
        values["text"],
    )
    at = append(connection, happened)
    row = sa.update(DOCUMENT).where(DOCUMENT.c.path == path).values(**values, changed=at)
    stands = connection.execute(row.returning(DOCUMENT)).one()
    return stored(stands, writers(connection, path))


def reason_of(connection: sa.Connection, found: Stored[Any]) -> str | None:
    """Why a proposal or figures were returned; None where they are not returned now."""
    if found.state != "returned":
        return None
    returned = EVENT.c.what.in_(("return", "unapprove"))
    query = sa.select(EVENT.c.detail).where(EVENT.c.subject == found.path, returned)
    last = connection.scalar(query.order_by(EVENT.c.seq.desc()).limit(1))
    reason: str | None = json.loads(last or "{}").get("reason")
    return reason


def bad(error: CeyuanError) -> CeyuanError:
    """What is wrong with a text that was sent: no file of it is there that could be named."""
    said = "; ".join(p.message for p in error.problems)
    return fail("team-bad-report", said, hint=error.problems[0].hint)


def require_may_write(actor: Actor, old: Stored[Any], what: str) -> None:
    """Refuse who may not change the text of a report or proposal as it stands.

    Args:
        actor: who wants to change it.
        old: the report or proposal.
        what: whose it is, in words.

    Raises:
        CeyuanError: ``team-illegal-state`` where only its state forbids it, else ``team-forbidden``.
    """
    if may_write(actor, old.standing):
        return
    if may_write(actor, replace(old.standing, state="draft")):
        raise fail("team-illegal-state", f"it is {old.state} and cannot be changed")
    raise fail("team-forbidden", f"{actor.name} may not change {what}")
