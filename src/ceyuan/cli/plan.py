"""``ceyuan plan``: how tasks stand, new reports, changes, the briefing pack, exchange with other programs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ceyuan.cli.output import (
    counted,
    format_option,
    language_option,
    print_json,
    print_rows,
    say,
    workspace_option,
    write_out,
)

if TYPE_CHECKING:
    from ceyuan.plan import PlanStatus
    from ceyuan.plan.spec import ReportFile
    from ceyuan.workspace.yamlfile import YamlDocument

F = TypeVar("F", bound=Callable[..., Any])
day_option = click.option(
    "--as-of",
    help="A day (YYYY-MM-DD): reports filed and the build made up to then.  [default: today]",
)
year_option = click.option(
    "--year", type=int, help="The programme year.  [default: the last one agreed by that day]"
)


def filters(command: F) -> F:
    """The options that choose tasks."""
    for option in (
        click.option(
            "--party", help="Only tasks in which this party has part, from its point of view."
        ),
        click.option("--field", help="Only tasks of this field of work."),
        click.option("--mechanism", help="Only tasks of this mechanism."),
    ):
        command = option(command)
    return command


@click.group()
def plan() -> None:
    """The plan: how its tasks stand, who has reported what, what changed, what is open.

    \b
    Example:  ceyuan plan status -w gba --lang zh-Hans
    """


def _status(workspace: Path, as_of: str | None, year: int | None) -> PlanStatus:
    from ceyuan.plan.opening import plan_as_of  # noqa: PLC0415 - loaded when the command runs

    return plan_as_of(workspace, as_of, year)


@plan.command("status")
@click.argument("task", required=False)
@workspace_option
@filters
@click.option(
    "--state",
    help="Only tasks in this state: overdue, not_reported, at_risk, in_progress, on_track, done, planned.",
)
@click.option("--by", type=click.Choice(["task", "party", "field", "mechanism", "day"]), default="task", show_default=True,
              help="One line a task, or a summary, or the timeline.")  # fmt: skip
@year_option
@day_option
@language_option
@format_option
def status_command(
    task: str | None, workspace: Path, party: str | None, field: str | None, mechanism: str | None, state: str | None,
    by: str, year: int | None, as_of: str | None, lang: str, format_: str,
) -> None:  # fmt: skip
    """Show how the tasks of a programme year stand, each with the reason; or one TASK with everything that decides.

    States are derived from files, figures and the day; nobody types them. With --party, the table says what that party
    must do and has reported.

    \b
    Example:  ceyuan plan status -w gba --party hongkong
              ceyuan plan status laboratories -w gba --lang zh-Hans
              ceyuan plan status -w gba --by party --as-of 2026-06-30
    """
    from ceyuan.cli import plan_tables as tables  # noqa: PLC0415
    from ceyuan.plan.export import as_plain, status_export  # noqa: PLC0415

    found = _status(workspace, as_of, year)
    if task is not None:
        one = found.task(task)
        if format_ == "json":
            print_json(as_plain(one))
        else:
            print_rows(tables.details(found, one, lang), tables.DETAIL_COLUMNS, format_)
        return
    found = found.only(party=party, field=field, mechanism=mechanism, state=_state(state))
    if format_ == "json" and by == "task":
        print_json(status_export(found))
        return
    rows, columns = tables.view(found, by, party, lang)
    print_rows(rows, columns, format_)
    say(
        f"{found.year} as of {found.day}, build {found.figures.build or 'none'}: "
        + tables.counts(found)
    )


def _state(name: str | None) -> Any:
    from ceyuan.plan.outcome import TASK_STATES  # noqa: PLC0415

    if name is not None and name not in TASK_STATES:
        raise click.BadParameter(
            f"there is no state {name!r}; there are {', '.join(TASK_STATES)}", param_hint="--state"
        )
    return name


@plan.command("targets")
@workspace_option
@click.option("--place", help="Only targets of this place.")
@click.option("--indicator", help="Only targets of this indicator.")
@click.option(
    "--state",
    help="Only targets in this state: met, missed, on_path, behind, open, awaited, no_figure.",
)
@day_option
@language_option
@format_option
def targets_command(
    workspace: Path,
    place: str | None,
    indicator: str | None,
    state: str | None,
    as_of: str | None,
    lang: str,
    format_: str,
) -> None:
    """List what is aimed at, in all programme years: target values beside the figures that decide, and dated milestones.

    \b
    Example:  ceyuan plan targets -w gba
              ceyuan plan targets -w gba --place shenzhen --lang zh-Hans
              ceyuan plan targets -w gba --state missed --format json
    """
    from ceyuan.cli import plan_tables as tables  # noqa: PLC0415
    from ceyuan.plan.loading import load_plan  # noqa: PLC0415
    from ceyuan.plan.opening import every_task  # noqa: PLC0415

    wanted = {"place": place, "indicator": indicator, "state": state}
    rows = tables.aims(
        every_task(workspace, as_of),
        lang,
        {key: value for key, value in wanted.items() if value},
        load_plan(workspace).parties,
    )
    names = tables.AIM_NAMES if format_ == "csv" else []
    print_rows(rows, [*tables.AIM_COLUMNS, *names], format_)
    counts = Counter(row["state"] for row in rows)
    say(
        counted(len(rows), "aim") + "".join(f", {number} {name}" for name, number in counts.items())
    )


@plan.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@workspace_option
@filters
@year_option
@language_option
@format_option
def diff_command(
    before: str, after: str | None, workspace: Path, party: str | None, field: str | None, mechanism: str | None,
    year: int | None, lang: str, format_: str,
) -> None:  # fmt: skip
    """Show what changed in a plan between two days, BEFORE and AFTER (today if left out).

    \b
    Example:  ceyuan plan diff 2026-06-01 2026-07-01 -w gba
    """
    from ceyuan.cli import plan_tables as tables  # noqa: PLC0415
    from ceyuan.plan.changes import compare_plans  # noqa: PLC0415
    from ceyuan.plan.opening import plan_as_of  # noqa: PLC0415

    new = _status(workspace, after, year)
    old = plan_as_of(workspace, before, new.year, new.plan)
    if new.day < old.day:
        raise click.BadParameter(f"{old.day} is after {new.day}", param_hint="BEFORE")
    old, new = (s.only(party=party, field=field, mechanism=mechanism) for s in (old, new))
    rows = tables.changes(compare_plans(old, new), lang)
    print_rows(rows, tables.CHANGE_COLUMNS, format_)
    say(f"{counted(len(rows), 'change')} between {old.day} and {new.day}")


@plan.command("brief")
@workspace_option
@year_option
@day_option
@language_option
@click.option("--format", "format_", type=click.Choice(["md", "html", "docx", "pdf", "json"]), default="md",
              show_default=True, help="A text in one language, or as json everything in all languages.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: stdout]",
)
def brief_command(
    workspace: Path, year: int | None, as_of: str | None, lang: Any, format_: str, out: Path | None
) -> None:
    """Write the briefing pack of the yearly meeting: summary, each party's part, what comes next, open questions.

    \b
    Example:  ceyuan plan brief -w gba --lang zh-Hans > brief.md
              ceyuan plan brief -w gba --lang zh-Hant --format pdf --out brief.pdf
    """
    from ceyuan.plan.briefing import briefing, briefing_export  # noqa: PLC0415
    from ceyuan.plan.briefing_text import briefing_markdown  # noqa: PLC0415
    from ceyuan.plan.opening import load_year, plan_as_of, read_day  # noqa: PLC0415
    from ceyuan.workspace.reader import read_config  # noqa: PLC0415

    plan = load_year(workspace, read_day(workspace, as_of), year, before=True)
    pack = briefing(plan_as_of(workspace, as_of, year, plan), read_config(workspace).name)
    if format_ == "json":
        print_json(briefing_export(pack))
    elif format_ == "md":
        write_out(briefing_markdown(pack, lang).encode(), out, format_)
    else:
        from ceyuan.bulletin.briefing import briefing_document  # noqa: PLC0415
        from ceyuan.bulletin.printing import printed  # noqa: PLC0415

        write_out(printed(briefing_document(pack, lang), format_), out, format_)


@plan.command("report")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@workspace_option
@click.option("--task", help="The task.")
@click.option("--party", help="The party that reports.")
@click.option("--period", help="The reporting period.")
@click.option("--text", help="What was done.")
@click.option("--difficulties", help="What stands in the way.")
@click.option("--next-steps", help="What comes next.")
@click.option("--lang", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="zh-Hans", show_default=True,
              help="The language of these texts.")  # fmt: skip
@click.option("--state", type=click.Choice(["draft", "submitted", "returned", "approved"]),
              help="The state to begin with; without a text, the state that an existing report moves to.")  # fmt: skip
@click.option("--by", help="Who does it.")
@click.option("--on", help="When (a day or a month).  [default: today]")
@click.option("--reason", help="Why a report is returned.")
@click.option(
    "--supersede", metavar="REASON", help="Why the approved report on the same period is replaced."
)
def report_command(
    file: Path | None, workspace: Path, supersede: str | None, **said: str | None
) -> None:
    """Add a report to the plan, from a YAML FILE (- for standard input) or from options; or move one to another state.

    The report is checked first and refused as a whole where anything is wrong with it: a period that is not reported,
    a period that is locked because its report was approved, a value without evidence.

    \b
    Example:  ceyuan plan report report.yaml -w gba
              ceyuan plan report -w gba --task laboratories --party hongkong --period 2026-H1 --text … --by …
              ceyuan plan report -w gba --task laboratories --party hongkong --period 2026-H1 --state approved --by …
    """
    from ceyuan.plan.filing import add_report  # noqa: PLC0415

    if file is None and said["text"] is None:
        written = _move(workspace, said)
    elif file is None:
        written = add_report(workspace, _from_options(workspace, said), supersede=supersede)
    else:
        document, spec = _from_file(file)
        written = add_report(workspace, spec, document, supersede)
    say(f"Wrote {workspace / written}")


def _from_file(file: Path) -> tuple[YamlDocument, ReportFile]:
    from ceyuan.plan.filing import read_report  # noqa: PLC0415
    from ceyuan.workspace.yamlfile import parse_yaml, read_yaml  # noqa: PLC0415

    document = (
        parse_yaml(sys.stdin.read(), "standard input") if str(file) == "-" else read_yaml(file)
    )
    return document, read_report(document)


def _needed(said: dict[str, str | None], *names: str) -> dict[str, str]:
    missing = [f"--{n}" for n in names if not said[n]]
    if missing:
        raise click.UsageError(f"a FILE, or {', '.join(missing)}, is needed")
    return {n: str(said[n]) for n in names}


def _today(workspace: Path) -> str:
    from ceyuan.workspace.clock import today  # noqa: PLC0415

    return today(workspace).isoformat()


def _from_options(workspace: Path, said: dict[str, str | None]) -> ReportFile:
    from ceyuan.plan.spec import ReportFile  # noqa: PLC0415
    from ceyuan.workspace.spec import parse_spec  # noqa: PLC0415

    key = _needed(said, "task", "party", "period", "by")
    by = key.pop("by")
    texts = {
        n: {str(said["lang"]): said[n]} for n in ("text", "difficulties", "next_steps") if said[n]
    }
    entry = {"state": said["state"] or "draft", "by": by, "on": said["on"] or _today(workspace)}
    return parse_spec(ReportFile, None, {**key, **texts, "history": [entry]})


def _move(workspace: Path, said: dict[str, str | None]) -> str:
    from ceyuan.plan.filing import find_report, move_report  # noqa: PLC0415

    given = _needed(said, "task", "party", "period", "state", "by")
    name = find_report(workspace, given["task"], given["party"], given["period"])
    state: Any = given["state"]
    return move_report(
        workspace, name, state, given["by"], said["on"] or _today(workspace), said["reason"]
    )


@plan.command("export")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@workspace_option
@filters
@click.option(
    "--to",
    type=click.Choice(["xlsx", "iati", "ics"]),
    help="The format.  [default: by the name of OUT]",
)
@year_option
@day_option
@click.option("--lang", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="zh-Hans", show_default=True,
              help="The language of a calendar.")  # fmt: skip
def export_command(
    out: Path, workspace: Path, party: str | None, field: str | None, mechanism: str | None, to: str | None,
    year: int | None, as_of: str | None, lang: Any,
) -> None:  # fmt: skip
    """Write a programme year for other programs: a workbook, IATI-shaped JSON, or a calendar of deadlines.

    \b
    Example:  ceyuan plan export 2026.xlsx -w gba
              ceyuan plan export deadlines.ics -w gba --party hongkong
              ceyuan plan export results.json -w gba
    """
    from ceyuan.plan.exchange import write_export  # noqa: PLC0415

    kind = to or {".xlsx": "xlsx", ".json": "iati", ".ics": "ics"}.get(out.suffix.lower())
    if kind is None:
        raise click.BadParameter("its name says no format; use --to", param_hint="OUT")
    found = _status(workspace, as_of, year).only(party=party, field=field, mechanism=mechanism)
    write_export(found, kind, out, lang)
    say(f"Wrote {out}: {counted(len(found.tasks), 'task')}")


@plan.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@workspace_option
@click.option("--year", type=int, required=True, help="The programme year of new tasks.")
@click.option(
    "--period",
    help="The reporting period of what the column 进展情况 says; without it no report is made.",
)
@click.option("--by", help="Who reports.")
@click.option("--on", help="When (a day or a month).  [default: today]")
@click.option("--sheet", help="The sheet.  [default: the first]")
def import_command(
    file: Path,
    workspace: Path,
    year: int,
    period: str | None,
    by: str | None,
    on: str | None,
    sheet: str | None,
) -> None:
    """Read a workbook in the layout that departments use: one row a task, with lead, partners, deadline, progress.

    New tasks become files in plan/tasks; with --period and --by, progress becomes draft reports of the lead. If anything is
    wrong with any row, nothing is written.

    \b
    Example:  ceyuan plan import 2026.xlsx -w gba --year 2026 --period 2026-H1 --by 省科技厅
    """
    from ceyuan.plan.workbook_import import import_workbook  # noqa: PLC0415

    if (period is None) != (by is None):
        raise click.UsageError("--period and --by go together")
    done = import_workbook(
        workspace, file, year, period=period, by=by, on=on or _today(workspace), sheet=sheet
    )
    for warning in done.warnings:
        say(str(warning))
    for name in done.written:
        click.echo(name)
    say(
        f"{counted(len(done.written), 'file')} written, {counted(done.unchanged, 'task')} in the plan already"
    )
