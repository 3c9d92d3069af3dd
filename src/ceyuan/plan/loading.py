"""Reads the folder ``plan`` of a workspace: every file becomes one frozen object, or a list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.places.gazetteer import PLACES_FILE
from ceyuan.plan.checks import check_plan
from ceyuan.plan.dependencies import chain
from ceyuan.plan.files import FoundFile, misplaced, read_folder, uncollected
from ceyuan.plan.model import FOLDER, PLAN_FILE, Plan, Report, in_order
from ceyuan.plan.spec import PlanFile, ProposalFile, ReportFile, TaskFile
from ceyuan.plan.states import history_faults
from ceyuan.wording import Trilingual
from ceyuan.workspace.placesfile import read_places
from ceyuan.workspace.reader import read_config
from ceyuan.workspace.sealed import is_sealed
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.walking import unsafe
from ceyuan.workspace.yamlfile import read_yaml

Years = Collection[int] | None | Callable[[PlanFile], Collection[int]]
"""Which programme years are asked for."""


def has_plan(root: Path) -> bool:
    """Whether a workspace has a plan."""
    return (root / FOLDER).is_dir()


@uncollected()
def read_plan(root: Path, years: Years = None) -> tuple[Plan | None, list[Problem]]:
    """Read a plan as far as it goes, and everything that is wrong with it in itself.

    Args:
        root: the workspace.
        years: read only the reports of these programme years; all of them if None. It may depend on ``plan.yaml``.

    Returns:
        The plan, or None where not even ``plan.yaml`` makes sense, and the problems.
    """
    # What could lead out of the workspace is not read at all.
    problems = [] if is_sealed(root) else unsafe(root, FOLDER)
    if problems:
        return None, problems
    try:
        config = read_programme(root)
    except CeyuanError as error:
        return None, list(error.problems)
    if not isinstance(years, Collection | None):
        years = years(config)
    tasks = read_folder(root, f"{FOLDER}/tasks", TaskFile, problems)
    proposals = read_folder(root, f"{FOLDER}/proposals", ProposalFile, problems)
    wanted = None if not years else _with_dependencies(years, [f.spec for f in tasks])
    folders = _report_folders(root, config, wanted)
    reports: list[FoundFile[ReportFile]] = []
    for name in folders:
        reports += read_folder(root, name, ReportFile, problems, history_faults)
    problems += _misplaced_files(root)
    problems += [_misnamed(f, f.spec.id) for f in tasks if f.name != f.spec.id]
    problems += [_misnamed(f, f.spec.id) for f in proposals if f.name != f.spec.id]
    for report in reports:
        problems += _misplaced_report(report)
    plan = Plan(
        root, config, in_order(f.spec for f in tasks), tuple(Report(f.id, f.spec) for f in reports),
        {f.spec.id: f.spec for f in proposals}, _parties(root),
    )  # fmt: skip
    return plan, [*problems, *check_plan(plan)]


def load_plan(root: Path, years: Years = None) -> Plan:
    """Read the plan of a workspace.

    Args:
        root: the workspace.
        years: read only the reports of these programme years; all of them if None. It may depend on ``plan.yaml``.

    Raises:
        CeyuanError: ``no-plan``, or every fault of its files.

    >>> load_plan(gba).tasks["central-coordination"].lead
    'central'
    """
    if not has_plan(root):
        raise fail("no-plan", f"{str(root)!r} has no folder {FOLDER}", file=str(root))
    plan, problems = read_plan(root, years)
    if plan is None or any(p.severity == "error" for p in problems):
        raise CeyuanError(p for p in problems if p.severity == "error")
    return plan


def sides(root: Path) -> dict[str, Trilingual]:
    """Names of whoever may have part in a task: the parties, then the cities that belong to one.

    >>> list(sides(gba))[:6]
    ['central', 'guangdong', 'hongkong', 'macao', 'guangzhou', 'shenzhen']
    """
    places, _ = read_places(root / PLACES_FILE, PLACES_FILE)
    cities = {p.id: p.name for p in places if p.kind == "city" and p.party is not None}
    return {**_parties(root), **cities}


def _parties(root: Path) -> dict[str, Trilingual]:
    try:
        return {p.id: p.name for p in read_config(root).parties}
    except CeyuanError:
        return {}  # the faults of ceyuan.yaml are its own


def read_programme(root: Path) -> PlanFile:
    """Read ``plan.yaml`` alone.

    Raises:
        CeyuanError: every fault of it.
    """
    document = read_yaml(root / PLAN_FILE, PLAN_FILE, languages_of(root))
    return parse_spec(PlanFile, document, document.data)


def _with_dependencies(years: Collection[int], tasks: Collection[TaskFile]) -> set[int]:
    """Programme years with all earlier ones whose reports bear on them: of tasks that run on, and of tasks waited for."""
    by_id = {t.id: t for t in tasks}
    running = [t for t in tasks if any(t.year <= y <= t.last_year for y in years)]
    bearing = {name: by_id[name] for t in running for name in (t.id, *chain(by_id, t.id))}
    return {
        *years,
        *(y for t in bearing.values() for y in range(t.year, min(t.last_year, max(years)) + 1)),
    }


def period_folder(period: str) -> str:
    """The folder of the reports for a period; a fiscal year's stroke cannot stand in a name.

    >>> period_folder("2025/26")
    '2025-26'
    """
    return period.replace("/", "-")


def _report_folders(root: Path, config: PlanFile, years: Collection[int] | None) -> list[str]:
    wanted = (
        None
        if years is None
        else {period_folder(p) for y in config.years if y.year in years for p in y.reporting}
    )
    folder = root / FOLDER / "reports"
    names = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    return [f"{FOLDER}/reports/{name}" for name in names if wanted is None or name in wanted]


def _misplaced_files(root: Path) -> list[Problem]:
    """Files beside the folders that are read: nobody would read them."""
    folder = root / FOLDER
    known = {"tasks", "reports", "proposals", Path(PLAN_FILE).name}
    strays = [p for p in folder.iterdir() if p.name not in known]
    strays += [p for p in (folder / "reports").glob("*") if p.is_file()]
    return [
        misplaced(p.relative_to(root).as_posix())
        for p in sorted(strays)
        if not p.name.startswith(".")
    ]


def _misnamed(found: FoundFile[TaskFile] | FoundFile[ProposalFile], wanted: str) -> Problem:
    message = f"the file of {wanted!r} must be called {wanted}.yaml"
    return Problem("plan-misplaced", message, found.file, found.line("id"))


def _misplaced_report(found: FoundFile[ReportFile]) -> Iterator[Problem]:
    spec = found.spec
    wanted = f"{period_folder(spec.period)}/{spec.task}.{spec.party}"
    base, _, number = found.id.removeprefix(f"{wanted}.").rpartition(".")
    if found.id == wanted or (
        not base and found.id.startswith(f"{wanted}.") and number.isdecimal()
    ):
        return
    message = f"a report on {spec.task!r} by {spec.party!r} for {spec.period} stands in {FOLDER}/reports/{wanted}.yaml"
    yield Problem("plan-misplaced", message, found.file, found.line("task"))
