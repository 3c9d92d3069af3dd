"""The plan: what was agreed, what was reported, and what the figures say of it."""

from __future__ import annotations

from datetime import date

from ceyuan.plan.export import ProgrammeStatus
from ceyuan.plan.outcome import TargetStatus
from ceyuan.web.models.base import Figure, Model, Resource
from ceyuan.web.models.overview import Named


class PlanPage(Resource):
    """A programme year as of a day."""

    latest: date
    """The last day that can be asked about: today, or the day of publication."""
    plan: ProgrammeStatus | None
    """How the year stands; null where the workspace has no plan."""
    figures: dict[str, Figure]
    """The figures of all targets and stated values, of all periods, by key."""


class TaskTarget(Model):
    """A target value of a task."""

    task: Named
    """The task that is measured by it."""
    year: str
    """The last programme year in which the task runs."""
    status: TargetStatus
    """How the target stands."""


class Targets(Resource):
    """What plans aim at, in all programme years."""

    items: tuple[TaskTarget, ...]
    """Targets with a value, in the order of the plan."""
