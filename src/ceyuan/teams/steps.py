"""The decisions by which something came to be in force: who, on behalf of which side, when, by which entry of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

import sqlalchemy as sa

from ceyuan.teams.tables import ACCOUNT, EVENT
from ceyuan.workspace.submissions import Decided

# What begins the way of a report or of figures anew: decisions before it hold no longer.
_ANEW = ("draft", "edit", "attach", "return", "unapprove")
_DECISIONS: tuple[Decided, ...] = get_args(Decided)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that holds.

    Attributes:
        what: ``submit``, ``approve``, ``accept``, or ``import`` of what came approved from a file.
        name, unit, side: who, by name and department as her account has them, on behalf of which side.
        at: when.
        entry: the number of the log's entry.
        hash: its hash.
    """

    what: Decided
    name: str
    unit: str
    side: str
    at: datetime
    entry: int
    hash: str


def steps_of(connection: sa.Connection, path: str) -> list[Step]:
    """The decisions on a document that hold, oldest first.

    Args:
        connection: the transaction.
        path: its file.
    """
    query = sa.select(EVENT, ACCOUNT.c.display, ACCOUNT.c.unit).outerjoin(
        ACCOUNT, ACCOUNT.c.name == EVENT.c.account
    )
    steps: list[Step] = []
    for row in connection.execute(query.where(EVENT.c.subject == path).order_by(EVENT.c.seq)):
        if row.what in _ANEW:
            steps.clear()
        elif row.what in _DECISIONS:
            name, unit = row.display or row.account, row.unit or ""
            steps.append(Step(row.what, name, unit, row.side, row.at, row.seq, row.hash))
    return steps
