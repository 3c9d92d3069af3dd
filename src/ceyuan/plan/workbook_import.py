"""Reads the workbook that departments pass round, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.indicators.types import INDICATOR
from ceyuan.periods import parse_period
from ceyuan.plan.checks import check_plan
from ceyuan.plan.filing import next_report
from ceyuan.plan.loading import load_plan
from ceyuan.plan.model import Plan, Report, in_order
from ceyuan.plan.opening import plan_as_of
from ceyuan.plan.references import check_references
from ceyuan.plan.spec import ReportFile, TaskFile
from ceyuan.plan.workbook import COLUMNS, COMPLETION, workbook_rows
from ceyuan.plan.workbook_read import SheetRow, read_sheet
from ceyuan.plan.writing import one_writer, to_yaml, write_all
from ceyuan.wording import Trilingual
from ceyuan.workspace.reader import Workspace, load_workspace
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import parse_spec

_SEPARATORS = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        written: files that were written.
        unchanged: rows of tasks that are in the plan already.
        warnings: rows that differ from the task in the plan, and names that are still to be translated.
    """

    written: tuple[str, ...]
    unchanged: int
    warnings: tuple[Problem, ...]


@dataclass(slots=True)
class _Work:
    """What is collected before anything is written."""

    workspace: Workspace
    plan: Plan
    file: str
    year: int
    report: Mapping[str, str] | None
    shown: Mapping[str, Mapping[str, str]]
    tasks: dict[str, tuple[TaskFile, int]] = field(default_factory=dict)
    reports: dict[str, tuple[Report, int]] = field(default_factory=dict)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, message: str, line: int, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, self.file, line, hint))

    def warn(self, code: str, message: str, line: int) -> None:
        self.problems.append(Problem(code, message, self.file, line, severity="warning"))


def import_workbook(
    root: Path,
    path: Path,
    year: int,
    *,
    period: str | None = None,
    by: str | None = None,
    on: str = "",
    sheet: str | None = None,
) -> Imported:
    """Add the tasks of a workbook to a plan, and what it says of progress as draft reports of each lead.

    Args:
        root: the workspace; it must have ``plan/plan.yaml``.
        path: the workbook.
        year: the programme year of new tasks.
        period: the reporting period of the column 进展情况; None to leave that column alone.
        by: who reports.
        on: when (a day or a month).
        sheet: the sheet; the first if None.

    Raises:
        CeyuanError: ``bad-xlsx``, ``plan-xlsx-column``, or the faults of all rows; nothing is written then.
    """
    rows = read_sheet(path, sheet)
    report = None if period is None else {"period": period, "by": by or "", "on": on}
    with one_writer(root):
        return _import(root, rows, str(path), year, report)


def _import(
    root: Path, rows: list[SheetRow], file: str, year: int, report: Mapping[str, str] | None
) -> Imported:
    plan = load_plan(root)
    workspace, problems = load_workspace(root, INDICATOR)
    if workspace is None:
        raise CeyuanError(problems)
    if year not in plan.years:
        raise fail(
            "plan-unknown-year",
            f"the plan has no year {year}",
            hint=f"Years: {', '.join(map(str, plan.years))}",
        )
    shown = {row["id"]: row for row in workbook_rows(plan_as_of(root, None, year, plan))}
    work = _Work(workspace, plan, file, year, report, shown)
    for row in rows:
        _row(work, row)
    _check(work)
    if any(p.severity == "error" for p in work.problems):
        raise CeyuanError(p for p in work.problems if p.severity == "error")
    texts = {f"plan/tasks/{name}.yaml": to_yaml(spec) for name, (spec, _) in work.tasks.items()}
    texts |= {report.file: to_yaml(report.spec) for report, _ in work.reports.values()}
    write_all(root, texts)
    return Imported(tuple(texts), work.unchanged, tuple(work.problems))


def _row(work: _Work, row: SheetRow) -> None:
    name = row.cells.get("id") or _identifier(work, row)
    if name in work.tasks:
        work.wrong(
            "duplicate-id",
            f"the task {name!r} stands in row {work.tasks[name][1]} already",
            row.line,
        )
        return
    known = work.plan.tasks.get(name)
    if known is None:
        task = _task(work, row, name)
        if task is None:
            return
        work.tasks[name] = task, row.line
    else:
        task = known
        work.unchanged += 1
        for key in ("number", "name", "lead", "partners", "units", "goal", "due"):
            there = work.shown.get(name, {}).get(key, "")
            if key in row.cells and row.cells[key] != there:
                message = f"{COLUMNS[key]} is {row.cells[key]!r}, and {name!r} has {there!r} in the plan, which stays"
                work.warn("plan-xlsx-differs", message, row.line)
    _report(work, row, task)


def _identifier(work: _Work, row: SheetRow) -> str:
    """The task of a row without identifier: the one of that year and name, or a new one named by its number."""
    name = row.cells.get("name", "")
    same = [t.id for t in work.plan.of_year(work.year) if t.name.zh_hans == name]
    if same:
        return same[0]
    number = (
        re.sub(r"[^0-9a-z]+", "-", row.cells.get("number", "").lower()).strip("-")
        or f"row-{row.line}"
    )
    return f"task-{work.year}-{number}"


def _task(work: _Work, row: SheetRow, name: str) -> TaskFile | None:
    before = len(work.problems)
    cells = row.cells
    if not cells.get("name"):
        work.wrong("missing-key", f"{COLUMNS['name']} is empty", row.line)
    sides = _sides_of(work, row)
    due = _day(work, cells.get("due", ""), row.line)
    topics = {
        key: _topic(work, key, cells.get(key, ""), row.line) for key in ("field", "mechanism")
    }
    if any(p.severity == "error" for p in work.problems[before:]):
        return None
    raw: dict[str, Any] = {
        "id": name, "number": cells.get("number") or None, "year": work.year, "name": _names(work, row, "name"),
        **sides,
        "units": [{"name": _untranslated(name)} for name in _listed(cells.get("units", ""))],
        "why": _names(work, row, "why"), **topics, "milestones": _completion(cells.get("goal", ""), due),
    }  # fmt: skip
    try:
        return parse_spec(TaskFile, None, {k: v for k, v in raw.items() if v is not None})
    except CeyuanError as error:
        for p in error.problems:
            work.wrong(p.code, p.message, row.line, p.hint)
        return None


def _completion(goal: str, due: str | None) -> list[dict[str, Any]]:
    if not goal and due is None:
        return []
    done = {"id": COMPLETION, "name": {"en": "Completed", "zh-Hans": "完成", "zh-Hant": "完成"}}
    more = {"deliverable": _untranslated(goal)} if goal else {}
    return [{**done, **more, **({} if due is None else {"due": due})}]


def _names(work: _Work, row: SheetRow, key: str) -> dict[str, str] | None:
    """A text in three languages; a language that the workbook has no text for takes the Chinese one, with a warning."""
    text = row.cells.get(key, "")
    if not text:
        return None
    found = {
        "en": row.cells.get(f"{key}_en", ""),
        "zh-Hans": text,
        "zh-Hant": row.cells.get(f"{key}_hant", ""),
    }
    missing = [language for language in languages_of(work.plan.root) if not found[language]]
    if missing:
        work.warn(
            "plan-untranslated",
            f"{text!r} has no text in {' and '.join(missing)}; the Chinese one stands there",
            row.line,
        )
    return {language: said or text for language, said in found.items()}


def _listed(cell: str) -> list[str]:
    return [name.strip() for name in _SEPARATORS.split(cell) if name.strip()]


def _spellings(work: _Work) -> tuple[dict[str, str], dict[str, str]]:
    """Parties, and cities that belong to one, by every spelling of theirs."""
    parties: dict[str, str] = {}
    cities: dict[str, str] = {}
    for party in work.workspace.config.parties:
        parties |= dict.fromkeys((party.id, *_all_names(party.name), *party.aliases), party.id)
    for place in work.workspace.places:
        if place.kind == "city" and place.party is not None:
            cities |= dict.fromkeys((place.id, *_all_names(place.name), *place.aliases), place.id)
    return parties, {
        spelling: place for spelling, place in cities.items() if spelling not in parties
    }


def _all_names(name: Trilingual) -> tuple[str, str, str]:
    return name.en, name.zh_hans, name.zh_hant


def _sides_of(work: _Work, row: SheetRow) -> dict[str, Any]:
    """Who leads and who has part: the first of several leads is the lead, and cities stand apart from parties."""
    parties, cities = _spellings(work)
    leads = _sides(work, row, "lead", parties)
    if not row.cells.get("lead"):
        work.wrong("unknown-party", f"{COLUMNS['lead']} is empty", row.line)
    others = _sides(work, row, "partners", parties | cities)
    places = set(cities.values())
    return {
        "lead": leads[0] if leads else None,
        "co_leads": leads[1:],
        "partners": [side for side in others if side not in places],
        "cities": [side for side in others if side in places],
    }


def _sides(work: _Work, row: SheetRow, key: str, spellings: Mapping[str, str]) -> list[str]:
    """The sides that a cell lists; one that is not known is a fault of the row."""
    found = []
    for text in _listed(row.cells.get(key, "")):
        if text in spellings:
            found.append(spellings[text])
            continue
        parties = "、".join(p.name.zh_hans for p in work.workspace.config.parties)
        hint = did_you_mean(text, spellings) or f"Parties: {parties}"
        work.wrong("unknown-party", f"{COLUMNS[key]} {text!r} is no party", row.line, hint)
    return found


def _untranslated(text: str) -> dict[str, str]:
    """A name in one language, kept as it is until somebody translates it."""
    return {"en": text, "zh-Hans": text, "zh-Hant": text}


def _topic(work: _Work, key: str, text: str, line: int) -> str | None:
    topics = work.plan.config.fields if key == "field" else work.plan.config.mechanisms
    spellings = {s: t.id for t in topics for s in (t.id, t.name.en, t.name.zh_hans, t.name.zh_hant)}
    if text and text not in spellings:
        hint = did_you_mean(text, spellings)
        work.wrong(
            "plan-unknown-topic", f"{COLUMNS[key]} {text!r} is not in plan/plan.yaml", line, hint
        )
    return spellings.get(text)


def _day(work: _Work, text: str, line: int) -> str | None:
    """The last day of what a deadline says: 2026年12月底前, 2026年底, 2026-12-31."""
    if not text:
        return None
    cleaned = (
        re.sub(r"年底", "年12月", re.sub(r"[之以]?前$", "", text.strip()))
        .removesuffix("底")
        .removesuffix("末")
    )
    try:
        period = parse_period(cleaned)
    except ValueError:
        period = None
    if period is None or period.start is None or period.grain == "all":
        work.wrong(
            "bad-date",
            f"{COLUMNS['due']} {text!r} is no day",
            line,
            "Write 2026-12-31, 2026年12月 or 2026年底",
        )
        return None
    return period.end.isoformat()


def _report(work: _Work, row: SheetRow, task: TaskFile) -> None:
    said = {key: row.cells.get(key, "") for key in ("progress", "difficulties", "next_steps")}
    there = work.shown.get(task.id, {})
    if (
        work.report is None
        or not any(said.values())
        or all(said[key] == there.get(key, "") for key in said)
    ):
        return
    if not said["progress"]:
        work.wrong(
            "missing-key",
            f"{COLUMNS['progress']} is empty, and the row says more about it",
            row.line,
        )
        return
    entry = {"state": "draft", "by": work.report["by"], "on": work.report["on"]}
    raw = {"task": task.id, "party": task.lead, "period": work.report["period"], "text": {"zh-Hans": said["progress"]},
           "history": [entry]}  # fmt: skip
    raw |= {key: {"zh-Hans": said[key]} for key in ("difficulties", "next_steps") if said[key]}
    try:
        spec = parse_spec(ReportFile, None, raw)
    except CeyuanError as error:
        for p in error.problems:
            work.wrong(p.code, p.message, row.line, p.hint)
        return
    try:
        work.reports[task.id] = next_report(work.plan, spec), row.line
    except CeyuanError as error:
        work.wrong(error.problems[0].code, error.problems[0].message, row.line)


def _check(work: _Work) -> None:
    """The faults that the plan would have with the new files, at the rows that they come from."""
    tasks = in_order([*work.plan.tasks.values(), *(t for t, _ in work.tasks.values())])
    reports = (*work.plan.reports, *(r for r, _ in work.reports.values()))
    then = replace(work.plan, tasks=tasks, reports=tuple(sorted(reports, key=lambda r: r.id)))
    lines = {f"plan/tasks/{name}.yaml": line for name, (_, line) in work.tasks.items()}
    lines |= {report.file: line for report, line in work.reports.values()}
    for p in dict.fromkeys([*check_plan(then), *check_references(work.workspace, then)]):
        if p.file in lines:
            work.wrong(p.code, p.message, lines[p.file], p.hint)
