"""Opens a plan as of a day: its files, and the build that was current then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from ceyuan.errors import CeyuanError, fail
from ceyuan.pipeline.reading import Build
from ceyuan.plan.figures import read_figures
from ceyuan.plan.loading import load_plan
from ceyuan.plan.model import Plan, year_at
from ceyuan.plan.outcome import PlanStatus, TaskStatus
from ceyuan.plan.spec import PlanFile
from ceyuan.plan.status import derive, plan_status
from ceyuan.workspace.clock import today


def read_day(root: Path, text: str | None) -> date:
    """A day as it is written; if None, today where the workspace is.

    Args:
        root: the workspace.
        text: the day (YYYY-MM-DD).

    Raises:
        CeyuanError: ``bad-date``.
    """
    if text is None:
        return today(root)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail("bad-date", f"{text!r} is no day", hint="Write YYYY-MM-DD") from None


def load_year(root: Path, day: date, year: int | None = None, *, before: bool = False) -> Plan:
    """Read a plan with the reports that bear on one programme year.

    Args:
        root: the workspace.
        day: the day that is asked about.
        year: the programme year; the last one that was agreed by that day if None.
        before: also the reports of the year before, for a summary.

    Raises:
        CeyuanError: ``no-plan``, or every fault of the plan.
    """

    def needed(config: PlanFile) -> range:
        last = year_at(config, day) if year is None else year
        return range(last - before, last + 1)

    return load_plan(root, needed)


def plan_as_of(
    root: Path, as_of: str | None = None, year: int | None = None, plan: Plan | None = None
) -> PlanStatus:
    """How a workspace's plan stands on a day, by the reports filed and the build made up to that day.

    The files of the plan are those that are there now: what a history says of a later day does not count. Where the
    workspace had not been built by then, no target has a figure.

    Args:
        root: the workspace.
        as_of: the day (YYYY-MM-DD); today if None.
        year: the programme year; the last one that was agreed by that day if None.
        plan: its plan, where it has been read already.

    Raises:
        CeyuanError: ``no-plan``, ``bad-date``, ``plan-unknown-year``, or every fault of the plan.
    """
    day = read_day(root, as_of)
    plan = plan or load_year(root, day, year)
    build = _build(root, None if as_of is None else day.isoformat())
    if build is not None:
        with build:
            return plan_status(plan, build, day, year)
    later = _build(root, None)
    if later is None:
        return plan_status(plan, None, day, year)
    with later:
        return status_without_figures(plan, later, day, year)


def every_task(root: Path, as_of: str | None = None) -> tuple[TaskStatus, ...]:
    """How the tasks of all programme years stand on a day, each once: as in the last year in which it runs.

    Args:
        root: the workspace.
        as_of: the day (YYYY-MM-DD); today if None.

    Raises:
        CeyuanError: ``no-plan``, ``bad-date``, or every fault of the plan.
    """
    plan = load_plan(root)
    found: dict[str, TaskStatus] = {}
    for year in plan.years:
        found |= {task.id: task for task in plan_as_of(root, as_of, year, plan).tasks}
    return tuple(found.values())


def status_without_figures(
    plan: Plan, later: Build, day: date, year: int | None = None
) -> PlanStatus:
    """How a plan stands on a day before the first build: what things are called is known from a later one, figures are not.

    Args:
        plan: the plan.
        later: any build of the workspace.
        day: the day.
        year: the programme year; the last one that was agreed by that day if None.

    Raises:
        CeyuanError: ``plan-unknown-year``.
    """
    return derive(plan, replace(read_figures(later, ()), build=None), day, year)


def _build(root: Path, as_of: str | None) -> Build | None:
    try:
        return Build.open(root, as_of)
    except CeyuanError as error:
        if any(p.code != "no-build" for p in error.problems):
            raise
        return None
