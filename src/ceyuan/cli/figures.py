"""``ceyuan show``, ``export``, ``trace`` and ``list``: reading a build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from ceyuan.claims.counterparts import settled_by
from ceyuan.claims.values import sources_of
from ceyuan.cli.completing import complete_indicator, complete_place
from ceyuan.cli.listings import LISTINGS, records_of, sources_in_short
from ceyuan.cli.output import (
    as_of_option,
    counted,
    format_option,
    language_option,
    named,
    number_text,
    open_build,
    print_json,
    print_rows,
    say,
    stream_rows,
    workspace_option,
)
from ceyuan.errors import address
from ceyuan.indicators.lineage import LineageInput
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import own_note
from ceyuan.periods import parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import Trace, trace
from ceyuan.wording import Language
from ceyuan.workspace.config import Source

_COLUMNS = [
    "indicator", "place", "period", "breakdown", "value", "unit", "status", "modality", "source", "reason",
]  # fmt: skip
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "approx": "≈", "order": "~", "eq": ""}
_SELECTION = (
    click.option(
        "--place",
        shell_complete=complete_place,
        help="A place by id, name, alias or code.  [default: all]",
    ),
    click.option("--period", help="A period in any spelling.  [default: all]"),
    click.option(
        "--breakdown",
        help="One part of a breakdown (field=value); '' for the total.  [default: all]",
    ),
    click.option(
        "--all-sources", is_flag=True, help="Also values that another source goes before."
    ),
)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _selection(command: _Command) -> _Command:
    """The options that say which observations are meant."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


@click.command()
@click.argument("indicator", required=False, shell_complete=complete_indicator)
@workspace_option
@_selection
@language_option
@as_of_option
@format_option
def show(
    indicator: str | None, workspace: Path, place: str | None, period: str | None, breakdown: str | None,
    all_sources: bool, lang: Language, as_of: str | None, format_: str,
) -> None:  # fmt: skip
    """Show the values of INDICATOR (or of all), each with its status and source.

    \b
    Example:  ceyuan show rd_intensity -w gba --place gba9
              ceyuan show 研发投入强度 -w gba --format json
    """
    with open_build(workspace, as_of) as build:
        if format_ != "table":
            _ = build.lineage  # nothing is asked of the build while its figures are streamed
            found = build.stream(
                indicator, place=place, period=period, breakdown=breakdown, all_sources=all_sources
            )
            told = _named_row if format_ == "csv" else observation_json
            stream_rows((told(build, o, lang) for o in found), _COLUMNS[:5], format_)
            return
        shown = build.show(
            indicator, place=place, period=period, breakdown=breakdown, all_sources=all_sources
        )
        rows = [observation_row(build, o, lang) for o in shown]
        filled = {column for row in rows for column, value in row.items() if value}
        used = [c for c in _COLUMNS if c in filled]
        print_rows(rows, used or _COLUMNS, format_)
        if indicator is not None and place is not None:
            for text in _unsettled(build, shown, lang):
                say(text)


_SUFFIXES = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".zip": "datapackage",
    ".xml": "sdmx-ml",
}


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("indicator", required=False, shell_complete=complete_indicator)
@workspace_option
@_selection
@click.option(
    "--format",
    "format_",
    type=click.Choice([*_SUFFIXES.values(), "sdmx-csv"]),
    help="The format.  [default: by the name of OUT]",
)
@as_of_option
def export(
    out: Path, indicator: str | None, workspace: Path, place: str | None, period: str | None, breakdown: str | None,
    all_sources: bool, format_: str | None, as_of: str | None,
) -> None:  # fmt: skip
    """Write the values of INDICATOR (or of all) into OUT, with names in three languages and what the columns mean.

    The name says the format: .csv (with OUT.columns.csv), .parquet, .xlsx, .zip for a Data Package, .xml for SDMX-ML 2.1
    (with OUT.structure.xml). --format sdmx-csv writes SDMX-CSV 2.0, with names in OUT.codes.csv.

    \b
    Example:  ceyuan export figures.xlsx -w gba
              ceyuan export rd.zip rd_intensity -w gba --all-sources
    """
    from ceyuan.pipeline.exporting import export as write  # noqa: PLC0415 - loaded when the command runs

    style = format_ or _SUFFIXES.get(out.suffix.lower())
    if style is None:
        raise click.BadParameter("its name says no format; use --format", param_hint="OUT")
    with open_build(workspace, as_of) as build:
        written = write(
            build,
            out,
            style,
            indicator,
            place=place,
            period=period,
            breakdown=breakdown,
            all_sources=all_sources,
        )
    say(f"Wrote {out}: {counted(written, 'observation')}")


def _unsettled(build: Build, shown: list[Observation], language: Language) -> Iterator[str]:
    """Which record would settle the last value of a place, where nothing independent stands beside it."""
    stated = [
        o
        for o in shown
        if o.value is not None
        and o.status == "published"
        and o.modality != "target"
        and not o.breakdown
    ]
    if not stated:
        return
    last = max(stated, key=lambda o: (parse_period(o.period).end, o.shown))
    beside = build.show(
        last.indicator, place=last.place, period=last.period, breakdown="", all_sources=True
    )
    known = [o for o in beside if o.value is not None and o.status != "doubtful"]
    if not any(_independent(build, o, last) for o in known):
        yield settled_by(build, last.indicator, last.place, last.period).get(language)


def _independent(build: Build, one: Observation, other: Observation) -> bool:
    ones, others = sources_of(one), sources_of(other)
    return bool(ones) and all(
        build.provenance.independent_of(s, others, one.indicator) for s in ones
    )


def observation_row(build: Build, o: Observation, language: Language = "en") -> dict[str, Any]:
    """An observation for people, its name and remarks in one language."""
    decimals = _decimals(build, o)
    value = "missing" if o.value is None else f"{_BOUNDS[o.bound]}{number_text(o.value, decimals)}"
    if o.value_max is not None:
        value += f"–{number_text(o.value_max, decimals)}"
    source = "; ".join(s for s in o.source.split(";") if s)
    name = build.indicators[o.indicator].name.get(language)
    return {"indicator": o.indicator, "name": name, "place": o.place, "period": o.period, "breakdown": o.breakdown,
            "value": value, "unit": o.unit, "status": o.status, "modality": "" if o.modality == "actual" else o.modality,
            "source": source, "reason": o.reason and o.reason.get(language)}  # fmt: skip


def _decimals(build: Build, o: Observation) -> int | None:
    """How many decimals are printed: as many as the source gives; of what was computed as many as its indicator shows."""
    if o.decimals is not None:
        return max(0, o.decimals)
    return build.indicators[o.indicator].decimals if o.status == "computed" else None


def observation_json(build: Build, o: Observation, language: Language = "en") -> dict[str, Any]:
    """An observation for programs, its remarks in one language."""
    entry = build.lineage[o.lineage]
    lineage: dict[str, Any] = {
        "id": o.lineage, "build": build.id, "origin": entry.origin, "definition": entry.definition, "records": o.records,
    }  # fmt: skip
    if o.file is not None:
        lineage["record"] = address(o.file, o.line)
    return {
        "indicator": o.indicator, "place": o.place, "period": o.period, "breakdown": _parts(o.breakdown), "value": o.value,
        "value_max": o.value_max, "unit": o.unit, "bound": o.bound, "modality": o.modality, "status": o.status,
        "cumulative": o.cumulative, "source": o.source, "shown": o.shown, "rule": o.rule,
        "reason": o.reason and o.reason.get(language), "note": o.note and o.note.get(language), "lineage": lineage,
    }  # fmt: skip


def _named_row(build: Build, o: Observation, language: Language) -> dict[str, Any]:
    """An observation for a sheet: what indicator and place are called stands beside their identifiers."""
    place = build.gazetteer.places.get(o.place)
    names = {
        "indicator_name": build.indicators[o.indicator].name.get(language),
        "place_name": None if place is None else place.name.get(language),
    }
    return {**observation_json(build, o, language), **names}


def _parts(breakdown: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in breakdown.split(";")) if breakdown else {}


@click.command(name="trace")
@click.argument("indicator", shell_complete=complete_indicator)
@workspace_option
@click.option(
    "--place",
    shell_complete=complete_place,
    help="A place by id, name, alias or code.  [default: all]",
)
@click.option("--period", help="A period in any spelling.  [default: all]")
@click.option(
    "--breakdown", default="", help="One part of a breakdown (field=value).  [default: the total]"
)
@click.option("--all-sources", is_flag=True, help="Also values that another source goes before.")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(min=0),
    help="At most so many records a figure.",
)
@language_option
@as_of_option
@click.option("--format", "format_", type=click.Choice(["tree", "json"]), default="tree", show_default=True,
              help="How the trace is printed.")  # fmt: skip
def trace_command(
    indicator: str, workspace: Path, place: str | None, period: str | None, breakdown: str, all_sources: bool,
    limit: int, lang: Language, as_of: str | None, format_: str,
) -> None:  # fmt: skip
    """Trace figures of INDICATOR down to the records that they were made of, with file and line.

    \b
    Example:  ceyuan trace rd_intensity -w gba --place gba9 --period 2025
    """
    with open_build(workspace, as_of) as build:
        traces = trace(
            build,
            indicator,
            place=place,
            period=period,
            breakdown=breakdown,
            all_sources=all_sources,
            limit=limit,
        )
        if format_ == "json":
            print_json([trace_json(build, t, lang) for t in traces])
            return
        console = Console(width=None if sys.stdout.isatty() else 1000)
        for one in traces:
            console.print(_tree(build, one, lang))


def trace_json(build: Build, t: Trace, language: Language = "en") -> dict[str, Any]:
    """A trace for programs, its remarks in one language."""
    return {
        "observation": observation_json(build, t.observation, language), "origin": t.origin, "definition": t.definition,
        "version": t.version, "query": t.query, "inputs": [asdict(used) for used in t.inputs], "record_count": t.record_count,
        "total": t.total, "records": [
            {"table": r.table, "file": r.file, "line": r.line, "source": r.source, "value": r.value, "fields": dict(r.fields),
             "correction": r.correction and r.correction.get(language),
             "submission": r.submission and r.submission.model_dump(mode="json")} for r in t.records
        ],
        "below": [trace_json(build, b, language) for b in t.below],
    }  # fmt: skip


def _tree(build: Build, t: Trace, language: Language, parent: Tree | None = None) -> Tree:
    o = t.observation
    row = observation_row(build, o)
    part = f" [{o.breakdown}]" if o.breakdown else ""
    head = f"{o.indicator} · {o.place} · {o.period}{part} = {row['value']} {o.unit} ({o.status}, {o.modality})"
    node = Tree(escape(head)) if parent is None else parent.add(escape(head))
    if o.reason:
        node.add(escape(f"missing because {o.reason.get(language)}"))
    if o.note and t.origin != "figures":  # the record that states a figure says its note itself
        node.add(escape(f"note: {o.note.get(language)}"))
    node.add(escape(f"definition {t.definition}, version {t.version}"))
    for name in sources_of(o):
        if name in build.sources:
            node.add(escape(_source_line(name, build.sources[name], language)))
    for used in t.inputs:
        if _is_read(used, t):
            what = "run of clusters" if used.kind == "clusters" else "read"
            node.add(escape(f"{what} {used.file} (sha256 {used.hash[:16]}…)"))
    if t.origin != "indicators":
        _records(node, t, language)
    for below in t.below:
        _tree(build, below, language, node)
    return node


def _source_line(name: str, source: Source, language: Language) -> str:
    """A source with its address, marked where it is simulated."""
    mark = " SIMULATED" if source.simulated else ""
    address_ = f" <{source.url}>" if source.url else ""
    return f"source {name}{mark}: {source.label(language)}{address_}"


def _is_read(used: LineageInput, t: Trace) -> bool:
    """Whether an input is a file that this very figure was read from; those of figures below stand there."""
    if used.kind != "records":
        return used.kind in ("clusters", "points")
    return t.origin in ("records", "clusters") or used.file == t.observation.file


def _records(node: Tree, t: Trace, language: Language) -> None:
    total = "" if t.total is None else f", together {number_text(t.total)} {t.observation.unit}"
    noun = "point" if t.origin == "clusters" else "record"
    branch = node.add(escape(f"{counted(t.record_count, noun)}{total}"))
    for record in t.records:
        kept = own_note(record.fields, language)
        shown = {k: v for k, v in kept.items() if not k.endswith(("_start", "_end"))}
        cells = ", ".join(f"{k}={v}" for k, v in shown.items())
        changed = f" (corrected: {record.correction.get(language)})" if record.correction else ""
        leaf = branch.add(escape(f"{address(record.file, record.line)}{changed} {cells}"))
        for entry in record.submission.log if record.submission else ():
            said = f"{entry.what} by {entry.by} ({entry.side}) {entry.at}, entry {entry.entry} {entry.hash[:16]}…"
            leaf.add(escape(said))
    if t.record_count > len(t.records):
        branch.add(f"… {t.record_count - len(t.records):,} more (--limit)")


@click.command(name="list")
@click.argument(
    "what",
    type=click.Choice(
        [
            "indicators",
            "places",
            "sources",
            "records",
            "quarantine",
            "builds",
            "changes",
            "clusters",
        ]
    ),
)
@workspace_option
@click.option("--kind", help="With `records`: list the records of this kind instead of the tables.")
@as_of_option
@format_option
def list_command(
    what: str, workspace: Path, kind: str | None, as_of: str | None, format_: str
) -> None:
    """List what a build holds.

    \b
    Example:  ceyuan list indicators -w gba --format csv
              ceyuan list records --kind programme -w gba
    """
    if kind is not None and what != "records":
        raise click.UsageError("--kind goes with `list records`")
    with open_build(workspace, as_of) as build:
        rows, columns = LISTINGS[what](build) if kind is None else records_of(build, kind)
        if format_ == "csv" and kind is not None:
            types = {field.id: field.type for field in build.kinds[kind].fields}
            rows, columns = named(build, rows, columns, types)
        elif format_ == "csv" and what == "changes":
            rows, columns = named(build, rows, columns)
        print_rows(rows, columns, format_)
        if what == "sources":
            say(sources_in_short(build))
