"""``plan`` and ``plan/{year}``: how the key tasks stand on the day of the view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from ceyuan.engine import literal
from ceyuan.errors import CeyuanError, did_you_mean, fail
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.plan import Plan, PlanStatus, plan_status, status_export
from ceyuan.plan.export import state_names
from ceyuan.plan.loading import has_plan, read_programme
from ceyuan.plan.opening import load_year, read_day, status_without_figures
from ceyuan.web.models.base import Figure
from ceyuan.web.models.overview import Named, PlanState
from ceyuan.web.models.plan import PlanPage, StateNames
from ceyuan.web.resources.view import View
from ceyuan.web.resources.words import period_words, written
from ceyuan.wording import Trilingual

Raw = dict[str, Any]


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
        hint = did_you_mean(year, plan_years(view)) or f"Years: {', '.join(plan_years(view)) or 'none'}"
        raise fail("plan-unknown-year", f"the plan has no year {year!r}", hint=hint)
    if not has_plan(view.build.texts):
        return _without_plan(view, day)
    number = None if year is None else int(year)
    loaded = load_year(view.build.texts, day, number)
    with _then(view, day) as then:
        if then is None:
            status = status_without_figures(loaded, view.build, day, number)
        else:
            status = plan_status(loaded, then.build, day, number)
        raw = status_export(status)
        tasks = [_task(view, task) for task in raw["tasks"]]
        figures = {} if then is None else _figures(then, tasks)
    return PlanPage.model_validate({
        **raw, "build": view.build.id, "figures_build": raw["build"], "latest": view.day.isoformat(), "tasks": tasks,
        **_topics(view, loaded), "figures": figures,
    })  # fmt: skip


def _asked(view: View, as_of: str | None) -> date:
    if as_of is None:
        return view.day
    day = read_day(view.build.texts, as_of)
    if day > view.day:
        raise fail("future-day", f"{day} has not come: the last day that can be asked about is {view.day}")
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
    status: PlanStatus = plan_status(load_year(view.build.texts, view.day), view.build, view.day)
    counts: dict[str, int] = dict(status_export(status)["summaries"]["status"])
    return PlanState(year=str(status.year), counts=counts)


def _without_plan(view: View, day: date) -> PlanPage:
    return PlanPage(
        build=view.build.id, year=None, years=(), as_of=day.isoformat(), latest=view.day.isoformat(),
        figures_build=None, agreed=None, reporting=(), note=None,
        evidence=None, states=StateNames.model_validate(state_names()), parties=(), fields=(), mechanisms=(),
        tasks=(), summaries=None, timeline=(), proposals=(), figures={},
    )  # fmt: skip


def _topics(view: View, loaded: Plan) -> dict[str, tuple[Named, ...]]:
    return {
        "parties": tuple(Named(id=p.id, name=p.name) for p in view.build.config.parties),
        "fields": tuple(Named(id=t.id, name=t.name) for t in loaded.config.fields),
        "mechanisms": tuple(Named(id=t.id, name=t.name) for t in loaded.config.mechanisms),
    }


def _task(view: View, task: Raw) -> Raw:
    reports = [{**r, "period_text": period_words(r["period"])} for r in task["reports"]]
    stated = [{**s, "text": _stated(view, s), "observation": _key(s["observation"])} for s in task["stated"]]
    return {**task, "reports": reports, "stated": stated, "targets": [_target(view, t) for t in task["targets"]]}


def _stated(view: View, stated: Raw) -> Trilingual:
    """A value as a report states it: with all its decimals."""
    noun = view.noun(stated["figure"].partition("/")[0])
    return written(stated["value"], stated["unit"], bound=stated["bound"], noun=noun)


def _target(view: View, target: Raw) -> Raw:
    """A target with its names, its figure by key, and its values as they are written."""
    name, aim, expected = target["indicator"], target["target"], target["expected"]
    if aim is not None:
        # A plan may state a target in another unit than the indicator's; it is written as stated.
        aim = {**aim, "text": view.text(name, aim["value"], aim["unit"], bound=aim["bound"] or "eq", modality="target")}
    unit = view.build.indicators[name].unit
    return {
        **target,
        "target": aim,
        "name": view.names[name],
        "place_name": view.place_names[target["place"]],
        "current": _key(target["current"]),
        "expected_text": None if expected is None else view.text(name, expected, unit),
    }


def _key(observation: Mapping[str, Any] | None) -> str | None:
    return None if observation is None else str(observation["figure"])


def _figures(view: View, tasks: list[Raw]) -> dict[str, Figure]:
    """All shown totals of the indicators and places that targets and stated values are about."""
    pairs = {(t["indicator"], t["place"]) for task in tasks for t in task["targets"]}
    for task in tasks:
        for report in task["reports"]:
            filed = [report[which] for which in ("in_force", "pending") if report[which]]
            pairs |= {(v["indicator"], v["place"]) for f in filed for v in f["values"]}
    if not pairs:
        return {}
    listed = ", ".join(f"({literal(i)}, {literal(p)})" for i, p in sorted(pairs))
    return {f.key: f for f in view.shown(f"(indicator, place) IN ({listed}) AND breakdown = ''")}
