"""A plan as it was read: years, tasks, reports and proposals, each with the file it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from ceyuan.plan.files import line_in
from ceyuan.plan.spec import Entry, PlanFile, ProgrammeYear, ProposalFile, ReportFile, TaskFile
from ceyuan.wording import Trilingual
from ceyuan.workspace.yamlfile import YamlDocument

FOLDER = "plan"
PLAN_FILE = f"{FOLDER}/plan.yaml"


@dataclass(frozen=True, slots=True)
class Report:
    """A progress report.

    Attributes:
        id: folder and name of its file without suffix (``2026-H1/joint-laboratories.guangdong``).
        spec: what it says.
    """

    id: str
    spec: ReportFile

    @property
    def file(self) -> str:
        """The file it stands in."""
        return f"{FOLDER}/reports/{self.id}.yaml"

    @property
    def entry(self) -> Entry:
        """The last entry of its history."""
        return self.spec.history[-1]

    @property
    def counts(self) -> bool:
        """Whether the party has reported: a draft and a returned report are none."""
        return self.entry.state in ("submitted", "approved")

    @property
    def is_public(self) -> bool:
        """Whether somebody else published it, so that it is an account of what the party did rather than its report."""
        return self.entry.state == "public"


@dataclass(frozen=True)
class Plan:
    """Everything that is in the folder ``plan``.

    Attributes:
        root: the workspace.
        config: ``plan.yaml``.
        tasks: key tasks by identifier, in the order of their numbers and names.
        reports: progress reports in the order of their files.
        proposals: proposals for later years by identifier.
        parties: names of the parties, as ``ceyuan.yaml`` has them now.
        unwritten: documents that are to become files of the plan, by the name that they would have.

    >>> from ceyuan.plan import load_plan
    >>> [task.id for task in load_plan(gba).of_year(2026)][:2]
    ['central-coordination', 'central-basic-research']
    """

    root: Path
    config: PlanFile
    tasks: Mapping[str, TaskFile]
    reports: tuple[Report, ...]
    proposals: Mapping[str, ProposalFile]
    parties: Mapping[str, Trilingual] = field(default_factory=dict)
    unwritten: Mapping[str, YamlDocument] = field(default_factory=dict)

    def line(self, file: str, *path: str | int) -> int:
        """The line of a path in one of its files; only looked up where something is wrong."""
        if file in self.unwritten:
            return self.unwritten[file].line(path)
        return line_in(self.root, file, *path)

    @cached_property
    def years(self) -> Mapping[int, ProgrammeYear]:
        """Programme years in order."""
        return {y.year: y for y in sorted(self.config.years, key=lambda y: y.year)}

    @cached_property
    def reports_of(self) -> Mapping[str, tuple[Report, ...]]:
        """Reports by task."""
        found: dict[str, list[Report]] = {}
        for report in self.reports:
            found.setdefault(report.spec.task, []).append(report)
        return {task: tuple(reports) for task, reports in found.items()}

    def of_year(self, year: int) -> list[TaskFile]:
        """The tasks that run in a programme year."""
        return [t for t in self.tasks.values() if t.year <= year <= t.last_year]

    def year_at(self, day: date) -> int:
        """The programme year that is asked about on a day: the last one known by then, or the first."""
        return year_at(self.config, day)

    def periods_of(self, task: TaskFile) -> tuple[str, ...]:
        """The periods for which a task is reported on, in order."""
        return tuple(
            p
            for y in self.years.values()
            if task.year <= y.year <= task.last_year
            for p in y.reporting
        )


def year_at(config: PlanFile, day: date) -> int:
    """The programme year that is asked about on a day: the last one known by then, or the first."""
    known = [y.year for y in config.years if y.known_from <= day]
    return max(known) if known else min(y.year for y in config.years)


def in_order(tasks: Iterable[TaskFile]) -> dict[str, TaskFile]:
    """Tasks by identifier: numbered ones first, as a person counts (2 before 10), then by identifier."""
    return {t.id: t for t in sorted(tasks, key=_rank)}


def _rank(task: TaskFile) -> tuple[bool, tuple[tuple[int, str], ...], str]:
    parts = (task.number or "").replace("．", ".").split(".")
    numbers = tuple((int(p), "") if p.isdecimal() else (0, p) for p in parts)
    return task.number is None, numbers, task.id
