"""The plan: what was agreed, what was reported, and what the figures say of it."""

from __future__ import annotations

from datetime import date

from ceyuan.plan.export import ProgrammeStatus
from ceyuan.web.models.base import Figure, Resource


class PlanPage(Resource):
    """A programme year as of a day."""

    latest: date
    """The last day that can be asked about: today, or the day of publication."""
    plan: ProgrammeStatus | None
    """How the year stands; null where the workspace has no plan."""
    figures: dict[str, Figure]
    """The figures of all targets and stated values, of all periods, by key."""
