"""What a plan says about the rest of its workspace: parties, sources, indicators, places and units must be declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceyuan.errors import Problem
from ceyuan.plan.checks import task_file
from ceyuan.plan.loading import has_plan, read_plan
from ceyuan.plan.model import FOLDER, PLAN_FILE, Plan
from ceyuan.plan.spec import Evidence, PlanTarget, ReportedValue, TaskFile
from ceyuan.units import parse_unit
from ceyuan.workspace.faults import check_unit, unknown
from ceyuan.workspace.reader import Workspace

Path_ = tuple[str | int, ...]


def check_plan_files(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong with the plan of a workspace, in itself and against the rest; nothing where there is none."""
    if not has_plan(workspace.root):
        return []
    plan, problems = read_plan(workspace.root)
    if plan is not None:
        problems = [*problems, *check_references(workspace, plan)]
    return sorted(set(problems), key=lambda p: (p.file or "", p.line or 0, p.code, p.message))


def check_references(workspace: Workspace, plan: Plan) -> list[Problem]:
    """Names that a plan uses and the workspace does not declare, and units that do not fit."""
    known = _Known(workspace, plan)
    return [
        *_years(known, plan),
        *(p for task in plan.tasks.values() for p in _task(known, task)),
        *(p for r in plan.reports for p in known.side(r.spec.party, r.file, ("party",))),
        *(p for r in plan.reports for p in _values(known, r.spec.values, r.file)),
        *_reached(known, plan),
        *(
            p
            for x in plan.proposals.values()
            for p in known.party(x.party, _proposal(x.id), ("party",))
        ),
        *(
            p
            for x in plan.proposals.values()
            for p in known.evidence(x.evidence, _proposal(x.id), ("evidence",))
        ),
    ]


def _years(known: _Known, plan: Plan) -> Iterator[Problem]:
    for index, year in enumerate(plan.config.years):
        yield from known.evidence(year.evidence, PLAN_FILE, ("years", index, "evidence"))


def _reached(known: _Known, plan: Plan) -> Iterator[Problem]:
    for report in plan.reports:
        for index, milestone in enumerate(report.spec.reached):
            yield from known.evidence(
                milestone.evidence, report.file, ("reached", index, "evidence")
            )


def _proposal(name: str) -> str:
    return f"{FOLDER}/proposals/{name}.yaml"


class _Known:
    """The names of a workspace, and the problem that a name is none of them."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        self.line = plan.line
        self.parties = [p.id for p in workspace.config.parties]
        self.places = {p.id for p in workspace.places}
        self.cities = {
            p.id: p.party for p in workspace.places if p.kind == "city" and p.party is not None
        }
        self.sources = workspace.sources
        self.definitions = workspace.definitions

    def party(self, name: str, file: str, path: Path_) -> Iterator[Problem]:
        if name not in self.parties:
            yield unknown(
                "unknown-party", "party", name, self.parties, file, self.line(file, *path)
            )

    def side(self, name: str, file: str, path: Path_) -> Iterator[Problem]:
        """A party, or a city that belongs to one."""
        if name not in self.cities:
            yield from self.party(name, file, path)

    def city(self, task: TaskFile, name: str, file: str, path: Path_) -> Iterator[Problem]:
        if name not in self.cities:
            line = self.line(file, *path)
            yield unknown(
                "unknown-place", "city that belongs to a party", name, self.cities, file, line
            )
        elif self.cities[name] not in task.parties:
            message = f"{name!r} belongs to {self.cities[name]!r}, which has no part in the task {task.id!r}"
            yield Problem("plan-no-part", message, file, self.line(file, *path))

    def evidence(self, evidence: Evidence | None, file: str, path: Path_) -> Iterator[Problem]:
        if (
            evidence is not None
            and evidence.source is not None
            and evidence.source not in self.sources
        ):
            line = self.line(file, *path, "source")
            yield unknown("unknown-source", "source", evidence.source, self.sources, file, line)

    def figure(self, what: PlanTarget | ReportedValue, file: str, path: Path_) -> Iterator[Problem]:
        if what.place not in self.places:
            line = self.line(file, *path, "place")
            yield unknown("unknown-place", "place", what.place, self.places, file, line)
        if what.indicator not in self.definitions:
            line = self.line(file, *path, "indicator")
            yield unknown(
                "unknown-indicator", "indicator", what.indicator, self.definitions, file, line
            )

    def unit(self, unit: str | None, indicator: str, file: str, path: Path_) -> Iterator[Problem]:
        if unit is None:
            return
        problems = list(check_unit(unit, file, None))
        definition = self.definitions.get(indicator)
        # What is wrong with the unit of the indicator is said where the indicator is defined.
        if (
            not problems
            and definition is not None
            and not any(check_unit(definition.indicator.unit, file, None))
        ):
            own, given = parse_unit(definition.indicator.unit), parse_unit(unit)
            if own.dimension != given.dimension:
                message = (
                    f"{unit!r} does not measure what {indicator!r} does, which is in {own.text!r}"
                )
                problems.append(Problem("wrong-unit", message, file))
        for p in problems:
            yield Problem(p.code, p.message, file, self.line(file, *path, "unit"), p.hint)


def _task(known: _Known, task: TaskFile) -> Iterator[Problem]:
    file = task_file(task.id)
    yield from known.party(task.lead, file, ("lead",))
    for key, parties in (("co_leads", task.co_leads), ("partners", task.partners)):
        for position, party in enumerate(parties):
            yield from known.party(party, file, (key, position))
    for position, city in enumerate(task.cities):
        yield from known.city(task, city, file, ("cities", position))
    for position, evidence in enumerate(task.evidence):
        yield from known.evidence(evidence, file, ("evidence", position))
    for position, milestone in enumerate(task.milestones):
        yield from known.evidence(milestone.evidence, file, ("milestones", position, "evidence"))
    for position, target in enumerate(task.targets):
        yield from _target(known, target, file, ("targets", position))


def _target(known: _Known, target: PlanTarget, file: str, at: Path_) -> Iterator[Problem]:
    yield from known.figure(target, file, at)
    yield from known.unit(target.unit, target.indicator, file, at)
    yield from known.evidence(target.evidence, file, (*at, "evidence"))
    if target.baseline is not None:
        yield from known.unit(target.baseline.unit, target.indicator, file, (*at, "baseline"))
        yield from known.evidence(target.baseline.evidence, file, (*at, "baseline", "evidence"))
    definition = known.definitions.get(target.indicator)
    if definition is not None and target.basis is not None:
        cumulative = definition.indicator.cumulative or definition.indicator.type == "cumulative"
        if cumulative != (target.basis == "cumulative"):
            is_ = "a total since a beginning" if cumulative else "no total since a beginning"
            message = f"the target is {target.basis}, and {target.indicator!r} is {is_}"
            yield Problem("plan-basis", message, file, known.line(file, *at, "basis"))


def _values(known: _Known, values: Iterable[ReportedValue], file: str) -> Iterator[Problem]:
    for position, value in enumerate(values):
        at: Path_ = ("values", position)
        yield from known.figure(value, file, at)
        yield from known.unit(value.unit, value.indicator, file, at)
        yield from known.evidence(value.evidence, file, (*at, "evidence"))
