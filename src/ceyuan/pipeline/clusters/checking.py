"""What can be said about the runs of clusters of a workspace before any point is read."""

from __future__ import annotations

from collections.abc import Iterator

from ceyuan.clusters.declaration import DeclaredRun, Points, read_runs
from ceyuan.clusters.points.table import KINDS
from ceyuan.clusters.ranking import METHODS, method_of
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.indicators.types import ClusterIndicator
from ceyuan.periods import parse_period
from ceyuan.pipeline.clusters.building import options_of
from ceyuan.pipeline.clusters.points import roles_of
from ceyuan.records.files import named_files
from ceyuan.units import parse_unit
from ceyuan.workspace import DeclaredIndicator, Workspace
from ceyuan.workspace.faults import check_filter, unknown
from ceyuan.workspace.fieldpaths import UnknownFieldError, find_field

_OF_KIND = ("count", "share", "per_million")
_DIMENSIONS = {
    "rank": "rank",
    "rank_p05": "rank",
    "rank_median": "rank",
    "rank_p95": "rank",
    "population": "person",
    "weight": "count",
    "count": "count",
    "per_million": "count/person",
}
"""What each figure measures; those that are not here are ratios."""


def check_clusters(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong with the files of ``clusters/`` and with the indicators that take values from them."""
    found, problems = read_runs(workspace.cluster_runs)
    for declared in found.values():
        problems += _run(workspace, declared)
    for definition in workspace.definitions.values():
        if isinstance(definition.indicator, ClusterIndicator):
            problems += _indicator(definition, definition.indicator, found)
    return problems


def _run(workspace: Workspace, declared: DeclaredRun) -> Iterator[Problem]:
    run = declared.run
    try:
        parse_period(run.period)
    except ValueError as error:
        yield declared.problem("bad-period", str(error), "period")
    for path, part in (
        ("method", lambda: method_of(run.method)),
        ("merge", lambda: options_of(declared, None)),
    ):
        try:
            part()
        except CeyuanError as error:
            yield from declared.located(error, path)
    if run.years is not None and run.years[0] > run.years[1]:
        yield declared.problem(
            "bad-value", f"no year is from {run.years[0]} to {run.years[1]}", "years"
        )
    if run.cities not in ("geonames", "none"):
        yield from _file(workspace, declared, run.cities, "cities")
    for number, points in enumerate(run.points):
        yield from check_points(workspace, declared, number, points)


def check_points(
    workspace: Workspace, declared: DeclaredRun, number: int, points: Points
) -> Iterator[Problem]:
    """What is wrong with one origin of points."""
    if points.source is not None and points.source not in workspace.sources:
        line = declared.document.line(("points", number, "source"))
        yield unknown(
            "unknown-source", "source", points.source, workspace.sources, declared.file, line
        )
    elif (
        points.simulate is not None
        and points.source
        and not workspace.sources[points.source].simulated
    ):
        message = (
            f"points are made up, but the source {points.source!r} does not say `simulated: true`"
        )
        yield declared.problem("bad-value", message, "points", number, "source")
    if points.file is not None:
        yield from _file(workspace, declared, points.file, "points", number, "file")
    if points.kind is not None and "kind" in points.columns:
        message = "`kind` is both the same for all points and a column"
        yield declared.problem("bad-value", message, "points", number, "kind")
    for name in {*points.kinds.values(), *([points.kind] if points.kind else [])} - set(KINDS):
        hint = did_you_mean(name, KINDS) or f"Known: {', '.join(KINDS)}"
        yield declared.problem(
            "bad-value", f"points of kind {name!r} enter no ranking", "points", number, hint=hint
        )
    if points.records is not None:
        yield from _records(workspace, declared, number, points)


def _records(
    workspace: Workspace, declared: DeclaredRun, number: int, points: Points
) -> Iterator[Problem]:
    kind = workspace.kinds.get(points.records or "")
    if kind is None:
        line = declared.document.line(("points", number, "records"))
        yield unknown(
            "unknown-kind", "kind", points.records or "", workspace.kinds, declared.file, line
        )
        return
    roles = roles_of(kind, points)
    for role, name in roles.items():
        try:
            find_field(workspace.kinds, kind.kind, tuple(name.split(".")))
        except UnknownFieldError as error:
            path = ("columns", role) if role in points.columns else ("records",)
            yield declared.problem(
                "unknown-field", f"{role}: {error}", "points", number, *path, hint=error.hint
            )
    if "kind" not in roles and points.kind is None:
        message = "what the points are is not said: a patent, a publication, a deal"
        yield declared.problem(
            "missing-key", message, "points", number, hint="Add `kind`, or `kind` to `columns`"
        )
    if declared.run.years is not None and "year" not in roles:
        message = "`years` are asked for, but no field says the year"
        yield declared.problem(
            "missing-key", message, "points", number, hint="Add `year` to `columns`: date.year"
        )
    if points.at_place and kind.place is None:
        yield declared.problem(
            "bad-value", f"{kind.kind} has no place of its own", "points", number, "at_place"
        )
    if points.where is not None:
        line = declared.document.line(("points", number, "where"))
        yield from check_filter(workspace, kind.kind, points.where, declared.file, line)


def _file(
    workspace: Workspace, declared: DeclaredRun, name: str, *path: str | int
) -> Iterator[Problem]:
    """The problems that a file is not where it is said to be."""
    root, colon, _ = name.partition(":")
    line = declared.document.line(path)
    if colon and root not in workspace.config.roots:
        yield unknown("unknown-root", "root", root, workspace.config.roots, declared.file, line)
        return
    try:
        named_files(workspace, name, declared.file, line)
    except CeyuanError as error:
        yield from error.problems


def _indicator(
    definition: DeclaredIndicator, indicator: ClusterIndicator, runs: dict[str, DeclaredRun]
) -> Iterator[Problem]:
    file, line = definition.file, definition.line
    for name in indicator.runs:
        if name not in runs:
            yield unknown("cluster-unknown-run", "run", name, runs, file, line)
    if (indicator.figure in _OF_KIND) != (indicator.kind is not None):
        needs = "needs" if indicator.kind is None else "has no"
        yield Problem("bad-value", f"the figure {indicator.figure} {needs} `kind`", file, line)
    if indicator.method is not None and indicator.figure != "rank":
        yield Problem("bad-value", "`method` is for the figure rank", file, line)
    elif indicator.method is not None and indicator.method not in METHODS:
        hint = did_you_mean(indicator.method, METHODS) or f"Known: {', '.join(METHODS)}"
        yield Problem(
            "cluster-unknown-method", f"there is no method {indicator.method!r}", file, line, hint
        )
    try:
        unit = parse_unit(indicator.unit)
    except ValueError:
        return  # reported already
    wanted = _DIMENSIONS.get(indicator.figure, "ratio")
    if unit.dimension != wanted:
        yield Problem(
            "wrong-unit",
            f"the figure {indicator.figure} has a unit of {wanted}, not {indicator.unit}",
            file,
            line,
        )
