"""``ceyuan compose``: a composite index of a workspace, or from two tables and a specification."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ceyuan.cli.output import (
    as_of_option,
    format_option,
    named,
    number_text,
    open_build,
    print_json,
    print_rows,
    say,
    workspace_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.tree import Tree

    from ceyuan.pipeline.composites.reading import Explained, IndexReader
    from ceyuan.pipeline.reading import Build
    from ceyuan.wording import Trilingual

_SCORES = [
    "rank",
    "place",
    "name",
    "period",
    "score",
    "interval",
    "median_rank",
    "p_first",
    "main_factor",
    "status",
]
_SENSITIVITY = [
    "target",
    "factor",
    "first",
    "first_q5",
    "first_q95",
    "total",
    "total_q5",
    "total_q95",
    "effect",
]
_MORE_SENSITIVITY = {"second_order": ["target", "factor", "other", "second", "q5", "q95"],
                     "shapley": ["target", "factor", "shapley", "q5", "q95"]}  # fmt: skip
_SHOWN = ["scores", "scenarios", "sensitivity", *_MORE_SENSITIVITY, "inputs"]
_SCENARIOS = ["scenario", "rank", "place", "period", "score", "nominal_rank"]
_INPUTS = ["code", "place", "period", "indicator", "observed", "breakdown", "value", "unit", "bound", "modality",
           "status", "source", "reason", "included"]  # fmt: skip


@click.command()
@click.argument("name", required=False)
@workspace_option
@click.option("--period", help="A period of a panel, or 'all'.  [default: the last]")
@click.option("--code", help="A group or indicator of the index.  [default: the index itself]")
@click.option(
    "--explain", metavar="UNIT", help="Take this place's score apart, down to observations."
)
@click.option("--show", "what", type=click.Choice(_SHOWN), default="scores",
              show_default=True, help="What is printed of the index.")  # fmt: skip
@as_of_option
@format_option
@click.option(
    "--data", type=click.Path(path_type=Path), help="Without a workspace: CSV, units x indicators."
)
@click.option(
    "--meta",
    type=click.Path(path_type=Path),
    help="CSV: codes, parents, weights, directions.  [default: all columns, one group]",
)
@click.option("--spec", type=click.Path(path_type=Path), help="YAML: every step of the index.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the results."
)
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html",
              help="Without a workspace: one illustrated page.")  # fmt: skip
@click.option(
    "--analysis",
    is_flag=True,
    help="Write statistics, correlations, reliability and influence as well.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but problems.")
def compose(
    name: str | None, workspace: Path, period: str | None, code: str | None, explain: str | None, what: str,
    as_of: str | None, format_: str, data: Path | None, meta: Path | None, spec: Path | None, out: Path | None,
    report: Path | None, *, analysis: bool, quiet: bool,
) -> None:  # fmt: skip
    """Show the composite index NAME of a build (or list all), or compute one from two tables.

    With --data, --spec and --out (and --meta, unless the index is flat) it needs no workspace: it computes the index and
    writes scores.csv, ranks.csv and stages/*.csv; where the specification has a section 'uncertainty' also
    uncertainty.csv and sensitivity.csv. --report shows all of it on one page.

    \b
    Example:  ceyuan compose centre_output -w gba
              ceyuan compose centre_output -w gba --explain shenzhen-hongkong-guangzhou
              ceyuan compose --data units.csv --meta structure.csv --spec index.yaml --out build/index
    """
    if data or meta or spec or out or report:
        if not (data and spec and (out or report)) or name or explain:
            message = (
                "--data and --spec go with --out or --report, and without the name of an index"
            )
            raise click.UsageError(message)
        _from_tables(data, meta, spec, out, report, analysis=analysis, quiet=quiet)
        return
    # What reads is imported when it is used: `ceyuan --help` must not wait for it.
    from ceyuan.pipeline.composites.reading import IndexReader, composites_of  # noqa: PLC0415

    with open_build(workspace, as_of) as build:
        if name is None:
            rows = [
                {"id": c.id, "en": c.name.en, "periods": "; ".join(map(str, c.periods))}
                for c in composites_of(build).values()
            ]
            print_rows(rows, ["id", "en", "periods"], format_)
            return
        index = IndexReader.open(build, name)
        if explain is not None:
            _explain(build, index.explain(explain, code, period), format_)
            return
        _show(build, index, what, code, period, format_)
        if not quiet:
            for who, lacks in index.left_out(period).items():
                say(f"left out: {who} (lacks {', '.join(lacks) or 'too much'})")


def _show(
    build: Build, index: IndexReader, what: str, code: str | None, period: str | None, format_: str
) -> None:
    if what == "sensitivity":
        print_rows(index.sensitivity(), _SENSITIVITY, format_)
    elif what in _MORE_SENSITIVITY:
        found = index.shapley() if what == "shapley" else index.second_order()
        print_rows(found, _MORE_SENSITIVITY[what], format_)
    elif what == "scenarios":
        _print_named(build, index.scenarios(period), _SCENARIOS, format_)
    elif what == "inputs":
        rows = [{**r, "reason": r["reason"] and r["reason"].en} for r in index.inputs(period)]
        _print_named(build, rows, _INPUTS, format_)
    elif format_ == "table":
        rows = [_score_row(build, row) for row in index.scores(code, period)]
        used = {column for row in rows for column, value in row.items() if value is not None}
        print_rows(rows, [c for c in _SCORES if c in used], format_)
    else:
        rows = [dict(row) for row in index.scores(code, period)]
        _print_named(build, rows, list(rows[0]) if rows else [], format_)


def _print_named(
    build: Build, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], format_: str
) -> None:
    if format_ == "csv":
        rows, columns = named(build, rows, columns)
    print_rows(rows, columns, format_)


def _score_row(build: Build, row: Mapping[str, Any]) -> dict[str, Any]:
    """A score for people."""
    low, high = row["rank_q5"], row["rank_q95"]
    rounded = {
        key: None if row[key] is None else round(row[key], 2)
        for key in ("score", "median_rank", "p_first")
    }
    return {
        **row, **rounded, "name": build.gazetteer.places[row["place"]].name.en,
        "rank": None if row["rank"] is None else int(row["rank"]),
        "interval": None if low is None else f"{number_text(low, 0)}–{number_text(high, 0)}",
    }  # fmt: skip


def _explain(build: Build, explained: Explained, format_: str) -> None:
    from rich.console import Console  # noqa: PLC0415

    if format_ == "json":
        from ceyuan.cli.figures import observation_json  # noqa: PLC0415

        def plain(one: Explained) -> dict[str, Any]:
            own = {**asdict(one), "observations": [observation_json(build, o) for o in one.observations],
                   "missing": [_missing(*lack) for lack in one.missing.items()]}  # fmt: skip
            return {**own, "parts": [plain(part) for part in one.parts]}

        print_json(plain(explained))
    elif format_ == "csv":
        raise click.UsageError("--explain is a tree: it is printed as table or json")
    else:
        Console(width=None if sys.stdout.isatty() else 1000).print(_tree(build, explained))


def _missing(indicator: str, why: Trilingual | None) -> str:
    return f"{indicator}: {why.en if why else 'missing'}"


def _tree(build: Build, one: Explained, parent: Tree | None = None) -> Tree:
    from rich.markup import escape  # noqa: PLC0415
    from rich.tree import Tree  # noqa: PLC0415

    from ceyuan.cli.figures import observation_row  # noqa: PLC0415

    value = "missing" if one.value is None else number_text(one.value, 2)
    said = [f"{one.code} ({one.name}) = {value}", f"rank {one.rank} of {one.among}", one.status]
    if one.share is not None:
        said.append(f"weight {one.share:.1%}")
    if one.contribution is not None:
        said.append(f"adds {number_text(one.contribution, 2)}")
    head = escape(" · ".join(said))
    node = Tree(head) if parent is None else parent.add(head)
    if one.stages:
        steps = (
            f"{stage} {'missing' if v is None else number_text(v)}"
            for stage, v in one.stages.items()
        )
        node.add(escape(" → ".join(steps)))
    for o in one.observations:
        row = observation_row(build, o)
        leaf = node.add(
            escape(
                f"{o.indicator} · {o.place} · {o.period} = {row['value']} {o.unit} ({o.status}) {o.source}"
            )
        )
        part = f" --breakdown '{o.breakdown}'" if o.breakdown else ""
        leaf.add(
            escape(
                f"records: ceyuan trace {o.indicator} --place {o.place} --period {o.period}{part}"
            )
        )
    for lack in one.missing.items():
        node.add(escape(f"missing: {_missing(*lack)}"))
    for below in one.parts:
        _tree(build, below, node)
    return node


def _from_tables(
    data: Path,
    meta: Path | None,
    spec: Path,
    out: Path | None,
    report: Path | None,
    *,
    analysis: bool,
    quiet: bool,
) -> None:
    from ceyuan.composite.analysis.report import analysis_tables  # noqa: PLC0415
    from ceyuan.composite.output import (  # noqa: PLC0415
        result_tables,
        scenario_tables,
        uncertainty_tables,
        write_tables,
    )
    from ceyuan.composite.pipeline import compose as compute_index  # noqa: PLC0415
    from ceyuan.composite.scenarios import scenarios  # noqa: PLC0415
    from ceyuan.composite.uncertainty.run import assess  # noqa: PLC0415

    index = compute_index(data, meta, spec)
    tables, warnings, result = result_tables(index), list(index.warnings), None
    described = index.context.spec.uncertainty
    if described is not None:
        with _progress(quiet) as tell:
            result = assess(index, tell)
        tables |= uncertainty_tables(result, keep=described.keep)
        warnings += result.warnings
    beside = scenarios(index) if index.context.spec.scenarios else None
    if beside is not None:
        tables |= scenario_tables(beside)
    if analysis:
        tables |= analysis_tables(index)
    done = f"{len(index.units)} units, {len(index.codes)} codes"
    if out is not None:
        written = write_tables(
            tables, out, tuple(file for file in (data, meta, spec) if file is not None)
        )
        done += f": {len(written)} files in {out}"
    if report is not None:
        from ceyuan.composite.report import report_page  # noqa: PLC0415
        from ceyuan.figures.page import write_page  # noqa: PLC0415

        write_page(report, report_page(index, result, beside))
        done += f", report in {report}"
    for problem in warnings:
        click.echo(str(problem), err=True)
    if not quiet:
        click.echo(done, err=True)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(
        console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("replications")
        yield lambda done, of: bar.update(task, completed=done, total=of)
