"""Adds reports to a plan and moves them from state to state; what would break a rule is refused before it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.indicators.types import INDICATOR
from ceyuan.periods import parse_period
from ceyuan.plan.checks import check_plan
from ceyuan.plan.loading import load_plan, period_folder
from ceyuan.plan.model import Plan, Report
from ceyuan.plan.references import check_references
from ceyuan.plan.spec import Entry, ReportFile, State, Superseded
from ceyuan.plan.states import FOLLOWS, content_hash, history_faults
from ceyuan.plan.writing import one_writer, rewrite, to_yaml, write_all
from ceyuan.workspace.reader import load_workspace
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import YamlDocument, parse_yaml

_NO_HASH = "0" * 16


def report_id(spec: ReportFile, number: int = 1) -> str:
    """The name of a report: folder and file without suffix; the first of its key has no number."""
    name = f"{period_folder(spec.period)}/{spec.task}.{spec.party}"
    return name if number == 1 else f"{name}.{number}"


def read_report(document: YamlDocument) -> ReportFile:
    """A report from YAML that stands in no plan yet.

    Raises:
        CeyuanError: every fault, with the line in that document.
    """
    return parse_spec(ReportFile, document, document.data)


def parse_report(content: bytes, file: str) -> ReportFile:
    """A report from the bytes of its file.

    Raises:
        CeyuanError: every fault of it.
    """
    return read_report(parse_yaml(content.decode("utf-8-sig", "replace"), file))


def add_report(
    root: Path, spec: ReportFile, document: YamlDocument | None = None, supersede: str | None = None
) -> str:
    """Write a report into the plan of a workspace, if it is sound.

    Args:
        root: the workspace.
        spec: the report.
        document: where it was read from, for lines; None where it stands in no file.
        supersede: why the approved report on the same task, party and period is replaced.

    Returns:
        The file that was written.

    Raises:
        CeyuanError: ``plan-report-locked``, ``plan-duplicate-report``, ``plan-busy``, or every fault of the report; nothing is
            written.
    """
    with one_writer(root):
        return _add(root, spec, document, supersede)


def _add(root: Path, spec: ReportFile, document: YamlDocument | None, supersede: str | None) -> str:
    plan = load_plan(root)
    new = next_report(plan, spec, document, supersede)
    check_report(plan, new, document)
    write_all(root, {new.file: to_yaml(new.spec)})
    return new.file


def next_report(
    plan: Plan, spec: ReportFile, document: YamlDocument | None = None, supersede: str | None = None
) -> Report:
    """A new report with its name: the first on its task, party and period, or one that replaces the last.

    A public account is nothing to replace: the party's own report is named beside it, and counts from then on.

    Args:
        plan: the plan that it is to be added to.
        spec: the report.
        document: where it was read from, for lines; None where it stands in no file.
        supersede: why the approved report on the same key is replaced.

    Raises:
        CeyuanError: ``plan-report-locked`` or ``plan-duplicate-report``.
    """
    there = [r for r in plan.reports_of.get(spec.task, ()) if r.spec.key == spec.key]
    # What others publish stands beside a party's reports: neither is in the other's way.
    is_public = Report(report_id(spec), spec).is_public
    same = [r for r in there if r.is_public == is_public]
    if same and supersede is not None and spec.supersedes is None:
        spec = spec.model_copy(
            update={"supersedes": Superseded(report=_last(same).id, reason=supersede)}
        )
    if same and spec.supersedes is None:
        raise _refused(_last(same), document)
    endings = (report.id.rpartition(".")[2] for report in there)
    numbers = [int(ending) if ending.isdecimal() else 1 for ending in endings]
    return Report(report_id(spec, max(numbers, default=0) + 1), spec)


def _last(reports: Iterable[Report]) -> Report:
    """The report of a key that none supersedes."""
    found = list(reports)
    replaced = {r.spec.supersedes.report for r in found if r.spec.supersedes is not None}
    return next(r for r in reversed(found) if r.id not in replaced)


def _refused(there: Report, document: YamlDocument | None) -> CeyuanError:
    file = None if document is None else document.file
    line = None if document is None else document.line(("period",))
    last = there.spec.history[-1]
    if last.state == "approved":
        message = f"{there.spec.period} is locked: {there.file} was approved on {last.on}"
        hint = "To replace it, say why with --supersede"
        return fail("plan-report-locked", message, file=file, line=line, hint=hint)
    message = f"{there.file} is there already, and it is {last.state}"
    hint = "Edit that file; --state moves it on"
    return fail("plan-duplicate-report", message, file=file, line=line, hint=hint)


def find_report(root: Path, task: str, party: str, period: str) -> str:
    """The report of a task, party and period that none supersedes; a public account where the party has none of its own.

    Raises:
        CeyuanError: ``plan-unknown-report``.
    """
    found = [r for r in load_plan(root).reports if r.spec.key == (task, party, _canonical(period))]
    if not found:
        raise fail(
            "plan-unknown-report", f"there is no report by {party!r} on {task!r} for {period}"
        )
    return _last([r for r in found if not r.is_public] or found).id


def _canonical(period: str) -> str:
    try:
        return parse_period(period).text
    except ValueError as error:
        raise fail("bad-period", str(error)) from None


def move_report(
    root: Path, name: str, state: State, by: str, on: str, reason: str | None = None
) -> str:
    """Add an entry to the history of a report.

    Args:
        root: the workspace.
        name: the report.
        state: the state from then on.
        by: who does it.
        on: when (a day or a month).
        reason: for ``returned``, why.

    Returns:
        The file that was changed.

    Raises:
        CeyuanError: ``plan-unknown-report``, ``plan-report-locked``, ``plan-illegal-state``, ``plan-busy`` or
            ``plan-changed-meanwhile``; nothing is written.
    """
    with one_writer(root):
        return _move(root, name, state, by, on, reason)


def _move(root: Path, name: str, state: State, by: str, on: str, reason: str | None) -> str:
    plan = load_plan(root)
    old = next((r for r in plan.reports if r.id == name), None)
    if old is None:
        raise fail("plan-unknown-report", f"there is no report {name!r}")
    before = (root / old.file).read_bytes()
    last = old.spec.history[-1]
    if state not in FOLLOWS[last.state]:
        code = "plan-report-locked" if last.state == "approved" else "plan-illegal-state"
        line = plan.line(old.file, "history", len(old.spec.history) - 1)
        raise fail(
            code,
            f"it is {last.state} since {last.on} and cannot become {state}",
            file=old.file,
            line=line,
        )
    spec = moved(old.spec, state, by, on, reason)
    check_report(plan, Report(old.id, spec), None)
    # The plan may have been read from what is kept of it: what is replaced must be what it says.
    if parse_report(before, old.file) != old.spec:
        raise fail(
            "plan-changed-meanwhile",
            "the file was changed since it was read; nothing is written",
            file=old.file,
        )
    rewrite(root / old.file, to_yaml(spec).encode(), old.file, before)
    return old.file


def moved(
    spec: ReportFile, state: State, by: str, on: str, reason: str | None = None
) -> ReportFile:
    """A report with a further entry in its history; one that is approved is locked by the hash of what it says.

    Args:
        spec: the report.
        state: the state from then on.
        by: who does it.
        on: when (a day or a month).
        reason: for ``returned``, why.

    Raises:
        CeyuanError: ``bad-value``.
    """
    raw = {
        "state": state,
        "by": by,
        "on": on,
        "reason": reason,
        "content": _NO_HASH if state == "approved" else None,
    }
    entry = parse_spec(Entry, None, {k: v for k, v in raw.items() if v is not None})
    then = spec.model_copy(update={"history": (*spec.history, entry)})
    if state != "approved":
        return then
    locked = entry.model_copy(update={"content": content_hash(then)})
    return spec.model_copy(update={"history": (*spec.history, locked)})


def check_report(plan: Plan, new: Report, document: YamlDocument | None = None) -> None:
    """Refuse a report that would bring a fault into the plan.

    Args:
        plan: the plan.
        new: the report, new or in place of the one of the same name.
        document: where it was read from, for lines; None where it stands in no file.

    Raises:
        CeyuanError: with the faults, at their lines in the document.
    """
    text = document or parse_yaml(to_yaml(new.spec), new.file)
    others = tuple(r for r in plan.reports if r.id != new.id)
    then = replace(
        plan, reports=tuple(sorted((*others, new), key=lambda r: r.id)), unwritten={new.file: text}
    )
    found = [
        Problem(code, message, new.file, text.line(path))
        for path, code, message in history_faults(new.spec)
    ]
    found += [p for p in check_plan(then) if p.file == new.file]
    workspace, problems = load_workspace(plan.root, INDICATOR)
    if workspace is None:
        raise CeyuanError(problems)
    found += [p for p in check_references(workspace, then) if p.file == new.file]
    if found:
        # Without a document the lines would be those of a file that is not there.
        file = None if document is None else document.file
        raise CeyuanError(
            Problem(p.code, p.message, file, None if file is None else p.line, p.hint)
            for p in dict.fromkeys(found)
        )
