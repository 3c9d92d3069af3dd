"""Programme years: the coordinator opens the next one, and its key tasks can be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from ceyuan.errors import CeyuanError, fail
from ceyuan.plan.checks import check_plan
from ceyuan.plan.model import PLAN_FILE, Plan
from ceyuan.plan.spec import PlanFile, ProgrammeYear
from ceyuan.teams.database import Team
from ceyuan.teams.documents import bad, filed, plan_of, text_of, write
from ceyuan.teams.rights import Actor
from ceyuan.teams.tables import DOCUMENT
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import parse_yaml


def may_open(team: Team, actor: Actor) -> bool:
    """Whether somebody may open a year: the coordinator of the level above; of any side where nothing is above."""
    is_above = actor.side == (team.config.above or actor.side)
    return is_above and "coordinator" in actor.roles and not actor.reads_only


def version_of_plan(connection: sa.Connection) -> int:
    """The version of the file ``plan/plan.yaml``."""
    found = sa.select(DOCUMENT.c.version).where(DOCUMENT.c.path == PLAN_FILE)
    return int(connection.execute(found).scalar_one())


def open_year(team: Team, actor: Actor, version: int, said: Mapping[str, Any]) -> int:
    """Open a programme year.

    Args:
        team: the team.
        actor: who opens it.
        version: the version of ``plan/plan.yaml`` that she saw.
        said: the year as in that file: ``year``, ``reporting`` and what else there is to say.

    Returns:
        The file's version from then on.

    Raises:
        CeyuanError: ``team-forbidden``, ``team-stale``, ``team-bad-report`` where the year is there already or breaks the plan.
    """
    if not may_open(team, actor):
        raise fail("team-forbidden", f"{actor.name} may not open a programme year")
    try:
        year = parse_spec(ProgrammeYear, None, dict(said))
    except CeyuanError as error:
        raise bad(error) from None
    with team.writing() as connection:
        query = sa.select(DOCUMENT).where(DOCUMENT.c.path == PLAN_FILE).with_for_update()
        row = connection.execute(query).one()
        if row.version != version:
            raise fail("team-stale", f"it is of version {row.version} by now, not {version}")
        plan = plan_of(team, connection)
        years = tuple(sorted((*plan.config.years, year), key=lambda one: one.year))
        config = plan.config.model_copy(update={"years": years})
        text = _text(row.text, config)
        _check(plan, config, text)
        about = filed(PLAN_FILE, text)
        values = {"path": PLAN_FILE, "state": None, "version": version + 1, "text": text, "in_force": False, **about}  # fmt: skip
        write(connection, actor, "open", values, year=year.year)
    return version + 1


def _text(old: str, config: PlanFile) -> str:
    """The file with what it said about itself at its head."""
    head = takewhile(lambda line: line.startswith("#"), old.splitlines(keepends=True))
    return "".join(head) + text_of(config)


def _check(plan: Plan, config: PlanFile, text: str) -> None:
    then = replace(plan, config=config, unwritten={PLAN_FILE: parse_yaml(text, PLAN_FILE)})
    before = {(p.code, p.message) for p in check_plan(plan)}
    found = [p for p in check_plan(then) if (p.code, p.message) not in before]
    if found:
        raise bad(CeyuanError(found))
