"""``plan`` and ``plan/{year}``: how the key tasks stand on the day of the view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ceyuan.engine import literal
from ceyuan.errors import did_you_mean, fail
from ceyuan.plan import Plan, PlanStatus, plan_status, status_export
from ceyuan.plan.loading import has_plan, read_programme
from ceyuan.plan.opening import load_year
from ceyuan.web.models.base import Figure, Text
from ceyuan.web.models.overview import Named, PlanState
from ceyuan.web.models.plan import PlanPage, StateNames
from ceyuan.web.resources.view import View
from ceyuan.web.resources.words import period_words, written

Raw = dict[str, Any]


def plan_years(view: View) -> tuple[str, ...]:
    """Programme years of the workspace, as addresses name them."""
    if not has_plan(view.build.root):
        return ()
    return tuple(str(y) for y in sorted(y.year for y in read_programme(view.build.root).years))


def plan(view: View, year: str | None = None) -> PlanPage:
    """A programme year, the last one that was agreed if None; an empty one where there is no plan.

    Raises:
        CeyuanError: ``plan-unknown-year``, or every fault of the plan.
    """
    if year is not None and year not in plan_years(view):
        hint = did_you_mean(year, plan_years(view)) or f"Years: {', '.join(plan_years(view)) or 'none'}"
        raise fail("plan-unknown-year", f"the plan has no year {year!r}", hint=hint)
    if not has_plan(view.build.root):
        return _without_plan(view)
    loaded = load_year(view.build.root, view.day, None if year is None else int(year))
    status = plan_status(loaded, view.build, view.day, None if year is None else int(year))
    raw = status_export(status)
    tasks = [_task(view, task) for task in raw["tasks"]]
    return PlanPage.model_validate({
        **raw, "build": view.build.id, "tasks": tasks, **_topics(view, loaded), "figures": _figures(view, tasks),
    })  # fmt: skip


def plan_state(view: View) -> PlanState | None:
    """The plan in a line; None where there is none."""
    if not has_plan(view.build.root):
        return None
    status: PlanStatus = plan_status(load_year(view.build.root, view.day), view.build, view.day)
    counts: dict[str, int] = dict(status_export(status)["summaries"]["status"])
    return PlanState(year=str(status.year), counts=counts)


def _without_plan(view: View) -> PlanPage:
    return PlanPage(
        build=view.build.id, year=None, years=(), as_of=view.day.isoformat(), agreed=None, reporting=(), note=None,
        evidence=None, states=StateNames(), parties=(), fields=(), mechanisms=(), tasks=(), summaries=None, timeline=(),
        proposals=(), figures={},
    )  # fmt: skip


def _topics(view: View, loaded: Plan) -> dict[str, tuple[Named, ...]]:
    return {
        "parties": tuple(Named(id=p.id, name=Text.of(p.name)) for p in view.build.config.parties),
        "fields": tuple(Named(id=t.id, name=Text.of(t.name)) for t in loaded.config.fields),
        "mechanisms": tuple(Named(id=t.id, name=Text.of(t.name)) for t in loaded.config.mechanisms),
    }


def _task(view: View, task: Raw) -> Raw:
    reports = [{**r, "period_text": period_words(r["period"])} for r in task["reports"]]
    stated = [{**s, "text": _stated(view, s), "observation": _key(s["observation"])} for s in task["stated"]]
    return {**task, "reports": reports, "stated": stated, "targets": [_target(view, t) for t in task["targets"]]}


def _stated(view: View, stated: Raw) -> Text:
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
