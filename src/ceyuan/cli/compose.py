"""``ceyuan compose``: a composite index from two tables and a specification."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(
    epilog="Example: ceyuan compose --data units.csv --meta structure.csv --spec index.yaml --out build/index"
)
@click.option("--data", required=True, type=click.Path(path_type=Path), help="CSV: units x indicators.")
@click.option(
    "--meta", required=True, type=click.Path(path_type=Path), help="CSV: codes, parents, weights, directions."
)
@click.option("--spec", required=True, type=click.Path(path_type=Path), help="YAML: every step of the index.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the results.")
@click.option("--analysis", is_flag=True, help="Write statistics, correlations, reliability and influence as well.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but problems.")
def compose(data: Path, meta: Path, spec: Path, out: Path, *, analysis: bool, quiet: bool) -> None:
    """Compute a composite index, every stage of it, and its uncertainty.

    Writes scores.csv, ranks.csv and stages/*.csv; where the specification has a section 'uncertainty' also
    uncertainty.csv and sensitivity.csv.
    """
    # What computes is imported when it is used: `ceyuan --help` must not wait for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from ceyuan.composite.analysis.report import analysis_tables  # noqa: PLC0415
    from ceyuan.composite.output import result_tables, uncertainty_tables, write_tables  # noqa: PLC0415
    from ceyuan.composite.pipeline import compose as compute_index  # noqa: PLC0415
    from ceyuan.composite.uncertainty.run import assess  # noqa: PLC0415

    index = compute_index(data, meta, spec)
    tables, warnings = result_tables(index), list(index.warnings)
    described = index.context.spec.uncertainty
    if described is not None:
        with Progress(console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()) as bar:
            task = bar.add_task("replications")
            result = assess(index, lambda done, of: bar.update(task, completed=done, total=of))
        tables |= uncertainty_tables(result, keep=described.keep)
        warnings += result.warnings
    if analysis:
        tables |= analysis_tables(index)
    written = write_tables(tables, out, (data, meta, spec))
    for problem in warnings:
        click.echo(str(problem), err=True)
    if not quiet:
        click.echo(f"{len(index.units)} units, {len(index.codes)} codes: {len(written)} files in {out}", err=True)
