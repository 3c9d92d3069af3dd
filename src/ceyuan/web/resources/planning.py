"""``plan``, ``plan/{year}`` and ``targets``: how the key tasks and what they aim at stand on the day of the view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain

from ceyuan.engine import literal
from ceyuan.errors import CeyuanError, did_you_mean, fail
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.plan import PlanStatus, plan_status
from ceyuan.plan.export import programme_status
from ceyuan.plan.loading import has_plan, read_programme
from ceyuan.plan.opening import load_year, read_day, status_without_figures
from ceyuan.plan.views import by_state
from ceyuan.web.models.base import Figure
from ceyuan.web.models.overview import Named, PlanState
from ceyuan.web.models.plan import PlanPage, Targets, TaskTarget
from ceyuan.web.resources.view import View


def plan_years(view: View) -> tuple[str, ...]:
    """Programme years of the workspace, as addresses name them."""
    if not has_plan(view.build.texts):
        return ()
    return tuple(str(y) for y in sorted(y.year for y in read_programme(view.build.texts).years))


def plan(view: View, year: str | None = None, as_of: str | None = None) -> PlanPage:
    """A programme year on a day, by the reports filed and the build made up to then; an empty one where there is no plan.

    Args:
        view: the build that is shown; its day is the last one that can be asked about.
        year: the programme year; the last one that was agreed by the day if None.
        as_of: the day (YYYY-MM-DD); that of the view if None.

    Raises:
        CeyuanError: ``bad-date``, ``future-day``, ``plan-unknown-year``, or every fault of the plan.
    """
    day = _asked(view, as_of)
    if year is not None and year not in plan_years(view):
        hint = (
            did_you_mean(year, plan_years(view))
            or f"Years: {', '.join(plan_years(view)) or 'none'}"
        )
        raise fail("plan-unknown-year", f"the plan has no year {year!r}", hint=hint)
    if not has_plan(view.build.texts):
        return PlanPage(build=view.build.id, latest=view.day, plan=None, figures={})
    number = None if year is None else int(year)
    loaded = load_year(view.build.texts, day, number)
    with _then(view, day) as then:
        if then is None:
            status, figures = status_without_figures(loaded, view.build, day, number), {}
        else:
            status = plan_status(loaded, then.build, day, number)
            figures = _figures(then, status)
    return PlanPage(
        build=view.build.id, latest=view.day, plan=programme_status(status), figures=figures
    )


def targets(view: View) -> Targets:
    """All target values, each task as in the last programme year in which it runs."""
    found: dict[str, list[TaskTarget]] = {}
    for year in plan_years(view):
        loaded = load_year(view.build.texts, view.day, int(year))
        for one in plan_status(loaded, view.build, view.day, int(year)).tasks:
            task = Named(id=one.id, name=one.task.name)
            aimed = (status for status in one.targets if status.aim is not None)
            found[one.id] = [TaskTarget(task=task, year=year, status=status) for status in aimed]
    return Targets(build=view.build.id, items=tuple(chain.from_iterable(found.values())))


def _asked(view: View, as_of: str | None) -> date:
    if as_of is None:
        return view.day
    day = read_day(view.build.texts, as_of)
    if day > view.day:
        raise fail(
            "future-day", f"{day} has not come: the last day that can be asked about is {view.day}"
        )
    return day


@contextmanager
def _then(view: View, day: date) -> Iterator[View | None]:
    """The build that was current on a day, None where there was none; on the day of the view, its own."""
    if day == view.day:
        yield view
        return
    try:
        name = BuildFolder(view.build.root).resolve(day.isoformat())
    except CeyuanError as error:
        if any(p.code != "no-build" for p in error.problems):
            raise
        yield None
        return
    if name >= view.build.id:
        yield view
        return
    then = View.open(view.build.root, name, day)
    try:
        yield then
    finally:
        then.close()


def plan_state(view: View) -> PlanState | None:
    """The plan in a line; None where there is none."""
    if not has_plan(view.build.texts):
        return None
    status = plan_status(load_year(view.build.texts, view.day), view.build, view.day)
    return PlanState(year=str(status.year), counts=by_state(status))


def _figures(view: View, status: PlanStatus) -> dict[str, Figure]:
    """All shown totals of the indicators and places that targets and stated values are about."""
    pairs = {(t.target.indicator, t.target.place) for task in status.tasks for t in task.targets}
    reports = (
        filed for task in status.tasks for r in task.reports for filed in (r.in_force, r.pending)
    )
    pairs |= {(v.indicator, v.place) for filed in reports if filed for v in filed.spec.values}
    if not pairs:
        return {}
    listed = ", ".join(f"({literal(i)}, {literal(p)})" for i, p in sorted(pairs))
    return {f.key: f for f in view.shown(f"(indicator, place) IN ({listed}) AND breakdown = ''")}
