"""``ceyuan clusters``: ranked innovation clusters from files of points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

EPILOG = """\b
Example:
  ceyuan clusters points.parquet --out clusters
  ceyuan clusters patents.csv papers.csv --kind patent --kind publication \\
      --column record_id=patent_id --column record_id=paper_id --column lon=lng \\
      --radius-km 15 --min-weight 4500 --method gii2018 --out clusters
  ceyuan clusters -w gba demonstration --radius-km 18 --min-weight 300 --method gii2023 --party-km 30 --out clusters
"""


def _preset(context: click.Context, _: click.Parameter, name: str | None) -> str | None:
    """The parameters of an edition become the defaults; what is said beside them holds."""
    if name is not None:
        from ceyuan.clusters.editions import edition  # noqa: PLC0415 - only where one is asked for

        context.default_map = {**(context.default_map or {}), **edition(name).choices()}
    return name


@click.command(epilog=EPILOG)
@click.argument("points", nargs=-1, required=True)
@click.option("-w", "--workspace", type=click.Path(path_type=Path),
              help="Take POINTS from a built workspace: its record kinds, or its declared runs.")  # fmt: skip
@click.option("--party-km", type=click.FloatRange(min=0, min_open=True),
              help="With -w: a point's party is that of the nearest city, if it is so near.")  # fmt: skip
@click.option("--edition", is_eager=True, callback=_preset, metavar="gii2017 … gii2025",
              help="Radius, threshold, joining and ranking of an edition; says what of it is confirmed.")  # fmt: skip
@click.option(
    "--radius-km",
    type=float,
    default=15.0,
    show_default=True,
    help="Neighbours are at most this far apart.",
)
@click.option(
    "--min-weight",
    type=float,
    default=4500.0,
    show_default=True,
    help="Weight in reach of a core point.",
)
@click.option(
    "--method", default="gii2025", show_default=True, help="Ranking method: gii2017 … gii2025."
)
@click.option("--border", type=click.Choice(["nearest", "first"]), default="nearest", show_default=True,
              help="Border points go to the nearest core point, or where scikit-learn puts them.")  # fmt: skip
@click.option("--merge", "merge_rule", default="mutual", show_default=True,
              help="Join neighbours: none, mutual (strongest ties), or share=0.2.")  # fmt: skip
@click.option(
    "--merge-km",
    type=float,
    default=5.0,
    show_default=True,
    help="Only edges this near are joined.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=NAME",
    help="Column that plays a part, e.g. lat=y.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="Kind of all rows, or one for each input, instead of a column.",
)
@click.option("--row-is-record", is_flag=True, help="Every row is a record of its own.")
@click.option("--years", nargs=2, type=int, default=None, help="First and last year to keep.")
@click.option("--doubtful", type=click.Choice(["set_aside", "keep"]), default="set_aside", show_default=True,
              help="Positions near 0, 0, on a country's middle, or outside the country that a row claims.")  # fmt: skip
@click.option("--counting", type=click.Choice(["records", "citations", "normalised"]), default="records", show_default=True,
              help="What a record counts: 1, its citations, or these over the mean of its kind, field and year.")  # fmt: skip
@click.option("--cities", default="geonames", show_default=True, metavar="geonames|none|FILE",
              help="Where names come from: the shipped gazetteer, nowhere, or a CSV (name, lat, lon, …).")  # fmt: skip
@click.option(
    "--previous", type=click.Path(path_type=Path), help="Folder of an earlier run, to keep its ids."
)
@click.option("--robustness", is_flag=True, help="Also write how sure the ranks are.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html",
              help="Also write one illustrated page: map, ranking, and with --robustness how sure it is.")  # fmt: skip
@click.option(
    "--replications",
    type=int,
    default=200,
    show_default=True,
    help="Draws of each kind, for --robustness.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option("--error-km", type=click.FloatRange(min=0), default=1.0, show_default=True,
              help="For --robustness: standard deviation of positions to the east and north.")  # fmt: skip
@click.option("--precision", multiple=True, metavar="CLASS=KM",
              help="The same for a class of the column precision, e.g. city=8; other positions keep --error-km.")  # fmt: skip
@click.option("--independent", multiple=True, metavar="CLASS",
              help="Rows of this class of precision are off each by itself, not all rows of a place together.")  # fmt: skip
@click.option("--threads", type=int, default=None, help="Threads to use.  [default: all]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write to.",
)
def clusters(
    points: tuple[str, ...],
    workspace: Path | None,
    party_km: float | None,
    out: Path,
    **chosen: Any,
) -> None:
    """Find and rank innovation clusters in POINTS (Parquet or CSV files; record kinds or runs of a workspace with -w).

    Columns: record_id, kind (patent, publication, deal), lat, lon and, where present, contributor_id, weight, year,
    field, country, citations, precision.
    Writes clusters.csv, clusters.geojson, clusters.parquet, points.parquet, ties.csv and manifest.json, and
    fields.csv where points have fields.
    """
    from ceyuan.clusters.command import Request, run_command  # heavy imports only when used  # noqa: PLC0415

    if workspace is None:
        if party_km is not None:
            raise click.UsageError("--party-km goes with -w: parties are declared by a workspace")
        request = Request(tuple(Path(p) for p in points), out, **chosen)
    else:
        from ceyuan.pipeline.clusters.workspace_points import workspace_request  # noqa: PLC0415

        request = workspace_request(workspace, points, party_km, Request((), out, **chosen))
    rows = run_command(request, tell=lambda line: click.echo(line, err=True))
    for line in rows:
        click.echo(line)


SIMULATE_EPILOG = """\b
Example:
  ceyuan simulate-points --scale 0.02 --out points.parquet
  ceyuan clusters points.parquet --min-weight 90 --method gii2023 --out clusters
"""


@click.command("simulate-points", epilog=SIMULATE_EPILOG)
@click.option(
    "--scale",
    type=float,
    default=0.02,
    show_default=True,
    help="Part of the published counts, up to 1.",
)
@click.option(
    "--places", type=int, default=60_000, show_default=True, help="Distinct coordinates, about."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed.")
@click.option(
    "--fields", is_flag=True, help="Give records made-up fields of technology and science."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Parquet file to write.",
)
def simulate_points(scale: float, places: int, seed: int, fields: bool, out: Path) -> None:
    """Write SIMULATED points that keep to the published totals of the 34 largest clusters of 2023.

    The file is flagged as simulated, and so is everything computed from it. Scale the threshold of `ceyuan clusters` by
    the same part (4500 at scale 1).
    """
    from ceyuan.clusters.simulation.world import make_world, write_world  # noqa: PLC0415 - heavy, only when used

    points = write_world(make_world(scale, places, seed, fields=fields), out)
    click.echo(f"SIMULATED: {points:,} points written to {out}", err=True)
