"""What the files of a plan say about each other: tasks that exist, periods that are reported, states that may follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceyuan.errors import Problem, did_you_mean
from ceyuan.plan.dependencies import cycles
from ceyuan.plan.model import FOLDER, PLAN_FILE, Plan, Report
from ceyuan.plan.spec import TaskFile
from ceyuan.workspace.faults import unknown


def check_plan(plan: Plan) -> list[Problem]:
    """Every fault of a plan that shows without the rest of the workspace, but for faults within single files."""
    periods = {task.id: plan.periods_of(task) for task in plan.tasks.values()}
    return [
        *_config(plan),
        *(p for task in plan.tasks.values() for p in _task(plan, task)),
        *_circles(plan),
        *(p for report in plan.reports for p in _report(plan, report, periods)),
        *(p for task in plan.reports_of for p in _filings(plan, task)),
        *_proposals(plan),
    ]


def task_file(task: str) -> str:
    """The file of a task."""
    return f"{FOLDER}/tasks/{task}.yaml"


def _config(plan: Plan) -> Iterator[Problem]:
    lists = {
        "years": [str(y.year) for y in plan.config.years],
        "fields": [t.id for t in plan.config.fields],
        "mechanisms": [t.id for t in plan.config.mechanisms],
    }
    for key, names in lists.items():
        for position, name in enumerate(names):
            if name in names[:position]:
                line = plan.line(PLAN_FILE, key, position)
                yield Problem("duplicate-id", f"{name!r} stands twice in `{key}`", PLAN_FILE, line)
    periods = [(p, y.year, i) for i, y in enumerate(plan.config.years) for p in y.reporting]
    for position, (period, _, index) in enumerate(periods):
        earlier = next((y for p, y, _ in periods[:position] if p == period), None)
        if earlier is not None:
            line = plan.line(PLAN_FILE, "years", index, "reporting")
            yield Problem(
                "duplicate-id",
                f"the reporting period {period} is one of {earlier} already",
                PLAN_FILE,
                line,
            )


def _task(plan: Plan, task: TaskFile) -> Iterator[Problem]:
    file = task_file(task.id)
    years = [str(y) for y in plan.years]
    for key, year in (("year", task.year), ("through", task.through)):
        if year is not None and year not in plan.years:
            line = plan.line(file, key)
            yield unknown("plan-unknown-year", "programme year", str(year), years, file, line)
    yield from _topics(plan, task.field, task.mechanism, file)
    for position, name in enumerate(task.depends):
        if name not in plan.tasks:
            line = plan.line(file, "depends", position)
            yield unknown("plan-unknown-task", "task", name, plan.tasks, file, line)
    for position, milestone in enumerate(task.milestones):
        if milestone.party is not None and milestone.party not in task.parties:
            line = plan.line(file, "milestones", position, "party")
            yield _no_part(task, milestone.party, file, line)


def _topics(plan: Plan, field: str | None, mechanism: str | None, file: str) -> Iterator[Problem]:
    known = {
        "field": [t.id for t in plan.config.fields],
        "mechanism": [t.id for t in plan.config.mechanisms],
    }
    for key, name in (("field", field), ("mechanism", mechanism)):
        if name is not None and name not in known[key]:
            yield unknown("plan-unknown-topic", key, name, known[key], file, plan.line(file, key))


def _no_part(task: TaskFile, party: str, file: str, line: int) -> Problem:
    message = f"{party!r} has no part in the task {task.id!r}"
    hint = did_you_mean(party, task.parties) or f"Parties of the task: {', '.join(task.parties)}"
    return Problem("plan-no-part", message, file, line, hint)


def _circles(plan: Plan) -> Iterator[Problem]:
    for trail in cycles({t.id: t.depends for t in plan.tasks.values()}):
        first = plan.tasks[trail[0]]
        line = plan.line(task_file(first.id), "depends", first.depends.index(trail[1]))
        yield Problem(
            "plan-cycle", f"{' → '.join(trail)}: each waits for the next", task_file(first.id), line
        )


def _report(
    plan: Plan, report: Report, periods: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    spec, file = report.spec, report.file
    task = plan.tasks.get(spec.task)
    if task is None:
        yield unknown(
            "plan-unknown-task", "task", spec.task, plan.tasks, file, plan.line(file, "task")
        )
        return
    if spec.party not in task.parties:
        yield _no_part(task, spec.party, file, plan.line(file, "party"))
    if spec.period not in periods[task.id]:
        message = f"{task.id!r} is not reported on for {spec.period}"
        hint = f"Reporting periods: {', '.join(periods[task.id])}"
        yield Problem("plan-unknown-period", message, file, plan.line(file, "period"), hint)
    milestones = {m.id: m for m in task.milestones}
    for position, reached in enumerate(spec.reached):
        if reached.milestone not in milestones:
            line = plan.line(file, "reached", position, "milestone")
            yield unknown(
                "plan-unknown-milestone", "milestone", reached.milestone, milestones, file, line
            )
            continue
        deliverers = task.deliverers(milestones[reached.milestone])
        if spec.party not in deliverers:
            line = plan.line(file, "reached", position, "milestone")
            message = f"the milestone {reached.milestone!r} is for {' or '.join(map(repr, deliverers))} to report"
            yield Problem("plan-no-part", message, file, line)


def _filings(plan: Plan, task: str) -> Iterator[Problem]:
    """Several reports for one task, party and period: each but the first must supersede an approved one."""
    by_id = {r.id: r for r in plan.reports_of[task]}
    replaced: dict[str, str] = {}
    firsts: dict[tuple[str, str, str], Report] = {}
    for report in plan.reports_of[task]:
        if report.is_public:
            continue  # what others publish stands beside a party's reports
        named = report.spec.supersedes
        if named is None:
            first = firsts.setdefault(report.spec.key, report)
            if first is not report:
                yield _second(plan, first, report)
            continue
        line = plan.line(report.file, "supersedes", "report")
        old = by_id.get(named.report)
        if old is None or old.spec.key != report.spec.key:
            known = [
                r.id for r in by_id.values() if r.spec.key == report.spec.key and r is not report
            ]
            yield unknown(
                "plan-unknown-report",
                "report of this task, party and period",
                named.report,
                known,
                report.file,
                line,
            )
        elif old.spec.history[-1].state != "approved":
            message = f"{old.file} is {old.spec.history[-1].state} and is corrected itself, not superseded"
            yield Problem("plan-illegal-state", message, report.file, line)
        elif named.report in replaced:
            message = f"{old.file} is superseded already by {by_id[replaced[named.report]].file}"
            yield Problem("plan-duplicate-report", message, report.file, line)
        replaced.setdefault(named.report, report.id)
    for trail in cycles(
        {r.id: [r.spec.supersedes.report] if r.spec.supersedes else [] for r in by_id.values()}
    ):
        file = by_id[trail[0]].file
        line = plan.line(file, "supersedes")
        yield Problem("plan-cycle", f"{' → '.join(trail)}: each supersedes the next", file, line)


def _second(plan: Plan, first: Report, second: Report) -> Problem:
    line = plan.line(second.file, "task")
    locked = next((r for r in (first, second) if r.spec.history[-1].state == "approved"), None)
    if locked is None:
        message = f"{first.file} reports on the same task, party and period"
        return Problem("plan-duplicate-report", message, second.file, line)
    other = second if locked is first else first
    message = f"{locked.file} is approved, so {second.spec.party!r} has reported on {second.spec.task!r} for {second.spec.period}"
    hint = f"Replace it with `supersedes: {{report: {locked.id}, reason: …}}`"
    return Problem("plan-report-locked", message, other.file, plan.line(other.file, "task"), hint)


def _proposals(plan: Plan) -> Iterator[Problem]:
    for proposal in plan.proposals.values():
        file = f"{FOLDER}/proposals/{proposal.id}.yaml"
        yield from _topics(plan, proposal.field, proposal.mechanism, file)
        if proposal.follows is not None and proposal.follows not in plan.tasks:
            line = plan.line(file, "follows")
            yield unknown("plan-unknown-task", "task", proposal.follows, plan.tasks, file, line)
