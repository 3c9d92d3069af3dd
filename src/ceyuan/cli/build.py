"""``ceyuan build``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ceyuan.cli.figures import observation_row
from ceyuan.cli.output import (
    allow_root_option,
    counted,
    open_build,
    print_json,
    print_table,
    progress,
    say,
    workspace_option,
)
from ceyuan.periods import period_order
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.changes import Change
from ceyuan.pipeline.reading import Build
from ceyuan.teams import projected

_CHANGES_SHOWN = 12


@click.command()
@workspace_option
@allow_root_option
@click.option(
    "--strict",
    is_flag=True,
    help="Warnings stop the build too, and what it passes over in silence (see ceyuan check --silence).",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Keep only so many builds.  [default: as ceyuan.yaml says, 20]",
)
@click.option("--engine", metavar="ADDRESS", help="Where records are asked for: duckdb, or a cluster of Apache Spark "
              "(spark://host:port, local[2], sc://host:port).  [default: as ceyuan.yaml says, duckdb]")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
              help="How the report is printed.")  # fmt: skip
def build(
    workspace: Path, strict: bool, keep: int | None, engine: str | None, format_: str
) -> None:
    """Build a workspace: read its records, compute its indicators, keep their lineage.

    A build replaces the one before whole, or leaves it untouched. Rows that break a check are quarantined and reported.

    \b
    Example:  ceyuan build -w gba
    """
    with progress("Building") as tell:
        report = build_workspace(
            workspace,
            strict=strict,
            keep=keep,
            engine=engine,
            progress=tell,
            team=projected(workspace),
        )
    if format_ == "json":
        print_json(asdict(report))
        return
    for warning in report.warnings:
        say(str(warning))
    rows = [
        {
            "table": p.table,
            "file": p.file,
            "read": p.read,
            "stored": p.stored,
            "quarantined": p.quarantined,
        }
        for p in report.parts
    ]
    parts = report.parts
    total = {
        "read": sum(p.read for p in parts),
        "stored": sum(p.stored for p in parts),
        "quarantined": sum(p.quarantined for p in parts),
    }
    print_table(
        [*rows, {"table": "all", "file": "", **total}],
        ["table", "file", "read", "stored", "quarantined"],
    )
    said = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    click.echo(f"Observations: {said or 'none'}")
    if not report.fresh:
        click.echo(f"Nothing has changed: build {report.build} stays current.")
    else:
        _print_changes(report.changes, report.compared_with)
        click.echo(f"Build {report.build}")
    with open_build(workspace) as opened:
        _print_headline(opened)


def _print_changes(changes: Sequence[Change], compared_with: str | None) -> None:
    if compared_with is None:
        return
    rows = [asdict(c) for c in changes]
    click.echo(f"{counted(len(rows), 'change')} since build {compared_with}")
    if rows:
        columns = [
            "what",
            "indicator",
            "place",
            "period",
            "breakdown",
            "old",
            "new",
            "unit",
            "reason",
        ]
        print_table(rows[:_CHANGES_SHOWN], columns)
    if len(rows) > _CHANGES_SHOWN:
        click.echo(f"… and {len(rows) - _CHANGES_SHOWN} more: ceyuan list changes")


def _print_headline(opened: Build) -> None:
    rows = []
    for headline in opened.config.headline:
        valued = [
            o
            for o in opened.show(headline.indicator, place=headline.place, breakdown="")
            if o.value is not None
        ]
        if valued:
            latest = max(valued, key=lambda o: (o.modality != "target", period_order(o.period)))
            rows.append(observation_row(opened, latest))
    if rows:
        print_table(
            rows, ["name", "place", "period", "value", "unit", "status", "modality", "source"]
        )
