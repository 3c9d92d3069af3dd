"""``ceyuan points``: foreign formats → points for clusters and records for a workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ceyuan.cli.output import print_json, print_table, progress, say

if TYPE_CHECKING:
    from ceyuan.sources.accounts import ReadingReport

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)


def _shared(command: F) -> F:
    """Arguments and options of every format."""
    for decorate in reversed(
        [
            click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=_PATH),
            click.option("--out", type=_PATH, required=True, help="The points file to write (.parquet)."),
            click.option("--vintage", help="The edition of the source.  [default: from the names of files]"),
            click.option("--memory", default="1GB", show_default=True, help="How much the engine may use."),
            click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table",
                         show_default=True, help="How the report is printed."),
        ]
    ):  # fmt: skip
        command = decorate(command)
    return command


_regions = click.option("--regions", type=_PATH, multiple=True, required=True,
                        help="Table of region codes with latitude and longitude; may be given several times.")  # fmt: skip
_role = click.option("--role", type=click.Choice(["inventor", "applicant"]), default="inventor", show_default=True,
                     help="Who is counted.")  # fmt: skip
_papers = click.option("--papers", type=_PATH, multiple=True,
                       help="Table of papers (id, and number or doi) by which cited papers are known.")  # fmt: skip


@click.group()
def points() -> None:
    """Turn what others publish into points for `ceyuan clusters`, and into records.

    Beside the points file stand the records, a quarantine of bad rows with the reason of each, and a manifest with
    counts and hashes.

    \b
    Example:  ceyuan points openalex openalex-snapshot --out points.parquet
              ceyuan points deals rounds.csv --gazetteer places.csv --out deals.parquet
    """


@points.command()
@_shared
@click.option("--institutions", type=_PATH, multiple=True,
              help="Folder or file of institutions, where the inputs hold none.")  # fmt: skip
@click.option(
    "--partial",
    is_flag=True,
    help="A part of the snapshot is meant: its manifest may name more files.",
)
def openalex(
    inputs: tuple[Path, ...], out: Path, vintage: str | None, memory: str, format_: str,
    institutions: tuple[Path, ...], partial: bool,
) -> None:  # fmt: skip
    """OpenAlex works: the official snapshot, folders fetched from the API, or files of works.

    \b
    Example:  ceyuan points openalex openalex-snapshot --out points.parquet
              ceyuan points openalex works.jsonl.gz --institutions institutions.gz --out points.parquet
    """
    from ceyuan.sources.openalex import openalex_points  # noqa: PLC0415 - loaded when used

    with progress("Reading") as tell:
        report = openalex_points(
            inputs,
            out,
            institutions=institutions,
            vintage=vintage,
            partial=partial,
            memory=memory,
            progress=tell,
        )
    _print(report, out, format_)


@points.command()
@_shared
@click.option("--contributors", type=click.Choice(["inventor", "assignee"]), default="inventor", show_default=True,
              help="Who is counted.")  # fmt: skip
@_papers
def patentsview(
    inputs: tuple[Path, ...],
    out: Path,
    vintage: str | None,
    memory: str,
    format_: str,
    contributors: Any,
    papers: tuple[Path, ...],
) -> None:
    """PatentsView's bulk tables (g_patent, g_inventor_disambiguated, g_location_disambiguated …).

    With g_us_patent_citation or g_other_reference also citations: of patents, and of papers by DOI.

    \b
    Example:  ceyuan points patentsview patentsview/ --out patents.parquet
    """
    from ceyuan.sources.patents import patentsview_points  # noqa: PLC0415

    with progress("Reading"):
        report = patentsview_points(
            inputs,
            out,
            contributors=contributors,
            papers=papers,
            vintage=vintage,
            memory=memory,
        )
    _print(report, out, format_)


@points.command()
@_shared
@_regions
@_role
@click.option("--year", type=click.Choice(["filing", "priority"]), default="filing", show_default=True,
              help="Which year a patent counts in.")  # fmt: skip
@click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    help="Encoding of the text files (utf-8, latin-1).",
)
def regpat(
    inputs: tuple[Path, ...], out: Path, vintage: str | None, memory: str, format_: str, regions: tuple[Path, ...],
    role: Any, year: Any, encoding: str,
) -> None:  # fmt: skip
    """OECD REGPAT's text files of one route (…_PCT_Inv_reg and …_PCT_IPC, or those of the EPO).

    \b
    Example:  ceyuan points regpat 202401_PCT_Inv_reg.txt 202401_PCT_IPC.txt --regions tl3.csv --out patents.parquet
    """
    from ceyuan.sources.patents import regpat_points  # noqa: PLC0415

    with progress("Reading"):
        report = regpat_points(
            inputs,
            out,
            regions=regions,
            role=role,
            year=year,
            encoding=encoding,
            vintage=vintage,
            memory=memory,
        )
    _print(report, out, format_)


@points.command()
@_shared
@_regions
@_role
@_papers
def patstat(
    inputs: tuple[Path, ...], out: Path, vintage: str | None, memory: str, format_: str, regions: tuple[Path, ...],
    role: Any, papers: tuple[Path, ...],
) -> None:  # fmt: skip
    """PATSTAT Global's tables tls201, tls206 and tls207.

    With tls211, tls212 and tls214 also citations: of applications, and of papers by DOI.

    \b
    Example:  ceyuan points patstat patstat/ --regions nuts.csv --out patents.parquet
    """
    from ceyuan.sources.patents import patstat_points  # noqa: PLC0415

    with progress("Reading"):
        report = patstat_points(
            inputs,
            out,
            regions=regions,
            role=role,
            papers=papers,
            vintage=vintage,
            memory=memory,
        )
    _print(report, out, format_)


@points.command()
@_shared
@click.option("--gazetteer", type=_PATH, required=True,
              help="Cities: a workspace's places.csv, GeoNames' cities….txt, or CSV with name, lat, lon.")  # fmt: skip
@click.option("--column", "columns", multiple=True, metavar="ROLE=NAME",
              help="Column of a role (id, date, investee, city, region, country …); may be given several times.")  # fmt: skip
def deals(
    inputs: tuple[Path, ...], out: Path, vintage: str | None, memory: str, format_: str, gazetteer: Path,
    columns: tuple[str, ...],
) -> None:  # fmt: skip
    """Tables of deals with city names.

    \b
    Example:  ceyuan points deals rounds.csv --gazetteer places.csv --column city=company_city --out deals.parquet
    """
    from ceyuan.sources.deals import deal_points  # noqa: PLC0415
    from ceyuan.sources.deals.points import parse_columns  # noqa: PLC0415

    with progress("Reading"):
        report = deal_points(
            inputs,
            out,
            gazetteer=gazetteer,
            columns=parse_columns(columns),
            vintage=vintage,
            memory=memory,
        )
    _print(report, out, format_)


def _print(report: ReadingReport, out: Path, format_: str) -> None:
    from ceyuan.sources.outputs import beside  # noqa: PLC0415

    if format_ == "json":
        from dataclasses import asdict  # noqa: PLC0415

        print_json(asdict(report))
        return
    rows = [
        {"table": name, "read": a.read, "kept": a.kept, "quarantined": a.quarantined}
        for name, a in report.accounts.items()
    ]
    print_table(rows, ["table", "read", "kept", "quarantined"])
    print_table([dict(report.points)], list(report.points))
    if report.reasons:
        print_table(
            [{"reason": r, "rows": n} for r, n in report.reasons.items()], ["reason", "rows"]
        )
        say(f"Bad rows are in {beside(out, 'quarantine.jsonl')}, each with its reason")
    for note in report.notes:
        say(f"Note: {note}")
