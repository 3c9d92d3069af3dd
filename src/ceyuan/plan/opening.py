"""Opens a plan as of a day: its files, and the build that was current then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from ceyuan.errors import CeyuanError, fail
from ceyuan.pipeline.reading import Build
from ceyuan.plan.loading import load_plan
from ceyuan.plan.model import year_at
from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.spec import PlanFile
from ceyuan.plan.status import plan_status


def read_day(text: str | None) -> date:
    """A day as it is written; today if None.

    Raises:
        CeyuanError: ``bad-date``.
    """
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail("bad-date", f"{text!r} is no day", hint="Write YYYY-MM-DD") from None


def plan_as_of(root: Path, as_of: str | None = None, year: int | None = None) -> PlanStatus:
    """How a workspace's plan stands on a day, by the reports filed and the build made up to that day.

    The files of the plan are those that are there now: what a history says of a later day does not count. Reports
    of that programme year and of the one before are read. Where the
    workspace had not been built by then, no target has a figure.

    Args:
        root: the workspace.
        as_of: the day (YYYY-MM-DD); today if None.
        year: the programme year; the last one that was agreed by that day if None.

    Raises:
        CeyuanError: ``no-plan``, ``bad-date``, ``plan-unknown-year``, or every fault of the plan.
    """
    day = read_day(as_of)

    def needed(config: PlanFile) -> range:
        # The year before belongs to the summary of a meeting; older reports are not read.
        last = year_at(config, day) if year is None else year
        return range(last - 1, last + 1)

    plan = load_plan(root, needed)
    try:
        build = Build.open(root, None if as_of is None else day.isoformat())
    except CeyuanError as error:
        if any(p.code != "no-build" for p in error.problems):
            raise
        return plan_status(plan, None, day, year)
    with build:
        return plan_status(plan, build, day, year)
